//! How a request proves who it is from. Credentials travel in a header, never in a URL.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, header::AUTHORIZATION};
use memchr::{memchr, memmem};
use percent_encoding::utf8_percent_encode;
use secrecy::{ExposeSecret as _, SecretString};

use crate::account::Credential;
use crate::error::{Error, ErrorKind};
use crate::segment::ENCODED;
use crate::table::{CredentialKind, Integration};

/// The header that carries a credential; its value is marked as sensitive.
///
/// # Errors
/// [`ErrorKind::Unauthorized`] when the integration takes no such credential, or it has characters
/// that a header cannot carry.
pub fn header(
    integration: &Integration,
    credential: &Credential,
) -> Result<(HeaderName, HeaderValue), Error> {
    let auth = &integration.auth;
    let takes = |accepts: fn(&CredentialKind) -> bool| auth.credentials.iter().any(accepts);
    match credential {
        Credential::Token(token) => {
            let is_taken = |kind: &CredentialKind| {
                matches!(
                    kind,
                    CredentialKind::Bearer { .. } | CredentialKind::OAuth2(_)
                )
            };
            if !takes(is_taken) {
                return Err(not_taken(integration, "access token"));
            }
            let separator = if auth.scheme.is_empty() { "" } else { " " };
            let value = format!("{}{separator}{}", auth.scheme, token.expose_secret());
            sensitive(auth.header, &value)
        }
        Credential::Basic { username, password } => {
            if !takes(|kind| matches!(kind, CredentialKind::Basic { .. })) {
                return Err(not_taken(integration, "user name and password"));
            }
            sensitive(
                AUTHORIZATION.as_str(),
                &format!("Basic {}", basic(username, password)),
            )
        }
        Credential::ApiKey(key) => {
            let header = auth.credentials.iter().find_map(|kind| match kind {
                CredentialKind::ApiKey { header, .. } => Some(*header),
                _ => None,
            });
            let header = header.ok_or_else(|| not_taken(integration, "API key"))?;
            sensitive(header, key.expose_secret())
        }
    }
}

/// Shorter texts stand in any answer by chance; taking them out would garble it.
const SHORTEST_SECRET: usize = 4;

/// The body of an answer without the copies of the credential that some vendors send back. It is
/// done before anything reads the body, cuts it or hands it on.
#[must_use]
pub fn redacted(body: Bytes, credential: &Credential) -> Bytes {
    match credential {
        Credential::Token(secret) | Credential::ApiKey(secret) => {
            without_all(body, &[secret.expose_secret()])
        }
        Credential::Basic { username, password } => {
            let encoded = basic(username, password);
            without_all(body, &[password.expose_secret(), &encoded])
        }
    }
}

/// A body without the copies of secrets.
pub(crate) fn without_all(body: Bytes, secrets: &[&str]) -> Bytes {
    let secrets = secrets.iter();
    let secrets = secrets.filter(|secret| secret.len() >= SHORTEST_SECRET);
    secrets.fold(body, |body, secret| {
        without(&body, secret).map_or(body, Bytes::from)
    })
}

/// The header by which an OAuth client proves itself (RFC 6749 section 2.3.1): both parts are encoded
/// as in a form first.
pub(crate) fn client(id: &str, secret: &SecretString) -> Result<(HeaderName, HeaderValue), Error> {
    let encoded = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
    let secret = SecretString::from(encoded(secret.expose_secret()));
    let value = format!("Basic {}", basic(&encoded(id), &secret));
    sensitive(AUTHORIZATION.as_str(), &value)
}

/// A body without the copies of a secret, as it is or as JSON writes it; `None` where it has none.
fn without(body: &[u8], secret: &str) -> Option<Vec<u8>> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let is_escaped = memchr(b'\\', body).is_some() && !secret.bytes().all(is_plain);
    if !is_escaped && memmem::find(body, secret.as_bytes()).is_none() {
        return None;
    }
    let (mut kept, mut rest, mut found) = (Vec::with_capacity(body.len()), body, false);
    while let Some((first, after)) = rest.split_first() {
        let copy = rest.strip_prefix(secret.as_bytes());
        rest = match copy.or_else(|| secret.chars().try_fold(rest, after_character)) {
            Some(after) => {
                kept.extend_from_slice(b"[redacted]");
                found = true;
                after
            }
            None => {
                kept.push(*first);
                after
            }
        };
    }
    found.then_some(kept)
}

