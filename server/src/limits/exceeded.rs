//! What is said of a limit that was reached.

use std::fmt;
use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::bucket::{Empty, Rate};

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// Tokens from one address that are none.
    Failures,
    /// Messages to one MCP server.
    Requests,
    /// Calls at a time of one MCP server, or of one account by the proxy API.
    Calls,
    /// Calls at a time of all of them.
    AllCalls,
    /// Requests to the HTTP API with one token.
    ApiRequests,
}

/// The name of the limit for which an answer is a refusal; one of its extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RefusedBy(pub(crate) &'static str);

impl Limit {
    /// The name in the metrics.
    fn name(self) -> &'static str {
        match self {
            Self::Failures => "wrong_tokens",
            Self::Requests => "requests",
            Self::Calls => "concurrent_calls",
            Self::AllCalls => "total_concurrent_calls",
            Self::ApiRequests => "api_requests",
        }
    }
}

/// A limit was reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exceeded {
    limit: Limit,
    most: u32,
    remaining: u32,
    reset: Duration,
    wait: Duration,
}

impl Exceeded {
    /// Less is left of a rate than was asked for.
    pub(super) fn rate(limit: Limit, rate: Rate, empty: Empty) -> Self {
        Self {
            limit,
            most: rate.burst,
            remaining: empty.remaining,
            reset: empty.reset,
            wait: empty.wait,
        }
    }

    /// Fewer calls can be begun than were asked for. When one ends, nobody knows: a second is a guess
    /// that costs little.
    pub(super) fn calls(limit: Limit, most: u32, remaining: u32) -> Self {
        let second = Duration::from_secs(1);
        Self {
            limit,
            most,
            remaining,
            reset: second,
            wait: second,
        }
    }

    #[cfg(test)]
    pub(super) fn limit(&self) -> Limit {
        self.limit
    }

    /// 429 where the client did it (RFC 6585 section 4), 503 where all of them did.
    pub(crate) fn status(&self) -> StatusCode {
        match self.limit {
            Limit::AllCalls => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// Says how much there is, how much is left, in how many seconds all of it will be there, and in
    /// how many to try again (RFC 9110 section 10.2.3).
    pub(crate) fn tell<B>(&self, response: &mut Response<B>) {
        let numbers = [
            (HeaderName::from_static("ratelimit-limit"), self.most.into()),
            (
                HeaderName::from_static("ratelimit-remaining"),
                self.remaining.into(),
            ),
            (
                HeaderName::from_static("ratelimit-reset"),
                seconds(self.reset),
            ),
            (RETRY_AFTER, seconds(self.wait)),
        ];
        let headers = response.headers_mut();
        headers.extend(numbers.map(|(name, number)| (name, HeaderValue::from(number))));
        response
            .extensions_mut()
            .insert(RefusedBy(self.limit.name()));
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (most, wait) = (self.most, seconds(self.wait));
        match self.limit {
            Limit::Failures => write!(
                out,
                "Too many tokens from this address were wrong; try again in {wait} s."
            ),
            Limit::Requests => write!(
                out,
                "This MCP server takes {most} requests at once and half of that a second; try again \
                 in {wait} s."
            ),
            Limit::Calls => write!(
                out,
                "No more than {most} calls are made at a time here; send this one again when others \
                 are answered."
            ),
            Limit::AllCalls => write!(
                out,
                "The server makes {most} calls at a time, and as many are under way; try again in \
                 {wait} s."
            ),
            Limit::ApiRequests => write!(
                out,
                "This API token is good for {most} requests at once and half of that a second; try \
                 again in {wait} s."
            ),
        }
    }
}

/// Whole seconds, after which it is certain.
fn seconds(time: Duration) -> u64 {
    time.as_millis()
        .div_ceil(1000)
        .max(1)
        .try_into()
        .unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_never_too_few() {
        for (milliseconds, expected) in [(0, 1), (10, 1), (1000, 1), (1001, 2)] {
            assert_eq!(seconds(Duration::from_millis(milliseconds)), expected);
        }
    }

    #[test]
    fn headers_hold_the_numbers() {
        let exceeded = Exceeded {
            limit: Limit::Failures,
            most: 30,
            remaining: 0,
            reset: Duration::from_secs(30),
            wait: Duration::from_millis(900),
        };
        let mut response = Response::new(());
        exceeded.tell(&mut response);
        for (name, value) in [
            ("ratelimit-limit", "30"),
            ("ratelimit-remaining", "0"),
            ("ratelimit-reset", "30"),
            ("retry-after", "1"),
        ] {
            assert_eq!(response.headers()[name], value);
        }
        assert!(exceeded.to_string().ends_with("try again in 1 s."));
    }
}
