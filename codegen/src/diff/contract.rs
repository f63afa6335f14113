//! A tool that two revisions have: what clients approved it with, and by what servers are narrowed to it.

use super::values::{Side, Values};
use super::{Class, Difference};
use crate::lock::Entry;
use crate::surface::{Hints, Surface, Tool, group};

/// What is different between a tool, whose integration is `home`, and the one that its name leads to now.
pub(super) fn compare(home: &Surface, old: &Tool, new: &Tool) -> Vec<Difference> {
    let mut differences = Vec::from_iter(renamed(&old.name, new));
    let mut put = |class, part: &str, message: String| {
        differences.push(difference(new, class, part, message));
    };
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
    differences.extend(filters(home, old, new));
    for (side, old, new) in [
        (Side::Input, &old.input, &new.input),
        (Side::Output, &old.output, &new.output),
    ] {
        Values::new(side, &mut differences).members("", old, new);
    }
    if differences.is_empty() && old.contract != new.contract {
        let message = "the tool's JSON is written in another way".to_owned();
        differences.push(difference(new, Class::Words, "", message));
    }
    differences
}

/// What is different between a tool of which a line is known and the one that its name leads to now. A hash
/// says that there is something, not what.
pub(super) fn compare_entry(entry: &Entry, new: &Tool) -> Vec<Difference> {
    let mut differences = Vec::from_iter(renamed(&entry.name, new));
    let mut put = |class, part: &str, message: String| {
        differences.push(difference(new, class, part, message));
    };
    let group = group(entry.kind);
    if group != new.group {
        let message = format!("servers narrowed to the method `{group}` lose the tool");
        put(Class::Breaking, "method", message);
    }
    if entry.contract != new.contract {
        let message = "the tool has changed; in what cannot be told".to_owned();
        put(Class::Unknown, "", message);
    }
    differences
}

/// That a tool has another name, where it has.
fn renamed(old: &str, new: &Tool) -> Option<Difference> {
    let message = || format!("the tool is called `{}` now; the old name works", new.name);
    (old != new.name).then(|| difference(new, Class::Compatible, "name", message()))
}

/// A difference of a whole tool.
fn difference(new: &Tool, class: Class, part: &str, message: String) -> Difference {
    Difference {
        class,
        part: part.to_owned(),
        span: Some(new.span),
        message,
        help: None,
    }
}

/// By what servers were narrowed to a tool, and are now. `home` is its integration before.
fn filters(home: &Surface, old: &Tool, new: &Tool) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut put = |class, what: &str, word: &str, change: &str, help| {
        differences.push(Difference {
            class,
            part: what.to_owned(),
            span: Some(new.span),
            message: format!("servers narrowed to the {what} `{word}` {change}"),
            help,
        });
    };
    for (what, words) in FILTERS {
        let (before, today) = (words(old), words(new));
        for lost in before.iter().filter(|word| !today.contains(word)) {
            let help = (*lost == old.method && what == "method").then(|| {
                format!("keep the method `{lost}`; a tool has a name of its own with `name:`")
            });
            put(Class::Breaking, what, lost, "lose the tool", help);
        }
        for gained in today.iter().filter(|word| !before.contains(word)) {
            let is_known = home.tools.iter().any(|tool| words(tool).contains(gained));
            // Whoever narrowed a server to it did not approve what this tool can do.
            let class = match is_known && !new.hints.read_only {
                true => Class::Breaking,
                false => Class::Compatible,
            };
            put(class, what, gained, "have the tool now", None);
        }
    }
    differences
}

/// Reads some words of a tool.
type Words = fn(&Tool) -> Vec<&str>;

/// What servers can be narrowed to, and the words of it that a tool has.
const FILTERS: [(&str, Words); 2] = [
    ("tag", |tool| tool.tags.iter().map(String::as_str).collect()),
    ("method", |tool| vec![tool.group, &tool.method]),
];

/// What is different in what the vendor says of the end of something, as the rest of a sentence about it.
pub(super) fn deprecation(old: &Option<String>, new: &Option<String>) -> Option<String> {
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