/// What follows a character at the start of a JSON string: as it is, after a backslash, or by number
/// (RFC 8259 section 7). Encoders differ in what they escape.
fn after_character(text: &[u8], character: char) -> Option<&[u8]> {
    let mut bytes = [0; 4];
    let Some(escape) = text.strip_prefix(b"\\") else {
        return text.strip_prefix(character.encode_utf8(&mut bytes).as_bytes());
    };
    let letter = match character {
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{c}' => 'f',
        '\r' => 'r',
        other => other,
    };
    let mut units = [0; 2];
    let units = character.encode_utf16(&mut units).iter();
    let numbers: String = units.map(|unit| format!("\\u{unit:04x}")).collect();
    match text.split_at_checked(numbers.len()) {
        Some((number, after)) if number.eq_ignore_ascii_case(numbers.as_bytes()) => Some(after),
        _ => escape.strip_prefix(letter.encode_utf8(&mut bytes).as_bytes()),
    }
}

/// RFC 7617 section 2.
fn basic(username: &str, password: &SecretString) -> String {
    STANDARD.encode(format!("{username}:{}", password.expose_secret()))
}

fn sensitive(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let refused = |_| {
        let message = "The credential of this account has characters that a header cannot carry, such as a line break.";
        Error::new(ErrorKind::Unauthorized, message).with_hint("Connect the account again.")
    };
    let mut value = HeaderValue::from_str(value).map_err(refused)?;
    value.set_sensitive(true);
    let name = name.parse().map_err(|_| {
        Error::new(
            ErrorKind::Unauthorized,
            format!("`{name}` is not the name of a header."),
        )
    })?;
    Ok((name, value))
}

fn not_taken(integration: &Integration, what: &str) -> Error {
    let message = format!(
        "{} does not take this credential: {what}.",
        integration.label
    );
    Error::new(ErrorKind::Unauthorized, message).with_hint("Connect the account again.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::ACME;

    fn token(text: &str) -> Credential {
        Credential::Token(text.into())
    }

    #[test]
    fn a_token_goes_after_its_scheme() {
        let (name, value) = header(&ACME, &token("t-1")).unwrap();
        assert_eq!(
            (name.as_str(), value.to_str().unwrap()),
            ("authorization", "Acme-token t-1")
        );
        assert!(value.is_sensitive());
        assert!(!format!("{value:?}").contains("t-1"));
    }

    #[test]
    fn a_key_goes_into_its_own_header() {
        let (name, value) = header(&ACME, &Credential::ApiKey("k-1".into())).unwrap();
        assert_eq!(
            (name.as_str(), value.to_str().unwrap()),
            ("x-acme-key", "k-1")
        );
    }

    #[test]
    fn a_password_is_sent_only_where_one_is_declared() {
        let jane = || Credential::Basic {
            username: "jane".to_owned(),
            password: "pässword".into(),
        };
        let error = header(&ACME, &jane()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unauthorized);
        assert!(error.message.contains("user name and password"));
        assert_eq!(basic("jane", &"pässword".into()), "amFuZTpww6Rzc3dvcmQ=");
    }

    #[test]
    fn a_broken_token_is_refused_without_being_shown() {
        let error = header(&ACME, &token("hunter2\r\nHost: evil")).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unauthorized);
        assert!(!error.to_string().contains("hunter2"));
    }

    #[test]
    fn an_echoed_credential_is_taken_out() {
        let hunter = token("hunter2");
        let without =
            |body: &'static [u8], credential| redacted(Bytes::from_static(body), credential);
        assert_eq!(
            without(b"{\"token\":\"hunter2\"}", &hunter),
            b"{\"token\":\"[redacted]\"}"[..]
        );
        assert_eq!(without(b"\xff hunter2", &hunter), b"\xff [redacted]"[..]);
        assert_eq!(without(b"\xff", &hunter), b"\xff"[..]);
        let jane = Credential::Basic {
            username: "jane".to_owned(),
            password: "pässword".into(),
        };
        assert_eq!(
            without("amFuZTpww6Rzc3dvcmQ= pässword".as_bytes(), &jane),
            "[redacted] [redacted]"
        );
        assert_eq!(without(b"abc", &token("abc")), "abc");
    }

    #[test]
    fn an_echo_is_taken_out_however_json_writes_it() {
        let escaped = token("a/b+c\"d\\é😀");
        for body in [
            "a/b+c\"d\\é😀",
            r#"{"e":"a/b+c\"d\\é😀"}"#,
            r#"{"e":"a\/b+c\"d\\é😀","f":"\n"}"#,
            r#"{"e":"a\u002Fb\u002bc\u0022d\u005c\u00e9\uD83D\ude00"}"#,
        ] {
            let kept = redacted(Bytes::from_static(body.as_bytes()), &escaped);
            let kept = String::from_utf8(kept.to_vec()).unwrap();
            assert!(kept.contains("[redacted]") && !kept.contains('b'), "{kept}");
        }
        for body in ["a/b+c", r"a\/b+c\", r"a\/b\u00", r"\u0061/b+\"] {
            assert_eq!(
                redacted(Bytes::from_static(body.as_bytes()), &escaped),
                body
            );
        }
    }
}
