//! Marks in texts: `{name}` stands for a value.

use serde_json::Value;
use toolwright_runtime::json_path::scalar;

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text as it stands.
    Text(&'a str),
    /// A mark, without its braces.
    Mark(&'a str),
}

/// The pieces of a text. Braces without a name between them are text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for chunk in text.split_inclusive('}') {
        let mark = chunk
            .strip_suffix('}')
            .and_then(|chunk| chunk.rsplit_once('{'));
        match mark.filter(|(_, name)| !name.is_empty()) {
            None => pieces.push(Piece::Text(chunk)),
            Some((before, name)) => {
                if !before.is_empty() {
                    pieces.push(Piece::Text(before));
                }
                pieces.push(Piece::Mark(name));
            }
        }
    }
    pieces
}

/// Every mark in the strings of a document.
pub(super) fn names(document: &Value) -> Vec<&str> {
    match document {
        Value::String(text) => names_in(text),
        Value::Array(elements) => elements.iter().flat_map(names).collect(),
        Value::Object(members) => members.values().flat_map(names).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// Every mark in a text.
pub(super) fn names_in(text: &str) -> Vec<&str> {
    pieces(text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Mark(name) => Some(name),
            Piece::Text(_) => None,
        })
        .collect()
}

/// The document with another value for each of its strings.
pub(super) fn map_strings(document: &Value, map: &dyn Fn(&str) -> Value) -> Value {
    match document {
        Value::String(text) => map(text),
        Value::Array(elements) => elements
            .iter()
            .map(|element| map_strings(element, map))
            .collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), map_strings(member, map)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => document.clone(),
    }
}

/// A template with values in place of its marks. A string that is one mark alone becomes the value
/// as it is; inside a longer string a value is text. A mark without a value stays.
pub(super) fn expand(template: &Value, value: &dyn Fn(&str) -> Option<Value>) -> Value {
    map_strings(template, &|text| match pieces(text).as_slice() {
        [Piece::Mark(name)] => value(name).unwrap_or_else(|| Value::from(text)),
        pieces => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => (*text).to_owned(),
                Piece::Mark(name) => value(name).map_or_else(
                    || format!("{{{name}}}"),
                    |value| scalar(&value).unwrap_or_default(),
                ),
            })
            .collect::<String>()
            .into(),
    })
}

/// A text with values in place of its marks; `None` where one has no value.
pub(super) fn expand_text<'a>(
    text: &str,
    value: &dyn Fn(&str) -> Option<&'a str>,
) -> Option<String> {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Mark(name) => value(name),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_marks_between_braces() {
        assert_eq!(
            pieces("a{b}c"),
            [Piece::Text("a"), Piece::Mark("b"), Piece::Text("c")]
        );
        assert_eq!(pieces("{a}{b}"), [Piece::Mark("a"), Piece::Mark("b")]);
        assert_eq!(pieces("{}"), [Piece::Text("{}")]);
        assert_eq!(pieces("a}b{c"), [Piece::Text("a}"), Piece::Text("b{c")]);
        assert_eq!(pieces("{{a}"), [Piece::Text("{"), Piece::Mark("a")]);
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn a_mark_alone_keeps_its_type() {
        let template =
            json!({"count": "{count}", "text": "{count} of {total}", "rows": ["{rows}"]});
        let value = |name: &str| match name {
            "count" => Some(json!(2)),
            "rows" => Some(json!([{"id": 1}])),
            _ => None,
        };
        assert_eq!(
            expand(&template, &value),
            json!({"count": 2, "text": "2 of {total}", "rows": [[{"id": 1}]]})
        );
        assert_eq!(names(&template), ["count", "count", "total", "rows"]);
    }

    #[test]
    fn a_text_without_a_value_is_none() {
        let value = |name: &str| (name == "id").then_some("7");
        assert_eq!(expand_text("user-{id}", &value).as_deref(), Some("user-7"));
        assert_eq!(expand_text("{id}{other}", &value), None);
    }
}
