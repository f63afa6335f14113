//! Two revisions of surfaces, and what is different for those who use the tools.
//!
//! Plain data in, plain data out: [`compare`] finds the changes, [`report`] shows them.

pub mod report;
mod values;

use crate::diagnostics::Diagnostics;
use crate::span::{Sp, Span};
use crate::surface::{Hints, Surface, Tool};
use values::{Side, Values};

/// What a change means for those who use a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// What worked may not work, or does more than was approved.
    Breaking,
    /// What worked works, and there is something new.
    Compatible,
    /// Only texts are different.
    Words,
}

impl Class {
    /// The word for it: `breaking`, `compatible` or `words`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Compatible => "compatible",
            Self::Words => "words",
        }
    }
}

/// A difference of one tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it means.
    pub class: Class,
    /// Whether the integration's `changes` tell of it; only of what breaks.
    pub recorded: bool,
    /// The slug of the integration.
    pub integration: String,
    /// The name of the tool, as clients knew it before.
    pub tool: String,
    /// The part of the tool's JSON: `inputSchema.team`, `outputSchema.result[].name`, `name`.
    pub part: String,
    /// Where today's definitions say so; where something is gone, what it was a part of. None where the
    /// whole integration is gone.
    pub span: Option<Span>,
    /// What is different.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Whether something breaks that nobody was told of.
#[must_use]
pub fn breaks(changes: &[Change]) -> bool {
    let mut changes = changes.iter();
    changes.any(|change| change.class == Class::Breaking && !change.recorded)
}

/// All differences, by integration and tool, those that break first.
#[must_use]
pub fn compare(before: &[Surface], after: &[Surface]) -> Vec<Change> {
    let mut changes = new_tools(before, after);
    for old in before {
        for tool in &old.tools {
            changes.extend(of_tool(old, tool, before, after));
        }
    }
    changes.sort_by(|a, b| {
        (&a.integration, &a.tool, a.class).cmp(&(&b.integration, &b.tool, b.class))
    });
    changes
}

/// What is different of a tool that clients knew, and whether they are told.
fn of_tool(old: &Surface, tool: &Tool, before: &[Surface], after: &[Surface]) -> Vec<Change> {
    let (home, name, differences) = match find(after, &tool.name) {
        Some((surface, new)) => {
            let mut differences = lost_names(old, tool, new, after);
            differences.extend(contract(tool, new));
            (Some(surface), &new.name, differences)
        }
        None => {
            let home = after.iter().find(|new| new.slug == old.slug);
            (home, &tool.name, vec![gone(old, tool, before, after)])
        }
    };
    let told = home.map(|home| added(before, home)).unwrap_or_default();
    let mut told = told.iter().map(|told| &told.value);
    let is_told = told.any(|told| *told == tool.name || told == name);
    let change = |difference: Difference| Change {
        class: difference.class,
        recorded: is_told && difference.class == Class::Breaking,
        integration: old.slug.clone(),
        tool: tool.name.clone(),
        part: difference.part,
        span: difference.span.or(home.map(|home| home.span)),
        message: difference.message,
        help: difference.help,
    };
    differences.into_iter().map(change).collect()
}

/// Reports the entries of `changes` that are new and name what is no tool, neither today nor before.
pub fn check(before: &[Surface], after: &[Surface], diagnostics: &mut Diagnostics) {
    let both = before.iter().chain(after);
    let tools = both.flat_map(|surface| &surface.tools);
    let known: Vec<&str> = tools.flat_map(Tool::names).collect();
    for name in after.iter().flat_map(|surface| added(before, surface)) {
        if !known.contains(&name.as_str()) {
            diagnostics.change_of_unknown_tool(name.span, name, &known);
        }
    }
}

impl Tool {
    fn names(&self) -> impl Iterator<Item = &str> {
        let aliases = self.aliases.iter().map(String::as_str);
        std::iter::once(self.name.as_str()).chain(aliases)
    }
}

/// A difference before it is known whose it is.
struct Difference {
    class: Class,
    part: String,
    span: Option<Span>,
    message: String,
    help: Option<String>,
}

