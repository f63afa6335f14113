//! The tools of one server: those of an integration that pass a filter.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::discovery;
use bytes::Bytes;
use toolwright_runtime::table::{Integration, MethodKind, Operation, Tool};

/// Longer names are no tool's, also with an alias in them, and nobody shall make us look for one.
const LONGEST_NAME: usize = 128;

/// Which tools a server has: those that pass both lists. An empty list lets all pass.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// `read` (list and get), `write` (create, update and delete), `custom` (all others), or a
    /// method by its own name: `delete`. One that fits is enough.
    pub methods: Vec<String>,
    /// Tags of the integration. One that fits is enough.
    pub tags: Vec<String>,
}

/// How a server shows its tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Exposure {
    /// All of them are listed.
    #[default]
    All,
    /// Three tools are listed, with which the others are found and called.
    Discovery,
}

impl Exposure {
    /// All of them, by name.
    pub const NAMES: [(&'static str, Self); 2] =
        [("all", Self::All), ("discovery", Self::Discovery)];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Discovery => "discovery",
        }
    }
}

/// Why a filter makes no toolset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// A method that no tool has.
    #[error("{integration} has no method `{method}` to filter by; there are {available}")]
    UnknownMethod {
        /// The integration's slug.
        integration: &'static str,
        /// What was asked for.
        method: String,
        /// What there is, separated by commas.
        available: String,
    },
    /// A tag that the integration does not have.
    #[error("{integration} has no tag `{tag}` to filter by; there are {available}")]
    UnknownTag {
        /// The integration's slug.
        integration: &'static str,
        /// What was asked for.
        tag: String,
        /// What there is, separated by commas.
        available: String,
    },
    /// No tool passes both lists.
    #[error(
        "no tool of {integration} has such a method and such a tag; \
         the tags of the tools that have such a method are {available}"
    )]
    NoTool {
        /// The integration's slug.
        integration: &'static str,
        /// Tags that would match something, separated by commas.
        available: String,
    },
}

/// The tools of one server. It belongs to no account, so that many servers can share one.
#[derive(Debug)]
pub struct Toolset {
    integration: &'static Integration,
    /// Operations that are tools, sorted by name.
    operations: Vec<&'static Operation>,
    exposure: Exposure,
    /// The rest of a `tools/list` result.
    list: Bytes,
}

impl Toolset {
    /// The tools of `integration` that pass `filter`.
    ///
    /// # Errors
    /// [`FilterError`]: the filter names something that is not there, or nothing passes it.
    pub fn new(integration: &'static Integration, filter: &Filter) -> Result<Self, FilterError> {
        let mut tools = tools(integration);
        tools.sort_unstable_by_key(|(operation, _)| operation.name);
        check_methods(integration, &tools, &filter.methods)?;
        check_tags(integration, &filter.tags)?;
        let passed: Vec<_> = tools
            .iter()
            .copied()
            .filter(|(operation, _)| filter.passes(operation))
            .collect();
        if passed.is_empty() && !filter.tags.is_empty() {
            let matching = tools
                .iter()
                .filter(|(operation, _)| filter.passes_method(operation));
            let tags = matching.flat_map(|(operation, _)| operation.tags.iter().copied());
            return Err(FilterError::NoTool {
                integration: integration.slug,
                available: listed(tags),
            });
        }
        let json: Vec<&str> = passed.iter().map(|(_, tool)| tool.json).collect();
        Ok(Self {
            integration,
            operations: passed.iter().map(|(operation, _)| *operation).collect(),
            exposure: Exposure::All,
            list: format!(r#""tools":[{}]}}}}"#, json.join(",")).into(),
        })
    }

    /// The same tools, shown in this way.
    #[must_use]
    pub fn exposed(self, exposure: Exposure) -> Self {
        match exposure {
            Exposure::All => self,
            Exposure::Discovery => Self {
                exposure,
                list: discovery::list(),
                ..self
            },
        }
    }

    /// How the tools are shown.
    #[must_use]
    pub fn exposure(&self) -> Exposure {
        self.exposure
    }

    /// The integration.
    #[must_use]
    pub fn integration(&self) -> &'static Integration {
        self.integration
    }

