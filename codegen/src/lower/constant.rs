//! What a method always sends. The caller neither gives nor sees it, so only its value counts.

use serde_json::Value as Json;

use super::Lower;
use super::value::Role;
use crate::check::sample::{Shapes, Strictness};
use crate::model::Shape;
use crate::span::{Node, Sp, Span};
use crate::syntax::{FullValue, Value};

impl<'a> Lower<'a, '_> {
    /// The constant that a value is, if it is one. It fits its type, and says nothing else.
    pub(super) fn constant(
        &mut self,
        name: &'a Sp<String>,
        value: &'a Value,
    ) -> Option<&'a Sp<Node>> {
        let full = value.full()?;
        let constant = full.constant.as_ref()?;
        for (key, span) in keys_of_arguments(name.span, full) {
            self.diagnostics
                .key_beside_constant(span, constant.span, key);
        }
        if let Some(ty) = &full.ty {
            let shape = match self.typed(ty, None, Role::Argument).shape {
                // Its fields are those that are written.
                Shape::Object(_) => Shape::Map(Box::new(Shape::Any)),
                shape => shape,
            };
            let shapes = Shapes::new(&[], &[]);
            for problem in shapes.problems(constant, &shape, Strictness::Closed) {
                self.diagnostics
                    .constant_does_not_fit(problem.span, ty.span, &problem.text);
            }
        }
        Some(constant)
    }

    /// A constant of a query or a header, as text.
    pub(super) fn scalar(&mut self, constant: &Sp<Node>) -> String {
        match constant.to_json() {
            Json::String(text) => text,
            Json::Bool(value) => value.to_string(),
            Json::Number(number) => number.to_string(),
            _ => {
                self.diagnostics.constant_is_no_scalar(constant.span);
                String::new()
            }
        }
    }
}

/// The keys of a value that speak to a caller or restrict what one gives, and where they stand; the
/// value's own place where that is not known.
fn keys_of_arguments(value: Span, full: &FullValue) -> Vec<(&'static str, Span)> {
    fn span<T>(key: &Option<Sp<T>>) -> Option<Span> {
        key.as_ref().map(|key| key.span)
    }
    let flag = |is_set: bool| is_set.then_some(value);
    let keys = [
        ("description", span(&full.description)),
        ("deprecated", span(&full.deprecated)),
        ("as", span(&full.rename)),
        ("aliases", full.aliases.first().map(|alias| alias.span)),
        ("required", flag(full.required)),
        ("default", span(&full.default)),
        ("enum", full.one_of.first().map(|value| value.span)),
        ("id", span(&full.id)),
        ("format", span(&full.format)),
        ("pattern", span(&full.pattern)),
        ("min", span(&full.min)),
        ("max", span(&full.max)),
        ("min_length", span(&full.min_length)),
        ("max_length", span(&full.max_length)),
        ("min_items", span(&full.min_items)),
        ("max_items", span(&full.max_items)),
        ("fields", full.fields.keys().next().map(|key| key.span)),
        ("list", span(&full.list)),
        ("segments", flag(full.segments)),
        ("wire", span(&full.wire)),
        ("secret", flag(full.secret)),
    ];
    keys.into_iter()
        .filter_map(|(key, span)| Some((key, span?)))
        .collect()
}
