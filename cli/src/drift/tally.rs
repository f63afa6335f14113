//! What was seen in answers, counted at the places where the definition declares objects. Names and
//! counts are kept, and no values but, where they are asked for, new words of an enum.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use toolwright_runtime::table::{Field, ObjectShape, Operation, Shape, StringRule};

use super::found::{Found, is_whole};
use super::name;
use super::rule::{self, Misfit};

/// What was seen in the answers of one operation.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// How many answers there were.
    pub(crate) answers: u64,
    /// How many of them could not be read.
    pub(crate) unreadable: u64,
    /// How many rows or records there were.
    pub(crate) rows: u64,
    /// The declared objects, by the place below a row: empty for the row itself.
    pub(crate) objects: BTreeMap<String, Objects>,
}

/// The objects at one place.
#[derive(Debug)]
pub(crate) struct Objects {
    /// What they are declared to be.
    pub(crate) shape: &'static ObjectShape,
    /// How many there were.
    pub(crate) count: u64,
    /// The fields that were there, declared or not. Keys that are data are counted as one.
    pub(crate) fields: BTreeMap<String, FieldTally>,
}

/// One field of the objects at a place: in how many of them it is so.
#[derive(Debug, Default)]
pub(crate) struct FieldTally {
    /// It is there.
    pub(crate) present: u64,
    /// It is null.
    pub(crate) null: u64,
    /// It has another type than is declared, or something in it has.
    pub(crate) wrong: u64,
    /// It is, or holds, a value that is not declared.
    pub(crate) new: u64,
    /// It is, or holds, an identifier that does not match its pattern.
    pub(crate) malformed: u64,
    /// What all of them look like.
    pub(crate) found: Found,
    /// The new values that look like words.
    pub(crate) words: BTreeSet<String>,
}

/// What is wrong with one value.
#[derive(Debug, Default)]
struct Verdict {
    is_wrong: bool,
    misfit: Misfit,
    words: BTreeSet<String>,
}

impl Verdict {
    fn string(&mut self, rule: &StringRule, text: &str) {
        let misfit = rule::misfit(rule, text);
        self.misfit.is_new |= misfit.is_new;
        self.misfit.is_malformed |= misfit.is_malformed;
        let is_told = misfit.is_new && name::is_word(text);
        self.words.extend(is_told.then(|| text.to_owned()));
    }
}

impl Tally {
    /// Counts an answer: its rows as calls hand them on, where a declared text is no number any more,
    /// or `None` where it cannot be read.
    pub(crate) fn count(&mut self, operation: &'static Operation, rows: Option<&[Value]>) {
        self.answers += 1;
        let Some(rows) = rows else {
            self.unreadable += 1;
            return;
        };
        self.rows += rows.len() as u64;
        for row in rows {
            self.value("", &operation.response.shape, row, &mut Verdict::default());
        }
    }

    fn value(&mut self, place: &str, shape: &'static Shape, value: &Value, verdict: &mut Verdict) {
        match (shape, value) {
            (Shape::Any, _)
            | (Shape::Boolean, Value::Bool(_))
            | (Shape::Number { .. }, Value::Number(_)) => {}
            (Shape::Integer { .. }, Value::Number(_)) if is_whole(value) => {}
            (Shape::String(rule) | Shape::Text(rule), Value::String(text)) => {
                verdict.string(rule, text);
            }
            (Shape::Array { items, .. }, Value::Array(elements)) => {
                let place = format!("{place}[]");
                self.values(&place, items, elements.iter(), verdict);
            }
            (Shape::Map(inner), Value::Object(members)) => {
                let place = below(place, name::DATA);
                self.values(&place, inner, members.values(), verdict);
            }
            (Shape::Object(object), Value::Object(members)) => self.object(place, object, members),
            _ => verdict.is_wrong = true,
        }
    }

    /// Values of a list or a map. Those that are null do no harm: the language cannot declare them.
    fn values<'a>(
        &mut self,
        place: &str,
        shape: &'static Shape,
        values: impl Iterator<Item = &'a Value>,
        verdict: &mut Verdict,
    ) {
        for value in values.filter(|value| !value.is_null()) {
            self.value(place, shape, value, verdict);
        }
    }

    fn object(&mut self, place: &str, shape: &'static ObjectShape, members: &Map<String, Value>) {
        let mut has_data = false;
        for (key, value) in members {
            match shape.fields.iter().find(|field| field.name == key) {
                Some(field) => self.declared(place, shape, field, value),
                None if name::is_field(key) => {
                    self.field(place, shape, key, Found::of(value, None));
                }
                None => has_data = true,
            }
        }
        if has_data {
            self.field(place, shape, name::DATA, Found::default());
        }
        self.at(place, shape).count += 1;
    }

    fn declared(
        &mut self,
        place: &str,
        shape: &'static ObjectShape,
        field: &'static Field,
        value: &Value,
    ) {
        let mut verdict = Verdict::default();
        if !value.is_null() {
            self.value(&below(place, field.name), &field.shape, value, &mut verdict);
        }
        let found = Found::of(value, Some(&field.shape));
        let tally = self.field(place, shape, field.name, found);
        tally.null += u64::from(value.is_null());
        tally.wrong += u64::from(verdict.is_wrong);
        tally.new += u64::from(verdict.misfit.is_new);
        tally.malformed += u64::from(verdict.misfit.is_malformed);
        tally.words.append(&mut verdict.words);
    }

    /// Counts a field that is there.
    fn field(
        &mut self,
        place: &str,
        shape: &'static ObjectShape,
        name: &str,
        found: Found,
    ) -> &mut FieldTally {
        let fields = &mut self.at(place, shape).fields;
        let tally = fields.entry(name.to_owned()).or_default();
        tally.present += 1;
        tally.found = std::mem::take(&mut tally.found).joined(found);
        tally
    }

    fn at(&mut self, place: &str, shape: &'static ObjectShape) -> &mut Objects {
        let new = || Objects {
            shape,
            count: 0,
            fields: BTreeMap::new(),
        };
        self.objects.entry(place.to_owned()).or_insert_with(new)
    }
}

/// The place of a field below another place.
pub(crate) fn below(place: &str, name: &str) -> String {
    match place {
        "" => name.to_owned(),
        place => format!("{place}.{name}"),
    }
}
