//! What a simulated vendor answers.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::http::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::data;
use super::mark::expand;

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// The HTTP status.
    pub(super) status: StatusCode,
    /// Its own headers.
    pub(super) headers: HeaderMap,
    /// The body.
    pub(super) body: Option<Value>,
    /// The query of the next page, for the `Link` header.
    pub(super) next_query: Option<String>,
}

impl Answer {
    /// An answer without own headers.
    pub(super) fn new(status: StatusCode, body: Option<Value>) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body,
            next_query: None,
        }
    }
}

/// Why a simulated vendor says no.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The credential is not accepted.
    Unauthorized,
    /// There is nothing with that key.
    NotFound(String),
    /// An argument is wrong, and how.
    Invalid(String),
    /// The definition does not say how the operation of that name is answered.
    Unanswered(&'static str),
}

/// How a simulated vendor says no, ready to be sent.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    headers: HeaderMap,
    body: Option<Value>,
}

impl Failure {
    /// # Errors
    /// What is wrong with the data, as a sentence.
    pub(super) fn new(data: &data::Failure) -> Result<Self, String> {
        Ok(Self {
            status: status(data.status)?,
            headers: headers(&data.headers)?,
            body: data.body.clone(),
        })
    }

    /// The answer, with what was asked for and what is wrong.
    pub(super) fn answer(&self, key: &str, message: &str) -> Answer {
        let value = |name: &str| match name {
            "key" => Some(key.into()),
            "message" => Some(message.into()),
            _ => None,
        };
        let body = self.body.as_ref().map(|body| expand(body, &value));
        Answer {
            status: self.status,
            headers: self.headers.clone(),
            body,
            next_query: None,
        }
    }
}

/// A status that can be sent.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub(super) fn status(code: u16) -> Result<StatusCode, String> {
    StatusCode::from_u16(code).map_err(|_| format!("{code} is not an HTTP status"))
}

/// Headers that can be sent.
///
/// # Errors
/// What is wrong with one of them, as a sentence.
pub(super) fn headers(data: &BTreeMap<String, String>) -> Result<HeaderMap, String> {
    let header = |(name, value): (&String, &String)| {
        let pair = (HeaderName::try_from(name), HeaderValue::try_from(value));
        match pair {
            (Ok(name), Ok(value)) => Ok((name, value)),
            _ => Err(format!("`{name}: {value}` is not an HTTP header")),
        }
    };
    data.iter().map(header).collect()
}
