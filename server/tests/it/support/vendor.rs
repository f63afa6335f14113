//! The vendor: two users, and what can go wrong with others.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use tokio::net::TcpListener;
use toolwright_runtime::account::{Account, Credential, Fixed};
use toolwright_runtime::call::{Caller, Config};
use toolwright_runtime::upstreams::Upstreams;

use super::ACME;

/// An account at the vendor.
pub(crate) fn account() -> Account {
    let credentials = Arc::new(Fixed(Credential::Token("token".into())));
    Account::new(&ACME, "test", [], credentials).unwrap()
}

/// A caller whose requests go to the vendor; both end with the test.
pub(crate) async fn caller() -> Arc<Caller> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/users", get(users))
        .route("/users/{id}", get(user));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut upstreams = Upstreams::default();
    upstreams
        .set("acme", "api", &format!("http://{address}"))
        .unwrap();
    Arc::new(
        Caller::new(Config {
            upstreams,
            ..Config::default()
        })
        .unwrap(),
    )
}

async fn users() -> Response {
    (
        [(CONTENT_TYPE, "application/json")],
        r#"[{"id":"1"},{"id":"2"}]"#,
    )
        .into_response()
}

async fn user(Path(id): Path<String>) -> Response {
    let mut response = (
        [(CONTENT_TYPE, "application/json")],
        format!(r#"{{"id":"{id}"}}"#),
    )
        .into_response();
    let mut limits = |pairs: &[(&'static str, &'static str)]| {
        for (name, value) in pairs {
            response.headers_mut().insert(*name, value.parse().unwrap());
        }
    };
    match id.as_str() {
        "slow" => tokio::time::sleep(Duration::from_secs(1)).await,
        "stuck" => std::future::pending().await,
        "counted" => limits(&[("x-ratelimit-limit", "10"), ("x-ratelimit-remaining", "9")]),
        "limited" => {
            limits(&[
                ("x-ratelimit-limit", "10"),
                ("x-ratelimit-remaining", "0"),
                ("retry-after", "30"),
            ]);
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        }
        "gone" => {
            let body = r#"{"trace":"inner workings"}"#;
            return (
                StatusCode::NOT_FOUND,
                [(CONTENT_TYPE, "application/json")],
                body,
            )
                .into_response();
        }
        _ => {}
    }
    response
}
