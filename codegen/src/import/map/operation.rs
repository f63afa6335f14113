//! One operation: its request, its arguments, its answer.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::arguments::{Reader, Wire, is_sent};
use super::naming::{ArgumentNames, Name};
use super::pagination::Rows;
use super::texts;
use crate::check::text::passes;
use crate::import::definition::{Body, Method, Value};
use crate::import::document::{self, BodyShape, Format, Operation, Parameter, Place, Style};
use crate::import::report::Reason;
use crate::import::schema::{Kind, Schema};
use crate::notation;

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

    fn path(
        &mut self,
        operation: &Operation<'d>,
        prefix: &str,
        method: &mut Method,
    ) -> Result<(), Refused> {
        let path = operation.path.split('#').next().unwrap_or_default();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let is_declared = operation
                .parameters
                .iter()
                .any(|parameter| (parameter.name, parameter.place) == (name, Place::Query));
            if !is_declared && !value.contains('{') {
                method.query.push(constant(name, json!(value)));
            }
        }
        let mut written = String::from(prefix);
        let mut rest = path;
        let mut known: Vec<(String, String)> = Vec::new();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after
                .split_once('}')
                .ok_or((Reason::Path, path.to_owned()))?;
            written.push_str(before);
            let seen = known
                .iter()
                .find(|(seen, _)| seen == name)
                .map(|(_, ours)| ours.clone());
            let ours = match seen {
                Some(ours) => ours,
                None => {
                    let value = self.path_argument(operation, name)?;
                    let ours = value.name.clone();
                    method.path.push(value);
                    known.push((name.to_owned(), ours.clone()));
                    ours
                }
            };
            written.push_str(&format!("{{{ours}}}"));
            rest = tail;
        }
        written.push_str(rest);
        method.http = format!("{} {written}", operation.verb);
        match notation::request_line(&method.http) {
            Ok(_) => Ok(()),
            Err(_) => Err((Reason::Path, path.to_owned())),
        }
    }

    /// A variable of the path. One that is not declared is a text.
    fn path_argument(&mut self, operation: &Operation<'d>, name: &str) -> Result<Value, Refused> {
        let refused = |reason| (reason, name.to_owned());
        let plain = |name: &str| {
            name.trim_start_matches(['+', '*'])
                .trim_end_matches(['+', '*'])
                .to_owned()
        };
        let declared = operation.parameters.iter().find(|parameter| {
            parameter.place == Place::Path && plain(parameter.name) == plain(name)
        });
        let (schema, about) = declared.map_or((&Json::Null, ""), |parameter| {
            (parameter.schema, parameter.description)
        });
        let schema_read = Schema::read(self.reader.resolver, schema).map_err(refused)?;
        let mut ours = self.names.take(&plain(name), "path");
        while self.reserved.contains(&ours) {
            ours = self.names.take(&ours, "path");
        }
        let mut value = match schema_read.kind {
            // Elements of a list stand in one segment, with commas between them.
            Some(Kind::Array) => self.reader.argument(&ours, &Json::Null, about, Wire::Text),
            Some(Kind::Object) => Err(Reason::PathParameter),
            _ => self.reader.argument(&ours, schema, about, Wire::Text),
        }
        .map_err(refused)?;
        if !is_scalar(&value.ty) {
            return Err(refused(Reason::PathParameter));
        }
        let spans_segments = value.keys.iter().any(|(key, pattern)| {
            *key == "pattern"
                && pattern
                    .as_str()
                    .is_some_and(|pattern| pattern.replace("[^/]", "").contains('/'))
        });
        if spans_segments || name.starts_with('+') || name.ends_with('+') {
            value.keys.push(("segments", json!(true)));
        }
        Ok(value)
    }

    /// The arguments that a query parameter becomes: more than one where an object is taken apart.
    fn query(&mut self, parameter: &Parameter<'d>) -> Result<Vec<Value>, Reason> {
        let schema = Schema::read(self.reader.resolver, parameter.schema)?;
        if !passes(parameter.name) {
            return Err(Reason::Name);
        }
        if schema.kind == Some(Kind::Object) {
            return self.taken_apart(parameter, &schema);
        }
        let value = self.reader.argument(
            parameter.name,
            parameter.schema,
            parameter.description,
            Wire::Text,
        )?;
        let is_list = value.ty.strip_suffix("[]").is_some_and(is_scalar);
        let mut value = match (is_list || is_scalar(&value.ty), parameter.style) {
            (false, _) => return Err(Reason::StructuredQuery),
            (true, Style::Other | Style::DeepObject) if is_list => return Err(Reason::QueryStyle),
            (true, _) => value,
        };
        if is_list && parameter.style == Style::Repeat {
            value.keys.push(("list", json!("repeat")));
        }
        value.required = parameter.required;
        Ok(vec![self.settled(value, "query")])
    }

    /// `filter[name]=x` for each property of `filter`, or `name=x` where the object itself has no name on
    /// the wire.
    fn taken_apart(
        &mut self,
        parameter: &Parameter<'d>,
        schema: &Schema<'d>,
    ) -> Result<Vec<Value>, Reason> {
        let mut values = Vec::new();
        for (name, property) in &schema.properties {
            let wire_name = match parameter.style {
                Style::DeepObject => format!("{}[{name}]", parameter.name),
                Style::Repeat => (*name).to_owned(),
                Style::Csv | Style::Other => return Err(Reason::StructuredQuery),
            };
            let required = parameter.required && schema.required.contains(name);
            match self.reader.argument(&wire_name, property, "", Wire::Text) {
                Ok(value) if is_scalar(&value.ty) && passes(name) => {
                    values.push(self.settled(Value { required, ..value }, "query"));
                }
                Ok(_) if required => return Err(Reason::StructuredQuery),
                Err(reason) if required => return Err(reason),
                Ok(_) => self.reader.leave_out(Reason::StructuredQuery),
                Err(reason) => self.reader.leave_out(reason),
            }
        }
        if values.is_empty() {
            Err(Reason::StructuredQuery)
        } else {
            Ok(values)
        }
    }

    /// A header. None where OpenAPI says that it is not declared as one.
    fn header(
        &mut self,
        parameter: &Parameter<'d>,
        others: &[Value],
    ) -> Result<Option<Value>, Reason> {
        const NEVER: [&str; 7] = [
            "accept",
            "content-type",
            "authorization",
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
        ];
        let lower = parameter.name.to_ascii_lowercase();
        let is_known = others
            .iter()
            .any(|other| other.name.eq_ignore_ascii_case(parameter.name));
        if is_known || NEVER.contains(&lower.as_str()) || self.of_credential.contains(&lower) {
            return Ok(None);
        }
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if lower == "cookie" || !parameter.name.bytes().all(token) {
            return Err(Reason::Header);
        }
        let mut value = self.reader.argument(
            parameter.name,
            parameter.schema,
            parameter.description,
            Wire::Text,
        )?;
        if let Some(items) = value.ty.strip_suffix("[]").filter(|items| is_scalar(items)) {
            // Elements stand in one header, with commas between them.
            items.to_owned().clone_into(&mut value.ty);
            value = Value {
                ty: "string".to_owned(),
                keys: Vec::new(),
                ..value
            };
        }
        if !is_scalar(&value.ty) {
            return Err(Reason::Header);
        }
        value.required = parameter.required;
        let value = self.settled(value, "header");
        let is_ascii = value
            .keys
            .iter()
            .all(|(key, text)| *key != "const" || text.as_str().is_some_and(str::is_ascii));
        if is_ascii {
            Ok(Some(value))
        } else {
            Err(Reason::Header)
        }
    }

    /// A value with its name for callers; one that can only be one text is always sent.
    fn settled(&mut self, value: Value, place: &str) -> Value {
        let only = value
            .keys
            .iter()
            .find(|(key, _)| *key == "enum")
            .and_then(|(_, words)| match words.as_array()?.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            });
        if let Some(only) = only.filter(|_| value.required && value.ty == "string") {
            return constant(&value.name, only);
        }
        self.called(value, place)
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

    fn body(&mut self, verb: &str, body: &document::Body<'d>) -> Result<Option<Body>, Refused> {
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
    if operation.deprecated {
        comments.push("The document calls it deprecated.".to_owned());
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

/// Whether an operation hands back rows.
pub(super) fn hands_back<'d>(rows: Option<Rows<'d>>, method: &str) -> Option<Rows<'d>> {
    rows.filter(|_| !matches!(method, "get" | "create" | "update" | "delete"))
}
