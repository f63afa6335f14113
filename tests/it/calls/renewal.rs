//! When an access token is replaced, at vendors that say what the sandbox does not.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use toolwright::CATALOGUE;
use toolwright::runtime::oauth::OAuthApp;
use toolwright_server::accounts::Secrets;

use super::scripted::{Act, Puppet, answer};
use super::served::{Connected, Served};
use super::throttling::TOO_CONTINUOUSLY;

/// A tool with one request, that request and the one for a token, and an answer that is a success.
struct Product {
    slug: &'static str,
    tool: &'static str,
    api: &'static str,
    token: &'static str,
    success: &'static str,
}

const BIGIN: Product = Product {
    slug: "zoho_bigin",
    tool: "list_all_zoho_bigin_roles",
    api: "GET /www.zohoapis.com/bigin/v2/settings/roles",
    token: "POST /accounts.zoho.com/oauth/v2/token",
    success: r#"{"roles":[]}"#,
};

const MEETING: Product = Product {
    slug: "zoho_meeting",
    tool: "list_all_zoho_meeting_me",
    api: "GET /meeting.zoho.com/api/v2/user.json",
    token: "POST /accounts.zoho.com/oauth/v2/token",
    success: r#"{"userDetails":{"zsoid":60051820417}}"#,
};

const EGNYTE: Product = Product {
    slug: "egnyte",
    tool: "list_all_egnyte_groups",
    api: "GET /acme.egnyte.com/pubapi/v2/groups",
    token: "POST /acme.egnyte.com/puboauth/token",
    success: r#"{"totalResults":0,"resources":[]}"#,
};

const NEW: &str = r#"{"access_token":"new","token_type":"Bearer"}"#;

/// A vendor on a string, and a server in front of it.
struct Stage {
    puppet: Puppet,
    served: Served,
}

impl Stage {
    async fn new() -> Self {
        let puppet = Puppet::start().await;
        let served = Served::start(&CATALOGUE, puppet.vendor.upstreams(&CATALOGUE)).await;
        let app = OAuthApp {
            client_id: "an-app".to_owned(),
            client_secret: "of-an-operator".into(),
        };
        for product in [BIGIN, MEETING, EGNYTE] {
            served.register(product.slug, &app).await;
        }
        Self { puppet, served }
    }

    async fn account(&self, product: &Product, expires_at: Option<&str>) -> Connected {
        let domain = [("domain".to_owned(), "acme".to_owned())];
        let connection = match product.slug {
            "egnyte" => domain.into(),
            _ => BTreeMap::new(),
        };
        let credentials = Secrets::OAuth2 {
            access_token: "old".into(),
            refresh_token: Some("a-refresh-token".into()),
            expires_at: expires_at.map(|end| end.parse().unwrap()),
            given_at: None,
        };
        let served = &self.served;
        served.connect(product.slug, connection, credentials).await
    }

    /// Calls a tool at a vendor with these answers, each with the request that it is for: a status, a
    /// body. The kind of error that comes of it.
    async fn call(
        &self,
        account: &Connected,
        tool: &str,
        arguments: &Value,
        expected: &[(&str, u16, &str)],
    ) -> Value {
        let answers = expected.iter();
        let answers = answers.map(|(_, status, body)| answer(*status, &[], body));
        self.puppet.answers(answers.collect::<Vec<Vec<Act>>>());
        let result = self.served.call(&account.token, tool, arguments).await;
        let asked = self.puppet.vendor.asked();
        let asked = asked
            .iter()
            .map(|asked| asked.line.split('?').next().unwrap());
        let expected = expected.iter().map(|(asked, ..)| *asked);
        assert_eq!(
            asked.collect::<Vec<_>>(),
            expected.collect::<Vec<_>>(),
            "{result}"
        );
        result
    }
}

