//! What an operation takes and answers, as values that two revisions of it have.

use super::{Member, Range, StringLimits, Value, text};
use crate::model::{Field, Integration, Operation, Place, ResponseForm, Shape, StringRule};
use crate::span::{Sp, Span};
use crate::tools::{DEEPEST_TYPE, words};

/// `span` is where the value is declared.
pub(super) fn input(integration: &Integration, shape: &Shape, span: Span) -> Value {
    match shape {
        Shape::String(rule) | Shape::Text(rule) => Value::String(limits(integration, rule)),
        Shape::Integer { min, max } => Value::Integer(Range {
            min: *min,
            max: *max,
        }),
        Shape::Number { min, max } => Value::Number(Range {
            min: *min,
            max: *max,
        }),
        Shape::Boolean => Value::Boolean,
        Shape::Array { items, min, max } => {
            let length = Range {
                min: min.map(i64::from),
                max: max.map(i64::from),
            };
            Value::List(Box::new(input(integration, items, span)), length)
        }
        Shape::Map(values) => Value::Map(Box::new(input(integration, values, span))),
        Shape::Object(fields) => {
            let member = |field: &Field| Member {
                nullable: false,
                ..member(field, input(integration, &field.shape, field.span))
            };
            Value::Object(Sp::new(fields.iter().map(member).collect(), span))
        }
        Shape::Named(_) | Shape::Any => Value::Any,
    }
}

fn member(field: &Field, value: Value) -> Member {
    Member {
        name: field.api_name.clone(),
        aliases: Vec::new(),
        place: String::new(),
        span: field.span,
        required: field.required,
        nullable: field.nullable || value == Value::Any,
        default: None,
        about: words::described(field.description.as_ref(), field.deprecated.as_ref()),
        deprecated: text(field.deprecated.as_ref()),
        value,
    }
}

fn limits(integration: &Integration, rule: &StringRule) -> StringLimits {
    let kind = rule
        .identifier
        .and_then(|index| integration.identifiers.get(index));
    StringLimits {
        values: rule
            .one_of
            .iter()
            .map(|value| value.value.clone())
            .collect(),
        pattern: rule
            .pattern
            .clone()
            .or_else(|| kind.map(|kind| kind.pattern.clone())),
        format: rule.format,
        length: Range {
            min: rule.min_length.map(i64::from),
            max: rule.max_length.map(i64::from),
        },
    }
}

/// What a tool answers: what the runtime makes sure of, with the vendor's fields in it.
pub(super) fn answer(integration: &Integration, operation: &Operation) -> Sp<Vec<Member>> {
    let span = operation.response.span;
    let known = |name: &str, value: Value| Member {
        name: name.to_owned(),
        aliases: Vec::new(),
        place: String::new(),
        span,
        required: false,
        nullable: false,
        default: None,
        about: String::new(),
        deprecated: None,
        value,
    };
    let shape = &operation.response.shape;
    let value = output(integration, shape, span, &mut Vec::new());
    let members = match operation.response.form {
        ResponseForm::Empty => vec![known("ok", Value::Boolean)],
        ResponseForm::Record => match value {
            Value::Object(members) => return members,
            _ => Vec::new(),
        },
        ResponseForm::Rows { .. } | ResponseForm::RowOfOne => {
            let rows = Value::List(Box::new(value), Range::default());
            let mut members = vec![known("result", rows)];
            if operation.args.iter().any(|arg| arg.place == Place::Cursor) {
                members.push(known("next_cursor", Value::String(StringLimits::default())));
            }
            members
        }
    };
    Sp::new(members, span)
}

/// `span` is where the value is declared, `open` are the declared types that it stands in, as deep as
/// output schemas describe them.
fn output(integration: &Integration, shape: &Shape, span: Span, open: &mut Vec<usize>) -> Value {
    let inner =
        |shape: &Shape, open: &mut Vec<usize>| Box::new(output(integration, shape, span, open));
    let object = |fields: &[Field], span: Span, open: &mut Vec<usize>| {
        let fields = fields.iter();
        let members = fields.map(|field| {
            let value = output(integration, &field.shape, field.span, open);
            member(field, value)
        });
        Value::Object(Sp::new(members.collect(), span))
    };
    match shape {
        Shape::String(_) | Shape::Text(_) => Value::String(StringLimits::default()),
        Shape::Integer { .. } => Value::Integer(Range::default()),
        Shape::Number { .. } => Value::Number(Range::default()),
        Shape::Boolean => Value::Boolean,
        Shape::Array { items, .. } => Value::List(inner(items, open), Range::default()),
        Shape::Map(values) => Value::Map(inner(values, open)),
        Shape::Object(fields) => object(fields, span, open),
        Shape::Named(index) if open.len() < DEEPEST_TYPE && !open.contains(index) => {
            let Some(declared) = integration.types.get(*index) else {
                return Value::Any;
            };
            open.push(*index);
            let value = object(&declared.fields, declared.name.span, open);
            open.pop();
            value
        }
        Shape::Named(_) => Value::Object(Sp::new(Vec::new(), span)),
        Shape::Any => Value::Any,
    }
}
