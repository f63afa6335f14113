//! Tree against schema: every key and value that has no place in a definition, in one go.
//!
//! This is the schema that editors use, so an editor and the compiler refuse the same things.

mod schema;

pub(crate) use schema::Schema;
pub use schema::json_schema;

use crate::diagnostics::{Diagnostics, KnownKey, keys_here, nearest};
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
}

impl<'a> Owner<'a> {
    fn itself(node: &Node) -> Self {
        Self {
            span: node.span,
            key: None,
        }
    }

    fn key(key: &Sp<String>, known: KnownKey<'a>) -> Self {
        Self {
            span: key.span,
            key: Some(known),
        }
    }
}

struct Check<'a> {
    schema: &'a Schema,
    text: &'a str,
    diagnostics: &'a mut Diagnostics,
}

impl Check<'_> {
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
            .filter(|property| property.required)
            .map(|property| property.key)
            .filter(|known| !entries.iter().any(|(key, _)| key.value == known.name))
            .filter(|known| !meant.contains(&known.name))
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
        if entries.len() != 1 {
            let given: Vec<_> = entries.iter().map(|(key, _)| key).collect();
            self.diagnostics
                .not_one_key(owner.span, &given, &keys(properties));
        }
    }

    /// Checks the keys of a mapping; returns those that were probably meant by unknown ones.
    fn known_keys<'s>(
        &mut self,
        properties: &[Property<'s>],
        entries: &[(Sp<String>, Node)],
    ) -> Vec<&'s str> {
        let mut meant = Vec::new();
        for (key, node) in entries {
            let known = properties
                .iter()
                .find(|property| property.key.name == key.value);
            match known {
                Some(known) => self.value(known.schema, node, Owner::key(key, known.key)),
                None if !self.has_colon(key.span) => self.diagnostics.key_without_colon(key.span),
                None => {
                    let near = nearest(key, properties.iter().map(|property| property.key.name));
                    self.diagnostics.unknown_key(key, near, &keys(properties));
                    meant.extend(near);
                }
            }
        }
        meant
    }

    /// Whether there is a colon after a key: in `{ a: b, c }` there is none after `c`.
    fn has_colon(&self, key: Span) -> bool {
        self.text
            .get(key.end..)
            .is_none_or(|rest| rest.trim_start().starts_with(':'))
    }

    fn wrong_type(&mut self, expected: &Shape<'_>, node: &Node, owner: Owner<'_>) {
        let written = self
            .text
            .get(node.span.start..node.span.end)
            .unwrap_or_default();
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
