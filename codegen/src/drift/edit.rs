//! Changes of definitions as edits of their text. What is not changed stays as it is, to the byte:
//! comments, order and layout.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::splice::{Edit, apply};
use super::{Change, Mend};
use crate::import::write::entries::value;
use crate::import::yaml::{Entry, Yaml, entry};
use crate::parse::tree;
use crate::span::{FileId, Kind, Node, Sp, Span};

/// The widest line on which a mapping stays.
const WIDEST: usize = 118;

/// In which order the keys of values and methods stand. What is added goes behind those before it.
const ORDER: [&str; 20] = [
    "type",
    "http",
    "host",
    "id",
    "as",
    "name",
    "aliases",
    "effect",
    "idempotent",
    "destructive",
    "open_world",
    "tags",
    "required",
    "deprecated",
    "path",
    "query",
    "headers",
    "format",
    "body",
    "fields",
];

/// An entry of a mapping, as it stands in the tree of a file.
struct Place<'n> {
    key: &'n Sp<String>,
    value: &'n Node,
    /// Whether it stands between brackets.
    in_flow: bool,
}

/// A text with changes made in it. None where the places of the changes are not in it.
pub(super) fn edited(text: &str, tree: &Node, mends: &[&Mend]) -> Option<String> {
    let mut by_entry: BTreeMap<Span, Vec<&Mend>> = BTreeMap::new();
    for mend in mends {
        by_entry.entry(mend.at).or_default().push(mend);
    }
    let file = File { text };
    let mut edits = Vec::new();
    for (at, mends) in by_entry {
        let place = find(tree, at, text)?;
        let mut of_entry = file.changes(&place, &mends)?;
        let mut added: BTreeMap<&[&str], Vec<Entry>> = BTreeMap::new();
        for mend in mends {
            if let Change::Add(new) = &mend.change {
                added.entry(mend.within).or_default().push(value(new));
            }
        }
        for (within, entries) in added {
            of_entry.push(file.addition(place.value, within, entries)?);
        }
        edits.extend(file.spread(&place, of_entry)?);
    }
    apply(text, edits)
}

/// The entry whose key, or whose own name for callers, stands at a place.
fn find<'n>(node: &'n Node, at: Span, text: &str) -> Option<Place<'n>> {
    match &node.kind {
        Kind::Map(entries) => {
            let in_flow = is_flow(node, text);
            entries.iter().find_map(|(key, value)| {
                let name = value.get("as").map(|name| name.span);
                if key.span == at || name == Some(at) {
                    return Some(Place {
                        key,
                        value,
                        in_flow,
                    });
                }
                find(value, at, text)
            })
        }
        Kind::List(items) => items.iter().find_map(|item| find(item, at, text)),
        _ => None,
    }
}

fn is_flow(node: &Node, text: &str) -> bool {
    let start = text.get(node.span.start..).unwrap_or_default();
    start.starts_with(['{', '['])
}

/// A text that is edited.
struct File<'t> {
    text: &'t str,
}

