//! What clients rely on: the tools of each integration as plain data, so that two revisions compare.
//!
//! Input is what a tool takes, as its schema says. Output is what its schema describes in words, which is
//! how models and people know the answer.

use crate::model::{
    Field, Http, Integration, Operation, PathPart, Place, ResponseForm, Shape, StringRule,
};
use crate::span::{Sp, Span};
use crate::syntax::{Change, Effect, Format};
use crate::tools::{DEEPEST_TYPE, words};

/// What clients of one integration rely on.
#[derive(Clone, Debug)]
pub struct Surface {
    /// The slug.
    pub slug: String,
    /// Other slugs accepted in tool names.
    pub aliases: Vec<String>,
    /// Where the section `integration` stands.
    pub span: Span,
    /// What was told of changes.
    pub changes: Vec<Change>,
    /// The tools, sorted by name.
    pub tools: Vec<Tool>,
    /// The methods that are no tools, and where they are declared.
    pub methods: Vec<(String, Span)>,
}

/// A tool as its clients see it.
#[derive(Clone, Debug)]
pub struct Tool {
    /// The name.
    pub name: String,
    /// Names of before that are accepted.
    pub aliases: Vec<String>,
    /// Where the method is declared.
    pub span: Span,
    /// What is asked of the vendor, whatever the arguments are called: `GET /v1/users/{}`. It tells a tool
    /// that was renamed.
    pub request: String,
    /// The hash of what clients approve.
    pub contract: String,
    /// The name for people.
    pub title: String,
    /// The whole description.
    pub description: String,
    /// What the vendor says of its end, which the description ends with.
    pub deprecated: Option<String>,
    /// The annotations.
    pub hints: Hints,
    /// What it takes.
    pub input: Sp<Vec<Member>>,
    /// What it answers.
    pub output: Sp<Vec<Member>>,
}

/// The annotations of a tool, by which clients decide whom to ask before a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hints {
    /// It changes nothing.
    pub read_only: bool,
    /// It can lose data.
    pub destructive: bool,
    /// Twice is the same as once.
    pub idempotent: bool,
    /// It reaches beyond the account.
    pub open_world: bool,
}

/// An argument, or a field.
#[derive(Clone, Debug)]
pub struct Member {
    /// The name that clients use.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// Whether an input must have it.
    pub required: bool,
    /// Whether it may be null in an output.
    pub nullable: bool,
    /// What an input has when it is left out, as JSON.
    pub default: Option<String>,
    /// What is said of it.
    pub about: String,
    /// What the vendor says of its end, which `about` ends with.
    pub deprecated: Option<String>,
    /// What it looks like.
    pub value: Value,
}

/// What a value looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Anything.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A string.
    String(StringLimits),
    /// A whole number.
    Integer(Range),
    /// A number.
    Number(Range),
    /// A list, and how many elements it has.
    List(Box<Value>, Range),
    /// A map.
    Map(Box<Value>),
    /// An object, and where its members are declared.
    Object(Sp<Vec<Member>>),
}

/// Two members are equal when clients cannot tell them apart but by their words.
impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.required, self.nullable, &self.value)
            == (&other.name, other.required, other.nullable, &other.value)
    }
}

impl Eq for Member {}

/// What a string may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StringLimits {
    /// The values it can take; empty for all.
    pub values: Vec<String>,
    /// What it matches.
    pub pattern: Option<String>,
    /// How it is written.
    pub format: Option<Format>,
    /// How many characters it has.
    pub length: Range,
}

/// The least and the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub min: Option<i64>,
    /// The most.
    pub max: Option<i64>,
}

/// The surfaces of integrations that were compiled without an error.
#[must_use]
pub fn surfaces(integrations: &[Integration]) -> Vec<Surface> {
    integrations.iter().map(surface).collect()
}

fn surface(integration: &Integration) -> Surface {
    let aliases = integration.aliases.iter();
    let operations = || integration.operations.iter();
    let methods = operations().filter(|operation| operation.tool.is_none());
    Surface {
        slug: integration.slug.clone(),
        aliases: aliases.map(|alias| alias.value.clone()).collect(),
        span: integration.span,
        changes: integration.changes.clone(),
        tools: operations()
            .filter_map(|operation| tool(integration, operation))
            .collect(),
        methods: methods
            .map(|operation| (operation.name.clone(), operation.span))
            .collect(),
    }
}

fn tool(integration: &Integration, operation: &Operation) -> Option<Tool> {
    let tool = operation.tool.as_ref()?;
    let aliases = operation.aliases.iter();
    Some(Tool {
        name: operation.name.clone(),
        aliases: aliases.map(|alias| alias.value.clone()).collect(),
        span: operation.span,
        request: request(operation),
        contract: tool.contract.clone(),
        title: tool.title.clone(),
        description: tool.description.clone(),
        deprecated: text(operation.deprecated.as_ref()),
        hints: Hints {
            read_only: operation.effect == Effect::Read,
            destructive: operation.destructive,
            idempotent: operation.idempotent,
            open_world: operation.open_world,
        },
        input: Sp::new(arguments(integration, operation), operation.span),
        output: answer(integration, operation),
    })
}

fn text(text: Option<&Sp<String>>) -> Option<String> {
    text.map(|text| text.value.clone())
}

fn request(operation: &Operation) -> String {
    let verb = match operation.http {
        Http::Get => "GET",
        Http::Post => "POST",
        Http::Put => "PUT",
        Http::Patch => "PATCH",
        Http::Delete => "DELETE",
    };
    let mut request = format!("{verb} {}", operation.host);
    request.extend(operation.path.iter().map(|part| match part {
        PathPart::Literal(text) => text.as_str(),
        PathPart::Argument(_) | PathPart::Segments(_) | PathPart::Connection(_) => "{}",
    }));
    for (name, value) in &operation.query {
        request.push_str(&format!(" {name}={value}"));
    }
    request
}

fn arguments(integration: &Integration, operation: &Operation) -> Vec<Member> {
    let arguments = operation.args.iter().map(|arg| Member {
        name: arg.name.value.clone(),
        span: arg.name.span,
        required: arg.required,
        nullable: false,
        default: arg
            .default
            .as_ref()
            .map(|default| default.to_json().to_string()),
        about: words::of_argument(integration, arg),
        deprecated: text(arg.deprecated.as_ref()),
        value: input(integration, &arg.shape, arg.name.span),
    });
    arguments.collect()
}

/// `span` is where the value is declared.
fn input(integration: &Integration, shape: &Shape, span: Span) -> Value {
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
fn answer(integration: &Integration, operation: &Operation) -> Sp<Vec<Member>> {
    let span = operation.response.span;
    let known = |name: &str, value: Value| Member {
        name: name.to_owned(),
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
