//! Names of resources, methods and arguments, as the language's conventions want them.

use std::collections::BTreeSet;

use heck::ToSnakeCase;

use crate::import::document::Operation;
use crate::model::MethodKind;
use crate::names::{
    LONGEST_TOOL_NAME, article, is_argument_name, rust_field, rust_type, singular, tool_name,
};

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

/// What path and verb say.
struct Natural {
    resource: String,
    method: String,
}

fn natural(operation: &Operation<'_>, paths: &BTreeSet<(&str, &str)>) -> Natural {
    let (path, fragment) = operation
        .path
        .split_once('#')
        .unwrap_or((operation.path, ""));
    let parts = parts(path.split('?').next().unwrap_or_default());
    let by_id = || {
        let words = operation
            .id
            .rsplit_once(['.', '/', '_'])
            .map_or(operation.id, |(head, _)| head);
        Some(snake(words, 40)).filter(|name| !name.is_empty())
    };
    let resource = |literals: &[String]| match literals.join("_") {
        name if name.is_empty() => by_id().unwrap_or_else(|| "root".to_owned()),
        name => slug_of(name),
    };
    let whole = resource(&parts.literals);
    let custom = |method: &str| Natural {
        resource: whole.clone(),
        method: method.to_owned(),
    };
    // What some documents write behind `#` tells operations of one path apart.
    let action = snake(fragment.rsplit(['=', '.']).next().unwrap_or_default(), 40);
    for action in [action, parts.action] {
        if !action.is_empty() && MethodKind::of(&action) == MethodKind::Custom {
            return custom(&action);
        }
    }
    let has = |verb: &str| paths.contains(&(operation.path, verb));
    let (last, before) = parts
        .literals
        .split_last()
        .map_or(("", [].as_slice()), |(last, rest)| (last.as_str(), rest));
    match (operation.verb, parts.ends_with_variable) {
        ("GET", _) if operation.answer.schema.is_none() => custom("read"),
        ("GET", true) => custom("get"),
        ("GET", false) => custom("list"),
        ("DELETE", true) => custom("delete"),
        ("PATCH", true) => custom("update"),
        ("PUT", true) if has("PATCH") => custom("replace"),
        ("PUT", true) => custom("update"),
        ("POST", true) if has("GET") && !has("PUT") && !has("PATCH") => custom("update"),
        ("POST", true) => custom("post"),
        ("PUT", false) => custom("set"),
        ("PATCH", false) => custom("change"),
        ("DELETE", false) => custom("remove"),
        _ => {
            let item = format!("{}/{{", path.trim_end_matches('/'));
            let mut below = paths.range((item.as_str(), "")..);
            let has_items = below
                .next()
                .is_some_and(|(path, _)| path.starts_with(&item));
            let is_collection = has("GET") || has_items || last.ends_with('s') || before.is_empty();
            match is_collection || MethodKind::of(last) != MethodKind::Custom {
                true => custom("create"),
                false => Natural {
                    resource: resource(before),
                    method: snake(last, 40),
                },
            }
        }
    }
}

/// What a path is made of.
struct Parts {
    /// The words that are written out, without versions at the start.
    literals: Vec<String>,
    /// What stands behind a colon at the end: `/jobs/{id}:cancel`.
    action: String,
    ends_with_variable: bool,
}

fn parts(path: &str) -> Parts {
    let mut parts = Parts {
        literals: Vec::new(),
        action: String::new(),
        ends_with_variable: false,
    };
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let (segment, action) = match segment.rsplit_once(':') {
            Some((segment, action)) if !action.contains('}') => (segment, action),
            _ => (segment, ""),
        };
        let literal = literal(segment);
        parts.ends_with_variable = segment.contains('{');
        parts.action = snake(action, 40);
        let is_first = parts.literals.is_empty();
        if !literal.is_empty() && (!is_first || !is_version(segment)) {
            parts.literals.push(literal);
        }
    }
    parts
}

/// What is written out in a segment: `users` in `users('{id}')`, nothing in `{id}.json`.
fn literal(segment: &str) -> String {
    let segment = [".json", ".xml"]
        .iter()
        .find_map(|ending| segment.strip_suffix(ending))
        .unwrap_or(segment);
    let mut text = String::new();
    let mut depth = 0_usize;
    for c in segment.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => text.push(c),
            _ => {}
        }
    }
    words(&text)
}

/// Whether a segment at the start of a path says which API it is, and not what it is about.
fn is_version(segment: &str) -> bool {
    let segment = segment.to_ascii_lowercase();
    let rest = segment.strip_prefix('v').unwrap_or(&segment);
    matches!(segment.as_str(), "api" | "rest" | "apis" | "services")
        || (rest.starts_with(|c: char| c.is_ascii_digit())
            && rest
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c)))
}

/// The words of a text as part of a name; empty where there are none.
fn words(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    plain.to_snake_case()
}

/// A name that starts with a letter.
fn slug_of(words: String) -> String {
    match words.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("n{words}"),
        false => words,
    }
}

/// A text as a name of the language, of at most `longest` bytes; empty where nothing of it is left.
pub(super) fn snake(text: &str, longest: usize) -> String {
    let name = slug_of(words(text));
    match name.get(..longest) {
        Some(start) => start
            .rsplit_once('_')
            .map_or(start, |(words, _)| words)
            .to_owned(),
        None => name,
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

/// Names of arguments, each given once, also in Rust.
#[derive(Debug, Default)]
pub(super) struct ArgumentNames(BTreeSet<String>);

impl ArgumentNames {
    /// Takes a name out of the game.
    pub(super) fn reserve(&mut self, name: &str) {
        self.0.insert(rust_field(name));
    }

    /// What to call an argument: its own name if that will do, else one made of it.
    pub(super) fn take(&mut self, written: &str, place: &str) -> String {
        let own = match is_argument_name(written) && !rust_field(written).is_empty() {
            true => written.to_owned(),
            false => argument_name(written),
        };
        let other = format!("{place}_{own}");
        let numbered = (2_u64..).map(|number| format!("{place}_{number}"));
        let mut names = [own, other].into_iter().chain(numbered);
        let free = names.find(|name| is_argument_name(name) && self.0.insert(rust_field(name)));
        free.unwrap_or_default()
    }
}

/// The letters and digits of a name, with `_` between them.
fn argument_name(written: &str) -> String {
    let plain: String = written
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    let name = plain.split_whitespace().collect::<Vec<_>>().join("_");
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    };
    name.get(..48).unwrap_or(&name).to_owned()
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

    #[test]
    fn arguments_have_names_of_their_own() {
        let mut names = ArgumentNames::default();
        for (written, place, ours) in [
            ("userId", "path", "userId"),
            ("user_id", "query", "query_user_id"),
            ("user_id", "body", "body_user_id"),
            ("user_id", "body", "body_2"),
            ("$filter", "query", "filter"),
            ("page[number]", "query", "page_number"),
            ("日本", "query", "query_"),
            ("1st", "query", "_1st"),
        ] {
            assert_eq!(names.take(written, place), ours);
        }
    }
}
