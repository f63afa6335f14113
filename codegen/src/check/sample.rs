//! Whether written values fit declared shapes: samples, defaults, rows of the simulated vendor.

use std::cell::RefCell;
use std::collections::BTreeMap;

use regex_lite::Regex;

use crate::diagnostics::{listed, nearest};
use crate::model::{
    Field, Identifier, ObjectType, Response, ResponseForm, Shape, Step, StringRule,
};
use crate::span::{Kind, Node, Span};

/// What is wrong with a value.
#[derive(Debug)]
pub struct Problem {
    /// Where.
    pub span: Span,
    /// What, as a part of a sentence.
    pub text: String,
    /// A remark on the place; may be empty.
    pub label: String,
    /// How an answer's declaration could take the value.
    pub help: Option<&'static str>,
}

impl Problem {
    fn new(span: Span, text: impl Into<String>) -> Self {
        Self {
            span,
            text: text.into(),
            label: String::new(),
            help: None,
        }
    }
}

/// How many keys of a sample are named.
const SHOWN: usize = 8;

/// What shapes refer to.
#[derive(Debug)]
pub struct Shapes<'m> {
    types: &'m [ObjectType],
    identifiers: &'m [Identifier],
    /// Patterns by their text, each compiled once; `None` where it is reported as malformed.
    patterns: RefCell<BTreeMap<String, Option<Regex>>>,
}

/// How strictly a value is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Every field of an object is declared.
    Closed,
    /// The outermost object may have fields of its own.
    OpenAtTop,
    /// The same, and strings may hold marks such as `{n}`.
    Pattern,
}

impl<'m> Shapes<'m> {
    /// The declared types and kinds of identifier that shapes mean by their indexes.
    #[must_use]
    pub fn new(types: &'m [ObjectType], identifiers: &'m [Identifier]) -> Self {
        Self {
            types,
            identifiers,
            patterns: RefCell::default(),
        }
    }

    /// What is wrong with a value.
    #[must_use]
    pub fn problems(&self, node: &Node, shape: &Shape, strictness: Strictness) -> Vec<Problem> {
        let mut fit = Fit {
            shapes: self,
            pattern: strictness == Strictness::Pattern,
            found: vec![],
        };
        match (strictness, self.fields(shape)) {
            (Strictness::Closed, _) | (_, None) => fit.value(node, shape),
            (_, Some(fields)) => fit.object(node, fields, true),
        }
        fit.found
    }

    /// What is wrong with a whole answer.
    #[must_use]
    pub fn response_problems(&self, sample: &Node, response: &Response) -> Vec<Problem> {
        let missing_is_fine = response.form
            == ResponseForm::Rows {
                missing_is_empty: true,
            };
        let Some(node) = super::at(sample, &response.at) else {
            if missing_is_fine || response.form == ResponseForm::Empty {
                return Vec::new();
            }
            let mut problem = Problem::new(response.at.span, absent(sample, &response.at));
            problem.label = "not in the sample".to_owned();
            return vec![problem];
        };
        match response.form {
            ResponseForm::Empty => Vec::new(),
            ResponseForm::Record | ResponseForm::RowOfOne => {
                self.problems(node, &response.shape, Strictness::Closed)
            }
            ResponseForm::Rows { .. } => match items(node) {
                None => vec![Problem::new(node.span, expected("a list", node))],
                // An empty list would fit anything and show nothing.
                Some([]) => vec![Problem::new(node.span, "the sample has no rows to show")],
                Some(rows) => rows
                    .iter()
                    .flat_map(|row| self.problems(row, &response.shape, Strictness::Closed))
                    .collect(),
            },
        }
    }

    /// Whether a text matches; a malformed pattern is reported elsewhere.
    fn matches(&self, pattern: &str, text: &str) -> bool {
        let mut patterns = self.patterns.borrow_mut();
        if !patterns.contains_key(pattern) {
            patterns.insert(pattern.to_owned(), Regex::new(pattern).ok());
        }
        let regex = patterns.get(pattern).and_then(Option::as_ref);
        regex.is_none_or(|regex| regex.is_match(text))
    }

