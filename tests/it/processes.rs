//! Several server processes on one store.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::installation::{ADMIN, Installation, over_each_store};
use crate::server::Server;
use crate::vendor;

over_each_store! {
    what_one_process_does_the_other_knows
    one_process_replaces_an_access_token_for_both
}

/// Asks the API, and the answer has to have that status.
async fn ask(server: &Server, status: u16, start: &str, body: Value) -> Value {
    let (method, path) = start.split_once(' ').unwrap();
    let request = reqwest::Client::new()
        .request(method.parse().unwrap(), format!("{}{path}", server.origin))
        .bearer_auth(ADMIN);
    let request = match body {
        Value::Null => request,
        body => request.json(&body),
    };
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), status, "{start}");
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default()
}

fn text(object: &Value, name: &str) -> String {
    object[name].as_str().unwrap().to_owned()
}

async fn what_one_process_does_the_other_knows(installation: Installation) {
    let upstream = vendor::start().await;
    let one = Server::run(&mut installation.serve(&upstream)).await;
    let other = Server::run(&mut installation.serve(&upstream)).await;
    let account = json!({
        "integration": "zesty",
        "credentials": { "type": "bearer", "token": "seen-by-the-vendor" },
    });
    let account = text(
        &ask(&one, 201, "POST /integrated-account", account).await,
        "id",
    );
    let servers = format!("/integrated-account/{account}/mcp");
    let new = json!({ "name": "Agent" });
    let made = ask(&one, 201, &format!("POST {servers}"), new).await;
    let token = text(&made, "token");
    let call = json!({ "name": vendor::TOOL, "arguments": {} });
    let answer = other.request(&token, "tools/call", call).await;
    assert_eq!(vendor::seen(&answer), "seen-by-the-vendor");
    let id = text(&made, "id");
    ask(&one, 204, &format!("DELETE {servers}/{id}"), Value::Null).await;
    let deleted = Instant::now();
    loop {
        let answer = other.request(&token, "tools/list", json!({})).await;
        if answer["statusCode"] == 404 {
            break;
        }
        assert!(deleted.elapsed() < Duration::from_secs(1), "{answer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    ask(&other, 404, &format!("GET {servers}/{id}"), Value::Null).await;
}

/// Gives new access tokens, and takes none but those.
async fn token(State(given): State<Arc<AtomicUsize>>) -> Response {
    given.fetch_add(1, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let body = json!({ "access_token": "new", "token_type": "bearer", "expires_in": 2_592_000 });
    ([(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

async fn groups(headers: HeaderMap) -> Response {
    if headers[AUTHORIZATION] != "Bearer new" {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let body = json!({ "totalResults": 0, "itemsPerPage": 0, "startIndex": 1, "resources": [] });
    ([(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

async fn one_process_replaces_an_access_token_for_both(installation: Installation) {
    let given = Arc::new(AtomicUsize::new(0));
    let router = Router::new()
        .route("/puboauth/token", post(token))
        .fallback(groups)
        .with_state(Arc::clone(&given));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let upstream = format!("egnyte.api={url} egnyte.oauth={url}");
    let start = async || {
        let mut command = installation.serve(&upstream);
        command.env("TOOLWRIGHT_OAUTH_EGNYTE_CLIENT_ID", "app");
        command.env("TOOLWRIGHT_OAUTH_EGNYTE_CLIENT_SECRET", "secret");
        command.env("TOOLWRIGHT_CONCURRENT_CALLS", "200");
        Server::run(&mut command).await
    };
    let (one, other) = (start().await, start().await);
    let account = json!({
        "integration": "egnyte",
        "connection": { "domain": "acme" },
        "credentials": {
            "type": "oauth2",
            "access_token": "old",
            "refresh_token": "refresh",
            "expires_at": "2026-01-01T00:00:00Z",
        },
    });
    let account = text(
        &ask(&one, 201, "POST /integrated-account", account).await,
        "id",
    );
    let path = format!("POST /integrated-account/{account}/mcp");
    let token = text(
        &ask(&one, 201, &path, json!({ "name": "Agent" })).await,
        "token",
    );
    let calls = (0..200).map(|number| {
        let server = if number % 2 == 0 { &one } else { &other };
        let call = json!({ "name": "list_all_egnyte_groups", "arguments": {} });
        server.request(&token, "tools/call", call)
    });
    for answer in join_all(calls).await {
        let result = &answer["result"];
        assert_eq!(result["structuredContent"]["result"], json!([]), "{answer}");
    }
    assert_eq!(given.load(Ordering::SeqCst), 1);
}
