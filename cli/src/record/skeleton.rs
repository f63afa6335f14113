//! What is left of an answer when everything is taken out of it that says something: structure, names,
//! types and nulls. It is built up from what may stay, so that nothing stays by mistake, and compares
//! with a definition as the answer itself does.

use std::collections::HashSet;

use serde_json::{Map, Number, Value};
use toolwright_runtime::table::{Response, ResponseForm, Shape, Step, StringRule};

use crate::drift::name::{self, DATA};
use crate::drift::rule::misfit;
use crate::drift::{field, has_data_keys, is_whole};

/// How many elements of a list are kept, besides those that look different from all of them.
const MOST: usize = 20;

/// What stands for a string.
const TEXT: &str = "text";

/// Strings that stand for one that is not as declared: the first of them is taken that is not, either.
const OTHERS: [&str; 6] = [TEXT, "?", "", "0", "a b", "/"];

/// The skeleton of the body of an answer. With `keeps_words`, new values of an enum that look like
/// words are kept.
pub(crate) fn skeleton(response: &Response, body: &Value, keeps_words: bool) -> Value {
    let skeleton = Skeleton {
        response,
        keeps_words,
    };
    skeleton.at(body, response.at)
}

struct Skeleton<'a> {
    response: &'a Response,
    keeps_words: bool,
}

impl Skeleton<'_> {
    /// What stands on the way to the rows, and the rows.
    fn at(&self, value: &Value, path: &[Step]) -> Value {
        let Some((step, rest)) = path.split_first() else {
            return self.whole(value);
        };
        match (step, value) {
            (Step::Key(key), Value::Object(members)) => object(members, |name, inner| {
                (name == *key).then(|| self.at(inner, rest))
            }),
            (Step::Index(index), Value::Array(elements)) => {
                let kept = elements.iter().take(MOST.max(index + 1)).enumerate();
                let inner = kept.map(|(place, element)| match place == *index {
                    true => self.at(element, rest),
                    false => undeclared(element),
                });
                Value::Array(inner.collect())
            }
            (Step::Each, Value::Array(elements)) => {
                list(elements.iter().map(|element| self.at(element, rest)))
            }
            _ => undeclared(value),
        }
    }

    fn whole(&self, value: &Value) -> Value {
        let Response { at, form, shape } = self.response;
        match (form, value) {
            // Each element on the way has one row.
            (ResponseForm::Rows { .. }, _) if at.contains(&Step::Each) => {
                self.declared(value, shape)
            }
            (ResponseForm::Rows { .. }, Value::Array(rows)) => {
                list(rows.iter().map(|row| self.declared(row, shape)))
            }
            (ResponseForm::Rows { .. } | ResponseForm::Empty, _) => undeclared(value),
            (ResponseForm::RowOfOne | ResponseForm::Record, _) => self.declared(value, shape),
        }
    }

    fn declared(&self, value: &Value, shape: &Shape) -> Value {
        match (shape, value) {
            (Shape::String(rule) | Shape::Text(rule), Value::String(text)) => {
                self.string(text, rule).into()
            }
            (Shape::Text(rule), Value::Number(number)) => text_number(number, rule),
            (Shape::Array { items, .. }, Value::Array(elements)) => {
                list(elements.iter().map(|element| self.declared(element, items)))
            }
            (Shape::Map(inner), Value::Object(members)) => {
                map(members.values().map(|member| self.declared(member, inner)))
            }
            (Shape::Object(_), Value::Object(members)) => object(members, |name, inner| {
                Some(self.declared(inner, field(shape, name)?))
            }),
            _ => undeclared(value),
        }
    }

    /// A string that is as declared, or as little as this one.
    fn string(&self, text: &str, rule: &StringRule) -> String {
        let verdict = misfit(rule, text);
        let is_kept = match verdict.is_new {
            true => self.keeps_words && name::is_word(text),
            false => !rule.one_of.is_empty(),
        };
        if is_kept {
            return text.to_owned();
        }
        let example = rule.identifier.map(|kind| kind.example);
        let others = OTHERS.into_iter().filter(|other| {
            // Nobody should take it for a new value of the vendor's.
            !verdict.is_new || !name::is_word(other)
        });
        let mut candidates = example.into_iter().chain(others);
        let found = candidates.find(|candidate| misfit(rule, candidate) == verdict);
        found.unwrap_or(TEXT).to_owned()
    }
}

/// A number where a text is declared: one that is as declared, or as little as this one.
fn text_number(number: &Number, rule: &StringRule) -> Value {
    let verdict = misfit(rule, &number.to_string());
    let plain = undeclared(&Value::Number(number.clone()));
    let example = rule.identifier.and_then(|kind| kind.example.parse().ok());
    let declared = rule.one_of.iter().filter_map(|one| one.parse().ok());
    let others = [Number::from(0), Number::from(-1), Number::from(1)];
    let numbers = example
        .into_iter()
        .chain(declared)
        .chain(others)
        .map(Value::Number);
    let same_type = |other: &Value| is_whole(other) == is_whole(&plain);
    let mut candidates = std::iter::once(plain.clone()).chain(numbers.filter(same_type));
    let found = candidates.find(|candidate| misfit(rule, &candidate.to_string()) == verdict);
    found.unwrap_or(plain)
}

/// What nothing is declared of.
fn undeclared(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Bool(_) => false.into(),
        Value::Number(_) if is_whole(value) => 0.into(),
        Value::Number(_) => 0.5.into(),
        Value::String(_) => TEXT.into(),
        Value::Array(elements) => list(elements.iter().map(undeclared)),
        Value::Object(members) if has_data_keys(members) => map(members.values().map(undeclared)),
        Value::Object(members) => object(members, |_, _| None),
    }
}

/// An object whose names stay; keys that are data get a number. `declared` makes what is declared.
fn object(members: &Map<String, Value>, declared: impl Fn(&str, &Value) -> Option<Value>) -> Value {
    let mut kept = Map::new();
    let mut data = 0;
    for (key, value) in members {
        match declared(key, value) {
            Some(inner) => kept.insert(key.clone(), inner),
            None if name::is_field(key) => kept.insert(key.clone(), undeclared(value)),
            None => {
                data += 1;
                kept.insert(format!("{DATA}{data}"), undeclared(value))
            }
        };
    }
    Value::Object(kept)
}

fn map(values: impl Iterator<Item = Value>) -> Value {
    let values = distinct(values).into_iter().enumerate();
    let members = values.map(|(index, value)| (format!("{DATA}{}", index + 1), value));
    Value::Object(members.collect())
}

fn list(elements: impl Iterator<Item = Value>) -> Value {
    Value::Array(distinct(elements))
}

/// The first of them, and all that look different from those that are kept.
fn distinct(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut seen = HashSet::new();
    let kept = values.enumerate().filter(|(index, value)| {
        let is_new = seen.insert(value.to_string());
        is_new || *index < MOST
    });
    kept.map(|(_, value)| value).collect()
}
