//! What a tool takes and answers, member by member.
//!
//! Input may become wider, output narrower: then whoever knew the old one is served by the new one.

use super::contract::deprecation;
use super::{Class, Difference};
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
        let known = old.iter().filter_map(|old| heir(old, new));
        let known: Vec<&str> = known.map(|known| known.name.as_str()).collect();
        let is_new = |member: &&Member| !known.contains(&member.name.as_str());
        let added: Vec<&Member> = new.iter().filter(is_new).collect();
        for member in old {
            let path = format!("{path}{}", member.name);
            let at = |span| At { path: &path, span };
            match heir(member, new) {
                Some(heir) => {
                    self.names(at(heir.span), member, heir, new);
                    self.member(at(heir.span), member, heir);
                }
                None => self.gone(at(new.span), member, &added),
            }
        }
        for member in added {
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

    /// Whether all names of an argument lead to the one that it is now.
    fn names(&mut self, at: At<'_>, old: &Member, heir: &Member, new: &[Member]) {
        if old.name != heir.name && named(new, &old.name).is_some() {
            let message = format!("is called `{}` now; the old name works", heir.name);
            self.put(at, Class::Compatible, &message);
        }
        let is_lost = |name: &&str| named(new, name).is_none_or(|found| found.name != heir.name);
        for name in old.names().filter(is_lost) {
            let message = format!("is not accepted under the name `{name}` any more");
            let help = format!("keep `aliases: [{name}]` on `{}`", heir.name);
            self.put_with_help(at, Class::Breaking, &message, Some(help));
        }
    }

    /// A member whose names lead nowhere. `added` are those that are new; one of them may be it.
    fn gone(&mut self, at: At<'_>, member: &Member, added: &[&Member]) {
        let Member {
            name, place, value, ..
        } = member;
        let is_argument = !place.is_empty();
        let added = || added.iter().filter(|_| is_argument);
        let same_place = added().find(|added| added.place == *place);
        let same_value = added().find(|added| added.value == *value);
        let help = match (same_place, same_value) {
            _ if !is_argument => None,
            (Some(heir), _) => Some(format!(
                "`{}` goes to the same place: with `aliases: [{name}]` on it the old name works",
                heir.name
            )),
            (None, Some(heir)) => Some(format!(
                "if it is `{}` now, `aliases: [{name}]` on it keeps the old name",
                heir.name
            )),
            (None, None) => Some(format!(
                "if it has another name now, `aliases: [{name}]` on it keeps the old one"
            )),
        };
        let heir = same_place.or(same_value);
        let span = heir.map_or(at.span, |heir| heir.span);
        self.put_with_help(At { span, ..at }, Class::Breaking, "is gone", help);
    }

    fn member(&mut self, at: At<'_>, old: &Member, new: &Member) {
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
        self.put_with_help(at, class, message, None);
    }

    fn put_with_help(&mut self, at: At<'_>, class: Class, message: &str, help: Option<String>) {
        self.differences.push(Difference {
            class,
            part: format!("{}.{}", self.side.schema(), at.path),
            span: Some(at.span),
            message: format!("{} `{}` {message}", self.side.member(), at.path),
            help,
        });
    }
}

/// The member that a name leads to: the one of that name, else the one that had it before.
fn named<'m>(members: &'m [Member], name: &str) -> Option<&'m Member> {
    let exact = members.iter().find(|member| member.name == name);
    exact.or_else(|| {
        let mut members = members.iter();
        members.find(|member| member.aliases.iter().any(|alias| alias == name))
    })
}

/// What a member is now, by the first of its names that leads anywhere.
fn heir<'m>(old: &Member, new: &'m [Member]) -> Option<&'m Member> {
    old.names().find_map(|name| named(new, name))
}

impl Member {
    fn names(&self) -> impl Iterator<Item = &str> {
        let aliases = self.aliases.iter().map(String::as_str);
        std::iter::once(self.name.as_str()).chain(aliases)
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
