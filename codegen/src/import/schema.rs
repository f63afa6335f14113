//! A JSON Schema as documents write it, whatever the version of OpenAPI: what it says at one level.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::report::Reason;
use super::resolve::Resolver;

/// How deep `allOf` may nest, and how many references and wrappers may follow each other.
const DEEPEST: usize = 16;
/// How many schemas may be taken together as one.
const MOST_PARTS: usize = 200;

/// What a schema says at its top level, with all of `allOf` taken together.
#[derive(Debug, Default)]
pub(crate) struct Schema<'d> {
    /// What it is. None where it is not said.
    pub(crate) kind: Option<Kind>,
    /// Whether it may be null.
    pub(crate) nullable: bool,
    /// The properties of an object, in the order of the document.
    pub(crate) properties: Vec<(&'d str, &'d Value)>,
    /// The properties that must be there.
    pub(crate) required: BTreeSet<&'d str>,
    /// `oneOf` or `anyOf`.
    pub(crate) alternatives: Vec<&'d Value>,
    /// All that stands in `oneOf` and `anyOf`, but null, whatever the type is.
    pub(crate) branches: Vec<&'d Value>,
    keywords: BTreeMap<&'d str, &'d Value>,
    parts: usize,
}

/// The types of JSON, and files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
    File,
}

impl<'d> Schema<'d> {
    /// Reads a schema.
    pub(crate) fn read(resolver: Resolver<'d>, value: &'d Value) -> Result<Self, Reason> {
        let mut schema = Self::default();
        schema.add(resolver, value, 0)?;
        schema.settle(resolver);
        Ok(schema)
    }

    /// A keyword beside the ones that have a field of their own.
    pub(crate) fn keyword(&self, name: &str) -> Option<&'d Value> {
        self.keywords.get(name).copied()
    }

    /// A keyword whose value is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&'d str> {
        self.keyword(name).and_then(Value::as_str)
    }

    /// The schema of the values of a map; none where any other property is as good.
    pub(crate) fn values(&self) -> Option<&'d Value> {
        self.keyword("additionalProperties")
            .filter(|values| values.is_object())
    }

    fn add(
        &mut self,
        resolver: Resolver<'d>,
        value: &'d Value,
        depth: usize,
    ) -> Result<(), Reason> {
        self.parts += 1;
        if depth > DEEPEST || self.parts > MOST_PARTS {
            return Err(Reason::RecursiveReference);
        }
        let Value::Object(members) = value else {
            return Ok(());
        };
        for (key, member) in members {
            self.member(key, member);
        }
        let parts = members.get("allOf").and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            self.add(resolver, part, depth + 1)?;
        }
        if members.get("$ref").is_some_and(Value::is_string) {
            let (_, target) = resolver.resolve(value)?;
            self.add(resolver, target, depth + 1)?;
        }
        Ok(())
    }

    fn member(&mut self, key: &'d str, member: &'d Value) {
        match (key, member) {
            ("properties", Value::Object(properties)) => {
                for (name, property) in properties {
                    if !self.properties.iter().any(|(known, _)| known == name) {
                        self.properties.push((name, property));
                    }
                }
            }
            ("required", Value::Array(names)) => {
                self.required.extend(names.iter().filter_map(Value::as_str));
            }
            ("oneOf" | "anyOf", Value::Array(found)) => {
                let others: Vec<&Value> = found.iter().filter(|one| !is_null(one)).collect();
                self.branches.extend(&others);
                if self.alternatives.is_empty() {
                    self.nullable |= others.len() < found.len();
                    self.alternatives = others;
                }
            }
            ("nullable" | "x-nullable", Value::Bool(true)) => self.nullable = true,
            ("type", Value::Array(types)) => {
                self.nullable |= types.iter().any(|ty| ty == "null");
                let mut others = types.iter().filter(|ty| *ty != "null");
                if let (Some(only), None) = (others.next(), others.next()) {
                    self.keywords.entry(key).or_insert(only);
                }
            }
            ("allOf" | "$ref", _) => {}
            _ => {
                self.keywords.entry(key).or_insert(member);
            }
        }
    }

    /// Decides what it is: by `type`, else by the keywords that only one type has.
    fn settle(&mut self, resolver: Resolver<'d>) {
        let said = self
            .text("type")
            .and_then(|ty| kind(&ty.to_ascii_lowercase()));
        let all = |test: fn(&Value) -> bool| {
            let values = self.keyword("enum").and_then(Value::as_array);
            values.is_some_and(|values| !values.is_empty() && values.iter().all(test))
        };
        self.kind = said.or_else(|| match () {
            () if !self.properties.is_empty() || self.values().is_some() => Some(Kind::Object),
            () if self.keyword("items").is_some() => Some(Kind::Array),
            () if all(Value::is_string) => Some(Kind::String),
            () if all(Value::is_i64) => Some(Kind::Integer),
            () if self.keyword("const").is_some_and(Value::is_string) => Some(Kind::String),
            () if self.text("format").is_some() || self.keyword("pattern").is_some() => {
                Some(Kind::String)
            }
            () => None,
        });
        let is_bytes = matches!(self.text("format"), Some("binary" | "file"));
        if self.kind == Some(Kind::String) && is_bytes {
            self.kind = Some(Kind::File);
        }
        // What restricts an object further, such as which of its properties go together, is left to
        // the vendor.
        if self.kind.is_some() {
            self.alternatives.clear();
        } else {
            self.alternatives.truncate(MOST_PARTS);
            let kinds = self
                .alternatives
                .iter()
                .map(|one| Schema::read_shallow(resolver, one).and_then(|schema| schema.kind));
            let kinds: BTreeSet<Option<&'static str>> =
                kinds.map(|kind| kind.map(Kind::word)).collect();
            // `integer` or `number`, a date or a moment: one type is enough to say.
            let mut kinds = kinds.into_iter();
            if let (Some(Some(word)), None) = (kinds.next(), kinds.next()) {
                self.kind = kind(word).filter(|kind| kind.is_scalar());
            }
        }
    }

    /// What it is without its alternatives, which may refer back.
    fn read_shallow(resolver: Resolver<'d>, value: &'d Value) -> Option<Self> {
        let mut schema = Self::default();
        schema.add(resolver, value, 1).ok()?;
        schema.alternatives.clear();
        schema.settle(resolver);
        Some(schema)
    }
}

