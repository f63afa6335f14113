//! `/connect`: where a person who has a link connects an account, in a browser.

mod callback;
mod page;
mod start;
mod way;

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use http::HeaderValue;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName};

use self::page::Page;
use crate::accounts::{Link, RegistryError};
use crate::api::vendor_status;
use crate::http::{App, Client};

/// The routes.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/connect.js", get(|| script(include_str!("connect.js"))))
        .route(
            "/connect/report.js",
            get(|| script(include_str!("report.js"))),
        )
        .route("/connect/style.css", get(style))
        .route("/connect/{slug}", get(start::ask).post(start::begin))
        .route("/connect/{slug}/callback", get(callback::finish))
}

/// The link of a token, if it is one to this integration.
async fn link(app: &App, client: Client, slug: &str, token: &str) -> Result<Link, Page> {
    let hash = app.registry.hash(token);
    let search = async { app.registry.link(&hash).await.map_err(unavailable) };
    let found = app.limiter.look_up(client, &hash, false, search).await?;
    found
        .filter(|link| link.integration.slug == slug)
        .ok_or_else(page::no_link)
}

/// Where the vendor sends browsers back to, which is registered with it.
fn redirect_uri(app: &App, link: &Link) -> String {
    format!(
        "{}/connect/{}/callback",
        app.public_url, link.integration.slug
    )
}

/// The page for an account that was not connected.
fn refused(error: &RegistryError) -> (StatusCode, String) {
    match error {
        RegistryError::Vendor(error) => (vendor_status(error), error.to_string()),
        RegistryError::Invalid(_) | RegistryError::Conflict(_) | RegistryError::NotFound(_) => {
            (StatusCode::BAD_REQUEST, error.to_string())
        }
        RegistryError::Store(_) | RegistryError::Vault(_) => {
            tracing::error!(%error, "an account was not connected");
            let sentence = "The server cannot keep the account; tell whoever runs it.";
            (StatusCode::SERVICE_UNAVAILABLE, sentence.to_owned())
        }
    }
}

fn unavailable(error: impl Into<RegistryError>) -> Page {
    let (status, sentence) = refused(&error.into());
    page::problem(status, &sentence)
}

/// A script, which pages of any origin may run.
async fn script(text: &'static str) -> Response {
    let mut response = file("text/javascript; charset=utf-8", text);
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    let anybody = HeaderValue::from_static("cross-origin");
    response.headers_mut().insert(policy, anybody);
    response
}

async fn style() -> Response {
    file("text/css; charset=utf-8", include_str!("style.css"))
}

fn file(content_type: &'static str, text: &'static str) -> Response {
    let mut response = Response::new(text.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    let nosniff = HeaderName::from_static("x-content-type-options");
    headers.insert(nosniff, HeaderValue::from_static("nosniff"));
    response
}
