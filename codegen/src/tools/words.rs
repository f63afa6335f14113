//! What tools say of themselves, of what they take and of what they answer.

use serde_json::Value as Json;

use crate::model::{Arg, Field, Identifier, Integration, Operation, Shape};
use crate::span::Sp;

/// What the tool does, what it returns, where its identifiers come from, and what the vendor says of
/// its end.
pub(super) fn of_tool(
    integration: &Integration,
    operation: &Operation,
    description: &str,
    returns: &str,
) -> String {
    let mut text = format!("{} Returns {}", description.trim(), returns.trim());
    if !text.ends_with('.') {
        text.push('.');
    }
    for arg in operation.args.iter().filter(|arg| arg.required) {
        let Some(kind) = identifier(integration, &arg.shape) else {
            continue;
        };
        let origin = match kind.from.as_slice() {
            [] => "is asked of a person".to_owned(),
            [one] => format!("comes from {one}"),
            [first, second, ..] => format!("comes from {first} or {second}"),
        };
        text.push_str(&format!(" `{}` {origin}.", arg.name));
    }
    with_deprecation(text, operation.deprecated.as_ref())
}

fn identifier<'m>(integration: &'m Integration, shape: &Shape) -> Option<&'m Identifier> {
    match shape {
        Shape::String(rule) => integration.identifiers.get(rule.identifier?),
        Shape::Array { items, .. } => identifier(integration, items),
        _ => None,
    }
}

/// A description, and what the vendor says of the end of what it describes.
pub(crate) fn described(about: Option<&Sp<String>>, deprecated: Option<&Sp<String>>) -> String {
    let about = about.map_or("", |about| about.trim());
    with_deprecation(about.to_owned(), deprecated)
}

/// A text and a sentence on what the vendor says of the end of what it is about.
pub(crate) fn with_deprecation(mut text: String, deprecated: Option<&Sp<String>>) -> String {
    let Some(deprecated) = deprecated else {
        return text;
    };
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        let is_finished = text.ends_with(['.', '!', '?', '…']);
        text.push_str(if is_finished { " " } else { ". " });
    }
    text.push_str("Deprecated by the vendor: ");
    text.push_str(deprecated.trim());
    text
}

/// What is said of an argument: its description, its kind of identifier, its default, and what the
/// vendor says of its end.
pub(crate) fn of_argument(integration: &Integration, arg: &Arg) -> String {
    let mut text = described(arg.description.as_ref(), None);
    if let Some(kind) = identifier(integration, &arg.shape) {
        text.push_str(&format!(
            " {}, such as {}.",
            capitalised(&kind.label),
            kind.example
        ));
    }
    if let Some(default) = &arg.default {
        let shown = match default.to_json() {
            Json::String(text) => text,
            other => other.to_string(),
        };
        text.push_str(&format!(" Left out: {shown}."));
    }
    with_deprecation(text, arg.deprecated.as_ref())
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// `string or null: The primary domain.`
pub(super) fn of_answer(field: &Field) -> String {
    let mut text = type_in_words(&field.shape);
    if field.nullable {
        text.push_str(" or null");
    }
    if let Some(about) = &field.description {
        text = format!("{text}: {}", about.trim());
    }
    with_deprecation(text, field.deprecated.as_ref())
}

fn type_in_words(shape: &Shape) -> String {
    match shape {
        Shape::String(_) | Shape::Text(_) => "string".to_owned(),
        Shape::Integer { .. } => "integer".to_owned(),
        Shape::Number { .. } => "number".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Array { items, .. } => format!("list of {}", type_in_words(items)),
        Shape::Map(values) => format!("map to {}", type_in_words(values)),
        Shape::Object(_) | Shape::Named(_) => "object".to_owned(),
        Shape::Any => "any value".to_owned(),
    }
}
