//! Building the body of a request.

use bytes::Bytes;
use percent_encoding::utf8_percent_encode;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind};
use crate::json_path;
use crate::request::{Values, text, wire};
use crate::segment::ENCODED;
use crate::table::{Body, JsonPath, Place};

/// A body and what it is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Encoded {
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Bytes,
}

/// Builds the body from the arguments that go there.
pub(crate) fn build(body: &Body, values: &Values<'_>) -> Result<Encoded, Error> {
    match body {
        Body::None => Ok(Encoded::default()),
        Body::Json { wrap, constants } => json(wrap, constants, values),
        Body::Form { constants } => Ok(form(&fields(constants, values))),
        Body::Multipart { constants } => Ok(multipart(&fields(constants, values))),
    }
}

fn json(
    wrap: JsonPath,
    constants: &[(&[&str], &str)],
    values: &Values<'_>,
) -> Result<Encoded, Error> {
    let mut inner = Value::Object(Map::new());
    for (at, constant) in constants {
        let constant = serde_json::from_str(constant).map_err(|error| {
            let at = at.join(".");
            let message = format!("The constant `{at}` of the definition is not JSON: {error}.");
            Error::new(ErrorKind::Malformed, message)
        })?;
        put(&mut inner, at, constant);
    }
    for arg in values.args {
        if let (Place::Body { at, integer }, Some(value)) = (&arg.place, values.of(arg)) {
            put(&mut inner, at, wire(arg.name, &value, &arg.shape, *integer)?);
        }
    }
    let bytes = Bytes::from(json_path::wrap(inner, wrap).to_string());
    Ok(Encoded { content_type: Some("application/json".to_owned()), bytes })
}

/// Sets the value at a place below `document`, and makes the objects on the way.
fn put(document: &mut Value, at: &[&str], value: Value) {
    let Some((name, rest)) = at.split_first() else {
        *document = value;
        return;
    };
    if let Value::Object(members) = document {
        let member = members.entry(*name).or_insert_with(|| Value::Object(Map::new()));
        put(member, rest, value);
    }
}

/// The fields of a form: a list is a field for each element, an object is its JSON text.
fn fields(constants: &[(&str, &str)], values: &Values<'_>) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> =
        constants.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    for arg in values.args {
        if let (Place::Body { at, .. }, Some(value)) = (&arg.place, values.of(arg)) {
            let name = at.join(".");
            match value.as_ref() {
                Value::Array(elements) => {
                    fields.extend(elements.iter().map(|element| (name.clone(), text(element))));
                }
                value => fields.push((name, text(value))),
            }
        }
    }
    fields
}

fn form(fields: &[(String, String)]) -> Encoded {
    let encoded = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| encoded(name) + "=" + &encoded(value)).collect();
    Encoded {
        content_type: Some("application/x-www-form-urlencoded".to_owned()),
        bytes: Bytes::from(pairs.join("&")),
    }
}

/// `multipart/form-data` (RFC 7578).
fn multipart(fields: &[(String, String)]) -> Encoded {
    let boundary = boundary(fields);
    let mut text = String::new();
    for (name, value) in fields {
        // As browsers escape names.
        let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let header = format!("Content-Disposition: form-data; name=\"{name}\"");
        text.extend(["--", &boundary, "\r\n", &header, "\r\n\r\n", value, "\r\n"]);
    }
    text.extend(["--", &boundary, "--\r\n"]);
    Encoded {
        content_type: Some(format!("multipart/form-data; boundary={boundary}")),
        bytes: Bytes::from(text),
    }
}

/// A line that no field can hold, since it is a hash of all of them.
fn boundary(fields: &[(String, String)]) -> String {
    let mut hash = Sha256::new();
    for (name, value) in fields {
        hash.update(name.len().to_le_bytes());
        hash.update(name);
        hash.update(value.len().to_le_bytes());
        hash.update(value);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
