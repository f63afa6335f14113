//! The one path that every call takes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::account::{Account, Credential};
use crate::authorize;
use crate::document::Document;
use crate::error::{Error, ErrorKind};
use crate::exchange::Exchange;
use crate::interpret::{self, Content, Failure};
use crate::json_path;
use crate::outcome::{Data, Outcome};
use crate::request::{self, Request, Target};
use crate::send::{Answer, Limits, Sender};
use crate::table::{ConnectionField, Discover, Integration, Operation, Origin, PathPart};
use crate::upstreams::Upstreams;
use crate::usage::Usage;

/// Makes calls. One serves a whole process.
#[derive(Clone, Debug)]
pub struct Caller {
    sender: Sender,
    upstreams: Upstreams,
}

/// How a [`Caller`] makes calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The operator's overrides of hosts.
    pub upstreams: Upstreams,
    /// The limits of time and size.
    pub limits: Limits,
}

impl Caller {
    /// Sets up the HTTP client.
    ///
    /// # Errors
    /// [`ErrorKind::Network`] when TLS cannot be set up.
    pub fn new(config: Config) -> Result<Self, Error> {
        Ok(Self {
            sender: Sender::new(config.limits)?,
            upstreams: config.upstreams,
        })
    }

    /// The same caller, with the same connections, for other upstreams.
    #[must_use]
    pub fn with_upstreams(&self, upstreams: Upstreams) -> Self {
        Self {
            sender: self.sender.clone(),
            upstreams,
        }
    }

    /// The operator's overrides of hosts.
    #[must_use]
    pub fn upstreams(&self) -> &Upstreams {
        &self.upstreams
    }

    /// Calls an operation of the account's integration with flat arguments.
    ///
    /// # Errors
    /// [`Error`], whatever went wrong: arguments, the network, the vendor.
    pub async fn call(
        &self,
        account: &Account,
        operation: &'static Operation,
        arguments: &Map<String, Value>,
    ) -> Result<Outcome, Error> {
        let mut usage = Usage::default();
        self.call_and_count(account, operation, arguments, &mut usage)
            .await
    }

    /// The same, and counts what it takes of the vendor.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub async fn call_and_count(
        &self,
        account: &Account,
        operation: &'static Operation,
        arguments: &Map<String, Value>,
        usage: &mut Usage,
    ) -> Result<Outcome, Error> {
        self.call_and_observe(account, operation, arguments, usage, &mut |_, _| {})
            .await
    }

    /// The same, and shows each answer of the operation to `observe`, without the credential if it
    /// repeats it, with the error that it is.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub async fn call_and_observe(
        &self,
        account: &Account,
        operation: &'static Operation,
        arguments: &Map<String, Value>,
        usage: &mut Usage,
        observe: &mut Observe<'_>,
    ) -> Result<Outcome, Error> {
        let mut exchange = Exchange::new(account.integration, &account.id, operation, arguments)?;
        let mut session = Session::new(self, account, usage);
        match session.run(operation, &mut exchange, observe).await {
            Ok(()) => Ok(exchange.finish()),
            Err(error) => exchange.fail(error),
        }
    }

    /// Asks the vendor for all connection fields that it can tell and that are not known, and whose the
    /// account is: its name for people, where the vendor tells. So it is known that the credential is
    /// good.
    ///
    /// # Errors
    /// [`Error`]: the credential is not good, or the vendor could not be asked.
    pub async fn identify(&self, account: &Account) -> Result<Option<String>, Error> {
        let mut usage = Usage::default();
        let integration = account.integration;
        let told: Vec<&str> = integration
            .connection
            .iter()
            .map(|field| field.name)
            .collect();
        Session::new(self, account, &mut usage)
            .discover(&told)
            .await?;
        let Some(identity) = integration.identity else {
            return Ok(None);
        };
        let outcome = self.call(account, identity.operation, &Map::new()).await?;
        let record = match &outcome.data {
            Data::Page { result, .. } => result.first(),
            Data::Record(record) => Some(record),
            Data::Empty => None,
        };
        let name = record.zip(identity.at).and_then(|(record, at)| {
            let document = Document::parse(record.as_str(), at.len()).ok()?;
            json_path::scalar(&document.first(at)?)
        });
        Ok(name.filter(|name| !name.trim().is_empty()))
    }

    /// The first request of a call, as it would be sent but for the credential. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when the arguments are wrong or a connection field is not set.
    pub fn prepare(
        &self,
        account: &Account,
        operation: &'static Operation,
        arguments: &Map<String, Value>,
    ) -> Result<Request, Error> {
        let exchange = Exchange::new(account.integration, &account.id, operation, arguments)?;
        let connection = account.connection();
        exchange.request(&self.target(account.integration, &connection))
    }

    pub(crate) fn sender(&self) -> &Sender {
        &self.sender
    }

    pub(crate) fn target<'a>(
        &'a self,
        integration: &'static Integration,
        connection: &'a BTreeMap<String, String>,
    ) -> Target<'a> {
        Target {
            integration,
            connection,
            upstreams: &self.upstreams,
        }
    }
}

