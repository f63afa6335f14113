//! Access tokens that end: they are replaced once, for all who wait, and kept before they are used.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Installation, Node, over_each_store};
use crate::support::http::{Answer, send};
use crate::support::request;
use crate::support::vendor::REFRESHED;

over_each_store! {
    one_of_many_calls_on_two_nodes_replaces_the_token
    a_token_that_is_called_dead_is_replaced_once
    refresh_tokens_rotate_or_stay
    an_ended_connection_is_not_asked_about_again
    a_vendor_that_is_down_ends_nothing
    who_goes_away_does_not_stop_the_exchange
    a_lease_that_was_left_behind_ends
    without_an_application_the_token_is_used_as_it_is
}

/// An account with OAuth tokens, and the token of an MCP server of it.
struct Connected {
    path: String,
    token: String,
    unique: String,
}

impl Connected {
    async fn new(node: &Node, access: &str, refresh: &str, expires_at: Option<&str>) -> Self {
        let app = json!({ "client_id": "app", "client_secret": "s&cret" });
        node.expect(200, "PUT /integration/acme/oauth-app", app)
            .await;
        let unique = uuid::Uuid::now_v7().simple().to_string();
        let credentials = json!({
            "type": "oauth2",
            "access_token": format!("{access}-{unique}"),
            "refresh_token": format!("{refresh}-{unique}"),
            "expires_at": expires_at,
        });
        let body = json!({ "integration": "acme", "credentials": credentials });
        let account = node.expect(201, "POST /integrated-account", body).await;
        let id = account["id"].as_str().unwrap();
        let (_, token) = node.server(id, json!({})).await;
        Self {
            path: format!("/integrated-account/{id}"),
            token,
            unique,
        }
    }

    async fn call(&self, node: &Node) -> Answer {
        let params = json!({ "name": "get_single_acme_user_by_id", "arguments": { "id": "1" } });
        let json = ["Content-Type: application/json"];
        let start = format!("POST /mcp/{}", self.token);
        send(node.address, &start, &json, &request("tools/call", params)).await
    }

    /// The result of a call, and whether it failed.
    async fn result(&self, node: &Node) -> (bool, String) {
        let result = self.call(node).await.json()["result"].clone();
        let text = result["content"][0]["text"].as_str().unwrap().to_owned();
        (result["isError"] == true, text)
    }

