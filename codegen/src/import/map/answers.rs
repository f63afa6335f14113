//! Values of answers. Each object with fields is a declared type, so that what refers to itself ends.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Value as Json, json};

use super::naming::snake;
use super::request::restrictions::{format, words};
use super::request::value::deprecation;
use super::texts;
use crate::check::text::passes;
use crate::import::definition::{ObjectType, Value};
use crate::import::resolve::{Resolver, percent_decoded};
use crate::import::schema::{Kind, Schema, unwrapped};
use crate::names::{accessor, rust_type};
use crate::notation::BUILT_IN_TYPES;

/// How deep lists and maps, and objects without a name, may nest. Below that, anything is.
const DEEPEST: usize = 8;
/// The longest name of a type.
const LONGEST_NAME: usize = 60;

/// The declared types of a definition, made as they are asked for.
#[derive(Debug)]
pub(super) struct Types<'m, 'd> {
    resolver: Resolver<'d>,
    slug: &'m str,
    by_reference: BTreeMap<String, String>,
    /// The names of Rust types that are taken, by types and by methods.
    taken: BTreeSet<String>,
    /// Types that were declared before, which answers go on to use.
    there: BTreeSet<String>,
    waiting: VecDeque<Waiting<'d>>,
    types: Vec<ObjectType>,
}

#[derive(Debug)]
struct Waiting<'d> {
    name: String,
    schema: &'d Json,
    depth: usize,
}

impl<'m, 'd> Types<'m, 'd> {
    /// No types yet; none gets a name that Rust gives one of `methods`.
    pub(super) fn new(
        resolver: Resolver<'d>,
        slug: &'m str,
        methods: impl Iterator<Item = &'m str>,
        there: BTreeSet<String>,
    ) -> Self {
        Self {
            taken: methods
                .map(rust_type)
                .chain(there.iter().map(|name| rust_type(name)))
                .collect(),
            there,
            resolver,
            slug,
            by_reference: BTreeMap::new(),
            waiting: VecDeque::new(),
            types: Vec::new(),
        }
    }

    /// The type of an answer. A type without a name in the document is called by `hint`.
    pub(super) fn answer(&mut self, schema: &'d Json, hint: &str) -> String {
        let ty = self.expression(schema, hint, 0);
        // Of an answer as a whole the language does not say that it may be null.
        ty.trim_end_matches('?').to_owned()
    }

    /// The declared types, by name.
    pub(super) fn finish(mut self) -> Vec<ObjectType> {
        while let Some(next) = self.waiting.pop_front() {
            let Ok(schema) = Schema::read(self.resolver, next.schema) else {
                continue;
            };
            let fields = self.fields(&schema, &next);
            let description = schema
                .text("description")
                .and_then(|text| texts::description(text, self.slug));
            self.types.push(ObjectType {
                name: next.name,
                description,
                fields,
            });
        }
        self.types.sort_by(|a, b| a.name.cmp(&b.name));
        self.types
    }

    fn fields(&mut self, schema: &Schema<'d>, of: &Waiting<'d>) -> Vec<Value> {
        let mut seen = BTreeSet::new();
        let mut fields = Vec::new();
        for (name, property) in &schema.properties {
            // What has no name in Rust is handed on all the same.
            let method = accessor(name);
            // Of a name with dots only the last part would count.
            let rename = name.contains('.').then(|| method.clone());
            if method.is_empty() || !passes(name) || !seen.insert(method) {
                continue;
            }
            let ty = self.expression(property, &format!("{}_{name}", of.name), of.depth + 1);
            let inner = Schema::read(self.resolver, property).unwrap_or_default();
            let about = inner
                .text("description")
                .and_then(|text| texts::description(text, self.slug));
            let mut keys = if ty.starts_with("string") {
                self.keys(&inner)
            } else {
                Vec::new()
            };
            keys.extend(deprecation(&inner, self.slug));
            fields.push(Value {
                name: (*name).to_owned(),
                keys,
                ty,
                description: about,
                rename,
                required: schema.required.contains(name),
                ..Value::default()
            });
        }
        fields
    }

    /// What is said of strings, or of the elements of a list of them.
    fn keys(&self, schema: &Schema<'d>) -> Vec<(&'static str, Json)> {
        let elements = schema
            .keyword("items")
            .filter(|_| schema.kind == Some(Kind::Array));
        let elements = elements.and_then(|items| Schema::read(self.resolver, items).ok());
        let schema = elements.as_ref().unwrap_or(schema);
        if schema.kind != Some(Kind::String) {
            return Vec::new();
        }
        let format = format(schema).map(|format| ("format", json!(format)));
        format
            .into_iter()
            .chain(words(schema).map(|words| ("enum", json!(words))))
            .collect()
    }

