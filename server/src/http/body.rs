//! The body of a request: as long as it may be, and as slow.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use http_body::Body as _;

/// How long the body of a request may take to arrive.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Whether the body is declared as JSON, with parameters such as a charset or without. A browser
/// cannot send this type across origins without asking first.
#[must_use]
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// The whole body, of at most so many bytes.
///
/// # Errors
/// The status and the sentence to refuse it with.
pub(crate) async fn read(body: Body, limit: usize) -> Result<Bytes, (StatusCode, String)> {
    let refusal = |status: StatusCode, message: &str| Err((status, message.to_owned()));
    match tokio::time::timeout(TIMEOUT, collect(body, limit)).await {
        Ok(Ok(Some(text))) => Ok(text),
        Ok(Ok(None)) => {
            let message = format!("The body must not be longer than {} KiB.", limit / 1024);
            refusal(StatusCode::PAYLOAD_TOO_LARGE, &message)
        }
        Ok(Err(_)) => refusal(StatusCode::BAD_REQUEST, "The body could not be read."),
        Err(_) => refusal(StatusCode::REQUEST_TIMEOUT, "The body took too long."),
    }
}

/// The whole body; `None` as soon as it is known to be too long.
async fn collect(mut body: Body, limit: usize) -> Result<Option<Bytes>, axum::Error> {
    let mut text = BytesMut::new();
    // What is announced as too long need not arrive first.
    let mut too_long = body.size_hint().lower() > limit as u64;
    while !too_long {
        let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await else {
            return Ok(Some(text.freeze()));
        };
        if let Ok(data) = frame?.into_data() {
            too_long = text.len() + data.len() > limit;
            text.extend_from_slice(&data);
        }
    }
    Ok(None)
}
