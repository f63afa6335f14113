//! A call without its I/O: which request is next, and what its answer makes of the call.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::args;
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
use crate::table::{Integration, Operation, PageStyle, Place, ResponseForm, Stop};
use crate::url::Url;
use crate::validate;

/// How many pages one call may ask for.
const MOST_PAGES: u32 = 20;

/// How many bytes of rows one call hands back, unless a single row has more.
///
/// Clients show a model about 150,000 characters of a result, and their makers advise to stay below
/// 130 kB (claude.com/docs/connectors/building). The difference is for the cursor and notes.
pub const MOST_BYTES: usize = 128_000;

/// A call: checked arguments, and what came back so far.
#[derive(Debug)]
pub struct Exchange<'a> {
    integration: &'static Integration,
    operation: &'static Operation,
    arguments: Cow<'a, Map<String, Value>>,
    binding: Binding,
    /// How many rows are wanted; `None` for a page of the vendor's.
    limit: Option<u64>,
    /// The page to ask for, which is also where the list goes on.
    position: Position,
    /// Whether the list has ended.
    ended: bool,
    done: bool,
    pages: u32,
    /// Whether a page came twice already.
    repeated: bool,
    rows: Vec<Json>,
    /// The length of the rows, with the commas between them.
    bytes: usize,
    /// Whether the next row would have been too much.
    cut: bool,
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
        let arguments = args::named_as_today(operation, arguments);
        validate::arguments(integration, operation, &arguments)?;
        let given = |is_it: fn(&Place) -> bool| {
            let arg = operation.args.iter().find(|arg| is_it(&arg.place))?;
            arguments.get(arg.name)
        };
        let limit = given(|place| matches!(place, Place::Limit)).and_then(whole);
        let cursor = given(|place| matches!(place, Place::Cursor)).and_then(Value::as_str);
        let binding = Binding::new(operation, account, &arguments);
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
            repeated: false,
            rows: Vec::new(),
            bytes: 0,
            cut: false,
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
        request::build(target, self.operation, &self.arguments, &page)
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
        let pagination = self.operation.pagination;
        let is_repeated = self.position.is_repeated_by(&rows);
        let position = match is_repeated {
            true => self.position.clone().counted(&rows),
            false => self.position.clone(),
        };
        let next = match pagination {
            Some(pagination) => signs.and_then(|signs| position.next(pagination, &rows, signs)),
            None => Ok(None),
        };
        if is_repeated {
            return self.skip_repeated(next);
        }
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
        self.done = self.ended || is_filled || self.cut || self.pages >= MOST_PAGES;
        Ok(())
    }

    /// Passes over a page that came before. One vendor takes page 0 for page 1 and goes on with page
    /// 2; another does not know the parameter and sends the same page for ever, which may be all
    /// there is, unless the vendor says that there is more.
    fn skip_repeated(&mut self, next: Result<Option<Position>, Error>) -> Result<(), Error> {
        match next? {
            Some(next) if !self.repeated => {
                self.repeated = true;
                self.position = next;
                self.done = self.pages >= MOST_PAGES;
                Ok(())
            }
            Some(_) if self.says_more() => {
                self.ended = true;
                let message =
                    "The vendor says that the list goes on, but sends the same page again.";
                Err(Error::new(ErrorKind::Malformed, message))
            }
            _ => {
                self.ended = true;
                self.done = true;
                Ok(())
            }
        }
    }

    /// Whether the vendor says in so many words how far a list goes.
    fn says_more(&self) -> bool {
        let stop = self.operation.pagination.map(|pagination| &pagination.stop);
        matches!(stop, Some(Stop::More(_) | Stop::Total(_)))
    }

    /// Keeps the rows of a page that are wanted. If that leaves some of it, how many rows were
    /// handed on.
    fn keep(&mut self, page: Vec<Json>) -> Option<u64> {
        let count = page.len() as u64;
        let skip = self.position.skip;
        let wanted = self.limit.map_or(u64::MAX, |limit| {
            limit.saturating_sub(self.rows.len() as u64)
        });
        let mut end = skip;
        for row in page
            .into_iter()
            .skip(usize::try_from(skip).unwrap_or(usize::MAX))
        {
            if end - skip == wanted {
                break;
            }
            let bytes = self.bytes + row.as_str().len() + 1;
            if bytes > MOST_BYTES && !self.rows.is_empty() {
                self.cut = true;
                break;
            }
            end += 1;
            self.bytes = bytes;
            self.rows.push(row);
        }
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
                cut: self.cut,
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
