//! A server with the tools that the official MCP conformance suite asks for.
//!
//! `conformance` serves them over HTTP and prints the address; `conformance stdio`, over pipes.
//! The vendor runs in the same process, so the calls take the same way as real ones.

// It fails by saying so, and prints the address for the tests that start it.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use tokio::net::TcpListener;
use toolwright_runtime::account::{Account, Credential, Fixed};
use toolwright_runtime::call::{Caller, Config};
use toolwright_runtime::table::{
    Auth, Body, CredentialKind, Effect, Errors, Host, Http, Integration, MethodKind, ObjectShape,
    Operation, Origin, PathPart, RateLimit, Response, ResponseForm, Shape, Tool,
};
use toolwright_runtime::upstreams::Upstreams;
use toolwright_server::http::{Access, App, serve};
use toolwright_server::mcp::endpoint::Endpoint;
use toolwright_server::mcp::identity::Identity;
use toolwright_server::mcp::stdio;
use toolwright_server::mcp::toolset::{Filter, Toolset};

#[tokio::main]
async fn main() {
    let caller = Arc::new(vendor().await);
    let credentials = Arc::new(Fixed(Credential::Token("token".into())));
    let endpoint = Endpoint {
        identity: Arc::new(Identity::of(&FIXTURE)),
        toolset: Arc::new(Toolset::new(&FIXTURE, &Filter::default()).unwrap()),
        account: Arc::new(Account::new(&FIXTURE, "fixture", [], credentials).unwrap()),
    };
    if std::env::args().nth(1).as_deref() == Some("stdio") {
        let (input, output) = (tokio::io::stdin(), tokio::io::stdout());
        return stdio::serve(Arc::new(endpoint), caller, input, output)
            .await
            .unwrap();
    }
    let endpoints = BTreeMap::from([("fixture".to_owned(), endpoint)]);
    let app = Arc::new(App {
        endpoints,
        caller,
        access: Access::default(),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("http://{}/mcp/fixture", listener.local_addr().unwrap());
    let stop = async { tokio::signal::ctrl_c().await.unwrap() };
    serve(listener, app, stop).await.unwrap();
}

/// Starts the vendor, and makes a caller whose requests go there.
async fn vendor() -> Caller {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut upstreams = Upstreams::default();
    let address = listener.local_addr().unwrap();
    upstreams
        .set("fixture", "api", &format!("http://{address}"))
        .unwrap();
    let router = Router::new()
        .route("/text", get(text))
        .route("/error", get(error));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Caller::new(Config {
        upstreams,
        ..Config::default()
    })
    .unwrap()
}

async fn text() -> impl IntoResponse {
    let body = r#"{"id":"1","text":"This is a simple text response for testing."}"#;
    ([(CONTENT_TYPE, "application/json")], body)
}

async fn error() -> impl IntoResponse {
    (
        StatusCode::CONFLICT,
        [(CONTENT_TYPE, "application/json")],
        "{}",
    )
}

static FIXTURE: Integration = Integration {
    slug: "fixture",
    label: "Fixture",
    aliases: &[],
    category: "tests",
    summary: "What the conformance suite asks for.",
    docs: "https://fixture.example",
    connection: &[],
    hosts: &[Host {
        name: "api",
        origin: Origin::Fixed("https://api.fixture.example"),
    }],
    auth: Auth {
        header: "Authorization",
        scheme: "Bearer",
        credentials: &[CredentialKind::Bearer {
            description: "A token.",
        }],
    },
    errors: Errors {
        code: &[],
        message: &[],
        rules: &[],
    },
    rate_limit: RateLimit {
        limit: &[],
        remaining: &[],
        used: &[],
        reset: &[],
    },
    identifiers: &[],
    tags: &[],
    operations: &[
        &operation(
            "json_schema_2020_12_tool",
            "/text",
            r##"{"name":"json_schema_2020_12_tool","description":"Tool with JSON Schema 2020-12 features","inputSchema":{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","$defs":{"address":{"$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},"properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},"contactMethod":{"type":"string","enum":["phone","email"]},"phone":{"type":"string"},"email":{"type":"string"}},"allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],"if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},"then":{"required":["phone"]},"else":{"required":["email"]},"additionalProperties":false}}"##,
        ),
        &operation(
            "test_error_handling",
            "/error",
            r#"{"name":"test_error_handling","description":"Fails.","inputSchema":{"type":"object","additionalProperties":false},"outputSchema":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}}"#,
        ),
        &operation(
            "test_logging_tool",
            "/text",
            r#"{"name":"test_logging_tool","description":"Logs nothing to its client.","inputSchema":{"type":"object","additionalProperties":false}}"#,
        ),
        &operation(
            "test_simple_text",
            "/text",
            r#"{"name":"test_simple_text","description":"Returns a text.","inputSchema":{"type":"object","additionalProperties":false},"outputSchema":{"type":"object","properties":{"id":{"type":"string"},"text":{"type":"string"}},"required":["id"]},"annotations":{"readOnlyHint":true,"destructiveHint":false,"idempotentHint":true,"openWorldHint":true}}"#,
        ),
        &operation(
            "test_streaming_elicitation",
            "/text",
            r#"{"name":"test_streaming_elicitation","description":"Asks its client nothing.","inputSchema":{"type":"object","additionalProperties":false}}"#,
        ),
    ],
    sandbox: None,
};

const fn operation(name: &'static str, path: &'static str, json: &'static str) -> Operation {
    Operation {
        name,
        resource: "fixtures",
        method: "get",
        kind: MethodKind::Get,
        effect: Effect::Read,
        tags: &[],
        http: Http::Get,
        host: 0,
        path: match path.as_bytes() {
            b"/error" => &[PathPart::Literal("/error")],
            _ => &[PathPart::Literal("/text")],
        },
        query: &[],
        headers: &[],
        args: &[],
        body: Body::None,
        response: Response {
            at: &[],
            form: ResponseForm::Record,
            shape: Shape::Object(&ObjectShape {
                name: "",
                fields: &[],
            }),
        },
        pagination: None,
        tool: Some(Tool {
            title: "A fixture",
            description: "A fixture.",
            source: "https://fixture.example",
            json,
        }),
    }
}
