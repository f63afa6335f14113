//! Two vendors with OAuth 2.0: one with data centers and words of its own, and one that does as the
//! standard says.

mod login;
mod tokens;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use toolwright_runtime::table::*;

use super::client::{Reply, send};
use super::fixture::ACME;
use crate::sandbox::parameters::Parameters;
use crate::sandbox::{Fault, Injection, Sandbox, SandboxError};

/// OAuth as a vendor with data centers has it, whose failures are a 200.
const OAUTH: OAuth2 = OAuth2 {
    description: "Reads <users> & more.",
    grants: &[
        Grant::AuthorizationCode,
        Grant::RefreshToken,
        Grant::ClientCredentials,
        Grant::Password,
    ],
    host: 3,
    authorize: Some("/oauth/auth"),
    token: "/oauth/token",
    revoke: Some("/oauth/revoke"),
    scopes: &["users.read", "users.write"],
    scope_separator: ",",
    pkce: true,
    basic_client_auth: false,
    authorize_parameters: &[("access_type", "offline")],
    region: Some(OAuthRegion {
        field: "region",
        parameter: Some("location"),
        host_parameter: Some("accounts-server"),
        token_field: Some(("api_domain", 0)),
    }),
    failed_at: Some(&[Step::Key("error")]),
    longest_life: None,
};

/// As plain vendors have it (RFC 6749): one login, Basic authentication, failures that are a 400, and no
/// PKCE. Authorization and token endpoint are one.
const PLAIN: OAuth2 = OAuth2 {
    authorize: Some("/oauth/token"),
    grants: &[Grant::AuthorizationCode, Grant::RefreshToken],
    pkce: false,
    basic_client_auth: true,
    region: None,
    failed_at: None,
    ..OAUTH
};

const EU: &str = "/acme/login/login.acme.eu";
const US: &str = "/acme/login/login.acme.example";
const FAR: &str = "/acme/login/login.acme.far";
const CALLBACK: &str = "http://127.0.0.1:8080/connect/acme/callback";
const VERIFIER: &str = "correct-horse-battery-staple-correct-horse-battery";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
/// `sandbox-acme:sandbox-acme-secret`.
const BASIC: &str = "Authorization: Basic c2FuZGJveC1hY21lOnNhbmRib3gtYWNtZS1zZWNyZXQ=";

async fn start(oauth: &'static OAuth2, data: Value) -> Result<Sandbox, SandboxError> {
    let mut text: Value = serde_json::from_str(ACME.sandbox.unwrap()).unwrap();
    text["oauth"] = data;
    let credentials = Box::leak(Box::new([CredentialKind::OAuth2(oauth)]));
    let integration: &'static Integration = Box::leak(Box::new(Integration {
        auth: Auth {
            credentials,
            ..ACME.auth
        },
        sandbox: Some(Box::leak(text.to_string().into())),
        ..ACME
    }));
    Sandbox::start(Box::leak(Box::new(Catalogue {
        integrations: Box::leak(Box::new([integration])),
    })))
    .await
}

async fn regional() -> Sandbox {
    start(
        &OAUTH,
        json!({
            "tokens": [
                { "title": "An hour", "expires_in": 3600, "refresh": "kept" },
                { "title": "A day", "expires_in": 86400, "refresh": "rotated" },
                { "title": "For good", "refresh": "none" },
            ],
            "own_login": ["far"],
            "errors": { "invalid_grant": "invalid_code", "invalid_client_secret": "bad_secret" },
            "rate_limited": { "status": 400, "body": { "error": "Access Denied" } },
        }),
    )
    .await
    .unwrap()
}

async fn plain() -> Sandbox {
    start(&PLAIN, Value::Null).await.unwrap()
}

fn query(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter();
    let owned = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Parameters(owned.collect()).encode()
}

/// An authorization request, with other values for some parameters; empty ones are left out.
fn asked(changes: &[(&str, &str)]) -> String {
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut pairs = vec![
        ("client_id", "sandbox-acme"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("state", "s t&te"),
        ("scope", "users.read,users.write"),
        ("access_type", "offline"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        pairs.push((name, value));
    }
    pairs.retain(|(_, value)| !value.is_empty());
    query(&pairs)
}

/// Where a reply redirects: the address, and what is told.
fn told(reply: &Reply) -> (String, Parameters) {
    let location = reply.header("Location").expect("a redirect");
    let (uri, query) = location.split_once('?').unwrap();
    (uri.to_owned(), Parameters::parse(query))
}

/// What a person's decision leads to.
async fn decide(sandbox: &Sandbox, login: &str, asked: &str, decision: &str) -> Reply {
    let path = format!("{login}/oauth/auth/consent?{asked}");
    send(sandbox, "POST", &path, &[FORM], decision).await
}

/// The code that a person's consent gives.
async fn code(sandbox: &Sandbox, login: &str, decision: &str) -> String {
    let reply = decide(sandbox, login, &asked(&[]), decision).await;
    told(&reply).1.get("code").expect("a code").to_owned()
}

/// What the token endpoint answers to a form, with other values for some fields; empty ones are left out.
async fn token(sandbox: &Sandbox, login: &str, changes: &[(&str, &str)]) -> Reply {
    let mut pairs = vec![
        ("client_id", "sandbox-acme"),
        ("client_secret", "sandbox-acme-secret"),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        pairs.push((name, value));
    }
    pairs.retain(|(_, value)| !value.is_empty());
    let path = format!("{login}/oauth/token");
    send(sandbox, "POST", &path, &[FORM], &query(&pairs)).await
}

/// The status of a call with a token at the API of a data center.
async fn called(sandbox: &Sandbox, center: &str, token: &Value) -> u16 {
    let header = format!("X-Auth: Acme {}", token.as_str().unwrap());
    let path = format!("/acme/api/{center}.acme.example/whole");
    send(sandbox, "GET", &path, &[&header], "").await.status
}