    /// The operations that are tools here, sorted by name.
    #[must_use]
    pub fn operations(&self) -> &[&'static Operation] {
        &self.operations
    }

    /// What follows the opening members in the answer to `tools/list`.
    #[must_use]
    pub fn list(&self) -> Bytes {
        self.list.clone()
    }

    /// The operation that a tool name stands for, or stood for before. A name that holds an alias of
    /// the integration stands for the one with the slug in its place.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&'static Operation> {
        if name.len() > LONGEST_NAME {
            return None;
        }
        self.exact(name).or_else(|| {
            self.integration.aliases.iter().find_map(|alias| {
                name.match_indices(alias).find_map(|(start, _)| {
                    let before = name.get(..start)?;
                    let after = name.get(start + alias.len()..)?;
                    self.exact(&format!("{before}{}{after}", self.integration.slug))
                })
            })
        })
    }

    /// The tool that was probably meant: the shortest of those that have the most words of `name`,
    /// in whatever order, if they are more than half of them.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&'static str> {
        if name.len() > LONGEST_NAME {
            return None;
        }
        let name = name.to_lowercase();
        let words: BTreeSet<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
        let shared = |candidate: &str| candidate.split('_').filter(|w| words.contains(w)).count();
        self.operations
            .iter()
            .map(|operation| (shared(operation.name), operation.name))
            .filter(|(shared, _)| shared * 2 > words.len())
            .max_by_key(|(shared, name)| (*shared, Reverse(name.len())))
            .map(|(_, name)| name)
    }

    /// The operation whose name, or else whose name of before, this is.
    fn exact(&self, name: &str) -> Option<&'static Operation> {
        let found = self
            .operations
            .binary_search_by_key(&name, |operation| operation.name);
        let mut operations = self.operations.iter();
        match found {
            Ok(index) => operations.nth(index),
            Err(_) => operations.find(|operation| operation.aliases.contains(&name)),
        }
        .copied()
    }
}

impl Filter {
    fn passes(&self, operation: &Operation) -> bool {
        let tagged = self.tags.is_empty()
            || self
                .tags
                .iter()
                .any(|tag| operation.tags.contains(&tag.as_str()));
        tagged && self.passes_method(operation)
    }

    fn passes_method(&self, operation: &Operation) -> bool {
        self.methods.is_empty()
            || self
                .methods
                .iter()
                .any(|method| method == operation.method || method == group(operation.kind))
    }
}

/// The group of methods that a filter can name.
fn group(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::List | MethodKind::Get => "read",
        MethodKind::Create | MethodKind::Update | MethodKind::Delete => "write",
        MethodKind::Custom => "custom",
    }
}

fn tools(integration: &'static Integration) -> Vec<(&'static Operation, &'static Tool)> {
    integration
        .operations
        .iter()
        .filter_map(|operation| Some((*operation, operation.tool.as_ref()?)))
        .collect()
}

fn check_methods(
    integration: &'static Integration,
    tools: &[(&'static Operation, &'static Tool)],
    methods: &[String],
) -> Result<(), FilterError> {
    let known: BTreeSet<&str> = tools
        .iter()
        .flat_map(|(operation, _)| [operation.method, group(operation.kind)])
        .collect();
    match methods
        .iter()
        .find(|method| !known.contains(method.as_str()))
    {
        None => Ok(()),
        Some(method) => Err(FilterError::UnknownMethod {
            integration: integration.slug,
            method: method.clone(),
            available: listed(known),
        }),
    }
}

fn check_tags(integration: &'static Integration, tags: &[String]) -> Result<(), FilterError> {
    let known = || integration.tags.iter().map(|tag| tag.name);
    match tags
        .iter()
        .find(|tag| !known().any(|name| name == tag.as_str()))
    {
        None => Ok(()),
        Some(tag) => Err(FilterError::UnknownTag {
            integration: integration.slug,
            tag: tag.clone(),
            available: listed(known()),
        }),
    }
}

/// Names in order, each once, separated by commas.
fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: BTreeSet<&str> = names.into_iter().collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}
