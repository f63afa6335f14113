//! What a definition means: plain data between YAML and Rust, with every name resolved and every
//! default applied. Emitters print it and decide nothing.
//!
//! Names stand here twice where they differ: ours, and the vendor's (`api_name`). Spans stay where a
//! later check needs to point at the place.

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

use serde_json::Value as Json;

use crate::span::{Sp, Span};

/// One integration: the folder `definitions/{slug}`.
#[derive(Debug)]
pub struct Integration {
    /// The folder's name.
    pub slug: String,
    /// Where the section `integration` stands.
    pub span: Span,
    /// The product's name.
    pub label: Sp<String>,
    /// Other slugs accepted in tool names.
    pub aliases: Vec<Sp<String>>,
    /// What sort of product it is.
    pub category: Sp<String>,
    /// What it is.
    pub summary: Sp<String>,
    /// The vendor's documentation.
    pub docs: Sp<String>,
    /// How many tokens its tools may take.
    pub budget: crate::syntax::Budget,
    /// What was changed in a way that breaks.
    pub changes: Vec<crate::syntax::Change>,
    /// Connection fields.
    pub connection: Vec<ConnectionField>,
    /// Hosts.
    pub hosts: Vec<Host>,
    /// How requests prove who they are from.
    pub auth: Auth,
    /// What is asked once an account has been connected.
    pub identity: Option<Identity>,
    /// What errors mean.
    pub errors: Errors,
    /// Where the vendor says how much may still be asked.
    pub rate_limit: RateLimit,
    /// Ways of splitting lists.
    pub pagination: Vec<Pagination>,
    /// Kinds of identifier, sorted by name.
    pub identifiers: Vec<Identifier>,
    /// Tags and what they cover, sorted by name.
    pub tags: Vec<(Sp<String>, Sp<String>)>,
    /// Declared types, sorted by name.
    pub types: Vec<ObjectType>,
    /// Operations, sorted by name.
    pub operations: Vec<Operation>,
    /// The simulated vendor, as the server reads it.
    pub sandbox: Option<Json>,
}

/// An integration that is gone: all that is left in the folder `definitions/{slug}`.
#[derive(Debug)]
pub struct Removed {
    /// The folder's name.
    pub slug: String,
    /// Where the section `removed` stands.
    pub span: Span,
    /// When and why, for the people who used its tools.
    pub told: crate::syntax::Removal,
}

/// A step of a place in a JSON document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into a member.
    Key(String),
    /// Into an element.
    Index(usize),
    /// Into each element.
    Each,
}

/// A kind of identifier.
#[derive(Debug)]
pub struct Identifier {
    /// Its name.
    pub name: Sp<String>,
    /// What a person calls it.
    pub label: Sp<String>,
    /// Its pattern.
    pub pattern: String,
    /// One of this kind.
    pub example: Sp<String>,
    /// What sets it apart.
    pub description: Option<Sp<String>>,
    /// The tools that yield it, sorted.
    pub from: Vec<String>,
    /// Whether a person has to be asked.
    pub ask_person: bool,
}
