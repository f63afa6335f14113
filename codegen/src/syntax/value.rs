//! Values of requests and answers, and what they refer to: kinds of identifier and object types.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::span::{Entries, Node, Sp};

/// A kind of identifier.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    /// What a person calls it: `instance ZUID`.
    pub label: Sp<String>,
    /// An anchored regular expression that tells it from other kinds. Identifiers are strings.
    pub pattern: Sp<String>,
    /// An identifier of this kind; it must match the pattern.
    pub example: Sp<String>,
    /// What sets it apart, in one sentence for whoever has to choose one.
    pub description: Option<Sp<String>>,
    /// Set where no tool yields it and a person has to be asked.
    #[serde(default)]
    pub ask_person: bool,
}

/// An object of the vendor's answers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectType {
    /// What it is.
    pub description: Option<Sp<String>>,
    /// Its fields. Fields that are not declared are handed on all the same.
    pub fields: Entries<Value>,
}

/// A value of a request or an answer: the name of its type alone, or a mapping that says more.
#[derive(Debug)]
pub enum Value {
    /// Just the type: `name: string?`
    Type(Sp<String>),
    /// The type and more.
    Full(Box<FullValue>),
}

/// A value of a request or an answer.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FullValue {
    /// Its type: `string`, `integer`, `number`, `boolean`, `text` (a string that the vendor may also
    /// send as a number), `any`, `object` with `fields`, or the name of a declared type; with `[]`
    /// for a list of it, `{}` for a map from names to it, and `?` where an answer may hold null.
    /// Left out: `string` where `id` is given, `object` where `fields` is.
    #[serde(default, rename = "type")]
    #[schemars(schema_with = "type_expression")]
    pub ty: Option<Sp<String>>,
    /// What it is. Arguments of tools must have one.
    pub description: Option<Sp<String>>,
    /// Until when the vendor has it, and what replaces it: what the vendor says, where it calls the value
    /// deprecated.
    pub deprecated: Option<Sp<String>>,
    /// Our name for it, where the vendor's own will not do. The key is always the vendor's name.
    #[serde(rename = "as")]
    pub rename: Option<Sp<String>>,
    /// Argument: names that it had before. Calls by them are accepted; they are never listed.
    #[serde(default)]
    pub aliases: Vec<Sp<String>>,
    /// Whether a caller must give it; in an answer, whether it is always there.
    #[serde(default)]
    pub required: bool,
    /// Argument: what is sent when the caller gives nothing.
    pub default: Option<Sp<Node>>,
    /// Argument: what is always sent; the caller never sees it.
    #[serde(rename = "const")]
    pub constant: Option<Sp<Node>>,
    /// The strings it can be. In an answer they are the known ones; others do no harm.
    #[serde(default, rename = "enum")]
    pub one_of: Vec<Sp<String>>,
    /// The kind of identifier it is.
    pub id: Option<Sp<String>>,
    /// How a string is written.
    pub format: Option<Sp<Format>>,
    /// Argument: an anchored regular expression that a string matches.
    pub pattern: Option<Sp<String>>,
    /// Argument: the least number.
    pub min: Option<Sp<i64>>,
    /// Argument: the greatest number.
    pub max: Option<Sp<i64>>,
    /// Argument: the fewest characters of a string.
    pub min_length: Option<Sp<u32>>,
    /// Argument: the most characters of a string.
    pub max_length: Option<Sp<u32>>,
    /// Argument: the fewest elements of a list.
    pub min_items: Option<Sp<u32>>,
    /// Argument: the most elements of a list.
    pub max_items: Option<Sp<u32>>,
    /// The fields of an `object`.
    #[serde(default)]
    pub fields: Entries<Value>,
    /// Query argument: how a list is written. Left out: `csv`.
    pub list: Option<Sp<ListStyle>>,
    /// Path argument: whether it may hold several segments, with `/` between them.
    #[serde(default)]
    pub segments: bool,
    /// Body argument: `integer` where the vendor wants a number for what we call a string.
    pub wire: Option<Sp<Wire>>,
    /// Argument: whether it is a secret. A secret is refused in a URL and has no default.
    #[serde(default)]
    pub secret: bool,
}

/// How a string is written.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A day: `2026-03-31`.
    Date,
    /// A moment with its offset: `2026-03-02T09:14:05+05:30` (RFC 3339).
    DateTime,
    /// An e-mail address.
    Email,
    /// A URL.
    Url,
    /// Milliseconds since 1970.
    EpochMs,
    /// The vendor's own form; the description says which.
    Vendor,
}

/// How a list is written in a query.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListStyle {
    /// `ids=1,2`
    Csv,
    /// `ids=1&ids=2`
    Repeat,
    /// `ids[]=1&ids[]=2`
    Brackets,
}

/// How a string argument travels in a JSON body.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wire {
    /// As a JSON number.
    Integer,
}

/// The schema of a type expression such as `user[]?`.
pub(super) fn type_expression(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "string",
        "pattern": r"^[a-z][a-z0-9_]*((\[\]|\{\})\??)*\??$",
    })
}
