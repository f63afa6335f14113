//! The answers that are compared, and all differences.

use std::collections::BTreeMap;

use serde_json::Value;
use toolwright_runtime::table::{Integration, Operation};

use super::answer;
use super::finding::{Finding, findings};
use super::found::Found;
use super::tally::{FieldTally, Objects, Tally};

/// The answers that were compared, by integration and operation.
#[derive(Debug, Default)]
pub(crate) struct Comparison(BTreeMap<(&'static str, &'static str), Compared>);

/// The answers of one operation.
#[derive(Debug)]
pub(crate) struct Compared {
    integration: &'static Integration,
    pub(crate) operation: &'static Operation,
    pub(crate) tally: Tally,
}

/// What the fields of declared types look like in all answers, by integration, type and field: a type is
/// declared once for all operations that hand it on.
#[derive(Debug)]
pub(crate) struct Shared<'c>(BTreeMap<(&'static str, &'static str, &'c str), Found>);

impl Shared<'_> {
    /// What a field looks like, wherever its type stands; `own` is what was seen at one place.
    pub(crate) fn found(
        &self,
        integration: &'static str,
        objects: &Objects,
        field: &str,
        own: &FieldTally,
    ) -> Found {
        let found = self.0.get(&(integration, objects.shape.name, field));
        found.unwrap_or(&own.found).clone()
    }
}

impl Comparison {
    /// Compares an answer with what is compiled; `None` is one that is no JSON.
    pub(crate) fn add(
        &mut self,
        integration: &'static Integration,
        operation: &'static Operation,
        body: Option<&Value>,
    ) {
        let rows = answer::rows(integration, operation, body);
        let new = || Compared {
            integration,
            operation,
            tally: Tally::default(),
        };
        let compared = self
            .0
            .entry((integration.slug, operation.name))
            .or_insert_with(new);
        compared.tally.count(operation, rows.as_deref());
    }

    /// All differences, by integration, operation and place.
    pub(crate) fn findings(&self, shows_words: bool) -> Vec<Finding> {
        let shared = self.shared();
        let all = self.0.values();
        all.flat_map(|one| {
            let Compared {
                integration,
                operation,
                tally,
            } = one;
            findings(integration, operation, tally, &shared, shows_words)
        })
        .collect()
    }

    fn shared(&self) -> Shared<'_> {
        let mut shared = BTreeMap::new();
        for one in self.0.values() {
            let objects = one.tally.objects.values();
            // What has no name is declared in one place.
            for objects in objects.filter(|objects| !objects.shape.name.is_empty()) {
                for (field, tally) in &objects.fields {
                    let key = (one.integration.slug, objects.shape.name, field.as_str());
                    let found: &mut Found = shared.entry(key).or_default();
                    *found = std::mem::take(found).joined(tally.found.clone());
                }
            }
        }
        Shared(shared)
    }

    /// Whether there was no answer at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The operations that were compared, in the order of the differences.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Compared> {
        self.0.values()
    }
}
