//! Text to the structs of [`crate::syntax`].
//!
//! There is one way for every file: `yaml` makes a tree with a place at every value, [`crate::shape`]
//! holds it against the schema and reports all that does not fit, `typed` fills the structs. The
//! schema is made from these structs, so a tree that fits fills them.

mod typed;
mod yaml;

use crate::diagnostics::Diagnostics;
use crate::load::{SourceFile, Sources};
use crate::shape::Schema;
use crate::span::{FileId, Kind, Node};
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
    schema.check(&tree, &source.text, diagnostics);
    if diagnostics.has_errors_in(file) {
        return None;
    }
    typed::fill(&tree)
        .map_err(|error| diagnostics.unusable_value(error.span(&tree), &error.message))
        .ok()
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

#[cfg(test)]
mod tests;
