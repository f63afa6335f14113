//! What a vendor says when it says no, and how much it lets one ask.

use super::JsonPath;

/// What a vendor's errors mean.
#[derive(Clone, Copy, Debug)]
pub struct Errors {
    /// Where the code stands; the first that is there is taken.
    pub code: &'static [JsonPath],
    /// Where the message stands; the first that is there is taken.
    pub message: &'static [JsonPath],
    /// What answers mean; the first that fits is taken.
    pub rules: &'static [ErrorRule],
}

/// What an answer means. Every condition that is given must hold.
#[derive(Debug)]
pub struct ErrorRule {
    /// The statuses, from and to, both included.
    pub status: Option<(u16, u16)>,
    /// A header and its values; no values for any.
    pub header: Option<(&'static str, &'static [&'static str])>,
    /// The vendor's codes; empty for any.
    pub code: &'static [&'static str],
    /// A place in the body and its values; no values for any that is not null.
    pub body: Option<(JsonPath, &'static [&'static str])>,
    /// What it is.
    pub kind: RuleKind,
    /// What to do next.
    pub hint: Option<&'static str>,
}

/// What an [`ErrorRule`] makes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// An error of that kind.
    Error(crate::error::ErrorKind),
    /// The access token is dead: a refresh may help; without one the call is unauthorized.
    TokenExpired,
}

/// Where a vendor says how much may still be asked. Empty lists mean the usual headers.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// Headers with the number of calls allowed.
    pub limit: &'static [&'static str],
    /// Headers with the number of calls left.
    pub remaining: &'static [&'static str],
    /// Headers with the number of calls made.
    pub used: &'static [&'static str],
    /// Headers with the moment when the count starts anew.
    pub reset: &'static [(&'static str, ResetFormat)],
}

/// How a moment is written in a rate limit header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetFormat {
    /// Seconds from now, or an HTTP date (RFC 9110 section 10.2.3).
    RetryAfter,
    /// Seconds from now.
    Seconds,
    /// Seconds since 1970.
    Epoch,
    /// Milliseconds since 1970.
    EpochMs,
}
