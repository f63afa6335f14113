//! What a vendor says about how much may still be asked. What it does not say stays unknown.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use http::header::RETRY_AFTER;

use crate::error::RateLimit;
use crate::table::{self, ResetFormat};

/// Headers that many vendors send (draft-ietf-httpapi-ratelimit-headers and its forerunners).
const USUAL: table::RateLimit = table::RateLimit {
    limit: &["ratelimit-limit", "x-ratelimit-limit", "x-rate-limit-limit"],
    remaining: &[
        "ratelimit-remaining",
        "x-ratelimit-remaining",
        "x-rate-limit-remaining",
    ],
    used: &[],
    reset: &[],
};

/// The usual headers for the reset, whose vendors do not agree on how to write it.
const USUAL_RESET: &[&str] = &["ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset"];

/// Reads the headers that the definition names, or the usual ones where it names none. `now` is
/// when the answer came.
#[must_use]
pub fn read(declared: &table::RateLimit, headers: &HeaderMap, now: SystemTime) -> RateLimit {
    let is_empty = declared.limit.is_empty()
        && declared.remaining.is_empty()
        && declared.used.is_empty()
        && declared.reset.is_empty();
    let table = if is_empty { &USUAL } else { declared };
    let value = |name: &&str| headers.get(*name)?.to_str().ok().and_then(number);
    // A vendor may count in several windows, and what is used of one says nothing about another. The
    // one with the fewest calls left is the one that stops a caller.
    let windows = table.limit.iter().zip(table.used);
    let counted = windows.filter_map(|(limit, used)| {
        let limit = value(limit)?;
        Some((limit, limit.saturating_sub(value(used)?)))
    });
    let (limit, remaining) = match counted.min_by_key(|(_, remaining)| *remaining) {
        Some((limit, remaining)) => (Some(limit), Some(remaining)),
        None => (table.limit.iter().find_map(value), None),
    };
    let remaining = table.remaining.iter().find_map(value).or(remaining);
    let declared_reset = table
        .reset
        .iter()
        .find_map(|(header, format)| reset(headers.get(*header)?.to_str().ok()?, *format, now));
    let usual_reset = || {
        let text = first(if is_empty { USUAL_RESET } else { &[] }, headers)?;
        reset(text, guess(number(text)?), now)
    };
    // RFC 9110 section 10.2.3 means the same everywhere, so it needs no declaration.
    let retry_after = || {
        reset(
            headers.get(RETRY_AFTER)?.to_str().ok()?,
            ResetFormat::RetryAfter,
            now,
        )
    };
    RateLimit {
        limit,
        remaining,
        reset: declared_reset.or_else(usual_reset).or_else(retry_after),
    }
}

/// The value of the first of these headers that is there.
fn first<'a>(names: &[&str], headers: &'a HeaderMap) -> Option<&'a str> {
    names
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
}

/// The number at the start of a header such as `100`, `0.5` or `100, 100;w=60`, rounded up.
fn number(text: &str) -> Option<u64> {
    let text = text.split([',', ';']).next()?.trim();
    let is_number = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let float = text
        .parse::<f64>()
        .ok()
        .filter(|float| is_number && *float < 1e18)?;
    text.parse().ok().or(Some(float.ceil() as u64))
}

/// Seconds until the moment that a header names; 0 when it is past.
fn reset(text: &str, format: ResetFormat, now: SystemTime) -> Option<u64> {
    let until = |moment: SystemTime| {
        let left = moment.duration_since(now).unwrap_or(Duration::ZERO);
        left.as_secs() + u64::from(left.subsec_nanos() > 0)
    };
    let since_1970 = |since: Duration| UNIX_EPOCH.checked_add(since).map(until);
    match format {
        ResetFormat::Seconds => number(text),
        ResetFormat::Epoch => since_1970(Duration::from_secs(number(text)?)),
        ResetFormat::EpochMs => since_1970(Duration::from_millis(number(text)?)),
        ResetFormat::RetryAfter => {
            number(text).or_else(|| httpdate::parse_http_date(text.trim()).ok().map(until))
        }
    }
}

