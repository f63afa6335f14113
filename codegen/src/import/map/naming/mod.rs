//! Names of resources, methods and arguments, as the language's conventions want them.

mod arguments;
mod natural;

use std::collections::BTreeSet;

pub(super) use self::arguments::ArgumentNames;
pub(super) use self::natural::snake;
use self::natural::{natural, slug_of};
use crate::import::document::Operation;
use crate::model::MethodKind;
use crate::names::{LONGEST_TOOL_NAME, article, rust_type, singular, tool_name};

/// What a method is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) resource: String,
    pub(super) method: String,
    pub(super) tool: String,
}

/// The names of methods, each given once.
#[derive(Debug)]
pub(super) struct Names<'m> {
    slug: &'m str,
    /// Tools, and what Rust calls their arguments.
    tools: BTreeSet<String>,
    types: BTreeSet<String>,
    methods: BTreeSet<(String, String)>,
}

impl<'m> Names<'m> {
    /// No names but those that are there already, as pairs of resource and method.
    pub(super) fn new<'n>(slug: &'m str, there: impl Iterator<Item = (&'n str, &'n str)>) -> Self {
        let mut names = Self {
            slug,
            tools: BTreeSet::new(),
            types: BTreeSet::new(),
            methods: BTreeSet::new(),
        };
        for (resource, method) in there {
            names.take(resource, method);
        }
        names
    }

    /// A free name for an operation. `paths` are those of all operations, each with its verb.
    pub(super) fn name(
        &mut self,
        operation: &Operation<'_>,
        paths: &BTreeSet<(&str, &str)>,
    ) -> Name {
        let natural = natural(operation, paths);
        let id = snake(operation.id, 40);
        let verb = operation.verb.to_ascii_lowercase();
        let own = [
            id,
            format!(
                "{verb}_{}",
                natural.resource.rsplit('_').next().unwrap_or_default()
            ),
        ];
        let own = own
            .into_iter()
            .filter(|name| !name.is_empty() && MethodKind::of(name) == MethodKind::Custom);
        let resources = shorter(&natural.resource);
        let methods = std::iter::once(natural.method).chain(own);
        let numbered = (2_u64..).map(|number| format!("{verb}_{number}"));
        for method in methods.chain(numbered) {
            for resource in &resources {
                let tool = self.tool(resource, &method);
                if tool.len() > LONGEST_TOOL_NAME {
                    continue;
                }
                if self.is_free(resource, &method, &tool) {
                    return self.take(resource, &method);
                }
                break;
            }
        }
        // The numbers above do not end.
        self.take(&natural.resource, &verb)
    }

    fn tool(&self, resource: &str, method: &str) -> String {
        let kind = MethodKind::of(method);
        tool_name(
            self.slug,
            article(self.slug),
            resource,
            &singular(resource),
            kind,
            method,
        )
    }

    fn is_free(&self, resource: &str, method: &str, tool: &str) -> bool {
        !self.tools.contains(tool)
            && !self.types.contains(&rust_type(tool))
            && !self
                .methods
                .contains(&(resource.to_owned(), method.to_owned()))
    }

    fn take(&mut self, resource: &str, method: &str) -> Name {
        let tool = self.tool(resource, method);
        self.types.insert(rust_type(&tool));
        self.tools.insert(tool.clone());
        self.methods
            .insert((resource.to_owned(), method.to_owned()));
        Name {
            resource: resource.to_owned(),
            method: method.to_owned(),
            tool,
        }
    }
}

/// A resource's name, and the same with fewer and fewer words at its start.
fn shorter(resource: &str) -> Vec<String> {
    let starts = resource.match_indices('_').map(|(at, _)| at + 1);
    let mut names: Vec<String> = std::iter::once(0)
        .chain(starts)
        .filter_map(|at| resource.get(at..))
        .map(|name| slug_of(name.to_owned()))
        .collect();
    names.extend(
        names
            .last()
            .and_then(|last| last.get(..12))
            .map(str::to_owned),
    );
    names
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::import::document::Answer;

    fn operation<'d>(verb: &'static str, path: &'d str, id: &'d str) -> Operation<'d> {
        Operation {
            pointer: String::new(),
            verb,
            path,
            id,
            summary: "",
            description: "",
            docs: None,
            deprecated: false,
            servers: Vec::new(),
            parameters: Vec::new(),
            body: None,
            answer: Answer {
                schema: Some(&Value::Null),
                ..Answer::default()
            },
        }
    }

    #[test]
    fn path_and_verb_say_the_name() {
        let all = [
            ("GET", "/v1/users", "users.list"),
            ("POST", "/v1/users", "users.create"),
            ("GET", "/v1/users/{id}", "users.read"),
            ("PUT", "/v1/users/{id}", "users.replace"),
            ("PATCH", "/v1/users/{id}", "users.modify"),
            ("DELETE", "/v1/users/{id}", "users.remove"),
            ("POST", "/v1/users/{id}/activate", "users.activate"),
            ("GET", "/v1/users/{name}", "users.by_name"),
            ("GET", "/v1/users/{id}/teams.json", ""),
            ("POST", "/v1/jobs/{id}:cancel", "x"),
            ("POST", "/#Action=AssumeRole", "POST_AssumeRole"),
            ("GET", "/v1/{name}", "dns.managedZones.get"),
            ("PUT", "/me/2fa", ""),
        ];
        let operations: Vec<_> = all
            .iter()
            .map(|(verb, path, id)| operation(verb, path, id))
            .collect();
        let paths = operations
            .iter()
            .map(|operation| (operation.path, operation.verb))
            .collect();
        let mut names = Names::new("acme", std::iter::empty());
        let named: Vec<String> = operations
            .iter()
            .map(|operation| names.name(operation, &paths))
            .map(|name| format!("{}.{}", name.resource, name.method))
            .collect();
        assert_eq!(
            named,
            [
                "users.list",
                "users.create",
                "users.get",
                "users.replace",
                "users.update",
                "users.delete",
                "users.activate",
                "users.users_by_name",
                "users_teams.list",
                "jobs.cancel",
                "post.assume_role",
                "dns_managed_zones.get",
                "me_2fa.set",
            ]
        );
    }

    #[test]
    fn long_names_lose_their_first_words_and_stay_unique() {
        let long =
            "/alpha/{a}/bravo/{b}/charlie/{c}/delta/{d}/echo/{e}/foxtrot/{f}/golf/{g}/hotels";
        let paths = BTreeSet::new();
        let mut names = Names::new("an_integration_with_a_name", std::iter::empty());
        let mut seen = BTreeSet::new();
        for _ in 0..5 {
            let name = names.name(&operation("GET", long, ""), &paths);
            assert!(name.tool.len() <= LONGEST_TOOL_NAME, "{}", name.tool);
            assert!(seen.insert(name.tool));
        }
        let name = names.name(
            &operation("GET", &format!("/{}", "x".repeat(200)), ""),
            &paths,
        );
        assert!(name.tool.len() <= LONGEST_TOOL_NAME, "{}", name.tool);
    }
}
