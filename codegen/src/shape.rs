//! Tree against schema: every key and value that has no place in a definition, in one go.
//!
//! This is the schema that editors use, so an editor and the compiler refuse the same things.

mod schema;
mod strays;

pub(crate) use schema::Schema;
pub use schema::json_schema;
pub(crate) use strays::Strays;

use crate::diagnostics::{Diagnostics, KnownKey, keys_here};
use crate::span::{Kind, Node, Sp, Span};
use schema::{Property, Shape};
use serde_json::Value as Json;

impl Schema {
    /// Reports all that does not fit. `text` is the file that the tree was made from.
    pub(crate) fn check(&self, tree: &Node, text: &str, diagnostics: &mut Diagnostics) {
        let mut check = Check {
            schema: self,
            text,
            diagnostics,
        };
        check.value(self.root(), tree, Owner::itself(tree));
    }
}

/// What a value belongs to.
#[derive(Clone, Copy)]
struct Owner<'a> {
    /// Its key, or the value itself where it has none.
    span: Span,
    key: Option<KnownKey<'a>>,
    /// Keys of the value that stand outside of it.
    strays: &'a [&'a Sp<String>],
}

impl<'a> Owner<'a> {
    fn itself(node: &Node) -> Self {
        Self {
            span: node.span,
            key: None,
            strays: &[],
        }
    }

    fn key(key: &Sp<String>, known: KnownKey<'a>) -> Self {
        Self {
            span: key.span,
            key: Some(known),
            strays: &[],
        }
    }
}

