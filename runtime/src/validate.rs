//! Flat arguments against what an operation declares. Says the same as the JSON Schema of its tool,
//! in sentences that tell how to mend them, and says everything at once.

use std::cmp::Ordering;
use std::fmt::{self, Display};

use serde_json::{Map, Number, Value};

use crate::error::{Error, ErrorKind};
use crate::nearest::nearest;
use crate::table::{Identifier, Integration, ObjectShape, Operation, Shape, StringRule};

/// How many problems are told; a long list of wrong elements would bury the rest.
const TOLD: usize = 12;

/// How many names or values a sentence lists.
const LISTED: usize = 40;

/// How many tools are named that yield an identifier.
const SOURCES: usize = 3;

/// Checks the arguments of a call. One that has another name now goes by that.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] with one sentence for each problem. Values are never repeated in
/// it, since they may be secrets.
pub fn arguments(
    integration: &Integration,
    operation: &Operation,
    arguments: &Map<String, Value>,
) -> Result<(), Error> {
    let mut check = Check {
        identifiers: integration.identifiers,
        problems: Vec::new(),
        untold: 0,
    };
    for arg in operation.args {
        let at = At::Argument(arg.name);
        match arguments.get(arg.name) {
            Some(value) => check.value(&at, &arg.shape, value),
            None if arg.required => check.missing(&at, &arg.shape),
            None => {}
        }
    }
    for (before, today) in operation.renamed {
        if arguments.contains_key(*before) {
            check.tell(|| {
                format!("`{before}` is called `{today}` now; give it once, as `{today}`.")
            });
        }
    }
    let is_renamed = |name: &&String| operation.renamed.iter().any(|(before, _)| before == name);
    let names = arguments.keys().filter(|name| !is_renamed(name));
    let known = operation.args.iter().map(|arg| arg.name);
    check.names(None, names, known);
    check.finish()
}

/// The problems found so far.
struct Check {
    identifiers: &'static [&'static Identifier],
    problems: Vec<String>,
    untold: usize,
}

impl Check {
    fn problem(&mut self, at: &At<'_>, text: impl Display) {
        self.tell(|| format!("`{at}` {text}."));
    }

    fn tell(&mut self, problem: impl FnOnce() -> String) {
        if self.problems.len() < TOLD {
            self.problems.push(problem());
        } else {
            self.untold += 1;
        }
    }

    fn finish(mut self) -> Result<(), Error> {
        if self.problems.is_empty() {
            return Ok(());
        }
        if self.untold > 0 {
            self.problems
                .push(format!("There are {} more problems.", self.untold));
        }
        Err(Error::new(
            ErrorKind::InvalidArgument,
            self.problems.join(" "),
        ))
    }

    fn missing(&mut self, at: &At<'_>, shape: &Shape) {
        let source = match shape {
            Shape::String(StringRule {
                identifier: Some(identifier),
                ..
            }) => source(identifier),
            _ => String::new(),
        };
        self.problem(at, format_args!("is missing{source}"));
    }

