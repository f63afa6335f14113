//! The HTTP server: which addresses there are, who may ask, and how connections are kept.

mod access;
pub(crate) mod body;
pub mod pages;
mod public_url;
mod serve;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use toolwright_runtime::call::Caller;

pub use self::access::Access;
pub use self::public_url::{PublicUrl, PublicUrlError};
pub use self::serve::{ServeError, serve};
use crate::accounts::Registry;
use crate::mcp::servers::Servers;
use crate::{api, mcp};

/// Everything that the server serves.
pub struct App {
    /// The accounts and what belongs to them.
    pub registry: Registry,
    /// What MCP servers share.
    pub servers: Servers,
    /// What makes calls.
    pub caller: Arc<Caller>,
    /// Who may ask.
    pub access: Access,
    /// What addresses start with: `https://tools.example.com`.
    pub public_url: String,
}

impl App {
    /// What serves the accounts of a registry, at addresses that start with `public_url`.
    #[must_use]
    pub fn new(
        registry: Registry,
        caller: Arc<Caller>,
        access: Access,
        public_url: String,
    ) -> Self {
        let servers = Servers::new(registry.catalogue());
        Self {
            registry,
            servers,
            caller,
            access,
            public_url,
        }
    }
}

/// The routes of the server, without the checks that every request passes first.
fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(pages::index))
        .route("/healthz", get(pages::health))
        .route("/readyz", get(pages::ready))
        .route("/mcp", mcp::http::routes())
        .route("/mcp/{token}", mcp::http::routes())
        .merge(api::routes())
        .fallback(pages::not_found)
        .method_not_allowed_fallback(pages::method_not_allowed)
        .with_state(app)
}
