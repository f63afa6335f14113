//! How requests prove who they are from.

use serde_json::Value;

use super::{Context, Version, text};
use crate::import::document::{Flow, Scheme, SchemeKind};

/// The flows of OAuth 2.0 as 3.x and 2.0 write them, and the grants they are. The implicit flow gives no
/// token that a server could renew, and is not recommended any more (RFC 9700).
const FLOWS: [(&str, &str, &str); 3] = [
    ("authorizationCode", "accessCode", "authorization_code"),
    ("clientCredentials", "application", "client_credentials"),
    ("password", "password", "password"),
];

impl<'d> Context<'d> {
    pub(super) fn schemes(self) -> Vec<Scheme<'d>> {
        let section = match self.version {
            Version::Two => self.root.get("securityDefinitions"),
            Version::Three => self
                .root
                .get("components")
                .and_then(|all| all.get("securitySchemes")),
        };
        let schemes = section.and_then(Value::as_object).into_iter().flatten();
        schemes
            .filter_map(|(_, scheme)| {
                let (_, scheme) = self.resolver.resolve(scheme).ok()?;
                Some(Scheme {
                    description: text(scheme, "description"),
                    kind: self.kind(scheme),
                })
            })
            .collect()
    }

    fn kind(self, scheme: &'d Value) -> SchemeKind<'d> {
        let name = text(scheme, "name");
        match (
            text(scheme, "type"),
            text(scheme, "scheme").to_ascii_lowercase().as_str(),
            text(scheme, "in"),
        ) {
            ("http", "bearer", _) => SchemeKind::Bearer,
            ("http", "basic", _) | ("basic", ..) => SchemeKind::Basic,
            ("apiKey", _, "header") => SchemeKind::ApiKey { header: name },
            ("apiKey", _, place) => SchemeKind::Other {
                what: format!("a key `{name}` in the {place}"),
            },
            ("oauth2", ..) => SchemeKind::OAuth2 {
                flows: self.flows(scheme),
            },
            (kind, ..) => SchemeKind::Other {
                what: kind.to_owned(),
            },
        }
    }

    fn flows(self, scheme: &'d Value) -> Vec<Flow<'d>> {
        let flow = |grant: &'static str, flow: &'d Value| {
            let url = |key: &str| Some(text(flow, key)).filter(|url| !url.is_empty());
            let scopes = flow.get("scopes").and_then(Value::as_object);
            Flow {
                grant,
                authorize: url("authorizationUrl"),
                token: url("tokenUrl"),
                scopes: scopes
                    .into_iter()
                    .flatten()
                    .map(|(scope, _)| scope.as_str())
                    .collect(),
            }
        };
        let flows = FLOWS.into_iter();
        match self.version {
            Version::Two => flows
                .filter(|(_, name, _)| *name == text(scheme, "flow"))
                .map(|(.., grant)| flow(grant, scheme))
                .collect(),
            Version::Three => flows
                .filter_map(|(name, _, grant)| Some(flow(grant, scheme.get("flows")?.get(name)?)))
                .collect(),
        }
    }
}
