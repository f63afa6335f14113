//! Parameters of the query.

use serde_json::Value as Json;

use super::{Request, Taken};
use crate::drift::Class;
use crate::drift::endpoints::Pair;
use crate::drift::said::Said;
use crate::import::document::{Parameter, Place as In, Style};
use crate::import::schema::Kind as Type;
use crate::model::{Arg, Pagination, Place};
use crate::span::Span;

impl<'a, 'd> Request<'a, 'd> {
    pub(super) fn query(&mut self, pair: &Pair<'_, 'd>) {
        let parameters = pair.endpoint.parameters.iter();
        let parameters: Vec<&Parameter<'d>> = parameters
            .filter(|parameter| parameter.place == In::Query)
            .collect();
        let mut taken: Vec<Taken<'d>> = Vec::new();
        for one in parameters
            .iter()
            .flat_map(|parameter| self.taken(parameter))
        {
            if !taken.iter().any(|known| known.name == one.name) {
                taken.push(one);
            }
        }
        let in_path = pair
            .endpoint
            .path
            .split_once('?')
            .map_or("", |(_, query)| query);
        for (name, span, class) in self.sent() {
            let is_taken = taken.iter().any(|taken| plain(&taken.name) == plain(name));
            if !is_taken && !self.is_open(name, &parameters) && !in_path.contains(name) {
                self.gone(&format!("query.{name}"), span, class);
            }
        }
        let of_pages = self
            .pagination()
            .map(Pagination::parameters)
            .unwrap_or_default();
        let constants = self.operation.query.iter().map(|(name, _)| name.as_str());
        let constants: Vec<&str> = constants.chain(of_pages).map(plain).collect();
        for taken in taken
            .iter()
            .filter(|taken| !constants.contains(&plain(&taken.name)))
        {
            let of_name = |arg: &&Arg| {
                matches!(&arg.place, Place::Query { api_name, .. }
                    if plain(api_name) == plain(&taken.name))
            };
            let arg = self.operation.args.iter().find(of_name);
            self.one("query", &["query"], taken, arg);
        }
    }

    fn pagination(&self) -> Option<&'a Pagination> {
        let pagination = self.operation.pagination?;
        self.context.integration.pagination.get(pagination)
    }

    /// What is sent in the query: names, where the definition says so, and what it means when the document
    /// does not know them.
    fn sent(&self) -> Vec<(&'a str, Span, Class)> {
        let args = self
            .operation
            .args
            .iter()
            .filter_map(|arg| match &arg.place {
                Place::Query { api_name, .. } => {
                    Some((api_name.as_str(), arg.name.span, Class::Contradicts))
                }
                _ => None,
            });
        let pages = self.pagination().into_iter().flat_map(|style| {
            let names = style.parameters().into_iter();
            names.map(|name| (name, style.name.span, Class::Contradicts))
        });
        // A vendor passes over what it does not know.
        let constants = self.operation.query.iter();
        let constants =
            constants.map(|(name, _)| (name.as_str(), self.operation.span, Class::Beyond));
        args.chain(pages).chain(constants).collect()
    }

    /// Whether a name may be one of an object with any members.
    fn is_open(&self, name: &str, parameters: &[&Parameter<'d>]) -> bool {
        parameters.iter().any(|parameter| {
            let said = Said::of(self.context.resolver, &[parameter.schema]);
            let is_inside = name.starts_with(&format!("{}[", parameter.name));
            said.kinds == [Type::Object] && (is_inside || parameter.style != Style::DeepObject)
        })
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
}

/// A name without the brackets that mark a list.
fn plain(name: &str) -> &str {
    name.trim_end_matches("[]")
}
