//! Building the body of a request.

use bytes::Bytes;
use percent_encoding::utf8_percent_encode;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind};
use crate::json_path;
use crate::request::Values;
use crate::segment::ENCODED;
use crate::table::{Body, JsonPath, Place};
use crate::wire;

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
            put(
                &mut inner,
                at,
                wire::json(arg.name, &value, &arg.shape, *integer)?,
            );
        }
    }
    let bytes = Bytes::from(json_path::wrap(inner, wrap).to_string());
    Ok(Encoded {
        content_type: Some("application/json".to_owned()),
        bytes,
    })
}

/// Sets the value at a place below `document`, and makes the objects on the way.
fn put(document: &mut Value, at: &[&str], value: Value) {
    let Some((name, rest)) = at.split_first() else {
        *document = value;
        return;
    };
    if let Value::Object(members) = document {
        let member = members
            .entry(*name)
            .or_insert_with(|| Value::Object(Map::new()));
        put(member, rest, value);
    }
}

/// The fields of a form: a list is a field for each element, an object is its JSON text.
fn fields(constants: &[(&str, &str)], values: &Values<'_>) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = constants
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    for arg in values.args {
        if let (Place::Body { at, .. }, Some(value)) = (&arg.place, values.of(arg)) {
            let name = at.join(".");
            match value.as_ref() {
                Value::Array(elements) => {
                    fields.extend(
                        elements
                            .iter()
                            .map(|element| (name.clone(), wire::text(element))),
                    );
                }
                value => fields.push((name, wire::text(value))),
            }
        }
    }
    fields
}

/// `application/x-www-form-urlencoded`.
pub(crate) fn form(fields: &[(String, String)]) -> Encoded {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| encoded(name) + "=" + &encoded(value))
        .collect();
    Encoded {
        content_type: Some("application/x-www-form-urlencoded".to_owned()),
        bytes: Bytes::from(pairs.join("&")),
    }
}

/// A text as a form has it.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// `application/json`: an object of texts.
pub(crate) fn object(fields: &[(String, String)]) -> Encoded {
    let members = fields.iter().cloned();
    let object: Map<String, Value> = members
        .map(|(name, value)| (name, Value::from(value)))
        .collect();
    Encoded {
        content_type: Some("application/json".to_owned()),
        bytes: Bytes::from(Value::Object(object).to_string()),
    }
}

