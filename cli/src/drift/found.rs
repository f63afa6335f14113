//! What values look like, in the notation of the definition language (`definitions/README.md`,
//! "Type expressions" and "Values").

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use toolwright_runtime::table::Shape;

use super::name;

/// How deep values are looked into; what lies deeper is anything.
const DEEPEST: usize = 16;

/// What some values have in common.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Found {
    /// Whether one of them was null.
    pub(crate) is_nullable: bool,
    /// `None`: none of them was anything but null.
    kind: Option<Kind>,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Boolean,
    Integer,
    Number,
    String,
    /// Strings and numbers.
    Text,
    List(Box<Found>),
    Object(BTreeMap<String, Found>),
    /// An object whose keys are data.
    Map(Box<Found>),
    Any,
}

impl Found {
    /// What a value looks like. Where a map is declared the keys are data, however they look.
    pub(crate) fn of(value: &Value, declared: Option<&Shape>) -> Self {
        Self::within(value, declared, DEEPEST)
    }

    fn within(value: &Value, declared: Option<&Shape>, levels: usize) -> Self {
        let common = |values: &mut dyn Iterator<Item = &Value>, inner: Option<&Shape>| {
            let values = values.map(|value| Self::within(value, inner, levels - 1));
            Box::new(values.fold(Self::default(), Self::joined))
        };
        let kind = match (value, declared) {
            (Value::Null, _) => None,
            (Value::Bool(_), _) => Some(Kind::Boolean),
            (Value::Number(_), _) if is_whole(value) => Some(Kind::Integer),
            (Value::Number(_), _) => Some(Kind::Number),
            (Value::String(_), _) => Some(Kind::String),
            _ if levels == 0 => Some(Kind::Any),
            (Value::Array(elements), declared) => {
                let inner = match declared {
                    Some(Shape::Array { items, .. }) => Some(*items),
                    _ => None,
                };
                Some(Kind::List(common(&mut elements.iter(), inner)))
            }
            (Value::Object(members), Some(Shape::Map(inner))) => {
                Some(Kind::Map(common(&mut members.values(), Some(inner))))
            }
            (Value::Object(members), _) if has_data_keys(members) => {
                Some(Kind::Map(common(&mut members.values(), None)))
            }
            (Value::Object(members), declared) => {
                let fields = members.iter().map(|(name, value)| {
                    let inner = declared.and_then(|shape| field(shape, name));
                    (name.clone(), Self::within(value, inner, levels - 1))
                });
                Some(Kind::Object(fields.collect()))
            }
        };
        Self {
            is_nullable: kind.is_none(),
            kind,
        }
    }

    /// What both have in common.
    pub(crate) fn joined(self, other: Self) -> Self {
        let kind = match (self.kind, other.kind) {
            (None, kind) | (kind, None) => kind,
            (Some(one), Some(other)) => Some(one.joined(other)),
        };
        Self {
            is_nullable: self.is_nullable || other.is_nullable,
            kind,
        }
    }

    /// As a value of the language: `"string?"`, `"any[]"`, `{"fields": {…}}`.
    pub(crate) fn notation(&self) -> Value {
        let (mut ty, fields) = self.expression();
        if self.is_nullable && ty != "any" {
            ty.push('?');
        }
        match fields {
            None => ty.into(),
            Some(fields) => {
                let notations = fields.iter();
                let notations = notations.map(|(name, found)| (name.clone(), found.notation()));
                let fields: Map<String, Value> = notations.collect();
                match ty.as_str() {
                    "object" => json!({ "fields": fields }),
                    _ => json!({ "type": ty, "fields": fields }),
                }
            }
        }
    }

    /// The type without a last `?`, and the fields of the objects in it.
    fn expression(&self) -> (String, Option<&BTreeMap<String, Self>>) {
        let simple = |name: &str| (name.to_owned(), None);
        match &self.kind {
            None | Some(Kind::Any) => simple("any"),
            Some(Kind::Boolean) => simple("boolean"),
            Some(Kind::Integer) => simple("integer"),
            Some(Kind::Number) => simple("number"),
            Some(Kind::String) => simple("string"),
            Some(Kind::Text) => simple("text"),
            // An object without fields cannot be declared.
            Some(Kind::Object(fields)) if fields.is_empty() => simple("any"),
            Some(Kind::Object(fields)) => ("object".to_owned(), Some(fields)),
            // Elements that are null do no harm, so nothing says so.
            Some(Kind::List(inner)) => inner.marked("[]"),
            Some(Kind::Map(inner)) => inner.marked("{}"),
        }
    }

