//! The HTTP server: which addresses there are, who may ask, and how connections are kept.

mod access;
pub(crate) mod body;
mod client;
pub mod pages;
mod places;
mod public_url;
mod readiness;
mod serve;
mod write_timeout;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

pub use self::access::Access;
pub(crate) use self::client::Client;
pub use self::client::{Network, NetworkError};
pub use self::public_url::{PublicUrl, PublicUrlError};
pub use self::readiness::Readiness;
pub use self::serve::{ServeError, serve};
use crate::accounts::Registry;
use crate::limits::{Limiter, Limits};
use crate::log::Log;
use crate::mcp::servers::Servers;
use crate::metrics::Metrics;
use crate::{api, connect, mcp, proxy};

/// Everything that the server serves.
pub struct App {
    /// The accounts and what belongs to them.
    pub registry: Registry,
    /// What MCP servers share.
    pub servers: Servers,
    /// Who may ask.
    pub access: Access,
    /// What addresses start with: `https://tools.example.com`.
    pub public_url: String,
    /// How much of it one client can have.
    pub limiter: Limiter,
    /// What is counted.
    pub metrics: Metrics,
    /// Where calls leave their lines.
    pub log: Log,
    /// Whether calls can be served.
    pub readiness: Readiness,
    /// The control of simulated vendors, where there are such; else nothing.
    pub sandbox: Router,
    /// The proxies whose `X-Forwarded-For` says whom a request is from.
    pub proxies: Vec<Network>,
}

impl App {
    /// What serves the accounts of a registry, at addresses that start with `public_url`, within the
    /// usual limits and behind no proxy.
    #[must_use]
    pub fn new(registry: Registry, access: Access, public_url: String) -> Self {
        let registry = registry.served_at(&public_url);
        let servers = Servers::new(registry.catalogue());
        let metrics = Metrics::new(registry.store_errors(), registry.refreshes());
        let log = Log::kept(metrics.clone());
        Self {
            registry,
            servers,
            access,
            public_url,
            limiter: Limiter::new(&Limits::DEFAULT),
            metrics,
            log,
            readiness: Readiness::default(),
            sandbox: Router::new(),
            proxies: Vec::new(),
        }
    }
}

/// The routes of the server, without the checks that every request passes first.
fn router(app: Arc<App>) -> Router {
    let sandbox = app.sandbox.clone();
    Router::new()
        .route("/", get(pages::index))
        .route("/healthz", get(pages::health))
        .route("/readyz", get(pages::ready))
        .route("/metrics", get(pages::metrics))
        .route("/mcp", mcp::http::routes())
        .route("/mcp/{token}", mcp::http::routes())
        .merge(api::routes())
        .merge(proxy::routes())
        .merge(connect::routes())
        .fallback(pages::not_found)
        .method_not_allowed_fallback(pages::method_not_allowed)
        .with_state(app)
        .merge(sandbox)
}
