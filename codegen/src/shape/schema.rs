//! The JSON Schema of definitions: made from the structs, printed for editors, and read by the
//! compiler itself.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::Value as Json;

use crate::diagnostics::{KnownKey, listed};
use crate::parse::VERSION;
use crate::span::{Node, Sp};
use crate::syntax;

/// The schema of definitions for editors (draft-07, which is what editors know), as it stands in
/// `definitions/schema.json`.
#[must_use]
pub fn json_schema() -> String {
    // Serializing orders the keywords as people expect them; it cannot fail, a schema being JSON.
    let schema = serde_json::to_value(&Schema::new().0).unwrap_or_default();
    format!("{schema:#}\n")
}

/// The schema of one file.
pub(crate) struct Schema(schemars::Schema);

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

impl Property<'_> {
    /// The entry of a mapping under this key.
    pub(super) fn given<'e>(
        &self,
        entries: &'e [(Sp<String>, Node)],
    ) -> Option<&'e (Sp<String>, Node)> {
        entries.iter().find(|(key, _)| key.value == self.key.name)
    }
}

impl Schema {
    pub(crate) fn new() -> Self {
        let settings = SchemaSettings::draft07().with_transform(RecursiveTransform(tidy));
        let mut schema = settings
            .into_generator()
            .into_root_schema_for::<syntax::File>();
        schema.insert("title".to_owned(), "A definition of Toolwright".into());
        if let Some(Json::Object(version)) = schema.pointer_mut("/properties/version") {
            version.insert("const".to_owned(), VERSION.into());
        }
        Self(schema)
    }

    pub(super) fn root(&self) -> &Json {
        self.0.as_value()
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
                least: schema.get("minimum").and_then(Json::as_i64).unwrap_or(0),
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
            .and_then(|reference| self.root().pointer(reference.strip_prefix('#')?));
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
/// value is always a mistake. Also joins the lines of the description.
fn tidy(schema: &mut schemars::Schema) {
    if let Some(Json::String(description)) = schema.get_mut("description") {
        *description = description.replace('\n', " ");
    }
    if let Some(Json::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    let is_null = |choice: &Json| choice.get("type").is_some_and(|name| name == "null");
    if let Some(Json::Array(choices)) = schema.get_mut("anyOf")
        && choices.iter().any(is_null)
    {
        choices.retain(|choice| !is_null(choice));
        // Draft-07 ignores what stands beside a `$ref`, but not what stands beside an `allOf`.
        if let Some(choices) = schema.remove("anyOf") {
            schema.insert("allOf".to_owned(), choices);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_schema_is_stable_and_allows_no_nulls() {
        let schema = json_schema();
        assert_eq!(schema, json_schema());
        assert!(
            schema.starts_with("{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\"")
        );
        assert!(schema.ends_with("}\n"));
        assert!(!schema.contains("\"null\"") && !schema.contains("\"$id\""));
    }

    /// Every part of the schema is read as what it says, and each key has a text for the help.
    #[test]
    fn every_form_of_the_schema_is_understood() {
        let schema = Schema::new();
        let mut parts = vec![schema.root()];
        parts.extend(
            schema
                .0
                .pointer("/definitions")
                .unwrap()
                .as_object()
                .unwrap()
                .values(),
        );
        let mut seen = 0;
        while let Some(part) = parts.pop() {
            seen += 1;
            match schema.shape(part) {
                Shape::Any => {
                    let keywords = part
                        .as_object()
                        .into_iter()
                        .flat_map(|keywords| keywords.keys());
                    let plain = |name: &String| name == "description" || name == "default";
                    assert!(keywords.clone().all(plain), "not understood: {part}");
                }
                Shape::Word(words) => assert!(words.iter().all(|word| !word.about.is_empty())),
                Shape::List(inner) | Shape::Map(inner) | Shape::TextOr(inner) => {
                    assert!(part.get("minItems").is_none() && part.get("propertyNames").is_none());
                    // A reference is in the list already, and may lead in a circle.
                    parts.extend(Some(inner).filter(|inner| inner.get("$ref").is_none()));
                }
                Shape::Struct(properties) | Shape::OneKey(properties) => {
                    for property in properties {
                        assert!(
                            !property.key.about.is_empty(),
                            "{} is undocumented",
                            property.key.name
                        );
                        let inline = property.schema.get("$ref").is_none()
                            && property.schema.get("allOf").is_none();
                        parts.extend(Some(property.schema).filter(|_| inline));
                    }
                }
                Shape::Boolean | Shape::Integer { .. } | Shape::Text => {
                    assert!(part.get("maximum").is_none() && part.get("maxLength").is_none());
                }
            }
        }
        assert!(seen > 200, "{seen} parts");
    }

    #[test]
    fn shapes_are_those_of_the_structs() {
        let schema = Schema::new();
        let definition = |name: &str| {
            schema
                .root()
                .pointer(&format!("/definitions/{name}"))
                .unwrap()
        };
        let Shape::OneKey(choices) = schema.shape(definition("Stop")) else {
            panic!("Stop")
        };
        let names: Vec<_> = choices.iter().map(|choice| choice.key.name).collect();
        assert_eq!(names, ["more", "total", "short_page"]);
        let Shape::Struct(keys) = schema.shape(definition("FullValue")) else {
            panic!("FullValue")
        };
        assert!(keys.iter().all(|key| !key.required));
        let shape_of = |name: &str| {
            let property = keys
                .iter()
                .find(|property| property.key.name == name)
                .unwrap();
            format!("{:?}", schema.shape(property.schema))
        };
        assert_eq!(
            shape_of("min_length"),
            "Integer { least: 0, greatest: 4294967295 }"
        );
        assert!(shape_of("min").starts_with("Integer { least: -9223372036854775808"));
        assert!(shape_of("format").starts_with("Word([KnownKey { name: \"date\""));
        assert_eq!(shape_of("type"), "Text");
        assert_eq!(shape_of("default"), "Any");
    }
}
