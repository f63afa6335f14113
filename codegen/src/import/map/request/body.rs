//! The body and the arguments in it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::value::{Wire, is_sent};
use super::{Refused, Request};
use crate::check::text::passes;
use crate::import::definition::{Body, Value};
use crate::import::document::{self, BodyShape, Format, Parameter};
use crate::import::report::Reason;
use crate::import::schema::{Kind, Schema};

/// What a reason speaks of that is not about a field.
const WHOLE: &str = "the body";

impl<'d> Request<'_, '_, 'd> {
    /// The body of an operation. None where it has none, and where it is left out.
    pub(super) fn body(
        &mut self,
        verb: &str,
        body: &document::Body<'d>,
    ) -> Result<Option<Body>, Refused> {
        let found = match body.format {
            _ if verb == "GET" => Err((Reason::BodyOfGet, WHOLE.to_owned())),
            Format::Other(media) => Err((Reason::BodyFormat, media.to_owned())),
            Format::Json => self.body_of(&body.shape, Wire::Json, None),
            Format::Form => self.body_of(&body.shape, Wire::Text, Some("form")),
            Format::Multipart => self.body_of(&body.shape, Wire::Text, Some("multipart")),
        };
        match found {
            Ok(body) => Ok(Some(body)),
            Err((reason, what)) => self.optional(body.required, reason, &what).map(|()| None),
        }
    }

    fn body_of(
        &mut self,
        shape: &BodyShape<'d>,
        wire: Wire,
        format: Option<&'static str>,
    ) -> Result<Body, Refused> {
        let refused = |reason| (reason, WHOLE.to_owned());
        let fields: Vec<Field<'d>> = match shape {
            BodyShape::Fields(fields) => fields.iter().map(Field::of_parameter).collect(),
            BodyShape::Schema(schema) => {
                let read = self.object(schema).map_err(refused)?;
                match read.kind {
                    Some(Kind::Object) if !read.properties.is_empty() => Field::all_sent(&read),
                    Some(Kind::Array | Kind::Object) if wire == Wire::Json => {
                        return self.whole(schema).map_err(refused);
                    }
                    Some(Kind::File) => return Err(refused(Reason::Binary)),
                    None | Some(Kind::Object) => return Err(refused(Reason::UntypedValue)),
                    Some(_) => return Err(refused(Reason::BodyShape)),
                }
            }
        };
        let mut values = Vec::new();
        let mut last = Reason::UntypedValue;
        for field in fields {
            match self.field(&field, wire) {
                Ok(value) => values.push(value),
                Err(reason) if field.required => return Err((reason, field.name.to_owned())),
                Err(reason) => {
                    self.reader.leave_out(reason);
                    last = reason;
                }
            }
        }
        without_members_of_values(&mut values);
        if values.is_empty() {
            return Err(refused(last));
        }
        Ok(Body {
            format,
            whole: None,
            fields: values,
        })
    }

    fn field(&mut self, field: &Field<'d>, wire: Wire) -> Result<Value, Reason> {
        // A dot leads into an object, except in forms, which have none; else it is escaped.
        let (is_name, name) = match wire {
            Wire::Json => {
                let is_name = !field.name.is_empty() && !field.name.contains('\\');
                (is_name, field.name.replace('.', "\\."))
            }
            Wire::Text => {
                let is_name = !field.name.split('.').any(str::is_empty);
                (is_name, field.name.to_owned())
            }
        };
        if !is_name || !passes(field.name) {
            return Err(Reason::Name);
        }
        let value = self
            .reader
            .argument(&name, field.schema, field.description, wire)?;
        let required = field.required;
        Ok(self.settled(Value { required, ..value }, "body"))
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

    /// A body that is a list, or an object whose members have any names.
    fn whole(&mut self, schema: &'d Json) -> Result<Body, Reason> {
        let value = self.reader.argument("items", schema, "", Wire::Json)?;
        let is_list = value.ty.ends_with("[]");
        let name = if is_list { "items" } else { "members" };
        let value = Value {
            name: name.to_owned(),
            // Without an argument an empty object is sent.
            required: is_list,
            ..value
        };
        let value = self.called(value, "body");
        Ok(Body {
            format: None,
            whole: Some(value.name.clone()),
            fields: vec![value],
        })
    }
}

/// A field of a body.
struct Field<'d> {
    name: &'d str,
    required: bool,
    description: &'d str,
    schema: &'d Json,
}

impl<'d> Field<'d> {
    fn of_parameter(parameter: &Parameter<'d>) -> Self {
        Self {
            name: parameter.name,
            required: parameter.required,
            description: parameter.description,
            schema: parameter.schema,
        }
    }

    /// The properties that requests have.
    fn all_sent(object: &Schema<'d>) -> Vec<Self> {
        let properties = object.properties.iter();
        let sent = properties.filter(|(_, property)| is_sent(property));
        sent.map(|(name, property)| Self {
            name,
            required: object.required.contains(name),
            description: "",
            schema: property,
        })
        .collect()
    }
}

/// What is a value cannot have members: `a` and `a.b` of a form.
fn without_members_of_values(values: &mut Vec<Value>) {
    let names: BTreeSet<String> = values.iter().map(|value| value.name.clone()).collect();
    values.retain(|value| {
        let mut outer = value.name.match_indices('.').map(|(at, _)| at);
        !outer.any(|at| {
            value
                .name
                .get(..at)
                .is_some_and(|outer| names.contains(outer))
        })
    });
}
