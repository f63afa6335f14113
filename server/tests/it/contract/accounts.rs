//! `/integrated-account`

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use toolwright_server::accounts::OpenAccount;

use super::{Installation, faults, over_each_store, without};
use crate::support::vendor::REVOKED;

over_each_store! {
    the_tokens_of_a_forgotten_account_are_ended
    what_is_told_of_an_account_is_kept_unless_it_was_changed
    an_account_is_connected_shown_changed_and_forgotten
    accounts_come_in_pages_and_by_tenant
    what_is_wrong_is_told_field_by_field
    credentials_are_replaced_and_never_shown
}

async fn an_account_is_connected_shown_changed_and_forgotten(installation: Installation) {
    let node = installation.node().await;
    let body = json!({
        "integration": "acme_io",
        "name": "Sales",
        "tenant_id": "c-7",
        "connection": {},
        "credentials": { "type": "bearer", "token": "t-1" },
    });
    let created = node.expect(201, "POST /integrated-account", body).await;
    assert_eq!(
        json!(without(&created, &["id", "created_at", "updated_at"])),
        json!({
            "integration": "acme",
            "name": "Sales",
            "tenant_id": "c-7",
            "connection": {},
            "authentication_method": "bearer",
            "status": "active",
        })
    );
    let path = format!("/integrated-account/{}", created["id"].as_str().unwrap());
    assert_eq!(
        node.expect(200, &format!("GET {path}"), Value::Null).await,
        created
    );
    let change = json!({ "name": "Support", "tenant_id": null });
    let changed = node.expect(200, &format!("PATCH {path}"), change).await;
    assert_eq!(
        (&changed["name"], &changed["tenant_id"]),
        (&json!("Support"), &Value::Null)
    );
    assert_eq!(changed["created_at"], created["created_at"]);
    let unchanged = node.expect(200, &format!("PATCH {path}"), json!({})).await;
    assert_eq!(unchanged["name"], "Support");
    assert_eq!(
        node.expect(204, &format!("DELETE {path}"), Value::Null)
            .await,
        Value::Null
    );
    for method in ["GET", "DELETE"] {
        let gone = node
            .expect(404, &format!("{method} {path}"), Value::Null)
            .await;
        assert_eq!(gone["message"], "There is no such integrated account.");
    }
    node.expect(404, &format!("PATCH {path}"), json!({ "name": "x" }))
        .await;
}

