//! The fields of a request's body, as a row would have them, and the texts of a login's.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};
use toolwright_runtime::json_path;
use toolwright_runtime::table::{Arg, Body, JsonPath, LoginBody, Operation, Place, Shape};

use super::answer::Refusal;
use super::document::{get, merge};
use super::parameters::Parameters;

/// The fields of a body, out of what wraps them.
///
/// # Errors
/// [`Refusal::Invalid`] when the body is not of the declared form or has not all it needs.
pub(super) fn fields(
    operation: &Operation,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, Refusal> {
    let fields = match operation.body {
        Body::None => Value::Object(Map::new()),
        Body::Json { wrap, .. } => json(operation, wrap, &document(headers, body)?)?,
        Body::Form { .. } => typed(operation, &form(headers, body)?),
        Body::Multipart { .. } => typed(operation, &multipart(headers, body)?),
    };
    if !fields.is_object() {
        return Err(invalid("the body is not an object"));
    }
    check_required(operation, &fields)?;
    Ok(fields)
}

/// The texts of a login's body.
///
/// # Errors
/// [`Refusal::Invalid`] when the body is not of the declared form.
pub(super) fn texts(
    written: LoginBody,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Parameters, Refusal> {
    match written {
        LoginBody::Form => form(headers, body),
        LoginBody::Multipart => multipart(headers, body),
        LoginBody::Json => {
            let document = document(headers, body)?;
            let members = document.as_object().into_iter().flatten();
            let texts = members
                .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
            Ok(Parameters(texts.collect()))
        }
    }
}

/// Checks the media type that was sent and hands back its parameters.
fn media_type<'a>(headers: &'a HeaderMap, expected: &str) -> Result<&'a str, Refusal> {
    let sent = headers.get(CONTENT_TYPE);
    let sent = sent
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let (media_type, parameters) = sent.split_once(';').unwrap_or((sent, ""));
    if media_type.trim().eq_ignore_ascii_case(expected) {
        return Ok(parameters);
    }
    Err(invalid(&format!("the body is not of the type {expected}")))
}

fn text(body: &[u8]) -> Result<&str, Refusal> {
    str::from_utf8(body).map_err(|_| invalid("the body is not UTF-8"))
}

fn invalid(message: &str) -> Refusal {
    Refusal::Invalid(message.to_owned())
}

fn document(headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    media_type(headers, "application/json")?;
    serde_json::from_slice(body).map_err(|_| invalid("the body is not JSON"))
}

fn form(headers: &HeaderMap, body: &[u8]) -> Result<Parameters, Refusal> {
    media_type(headers, "application/x-www-form-urlencoded")?;
    Ok(Parameters::parse(text(body)?))
}

fn json(operation: &Operation, wrap: JsonPath, document: &Value) -> Result<Value, Refusal> {
    let missing = || format!("the body has no {}", json_path::display(wrap));
    let inner = get(document, wrap).cloned();
    let inner = inner.ok_or_else(|| invalid(&missing()))?;
    let is_whole = |arg: &&Arg| matches!(arg.place, Place::Body { at: [], .. });
    Ok(match operation.args.iter().find(is_whole) {
        None => inner,
        // A list has no names; the argument's is the row's.
        Some(arg) => Value::Object(Map::from_iter([(arg.name.to_owned(), inner)])),
    })
}

/// Texts of a form as values of the declared types, at their places.
fn typed(operation: &Operation, parameters: &Parameters) -> Value {
    let mut fields = Value::Object(Map::new());
    for name in parameters.names() {
        let is_meant =
            |arg: &&Arg| matches!(arg.place, Place::Body { at, .. } if at.join(".") == name);
        let value = match operation.args.iter().find(is_meant).map(|arg| &arg.shape) {
            Some(Shape::Array { items, .. }) => parameters
                .all(name)
                .map(|text| typed_value(items, text))
                .collect(),
            Some(shape) => typed_value(shape, parameters.get(name).unwrap_or_default()),
            None => parameters.get(name).into(),
        };
        let inner = name.rsplit('.').fold(value, |inner, key| {
            Value::Object(Map::from_iter([(key.to_owned(), inner)]))
        });
        merge(&mut fields, inner);
    }
    fields
}

fn typed_value(shape: &Shape, text: &str) -> Value {
    match shape {
        Shape::String(_) => text.into(),
        _ => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}

/// The fields of `multipart/form-data` (RFC 7578), of which only texts are understood.
fn multipart(headers: &HeaderMap, body: &[u8]) -> Result<Parameters, Refusal> {
    let parameters = media_type(headers, "multipart/form-data")?;
    let text = text(body)?;
    let boundary = parameters.split(';').find_map(|parameter| {
        parameter
            .trim()
            .strip_prefix("boundary=")
            .map(|boundary| boundary.trim_matches('"'))
    });
    let boundary = boundary.ok_or_else(|| invalid("the body names no boundary"))?;
    let (text, delimiter) = (format!("\r\n{text}"), format!("\r\n--{boundary}"));
    let parts = text
        .split(&delimiter)
        .skip(1)
        .take_while(|part| !part.starts_with("--"));
    let fields = parts.map(|part| {
        let (head, value) = part.split_once("\r\n\r\n")?;
        let name = head.split_once("name=\"")?.1.split_once('"')?.0;
        Some((name.to_owned(), value.to_owned()))
    });
    let fields: Option<_> = fields.collect();
    fields
        .map(Parameters)
        .ok_or_else(|| invalid("a part of the body has no name"))
}

fn check_required(operation: &Operation, fields: &Value) -> Result<(), Refusal> {
    for arg in operation.args.iter().filter(|arg| arg.required) {
        let Place::Body { at, .. } = arg.place else {
            continue;
        };
        if at
            .iter()
            .try_fold(fields, |value, name| value.get(name))
            .is_none()
        {
            return Err(invalid(&format!("{} is missing", at.join("."))));
        }
    }
    Ok(())
}
