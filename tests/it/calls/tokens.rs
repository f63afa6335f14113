//! What the answers of token endpoints mean.

use std::time::Duration;

use serde_json::{Value, json};
use toolwright::CATALOGUE;
use toolwright::runtime::call::{Caller, Config};
use toolwright::runtime::oauth::{OAuthApp, TokenError, TokenRequest, Tokens};

use super::scripted::{Act, Puppet, answer, json};
use super::throttling::TOO_CONTINUOUSLY;

/// What comes of a refresh that a vendor answers so. It is one request.
async fn refreshed(puppet: &Puppet, slug: &str, with: Vec<Act>) -> Result<Tokens, TokenError> {
    let config = Config {
        upstreams: puppet.vendor.upstreams(&CATALOGUE),
        ..Config::default()
    };
    let caller = Caller::new(config).unwrap();
    let app = OAuthApp {
        client_id: "an-app".to_owned(),
        client_secret: "of-an-operator".into(),
    };
    let mut integrations = CATALOGUE.integrations.iter();
    let integration = integrations.find(|found| found.slug == slug).unwrap();
    let fields = integration.connection.iter();
    let connection = fields
        .filter_map(|field| Some((field.name.to_owned(), field.example?.to_owned())))
        .collect();
    puppet.answers([with]);
    let token = "a-refresh-token".into();
    let request = TokenRequest::RefreshToken(&token);
    let refreshed = caller.token(integration, &connection, &app, request).await;
    assert_eq!(puppet.vendor.asked().len(), 1, "{slug}");
    refreshed
}

/// A refresh token that is given up for dead costs a person a new consent.
#[tokio::test]
async fn a_throttled_token_endpoint_is_told_from_a_dead_token() {
    let puppet = Puppet::start().await;
    let wait = [("retry-after", "30")];
    let dead = r#"{"error":"invalid_code"}"#;
    for (slug, status, headers, body, throttled) in [
        ("zoho_bigin", 200, &[][..], TOO_CONTINUOUSLY, true),
        ("zoho_bigin", 400, &[], TOO_CONTINUOUSLY, true),
        ("zoho_bigin", 200, &[], dead, false),
        ("zoho_meeting", 200, &[], TOO_CONTINUOUSLY, true),
        ("zoho_meeting", 400, &[], TOO_CONTINUOUSLY, true),
        ("zoho_meeting", 200, &[], dead, false),
        ("egnyte", 409, &wait, "", true),
        ("egnyte", 400, &[], r#"{"error":"invalid_grant"}"#, false),
    ] {
        let said = answer(status, headers, body);
        match refreshed(&puppet, slug, said).await.unwrap_err() {
            TokenError::Failed(error) => {
                assert!(throttled && error.is_rate_limited(), "{slug}: {error}");
            }
            TokenError::Ended(error) => assert!(!throttled, "{slug}: {error}"),
            TokenError::Application(error) => panic!("{slug}: {error}"),
        }
    }
}

/// An application that is not taken says nothing about accounts, whichever part of it is wrong.
#[tokio::test]
async fn an_application_that_is_refused_is_told_from_a_token() {
    let puppet = Puppet::start().await;
    for (slug, status, reason) in [
        ("zoho_bigin", 200, "invalid_client"),
        ("zoho_bigin", 200, "invalid_client_secret"),
        ("zoho_meeting", 200, "invalid_client"),
        ("egnyte", 401, "invalid_client"),
    ] {
        let body = format!(r#"{{"error":"{reason}"}}"#);
        let said = answer(status, &[], Box::leak(body.into_boxed_str()));
        match refreshed(&puppet, slug, said).await.unwrap_err() {
            TokenError::Application(error) => {
                assert!(error.message.ends_with(&format!("({reason}).")), "{error}");
            }
            other => panic!("{slug}: {other:?}"),
        }
    }
}

/// Zoho has sent milliseconds where the standard has seconds (RFC 6749 section 5.1). Its tokens live
/// for an hour, Egnyte's for 30 days or for good.
#[tokio::test]
async fn the_life_of_a_token_is_told_in_several_ways() {
    let puppet = Puppet::start().await;
    for (slug, told, seconds) in [
        ("zoho_bigin", json!(3600), Some(3600)),
        ("zoho_bigin", json!("3600"), Some(3600)),
        ("zoho_bigin", json!(3_600_000), Some(3600)),
        ("zoho_bigin", json!("3600000"), Some(3600)),
        ("zoho_meeting", json!(3600), Some(3600)),
        ("zoho_meeting", json!(3_600_000), Some(3600)),
        ("egnyte", json!(2_592_000), Some(2_592_000)),
        ("egnyte", Value::Null, None),
        ("egnyte", json!("for good"), None),
    ] {
        let mut body = json!({ "access_token": "new", "refresh_token": "next" });
        body["expires_in"] = told.clone();
        let tokens = refreshed(&puppet, slug, json(&body)).await.unwrap();
        let life = seconds.map(Duration::from_secs);
        assert_eq!(tokens.expires_in, life, "{slug}: {told}");
        assert!(tokens.refresh_token.is_some());
    }
}
