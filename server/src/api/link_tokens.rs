//! `/link-token`

use std::sync::Arc;

use axum::extract::State;
use http::StatusCode;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::admission::Admin;
use super::input::Fields;
use super::{Answer, Body, Refusal, answer};
use crate::accounts::NewLink;
use crate::http::{App, PublicUrl};

pub(super) async fn create(
    Admin(registry): Admin,
    State(app): State<Arc<App>>,
    Body(fields): Body,
) -> Answer {
    let (link, token) = registry.create_link(new(fields)?).await?;
    let body = json!({
        "link_token": token.expose_secret(),
        "url": link.url(&app.public_url, &token),
        "expires_at": link.expires_at.to_string(),
    });
    Ok(answer(StatusCode::CREATED, &body))
}

fn new(mut fields: Fields) -> Result<NewLink, Refusal> {
    let new = NewLink {
        integration: fields.required("integration"),
        name: fields.text("name"),
        tenant_id: fields.text("tenant_id"),
        integrated_account_id: fields.text("integrated_account_id"),
        connection: fields.text_map("connection").unwrap_or_default(),
        origin: origin(&mut fields),
        expires_at: fields.time("expires_at"),
    };
    fields.finish().map_err(Refusal::invalid)?;
    Ok(new)
}

/// An origin, written as browsers do.
fn origin(fields: &mut Fields) -> Option<String> {
    let origin = fields.text("origin")?.parse::<PublicUrl>();
    match origin {
        Ok(origin) => Some(origin.to_string()),
        Err(_) => {
            let problem = "must be the origin of a web page, such as https://app.example.com.";
            fields.problem("origin", problem);
            None
        }
    }
}
