//! Reading of [`Value`], which is a string or a mapping.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::span::Sp;
use crate::syntax::{FullValue, Value};

enum Form {
    Type(String),
    Full(Box<FullValue>),
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Sp { value, span } = Sp::deserialize(deserializer)?;
        Ok(match value {
            Form::Type(name) => Self::Type(Sp::new(name, span)),
            Form::Full(full) => Self::Full(full),
        })
    }
}

impl<'de> Deserialize<'de> for Form {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FormVisitor;

        impl<'de> Visitor<'de> for FormVisitor {
            type Value = Form;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a type or a mapping that has one")
            }

            fn visit_str<E>(self, name: &str) -> Result<Form, E> {
                Ok(Form::Type(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Form, A::Error> {
                FullValue::deserialize(MapAccessDeserializer::new(map))
                    .map(|f| Form::Full(f.into()))
            }
        }

        deserializer.deserialize_any(FormVisitor)
    }
}

impl JsonSchema for Value {
    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let full = generator.subschema_for::<FullValue>();
        json_schema!({
            "anyOf": [
                { "type": "string", "description": "Just the type: `string?`, `user[]`." },
                full,
            ]
        })
    }
}
