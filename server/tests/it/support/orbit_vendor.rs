//! The vendor of `orbit`. What it is shown is `word-unique`: the word says what comes of it, and the
//! rest which test it belongs to.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// A request to the vendor.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The host that the definition resolved to.
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) fields: BTreeMap<String, String>,
}

/// What the vendors of all tests were asked.
static ASKED: Mutex<Vec<Asked>> = Mutex::new(Vec::new());

/// What was asked for one test, as host and path: `login.orbit.example/oauth/token`.
pub(crate) fn asked(unique: &str) -> Vec<String> {
    let all = requests(unique).into_iter();
    all.map(|asked| format!("{}/{}", asked.host, asked.path))
        .collect()
}

/// The requests of one test.
pub(crate) fn requests(unique: &str) -> Vec<Asked> {
    let is_of_test = |asked: &&Asked| {
        let mut values = asked.fields.values();
        asked.path.contains(unique) || values.any(|value| value.contains(unique))
    };
    let all = ASKED.lock().unwrap();
    all.iter().filter(is_of_test).cloned().collect()
}

/// The routes, each behind the host that is meant.
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/{host}/oauth/token", post(token))
        .route("/{host}/oauth/revoke", post(revoke))
        .route("/{host}/{domain}/session", post(session))
        .route("/{host}/{domain}/me", get(me))
        .route("/{host}/{domain}/org", get(org))
}

fn note(host: String, path: &str, body: &str) -> BTreeMap<String, String> {
    let pairs = form_urlencoded::parse(body.as_bytes());
    let fields: BTreeMap<String, String> = pairs.into_owned().collect();
    let path = path.to_owned();
    let shown = fields.clone();
    ASKED.lock().unwrap().push(Asked { host, path, fields });
    shown
}

fn answer(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    let json = [(CONTENT_TYPE, "application/json")];
    (status, json, body.to_string()).into_response()
}

/// Gives an access token that says what it was given for.
async fn token(Path(host): Path<String>, body: String) -> Response {
    let fields = note(host, "oauth/token", &body);
    let shown = match fields["grant_type"].as_str() {
        "authorization_code" => {
            assert!(fields["code_verifier"].len() >= 43);
            &fields["code"]
        }
        "password" => &fields["password"],
        "refresh_token" => &fields["refresh_token"],
        _ => &fields["client_id"],
    };
    assert!(!fields["client_id"].is_empty() && !fields["client_secret"].is_empty());
    tokio::time::sleep(Duration::from_millis(50)).await;
    let (word, unique) = shown.split_once('-').unwrap();
    let refused = |code: &str, said: &str| json!({ "error": code, "error_description": said });
    let given = |more: Value| {
        let mut body = json!({
            "access_token": shown,
            "refresh_token": format!("fresh-{unique}"),
            "expires_in": 3600,
        });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        answer(200, &body)
    };
    match word {
        "stale" => {
            let said = format!("<script>alert('{shown}')</script> is stale");
            answer(400, &refused("invalid_grant", &said))
        }
        "late" => {
            tokio::time::sleep(Duration::from_millis(600)).await;
            answer(400, &refused("invalid_grant", "It was revoked"))
        }
        "said" => answer(200, &refused("invalid_grant", "It was revoked")),
        "down" => answer(503, &refused("down", "Come again")),
        "busy" => answer(429, &refused("busy", "Slower")),
        "wait" => {
            let mut answer = answer(429, &refused("busy", "Slower"));
            let headers = answer.headers_mut();
            headers.insert("retry-after", "200".parse().unwrap());
            answer
        }
        "moved" => given(json!({ "api_domain": "https://API.eu.orbit.example:443/" })),
        "lost" => given(json!({ "api_domain": "https://evil.example" })),
        // An application that acts for itself gets one token after the other, and nothing else. The
        // first one ends at once.
        "app" => {
            let all = requests(unique);
            let its = all.iter().filter(|asked| {
                let fields = &asked.fields;
                fields
                    .get("grant_type")
                    .is_some_and(|grant| grant == "client_credentials")
                    && &fields["client_id"] == shown
            });
            let number = its.count();
            let life = if number == 1 { 0 } else { 3600 };
            let token = format!("app{number}-{unique}");
            answer(200, &json!({ "access_token": token, "expires_in": life }))
        }
        _ => given(json!({})),
    }
}

async fn revoke(Path(host): Path<String>, body: String) -> Response {
    note(host, "oauth/revoke", &body);
    answer(200, &json!({}))
}

/// Exchanges a password for a token; a wrong one is told back, as careless vendors do.
async fn session(Path((host, domain)): Path<(String, String)>, body: String) -> Response {
    let fields = note(host, &format!("{domain}/session"), &body);
    let password = &fields["pass"];
    if password.starts_with("right") {
        return answer(
            200,
            &json!({ "session": { "token": format!("logged-{domain}") } }),
        );
    }
    let said = format!("Nobody has the password {password}");
    answer(
        403,
        &json!({ "error": "no_entry", "error_description": said }),
    )
}

async fn me(Path((host, domain)): Path<(String, String)>, headers: HeaderMap) -> Response {
    note(host, &format!("{domain}/me"), "");
    match bearer(&headers) {
        word if !word.starts_with(char::is_alphanumeric) || ["bad", "dead"].contains(&word) => {
            let said = "<b>Nobody</b> has this token";
            answer(
                401,
                &json!({ "error": "no_token", "error_description": said }),
            )
        }
        _ => answer(200, &json!({ "name": "Jane <jane@orbit.example>\u{202e}" })),
    }
}

async fn org(Path((host, domain)): Path<(String, String)>, headers: HeaderMap) -> Response {
    note(host, &format!("{domain}/org"), "");
    let org = match bearer(&headers) {
        "other" => "two",
        _ => "one",
    };
    answer(200, &json!({ "org": org }))
}

/// The word of the access token.
fn bearer(headers: &HeaderMap) -> &str {
    let sent = headers
        .get(AUTHORIZATION)
        .map(|sent| sent.to_str().unwrap());
    let token = sent.and_then(|sent| sent.strip_prefix("Bearer "));
    token
        .and_then(|token| token.split_once('-'))
        .map_or("", |(word, _)| word)
}
