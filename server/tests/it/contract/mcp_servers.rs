//! `/integrated-account/{id}/mcp`, and what its tokens open.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Installation, faults, over_each_store, without};

over_each_store! {
    an_mcp_server_is_made_shown_changed_and_ended
    filters_decide_which_tools_there_are
    what_is_wrong_is_told_field_by_field
    an_api_token_is_a_second_factor
    a_token_can_travel_in_a_header
    expired_deleted_and_unknown_look_the_same
    discovery_shows_three_tools_that_find_and_call_the_others
}

async fn an_mcp_server_is_made_shown_changed_and_ended(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let path = format!("/integrated-account/{account}/mcp");
    let expires_at = Timestamp::now() + SignedDuration::from_hours(1);
    let body = json!({
        "name": "Files",
        "config": { "methods": ["read"], "tags": ["users"], "tool_exposure": "all" },
        "expires_at": expires_at.to_string(),
    });
    let created = node.expect(201, &format!("POST {path}"), body).await;
    let token = created["token"].as_str().unwrap();
    assert!(token.len() > 40, "{token}");
    assert_eq!(
        created["url"],
        format!("https://tools.example.com/mcp/{token}")
    );
    let shown = without(&created, &["token", "url", "warnings"]);
    let one = format!("{path}/{}", created["id"].as_str().unwrap());
    assert_eq!(
        node.expect(200, &format!("GET {one}"), Value::Null).await,
        json!(shown)
    );
    let list = node.expect(200, &format!("GET {path}"), Value::Null).await;
    assert_eq!(list["result"], json!([shown]));
    assert!(!list.to_string().contains(token));

    let before = node.tools_of(token).await.unwrap();
    assert_eq!(
        before,
        ["get_single_acme_user_by_id", "list_all_acme_users"]
    );
    let change = json!({ "config": { "methods": ["delete"] }, "expires_at": null });
    let changed = node.expect(200, &format!("PATCH {one}"), change).await;
    assert_eq!(changed["config"]["methods"], json!(["delete"]));
    assert_eq!(changed["config"]["tags"], json!(["users"]));
    assert_eq!(changed["expires_at"], Value::Null);
    assert_eq!(
        node.tools_of(token).await.unwrap(),
        ["delete_an_acme_user_by_id"]
    );
    node.expect(204, &format!("DELETE {one}"), Value::Null)
        .await;
    assert_eq!(node.tools_of(token).await, Err(404));
    node.expect(404, &format!("DELETE {one}"), Value::Null)
        .await;
}

async fn filters_decide_which_tools_there_are(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let (_, token) = node.server(&account, json!({})).await;
    assert_eq!(node.tools_of(&token).await.unwrap().len(), 5);
    let config = json!({ "methods": ["write", "get"] });
    let (_, token) = node.server(&account, config).await;
    let tools = node.tools_of(&token).await.unwrap();
    assert_eq!(
        tools,
        [
            "create_an_acme_user",
            "delete_an_acme_user_by_id",
            "get_single_acme_user_by_id"
        ]
    );
    let start = format!("GET /integrated-account/{account}/tools?methods=custom&tags=files,users");
    let listed = node.expect(200, &start, Value::Null).await;
    assert_eq!(listed["result"][0]["name"], "acme_files_search");
    assert_eq!(listed["result"].as_array().unwrap().len(), 1);
    // What is not listed cannot be called.
    let call = json!({ "name": "list_all_acme_users", "arguments": {} });
    let body = crate::support::request("tools/call", call);
    let json = ["Content-Type: application/json"];
    let start = format!("POST /mcp/{token}");
    let answer = crate::support::http::send(node.address, &start, &json, &body).await;
    assert_eq!(answer.json()["error"]["code"], -32602, "{answer:?}");
}

