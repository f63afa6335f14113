//! The result of a tool, made from what the runtime hands back.
//!
//! A success is one JSON object, as `structuredContent` and, letter for letter, as text. A failure
//! is a sentence and then an object, both as text: some clients check `structuredContent` against
//! the tool's output schema even when `isError` is set, and drop the message if it does not fit.

use bytes::Bytes;
use serde_json::{Map, Value, json};
use toolwright_runtime::error::{Error, RateLimit};
use toolwright_runtime::outcome::{Data, Outcome};

/// The members of a `tools/call` result behind those that open it, and what closes the response.
#[must_use]
pub fn rest(outcome: Result<Outcome, Error>) -> Bytes {
    match outcome {
        Ok(outcome) => success(outcome),
        Err(error) => failure(&error),
    }
}

fn success(outcome: Outcome) -> Bytes {
    let structured = object(outcome).to_string();
    let text = text_block(&structured);
    format!(r#""content":[{text}],"structuredContent":{structured}}}}}"#).into()
}

fn failure(error: &Error) -> Bytes {
    let sentence = text_block(&error.to_string());
    let details = text_block(&error_object(error).to_string());
    format!(r#""content":[{sentence},{details}],"isError":true}}}}"#).into()
}

fn text_block(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

fn object(outcome: Outcome) -> Value {
    let mut members = Map::new();
    let mut rate_limit = outcome.rate_limit;
    match outcome.data {
        Data::Page {
            result,
            next_cursor,
            interrupted,
        } => {
            if let Some(error) = interrupted {
                members.insert(
                    "note".to_owned(),
                    note(&error, next_cursor.is_some()).into(),
                );
                if !error.rate_limit.is_empty() {
                    rate_limit = error.rate_limit;
                }
            }
            members.insert("result".to_owned(), result.into());
            if let Some(cursor) = next_cursor {
                members.insert("next_cursor".to_owned(), cursor.into());
            }
        }
        Data::Record(Value::Object(record)) => members = record,
        // The protocol wants an object.
        Data::Record(other) => {
            members.insert("result".to_owned(), other);
        }
        Data::Empty => {
            members.insert("ok".to_owned(), true.into());
        }
    }
    add_rate_limit(&mut members, &rate_limit);
    Value::Object(members)
}

/// Why a page holds fewer rows than were asked for.
fn note(error: &Error, goes_on: bool) -> String {
    let rest = if goes_on {
        "next_cursor goes on where it stopped."
    } else {
        "There is no cursor to go on with."
    };
    format!("The list stopped early. {error} {rest}")
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
    add_rate_limit(&mut members, &error.rate_limit);
    Value::Object(members)
}

fn add_rate_limit(members: &mut Map<String, Value>, rate_limit: &RateLimit) {
    if !rate_limit.is_empty() && !members.contains_key("ratelimit") {
        members.insert("ratelimit".to_owned(), rate_limit.to_json().into());
    }
}

#[cfg(test)]
mod tests {
    use toolwright_runtime::error::ErrorKind;

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
            result: vec![json!({"id": 1}), json!("b")],
            next_cursor: next_cursor.map(str::to_owned),
            interrupted: None,
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
        let mut error = Error::new(ErrorKind::RateLimited, "Too many calls.").with_hint("Wait.");
        error.rate_limit.reset = Some(9);
        let page = Data::Page {
            result: vec![],
            next_cursor: Some("c".to_owned()),
            interrupted: Some(Box::new(error)),
        };
        let page = structured(page, LIMITED);
        assert_eq!(
            page["note"],
            "The list stopped early. Too many calls. Wait. next_cursor goes on where it stopped."
        );
        assert_eq!(page["ratelimit"], json!({"reset": 9}));
    }

    #[test]
    fn a_record() {
        let record = |value| structured(Data::Record(value), LIMITED);
        let limited = json!({"limit": 100, "remaining": 7});
        assert_eq!(
            record(json!({"id": "7"})),
            json!({"id": "7", "ratelimit": limited})
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
