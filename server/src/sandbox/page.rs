//! Which part of a list a request asks for, as the vendor's pagination says.

use toolwright_runtime::table::{Operation, PageSize, PageStyle, Pagination};

use super::answer::Refusal;
use super::parameters::Parameters;
use super::token::Token;

/// How many rows a page has where the vendor does not let one choose.
const FIXED_SIZE: u64 = 20;

/// A part of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// The position of its first row, from 0.
    pub(super) start: u64,
    /// How many rows it has at most.
    pub(super) size: u64,
    /// Its number, as the vendor counts pages.
    pub(super) number: u64,
    /// The number of its first row, as the vendor counts rows.
    pub(super) offset: u64,
    /// How many rows the list has.
    pub(super) total: u64,
    /// Where the list goes on, for vendors with tokens.
    pub(super) token: Option<String>,
}

impl Page {
    /// The whole list.
    pub(super) fn whole(total: u64) -> Self {
        Self {
            start: 0,
            size: total,
            number: 1,
            offset: 0,
            total,
            token: None,
        }
    }

    /// The page that a request asks for. `query` is what came, or what the token stands for.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when the vendor would not accept these numbers.
    pub(super) fn of(
        operation: &Operation,
        query: &Parameters,
        token: Option<&Token>,
        total: u64,
    ) -> Result<Self, Refusal> {
        let Some(pagination) = operation.pagination else {
            return Ok(Self::whole(total));
        };
        let (start, size) = match token {
            Some(token) => (token.start, token.size),
            None => {
                let size = size(pagination.size.as_ref(), query)?;
                (start(&pagination.style, query, size)?, size)
            }
        };
        let (first_page, first_row) = match pagination.style {
            PageStyle::Page { first, .. } | PageStyle::PageThenToken { first, .. } => (first, 0),
            PageStyle::Offset { first, .. } => (1, first),
            PageStyle::Cursor { .. } | PageStyle::LinkHeader => (1, 0),
        };
        let mut page = Self {
            start,
            size,
            number: (start / size.max(1)).saturating_add(first_page),
            offset: start.saturating_add(first_row),
            total,
            token: None,
        };
        page.token = page.next(operation, pagination, query);
        Ok(page)
    }

    /// Whether the list goes on after this page.
    pub(super) fn more(&self) -> bool {
        self.end() < self.total
    }

    fn end(&self) -> u64 {
        self.start.saturating_add(self.size)
    }

    fn next(
        &self,
        operation: &Operation,
        pagination: &Pagination,
        query: &Parameters,
    ) -> Option<String> {
        let query = match pagination.style {
            PageStyle::Page { .. } | PageStyle::Offset { .. } => return None,
            PageStyle::Cursor { alone: true, .. } => query.clone(),
            PageStyle::Cursor { alone: false, .. }
            | PageStyle::PageThenToken { .. }
            | PageStyle::LinkHeader => Parameters::default(),
        };
        let operation = operation.name.to_owned();
        self.more().then(|| {
            Token {
                operation,
                start: self.end(),
                size: self.size,
                query,
            }
            .encode()
        })
    }
}

fn size(size: Option<&PageSize>, query: &Parameters) -> Result<u64, Refusal> {
    let Some(size) = size else {
        return Ok(FIXED_SIZE);
    };
    let asked = number(query, size.parameter)?.unwrap_or(size.default.into());
    if (1..=u64::from(size.max)).contains(&asked) {
        return Ok(asked);
    }
    Err(Refusal::Invalid(format!(
        "{} must be from 1 to {}",
        size.parameter, size.max
    )))
}

fn start(style: &PageStyle, query: &Parameters, size: u64) -> Result<u64, Refusal> {
    match style {
        PageStyle::Page { parameter, first } => {
            Ok(numbered_from(*first, query, parameter)?.saturating_mul(size))
        }
        PageStyle::Offset { parameter, first } => numbered_from(*first, query, parameter),
        PageStyle::Cursor { .. } | PageStyle::LinkHeader => Ok(0),
        PageStyle::PageThenToken {
            page_parameter,
            first,
            switch_after,
            ..
        } => {
            let start = numbered_from(*first, query, page_parameter)?.saturating_mul(size);
            if start > 0 && start.saturating_add(size) > *switch_after {
                let problem =
                    format!("{page_parameter} reaches the first {switch_after} rows only");
                return Err(Refusal::Invalid(problem));
            }
            Ok(start)
        }
    }
}

/// The number of a parameter counted from 0; the first one where it is missing.
fn numbered_from(first: u64, query: &Parameters, parameter: &str) -> Result<u64, Refusal> {
    number(query, parameter)?
        .unwrap_or(first)
        .checked_sub(first)
        .ok_or_else(|| Refusal::Invalid(format!("{parameter} starts at {first}")))
}

fn number(query: &Parameters, parameter: &str) -> Result<Option<u64>, Refusal> {
    let number = query.get(parameter).map(str::parse).transpose();
    number.map_err(|_| Refusal::Invalid(format!("{parameter} is not a whole number")))
}
