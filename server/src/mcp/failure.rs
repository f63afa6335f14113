//! Why a message gets a JSON-RPC error.

use http::StatusCode;
use serde_json::{Value, json};

use super::protocol::{Era, LEGACY, MODERN, supported};

/// The codes of the errors that are not a tool's (JSON-RPC 2.0 section 5.1; 2026-07-28, basic).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The message is not JSON.
    ParseError = -32700,
    /// The message is not one of JSON-RPC.
    InvalidRequest = -32600,
    /// There is no such method.
    MethodNotFound = -32601,
    /// The parameters are not those of the method.
    InvalidParams = -32602,
    /// This server failed.
    InternalError = -32603,
    /// A header is missing or says something else than the body.
    HeaderMismatch = -32020,
    /// The revision is not served.
    UnsupportedProtocolVersion = -32022,
    /// Too many calls wait already. The protocol has no code for it; outside of what JSON-RPC
    /// reserves this is the one that HTTP clients know.
    Busy = 429,
}

impl Code {
    /// The HTTP status that goes with it. The legacy era answers errors of a method with 200.
    #[must_use]
    pub fn status(self, era: Era) -> StatusCode {
        match (self, era) {
            (Self::InternalError, _) => StatusCode::INTERNAL_SERVER_ERROR,
            (Self::Busy, _) => StatusCode::TOO_MANY_REQUESTS,
            (Self::MethodNotFound, Era::Modern) => StatusCode::NOT_FOUND,
            (Self::MethodNotFound | Self::InvalidParams, Era::Legacy) => StatusCode::OK,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// Why a message gets a JSON-RPC error.
#[derive(Debug)]
pub struct Failure {
    /// What it is.
    pub code: Code,
    /// What is wrong and how to mend it.
    pub message: String,
    /// The same for machines, where the protocol asks for it.
    pub data: Option<Value>,
}

impl Failure {
    /// A failure without data.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            data: None,
        }
    }

    /// Parameters that are not those of the method.
    #[must_use]
    pub fn params(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidParams, message)
    }

    /// A revision that is not served, or not in this way: one that opens with `initialize` is left
    /// out of the list then, or a client that picks from it would come back with the same.
    #[must_use]
    pub fn version(requested: &str) -> Self {
        let (message, supported) = if LEGACY.contains(&requested) {
            let message = format!(
                "Revision {requested} opens with `initialize`; requests that say their revision \
                 themselves can be of {MODERN}."
            );
            (message, vec![MODERN])
        } else {
            let all: Vec<_> = supported().collect();
            let message = format!(
                "This revision is not served; served are {}.",
                all.join(", ")
            );
            (message, all)
        };
        Self {
            code: Code::UnsupportedProtocolVersion,
            message,
            data: Some(json!({ "supported": supported, "requested": requested })),
        }
    }
}
