//! The form of the JSON text in [`Integration::sandbox`](toolwright_runtime::table::Integration):
//! the data of a simulated vendor, as the compiler of definitions writes it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// A simulated vendor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The connection fields of the account that it knows.
    #[serde(default)]
    pub connection: BTreeMap<String, String>,
    /// Headers of every answer.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Its rows, by the collection's name.
    #[serde(default)]
    pub collections: BTreeMap<String, Collection>,
    /// How it says no.
    pub failures: Failures,
    /// How it hands out OAuth tokens, where the definition's `auth` does not tell.
    #[serde(default)]
    pub oauth: Option<OAuth>,
    /// How it answers a login, where the definition's `auth` does not tell.
    #[serde(default)]
    pub login: Option<Login>,
    /// How it answers, by the operation's name.
    #[serde(default)]
    pub operations: BTreeMap<String, Method>,
}

/// Rows, in the order in which lists have them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// The field that tells rows apart.
    pub key: String,
    /// Rows written out.
    #[serde(default)]
    pub rows: Vec<Value>,
    /// Further rows, made from a pattern.
    #[serde(default)]
    pub fill: Option<Fill>,
}

/// Rows made from a pattern.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fill {
    /// How many.
    pub count: u32,
    /// The pattern. In its strings `{n}` is the row's number from 1, `{n:6}` the same with leading
    /// zeros, `{x:10}` ten hexadecimal digits, and `{pick:a|b}` one of the words by turns; a string
    /// that is one mark with `#` (`{#n}`) is a number. Hexadecimal digits follow from the row's
    /// number and the mark's position in its string: equal strings of one row stay equal.
    pub row: Value,
}

/// How a simulated vendor says no.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failures {
    /// The credential is missing or wrong, or the host is not that of the account.
    pub unauthorized: Failure,
    /// There is no such row or path.
    pub not_found: Failure,
    /// An argument is wrong.
    pub invalid: Failure,
    /// Too many calls. The sandbox only says so when it is told to.
    pub rate_limited: Failure,
    /// The token is good, but not for this call.
    #[serde(default)]
    pub forbidden: Option<Failure>,
}

/// An answer that says no. In the strings of its body `{key}` is what was asked for and `{message}`
/// what is wrong.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The HTTP status.
    pub status: u16,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body. A string is sent as it is, as HTML unless a header says otherwise.
    #[serde(default)]
    pub body: Option<Value>,
}

/// How a simulated vendor hands out OAuth tokens.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OAuth {
    /// The kinds of token that there are; the first is handed out where nobody chooses.
    #[serde(default)]
    pub tokens: Vec<Tokens>,
    /// Data centers at whose own host one has to sign in.
    #[serde(default)]
    pub own_login: Vec<String>,
    /// The vendor's words for errors of the token endpoint.
    #[serde(default)]
    pub errors: BTreeMap<OAuthError, String>,
    /// The token endpoint is asked too often.
    #[serde(default)]
    pub rate_limited: Option<Failure>,
}

/// How a simulated vendor answers a login.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The answer to the right pair, into which the token is put.
    #[serde(default)]
    pub answer: Value,
    /// The answer to any other pair; `None` where it is that to a wrong credential.
    #[serde(default)]
    pub refused: Option<Failure>,
}

/// A kind of OAuth token.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// What whoever signs in reads.
    pub title: String,
    /// The seconds for which an access token is good; `None` where it stays good.
    #[serde(default)]
    pub expires_in: Option<u32>,
    /// What becomes of refresh tokens.
    pub refresh: Refresh,
}

/// What becomes of refresh tokens.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Refresh {
    /// There are none.
    None,
    /// A refresh token stays the same.
    Kept,
    /// Each refresh gives another one and ends the one before.
    Rotated,
}

/// Why the token endpoint says no (RFC 6749 section 5.2, and two cases that vendors tell apart).
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum OAuthError {
    /// Something is missing, or there twice.
    InvalidRequest,
    /// The client is unknown.
    InvalidClient,
    /// The client is known, and its secret is wrong.
    InvalidClientSecret,
    /// The code, the refresh token or the password is wrong, used, expired or revoked.
    InvalidGrant,
    /// The redirect URI is not that of the code.
    InvalidRedirectUri,
    /// The grant is not offered.
    UnsupportedGrantType,
}

/// Places in a row and what must stand there.
pub type Conditions = BTreeMap<String, String>;

/// The values of a query parameter and what each stands for.
pub type Cases = BTreeMap<String, Conditions>;

/// How a simulated vendor answers one operation.
///
/// The operation's effect and response decide what happens: rows are listed, one row is read,
/// changed or deleted, or a row is made. That one row is the one whose key is the last path argument
/// that neither `only` nor `within` names; where there is none, it is the first row that counts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// The collection it works on.
    pub on: String,
    /// The rows that count. In what must stand there `{name}` is a path or query parameter or a
    /// connection field; without a value the condition is not applied.
    #[serde(default)]
    pub only: Conditions,
    /// Which rows count besides, by query parameter.
    #[serde(default)]
    pub cases: BTreeMap<String, Cases>,
    /// The query parameter that holds a SCIM filter.
    #[serde(default)]
    pub scim: Option<String>,
    /// Rows that must exist: collections and keys, in which `{name}` is as in `only`.
    #[serde(default)]
    pub within: BTreeMap<String, String>,
    /// Fields of rows that are not sent.
    #[serde(default)]
    pub without: Vec<String>,
    /// Fields that a write sets besides those in the body, or a deletion instead of removing the row.
    /// In strings `{key}` is the row's key, and `{name}` is as in `only`.
    #[serde(default)]
    pub set: Map<String, Value>,
    /// Lists of the body, by their field, that name only the elements of the row's list that change.
    #[serde(default)]
    pub patch: BTreeMap<String, ListPatch>,
    /// The answer, in which `{rows}`, `{row}`, `{key}`, `{total}`, `{count}`, `{page}`, `{size}`,
    /// `{offset}`, `{more}` and `{token}` stand for values, and `{name}` is as in `only`. Without it
    /// the rows or the row stand where the operation's response says.
    #[serde(default)]
    pub answer: Option<Value>,
    /// The status of an answer that says yes; 200 when left out.
    #[serde(default)]
    pub status: Option<u16>,
    /// Whether an answer without rows is 204 with an empty body.
    #[serde(default)]
    pub empty_is_204: bool,
}

/// How the list in a body changes the list in a row.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListPatch {
    /// The field that tells elements apart.
    pub by: String,
    /// Fields and values of an element that leaves; every other one joins, or is changed where it is
    /// there already.
    #[serde(default)]
    pub leaves: BTreeMap<String, String>,
    /// The collection whose keys the elements have. One that is not there cannot join.
    #[serde(default)]
    pub from: Option<String>,
    /// Fields that an element gets from that collection's row: their names, and places in the row.
    #[serde(default)]
    pub shows: BTreeMap<String, String>,
}