/// The tool that a name leads to, by the rule of the server: the tool of that name, else one that had it
/// before, else the same with the slug in the place of an alias of the integration.
fn find<'a>(surfaces: &'a [Surface], name: &str) -> Option<(&'a Surface, &'a Tool)> {
    let exact = |name: &str| {
        let tools = || {
            surfaces
                .iter()
                .flat_map(|s| s.tools.iter().map(move |tool| (s, tool)))
        };
        let named = tools().find(|(_, tool)| tool.name == name);
        named.or_else(|| tools().find(|(_, tool)| tool.names().any(|alias| alias == name)))
    };
    exact(name).or_else(|| {
        let aliases = surfaces
            .iter()
            .flat_map(|s| s.aliases.iter().map(move |alias| (s, alias)));
        aliases
            .flat_map(|(surface, alias)| {
                let places = name.match_indices(alias.as_str());
                places.map(move |(start, _)| (surface, alias, start))
            })
            .find_map(|(surface, alias, start)| {
                let (before, rest) = name.split_at_checked(start)?;
                let after = rest.strip_prefix(alias.as_str())?;
                exact(&format!("{before}{}{after}", surface.slug))
            })
    })
}

/// The names in entries of `changes` that were not there before. An entry is the same when its day is and
/// it names the same tool, whatever its text says.
fn added<'a>(before: &[Surface], after: &'a Surface) -> Vec<&'a Sp<String>> {
    let old = before.iter().find(|old| old.slug == after.slug);
    let old = old.into_iter().flat_map(|old| &old.changes);
    let mut old: Vec<(&str, &str)> = old
        .flat_map(|change| {
            let tools = change.tools.iter();
            tools.map(|tool| (change.date.as_str(), tool.as_str()))
        })
        .collect();
    let entries = after.changes.iter();
    let names = entries.flat_map(|change| change.tools.iter().map(|tool| (&change.date, tool)));
    names
        .filter(|(date, tool)| {
            let known = old
                .iter()
                .position(|old| *old == (date.as_str(), tool.as_str()));
            known.map(|known| old.swap_remove(known)).is_none()
        })
        .map(|(_, tool)| tool)
        .collect()
}

/// The other names by which a tool was called, where they do not lead to it any more: those of before, and
/// its name with an alias of the integration in the place of the slug.
fn lost_names(old: &Surface, tool: &Tool, new: &Tool, after: &[Surface]) -> Vec<Difference> {
    let is_lost = |name: &str| find(after, name).is_none_or(|(_, found)| found.name != new.name);
    let own = tool.aliases.iter();
    let own = own.map(|alias| {
        (
            alias.clone(),
            format!("keep `aliases: [{alias}]` on its method"),
        )
    });
    let slugs = old.aliases.iter().filter(|_| tool.name.contains(&old.slug));
    let slugs = slugs.map(|alias| {
        let name = tool.name.replacen(&old.slug, alias, 1);
        (
            name,
            format!("keep `{alias}` among the `aliases` of the integration"),
        )
    });
    let lost = own.chain(slugs).filter(|(name, _)| is_lost(name));
    lost.map(|(name, help)| Difference {
        class: Class::Breaking,
        part: "name".to_owned(),
        span: Some(new.span),
        message: format!("the name `{name}` does not lead to it any more"),
        help: Some(help),
    })
    .collect()
}

/// A tool whose name leads nowhere. It may be a method still, or have another name.
fn gone(surface: &Surface, tool: &Tool, before: &[Surface], after: &[Surface]) -> Difference {
    let name = &tool.name;
    let is_new = |name: &str| find(before, name).is_none();
    let same = || after.iter().filter(|new| new.slug == surface.slug);
    let mut tools = same().flat_map(|new| &new.tools);
    let successor = tools.find(|new| new.request == tool.request && is_new(&new.name));
    let mut methods = same().flat_map(|new| &new.methods);
    let method = methods.find(|(method, _)| method == name);
    let (span, help) = match (method, successor) {
        (Some((_, span)), _) => (
            Some(*span),
            "its method is no tool any more: `cargo codegen check` says what is missing".to_owned(),
        ),
        (None, Some(successor)) => (
            Some(successor.span),
            format!(
                "`{}` makes the same request: with `aliases: [{name}]` on its method the old name works",
                successor.name
            ),
        ),
        (None, None) => (
            None,
            format!(
                "if it has another name now, `aliases: [{name}]` on its method keeps the old one"
            ),
        ),
    };
    Difference {
        class: Class::Breaking,
        part: "name".to_owned(),
        span,
        message: "the tool is gone".to_owned(),
        help: Some(help),
    }
}

