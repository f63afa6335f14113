//! The ways in which vendors split long lists: where a page starts, what that adds to the request,
//! and where the next one starts. A closed set of pure functions.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::document::Document;
use crate::error::{Error, ErrorKind};
use crate::json::Json;
use crate::json_path;
use crate::table::{JsonPath, PageSize, PageStyle, Pagination, Stop};

/// Where a list goes on: at a page, and at a row of that page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Where the page starts.
    pub start: Start,
    /// How many rows the page is asked to have; `None` where one cannot choose.
    pub size: Option<u32>,
    /// How many rows came before the page.
    pub seen: u64,
    /// How many rows of the page were handed on already.
    pub skip: u64,
    /// The first row of the page before.
    pub previous: Option<Fingerprint>,
}

/// Where a page starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// At the beginning, which needs no saying.
    First,
    /// At a page's or a row's number.
    Number(u64),
    /// At a vendor's token.
    Token(String),
    /// Where a link's query says.
    Link(String),
}

/// Tells whether two rows are the same.
pub type Fingerprint = [u8; 8];

/// What a page adds to the query of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum PageQuery<'a> {
    /// These parameters, besides all others.
    Added(Vec<(&'static str, String)>),
    /// This parameter, and no other but the constants.
    Alone(&'static str, &'a str),
    /// This query, encoded already, instead of what the arguments say.
    Link(&'a str),
}

/// What an answer says about the next page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// Whether there is more.
    pub more: bool,
    /// How many rows the list has.
    pub total: Option<u64>,
    /// The token or the link's query to go on with.
    pub next: Option<String>,
}

impl Position {
    /// The beginning of a list of which `limit` rows are wanted.
    #[must_use]
    pub fn first(pagination: Option<&Pagination>, limit: Option<u64>) -> Self {
        let start = match pagination.map(|pagination| &pagination.style) {
            Some(
                PageStyle::Page { first, .. }
                | PageStyle::Offset { first, .. }
                | PageStyle::PageThenToken { first, .. },
            ) => Start::Number(*first),
            Some(PageStyle::Cursor { .. } | PageStyle::LinkHeader) | None => Start::First,
        };
        let size = pagination.and_then(|pagination| pagination.size.as_ref());
        let size = size.map(|size| page_size(size, limit));
        Self {
            start,
            size,
            seen: 0,
            skip: 0,
            previous: None,
        }
    }

    /// The same position for another `limit`. Only rows that are counted one by one may be asked for
    /// in pages of another size; a page's number or token means something in its own size alone.
    #[must_use]
    pub fn for_limit(self, pagination: Option<&Pagination>, limit: Option<u64>) -> Self {
        match pagination {
            Some(Pagination {
                style: PageStyle::Offset { .. },
                size: Some(size),
                ..
            }) => Self {
                size: Some(page_size(size, limit)),
                ..self
            },
            _ => self,
        }
    }

    /// The position so many rows into its page.
    #[must_use]
    pub fn inside(mut self, pagination: Option<&Pagination>, rows: u64) -> Self {
        match (
            &mut self.start,
            pagination.map(|pagination| &pagination.style),
        ) {
            (Start::Number(row), Some(PageStyle::Offset { .. })) => {
                *row += rows;
                self.seen += rows;
            }
            _ => self.skip = rows,
        }
        self
    }

    /// Whether it can be a position in a list that is split in that way.
    #[must_use]
    pub fn fits(&self, pagination: Option<&Pagination>) -> bool {
        let start = match (pagination.map(|pagination| &pagination.style), &self.start) {
            (None | Some(PageStyle::Cursor { .. } | PageStyle::LinkHeader), Start::First)
            | (Some(PageStyle::Cursor { .. } | PageStyle::PageThenToken { .. }), Start::Token(_))
            | (Some(PageStyle::LinkHeader), Start::Link(_)) => true,
            (
                Some(
                    PageStyle::Page { first, .. }
                    | PageStyle::Offset { first, .. }
                    | PageStyle::PageThenToken { first, .. },
                ),
                Start::Number(number),
            ) => number >= first,
            _ => false,
        };
        let size = match (
            pagination.and_then(|pagination| pagination.size.as_ref()),
            self.size,
        ) {
            (Some(size), Some(asked)) => (1..=size.max).contains(&asked),
            (None, None) => true,
            _ => false,
        };
        start && size
    }

    /// What the page adds to the query.
    #[must_use]
    pub fn query(&self, pagination: Option<&Pagination>) -> PageQuery<'_> {
        let Some(pagination) = pagination else {
            return PageQuery::Added(Vec::new());
        };
        let mut added = Vec::new();
        match (&pagination.style, &self.start) {
            (
                PageStyle::Cursor {
                    parameter,
                    alone: true,
                    ..
                },
                Start::Token(token),
            ) => {
                return PageQuery::Alone(parameter, token);
            }
            (PageStyle::LinkHeader, Start::Link(query)) => return PageQuery::Link(query),
            (
                PageStyle::Page { parameter, .. }
                | PageStyle::Offset { parameter, .. }
                | PageStyle::PageThenToken {
                    page_parameter: parameter,
                    ..
                },
                Start::Number(number),
            ) => added.push((*parameter, number.to_string())),
            (
                PageStyle::Cursor { parameter, .. }
                | PageStyle::PageThenToken {
                    token_parameter: parameter,
                    ..
                },
                Start::Token(token),
            ) => added.push((*parameter, token.clone())),
            _ => {}
        }
        if let (Some(size), Some(rows)) = (&pagination.size, self.size) {
            added.push((size.parameter, rows.to_string()));
        }
        PageQuery::Added(added)
    }

    /// Whether the vendor sent the page before once more, as those do that do not know the parameter.
    #[must_use]
    pub fn is_repeated_by(&self, rows: &[Json]) -> bool {
        self.previous.is_some() && self.previous == rows.first().map(fingerprint)
    }

    /// Where the next page starts; `None` at the end of the list.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when the answer says that there is more, and not where.
    pub fn next(
        &self,
        pagination: &Pagination,
        rows: &[Json],
        signs: Signs,
    ) -> Result<Option<Self>, Error> {
        let count = rows.len() as u64;
        let seen = self.seen + count;
        let has_token = signs.next.is_some();
        let ended = match &pagination.stop {
            Stop::More(_) => !signs.more,
            Stop::Total(_) => signs.total.is_some_and(|total| seen >= total),
            Stop::ShortPage => self.size.is_some_and(|size| count < u64::from(size)),
            Stop::NoNext => !has_token,
        };
        // A vendor that filters may send an empty page with a token for the next one. Pages that are
        // counted end with an empty one, whatever else is said.
        if ended || (rows.is_empty() && !has_token) {
            return Ok(None);
        }
        let numbered = |number| Start::Number(number);
        let start = match (&pagination.style, &self.start) {
            (PageStyle::Page { .. }, Start::Number(page)) => numbered(page + 1),
            (PageStyle::Offset { .. }, Start::Number(row)) => numbered(row + count),
            (
                PageStyle::PageThenToken {
                    first,
                    switch_after,
                    ..
                },
                Start::Number(page),
            ) if (page + 2 - first) * self.size.map_or(count, u64::from) <= *switch_after => {
                numbered(page + 1)
            }
            (PageStyle::LinkHeader, _) => match signs.next {
                Some(query) => Start::Link(query),
                None => return Ok(None),
            },
            (PageStyle::Cursor { next, .. } | PageStyle::PageThenToken { next, .. }, _) => {
                match (signs.next, &pagination.stop) {
                    (Some(token), _) => Start::Token(token),
                    (None, Stop::More(_) | Stop::Total(_)) => return Err(no_token(next)),
                    (None, Stop::ShortPage | Stop::NoNext) => return Ok(None),
                }
            }
            // A position that fits its list has a number where pages are counted.
            (PageStyle::Page { .. } | PageStyle::Offset { .. }, _) => return Ok(None),
        };
        let previous = rows.first().map(fingerprint).or(self.previous);
        Ok(Some(Self {
            start,
            size: self.size,
            seen,
            skip: 0,
            previous,
        }))
    }

    /// The same position for rows that were counted already.
    #[must_use]
    pub fn counted(mut self, rows: &[Json]) -> Self {
        self.seen = self.seen.saturating_sub(rows.len() as u64);
        self
    }
}

