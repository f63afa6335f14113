//! What generated typed clients are made of. They add names and types; every call takes the one
//! path of [`Caller`].

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde_json::{Map, Value};

pub use crate::args::{Args, Argument, Arguments};

use crate::account::{Account, BoxFuture, Credential, Fixed};
use crate::call::{Caller, Config};
use crate::error::{Error, ErrorKind, RateLimit};
use crate::json::Json;
use crate::nearest::nearest;
use crate::outcome::{Data, Outcome};
use crate::table::{Integration, Operation, Place};

/// A client of one account. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Client {
    caller: Arc<Caller>,
    account: Arc<Account>,
}

impl Client {
    /// A client with a credential that stays as it is, and connections of its own.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when connection fields are missing or wrong;
    /// [`ErrorKind::Network`] when TLS cannot be set up.
    pub fn new(
        integration: &'static Integration,
        connection: impl IntoIterator<Item = (&'static str, Option<String>)>,
        credential: Credential,
    ) -> Result<Self, Error> {
        let given: Vec<(String, String)> = connection
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect();
        // Cursors live longer than a process, so the name must be the same next time.
        let values = given.iter().map(|(_, value)| value.as_str());
        let id = std::iter::once(integration.slug)
            .chain(values)
            .collect::<Vec<_>>()
            .join("/");
        let account = Account::new(integration, id, given, Arc::new(Fixed(credential)))?;
        Ok(Self::from_parts(
            Arc::new(Caller::new(Config::default())?),
            Arc::new(account),
        ))
    }

    /// A client over a caller and an account that are there already.
    #[must_use]
    pub fn from_parts(caller: Arc<Caller>, account: Arc<Account>) -> Self {
        Self { caller, account }
    }

    /// Sends the requests to the host of that name to `url` instead, such as `http://127.0.0.1:9`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when there is no such host, or the URL is none.
    pub fn with_upstream(self, host: &str, url: &str) -> Result<Self, Error> {
        let integration = self.account.integration;
        let known = || integration.hosts.iter().map(|host| host.name);
        if known().all(|name| name != host) {
            let help = nearest(host, known()).map_or_else(
                || format!("there are {}.", known().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("{} has no host `{host}`; {help}", integration.label);
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        let mut upstreams = self.caller.upstreams().clone();
        upstreams
            .set(integration.slug, host, url)
            .map_err(|error| Error::new(ErrorKind::InvalidArgument, format!("{error}.")))?;
        let caller = Arc::new(self.caller.with_upstreams(upstreams));
        Ok(Self {
            caller,
            account: self.account,
        })
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// A call that hands back one record, or nothing.
    pub fn one<T: Reply<Kind>, Kind>(
        &self,
        operation: &'static Operation,
        arguments: Args,
    ) -> Call<'_, T> {
        Call {
            client: self,
            operation,
            arguments: arguments.into_map(),
            read: T::read,
        }
    }

    /// A call that hands back rows.
    pub fn list<T: From<Value>>(
        &self,
        operation: &'static Operation,
        arguments: Args,
    ) -> ListCall<'_, T> {
        ListCall {
            client: self,
            operation,
            arguments: arguments.into_map(),
            read: T::from,
        }
    }

    async fn call(
        &self,
        operation: &'static Operation,
        arguments: Map<String, Value>,
    ) -> Result<Outcome, Error> {
        self.caller.call(&self.account, operation, &arguments).await
    }
}

/// What a [`Call`] can hand back: a view of a record, or `()`. `Kind` only keeps the two apart.
pub trait Reply<Kind>: Sized {
    /// Reads the data of an outcome.
    ///
    /// # Errors
    /// As [`Json::to_value`](crate::json::Json::to_value).
    fn read(data: Data) -> Result<Self, Error>;
}

impl<T: From<Value>> Reply<Value> for T {
    fn read(data: Data) -> Result<Self, Error> {
        record(data).map(Self::from)
    }
}

impl Reply<()> for () {
    fn read(_: Data) -> Result<Self, Error> {
        Ok(())
    }
}

/// A record as it came; null where the vendor had nothing to say.
fn record(data: Data) -> Result<Value, Error> {
    match data {
        Data::Record(record) => record.to_value(),
        Data::Page { result, .. } => result.iter().map(Json::to_value).collect(),
        Data::Empty => Ok(Value::Null),
    }
}

/// A call that is made when it is awaited.
#[must_use = "a call is made when it is awaited"]
pub struct Call<'a, T> {
    client: &'a Client,
    operation: &'static Operation,
    arguments: Map<String, Value>,
    read: fn(Data) -> Result<T, Error>,
}

impl<'a, T: 'a> IntoFuture for Call<'a, T> {
    type Output = Result<T, Error>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let outcome = self.client.call(self.operation, self.arguments).await?;
            (self.read)(outcome.data)
        })
    }
}

