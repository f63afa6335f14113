//! What restricts values: that each key belongs where it stands, and leaves something to give.

use regex_lite::Regex;

use super::Lower;
use super::value::Role;
use crate::model::Shape;
use crate::span::{Sp, Span};
use crate::syntax::FullValue;

impl Lower<'_, '_> {
    /// What is sent without being asked for, and how a query or a path is written, is said of an
    /// argument as a whole; on a field inside it, or in an answer, it would be ignored.
    pub(super) fn no_keys_of_whole_arguments(&mut self, field: Span, full: &FullValue, role: Role) {
        let flags = [("secret", full.secret), ("segments", full.segments)];
        for (key, _) in flags.into_iter().filter(|(_, is_set)| *is_set) {
            match role {
                Role::Argument => self.diagnostics.restriction_inside_argument(field, key),
                Role::Answer => self.diagnostics.restriction_of_arguments(field, key),
            }
        }
        if let Some(alias) = full.aliases.first() {
            match role {
                Role::Argument => self
                    .diagnostics
                    .restriction_inside_argument(alias.span, "aliases"),
                Role::Answer => self
                    .diagnostics
                    .restriction_of_arguments(alias.span, "aliases"),
            }
        }
        // In answers these are refused by their type.
        if role == Role::Answer {
            return;
        }
        for (key, span) in [
            ("default", full.default.as_ref().map(|value| value.span)),
            ("const", full.constant.as_ref().map(|value| value.span)),
            ("list", full.list.as_ref().map(|value| value.span)),
        ] {
            if let Some(span) = span {
                self.diagnostics.restriction_inside_argument(span, key);
            }
        }
    }

    /// A value that is written beside a pattern matches it.
    pub(super) fn value_matches(&mut self, pattern: Option<&Sp<String>>, value: &Sp<String>) {
        if let Some(pattern) = pattern
            && Regex::new(pattern).is_ok_and(|regex| !regex.is_match(value))
        {
            self.diagnostics
                .example_does_not_match(value.span, pattern.span, value);
        }
    }

    /// Each restriction belongs to a type and to a side of the call; elsewhere it would be ignored.
    pub(super) fn check_restrictions(
        &mut self,
        ty: &Sp<String>,
        shape: &Shape,
        collection: bool,
        full: &FullValue,
        role: Role,
    ) {
        let string = matches!(shape, Shape::String(_) | Shape::Text(_));
        let number = matches!(shape, Shape::Integer { .. } | Shape::Number { .. });
        let argument = role == Role::Argument;
        let time = string || matches!(shape, Shape::Integer { .. });
        let restrictions = [
            ("enum", full.one_of.first().map(|v| v.span), string, true),
            ("id", full.id.as_ref().map(|v| v.span), string, true),
            ("format", full.format.as_ref().map(|v| v.span), time, true),
            (
                "pattern",
                full.pattern.as_ref().map(|v| v.span),
                string,
                argument,
            ),
            (
                "min_length",
                full.min_length.as_ref().map(|v| v.span),
                string,
                argument,
            ),
            (
                "max_length",
                full.max_length.as_ref().map(|v| v.span),
                string,
                argument,
            ),
            ("min", full.min.as_ref().map(|v| v.span), number, argument),
            ("max", full.max.as_ref().map(|v| v.span), number, argument),
            (
                "min_items",
                full.min_items.as_ref().map(|v| v.span),
                collection,
                argument,
            ),
            (
                "max_items",
                full.max_items.as_ref().map(|v| v.span),
                collection,
                argument,
            ),
            (
                "default",
                full.default.as_ref().map(|v| v.span),
                true,
                argument,
            ),
            (
                "const",
                full.constant.as_ref().map(|v| v.span),
                true,
                argument,
            ),
            (
                "list",
                full.list.as_ref().map(|v| v.span),
                collection,
                argument,
            ),
            ("wire", full.wire.as_ref().map(|v| v.span), string, argument),
            (
                "fields",
                full.fields.0.first().map(|(k, _)| k.span),
                is_object(shape),
                true,
            ),
        ];
        for (key, span, fits_type, fits_side) in restrictions {
            let Some(span) = span else { continue };
            if !fits_type {
                let number = number.then_some(role);
                self.diagnostics
                    .restriction_of_other_type(span, ty, key, number);
            } else if !fits_side {
                self.diagnostics.restriction_of_arguments(span, key);
            }
        }
        // What has no effect names a kind all the same.
        let id = full.id.as_ref().filter(|_| !string);
        let mut kinds = self.definition.identifiers.iter().map(|(name, _)| *name);
        let named = kinds.find(|name| id.is_some_and(|id| id.value == name.value));
        self.used
            .identifiers
            .extend(named.map(|name| name.as_str()));
        self.values_can_be_given(full);
        self.ranges_hold_something(full);
    }

    /// The values of an `enum` are different ones, and nothing beside it refuses them.
    fn values_can_be_given(&mut self, full: &FullValue) {
        self.each_once("value", full.one_of.iter());
        for value in &full.one_of {
            self.value_matches(full.pattern.as_ref(), value);
            let length = value.chars().count();
            let is_below = |least: &&Sp<u32>| length < widened(least.value);
            let is_above = |most: &&Sp<u32>| length > widened(most.value);
            let bound = full.min_length.iter().find(is_below);
            if let Some(bound) = bound.or(full.max_length.iter().find(is_above)) {
                self.diagnostics
                    .value_of_other_length(value.span, bound.span, value);
            }
        }
    }

    fn ranges_hold_something(&mut self, full: &FullValue) {
        for (key, most) in [
            ("max_length", &full.max_length),
            ("max_items", &full.max_items),
        ] {
            if let Some(Sp { value: 0, span }) = most {
                self.diagnostics.nothing_allowed(*span, key);
            }
        }
        for (least, greatest) in [
            (&full.min_length, &full.max_length),
            (&full.min_items, &full.max_items),
        ] {
            if let (Some(least), Some(greatest)) = (least, greatest)
                && least.value > greatest.value
            {
                self.diagnostics.empty_range(least.span, greatest.span);
            }
        }
        if let (Some(least), Some(greatest)) = (&full.min, &full.max)
            && least.value > greatest.value
        {
            self.diagnostics.empty_range(least.span, greatest.span);
        }
    }
}

fn is_object(shape: &Shape) -> bool {
    matches!(shape, Shape::Object(_))
}

/// A number of characters as `usize`, which may hold fewer.
fn widened(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
