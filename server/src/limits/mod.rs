//! How much of the server one client can have, so that enough is left for the others.

mod bucket;
mod buckets;
mod exceeded;
mod failures;
mod turns;

use std::num::NonZeroU32;
use std::sync::Arc;

use tokio::sync::Semaphore;

use self::bucket::Rate;
use self::buckets::Buckets;
use self::exceeded::Limit;
pub(crate) use self::exceeded::{Exceeded, RefusedBy};
use self::failures::Failures;
pub(crate) use self::turns::Turn;
use self::turns::Turns;
use crate::http::Client;

/// How many tokens are looked for at a time that were not right lately: half of what a store does at a
/// time (`store/`), so that whoever makes up tokens leaves the other half to those at work.
const STRANGERS: usize = 8;

/// How much is served, as the operator chose.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Messages a second to one MCP server. Twice as many may come at once.
    pub requests_per_second: NonZeroU32,
    /// Calls at a time of one MCP server, or of one account by the proxy API.
    pub concurrent_calls: NonZeroU32,
    /// Calls at a time of all of them together. The answers of vendors are held in memory.
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
    strangers: Semaphore,
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
            strangers: Semaphore::new(STRANGERS),
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

    /// Looks for what a token opens. It is looked for in any case: what others at its address do delays
    /// a right token, and never refuses it. One that was not right lately waits until few others are
    /// looked for, at most as long as all connections take. A mark in the token itself that tells
    /// right ones from made-up ones without the store would be quicker, and would tell a deleted token
    /// from one that never was.
    ///
    /// # Errors
    /// [`Exceeded`]: it opens nothing, like too many before it from the same address; what the search
    /// fails with.
    pub(crate) async fn look_up<T, E: From<Exceeded>>(
        &self,
        client: Client,
        token: &[u8],
        was_right: bool,
        search: impl Future<Output = Result<Option<T>, E>>,
    ) -> Result<Option<T>, E> {
        let found = match was_right {
            true => search.await?,
            false => {
                let _turn = self.strangers.acquire().await;
                search.await?
            }
        };
        if found.is_none() {
            self.failures.count(client, token)?;
        }
        Ok(found)
    }

    /// Counts a message to an MCP server, before it is read.
    ///
    /// # Errors
    /// [`Exceeded`].
    pub(crate) fn count_message(&self, server: &str) -> Result<(), Exceeded> {
        self.requests.take(server, 1)
    }

    /// Counts the others of so many messages, which came together with one that was counted.
    ///
    /// # Errors
    /// [`Exceeded`].
    pub(crate) fn count_others(&self, server: &str, messages: u32) -> Result<(), Exceeded> {
        self.requests.take_others(server, messages)
    }

    /// Begins calls of an MCP server or account, which have ids of their own.
    ///
    /// # Errors
    /// [`Exceeded`]: nothing is begun.
    pub(crate) fn begin(&self, id: &str, calls: u32) -> Result<Turn, Exceeded> {
        self.calls.begin(id, calls)
    }

    /// Counts a request to the HTTP API.
    ///
    /// # Errors
    /// [`Exceeded`].
    pub(crate) fn count_api_request(&self, token_id: &str) -> Result<(), Exceeded> {
        self.api_requests.take(token_id, 1)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;
    use tokio::task::yield_now;

    use super::*;

    /// Looks for tokens that come at once from one address. Right ones are even; which were found.
    async fn at_once(limiter: &Limiter, tokens: impl Iterator<Item = u32>) -> Vec<Option<u32>> {
        let (under_way, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let client = Client::new([192, 0, 2, 1].into());
        let look = |token: u32| {
            let (under_way, most) = (&under_way, &most);
            let search = async move {
                most.fetch_max(
                    under_way.fetch_add(1, Ordering::Relaxed) + 1,
                    Ordering::Relaxed,
                );
                yield_now().await;
                under_way.fetch_sub(1, Ordering::Relaxed);
                Ok::<_, Exceeded>(token.is_multiple_of(2).then_some(token))
            };
            async move {
                let bytes = token.to_be_bytes();
                let found = limiter.look_up(client, &bytes, false, search).await;
                found.ok().flatten()
            }
        };
        let found = join_all(tokens.map(look)).await;
        assert!(most.into_inner() <= STRANGERS);
        found
    }

    #[tokio::test]
    async fn right_tokens_are_found_however_many_come_at_once() {
        let limiter = Limiter::new(&Limits::DEFAULT);
        let found = at_once(&limiter, std::iter::repeat_n(2, 500)).await;
        assert_eq!(found, [Some(2); 500]);
        let found = at_once(&limiter, (0..500).map(|number| number * 2)).await;
        assert!(found.iter().all(Option::is_some), "{found:?}");
    }

    #[tokio::test]
    async fn right_tokens_are_found_among_wrong_ones() {
        let limiter = Limiter::new(&Limits::DEFAULT);
        let found = at_once(&limiter, 0..1000).await;
        assert_eq!(found.iter().flatten().count(), 500);
    }

    #[tokio::test]
    async fn tokens_that_were_right_wait_for_no_others() {
        let limiter = Limiter::new(&Limits::DEFAULT);
        let client = Client::new([192, 0, 2, 1].into());
        let never = || std::future::pending::<Result<Option<()>, Exceeded>>();
        let strangers = (0..100).map(|_| limiter.look_up(client, b"?", false, never()));
        let right = limiter.look_up(client, b"!", true, async { Ok::<_, Exceeded>(Some(())) });
        let soon = tokio::time::timeout(std::time::Duration::from_secs(5), right);
        tokio::select! {
            biased;
            _ = join_all(strangers) => panic!("a search that never ends has ended"),
            found = soon => assert_eq!(found.unwrap().ok(), Some(Some(()))),
        }
    }
}
