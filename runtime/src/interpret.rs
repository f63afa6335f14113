//! What an answer means: whether it says no, in one form whatever the vendor calls it.

use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::document::Document;
use crate::error::{Error, ErrorKind, RateLimit};
use crate::json_path;
use crate::message;
use crate::portable::{self, Unportable};
use crate::rate_limit;
use crate::send::Answer;
use crate::table::{ErrorRule, Integration, RuleKind};

/// An answer that does not say no.
#[derive(Debug)]
pub struct Reading<'a> {
    /// Its body.
    pub content: Content<'a>,
    /// How much may still be asked.
    pub rate_limit: RateLimit,
}

/// The body of an answer that does not say no.
#[derive(Debug)]
pub enum Content<'a> {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Document<'a>),
    /// Something else, and the error that this is for whoever needs the body.
    Other(Error),
}

/// An answer that says no.
#[derive(Debug)]
pub struct Failure {
    /// The error.
    pub error: Error,
    /// Whether a new access token may help.
    pub token_expired: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            error,
            token_expired: false,
        }
    }
}

/// Reads so many levels of an answer. The definition's rules decide first, also about a 2xx; then the
/// status does.
///
/// A body that is no JSON is left to whoever needs it: a delete may be confirmed by any text.
///
/// # Errors
/// [`Failure`] when it says no.
pub fn read<'a>(
    integration: &Integration,
    answer: &'a Answer,
    levels: usize,
) -> Result<Reading<'a>, Failure> {
    let rate_limit = rate_limit::read(&integration.rate_limit, &answer.headers, answer.received);
    // Rules and messages look at the top level, so it is read also where all is handed on as it is.
    let document = document(&answer.body, levels.max(1));
    let parsed = document.as_ref().ok().map(|(document, _)| document);
    let code = parsed.and_then(|document| code(integration, document));
    let mut rules = integration.errors.rules.iter();
    let rule = rules.find(|rule| applies(rule, answer, parsed, code.as_deref()));
    let kind = match rule.map(|rule| rule.kind) {
        Some(RuleKind::Error(kind)) => Some(kind),
        Some(RuleKind::TokenExpired) => Some(ErrorKind::Unauthorized),
        None => kind_of_status(answer.status),
    };
    let Some(kind) = kind else {
        let document = document.map(|(document, text)| match levels {
            0 => Document::Text(text),
            _ => document,
        });
        let content = content(integration, answer, document, rate_limit);
        return Ok(Reading {
            content,
            rate_limit,
        });
    };
    let message = message::of_failure(integration, answer, parsed, code.as_deref());
    let mut error = Error::new(kind, message);
    error.hint = match rule.and_then(|rule| rule.hint) {
        Some(hint) => Some(hint.to_owned()),
        None => message::default_hint(kind, &rate_limit),
    };
    error.vendor_code = code.as_deref().map(message::code);
    complete(&mut error, answer, rate_limit);
    let token_expired = rule.is_some_and(|rule| rule.kind == RuleKind::TokenExpired);
    Err(Failure {
        error,
        token_expired,
    })
}

/// Why a body is not read.
enum Unread {
    BreaksOff,
    NotJson,
    Unportable(Unportable),
}

/// The body as it was read, and its text.
fn document(body: &[u8], levels: usize) -> Result<(Document<'_>, &str), Unread> {
    let text = str::from_utf8(body).map_err(|_| Unread::NotJson)?;
    // Nobody should send a byte order mark, and nobody should stumble over one (RFC 8259 section 8.1).
    let text = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .trim_matches([' ', '\t', '\n', '\r']);
    let document = Document::parse(text, levels).map_err(|error| match error.is_eof() {
        true => Unread::BreaksOff,
        false => Unread::NotJson,
    })?;
    portable::check(text).map_err(Unread::Unportable)?;
    Ok((document, text))
}

/// Adds what the answer says to an error.
pub(crate) fn complete(error: &mut Error, answer: &Answer, rate_limit: RateLimit) {
    error.status = Some(answer.status);
    error.rate_limit = rate_limit;
    error.body = message::body_text(&answer.body);
}

/// The vendor's own code.
fn code(integration: &Integration, document: &Document<'_>) -> Option<String> {
    let mut places = integration.errors.code.iter();
    places.find_map(|path| document.first(path).as_ref().and_then(json_path::scalar))
}

