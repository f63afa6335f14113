//! How much of the server one client can have, so that enough is left for the others.

mod bucket;
mod buckets;
mod exceeded;
mod failures;
mod turns;

use std::num::NonZeroU32;
use std::sync::Arc;

use self::bucket::Rate;
use self::buckets::Buckets;
pub(crate) use self::exceeded::Exceeded;
use self::exceeded::Limit;
use self::failures::Failures;
pub(crate) use self::turns::Turn;
use self::turns::Turns;
use crate::http::Client;

/// How much is served, as the operator chose.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Messages a second to one MCP server. Twice as many may come at once.
    pub requests_per_second: NonZeroU32,
    /// Tool calls at a time of one MCP server.
    pub concurrent_calls: NonZeroU32,
    /// Tool calls at a time of all MCP servers together. The answers of vendors are held in memory.
    pub total_concurrent_calls: NonZeroU32,
    /// Requests a second to the HTTP API with one token. Twice as many may come at once.
    pub api_requests_per_second: NonZeroU32,
}

impl Limits {
    /// More than an agent at work needs, and less than a machine can do.
    pub const DEFAULT: Self = Self {
        requests_per_second: number(100),
        // A batch of the most messages fits.
        concurrent_calls: number(64),
        total_concurrent_calls: number(256),
        api_requests_per_second: number(50),
    };
}

const fn number(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// What was used of the limits, in this process.
#[derive(Debug)]
pub struct Limiter {
    failures: Failures,
    requests: Buckets,
    api_requests: Buckets,
    calls: Arc<Turns>,
}

impl Limiter {
    /// Nothing used yet.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            failures: Failures::new(),
            requests: Buckets::new(Limit::Requests, Rate::of(limits.requests_per_second)),
            api_requests: Buckets::new(
                Limit::ApiRequests,
                Rate::of(limits.api_requests_per_second),
            ),
            calls: Arc::new(Turns::new(
                limits.concurrent_calls.get(),
                limits.total_concurrent_calls.get(),
            )),
        }
    }

    /// Looks for what a token opens, unless too many tokens from the same address were wrong. A token
    /// that `was_right` is looked for in any case.
    ///
    /// # Errors
    /// [`Exceeded`], whatever the token is; what the search fails with.
    pub(crate) async fn look_up<T, E: From<Exceeded>>(
        &self,
        client: Client,
        token: &[u8],
        was_right: bool,
        search: impl Future<Output = Result<Option<T>, E>>,
    ) -> Result<Option<T>, E> {
        // Whoever goes away before the answer has been counted.
        if !was_right {
            self.failures.count(client, token)?;
        }
        let found = search.await;
        match (&found, was_right) {
            (Ok(None), true) => self.failures.count(client, token)?,
            (Ok(None), false) | (_, true) => {}
            (_, false) => self.failures.forgive(client, token),
        }
        found
    }

    /// Counts the messages to an MCP server, and begins the calls among them.
    ///
    /// # Errors
    /// [`Exceeded`]: nothing is begun.
    pub(crate) fn begin(&self, server: &str, messages: u32, calls: u32) -> Result<Turn, Exceeded> {
        self.requests.take(server, messages)?;
        self.calls.begin(server, calls)
    }

    /// Counts a request to the HTTP API.
    ///
    /// # Errors
    /// [`Exceeded`].
    pub(crate) fn count_api_request(&self, token_id: &str) -> Result<(), Exceeded> {
        self.api_requests.take(token_id, 1)
    }
}
