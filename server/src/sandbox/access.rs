//! Who a simulated vendor lets in.

use axum::http::header::{AUTHORIZATION, HeaderMap, HeaderName};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use toolwright_runtime::account::Credential;
use toolwright_runtime::table::{CredentialKind, Integration};

/// The one account's credential, in each form that the vendor takes. It opens nothing but made-up
/// data, so it need not be hard to guess.
#[derive(Debug)]
pub(super) struct Access {
    /// A credential to connect with.
    pub(super) credential: Credential,
    /// Headers of which one must be there.
    accepted: Vec<(HeaderName, String)>,
    /// The header that carries a token, and the word before it.
    carrier: (HeaderName, &'static str),
}

impl Access {
    /// # Errors
    /// What is wrong with the definition, as a sentence.
    pub(super) fn new(integration: &Integration) -> Result<Self, String> {
        let auth = &integration.auth;
        let secret = format!("sandbox-{}", integration.slug);
        let header = |name: &str| {
            HeaderName::try_from(name).map_err(|_| format!("`{name}` is not a header's name"))
        };
        let mut accepted = Vec::new();
        for kind in auth.credentials {
            accepted.push(match kind {
                CredentialKind::Bearer { .. }
                | CredentialKind::OAuth2(_)
                | CredentialKind::Login(_) => (
                    header(auth.header)?,
                    format!("{} {secret}", auth.scheme).trim().to_owned(),
                ),
                CredentialKind::Basic { .. } => {
                    let pair = BASE64_STANDARD.encode(format!("{secret}:{secret}"));
                    (AUTHORIZATION, format!("Basic {pair}"))
                }
                CredentialKind::ApiKey { header: name, .. } => (header(name)?, secret.clone()),
            });
        }
        let credential = match auth.credentials.first() {
            Some(CredentialKind::Basic { .. }) => Credential::Basic {
                username: secret.clone(),
                password: secret.into(),
            },
            Some(CredentialKind::ApiKey { .. }) => Credential::ApiKey(secret.into()),
            Some(
                CredentialKind::Bearer { .. }
                | CredentialKind::OAuth2(_)
                | CredentialKind::Login(_),
            )
            | None => Credential::Token(secret.into()),
        };
        Ok(Self {
            credential,
            accepted,
            carrier: (header(auth.header)?, auth.scheme),
        })
    }

    /// The token in the headers of a request.
    pub(super) fn token<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let (name, scheme) = &self.carrier;
        let value = headers.get(name)?.to_str().ok()?;
        match *scheme {
            "" => Some(value),
            scheme => value.strip_prefix(scheme)?.strip_prefix(' '),
        }
    }

    /// Whether the headers of a request hold the credential.
    pub(super) fn admits(&self, headers: &HeaderMap) -> bool {
        self.accepted
            .iter()
            .any(|(name, value)| headers.get(name).is_some_and(|sent| sent == value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::fixture::BARE;

    fn admits(credentials: &'static [CredentialKind], name: &'static str, value: &str) -> bool {
        let mut integration = BARE;
        integration.auth.credentials = credentials;
        let headers =
            HeaderMap::from_iter([(HeaderName::from_static(name), value.parse().unwrap())]);
        Access::new(&integration).unwrap().admits(&headers)
    }

    #[test]
    fn each_declared_credential_is_accepted() {
        const BASIC: &[CredentialKind] = &[CredentialKind::Basic { description: "" }];
        const BOTH: &[CredentialKind] = &[
            CredentialKind::ApiKey {
                description: "",
                header: "X-Api-Key",
            },
            CredentialKind::Bearer { description: "" },
        ];
        let basic = "Basic c2FuZGJveC1hY21lOnNhbmRib3gtYWNtZQ==";
        assert!(admits(BASIC, "authorization", basic));
        assert!(!admits(BOTH, "authorization", basic));
        assert!(admits(BOTH, "x-api-key", "sandbox-acme"));
        assert!(admits(BOTH, "x-auth", "Acme sandbox-acme"));
        assert!(!admits(BASIC, "x-auth", "Acme sandbox-acme"));
        assert!(!admits(&[], "authorization", basic));
    }

    #[test]
    fn a_token_may_stand_alone() {
        let mut integration = BARE;
        integration.auth.scheme = "";
        let headers = |value: &'static str| {
            HeaderMap::from_iter([(HeaderName::from_static("x-auth"), value.parse().unwrap())])
        };
        let access = Access::new(&integration).unwrap();
        assert!(access.admits(&headers("sandbox-acme")));
        assert!(!access.admits(&headers("Bearer sandbox-acme")));
        assert_eq!(access.token(&headers("other")), Some("other"));
    }

    #[test]
    fn a_token_stands_behind_its_word() {
        let access = Access::new(&BARE).unwrap();
        for (value, token) in [
            ("Acme other", Some("other")),
            ("Acmeother", None),
            ("other", None),
        ] {
            let headers =
                HeaderMap::from_iter([(HeaderName::from_static("x-auth"), value.parse().unwrap())]);
            assert_eq!(access.token(&headers), token, "{value}");
        }
    }
}
