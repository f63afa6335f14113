//! Whether every client can take the schema of an argument.
//!
//! The limits are those of the strictest known client for each construct: a property has a type,
//! enums have no empty string, objects nest at most five deep, and integers fit a double.

use crate::diagnostics::Diagnostics;
use crate::model::{Arg, Shape};
use crate::span::Span;

/// How deep objects and lists may nest in one argument.
const DEEPEST: usize = 5;
/// How many properties one argument may have, all levels together.
const MOST_PROPERTIES: usize = 100;
/// The greatest integer that survives a client which reads JSON numbers as doubles.
const GREATEST_SAFE: u64 = 9_007_199_254_740_991;

/// Checks the shape of one argument.
pub fn check(arg: &Arg, diagnostics: &mut Diagnostics) {
    let mut walk = Walk {
        span: arg.name.span,
        name: &arg.name,
        properties: 0,
        diagnostics,
    };
    walk.shape(&arg.shape, 1);
    if walk.properties > MOST_PROPERTIES {
        let problem = format!(
            "{} properties; clients take at most {MOST_PROPERTIES}",
            walk.properties
        );
        diagnostics.not_portable(arg.name.span, &arg.name, &problem);
    }
}

struct Walk<'a, 'd> {
    span: Span,
    name: &'a str,
    properties: usize,
    diagnostics: &'d mut Diagnostics,
}

impl Walk<'_, '_> {
    fn shape(&mut self, shape: &Shape, depth: usize) {
        if depth > DEEPEST {
            self.refuse(&format!("nests more than {DEEPEST} deep"));
            return;
        }
        match shape {
            Shape::Any => self
                .refuse("has no type, and clients want one; an object of any members is `any{}`"),
            Shape::Text(_) => {
                self.refuse("has the type `text`, which only answers have; use `string`")
            }
            Shape::Named(_) | Shape::Boolean => {}
            Shape::String(rule) => {
                if rule.one_of.iter().any(|value| value.is_empty()) {
                    self.refuse("has the empty string in its `enum`, which clients refuse");
                }
            }
            Shape::Integer { min, max } | Shape::Number { min, max } => {
                if min
                    .iter()
                    .chain(max)
                    .any(|bound| bound.unsigned_abs() > GREATEST_SAFE)
                {
                    self.refuse("has a bound beyond 2^53, where clients lose digits; use a string");
                }
            }
            Shape::Array { items, .. } => self.shape(items, depth + 1),
            // That members have no type is said without a schema.
            Shape::Map(values) if matches!(**values, Shape::Any) => {}
            Shape::Map(values) => self.shape(values, depth + 1),
            Shape::Object(fields) if fields.is_empty() => {
                self.refuse("is an object without fields, so there is nothing to give");
            }
            Shape::Object(fields) => {
                self.properties += fields.len();
                for field in fields {
                    if !is_property_name(&field.api_name) {
                        let name = &field.api_name;
                        self.refuse(&format!("has the property `{name}`, which clients refuse"));
                    }
                    self.shape(&field.shape, depth + 1);
                }
            }
        }
    }

    fn refuse(&mut self, problem: &str) {
        self.diagnostics.not_portable(self.span, self.name, problem);
    }
}

/// Whether the Anthropic API takes a name in a schema: `[a-zA-Z0-9_.-]{1,64}`.
pub(crate) fn is_property_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
}