fn applies(
    rule: &ErrorRule,
    answer: &Answer,
    document: Option<&Document<'_>>,
    code: Option<&str>,
) -> bool {
    let status = rule
        .status
        .is_none_or(|(from, to)| (from..=to).contains(&answer.status));
    let header = rule.header.is_none_or(|(name, values)| {
        let sent = answer
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok());
        sent.is_some_and(|sent| values.is_empty() || values.contains(&sent))
    });
    let code = rule.code.is_empty() || code.is_some_and(|code| rule.code.contains(&code));
    let body = || {
        rule.body.is_none_or(|(path, values)| {
            let found = document.map_or_else(Vec::new, |document| document.select(path));
            found.iter().any(|value| is_one_of(value, values))
        })
    };
    status && header && code && body()
}

/// Whether a value is one of these, or anything but null where there are none.
fn is_one_of(value: &Value, values: &[&str]) -> bool {
    let is_listed = |text: String| values.contains(&text.as_str());
    match values {
        [] => !value.is_null(),
        _ => json_path::scalar(value).is_some_and(is_listed),
    }
}

/// What a status means where no rule speaks; `None` for success.
fn kind_of_status(status: u16) -> Option<ErrorKind> {
    Some(match status {
        200..300 => return None,
        // 413 and 414: an argument is too long.
        400 | 413 | 414 | 422 => ErrorKind::InvalidArgument,
        401 => ErrorKind::Unauthorized,
        402 | 403 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        409 | 412 | 423 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        // The rest of 4xx is about how a request is made, which no caller can mend: the definition
        // or the vendor is wrong. 3xx: redirects are not followed.
        _ => ErrorKind::Upstream,
    })
}

fn content<'a>(
    integration: &Integration,
    answer: &'a Answer,
    document: Result<Document<'a>, Unread>,
    rate_limit: RateLimit,
) -> Content<'a> {
    match document {
        Ok(document) => Content::Json(document),
        Err(_) if answer.body.trim_ascii().is_empty() => Content::Empty,
        Err(unread) => {
            let message = not_json(integration, answer, &unread);
            let mut error = Error::new(ErrorKind::Malformed, message);
            complete(&mut error, answer, rate_limit);
            Content::Other(error)
        }
    }
}

fn not_json(integration: &Integration, answer: &Answer, unread: &Unread) -> String {
    let (label, status) = (integration.label, answer.status);
    let content_type = answer
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or("no content type");
    let what = match unread {
        Unread::BreaksOff => "JSON that breaks off",
        Unread::NotJson => "something that is not JSON",
        Unread::Unportable(Unportable::Deep) => "JSON that is nested too deep",
        Unread::Unportable(Unportable::Unreadable) => "JSON that most programs cannot read",
    };
    format!("{label} answered {status} with {what} ({content_type}).")
}

#[cfg(test)]
mod tests {
    use std::ops::Add as _;
    use std::time::SystemTime;

    use super::*;
    use crate::fixture::ACME;
    use bytes::Bytes;
    use http::{HeaderMap, HeaderName, HeaderValue};

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (
                    name.parse::<HeaderName>().unwrap(),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        let body = Bytes::from(body.to_owned());
        Answer {
            status,
            headers,
            body,
            received: SystemTime::UNIX_EPOCH,
        }
    }

