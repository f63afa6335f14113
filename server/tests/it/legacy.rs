//! Revisions up to 2025-11-25: the handshake, and requests after it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Server, request};

async fn initialize(server: &Server, version: &str) -> Value {
    let client = json!({"name": "test", "version": "1"});
    let params = json!({"protocolVersion": version, "capabilities": {}, "clientInfo": client});
    let answer = server.post(&[], &request("initialize", params)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    // The name and the version of the client, for its calls to bring along.
    let session = answer.header("Mcp-Session-Id").unwrap();
    assert!(session.ends_with(".dGVzdA.MQ"), "{session}");
    answer.json()["result"].clone()
}

#[tokio::test]
async fn initialize_agrees_on_a_revision() {
    let server = Server::start().await;
    for version in ["2025-11-25", "2025-06-18", "2025-03-26"] {
        assert_eq!(
            initialize(&server, version).await["protocolVersion"],
            version
        );
    }
    for version in ["2024-11-05", "2026-07-28", "2099-01-01", ""] {
        assert_eq!(
            initialize(&server, version).await["protocolVersion"],
            "2025-11-25"
        );
    }
}

#[tokio::test]
async fn initialize_says_who_the_server_is() {
    let server = Server::start().await;
    let result = initialize(&server, "2025-11-25").await;
    assert_eq!(
        result["capabilities"],
        json!({"tools": {}, "prompts": {}, "resources": {}})
    );
    assert_eq!(
        result["serverInfo"],
        json!({"name": "toolwright-acme", "title": "Acme", "version": env!("CARGO_PKG_VERSION")})
    );
    let instructions = result["instructions"].as_str().unwrap();
    assert!(
        instructions.starts_with("Acme: Users and files of Acme.\n"),
        "{instructions}"
    );
    assert!(instructions.chars().count() <= 512);
    assert_eq!(result.get("resultType"), None);
    assert_eq!(result.get("_meta"), None);
}

#[tokio::test]
async fn initialize_is_legacy_whatever_the_header_says() {
    let server = Server::start().await;
    let body = request("initialize", json!({"protocolVersion": "2025-11-25"}));
    let answer = server
        .post(&["MCP-Protocol-Version: 2026-07-28"], &body)
        .await;
    assert_eq!(answer.json()["result"]["protocolVersion"], "2025-11-25");
    let answer = server.legacy("initialize", json!({})).await;
    assert_eq!(answer.json()["error"]["code"], -32602);
}

#[tokio::test]
async fn notifications_are_accepted_without_an_answer() {
    let server = Server::start().await;
    for body in [
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/never_heard_of","params":[]}"#,
        // Without an id nobody waits for the result, so nothing is called.
        r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"list_all_acme_users"}}"#,
    ] {
        let answer = server
            .post(&["MCP-Protocol-Version: 2025-11-25"], body)
            .await;
        assert_eq!((answer.status, answer.body.as_str()), (202, ""), "{body}");
    }
}

#[tokio::test]
async fn ping_is_answered() {
    let server = Server::start().await;
    let answer = server.legacy("ping", json!({})).await;
    assert_eq!(answer.body, r#"{"jsonrpc":"2.0","id":7,"result":{}}"#);
}

#[tokio::test]
async fn tools_are_listed_as_they_were_compiled() {
    let server = Server::start().await;
    let answer = server.legacy("tools/list", json!({})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    let length = answer.body.len().to_string();
    assert_eq!(answer.header("Content-Length"), Some(length.as_str()));
    assert!(answer.body.starts_with(
        r#"{"jsonrpc":"2.0","id":7,"result":{"tools":[{"name":"acme_files_search","inputSchema""#
    ));
    let names: Vec<String> = answer.json()["result"]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "acme_files_search",
            "create_an_acme_user",
            "delete_an_acme_user_by_id",
            "get_single_acme_user_by_id",
            "list_all_acme_users",
        ]
    );
}

#[tokio::test]
async fn lists_are_one_page() {
    let server = Server::start().await;
    for cursor in [json!(""), Value::Null] {
        let answer = server.legacy("tools/list", json!({"cursor": cursor})).await;
        assert_eq!(
            answer.json()["result"]["tools"].as_array().unwrap().len(),
            5
        );
        assert_eq!(answer.json()["result"].get("nextCursor"), None);
    }
    for cursor in [json!("2"), json!(2)] {
        let answer = server.legacy("tools/list", json!({"cursor": cursor})).await;
        assert_eq!(answer.json()["error"]["code"], -32602);
    }
}

