//! How requests prove who they are from.

use super::hosts::{Hosts, is_public};
use super::texts;
use crate::import::definition::{Auth, OAuth2};
use crate::import::document::{Document, Flow, SchemeKind};
use crate::notation::{self, Piece};

/// The credentials of a document; what the language lacks stays a comment.
pub(super) fn auth(document: &Document<'_>, slug: &str, hosts: &mut Hosts<'_, '_>) -> Auth {
    let mut auth = Auth::default();
    for scheme in &document.schemes {
        let about = |what: &str| {
            let said = texts::description(scheme.description, slug);
            said.unwrap_or_else(|| format!("{what} The API document says no more of it."))
        };
        match &scheme.kind {
            SchemeKind::Bearer if auth.bearer.is_none() => {
                auth.bearer = Some(about("An access token."))
            }
            SchemeKind::Basic if auth.basic.is_none() => {
                auth.basic = Some(about("A user name and a password."));
            }
            SchemeKind::ApiKey { header } if auth.api_key.is_none() && is_header(header) => {
                auth.api_key = Some((about("A key."), (*header).to_owned()));
            }
            SchemeKind::OAuth2 { flows } if auth.oauth2.is_none() => {
                auth.oauth2 = oauth2(flows, &about("OAuth 2.0."), hosts, &mut auth.comments);
            }
            SchemeKind::ApiKey { header } => {
                auth.comments.push(texts::comment(&format!(
                    "The document also has a key in the header {header}."
                )));
            }
            SchemeKind::Other { what } => {
                auth.comments.push(texts::comment(&format!(
                    "The document has {what}: credentials go in headers only."
                )));
            }
            _ => {}
        }
    }
    let has_any = auth.bearer.is_some()
        || auth.basic.is_some()
        || auth.api_key.is_some()
        || auth.oauth2.is_some();
    if !has_any {
        let remark =
            "the document has no credential that the language has; `auth` is for a person to write";
        hosts.remarks.push(remark.to_owned());
        auth.comments.push(format!("TODO: {remark}"));
        auth.bearer = Some("An access token. The API document says no more of it.".to_owned());
    }
    auth
}

fn is_header(name: &str) -> bool {
    const FRAME: [&str; 4] = ["host", "content-length", "transfer-encoding", "connection"];
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty()
        && name.bytes().all(token)
        && !FRAME.contains(&name.to_ascii_lowercase().as_str())
}

/// The flows that go to the host of the first one.
fn oauth2(
    flows: &[Flow<'_>],
    description: &str,
    hosts: &mut Hosts<'_, '_>,
    comments: &mut Vec<String>,
) -> Option<OAuth2> {
    let usable = |flow: &&Flow<'_>| {
        let (origin, token) = endpoint(flow.token?)?;
        let authorize = flow.authorize.and_then(endpoint);
        // Where a person consents, a token is had: the language has one host for both.
        let authorize = authorize
            .filter(|(other, _)| *other == origin)
            .map(|(_, path)| path);
        (flow.grant != "authorization_code" || authorize.is_some())
            .then_some((flow.grant, origin, token, authorize))
    };
    let mut found = flows.iter().filter_map(|flow| usable(&flow));
    let Some((grant, origin, token, mut authorize)) = found.next() else {
        comments.push(
            "TODO: OAuth 2.0 is in the document, without endpoints that can be declared."
                .to_owned(),
        );
        return None;
    };
    let mut grants = vec![grant];
    for (grant, other, path, page) in found {
        if (&other, &path) == (&origin, &token) {
            grants.push(grant);
            authorize = authorize.or(page);
        }
    }
    let mut scopes: Vec<&str> = flows
        .iter()
        .flat_map(|flow| flow.scopes.iter().copied())
        .collect();
    scopes.sort_unstable();
    scopes.dedup();
    if !scopes.is_empty() {
        comments.push("TODO: choose what is asked for; the scopes of the document are".to_owned());
        comments.extend(
            scopes
                .iter()
                .map(|scope| texts::comment(&format!("- {scope}"))),
        );
    }
    Some(OAuth2 {
        description: description.to_owned(),
        grants,
        host: hosts.fixed(origin),
        authorize,
        token,
    })
}

/// The origin and the path of an endpoint. None where it is no address that can be declared.
fn endpoint(url: &str) -> Option<(String, String)> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_at(rest.find('/')?);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let host = host
        .strip_suffix(":443")
        .unwrap_or(host)
        .to_ascii_lowercase();
    let line = format!("GET {path}");
    let is_plain = notation::request_line(&line)
        .is_ok_and(|line| matches!(line.path.as_slice(), [Piece::Text(_)]));
    (is_public(&host) && is_plain).then(|| (format!("https://{host}"), path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_are_none_carry_no_key() {
        for (name, is) in [
            ("X-Key", true),
            ("", false),
            ("X Y", false),
            ("é", false),
            ("HOST", false),
        ] {
            assert_eq!(is_header(name), is, "{name}");
        }
    }

    #[test]
    fn endpoints_are_origins_and_plain_paths() {
        let shown = |url| endpoint(url).map(|(origin, path)| format!("{origin} {path}"));
        assert_eq!(
            shown("https://Acme.example/oauth/token?x=1").as_deref(),
            Some("https://acme.example /oauth/token")
        );
        for other in [
            "/oauth/token",
            "https://acme.example",
            "https://{x}.acme.example/t",
            "https://localhost/t",
            "",
        ] {
            assert_eq!(shown(other), None, "{other}");
        }
    }
}
