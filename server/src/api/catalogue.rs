//! `/integration`: what is compiled in.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};
use toolwright_runtime::oauth::OAuthApp;
use toolwright_runtime::table::Integration;

use super::admission::Admin;
use super::input::Fields;
use super::path::Names;
use super::{Answer, Body, Parameters, Refusal, answer, with};
use crate::accounts::Offer;
use crate::http::App;
use crate::mcp::toolset::{Exposure, Filter};

pub(super) async fn list(Admin(registry): Admin, Parameters(fields): Parameters) -> Answer {
    fields.finish().map_err(Refusal::invalid)?;
    let result: Vec<Value> = registry
        .catalogue()
        .integrations
        .iter()
        .map(|integration| shown(integration))
        .collect();
    Ok(answer(
        StatusCode::OK,
        &json!({ "result": result, "next_cursor": null }),
    ))
}

pub(super) async fn get(_: Admin, State(app): State<Arc<App>>, Names([slug]): Names<1>) -> Answer {
    let integration = known(&app, &slug)?;
    let field = |field: &toolwright_runtime::table::ConnectionField| {
        json!({
            "name": field.name,
            "description": field.description,
            "default": field.default,
            "required": field.default.is_none() && field.discover.is_none(),
        })
    };
    let tag = |tag: &toolwright_runtime::table::Tag| json!({ "name": tag.name, "description": tag.description });
    let more = [
        (
            "connection",
            integration.connection.iter().map(field).collect(),
        ),
        (
            "authentication_methods",
            Offer::kinds(integration)
                .into_iter()
                .map(Value::from)
                .collect(),
        ),
        ("tags", integration.tags.iter().map(tag).collect()),
    ];
    Ok(answer(StatusCode::OK, &with(shown(integration), more)))
}

/// Registers the operator's application with the vendor. Its secret is not shown again.
pub(super) async fn set_oauth_app(
    Admin(registry): Admin,
    State(app): State<Arc<App>>,
    Names([slug]): Names<1>,
    Body(mut fields): Body,
) -> Answer {
    let integration = known(&app, &slug)?;
    let oauth_app = OAuthApp {
        client_id: fields.required("client_id"),
        client_secret: fields.secret("client_secret"),
    };
    fields.finish().map_err(Refusal::invalid)?;
    registry.set_oauth_app(integration, &oauth_app).await?;
    let shown = json!({ "integration": integration.slug, "client_id": oauth_app.client_id });
    Ok(answer(StatusCode::OK, &shown))
}

pub(super) async fn tools(
    _: Admin,
    State(app): State<Arc<App>>,
    Names([slug]): Names<1>,
    Parameters(fields): Parameters,
) -> Answer {
    listed(&app, known(&app, &slug)?, fields)
}

pub(super) async fn account_tools(
    Admin(registry): Admin,
    State(app): State<Arc<App>>,
    Names([id]): Names<1>,
    Parameters(fields): Parameters,
) -> Answer {
    let account = registry.account(&id).await?;
    listed(&app, known(&app, &account.integration)?, fields)
}

/// The tools that pass `?methods=read,custom&tags=users`, as they were compiled.
fn listed(app: &App, integration: &'static Integration, mut fields: Fields) -> Answer {
    let filter = Filter {
        methods: fields.commas("methods"),
        tags: fields.commas("tags"),
    };
    fields.finish().map_err(Refusal::invalid)?;
    let toolset = app.servers.toolset(integration, &filter, Exposure::All);
    let toolset =
        toolset.map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, format!("{error}.")))?;
    let tools = toolset
        .operations()
        .iter()
        .filter_map(|operation| operation.tool.as_ref());
    let tools: Vec<&str> = tools.map(|tool| tool.json).collect();
    let body = format!(r#"{{"result":[{}],"next_cursor":null}}"#, tools.join(","));
    let mut response = Response::new(body.into());
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

fn known(app: &App, slug: &str) -> Result<&'static Integration, Refusal> {
    app.registry
        .integration(slug)
        .ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "There is no such integration."))
}

fn shown(integration: &Integration) -> Value {
    let tools = integration
        .operations
        .iter()
        .filter(|operation| operation.tool.is_some());
    json!({
        "slug": integration.slug,
        "label": integration.label,
        "category": integration.category,
        "summary": integration.summary,
        "docs": integration.docs,
        "tools": tools.count(),
    })
}
