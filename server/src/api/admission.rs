//! Who may use the HTTP API: whoever has an API token of the scope that is needed.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::StatusCode;
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::refusal::Refusal;
use crate::accounts::{ApiToken, Registry, Scope};
use crate::http::{App, Client};
use crate::log::ClientInfo;

/// The accounts for somebody with an API token that may do everything. What is changed through it is
/// logged as done by that token.
pub(super) struct Admin(pub(super) Registry);

impl FromRequestParts<Arc<App>> for Admin {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let client = Client::from_request_parts(parts, app).await?;
        let token = admit(app, client, &parts.headers, Scope::Admin).await?;
        app.limiter.count_api_request(&token.id)?;
        let program = ClientInfo::of_headers(&parts.headers);
        Ok(Self(app.registry.by(&token.id, program)))
    }
}

/// The API token of a request.
///
/// # Errors
/// 401 without a token or with one that is none, 403 with one that is not good for this, 429 where
/// too many were none.
pub(crate) async fn admit(
    app: &App,
    client: Client,
    headers: &HeaderMap,
    scope: Scope,
) -> Result<ApiToken, Refusal> {
    let Some(secret) = bearer(headers) else {
        let message = "An API token is needed: `Authorization: Bearer …`.";
        return Err(Refusal::unauthorized(message));
    };
    let hash = app.registry.hash(secret);
    let was_right = app.registry.was_right(&hash);
    let search = async { Ok::<_, Refusal>(app.registry.authenticate(&hash).await?) };
    let found = app
        .limiter
        .look_up(client, &hash, was_right, search)
        .await?;
    let Some(token) = found else {
        return Err(Refusal::unauthorized(
            "This API token is not one, or was revoked.",
        ));
    };
    if token.allows(scope) {
        return Ok(token);
    }
    let message = format!("This API token has not the scope `{}`.", scope.name());
    Err(Refusal::new(StatusCode::FORBIDDEN, message))
}

/// The token of `Authorization: Bearer …` (RFC 6750 section 2.1), if there is one such header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    let is_bearer = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty();
    (is_bearer && values.next().is_none()).then_some(token)
}
