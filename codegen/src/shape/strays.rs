//! Keys that stand one level too far out: beside the mapping that they belong to.

use serde_json::Value as Json;

use super::schema::{Property, Schema, Shape};
use crate::diagnostics::KnownKey;
use crate::span::{Kind, Node, Sp, Span};

/// Keys that are none of the mapping in which they stand, and some of one of its values.
#[derive(Debug)]
pub(crate) struct Strays<'e, 's> {
    /// The keys, in the order of the file; at least one.
    pub(crate) keys: Vec<&'e Sp<String>>,
    /// The key of the value that they belong to.
    pub(crate) owner: KnownKey<'s>,
    /// Where that key stands, if it does.
    pub(crate) given: Option<Span>,
    /// Whether they are names of its entries, which are free, and not keys that it knows.
    pub(crate) are_names: bool,
}

/// The strays among the keys of a mapping that has these properties, by their owners.
pub(super) fn of<'e, 's>(
    schema: &Schema,
    properties: &[Property<'s>],
    entries: &'e [(Sp<String>, Node)],
) -> Vec<Strays<'e, 's>> {
    let mut found: Vec<Strays<'e, 's>> = Vec::new();
    for (key, node) in entries {
        if properties
            .iter()
            .any(|property| property.key.name == key.value)
        {
            continue;
        }
        let Some((owner, are_names)) = owner(schema, properties, entries, key, node) else {
            continue;
        };
        match found
            .iter_mut()
            .find(|strays| strays.owner.name == owner.key.name)
        {
            Some(strays) => strays.keys.push(key),
            None => found.push(Strays {
                keys: vec![key],
                owner: owner.key,
                given: owner.given(entries).map(|(key, _)| key.span),
                are_names,
            }),
        }
    }
    found
}

/// The one property that an unknown key belongs to: the only one that could have it, or of several
/// the only one that has no value. And whether the key is a free name there.
fn owner<'p, 's>(
    schema: &Schema,
    properties: &'p [Property<'s>],
    entries: &[(Sp<String>, Node)],
    key: &str,
    node: &Node,
) -> Option<(&'p Property<'s>, bool)> {
    let is_empty = |property: &Property<'_>| {
        let given = property.given(entries);
        given.is_some_and(|(_, node)| matches!(node.kind, Kind::Null))
    };
    let could_have_it = |property: &'p Property<'s>| {
        let are_names = match schema.shape(property.schema) {
            Shape::Struct(inner) | Shape::OneKey(inner) => {
                return knows(&inner, key).then_some((property, false));
            }
            Shape::Map(value) => fits(schema, value, node, is_empty(property)),
            _ => false,
        };
        are_names.then_some((property, true))
    };
    let owners: Vec<_> = properties.iter().filter_map(could_have_it).collect();
    match owners.as_slice() {
        [only] => Some(*only),
        several => {
            let mut empty = several.iter().filter(|(property, _)| is_empty(property));
            empty.next().copied().filter(|_| empty.next().is_none())
        }
    }
}

/// Whether a value is what the entries of a mapping are. Texts are too common to tell anything,
/// unless the mapping has no entries at all.
fn fits(schema: &Schema, expected: &Json, node: &Node, is_empty: bool) -> bool {
    match (schema.shape(expected), &node.kind) {
        (Shape::Struct(inner) | Shape::OneKey(inner), Kind::Map(entries)) => {
            !entries.is_empty() && entries.iter().all(|(key, _)| knows(&inner, key))
        }
        (Shape::TextOr(mapping), Kind::Map(_)) => fits(schema, mapping, node, is_empty),
        (Shape::TextOr(_) | Shape::Text, Kind::String(_)) => is_empty,
        _ => false,
    }
}

fn knows(properties: &[Property<'_>], key: &str) -> bool {
    properties.iter().any(|property| property.key.name == key)
}
