//! Any YAML as JSON: what definitions refuse, other people's documents may have. Anchors, merge keys and
//! keys that are no text are taken as they are meant, and the last of equal keys counts.

use std::collections::HashMap;

use serde_json::{Map, Number, Value};
use serde_yaml::granit_parser::{self as parser, Event, Parser, ScalarStyle};

use super::yaml::scalar;
use crate::span::Kind;

/// How many values a document may have once its aliases are followed: a small text must not become a
/// huge value.
const MOST_VALUES: usize = 5_000_000;

/// Reads the first document of a text that nests no deeper than `deepest`.
pub(crate) fn any(text: &str, deepest: usize) -> Result<Value, String> {
    let options = parser::options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        block_nesting_limit: deepest,
        flow_nesting_limit: deepest,
    };
    let mut builder = Builder {
        deepest,
        ..Builder::default()
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, _) = event.map_err(|error| error.to_string())?;
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.event(event)?;
    }
    Ok(builder.root.unwrap_or_default())
}

#[derive(Default)]
struct Builder {
    deepest: usize,
    open: Vec<Open>,
    anchors: HashMap<usize, Value>,
    values: usize,
    root: Option<Value>,
}

/// A collection that has not ended, and its anchor.
struct Open {
    anchor: usize,
    value: Value,
    /// The key whose value comes next.
    key: Option<String>,
    /// Whether that value is to be merged: the key is `<<` without quotes.
    merges: bool,
}

impl Builder {
    fn event(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, ..) => {
                let merges = style == ScalarStyle::Plain && text == "<<";
                let value = match style {
                    ScalarStyle::Plain => plain(&text),
                    _ => Value::String(text.into_owned()),
                };
                self.place(value, anchor)?;
                if let Some(open) = self.open.last_mut() {
                    open.merges = merges && open.key.is_some();
                }
                Ok(())
            }
            Event::SequenceStart(_, anchor, ..) => self.open(Value::Array(Vec::new()), anchor),
            Event::MappingStart(_, anchor, ..) => self.open(Value::Object(Map::new()), anchor),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open { anchor, value, .. }) => self.place(value, anchor),
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let value = self
                    .anchors
                    .get(&anchor)
                    .cloned()
                    .ok_or("an alias leads nowhere")?;
                self.values += size(&value, self.deepest)?;
                self.place(value, 0)
            }
            Event::UnresolvedAlias(_) => Err("an alias leads nowhere".to_owned()),
            _ => Ok(()),
        }
    }

    fn open(&mut self, value: Value, anchor: usize) -> Result<(), String> {
        if self.open.len() >= self.deepest {
            return Err(format!("values are nested more than {} deep", self.deepest));
        }
        self.open.push(Open {
            anchor,
            value,
            key: None,
            merges: false,
        });
        Ok(())
    }

    /// Puts a value where it belongs.
    fn place(&mut self, value: Value, anchor: usize) -> Result<(), String> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err("it has too many values".to_owned());
        }
        if anchor > 0 {
            self.values += size(&value, self.deepest)?;
            self.anchors.insert(anchor, value.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(value);
            return Ok(());
        };
        match (&mut open.value, open.key.take()) {
            (Value::Array(items), _) => items.push(value),
            (Value::Object(members), Some(_)) if open.merges => {
                open.merges = false;
                merge(members, value);
            }
            (Value::Object(members), Some(key)) => {
                members.insert(key, value);
            }
            (_, None) => {
                open.key = Some(match value {
                    Value::String(text) => text,
                    other => other.to_string(),
                });
            }
            _ => {}
        }
        Ok(())
    }
}

/// Adds what is not there yet: of one mapping, or of several.
fn merge(members: &mut Map<String, Value>, value: Value) {
    match value {
        Value::Object(others) => {
            for (key, value) in others {
                members.entry(key).or_insert(value);
            }
        }
        Value::Array(several) => several.into_iter().for_each(|one| {
            if one.is_object() {
                merge(members, one);
            }
        }),
        _ => {}
    }
}

fn plain(text: &str) -> Value {
    match scalar::resolve(text) {
        Ok(Kind::Null) => Value::Null,
        Ok(Kind::Bool(value)) => Value::Bool(value),
        Ok(Kind::Integer(value)) | Err(Some(value)) => Value::Number(value.into()),
        Ok(Kind::Float(value)) => Number::from_f64(value).map_or(Value::Null, Value::Number),
        _ => Value::String(text.to_owned()),
    }
}

/// How many values there are in one that nests no deeper than `levels`. Aliases could nest without end.
fn size(value: &Value, levels: usize) -> Result<usize, String> {
    let below = levels
        .checked_sub(1)
        .ok_or("aliases are nested too deeply")?;
    let sum = |mut parts: Box<dyn Iterator<Item = &Value> + '_>| {
        parts.try_fold(1, |sum, part| Ok(sum + size(part, below)?))
    };
    match value {
        Value::Array(items) => sum(Box::new(items.iter())),
        Value::Object(members) => sum(Box::new(members.values())),
        _ => Ok(1),
    }
}