impl Kind {
    /// How JSON Schema writes it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
            Self::File => "file",
        }
    }

    /// Whether it is one text on the wire.
    pub(crate) fn is_scalar(self) -> bool {
        matches!(
            self,
            Self::String | Self::Integer | Self::Number | Self::Boolean
        )
    }
}

/// The types of JSON Schema, and what documents write for them.
fn kind(word: &str) -> Option<Kind> {
    Some(match word {
        "string" | "date" | "date-time" | "datetime" | "uuid" | "uri" | "url" | "email" | "str" => {
            Kind::String
        }
        "integer" | "int" | "int32" | "int64" | "long" => Kind::Integer,
        "number" | "float" | "double" | "decimal" => Kind::Number,
        "boolean" | "bool" => Kind::Boolean,
        "array" | "list" => Kind::Array,
        "object" | "map" | "dict" => Kind::Object,
        "file" => Kind::File,
        _ => return None,
    })
}

fn is_null(value: &Value) -> bool {
    value.get("type").is_some_and(|ty| ty == "null")
        || value
            .get("enum")
            .and_then(Value::as_array)
            .is_some_and(|only| only == &[Value::Null])
}

/// The one schema that a wrapper stands for, and the reference that leads there: `{"$ref": …}`,
/// `{"allOf": [one]}`, and `oneOf` with one alternative besides null.
pub(crate) fn unwrapped<'d>(
    resolver: Resolver<'d>,
    value: &'d Value,
) -> Result<(Option<&'d str>, &'d Value, bool), Reason> {
    let (mut reference, mut value, mut nullable) = (None, value, false);
    for _ in 0..DEEPEST {
        nullable |= ["nullable", "x-nullable"]
            .iter()
            .any(|key| value.get(key) == Some(&Value::Bool(true)));
        let (found, target) = resolver.resolve(value)?;
        if found.is_some() {
            (reference, value) = (found, target);
            continue;
        }
        match only_part(value) {
            Some((part, may_be_null)) => {
                nullable |= may_be_null;
                (reference, value) = (None, part);
            }
            None => return Ok((reference, value, nullable)),
        }
    }
    Err(Reason::RecursiveReference)
}