/// Tools that no client knows yet.
fn new_tools(before: &[Surface], after: &[Surface]) -> Vec<Change> {
    let known = before.iter().flat_map(|surface| &surface.tools);
    let known: Vec<&str> = known
        .filter_map(|tool| find(after, &tool.name))
        .map(|(_, tool)| tool.name.as_str())
        .collect();
    let tools = after
        .iter()
        .flat_map(|surface| surface.tools.iter().map(move |tool| (surface, tool)));
    tools
        .filter(|(_, tool)| !known.contains(&tool.name.as_str()))
        .map(|(surface, tool)| Change {
            class: Class::Compatible,
            recorded: false,
            integration: surface.slug.clone(),
            tool: tool.name.clone(),
            part: "name".to_owned(),
            span: Some(tool.span),
            message: "the tool is new".to_owned(),
            help: None,
        })
        .collect()
}

/// What is different between a tool and the one that its name leads to now.
fn contract(old: &Tool, new: &Tool) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut put = |class, part: &str, message: String| {
        differences.push(Difference {
            class,
            part: part.to_owned(),
            span: Some(new.span),
            message,
            help: None,
        });
    };
    if old.name != new.name {
        let message = format!("the tool is called `{}` now; the old name works", new.name);
        put(Class::Compatible, "name", message);
    }
    if old.title != new.title {
        put(
            Class::Words,
            "title",
            "the title is in other words".to_owned(),
        );
    }
    match deprecation(&old.deprecated, &new.deprecated) {
        Some(said) => put(Class::Words, "description", format!("the tool {said}")),
        None if old.description != new.description => {
            let message = "the description is in other words".to_owned();
            put(Class::Words, "description", message);
        }
        None => {}
    }
    for (name, old, new, promise) in hints(old.hints, new.hints) {
        if old != new {
            let class = if new == promise {
                Class::Compatible
            } else {
                Class::Breaking
            };
            let message = format!("`{name}` is {new} now");
            put(class, &format!("annotations.{name}"), message);
        }
    }
    for (side, old, new) in [
        (Side::Input, &old.input, &new.input),
        (Side::Output, &old.output, &new.output),
    ] {
        Values::new(side, &mut differences).members("", old, new);
    }
    if differences.is_empty() && old.contract != new.contract {
        differences.push(Difference {
            class: Class::Words,
            part: String::new(),
            span: Some(new.span),
            message: "the tool's JSON is written in another way".to_owned(),
            help: None,
        });
    }
    differences
}

/// What is different in what the vendor says of the end of something, as the rest of a sentence about it.
fn deprecation(old: &Option<String>, new: &Option<String>) -> Option<String> {
    match (old, new) {
        (None, None) => None,
        (Some(old), Some(new)) if old == new => None,
        (Some(_), None) => Some("is not deprecated by the vendor any more".to_owned()),
        (_, Some(new)) => Some(format!("is deprecated by the vendor now: {}", new.trim())),
    }
}

/// Each annotation: its name, before, after, and the value by which a tool promises to be harmless.
fn hints(old: Hints, new: Hints) -> [(&'static str, bool, bool, bool); 4] {
    [
        ("readOnlyHint", old.read_only, new.read_only, true),
        ("destructiveHint", old.destructive, new.destructive, false),
        ("idempotentHint", old.idempotent, new.idempotent, true),
        ("openWorldHint", old.open_world, new.open_world, false),
    ]
}