    /// Refuses the names that are not known, of arguments or of the fields of an `owner`.
    fn names<'n>(
        &mut self,
        owner: Option<&At<'_>>,
        given: impl Iterator<Item = &'n String>,
        known: impl Iterator<Item = &'static str> + Clone,
    ) {
        let is_known = |name: &&String| known.clone().any(|known| known == name.as_str());
        for name in given.filter(|name| !is_known(name)) {
            self.tell(|| {
                let start = match owner {
                    None => format!("There is no argument `{}`", shown(name)),
                    Some(at) => format!("`{at}` has no field `{}`", shown(name)),
                };
                let all: Vec<&str> = known.clone().collect();
                match nearest(name, known.clone()) {
                    Some(near) => format!("{start}; did you mean `{near}`?"),
                    None if all.is_empty() => format!("{start}; there are none."),
                    None => format!("{start}; there are {}.", list(&all)),
                }
            });
        }
    }

    fn value(&mut self, at: &At<'_>, shape: &Shape, value: &Value) {
        match (shape, value) {
            (Shape::Any, _)
            | (Shape::Boolean, Value::Bool(_))
            | (Shape::Text(_), Value::String(_) | Value::Number(_)) => {}
            (Shape::String(rule), Value::String(text)) => self.string(at, rule, text),
            (Shape::Integer { min, max }, Value::Number(number)) if is_whole(number) => {
                self.number(at, *min, *max, number);
            }
            (Shape::Number { min, max }, Value::Number(number)) => {
                self.number(at, *min, *max, number);
            }
            (Shape::Array { items, min, max }, Value::Array(elements)) => {
                self.count(at, "element", elements.len(), *min, *max);
                for (index, element) in elements.iter().enumerate() {
                    self.value(&At::Element(at, index), items, element);
                }
            }
            (Shape::Object(shape), Value::Object(members)) => self.object(at, shape, members),
            (Shape::Map(values), Value::Object(members)) => {
                for (name, member) in members {
                    self.value(&At::Member(at, name), values, member);
                }
            }
            (_, Value::Null) => self.problem(at, "is null; leave it out instead"),
            _ => self.problem(
                at,
                format_args!("must be {}, not {}", wanted(shape), found(value)),
            ),
        }
    }

    fn string(&mut self, at: &At<'_>, rule: &StringRule, text: &str) {
        if rule.min_length.is_some() || rule.max_length.is_some() {
            self.count(
                at,
                "character",
                text.chars().count(),
                rule.min_length,
                rule.max_length,
            );
        }
        if !rule.one_of.is_empty() && !rule.one_of.contains(&text) {
            self.problem(at, format_args!("must be one of {}", list(rule.one_of)));
        }
        match rule.identifier {
            Some(identifier) if !identifier.pattern.matches(text) => {
                self.identifier(at, identifier, text);
            }
            _ => {}
        }
        match rule.pattern {
            Some(pattern) if !pattern.matches(text) => {
                self.problem(
                    at,
                    format_args!("must match the pattern `{}`", pattern.source()),
                );
            }
            _ => {}
        }
    }

    /// Tells which kind of identifier is wanted, and which ones this can be.
    fn identifier(&mut self, at: &At<'_>, wanted: &Identifier, text: &str) {
        let others = self
            .identifiers
            .iter()
            .filter(|other| other.name != wanted.name && other.pattern.matches(text));
        let others: Vec<String> = others.map(|other| with_article(other.label)).collect();
        let other = match others.split_last() {
            None => String::new(),
            Some((one, [])) => format!(", and this is {one}"),
            Some((last, more)) => format!(", and this looks like {} or {last}", more.join(", ")),
        };
        let (label, example) = (with_article(wanted.label), wanted.example);
        let source = source(wanted);
        self.problem(
            at,
            format_args!("wants {label} such as `{example}`{other}{source}"),
        );
    }

    fn number(&mut self, at: &At<'_>, min: Option<i64>, max: Option<i64>, number: &Number) {
        if let Some(min) = min.filter(|min| compare(number, *min) == Ordering::Less) {
            self.problem(at, format_args!("must be at least {min}"));
        }
        if let Some(max) = max.filter(|max| compare(number, *max) == Ordering::Greater) {
            self.problem(at, format_args!("must be at most {max}"));
        }
    }

    fn count(&mut self, at: &At<'_>, unit: &str, count: usize, min: Option<u32>, max: Option<u32>) {
        if let Some(min) = min.filter(|min| count < *min as usize) {
            let min = counted(min, unit);
            self.problem(at, format_args!("must have at least {min}, not {count}"));
        }
        if let Some(max) = max.filter(|max| count > *max as usize) {
            let max = counted(max, unit);
            self.problem(at, format_args!("must have at most {max}, not {count}"));
        }
    }

    fn object(&mut self, at: &At<'_>, shape: &ObjectShape, members: &Map<String, Value>) {
        for field in shape.fields {
            let place = At::Member(at, field.name);
            match members.get(field.name) {
                Some(value) => self.value(&place, &field.shape, value),
                None if field.required => self.missing(&place, &field.shape),
                None => {}
            }
        }
        let known = shape.fields.iter().map(|field| field.name);
        self.names(Some(at), members.keys(), known);
    }
}

