//! Values of requests: their types, as far as the language can say them.
//!
//! What cannot be said is left out where it is optional. Where it is required, the reason goes to what
//! holds it, and in the end to the operation.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::restrictions::{bounds, scalar};
use crate::check::portable::is_property_name;
use crate::check::text::passes;
use crate::import::definition::Value;
use crate::import::document::Parameter;
use crate::import::map::texts;
use crate::import::report::Reason;
use crate::import::resolve::Resolver;
use crate::import::schema::{Kind, Schema};
use crate::names::rust_field;

/// How deep objects, lists and maps may nest in an argument: what clients take.
const DEEPEST: usize = 5;
/// How many fields all objects of an argument may have together.
const MOST_FIELDS: usize = 100;
/// How many alternatives are tried.
const MOST_ALTERNATIVES: usize = 8;

/// How a value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    /// As text: in paths, queries, headers and forms. What has no type is a text there.
    Text,
    /// As JSON.
    Json,
}

/// Reads the arguments of an operation.
#[derive(Debug)]
pub(crate) struct Reader<'m, 'd> {
    pub(crate) resolver: Resolver<'d>,
    pub(crate) slug: &'m str,
    /// What was left out, counted.
    pub(crate) left_out: BTreeMap<Reason, usize>,
    /// How many fields the argument may still have.
    room: usize,
    /// The references that lead to what is being read, outermost first.
    inside: Vec<&'d str>,
}

impl<'m, 'd> Reader<'m, 'd> {
    pub(crate) fn new(resolver: Resolver<'d>, slug: &'m str) -> Self {
        Self {
            resolver,
            slug,
            left_out: BTreeMap::new(),
            room: 0,
            inside: Vec::new(),
        }
    }

    /// Notes that something optional was left out.
    pub(super) fn leave_out(&mut self, reason: Reason) {
        *self.left_out.entry(reason).or_default() += 1;
    }

    /// An argument.
    pub(crate) fn argument(
        &mut self,
        name: &str,
        schema: &'d Json,
        description: &str,
        wire: Wire,
    ) -> Result<Value, Reason> {
        self.room = MOST_FIELDS;
        let mut value = self.value(schema, wire, 1)?;
        name.clone_into(&mut value.name);
        if !description.is_empty() {
            value.description = texts::description(description, self.slug);
        }
        Ok(value)
    }

    /// The argument that a parameter is.
    pub(super) fn parameter(&mut self, parameter: &Parameter<'d>) -> Result<Value, Reason> {
        let Parameter {
            name,
            schema,
            description,
            ..
        } = *parameter;
        let mut value = self.argument(name, schema, description, Wire::Text)?;
        let is_told = value.keys.iter().any(|(key, _)| *key == "deprecated");
        if parameter.deprecated && !is_told {
            let text = texts::deprecation(description, self.slug);
            value.keys.push(("deprecated", json!(text)));
        }
        Ok(value)
    }

    fn value(&mut self, schema: &'d Json, wire: Wire, depth: usize) -> Result<Value, Reason> {
        let reference = schema.get("$ref").and_then(Json::as_str);
        if reference.is_some_and(|reference| self.inside.contains(&reference)) {
            return Err(Reason::RecursiveReference);
        }
        self.inside.extend(reference);
        let value = self.value_of(schema, wire, depth);
        if reference.is_some() {
            self.inside.pop();
        }
        value
    }

    fn value_of(&mut self, schema: &'d Json, wire: Wire, depth: usize) -> Result<Value, Reason> {
        if depth > DEEPEST {
            return Err(Reason::TooLarge);
        }
        let schema = Schema::read(self.resolver, schema)?;
        let mut value = match schema.kind {
            None => self.untyped(&schema, wire, depth)?,
            Some(Kind::File) => return Err(Reason::Binary),
            Some(Kind::Array) => self.list(&schema, wire, depth)?,
            Some(Kind::Object) => self.object(&schema, wire, depth)?,
            Some(kind) => scalar(kind, &schema),
        };
        let about = schema
            .text("description")
            .and_then(|about| texts::description(about, self.slug));
        value.description = about.or(value.description);
        // What is said of a part of it is not said of all.
        value.keys.retain(|(key, _)| *key != "deprecated");
        value.keys.extend(deprecation(&schema, self.slug));
        Ok(value)
    }

