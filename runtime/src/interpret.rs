//! What an answer means: an error in one form whatever the vendor calls it, or rows, or a record.

use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::error::{Error, ErrorKind, RateLimit};
use crate::json_path;
use crate::message;
use crate::rate_limit;
use crate::send::Answer;
use crate::table::{
    ErrorRule, Integration, JsonPath, MethodKind, Operation, Response, ResponseForm, RuleKind,
    Shape, Step,
};

/// An answer that does not say no.
#[derive(Debug)]
pub struct Reading {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub content: Content,
    /// How much may still be asked.
    pub rate_limit: RateLimit,
}

/// The body of an answer that does not say no.
#[derive(Debug)]
pub enum Content {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Value),
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

/// Reads an answer. The definition's rules decide first, also about a 2xx; then the status does.
///
/// # Errors
/// [`Failure`] when it says no. What is no JSON is left to [`rows`] and [`record`]: a delete may be
/// confirmed by any text.
pub fn read(integration: &Integration, answer: &Answer) -> Result<Reading, Failure> {
    let rate_limit = rate_limit::read(&integration.rate_limit, &answer.headers, answer.received);
    let document: Result<Value, _> = serde_json::from_slice(&answer.body);
    let parsed = document.as_ref().ok();
    let code = integration.errors.code.iter().find_map(|path| {
        parsed.and_then(|document| json_path::first(document, path)).and_then(json_path::scalar)
    });
    let rule = integration
        .errors
        .rules
        .iter()
        .find(|rule| applies(rule, answer, parsed, code.as_deref()));
    let kind = match rule.map(|rule| rule.kind) {
        Some(RuleKind::Error(kind)) => kind,
        Some(RuleKind::TokenExpired) => ErrorKind::Unauthorized,
        None => match kind_of_status(answer.status) {
            Some(kind) => kind,
            None => {
                let content = match document {
                    Ok(document) => Content::Json(document),
                    Err(_) if answer.body.trim_ascii().is_empty() => Content::Empty,
                    Err(error) => {
                        let mut error = Error::new(
                            ErrorKind::Malformed,
                            not_json(integration, answer, &error),
                        );
                        complete(&mut error, answer, rate_limit);
                        Content::Other(error)
                    }
                };
                return Ok(Reading { status: answer.status, content, rate_limit });
            }
        },
    };
    let message = message::of_failure(integration, answer, parsed, code.as_deref());
    let mut error = Error::new(kind, message);
    error.hint = rule.and_then(|rule| rule.hint).map_or_else(
        || message::default_hint(kind, &rate_limit),
        |hint| Some(hint.to_owned()),
    );
    error.vendor_code = code;
    complete(&mut error, answer, rate_limit);
    let token_expired = rule.is_some_and(|rule| rule.kind == RuleKind::TokenExpired);
    Err(Failure { error, token_expired })
}

/// The rows of a list.
///
/// # Errors
/// [`ErrorKind::Malformed`] when they are not where the definition says, or are no rows.
pub fn rows(
    integration: &Integration,
    operation: &Operation,
    status: u16,
    content: Content,
) -> Result<Vec<Value>, Error> {
    let Response { at, form, shape } = &operation.response;
    let malformed = |problem: &str| malformed(integration, status, at, problem);
    let document = match content {
        Content::Empty => return Ok(Vec::new()),
        Content::Json(document) => document,
        Content::Other(error) => return Err(error),
    };
    let mut rows = match (form, json_path::take(document, at)) {
        (ResponseForm::RowOfOne, Some(Value::Null) | None) => {
            return Err(malformed("has no record at"));
        }
        (ResponseForm::RowOfOne, Some(record)) => vec![record],
        (_, Some(Value::Array(rows))) => rows,
        // A list without elements is null in the answers of many a vendor.
        (_, Some(Value::Null)) | (ResponseForm::Rows { missing_is_empty: true }, None) => Vec::new(),
        (_, None) => return Err(malformed("has no list of rows at")),
        (_, Some(_)) => return Err(malformed("has something else than a list of rows at")),
    };
    if matches!(shape, Shape::Object(_)) && !rows.iter().all(Value::is_object) {
        return Err(malformed("has a row that is no object in the list at"));
    }
    if has_text(shape) {
        rows.iter_mut().for_each(|row| normalise(row, shape));
    }
    Ok(rows)
}

