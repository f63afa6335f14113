//! What goes back: the envelope of a success, or an error with a status of its own.

use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};
use toolwright_runtime::error::{Error, ErrorKind, RateLimit};
use toolwright_runtime::outcome::Outcome;

use crate::api::{answer, json_text};
use crate::envelope;

/// The answer to a call.
pub(super) fn of(outcome: Result<Outcome, Error>) -> Response {
    match outcome {
        Ok(outcome) => success(outcome),
        Err(error) => failure(&error),
    }
}

fn success(Outcome { data, rate_limit }: Outcome) -> Response {
    let mut response = json_text(StatusCode::OK, envelope::object(data, Vec::new()));
    tell(&mut response, &rate_limit);
    response
}

fn failure(error: &Error) -> Response {
    let status = status(error.kind);
    let body = json!({
        "statusCode": status.as_u16(),
        "error": status.canonical_reason().unwrap_or_default(),
        "message": error.message,
        "details": details(error),
    });
    let mut response = answer(status, &body);
    tell(&mut response, &error.rate_limit);
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// The status that says what a failure means for whoever asked. What the vendor answered is in the
/// details. 401 is never among them: it is about the API token of the request, and a program that
/// meets it throws that away.
fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::InvalidArgument => StatusCode::BAD_REQUEST,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::Unauthorized => StatusCode::FAILED_DEPENDENCY,
        ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorKind::Upstream | ErrorKind::Network | ErrorKind::TooLarge | ErrorKind::Malformed => {
            StatusCode::BAD_GATEWAY
        }
        ErrorKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
    }
}

/// What else is known of a failure, under the names that results of tools have.
fn details(error: &Error) -> Value {
    let known = [
        ("kind", Some(error.kind.code().into())),
        ("hint", error.hint.as_deref().map(Value::from)),
        ("status", error.status.map(Value::from)),
        ("vendor_code", error.vendor_code.as_deref().map(Value::from)),
    ];
    let members = known.into_iter();
    let members: Map<String, Value> = members
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect();
    members.into()
}

/// Says how much may still be asked, as far as the vendor says.
fn tell(response: &mut Response, limits: &RateLimit) {
    let numbers = [
        ("ratelimit-limit", limits.limit),
        ("ratelimit-remaining", limits.remaining),
        ("ratelimit-reset", limits.reset),
    ];
    let known = numbers
        .into_iter()
        .filter_map(|(name, number)| Some((HeaderName::from_static(name), number?)));
    let headers = response.headers_mut();
    headers.extend(known.map(|(name, number)| (name, HeaderValue::from(number))));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_error_has_its_status() {
        for (kind, expected) in [
            (ErrorKind::InvalidArgument, 400),
            (ErrorKind::Forbidden, 403),
            (ErrorKind::NotFound, 404),
            (ErrorKind::Conflict, 409),
            (ErrorKind::Unauthorized, 424),
            (ErrorKind::RateLimited, 429),
            (ErrorKind::Internal, 500),
            (ErrorKind::Upstream, 502),
            (ErrorKind::Network, 502),
            (ErrorKind::TooLarge, 502),
            (ErrorKind::Malformed, 502),
            (ErrorKind::Timeout, 504),
        ] {
            let response = failure(&Error::new(kind, "No."));
            assert_eq!(response.status(), expected, "{kind:?}");
            assert!(!response.headers().contains_key("ratelimit-limit"));
            assert!(!response.headers().contains_key(RETRY_AFTER));
        }
    }

    #[test]
    fn only_throttling_says_when_to_come_back() {
        for (kind, expected) in [(ErrorKind::RateLimited, true), (ErrorKind::Upstream, false)] {
            let mut error = Error::new(kind, "No.");
            error.rate_limit.reset = Some(30);
            let response = failure(&error);
            assert_eq!(response.headers()["ratelimit-reset"], "30");
            assert_eq!(response.headers().contains_key(RETRY_AFTER), expected);
        }
    }

    #[test]
    fn details_leave_out_what_is_not_known() {
        let mut error = Error::new(ErrorKind::NotFound, "There is no such user.");
        assert_eq!(details(&error), json!({ "kind": "not_found" }));
        error.hint = Some("list_all_acme_users lists them.".to_owned());
        error.status = Some(404);
        error.vendor_code = Some("USER_GONE".to_owned());
        error.body = Some("<raw>".to_owned());
        let known = json!({
            "kind": "not_found",
            "hint": "list_all_acme_users lists them.",
            "status": 404,
            "vendor_code": "USER_GONE",
        });
        assert_eq!(details(&error), known);
    }
}
