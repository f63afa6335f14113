//! `/link-token`, and the pages that its links open.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Installation, Node, faults, over_each_store};
use crate::support::browser::Browser;

over_each_store! {
    a_link_is_told_once
    what_is_wrong_with_a_link_is_told_field_by_field
    an_account_to_connect_again_has_settled_the_rest
    whoever_may_only_call_makes_no_links
    a_link_opens_a_page
    what_opens_nothing_looks_the_same
    links_that_are_guessed_are_slowed_down
    a_link_leaves_lines
}

impl Node {
    /// Makes a link; its address without the server's, and its token.
    pub(crate) async fn link(&self, body: Value) -> (String, String) {
        let link = self.expect(201, "POST /link-token", body).await;
        let url = link["url"].as_str().unwrap();
        let path = url.strip_prefix("https://tools.example.com").unwrap();
        let token = link["link_token"].as_str().unwrap();
        (path.to_owned(), token.to_owned())
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// The accounts that there are.
    pub(crate) async fn accounts(&self) -> Vec<Value> {
        let list = self.expect(200, "GET /integrated-account", Value::Null);
        list.await["result"].as_array().unwrap().clone()
    }
}

async fn a_link_is_told_once(installation: Installation) {
    let node = installation.node().await;
    let body = json!({ "integration": "acme_io" });
    let link = node.expect(201, "POST /link-token", body).await;
    let names: BTreeSet<&str> = link
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names, BTreeSet::from(["link_token", "url", "expires_at"]));
    let token = link["link_token"].as_str().unwrap();
    assert!(token.starts_with("twl_") && token.len() > 40, "{token}");
    let url = format!("https://tools.example.com/connect/acme?link_token={token}");
    assert_eq!(link["url"], url);
    let ends: Timestamp = link["expires_at"].as_str().unwrap().parse().unwrap();
    let life = ends.duration_since(Timestamp::now());
    assert!(life > SignedDuration::from_mins(59) && life <= SignedDuration::from_mins(60));
}

async fn what_is_wrong_with_a_link_is_told_field_by_field(installation: Installation) {
    let node = installation.node().await;
    let orbit = |more: Value| {
        let mut body = json!({ "integration": "orbit" });
        let members = body.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        body
    };
    let ahead = |seconds| (Timestamp::now() + SignedDuration::from_secs(seconds)).to_string();
    let week = 7 * 24 * 3600;
    for (body, fields) in [
        (json!({}), vec!["integration"]),
        (json!({ "integration": "nobody" }), vec!["integration"]),
        (
            orbit(json!({ "colour": 1, "tenant": "x" })),
            vec!["colour", "tenant"],
        ),
        (
            orbit(json!({ "name": " ", "tenant_id": "a\nb" })),
            vec!["name", "tenant_id"],
        ),
        (
            orbit(json!({ "origin": "https://app.example.com/page" })),
            vec!["origin"],
        ),
        (
            orbit(json!({ "origin": "javascript:alert(1)" })),
            vec!["origin"],
        ),
        (orbit(json!({ "origin": "null" })), vec!["origin"]),
        (orbit(json!({ "origin": "*" })), vec!["origin"]),
        (
            orbit(json!({ "connection": { "domain": "../x" } })),
            vec!["connection.domain"],
        ),
        (
            orbit(json!({ "connection": { "data_center": "mars" } })),
            vec!["connection.data_center"],
        ),
        (
            orbit(json!({ "connection": { "host": "evil" } })),
            vec!["connection.host"],
        ),
        (
            orbit(json!({ "connection": { "connection.domain": "x" } })),
            vec!["connection.connection.domain"],
        ),
        (
            orbit(json!({ "expires_at": ahead(30) })),
            vec!["expires_at"],
        ),
        (
            orbit(json!({ "expires_at": ahead(-30) })),
            vec!["expires_at"],
        ),
        (
            orbit(json!({ "expires_at": ahead(week + 60) })),
            vec!["expires_at"],
        ),
        (
            orbit(json!({ "expires_at": "tomorrow" })),
            vec!["expires_at"],
        ),
    ] {
        let refusal = node.expect(400, "POST /link-token", body.clone()).await;
        assert_eq!(faults(&refusal), fields, "{body}: {refusal}");
    }
    for more in [
        json!({ "expires_at": ahead(60) }),
        json!({ "expires_at": ahead(week) }),
        json!({ "origin": "http://127.0.0.1:5173/", "connection": { "domain": "jane" } }),
    ] {
        node.expect(201, "POST /link-token", orbit(more)).await;
    }
}

