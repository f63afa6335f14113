//! What an operation sends, beside what its endpoint takes.

use serde_json::{Value as Json, json};

use super::endpoints::Pair;
use super::said::Said;
use super::value::{Context, Found, Site, Wire};
use super::{Change, Class, Finding, Kind, Mend, propose};
use crate::import::definition::Value;
use crate::import::document::{BodyShape, Format, Parameter, Place as In, Style};
use crate::import::map::arguments::Wire as Written;
use crate::import::schema::Kind as Type;
use crate::model::{Arg, Body, CredentialKind, Field, Operation, Place, Shape, Step};

/// What belongs to the message or its credential, and is no argument.
const OF_THE_MESSAGE: [&str; 10] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "transfer-encoding",
    "user-agent",
];

/// Compares what is sent.
pub(super) fn request<'d>(
    context: Context<'_, 'd>,
    operation: &Operation,
    pair: &Pair<'_, 'd>,
) -> Vec<Found<'d>> {
    let mut request = Request {
        context,
        operation,
        found: Vec::new(),
    };
    request.path(pair);
    request.query(pair);
    request.headers(pair);
    request.body(pair);
    request.found
}

struct Request<'a, 'd> {
    context: Context<'a, 'd>,
    operation: &'a Operation,
    found: Vec<Found<'d>>,
}

/// What the document takes under a name.
struct Taken<'d> {
    name: String,
    required: bool,
    deprecated: bool,
    description: &'d str,
    schema: &'d Json,
    repeated: bool,
}