    async fn works(&self, node: &Node) {
        assert_eq!(self.result(node).await, (false, r#"{"id":"1"}"#.to_owned()));
    }

    async fn status(&self, node: &Node) -> Value {
        let start = format!("GET {}", self.path);
        node.expect(200, &start, Value::Null).await["status"].clone()
    }

    /// The kinds of the refresh tokens that the vendor was shown.
    fn refreshed(&self) -> Vec<String> {
        let all = REFRESHED.lock().unwrap().clone();
        let end = format!("-{}", self.unique);
        all.iter()
            .filter_map(|token| Some(token.strip_suffix(&end)?.to_owned()))
            .collect()
    }
}

const PAST: Option<&str> = Some("2026-01-01T00:00:00Z");

async fn one_of_many_calls_on_two_nodes_replaces_the_token(installation: Installation) {
    let (one, two) = (installation.node().await, installation.node().await);
    let account = Connected::new(&one, "dead", "steady", PAST).await;
    // All of them would be answered with 401 if they used the token that has ended.
    let calls = (0..40).map(|number| account.works(if number % 2 == 0 { &one } else { &two }));
    futures_util::future::join_all(calls).await;
    assert_eq!(account.refreshed(), ["steady"]);
    account.works(&two).await;
    assert_eq!(account.refreshed(), ["steady"]);
    let mut metrics = String::new();
    for node in [&one, &two] {
        metrics += &node.ask("GET /metrics", Value::Null).await.body;
    }
    let sample = r#"toolwright_token_refreshes_total{integration="acme",outcome="ok"} 1"#;
    assert_eq!(metrics.matches(sample).count(), 1, "{metrics}");
}

async fn a_token_that_is_called_dead_is_replaced_once(installation: Installation) {
    let node = installation.node().await;
    // The vendor did not say when it ends.
    let account = Connected::new(&node, "dead", "steady", None).await;
    account.works(&node).await;
    assert_eq!(account.refreshed(), ["steady"]);
    account.works(&node).await;
    assert_eq!(account.refreshed(), ["steady"]);
}

async fn refresh_tokens_rotate_or_stay(installation: Installation) {
    let node = installation.node().await;
    let rotating = Connected::new(&node, "old", "rotating", PAST).await;
    for _ in 0..2 {
        rotating.works(&node).await;
        // What a token opens is remembered for a moment.
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    assert_eq!(rotating.refreshed(), ["rotating", "steady"]);
    let same = Connected::new(&node, "dead", "same", PAST).await;
    same.works(&node).await;
    // The vendor may repeat a secret where that is the answer.
    let path = &same.path;
    let patch = json!({ "name": "Same" });
    node.expect(200, &format!("PATCH {path}"), patch).await;
    same.works(&node).await;
    assert_eq!(same.refreshed(), ["same"]);
}

async fn an_ended_connection_is_not_asked_about_again(installation: Installation) {
    let node = installation.node().await;
    for refresh in ["ended", "said"] {
        let account = Connected::new(&node, "dead", refresh, PAST).await;
        for _ in 0..3 {
            let (failed, text) = account.result(&node).await;
            assert!(
                failed && text.contains("connects it again at https://tools.example.com/connect/acme?link_token=twl_"),
                "{text}"
            );
        }
        assert_eq!(account.refreshed(), [refresh]);
        assert_eq!(account.status(&node).await, "needs_reauth");
        // Connected with something new, it works.
        let credentials = json!({ "type": "oauth2", "access_token": "alive" });
        let body = json!({ "credentials": credentials });
        node.expect(200, &format!("PATCH {}", account.path), body)
            .await;
        account.works(&node).await;
        assert_eq!(account.status(&node).await, "active");
    }
}

async fn a_vendor_that_is_down_ends_nothing(installation: Installation) {
    let node = installation.node().await;
    let account = Connected::new(&node, "dead", "down", PAST).await;
    for _ in 0..2 {
        let (failed, text) = account.result(&node).await;
        assert!(failed && text.contains("Acme answered 503"), "{text}");
        assert!(
            !text.contains(&account.unique) && !text.contains("s&cret"),
            "{text}"
        );
    }
    // The second call did not ask again so soon.
    assert_eq!(account.refreshed(), ["down"]);
    assert_eq!(account.status(&node).await, "active");
    // As long as the token is good, calls go on.
    let soon = (jiff::Timestamp::now() + jiff::SignedDuration::from_secs(30)).to_string();
    let account = Connected::new(&node, "good", "down", Some(&soon)).await;
    account.works(&node).await;
    assert_eq!(account.refreshed(), ["down"]);
}

async fn who_goes_away_does_not_stop_the_exchange(installation: Installation) {
    let node = installation.node().await;
    let account = Connected::new(&node, "dead", "rotating", PAST).await;
    let call = tokio::time::timeout(Duration::from_millis(50), account.call(&node)).await;
    assert!(call.is_err(), "the vendor takes longer");
    for _ in 0..100 {
        if account.refreshed() == ["rotating"] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    account.works(&node).await;
    // The refresh token that had been given was kept.
    assert_eq!(account.refreshed(), ["rotating", "steady"]);
}

async fn a_lease_that_was_left_behind_ends(installation: Installation) {
    let node = installation.node().await;
    let account = Connected::new(&node, "dead", "steady", PAST).await;
    let soon = jiff::Timestamp::now().as_millisecond() + 1000;
    let lease = format!("UPDATE integrated_account SET lease = 'x', lease_until = {soon}");
    installation.execute(&lease).await;
    account.works(&node).await;
    assert!(jiff::Timestamp::now().as_millisecond() >= soon);
    assert_eq!(account.refreshed(), ["steady"]);
}

async fn without_an_application_the_token_is_used_as_it_is(installation: Installation) {
    let node = installation.node().await;
    let account = Connected::new(&node, "old", "steady", PAST).await;
    installation
        .execute("DELETE FROM secret WHERE name = 'oauth-app:acme'")
        .await;
    account.works(&node).await;
    assert!(account.refreshed().is_empty());
    let path = "PUT /integration/acme/oauth-app";
    let answer = node
        .expect(200, path, json!({ "client_id": "a", "client_secret": "b" }))
        .await;
    assert_eq!(answer, json!({ "integration": "acme", "client_id": "a" }));
    let refusal = node
        .expect(400, path, json!({ "client_id": "ä", "secret": "b" }))
        .await;
    assert_eq!(super::faults(&refusal), ["client_secret", "secret"]);
    node.expect(404, "PUT /integration/other/oauth-app", json!({}))
        .await;
}
