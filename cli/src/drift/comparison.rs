//! The answers that are compared, and all differences.

use std::collections::BTreeMap;

use serde_json::Value;
use toolwright_runtime::table::{Integration, Operation};

use super::answer;
use super::finding::{Finding, findings};
use super::tally::Tally;

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
        let all = self.0.values();
        all.flat_map(|one| findings(one.integration, one.operation, &one.tally, shows_words))
            .collect()
    }

    /// The operations that were compared, in the order of the differences.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Compared> {
        self.0.values()
    }
}
