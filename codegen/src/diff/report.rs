//! Changes for people, for programs and for GitHub. Each function renders all of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::past::Unread;
use super::{Change, Class, breaks};
use crate::load::Sources;
use crate::render::{self, Place};

/// For people: what could not be read, the changes of each tool below its name, then how many there are.
/// `sources` are today's definitions, `since` is what they are compared with.
#[must_use]
pub fn text(changes: &[Change], unread: &[Unread], sources: &Sources, since: &str) -> String {
    let mut text = String::new();
    for unread in unread {
        text.push_str(&format!(
            "warning: {}\n  {}\n\n",
            unread.words(since),
            unread.why
        ));
    }
    for changes in changes.chunk_by(|a, b| a.tool == b.tool) {
        text.extend(changes.first().map(|change| format!("{}\n", change.tool)));
        for change in changes {
            text.push_str(&format!("  {}: {}\n", level(change), change.message));
            if let Some(place) = place(change, sources) {
                text.push_str(&format!("    --> {place}\n"));
            }
            if let Some(help) = &change.help {
                text.push_str(&format!("    help: {help}\n"));
            }
        }
        text.push('\n');
    }
    text.push_str(&summary(changes, since));
    text.push('\n');
    for help in unrecorded(changes) {
        text.push_str(&format!("help: {help}\n"));
    }
    text
}

/// For programs: a JSON object a line, one for each definition that could not be read, one for each
/// change, at the end one that counts them.
#[must_use]
pub fn json(changes: &[Change], unread: &[Unread], sources: &Sources, since: &str) -> String {
    let unread = unread.iter().map(|unread| {
        json!({ "unread": unread.folder, "since": since, "tools": unread.tools, "why": unread.why })
    });
    let lines = changes.iter().map(|change| {
        let place = place(change, sources);
        json!({
            "class": change.class.word(),
            "recorded": change.recorded,
            "integration": change.integration,
            "tool": change.tool,
            "part": change.part,
            "message": change.message,
            "help": change.help,
            "file": place.as_ref().map(|place| &place.file),
            "line": place.as_ref().map(|place| place.line),
            "column": place.as_ref().map(|place| place.column),
        })
    });
    let count = |class| {
        changes
            .iter()
            .filter(|change| change.class == class)
            .count()
    };
    let total = json!({
        "since": since,
        "breaks": breaks(changes),
        "breaking": count(Class::Breaking),
        "recorded": changes.iter().filter(|change| change.recorded).count(),
        "unknown": count(Class::Unknown),
        "compatible": count(Class::Compatible),
        "words": count(Class::Words),
    });
    let lines = unread.chain(lines).chain([total]);
    lines.map(|line: Json| format!("{line}\n")).collect()
}

/// For GitHub Actions: a workflow command for each place and change, which names all tools that it is a
/// change of. What breaks is an error; what breaks and is recorded, or cannot be told, a warning; the rest a
/// notice.
#[must_use]
pub fn github(changes: &[Change], unread: &[Unread], sources: &Sources, since: &str) -> String {
    let mut annotations: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for change in changes {
        let key = (
            change.span,
            change.class,
            change.recorded,
            &change.message,
            &change.help,
        );
        annotations.entry(key).or_default().insert(&change.tool);
    }
    let mut text = String::new();
    for unread in unread {
        let data = format!("{}\n{}", unread.words(since), unread.why);
        text.push_str(&render::workflow_command("warning", None, "tools", &data));
        text.push('\n');
    }
    for ((span, class, recorded, message, help), tools) in annotations {
        let command = match (class, recorded) {
            (Class::Breaking, false) => "error",
            (Class::Breaking, true) | (Class::Unknown, _) => "warning",
            (Class::Compatible | Class::Words, _) => "notice",
        };
        let mut data = format!(
            "{}: {message}",
            tools.into_iter().collect::<Vec<_>>().join(", ")
        );
        if let Some(help) = help {
            data.push_str(&format!("\nhelp: {help}"));
        }
        let place = span.map(|span| Place::of(span, sources));
        let title = if recorded {
            "breaking, recorded"
        } else {
            class.word()
        };
        text.push_str(&render::workflow_command(
            command,
            place.as_ref(),
            title,
            &data,
        ));
        text.push('\n');
    }
    let end = std::iter::once(summary(changes, since)).chain(unrecorded(changes));
    for line in end {
        text.push_str(&render::workflow_command("notice", None, "tools", &line));
        text.push('\n');
    }
    text
}

impl Unread {
    fn words(&self, since: &str) -> String {
        let Self { folder, tools, .. } = self;
        let what = match folder.as_str() {
            "" => format!("no definitions are found in {since}"),
            folder => format!("the definition of `{folder}` in {since} does not compile today"),
        };
        let known = match tools {
            0 => "nothing is known of its tools".to_owned(),
            _ => format!("of {tools} tools `tools.lock` says whether they have changed, not how"),
        };
        format!("{what}; {known}")
    }
}

fn place(change: &Change, sources: &Sources) -> Option<Place> {
    change.span.map(|span| Place::of(span, sources))
}

fn level(change: &Change) -> String {
    let word = change.class.word();
    if change.recorded {
        format!("{word}, recorded")
    } else {
        word.to_owned()
    }
}

/// `3 tools differ since main: 1 breaking, 4 words`
fn summary(changes: &[Change], since: &str) -> String {
    let tools: BTreeSet<&str> = changes.iter().map(|change| change.tool.as_str()).collect();
    let levels = changes.iter().map(level);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for level in levels {
        *counts.entry(level).or_default() += 1;
    }
    let counts = counts
        .iter()
        .map(|(level, count)| format!("{count} {level}"));
    let counts = counts.collect::<Vec<_>>().join("; ");
    match tools.len() {
        0 => format!("no tool differs since {since}"),
        1 => format!("1 tool differs since {since}: {counts}"),
        number => format!("{number} tools differ since {since}: {counts}"),
    }
}

/// For each integration what is missing that tells of what breaks.
fn unrecorded(changes: &[Change]) -> Vec<String> {
    let mut tools: BTreeMap<(&str, bool), BTreeSet<&str>> = BTreeMap::new();
    let untold = changes.iter().filter(|change| !change.recorded);
    for change in untold.filter(|change| change.class == Class::Breaking) {
        // Without a place there is no integration any more.
        let key = (change.integration.as_str(), change.span.is_some());
        tools.entry(key).or_default().insert(&change.tool);
    }
    let missing = tools.into_iter().map(|((slug, is_there), tools)| {
        let tools = tools.into_iter().collect::<Vec<_>>().join(", ");
        match is_there {
            true => format!(
                "what breaks is told under `changes:` of the section `integration` of `{slug}`: \
                 `- {{ date: …, tools: [{tools}], text: … }}`"
            ),
            false => format!(
                "that `{slug}` is gone is told in its folder: `removed: {{ date: …, text: … }}`; \
                 where it has another slug, `aliases: [{slug}]` of the integration keeps the names"
            ),
        }
    });
    missing.collect()
}
