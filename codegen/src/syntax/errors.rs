//! What the vendor's errors mean, and where it says how much may still be asked.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::span::Sp;

/// Where errors carry their code and message, and what they mean.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Errors {
    /// Where the vendor's code stands, such as `error.code`; the first that is there is taken.
    #[serde(default)]
    pub code: Vec<Sp<String>>,
    /// Where the vendor's message stands; the first that is there is taken.
    #[serde(default)]
    pub message: Vec<Sp<String>>,
    /// What answers mean; the first rule that fits is taken. Where none fits, the status decides.
    #[serde(default)]
    pub rules: Vec<ErrorRule>,
}

/// What an answer means.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErrorRule {
    /// The answers it speaks of. Everything that is said must hold.
    pub when: Sp<When>,
    /// What such an answer is.
    pub kind: Sp<ErrorKind>,
    /// What to do next, in one sentence for whoever made the call.
    pub hint: Option<Sp<String>>,
}

/// The answers a rule speaks of.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// A status, such as `403`, or a class, such as `2xx`.
    pub status: Option<Sp<String>>,
    /// A header that must be there.
    pub header: Option<Sp<String>>,
    /// The values of that header that count. Left out: any.
    #[serde(default)]
    pub header_is: Vec<Sp<String>>,
    /// The vendor's codes that count.
    #[serde(default)]
    pub code: Vec<Sp<String>>,
    /// A place in the body, such as `users[].status`, that must be there and not be null.
    pub body: Option<Sp<String>>,
    /// The values at that place that count. Left out: any.
    #[serde(default)]
    pub body_is: Vec<Sp<String>>,
}

/// What an error is, whatever the vendor calls it.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// An argument is wrong.
    InvalidArgument,
    /// There is no such thing.
    NotFound,
    /// It is there already, or has changed meanwhile.
    Conflict,
    /// The account may not do this.
    Forbidden,
    /// The credential is not accepted.
    Unauthorized,
    /// The access token is dead; a new one may help.
    TokenExpired,
    /// Too many calls.
    RateLimited,
    /// The vendor failed.
    Upstream,
}

/// Where the vendor says how much may still be asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// The headers that may hold how many calls are allowed; the first that is there is taken.
    #[serde(default)]
    pub limit: Vec<Sp<String>>,
    /// The headers that may hold how many calls are left.
    #[serde(default)]
    pub remaining: Vec<Sp<String>>,
    /// The headers that may hold how many calls were made; what is left is the limit less this.
    #[serde(default)]
    pub used: Vec<Sp<String>>,
    /// The headers that may hold when the count starts anew.
    #[serde(default)]
    pub reset: Vec<ResetHeader>,
}

/// A header that says when the count of calls starts anew.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetHeader {
    /// The header.
    pub header: Sp<String>,
    /// How it is written.
    pub format: Sp<ResetFormat>,
}

/// How a moment is written in a rate limit header.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResetFormat {
    /// Seconds from now, or an HTTP date, as `Retry-After` (RFC 9110 section 10.2.3).
    RetryAfter,
    /// Seconds from now.
    Seconds,
    /// Seconds since 1970.
    Epoch,
    /// Milliseconds since 1970.
    EpochMs,
}
