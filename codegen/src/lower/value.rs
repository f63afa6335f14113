//! Values of requests and answers: their types and what restricts them.

use regex_lite::Regex;

use super::Lower;
use crate::model::{Field, Shape, StringRule};
use crate::notation::{self, Mark};
use crate::span::{Entries, Sp, Span};
use crate::syntax::{FullValue, Value};

/// On which side of a call a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// In a request.
    Argument,
    /// In an answer.
    Answer,
}

/// A value's shape, and whether it may be null.
pub(super) struct Shaped {
    pub(super) shape: Shape,
    pub(super) nullable: bool,
}

impl Value {
    /// The mapping form, where the value has one.
    pub(super) fn full(&self) -> Option<&FullValue> {
        match self {
            Self::Type(_) => None,
            Self::Full(full) => Some(full),
        }
    }

    /// Whether a path argument may hold several segments.
    pub(super) fn segments(&self) -> bool {
        self.full().is_some_and(|full| full.segments)
    }

    fn required(&self) -> bool {
        self.full().is_some_and(|full| full.required)
    }
}

/// Our name of a value: what `as:` says, else the last part of the vendor's name.
pub(super) fn our_name(api_name: &str, value: &Value) -> String {
    match value.full().and_then(|full| full.rename.as_ref()) {
        Some(name) => name.value.clone(),
        None => api_name.rsplit('.').next().unwrap_or(api_name).to_owned(),
    }
}

