//! The rows that a request speaks of.

use serde_json::Value;

use super::answer::Refusal;
use super::call::Call;
use super::collection::Collection;
use super::endpoint::{Case, Condition};
use super::mark::expand_text;
use super::place::Place;
use super::scim::Filter;

/// What must hold for a row to count.
#[derive(Debug)]
pub(super) struct Selection<'a> {
    conditions: Vec<(&'a Place, String)>,
    scim: Option<Filter>,
}

impl<'a> Selection<'a> {
    /// # Errors
    /// [`Refusal::Invalid`] for a filter or a value that the vendor does not know.
    pub(super) fn of(call: &'a Call<'_>) -> Result<Self, Refusal> {
        let mut conditions = applied(call, &call.endpoint.only);
        for case in &call.endpoint.cases {
            conditions.extend(applied(call, chosen(call, case)?));
        }
        let scim = call
            .endpoint
            .method
            .scim
            .as_ref()
            .and_then(|name| call.query.get(name));
        let scim = scim
            .map(Filter::parse)
            .transpose()
            .map_err(Refusal::Invalid)?;
        Ok(Self { conditions, scim })
    }

    /// Whether a row counts.
    pub(super) fn counts(&self, row: &Value) -> bool {
        self.conditions
            .iter()
            .all(|(place, wanted)| place.holds(row, wanted))
            && self.scim.as_ref().is_none_or(|filter| filter.fits(row))
    }

    /// The position of the one row that is meant.
    pub(super) fn one(&self, call: &Call<'_>, collection: &Collection) -> Option<usize> {
        collection.rows().iter().position(|row| {
            call.key().is_none_or(|key| collection.has_key(row, key)) && self.counts(row)
        })
    }
}

/// The conditions whose values are known.
fn applied<'a>(call: &Call<'_>, conditions: &'a [Condition]) -> Vec<(&'a Place, String)> {
    let value = |name: &str| call.value(name);
    let wanted = |condition: &'a Condition| {
        Some((&condition.place, expand_text(&condition.wanted, &value)?))
    };
    conditions.iter().filter_map(wanted).collect()
}

/// The conditions that the value of a query parameter stands for.
fn chosen<'a>(call: &Call<'_>, case: &'a Case) -> Result<&'a [Condition], Refusal> {
    let Some(value) = call.query.get(&case.parameter) else {
        return Ok(&[]);
    };
    case.values.get(value).map(Vec::as_slice).ok_or_else(|| {
        let known: Vec<&str> = case.values.keys().map(String::as_str).collect();
        let problem = format!(
            "{}: {value} is none of {}",
            case.parameter,
            known.join(", ")
        );
        Refusal::Invalid(problem)
    })
}
