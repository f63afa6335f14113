//! Bodies and answers, by media type.

use serde_json::{Map, Value};

use super::{Context, Version, text};
use crate::import::document::{Answer, Body, BodyShape, Format, Parameter, Place};
use crate::import::report::Reason;

impl<'d> Context<'d> {
    /// The body of an operation. In 2.0 it stands among the parameters, from which it is taken.
    pub(super) fn body(
        self,
        operation: &'d Value,
        parameters: &mut Vec<Parameter<'d>>,
    ) -> Result<Option<Body<'d>>, (Reason, String)> {
        match self.version {
            Version::Two => Ok(self.body_of_two(operation, parameters)),
            Version::Three => {
                let Some(body) = operation.get("requestBody") else {
                    return Ok(None);
                };
                let (_, body) = self
                    .resolver
                    .resolve(body)
                    .map_err(|reason| (reason, text(body, "$ref").to_owned()))?;
                let content = body.get("content").and_then(Value::as_object);
                Ok(content.and_then(body_format).map(|(format, media)| Body {
                    format,
                    required: body.get("required") == Some(&Value::Bool(true)),
                    shape: BodyShape::Schema(media.get("schema").unwrap_or(&Value::Null)),
                }))
            }
        }
    }

    fn body_of_two(
        self,
        operation: &'d Value,
        parameters: &mut Vec<Parameter<'d>>,
    ) -> Option<Body<'d>> {
        let consumes = self.media_types(operation, "consumes");
        let first = consumes
            .iter()
            .copied()
            .map(format_of)
            .find(|format| !matches!(format, Format::Other(_)));
        let format = first.or(consumes.first().copied().map(format_of));
        let of = |place: Place| {
            parameters
                .iter()
                .filter(move |parameter| parameter.place == place)
                .cloned()
        };
        let whole = of(Place::Body).next();
        let fields: Vec<Parameter<'d>> = of(Place::Form).collect();
        parameters.retain(|parameter| !matches!(parameter.place, Place::Body | Place::Form));
        if let Some(whole) = whole {
            let format = match format {
                Some(Format::Other(media)) => Format::Other(media),
                _ => Format::Json,
            };
            let (required, shape) = (whole.required, BodyShape::Schema(whole.schema));
            return Some(Body {
                format,
                required,
                shape,
            });
        }
        let format = match format {
            Some(Format::Multipart) => Format::Multipart,
            _ => Format::Form,
        };
        let required = fields.iter().any(|field| field.required);
        (!fields.is_empty()).then_some(Body {
            format,
            required,
            shape: BodyShape::Fields(fields),
        })
    }

    fn media_types(self, operation: &'d Value, key: &str) -> Vec<&'d str> {
        let list = operation
            .get(key)
            .or_else(|| self.root.get(key))
            .and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// The answer of the first status that means success, or of the default.
    pub(super) fn answer(self, operation: &'d Value) -> Answer<'d> {
        let Some(responses) = operation.get("responses").and_then(Value::as_object) else {
            return Answer::default();
        };
        let success = responses.keys().filter(|status| status.starts_with('2'));
        let answers = success.chain(responses.keys().filter(|status| *status == "default"));
        let mut answers = answers.filter_map(|status| {
            let (_, response) = self.resolver.resolve(responses.get(status)?).ok()?;
            Some(self.answer_of(operation, response))
        });
        let Some(first) = answers.next() else {
            return Answer::default();
        };
        // 202 or 204 may stand before what a caller is interested in.
        match first.schema {
            Some(_) => first,
            None => answers
                .find(|answer| answer.schema.is_some())
                .unwrap_or(first),
        }
    }

    fn answer_of(self, operation: &'d Value, response: &'d Value) -> Answer<'d> {
        let headers = response.get("headers").and_then(Value::as_object);
        let mut answer = Answer {
            description: text(response, "description"),
            links: headers.is_some_and(|headers| {
                headers.keys().any(|name| name.eq_ignore_ascii_case("link"))
            }),
            ..Answer::default()
        };
        let any = &Value::Null;
        match self.version {
            Version::Two => {
                let produces = self.media_types(operation, "produces");
                let schema = response.get("schema");
                let reads = produces.is_empty() || produces.iter().any(|media| is_json(media));
                match (schema, reads) {
                    (Some(schema), true) => answer.schema = Some(schema),
                    (Some(_), false) => answer.unread = produces.first().copied(),
                    (None, _) => {}
                }
                let examples = response.get("examples").and_then(Value::as_object);
                answer.example = examples
                    .and_then(|all| json_of(all))
                    .map(|(_, example)| example);
            }
            Version::Three => {
                let Some(content) = response.get("content").and_then(Value::as_object) else {
                    return answer;
                };
                match json_of(content) {
                    Some((_, media)) => {
                        answer.schema = Some(media.get("schema").unwrap_or(any));
                        answer.example = self.example(media);
                    }
                    None => answer.unread = content.keys().next().map(String::as_str),
                }
            }
        }
        let of_schema = answer.schema.and_then(|schema| schema.get("example"));
        answer.example = answer.example.or(of_schema);
        answer
    }

    fn example(self, media: &'d Value) -> Option<&'d Value> {
        let named = || {
            let examples = media.get("examples")?.as_object()?;
            let (_, example) = self.resolver.resolve(examples.values().next()?).ok()?;
            example.get("value")
        };
        media.get("example").or_else(named)
    }
}

/// The entry for JSON, whatever dialect of it.
fn json_of(content: &Map<String, Value>) -> Option<(&str, &Value)> {
    let entries = || content.iter().map(|(media, value)| (media.as_str(), value));
    let exact = entries().find(|(media, _)| essence(media) == "application/json");
    exact.or_else(|| entries().find(|(media, _)| is_json(media)))
}

/// The best of the formats that a body is taken in.
fn body_format(content: &Map<String, Value>) -> Option<(Format<'_>, &Value)> {
    let formats = content
        .iter()
        .map(|(media, value)| (format_of(media), value));
    formats.min_by_key(|(format, _)| match format {
        Format::Json => 0,
        Format::Form => 1,
        Format::Multipart => 2,
        Format::Other(_) => 3,
    })
}

fn format_of(media: &str) -> Format<'_> {
    match essence(media).as_str() {
        _ if is_json(media) => Format::Json,
        "application/x-www-form-urlencoded" => Format::Form,
        "multipart/form-data" => Format::Multipart,
        _ => Format::Other(media),
    }
}

fn is_json(media: &str) -> bool {
    let essence = essence(media);
    matches!(
        essence.as_str(),
        "application/json" | "text/json" | "*/*" | "application/*"
    ) || essence.ends_with("+json")
}

/// A media type without its parameters.
fn essence(media: &str) -> String {
    media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}
