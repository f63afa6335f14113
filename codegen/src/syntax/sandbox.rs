//! The simulated vendor: its data, and how it answers.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::span::{Entries, Node, Sp};

/// The simulated vendor.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sandbox {
    /// The connection fields of the account that the sandbox connects.
    #[serde(default)]
    pub connection: Entries<Sp<String>>,
    /// Headers of every answer.
    #[serde(default)]
    pub headers: Entries<Sp<String>>,
    /// The simulated vendor's data, by name.
    #[serde(default)]
    pub collections: Entries<Collection>,
    /// How the simulated vendor says no.
    pub failures: Failures,
    /// How the simulated vendor hands out OAuth tokens, where `auth` does not tell.
    pub oauth: Option<Sp<SandboxOAuth>>,
    /// How the simulated vendor answers a login, where `auth` does not tell.
    pub login: Option<Sp<SandboxLogin>>,
}

/// Rows of the simulated vendor.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// The declared type of its rows.
    #[serde(rename = "type")]
    pub ty: Sp<String>,
    /// The field that tells rows apart.
    pub key: Sp<String>,
    /// Rows written out.
    #[serde(default)]
    pub rows: Vec<Sp<Node>>,
    /// Further rows, made from a pattern.
    pub fill: Option<Fill>,
}

/// Rows made from a pattern. In its strings `{n}` is the row's number from 1, `{n:6}` the same with
/// leading zeros, `{x:10}` ten hexadecimal digits that depend on the row, and `{pick:a|b|c}` one of
/// the words by turns. A string that is only such a mark with `#` (`{#n}`) becomes a number.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fill {
    /// How many.
    pub count: Sp<u32>,
    /// The pattern.
    pub row: Sp<Node>,
}

/// How the simulated vendor says no.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failures {
    /// The credential is missing or wrong.
    pub unauthorized: Failure,
    /// There is no such row.
    pub not_found: Failure,
    /// An argument is wrong; `{message}` in its strings says how.
    pub invalid: Failure,
    /// Too many calls.
    pub rate_limited: Failure,
    /// The token is good, but not for this; left out where the vendor's answer is not known.
    pub forbidden: Option<Failure>,
}

/// An answer of the simulated vendor that says no. In its strings `{key}` is the identifier that was
/// asked for and `{message}` what is wrong.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The HTTP status.
    pub status: Sp<u32>,
    /// Further headers.
    #[serde(default)]
    pub headers: Entries<Sp<String>>,
    /// The body; left out where it is empty.
    pub body: Option<Sp<Node>>,
}

/// How the simulated vendor hands out OAuth tokens.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxOAuth {
    /// The kinds of token that there are: whoever signs in chooses, and the first is handed out where
    /// nobody does. Left out: tokens of an hour, with a refresh token that is kept.
    #[serde(default)]
    pub tokens: Vec<SandboxTokens>,
    /// Data centers at whose own host one has to sign in. All others do for each other.
    #[serde(default)]
    pub own_login: Vec<Sp<String>>,
    /// The vendor's own words for errors of the token endpoint.
    #[serde(default)]
    pub errors: SandboxOAuthErrors,
    /// The answer of the token endpoint to too many requests; left out where it is that of all
    /// others.
    pub rate_limited: Option<Failure>,
}

/// How the simulated vendor answers a login.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxLogin {
    /// The answer to the right user name and password, into which the token is put. Left out: the
    /// token alone, where `auth` says it stands.
    pub answer: Option<Sp<Node>>,
    /// The answer to all others. Left out: that to a wrong credential.
    pub refused: Option<Failure>,
}

/// A kind of OAuth token.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxTokens {
    /// What whoever signs in reads.
    pub title: Sp<String>,
    /// The seconds for which an access token is good; left out where it stays good, and the answer
    /// does not say.
    pub expires_in: Option<Sp<u32>>,
    /// Whether there is a refresh token.
    pub refresh: SandboxRefresh,
}

/// What becomes of refresh tokens.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SandboxRefresh {
    /// There is none.
    None,
    /// It stays the same.
    Kept,
    /// Each refresh gives another one, and ends the one before.
    Rotated,
}

/// A vendor's own words for errors of the token endpoint. Left out: those of RFC 6749 section 5.2.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxOAuthErrors {
    /// Something is missing, or there twice.
    pub invalid_request: Option<Sp<String>>,
    /// The client is unknown.
    pub invalid_client: Option<Sp<String>>,
    /// The client's secret is wrong. Left out: as for an unknown client.
    pub invalid_client_secret: Option<Sp<String>>,
    /// The code, the refresh token or the password is wrong, used, expired or revoked.
    pub invalid_grant: Option<Sp<String>>,
    /// The redirect URI is not that of the code. Left out: as for a wrong code.
    pub invalid_redirect_uri: Option<Sp<String>>,
    /// The grant is not offered.
    pub unsupported_grant_type: Option<Sp<String>>,
}

/// How the simulated vendor answers one method.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxMethod {
    /// The collection it works on.
    pub on: Sp<String>,
    /// The rows that count: a place in the row and what must stand there, in which `{name}` is a
    /// path or query parameter of the request or a connection field. A place that ends in `[]`
    /// counts if any element fits. A condition on a parameter that was not sent is not applied.
    #[serde(default)]
    pub only: Entries<Sp<String>>,
    /// A query parameter, its values, and the conditions (as in `only`) that each stands for. Other
    /// values are refused.
    #[serde(default)]
    pub cases: Entries<Entries<Entries<Sp<String>>>>,
    /// The query parameter that holds a SCIM filter such as `email eq "a@b.c"` (RFC 7644 section
    /// 3.4.2.2; `eq`, `co` and `sw` on one attribute).
    pub scim: Option<Sp<String>>,
    /// A row that must exist first: a collection and its key, in which `{name}` is an argument.
    #[serde(default)]
    pub within: Entries<Sp<String>>,
    /// Fields of the row that this endpoint does not send.
    #[serde(default)]
    pub without: Vec<Sp<String>>,
    /// Fields that a write sets besides those in the body. A `delete` that sets fields keeps the row,
    /// and a row that has them already counts as gone. `{key}` in a string is the row's key.
    #[serde(default)]
    pub set: Entries<Sp<Node>>,
    /// `update`: lists in the body that name only the elements of the row's list that change.
    #[serde(default)]
    pub patch: Entries<ListPatch>,
    /// The answer, in which a string `{rows}`, `{row}`, `{key}`, `{total}`, `{count}`, `{page}`,
    /// `{size}`, `{offset}`, `{more}` or `{token}` stands for the value of that name. Left out: the
    /// rows or the row at the place that `response.at` names.
    pub answer: Option<Sp<Node>>,
    /// The status of an answer that says yes. Left out: 200.
    pub status: Option<Sp<u32>>,
    /// Whether an answer without rows is 204 with an empty body.
    #[serde(default)]
    pub empty_is_204: bool,
}

/// How the list in a body changes the list in a row.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListPatch {
    /// The field that tells elements apart.
    pub by: Sp<String>,
    /// Fields and values of an element that leaves. Every other one joins, or is changed where it is
    /// there already; these fields are not kept.
    #[serde(default)]
    pub leaves: Entries<Sp<String>>,
    /// The collection whose keys the elements have. One that is not there cannot join.
    pub from: Option<Sp<String>>,
    /// Fields that an element gets from that collection's row, and where they stand in the row.
    #[serde(default)]
    pub shows: Entries<Sp<String>>,
}
