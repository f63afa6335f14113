//! The compiler of Toolwright: definitions in YAML to Rust tables, typed clients and MCP tools.
//!
//! ```text
//! load -> parse -> gather -> lower -> check -> tools -> emit -> files
//! ```
//!
//! Each stage is a file (or a folder) of that name, takes plain data and hands on plain data. What
//! is wrong is collected in [`diagnostics::Diagnostics`] and shown all at once; nothing is emitted
//! then. No definition makes the compiler panic.

pub mod build;
pub mod check;
pub mod clients;
pub mod diagnostics;
pub mod diff;
pub mod drift;
pub mod emit;
pub mod explain;
pub mod files;
pub mod gather;
pub mod import;
pub mod load;
pub mod lock;
pub mod lower;
mod marks;
pub mod model;
pub mod names;
pub mod notation;
pub mod parse;
pub mod render;
pub mod shape;
pub mod span;
pub mod surface;
pub mod syntax;
pub mod tools;
mod value;
pub mod weight;

use crate::diagnostics::Diagnostics;
use crate::files::Files;
use crate::load::Sources;
use crate::model::{Integration, Removed};

/// What came of compiling definitions.
#[derive(Debug)]
pub struct Compilation {
    /// The generated files; none where there is an error.
    pub files: Files,
    /// What is wrong.
    pub diagnostics: Diagnostics,
    /// What the definitions mean; empty where they could not be read.
    pub integrations: Vec<Integration>,
    /// The integrations that are gone and told of.
    pub removed: Vec<Removed>,
}

/// Compiles definitions.
#[must_use]
pub fn compile(sources: &Sources) -> Compilation {
    let mut compilation = analyse(sources);
    if !compilation.diagnostics.has_errors() {
        match emit::emit(&compilation.integrations) {
            Ok(files) => compilation.files = files,
            Err(problem) => compilation.diagnostics.internal(&problem),
        }
    }
    compilation
}

/// All of a compilation but the generated files, which take most of its time and memory.
fn analyse(sources: &Sources) -> Compilation {
    let mut diagnostics = Diagnostics::default();
    let parsed = parse::parse(sources, &mut diagnostics);
    // Half a folder would only give errors about what stands in the other half.
    if diagnostics.has_errors() {
        return Compilation {
            files: Files::default(),
            diagnostics,
            integrations: Vec::new(),
            removed: Vec::new(),
        };
    }
    let definitions = gather::gather(sources, &parsed, &mut diagnostics);
    let mut integrations: Vec<Integration> = definitions
        .iter()
        .filter_map(|definition| lower::lower(definition, &mut diagnostics))
        .collect();
    let removed: Vec<Removed> = definitions.iter().filter_map(lower::removed).collect();
    check::changes::removed(&removed, sources, &mut diagnostics);
    let findings = check::check(&integrations, sources, &mut diagnostics);
    tools::add(&mut integrations, &findings, &mut diagnostics);
    weight::check(&integrations, &mut diagnostics);
    clients::check(&integrations, &mut diagnostics);
    Compilation {
        files: Files::default(),
        diagnostics,
        integrations,
        removed,
    }
}
