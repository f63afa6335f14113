//! Rows that a key tells apart.

use std::collections::BTreeSet;

use serde_json::Value;
use toolwright_runtime::json_path::scalar;

use super::{data, fill};

/// Rows in the order in which lists have them.
#[derive(Debug)]
pub(super) struct Collection {
    key: String,
    rows: Vec<Value>,
    /// The last key at the start, from which new ones are counted up.
    last_key: Value,
    made: u64,
}

impl Collection {
    /// The rows of the definition: those written out, then those of the pattern.
    ///
    /// # Errors
    /// What is wrong with the data, as a sentence.
    pub(super) fn new(data: data::Collection) -> Result<Self, String> {
        let mut rows = data.rows;
        if let Some(pattern) = &data.fill {
            if let Some(mark) = fill::unknown_marks(&pattern.row).first() {
                return Err(format!("the pattern has the unknown mark `{{{mark}}}`"));
            }
            rows.extend(fill::rows(pattern));
        }
        let mut keys = BTreeSet::new();
        for row in &rows {
            let key = row.get(&data.key).and_then(scalar);
            let key = key.ok_or_else(|| format!("a row has no key `{}`", data.key))?;
            if let Some(key) = keys.replace(key) {
                return Err(format!("two rows have the key `{key}`"));
            }
        }
        let last_key = rows
            .last()
            .and_then(|row| row.get(&data.key))
            .cloned()
            .unwrap_or_default();
        Ok(Self {
            key: data.key,
            rows,
            last_key,
            made: 0,
        })
    }

    /// The rows.
    pub(super) fn rows(&self) -> &[Value] {
        &self.rows
    }

    /// The field that tells rows apart.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// A row's key.
    pub(super) fn key_of<'a>(&self, row: &'a Value) -> &'a Value {
        row.get(&self.key).unwrap_or(&Value::Null)
    }

    /// Whether the row has that key.
    pub(super) fn has_key(&self, row: &Value, key: &str) -> bool {
        scalar(self.key_of(row)).is_some_and(|text| text == key)
    }

    /// The row with that key.
    pub(super) fn find(&self, key: &str) -> Option<&Value> {
        self.rows.iter().find(|row| self.has_key(row, key))
    }

    /// Adds a row at the end.
    pub(super) fn push(&mut self, row: Value) {
        self.rows.push(row);
    }

    /// Puts another row in the place of one.
    pub(super) fn replace(&mut self, position: usize, row: Value) {
        if let Some(place) = self.rows.get_mut(position) {
            *place = row;
        }
    }

    /// Takes a row away.
    pub(super) fn remove(&mut self, position: usize) {
        if position < self.rows.len() {
            self.rows.remove(position);
        }
    }

    /// A key that no row has or had.
    pub(super) fn fresh_key(&mut self) -> Value {
        loop {
            self.made += 1;
            let key = counted_up(&self.last_key, self.made);
            if scalar(&key).is_none_or(|text| self.find(&text).is_none()) {
                return key;
            }
        }
    }
}

/// A key like the given one: a number that is greater by `steps`, or a text in which the longest run
/// of digits is, with as many digits as long as they do.
fn counted_up(key: &Value, steps: u64) -> Value {
    match key {
        Value::Number(number) => number.as_u64().unwrap_or(0).wrapping_add(steps).into(),
        Value::String(text) => {
            let (before, digits, after) = around_longest_digits(text);
            let number = digits
                .parse::<u128>()
                .unwrap_or(0)
                .wrapping_add(steps.into());
            format!("{before}{number:0width$}{after}", width = digits.len()).into()
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            steps.to_string().into()
        }
    }
}

/// The longest run of digits, the last of equally long ones, and what stands around it.
fn around_longest_digits(text: &str) -> (&str, &str, &str) {
    let (mut start, mut length) = (text.len(), 0);
    let mut offset = 0;
    for run in text.split_inclusive(|character: char| !character.is_ascii_digit()) {
        let digits = run
            .trim_end_matches(|character: char| !character.is_ascii_digit())
            .len();
        if digits > 0 && digits >= length {
            (start, length) = (offset, digits);
        }
        offset += run.len();
    }
    let (before, rest) = text.split_at(start);
    let (digits, after) = rest.split_at(length);
    (before, digits, after)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn collection(rows: Value) -> Result<Collection, String> {
        Collection::new(serde_json::from_value(json!({"key": "id", "rows": rows})).unwrap())
    }

    #[test]
    fn fresh_keys_look_like_the_last_one() {
        let counted = |key: Value, steps| counted_up(&key, steps);
        assert_eq!(counted(json!(41), 2), 43);
        assert_eq!(
            counted(json!("648310000001000424"), 1),
            "648310000001000425"
        );
        assert_eq!(
            counted(json!("8-b7c1d20099-kq7m2z"), 1),
            "8-b7c1d20100-kq7m2z"
        );
        assert_eq!(counted(json!("ab-12-34"), 1), "ab-12-35");
        assert_eq!(counted(json!("u-007"), 1), "u-008");
        assert_eq!(counted(json!("jsmith"), 1), "jsmith1");
        assert_eq!(counted(json!(""), 3), "3");
        assert_eq!(counted(Value::Null, 1), "1");
    }

    #[test]
    fn a_key_is_never_used_twice() {
        let mut rows = collection(json!([{"id": "a2"}, {"id": "a1"}])).unwrap();
        assert_eq!(rows.fresh_key(), "a3");
        rows.push(json!({"id": "a3"}));
        rows.remove(2);
        assert_eq!(rows.fresh_key(), "a4");
    }

    #[test]
    fn keys_are_there_and_differ() {
        let rows = json!([{"id": 1}, {"id": "1"}]);
        assert_eq!(collection(rows).unwrap_err(), "two rows have the key `1`");
        assert_eq!(
            collection(json!([{"name": "a"}])).unwrap_err(),
            "a row has no key `id`"
        );
        let data = json!({"key": "id", "fill": {"count": 1, "row": {"id": "{m}"}}});
        let error = Collection::new(serde_json::from_value(data).unwrap()).unwrap_err();
        assert_eq!(error, "the pattern has the unknown mark `{m}`");
    }
}