    fn no(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> (Error, bool) {
        let failure = read(&ACME, &answer(status, headers, body), 1).unwrap_err();
        assert_eq!(failure.error.status, Some(status));
        (failure.error, failure.token_expired)
    }

    #[test]
    fn the_status_decides_where_no_rule_does() {
        for (status, kind) in [
            (301, ErrorKind::Upstream),
            (304, ErrorKind::Upstream),
            (400, ErrorKind::InvalidArgument),
            (401, ErrorKind::Unauthorized),
            (403, ErrorKind::Forbidden),
            (404, ErrorKind::NotFound),
            (405, ErrorKind::Upstream),
            (409, ErrorKind::Conflict),
            (410, ErrorKind::NotFound),
            (412, ErrorKind::Conflict),
            (422, ErrorKind::InvalidArgument),
            (429, ErrorKind::RateLimited),
            (500, ErrorKind::Upstream),
            (503, ErrorKind::Upstream),
        ] {
            assert_eq!(no(status, &[], "").0.kind, kind, "{status}");
        }
    }

    #[test]
    fn the_vendors_words_become_a_sentence() {
        let (error, _) = no(
            404,
            &[],
            r#"{"error": {"code": 7, "message": " No such\n user"}}"#,
        );
        assert_eq!(error.message, "Acme answered 404 (7): No such user.");
        assert_eq!(error.vendor_code.as_deref(), Some("7"));
        assert!(error.body.as_ref().unwrap().contains("No such\\n user"));
        let (error, _) = no(
            400,
            &[],
            r#"{"errors": [{"msg": "a is bad"}, {"msg": "b too"}]}"#,
        );
        assert_eq!(error.message, "Acme answered 400: a is bad; b too.");
        assert_eq!(
            no(500, &[], "").0.message,
            "Acme answered 500 without a message."
        );
        assert_eq!(
            no(502, &[], "<h1>Bad Gateway</h1>").0.message,
            "Acme answered 502: Bad Gateway."
        );
        assert_eq!(
            no(302, &[("location", "https://evil.example/?t=1")], "")
                .0
                .message,
            "Acme answered 302, a redirect, which is not followed."
        );
    }

    #[test]
    fn rules_come_first() {
        let (error, expired) = no(
            400,
            &[],
            r#"{"error": {"code": 2000, "message": "BAD_TOKEN"}}"#,
        );
        assert_eq!((error.kind, expired), (ErrorKind::Unauthorized, true));
        let (error, expired) = no(403, &[("x-gate", "OVER_QPS"), ("retry-after", "2")], "");
        assert_eq!((error.kind, expired), (ErrorKind::RateLimited, false));
        assert_eq!(error.hint.as_deref(), Some("Slow down."));
        assert_eq!(error.rate_limit.reset, Some(2));
        assert_eq!(
            no(403, &[("x-gate", "NO")], "").0.kind,
            ErrorKind::Forbidden
        );
        for status in [r#""error""#, "false"] {
            let body = format!(r#"{{"users": [{{"status": "ok"}}, {{"status": {status}}}]}}"#);
            let (error, _) = no(200, &[], &body);
            assert_eq!(error.kind, ErrorKind::InvalidArgument);
            assert_eq!(
                error.message,
                "Acme answered 200 but failed without a message."
            );
        }
        let fine = answer(200, &[], r#"{"users": [{"status": null}]}"#);
        assert!(read(&ACME, &fine, 1).is_ok());
    }

    #[test]
    fn what_is_no_json_is_kept_for_whoever_needs_it() {
        let malformed = |body| {
            let answer = answer(200, &[("content-type", "text/html")], body);
            match read(&ACME, &answer, 1) {
                Ok(Reading {
                    content: Content::Other(error),
                    ..
                }) => error,
                other => panic!("{other:?}"),
            }
        };
        let error = malformed("<p>Hi</p>");
        assert_eq!(
            error.message,
            "Acme answered 200 with something that is not JSON (text/html)."
        );
        assert_eq!(
            (error.kind, error.body.as_deref()),
            (ErrorKind::Malformed, Some("<p>Hi</p>"))
        );
        let error = malformed(r#"{"users": [{"id""#);
        assert_eq!(
            error.message,
            "Acme answered 200 with JSON that breaks off (text/html)."
        );
        let half = malformed(r#"{"users": [{"name": "\uD83d"}]}"#);
        assert_eq!(
            half.message,
            "Acme answered 200 with JSON that most programs cannot read (text/html)."
        );
        assert_eq!(
            malformed(&"[".repeat(5000).add(&"]".repeat(5000))).message,
            "Acme answered 200 with JSON that is nested too deep (text/html)."
        );
        let whole = answer(
            200,
            &[],
            "\u{feff}{\"users\": [{\"name\": \"\\uD83d\\uDE00\"}]}",
        );
        let whole = read(&ACME, &whole, 1).unwrap();
        assert!(matches!(whole.content, Content::Json(_)));
        let empty = answer(200, &[], " ");
        let empty = read(&ACME, &empty, 1).unwrap();
        assert!(matches!(empty.content, Content::Empty));
    }

    #[test]
    fn throttling_says_when_to_call_again() {
        let hint =
            |headers: &[(&'static str, &'static str)]| no(429, headers, "").0.hint.clone().unwrap();
        assert_eq!(hint(&[("retry-after", "1")]), "Call again in 1 second.");
        assert_eq!(hint(&[("retry-after", "9")]), "Call again in 9 seconds.");
        assert_eq!(hint(&[]), "Wait before the next call.");
    }
}