/// How a bare number is meant: nobody counts 30 years of seconds, and no clock stands at 1970.
fn guess(number: u64) -> ResetFormat {
    match number {
        0..1_000_000_000 => ResetFormat::Seconds,
        1_000_000_000..1_000_000_000_000 => ResetFormat::Epoch,
        _ => ResetFormat::EpochMs,
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    const NONE: table::RateLimit = table::RateLimit {
        limit: &[],
        remaining: &[],
        used: &[],
        reset: &[],
    };
    const DECLARED: table::RateLimit = table::RateLimit {
        limit: &["X-Qps-Allotted", "X-Quota-Allotted"],
        remaining: &["X-Left"],
        used: &["X-Qps-Current", "X-Quota-Current"],
        reset: &[
            ("X-Reset", ResetFormat::Epoch),
            ("X-Reset-Ms", ResetFormat::EpochMs),
        ],
    };

    /// What is read at the second 1,700,000,000.
    fn at(
        declared: &table::RateLimit,
        headers: &[(&'static str, &'static str)],
    ) -> (Option<u64>, Option<u64>, Option<u64>) {
        let headers = headers.iter().map(|(name, value)| {
            (
                name.parse::<HeaderName>().unwrap(),
                HeaderValue::from_static(value),
            )
        });
        let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let RateLimit {
            limit,
            remaining,
            reset,
        } = read(declared, &headers.collect(), now);
        (limit, remaining, reset)
    }

    #[test]
    fn nothing_is_invented() {
        assert_eq!(at(&NONE, &[]), (None, None, None));
        assert_eq!(at(&DECLARED, &[("x-qps-current", "3")]), (None, None, None));
        assert_eq!(
            at(&DECLARED, &[("x-ratelimit-limit", "3")]),
            (None, None, None)
        );
        assert_eq!(
            at(&NONE, &[("ratelimit-limit", "many")]),
            (None, None, None)
        );
        assert_eq!(at(&NONE, &[("ratelimit-limit", "-3")]), (None, None, None));
    }

    #[test]
    fn declared_headers() {
        let headers = [
            ("x-quota-allotted", "1000"),
            ("x-qps-allotted", "2"),
            ("x-qps-current", "3"),
        ];
        assert_eq!(at(&DECLARED, &headers), (Some(2), Some(0), None));
        let headers = [
            ("x-quota-allotted", "1000"),
            ("x-quota-current", "10"),
            ("x-left", "5"),
        ];
        assert_eq!(at(&DECLARED, &headers), (Some(1000), Some(5), None));
        let both = |qps, quota| {
            let headers = [
                ("x-qps-allotted", "2"),
                ("x-qps-current", qps),
                ("x-quota-allotted", "1000"),
                ("x-quota-current", quota),
            ];
            at(&DECLARED, &headers)
        };
        assert_eq!(both("1", "37"), (Some(2), Some(1), None));
        assert_eq!(both("1", "1000"), (Some(1000), Some(0), None));
        assert_eq!(both("3", "1000"), (Some(2), Some(0), None));
        let two_windows = [("x-qps-allotted", "2"), ("x-quota-current", "500")];
        assert_eq!(at(&DECLARED, &two_windows), (Some(2), None, None));
        assert_eq!(
            at(&DECLARED, &[("x-reset", "1700000060")]),
            (None, None, Some(60))
        );
        assert_eq!(
            at(&DECLARED, &[("x-reset", "1600000000")]),
            (None, None, Some(0))
        );
        assert_eq!(
            at(&DECLARED, &[("x-reset-ms", "1700000000001")]),
            (None, None, Some(1))
        );
        let headers = [("x-reset", "soon"), ("x-reset-ms", "1700000002000")];
        assert_eq!(at(&DECLARED, &headers), (None, None, Some(2)));
        assert_eq!(
            at(&DECLARED, &[("retry-after", "7")]),
            (None, None, Some(7))
        );
    }

    #[test]
    fn usual_headers() {
        let headers = [
            ("RateLimit-Limit", "100, 100;w=60"),
            ("RateLimit-Remaining", "99"),
            ("RateLimit-Reset", "6"),
        ];
        assert_eq!(at(&NONE, &headers), (Some(100), Some(99), Some(6)));
        let headers = [
            ("X-RateLimit-Limit", "60"),
            ("X-RateLimit-Reset", "1700000030"),
        ];
        assert_eq!(at(&NONE, &headers), (Some(60), None, Some(30)));
        assert_eq!(
            at(&NONE, &[("X-RateLimit-Reset", "1700000005000")]),
            (None, None, Some(5))
        );
        assert_eq!(at(&NONE, &[("Retry-After", "0.2")]), (None, None, Some(1)));
        let date = [("Retry-After", "Tue, 14 Nov 2023 22:13:50 GMT")];
        assert_eq!(at(&NONE, &date), (None, None, Some(30)));
        assert_eq!(
            at(&NONE, &[("Retry-After", "99999999999999999999")]),
            (None, None, None)
        );
    }
}
