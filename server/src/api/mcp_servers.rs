//! `/integrated-account/{id}/mcp`

use std::sync::Arc;

use axum::extract::State;
use http::StatusCode;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::admission::Admin;
use super::input::Fields;
use super::path::Names;
use super::{Answer, Body, Parameters, Refusal, answer, done, listed, page, with};
use crate::accounts::{McpServerChange, NewMcpServer};
use crate::http::App;
use crate::mcp::toolset::{Exposure, Filter};

pub(super) async fn list(
    Admin(registry): Admin,
    Names([account]): Names<1>,
    Parameters(mut fields): Parameters,
) -> Answer {
    let page = page(&mut fields)?;
    fields.finish().map_err(Refusal::invalid)?;
    listed(registry.mcp_servers(&account, &page).await?, |server| {
        server.to_json()
    })
}

pub(super) async fn create(
    Admin(registry): Admin,
    State(app): State<Arc<App>>,
    Names([account]): Names<1>,
    Body(fields): Body,
) -> Answer {
    let (server, token) = registry.create_mcp_server(&account, new(fields)?).await?;
    let token = token.expose_secret();
    // It is made; a warning that cannot be had must not hide its token.
    let warnings = registry.warnings(&server).await.unwrap_or_default();
    let mut members = vec![
        ("token", json!(token)),
        ("url", json!(format!("{}/mcp/{token}", app.public_url))),
    ];
    if !warnings.is_empty() {
        members.push(("warnings", json!(warnings)));
    }
    Ok(answer(
        StatusCode::CREATED,
        &with(server.to_json(), members),
    ))
}

pub(super) async fn get(Admin(registry): Admin, Names([account, id]): Names<2>) -> Answer {
    Ok(answer(
        StatusCode::OK,
        &registry.mcp_server(&account, &id).await?.to_json(),
    ))
}

pub(super) async fn update(
    Admin(registry): Admin,
    Names([account, id]): Names<2>,
    Body(fields): Body,
) -> Answer {
    let server = registry
        .update_mcp_server(&account, &id, change(fields)?)
        .await?;
    let warnings = registry.warnings(&server).await.unwrap_or_default();
    let members = (!warnings.is_empty()).then(|| ("warnings", json!(warnings)));
    Ok(answer(StatusCode::OK, &with(server.to_json(), members)))
}

pub(super) async fn delete(Admin(registry): Admin, Names([account, id]): Names<2>) -> Answer {
    registry.delete_mcp_server(&account, &id).await?;
    done()
}

fn new(mut fields: Fields) -> Result<NewMcpServer, Refusal> {
    let name = fields.required("name");
    let config = fields.object("config", config).unwrap_or_default();
    let expires_at = fields.time("expires_at");
    fields.finish().map_err(Refusal::invalid)?;
    Ok(NewMcpServer {
        name,
        filter: Filter {
            methods: config.methods.flatten().unwrap_or_default(),
            tags: config.tags.flatten().unwrap_or_default(),
        },
        require_api_token_auth: config.require_api_token_auth.unwrap_or_default(),
        tool_exposure: config.tool_exposure.unwrap_or_default(),
        expires_at,
    })
}

/// What is given replaces what is there, member by member; null takes it away (RFC 7396).
fn change(mut fields: Fields) -> Result<McpServerChange, Refusal> {
    let name = fields.text("name");
    let config = fields.object("config", config).unwrap_or_default();
    let expires_at = fields.nullable("expires_at", Fields::time);
    fields.finish().map_err(Refusal::invalid)?;
    Ok(McpServerChange {
        name,
        methods: config.methods.map(Option::unwrap_or_default),
        tags: config.tags.map(Option::unwrap_or_default),
        require_api_token_auth: config.require_api_token_auth,
        tool_exposure: config.tool_exposure,
        expires_at,
    })
}

#[derive(Default)]
struct Config {
    methods: Option<Option<Vec<String>>>,
    tags: Option<Option<Vec<String>>>,
    require_api_token_auth: Option<bool>,
    tool_exposure: Option<Exposure>,
}

fn config(fields: &mut Fields) -> Config {
    Config {
        methods: fields.nullable("methods", Fields::texts),
        tags: fields.nullable("tags", Fields::texts),
        require_api_token_auth: fields.flag("require_api_token_auth"),
        tool_exposure: fields.choice("tool_exposure", &Exposure::NAMES),
    }
}
