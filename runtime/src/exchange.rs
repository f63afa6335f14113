//! A call without its I/O: which request is next, and what its answer makes of the call.

use serde_json::{Map, Value};

use crate::cursor::{self, Binding};
use crate::error::{Error, ErrorKind, RateLimit};
use crate::extract;
use crate::interpret::{self, Content, Failure};
use crate::json::Json;
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
    /// The page to ask for, which is also where the list goes on.
    position: Position,
    /// Whether the list has ended.
    ended: bool,
    done: bool,
    pages: u32,
    rows: Vec<Json>,
    record: Option<Json>,
    rate_limit: RateLimit,
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
            position,
            ended: false,
            done: false,
            pages: 0,
            rows: Vec::new(),
            record: None,
            rate_limit: RateLimit::default(),
        })
    }

    /// Whether no further request is needed.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// The next request.
    ///
    /// # Errors
    /// As [`request::build`].
    pub fn request(&self, target: &Target<'_>) -> Result<Request, Error> {
        let page = self.position.query(self.operation.pagination);
        request::build(target, self.operation, self.arguments, &page)
    }

    /// Takes the answer to the request that went to `url`.
    ///
    /// # Errors
    /// When the answer says no, or is not what the definition declares.
    pub fn accept(&mut self, url: &Url, answer: &Answer) -> Result<(), Failure> {
        let levels = extract::levels(&self.operation.response);
        let reading = interpret::read(self.integration, answer, levels)?;
        self.rate_limit = reading.rate_limit;
        let accepted = if self.is_list() {
            self.accept_page(url, answer, reading.content)
        } else {
            self.accept_record(reading.content)
        };
        accepted.map_err(|mut error| {
            interpret::complete(&mut error, answer, reading.rate_limit);
            error.into()
        })
    }

    fn is_list(&self) -> bool {
        matches!(
            self.operation.response.form,
            ResponseForm::Rows { .. } | ResponseForm::RowOfOne
        )
    }

    fn accept_record(&mut self, content: Content<'_>) -> Result<(), Error> {
        self.record = extract::record(self.integration, self.operation, content)?;
        self.done = true;
        Ok(())
    }

    fn accept_page(
        &mut self,
        url: &Url,
        answer: &Answer,
        content: Content<'_>,
    ) -> Result<(), Error> {
        let signs = self.signs(url, answer, &content);
        let rows = extract::rows(self.integration, self.operation, content)?;
        self.pages += 1;
        if self.position.is_repeated_by(&rows) {
            self.ended = true;
            self.done = true;
            return Ok(());
        }
        let pagination = self.operation.pagination;
        let next = match pagination {
            Some(pagination) => {
                signs.and_then(|signs| self.position.next(pagination, &rows, signs))
            }
            None => Ok(None),
        };
        match (self.keep(rows), next) {
            (Some(handed_on), _) => {
                self.position = self.position.clone().inside(pagination, handed_on);
            }
            (None, Ok(Some(next))) => self.position = next,
            (None, Ok(None)) => self.ended = true,
            (None, Err(error)) => {
                self.ended = true;
                return Err(error);
            }
        }
        let count = self.rows.len() as u64;
        let is_filled = self.limit.map_or(count > 0, |limit| count >= limit);
        self.done = self.ended || is_filled || self.pages >= MOST_PAGES;
        Ok(())
    }

    /// Keeps the rows of a page that are wanted. If that leaves some of it, how many rows were
    /// handed on.
    fn keep(&mut self, page: Vec<Json>) -> Option<u64> {
        let count = page.len() as u64;
        let skip = self.position.skip;
        let wanted = self.limit.map_or(u64::MAX, |limit| {
            limit.saturating_sub(self.rows.len() as u64)
        });
        let end = skip.saturating_add(wanted);
        let rows = (0_u64..).zip(page);
        let rows = rows.filter(|(index, _)| (skip..end).contains(index));
        self.rows.extend(rows.map(|(_, row)| row));
        (end < count).then_some(end)
    }

    fn signs(&self, url: &Url, answer: &Answer, content: &Content<'_>) -> Result<Signs, Error> {
        let (Some(pagination), Content::Json(document)) = (self.operation.pagination, content)
        else {
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
            let next_cursor = (!self.ended).then(|| cursor::encode(&self.position, self.binding));
            Data::Page {
                result: self.rows,
                next_cursor,
                interrupted,
            }
        } else {
            self.record.map_or(Data::Empty, Data::Record)
        };
        Outcome {
            data,
            rate_limit: self.rate_limit,
        }
    }
}

/// A whole number that may have come as `5.0`.
fn whole(value: &Value) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| value.as_f64().map(|float| float as u64))
}
