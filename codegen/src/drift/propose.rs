//! What a document says of a value, as the definition would write it.

use serde_json::{Value as Json, json};

use super::said::Said;
use crate::import::definition::Value;
use crate::import::map::arguments::{Reader, Wire, format, words};
use crate::import::map::texts;
use crate::import::resolve::Resolver;
use crate::import::schema::{Kind, Schema};

/// How deep objects of answers are written out. Below that, anything is.
const DEEPEST: usize = 4;

/// The type of a scalar, or of a list of scalars. None of anything else.
pub(super) fn scalar_type(resolver: Resolver<'_>, said: &Said<'_>) -> Option<String> {
    let mut kinds: Vec<Kind> = said.kinds.clone();
    kinds.sort_by_key(|kind| kind.word());
    Some(match kinds.as_slice() {
        [Kind::String | Kind::File] => "string".to_owned(),
        [Kind::Integer] => "integer".to_owned(),
        [Kind::Number] | [Kind::Integer, Kind::Number] => "number".to_owned(),
        [Kind::Boolean] => "boolean".to_owned(),
        [Kind::Integer | Kind::Number, Kind::String]
        | [Kind::Integer, Kind::Number, Kind::String] => "text".to_owned(),
        [Kind::Array] => format!("{}[]", scalar_type(resolver, &said.element(resolver))?),
        _ => return None,
    })
}

/// An argument. None where the language cannot say it, or the document does not.
pub(super) fn argument<'d>(
    resolver: Resolver<'d>,
    slug: &str,
    name: &str,
    schema: &'d Json,
    description: &str,
    wire: Wire,
) -> Option<Value> {
    let mut reader = Reader::new(resolver, slug);
    reader.argument(name, schema, description, wire).ok()
}

/// A field of an answer. Objects are written out in their place.
pub(super) fn field<'d>(
    resolver: Resolver<'d>,
    slug: &str,
    name: &str,
    schemas: &[&'d Json],
    depth: usize,
) -> Value {
    let said = Said::of(resolver, schemas);
    let schema = schemas.first().and_then(|schema| Schema::read(resolver, schema).ok());
    let schema = schema.unwrap_or_default();
    let (mut ty, keys, fields) = expression(resolver, slug, &said, depth);
    if said.nullable && ty != "any" {
        ty.push('?');
    }
    let description = schema.text("description");
    Value {
        name: name.to_owned(),
        ty,
        description: description.and_then(|text| texts::description(text, slug)),
        // Of a name with dots only the last part would count.
        rename: name.contains('.').then(|| crate::names::accessor(name)),
        keys,
        fields,
        ..Value::default()
    }
}

type Expression = (String, Vec<(&'static str, Json)>, Vec<Value>);

fn expression(resolver: Resolver<'_>, slug: &str, said: &Said<'_>, depth: usize) -> Expression {
    let any = || ("any".to_owned(), Vec::new(), Vec::new());
    if depth == DEEPEST {
        return any();
    }
    match said.kinds.as_slice() {
        [Kind::Array] => {
            let (ty, keys, fields) = expression(resolver, slug, &said.element(resolver), depth + 1);
            (format!("{ty}[]"), keys, fields)
        }
        [Kind::Object] if !said.properties.is_empty() => {
            let fields = said.properties.iter().map(|(name, schemas)| {
                field(resolver, slug, name, schemas, depth + 1)
            });
            ("object".to_owned(), Vec::new(), fields.collect())
        }
        [Kind::Object] if !said.values.is_empty() => {
            let values = Said::of(resolver, &said.values);
            let (ty, keys, fields) = expression(resolver, slug, &values, depth + 1);
            (format!("{ty}{{}}"), keys, fields)
        }
        _ => match scalar_type(resolver, said) {
            Some(ty) if ty == "string" => (ty, text_keys(resolver, said), Vec::new()),
            Some(ty) => (ty, Vec::new(), Vec::new()),
            None => any(),
        },
    }
}

fn text_keys(resolver: Resolver<'_>, said: &Said<'_>) -> Vec<(&'static str, Json)> {
    let schema = said.at.and_then(|schema| Schema::read(resolver, schema).ok());
    let schema = schema.unwrap_or_default();
    let format = format(&schema).map(|format| ("format", json!(format)));
    let words = words(&schema).map(|words| ("enum", json!(words)));
    format.into_iter().chain(words).collect()
}
