//! Errors of the HTTP API: `{"statusCode", "error", "message", "details"?}`.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};
use toolwright_runtime::error::{Error, ErrorKind};

use crate::accounts::{Problem, RegistryError};
use crate::limits::Exceeded;
use crate::store::StoreError;

/// Why a request is not done.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    message: String,
    details: Vec<Problem>,
    /// What its headers say.
    headers: Headers,
}

/// What the headers of a refusal say besides what every answer does.
#[derive(Debug)]
enum Headers {
    /// Nothing.
    None,
    /// An API token would help.
    Challenge,
    /// The address takes these methods.
    Allow(String),
    /// This limit was reached.
    Exceeded(Exceeded),
    /// The vendor takes the next request after so many seconds.
    RetryAfter(u64),
}

impl Refusal {
    /// A refusal with a sentence.
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            details: Vec::new(),
            headers: Headers::None,
        }
    }

    /// There is nothing at this address.
    #[must_use]
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is nothing at this address.")
    }

    /// An API token is needed (RFC 6750 section 3).
    #[must_use]
    pub(crate) fn unauthorized(message: &str) -> Self {
        Self {
            headers: Headers::Challenge,
            ..Self::new(StatusCode::UNAUTHORIZED, message)
        }
    }

    /// The address takes these methods (RFC 9110 section 15.5.6).
    #[must_use]
    pub(crate) fn method_not_allowed<'a>(methods: impl IntoIterator<Item = &'a str>) -> Self {
        let methods: Vec<&str> = methods.into_iter().collect();
        let methods = methods.join(", ");
        let message = format!("This address takes {methods}.");
        Self {
            headers: Headers::Allow(methods),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, message)
        }
    }

    /// What was given is wrong.
    #[must_use]
    pub(crate) fn invalid(problems: Vec<Problem>) -> Self {
        let error = RegistryError::Invalid(problems);
        error.into()
    }
}

impl From<RegistryError> for Refusal {
    fn from(error: RegistryError) -> Self {
        let message = error.to_string();
        match error {
            RegistryError::NotFound(_) => Self::new(StatusCode::NOT_FOUND, message),
            RegistryError::Conflict(_) => Self::new(StatusCode::CONFLICT, message),
            RegistryError::Invalid(details) => Self {
                details,
                ..Self::new(StatusCode::BAD_REQUEST, message)
            },
            RegistryError::Vendor(error) => Self {
                headers: error
                    .retry_after()
                    .map_or(Headers::None, Headers::RetryAfter),
                ..Self::new(vendor_status(&error), message)
            },
            RegistryError::Store(error) => error.into(),
            RegistryError::Vault(error) => {
                tracing::error!(%error, "the vault failed");
                let message = "The server cannot seal or open credentials; its log says why.";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
            }
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed");
        let message = "The store does not answer; try again in a moment.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
    }
}

impl From<Exceeded> for Refusal {
    fn from(exceeded: Exceeded) -> Self {
        Self {
            headers: Headers::Exceeded(exceeded),
            ..Self::new(exceeded.status(), exceeded.to_string())
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::invalid(vec![problem])
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({
            "statusCode": self.status.as_u16(),
            "error": self.status.canonical_reason().unwrap_or_default(),
            "message": self.message,
        });
        if let (false, Some(body)) = (self.details.is_empty(), body.as_object_mut()) {
            let detail =
                |problem: Problem| json!({ "field": problem.field, "message": problem.message });
            let details: Value = self.details.into_iter().map(detail).collect();
            body.insert("details".to_owned(), details);
        }
        let mut response = answer(self.status, &body);
        match self.headers {
            Headers::None => {}
            Headers::Challenge => {
                let challenge = HeaderValue::from_static("Bearer realm=\"toolwright\"");
                response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            }
            Headers::Allow(methods) => {
                let methods = methods.try_into().ok();
                response
                    .headers_mut()
                    .extend(methods.map(|methods| (ALLOW, methods)));
            }
            Headers::Exceeded(exceeded) => exceeded.tell(&mut response),
            Headers::RetryAfter(seconds) => {
                response.headers_mut().insert(RETRY_AFTER, seconds.into());
            }
        }
        response
    }
}

/// The status for a vendor that did not take what somebody offered to connect with: whether they or
/// the vendor are to do something about it.
pub(crate) fn vendor_status(error: &Error) -> StatusCode {
    match error.kind {
        ErrorKind::InvalidArgument
        | ErrorKind::Unauthorized
        | ErrorKind::Forbidden
        | ErrorKind::NotFound
        | ErrorKind::Conflict => StatusCode::BAD_REQUEST,
        ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        ErrorKind::Upstream | ErrorKind::Network | ErrorKind::TooLarge | ErrorKind::Malformed => {
            StatusCode::BAD_GATEWAY
        }
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A JSON answer. Nobody on the way may keep it.
#[must_use]
pub(crate) fn answer(status: StatusCode, body: &Value) -> Response {
    json_text(status, body.to_string())
}

/// The same of JSON that is text already.
#[must_use]
pub(crate) fn json_text(status: StatusCode, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(
        http::header::CACHE_CONTROL,
        HeaderValue::from_static("no-store"),
    );
    response
}
