//! Bodies: JSON that a schema describes, and forms.

use super::argument::given;
use super::{Request, Taken};
use crate::drift::endpoints::Pair;
use crate::drift::said::Said;
use crate::drift::value::{Found, Wire};
use crate::drift::{Class, Kind};
use crate::import::document::{BodyShape, Format, Parameter};
use crate::import::schema::Kind as Type;
use crate::model::{Arg, Body, Place, Step};

impl<'d> Request<'_, 'd> {
    pub(super) fn body(&mut self, pair: &Pair<'_, 'd>) {
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
            BodyShape::Fields(fields) => self.form(fields, body.required || has_body),
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
                self.required(required, given(arg), inner.at, &site);
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
                self.undeclared(&site, required, &inner, &["body", "fields"], mend);
            }
        }
    }
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