    /// What stands at a place inside a value; `None` where the shape has no such place, or several.
    #[must_use]
    pub fn inside<'s>(&'s self, shape: &'s Shape, place: &[Step]) -> Option<&'s Shape> {
        let Some((step, rest)) = place.split_first() else {
            return Some(shape);
        };
        let inner = match (step, shape) {
            (_, Shape::Any) => return Some(shape),
            (Step::Key(_), Shape::Map(values)) => values,
            (Step::Index(_), Shape::Array { items, .. }) => items,
            (Step::Key(key), _) => {
                let mut fields = self.fields(shape)?.iter();
                &fields.find(|field| field.api_name == *key)?.shape
            }
            (Step::Index(_) | Step::Each, _) => return None,
        };
        self.inside(inner, rest)
    }

    /// The fields of an object, of its own or of a declared type.
    #[must_use]
    pub fn fields<'s>(&'s self, shape: &'s Shape) -> Option<&'s [Field]> {
        match shape {
            Shape::Object(fields) => Some(fields),
            Shape::Named(index) => self
                .types
                .get(*index)
                .map(|object| object.fields.as_slice()),
            _ => None,
        }
    }
}

/// A comparison under way.
struct Fit<'s> {
    shapes: &'s Shapes<'s>,
    pattern: bool,
    found: Vec<Problem>,
}

impl<'s> Fit<'s> {
    fn value(&mut self, node: &Node, shape: &'s Shape) {
        if self.pattern && matches!(&node.kind, Kind::String(text) if text.contains('{')) {
            return;
        }
        match shape {
            Shape::Any => {}
            Shape::String(rule) => match &node.kind {
                Kind::String(text) => self.string(node.span, text, rule),
                Kind::Integer(_) => self.number_for_text(node, rule),
                _ => self.wrong(node, "a string"),
            },
            Shape::Text(rule) => match &node.kind {
                Kind::String(text) => self.string(node.span, text, rule),
                Kind::Integer(number) => self.string(node.span, &number.to_string(), rule),
                _ => self.wrong(node, "a string or an integer"),
            },
            Shape::Integer { min, max } => match node.kind {
                Kind::Integer(number) => self.range(node.span, number, *min, *max),
                _ => self.wrong(node, "an integer"),
            },
            Shape::Number { min, max } => match node.kind {
                Kind::Integer(number) => self.range(node.span, number, *min, *max),
                Kind::Float(number) => self.float_range(node.span, number, *min, *max),
                _ => self.wrong(node, "a number"),
            },
            Shape::Boolean => {
                if !matches!(node.kind, Kind::Bool(_)) {
                    self.wrong(node, "`true` or `false`");
                }
            }
            Shape::Array { items, min, max } => self.list(node, items, *min, *max),
            Shape::Map(values) => match &node.kind {
                Kind::Map(entries) => entries.iter().for_each(|(_, v)| self.value(v, values)),
                _ => self.wrong(node, "a mapping"),
            },
            Shape::Object(_) | Shape::Named(_) => {
                if let Some(fields) = self.shapes.fields(shape) {
                    self.object(node, fields, false);
                }
            }
        }
    }

    fn object(&mut self, node: &Node, fields: &'s [Field], open: bool) {
        let Kind::Map(entries) = &node.kind else {
            return self.wrong(node, "a mapping");
        };
        for (key, value) in entries {
            match fields.iter().find(|field| field.api_name == key.value) {
                Some(field) if field.nullable && matches!(value.kind, Kind::Null) => {}
                Some(field) => self.value(value, &field.shape),
                None if open => {}
                None => {
                    let text = format!("`{}` is not a declared field", key.value);
                    let mut problem = Problem::new(key.span, text);
                    let free = fields.iter().map(|field| field.api_name.as_str());
                    let free = free.filter(|name| node.get(name).is_none());
                    if let Some(near) = nearest(key, free) {
                        problem.label = format!("did you mean `{near}`?");
                    }
                    self.found.push(problem);
                }
            }
        }
        for field in fields
            .iter()
            .filter(|field| field.required && node.get(&field.api_name).is_none())
        {
            self.found.push(Problem::new(
                node.span,
                format!("`{}` is required and missing", field.api_name),
            ));
        }
    }

