//! The JSON Schema of definitions: made from the structs, printed for editors, and read by the
//! compiler itself.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value as Json};

use crate::diagnostics::{KnownKey, listed};
use crate::syntax;

/// The schema of definitions for editors (draft-07, which is what editors know), as it stands in
/// `definitions/schema.json`.
#[must_use]
pub fn json_schema() -> String {
    format!("{:#}\n", Schema::new().0)
}

/// The schema of one file.
pub(crate) struct Schema(Json);

/// What a schema asks for.
#[derive(Debug)]
pub(super) enum Shape<'s> {
    Any,
    Boolean,
    Integer {
        least: i64,
        greatest: i64,
    },
    Text,
    /// One of a few strings.
    Word(Vec<KnownKey<'s>>),
    List(&'s Json),
    /// A mapping from any names.
    Map(&'s Json),
    /// A mapping with these keys.
    Struct(Vec<Property<'s>>),
    /// A mapping with exactly one of these keys.
    OneKey(Vec<Property<'s>>),
    /// A string, or a mapping of this schema.
    TextOr(&'s Json),
}

/// A key of a mapping.
#[derive(Debug)]
pub(super) struct Property<'s> {
    pub(super) key: KnownKey<'s>,
    pub(super) schema: &'s Json,
    pub(super) required: bool,
}

impl Schema {
    pub(crate) fn new() -> Self {
        let generator = SchemaSettings::draft07().into_generator();
        let mut schema = generator.into_root_schema_for::<syntax::File>();
        schema.insert("title".to_owned(), "A definition of Toolwright".into());
        let mut schema = schema.to_value();
        without_nulls(&mut schema);
        if let Some(Json::Object(version)) = schema.pointer_mut("/properties/version") {
            version.insert("const".to_owned(), 1.into());
        }
        Self(schema)
    }

    pub(super) fn root(&self) -> &Json {
        &self.0
    }

    /// What a schema asks for. The forms are those that schemars makes of the structs.
    pub(super) fn shape<'s>(&'s self, schema: &'s Json) -> Shape<'s> {
        let schema = self.resolve(schema);
        if let Some(variants) = schema.get("oneOf").and_then(Json::as_array) {
            return match variants.iter().map(word).collect() {
                Some(words) => Shape::Word(words),
                None => Shape::OneKey(variants.iter().flat_map(variant).collect()),
            };
        }
        if let Some([_, mapping]) = schema
            .get("anyOf")
            .and_then(Json::as_array)
            .map(Vec::as_slice)
        {
            return Shape::TextOr(mapping);
        }
        let text = |name: &str| schema.get(name).and_then(Json::as_str);
        match text("type") {
            Some("boolean") => Shape::Boolean,
            Some("integer") if text("format") == Some("uint32") => Shape::Integer {
                least: 0,
                greatest: u32::MAX.into(),
            },
            Some("integer") => Shape::Integer {
                least: i64::MIN,
                greatest: i64::MAX,
            },
            Some("string") => Shape::Text,
            Some("array") => schema.get("items").map_or(Shape::Any, Shape::List),
            Some("object") => match schema.get("additionalProperties") {
                Some(Json::Bool(false)) => Shape::Struct(properties(schema).collect()),
                Some(value) => Shape::Map(value),
                None => Shape::Any,
            },
            _ => Shape::Any,
        }
    }

    /// Follows references: bare, or wrapped in `allOf` because of a description beside them.
    fn resolve<'s>(&'s self, schema: &'s Json) -> &'s Json {
        let target = schema
            .pointer("/allOf/0/$ref")
            .or_else(|| schema.get("$ref"))
            .and_then(Json::as_str)
            .and_then(|reference| self.0.pointer(reference.strip_prefix('#')?));
        target.unwrap_or(schema)
    }
}

impl Shape<'_> {
    /// What a person calls it: `a list`.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Any => "a value".to_owned(),
            Self::Boolean => "`true` or `false`".to_owned(),
            Self::Integer { .. } => "an integer".to_owned(),
            Self::Text => "a string".to_owned(),
            Self::Word(words) => listed(words.iter().map(|word| word.name), "or"),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) | Self::Struct(_) | Self::OneKey(_) => "a mapping".to_owned(),
            Self::TextOr(_) => "a string or a mapping".to_owned(),
        }
    }
}

/// The keys that a schema of a mapping declares.
fn properties(schema: &Json) -> impl Iterator<Item = Property<'_>> {
    let required = schema.get("required").and_then(Json::as_array);
    let properties = schema
        .get("properties")
        .and_then(Json::as_object)
        .into_iter()
        .flatten();
    properties.map(move |(name, schema)| Property {
        key: KnownKey {
            name,
            about: description(schema),
        },
        schema,
        required: required.is_some_and(|required| required.iter().any(|key| key == name)),
    })
}

/// The word that a schema of one word allows.
fn word(schema: &Json) -> Option<KnownKey<'_>> {
    let name = schema.get("const")?.as_str()?;
    Some(KnownKey {
        name,
        about: description(schema),
    })
}

/// The key of a variant, which has the description of the variant.
fn variant(schema: &Json) -> impl Iterator<Item = Property<'_>> {
    properties(schema).map(|mut property| {
        property.key.about = description(schema);
        property
    })
}

fn description(schema: &Json) -> &str {
    schema
        .get("description")
        .and_then(Json::as_str)
        .unwrap_or_default()
}

/// Takes `null` out of a schema, which schemars allows for keys that can be left out: a key without a
/// value is always a mistake. Also joins the lines of descriptions.
fn without_nulls(schema: &mut Json) {
    match schema {
        Json::Object(keywords) => {
            remove_null(keywords);
            keywords.values_mut().for_each(without_nulls);
        }
        Json::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

fn remove_null(keywords: &mut Map<String, Json>) {
    if let Some(Json::String(description)) = keywords.get_mut("description") {
        *description = description.replace('\n', " ");
    }
    if let Some(Json::Array(types)) = keywords.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            keywords.insert("type".to_owned(), only);
        }
    }
    let is_null = |schema: &Json| schema.get("type").is_some_and(|name| name == "null");
    if let Some(Json::Array(choices)) = keywords.get_mut("anyOf")
        && choices.iter().any(is_null)
    {
        choices.retain(|schema| !is_null(schema));
        // Draft-07 ignores what stands beside a `$ref`, but not what stands beside an `allOf`.
        if let Some(choices) = keywords.remove("anyOf") {
            keywords.insert("allOf".to_owned(), choices);
        }
    }
}
