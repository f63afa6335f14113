//! Arguments, what is in them, and what is said of them.

use serde_json::{Value as Json, json};

use super::Request;
use crate::drift::said::Said;
use crate::drift::value::{Found, Site, Wire, theirs};
use crate::drift::{Change, Class, Finding, Kind, Mend, propose};
use crate::import::definition::Value;
use crate::import::map::request::value::Wire as Written;
use crate::import::schema::Kind as Type;
use crate::model::{Arg, Field, Shape};
use crate::span::Span;

impl<'d> Request<'_, 'd> {
    pub(super) fn proposed(
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
    pub(super) fn argument(&mut self, shape: &Shape, said: &Said<'d>, site: &Site) {
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
    pub(super) fn fields(&mut self, fields: &[Field], said: &Said<'d>, site: &Site) {
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
            self.required(
                required,
                (field.required, field.required),
                inner.at,
                &inner_site,
            );
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
            self.undeclared(&site, required, &inner, &["fields"], mend);
        }
    }

    pub(super) fn gone(&mut self, part: &str, span: Span, class: Class) {
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

    pub(super) fn undeclared(
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
                found: Some(json!(theirs(said))),
                mend,
                ..site.finding(self.context, class, kind, message)
            },
            at: said.at,
        });
    }

    /// Compares whether a value must be given. Of ours there is whether a caller must give it, and whether
    /// it is sent even so.
    pub(super) fn required(
        &mut self,
        theirs: bool,
        (ours, is_sent): (bool, bool),
        at: Option<&'d Json>,
        site: &Site,
    ) {
        let (class, kind, message, mend) = match (theirs, ours) {
            (true, false) if !is_sent => (
                Class::Contradicts,
                Kind::RequiredParameter,
                format!("the document requires `{}`", site.part),
                Some(site.mend(Change::Set("required", json!(true)))),
            ),
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

    pub(super) fn deprecated(
        &mut self,
        theirs: bool,
        ours: bool,
        at: Option<&'d Json>,
        site: &Site,
    ) {
        self.found
            .extend(self.context.deprecation(theirs, ours, at, site));
    }
}

/// Whether a caller must give a value, and whether it is always sent.
pub(super) fn given(arg: &Arg) -> (bool, bool) {
    (arg.required, arg.required || arg.default.is_some())
}