struct Check<'a> {
    schema: &'a Schema,
    text: &'a str,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Check<'a> {
    fn value(&mut self, schema: &Json, node: &Node, owner: Owner<'_>) {
        let shape = self.schema.shape(schema);
        match (&shape, &node.kind) {
            (Shape::Any, _)
            | (Shape::Boolean, Kind::Bool(_))
            | (Shape::Text | Shape::TextOr(_), Kind::String(_)) => {}
            (_, Kind::Null) if owner.key.is_some() && !self.has_colon(owner.span) => {
                self.diagnostics.key_without_colon(owner.span);
            }
            (_, Kind::Null) => self.diagnostics.no_value(owner.span, owner.key),
            (Shape::Integer { least, greatest }, Kind::Integer(integer)) => {
                if !(least..=greatest).contains(&integer) {
                    self.diagnostics.out_of_range(node.span, *least, *greatest);
                }
            }
            (Shape::Word(words), Kind::String(word)) => {
                if !words.iter().any(|known| known.name == word) {
                    self.diagnostics.unknown_word(node.span, word, words);
                }
            }
            (Shape::List(item), Kind::List(nodes)) => {
                for node in nodes {
                    self.value(item, node, Owner::itself(node));
                }
            }
            (Shape::Map(value), Kind::Map(entries)) => {
                for (key, node) in entries {
                    let known = KnownKey {
                        name: key,
                        about: "",
                    };
                    self.value(value, node, Owner::key(key, known));
                }
            }
            (Shape::Struct(properties), Kind::Map(entries)) => {
                self.properties(properties, entries, owner);
            }
            (Shape::OneKey(properties), Kind::Map(entries)) => {
                self.one_key(properties, entries, owner);
            }
            (Shape::TextOr(mapping), Kind::Map(_)) => self.value(mapping, node, owner),
            _ => self.wrong_type(&shape, node, owner),
        }
    }

    fn properties(
        &mut self,
        properties: &[Property<'_>],
        entries: &[(Sp<String>, Node)],
        owner: Owner<'_>,
    ) {
        let meant = self.known_keys(properties, entries);
        let missing: Vec<_> = properties
            .iter()
            .filter(|property| property.required && property.given(entries).is_none())
            .filter(|property| !meant.contains(&property.key.name))
            .filter(|property| {
                !owner
                    .strays
                    .iter()
                    .any(|key| key.value == property.key.name)
            })
            .map(|property| (property.key, self.choices(property.schema)))
            .collect();
        if !missing.is_empty() {
            self.diagnostics.missing_keys(owner.span, &missing);
        }
    }

    fn one_key(
        &mut self,
        properties: &[Property<'_>],
        entries: &[(Sp<String>, Node)],
        owner: Owner<'_>,
    ) {
        self.known_keys(properties, entries);
        let known = properties
            .iter()
            .filter(|property| property.given(entries).is_some());
        if entries.len() != 1 && known.count() != 1 {
            let given: Vec<_> = entries.iter().map(|(key, _)| key).collect();
            self.diagnostics
                .not_one_key(owner.span, &given, &keys(properties));
        }
    }

    /// The keys of which a value has exactly one, if it is of that sort.
    fn choices(&self, schema: &Json) -> Vec<String> {
        match self.schema.shape(schema) {
            Shape::OneKey(keys) => keys.iter().map(|key| key.key.name.to_owned()).collect(),
            _ => Vec::new(),
        }
    }

    /// Checks the keys of a mapping; returns those that were probably meant by unknown ones.
    fn known_keys<'s>(
        &mut self,
        properties: &[Property<'s>],
        entries: &[(Sp<String>, Node)],
    ) -> Vec<&'s str> {
        let strays = strays::of(self.schema, properties, entries);
        for strays in &strays {
            self.diagnostics.stray_keys(strays, self.text);
        }
        let mut meant: Vec<&str> = strays.iter().map(|strays| strays.owner.name).collect();
        let is_stray = |key| strays.iter().any(|strays| strays.keys.contains(&key));
        for (key, node) in entries {
            let mut known = properties.iter();
            match known.find(|property| property.key.name == key.value) {
                // Its entries stand beside it.
                Some(known)
                    if meant.contains(&known.key.name) && matches!(node.kind, Kind::Null) => {}
                Some(known) if known.key.name == "enum" && self.are_numbers(node, entries) => {}
                Some(known) => {
                    let mut owned = strays.iter().filter(|s| s.owner.name == known.key.name);
                    let owner = Owner {
                        strays: owned.next().map_or(&[], |strays| &strays.keys),
                        ..Owner::key(key, known.key)
                    };
                    self.value(known.schema, node, owner);
                }
                None if !self.has_colon(key.span) => self.diagnostics.key_without_colon(key.span),
                None if is_stray(key) => {}
                None => meant.extend(self.diagnostics.unknown_key(key, &keys(properties))),
            }
        }
        meant
    }

    /// Whether an `enum` beside a type of numbers lists numbers, which is reported at once.
    fn are_numbers(&mut self, node: &Node, entries: &[(Sp<String>, Node)]) -> bool {
        let mut types = entries.iter().filter(|(key, _)| key.value == "type");
        let ty = types.next().map(|(_, ty)| (ty.span, &ty.kind));
        let (Kind::List(values), Some((ty, Kind::String(name)))) = (&node.kind, ty) else {
            return false;
        };
        let of_numbers = ["integer", "number"]
            .iter()
            .any(|base| name.starts_with(base));
        let is_number = |node: &Node| matches!(node.kind, Kind::Integer(_) | Kind::Float(_));
        let are_numbers = of_numbers && !values.is_empty() && values.iter().all(is_number);
        if are_numbers {
            let values: Vec<&str> = values
                .iter()
                .map(|value| self.written(value.span))
                .collect();
            self.diagnostics.enum_of_numbers(node.span, ty, &values);
        }
        are_numbers
    }

    fn written(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Whether there is a colon after a key: in `{ a: b, c }` there is none after `c`.
    fn has_colon(&self, key: Span) -> bool {
        self.text
            .get(key.end..)
            .is_none_or(|rest| rest.trim_start().starts_with(':'))
    }

    fn wrong_type(&mut self, expected: &Shape<'_>, node: &Node, owner: Owner<'_>) {
        let written = self.written(node.span);
        let advice = match (expected, &node.kind) {
            (Shape::Text | Shape::Word(_), Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_)) => {
                Some(format!("write it in quotes: `\"{written}\"`"))
            }
            (Shape::Integer { .. }, Kind::String(text)) if text.parse::<i64>().is_ok() => {
                Some(format!("write it without quotes: `{text}`"))
            }
            (Shape::Boolean, Kind::String(word)) => {
                boolean_meant_by(word).map(|meant| format!("write `{meant}`"))
            }
            (Shape::Text | Shape::TextOr(_), Kind::List(items)) => match items.as_slice() {
                [
                    Node {
                        kind: Kind::String(item),
                        ..
                    },
                ] if is_type(expected, owner) => {
                    Some(format!("a list of it is written `\"{item}[]\"`"))
                }
                _ => None,
            },
            (Shape::List(_), Kind::Map(_)) => None,
            (Shape::List(_), _) if written.contains('\n') => None,
            (Shape::List(_), _) => Some(format!("write it as a list: `[{written}]`")),
            (Shape::Struct(properties) | Shape::OneKey(properties), _) => {
                keys_here(&keys(properties))
            }
            _ => None,
        };
        let found = node.kind.describe();
        self.diagnostics
            .wrong_type(node.span, &expected.describe(), found, advice, owner.key);
    }
}

/// Whether a type expression is expected: by the key `type`, or by values, of which it is one form.
fn is_type(expected: &Shape<'_>, owner: Owner<'_>) -> bool {
    matches!(expected, Shape::TextOr(_)) || owner.key.is_some_and(|key| key.name == "type")
}

fn keys<'s>(properties: &[Property<'s>]) -> Vec<KnownKey<'s>> {
    properties.iter().map(|property| property.key).collect()
}

/// The boolean that other versions of YAML, or quotes, make of a word.
fn boolean_meant_by(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "on" => Some(true),
        "false" | "no" | "n" | "off" => Some(false),
        _ => None,
    }
}
