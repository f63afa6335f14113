//! The envelope of a message: JSON-RPC 2.0 as MCP narrows it.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::failure::{Code, Failure};

/// The revision in which every request says its version in `_meta` and there is no handshake.
pub const MODERN: &str = "2026-07-28";

/// The revisions that open with `initialize`, newest first.
pub const LEGACY: [&str; 3] = ["2025-11-25", "2025-06-18", BATCHING];

/// The one revision that has batches.
pub const BATCHING: &str = "2025-03-26";

/// The revisions served, newest first.
pub fn supported() -> impl Iterator<Item = &'static str> {
    std::iter::once(MODERN).chain(LEGACY)
}

/// The two ways in which the protocol is spoken (2026-07-28, basic/versioning).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// After an `initialize` handshake, up to 2025-11-25.
    Legacy,
    /// With the version in every request, from 2026-07-28 on.
    Modern,
}

impl Era {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Modern => "modern",
        }
    }
}

/// What a client sends.
#[derive(Debug)]
pub enum Message<'a> {
    /// It waits for an answer.
    Request(Request<'a>),
    /// It does not.
    Notification {
        /// What it is about.
        method: Cow<'a, str>,
        /// What it says.
        params: Option<&'a RawValue>,
    },
}

/// A message that waits for an answer.
#[derive(Debug)]
pub struct Request<'a> {
    /// A string or a whole number, as it came.
    pub id: &'a RawValue,
    /// What is asked.
    pub method: Cow<'a, str>,
    /// With what.
    pub params: Option<&'a RawValue>,
}

/// The members that the methods of this server look at; others are skipped unread.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params<'a> {
    /// What every modern request says about itself.
    #[serde(borrow, rename = "_meta")]
    pub meta: Option<&'a RawValue>,
    /// The tool or the prompt.
    #[serde(borrow)]
    pub name: Option<&'a RawValue>,
    /// The arguments of the tool.
    #[serde(borrow)]
    pub arguments: Option<&'a RawValue>,
    /// Where a list goes on.
    #[serde(borrow)]
    pub cursor: Option<&'a RawValue>,
    /// The resource.
    #[serde(borrow)]
    pub uri: Option<&'a RawValue>,
    /// The revision that `initialize` asks for.
    #[serde(borrow)]
    pub protocol_version: Option<&'a RawValue>,
    /// The request that is cancelled.
    #[serde(borrow)]
    pub request_id: Option<&'a RawValue>,
    /// What the client that sends `initialize` is called.
    #[serde(borrow)]
    pub client_info: Option<&'a RawValue>,
}

/// The members of `_meta` that this server looks at.
#[derive(Debug, Default, Deserialize)]
pub struct Meta<'a> {
    /// The revision of the request.
    #[serde(borrow, rename = "io.modelcontextprotocol/protocolVersion")]
    pub protocol_version: Option<&'a RawValue>,
    /// What the client can do.
    #[serde(borrow, rename = "io.modelcontextprotocol/clientCapabilities")]
    pub client_capabilities: Option<&'a RawValue>,
    /// What the client is called.
    #[serde(borrow, rename = "io.modelcontextprotocol/clientInfo")]
    pub client_info: Option<&'a RawValue>,
}

/// Reads the envelope of one message; parameters stay as they came.
///
/// # Errors
/// The failure, and the id of the request as far as it can be read.
pub fn parse(text: &[u8]) -> Result<Message<'_>, (Option<&RawValue>, Failure)> {
    let envelope = Envelope::parse(text).map_err(|failure| (None, failure))?;
    let Envelope {
        jsonrpc,
        id,
        method,
        params,
    } = envelope;
    let id = match id {
        Some(id) if !is_request_id(id) => {
            return Err((None, invalid("`id` must be a string or a whole number.")));
        }
        id => id,
    };
    if jsonrpc.and_then(string).as_deref() != Some("2.0") {
        return Err((id, invalid("`jsonrpc` must be \"2.0\".")));
    }
    match (method.and_then(string), id) {
        (Some(method), Some(id)) => Ok(Message::Request(Request { id, method, params })),
        (Some(method), None) => Ok(Message::Notification { method, params }),
        // A response among others: this server asks nothing of a client.
        (None, id) => Err((id, invalid("`method` must be a string."))),
    }
}

/// The members of `params`, which may be left out.
///
/// # Errors
/// It is not an object, or a member stands in it twice.
pub fn params(raw: Option<&RawValue>) -> Result<Params<'_>, Failure> {
    object(raw, "params").map(Option::unwrap_or_default)
}

/// The members of `_meta`; `None` where it is left out.
///
/// # Errors
/// It is not an object, or a member stands in it twice.
pub fn meta<'a>(params: &Params<'a>) -> Result<Option<Meta<'a>>, Failure> {
    object(params.meta, "_meta")
}

/// A JSON string's text; `None` for anything else.
#[must_use]
pub fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
    serde_json::from_str(raw.get()).ok().map(|Text(text)| text)
}

/// Whether a JSON text is an object.
#[must_use]
pub fn is_object(raw: &RawValue) -> bool {
    raw.get().starts_with('{')
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "even_null")]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    method: Option<&'a RawValue>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

