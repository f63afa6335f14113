//! What a client calls itself. It is for people who read the log; nothing is decided by it.
//!
//! A modern request says it in `_meta`. A legacy client says it once, in `initialize`, and the server
//! remembers nothing: it hands it back as part of the session id, which the client sends with each
//! request (2025-11-25, basic/transports, "Session Management").

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::USER_AGENT;
use http::{HeaderMap, HeaderName};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::visible::is_visible;

/// Names and versions are cut at so many characters.
const LONGEST: usize = 100;

/// The header of a session.
pub(crate) static SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");

/// What a client calls itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientInfo {
    /// Its name: `claude-ai`.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Members {
    name: Option<String>,
    version: Option<String>,
}

impl ClientInfo {
    /// What a name and a version say.
    #[must_use]
    pub fn new(name: &str, version: &str) -> Self {
        Self {
            name: visible(name),
            version: visible(version),
        }
    }

    /// What the object `clientInfo` says; nothing where it is something else.
    #[must_use]
    pub fn read(object: &RawValue) -> Self {
        let Members { name, version } = serde_json::from_str(object.get()).unwrap_or_default();
        Self {
            name: name.as_deref().and_then(visible),
            version: version.as_deref().and_then(visible),
        }
    }

    /// What the headers of a request say: those of a session, or else the program that sent it.
    #[must_use]
    pub fn of_headers(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let session = text(&SESSION_ID).and_then(Self::of_session);
        session.unwrap_or_else(|| {
            text(&USER_AGENT)
                .map(Self::of_user_agent)
                .unwrap_or_default()
        })
    }

    /// The id of a session of this client.
    #[must_use]
    pub fn session_id(&self) -> String {
        let part = |text: &Option<String>| URL_SAFE_NO_PAD.encode(text.as_deref().unwrap_or(""));
        let unique = Uuid::now_v7().simple();
        format!("{unique}.{}.{}", part(&self.name), part(&self.version))
    }

    fn of_session(id: &str) -> Option<Self> {
        let mut parts = id.split('.').skip(1);
        let mut part = || String::from_utf8(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok();
        Some(Self::new(&part()?, &part()?))
    }

    /// The first product, with its version (RFC 9110 section 10.1.5).
    fn of_user_agent(text: &str) -> Self {
        let product = text.split(' ').next().unwrap_or_default();
        let (name, version) = product.split_once('/').unwrap_or((product, ""));
        Self::new(name, version)
    }
}

/// Text that can stand in a line; `None` where there is none.
fn visible(text: &str) -> Option<String> {
    let characters = text.chars().filter(|character| is_visible(*character));
    let text: String = characters.take(LONGEST).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &[(&HeaderName, &str)]) -> ClientInfo {
        let header =
            |(name, value): &(&HeaderName, &str)| (HeaderName::clone(name), value.parse().unwrap());
        ClientInfo::of_headers(&headers.iter().map(header).collect())
    }

    fn read(text: &str) -> ClientInfo {
        ClientInfo::read(&RawValue::from_string(text.to_owned()).unwrap())
    }

    #[test]
    fn a_session_says_who_began_it() {
        let client = ClientInfo::new("Claude\n \u{202e}désktop", "1.0");
        assert_eq!(client.name.as_deref(), Some("Claude désktop"));
        let id = client.session_id();
        assert!(id.bytes().all(|byte| byte.is_ascii_graphic()), "{id}");
        assert_ne!(id, client.session_id());
        assert_eq!(of(&[(&SESSION_ID, &id), (&USER_AGENT, "node")]), client);
        let nobody = ClientInfo::default();
        assert_eq!(of(&[(&SESSION_ID, &nobody.session_id())]), nobody);
    }

    #[test]
    fn a_request_without_one_says_what_sent_it() {
        let agent = |text| of(&[(&USER_AGENT, text)]);
        assert_eq!(
            agent("python-httpx/0.28.1"),
            ClientInfo::new("python-httpx", "0.28.1")
        );
        assert_eq!(
            agent("Claude-User (x/1)"),
            ClientInfo::new("Claude-User", "")
        );
        assert_eq!(of(&[]), ClientInfo::default());
        for strange in ["x", "a.b.c", "x.YQ", "x.YQ.!", "x./w./w"] {
            let client = of(&[(&SESSION_ID, strange), (&USER_AGENT, "a/1")]);
            assert_eq!(client, ClientInfo::new("a", "1"), "{strange}");
        }
    }

    #[test]
    fn what_is_said_is_read_as_far_as_it_makes_sense() {
        let said = read(r#"{"name": "x", "version": "2", "title": 1}"#);
        assert_eq!(said, ClientInfo::new("x", "2"));
        for nothing in [
            "[]",
            "{}",
            "null",
            r#"{"name": 1}"#,
            r#"{"name": " ", "version": ""}"#,
        ] {
            assert_eq!(read(nothing), ClientInfo::default(), "{nothing}");
        }
        let long = read(&format!(r#"{{"name": "{}"}}"#, "x".repeat(1000)));
        assert_eq!(long.name.unwrap().len(), LONGEST);
    }
}
