//! The vendor: two users, and what can go wrong with others.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::json;
use tokio::net::TcpListener;
use toolwright_runtime::account::{Account, Credential, Fixed};
use toolwright_runtime::call::{Caller, Config};
use toolwright_runtime::upstreams::Upstreams;

use super::{ACME, orbit_vendor};

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
        .route("/users/{id}", get(user))
        .route("/people", any(echo))
        .route("/people/{*rest}", any(echo))
        .route("/oauth/revoke", post(revoke))
        .route("/oauth/token", post(token))
        .merge(orbit_vendor::routes());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut upstreams = Upstreams::default();
    upstreams
        .set("acme", "api", &format!("http://{address}"))
        .unwrap();
    for host in ["api", "login"] {
        let url = format!("http://{address}/{{host}}");
        upstreams.set("orbit", host, &url).unwrap();
    }
    Arc::new(
        Caller::new(Config {
            upstreams,
            ..Config::default()
        })
        .unwrap(),
    )
}

/// What the vendors of all tests were asked to end.
pub(crate) static REVOKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Ends a token, as RFC 7009 has it; one that it does not know in the way of some vendors, with 200.
async fn revoke(headers: HeaderMap, body: String) -> Response {
    let is_form = headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value == "application/x-www-form-urlencoded");
    assert!(
        is_form && !headers.contains_key(AUTHORIZATION),
        "{headers:?}"
    );
    let fields: BTreeMap<String, String> = form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    let token = fields["token"].clone();
    if token.starts_with("slow") {
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let unknown = token.starts_with("unknown");
    REVOKED.lock().unwrap().push(token);
    let json = [(CONTENT_TYPE, "application/json")];
    match unknown {
        true => (json, r#"{"error":"invalid_code"}"#).into_response(),
        false => (json, r#"{"status":"success"}"#).into_response(),
    }
}

/// The refresh tokens that the vendors of all tests were shown.
pub(crate) static REFRESHED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Gives a new access token for a refresh token, whose name says how that goes.
async fn token(body: String) -> Response {
    let fields: BTreeMap<String, String> = form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(fields["grant_type"], "refresh_token");
    assert_eq!(
        (
            fields["client_id"].as_str(),
            fields["client_secret"].as_str()
        ),
        ("app", "s&cret")
    );
    let refresh = &fields["refresh_token"];
    REFRESHED.lock().unwrap().push(refresh.clone());
    tokio::time::sleep(Duration::from_millis(100)).await;
    let (kind, name) = refresh.split_once('-').unwrap();
    let (status, body) = match kind {
        "steady" => (
            200,
            json!({ "access_token": format!("new-{name}"), "expires_in": 3600 }),
        ),
        // Some write the number as text, and say which refresh token goes on being good.
        "same" => {
            let body = json!({
                "access_token": format!("new-{name}"),
                "refresh_token": refresh,
                "expires_in": "3600",
            });
            (200, body)
        }
        "rotating" => {
            let body = json!({
                "access_token": format!("new-{name}"),
                "refresh_token": format!("steady-{name}"),
                "expires_in": 0,
            });
            (200, body)
        }
        "ended" => (400, json!({ "error": "invalid_grant" })),
        "said" => (200, json!({ "error": "invalid_code" })),
        "down" => (503, json!({ "message": format!("{refresh} and s&cret") })),
        _ => (200, json!({})),
    };
    let status = StatusCode::from_u16(status).unwrap();
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}

/// Says what was asked, as a record or as a list of one. What is removed leaves nothing to say.
async fn echo(method: Method, uri: Uri, body: String) -> Response {
    if method == Method::DELETE {
        return StatusCode::NO_CONTENT.into_response();
    }
    let body: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    let asked = json!({ "asked": format!("{method} {uri}"), "body": body });
    ([(CONTENT_TYPE, "application/json")], asked.to_string()).into_response()
}

async fn users() -> Response {
    (
        [(CONTENT_TYPE, "application/json")],
        r#"[{"id":"1"},{"id":"2"}]"#,
    )
        .into_response()
}

async fn user(Path(id): Path<String>, headers: HeaderMap) -> Response {
    let sent = headers
        .get(AUTHORIZATION)
        .map(|value| value.to_str().unwrap());
    if sent.is_some_and(|sent| sent.starts_with("Bearer dead")) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
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
        // Blanks, and digits that no float holds.
        "spaced" => *response.body_mut() = r#"{"id": "spaced",  "n": 1.10}"#.into(),
        "odd" => *response.body_mut() = "<html>".into(),
        other => {
            let status = other.strip_prefix("status-");
            if let Some(status) = status.and_then(|status| status.parse().ok()) {
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
            }
        }
    }
    response
}
