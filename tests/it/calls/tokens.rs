//! What the answers of token endpoints mean for a refresh token.

use toolwright::CATALOGUE;
use toolwright::runtime::call::{Caller, Config};
use toolwright::runtime::oauth::{OAuthApp, TokenError, TokenRequest};

use super::scripted::{Puppet, answer};
use super::throttling::TOO_CONTINUOUSLY;

/// A refresh token that is given up for dead costs a person a new consent.
#[tokio::test]
async fn a_throttled_token_endpoint_is_told_from_a_dead_token() {
    let puppet = Puppet::start().await;
    let config = Config {
        upstreams: puppet.vendor.upstreams(&CATALOGUE),
        ..Config::default()
    };
    let caller = Caller::new(config).unwrap();
    let app = OAuthApp {
        client_id: "an-app".to_owned(),
        client_secret: "of-an-operator".into(),
    };
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
        let mut integrations = CATALOGUE.integrations.iter();
        let integration = integrations.find(|found| found.slug == slug).unwrap();
        let fields = integration.connection.iter();
        let connection = fields
            .filter_map(|field| Some((field.name.to_owned(), field.example?.to_owned())))
            .collect();
        puppet.answers([answer(status, headers, body)]);
        let token = "a-refresh-token".into();
        let request = TokenRequest::RefreshToken(&token);
        let refreshed = caller.token(integration, &connection, &app, request);
        match refreshed.await.unwrap_err() {
            TokenError::Failed(error) => {
                assert!(throttled && error.is_rate_limited(), "{slug}: {error}");
            }
            TokenError::Ended(error) => assert!(!throttled, "{slug}: {error}"),
        }
        assert_eq!(puppet.vendor.asked().len(), 1, "{slug}");
    }
}
