//! Which operations are called, and with what.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use toolwright_runtime::table::{Arg, Integration, Shape};
use toolwright_server::command::ReadOnly;

use super::given::GivenOperation;
use crate::CommandError;
use crate::recording;

/// A call that is still to be made.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) operation: ReadOnly,
    given: Map<String, Value>,
}

/// The calls of those operations that are given, or of all that read.
pub(crate) fn planned(
    integration: &'static Integration,
    given: &[GivenOperation],
) -> Result<Vec<Planned>, CommandError> {
    if given.is_empty() {
        let all = integration
            .operations
            .iter()
            .copied()
            .filter_map(ReadOnly::of);
        let plain = |operation| Planned {
            operation,
            given: Map::new(),
        };
        return Ok(all.map(plain).collect());
    }
    let planned = given.iter().map(|one| {
        let operation = recording::operation(integration, &one.name);
        let operation = operation.map_err(CommandError::Sentence)?;
        let operation = ReadOnly::of(operation).ok_or_else(|| {
            let name = operation.name;
            CommandError::Sentence(format!(
                "`{name}` changes something, and only reads are made"
            ))
        })?;
        Ok(Planned {
            operation,
            given: one.arguments.clone(),
        })
    });
    planned.collect()
}

/// Identifiers that answers gave: of each kind the first.
#[derive(Debug, Default)]
pub(crate) struct Known(BTreeMap<&'static str, String>);

impl Known {
    /// Takes the identifiers out of a row, as calls hand it on.
    pub(crate) fn learn(&mut self, shape: &Shape, value: &Value) {
        match (shape, value) {
            (Shape::String(rule) | Shape::Text(rule), Value::String(text)) => {
                let kind = rule.identifier;
                if let Some(kind) = kind.filter(|kind| kind.pattern.matches(text)) {
                    self.0.entry(kind.name).or_insert_with(|| text.clone());
                }
            }
            (Shape::Array { items, .. }, Value::Array(elements)) => {
                elements
                    .iter()
                    .for_each(|element| self.learn(items, element));
            }
            (Shape::Map(inner), Value::Object(members)) => {
                members
                    .values()
                    .for_each(|member| self.learn(inner, member));
            }
            (Shape::Object(object), Value::Object(members)) => {
                for field in object.fields {
                    let member = members.get(field.name);
                    member
                        .iter()
                        .for_each(|value| self.learn(&field.shape, value));
                }
            }
            _ => {}
        }
    }

    fn of(&self, arg: &Arg) -> Option<&str> {
        self.0.get(kind(arg)?).map(String::as_str)
    }
}

impl Planned {
    /// The arguments of the call, or why it cannot be made yet.
    pub(crate) fn arguments(&self, known: &Known) -> Result<Map<String, Value>, String> {
        let mut arguments = self.given.clone();
        let needed = self
            .operation
            .operation()
            .args
            .iter()
            .filter(|arg| arg.required);
        for arg in needed.filter(|arg| !self.given.contains_key(arg.name)) {
            let value = known.of(arg).ok_or_else(|| match kind(arg) {
                Some(kind) => format!("no answer gave the {kind} that `{}` needs", arg.name),
                None => format!("`{}` is needed: give it with --arguments", arg.name),
            })?;
            arguments.insert(arg.name.to_owned(), value.into());
        }
        Ok(arguments)
    }
}

/// The kind of identifier that an argument takes.
fn kind(arg: &Arg) -> Option<&'static str> {
    match &arg.shape {
        Shape::String(rule) => Some(rule.identifier?.name),
        _ => None,
    }
}