/// The record, or `None` where there is nothing to say.
///
/// # Errors
/// [`ErrorKind::NotFound`] when one record was asked for and none came; [`ErrorKind::Malformed`] when
/// it is not where the definition says, or is no record.
pub fn record(
    integration: &Integration,
    operation: &Operation,
    status: u16,
    content: Content,
) -> Result<Option<Value>, Error> {
    let Response { at, form, shape } = &operation.response;
    if *form == ResponseForm::Empty {
        return Ok(None);
    }
    let malformed = |problem: &str| malformed(integration, status, at, problem);
    let nothing = || {
        if operation.kind != MethodKind::Get {
            return Ok(None);
        }
        let message = format!("{} answered {status} without a record.", integration.label);
        let mut error = Error::new(ErrorKind::NotFound, message).with_hint("There is no such record.");
        error.status = Some(status);
        Err(error)
    };
    let document = match content {
        Content::Empty => return nothing(),
        Content::Json(document) => document,
        Content::Other(error) => return Err(error),
    };
    if is_nobody(&document, at) {
        return nothing();
    }
    let Some(mut record) = json_path::take(document, at) else {
        return Err(malformed("has no record at"));
    };
    if matches!(shape, Shape::Object(_)) && !record.is_object() {
        return Err(malformed("has something else than a record at"));
    }
    normalise(&mut record, shape);
    Ok(Some(record))
}

/// Whether the place of a record holds null, or is an element of an empty list.
fn is_nobody(document: &Value, at: JsonPath) -> bool {
    let is_empty_list = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    match at.split_last() {
        Some((Step::Index(_), list)) if json_path::first(document, list).is_some_and(is_empty_list) => {
            true
        }
        _ => json_path::first(document, at).is_some_and(Value::is_null),
    }
}

fn applies(
    rule: &ErrorRule,
    answer: &Answer,
    document: Option<&Value>,
    code: Option<&str>,
) -> bool {
    let status = rule.status.is_none_or(|(from, to)| (from..=to).contains(&answer.status));
    let header = rule.header.is_none_or(|(name, values)| {
        let sent = answer.headers.get(name).and_then(|value| value.to_str().ok());
        sent.is_some_and(|sent| values.is_empty() || values.contains(&sent))
    });
    let code = rule.code.is_empty() || code.is_some_and(|code| rule.code.contains(&code));
    status && header && code && rule.body.is_none_or(|(path, values)| {
        let found = document.map_or_else(Vec::new, |document| json_path::select(document, path));
        found.into_iter().filter(|value| !value.is_null()).any(|value| {
            let is = |text: String| values.contains(&text.as_str());
            values.is_empty() || json_path::scalar(value).is_some_and(is)
        })
    })
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
        // The rest of 4xx is about how a request is made, which no caller can mend: the definition or
        // the vendor is wrong. 3xx: redirects are not followed.
        _ => ErrorKind::Upstream,
    })
}

/// Adds what the answer says to an error.
pub(crate) fn complete(error: &mut Error, answer: &Answer, rate_limit: RateLimit) {
    error.status = Some(answer.status);
    error.rate_limit = rate_limit;
    error.body = message::body_text(&answer.body);
}

fn not_json(integration: &Integration, answer: &Answer, error: &serde_json::Error) -> String {
    let (label, status) = (integration.label, answer.status);
    let content_type = answer.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or("no content type");
    if error.is_eof() {
        format!("{label} answered {status} with JSON that breaks off ({content_type}).")
    } else {
        format!("{label} answered {status} with something that is not JSON ({content_type}).")
    }
}

fn malformed(integration: &Integration, status: u16, at: JsonPath, problem: &str) -> Error {
    let place = match at {
        [] => "its top level".to_owned(),
        at => format!("`{}`", json_path::display(at)),
    };
    let message = format!("The answer {status} of {} {problem} {place}.", integration.label);
    let mut error = Error::new(ErrorKind::Malformed, message);
    error.status = Some(status);
    error
}

/// Whether numbers may stand where the shape says [`Shape::Text`].
fn has_text(shape: &Shape) -> bool {
    match shape {
        Shape::Text | Shape::Object(_) => true,
        Shape::Array { items, .. } | Shape::Map(items) => has_text(items),
        _ => false,
    }
}

