//! Parameters: of the path item and of the operation, in the forms of 2.0 and 3.x.

use serde_json::Value;

use super::{Context, Version, text};
use crate::import::document::{Parameter, Place, Style};
use crate::import::report::Reason;

impl<'d> Context<'d> {
    /// The parameters of an operation: its own, and those of its path that it does not declare anew.
    pub(super) fn parameters(
        self,
        shared: Option<&'d Value>,
        own: Option<&'d Value>,
    ) -> Result<Vec<Parameter<'d>>, (Reason, String)> {
        let mut parameters: Vec<Parameter<'d>> = Vec::new();
        let lists = [own, shared]
            .into_iter()
            .flatten()
            .filter_map(Value::as_array);
        for value in lists.flatten() {
            let (_, value) = self
                .resolver
                .resolve(value)
                .map_err(|reason| (reason, text(value, "$ref").to_owned()))?;
            let Some(parameter) = self.parameter(value) else {
                continue;
            };
            let is_known = |known: &Parameter<'_>| {
                (known.name, known.place) == (parameter.name, parameter.place)
            };
            if !parameters.iter().any(is_known) {
                parameters.push(parameter);
            }
        }
        Ok(parameters)
    }

    /// A parameter. None where it has no name or no place that OpenAPI knows.
    pub(super) fn parameter(self, value: &'d Value) -> Option<Parameter<'d>> {
        let place = match text(value, "in") {
            "path" => Place::Path,
            "query" => Place::Query,
            "header" => Place::Header,
            "cookie" => Place::Cookie,
            "formData" => Place::Form,
            "body" => Place::Body,
            _ => return None,
        };
        let name = value
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if name.is_empty() && place != Place::Body {
            return None;
        }
        let (schema, style) = self.schema_and_style(value, place);
        Some(Parameter {
            name,
            place,
            required: place == Place::Path || value.get("required") == Some(&Value::Bool(true)),
            description: text(value, "description"),
            deprecated: value.get("deprecated") == Some(&Value::Bool(true)),
            schema,
            style,
        })
    }

    fn schema_and_style(self, value: &'d Value, place: Place) -> (&'d Value, Style) {
        // In 2.0 the parameter is its own schema.
        if self.version == Version::Two {
            let style = match text(value, "collectionFormat") {
                "multi" => Style::Repeat,
                "ssv" | "tsv" | "pipes" => Style::Other,
                _ => Style::Csv,
            };
            return (value.get("schema").unwrap_or(value), style);
        }
        if let Some(content) = value.get("content").and_then(Value::as_object) {
            let schema = content.values().find_map(|media| media.get("schema"));
            return (schema.unwrap_or(&Value::Null), Style::Other);
        }
        let schema = value.get("schema").unwrap_or(&Value::Null);
        let explodes = value.get("explode").and_then(Value::as_bool);
        let style = match (text(value, "style"), place) {
            ("deepObject", _) => Style::DeepObject,
            ("spaceDelimited" | "pipeDelimited", _) if explodes == Some(true) => Style::Repeat,
            ("spaceDelimited" | "pipeDelimited" | "matrix" | "label", _) => Style::Other,
            (_, Place::Query | Place::Cookie) if explodes != Some(false) => Style::Repeat,
            _ => Style::Csv,
        };
        (schema, style)
    }
}
