//! What a document says of a value, as the definition would write it.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::said::Said;
use super::value::Context;
use crate::import::definition::Value;
use crate::import::map::request::restrictions::{format, words};
use crate::import::map::request::value::{Reader, Wire};
use crate::import::map::texts;
use crate::import::resolve::Resolver;
use crate::import::schema::{Kind, Schema};
use crate::names::{accessor, is_argument_name};

/// How deep objects of answers are written out. Below that, anything is.
const DEEPEST: usize = 2;
/// How many marks `[]` and `{}` a type gets, since a list may be one of itself. The coordinates of GeoJSON are
/// four lists deep (RFC 7946, 3.1.7).
const MOST_MARKS: usize = 4;

/// The type of a scalar, or of a list of scalars. None of anything else.
pub(super) fn scalar_type(resolver: Resolver<'_>, said: &Said<'_>) -> Option<String> {
    scalar_within(resolver, said, MOST_MARKS)
}

fn scalar_within(resolver: Resolver<'_>, said: &Said<'_>, marks: usize) -> Option<String> {
    let mut kinds: Vec<Kind> = said.kinds.clone();
    kinds.sort_by_key(|kind| kind.word());
    Some(match kinds.as_slice() {
        [Kind::String | Kind::File] => "string".to_owned(),
        [Kind::Integer] => "integer".to_owned(),
        [Kind::Number] | [Kind::Integer, Kind::Number] => "number".to_owned(),
        [Kind::Boolean] => "boolean".to_owned(),
        [Kind::Integer | Kind::Number, Kind::String]
        | [Kind::Integer, Kind::Number, Kind::String] => "text".to_owned(),
        [Kind::Array] => {
            let elements = said.element(resolver);
            scalar_within(resolver, &elements, marks.checked_sub(1)?)? + "[]"
        }
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
    let mut value = reader.argument(name, schema, description, wire).ok()?;
    let own = value.our_name();
    if !is_argument_name(&own) {
        value.rename = Some(accessor(&own)).filter(|name| is_argument_name(name));
    }
    Some(value)
}

/// A field of an answer. An object is of the declared type that was compared with its schema, else it is
/// written out in its place.
pub(super) fn field<'d>(
    context: Context<'_, 'd>,
    types: &Types<'_>,
    name: &str,
    schemas: &[&'d Json],
    depth: usize,
) -> Value {
    let (resolver, slug) = (context.resolver, &context.integration.slug);
    let said = Said::of(resolver, schemas);
    let schema = schemas
        .first()
        .and_then(|schema| Schema::read(resolver, schema).ok());
    let description = schema
        .as_ref()
        .and_then(|schema| schema.text("description"));
    let (mut ty, keys, fields) = expression(context, types, &said, depth, MOST_MARKS);
    if said.nullable && ty != "any" {
        ty.push('?');
    }
    Value {
        name: name.to_owned(),
        ty,
        description: description.and_then(|text| texts::description(text, slug)),
        // Of a name with dots only the last part would count.
        rename: name.contains('.').then(|| accessor(name)),
        keys,
        fields,
        ..Value::default()
    }
}

/// Declared types by the schemas that they were compared with.
pub(super) type Types<'a> = BTreeMap<*const Json, &'a str>;

type Expression = (String, Vec<(&'static str, Json)>, Vec<Value>);

fn expression<'d>(
    context: Context<'_, 'd>,
    types: &Types<'_>,
    said: &Said<'d>,
    depth: usize,
    marks: usize,
) -> Expression {
    let resolver = context.resolver;
    let simple = |ty: &str| (ty.to_owned(), Vec::new(), Vec::new());
    let marked = |inner: Expression, mark: &str| (inner.0 + mark, inner.1, inner.2);
    match said.kinds.as_slice() {
        [Kind::Array] if marks > 0 => {
            let elements = said.element(resolver);
            let inner = expression(context, types, &elements, depth, marks - 1);
            marked(inner, "[]")
        }
        [Kind::Object] if !said.properties.is_empty() => {
            let known = said.address(resolver).and_then(|schema| types.get(&schema));
            if let Some(known) = known {
                return simple(known);
            }
            let fields: Vec<Value> = match depth < DEEPEST {
                true => said
                    .properties
                    .iter()
                    .filter_map(|(name, schemas)| {
                        let is_read = !Said::of(resolver, schemas).is_write_only;
                        is_read.then(|| field(context, types, name, schemas, depth + 1))
                    })
                    .collect(),
                false => Vec::new(),
            };
            match fields.is_empty() {
                true => simple("any"),
                false => ("object".to_owned(), Vec::new(), fields),
            }
        }
        [Kind::Object] if !said.values.is_empty() && marks > 0 => {
            let values = Said::of(resolver, &said.values);
            let inner = expression(context, types, &values, depth + 1, marks - 1);
            marked(inner, "{}")
        }
        [Kind::Array] => simple("any"),
        _ => match scalar_type(resolver, said) {
            Some(ty) if ty == "string" => (ty, text_keys(resolver, said), Vec::new()),
            Some(ty) => simple(&ty),
            None => simple("any"),
        },
    }
}

fn text_keys(resolver: Resolver<'_>, said: &Said<'_>) -> Vec<(&'static str, Json)> {
    let schema = said
        .at
        .and_then(|schema| Schema::read(resolver, schema).ok());
    let schema = schema.unwrap_or_default();
    let format = format(&schema).map(|format| ("format", json!(format)));
    let words = words(&schema).map(|words| ("enum", json!(words)));
    format.into_iter().chain(words).collect()
}
