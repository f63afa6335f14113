//! The fields of rows that a method's `sandbox` names: rows have them.

use std::collections::BTreeSet;

use crate::lower::Lower;
use crate::model::{Body, Operation, Place, Step};
use crate::notation;
use crate::span::{Entries, Kind, Node, Sp};
use crate::syntax::{Collection, Effect, Sandbox, SandboxMethod};

/// The operations that the simulated vendor answers, and how.
type Methods<'m, 'a> = [(&'m Operation, &'a SandboxMethod)];

impl<'a> Lower<'a, '_> {
    pub(super) fn fields_of_rows(&mut self, sandbox: &'a Sandbox, methods: &Methods<'_, 'a>) {
        for (name, collection) in sandbox.collections.iter() {
            let Some(known) = self.known_fields(name, collection, methods) else {
                continue;
            };
            for (_, method) in methods {
                for (field, place) in named_fields(method, name) {
                    if !known.contains(field.as_str()) {
                        self.diagnostics
                            .unknown_field(place.span, name, &field, &known);
                    }
                }
            }
        }
    }

    /// The fields that rows of a collection can have: those of their type, those that are written in
    /// rows, and those that writes bring. `None` where there is no such type, which is reported.
    fn known_fields<'k>(
        &self,
        name: &str,
        collection: &'k Collection,
        methods: &'k Methods<'_, 'a>,
    ) -> Option<BTreeSet<&'k str>>
    where
        'a: 'k,
    {
        let mut types = self.definition.types.iter();
        let (_, declared) = types.find(|(declared, _)| **declared == collection.ty)?;
        let mut known: BTreeSet<&str> = declared.fields.keys().map(|key| key.as_str()).collect();
        let pattern = collection.fill.iter().map(|fill| &fill.row);
        known.extend(
            collection
                .rows
                .iter()
                .chain(pattern)
                .flat_map(|row| members(row)),
        );
        for (operation, method) in methods.iter().filter(|(_, method)| method.on.value == name) {
            known.extend(method.set.keys().map(|key| key.as_str()));
            if matches!(operation.effect, Effect::Create | Effect::Update) {
                known.extend(written(operation));
            }
        }
        Some(known)
    }
}

/// The names of an object's members.
fn members(row: &Node) -> impl Iterator<Item = &str> {
    let members = match &row.kind {
        Kind::Map(members) => members.as_slice(),
        _ => &[],
    };
    members.iter().map(|(name, _)| name.as_str())
}

/// The fields that a body holds.
fn written(operation: &Operation) -> impl Iterator<Item = &str> {
    let arguments = operation.args.iter().filter_map(|arg| match &arg.place {
        // A body that is a list is kept under the argument's name.
        Place::Body { at, .. } => Some(at.first().unwrap_or(&arg.name).as_str()),
        _ => None,
    });
    let constants: Vec<&str> = match &operation.body {
        Body::None => Vec::new(),
        Body::Json { constants, .. } => constants
            .iter()
            .filter_map(|(at, _)| at.first().map(String::as_str))
            .collect(),
        Body::Form { constants } | Body::Multipart { constants } => constants
            .iter()
            .filter_map(|(name, _)| name.split('.').next())
            .collect(),
    };
    arguments.chain(constants)
}

/// The fields of a collection's rows that a method names, and where. Of a place that is the first
/// name: what is inside a field may be more than its type says.
fn named_fields<'a>(method: &'a SandboxMethod, collection: &str) -> Vec<(String, &'a Sp<String>)> {
    let mut places: Vec<&Sp<String>> = Vec::new();
    let mut named = Vec::new();
    if method.on.value == collection {
        let cases = method.cases.iter().flat_map(|(_, values)| values.iter());
        let conditions = cases.map(|(_, only)| only).chain([&method.only]);
        places.extend(conditions.flat_map(Entries::keys));
        named.extend(method.without.iter().map(|name| (name.value.clone(), name)));
    }
    for (_, patch) in method.patch.iter() {
        if patch
            .from
            .as_ref()
            .is_some_and(|from| from.value == collection)
        {
            places.extend(patch.shows.iter().map(|(_, place)| place));
        }
    }
    named.extend(places.into_iter().filter_map(|place| {
        // What is no place in a row is reported as such.
        match notation::place(place).ok()?.into_iter().next()? {
            Step::Key(field) => Some((field, place)),
            Step::Index(_) | Step::Each => None,
        }
    }));
    named
}
