//! What a simulated vendor answers.

use std::collections::BTreeMap;

use axum::http::header::{HeaderMap, HeaderName, HeaderValue};
use axum::http::StatusCode;
use serde_json::Value;
use toolwright_runtime::table::{Operation, PageStyle, Pagination, ResponseForm, Stop};

use super::data;
use super::mark::expand;
use super::page::Page;

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
    pub(super) next: Option<String>,
}

impl Answer {
    /// An answer without own headers.
    pub(super) fn new(status: StatusCode, body: Option<Value>) -> Self {
        Self { status, headers: HeaderMap::new(), body, next: None }
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
        Answer { status: self.status, headers: self.headers.clone(), body, next: None }
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

/// What an answer that says yes tells.
#[derive(Debug)]
pub(super) struct Told {
    /// The rows, or the one row.
    pub(super) rows: Vec<Value>,
    /// The key of the one row.
    pub(super) key: Value,
    /// Which part of the list the rows are.
    pub(super) page: Page,
}

impl Told {
    /// The value of that name in a template.
    pub(super) fn value(&self, name: &str) -> Option<Value> {
        Some(match name {
            "rows" => self.rows.as_slice().into(),
            "row" => self.row(),
            "key" => self.key.clone(),
            "count" => self.rows.len().into(),
            "total" => self.page.total.into(),
            "page" => self.page.number.into(),
            "size" => self.page.size.into(),
            "offset" => self.page.offset.into(),
            "more" => self.page.more().into(),
            "token" => self.page.token.clone().into(),
            _ => return None,
        })
    }

    /// The names that [`value`](Self::value) knows.
    pub(super) const NAMES: &[&str] =
        &["rows", "row", "key", "count", "total", "page", "size", "offset", "more", "token"];

    fn row(&self) -> Value {
        self.rows.first().cloned().unwrap_or_default()
    }
}