    fn list(&mut self, node: &Node, each: &'s Shape, min: Option<u32>, max: Option<u32>) {
        let Some(elements) = items(node) else {
            return self.wrong(node, "a list");
        };
        let count = u32::try_from(elements.len()).unwrap_or(u32::MAX);
        if min.is_some_and(|min| count < min) || max.is_some_and(|max| count > max) {
            self.found.push(Problem::new(
                node.span,
                format!("{count} elements are not as many as allowed"),
            ));
        }
        elements
            .iter()
            .for_each(|element| self.value(element, each));
    }

    fn string(&mut self, span: Span, text: &str, rule: &'s StringRule) {
        if !rule.one_of.is_empty() && !rule.values().contains(&text) {
            let known = rule.values().join("`, `");
            self.found.push(Problem::new(
                span,
                format!("`{text}` is not one of `{known}`"),
            ));
        }
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        if rule.min_length.is_some_and(|min| length < min)
            || rule.max_length.is_some_and(|max| length > max)
        {
            self.found.push(Problem::new(
                span,
                format!("{length} characters are not as many as allowed"),
            ));
        }
        let identifier = rule
            .identifier
            .and_then(|index| self.shapes.identifiers.get(index));
        let patterns = rule
            .pattern
            .iter()
            .chain(identifier.map(|kind| &kind.pattern));
        for pattern in patterns {
            if !self.shapes.matches(pattern, text) {
                self.found.push(Problem::new(
                    span,
                    format!("`{text}` does not match `{pattern}`"),
                ));
            }
        }
    }

    fn range(&mut self, span: Span, number: i64, min: Option<i64>, max: Option<i64>) {
        if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
            self.found
                .push(Problem::new(span, format!("{number} is out of range")));
        }
    }

    fn float_range(&mut self, span: Span, number: f64, min: Option<i64>, max: Option<i64>) {
        // Bounds beyond what a double holds are refused elsewhere.
        let is_below = min.is_some_and(|min| number < min as f64);
        let is_above = max.is_some_and(|max| number > max as f64);
        if is_below || is_above {
            self.found
                .push(Problem::new(span, format!("{number} is out of range")));
        }
    }

    /// A number where we say string: `text` is for vendors that send both.
    fn number_for_text(&mut self, node: &Node, rule: &StringRule) {
        let mut problem = Problem::new(node.span, expected("a string", node));
        problem.help = Some(match rule.identifier {
            Some(_) => "if the vendor sends a number, write `type: text` beside `id:`",
            None => "if the vendor sends a number, write `type: text`; callers get a string",
        });
        self.found.push(problem);
    }

    fn wrong(&mut self, node: &Node, wanted: &str) {
        self.found
            .push(Problem::new(node.span, expected(wanted, node)));
    }
}

/// Why there is nothing at a place of a sample, and what is there instead.
fn absent(sample: &Node, place: &[Step]) -> String {
    let (mut node, mut above) = (sample, String::new());
    for step in place {
        let below = match step {
            Step::Key(key) if above.is_empty() => key.clone(),
            Step::Key(key) => format!("{above}.{key}"),
            Step::Index(index) => format!("{above}[{index}]"),
            Step::Each => format!("{above}[]"),
        };
        let Some(next) = super::at(node, std::slice::from_ref(step)) else {
            let there = match &node.kind {
                Kind::Map(entries) if !entries.is_empty() => listed(
                    entries.iter().take(SHOWN).map(|(key, _)| key.as_str()),
                    "and",
                ),
                Kind::Map(_) => "nothing".to_owned(),
                other => other.describe().to_owned(),
            };
            let inside = match above.as_str() {
                "" => String::new(),
                above => format!(" in `{above}`"),
            };
            return format!("`{below}` is not in the sample; there is {there}{inside}");
        };
        (node, above) = (next, below);
    }
    String::new()
}

/// The elements of a list.
pub(super) fn items(node: &Node) -> Option<&[Node]> {
    match &node.kind {
        Kind::List(items) => Some(items),
        _ => None,
    }
}

fn expected(wanted: &str, node: &Node) -> String {
    let hint = match node.kind {
        Kind::Null => " (a field that may be null has a type with `?`)",
        _ => "",
    };
    format!("expected {wanted}, found {}{hint}", node.kind.describe())
}
