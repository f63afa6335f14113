//! Flat arguments from what a request holds. What stands in an address is text, and becomes what the
//! operation declares as far as it can be read so; whether it is right is checked where the
//! arguments of tools are (`toolwright_runtime::validate`).

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use toolwright_runtime::error::{Error, ErrorKind};
use toolwright_runtime::table::{Operation, Shape};

/// The arguments of a call: the id in its path, the parameters of its query, the members of its body.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`]: an argument is given twice and is no list.
pub(super) fn flat(
    operation: &Operation,
    id: Option<&str>,
    query: Vec<(String, String)>,
    body: Map<String, Value>,
) -> Result<Map<String, Value>, Error> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let id = id.map(|id| ("id".to_owned(), id.to_owned()));
    for (name, text) in id.into_iter().chain(query) {
        texts.entry(name).or_default().push(text);
    }
    let mut arguments = body;
    let mut twice = Vec::new();
    for (name, texts) in texts {
        let arg = operation.args.iter().find(|arg| arg.name == name);
        // A name that is not known is refused later, with those that are.
        let shape = arg.map_or(&Shape::STRING, |arg| &arg.shape);
        match (value(shape, &texts), arguments.contains_key(&name)) {
            (Some(value), false) => {
                arguments.insert(name, value);
            }
            _ => twice.push(format!("`{}` is given twice.", name.escape_debug())),
        }
    }
    match twice.is_empty() {
        true => Ok(arguments),
        false => Err(Error::new(ErrorKind::InvalidArgument, twice.join(" "))),
    }
}

/// The value that texts of a query stand for; `None` where there are several and it is no list. A list
/// is given by repetition, or in one text: as JSON or with commas.
fn value(shape: &Shape, texts: &[String]) -> Option<Value> {
    match (shape, texts) {
        (Shape::Array { .. }, [text]) if text.is_empty() => Some(Value::Array(Vec::new())),
        (Shape::Array { items, .. }, [text]) => Some(match serde_json::from_str(text) {
            Ok(Value::Array(elements)) => Value::Array(elements),
            _ => text.split(',').map(|text| one(items, text)).collect(),
        }),
        (Shape::Array { items, .. }, texts) => {
            Some(texts.iter().map(|text| one(items, text)).collect())
        }
        (shape, [text]) => Some(one(shape, text)),
        _ => None,
    }
}

/// The value that a text stands for: what the shape wants if it can be read so, and else the text,
/// which is then refused for what it is.
fn one(shape: &Shape, text: &str) -> Value {
    let read = match shape {
        Shape::String(_) | Shape::Text => None,
        Shape::Integer { .. } | Shape::Number { .. } => text.parse().ok().map(Value::Number),
        Shape::Boolean => text.parse().ok().map(Value::Bool),
        Shape::Array { .. } | Shape::Object(_) | Shape::Map(_) | Shape::Any => {
            serde_json::from_str(text).ok()
        }
    };
    read.unwrap_or_else(|| text.into())
}
