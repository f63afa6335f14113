//! Two revisions of surfaces, and what is different for those who use the tools.
//!
//! Plain data in, plain data out: [`compare`] finds the changes, [`report`] shows them.

mod contract;
pub mod past;
pub mod report;
mod values;

use crate::diagnostics::{Diagnostics, tidy};
use crate::lock::Entry;
use crate::span::{Sp, Span};
use crate::surface::{Surface, Tool};
use past::Past;

/// What a change means for those who use a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// What worked may not work, or does more than was approved.
    Breaking,
    /// Something is different, and what it is cannot be told.
    Unknown,
    /// What worked works, and there is something new.
    Compatible,
    /// Only texts are different.
    Words,
}

impl Class {
    /// The word for it: `breaking`, `unknown`, `compatible` or `words`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Unknown => "unknown",
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
pub fn compare(before: &Past, after: &[Surface]) -> Vec<Change> {
    let mut changes = new_tools(before, after);
    for old in &before.surfaces {
        for tool in &old.tools {
            changes.extend(of_tool(old, tool, before, after));
        }
    }
    for entry in &before.locked {
        changes.extend(of_entry(entry, before, after));
    }
    changes.sort_by(|a, b| {
        (&a.integration, &a.tool, a.class).cmp(&(&b.integration, &b.tool, b.class))
    });
    changes
}

/// What is different of a tool that clients knew, and whether they are told.
fn of_tool(old: &Surface, tool: &Tool, before: &Past, after: &[Surface]) -> Vec<Change> {
    let slug = &old.slug;
    match find(after, &tool.name) {
        Some((home, new)) => {
            let mut differences = lost_names(old, tool, new, after);
            differences.extend(contract::compare(old, tool, new));
            told(
                differences,
                slug,
                &tool.name,
                Some((home, &new.name)),
                before,
            )
        }
        None => {
            let home = after.iter().find(|new| new.slug == *slug);
            let gone = gone(home, &tool.name, Some(&tool.request), before);
            told(
                vec![gone],
                slug,
                &tool.name,
                home.map(|home| (home, &*tool.name)),
                before,
            )
        }
    }
}

/// What is different of a tool of which a line is known.
fn of_entry(entry: &Entry, before: &Past, after: &[Surface]) -> Vec<Change> {
    let (slug, name) = (&entry.integration, &entry.name);
    match find(after, name) {
        Some((home, new)) => {
            let differences = contract::compare_entry(entry, new);
            told(differences, slug, name, Some((home, &new.name)), before)
        }
        None => {
            let home = after.iter().find(|new| new.slug == *slug);
            let gone = gone(home, name, None, before);
            told(
                vec![gone],
                slug,
                name,
                home.map(|home| (home, &**name)),
                before,
            )
        }
    }
}

/// The differences of a tool as changes. `today` is the integration that tells of it, and the name.
fn told(
    differences: Vec<Difference>,
    slug: &str,
    tool: &str,
    today: Option<(&Surface, &str)>,
    before: &Past,
) -> Vec<Change> {
    let is_told = today.is_some_and(|(home, name)| {
        let added = added(&before.surfaces, home);
        let mut added = added.iter().map(|told| told.as_str());
        home.removed || added.any(|told| told == tool || told == name)
    });
    let change = |difference: Difference| Change {
        class: difference.class,
        recorded: is_told && difference.class == Class::Breaking,
        integration: slug.to_owned(),
        tool: tool.to_owned(),
        part: difference.part,
        span: difference.span.or(today.map(|(home, _)| home.span)),
        // A text of the definition may have lines of its own.
        message: tidy(difference.message),
        help: difference.help.map(tidy),
    };
    differences.into_iter().map(change).collect()
}

/// Reports the entries of `changes` that are new and name what is no tool, neither today nor before. Which
/// are new is not known of a definition that could not be read.
pub fn check(before: &Past, after: &[Surface], diagnostics: &mut Diagnostics) {
    let both = before.surfaces.iter().chain(after);
    let tools = both.flat_map(|surface| &surface.tools);
    let locked = before.locked.iter().map(|entry| entry.name.as_str());
    let known: Vec<&str> = tools.flat_map(Tool::names).chain(locked).collect();
    let readable = after
        .iter()
        .filter(|surface| before.unread(&surface.slug).is_none());
    for name in readable.flat_map(|surface| added(&before.surfaces, surface)) {
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

/// A tool whose name leads nowhere. `home` is its integration today, `request` what it asked for, where
/// that is known.
fn gone(home: Option<&Surface>, name: &str, request: Option<&str>, before: &Past) -> Difference {
    let home = home.filter(|home| !home.removed);
    let (span, help) = match home.map(|home| successor(home, name, request, before)) {
        Some((span, help)) => (span, Some(help)),
        None => (None, None),
    };
    Difference {
        class: Class::Breaking,
        part: "name".to_owned(),
        span,
        message: "the tool is gone".to_owned(),
        help,
    }
}

/// What may have become of a tool: it is a method still, or has another name. Where that is, and what to
/// do about it.
fn successor(
    home: &Surface,
    name: &str,
    request: Option<&str>,
    before: &Past,
) -> (Option<Span>, String) {
    let mut methods = home.methods.iter();
    if let Some((_, span)) = methods.find(|(method, _)| method == name) {
        let help = "its method is no tool any more: `cargo codegen check` says what is missing";
        return (Some(*span), help.to_owned());
    }
    let is_new = |name: &str| find(&before.surfaces, name).is_none();
    let mut tools = home.tools.iter();
    match tools.find(|new| request == Some(&new.request) && is_new(&new.name)) {
        Some(successor) => (
            Some(successor.span),
            format!(
                "`{}` makes the same request: with `aliases: [{name}]` on its method the old name works",
                successor.name
            ),
        ),
        None => (
            None,
            format!(
                "if it has another name now, `aliases: [{name}]` on its method keeps the old one"
            ),
        ),
    }
}

/// Tools that no client knows yet, as far as it is known which ones clients know.
fn new_tools(before: &Past, after: &[Surface]) -> Vec<Change> {
    let known = before.surfaces.iter().flat_map(|surface| &surface.tools);
    let known = known.map(|tool| &tool.name);
    let locked = before.locked.iter().map(|entry| &entry.name);
    let known: Vec<&str> = known
        .chain(locked)
        .filter_map(|name| find(after, name))
        .map(|(_, tool)| tool.name.as_str())
        .collect();
    let is_known = |slug: &str| before.unread(slug).is_none_or(|unread| unread.tools > 0);
    let tools = after
        .iter()
        .filter(|surface| is_known(&surface.slug))
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