/// What looks on as a call goes: it is shown each answer, and the error if it is one.
pub type Observe<'a> = dyn FnMut(&Answer, Option<&Error>) + Send + 'a;

/// The requests of one call.
struct Session<'a> {
    caller: &'a Caller,
    account: &'a Account,
    started: Instant,
    /// The credential that the vendor took last.
    credential: Option<Credential>,
    /// Whether a new credential was asked for already; it is asked for once.
    renewed: bool,
    usage: &'a mut Usage,
}

impl<'a> Session<'a> {
    fn new(caller: &'a Caller, account: &'a Account, usage: &'a mut Usage) -> Self {
        Self {
            caller,
            account,
            started: Instant::now(),
            credential: None,
            renewed: false,
            usage,
        }
    }

    async fn run(
        &mut self,
        operation: &Operation,
        exchange: &mut Exchange<'_>,
        observe: &mut Observe<'_>,
    ) -> Result<(), Error> {
        let needed: Vec<&str> = fields_of(self.account.integration, operation).collect();
        self.discover(&needed).await?;
        let connection = self.account.connection();
        let target = self.caller.target(self.account.integration, &connection);
        while !exchange.is_done() {
            let request = exchange.request(&target)?;
            let accept = |answer: &Answer| {
                let accepted = exchange.accept(request.url(), answer);
                let error = accepted.as_ref().err().map(|failure| &failure.error);
                observe(answer, error);
                accepted
            };
            self.fetch(&request, accept).await?;
        }
        Ok(())
    }

    /// Sends a request, and once more with a new credential if the vendor calls this one dead.
    async fn fetch<T>(
        &mut self,
        request: &Request,
        mut accept: impl FnMut(&Answer) -> Result<T, Failure>,
    ) -> Result<T, Error> {
        let mut credential = match self.credential.take() {
            Some(credential) => credential,
            None => self.in_time(self.account.credentials.current()).await?,
        };
        loop {
            let answer = self.send(request, &credential).await?;
            let failure = match accept(&answer) {
                Ok(accepted) => {
                    self.credential = Some(credential);
                    return Ok(accepted);
                }
                Err(failure) => failure,
            };
            if !failure.token_expired || self.renewed {
                return Err(failure.error);
            }
            self.renewed = true;
            let renewed = self.account.credentials.renew(&credential);
            match self.in_time(renewed).await? {
                Some(renewed) => credential = renewed,
                None => return Err(failure.error),
            }
        }
    }

    async fn send(&mut self, request: &Request, credential: &Credential) -> Result<Answer, Error> {
        let integration = self.account.integration;
        let mut request = request.clone();
        let (name, value) = authorize::header(integration, credential)?;
        request.headers.insert(name, value);
        let sender = &self.caller.sender;
        let left = self.left()?;
        self.usage.requests += 1;
        let waiting = Waiting(&mut self.usage.waited, Instant::now());
        let answer = sender.send(integration.label, request, left).await;
        drop(waiting);
        let mut answer = answer?;
        self.usage.status = Some(answer.status);
        answer.body = authorize::redacted(answer.body, credential);
        Ok(answer)
    }

