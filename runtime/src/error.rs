//! What can go wrong in a call, as one type that answers questions.

use std::fmt::{self, Display};
use std::ops::{Deref, DerefMut};

use serde_json::{Map, Value, json};

/// What an error is, whatever the vendor calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// An argument is wrong; nothing was sent, or the vendor refused it.
    InvalidArgument,
    /// There is no such thing.
    NotFound,
    /// It is there already, or has changed meanwhile.
    Conflict,
    /// The account may not do this.
    Forbidden,
    /// The credential is missing, dead or not accepted.
    Unauthorized,
    /// Too many calls; see [`Error::rate_limit`].
    RateLimited,
    /// The vendor failed.
    Upstream,
    /// The vendor did not answer in time.
    Timeout,
    /// The vendor could not be reached, or broke off.
    Network,
    /// The vendor's answer is larger than the limit.
    TooLarge,
    /// The vendor's answer is not what the definition declares.
    Malformed,
    /// This side failed: its store, or a key that is missing.
    Internal,
}

impl ErrorKind {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::InvalidArgument,
        Self::NotFound,
        Self::Conflict,
        Self::Forbidden,
        Self::Unauthorized,
        Self::RateLimited,
        Self::Upstream,
        Self::Timeout,
        Self::Network,
        Self::TooLarge,
        Self::Malformed,
        Self::Internal,
    ];

    /// The kind of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The code for machines: `rate_limited`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidArgument => "invalid_argument",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Forbidden => "forbidden",
            Self::Unauthorized => "unauthorized",
            Self::RateLimited => "rate_limited",
            Self::Upstream => "upstream",
            Self::Timeout => "timeout",
            Self::Network => "network",
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::Internal => "internal",
        }
    }
}

/// How much may still be asked. What the vendor does not say is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateLimit {
    /// Calls allowed.
    pub limit: Option<u64>,
    /// Calls left.
    pub remaining: Option<u64>,
    /// Seconds until the count starts anew.
    pub reset: Option<u64>,
}

impl RateLimit {
    /// Whether the vendor said nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The members that are known, under the names `limit`, `remaining` and `reset`.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Value> {
        [
            ("limit", self.limit),
            ("remaining", self.remaining),
            ("reset", self.reset),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), json!(value?))))
        .collect()
    }
}

/// A failed call. Its text is a sentence for a person or a model; it never holds a secret. The
/// fields are those of [`Details`], kept apart so that a `Result` stays small.
#[derive(Clone, Debug)]
pub struct Error(Box<Details>);

/// What is known about a failed call.
#[derive(Clone, Debug)]
pub struct Details {
    /// What it is.
    pub kind: ErrorKind,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// The vendor's HTTP status, where it answered.
    pub status: Option<u16>,
    /// The vendor's own code.
    pub vendor_code: Option<String>,
    /// How much may still be asked.
    pub rate_limit: RateLimit,
    /// The vendor's answer as it came, cut at 64 KiB.
    pub body: Option<String>,
}

impl Deref for Error {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

impl Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(formatter, " {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// An error that the vendor had no part in.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            message: message.into(),
            hint: None,
            status: None,
            vendor_code: None,
            rate_limit: RateLimit::default(),
            body: None,
        }))
    }

    /// The same error with a next step.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The vendor's HTTP status, where it answered.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Whether it is throttling.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.kind == ErrorKind::RateLimited
    }

    /// In how many seconds the vendor takes the next request, where it throttles and says so.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        self.rate_limit.reset.filter(|_| self.is_rate_limited())
    }

    /// How much may still be asked.
    #[must_use]
    pub fn rate_limit(&self) -> &RateLimit {
        &self.rate_limit
    }
}
