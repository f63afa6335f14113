//! From definitions to what they mean: names are resolved, defaults applied, notations read.
//!
//! What cannot be resolved is reported and replaced by something harmless; nothing is emitted then.

mod argument_names;
mod arguments;
mod auth;
mod body;
mod connection;
mod constant;
mod errors;
mod identity;
mod operation;
mod pagination;
mod restrictions;
mod sandbox;
mod url;
mod value;

pub(crate) use value::Role;

use std::collections::BTreeMap;

use crate::check::sample::Shapes;
use crate::check::text::is_sentence;
use crate::diagnostics::Diagnostics;
use crate::gather::{Definition, Section};
use crate::model::{Identifier, Integration, ObjectType, Operation, Removed, Step};
use crate::names;
use crate::notation;
use crate::span::{Sp, Span};

/// What a definition tells of an integration that is gone, if it is.
#[must_use]
pub fn removed(definition: &Definition<'_>) -> Option<Removed> {
    let removal = definition.removed?;
    Some(Removed {
        slug: definition.slug.to_owned(),
        span: removal.span,
        told: removal.value.clone(),
    })
}

/// Lowers one definition. `None` where it lacks the sections without which it means nothing.
#[must_use]
pub fn lower(definition: &Definition<'_>, diagnostics: &mut Diagnostics) -> Option<Integration> {
    let section = definition.integration?;
    let auth = definition.auth?;
    let mut lower = Lower::new(definition, diagnostics);
    let connection = lower.connection_fields();
    let hosts = lower.hosts();
    let auth = lower.auth(auth);
    let errors = definition
        .errors
        .map(|errors| lower.errors(errors))
        .unwrap_or_default();
    let pagination = definition
        .pagination
        .iter()
        .map(|(name, style)| lower.pagination(name, style))
        .collect();
    let identifiers = lower.identifiers();
    let types = lower.types();
    let operations = lower.operations(section.article.as_deref().copied());
    // A resource without methods is reported as such.
    if definition.resources.is_empty() {
        lower
            .diagnostics
            .integration_without_methods(section.span, definition.slug);
    }
    let identity = definition
        .identity
        .and_then(|identity| lower.identity(identity, &operations));
    let shapes = Shapes::new(&types, &identifiers);
    let sandbox = definition
        .sandbox
        .map(|sandbox| lower.sandbox(sandbox, &shapes, &connection, &operations));
    if sandbox.is_none() {
        lower.no_sandbox(&operations);
    }
    lower.report_unused();
    Some(Integration {
        slug: definition.slug.to_owned(),
        span: section.span,
        label: section.label.clone(),
        aliases: lower.aliases(&section.aliases),
        category: section.category.clone(),
        summary: section.summary.clone(),
        docs: section.docs.clone(),
        budget: section.budget.clone(),
        changes: section.changes.clone(),
        connection,
        hosts,
        auth,
        identity,
        errors,
        rate_limit: definition
            .rate_limit
            .map(|limit| lower.rate_limit(limit))
            .unwrap_or_default(),
        pagination,
        identifiers,
        tags: sorted(&definition.tags)
            .into_iter()
            .map(|(name, text)| (name.clone(), text.clone()))
            .collect(),
        types,
        operations,
        sandbox,
    })
}

/// What lowering needs at hand.
struct Lower<'a, 'd> {
    definition: &'a Definition<'a>,
    diagnostics: &'d mut Diagnostics,
    /// The index of each declared type in [`Integration::types`].
    type_index: BTreeMap<&'a str, usize>,
    /// The index of each kind in [`Integration::identifiers`].
    identifier_index: BTreeMap<&'a str, usize>,
    /// What something refers to.
    used: Used<'a>,
}

/// What something refers to, by name.
#[derive(Default)]
struct Used<'a> {
    connection: Vec<&'a str>,
    hosts: Vec<&'a str>,
    pagination: Vec<&'a str>,
    types: Vec<&'a str>,
    identifiers: Vec<&'a str>,
    tags: Vec<&'a str>,
    collections: Vec<&'a str>,
}