/// Where a value stands among the arguments: `users[0].email`.
enum At<'a> {
    Argument(&'a str),
    Member(&'a At<'a>, &'a str),
    Element(&'a At<'a>, usize),
}

impl Display for At<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => formatter.write_str(name),
            Self::Member(parent, name) => write!(formatter, "{parent}.{}", shown(name)),
            Self::Element(parent, index) => write!(formatter, "{parent}[{index}]"),
        }
    }
}

/// Whether JSON Schema calls a number an integer: `1.0` is one.
fn is_whole(number: &Number) -> bool {
    !number.is_f64() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

/// Compares without rounding either side.
fn compare(number: &Number, bound: i64) -> Ordering {
    // The least power of two that is more than any i64.
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if let Some(integer) = number.as_i64() {
        return integer.cmp(&bound);
    }
    match number.as_f64() {
        Some(float) if float < -BEYOND => Ordering::Less,
        Some(float) if float < BEYOND => {
            let whole = float.trunc();
            let fraction = float.partial_cmp(&whole).unwrap_or(Ordering::Equal);
            (whole as i64).cmp(&bound).then(fraction)
        }
        _ => Ordering::Greater,
    }
}

/// Where an identifier can be had, as the rest of a sentence.
fn source(identifier: &Identifier) -> String {
    let label = with_article(identifier.label);
    match identifier.from {
        [] if identifier.ask_person => format!("; ask the person for {label}"),
        [] => String::new(),
        tools => format!("; {} yields {label}", tools_of(tools)),
    }
}

fn tools_of(tools: &[&str]) -> String {
    let tools = tools.iter().take(SOURCES);
    let quoted: Vec<String> = tools.map(|tool| format!("`{tool}`")).collect();
    quoted.join(" or ")
}

fn counted(count: u32, unit: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

fn with_article(label: &str) -> String {
    let article = if label.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {label}")
}

fn list(names: &[&str]) -> String {
    let listed: Vec<String> = names
        .iter()
        .take(LISTED)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = if names.len() > LISTED { ", …" } else { "" };
    listed.join(", ") + more
}

/// A name that a caller made up, cut to what a sentence can hold, and on one line.
fn shown(name: &str) -> impl Display {
    let end = name
        .char_indices()
        .nth(64)
        .map_or(name.len(), |(end, _)| end);
    name.split_at(end).0.escape_debug()
}

fn wanted(shape: &Shape) -> &'static str {
    match shape {
        Shape::String(_) | Shape::Text(_) => "a string",
        Shape::Integer { .. } => "a whole number",
        Shape::Number { .. } => "a number",
        Shape::Boolean => "true or false",
        Shape::Array { .. } => "a list",
        Shape::Object(_) | Shape::Map(_) => "an object",
        Shape::Any => "anything",
    }
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if is_whole(number) => "a number",
        Value::Number(_) => "a number with a fraction",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_exactly() {
        let number = |text: &str| serde_json::from_str::<Number>(text).unwrap();
        assert_eq!(
            compare(&number("9223372036854775808"), i64::MAX),
            Ordering::Greater
        );
        assert_eq!(
            compare(&number("-9223372036854775809.0"), i64::MIN),
            Ordering::Equal
        );
        assert_eq!(compare(&number("-1e300"), i64::MIN), Ordering::Less);
        assert_eq!(compare(&number("1e300"), i64::MAX), Ordering::Greater);
        assert_eq!(
            compare(&number("9007199254740992.0"), 9_007_199_254_740_993),
            Ordering::Less
        );
        assert_eq!(compare(&number("1.5"), 1), Ordering::Greater);
        assert_eq!(compare(&number("-1.5"), -1), Ordering::Less);
        assert_eq!(compare(&number("2.0"), 2), Ordering::Equal);
    }
}
