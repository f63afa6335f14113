//! What a request found, and the answer that says so.

use axum::http::StatusCode;
use serde_json::Value;
use toolwright_runtime::table::{PageStyle, Pagination, ResponseForm, Stop};

use super::answer::Answer;
use super::call::Call;
use super::document::{put, remove};
use super::mark::expand;
use super::page::Page;
use super::token::LINK_PARAMETER;

/// What a request found, or what became of it.
#[derive(Debug)]
pub(super) struct Found {
    /// The rows, or the one row.
    pub(super) rows: Vec<Value>,
    /// The key of the one row.
    pub(super) key: Value,
    /// Which part of the list the rows are.
    pub(super) page: Page,
}

impl Found {
    /// The names that stand for values in templates, besides those of parameters.
    pub(super) const NAMES: &[&str] = &[
        "rows", "row", "key", "count", "total", "page", "size", "offset", "more", "token",
    ];

    /// The answer to a call: by its template, or with the rows where the operation's response says.
    pub(super) fn answer(&self, call: &Call<'_>) -> Answer {
        let method = &call.endpoint.method;
        if self.rows.is_empty() && method.empty_is_204 {
            return Answer::new(StatusCode::NO_CONTENT, None);
        }
        let body = match &method.answer {
            None => self.plain_body(call),
            Some(template) => {
                let value =
                    |name: &str| self.value(name).or_else(|| Some(call.value(name)?.into()));
                Some(expand(template, &value))
            }
        };
        let body = body.filter(|_| call.endpoint.status != StatusCode::NO_CONTENT);
        let body = body.map(|body| self.without_empty_rows(call, body));
        Answer {
            next_query: self.next_query(call),
            ..Answer::new(call.endpoint.status, body)
        }
    }

    fn value(&self, name: &str) -> Option<Value> {
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

    fn row(&self) -> Value {
        self.rows.first().cloned().unwrap_or_default()
    }

    /// The rows or the row, and what the pagination looks for.
    fn plain_body(&self, call: &Call<'_>) -> Option<Value> {
        let operation = call.endpoint.operation;
        let mut body = Value::Null;
        match operation.response.form {
            ResponseForm::Empty => return None,
            ResponseForm::Record | ResponseForm::RowOfOne => {
                put(&mut body, operation.response.at, self.row());
            }
            ResponseForm::Rows { .. } => {
                put(
                    &mut body,
                    operation.response.at,
                    self.rows.as_slice().into(),
                );
            }
        }
        if let Some(pagination) = operation.pagination {
            self.put_signs(&mut body, pagination);
        }
        Some(body)
    }

    fn put_signs(&self, body: &mut Value, pagination: &Pagination) {
        match pagination.stop {
            Stop::More(at) => put(body, at, self.page.more().into()),
            Stop::Total(at) => put(body, at, self.page.total.into()),
            Stop::ShortPage | Stop::NoNext => {}
        }
        match pagination.style {
            PageStyle::Cursor { next, .. } | PageStyle::PageThenToken { next, .. } => {
                put(body, next, self.page.token.clone().into());
            }
            PageStyle::Page { .. } | PageStyle::Offset { .. } | PageStyle::LinkHeader => {}
        }
    }

    /// Vendors that may leave out the place of an empty list do so.
    fn without_empty_rows(&self, call: &Call<'_>, mut body: Value) -> Value {
        let response = &call.endpoint.operation.response;
        if let (
            ResponseForm::Rows {
                missing_is_empty: true,
            },
            [],
        ) = (response.form, &*self.rows)
        {
            remove(&mut body, response.at);
        }
        body
    }

    /// The query of the next page, for vendors that link to it.
    fn next_query(&self, call: &Call<'_>) -> Option<String> {
        let token = self.page.token.as_deref()?;
        match call.endpoint.operation.pagination?.style {
            PageStyle::LinkHeader => Some(call.query.with(LINK_PARAMETER, token).encode()),
            PageStyle::Page { .. }
            | PageStyle::Offset { .. }
            | PageStyle::Cursor { .. }
            | PageStyle::PageThenToken { .. } => None,
        }
    }
}
