//! Whether written values fit declared shapes: samples, defaults, rows of the simulated vendor.

use std::cell::RefCell;
use std::collections::BTreeMap;

use regex_lite::Regex;

use crate::model::{Field, Identifier, ObjectType, Response, ResponseForm, Shape, StringRule};
use crate::span::{Kind, Node, Span};

/// A place and what is wrong there.
pub type Problem = (Span, String);

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
            return vec![(
                sample.span,
                "there is nothing at the place that `at` names".to_owned(),
            )];
        };
        match response.form {
            ResponseForm::Empty => Vec::new(),
            ResponseForm::Record | ResponseForm::RowOfOne => {
                self.problems(node, &response.shape, Strictness::Closed)
            }
            ResponseForm::Rows { .. } => match items(node) {
                None => vec![(node.span, expected("a list", node))],
                // An empty list would fit anything and show nothing.
                Some([]) => vec![(node.span, "the sample has no rows to show".to_owned())],
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

    fn fields<'s>(&'s self, shape: &'s Shape) -> Option<&'s [Field]> {
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
                    let problem = format!("`{}` is not a declared field", key.value);
                    self.found.push((key.span, problem));
                }
            }
        }
        for field in fields
            .iter()
            .filter(|field| field.required && node.get(&field.api_name).is_none())
        {
            self.found.push((
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
            self.found.push((
                node.span,
                format!("{count} elements are not as many as allowed"),
            ));
        }
        elements
            .iter()
            .for_each(|element| self.value(element, each));
    }

    fn string(&mut self, span: Span, text: &str, rule: &'s StringRule) {
        if !rule.one_of.is_empty() && !rule.one_of.iter().any(|one| one == text) {
            let known = rule.one_of.join("`, `");
            self.found
                .push((span, format!("`{text}` is not one of `{known}`")));
        }
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        if rule.min_length.is_some_and(|min| length < min)
            || rule.max_length.is_some_and(|max| length > max)
        {
            self.found.push((
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
                self.found
                    .push((span, format!("`{text}` does not match `{pattern}`")));
            }
        }
    }

    fn range(&mut self, span: Span, number: i64, min: Option<i64>, max: Option<i64>) {
        if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
            self.found.push((span, format!("{number} is out of range")));
        }
    }

    fn float_range(&mut self, span: Span, number: f64, min: Option<i64>, max: Option<i64>) {
        // Bounds beyond what a double holds are refused elsewhere.
        let is_below = min.is_some_and(|min| number < min as f64);
        let is_above = max.is_some_and(|max| number > max as f64);
        if is_below || is_above {
            self.found.push((span, format!("{number} is out of range")));
        }
    }

    fn wrong(&mut self, node: &Node, wanted: &str) {
        self.found.push((node.span, expected(wanted, node)));
    }
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