impl<'a> Lower<'a, '_> {
    /// The fields of an object.
    pub(super) fn fields(&mut self, fields: &'a Entries<Value>, role: Role) -> Vec<Field> {
        fields
            .iter()
            .map(|(name, value)| self.field(name, value, role))
            .collect()
    }

    fn field(&mut self, api_name: &'a Sp<String>, value: &'a Value, role: Role) -> Field {
        let Shaped { shape, nullable } = self.shaped(api_name.span, value, role);
        let full = value.full();
        if let Some(full) = full {
            self.no_keys_of_whole_arguments(api_name.span, full, role);
        }
        Field {
            span: api_name.span,
            name: our_name(api_name, value),
            api_name: api_name.value.clone(),
            required: value.required(),
            nullable,
            integer: full.is_some_and(|full| full.wire.is_some()),
            description: full
                .and_then(|full| full.description.as_ref())
                .map(|d| d.value.clone()),
            shape,
        }
    }

    /// What is sent without being asked for, and how a query or a path is written, is said of an
    /// argument as a whole; on a field inside it, or in an answer, it would be ignored.
    fn no_keys_of_whole_arguments(&mut self, field: Span, full: &FullValue, role: Role) {
        let flags = [("secret", full.secret), ("segments", full.segments)];
        for (key, _) in flags.into_iter().filter(|(_, is_set)| *is_set) {
            match role {
                Role::Argument => self.diagnostics.restriction_inside_argument(field, key),
                Role::Answer => self.diagnostics.restriction_of_arguments(field, key),
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

    /// The shape of a value that is declared at `span`.
    pub(super) fn shaped(&mut self, span: Span, value: &'a Value, role: Role) -> Shaped {
        match value {
            Value::Type(ty) => self.typed(ty, None, role),
            Value::Full(full) => {
                let ty = full
                    .ty
                    .clone()
                    .unwrap_or_else(|| self.implied_type(span, full));
                self.typed(&ty, Some(full), role)
            }
        }
    }

    /// The type of a value that does not name one.
    fn implied_type(&mut self, span: Span, full: &FullValue) -> Sp<String> {
        let name = if !full.fields.is_empty() {
            "object"
        } else if full.id.is_some() || !full.one_of.is_empty() || full.constant.is_some() {
            "string"
        } else {
            self.diagnostics.missing_type(span);
            "string"
        };
        Sp {
            value: name.to_owned(),
            span,
        }
    }

    /// The shape that a type expression and the restrictions beside it stand for.
    pub(super) fn typed(
        &mut self,
        ty: &Sp<String>,
        full: Option<&'a FullValue>,
        role: Role,
    ) -> Shaped {
        let expression = match notation::type_expression(ty) {
            Ok(expression) => expression,
            Err(problem) => {
                self.diagnostics.malformed_type(ty.span, &problem);
                return Shaped {
                    shape: harmless(role),
                    nullable: false,
                };
            }
        };
        if role == Role::Argument && expression.nullable {
            self.diagnostics.nullable_argument(ty.span);
        }
        let innermost = self.base(expression.base, ty, full, role);
        if let Some(full) = full {
            let is_list = expression.marks.last() == Some(&Mark::List);
            self.check_restrictions(ty, &innermost, is_list, full, role);
        }
        let (min_items, max_items) = full.map_or((None, None), |full| {
            (
                full.min_items.as_deref().copied(),
                full.max_items.as_deref().copied(),
            )
        });
        let mut shape = innermost;
        let last = expression.marks.len().saturating_sub(1);
        for (index, mark) in expression.marks.iter().enumerate() {
            let outermost = index == last;
            shape = match mark {
                Mark::List => Shape::Array {
                    items: Box::new(shape),
                    min: min_items.filter(|_| outermost),
                    max: max_items.filter(|_| outermost),
                },
                Mark::Map => Shape::Map(Box::new(shape)),
            };
        }
        Shaped {
            shape,
            nullable: expression.nullable,
        }
    }

    fn base(
        &mut self,
        name: &str,
        ty: &Sp<String>,
        full: Option<&'a FullValue>,
        role: Role,
    ) -> Shape {
        let min = full.and_then(|full| full.min.as_deref().copied());
        let max = full.and_then(|full| full.max.as_deref().copied());
        let rule =
            |lower: &mut Self| Box::new(full.map(|f| lower.string_rule(f)).unwrap_or_default());
        match name {
            "string" => Shape::String(rule(self)),
            "text" => Shape::Text(rule(self)),
            "integer" => Shape::Integer { min, max },
            "number" => Shape::Number { min, max },
            "boolean" => Shape::Boolean,
            "any" => Shape::Any,
            "object" => Shape::Object(
                full.map(|full| self.fields(&full.fields, role))
                    .unwrap_or_default(),
            ),
            declared => self.named(declared, ty, role),
        }
    }

    fn named(&mut self, name: &str, ty: &Sp<String>, role: Role) -> Shape {
        if role == Role::Argument {
            self.diagnostics.declared_type_in_argument(ty.span, name);
            return harmless(role);
        }
        let base = Sp {
            value: name.to_owned(),
            span: ty.span,
        };
        if let Some((declared, _)) = self.resolve(&self.definition.types, "type", &base) {
            self.used.types.push(declared);
        }
        self.type_index
            .get(name)
            .map_or(Shape::Any, |index| Shape::Named(*index))
    }

    /// The values of an `enum` are different ones.
    pub(super) fn values_differ(&mut self, values: &[Sp<String>]) {
        for (index, value) in values.iter().enumerate() {
            if let Some(first) = values.iter().take(index).find(|first| *first == value) {
                self.diagnostics
                    .declared_twice(value.span, first.span, "value", value);
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

    fn string_rule(&mut self, full: &'a FullValue) -> StringRule {
        let identifier = full.id.as_ref().and_then(|id| {
            let (declared, _) = self.resolve(&self.definition.identifiers, "identifier", id)?;
            self.used.identifiers.push(declared);
            self.identifier_index.get(declared).copied()
        });
        if let Some(pattern) = &full.pattern {
            self.pattern(pattern);
            if let Some(id) = &full.id {
                self.diagnostics
                    .pattern_beside_identifier(pattern.span, id.span);
            }
        }
        StringRule {
            min_length: full.min_length.as_deref().copied(),
            max_length: full.max_length.as_deref().copied(),
            one_of: full
                .one_of
                .iter()
                .map(|value| value.value.clone())
                .collect(),
            pattern: full.pattern.as_ref().map(|pattern| pattern.value.clone()),
            identifier,
            format: full.format.as_deref().copied(),
        }
    }

    /// Each restriction belongs to a type and to a side of the call; elsewhere it would be ignored.
    fn check_restrictions(
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
                self.diagnostics
                    .restriction_of_other_type(span, ty.span, key, ty);
            } else if !fits_side {
                self.diagnostics.restriction_of_arguments(span, key);
            }
        }
        self.values_differ(&full.one_of);
        for value in &full.one_of {
            self.value_matches(full.pattern.as_ref(), value);
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

/// What stands for a shape that cannot be read: it brings no further errors about.
fn harmless(role: Role) -> Shape {
    match role {
        Role::Argument => Shape::String(Box::default()),
        Role::Answer => Shape::Any,
    }
}

fn is_object(shape: &Shape) -> bool {
    matches!(shape, Shape::Object(_))
}
