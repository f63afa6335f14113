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
        let arg = operation.arg(&name);
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
        Shape::String(_) | Shape::Text(_) => None,
        Shape::Integer { .. } | Shape::Number { .. } => text.parse().ok().map(Value::Number),
        Shape::Boolean => text.parse().ok().map(Value::Bool),
        Shape::Array { .. } | Shape::Object(_) | Shape::Map(_) | Shape::Any => {
            serde_json::from_str(text).ok()
        }
    };
    read.unwrap_or_else(|| text.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use toolwright_runtime::table::{Arg, ObjectShape};

    use super::*;

    fn read(shape: &Shape, texts: &[&str]) -> Option<Value> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        value(shape, &texts)
    }

    #[test]
    fn a_text_becomes_what_is_declared() {
        for (shape, text, expected) in [
            (Shape::STRING, "7", json!("7")),
            (Shape::STRING, "", json!("")),
            (Shape::TEXT, "true", json!("true")),
            (Shape::INTEGER, "-7", json!(-7)),
            (Shape::INTEGER, "18446744073709551615", json!(u64::MAX)),
            (Shape::NUMBER, "7.50", json!(7.5)),
            (Shape::Boolean, "false", json!(false)),
            (Shape::Map(&Shape::Any), r#"{"a": [1]}"#, json!({"a": [1]})),
            (
                Shape::Object(&ObjectShape::EMPTY),
                r#"{"a": 1}"#,
                json!({"a": 1}),
            ),
            (Shape::Any, "7", json!(7)),
            (Shape::Any, "seven", json!("seven")),
        ] {
            assert_eq!(read(&shape, &[text]), Some(expected), "{shape:?} {text}");
        }
    }

    #[test]
    fn what_cannot_be_read_stays_text() {
        for (shape, text) in [
            (Shape::INTEGER, "seven"),
            (Shape::INTEGER, " 7"),
            (Shape::INTEGER, "+7"),
            (Shape::INTEGER, ""),
            (Shape::NUMBER, "NaN"),
            (Shape::Boolean, "True"),
            (Shape::Boolean, "1"),
            (Shape::Map(&Shape::Any), "{"),
        ] {
            assert_eq!(read(&shape, &[text]), Some(json!(text)), "{shape:?} {text}");
        }
    }

    #[test]
    fn a_name_of_before_reads_as_that_of_today() {
        static RENAMED: Operation = Operation {
            args: &[Arg::LIMIT],
            renamed: &[("rows", "limit")],
            ..Operation::COMMON
        };
        let query = ["limit", "rows", "other"].map(|name| (name.to_owned(), "7".to_owned()));
        let read = flat(&RENAMED, None, query.to_vec(), Map::new()).unwrap();
        assert_eq!(
            Value::Object(read),
            json!({"limit": 7, "rows": 7, "other": "7"})
        );
    }

    #[test]
    fn a_list_comes_in_three_ways() {
        let list = |items: &'static Shape| Shape::Array {
            items,
            min: None,
            max: None,
        };
        let (words, numbers) = (list(&Shape::STRING), list(&Shape::INTEGER));
        for (shape, texts, expected) in [
            (&words, &["a"][..], json!(["a"])),
            (&words, &["a,b"], json!(["a", "b"])),
            (&words, &["a,b", "c"], json!(["a,b", "c"])),
            (&words, &[r#"["a,b"]"#], json!(["a,b"])),
            (&words, &["[a"], json!(["[a"])),
            (&words, &[""], json!([])),
            (&numbers, &["1,2"], json!([1, 2])),
            (&numbers, &["1", "x"], json!([1, "x"])),
        ] {
            assert_eq!(read(shape, texts), Some(expected), "{texts:?}");
        }
        assert_eq!(read(&Shape::STRING, &["a", "b"]), None);
    }

    #[test]
    fn one_argument_has_one_source() {
        static ARGS: [Arg; 2] = [Arg::LIMIT, Arg::NEXT_CURSOR];
        let operation = Operation {
            args: &ARGS,
            ..Operation::COMMON
        };
        let flat = |id: Option<&str>, query: &[(&str, &str)], body: Value| {
            let pairs = query.iter();
            let query = pairs.map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
            let body = body.as_object().cloned().unwrap_or_default();
            super::flat(&operation, id, query.collect(), body)
        };
        let given = flat(Some("7"), &[("limit", "5")], json!({"next_cursor": "c"}));
        let given = Value::Object(given.unwrap());
        assert_eq!(given, json!({"id": "7", "limit": 5, "next_cursor": "c"}));
        for (id, query, body) in [
            (Some("7"), &[("id", "8")][..], json!({})),
            (Some("7"), &[], json!({"id": "7"})),
            (None, &[("id", "7"), ("id", "7")], json!({})),
            (None, &[("id", "7")], json!({"id": null})),
        ] {
            let error = flat(id, query, body).unwrap_err();
            assert_eq!(error.kind, ErrorKind::InvalidArgument);
            assert_eq!(error.message, "`id` is given twice.");
        }
    }
}
