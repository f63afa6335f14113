//! Values as they are handed on: numbers are strings where the definition says so, as with ids that
//! the vendor sends as numbers in one place and as strings in another.

use memchr::memchr;

use crate::json::Json;
use crate::parts::Parts;
use crate::table::{Field, ObjectShape, Shape};

/// The value on one line. Its grammar was checked before.
pub(crate) fn json(text: &str, shape: &Shape) -> Json {
    // Room for the quotes of a few numbers.
    let mut line = String::with_capacity(text.len() + 32);
    push(&mut line, text, shape);
    Json::from_text(line)
}

fn push(to: &mut String, text: &str, shape: &Shape) {
    match (shape, text.as_bytes().first()) {
        (Shape::Text(_), Some(b'-' | b'0'..=b'9')) => to.extend(["\"", text, "\""]),
        (Shape::Object(object), Some(b'{')) if has_text(shape) => push_object(to, text, object),
        (Shape::Map(inner), Some(b'{')) if has_text(inner) => {
            push_all(to, Parts::members(text), inner);
        }
        (Shape::Array { items, .. }, Some(b'[')) if has_text(items) => {
            push_all(to, Parts::elements(text), items);
        }
        _ => to.push_str(text),
    }
}

/// Whether there may be numbers that become strings.
fn has_text(shape: &Shape) -> bool {
    match shape {
        Shape::Text(_) => true,
        Shape::Object(object) => !object.texts.is_empty(),
        Shape::Array { items, .. } | Shape::Map(items) => has_text(items),
        _ => false,
    }
}

/// Appends values that are all to be looked into.
fn push_all(to: &mut String, mut parts: Parts<'_>, shape: &Shape) {
    for part in &mut parts {
        to.push_str(part.before);
        push(to, part.value, shape);
    }
    to.push_str(parts.rest);
}

/// Appends an object of which some fields are to be looked into.
fn push_object(to: &mut String, text: &str, object: &ObjectShape) {
    let mut members = Parts::members(text);
    while let Some(member) = members.next() {
        to.push_str(member.before);
        let field = text_field(object, member.name);
        push(
            to,
            member.value,
            field.map_or(&Shape::Any, |field| &field.shape),
        );
        if field.is_some() && !may_have_text_field(object, members.rest) {
            break;
        }
    }
    to.push_str(members.rest);
}

/// The field of that name, which is as it stands in the text, if it is to be looked into.
fn text_field(object: &ObjectShape, name: &str) -> Option<&'static Field> {
    let read: Option<String> = match name.contains('\\') {
        true => serde_json::from_str(name).ok(),
        false => None,
    };
    let name = read.as_deref().unwrap_or(name.trim_matches('"'));
    text_fields(object).find(|field| field.name == name)
}

/// Whether any of these fields may come in the rest of an object, so that it must be taken apart. Ids
/// mostly come first, and it need not.
fn may_have_text_field(object: &ObjectShape, rest: &str) -> bool {
    // A name can be written with escapes.
    memchr(b'\\', rest.as_bytes()).is_some()
        || text_fields(object).any(|field| rest.contains(&["\"", field.name, "\""].concat()))
}

fn text_fields(object: &ObjectShape) -> impl Iterator<Item = &'static Field> {
    let fields = object.fields;
    object.texts.iter().filter_map(|index| fields.get(*index))
}

#[cfg(test)]
mod tests {
    use super::*;

    static TEAM: ObjectShape = ObjectShape {
        name: "team",
        fields: &[
            field("id", Shape::TEXT),
            field("parent", Shape::Object(&TEAM)),
            field(
                "members",
                Shape::Array {
                    items: &Shape::TEXT,
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
            field("by_role", Shape::Map(&Shape::TEXT)),
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

    fn normal(text: &str, shape: &Shape) -> String {
        json(text, shape).into_string()
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
        assert_eq!(
            normal(r#"{"x":1,"id":2,"id":3,"\u0069d":4}"#, &TEAMS),
            r#"{"x":1,"id":"2","id":"3","\u0069d":"4"}"#
        );
        assert_eq!(normal("5", &Shape::TEXT), r#""5""#);
        assert_eq!(normal("[5]", &Shape::TEXT), "[5]");
        assert_eq!(normal("true", &TEAMS), "true");
        assert_eq!(normal("{}", &TEAMS), "{}");
    }

    #[test]
    fn names_stay_what_they_mean() {
        assert_eq!(
            normal(r#"{"a\"b\\":1,"\u0069d":2,"c\n":3}"#, &TEAMS),
            r#"{"a\"b\\":1,"\u0069d":"2","c\n":3}"#
        );
    }

    #[test]
    fn digits_are_kept_however_many() {
        assert_eq!(
            normal(r#"{"id":123456789012345678901234567890,"x":1.50}"#, &TEAMS),
            r#"{"id":"123456789012345678901234567890","x":1.50}"#
        );
        let pretty = "{\n \"x\": {\n \"y\": 1\n }\n}";
        assert_eq!(normal(pretty, &TEAMS), r#"{"x":{"y":1}}"#);
    }
}