    /// Waits as long as the call may still take.
    async fn in_time<T>(&self, future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let done = tokio::time::timeout(self.left()?, future).await;
        done.unwrap_or_else(|_| Err(took_too_long(self.caller.sender.limits().call)))
    }

    /// How long the call may still take.
    fn left(&self) -> Result<Duration, Error> {
        let whole = self.caller.sender.limits().call;
        let left = whole.saturating_sub(self.started.elapsed());
        if left == Duration::ZERO {
            return Err(took_too_long(whole));
        }
        Ok(left)
    }

    /// Asks the vendor for those of the connection fields that are needed and nobody has set.
    async fn discover(&mut self, needed: &[&str]) -> Result<(), Error> {
        if self.unknown(needed).is_empty() {
            return Ok(());
        }
        let _alone = self.account.discovering.lock().await;
        // Another call may have found them out while this one waited.
        for (field, discover) in self.unknown(needed) {
            let value = self.ask(field, discover).await?;
            self.account.learn(field, value)?;
        }
        Ok(())
    }

    /// The fields that are needed, that are not known, and that the vendor can tell.
    fn unknown(&self, needed: &[&str]) -> Vec<(&'static ConnectionField, &'static Discover)> {
        let connection = self.account.connection();
        let fields = self.account.integration.connection.iter();
        let unknown = fields
            .filter(|field| needed.contains(&field.name) && !connection.contains_key(field.name));
        unknown
            .filter_map(|field| Some((field, field.discover.as_ref()?)))
            .collect()
    }

    async fn ask(
        &mut self,
        field: &ConnectionField,
        discover: &'static Discover,
    ) -> Result<String, Error> {
        let connection = self.account.connection();
        let target = self.caller.target(self.account.integration, &connection);
        let request = request::discovery(&target, discover)?;
        let integration = self.account.integration;
        let accept = |answer: &Answer| {
            let reading = interpret::read(integration, answer, discover.at.len())?;
            let found = match &reading.content {
                Content::Json(document) => document.first(discover.at),
                Content::Empty | Content::Other(_) => None,
            };
            found.as_ref().and_then(json_path::scalar).ok_or_else(|| {
                let mut error = not_told(integration, field, discover);
                interpret::complete(&mut error, answer, reading.rate_limit);
                error.into()
            })
        };
        self.fetch(&request, accept).await
    }
}

/// Counts how long is waited, also where whoever waits goes away.
struct Waiting<'a>(&'a mut Duration, Instant);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        *self.0 += self.1.elapsed();
    }
}

fn took_too_long(whole: Duration) -> Error {
    let message = format!("The call took longer than {} s.", whole.as_secs());
    Error::new(ErrorKind::Timeout, message)
}

fn not_told(integration: &Integration, field: &ConnectionField, discover: &Discover) -> Error {
    let (label, name) = (integration.label, field.name);
    let place = json_path::display(discover.at);
    let message =
        format!("{label} did not tell the connection field `{name}`: there is no `{place}`.");
    Error::new(ErrorKind::Malformed, message).with_hint("Set the field on the account.")
}

/// The connection fields that stand in the URL of an operation.
fn fields_of(
    integration: &Integration,
    operation: &Operation,
) -> impl Iterator<Item = &'static str> {
    let (by, template) = match integration
        .hosts
        .get(operation.host)
        .map(|host| &host.origin)
    {
        Some(Origin::Table { by, .. }) => (Some(*by), &[][..]),
        Some(Origin::Template(parts)) => (None, *parts),
        Some(Origin::Fixed(_)) | None => (None, &[][..]),
    };
    let parts = template.iter().chain(operation.path);
    by.into_iter().chain(parts.filter_map(|part| match part {
        PathPart::Connection(name) => Some(*name),
        PathPart::Literal(_) | PathPart::Argument(_) | PathPart::Segments(_) => None,
    }))
}
