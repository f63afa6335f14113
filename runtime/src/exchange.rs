//! A call without its I/O: which request is next, and what its answer makes of the call.

use serde_json::{Map, Value};

use crate::cursor::{self, Binding};
use crate::error::{Error, ErrorKind, RateLimit};
use crate::interpret::{self, Content, Reading};
use crate::link;
use crate::outcome::{Data, Outcome};
use crate::page::{self, Position, Signs};
use crate::request::{self, Request, Target};
use crate::send::Answer;
use crate::table::{Integration, Operation, PageStyle, Place, ResponseForm};
use crate::url::Url;
use crate::validate;

/// How many pages one call may ask for.
const MOST_PAGES: u32 = 20;

/// A call: checked arguments, and what came back so far.
#[derive(Debug)]
pub struct Exchange<'a> {
    integration: &'static Integration,
    operation: &'static Operation,
    arguments: &'a Map<String, Value>,
    binding: Binding,
    /// How many rows are wanted; `None` for a page of the vendor's.
    limit: Option<u64>,
    /// Where the list goes on; `None` at its end.
    position: Option<Position>,
    pages: u32,
    rows: Vec<Value>,
    record: Option<Value>,
    rate_limit: RateLimit,
}

/// Whether a call needs another request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It does.
    Again,
    /// It has all it asked for.
    Done,
}

impl<'a> Exchange<'a> {
    /// Checks the arguments of a call.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`]: what is wrong with the arguments or the cursor.
    pub fn new(
        integration: &'static Integration,
        account: &str,
        operation: &'static Operation,
        arguments: &'a Map<String, Value>,
    ) -> Result<Self, Error> {
        validate::arguments(integration, operation, arguments)?;
        let given = |is_it: fn(&Place) -> bool| {
            let arg = operation.args.iter().find(|arg| is_it(&arg.place))?;
            arguments.get(arg.name)
        };
        let limit = given(|place| matches!(place, Place::Limit)).and_then(whole);
        let cursor = given(|place| matches!(place, Place::Cursor)).and_then(Value::as_str);
        let binding = Binding::new(operation, account, arguments);
        let pagination = operation.pagination;
        let position = match cursor {
            None => Position::first(pagination, limit),
            Some(cursor) => {
                let position = cursor::decode(cursor, binding)?;
                if !position.fits(pagination) {
                    return Err(cursor::damaged());
                }
                position.for_limit(pagination, limit)
            }
        };
        Ok(Self {
            integration,
            operation,
            arguments,
            binding,
            limit,
            position: Some(position),
            pages: 0,
            rows: Vec::new(),
            record: None,
            rate_limit: RateLimit::default(),
        })
    }

    /// The next request.
    ///
    /// # Errors
    /// As [`request::build`].
    pub fn request(&self, target: &Target<'_>) -> Result<Request, Error> {
        let pagination = self.operation.pagination;
        match &self.position {
            Some(position) => {
                let page = position.query(pagination);
                request::build(target, self.operation, self.arguments, &page)
            }
            None => Err(Error::new(ErrorKind::Malformed, "The call is complete.")),
        }
    }

    /// Takes the answer to the request that went to `url`.
    ///
    /// # Errors
    /// When the answer is not what the definition declares.
    pub fn accept(&mut self, url: &Url, answer: &Answer, reading: Reading) -> Result<Turn, Error> {
        self.rate_limit = reading.rate_limit;
        let complete = |mut error: Error| {
            interpret::complete(&mut error, answer, reading.rate_limit);
            error
        };
        if self.is_list() {
            self.accept_page(url, answer, reading.content).map_err(complete)
        } else {
            let (integration, operation) = (self.integration, self.operation);
            self.record = interpret::record(integration, operation, answer.status, reading.content)
                .map_err(complete)?;
            Ok(Turn::Done)
        }
    }

    fn is_list(&self) -> bool {
        matches!(self.operation.response.form, ResponseForm::Rows { .. } | ResponseForm::RowOfOne)
    }

    fn accept_page(
        &mut self,
        url: &Url,
        answer: &Answer,
        content: Content,
    ) -> Result<Turn, Error> {
        self.pages += 1;
        let signs = self.signs(url, answer, &content);
        let rows = interpret::rows(self.integration, self.operation, answer.status, content)?;
        let Some(position) = self.position.take() else {
            return Ok(Turn::Done);
        };
        if position.is_repeated_by(&rows) {
            return Ok(Turn::Done);
        }
        let pagination = self.operation.pagination;
        let next = match (pagination, signs) {
            (Some(pagination), signs) => signs.and_then(|signs| position.next(pagination, &rows, signs)),
            (None, _) => Ok(None),
        };
        let skip = usize::try_from(position.skip).unwrap_or(usize::MAX).min(rows.len());
        let wanted = self.limit.map_or(u64::MAX, |limit| limit - self.rows.len() as u64);
        let room = usize::try_from(wanted).unwrap_or(usize::MAX);
        let left = rows.len().saturating_sub(skip).saturating_sub(room);
        let taken = rows.len() - skip - left;
        let handed_on = (skip + taken) as u64;
        self.rows.extend(rows.into_iter().skip(skip).take(taken));
        if left > 0 {
            self.position = Some(position.inside(pagination, handed_on));
            return Ok(Turn::Done);
        }
        self.position = next?;
        let is_filled = self.limit.map_or(!self.rows.is_empty(), |limit| self.rows.len() as u64 >= limit);
        let is_over = is_filled || self.position.is_none() || self.pages >= MOST_PAGES;
        Ok(if is_over { Turn::Done } else { Turn::Again })
    }

    fn signs(&self, url: &Url, answer: &Answer, content: &Content) -> Result<Signs, Error> {
        let (Some(pagination), Content::Json(document)) = (self.operation.pagination, content) else {
            return Ok(Signs::default());
        };
        let link = match pagination.style {
            PageStyle::LinkHeader => link::next_query(&answer.headers, url)
                .map_err(|problem| Error::new(ErrorKind::Malformed, problem))?,
            _ => None,
        };
        Ok(page::signs(pagination, document, link))
    }

    /// What the call hands back.
    #[must_use]
    pub fn finish(self) -> Outcome {
        self.outcome(None)
    }

    /// What the call hands back when it cannot go on: the rows so far and where to go on, or else
    /// the error.
    ///
    /// # Errors
    /// The error, when there are no rows.
    pub fn fail(mut self, error: Error) -> Result<Outcome, Error> {
        if self.rows.is_empty() {
            return Err(error);
        }
        if !error.rate_limit.is_empty() {
            self.rate_limit = error.rate_limit;
        }
        Ok(self.outcome(Some(Box::new(error))))
    }

    fn outcome(self, interrupted: Option<Box<Error>>) -> Outcome {
        let data = if self.is_list() {
            let next_cursor = self.position.map(|position| cursor::encode(&position, self.binding));
            Data::Page { result: self.rows, next_cursor, interrupted }
        } else {
            self.record.map_or(Data::Empty, Data::Record)
        };
        Outcome { data, rate_limit: self.rate_limit }
    }
}

/// A whole number that may have come as `5.0`.
fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_f64().map(|float| float as u64))
}
