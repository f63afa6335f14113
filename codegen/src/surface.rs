//! What clients rely on: the tools of each integration as plain data, so that two revisions compare.
//!
//! Input is what a tool takes, as its schema says. Output is what its schema describes in words, which is
//! how models and people know the answer.

mod values;

use crate::Compilation;
use crate::model::{Arg, Integration, MethodKind, Operation, PathPart, Place, Removed};
use crate::span::{Sp, Span};
use crate::syntax::{Change, Effect, Format};
use crate::tools::words;

/// What clients of one integration rely on.
#[derive(Clone, Debug)]
pub struct Surface {
    /// The slug.
    pub slug: String,
    /// Other slugs accepted in tool names.
    pub aliases: Vec<String>,
    /// Where the section `integration` stands.
    pub span: Span,
    /// What was told of changes.
    pub changes: Vec<Change>,
    /// Whether it is gone, and told of.
    pub removed: bool,
    /// The tools, sorted by name.
    pub tools: Vec<Tool>,
    /// The methods that are no tools, and where they are declared.
    pub methods: Vec<(String, Span)>,
}

/// A tool as its clients see it.
#[derive(Clone, Debug)]
pub struct Tool {
    /// The name.
    pub name: String,
    /// Names of before that are accepted.
    pub aliases: Vec<String>,
    /// Where the method is declared.
    pub span: Span,
    /// What is asked of the vendor, whatever the arguments are called: `GET /v1/users/{}`. It tells a tool
    /// that was renamed.
    pub request: String,
    /// The hash of what clients approve.
    pub contract: String,
    /// The name for people.
    pub title: String,
    /// The whole description.
    pub description: String,
    /// What the vendor says of its end, which the description ends with.
    pub deprecated: Option<String>,
    /// The tags by which servers are narrowed to it.
    pub tags: Vec<String>,
    /// The method, by which servers are narrowed to it as well.
    pub method: String,
    /// The group of methods that it belongs to: `read`, `write` or `custom`. Servers are narrowed by it, too.
    pub group: &'static str,
    /// The annotations.
    pub hints: Hints,
    /// What it takes.
    pub input: Sp<Vec<Member>>,
    /// What it answers.
    pub output: Sp<Vec<Member>>,
}

/// The annotations of a tool, by which clients decide whom to ask before a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hints {
    /// It changes nothing.
    pub read_only: bool,
    /// It can lose data.
    pub destructive: bool,
    /// Twice is the same as once.
    pub idempotent: bool,
    /// It reaches beyond the account.
    pub open_world: bool,
}

/// An argument, or a field.
#[derive(Clone, Debug)]
pub struct Member {
    /// The name that clients use.
    pub name: String,
    /// Names of before that are accepted; only of an argument.
    pub aliases: Vec<String>,
    /// Where it goes in the request, whatever it is called: it tells an argument that was renamed. Empty
    /// where it is none by itself.
    pub place: String,
    /// Where it is declared.
    pub span: Span,
    /// Whether an input must have it.
    pub required: bool,
    /// Whether it may be null in an output.
    pub nullable: bool,
    /// What an input has when it is left out, as JSON.
    pub default: Option<String>,
    /// What is said of it.
    pub about: String,
    /// What the vendor says of its end, which `about` ends with.
    pub deprecated: Option<String>,
    /// What it looks like.
    pub value: Value,
}

/// What a value looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Anything.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A string.
    String(StringLimits),
    /// A whole number.
    Integer(Range),
    /// A number.
    Number(Range),
    /// A list, and how many elements it has.
    List(Box<Value>, Range),
    /// A map.
    Map(Box<Value>),
    /// An object, and where its members are declared.
    Object(Sp<Vec<Member>>),
}

/// Two members are equal when clients cannot tell them apart but by their words.
impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.required, self.nullable, &self.value)
            == (&other.name, other.required, other.nullable, &other.value)
    }
}

impl Eq for Member {}

/// What a string may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StringLimits {
    /// The values it can take; empty for all.
    pub values: Vec<String>,
    /// What it matches.
    pub pattern: Option<String>,
    /// How it is written.
    pub format: Option<Format>,
    /// How many characters it has.
    pub length: Range,
}

/// The least and the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub min: Option<i64>,
    /// The most.
    pub max: Option<i64>,
}

/// The surfaces of a compilation without an error.
#[must_use]
pub fn surfaces(compilation: &Compilation) -> Vec<Surface> {
    let present = compilation.integrations.iter().map(surface);
    present
        .chain(compilation.removed.iter().map(nothing))
        .collect()
}