/// A call for rows: awaited, one page; with [`pages`](Self::pages), the whole list.
#[must_use = "a call is made when it is awaited"]
pub struct ListCall<'a, T> {
    client: &'a Client,
    operation: &'static Operation,
    arguments: Map<String, Value>,
    read: fn(Value) -> T,
}

impl<'a, T: 'a> ListCall<'a, T> {
    /// All pages from here to the end of the list, each asked for when the stream gets there. The
    /// stream ends after an error and after a page that was interrupted.
    pub fn pages(self) -> Pages<'a, T> {
        Pages {
            call: Some(self),
            pending: None,
        }
    }
}

impl<'a, T: 'a> IntoFuture for ListCall<'a, T> {
    type Output = Result<Page<T>, Error>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let outcome = self.client.call(self.operation, self.arguments).await?;
            let (rows, next_cursor, interrupted) = match outcome.data {
                Data::Page {
                    result,
                    next_cursor,
                    interrupted,
                    ..
                } => {
                    let rows: Result<Vec<_>, _> = result.iter().map(Json::to_value).collect();
                    (rows?, next_cursor, interrupted)
                }
                other => (vec![record(other)?], None, None),
            };
            Ok(Page {
                result: rows.into_iter().map(self.read).collect(),
                next_cursor,
                rate_limit: outcome.rate_limit,
                interrupted: interrupted.map(|error| *error),
            })
        })
    }
}

impl<T> Clone for ListCall<'_, T> {
    fn clone(&self) -> Self {
        Self {
            arguments: self.arguments.clone(),
            ..*self
        }
    }
}

/// Rows of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows, in the vendor's order.
    pub result: Vec<T>,
    /// Where the list goes on; `None` at its end.
    pub next_cursor: Option<String>,
    /// How much may still be asked, as far as the vendor says.
    pub rate_limit: RateLimit,
    /// What kept the page from being filled, when some rows had been gathered already.
    pub interrupted: Option<Error>,
}

/// The pages of a list, as a stream.
#[must_use = "pages are asked for when the stream is read"]
pub struct Pages<'a, T> {
    /// The next call; `None` at the end.
    call: Option<ListCall<'a, T>>,
    /// The call that is being made.
    pending: Option<BoxFuture<'a, Result<Page<T>, Error>>>,
}

impl<'a, T: 'a> Pages<'a, T> {
    /// The next page; `None` at the end of the list, and after an error.
    pub async fn next(&mut self) -> Option<Result<Page<T>, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Where the next call starts.
    fn go_on_at(&mut self, cursor: Option<String>) {
        self.call = self.call.take().zip(cursor).and_then(|(mut call, cursor)| {
            let mut args = call.operation.args.iter();
            let arg = args.find(|arg| matches!(arg.place, Place::Cursor))?;
            call.arguments.insert(arg.name.to_owned(), cursor.into());
            Some(call)
        });
    }
}

impl<'a, T: 'a> Stream for Pages<'a, T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut pending = match (self.pending.take(), &self.call) {
            (Some(pending), _) => pending,
            (None, Some(call)) => call.clone().into_future(),
            (None, None) => return Poll::Ready(None),
        };
        let Poll::Ready(page) = pending.as_mut().poll(context) else {
            self.pending = Some(pending);
            return Poll::Pending;
        };
        let cursor = match &page {
            Ok(page) if page.interrupted.is_none() => page.next_cursor.clone(),
            Ok(_) | Err(_) => None,
        };
        self.go_on_at(cursor);
        Poll::Ready(Some(page))
    }
}

impl<T> fmt::Debug for Call<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("operation", &self.operation.name)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for ListCall<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ListCall")
            .field("operation", &self.operation.name)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Pages<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pages")
            .field("call", &self.call)
            .finish_non_exhaustive()
    }
}
