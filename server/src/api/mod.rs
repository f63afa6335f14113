//! The HTTP API: accounts, MCP servers, API tokens and the catalogue. JSON in, JSON out; every
//! address needs an API token of the scope `admin`.

mod accounts;
mod admission;
mod api_tokens;
mod catalogue;
mod input;
mod link_tokens;
mod log;
mod mcp_servers;
mod path;
mod refusal;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use http::request::Parts;
use serde_json::{Map, Value, json};

pub(crate) use self::admission::{admit, bearer};
use self::input::Fields;
pub(crate) use self::input::object;
pub(crate) use self::path::{Names, is_name};
pub(crate) use self::refusal::{Refusal, answer, json_text, vendor_status};
use crate::accounts::{Page, PageRequest};
use crate::http::{App, body};

/// The most bytes of a body.
pub(crate) const BODY_LIMIT: usize = 1024 * 1024;

/// What a handler answers.
type Answer = Result<Response, Refusal>;

/// The routes.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/integrated-account",
            get(accounts::list).post(accounts::create),
        )
        .route(
            "/integrated-account/{id}",
            get(accounts::get)
                .patch(accounts::update)
                .delete(accounts::delete),
        )
        .route(
            "/integrated-account/{id}/tools",
            get(catalogue::account_tools),
        )
        .route(
            "/integrated-account/{id}/mcp",
            get(mcp_servers::list).post(mcp_servers::create),
        )
        .route(
            "/integrated-account/{id}/mcp/{mcp_id}",
            get(mcp_servers::get)
                .patch(mcp_servers::update)
                .delete(mcp_servers::delete),
        )
        .route("/link-token", axum::routing::post(link_tokens::create))
        .route("/log", get(log::list))
        .route("/api-token", get(api_tokens::list).post(api_tokens::create))
        .route("/api-token/{id}", axum::routing::delete(api_tokens::revoke))
        .route("/integration", get(catalogue::list))
        .route("/integration/{slug}", get(catalogue::get))
        .route("/integration/{slug}/tools", get(catalogue::tools))
        .route(
            "/integration/{slug}/oauth-app",
            axum::routing::put(catalogue::set_oauth_app),
        )
}

/// The fields of a JSON body.
struct Body(Fields);

impl FromRequest<Arc<App>> for Body {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, Refusal> {
        if !body::is_json(request.headers()) {
            let message = "Content-Type must be application/json.";
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        let text = body::read(request.into_body(), BODY_LIMIT).await;
        let text = text.map_err(|(status, message)| Refusal::new(status, message))?;
        Ok(Self(Fields::parse(&text)?))
    }
}

/// The parameters of the query.
struct Parameters(Fields);

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        Ok(Self(Fields::query(pairs.collect())))
    }
}

/// Which page of a list is asked for.
fn page(fields: &mut Fields) -> Result<PageRequest, Refusal> {
    let limit = fields.number("limit");
    let cursor = fields.text("next_cursor");
    Ok(PageRequest::new(limit, cursor.as_deref())?)
}

/// `{result, next_cursor, limit}`.
fn listed<T>(page: Page<T>, row: impl Fn(T) -> Value) -> Answer {
    let result: Vec<Value> = page.result.into_iter().map(row).collect();
    let body = json!({ "result": result, "next_cursor": page.next_cursor, "limit": page.limit });
    Ok(answer(StatusCode::OK, &body))
}

/// Nothing to say but that it is done.
fn done() -> Answer {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// An object with these members added.
fn with(mut object: Value, members: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let inner: Option<&mut Map<String, Value>> = object.as_object_mut();
    if let Some(inner) = inner {
        inner.extend(
            members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
    }
    object
}