async fn an_account_to_connect_again_has_settled_the_rest(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let again = |more: Value| {
        let mut body = json!({ "integration": "acme", "integrated_account_id": account });
        let members = body.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        body
    };
    let settled = json!({ "name": "x", "tenant_id": "y", "connection": { "domain": "z" } });
    let refusal = node.expect(400, "POST /link-token", again(settled)).await;
    for field in ["name", "tenant_id", "connection"] {
        assert!(faults(&refusal).contains(&field), "{refusal}");
    }
    let other = again(json!({ "integration": "orbit" }));
    let refusal = node.expect(400, "POST /link-token", other).await;
    assert_eq!(faults(&refusal), ["integration"]);
    assert_eq!(refusal["message"], "The account is one of acme.");
    let nobody = again(json!({ "integrated_account_id": "nobody" }));
    let refusal = node.expect(404, "POST /link-token", nobody).await;
    assert_eq!(refusal["message"], "There is no such integrated account.");
    let (path, _) = node.link(again(json!({}))).await;
    let page = node.browser().get(&path).await;
    assert!(
        page.body.contains("<h1>Connect Acme again</h1>"),
        "{page:?}"
    );
    // It goes with the account.
    let start = format!("DELETE /integrated-account/{account}");
    node.expect(204, &start, Value::Null).await;
    assert_eq!(node.browser().get(&path).await.status, 404);
}

