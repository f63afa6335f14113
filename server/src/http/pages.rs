//! The answers that have nothing to do with MCP.

use std::fmt::Write;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use super::App;

/// An error as JSON: `{"statusCode", "error", "message"}`.
#[must_use]
pub fn error(status: StatusCode, message: &str) -> Response {
    let text = json!({
        "statusCode": status.as_u16(),
        "error": status.canonical_reason().unwrap_or_default(),
        "message": message,
    });
    page(status, "application/json", text.to_string())
}

/// An address where nothing is; that of OAuth metadata too, which says that none is asked for.
pub async fn not_found() -> Response {
    error(StatusCode::NOT_FOUND, "There is nothing at this address.")
}

pub(super) async fn method_not_allowed() -> Response {
    error(
        StatusCode::METHOD_NOT_ALLOWED,
        "This address does not take this method.",
    )
}

/// The MCP servers, for a person who opens the address in a browser.
pub(super) async fn index(State(app): State<Arc<App>>) -> Response {
    let mut text = String::from("Toolwright serves MCP at these addresses:\n\n");
    for (key, endpoint) in &app.endpoints {
        let label = endpoint.toolset.integration().label;
        let count = endpoint.toolset.operations().len();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "POST /mcp/{key}    {label}, tools: {count}");
    }
    page(StatusCode::OK, "text/plain; charset=utf-8", text)
}

/// Says that the process is alive.
pub(super) async fn health() -> Response {
    page(
        StatusCode::OK,
        "application/json",
        r#"{"status":"ok"}"#.to_owned(),
    )
}

fn page(status: StatusCode, content_type: &'static str, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