/// What an answer says about the next page; `link` is the query of its `Link` header's `next`.
#[must_use]
pub fn signs(pagination: &Pagination, document: &Document<'_>, link: Option<String>) -> Signs {
    let mut signs = Signs {
        next: link,
        ..Signs::default()
    };
    match &pagination.stop {
        Stop::More(at) => signs.more = document.first(at) == Some(Value::Bool(true)),
        Stop::Total(at) => {
            let total = document.first(at).as_ref().and_then(json_path::scalar);
            signs.total = total.and_then(|total| total.parse().ok());
        }
        Stop::ShortPage | Stop::NoNext => {}
    }
    if let PageStyle::Cursor { next, .. } | PageStyle::PageThenToken { next, .. } =
        &pagination.style
    {
        let token = document.first(next);
        let token = token.filter(|token| token.is_string() || token.is_number());
        signs.next = token
            .as_ref()
            .and_then(json_path::scalar)
            .filter(|token| !token.is_empty());
    }
    signs
}

/// How many rows to ask for at a time: few pages, and all of the same size.
fn page_size(size: &PageSize, limit: Option<u64>) -> u32 {
    let max = u64::from(size.max.max(1));
    let rows = match limit {
        None => u64::from(size.default).min(max),
        Some(limit) => limit.div_ceil(limit.div_ceil(max).max(1)),
    };
    u32::try_from(rows.max(1)).unwrap_or(size.max)
}

fn fingerprint(row: &Json) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    let hash = Sha256::digest(row.as_str());
    fingerprint
        .iter_mut()
        .zip(hash)
        .for_each(|(to, from)| *to = from);
    fingerprint
}

fn no_token(next: JsonPath) -> Error {
    let next = json_path::display(next);
    let message =
        format!("The vendor says that the list goes on, but sent no `{next}` to go on with.");
    Error::new(ErrorKind::Malformed, message)
}
