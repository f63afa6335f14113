//! Text to the structs of [`crate::syntax`].
//!
//! There is one way for every file: `yaml` makes a tree with a place at every value, [`crate::shape`]
//! holds it against the schema and reports all that does not fit, `typed` fills the structs. The
//! schema is made from these structs, so a tree that fits fills them.

pub(crate) mod any;
mod typed;
mod yaml;

use crate::diagnostics::{Diagnostics, hidden};
use crate::load::{SourceFile, Sources};
use crate::shape::Schema;
use crate::span::{FileId, Kind, Node, Span};
use crate::syntax;

/// The version of the language that this compiler reads.
pub(crate) const VERSION: i64 = 1;

/// A file that could be read.
#[derive(Debug)]
pub struct ParsedFile {
    /// Which file it is.
    pub file: FileId,
    /// What stands in it.
    pub syntax: syntax::File,
}

/// Reads all files. A file with an error is reported and left out.
pub fn parse(sources: &Sources, diagnostics: &mut Diagnostics) -> Vec<ParsedFile> {
    let schema = Schema::new();
    sources
        .iter()
        .filter_map(|(id, source)| {
            let syntax = parse_file(id, source, &schema, diagnostics)?;
            Some(ParsedFile { file: id, syntax })
        })
        .collect()
}

fn parse_file(
    file: FileId,
    source: &SourceFile,
    schema: &Schema,
    diagnostics: &mut Diagnostics,
) -> Option<syntax::File> {
    if let Some(fault) = &source.fault {
        diagnostics.unusable_file(file, &source.path, fault);
        return None;
    }
    let tree = yaml::read(file, &source.text, diagnostics)?;
    if !version_is_known(&tree, diagnostics) {
        return None;
    }
    everything_is_seen(&tree, source, diagnostics);
    schema.check(&tree, &source.text, diagnostics);
    if diagnostics.has_errors_in(file) {
        return None;
    }
    typed::fill(&tree)
        .map_err(|error| diagnostics.unusable_value(error.span(&tree), &error.message))
        .ok()
}

/// The tree of a file that could be read, with the place of everything in it.
pub(crate) fn tree(file: FileId, text: &str) -> Option<Node> {
    yaml::read(file, text, &mut Diagnostics::default())
}

/// Whether the rest of a file can be judged. A version that is no integer is left to the schema.
fn version_is_known(tree: &Node, diagnostics: &mut Diagnostics) -> bool {
    match tree.get("version") {
        Some(Node {
            span,
            kind: Kind::Integer(version),
        }) if *version != VERSION => {
            diagnostics.unknown_version(*span, *version);
            false
        }
        _ => true,
    }
}

/// Texts end up in Rust, in a terminal and before a model: none may steer what shows it.
fn everything_is_seen(node: &Node, source: &SourceFile, diagnostics: &mut Diagnostics) {
    match &node.kind {
        Kind::String(text) => is_seen(text, node.span, source, diagnostics),
        Kind::Map(entries) => {
            for (key, value) in entries {
                is_seen(key, key.span, source, diagnostics);
                everything_is_seen(value, source, diagnostics);
            }
        }
        Kind::List(items) => {
            items
                .iter()
                .for_each(|item| everything_is_seen(item, source, diagnostics));
        }
        Kind::Null | Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) => {}
    }
}

fn is_seen(text: &str, span: Span, source: &SourceFile, diagnostics: &mut Diagnostics) {
    let steers = |c: &char| !matches!(c, '\n' | '\t') && hidden(*c);
    if let Some(character) = text.chars().find(steers) {
        let place = source.place_of(&character.to_string(), span);
        diagnostics.invisible_character(place, character);
    }
}

#[cfg(test)]
mod tests;