impl<'d> Request<'_, 'd> {
    fn site(&self, part: String, span: crate::span::Span, wire: Wire) -> Site {
        Site {
            operation: self.operation.name.clone(),
            ty: None,
            part,
            span,
            wire,
            is_whole: true,
            nullable: false,
        }
    }

    fn path(&mut self, pair: &Pair<'_, 'd>) {
        let plain = |name: &str| name.trim_matches(['+', '*']).to_owned();
        for (ours, theirs) in &pair.variables {
            let is_it = |arg: &&Arg| arg.place == Place::Url && &arg.name.value == ours;
            let is_theirs = |parameter: &&Parameter<'d>| {
                parameter.place == In::Path && plain(parameter.name) == plain(theirs)
            };
            let arg = self.operation.args.iter().find(is_it);
            let parameter = pair.endpoint.parameters.iter().find(is_theirs);
            if let (Some(arg), Some(parameter)) = (arg, parameter) {
                let site = self.site(format!("path.{ours}"), arg.name.span, Wire::Text);
                let said = Said::of(self.context.resolver, &[parameter.schema]);
                self.argument(&arg.shape, &said, &site);
            }
        }
    }

    fn query(&mut self, pair: &Pair<'_, 'd>) {
        let parameters = pair.endpoint.parameters.iter();
        let parameters = parameters.filter(|parameter| parameter.place == In::Query);
        let mut taken: Vec<Taken<'d>> = Vec::new();
        for one in parameters
            .clone()
            .flat_map(|parameter| self.taken(parameter))
        {
            if !taken.iter().any(|known| known.name == one.name) {
                taken.push(one);
            }
        }
        let plain = |name: &str| name.trim_end_matches("[]").to_owned();
        // What stands for any names is open.
        let is_open = |name: &str| {
            parameters.clone().any(|parameter| {
                let said = Said::of(self.context.resolver, &[parameter.schema]);
                let is_object = said.kinds == [Type::Object];
                let is_inside = name.starts_with(&format!("{}[", parameter.name));
                is_object && (is_inside || parameter.style != Style::DeepObject)
            })
        };
        let in_path = pair
            .endpoint
            .path
            .split_once('?')
            .map_or("", |(_, query)| query);
        let is_taken = |name: &str| {
            let mut names = taken.iter().map(|taken| plain(&taken.name));
            names.any(|known| known == plain(name)) || is_open(name) || in_path.contains(name)
        };
        let pagination = self.operation.pagination;
        let pagination = pagination.and_then(|at| self.context.integration.pagination.get(at));
        let of_pages = pagination
            .map(|style| style.parameters())
            .unwrap_or_default();
        let mut gone = Vec::new();
        for arg in &self.operation.args {
            if let Place::Query { api_name, .. } = &arg.place
                && !is_taken(api_name)
            {
                gone.push((api_name.as_str(), arg.name.span, Class::Contradicts));
            }
        }
        for name in of_pages.iter().filter(|name| !is_taken(name)) {
            let span = pagination.map_or(self.operation.span, |style| style.name.span);
            gone.push((name, span, Class::Contradicts));
        }
        for (name, _) in self
            .operation
            .query
            .iter()
            .filter(|(name, _)| !is_taken(name))
        {
            gone.push((name, self.operation.span, Class::Beyond));
        }
        for (name, span, class) in gone {
            self.gone(&format!("query.{name}"), span, class);
        }
        let is_constant = |name: &str| {
            self.operation
                .query
                .iter()
                .any(|(known, _)| plain(known) == plain(name))
                || of_pages.iter().any(|known| plain(known) == plain(name))
        };
        for taken in taken.iter().filter(|taken| !is_constant(&taken.name)) {
            let of_name = |arg: &&Arg| {
                matches!(&arg.place, Place::Query { api_name, .. }
                    if plain(api_name) == plain(&taken.name))
            };
            let arg = self.operation.args.iter().find(of_name);
            self.one("query", &["query"], taken, arg);
        }
    }

    fn headers(&mut self, pair: &Pair<'_, 'd>) {
        let mut theirs: Vec<&Parameter<'d>> = Vec::new();
        for parameter in &pair.endpoint.parameters {
            let is_known = |known: &&Parameter<'d>| known.name.eq_ignore_ascii_case(parameter.name);
            if parameter.place == In::Header && !theirs.iter().any(is_known) {
                theirs.push(parameter);
            }
        }
        for arg in &self.operation.args {
            let Place::Header { api_name } = &arg.place else {
                continue;
            };
            if !theirs
                .iter()
                .any(|theirs| theirs.name.eq_ignore_ascii_case(api_name))
            {
                self.gone(
                    &format!("headers.{api_name}"),
                    arg.name.span,
                    Class::Contradicts,
                );
            }
        }
        let credentials = self.credential_headers();
        let is_other = |name: &str| {
            let lower = name.to_ascii_lowercase();
            let mut sent = self.operation.headers.iter();
            OF_THE_MESSAGE.contains(&lower.as_str())
                || credentials.contains(&lower)
                || sent.any(|(known, _)| known.eq_ignore_ascii_case(name))
        };
        theirs.retain(|theirs| !is_other(theirs.name));
        for parameter in theirs {
            let of_name = |arg: &&Arg| {
                matches!(&arg.place, Place::Header { api_name }
                    if api_name.eq_ignore_ascii_case(parameter.name))
            };
            let arg = self.operation.args.iter().find(of_name);
            let taken = Taken {
                name: parameter.name.to_owned(),
                required: parameter.required,
                deprecated: parameter.deprecated,
                description: parameter.description,
                schema: parameter.schema,
                repeated: false,
            };
            self.one("headers", &["headers"], &taken, arg);
        }
    }

    /// The headers of the credential, in small letters.
    fn credential_headers(&self) -> Vec<String> {
        let auth = &self.context.integration.auth;
        let keys = auth.credentials.iter().filter_map(|kind| match kind {
            CredentialKind::ApiKey { header, .. } => Some(header),
            _ => None,
        });
        let headers = keys.chain([&auth.header]);
        headers.map(|header| header.to_ascii_lowercase()).collect()
    }

    /// The names of a query parameter on the wire: more than one where an object is taken apart.
    fn taken(&self, parameter: &Parameter<'d>) -> Vec<Taken<'d>> {
        let said = Said::of(self.context.resolver, &[parameter.schema]);
        let one = |name: String, required: bool, schema: &'d Json| Taken {
            name,
            required,
            deprecated: parameter.deprecated || said.is_deprecated,
            description: parameter.description,
            schema,
            repeated: parameter.style == Style::Repeat,
        };
        let is_apart = matches!(parameter.style, Style::DeepObject | Style::Repeat);
        if said.kinds != [Type::Object] || !is_apart {
            return vec![one(
                parameter.name.to_owned(),
                parameter.required,
                parameter.schema,
            )];
        }
        let properties = said.properties.iter().filter_map(|(name, schemas)| {
            let required = parameter.required && said.required.contains(name);
            let name = match parameter.style {
                Style::DeepObject => format!("{}[{name}]", parameter.name),
                _ => (*name).to_owned(),
            };
            let mut taken = one(name, required, schemas.first()?);
            taken.description = "";
            Some(taken)
        });
        properties.collect()
    }

    /// A parameter of the document and the argument that it is, if any.
    fn one(
        &mut self,
        section: &str,
        within: &'static [&'static str],
        taken: &Taken<'d>,
        arg: Option<&Arg>,
    ) {
        let resolver = self.context.resolver;
        let said = Said::of(resolver, &[taken.schema]);
        let part = format!("{section}.{}", taken.name);
        let Some(arg) = arg else {
            let slug = &self.context.integration.slug;
            let mend = propose::argument(
                resolver,
                slug,
                &taken.name,
                taken.schema,
                taken.description,
                Written::Text,
            )
            .filter(|value| value.fields.is_empty())
            .map(|mut value| {
                if taken.repeated && value.ty.ends_with("[]") {
                    value.keys.push(("list", json!("repeat")));
                }
                Value {
                    required: taken.required,
                    ..value
                }
            });
            if !taken.deprecated {
                let site = self.site(part, self.operation.span, Wire::Text);
                self.new(&site, taken.required, &said, within, mend);
            }
            return;
        };
        let site = self.site(part, arg.name.span, Wire::Text);
        self.required(taken.required, is_given(arg), said.at, &site);
        self.deprecated(
            taken.deprecated || said.is_deprecated,
            arg.deprecated.is_some(),
            said.at,
            &site,
        );
        self.argument(&arg.shape, &said, &site);
    }

    fn body(&mut self, pair: &Pair<'_, 'd>) {
        let args = self.operation.args.iter();
        let mut args = args.filter(|arg| matches!(arg.place, Place::Body { .. }));
        let has_body = !matches!(self.operation.body, Body::None);
        let body = match &pair.endpoint.body {
            Some(body) => body,
            None if has_body => {
                let span = args.next().map_or(self.operation.span, |arg| arg.name.span);
                return self.gone("body", span, Class::Contradicts);
            }
            None => return,
        };
        let wire = match (&self.operation.body, body.format) {
            // Bytes and the like are nothing to compare with.
            (_, Format::Other(_)) => return,
            (Body::Json { .. }, Format::Form | Format::Multipart) => {
                let site = self.site("body".to_owned(), self.operation.span, Wire::Text);
                let message = "the body is JSON here, and a form in the document".to_owned();
                let finding =
                    site.finding(self.context, Class::Contradicts, Kind::BodyFormat, message);
                return self.found.push(Found { finding, at: None });
            }
            (Body::Form { .. } | Body::Multipart { .. }, _) => Wire::Text,
            (Body::None, Format::Form | Format::Multipart) => Wire::Text,
            (Body::Json { .. } | Body::None, _) => Wire::Json { integer: false },
        };
        match &body.shape {
            BodyShape::Fields(fields) => self.form(fields, body.required && !has_body || has_body),
            BodyShape::Schema(schema) => {
                let said = Said::of(self.context.resolver, &[schema]);
                self.json(said, wire, body.required || has_body);
            }
        }
    }

    /// The fields of a form of OpenAPI 2.0.
    fn form(&mut self, fields: &[Parameter<'d>], is_sent: bool) {
        let is_taken = |arg: &&Arg| match &arg.place {
            Place::Body { at, .. } => fields.iter().any(|field| {
                field.name == at.join(".") || Some(field.name) == at.first().map(String::as_str)
            }),
            _ => true,
        };
        for arg in self.operation.args.iter().filter(|arg| !is_taken(arg)) {
            let part = format!("body.{}", arg.name.value);
            self.gone(&part, arg.name.span, Class::Contradicts);
        }
        let constants = constants(&self.operation.body);
        for field in fields {
            let of_name = |arg: &&Arg| matches!(&arg.place, Place::Body { at, .. } if at.join(".") == field.name);
            if constants.iter().any(|at| at.join(".") == field.name) {
                continue;
            }
            let arg = self.operation.args.iter().find(of_name);
            let taken = Taken {
                name: field.name.to_owned(),
                required: field.required && is_sent,
                deprecated: field.deprecated,
                description: field.description,
                schema: field.schema,
                repeated: false,
            };
            self.one("body", &["body", "fields"], &taken, arg);
        }
    }

    /// A body that a schema describes: first to where the arguments stand.
    fn json(&mut self, mut said: Said<'d>, wire: Wire, is_sent: bool) {
        let mut part = "body".to_owned();
        let resolver = self.context.resolver;
        if let Body::Json { wrap, .. } = &self.operation.body {
            for step in wrap {
                said = match step {
                    Step::Key(name) => {
                        part.push_str(&format!(".{name}"));
                        match said.property(resolver, name) {
                            Some(inner) => inner,
                            None if said.may_have_others() => return,
                            None => {
                                return self.gone(&part, self.operation.span, Class::Contradicts);
                            }
                        }
                    }
                    Step::Index(_) | Step::Each => {
                        part.push_str("[]");
                        said.element(resolver)
                    }
                };
            }
        }
        let whole = self
            .operation
            .args
            .iter()
            .find(|arg| matches!(&arg.place, Place::Body { at, .. } if at.is_empty()));
        match whole {
            Some(arg) => {
                let site = self.site(part, arg.name.span, wire);
                self.argument(&arg.shape, &said, &site);
            }
            None => self.members(&[], &said, wire, &part, is_sent),
        }
    }

    /// The properties of an object of the body, and the arguments that go into it.
    fn members(&mut self, prefix: &[String], said: &Said<'d>, wire: Wire, part: &str, sent: bool) {
        if !said.can_be(Type::Object) {
            return;
        }
        let operation = self.operation;
        // A form has no objects: a dot is part of the name.
        let written = |at: &[String]| match wire {
            Wire::Text => vec![at.join(".")],
            Wire::Json { .. } | Wire::Answer => at.to_vec(),
        };
        let args = operation.args.iter().filter_map(|arg| match &arg.place {
            Place::Body { at, integer } => {
                Some((arg, written(at).strip_prefix(prefix)?.to_vec(), *integer))
            }
            _ => None,
        });
        let args: Vec<(&Arg, Vec<String>, bool)> = args.collect();
        for (arg, below, _) in &args {
            let name = below.first().map(String::as_str).unwrap_or_default();
            let is_there = said.properties.iter().any(|(known, _)| *known == name);
            if !is_there && !said.may_have_others() {
                let part = format!("{part}.{}", below.join("."));
                self.gone(&part, arg.name.span, Class::Contradicts);
            }
        }
        let constants = constants(&operation.body).into_iter();
        let constants: Vec<Vec<String>> = constants
            .filter_map(|at| Some(written(&at).strip_prefix(prefix)?.to_vec()))
            .collect();
        for (name, schemas) in &said.properties {
            let inner = Said::of(self.context.resolver, schemas);
            if inner.is_read_only || constants.iter().any(|below| below == &[*name]) {
                continue;
            }
            let part = format!("{part}.{name}");
            let required = sent && said.required.contains(name);
            let is_it = |below: &[String]| below.first().is_some_and(|first| first == name);
            let exact = args
                .iter()
                .find(|(_, below, _)| below.len() == 1 && is_it(below));
            let is_deeper = args.iter().any(|(_, below, _)| is_it(below))
                || constants.iter().any(|below| is_it(below));
            if let Some((arg, _, integer)) = exact {
                let wire = match wire {
                    Wire::Json { .. } => Wire::Json { integer: *integer },
                    other => other,
                };
                let site = self.site(part, arg.name.span, wire);
                self.required(required, is_given(arg), inner.at, &site);
                self.deprecated(
                    inner.is_deprecated,
                    arg.deprecated.is_some(),
                    inner.at,
                    &site,
                );
                self.argument(&arg.shape, &inner, &site);
            } else if is_deeper {
                let prefix = [prefix, &[(*name).to_owned()]].concat();
                self.members(&prefix, &inner, wire, &part, sent);
            } else if !inner.is_deprecated || required {
                let path = [prefix, &[(*name).to_owned()]].concat();
                let name = path.iter().map(|name| name.replace('.', "\\."));
                let name = name.collect::<Vec<_>>().join(".");
                let site = self.site(part, operation.span, wire);
                let mend = self.proposed(&name, schemas, wire, required);
                // Without a body there is more to say than a field.
                let mend = mend.filter(|_| !matches!(operation.body, Body::None));
                self.new(&site, required, &inner, &["body", "fields"], mend);
            }
        }
    }

    fn proposed(
        &self,
        name: &str,
        schemas: &[&'d Json],
        wire: Wire,
        required: bool,
    ) -> Option<Value> {
        let wire = match wire {
            Wire::Text => Written::Text,
            Wire::Json { .. } | Wire::Answer => Written::Json,
        };
        let (resolver, slug) = (self.context.resolver, &self.context.integration.slug);
        let value = propose::argument(resolver, slug, name, schemas.first()?, "", wire)?;
        Some(Value { required, ..value })
    }

    /// An argument, and what is in it.
    fn argument(&mut self, shape: &Shape, said: &Said<'d>, site: &Site) {
        let resolver = self.context.resolver;
        if !self.context.value(shape, said, site, &mut self.found) {
            return;
        }
        match shape {
            Shape::Array { items, .. } if said.kinds.contains(&Type::Array) => {
                self.argument(items, &said.element(resolver), &site.inside("[]"));
            }
            Shape::Map(values) if !said.values.is_empty() => {
                self.argument(
                    values,
                    &Said::of(resolver, &said.values),
                    &site.inside("{}"),
                );
            }
            Shape::Object(fields) => self.fields(fields, said, site),
            _ => {}
        }
    }

    /// The fields of an object in an argument.
    fn fields(&mut self, fields: &[Field], said: &Said<'d>, site: &Site) {
        for field in fields {
            let part = format!("{}.{}", site.part, field.api_name);
            let Some(inner) = said.property(self.context.resolver, &field.api_name) else {
                if !said.may_have_others() {
                    self.gone(&part, field.span, Class::Contradicts);
                }
                continue;
            };
            let wire = match site.wire {
                Wire::Json { .. } => Wire::Json {
                    integer: field.integer,
                },
                other => other,
            };
            let inner_site = self.site(part, field.span, wire);
            let required = said.required.contains(field.api_name.as_str());
            self.required(required, field.required, inner.at, &inner_site);
            self.deprecated(
                inner.is_deprecated,
                field.deprecated.is_some(),
                inner.at,
                &inner_site,
            );
            self.argument(&field.shape, &inner, &inner_site);
        }
        for (name, schemas) in &said.properties {
            let inner = Said::of(self.context.resolver, schemas);
            let is_known = fields.iter().any(|field| field.api_name == *name);
            let required = said.required.contains(name);
            if is_known || inner.is_read_only || inner.is_deprecated && !required {
                continue;
            }
            let mend = self.proposed(name, schemas, site.wire, required);
            let part = format!("{}.{name}", site.part);
            let site = self.site(part, site.span, site.wire);
            self.new(&site, required, &inner, &["fields"], mend);
        }
    }

    fn gone(&mut self, part: &str, span: crate::span::Span, class: Class) {
        let site = self.site(part.to_owned(), span, Wire::Text);
        let message = format!("the document has no `{part}`");
        let finding = site.finding(self.context, class, Kind::ParameterGone, message);
        let help = "take it out, or accept it if the vendor takes it all the same".to_owned();
        self.found.push(Found {
            finding: Finding {
                help: Some(help),
                ..finding
            },
            at: None,
        });
    }

    fn new(
        &mut self,
        site: &Site,
        required: bool,
        said: &Said<'d>,
        within: &'static [&'static str],
        value: Option<Value>,
    ) {
        let (class, kind, message) = match required {
            true => (
                Class::Contradicts,
                Kind::RequiredParameter,
                format!(
                    "the document requires `{}`, which is not declared",
                    site.part
                ),
            ),
            false => (
                Class::Lacks,
                Kind::NewParameter,
                format!("the document has `{}`, which is not declared", site.part),
            ),
        };
        let mend = value.map(|value| Mend {
            at: site.span,
            within,
            change: Change::Add(value),
        });
        self.found.push(Found {
            finding: Finding {
                found: Some(json!(super::value::theirs(said))),
                mend,
                ..site.finding(self.context, class, kind, message)
            },
            at: said.at,
        });
    }

    fn required(&mut self, theirs: bool, ours: bool, at: Option<&'d Json>, site: &Site) {
        let (class, kind, message, mend) = match (theirs, ours) {
            (true, false) => (
                Class::Contradicts,
                Kind::RequiredParameter,
                format!("the document requires `{}`", site.part),
                Some(site.mend(Change::Set("required", json!(true)))),
            ),
            (false, true) if site.part.starts_with("path.") => return,
            (false, true) => (
                Class::Beyond,
                Kind::StricterParameter,
                format!(
                    "`{}` is required here, and optional in the document",
                    site.part
                ),
                None,
            ),
            _ => return,
        };
        let finding = site.finding(self.context, class, kind, message);
        self.found.push(Found {
            finding: Finding { mend, ..finding },
            at,
        });
    }

    fn deprecated(&mut self, theirs: bool, ours: bool, at: Option<&'d Json>, site: &Site) {
        self.found
            .extend(self.context.deprecation(theirs, ours, at, site));
    }
}

/// Whether a value is always sent.
fn is_given(arg: &Arg) -> bool {
    arg.required || arg.default.is_some()
}

/// The places of a body that are always filled.
fn constants(body: &Body) -> Vec<Vec<String>> {
    match body {
        Body::None => Vec::new(),
        Body::Json { constants, .. } => constants.iter().map(|(at, _)| at.clone()).collect(),
        Body::Form { constants } | Body::Multipart { constants } => {
            let names = constants.iter().map(|(name, _)| name);
            names
                .map(|name| name.split('.').map(str::to_owned).collect())
                .collect()
        }
    }
}