/// `multipart/form-data` (RFC 7578).
pub(crate) fn multipart(fields: &[(String, String)]) -> Encoded {
    let boundary = boundary(fields);
    let mut text = String::new();
    for (name, value) in fields {
        // As browsers escape names.
        let name = name
            .replace('"', "%22")
            .replace('\r', "%0D")
            .replace('\n', "%0A");
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
    hash.finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::fixture::{ACME, ARG, OPERATION};
    use crate::page::PageQuery;
    use crate::request::{self, Target};
    use crate::table::{Arg, Field, Http, ObjectShape, Operation, Shape, Step, StringRule};
    use crate::upstreams::Upstreams;

    const TEXT: Arg = Arg {
        place: Place::Body {
            at: &["name"],
            integer: false,
        },
        ..ARG
    };
    static ROLE: ObjectShape = ObjectShape {
        name: "role",
        fields: &[Field {
            name: "id",
            required: true,
            nullable: false,
            integer: true,
            shape: Shape::String(&StringRule::ANY),
        }],
        texts: &[],
    };
    static JSON: Operation = Operation {
        http: Http::Post,
        args: &[
            TEXT,
            Arg {
                name: "given",
                place: Place::Body {
                    at: &["n", "given"],
                    integer: false,
                },
                ..ARG
            },
            Arg {
                name: "ids",
                place: Place::Body {
                    at: &["ids"],
                    integer: true,
                },
                shape: Shape::Array {
                    items: &Shape::String(&StringRule::ANY),
                    min: None,
                    max: None,
                },
                ..ARG
            },
            Arg {
                name: "role",
                place: Place::Body {
                    at: &["role"],
                    integer: false,
                },
                shape: Shape::Object(&ROLE),
                ..ARG
            },
            Arg {
                name: "count",
                place: Place::Body {
                    at: &["count"],
                    integer: false,
                },
                default: Some("3"),
                shape: Shape::Integer {
                    min: None,
                    max: None,
                },
                ..ARG
            },
        ],
        body: Body::Json {
            wrap: &[Step::Key("users"), Step::Index(0)],
            constants: &[(&["n", "family"], "\"Doe\""), (&["active"], "true")],
        },
        ..OPERATION
    };
    static LIST: Operation = Operation {
        http: Http::Post,
        args: &[Arg {
            name: "rows",
            place: Place::Body {
                at: &[],
                integer: false,
            },
            shape: Shape::Array {
                items: &Shape::Any,
                min: None,
                max: None,
            },
            ..ARG
        }],
        body: Body::Json {
            wrap: &[],
            constants: &[],
        },
        ..OPERATION
    };
    static FORM: Operation = Operation {
        http: Http::Post,
        args: &[
            TEXT,
            Arg {
                name: "to",
                place: Place::Body {
                    at: &["to"],
                    integer: false,
                },
                ..ARG
            },
        ],
        body: Body::Form {
            constants: &[("action", "add folder")],
        },
        ..OPERATION
    };
    static MULTIPART: Operation = Operation {
        http: Http::Post,
        args: &[TEXT],
        body: Body::Multipart {
            constants: &[("action", "add")],
        },
        ..OPERATION
    };

    fn sent(operation: &Operation, arguments: Value) -> Result<(String, String), String> {
        let target = Target {
            integration: &ACME,
            connection: &BTreeMap::new(),
            upstreams: &Upstreams::default(),
        };
        let page = PageQuery::Added(Vec::new());
        let arguments = arguments.as_object().unwrap();
        let request = request::build(&target, operation, arguments, &page);
        let request = request.map_err(|error| error.message.clone())?;
        let content_type = request.headers().get("content-type");
        let content_type = content_type.map(|value| value.to_str().unwrap().to_owned());
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        Ok((content_type.unwrap_or_default(), body))
    }

    #[test]
    fn json_is_wrapped_around_constants_and_arguments() {
        let arguments = json!({
            "q": "Jane", "given": "J", "ids": ["12824215693", "-1"], "role": {"id": "7"}, "count": 2.0,
        });
        let (content_type, body) = sent(&JSON, arguments).unwrap();
        assert_eq!(content_type, "application/json");
        assert_eq!(
            body,
            r#"{"users":[{"n":{"family":"Doe","given":"J"},"active":true,"name":"Jane","ids":[12824215693,-1],"role":{"id":7},"count":2}]}"#
        );
        let (_, body) = sent(&JSON, json!({})).unwrap();
        assert_eq!(
            body,
            r#"{"users":[{"n":{"family":"Doe"},"active":true,"count":3}]}"#
        );
    }

    #[test]
    fn digits_that_are_none_are_refused() {
        let error = sent(&JSON, json!({"ids": ["12x"]})).unwrap_err();
        assert_eq!(
            error,
            "`ids` must be the digits of a whole number, in a string."
        );
    }

    #[test]
    fn a_list_can_be_the_whole_body() {
        assert_eq!(
            sent(&LIST, json!({"rows": [1, {"a": 2}]})).unwrap().1,
            r#"[1,{"a":2}]"#
        );
    }

    #[test]
    fn a_form() {
        let (content_type, body) =
            sent(&FORM, json!({"q": "a&b=c\r\n", "to": ["x", {"a": 1}]})).unwrap();
        assert_eq!(content_type, "application/x-www-form-urlencoded");
        assert_eq!(
            body,
            "action=add%20folder&name=a%26b%3Dc%0D%0A&to=x&to=%7B%22a%22%3A1%7D"
        );
    }

    #[test]
    fn a_multipart_form() {
        let (content_type, body) = sent(&MULTIPART, json!({"q": "a\r\n--b"})).unwrap();
        let boundary = content_type
            .strip_prefix("multipart/form-data; boundary=")
            .unwrap();
        assert_eq!(
            body.replace(boundary, "B"),
            "--B\r\nContent-Disposition: form-data; name=\"action\"\r\n\r\nadd\r\n\
             --B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\r\n--b\r\n--B--\r\n"
        );
        let (other, _) = sent(&MULTIPART, json!({"q": "a\r\n--c"})).unwrap();
        assert_ne!(other, content_type);
    }
}
