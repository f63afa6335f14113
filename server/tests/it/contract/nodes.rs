//! Several processes over one store. SQLite too is shared: with the commands.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Installation, over_each_store};

over_each_store! {
    what_one_node_does_the_other_knows
    keys_change_while_servers_run
    a_store_that_fails_is_asked_now_and_then
}

async fn what_one_node_does_the_other_knows(installation: Installation) {
    let (first, second) = (installation.node().await, installation.node().await);
    let account = first.account().await;
    let (id, token) = first.server(&account, json!({})).await;
    assert_eq!(second.tools_of(&token).await.unwrap().len(), 5);
    let path = format!("/integrated-account/{account}/mcp/{id}");
    let answer = second
        .ask_as(&first.admin, &format!("GET {path}"), Value::Null)
        .await;
    assert_eq!(answer.status, 200);
    // The second node has just used it.
    assert!(second.tools_of(&token).await.is_ok());
    first
        .expect(204, &format!("DELETE {path}"), Value::Null)
        .await;
    let deleted = Instant::now();
    assert_eq!(first.tools_of(&token).await, Err(404));
    while second.tools_of(&token).await.is_ok() {
        assert!(
            deleted.elapsed() < Duration::from_secs(1),
            "inert within a second"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn keys_change_while_servers_run(installation: Installation) {
    let node = installation.node().await;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        let account = node.account().await;
        tokens.push(node.server(&account, json!({})).await.1);
    }
    // The command is another process.
    let command = installation.registry().await;
    for _ in 0..3 {
        let rotation = command.rotate_key().await.unwrap();
        assert!(rotation.is_new);
        assert_eq!(rotation.accounts, 3);
    }
    let account = node.account().await;
    tokens.push(node.server(&account, json!({})).await.1);
    let body = crate::support::request(
        "tools/call",
        json!({ "name": "get_single_acme_user_by_id", "arguments": { "id": "u-1" } }),
    );
    for node in [&node, &installation.node().await] {
        for token in &tokens {
            let start = format!("POST /mcp/{token}");
            let json = ["Content-Type: application/json"];
            let answer = crate::support::http::send(node.address, &start, &json, &body).await;
            let answer = answer.json();
            assert_eq!(
                answer["result"]["structuredContent"]["id"], "u-1",
                "{answer}"
            );
        }
    }
}

async fn a_store_that_fails_is_asked_now_and_then(installation: Installation) {
    let node = installation.node().await;
    node.expect(200, "GET /readyz", Value::Null).await;
    let asked = Instant::now();
    let rename = "ALTER TABLE integrated_account RENAME TO gone";
    installation.execute(rename).await;
    let status = node.ask("GET /readyz", Value::Null).await.status;
    assert!(status == 200 || asked.elapsed() > Duration::from_millis(400));
    tokio::time::sleep(Duration::from_millis(600)).await;
    node.expect(503, "GET /readyz", Value::Null).await;
}
