//! Values as they are handed on: numbers are strings where the definition says so, as with ids that
//! the vendor sends as numbers in one place and as strings in another.

use std::borrow::Cow;

use serde_json::Value;

use crate::document::Document;
use crate::json::Json;
use crate::table::{ObjectShape, Shape};

/// The value on one line.
pub(crate) fn json(document: &Document<'_>, shape: &Shape) -> Json {
    let capacity = match document {
        Document::Text(raw) => raw.get().len(),
        _ => 1024,
    };
    let mut text = String::with_capacity(capacity);
    push(&mut text, document, shape);
    Json::from_text(text)
}

/// Whether the members of a value may be numbers that become strings, so that it must be read.
pub(crate) fn has_text_inside(shape: &Shape) -> bool {
    match shape {
        Shape::Object(object) => !object.texts.is_empty(),
        Shape::Array { items, .. } | Shape::Map(items) => has_text(items),
        _ => false,
    }
}

fn has_text(shape: &Shape) -> bool {
    matches!(shape, Shape::Text) || has_text_inside(shape)
}

fn push(to: &mut String, document: &Document<'_>, shape: &Shape) {
    match document {
        Document::Text(raw) => push_text(to, raw.get(), shape),
        Document::Scalar(value) => push_text(to, &value.to_string(), shape),
        Document::Array(elements) => push_elements(to, elements, shape),
        Document::Object(members) => push_members(to, members, shape),
    }
}

/// Appends what was not read: a number that becomes a string, a value that has such numbers inside,
/// and mostly what is as it shall be.
fn push_text(to: &mut String, text: &str, shape: &Shape) {
    let is_number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    if is_number && matches!(shape, Shape::Text) {
        return to.extend(["\"", text, "\""]);
    }
    if text.starts_with(['{', '[']) && has_text_inside(shape) {
        // Its grammar was checked before, so that it can be read.
        if let Ok(document) = Document::parse(text, 1) {
            return push(to, &document, shape);
        }
    }
    to.push_str(text);
}

fn push_elements(to: &mut String, elements: &[Document<'_>], shape: &Shape) {
    let items = match shape {
        Shape::Array { items, .. } => items,
        _ => &Shape::Any,
    };
    to.push('[');
    for (index, element) in elements.iter().enumerate() {
        to.push_str(if index == 0 { "" } else { "," });
        push(to, element, items);
    }
    to.push(']');
}

fn push_members(to: &mut String, members: &[(Cow<'_, str>, Document<'_>)], shape: &Shape) {
    let (object, others) = match shape {
        Shape::Object(object) => (*object, &Shape::Any),
        Shape::Map(values) => (&ObjectShape::EMPTY, *values),
        _ => (&ObjectShape::EMPTY, &Shape::Any),
    };
    let texts = || {
        object
            .texts
            .iter()
            .filter_map(|index| object.fields.get(*index))
    };
    to.push('{');
    for (index, (name, member)) in members.iter().enumerate() {
        to.push_str(if index == 0 { "" } else { "," });
        match name {
            // As it stands in the answer, where it needed no escapes.
            Cow::Borrowed(name) => to.extend(["\"", name, "\":"]),
            Cow::Owned(name) => to.extend([&Value::from(name.as_str()).to_string(), ":"]),
        }
        let text = texts().find(|field| field.name == name);
        push(to, member, text.map_or(others, |field| &field.shape));
    }
    to.push('}');
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::table::Field;

    static TEAM: ObjectShape = ObjectShape {
        name: "team",
        fields: &[
            field("id", Shape::Text),
            field("parent", Shape::Object(&TEAM)),
            field(
                "members",
                Shape::Array {
                    items: &Shape::Text,
                    min: None,
                    max: None,
                },
            ),
            field(
                "size",
                Shape::Integer {
                    min: None,
                    max: None,
                },
            ),
            field("by_role", Shape::Map(&Shape::Text)),
        ],
        texts: &[0, 1, 2, 4],
    };
    const TEAMS: Shape = Shape::Object(&TEAM);

    const fn field(name: &'static str, shape: Shape) -> Field {
        Field {
            name,
            required: false,
            nullable: true,
            integer: false,
            shape,
        }
    }

    /// The same at each depth to which the value may have been read.
    fn normal(text: &str, shape: &Shape) -> String {
        let read = |levels| Document::parse(text, levels).unwrap();
        let line = json(&read(0), shape).into_string();
        for levels in 1..4 {
            assert_eq!(json(&read(levels), shape).as_str(), line);
        }
        line
    }

    #[test]
    fn numbers_are_strings_where_the_shape_says_so() {
        assert_eq!(
            normal(
                r#"{"id":12824215693,"size":7,"parent":{"id":-1,"parent":null},"members":[1,"2",null],"by_role":{"a":3},"x":4}"#,
                &TEAMS
            ),
            r#"{"id":"12824215693","size":7,"parent":{"id":"-1","parent":null},"members":["1","2",null],"by_role":{"a":"3"},"x":4}"#
        );
        assert_eq!(normal("5", &Shape::Text), r#""5""#);
        assert_eq!(normal("[5]", &Shape::Text), "[5]");
        assert_eq!(normal("true", &TEAMS), "true");
        assert_eq!(normal("{}", &TEAMS), "{}");
    }

    #[test]
    fn names_stay_what_they_mean() {
        assert_eq!(
            normal(r#"{"a\"b\\":1,"\u0069d":2,"c\n":3}"#, &TEAMS),
            r#"{"a\"b\\":1,"id":"2","c\n":3}"#
        );
    }

    #[test]
    fn digits_are_kept_however_many() {
        let line = |text| {
            let raw: &RawValue = serde_json::from_str(text).unwrap();
            json(&Document::Text(raw), &TEAMS).into_string()
        };
        assert_eq!(
            line(r#"{"id":123456789012345678901234567890,"x":1.50}"#),
            r#"{"id":"123456789012345678901234567890","x":1.50}"#
        );
        assert_eq!(line("{\n \"x\": {\n \"y\": 1\n }\n}"), r#"{"x":{"y":1}}"#);
    }
}
