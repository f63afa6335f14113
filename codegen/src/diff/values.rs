//! What a tool takes and answers, member by member.
//!
//! Input may become wider, output narrower: then whoever knew the old one is served by the new one.

use super::{Class, Difference, deprecation};
use crate::span::{Sp, Span};
use crate::surface::{Member, Range, StringLimits, Value};

/// Which of the two is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// What a tool takes.
    Input,
    /// What it answers.
    Output,
}

impl Side {
    fn schema(self) -> &'static str {
        match self {
            Self::Input => "inputSchema",
            Self::Output => "outputSchema",
        }
    }

    fn member(self) -> &'static str {
        match self {
            Self::Input => "the argument",
            Self::Output => "the answer's field",
        }
    }
}

/// A comparison of values, which adds to the differences of a tool.
pub(super) struct Values<'d> {
    side: Side,
    differences: &'d mut Vec<Difference>,
}

/// A value and where it is: `result[].name`, and in the definition.
#[derive(Clone, Copy)]
struct At<'p> {
    path: &'p str,
    span: Span,
}

impl<'d> Values<'d> {
    pub(super) fn new(side: Side, differences: &'d mut Vec<Difference>) -> Self {
        Self { side, differences }
    }

    /// Compares the members of an object. `path` ends where a name may follow.
    pub(super) fn members(&mut self, path: &str, old: &[Member], new: &Sp<Vec<Member>>) {
        let among = |members: &[Member], name: &str| members.iter().any(|m| m.name == name);
        for member in old {
            let path = format!("{path}{}", member.name);
            let at = At {
                path: &path,
                span: new.span,
            };
            match new.iter().find(|new| new.name == member.name) {
                Some(new) => self.member(&path, member, new),
                None => {
                    let mut added = new.iter().filter(|new| !among(old, &new.name));
                    let successor = added.find(|new| new.value == member.value);
                    self.gone(at, member, successor);
                }
            }
        }
        for member in new.iter().filter(|new| !among(old, &new.name)) {
            let path = format!("{path}{}", member.name);
            let at = At {
                path: &path,
                span: member.span,
            };
            if self.side == Side::Input && member.required {
                self.put(at, Class::Breaking, "is new and required");
            } else {
                self.put(at, Class::Compatible, "is new");
            }
        }
    }

    fn gone(&mut self, at: At<'_>, member: &Member, successor: Option<&Member>) {
        let Member { name, .. } = member;
        let help = match (self.side, successor) {
            (Side::Input, Some(successor)) => Some(format!(
                "if it is `{}` now, `as: {name}` there keeps the old name",
                successor.name
            )),
            (Side::Input, None) => Some(format!(
                "if it has another name now, `as: {name}` there keeps the old one"
            )),
            (Side::Output, _) => None,
        };
        let at = At {
            span: successor.map_or(at.span, |successor| successor.span),
            ..at
        };
        self.put(at, Class::Breaking, "is gone");
        if let Some(difference) = self.differences.last_mut() {
            difference.help = help;
        }
    }

    fn member(&mut self, path: &str, old: &Member, new: &Member) {
        let at = At {
            path,
            span: new.span,
        };
        match (self.side, old.required, new.required) {
            (Side::Input, false, true) => self.put(at, Class::Breaking, "is required now"),
            (Side::Input, true, false) => self.put(at, Class::Compatible, "may be left out now"),
            _ => {}
        }
        match (old.nullable, new.nullable) {
            (false, true) => self.put(at, Class::Breaking, "may be null now"),
            (true, false) => self.put(at, Class::Compatible, "is never null now"),
            _ => {}
        }
        if old.default != new.default {
            let shown = |default: &Option<String>| default.clone().unwrap_or("nothing".to_owned());
            let (old, new) = (shown(&old.default), shown(&new.default));
            let message = format!("stands for {new} where it is left out, no longer for {old}");
            self.put(at, Class::Compatible, &message);
        }
        let same_default = old.default == new.default;
        match deprecation(&old.deprecated, &new.deprecated) {
            Some(said) => self.put(at, Class::Words, &said),
            None if old.about != new.about && same_default => {
                self.put(at, Class::Words, "is described in other words");
            }
            None => {}
        }
        self.value(at, &old.value, &new.value);
    }

