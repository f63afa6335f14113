//! What path and verb say that a method is called.

use std::collections::BTreeSet;

use heck::ToSnakeCase;

use crate::import::document::Operation;
use crate::model::MethodKind;

/// What path and verb say.
pub(super) struct Natural {
    pub(super) resource: String,
    pub(super) method: String,
}

pub(super) fn natural(operation: &Operation<'_>, paths: &BTreeSet<(&str, &str)>) -> Natural {
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
pub(super) fn slug_of(words: String) -> String {
    match words.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("n{words}"),
        false => words,
    }
}

/// A text as a name of the language, of at most `longest` bytes; empty where nothing of it is left.
pub(in crate::import::map) fn snake(text: &str, longest: usize) -> String {
    let name = slug_of(words(text));
    match name.get(..longest) {
        Some(start) => start
            .rsplit_once('_')
            .map_or(start, |(words, _)| words)
            .to_owned(),
        None => name,
    }
}
