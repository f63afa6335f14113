//! The result of a tool, made from what the runtime hands back.
//!
//! A success is one JSON object, as `structuredContent` and, letter for letter, as text. A failure
//! is a sentence and then an object, both as text: some clients check `structuredContent` against
//! the tool's output schema even when `isError` is set, and drop the message if it does not fit.
//!
//! Clients cut what is too long for a model wherever that may be. So a list ends between two rows,
//! and a row or record that is too long by itself is left out; a `note` says so.

use bytes::Bytes;
use serde_json::{Map, Value};
use toolwright_runtime::document::Document;
use toolwright_runtime::error::Error;
use toolwright_runtime::exchange::MOST_BYTES;
use toolwright_runtime::json::Json;
use toolwright_runtime::outcome::{Data, Outcome};

use super::json_string;
use crate::envelope;

/// The members of a `tools/call` result behind those that open it, and what closes the response.
#[must_use]
pub fn rest(outcome: Result<Outcome, Error>) -> Bytes {
    match outcome {
        Ok(outcome) => success(outcome),
        Err(error) => failure(&error),
    }
}

fn success(outcome: Outcome) -> Bytes {
    let structured = structured(outcome);
    // Half as much again is room for the backslashes before quotes.
    let mut rest = Vec::with_capacity(structured.len() * 5 / 2 + 128);
    rest.extend(br#""content":["#);
    push_text_block(&mut rest, &structured);
    rest.extend(br#"],"structuredContent":"#);
    rest.extend(structured.as_bytes());
    rest.extend(b"}}");
    rest.into()
}

fn failure(error: &Error) -> Bytes {
    let mut rest = Vec::from(br#""content":["#);
    push_text_block(&mut rest, &error.to_string());
    rest.push(b',');
    push_text_block(&mut rest, &error_object(error).to_string());
    rest.extend(br#"],"isError":true}}"#);
    rest.into()
}

fn push_text_block(rest: &mut Vec<u8>, text: &str) {
    rest.extend(br#"{"type":"text","text":"#);
    json_string::push(rest, text);
    rest.push(b'}');
}

/// The object of a success, as text.
fn structured(outcome: Outcome) -> String {
    let rate_limit = outcome.rate_limit;
    let is_page = matches!(outcome.data, Data::Page { .. });
    let mut object = match outcome.data {
        Data::Record(record) if is_too_long(&record) => {
            let note = Value::from(without("The call succeeded. The answer", &record));
            ["{\"note\":", &note.to_string(), "}"].concat()
        }
        mut data => {
            let notes = leave_out(&mut data);
            envelope::object(data, notes)
        }
    };
    if !rate_limit.is_empty() && (is_page || !has_rate_limit(&object)) {
        envelope::add(&mut object, "ratelimit", &rate_limit.to_json().into());
    }
    object
}

/// Takes rows out that are too long; a sentence about each.
fn leave_out(data: &mut Data) -> Vec<String> {
    let Data::Page { result, .. } = data else {
        return Vec::new();
    };
    let left_out = result.extract_if(.., |row| is_too_long(row));
    left_out.map(|row| without("A row", &row)).collect()
}

/// Whether a record has a member of that name already.
fn has_rate_limit(object: &str) -> bool {
    let may_have = object.contains("\"ratelimit\"") || object.contains("\\u");
    may_have && Document::parse(object, 1).is_ok_and(|object| object.has("ratelimit"))
}

/// Whether it alone is more than a model is shown.
fn is_too_long(json: &Json) -> bool {
    json.as_str().len() > MOST_BYTES
}

/// Why a row or record is missing.
fn without(what: &str, json: &Json) -> String {
    let bytes = json.as_str().len();
    format!("{what} is left out: it has {bytes} bytes, and {MOST_BYTES} fit into one result.")
}

/// What is known of an error, without the vendor's own text.
fn error_object(error: &Error) -> Value {
    let mut inner = Map::new();
    inner.insert("kind".to_owned(), error.kind.code().into());
    inner.insert("message".to_owned(), error.message.as_str().into());
    if let Some(hint) = &error.hint {
        inner.insert("hint".to_owned(), hint.as_str().into());
    }
    if let Some(status) = error.status {
        inner.insert("status".to_owned(), status.into());
    }
    if let Some(code) = &error.vendor_code {
        inner.insert("vendor_code".to_owned(), code.as_str().into());
    }
    let mut members = Map::new();
    members.insert("error".to_owned(), inner.into());
    if !error.rate_limit.is_empty() {
        members.insert("ratelimit".to_owned(), error.rate_limit.to_json().into());
    }
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use toolwright_runtime::error::{ErrorKind, RateLimit};

    use super::*;

    const LIMITED: RateLimit = RateLimit {
        limit: Some(100),
        remaining: Some(7),
        reset: None,
    };

    fn result(outcome: Result<Outcome, Error>) -> Value {
        let rest = String::from_utf8(rest(outcome).to_vec()).unwrap();
        let response: Value = serde_json::from_str(&format!(r#"{{"result":{{{rest}"#)).unwrap();
        response["result"].clone()
    }

    fn structured(data: Data, rate_limit: RateLimit) -> Value {
        let result = result(Ok(Outcome { data, rate_limit }));
        assert_eq!(result["content"].as_array().unwrap().len(), 1);
        assert_eq!(result["content"][0]["type"], "text");
        assert_eq!(
            result["content"][0]["text"],
            result["structuredContent"].to_string()
        );
        assert_eq!(result.get("isError"), None);
        result["structuredContent"].clone()
    }

    #[test]
    fn a_page() {
        let page = |next_cursor: Option<&str>| Data::Page {
            result: vec![Json::from(&json!({"id": 1})), Json::from(&json!("b"))],
            next_cursor: next_cursor.map(str::to_owned),
            interrupted: None,
            cut: false,
        };
        assert_eq!(
            structured(page(None), RateLimit::default()),
            json!({"result": [{"id": 1}, "b"]})
        );
        assert_eq!(
            structured(page(Some("c\"1")), LIMITED),
            json!({
                "result": [{"id": 1}, "b"],
                "next_cursor": "c\"1",
                "ratelimit": {"limit": 100, "remaining": 7},
            })
        );
    }

    #[test]
    fn an_interrupted_page_says_so() {
        let error = Error::new(ErrorKind::RateLimited, "Too many calls.").with_hint("Wait.");
        let page = Data::Page {
            result: vec![],
            next_cursor: Some("c".to_owned()),
            interrupted: Some(Box::new(error)),
            cut: false,
        };
        let page = structured(page, LIMITED);
        assert_eq!(
            page["note"],
            "The list stopped early. Too many calls. Wait. next_cursor goes on where it stopped."
        );
        assert_eq!(page["ratelimit"], json!({"limit": 100, "remaining": 7}));
    }

    #[test]
    fn a_record() {
        let record = |value: Value| structured(Data::Record(Json::from(&value)), LIMITED);
        let limited = json!({"limit": 100, "remaining": 7});
        assert_eq!(
            record(json!({"id": "7"})),
            json!({"id": "7", "ratelimit": limited})
        );
        assert_eq!(record(json!({})), json!({"ratelimit": limited}));
        assert_eq!(
            record(json!({"a": "\"ratelimit\"", "b": {"ratelimit": 1}})),
            json!({"a": "\"ratelimit\"", "b": {"ratelimit": 1}, "ratelimit": limited})
        );
        assert_eq!(
            record(json!({"ratelimit": "its own"})),
            json!({"ratelimit": "its own"})
        );
        assert_eq!(
            record(json!([1])),
            json!({"result": [1], "ratelimit": limited})
        );
    }

    #[test]
    fn nothing_to_say() {
        assert_eq!(
            structured(Data::Empty, RateLimit::default()),
            json!({"ok": true})
        );
    }

    #[test]
    fn an_error_keeps_the_vendors_text_to_itself() {
        let mut error = Error::new(ErrorKind::NotFound, "There is no such user.")
            .with_hint("list_all_acme_users lists them.");
        error.status = Some(404);
        error.vendor_code = Some("USER_GONE".to_owned());
        error.rate_limit = LIMITED;
        error.body = Some("<raw>".to_owned());
        let result = result(Err(error));
        assert_eq!(result["isError"], true);
        assert_eq!(result.get("structuredContent"), None);
        assert_eq!(
            result["content"][0]["text"],
            "There is no such user. list_all_acme_users lists them."
        );
        let details: Value =
            serde_json::from_str(result["content"][1]["text"].as_str().unwrap()).unwrap();
        assert_eq!(
            details,
            json!({
                "error": {
                    "kind": "not_found",
                    "message": "There is no such user.",
                    "hint": "list_all_acme_users lists them.",
                    "status": 404,
                    "vendor_code": "USER_GONE",
                },
                "ratelimit": {"limit": 100, "remaining": 7},
            })
        );
        assert!(!result.to_string().contains("<raw>"));
    }
}
