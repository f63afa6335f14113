//! A list that is walked to its end.

use serde_json::{Value, json};
use toolwright::CATALOGUE;
use toolwright::runtime::account::Account;
use toolwright::runtime::call::Caller;
use toolwright::runtime::outcome::{Data, Outcome};
use toolwright::runtime::table::{Integration, Operation};
use toolwright::runtime::usage::Usage;

/// A list, and whoever asks for it.
pub(crate) struct List<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) account: &'a Account,
    pub(crate) operation: &'static Operation,
    pub(crate) arguments: Value,
}

impl List<'_> {
    /// One call; the rows, and where the list goes on.
    async fn call(
        &self,
        limit: Option<u64>,
        cursor: Option<String>,
    ) -> (Vec<Value>, Option<String>) {
        let mut arguments = self.arguments.as_object().unwrap().clone();
        arguments.extend(limit.map(|limit| ("limit".to_owned(), json!(limit))));
        arguments.extend(cursor.map(|cursor| ("next_cursor".to_owned(), json!(cursor))));
        let mut usage = Usage::default();
        let outcome =
            self.caller
                .call_and_count(self.account, self.operation, &arguments, &mut usage);
        let name = self.operation.name;
        let Outcome { data, .. } = outcome
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let Data::Page {
            result,
            next_cursor,
            interrupted: None,
            cut,
        } = data
        else {
            panic!("{name}: {data:?}");
        };
        let count = result.len() as u64;
        assert!(
            limit.is_none_or(|limit| count <= limit),
            "{name}: {count} of {limit:?}"
        );
        let is_short = limit.is_some_and(|limit| count < limit);
        assert!(
            !is_short || cut || next_cursor.is_none(),
            "{name}: {count} of {limit:?}"
        );
        // A cursor may point into a page, whose rest is then followed by the next one.
        assert!(
            usage.requests <= 2 + pages(self.operation, count),
            "{name}: {usage:?}"
        );
        let rows = result.iter().map(|row| row.to_value().unwrap()).collect();
        (rows, next_cursor)
    }

    /// All rows, in calls of that limit.
    pub(crate) async fn walk(&self, limit: Option<u64>) -> Vec<Value> {
        let (mut rows, mut cursor) = self.call(limit, None).await;
        for _ in 0..5000 {
            let Some(at) = cursor else {
                return rows;
            };
            let (more, next) = self.call(limit, Some(at)).await;
            // Where only a short page is the last one, the end may have to be looked for.
            assert!(
                !more.is_empty() || next.is_none(),
                "{}",
                self.operation.name
            );
            rows.extend(more);
            cursor = next;
        }
        panic!("{} has no end", self.operation.name);
    }
}

/// How many pages so many rows have at most: pages are of one size, of at least half the largest.
fn pages(operation: &Operation, rows: u64) -> u32 {
    let size = operation
        .pagination
        .and_then(|pagination| pagination.size.as_ref());
    size.map_or(0, |size| {
        u32::try_from(2 * rows / u64::from(size.max)).unwrap()
    })
}

/// The operation of a name.
pub(crate) fn operation(name: &str) -> (&'static Integration, &'static Operation) {
    let mut all = CATALOGUE.integrations.iter().flat_map(|integration| {
        integration
            .operations
            .iter()
            .map(|operation| (*integration, *operation))
    });
    all.find(|(_, operation)| operation.name == name).unwrap()
}
