//! Values of requests and answers: their names and shapes.

use super::Lower;
use crate::model::{Field, Shape, StringRule};
use crate::notation::{self, BUILT_IN_TYPES, Mark};
use crate::span::{Entries, Sp, Span};
use crate::syntax::{FullValue, Value};

/// On which side of a call a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
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
        None => notation::body_path(api_name).pop().unwrap_or_default(),
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
            description: full.and_then(|full| full.description.clone()),
            deprecated: self.deprecated(full.and_then(|full| full.deprecated.as_ref())),
            shape,
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
        let base = expression.base;
        let is_known = BUILT_IN_TYPES.contains(&base) || self.type_index.contains_key(base);
        if let Some(full) = full.filter(|_| is_known) {
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
        let types = &self.definition.types;
        match types.iter().find(|(declared, _)| declared.value == name) {
            Some((declared, _)) => self.used.types.push(declared),
            None => {
                let declared: Vec<&str> = types.iter().map(|(name, _)| name.as_str()).collect();
                self.diagnostics.unknown_type(ty.span, name, &declared);
            }
        }
        self.type_index
            .get(name)
            .map_or(Shape::Any, |index| Shape::Named(*index))
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
            one_of: full.one_of.clone(),
            pattern: full.pattern.as_ref().map(|pattern| pattern.value.clone()),
            identifier,
            format: full.format.as_deref().copied(),
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
