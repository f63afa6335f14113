//! The proxy API: the operations of a vendor over plain HTTP, for programs.
//!
//! A request takes one way: who asks ([`admit`]) -> for which account -> [`route`] -> [`arguments`]
//! -> the call path of the runtime -> [`answer`]. All but the first two and the call is pure.

mod answer;
mod arguments;
mod route;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::response::Response;
use axum::routing::any;
use http::{HeaderMap, StatusCode};
use http_body::Body as _;
use serde_json::{Map, Value};

use self::route::Route;
use crate::accounts::{Problem, RegistryError, Scope};
use crate::api::{BODY_LIMIT, Refusal, admit, is_name, object};
use crate::http::{App, Client, body};
use crate::log::{About, ClientInfo, Deed, Record};

/// The parameter that names the account; no argument.
const ACCOUNT: &str = "integrated_account_id";

/// The routes.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/proxy/{resource}", any(call))
        .route("/proxy/{resource}/{rest}", any(call))
}

/// Calls an operation, once, and logs it.
async fn call(
    State(app): State<Arc<App>>,
    client: Client,
    path: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    let token = admit(&app, client, &head.headers, Scope::Admin).await?;
    app.limiter.count_api_request(&token.id)?;
    let path = path.map_err(|_| Refusal::not_found())?;
    let mut path = path.iter().map(|(_, name)| name);
    let (resource, rest) = (path.next().unwrap_or_default(), path.next());
    let (account, query) = account(head.uri.query().unwrap_or_default())?;
    let open = app.registry.open_account(&account).await?;
    let account = &open.account;
    let operations = account.integration.operations;
    let Route { operation, id } = route::find(operations, head.method.as_str(), resource, rest)?;
    let body = members(&head.headers, body).await?;
    let _turn = app.limiter.begin(&account.id, 1)?;
    let program = ClientInfo::of_headers(&head.headers);
    let about = About {
        deed: Deed::ProxyCall(operation.name.to_owned()),
        integration: account.integration.slug,
        account: &account.id,
        tenant_id: open.tenant_id.as_deref(),
        mcp_server_id: None,
        api_token_id: Some(&token.id),
        client: &program,
        protocol_version: None,
    };
    let mut record = Record::new(&app.log, about);
    let outcome = match arguments::flat(operation, id, query, body) {
        Ok(arguments) => {
            let caller = app.registry.caller();
            caller
                .call_and_count(account, operation, &arguments, &mut record.usage)
                .await
        }
        Err(error) => Err(error),
    };
    record.judge(&outcome);
    let response = answer::of(outcome);
    record.bytes = response.body().size_hint().exact();
    drop(record);
    app.registry.keep_what_was_told(&open).await;
    Ok(response)
}

/// The account that a query names, and its other parameters.
fn account(query: &str) -> Result<(String, Vec<(String, String)>), Refusal> {
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    let (named, others): (Vec<_>, Vec<_>) = pairs.partition(|(name, _)| name == ACCOUNT);
    let problem = |what| Refusal::from(Problem::new(ACCOUNT, format!("`{ACCOUNT}` is {what}.")));
    let mut named = named.into_iter().map(|(_, id)| id);
    match (named.next(), named.next()) {
        (Some(id), None) if is_name(&id) => Ok((id, others)),
        (Some(_), None) => Err(RegistryError::NotFound("integrated account").into()),
        (Some(_), Some(_)) => Err(problem("given twice")),
        (None, _) => Err(problem("missing")),
    }
}

/// The members of a body; none where there is no body.
async fn members(headers: &HeaderMap, body: Body) -> Result<Map<String, Value>, Refusal> {
    let text = body::read(body, BODY_LIMIT).await;
    let text = text.map_err(|(status, message)| Refusal::new(status, message))?;
    if text.is_empty() {
        return Ok(Map::new());
    }
    if !body::is_json(headers) {
        let message = "Content-Type must be application/json.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    Ok(object(&text)?)
}
