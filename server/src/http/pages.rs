//! The answers that have nothing to do with MCP.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use super::App;
use crate::api::{Refusal, answer};
use crate::metrics;

/// An error as JSON: `{"statusCode", "error", "message"}`.
#[must_use]
pub fn error(status: StatusCode, message: &str) -> Response {
    Refusal::new(status, message).into_response()
}

/// An address where nothing is; that of OAuth metadata too, which says that none is asked for.
pub async fn not_found() -> Response {
    Refusal::not_found().into_response()
}

pub(super) async fn method_not_allowed() -> Response {
    error(
        StatusCode::METHOD_NOT_ALLOWED,
        "This address does not take this method.",
    )
}

/// What this is, for a person who opens the address in a browser.
pub(super) async fn index() -> Response {
    let text = "Toolwright serves MCP at addresses of their own: POST /mcp/…\n";
    typed("text/plain; charset=utf-8", text)
}

/// Says that the process is alive.
pub(super) async fn health() -> Response {
    answer(StatusCode::OK, &json!({ "status": "ok" }))
}

/// Says whether calls can be served.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    match app.readiness.ask(&app.registry).await {
        true => answer(StatusCode::OK, &json!({ "status": "ready" })),
        false => error(
            StatusCode::SERVICE_UNAVAILABLE,
            "The store does not answer; try again in a moment.",
        ),
    }
}

/// What is counted, for Prometheus.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    match app.metrics.to_text() {
        Ok(text) => typed(metrics::CONTENT_TYPE, text),
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be written");
            let message = "The metrics cannot be written.";
            self::error(StatusCode::INTERNAL_SERVER_ERROR, message)
        }
    }
}

fn typed(content_type: &'static str, text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    let content_type = HeaderValue::from_static(content_type);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