    /// The first alternative that can be said: a caller who gives that one is always right.
    fn untyped(&mut self, schema: &Schema<'d>, wire: Wire, depth: usize) -> Result<Value, Reason> {
        let mut reason = Reason::UntypedValue;
        for alternative in schema.alternatives.iter().take(MOST_ALTERNATIVES) {
            match self.value(alternative, wire, depth + 1) {
                Ok(value) => return Ok(value),
                Err(found) => reason = found,
            }
        }
        match wire {
            Wire::Text if schema.alternatives.is_empty() => Ok(scalar(Kind::String, schema)),
            _ => Err(reason),
        }
    }

    fn list(&mut self, schema: &Schema<'d>, wire: Wire, depth: usize) -> Result<Value, Reason> {
        let items = schema.keyword("items").unwrap_or(&Json::Null);
        let mut value = self.value(items, wire, depth + 1)?;
        value.ty.push_str("[]");
        // What is said of how many elements there are speaks of the outermost list.
        value
            .keys
            .retain(|(key, _)| !matches!(*key, "min_items" | "max_items"));
        bounds(
            schema,
            ("minItems", "min_items"),
            ("maxItems", "max_items"),
            &mut value.keys,
        );
        Ok(value)
    }

    fn object(&mut self, schema: &Schema<'d>, wire: Wire, depth: usize) -> Result<Value, Reason> {
        if schema.properties.is_empty() {
            return self.members(schema, wire, depth);
        }
        let fields = self.fields(schema, wire, depth)?;
        Ok(Value {
            ty: "object".to_owned(),
            fields,
            ..Value::default()
        })
    }

    /// An object whose members have any names; and any values, where no type of them can be said.
    fn members(&mut self, schema: &Schema<'d>, wire: Wire, depth: usize) -> Result<Value, Reason> {
        let values = schema.values().ok_or(Reason::UntypedValue);
        let mut value = match values.and_then(|values| self.value(values, wire, depth + 1)) {
            Ok(value) => value,
            Err(Reason::UntypedValue) => Value {
                ty: "any".to_owned(),
                ..Value::default()
            },
            Err(reason) => return Err(reason),
        };
        value.ty.push_str("{}");
        value
            .keys
            .retain(|(key, _)| !matches!(*key, "min_items" | "max_items"));
        Ok(value)
    }

    /// The fields of an object inside an argument; those that are required and those that are simple
    /// have the first claim to the room.
    fn fields(
        &mut self,
        schema: &Schema<'d>,
        wire: Wire,
        depth: usize,
    ) -> Result<Vec<Value>, Reason> {
        let mut order: Vec<(usize, (&'d str, &'d Json))> = schema
            .properties
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, (_, property))| is_sent(property))
            .collect();
        order.sort_by_key(|(_, (name, property))| {
            let is_structured = ["properties", "items", "$ref", "allOf", "oneOf", "anyOf"];
            let is_structured = is_structured.iter().any(|key| property.get(key).is_some());
            (!schema.required.contains(name), is_structured)
        });
        let mut found: Vec<(usize, Value)> = Vec::new();
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut last = Reason::UntypedValue;
        for (place, (name, property)) in order {
            let required = schema.required.contains(name);
            match self.field(name, property, wire, depth, &mut names) {
                Ok(value) => found.push((place, Value { required, ..value })),
                Err(reason) if required => return Err(reason),
                Err(reason) => {
                    self.leave_out(reason);
                    last = reason;
                }
            }
        }
        found.sort_by_key(|(place, _)| *place);
        let fields: Vec<Value> = found.into_iter().map(|(_, value)| value).collect();
        if fields.is_empty() {
            Err(last)
        } else {
            Ok(fields)
        }
    }

    fn field(
        &mut self,
        name: &str,
        property: &'d Json,
        wire: Wire,
        depth: usize,
        names: &mut BTreeSet<String>,
    ) -> Result<Value, Reason> {
        let rust = rust_field(name);
        if !is_property_name(name) || rust.is_empty() || names.contains(&rust) || !passes(name) {
            return Err(Reason::Name);
        }
        self.room = self.room.checked_sub(1).ok_or(Reason::TooLarge)?;
        let value = self.value(property, wire, depth + 1)?;
        // Of a name with dots only the last part would count.
        let rename = name.contains('.').then(|| rust.clone());
        names.insert(rust);
        Ok(Value {
            name: name.to_owned(),
            rename,
            ..value
        })
    }
}