impl<'a, 'd> Lower<'a, 'd> {
    fn new(definition: &'a Definition<'a>, diagnostics: &'d mut Diagnostics) -> Self {
        Self {
            type_index: index(&definition.types),
            identifier_index: index(&definition.identifiers),
            definition,
            diagnostics,
            used: Used::default(),
        }
    }

    /// The declaration of that name in a section; an unknown name is reported with the nearest one.
    fn resolve<T>(
        &mut self,
        section: &'a Section<'a, T>,
        what: &str,
        name: &Sp<String>,
    ) -> Option<(&'a str, &'a T)> {
        let found = section
            .iter()
            .find(|(declared, _)| declared.value == name.value);
        if found.is_none() {
            let known: Vec<&str> = section.iter().map(|(name, _)| name.as_str()).collect();
            self.diagnostics.unknown_name(name.span, what, name, &known);
        }
        found.map(|(declared, value)| (declared.as_str(), *value))
    }

    /// What a list names is named once.
    fn each_once<'s>(&mut self, what: &str, names: impl Iterator<Item = &'s Sp<String>>) {
        let mut seen: Vec<&Sp<String>> = Vec::new();
        for name in names {
            match seen.iter().find(|first| **first == name) {
                Some(first) => {
                    self.diagnostics
                        .given_twice(name.span, first.span, what, name);
                }
                None => seen.push(name),
            }
        }
    }

    /// The index of a host; hosts keep the order of the definition.
    fn host(&mut self, name: Option<&Sp<String>>, span: Span) -> usize {
        let default = Sp {
            value: "api".to_owned(),
            span,
        };
        let name = name.unwrap_or(&default);
        let Some((declared, _)) = self.resolve(&self.definition.hosts, "host", name) else {
            return 0;
        };
        self.used.hosts.push(declared);
        self.definition
            .hosts
            .iter()
            .position(|(name, _)| name.value == declared)
            .unwrap_or(0)
    }

    fn place(&mut self, text: &Sp<String>) -> Vec<Step> {
        notation::place(text).unwrap_or_else(|problem| {
            self.diagnostics.malformed_place(text.span, text, &problem);
            Vec::new()
        })
    }

    fn spanned_place(&mut self, text: &Sp<String>) -> Sp<Vec<Step>> {
        Sp {
            value: self.place(text),
            span: text.span,
        }
    }

    fn aliases(&mut self, aliases: &[Sp<String>]) -> Vec<Sp<String>> {
        for alias in aliases.iter().filter(|alias| !names::is_slug(alias)) {
            self.diagnostics.malformed_name(alias.span, "alias", alias);
        }
        aliases.to_vec()
    }

    /// What the vendor says of the end of something: it follows a description as a sentence of its own.
    fn deprecated(&mut self, text: Option<&Sp<String>>) -> Option<Sp<String>> {
        let text = text?;
        if !is_sentence(text) {
            self.diagnostics.deprecation_is_no_sentence(text.span);
        }
        Some(text.clone())
    }

    fn identifiers(&mut self) -> Vec<Identifier> {
        sorted(&self.definition.identifiers)
            .into_iter()
            .map(|(name, kind)| {
                if let Some(pattern) = self.pattern(&kind.pattern)
                    && !pattern.is_match(&kind.example)
                {
                    self.diagnostics.example_does_not_match(
                        kind.example.span,
                        kind.pattern.span,
                        &kind.example,
                    );
                }
                Identifier {
                    name: name.clone(),
                    label: kind.label.clone(),
                    pattern: kind.pattern.value.clone(),
                    example: kind.example.clone(),
                    description: kind.description.clone(),
                    from: Vec::new(),
                    ask_person: kind.ask_person,
                }
            })
            .collect()
    }

    /// A pattern that compiles and is anchored at both ends.
    fn pattern(&mut self, pattern: &Sp<String>) -> Option<regex_lite::Regex> {
        if !is_anchored(pattern) {
            self.diagnostics.pattern_not_anchored(pattern.span, pattern);
        }
        match regex_lite::Regex::new(pattern) {
            Ok(regex) => Some(regex),
            Err(error) => {
                self.diagnostics
                    .malformed_pattern(pattern.span, &error.to_string());
                None
            }
        }
    }

    fn types(&mut self) -> Vec<ObjectType> {
        sorted(&self.definition.types)
            .into_iter()
            .map(|(name, object)| ObjectType {
                name: name.clone(),
                description: object.description.clone(),
                fields: self.fields(&object.fields, value::Role::Answer),
            })
            .collect()
    }

    fn operations(&mut self, article: Option<crate::syntax::Article>) -> Vec<Operation> {
        let article = article.unwrap_or_else(|| names::article(self.definition.slug));
        let definition = self.definition;
        let mut operations = Vec::new();
        for (name, resource) in &definition.resources {
            if resource.methods.is_empty() {
                self.diagnostics.resource_without_methods(name.span, name);
            }
            for tag in &resource.tags {
                self.tag(tag);
            }
            for (method_name, method) in resource.methods.iter() {
                operations.push(self.operation(article, name, resource, method_name, method));
            }
        }
        operations.sort_by(|a, b| a.name.cmp(&b.name));
        operations
    }

    fn tag(&mut self, tag: &'a Sp<String>) {
        if let Some((declared, _)) = self.resolve(&self.definition.tags, "tag", tag) {
            self.used.tags.push(declared);
        }
    }

    /// Declarations that nothing refers to are mistakes: a name that was changed in one place only.
    fn report_unused(&mut self) {
        let definition = self.definition;
        let used = std::mem::take(&mut self.used);
        // What a discovered field tells of an account is of use without a URL.
        let given = definition.connection.iter().copied();
        let given = given
            .filter(|(_, field)| field.discover.is_none())
            .collect();
        self.unused("connection field", &given, &used.connection);
        self.unused("host", &definition.hosts, &used.hosts);
        self.unused("pagination", &definition.pagination, &used.pagination);
        self.unused("type", &definition.types, &used.types);
        self.unused("identifier", &definition.identifiers, &used.identifiers);
        self.unused("tag", &definition.tags, &used.tags);
        let collections = definition.sandbox.iter().flat_map(|s| s.collections.iter());
        self.unused("collection", &collections.collect(), &used.collections);
    }

    fn unused<T>(&mut self, what: &str, declared: &Section<'a, T>, used: &[&str]) {
        for (name, _) in declared
            .iter()
            .filter(|(name, _)| !used.contains(&name.as_str()))
        {
            self.diagnostics.unused(name.span, what, name);
        }
    }
}

/// Whether a pattern matches a value as a whole: it starts with `^` and ends with `$`, and no `|`
/// outside groups splits it into alternatives that have only one of the two.
pub(crate) fn is_anchored(pattern: &str) -> bool {
    let Some(inner) = pattern
        .strip_prefix('^')
        .and_then(|rest| rest.strip_suffix('$'))
    else {
        return false;
    };
    let (mut depth, mut in_class, mut escaped) = (0_usize, false, false);
    for c in inner.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => in_class = false,
            _ if in_class => {}
            '[' => in_class = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return false,
            _ => {}
        }
    }
    !escaped
}

fn index<'a, T>(section: &Section<'a, T>) -> BTreeMap<&'a str, usize> {
    let names = sorted(section).into_iter().enumerate();
    names
        .map(|(index, (name, _))| (name.as_str(), index))
        .collect()
}

fn sorted<'a, T>(section: &Section<'a, T>) -> Section<'a, T> {
    let mut entries = section.clone();
    entries.sort_by(|(a, _), (b, _)| a.value.cmp(&b.value));
    entries
}
