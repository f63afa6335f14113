//! The HTTP server: which addresses there are, who may ask, and how connections are kept.

mod access;
pub mod pages;
mod public_url;
mod serve;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use toolwright_runtime::call::Caller;

pub use self::access::Access;
pub use self::public_url::{PublicUrl, PublicUrlError};
pub use self::serve::{ServeError, serve};
use crate::mcp;
use crate::mcp::endpoint::Endpoint;

/// Everything that the server serves.
pub struct App {
    /// The MCP servers, by the last segment of their address: `/mcp/{key}`.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// What makes their calls.
    pub caller: Arc<Caller>,
    /// Who may ask.
    pub access: Access,
}

impl App {
    /// The MCP server that a segment of an address stands for.
    #[must_use]
    pub fn endpoint(&self, key: &str) -> Option<&Endpoint> {
        self.endpoints.get(key)
    }
}

/// The routes of the server, without the checks that every request passes first.
fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(pages::index))
        .route("/healthz", get(pages::health))
        .route("/mcp/{key}", mcp::http::routes())
        .fallback(pages::not_found)
        .method_not_allowed_fallback(pages::method_not_allowed)
        .with_state(app)
}
