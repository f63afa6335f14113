//! Lists in a body that name only the elements that change.

use serde_json::{Map, Value};
use toolwright_runtime::json_path::scalar;

use super::answer::Refusal;
use super::data::ListPatch;
use super::document::merge;
use super::operate::Collections;
use super::place::Place;

/// A row's list after the changes.
///
/// # Errors
/// [`Refusal::Invalid`] when the changes are no list of objects, or name a row that is not there.
pub(super) fn patched(
    list: &Value,
    changes: Value,
    patch: &ListPatch,
    collections: &Collections,
) -> Result<Value, Refusal> {
    let mut elements = list.as_array().cloned().unwrap_or_default();
    let Value::Array(changes) = changes else {
        return Err(odd(patch, &changes));
    };
    for change in changes {
        let Some(key) = key(&change, patch) else {
            return Err(odd(patch, &change));
        };
        let position = elements
            .iter()
            .position(|known| self::key(known, patch).as_ref() == Some(&key));
        if leaves(&change, patch) {
            position.map(|position| elements.remove(position));
            continue;
        }
        let joined = joined(change, &key, patch, collections)?;
        match position.and_then(|position| elements.get_mut(position)) {
            Some(known) => merge(known, joined),
            None => elements.push(joined),
        }
    }
    Ok(elements.into())
}

/// What tells an element apart.
fn key(element: &Value, patch: &ListPatch) -> Option<String> {
    element.get(&patch.by).and_then(scalar)
}

/// Whether an element of the body is one that leaves.
fn leaves(change: &Value, patch: &ListPatch) -> bool {
    let mut conditions = patch.leaves.iter();
    !patch.leaves.is_empty()
        && conditions
            .all(|(name, wanted)| change.get(name).and_then(scalar).as_ref() == Some(wanted))
}

/// An element as the row has it: without what only says that it joins, and with what another
/// collection knows about it.
fn joined(
    mut change: Value,
    key: &str,
    patch: &ListPatch,
    collections: &Collections,
) -> Result<Value, Refusal> {
    if let Some(fields) = change.as_object_mut() {
        fields.retain(|name, _| !patch.leaves.contains_key(name));
    }
    let Some(from) = &patch.from else {
        return Ok(change);
    };
    let row = collections.get(from).and_then(|rows| rows.find(key));
    let row = row.ok_or_else(|| Refusal::Invalid(format!("{key} is not one of the {from}")))?;
    let shown = patch
        .shows
        .iter()
        .filter_map(|(name, place)| Some((name.clone(), Place::parse(place)?.first(row)?.clone())));
    merge(&mut change, shown.collect::<Map<_, _>>().into());
    Ok(change)
}

fn odd(patch: &ListPatch, change: &Value) -> Refusal {
    Refusal::Invalid(format!("{change} has no {}", patch.by))
}