#[tokio::test]
async fn there_are_no_prompts_and_no_resources() {
    let server = Server::start().await;
    for (method, member) in [
        ("prompts/list", "prompts"),
        ("resources/list", "resources"),
        ("resources/templates/list", "resourceTemplates"),
    ] {
        let answer = server.legacy(method, json!({})).await;
        assert_eq!(answer.json()["result"], json!({member: []}));
    }
    let answer = server.legacy("prompts/get", json!({"name": "x"})).await;
    assert_eq!(answer.json()["error"]["code"], -32602);
    let answer = server
        .legacy("resources/read", json!({"uri": "x://y"}))
        .await;
    assert_eq!(answer.json()["error"]["code"], -32602);
    assert_eq!(answer.json()["error"]["data"], json!({"uri": "x://y"}));
}

#[tokio::test]
async fn errors_of_methods_come_with_status_200() {
    let server = Server::start().await;
    for method in [
        "logging/setLevel",
        "completion/complete",
        "resources/subscribe",
        "x",
    ] {
        let answer = server.legacy(method, json!({})).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (200, &json!(-32601))
        );
        assert_eq!(answer.json()["id"], 7);
    }
    let answer = server
        .legacy("tools/call", json!({"name": "no_such_tool"}))
        .await;
    assert_eq!(
        (answer.status, &answer.json()["error"]["code"]),
        (200, &json!(-32602))
    );
}

#[tokio::test]
async fn a_missing_version_header_is_fine_and_an_unknown_one_is_not() {
    let server = Server::start().await;
    let body = request("tools/list", json!({}));
    assert_eq!(server.post(&[], &body).await.status, 200);
    let answer = server
        .post(&["MCP-Protocol-Version: 2024-11-05"], &body)
        .await;
    assert_eq!(
        (answer.status, &answer.json()["error"]["code"]),
        (400, &json!(-32022))
    );
    assert_eq!(answer.json()["error"]["data"]["requested"], "2024-11-05");
    assert_eq!(answer.json()["id"], 7);
}

#[tokio::test]
async fn any_session_id_will_do() {
    let server = Server::start().await;
    let headers = ["Mcp-Session-Id: abc", "Last-Event-ID: 4"];
    let answer = server.post(&headers, &request("ping", json!({}))).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("Mcp-Session-Id"), None);
}

#[tokio::test]
async fn batches_are_for_one_revision() {
    let server = Server::start().await;
    let notification = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    let batch = format!(
        r#"[{},{notification},{{"jsonrpc":"2.0","id":"b","method":"x"}},3]"#,
        request("ping", json!({}))
    );
    for headers in [&[][..], &["MCP-Protocol-Version: 2025-03-26"]] {
        let answer = server.post(headers, &batch).await;
        assert_eq!(answer.status, 200);
        let answers = answer.json();
        assert_eq!(answers.as_array().unwrap().len(), 3);
        assert_eq!(answers[0], json!({"jsonrpc": "2.0", "id": 7, "result": {}}));
        assert_eq!(
            (&answers[1]["id"], &answers[1]["error"]["code"]),
            (&json!("b"), &json!(-32601))
        );
        assert_eq!(
            (answers[2].get("id"), &answers[2]["error"]["code"]),
            (None, &json!(-32600))
        );
    }
    let answer = server.post(&[], &format!("[{notification}]")).await;
    assert_eq!((answer.status, answer.body.as_str()), (202, ""));
    for version in ["2025-06-18", "2025-11-25", "2026-07-28"] {
        let header = format!("MCP-Protocol-Version: {version}");
        let answer = server.post(&[&header], &batch).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (400, &json!(-32600))
        );
    }
    let many = format!("[{}]", vec![notification; 65].join(","));
    for body in ["[]", "[", &many] {
        assert_eq!(server.post(&[], body).await.status, 400, "{body}");
    }
}

#[tokio::test]
async fn the_calls_of_a_batch_are_made_at_the_same_time_and_answered_in_order() {
    let server = Server::start().await;
    // Every other call takes a second.
    let call = |number: usize| {
        let user = if number.is_multiple_of(2) {
            "slow"
        } else {
            "1"
        };
        let params = json!({"name": "get_single_acme_user_by_id", "arguments": {"id": user}});
        json!({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params})
    };
    let batch: Value = (0..64).map(call).collect();
    let started = Instant::now();
    let answers = server.post(&[], &batch.to_string()).await.json();
    assert!(started.elapsed() < Duration::from_secs(8));
    let ids = |messages: &Value| -> Vec<Value> {
        let messages = messages.as_array().unwrap().iter();
        messages.map(|message| message["id"].clone()).collect()
    };
    assert_eq!(ids(&answers), ids(&batch));
}