fn only_part(value: &Value) -> Option<(&Value, bool)> {
    let members = value.as_object()?;
    if members.contains_key("type") || members.contains_key("properties") {
        return None;
    }
    let parts = ["allOf", "oneOf", "anyOf"]
        .into_iter()
        .filter_map(|key| members.get(key)?.as_array());
    let parts: Vec<&Value> = parts.flatten().collect();
    let others: Vec<&Value> = parts
        .iter()
        .copied()
        .filter(|part| !is_null(part))
        .collect();
    match others.as_slice() {
        [only] => Some((only, others.len() < parts.len())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Schema<'_> {
        Schema::read(Resolver::new(value), value).unwrap()
    }

    #[test]
    fn types_are_read_however_they_are_written() {
        for (value, kind, nullable) in [
            (json!({ "type": "string" }), Some(Kind::String), false),
            (
                json!({ "type": ["integer", "null"] }),
                Some(Kind::Integer),
                true,
            ),
            (json!({ "type": ["integer", "string"] }), None, false),
            (
                json!({ "type": "int", "nullable": true }),
                Some(Kind::Integer),
                true,
            ),
            (
                json!({ "properties": { "a": {} } }),
                Some(Kind::Object),
                false,
            ),
            (json!({ "items": {} }), Some(Kind::Array), false),
            (json!({ "enum": ["a", "b"] }), Some(Kind::String), false),
            (
                json!({ "type": "string", "format": "binary" }),
                Some(Kind::File),
                false,
            ),
            (
                json!({ "oneOf": [{ "type": "string" }, { "type": "null" }] }),
                Some(Kind::String),
                true,
            ),
            (
                json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] }),
                None,
                false,
            ),
            (
                json!({ "anyOf": [{ "type": "string" }, { "enum": [null] }] }),
                Some(Kind::String),
                true,
            ),
            (
                json!({ "oneOf": [{ "type": "array" }, { "type": "array" }] }),
                None,
                false,
            ),
            (
                json!({ "type": 7, "required": true, "properties": [] }),
                None,
                false,
            ),
            (json!(true), None, false),
        ] {
            let schema = read(&value);
            assert_eq!((schema.kind, schema.nullable), (kind, nullable), "{value}");
        }
    }

    #[test]
    fn parts_are_one_and_what_stands_beside_a_reference_counts() {
        let root = json!({
            "$ref": "#/base", "description": "ours",
            "base": {
                "description": "theirs",
                "allOf": [
                    { "properties": { "a": {} }, "required": ["a"] },
                    { "properties": { "a": { "type": "string" }, "b": {} } },
                ],
            },
        });
        let schema = read(&root);
        let names: Vec<&str> = schema.properties.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["a", "b"]);
        assert!(schema.required.contains("a"));
        assert_eq!(schema.text("description"), Some("ours"));
    }

    #[test]
    fn schemas_that_hold_themselves_end() {
        let root = json!({ "allOf": [{ "$ref": "#" }, { "$ref": "#" }] });
        assert_eq!(
            Schema::read(Resolver::new(&root), &root).unwrap_err(),
            Reason::RecursiveReference
        );
        assert_eq!(
            unwrapped(Resolver::new(&root), &json!({ "oneOf": [{ "$ref": "#" }] })).err(),
            None
        );
        let one = json!({ "oneOf": [{ "$ref": "#" }] });
        assert_eq!(
            unwrapped(Resolver::new(&one), &one).unwrap_err(),
            Reason::RecursiveReference
        );
        assert_eq!(read(&one).kind, None);
    }
}