async fn accounts_come_in_pages_and_by_tenant(installation: Installation) {
    let node = installation.node().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        let body = json!({
            "integration": "acme",
            "tenant_id": format!("c-{}", number % 2),
            "credentials": { "type": "bearer", "token": "t-1" },
        });
        let created = node.expect(201, "POST /integrated-account", body).await;
        ids.push(created["id"].clone());
    }
    let mut seen = Vec::new();
    let mut query = "limit=2".to_owned();
    for _ in 0..3 {
        let start = format!("GET /integrated-account?{query}");
        let page = node.expect(200, &start, Value::Null).await;
        assert_eq!(page["limit"], 2);
        seen.extend(
            page["result"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["id"].clone()),
        );
        match page["next_cursor"].as_str() {
            Some(cursor) => query = format!("limit=2&next_cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ids);
    let start = "GET /integrated-account?tenant_id=c-1";
    let page = node.expect(200, start, Value::Null).await;
    assert_eq!(page["result"].as_array().unwrap().len(), 2);
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("next_cursor=x", "next_cursor"),
        ("tenant=1", "tenant"),
        ("limit=1&limit=2", "limit"),
    ] {
        let start = format!("GET /integrated-account?{query}");
        let refusal = node.expect(400, &start, Value::Null).await;
        assert_eq!(faults(&refusal), [field], "{query}: {refusal}");
    }
}

async fn what_is_wrong_is_told_field_by_field(installation: Installation) {
    let node = installation.node().await;
    let bearer = json!({ "type": "bearer", "token": "t-1" });
    for (body, fields) in [
        (json!({}), vec!["integration", "credentials"]),
        (
            json!({ "integration": "acme", "credentials": bearer, "colour": 1 }),
            vec!["colour"],
        ),
        (
            json!({ "integration": "nobody", "credentials": bearer }),
            vec!["integration"],
        ),
        (
            json!({ "integration": "acme", "credentials": "hunter2" }),
            vec!["credentials"],
        ),
        (
            json!({ "integration": "acme", "credentials": { "type": "bearer", "key": "hunter2" } }),
            vec!["credentials.token", "credentials.key"],
        ),
        (
            json!({ "integration": "acme", "credentials": { "type": "magic" } }),
            vec!["credentials.type"],
        ),
        (
            json!({ "integration": "acme", "credentials": { "type": "api_key", "key": "hunter2" } }),
            vec!["credentials.type"],
        ),
        (
            json!({ "integration": "acme", "name": " ", "connection": { "domain": "x" }, "credentials": bearer }),
            vec!["connection.domain", "name"],
        ),
        (
            json!({ "integration": "acme", "connection": { "a": 1 }, "credentials": bearer }),
            vec!["connection"],
        ),
    ] {
        let refusal = node.expect(400, "POST /integrated-account", body).await;
        assert_eq!(faults(&refusal), fields, "{refusal}");
        assert_eq!(
            (&refusal["statusCode"], &refusal["error"]),
            (&json!(400), &json!("Bad Request"))
        );
        assert!(!refusal.to_string().contains("hunter2"), "{refusal}");
    }
    let answer = node.ask("POST /integrated-account", json!([])).await;
    assert_eq!(answer.json()["message"], "The body must be a JSON object.");
    let list = node
        .expect(200, "GET /integrated-account", Value::Null)
        .await;
    assert_eq!(list["result"], json!([]));
}

async fn credentials_are_replaced_and_never_shown(installation: Installation) {
    let node = installation.node().await;
    let id = node.account().await;
    let start = format!("PATCH /integrated-account/{id}");
    let change = json!({ "credentials": { "type": "bearer", "token": "hunter-2-of-the-tests" } });
    let answer = node.expect(200, &start, change).await;
    assert!(!answer.to_string().contains("hunter"), "{answer}");
    let shown = node
        .expect(200, &format!("GET /integrated-account/{id}"), Value::Null)
        .await;
    assert!(!shown.to_string().contains("hunter"), "{shown}");
}

async fn what_is_told_of_an_account_is_kept_unless_it_was_changed(installation: Installation) {
    let node = installation.node().await;
    let body = json!({
        "integration": "orbit",
        "connection": { "domain": "jane" },
        "credentials": { "type": "bearer", "token": "t-1" },
    });
    let made = node.expect(201, "POST /integrated-account", body).await;
    let account = made["id"].as_str().unwrap();
    let start = format!("/integrated-account/{account}");
    let organisation = |id: &str| {
        let fields = [("data_center", "us"), ("domain", "jane"), ("org", id)];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        BTreeMap::from(fields)
    };
    let learn = async |open: &OpenAccount, id| {
        node.registry.learn(open, &organisation(id)).await.unwrap();
        let shown = node.expect(200, &format!("GET {start}"), Value::Null).await;
        shown["connection"]["org"].clone()
    };
    let open = async || node.registry.open_account(account).await.unwrap();
    let (one, two) = (open().await, open().await);
    assert_eq!(learn(&one, "1").await, "1");
    assert_eq!(learn(&two, "2").await, "1", "another was faster");
    let before = open().await;
    // The same connection fields, at another organisation.
    let body = json!({ "credentials": { "type": "bearer", "token": "t-2" } });
    node.expect(200, &format!("PATCH {start}"), body).await;
    assert_eq!(learn(&before, "2").await, Value::Null);
    assert_eq!(learn(&open().await, "2").await, "2");
}

async fn the_tokens_of_a_forgotten_account_are_ended(installation: Installation) {
    let node = installation.node().await;
    let unique = uuid::Uuid::now_v7().simple();
    let connect = async |credentials: Value| {
        let body = json!({ "integration": "acme", "credentials": credentials });
        let account = node.expect(201, "POST /integrated-account", body).await;
        format!("/integrated-account/{}", account["id"].as_str().unwrap())
    };
    let oauth = |access: &str, refresh: Option<&str>| {
        let name = |name| format!("{name}-{unique}");
        json!({
            "type": "oauth2",
            "access_token": name(access),
            "refresh_token": refresh.map(name),
        })
    };
    let delete = async |status, path: &str| {
        node.expect(status, &format!("DELETE {path}"), Value::Null)
            .await
    };
    let bearer = json!({ "type": "bearer", "token": format!("bearer-{unique}") });
    delete(204, &connect(bearer).await).await;
    delete(204, &connect(oauth("a1", Some("r1"))).await).await;
    delete(204, &connect(oauth("a2", None)).await).await;
    // Whoever asked may go away, and the URLs open nothing from the beginning.
    let path = connect(oauth("a4", Some("slow"))).await;
    let (_, mcp) = node
        .server(path.rsplit_once('/').unwrap().1, json!({}))
        .await;
    let deleting = delete(204, &path);
    assert!(
        tokio::time::timeout(Duration::from_millis(100), deleting)
            .await
            .is_err()
    );
    assert_eq!(node.tools_of(&mcp).await, Err(404));
    tokio::time::sleep(Duration::from_millis(500)).await;
    // What the vendor does not end is forgotten all the same.
    let path = connect(oauth("a3", Some("unknown"))).await;
    let answer = delete(200, &path).await;
    let warning = "Acme refused: invalid_code.";
    assert_eq!(answer, json!({ "warnings": [warning] }));
    node.expect(404, &format!("GET {path}"), Value::Null).await;
    delete(404, &path).await;
    let asked = REVOKED.lock().unwrap().clone();
    let of_this_test = asked
        .iter()
        .filter_map(|token| token.strip_suffix(&format!("-{unique}")));
    assert_eq!(
        of_this_test.collect::<Vec<_>>(),
        ["r1", "a2", "slow", "unknown"]
    );
}