async fn what_is_wrong_is_told_field_by_field(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let start = format!("POST /integrated-account/{account}/mcp");
    let soon = (Timestamp::now() + SignedDuration::from_secs(50)).to_string();
    for (body, field, says) in [
        (json!({}), "name", "missing"),
        (json!({ "name": "x", "config": [] }), "config", "an object"),
        (
            json!({ "name": "x", "config": { "methods": "read" } }),
            "config.methods",
            "a list",
        ),
        (
            json!({ "name": "x", "config": { "methods": ["reed"] } }),
            "config.methods",
            "there are create",
        ),
        (
            json!({ "name": "x", "config": { "tags": ["nothing"] } }),
            "config.tags",
            "billing, files, users",
        ),
        (
            json!({ "name": "x", "config": { "tags": ["billing"] } }),
            "config.tags",
            "No tool",
        ),
        (
            json!({ "name": "x", "config": { "methods": ["custom"], "tags": ["users"] } }),
            "config.tags",
            "are files",
        ),
        (
            json!({ "name": "x", "config": { "tool_exposure": "some" } }),
            "config.tool_exposure",
            "all, discovery",
        ),
        (
            json!({ "name": "x", "config": { "colour": 1 } }),
            "config.colour",
            "unknown",
        ),
        (
            json!({ "name": "x", "expires_at": "tomorrow" }),
            "expires_at",
            "a time such as",
        ),
        (
            json!({ "name": "x", "expires_at": soon }),
            "expires_at",
            "60 seconds",
        ),
        (
            json!({ "name": "x", "expires": null }),
            "expires",
            "did you mean `expires_at`",
        ),
    ] {
        let refusal = node.expect(400, &start, body).await;
        assert_eq!(faults(&refusal), [field], "{refusal}");
        assert!(
            refusal["message"].as_str().unwrap().contains(says),
            "{refusal}"
        );
    }
    let (id, _) = node.server(&account, json!({})).await;
    let start = format!("PATCH /integrated-account/{account}/mcp/{id}");
    let change = json!({ "config": { "methods": ["custom"], "tags": ["users"] } });
    assert_eq!(
        faults(&node.expect(400, &start, change).await),
        ["config.tags"]
    );
}

async fn an_api_token_is_a_second_factor(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let (_, token) = node
        .server(&account, json!({ "require_api_token_auth": true }))
        .await;
    let start = format!("POST /mcp/{token}");
    assert_eq!(node.tools_of(&token).await, Err(401));
    let json = ["Content-Type: application/json"];
    let refusal = crate::support::http::send(node.address, &start, &json, "{}").await;
    assert!(
        refusal
            .header("WWW-Authenticate")
            .unwrap()
            .starts_with("Bearer")
    );
    let wrong = ["Authorization: Bearer twa_wrong"];
    assert_eq!(node.tools(&start, &wrong).await, Err(401));
    let call = node
        .expect(201, "POST /api-token", json!({ "name": "agent" }))
        .await;
    for api_token in [call["token"].as_str().unwrap(), &node.admin] {
        let header = format!("Authorization: Bearer {api_token}");
        assert_eq!(node.tools(&start, &[&header]).await.unwrap().len(), 5);
    }
    let id = call["id"].as_str().unwrap();
    node.expect(204, &format!("DELETE /api-token/{id}"), Value::Null)
        .await;
    let header = format!("Authorization: Bearer {}", call["token"].as_str().unwrap());
    assert_eq!(node.tools(&start, &[&header]).await, Err(401));
}

async fn a_token_can_travel_in_a_header(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let (_, token) = node.server(&account, json!({})).await;
    let header = format!("Authorization: Bearer {token}");
    assert_eq!(node.tools("POST /mcp", &[&header]).await.unwrap().len(), 5);
    assert_eq!(node.tools("POST /mcp", &[]).await, Err(401));
    assert_eq!(
        node.tools("POST /mcp", &["Authorization: Bearer x"]).await,
        Err(404)
    );
    // The token of an API is none of an MCP server, nor the other way round.
    let admin = format!("Authorization: Bearer {}", node.admin);
    assert_eq!(node.tools("POST /mcp", &[&admin]).await, Err(404));
    assert_eq!(
        node.ask_as(&token, "GET /api-token", Value::Null)
            .await
            .status,
        401
    );
}