/// The kind of error in a result; nothing for a success.
fn kind(result: &Value) -> String {
    let Some(details) = result["content"][1]["text"].as_str() else {
        assert_eq!(result.get("isError"), None, "{result}");
        return String::new();
    };
    let details: Value = serde_json::from_str(details).unwrap();
    details["error"]["kind"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_vendors_word_for_a_dead_token_leads_to_a_new_one() {
    let stage = Stage::new().await;
    for (product, status, body) in [
        (
            BIGIN,
            401,
            r#"{"code":"INVALID_TOKEN","details":{},"message":"x","status":"error"}"#,
        ),
        (
            BIGIN,
            401,
            r#"{"code":"AUTHENTICATION_FAILURE","details":{},"message":"x","status":"error"}"#,
        ),
        (
            MEETING,
            400,
            r#"{"error":{"code":2000,"message":"INVALID_OAUTHTOKEN"}}"#,
        ),
        (
            EGNYTE,
            401,
            r#"{"Errors":[{"description":"x","code":"401"}]}"#,
        ),
        (EGNYTE, 401, "<h1>Developer Inactive</h1>"),
        (EGNYTE, 401, ""),
    ] {
        let account = stage.account(&product, None).await;
        let dead = (product.api, status, body);
        let token = (product.token, 200, NEW);
        let (tool, nothing) = (product.tool, json!({}));
        let expected = [dead, token, (product.api, 200, product.success)];
        let result = stage.call(&account, tool, &nothing, &expected).await;
        assert_eq!(kind(&result), "", "{body}");
        // A new one that is dead too is the end of it.
        let result = stage
            .call(&account, tool, &nothing, &[dead, token, dead])
            .await;
        assert_eq!(kind(&result), "unauthorized", "{body}");
        assert_eq!(stage.served.status(&account).await, "active");
    }
}

#[tokio::test]
async fn another_word_with_the_same_status_does_not() {
    let stage = Stage::new().await;
    for (product, status, body, expected) in [
        (
            BIGIN,
            401,
            r#"{"code":"OAUTH_SCOPE_MISMATCH","details":{},"message":"x","status":"error"}"#,
            "forbidden",
        ),
        (
            BIGIN,
            403,
            r#"{"code":"OAUTH_SCOPE_MISMATCH","details":{},"message":"x","status":"error"}"#,
            "forbidden",
        ),
        (BIGIN, 401, "<h1>Who are you?</h1>", "unauthorized"),
        (
            BIGIN,
            400,
            r#"{"code":"INVALID_TOKEN","details":{},"message":"x","status":"error"}"#,
            "invalid_argument",
        ),
        (
            MEETING,
            400,
            r#"{"error":{"code":1028,"message":"x"}}"#,
            "invalid_argument",
        ),
        (
            MEETING,
            401,
            r#"{"error":{"errorCode":3001,"message":"x","key":"UNAUTHORIZED_USER"}}"#,
            "forbidden",
        ),
        (MEETING, 401, "", "unauthorized"),
        (
            EGNYTE,
            403,
            r#"{"Errors":[{"description":"x","code":"403"}]}"#,
            "forbidden",
        ),
    ] {
        let account = stage.account(&product, None).await;
        let refused = [(product.api, status, body)];
        let (tool, nothing) = (product.tool, json!({}));
        let result = stage.call(&account, tool, &nothing, &refused).await;
        assert_eq!(kind(&result), expected, "{body}");
        assert_eq!(stage.served.status(&account).await, "active");
    }
}

#[tokio::test]
async fn the_end_of_a_token_may_be_a_text_or_not_be_told() {
    let stage = Stage::new().await;
    for (end, is_soon) in [
        (json!({}), false),
        (json!({ "expires_in": null }), false),
        (json!({ "expires_in": "soon" }), false),
        (json!({ "expires_in": 3600 }), false),
        (json!({ "expires_in": "3600" }), false),
        // A token that lives for seconds is not replaced by each call.
        (json!({ "expires_in": 20 }), false),
        (json!({ "expires_in": 0 }), true),
        (json!({ "expires_in": "0" }), true),
    ] {
        for product in [BIGIN, EGNYTE] {
            let past = Some("2026-01-01T00:00:00Z");
            let account = stage.account(&product, past).await;
            let mut new = end.clone();
            new["access_token"] = json!("new");
            let new = new.to_string();
            let is_replaced = [
                (product.token, 200, new.as_str()),
                (product.api, 200, product.success),
            ];
            let (tool, nothing) = (product.tool, json!({}));
            stage.call(&account, tool, &nothing, &is_replaced).await;
            let second = if is_soon {
                &is_replaced
            } else {
                &is_replaced[1..]
            };
            let result = stage.call(&account, tool, &nothing, second).await;
            assert_eq!(kind(&result), "", "{end}");
        }
    }
}

#[tokio::test]
async fn zoho_says_with_success_that_there_are_too_many_tokens() {
    let stage = Stage::new().await;
    for product in [BIGIN, MEETING] {
        let account = stage.account(&product, Some("2026-01-01T00:00:00Z")).await;
        let (tool, nothing) = (product.tool, json!({}));
        let throttled = [(product.token, 200, TOO_CONTINUOUSLY)];
        let result = stage.call(&account, tool, &nothing, &throttled).await;
        assert_eq!(kind(&result), "rate_limited");
        assert_eq!(stage.served.status(&account).await, "active");
        // It is left alone for a while.
        let result = stage.call(&account, tool, &nothing, &[]).await;
        assert_eq!(kind(&result), "rate_limited");
    }
}

#[tokio::test]
async fn one_token_is_asked_for_in_a_list_of_many_pages() {
    let stage = Stage::new().await;
    let account = stage.account(&EGNYTE, None).await;
    let page = |start: u32| {
        let rows: Vec<Value> = (start..start + 100).map(|id| json!({ "id": id })).collect();
        json!({ "totalResults": 300, "resources": rows }).to_string()
    };
    let (first, second, third) = (page(0), page(100), page(200));
    let dead = r#"{"Errors":[{"description":"Dead","code":"401"}]}"#;
    let (api, token) = ("GET /acme.egnyte.com/pubapi/v2/users", EGNYTE.token);
    let (tool, limit) = ("list_all_egnyte_users", json!({ "limit": 300 }));
    let whole = [
        (api, 200, first.as_str()),
        (api, 401, dead),
        (token, 200, NEW),
        (api, 200, &second),
        (api, 200, &third),
    ];
    let result = stage.call(&account, tool, &limit, &whole).await;
    let rows = &result["structuredContent"]["result"];
    assert_eq!(rows.as_array().unwrap().len(), 300);
    // What came before the second one died is handed on.
    let broken = [
        (api, 401, dead),
        (token, 200, NEW),
        (api, 200, first.as_str()),
        (api, 401, dead),
    ];
    let result = stage.call(&account, tool, &limit, &broken).await;
    let object = &result["structuredContent"];
    assert_eq!(object["result"].as_array().unwrap().len(), 100);
    assert!(object["next_cursor"].is_string(), "{result}");
    let note = object["note"].as_str().unwrap();
    assert!(note.contains("Egnyte answered 401: Dead"), "{note}");
}
