//! What an operation sends, beside what its endpoint takes.

mod argument;
mod body;
mod headers;
mod query;

use serde_json::{Value as Json, json};

use self::argument::given;
use super::endpoints::Pair;
use super::propose;
use super::said::Said;
use super::value::{Context, Found, Site, Wire};
use crate::import::definition::Value;
use crate::import::document::{Parameter, Place as In};
use crate::import::map::request::value::Wire as Written;
use crate::model::{Arg, Operation, Place};
use crate::span::Span;

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
    fn site(&self, part: String, span: Span, wire: Wire) -> Site {
        Site::new(self.operation, part, span, wire)
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
            if !taken.deprecated || taken.required {
                let site = self.site(part, self.operation.span, Wire::Text);
                self.undeclared(&site, taken.required, &said, within, mend);
            }
            return;
        };
        let site = self.site(part, arg.name.span, Wire::Text);
        self.required(taken.required, given(arg), said.at, &site);
        self.deprecated(
            taken.deprecated || said.is_deprecated,
            arg.deprecated.is_some(),
            said.at,
            &site,
        );
        self.argument(&arg.shape, &said, &site);
    }
}