    fn value(&mut self, at: At<'_>, old: &Value, new: &Value) {
        match (old, new) {
            (Value::String(old), Value::String(new)) => self.string(at, old, new),
            (Value::Integer(old), Value::Integer(new))
            | (Value::Number(old), Value::Number(new)) => {
                self.range(at, ["the least value", "the greatest value"], *old, *new);
            }
            (Value::List(old, old_length), Value::List(new, new_length)) => {
                let limits = ["the fewest elements", "the most elements"];
                self.range(at, limits, *old_length, *new_length);
                let path = format!("{}[]", at.path);
                self.value(At { path: &path, ..at }, old, new);
            }
            (Value::Map(old), Value::Map(new)) => {
                let path = format!("{}.*", at.path);
                self.value(At { path: &path, ..at }, old, new);
            }
            (Value::Object(old), Value::Object(new)) => {
                self.members(&format!("{}.", at.path), old, new);
            }
            (old, new) if kind(old) == kind(new) => {}
            (old, new) => {
                let fits = match self.side {
                    Side::Input => is_wider(new, old),
                    Side::Output => is_wider(old, new),
                };
                let class = if fits {
                    Class::Compatible
                } else {
                    Class::Breaking
                };
                let message = format!("is {} now, no longer {}", kind(new), kind(old));
                self.put(at, class, &message);
            }
        }
    }

    fn string(&mut self, at: At<'_>, old: &StringLimits, new: &StringLimits) {
        self.values(at, &old.values, &new.values);
        if old.pattern != new.pattern {
            let (class, message) = match &new.pattern {
                None => (Class::Compatible, "has no pattern any more".to_owned()),
                // Whether one pattern takes all that another takes is not told from their texts.
                Some(pattern) => (Class::Breaking, format!("has the pattern {pattern} now")),
            };
            self.put(at, class, &message);
        }
        if old.format != new.format {
            let (class, message) = match new.format {
                None => (Class::Compatible, "is written in any form now"),
                Some(_) => (Class::Breaking, "is written in another form now"),
            };
            self.put(at, class, message);
        }
        let limits = ["the fewest characters", "the most characters"];
        self.range(at, limits, old.length, new.length);
    }

    fn values(&mut self, at: At<'_>, old: &[String], new: &[String]) {
        let missing = |from: &[String], these: &[String]| {
            let gone = these.iter().filter(|value| !from.contains(value));
            gone.map(|value| format!("`{value}`"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match (old, new) {
            ([], []) => {}
            (_, []) => self.put(at, Class::Compatible, "takes any value now"),
            ([], new) => {
                let message = format!("takes only {} now", missing(&[], new));
                self.put(at, Class::Breaking, &message);
            }
            (old, new) => {
                let (gone, added) = (missing(new, old), missing(old, new));
                if !gone.is_empty() {
                    let message = format!("does not take {gone} any more");
                    self.put(at, Class::Breaking, &message);
                }
                if !added.is_empty() {
                    self.put(at, Class::Compatible, &format!("takes {added} as well"));
                }
            }
        }
    }

    /// `names` are those of the least and of the most.
    fn range(&mut self, at: At<'_>, names: [&str; 2], old: Range, new: Range) {
        let [least, most] = names;
        let tighter_least = new
            .min
            .is_some_and(|new| old.min.is_none_or(|old| new > old));
        let tighter_most = new
            .max
            .is_some_and(|new| old.max.is_none_or(|old| new < old));
        for (name, old, new, is_tighter) in [
            (least, old.min, new.min, tighter_least),
            (most, old.max, new.max, tighter_most),
        ] {
            if old == new {
                continue;
            }
            let class = if is_tighter {
                Class::Breaking
            } else {
                Class::Compatible
            };
            let shown = |limit: Option<i64>| limit.map_or("none".to_owned(), |l| l.to_string());
            let message = format!(
                "has another limit: {name}, {} before, {} now",
                shown(old),
                shown(new)
            );
            self.put(at, class, &message);
        }
    }

    fn put(&mut self, at: At<'_>, class: Class, message: &str) {
        self.differences.push(Difference {
            class,
            part: format!("{}.{}", self.side.schema(), at.path),
            span: Some(at.span),
            message: format!("{} `{}` {message}", self.side.member(), at.path),
            help: None,
        });
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Any => "any value",
        Value::Boolean => "a boolean",
        Value::String(_) => "a string",
        Value::Integer(_) => "an integer",
        Value::Number(_) => "a number",
        Value::List(..) => "a list",
        Value::Map(_) => "a map",
        Value::Object(_) => "an object",
    }
}

/// Whether a type holds all that another holds.
fn is_wider(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Any, _) => true,
        (Value::Number(one), Value::Integer(other)) => {
            let least = one
                .min
                .is_none_or(|one| other.min.is_some_and(|other| one <= other));
            let most = one
                .max
                .is_none_or(|one| other.max.is_some_and(|other| one >= other));
            least && most
        }
        _ => false,
    }
}