/// The key of a value that the document calls deprecated.
pub(in crate::import::map) fn deprecation(
    schema: &Schema<'_>,
    slug: &str,
) -> Option<(&'static str, Json)> {
    let about = schema.text("description").unwrap_or_default();
    let is_deprecated = schema.keyword("deprecated") == Some(&Json::Bool(true));
    is_deprecated.then(|| ("deprecated", json!(texts::deprecation(about, slug))))
}

/// Whether a property is one of requests.
pub(super) fn is_sent(property: &Json) -> bool {
    property.get("readOnly") != Some(&Json::Bool(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(schema: &Json, wire: Wire) -> Result<Value, Reason> {
        Reader::new(Resolver::new(schema), "acme").argument("x", schema, "", wire)
    }

    #[test]
    fn what_can_be_said_is_said() {
        let ty = |schema: Json, wire| read(&schema, wire).map(|value| value.ty);
        for (schema, text, body) in [
            (json!({ "type": "integer" }), Ok("integer"), Ok("integer")),
            (
                json!({ "type": "array", "items": { "type": "string" } }),
                Ok("string[]"),
                Ok("string[]"),
            ),
            (
                json!({ "type": "array" }),
                Ok("string[]"),
                Err(Reason::UntypedValue),
            ),
            (json!({}), Ok("string"), Err(Reason::UntypedValue)),
            (json!(null), Ok("string"), Err(Reason::UntypedValue)),
            (json!({ "type": "object" }), Ok("any{}"), Ok("any{}")),
            (
                json!({ "type": "array", "items": { "additionalProperties": {} } }),
                Ok("string{}[]"),
                Ok("any{}[]"),
            ),
            (
                json!({ "additionalProperties": { "type": "file" } }),
                Err(Reason::Binary),
                Err(Reason::Binary),
            ),
            (
                json!({ "additionalProperties": { "type": "number" } }),
                Ok("number{}"),
                Ok("number{}"),
            ),
            (
                json!({ "oneOf": [{}, { "type": "boolean" }] }),
                Ok("string"),
                Ok("boolean"),
            ),
            (
                json!({ "type": "file" }),
                Err(Reason::Binary),
                Err(Reason::Binary),
            ),
            (
                json!({ "$ref": "x.yaml" }),
                Err(Reason::ExternalReference),
                Err(Reason::ExternalReference),
            ),
        ] {
            assert_eq!(
                ty(schema.clone(), Wire::Text).as_deref(),
                text.as_ref().copied(),
                "{schema}"
            );
            assert_eq!(
                ty(schema.clone(), Wire::Json).as_deref(),
                body.as_ref().copied(),
                "{schema}"
            );
        }
    }

    #[test]
    fn objects_end_where_they_hold_themselves() {
        let root = json!({
            "node": { "properties": { "name": { "type": "string" }, "next": { "$ref": "#/node" } } },
            "strict": { "properties": { "next": { "$ref": "#/strict" } }, "required": ["next"] },
        });
        let read = |reference: &str| {
            let mut reader = Reader::new(Resolver::new(&root), "acme");
            let schema = root.pointer(reference.trim_start_matches('#')).unwrap();
            reader
                .argument("x", schema, "", Wire::Json)
                .map(|value| (value, reader.left_out))
        };
        let (value, left_out) = read("#/node").unwrap();
        let [name, next] = value.fields.as_slice() else {
            panic!("{value:?}")
        };
        assert_eq!((name.name.as_str(), next.fields.len()), ("name", 1));
        assert_eq!(
            left_out.into_iter().collect::<Vec<_>>(),
            [(Reason::RecursiveReference, 1)]
        );
        assert_eq!(read("#/strict").unwrap_err(), Reason::RecursiveReference);
    }

    #[test]
    fn large_objects_keep_what_is_required() {
        let mut properties = serde_json::Map::new();
        for number in 0..300 {
            properties.insert(format!("f{number}"), json!({ "type": "string" }));
        }
        let schema = json!({ "properties": properties, "required": ["f299"] });
        let value = read(&schema, Wire::Json).unwrap();
        assert_eq!(value.fields.len(), MOST_FIELDS);
        assert_eq!(value.fields.last().unwrap().name, "f299");
    }
}
