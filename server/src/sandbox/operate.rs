//! What operations do to the rows.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Map, Value};
use toolwright_runtime::json_path;
use toolwright_runtime::table::{Effect, ResponseForm};

use super::answer::{Answer, Refusal};
use super::body;
use super::call::Call;
use super::collection::Collection;
use super::document::merge;
use super::found::Found;
use super::mark::{expand, expand_text};
use super::page::Page;
use super::patch::patched;
use super::select::Selection;

/// The rows of a vendor, by the collection's name.
pub(super) type Collections = BTreeMap<String, Collection>;

/// Does what a call asks for.
///
/// # Errors
/// Why the vendor says no.
pub(super) fn perform(call: &Call<'_>, collections: &mut Collections) -> Result<Answer, Refusal> {
    check_within(call, collections)?;
    let collection = worked_on(call, collections)?;
    let operation = call.endpoint.operation;
    match (operation.effect, operation.response.form) {
        (Effect::Read, ResponseForm::Rows { .. }) => list(call, collection),
        (Effect::Read, _) => read(call, collection),
        (Effect::Create, _) => create(call, collection),
        (Effect::Update, _) => update(call, collections),
        (Effect::Delete, _) => delete(call, collection),
    }
}

fn worked_on<'a>(
    call: &Call<'_>,
    collections: &'a mut Collections,
) -> Result<&'a mut Collection, Refusal> {
    collections
        .get_mut(&call.endpoint.method.on)
        .ok_or_else(|| not_found(call))
}

/// The rows that must exist do.
fn check_within(call: &Call<'_>, collections: &Collections) -> Result<(), Refusal> {
    for (name, key) in &call.endpoint.method.within {
        let Some(key) = expand_text(key, &|name| call.value(name)) else {
            continue;
        };
        if collections
            .get(name)
            .is_none_or(|rows| rows.find(&key).is_none())
        {
            return Err(Refusal::NotFound(key));
        }
    }
    Ok(())
}

fn list(call: &Call<'_>, collection: &Collection) -> Result<Answer, Refusal> {
    let selection = Selection::of(call)?;
    let rows: Vec<&Value> = collection
        .rows()
        .iter()
        .filter(|row| selection.counts(row))
        .collect();
    let total = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let page = Page::of(
        call.endpoint.operation,
        &call.query,
        call.token.as_ref(),
        total,
    )?;
    let position = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let rows = rows
        .into_iter()
        .skip(position(page.start))
        .take(position(page.size));
    let rows = rows.map(|row| visible(call, row)).collect();
    Ok(Found {
        rows,
        key: Value::Null,
        page,
    }
    .answer(call))
}

fn read(call: &Call<'_>, collection: &Collection) -> Result<Answer, Refusal> {
    let position = Selection::of(call)?.one(call, collection);
    match position.and_then(|position| collection.rows().get(position)) {
        Some(row) => Ok(one(call, collection, row)),
        None if call.endpoint.method.empty_is_204 => Ok(Answer::new(StatusCode::NO_CONTENT, None)),
        None => Err(not_found(call)),
    }
}

fn create(call: &Call<'_>, collection: &mut Collection) -> Result<Answer, Refusal> {
    let fields = body::fields(call.endpoint.operation, call.headers, call.body)?;
    let fresh = collection.fresh_key();
    let mut row = Value::Object(Map::from_iter([(collection.key().to_owned(), fresh)]));
    merge(&mut row, fields);
    let key = collection.key_of(&row).clone();
    merge(&mut row, set(call, &key));
    if json_path::scalar(&key).is_none_or(|key| collection.find(&key).is_some()) {
        return Err(Refusal::Invalid(format!(
            "{}: {key} is taken",
            collection.key()
        )));
    }
    let answer = one(call, collection, &row);
    collection.push(row);
    Ok(answer)
}

fn update(call: &Call<'_>, collections: &mut Collections) -> Result<Answer, Refusal> {
    let (position, mut row) = meant(call, worked_on(call, collections)?)?;
    let mut fields = body::fields(call.endpoint.operation, call.headers, call.body)?;
    for (name, patch) in &call.endpoint.method.patch {
        if let Some(changes) = fields.get_mut(name) {
            let list = row.get(name).unwrap_or(&Value::Null);
            *changes = patched(list, changes.take(), patch, collections)?;
        }
    }
    merge(&mut row, fields);
    let collection = worked_on(call, collections)?;
    let set = set(call, collection.key_of(&row));
    merge(&mut row, set);
    let answer = one(call, collection, &row);
    collection.replace(position, row);
    Ok(answer)
}

fn delete(call: &Call<'_>, collection: &mut Collection) -> Result<Answer, Refusal> {
    let (position, row) = meant(call, collection)?;
    if call.endpoint.method.set.is_empty() {
        let answer = one(call, collection, &row);
        collection.remove(position);
        return Ok(answer);
    }
    let mut deleted = row.clone();
    merge(&mut deleted, set(call, collection.key_of(&row)));
    if deleted == row {
        // What is marked as deleted cannot be deleted once more.
        return Err(not_found(call));
    }
    let answer = one(call, collection, &deleted);
    collection.replace(position, deleted);
    Ok(answer)
}

/// The row to change, as it is now.
fn meant(call: &Call<'_>, collection: &Collection) -> Result<(usize, Value), Refusal> {
    let position = Selection::of(call)?
        .one(call, collection)
        .ok_or_else(|| not_found(call))?;
    let row = collection
        .rows()
        .get(position)
        .ok_or_else(|| not_found(call))?;
    Ok((position, row.clone()))
}

/// The fields that a write sets.
fn set(call: &Call<'_>, key: &Value) -> Value {
    let value = |name: &str| match name {
        "key" => Some(key.clone()),
        name => call.value(name).map(Into::into),
    };
    let fields = call.endpoint.method.set.iter();
    fields
        .map(|(name, template)| (name.clone(), expand(template, &value)))
        .collect()
}

/// The answer with one row.
fn one(call: &Call<'_>, collection: &Collection, row: &Value) -> Answer {
    let key = collection.key_of(row).clone();
    Found {
        rows: vec![visible(call, row)],
        key,
        page: Page::whole(1),
    }
    .answer(call)
}

/// A row without the fields that are not sent.
fn visible(call: &Call<'_>, row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(fields) = row.as_object_mut() {
        for name in &call.endpoint.method.without {
            fields.shift_remove(name);
        }
    }
    row
}

fn not_found(call: &Call<'_>) -> Refusal {
    Refusal::NotFound(call.key().unwrap_or_default().to_owned())
}
