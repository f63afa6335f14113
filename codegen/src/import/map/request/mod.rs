//! One operation: its request and the arguments in it.

mod body;
mod header;
mod path;
mod query;
pub(crate) mod restrictions;
pub(crate) mod value;

use serde_json::Value as Json;

use self::value::Reader;
use super::naming::{ArgumentNames, Name};
use super::texts;
use crate::import::definition::{Method, Value};
use crate::import::document::{Operation, Parameter, Place};
use crate::import::report::Reason;
use crate::import::resolve::Resolver;
use crate::import::schema::Schema;

/// Why an operation is no definition, and what the reason speaks of.
pub(super) type Refused = (Reason, String);

/// What an operation's arguments are made of.
pub(super) struct Request<'r, 'm, 'd> {
    pub(super) reader: &'r mut Reader<'m, 'd>,
    /// Names that arguments of the path may not have: the connection fields.
    pub(super) reserved: &'r [String],
    /// The query parameters of the pagination.
    pub(super) of_pages: &'r [&'r str],
    /// Headers that carry the credential, in small letters.
    pub(super) of_credential: &'r [String],
    pub(super) names: ArgumentNames,
}

impl<'d> Request<'_, '_, 'd> {
    /// The method of an operation, without what comes back.
    pub(super) fn method(
        &mut self,
        operation: &Operation<'d>,
        name: Name,
        prefix: &str,
    ) -> Result<Method, Refused> {
        let mut method = Method {
            pointer: operation.pointer.clone(),
            comments: comments(operation),
            effect: effect(operation.verb, &name.method),
            deprecated: operation
                .deprecated
                .then(|| texts::deprecation(operation.description, self.reader.slug)),
            resource: name.resource,
            name: name.method,
            ..Method::default()
        };
        if operation.verb == "POST" && method.effect.is_some() {
            method.idempotent = Some(false);
        }
        self.path(operation, prefix, &mut method)?;
        for parameter in &operation.parameters {
            let found = match parameter.place {
                Place::Query if self.of_pages.contains(&parameter.name) => continue,
                Place::Query => self.query(parameter).map(|values| {
                    for value in values {
                        if !method.query.iter().any(|known| known.name == value.name) {
                            method.query.push(value);
                        }
                    }
                }),
                Place::Header => match self.header(parameter, &method.headers) {
                    Ok(header) => {
                        method.headers.extend(header);
                        Ok(())
                    }
                    Err(reason) => Err(reason),
                },
                Place::Cookie => Err(Reason::Cookie),
                Place::Path | Place::Form | Place::Body => continue,
            };
            if let Err(reason) = found {
                self.optional(parameter.required, reason, parameter.name)?;
            }
        }
        if let Some(body) = &operation.body {
            method.body = self.body(operation.verb, body)?;
        }
        Ok(method)
    }

    /// Passes over what is optional.
    fn optional(&mut self, required: bool, reason: Reason, what: &str) -> Result<(), Refused> {
        if required {
            return Err((reason, what.to_owned()));
        }
        self.reader.leave_out(reason);
        Ok(())
    }

    /// A value with its name for callers; one that can only be one text is always sent.
    fn settled(&mut self, value: Value, place: &str) -> Value {
        match value
            .only_word()
            .filter(|_| value.required && value.ty == "string")
        {
            Some(only) => constant(&value.name, only),
            None => self.called(value, place),
        }
    }

    fn called(&mut self, mut value: Value, place: &str) -> Value {
        let own = value.our_name();
        // Of a name with dots the last part may say too little.
        let wanted = if value.name.contains('.') {
            value.name.clone()
        } else {
            own.clone()
        };
        let ours = self.names.take(&wanted, place);
        value.rename = (ours != own).then_some(ours);
        value
    }
}

fn constant(name: &str, value: Json) -> Value {
    Value {
        name: name.to_owned(),
        keys: vec![("const", value)],
        ..Value::default()
    }
}

fn is_scalar(ty: &str) -> bool {
    matches!(ty, "string" | "integer" | "number" | "boolean")
}

/// What a method with a name of its own does, as far as its verb says.
fn effect(verb: &str, method: &str) -> Option<&'static str> {
    use crate::model::MethodKind;
    match (MethodKind::of(method), verb) {
        (MethodKind::Custom, "GET") => Some("read"),
        (MethodKind::Custom, "DELETE") => Some("delete"),
        (MethodKind::Custom, _) => Some("update"),
        _ => None,
    }
}

/// What the document says, for whoever writes the documentation.
fn comments(operation: &Operation<'_>) -> Vec<String> {
    let mut comments = Vec::new();
    let about = [operation.summary, operation.description]
        .into_iter()
        .find(|text| !text.is_empty());
    comments.extend(about.map(texts::comment).filter(|text| !text.is_empty()));
    if !operation.id.is_empty() {
        comments.push(texts::comment(&format!("operationId: {}", operation.id)));
    }
    if let Some(media) = operation
        .answer
        .unread
        .filter(|_| operation.answer.schema.is_none())
    {
        comments.push(texts::comment(&format!(
            "Answers with {media}, which is not read."
        )));
    }
    comments
}

/// What an operation always sends in the query and in headers, by name.
pub(super) fn constants<'d>(
    resolver: Resolver<'d>,
    operation: &Operation<'d>,
) -> Vec<(&'d str, &'d str)> {
    let always = |parameter: &Parameter<'d>| {
        let is_named = matches!(parameter.place, Place::Query | Place::Header);
        let schema = Schema::read(resolver, parameter.schema).ok()?;
        let only = restrictions::only_word(&schema)?;
        (is_named && parameter.required).then_some((parameter.name, only))
    };
    let in_path = path::constants(operation).into_iter();
    in_path
        .chain(operation.parameters.iter().filter_map(always))
        .collect()
}
