//! MCP over HTTP: one POST is one message, or one batch, and one JSON answer
//! (2026-07-28, basic/transports/streamable-http).

use std::mem;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, post};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use serde_json::value::RawValue;

use super::dispatch;
use super::endpoint::Means;
use super::failure::{Code, Failure};
use super::protocol::{self, Message};
use super::response::Response;
use super::servers::{Open, OpenError};
use crate::accounts::Scope;
use crate::api::{Refusal, admit, bearer};
use crate::http::{App, Client, body};
use crate::limits::Exceeded;
use crate::log::SESSION_ID;

/// The most bytes of a request body.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// The handlers of `/mcp/{token}` and of `/mcp`, where the token is in a header. There is no stream
/// to open with GET, and nothing is kept of a session that could be ended with DELETE.
pub fn routes() -> MethodRouter<Arc<App>> {
    post(receive)
}

async fn receive(
    State(app): State<Arc<App>>,
    client: Client,
    mut request: Request,
) -> axum::response::Response {
    let headers = mem::take(request.headers_mut());
    let (open, api_token_id) = match open(&app, client, request.uri(), &headers).await {
        Ok(opened) => opened,
        Err(refusal) => return refusal.into_response(),
    };
    // What is refused is neither read nor thought about.
    if let Err(exceeded) = app.limiter.count_message(&open.server.id) {
        return too_much(None, exceeded);
    }
    if !body::is_json(&headers) {
        let message = "Content-Type must be application/json.";
        return Response::refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, message).into_response();
    }
    let text = match body::read(request.into_body(), BODY_LIMIT).await {
        Ok(text) => text,
        Err((status, message)) => return Response::refusal(status, &message).into_response(),
    };
    let messages = dispatch::messages(&text);
    if let Err(exceeded) = app.limiter.count_others(&open.server.id, messages) {
        return too_much(None, exceeded);
    }
    let reply = open.endpoint.dispatch(&text, Some(&headers));
    let _turn = match app.limiter.begin(&open.server.id, reply.calls()) {
        Ok(turn) => turn,
        Err(exceeded) => return too_much(request_id(&text), exceeded),
    };
    let means = Means {
        caller: Arc::clone(app.registry.caller()),
        log: app.log.clone(),
        api_token_id,
    };
    let response = open.endpoint.perform(&means, reply).await;
    app.registry.keep_what_was_told(&open.account).await;
    match response {
        Some(response) => response.into_response(),
        None => StatusCode::ACCEPTED.into_response(),
    }
}

/// What answers for the token of a request, and the id of the API token that came with it where one is
/// needed. Whether a token is unknown, has expired or was deleted
/// makes no difference.
async fn open(
    app: &App,
    client: Client,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(Arc<Open>, Option<String>), Refusal> {
    let in_path = uri.path().strip_prefix("/mcp/");
    let Some(token) = in_path.or_else(|| bearer(headers)) else {
        let message = "The token of an MCP server is needed: in the address, or as a bearer token.";
        return Err(Refusal::unauthorized(message));
    };
    let hash = app.registry.hash(token);
    let was_right = app.registry.was_right(&hash);
    let search = async { Ok::<_, Refusal>(app.servers.open(&app.registry, &hash).await?) };
    let found = app
        .limiter
        .look_up(client, &hash, was_right, search)
        .await?;
    let open = found.ok_or_else(Refusal::not_found)?;
    if !open.server.require_api_token_auth {
        return Ok((open, None));
    }
    if in_path.is_none() {
        let message = "This MCP server needs an API token in `Authorization`; put its own token in \
                       the address.";
        return Err(Refusal::unauthorized(message));
    }
    let api_token = admit(app, client, headers, Scope::Call).await?;
    Ok((open, Some(api_token.id)))
}

/// The id of a request, where it is one request.
fn request_id(text: &[u8]) -> Option<&RawValue> {
    match protocol::parse(text) {
        Ok(Message::Request(request)) => Some(request.id),
        _ => None,
    }
}

/// The refusal of a message for which there is no room: an error that belongs to its request, as far
/// as that was read.
fn too_much(id: Option<&RawValue>, exceeded: Exceeded) -> axum::response::Response {
    let failure = Failure::new(Code::Busy, exceeded.to_string());
    let mut response = Response::failure(exceeded.status(), id, &failure).into_response();
    exceeded.tell(&mut response);
    response
}

impl From<OpenError> for Refusal {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Registry(error) => error.into(),
            OpenError::Filter(error) => {
                let message = format!("This MCP server has no tools any more: {error}.");
                Self::new(StatusCode::CONFLICT, message)
            }
        }
    }
}

impl IntoResponse for Response {
    fn into_response(self) -> axum::response::Response {
        let mut response = axum::response::Response::new(Body::new(self.body));
        *response.status_mut() = self.status;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        let session_id = self.session_id.and_then(|id| id.try_into().ok());
        if let Some(id) = session_id {
            response.headers_mut().insert(&SESSION_ID, id);
        }
        response
    }
}