/// What is left of an integration that is gone.
fn nothing(removed: &Removed) -> Surface {
    Surface {
        slug: removed.slug.clone(),
        aliases: Vec::new(),
        span: removed.span,
        changes: Vec::new(),
        removed: true,
        tools: Vec::new(),
        methods: Vec::new(),
    }
}

fn surface(integration: &Integration) -> Surface {
    let aliases = integration.aliases.iter();
    let operations = || integration.operations.iter();
    let methods = operations().filter(|operation| operation.tool.is_none());
    Surface {
        slug: integration.slug.clone(),
        aliases: aliases.map(|alias| alias.value.clone()).collect(),
        span: integration.span,
        changes: integration.changes.clone(),
        removed: false,
        tools: operations()
            .filter_map(|operation| tool(integration, operation))
            .collect(),
        methods: methods
            .map(|operation| (operation.name.clone(), operation.span))
            .collect(),
    }
}

fn tool(integration: &Integration, operation: &Operation) -> Option<Tool> {
    let tool = operation.tool.as_ref()?;
    let aliases = operation.aliases.iter();
    Some(Tool {
        name: operation.name.clone(),
        aliases: aliases.map(|alias| alias.value.clone()).collect(),
        span: operation.span,
        request: request(operation),
        contract: tool.contract.clone(),
        title: tool.title.clone(),
        description: tool.description.clone(),
        deprecated: text(operation.deprecated.as_ref()),
        tags: operation.tags.clone(),
        method: operation.method.clone(),
        group: group(operation.kind),
        hints: Hints {
            read_only: operation.effect == Effect::Read,
            destructive: operation.destructive,
            idempotent: operation.idempotent,
            open_world: operation.open_world,
        },
        input: Sp::new(arguments(integration, operation), operation.span),
        output: values::answer(integration, operation),
    })
}

/// The group of methods that a sort of them belongs to.
pub(crate) fn group(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::List | MethodKind::Get => "read",
        MethodKind::Create | MethodKind::Update | MethodKind::Delete => "write",
        MethodKind::Custom => "custom",
    }
}

fn text(text: Option<&Sp<String>>) -> Option<String> {
    text.map(|text| text.value.clone())
}

fn request(operation: &Operation) -> String {
    let verb = operation.http.verb();
    let mut request = format!("{verb} {}", operation.host);
    request.extend(operation.path.iter().map(|part| match part {
        PathPart::Literal(text) => text.as_str(),
        PathPart::Argument(_) | PathPart::Segments(_) | PathPart::Connection(_) => "{}",
    }));
    for (name, value) in &operation.query {
        request.push_str(&format!(" {name}={value}"));
    }
    request
}

fn arguments(integration: &Integration, operation: &Operation) -> Vec<Member> {
    let arguments = operation.args.iter().map(|arg| Member {
        name: arg.name.value.clone(),
        aliases: arg
            .aliases
            .iter()
            .map(|alias| alias.value.clone())
            .collect(),
        place: place(operation, arg),
        span: arg.name.span,
        required: arg.required,
        nullable: false,
        default: arg
            .default
            .as_ref()
            .map(|default| default.to_json().to_string()),
        about: words::of_argument(integration, arg),
        deprecated: text(arg.deprecated.as_ref()),
        value: values::input(integration, &arg.shape, arg.name.span),
    });
    arguments.collect()
}

/// `query page`, `body name.first`, `path 1`. The name of an argument of the path is ours alone: its place
/// is how many of them stand before it.
fn place(operation: &Operation, arg: &Arg) -> String {
    match &arg.place {
        Place::Url => {
            let variables = operation.path.iter().filter_map(|part| match part {
                PathPart::Argument(name) | PathPart::Segments(name) => Some(name),
                PathPart::Literal(_) | PathPart::Connection(_) => None,
            });
            let position = variables
                .into_iter()
                .position(|name| *name == arg.name.value);
            position.map_or_else(|| format!("host {}", arg.name), |at| format!("path {at}"))
        }
        Place::Query { api_name, .. } => format!("query {api_name}"),
        Place::Header { api_name } => format!("header {}", api_name.to_lowercase()),
        Place::Body { at, .. } => format!("body {}", at.join(".")),
        Place::Limit => "limit".to_owned(),
        Place::Cursor => "cursor".to_owned(),
    }
}
