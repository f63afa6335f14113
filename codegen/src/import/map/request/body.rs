//! The body and the arguments in it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::value::{Wire, is_sent};
use super::{Refused, Request};
use crate::check::text::passes;
use crate::import::definition::{Body, Value};
use crate::import::document::{self, BodyShape, Format};
use crate::import::report::Reason;
use crate::import::schema::{Kind, Schema};

impl<'d> Request<'_, '_, 'd> {
    pub(super) fn body(
        &mut self,
        verb: &str,
        body: &document::Body<'d>,
    ) -> Result<Option<Body>, Refused> {
        let what = "the body";
        let found = match body.format {
            _ if verb == "GET" => Err(Reason::BodyOfGet),
            Format::Other(media) => {
                self.optional(body.required, Reason::BodyFormat, media)?;
                return Ok(None);
            }
            Format::Json => self.body_of(body, Wire::Json, None),
            Format::Form => self.body_of(body, Wire::Text, Some("form")),
            Format::Multipart => self.body_of(body, Wire::Text, Some("multipart")),
        };
        match found {
            Ok(body) => Ok(Some(body)),
            Err(reason) => self.optional(body.required, reason, what).map(|()| None),
        }
    }

    fn body_of(
        &mut self,
        body: &document::Body<'d>,
        wire: Wire,
        format: Option<&'static str>,
    ) -> Result<Body, Reason> {
        let fields: Vec<(&'d str, bool, &'d str, &'d Json)> = match &body.shape {
            BodyShape::Fields(fields) => fields
                .iter()
                .map(|field| (field.name, field.required, field.description, field.schema))
                .collect(),
            BodyShape::Schema(schema) => {
                let read = self.object(schema)?;
                match read.kind {
                    Some(Kind::Array) if format.is_none() => return self.list_body(schema),
                    Some(Kind::Object) if !read.properties.is_empty() => {}
                    Some(Kind::File) => return Err(Reason::Binary),
                    None | Some(Kind::Object) => return Err(Reason::UntypedValue),
                    Some(_) => return Err(Reason::BodyShape),
                }
                let sent = read
                    .properties
                    .iter()
                    .filter(|(_, property)| is_sent(property));
                sent.map(|(name, property)| (*name, read.required.contains(name), "", *property))
                    .collect()
            }
        };
        let mut values = Vec::new();
        let mut last = Reason::UntypedValue;
        for (name, required, description, schema) in fields {
            // A dot leads into an object, except in forms, which have none; else it is escaped.
            let is_name = match wire {
                Wire::Json => !name.is_empty() && !name.contains('\\'),
                Wire::Text => !name.split('.').any(str::is_empty),
            };
            let found = match is_name && passes(name) {
                true => self
                    .reader
                    .argument(&escaped(name, wire), schema, description, wire),
                false => Err(Reason::Name),
            };
            match found {
                Ok(value) => values.push(self.settled(Value { required, ..value }, "body")),
                Err(reason) if required => return Err(reason),
                Err(reason) => {
                    self.reader.leave_out(reason);
                    last = reason;
                }
            }
        }
        // What is a value cannot have members: `a` and `a.b` of a form.
        let names: BTreeSet<String> = values.iter().map(|value| value.name.clone()).collect();
        values.retain(|value| {
            !value.name.match_indices('.').any(|(at, _)| {
                value
                    .name
                    .get(..at)
                    .is_some_and(|outer| names.contains(outer))
            })
        });
        if values.is_empty() {
            return Err(last);
        }
        Ok(Body {
            format,
            list: None,
            fields: values,
        })
    }

    /// The schema of a body; of alternatives, the first that is an object with fields.
    fn object(&self, schema: &'d Json) -> Result<Schema<'d>, Reason> {
        let read = Schema::read(self.reader.resolver, schema)?;
        if read.kind.is_some() {
            return Ok(read);
        }
        let alternatives = read
            .alternatives
            .iter()
            .filter_map(|one| Schema::read(self.reader.resolver, one).ok());
        let object = alternatives
            .into_iter()
            .find(|one| one.kind == Some(Kind::Object) && !one.properties.is_empty());
        Ok(object.unwrap_or(read))
    }

    fn list_body(&mut self, schema: &'d Json) -> Result<Body, Reason> {
        let value = self.reader.argument("items", schema, "", Wire::Json)?;
        let value = self.called(
            Value {
                required: true,
                ..value
            },
            "body",
        );
        Ok(Body {
            format: None,
            list: Some(value.name.clone()),
            fields: vec![value],
        })
    }
}

/// A name of a body's field, as the language writes it.
fn escaped(name: &str, wire: Wire) -> String {
    match wire {
        Wire::Json => name.replace('.', "\\."),
        Wire::Text => name.to_owned(),
    }
}