/// Turns numbers into strings where the shape says [`Shape::Text`].
fn normalise(value: &mut Value, shape: &Shape) {
    match (shape, value) {
        (Shape::Text, value) => {
            if let Value::Number(number) = value {
                *value = Value::String(number.to_string());
            }
        }
        (Shape::Object(object), Value::Object(members)) => {
            for field in object.fields.iter().filter(|field| has_text(&field.shape)) {
                if let Some(member) = members.get_mut(field.name) {
                    normalise(member, &field.shape);
                }
            }
        }
        (Shape::Array { items, .. }, Value::Array(elements)) => {
            elements.iter_mut().for_each(|element| normalise(element, items));
        }
        (Shape::Map(values), Value::Object(members)) => {
            members.values_mut().for_each(|member| normalise(member, values));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use bytes::Bytes;
    use http::{HeaderMap, HeaderName, HeaderValue};
    use serde_json::json;

    use super::*;
    use crate::fixture::{ACME, OPERATION};
    use crate::table::{Field, ObjectShape};

    static USER: ObjectShape = ObjectShape {
        name: "user",
        fields: &[
            Field { name: "id", required: true, nullable: false, integer: false, shape: Shape::Text },
            Field {
                name: "teams",
                required: false,
                nullable: true,
                integer: false,
                shape: Shape::Array { items: &Shape::Object(&TEAM), min: None, max: None },
            },
        ],
    };
    static TEAM: ObjectShape = ObjectShape {
        name: "team",
        fields: &[Field {
            name: "id",
            required: true,
            nullable: false,
            integer: false,
            shape: Shape::Text,
        }],
    };

    const fn operation(kind: MethodKind, at: JsonPath, form: ResponseForm) -> Operation {
        let response = Response { at, form, shape: Shape::Object(&USER) };
        Operation { kind, response, ..OPERATION }
    }

    const USERS: JsonPath = &[Step::Key("users")];
    const ROWS: ResponseForm = ResponseForm::Rows { missing_is_empty: false };
    static LIST: Operation = operation(MethodKind::List, USERS, ROWS);
    static GET: Operation =
        operation(MethodKind::Get, &[Step::Key("users"), Step::Index(0)], ResponseForm::Record);

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (name.parse::<HeaderName>().unwrap(), HeaderValue::from_static(value))
            })
            .collect();
        let body = Bytes::from(body.to_owned());
        Answer { status, headers, body, received: SystemTime::UNIX_EPOCH }
    }

    fn no(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> (Error, bool) {
        let failure = read(&ACME, &answer(status, headers, body)).unwrap_err();
        assert_eq!(failure.error.status, Some(status));
        (failure.error, failure.token_expired)
    }

    fn listed(operation: &Operation, body: &str) -> Result<Vec<Value>, Error> {
        let reading = read(&ACME, &answer(200, &[], body)).unwrap();
        rows(&ACME, operation, 200, reading.content)
    }

    fn got(operation: &Operation, body: &str) -> Result<Option<Value>, Error> {
        let reading = read(&ACME, &answer(200, &[], body)).unwrap();
        record(&ACME, operation, 200, reading.content)
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
        let (error, _) = no(404, &[], r#"{"error": {"code": 7, "message": " No such\n user"}}"#);
        assert_eq!(error.message, "Acme answered 404 (7): No such user.");
        assert_eq!(error.vendor_code.as_deref(), Some("7"));
        assert!(error.body.as_ref().unwrap().contains("No such\\n user"));
        let (error, _) = no(400, &[], r#"{"errors": [{"msg": "a is bad"}, {"msg": "b too"}]}"#);
        assert_eq!(error.message, "Acme answered 400: a is bad; b too.");
        assert_eq!(no(500, &[], "").0.message, "Acme answered 500 without a message.");
        assert_eq!(no(502, &[], "<h1>Bad Gateway</h1>").0.message, "Acme answered 502: Bad Gateway.");
        assert_eq!(
            no(302, &[("location", "https://evil.example/?t=1")], "").0.message,
            "Acme answered 302, a redirect, which is not followed."
        );
    }

    #[test]
    fn rules_come_first() {
        let (error, expired) = no(400, &[], r#"{"error": {"code": 2000, "message": "BAD_TOKEN"}}"#);
        assert_eq!((error.kind, expired), (ErrorKind::Unauthorized, true));
        let (error, expired) = no(403, &[("x-gate", "OVER_QPS"), ("retry-after", "2")], "");
        assert_eq!((error.kind, expired), (ErrorKind::RateLimited, false));
        assert_eq!(error.hint.as_deref(), Some("Slow down."));
        assert_eq!(error.rate_limit.reset, Some(2));
        assert_eq!(no(403, &[("x-gate", "NO")], "").0.kind, ErrorKind::Forbidden);
        for status in [r#""error""#, "false"] {
            let body = format!(r#"{{"users": [{{"status": "ok"}}, {{"status": {status}}}]}}"#);
            let (error, _) = no(200, &[], &body);
            assert_eq!(error.kind, ErrorKind::InvalidArgument);
            assert_eq!(error.message, "Acme answered 200 but failed without a message.");
        }
        assert!(read(&ACME, &answer(200, &[], r#"{"users": [{"status": null}]}"#)).is_ok());
    }

    #[test]
    fn throttling_says_when_to_call_again() {
        let hint = |headers: &[(&'static str, &'static str)]| no(429, headers, "").0.hint.clone().unwrap();
        assert_eq!(hint(&[("retry-after", "1")]), "Call again in 1 second.");
        assert_eq!(hint(&[("retry-after", "9")]), "Call again in 9 seconds.");
        assert_eq!(hint(&[]), "Wait before the next call.");
    }

    #[test]
    fn rows_are_found_and_their_texts_are_strings() {
        let rows = listed(&LIST, r#"{"users": [{"id": 12824215693, "teams": [{"id": 7}], "x": 1}]}"#);
        assert_eq!(rows.unwrap(), [json!({"id": "12824215693", "teams": [{"id": "7"}], "x": 1})]);
        assert_eq!(listed(&LIST, "").unwrap(), Vec::<Value>::new());
        assert_eq!(listed(&LIST, r#"{"users": null}"#).unwrap(), Vec::<Value>::new());
        let lenient =
            operation(MethodKind::List, USERS, ResponseForm::Rows { missing_is_empty: true });
        assert_eq!(listed(&lenient, r#"{"count": 0}"#).unwrap(), Vec::<Value>::new());
        let one = operation(MethodKind::List, &[], ResponseForm::RowOfOne);
        assert_eq!(listed(&one, r#"{"id": 1}"#).unwrap(), [json!({"id": "1"})]);
        assert_eq!(listed(&one, "").unwrap(), Vec::<Value>::new());
    }

    #[test]
    fn what_is_no_list_of_rows_is_named() {
        for (body, message) in [
            ("{}", "The answer 200 of Acme has no list of rows at `users`."),
            (r#"{"users": {}}"#, "The answer 200 of Acme has something else than a list of rows at `users`."),
            (r#"{"users": [1]}"#, "The answer 200 of Acme has a row that is no object in the list at `users`."),
            ("<p>Hi</p>", "Acme answered 200 with something that is not JSON (no content type)."),
            (r#"{"users": [{"id""#, "Acme answered 200 with JSON that breaks off (no content type)."),
        ] {
            let error = listed(&LIST, body).unwrap_err();
            assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Malformed, message));
        }
    }

    #[test]
    fn a_record_is_found_or_not() {
        let found = got(&GET, r#"{"users": [{"id": 1}]}"#).unwrap();
        assert_eq!(found, Some(json!({"id": "1"})));
        for body in ["", r#"{"users": []}"#, r#"{"users": [null]}"#] {
            assert_eq!(got(&GET, body).unwrap_err().kind, ErrorKind::NotFound, "{body}");
        }
        for body in ["{}", r#"{"users": [1]}"#, "x"] {
            assert_eq!(got(&GET, body).unwrap_err().kind, ErrorKind::Malformed, "{body}");
        }
        let create = operation(MethodKind::Create, &[], ResponseForm::Record);
        assert_eq!(got(&create, "").unwrap(), None);
        assert_eq!(got(&OPERATION, "<p>Deleted</p>").unwrap(), None);
    }
}