async fn whoever_may_only_call_makes_no_links(installation: Installation) {
    let node = installation.node().await;
    let caller = node
        .expect(201, "POST /api-token", json!({ "name": "agent" }))
        .await;
    let caller = caller["token"].as_str().unwrap();
    let body = json!({ "integration": "acme" });
    for (token, status) in [(caller, 403), ("", 401), ("twa_x", 401)] {
        let answer = node.ask_as(token, "POST /link-token", body.clone()).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
}

async fn a_link_opens_a_page(installation: Installation) {
    let node = installation.node().await;
    let (path, token) = node.link(json!({ "integration": "acme" })).await;
    for _ in 0..10 {
        let page = node.browser().get(&path).await;
        assert_eq!(page.status, 200, "{page:?}");
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(page.header(name), Some(value), "{name}");
        }
        let policy = page.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "script-src 'self'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(page.body.contains("<h1>Connect Acme</h1>"), "{page:?}");
        let hidden = format!(r#"<input type="hidden" name="link_token" value="{token}">"#);
        assert!(page.body.contains(&hidden), "{page:?}");
        assert!(!page.body.contains("<script"), "{page:?}");
    }
}

/// Every reason looks the same, so that nobody learns which links there were.
async fn what_opens_nothing_looks_the_same(installation: Installation) {
    let node = installation.node().await;
    let acme = json!({ "integration": "acme" });
    let (path, token) = node.link(acme.clone()).await;
    let page = node.browser().get("/connect/acme?link_token=twl_x").await;
    assert_eq!(page.status, 404);
    assert!(page.body.contains("Ask for a new one"), "{page:?}");
    let opens_nothing = async |path: &str| {
        let other = node.browser().get(path).await;
        assert_eq!((other.status, &other.body), (404, &page.body), "{path}");
        for name in [
            "cache-control",
            "content-security-policy",
            "referrer-policy",
        ] {
            assert_eq!(other.header(name), page.header(name), "{path}: {name}");
        }
    };
    opens_nothing("/connect/acme").await;
    opens_nothing("/connect/acme?link_token=").await;
    opens_nothing(&format!("/connect/orbit?link_token={token}")).await;
    opens_nothing(&format!("/connect/acme_io?link_token={token}")).await;
    opens_nothing(&format!("/connect/nobody?link_token={token}")).await;
    let fields = [("link_token", "twl_x"), ("kind", "bearer"), ("token", "t")];
    let posted = node.browser().post("/connect/acme", &fields).await;
    assert_eq!((posted.status, &posted.body), (404, &page.body));
    // One that was used.
    let fields = [
        ("link_token", &*token),
        ("kind", "bearer"),
        ("token", "t-1"),
    ];
    let used = node.browser().post("/connect/acme", &fields).await;
    assert_eq!(used.status, 200, "{used:?}");
    opens_nothing(&path).await;
    let again = node.browser().post("/connect/acme", &fields).await;
    assert_eq!((again.status, &again.body), (404, &page.body));
    // One that has ended.
    let (path, _) = node.link(acme.clone()).await;
    installation.execute("UPDATE link SET expires_at = 1").await;
    opens_nothing(&path).await;
    // One of somebody who may not make links any more.
    let body = json!({ "name": "maker", "scopes": ["admin"] });
    let maker = node.expect(201, "POST /api-token", body).await;
    let link = node
        .ask_as(maker["token"].as_str().unwrap(), "POST /link-token", acme)
        .await
        .json();
    let path = link["url"]
        .as_str()
        .unwrap()
        .replace("https://tools.example.com", "");
    assert_eq!(node.browser().get(&path).await.status, 200);
    let start = format!("DELETE /api-token/{}", maker["id"].as_str().unwrap());
    node.expect(204, &start, Value::Null).await;
    opens_nothing(&path).await;
}

async fn links_that_are_guessed_are_slowed_down(installation: Installation) {
    let node = installation.node().await;
    let (path, _) = node.link(json!({ "integration": "acme" })).await;
    let mut statuses = BTreeSet::new();
    for number in 0..300 {
        let guess = format!("/connect/acme?link_token=twl_{number}");
        let answer = node.browser().get(&guess).await;
        if statuses.insert(answer.status) && answer.status == 429 {
            let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!(seconds >= 1);
            let html = answer.header("content-type").unwrap();
            assert!(html.starts_with("text/html"), "{answer:?}");
            break;
        }
    }
    assert_eq!(statuses, BTreeSet::from([404, 429]));
    assert_eq!(node.browser().get(&path).await.status, 200);
}

async fn a_link_leaves_lines(installation: Installation) {
    let node = installation.node().await;
    let (_, token) = node
        .link(json!({ "integration": "acme", "tenant_id": "c-7" }))
        .await;
    let fields = [
        ("link_token", &*token),
        ("kind", "bearer"),
        ("token", "t-1"),
    ];
    node.browser().post("/connect/acme", &fields).await;
    let account = node.accounts().await[0]["id"].clone();
    let log = node.expect(200, "GET /log?kind=change", Value::Null).await;
    let lines = log["result"].as_array().unwrap();
    let line = |action: &str| {
        let found = lines.iter().find(|line| line["action"] == action);
        found.unwrap_or_else(|| panic!("{action}: {lines:?}"))
    };
    let maker = &line("api_token.create")["subject_id"];
    let made = line("link.create");
    assert_eq!(
        (&made["subject_id"], &made["api_token_id"], &made["status"]),
        (&json!("acme"), maker, &json!("ok"))
    );
    let connected = line("integrated_account.create");
    for (name, value) in [
        ("integrated_account_id", &account),
        ("api_token_id", maker),
        ("tenant_id", &json!("c-7")),
        ("client_name", &json!("Mozilla")),
        ("client_version", &json!("5.0")),
    ] {
        assert_eq!(&connected[name], value, "{name}: {connected}");
    }
    assert!(!log.to_string().contains("t-1\"") && !log.to_string().contains(&token));
}
