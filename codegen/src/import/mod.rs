//! OpenAPI documents to definitions.
//!
//! ```text
//! read -> normalise -> map -> write -> settle
//! ```
//!
//! Each stage is a file or a folder of that name and hands on plain data. Documents are read leniently:
//! what cannot be said in the language is left out or refused by itself, with a reason, and never loses
//! the rest. `settle` compiles what was written, so that what an import leaves behind compiles.

pub(crate) mod definition;
pub(crate) mod document;
mod existing;
pub(crate) mod map;
pub(crate) mod normalise;
pub(crate) mod read;
pub mod report;
pub(crate) mod resolve;
pub(crate) mod schema;
mod settle;
pub(crate) mod write;
pub(crate) mod yaml;

use std::fmt::{self, Display, Formatter};

use self::definition::Definition;
pub use self::existing::Existing;
use self::report::Report;
use self::resolve::Resolver;
use crate::names::{is_reserved, is_slug};

/// What an import is asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The slug of the integration: the name of its folder.
    pub slug: String,
    /// Whether documentation is drafted from the document's own words.
    pub draft_docs: bool,
}

/// What came of an import.
#[derive(Debug)]
pub struct Import {
    /// Files by their names in the folder of the integration, with their texts.
    pub files: Vec<(String, String)>,
    /// What was done and what was not.
    pub report: Report,
}

/// Why a document is not imported at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is neither JSON nor YAML; what the parser says.
    Malformed(String),
    /// It is nested more deeply than this.
    TooDeep(usize),
    /// It says nowhere that it is OpenAPI.
    NotOpenApi,
    /// The slug cannot name an integration.
    Slug(String),
}

impl Display for Problem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "this is neither JSON nor YAML: {error}"),
            Self::TooDeep(levels) => write!(f, "values are nested more than {levels} deep"),
            Self::NotOpenApi => {
                f.write_str("this is no OpenAPI document: it has neither `openapi` nor `swagger`")
            }
            Self::Slug(slug) => write!(
                f,
                "`{slug}` cannot be the name of an integration: small letters, digits and single `_`, a letter first"
            ),
        }
    }
}

impl std::error::Error for Problem {}

/// Makes definition files of a document. What `existing` has of the integration stays as it is.
///
/// # Errors
/// What is wrong with the document as a whole, or with the slug.
pub fn import(text: &str, options: &Options, existing: &Existing) -> Result<Import, Problem> {
    if !is_slug(&options.slug) || is_reserved(&options.slug) {
        return Err(Problem::Slug(options.slug.clone()));
    }
    let (definition, mut report) = read_and_map(text, options, existing)?;
    let files = settle::settle(definition, &options.slug, existing, &mut report);
    Ok(Import { files, report })
}

/// The stages that need the document, which may be large and is gone after them.
fn read_and_map(
    text: &str,
    options: &Options,
    existing: &Existing,
) -> Result<(Definition, Report), Problem> {
    let root = read::read(text)?;
    let mut document = normalise::normalise(&root)?;
    let mut report = Report {
        operations: document.operations.len() + document.refusals.len(),
        refusals: std::mem::take(&mut document.refusals),
        ..Report::default()
    };
    let resolver = Resolver::new(&root);
    let definition = map::map(&document, resolver, options, existing, &mut report);
    Ok((definition, report))
}
