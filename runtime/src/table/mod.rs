//! The types that generated tables are made of: plain data, written as `static` items.
//!
//! Everything a call needs to know is in these tables, and nothing in them is decided at run time.

mod connection;
mod errors;
mod operation;
mod pagination;
mod shape;

pub use connection::*;
pub use errors::*;
pub use operation::*;
pub use pagination::*;
pub use shape::*;

/// Everything that was compiled in, sorted by slug.
#[derive(Debug)]
pub struct Catalogue {
    /// The integrations.
    pub integrations: &'static [&'static Integration],
}

/// One vendor's product.
#[derive(Clone, Copy, Debug)]
pub struct Integration {
    /// The name in tool names, URLs and environment variables: `zoho_bigin`.
    pub slug: &'static str,
    /// The name for people: `Zoho Bigin`.
    pub label: &'static str,
    /// Other slugs accepted in tool names.
    pub aliases: &'static [&'static str],
    /// What sort of product it is.
    pub category: &'static str,
    /// What it is, in a sentence.
    pub summary: &'static str,
    /// The start page of the vendor's API documentation.
    pub docs: &'static str,
    /// What must be known about an account besides its credential.
    pub connection: &'static [ConnectionField],
    /// The hosts that requests may go to.
    pub hosts: &'static [Host],
    /// How requests prove who they are from.
    pub auth: Auth,
    /// What tells whether a credential is good, and whose it is.
    pub identity: Option<Identity>,
    /// What the vendor's errors mean.
    pub errors: Errors,
    /// Where the vendor says how much may still be asked.
    pub rate_limit: RateLimit,
    /// The kinds of identifier, sorted by name.
    pub identifiers: &'static [&'static Identifier],
    /// The tags, sorted by name.
    pub tags: &'static [Tag],
    /// All operations, sorted by name.
    pub operations: &'static [&'static Operation],
    /// The data of the simulated vendor: a JSON text in the form that `sandbox.rs` of the server reads.
    pub sandbox: Option<&'static str>,
}

/// A tag by which tools can be filtered.
#[derive(Debug)]
pub struct Tag {
    /// Its name.
    pub name: &'static str,
    /// What it covers.
    pub description: &'static str,
}

/// A place in a JSON document.
pub type JsonPath = &'static [Step];

/// A step of a [`JsonPath`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into the member of that name.
    Key(&'static str),
    /// Into the element of that index.
    Index(usize),
    /// Into each element of a list, or each member of an object.
    Each,
}

/// A kind of identifier.
#[derive(Debug)]
pub struct Identifier {
    /// Its name: `instance_zuid`.
    pub name: &'static str,
    /// What a person calls it.
    pub label: &'static str,
    /// What tells it from other kinds.
    pub pattern: &'static Pattern,
    /// One of this kind.
    pub example: &'static str,
    /// What sets it apart.
    pub description: Option<&'static str>,
    /// The tools that yield it, sorted.
    pub from: &'static [&'static str],
    /// Whether a person has to be asked for it.
    pub ask_person: bool,
}