impl<'a> Envelope<'a> {
    fn parse(text: &'a [u8]) -> Result<Self, Failure> {
        // serde would read an array as a struct too.
        if !text.trim_ascii_start().starts_with(b"{") {
            serde_json::from_slice::<serde::de::IgnoredAny>(text)
                .map_err(|error| failure(&error))?;
            return Err(invalid("A message must be one JSON object."));
        }
        serde_json::from_slice(text).map_err(|error| failure(&error))
    }
}

/// A request with `"id":null` is malformed, not a notification.
fn even_null<'de, D: Deserializer<'de>>(input: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(input).map(Some)
}

fn is_request_id(raw: &RawValue) -> bool {
    let text = raw.get();
    text.starts_with('"') || text.parse::<i64>().is_ok()
}

fn object<'a, T: Deserialize<'a>>(
    raw: Option<&'a RawValue>,
    name: &str,
) -> Result<Option<T>, Failure> {
    let Some(raw) = raw else { return Ok(None) };
    if !is_object(raw) {
        return Err(Failure::params(format!("`{name}` must be an object.")));
    }
    serde_json::from_str(raw.get())
        .map(Some)
        .map_err(|error| Failure::params(format!("`{name}` cannot be read: {error}.")))
}

fn failure(error: &serde_json::Error) -> Failure {
    match error.classify() {
        Category::Data => invalid(&format!("The message cannot be read: {error}.")),
        Category::Io | Category::Syntax | Category::Eof => Failure::new(
            Code::ParseError,
            format!("The message is not JSON: {error}."),
        ),
    }
}

fn invalid(message: &str) -> Failure {
    Failure::new(Code::InvalidRequest, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejected(text: &str) -> (Option<String>, Code) {
        let (id, failure) = parse(text.as_bytes()).unwrap_err();
        (id.map(|id| id.get().to_owned()), failure.code)
    }

    #[test]
    fn reads_requests_and_notifications() {
        let text =
            br#" {"params":{"a":[1]},"id":"7\u0041","method":"x","jsonrpc":"2.0","more":1} "#;
        let Ok(Message::Request(request)) = parse(text) else {
            panic!("a request")
        };
        assert_eq!(request.id.get(), r#""7\u0041""#);
        assert_eq!(request.method, "x");
        assert_eq!(request.params.unwrap().get(), r#"{"a":[1]}"#);
        let Ok(Message::Notification {
            method,
            params: None,
        }) = parse(br#"{"jsonrpc":"2.0","method":"n"}"#)
        else {
            panic!("a notification")
        };
        assert_eq!(method, "n");
    }

    #[test]
    fn refuses_what_is_no_message() {
        let refused = |text, id: Option<&str>, code| {
            assert_eq!(rejected(text), (id.map(str::to_owned), code), "{text}");
        };
        refused("", None, Code::ParseError);
        refused("{", None, Code::ParseError);
        refused("nonsense", None, Code::ParseError);
        refused(
            r#"{"jsonrpc":"2.0","id":1,"method":"x"} {}"#,
            None,
            Code::ParseError,
        );
        refused(r#"["2.0",1,"ping"]"#, None, Code::InvalidRequest);
        refused("3", None, Code::InvalidRequest);
        refused(
            r#"{"jsonrpc":"2.0","id":null,"method":"x"}"#,
            None,
            Code::InvalidRequest,
        );
        refused(
            r#"{"jsonrpc":"2.0","id":1.5,"method":"x"}"#,
            None,
            Code::InvalidRequest,
        );
        refused(
            r#"{"jsonrpc":"2.0","id":{},"method":"x"}"#,
            None,
            Code::InvalidRequest,
        );
        refused(
            r#"{"jsonrpc":"1.0","id":4,"method":"x"}"#,
            Some("4"),
            Code::InvalidRequest,
        );
        refused(r#"{"id":4,"method":"x"}"#, Some("4"), Code::InvalidRequest);
        refused(
            r#"{"jsonrpc":"2.0","id":4,"method":5}"#,
            Some("4"),
            Code::InvalidRequest,
        );
        refused(
            r#"{"jsonrpc":"2.0","id":4,"result":{}}"#,
            Some("4"),
            Code::InvalidRequest,
        );
        refused(
            r#"{"jsonrpc":"2.0","id":4,"id":5,"method":"x"}"#,
            None,
            Code::InvalidRequest,
        );
    }

    #[test]
    fn refuses_text_that_is_not_utf_8() {
        let (_, failure) = parse(b"{\"jsonrpc\":\"2.0\",\"method\":\"\xff\"}").unwrap_err();
        assert_eq!(failure.code, Code::ParseError);
    }

    #[test]
    fn skips_deep_nesting_without_recursion() {
        let deep = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"x","params":{{"a":{}{}}}}}"#,
            "[".repeat(500_000),
            "]".repeat(500_000)
        );
        let Ok(Message::Request(request)) = parse(deep.as_bytes()) else {
            panic!("a request")
        };
        assert!(params(request.params).is_ok());
    }

    #[test]
    fn params_must_be_an_object() {
        let raw = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
        assert!(params(None).unwrap().name.is_none());
        assert!(
            params(Some(&raw(r#"{"name":null}"#)))
                .unwrap()
                .name
                .is_none()
        );
        assert_eq!(
            params(Some(&raw("[]"))).unwrap_err().code,
            Code::InvalidParams
        );
        let twice = raw(r#"{"name":"a","name":"b"}"#);
        assert_eq!(params(Some(&twice)).unwrap_err().code, Code::InvalidParams);
    }
}