    fn expression(&mut self, value: &'d Json, hint: &str, depth: usize) -> String {
        let any = || "any".to_owned();
        if depth > DEEPEST {
            return any();
        }
        let Ok((reference, value, wrapped_null)) = unwrapped(self.resolver, value) else {
            return any();
        };
        let Ok(schema) = Schema::read(self.resolver, value) else {
            return any();
        };
        let mut ty = match schema.kind {
            None => return any(),
            Some(Kind::String | Kind::File) => "string".to_owned(),
            Some(Kind::Integer) => "integer".to_owned(),
            Some(Kind::Number) => "number".to_owned(),
            Some(Kind::Boolean) => "boolean".to_owned(),
            Some(Kind::Array) => {
                let items = schema.keyword("items").unwrap_or(&Json::Null);
                let items = self.expression(items, hint, depth + 1);
                format!("{}[]", items.trim_end_matches('?'))
            }
            Some(Kind::Object) if !schema.properties.is_empty() => {
                self.declared(reference, value, hint, depth)
            }
            Some(Kind::Object) => match schema.values() {
                Some(values) => {
                    let values = self.expression(values, hint, depth + 1);
                    format!("{}{{}}", values.trim_end_matches('?'))
                }
                None => return any(),
            },
        };
        if schema.nullable || wrapped_null {
            ty.push('?');
        }
        ty
    }

    /// The name of the type for an object, which is declared later.
    fn declared(
        &mut self,
        reference: Option<&'d str>,
        schema: &'d Json,
        hint: &str,
        depth: usize,
    ) -> String {
        let reference = reference.map(percent_decoded);
        if let Some(known) = reference
            .as_ref()
            .and_then(|reference| self.by_reference.get(reference))
        {
            return known.clone();
        }
        let written = reference
            .as_deref()
            .and_then(|reference| reference.rsplit('/').next());
        let natural = snake(written.unwrap_or(hint), LONGEST_NAME);
        if self.there.contains(&natural) {
            return natural;
        }
        let name = self.free_name(written.unwrap_or(hint));
        let depth = match reference {
            Some(reference) => {
                self.by_reference.insert(reference, name.clone());
                0
            }
            None => depth,
        };
        self.waiting.push_back(Waiting {
            name: name.clone(),
            schema,
            depth,
        });
        name
    }

    fn free_name(&mut self, written: &str) -> String {
        let mut name = snake(written, LONGEST_NAME);
        if name.is_empty() || BUILT_IN_TYPES.contains(&name.as_str()) {
            name = format!("{name}_object").trim_start_matches('_').to_owned();
        }
        let mut free = name.clone();
        let mut number = 2_u32;
        while !self.taken.insert(rust_type(&free)) {
            free = format!("{name}_{number}");
            number += 1;
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_become_types_and_recursion_a_name() {
        let root = json!({
            "defs": {
                "Tree Node": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "name": { "type": "string" },
                        "children": { "type": "array", "items": { "$ref": "#/defs/Tree%20Node" } },
                        "parent": { "oneOf": [{ "$ref": "#/defs/Tree%20Node" }, { "type": "null" }] },
                        "meta": { "properties": { "at": { "type": "string", "format": "date-time" } } },
                        "bag": { "type": "object" },
                        "日本": { "type": "string" },
                    },
                },
            },
            "answer": { "type": "array", "items": { "$ref": "#/defs/Tree%20Node" } },
        });
        let mut types = Types::new(
            Resolver::new(&root),
            "acme",
            ["tree_node_meta"].into_iter(),
            BTreeSet::new(),
        );
        assert_eq!(types.answer(&root["answer"], "x"), "tree_node[]");
        let types = types.finish();
        let shown: Vec<String> = types
            .iter()
            .flat_map(|ty| {
                ty.fields
                    .iter()
                    .map(move |field| format!("{}.{}: {}", ty.name, field.name, field.ty))
            })
            .collect();
        assert_eq!(
            shown,
            [
                "tree_node.name: string",
                "tree_node.children: tree_node[]",
                "tree_node.parent: tree_node?",
                "tree_node.meta: tree_node_meta_2",
                "tree_node.bag: any",
                "tree_node_meta_2.at: string",
            ]
        );
    }
}