impl File<'_> {
    /// The edits that change a value.
    fn changes(&self, place: &Place<'_>, mends: &[&Mend]) -> Option<Vec<Edit>> {
        let mut ty = written_type(place.value);
        let (mut keys, mut removed, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let mut is_retyped = false;
        for mend in mends {
            match &mend.change {
                Change::Add(_) => {}
                Change::Type(new) => {
                    // Anything may be null.
                    let is_open = new.ends_with('?') || new == "any";
                    let mark = if ty.ends_with('?') && !is_open {
                        "?"
                    } else {
                        ""
                    };
                    (ty, is_retyped) = (format!("{new}{mark}"), true);
                }
                Change::Nullable => {
                    let mark = if ty.ends_with('?') { "" } else { "?" };
                    (ty, is_retyped) = (format!("{ty}{mark}"), true);
                }
                Change::Set(key, value) => keys.push((*key, value.clone())),
                Change::Remove(key) => removed.push(*key),
                Change::Values(new) => values.extend(new.iter().cloned()),
            }
        }
        if let Kind::Map(_) = &place.value.kind {
            if is_retyped {
                keys.insert(0, ("type", json!(ty)));
            }
            return self.keys(place.value, &keys, &removed, &values);
        }
        if !is_retyped && keys.is_empty() {
            return Some(Vec::new());
        }
        // The short form of a value is its type alone.
        let entries = [("type", json!(ty))]
            .into_iter()
            .chain(keys.iter().cloned());
        let entries: Vec<Entry> = entries
            .map(|(key, json)| entry(key, Yaml::json(&json)))
            .collect();
        let full = match keys.is_empty() {
            true => entry(place.key, Yaml::text(&ty)),
            false => entry(place.key, Yaml::Map(entries)),
        };
        let (start, end) = (place.key.span.start, place.value.span.end);
        let mut text = String::new();
        match place.in_flow {
            true => text.push_str(&full.flow()),
            false => {
                let indent = self.column(start);
                full.write(indent, &mut text);
                text = text.trim_start().to_owned();
            }
        }
        Some(vec![Edit {
            range: start..end,
            text,
        }])
    }

    /// The edits that set and remove keys of a mapping.
    fn keys(
        &self,
        map: &Node,
        keys: &[(&'static str, Json)],
        removed: &[&str],
        values: &[String],
    ) -> Option<Vec<Edit>> {
        let mut edits = Vec::new();
        for (key, json) in keys {
            match map.get(key) {
                Some(old) => {
                    let new = Yaml::json(json);
                    let text = match (is_flow(map, self.text), &new) {
                        (false, Yaml::Scalar(text)) => text.clone(),
                        _ => new.flow(),
                    };
                    edits.push(Edit {
                        range: old.span.start..old.span.end,
                        text,
                    });
                }
                None => edits.push(self.insertion(map, key, &[entry(key, Yaml::json(json))])?),
            }
        }
        for key in removed {
            edits.extend(self.removal(map, key));
        }
        if !values.is_empty() {
            edits.push(self.appended(map.get("enum")?, values)?);
        }
        Some(edits)
    }

    /// The edit that adds entries to a mapping below another, which is made where it is not there.
    fn addition(&self, node: &Node, within: &[&'static str], new: Vec<Entry>) -> Option<Edit> {
        let Some((first, rest)) = within.split_first() else {
            return self.insertion(node, "", &new);
        };
        match node.get(first) {
            Some(inner) => self.addition(inner, rest, new),
            None => {
                let wrapped = rest
                    .iter()
                    .rev()
                    .fold(new, |entries, key| vec![entry(key, Yaml::Map(entries))]);
                let whole = entry(first, Yaml::Map(wrapped));
                self.insertion(node, first, &[whole])
            }
        }
    }

    /// The edit that puts entries into a mapping: behind the last key that goes before `key`, else at its
    /// end.
    fn insertion(&self, map: &Node, key: &str, new: &[Entry]) -> Option<Edit> {
        let Kind::Map(entries) = &map.kind else {
            return None;
        };
        let rank = |key: &str| ORDER.iter().position(|known| *known == key);
        let goes_before = |(other, _): &&(Sp<String>, Node)| match (rank(other), rank(key)) {
            (Some(other), Some(key)) => other < key,
            _ => false,
        };
        let before = entries.iter().rev().find(goes_before);
        let (first, _) = entries.first()?;
        let (_, anchor) = before.or(entries.last())?;
        if is_flow(map, self.text) {
            let text: String = new
                .iter()
                .map(|entry| format!(", {}", entry.flow()))
                .collect();
            let at = anchor.span.end;
            return Some(Edit {
                range: at..at,
                text,
            });
        }
        let indent = self.column(first.span.start);
        let mut text = String::new();
        for entry in new {
            let mut written = String::new();
            entry.write(indent, &mut written);
            text.push('\n');
            text.push_str(&written);
        }
        let at = self.line_end(anchor.span.end);
        Some(Edit {
            range: at..at,
            text,
        })
    }

    /// The edit that takes out an entry.
    fn removal(&self, map: &Node, key: &str) -> Option<Edit> {
        let Kind::Map(entries) = &map.kind else {
            return None;
        };
        let index = entries.iter().position(|(known, _)| known.value == key)?;
        let (key, value) = entries.get(index)?;
        let before = index.checked_sub(1).and_then(|index| entries.get(index));
        let range = match (is_flow(map, self.text), before, entries.get(index + 1)) {
            (true, Some((_, before)), _) => before.span.end..value.span.end,
            (true, None, Some((next, _))) => key.span.start..next.span.start,
            (true, None, None) => key.span.start..value.span.end,
            (false, Some(_), _) => {
                let start = self.text.get(..key.span.start)?.trim_end_matches(' ').len();
                start.saturating_sub(1)..self.line_end(value.span.end)
            }
            (false, None, Some((next, _))) => key.span.start..next.span.start,
            (false, None, None) => return None,
        };
        Some(Edit {
            range,
            text: String::new(),
        })
    }

    /// The edit that adds texts to a list.
    fn appended(&self, list: &Node, values: &[String]) -> Option<Edit> {
        let Kind::List(items) = &list.kind else {
            return None;
        };
        let last = items.last()?;
        let texts = values.iter().map(|value| Yaml::text(value).flow());
        if is_flow(list, self.text) {
            let at = last.span.end;
            let text: String = texts.map(|text| format!(", {text}")).collect();
            return Some(Edit {
                range: at..at,
                text,
            });
        }
        let indent = " ".repeat(self.column(list.span.start));
        let at = self.line_end(last.span.end);
        let text: String = texts.map(|text| format!("\n{indent}- {text}")).collect();
        Some(Edit {
            range: at..at,
            text,
        })
    }

    /// The edits of an entry; where they make the one line of its mapping too wide, one that writes a key
    /// a line.
    fn spread(&self, place: &Place<'_>, edits: Vec<Edit>) -> Option<Vec<Edit>> {
        let Span { start, end, .. } = place.value.span;
        let line = self.text.get(start..end)?;
        let is_one_line = is_flow(place.value, self.text) && !place.in_flow && !line.contains('\n');
        let length: usize = edits.iter().map(|edit| edit.text.len()).sum();
        if !is_one_line || self.column(end) + length <= WIDEST {
            return Some(edits);
        }
        let edits = edits.into_iter().map(|edit| Edit {
            range: edit.range.start - start..edit.range.end - start,
            ..edit
        });
        let new = apply(line, edits.collect())?;
        let tree = tree(FileId::default(), &new)?;
        let Kind::Map(entries) = &tree.kind else {
            return None;
        };
        let indent = " ".repeat(self.column(place.key.span.start) + 2);
        let lines = entries.iter().map(|(key, value)| {
            let entry = new.get(key.span.start..value.span.end)?;
            Some(format!("\n{indent}{entry}"))
        });
        let text = lines.collect::<Option<String>>()?;
        let start = self.text.get(..start)?.trim_end().len();
        Some(vec![Edit {
            range: start..end,
            text,
        }])
    }

    /// How far a place is from the start of its line.
    fn column(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        at - before.rfind('\n').map_or(0, |end| end + 1)
    }

    /// The end of the line of a place, behind a comment that stands there.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        at + line.trim_end_matches('\r').len()
    }
}

/// The type of a value as the definition writes or implies it.
fn written_type(value: &Node) -> String {
    let ty = match &value.kind {
        Kind::Map(_) => value.get("type"),
        _ => Some(value),
    };
    match ty.map(|ty| &ty.kind) {
        Some(Kind::String(ty)) => ty.clone(),
        _ if value.get("fields").is_some() => "object".to_owned(),
        _ => "string".to_owned(),
    }
}
