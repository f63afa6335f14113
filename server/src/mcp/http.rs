//! MCP over HTTP: one POST is one message, or one batch, and one JSON answer
//! (2026-07-28, basic/transports/streamable-http).

use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, post};
use bytes::{Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body::Body as _;

use super::response::Response;
use crate::http::App;
use crate::http::pages;

/// The most bytes of a request body.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// How long the body of a request may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The handlers of `/mcp/{key}`. There is no stream to open with GET and no session to DELETE.
pub fn routes() -> MethodRouter<Arc<App>> {
    post(receive)
}

async fn receive(State(app): State<Arc<App>>, mut request: Request) -> axum::response::Response {
    let key = request.uri().path().strip_prefix("/mcp/");
    let Some(endpoint) = key.and_then(|key| app.endpoint(key)) else {
        return pages::not_found().await;
    };
    let headers = mem::take(request.headers_mut());
    // A browser cannot send this type across origins without asking first.
    if !is_json(&headers) {
        let message = "Content-Type must be application/json.";
        return Response::refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, message).into_response();
    }
    let text = match read(request.into_body()).await {
        Ok(text) => text,
        Err(refusal) => return refusal.into_response(),
    };
    let reply = endpoint.dispatch(&text, Some(&headers));
    match endpoint.perform(&app.caller, reply).await {
        Some(response) => response.into_response(),
        None => StatusCode::ACCEPTED.into_response(),
    }
}

/// Whether the body is declared as JSON, with parameters such as a charset or without.
fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

async fn read(body: Body) -> Result<Bytes, Response> {
    let refusal = |status: StatusCode, message| Err(Response::refusal(status, message));
    match tokio::time::timeout(BODY_TIMEOUT, collect(body)).await {
        Ok(Ok(Some(text))) => Ok(text),
        Ok(Ok(None)) => refusal(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The body must not be longer than 4 MiB.",
        ),
        Ok(Err(_)) => refusal(StatusCode::BAD_REQUEST, "The body could not be read."),
        Err(_) => refusal(StatusCode::REQUEST_TIMEOUT, "The body took too long."),
    }
}

/// The whole body; `None` as soon as it is known to be too long.
async fn collect(mut body: Body) -> Result<Option<Bytes>, axum::Error> {
    let mut text = BytesMut::new();
    // What is announced as too long need not arrive first.
    let mut too_long = body.size_hint().lower() > BODY_LIMIT as u64;
    while !too_long {
        let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await else {
            return Ok(Some(text.freeze()));
        };
        if let Ok(data) = frame?.into_data() {
            too_long = text.len() + data.len() > BODY_LIMIT;
            text.extend_from_slice(&data);
        }
    }
    Ok(None)
}

impl IntoResponse for Response {
    fn into_response(self) -> axum::response::Response {
        let mut response = axum::response::Response::new(Body::new(self.body));
        *response.status_mut() = self.status;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }
}
