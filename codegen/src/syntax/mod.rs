//! The definition language: structs that mirror the YAML key for key, and nothing else.
//!
//! Serde reads definitions into these types and schemars turns the same types into
//! `definitions/schema.json`, so an editor and the compiler agree by construction. The doc comments
//! here are the hover texts of that schema and the help lines of the compiler.

mod connection;
mod errors;
mod pagination;
mod resource;
mod sandbox;
mod value;

pub use connection::*;
pub use errors::*;
pub use pagination::*;
pub use resource::*;
pub use sandbox::*;
pub use value::*;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::span::{Entries, Sp};

/// One file of a definition. The files of a folder are read together as one integration, whose
/// slug is the folder's name; a name may be declared only once in the folder.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The version of this language. Always 1.
    pub version: Sp<u32>,
    /// What the product is called and where it is documented. Exactly one file of the folder has it.
    pub integration: Option<Sp<Integration>>,
    /// The hosts that requests may go to. A method uses the host named `api` unless it names another.
    #[serde(default)]
    pub hosts: Entries<Host>,
    /// What must be known about an account besides its credential, such as a subdomain. Never secrets.
    #[serde(default)]
    pub connection: Entries<ConnectionField>,
    /// How a request proves who it is from.
    pub auth: Option<Sp<Auth>>,
    /// What is asked once an account has been connected: whether its credential is good, and whose it
    /// is.
    pub identity: Option<Sp<Identity>>,
    /// Where the vendor's errors carry their code and message, and what they mean.
    pub errors: Option<Sp<Errors>>,
    /// Where the vendor says how much may still be asked. Left out: the usual headers are read.
    pub rate_limit: Option<Sp<RateLimit>>,
    /// The ways in which this vendor splits long lists, by name.
    #[serde(default)]
    pub pagination: Entries<Pagination>,
    /// The kinds of identifier this vendor uses, by name.
    #[serde(default)]
    pub identifiers: Entries<Identifier>,
    /// The tags by which tools can be filtered, each with a sentence on what it covers.
    #[serde(default)]
    pub tags: Entries<Sp<String>>,
    /// Objects of the vendor's answers, by name.
    #[serde(default)]
    pub types: Entries<ObjectType>,
    /// The vendor's resources, by name.
    #[serde(default)]
    pub resources: Entries<Resource>,
    /// The simulated vendor of `toolwright --sandbox`.
    pub sandbox: Option<Sp<Sandbox>>,
    /// Told of an integration that is gone. Nothing else is left in its folder.
    pub removed: Option<Sp<Removal>>,
}

/// What the product is called and where it is documented.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Integration {
    /// The product's name as its vendor writes it.
    pub label: Sp<String>,
    /// Other slugs that are accepted in tool names (`zesty_io` for `zesty`). Never listed.
    #[serde(default)]
    pub aliases: Vec<Sp<String>>,
    /// The article before the slug in tool names. Left out: `an` before a vowel, else `a`.
    pub article: Option<Sp<Article>>,
    /// What sort of product it is, in a word or two.
    pub category: Sp<String>,
    /// What the product is, in one sentence.
    pub summary: Sp<String>,
    /// The start page of the vendor's API documentation.
    pub docs: Sp<String>,
    /// About how many tokens its tools may take in the context of a model.
    #[serde(default)]
    pub budget: Budget,
    /// What was changed in a way that breaks what its tools are used for, newest first.
    #[serde(default)]
    pub changes: Vec<Change>,
}

/// About how many tokens tools may take in the context of a model.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Each tool of the integration. Left out: as many as it takes.
    pub tool: Option<Sp<u32>>,
    /// All of them together. Left out: as many as they take.
    pub integration: Option<Sp<u32>>,
}

/// A change that breaks what tools are used for, told to the people who use them.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The day: `2026-03-31`.
    pub date: Sp<String>,
    /// The names of the tools, those that are gone among them.
    pub tools: Sp<Vec<Sp<String>>>,
    /// What is different now, and what to do about it, in a sentence or two.
    pub text: Sp<String>,
}

/// The end of an integration, told to the people who used its tools.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Removal {
    /// The day: `2026-03-31`.
    pub date: Sp<String>,
    /// Why it is gone, and what to do about it, in a sentence or two.
    pub text: Sp<String>,
}

/// An English indefinite article.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Article {
    /// `create_a_zesty_instance`
    A,
    /// `create_an_egnyte_user`
    An,
}