    fn marked(&self, mark: &str) -> (String, Option<&BTreeMap<String, Self>>) {
        let (ty, fields) = self.expression();
        (ty + mark, fields)
    }
}

impl Kind {
    fn joined(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Integer | Self::Number, Self::Integer | Self::Number) => Self::Number,
            (
                Self::String | Self::Text | Self::Integer | Self::Number,
                Self::String | Self::Text | Self::Integer | Self::Number,
            ) => Self::Text,
            (Self::List(one), Self::List(other)) => Self::List(Box::new(one.joined(*other))),
            (Self::Object(mut fields), Self::Object(others)) => {
                for (name, found) in others {
                    let before = fields.remove(&name).unwrap_or_default();
                    fields.insert(name, before.joined(found));
                }
                Self::Object(fields)
            }
            (Self::Map(one), Self::Map(other)) => Self::Map(Box::new(one.joined(*other))),
            (Self::Map(inner), Self::Object(fields)) | (Self::Object(fields), Self::Map(inner)) => {
                let values = fields.into_values();
                Self::Map(Box::new(values.fold(*inner, Found::joined)))
            }
            _ => Self::Any,
        }
    }
}

/// What a field of a declared object is.
pub(crate) fn field<'a>(shape: &'a Shape, name: &str) -> Option<&'a Shape> {
    let Shape::Object(object) = shape else {
        return None;
    };
    let field = object.fields.iter().find(|field| field.name == name)?;
    Some(&field.shape)
}

/// A declared shape as the language writes it, but for a `?`.
pub(crate) fn declared(shape: &Shape) -> String {
    match shape {
        Shape::String(_) => "string".to_owned(),
        Shape::Text(_) => "text".to_owned(),
        Shape::Integer { .. } => "integer".to_owned(),
        Shape::Number { .. } => "number".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Array { items, .. } => declared(items) + "[]",
        Shape::Map(values) => declared(values) + "{}",
        Shape::Object(object) if object.name.is_empty() => "object".to_owned(),
        Shape::Object(object) => object.name.to_owned(),
        Shape::Any => "any".to_owned(),
    }
}

/// Whether it is a whole number; `5.0` is one, too, as in JSON Schema (2020-12, validation, 6.1.1).
pub(crate) fn is_whole(value: &Value) -> bool {
    value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|float| float.fract() == 0.0)
}

/// Whether the keys of an undeclared object are data, as far as one of them is.
pub(crate) fn has_data_keys(members: &Map<String, Value>) -> bool {
    members.keys().any(|key| !name::is_field(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[Value]) -> Value {
        let all = values.iter().map(|value| Found::of(value, None));
        all.fold(Found::default(), Found::joined).notation()
    }

    #[test]
    fn values_are_written_as_the_language_does() {
        for (values, expected) in [
            (vec![json!(1), json!(5.0)], json!("integer")),
            (vec![json!(1), json!(0.5), Value::Null], json!("number?")),
            (vec![json!(1), json!("a")], json!("text")),
            (vec![json!("a"), json!(true)], json!("any")),
            (vec![Value::Null], json!("any")),
            (vec![json!([]), Value::Null], json!("any[]?")),
            (vec![json!([[1], [null]])], json!("integer[][]")),
            (vec![json!({})], json!("any")),
            (
                vec![json!({"a@b": 1}), json!({"x": null})],
                json!("integer{}"),
            ),
            (
                vec![json!({"a": 1}), json!({"b": null}), json!({"a": null})],
                json!({"fields": {"a": "integer?", "b": "any"}}),
            ),
            (
                vec![json!([{"a": {"b": 1}}]), Value::Null],
                json!({"type": "object[]?", "fields": {"a": {"fields": {"b": "integer"}}}}),
            ),
        ] {
            assert_eq!(found(&values), expected, "{values:?}");
        }
    }

    #[test]
    fn keys_of_a_declared_map_are_no_fields() {
        static MAP: Shape = Shape::Map(&Shape::STRING);
        let value = json!([{"ada": 1}, {"ben": 2}]);
        let lists = Shape::Array {
            items: &MAP,
            min: None,
            max: None,
        };
        let found = Found::of(&value, Some(&lists)).notation();
        assert_eq!(found, json!("integer{}[]"));
    }

    #[test]
    fn what_lies_too_deep_is_anything() {
        let deep = (0..DEEPEST + 9).fold(json!(1), |inner, _| json!([inner]));
        let marks = "[]".repeat(DEEPEST);
        assert_eq!(
            Found::of(&deep, None).notation(),
            json!(format!("any{marks}"))
        );
    }
}
