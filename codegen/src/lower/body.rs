//! The body of a method: where its arguments stand, and what is always in it.

use serde_json::Value as Json;

use super::Lower;
use crate::model::{Arg, Body, Place, Shape, Step};
use crate::notation;
use crate::span::{Entries, Sp, Span};
use crate::syntax::{self, BodyFormat, Value};

impl<'a> Lower<'a, '_> {
    pub(super) fn body(&mut self, body: &'a syntax::Body, span: Span, args: &mut Vec<Arg>) -> Body {
        let format = body.format.as_deref().copied().unwrap_or(BodyFormat::Json);
        if let (BodyFormat::Form | BodyFormat::Multipart, Some(wrap)) = (format, &body.wrap) {
            self.diagnostics.wrap_of_form(wrap.span);
        }
        if let (BodyFormat::Form | BodyFormat::Multipart, Some(whole)) = (format, &body.whole) {
            self.diagnostics.whole_form(whole.span);
        }
        if body.fields.is_empty() {
            self.diagnostics.empty_body(span);
        }
        let whole = body
            .whole
            .as_ref()
            .filter(|whole| body.fields.get(whole).is_some());
        if let (Some(unknown), None) = (&body.whole, whole) {
            let known: Vec<&str> = body.fields.keys().map(|name| name.as_str()).collect();
            self.diagnostics
                .unknown_name(unknown.span, "body field", unknown, &known);
        }
        self.body_places_are_apart(&body.fields);
        let mut constants: Vec<(Vec<String>, Json)> = Vec::new();
        for (name, value) in body.fields.iter() {
            let at: Vec<String> = match whole {
                Some(whole) if whole.value == name.value => Vec::new(),
                Some(whole) => {
                    self.diagnostics.whole_body_is_alone(name.span, whole.span);
                    continue;
                }
                None => notation::body_path(name),
            };
            if at.iter().any(String::is_empty) {
                self.diagnostics
                    .malformed_place(name.span, name, "a name is missing");
            }
            if let Some(constant) = self.constant(name, value) {
                constants.push((at, constant.to_json()));
                continue;
            }
            let integer = value.full().is_some_and(|full| full.wire.is_some());
            let arg = self.argument(name, value, Place::Body { at, integer });
            let is_whole = matches!(&arg.place, Place::Body { at, .. } if at.is_empty());
            if is_whole && !matches!(arg.shape, Shape::Array { .. } | Shape::Map(_)) {
                self.diagnostics.whole_body_is_one_value(name.span);
            }
            args.push(arg);
        }
        match format {
            BodyFormat::Json => Body::Json {
                wrap: self.wrap(body),
                constants,
            },
            BodyFormat::Form => Body::Form {
                constants: flat(constants),
            },
            BodyFormat::Multipart => Body::Multipart {
                constants: flat(constants),
            },
        }
    }

    /// What is a value cannot have members.
    fn body_places_are_apart(&mut self, fields: &Entries<Value>) {
        for inner in fields.keys() {
            let holds_it = |outer: &&Sp<String>| {
                inner
                    .strip_prefix(outer.as_str())
                    .is_some_and(|rest| rest.starts_with('.'))
            };
            if let Some(outer) = fields.keys().find(holds_it) {
                self.diagnostics
                    .body_places_overlap(inner.span, outer.span, inner, outer);
            }
        }
    }

    /// Where the arguments of a JSON body stand: `users[]` is the one element of a list.
    fn wrap(&mut self, body: &syntax::Body) -> Vec<Step> {
        let Some(wrap) = &body.wrap else {
            return Vec::new();
        };
        let steps = self.place(wrap).into_iter();
        steps
            .map(|step| {
                if step == Step::Each {
                    Step::Index(0)
                } else {
                    step
                }
            })
            .collect()
    }
}

fn flat(constants: Vec<(Vec<String>, Json)>) -> Vec<(String, String)> {
    let text = |json: Json| match json {
        Json::String(text) => text,
        other => other.to_string(),
    };
    constants
        .into_iter()
        .map(|(at, json)| (at.join("."), text(json)))
        .collect()
}
