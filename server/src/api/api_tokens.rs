//! `/api-token`

use http::StatusCode;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::admission::Admin;
use super::path::Names;
use super::{Answer, Body, Parameters, Refusal, answer, done, listed, page, with};
use crate::accounts::{NewApiToken, Scope};

pub(super) async fn list(Admin(registry): Admin, Parameters(mut fields): Parameters) -> Answer {
    let page = page(&mut fields)?;
    fields.finish().map_err(Refusal::invalid)?;
    listed(registry.api_tokens(&page).await?, |token| token.to_json())
}

pub(super) async fn create(Admin(registry): Admin, Body(mut fields): Body) -> Answer {
    let name = fields.required("name");
    let names = fields
        .texts("scopes")
        .unwrap_or_else(|| vec![Scope::Call.name().to_owned()]);
    let named = |name: &String| Scope::NAMES.iter().find(|(known, _)| known == name);
    let scopes: Vec<Scope> = names
        .iter()
        .filter_map(named)
        .map(|(_, scope)| *scope)
        .collect();
    if scopes.is_empty() || scopes.len() < names.len() {
        fields.problem("scopes", "must be a list with `admin`, `call` or both.");
    }
    fields.finish().map_err(Refusal::invalid)?;
    let (token, secret) = registry
        .create_api_token(NewApiToken { name, scopes })
        .await?;
    let secret = ("token", json!(secret.expose_secret()));
    Ok(answer(
        StatusCode::CREATED,
        &with(token.to_json(), [secret]),
    ))
}

pub(super) async fn revoke(Admin(registry): Admin, Names([id]): Names<1>) -> Answer {
    registry.revoke_api_token(&id).await?;
    done()
}