async fn expired_deleted_and_unknown_look_the_same(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let (id, deleted) = node.server(&account, json!({})).await;
    node.expect(
        204,
        &format!("DELETE /integrated-account/{account}/mcp/{id}"),
        Value::Null,
    )
    .await;
    // The API wants a minute at least, which is too long for a test; the clock is what counts.
    let (id, expired) = node.server(&account, json!({})).await;
    let update = format!("UPDATE mcp_server SET expires_at = 1 WHERE id = '{id}'");
    installation.execute(&update).await;
    let json = ["Content-Type: application/json"];
    let body = crate::support::request("tools/list", json!({}));
    let mut answers = Vec::new();
    for token in [deleted.as_str(), &expired, "twm_unknown"] {
        let start = format!("POST /mcp/{token}");
        let answer = crate::support::http::send(node.address, &start, &json, &body).await;
        let head: Vec<&str> = answer
            .head
            .lines()
            .filter(|line| !line.starts_with("date"))
            .collect();
        answers.push((answer.status, head.join("\n"), answer.body.clone()));
    }
    assert_eq!(answers[0].0, 404);
    assert!(
        answers.windows(2).all(|pair| pair[0] == pair[1]),
        "{answers:?}"
    );
    let path = format!("/integrated-account/{account}/mcp");
    let list = node.expect(200, &format!("GET {path}"), Value::Null).await;
    assert_eq!(list["result"], json!([]));
    node.expect(404, &format!("GET {path}/{id}"), Value::Null)
        .await;
    assert_eq!(node.registry.sweep().await.unwrap(), 1);
    assert_eq!(node.registry.sweep().await.unwrap(), 0);
}

async fn discovery_shows_three_tools_that_find_and_call_the_others(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let config = json!({ "tool_exposure": "discovery", "methods": ["read"] });
    let (_, token) = node.server(&account, config).await;
    let listed = node.tools_of(&token).await.unwrap();
    assert_eq!(listed, ["search_tools", "get_tool_schema", "call_tool"]);
    let start = format!("POST /mcp/{token}");
    let call = async |name: &str, arguments: Value| {
        let params = json!({ "name": name, "arguments": arguments });
        let body = crate::support::request("tools/call", params);
        let json = ["Content-Type: application/json"];
        let answer = crate::support::http::send(node.address, &start, &json, &body).await;
        answer.json()
    };
    let found = call("search_tools", json!({ "query": "List the users" })).await;
    let found = &found["result"]["structuredContent"]["result"];
    assert_eq!(found[0]["name"], "list_all_acme_users", "{found}");
    let all = call("search_tools", json!({})).await;
    let all = &all["result"]["structuredContent"]["result"];
    assert_eq!(all.as_array().unwrap().len(), 2, "{all}");
    let schema = call(
        "get_tool_schema",
        json!({ "name": "get_single_acme_user_by_id" }),
    )
    .await;
    let schema = &schema["result"]["structuredContent"];
    assert_eq!(schema["inputSchema"]["required"], json!(["id"]));
    let arguments = json!({ "name": "get_single_acme_user_by_id", "arguments": { "id": "7" } });
    let called = call("call_tool", arguments).await;
    assert_eq!(called["result"]["structuredContent"]["id"], "7", "{called}");
    // What the filter took away can be neither found nor called, nor by its own name.
    for (name, arguments) in [
        (
            "call_tool",
            json!({ "name": "delete_an_acme_user_by_id", "arguments": {} }),
        ),
        ("get_tool_schema", json!({ "name": "create_an_acme_user" })),
        (
            "call_tool",
            json!({ "name": "list_all_acme_users", "arguments": [] }),
        ),
        ("call_tool", json!({})),
        ("search_tools", json!({ "query": 1 })),
        ("search_tools", json!({ "limit": 0 })),
        ("search_tools", json!({ "colour": "red" })),
    ] {
        let refusal = call(name, arguments).await;
        assert_eq!(refusal["result"]["isError"], true, "{refusal}");
    }
    let direct = call("list_all_acme_users", json!({})).await;
    assert_eq!(direct["error"]["code"], -32602, "{direct}");
}
