//! Calls of tools, through to the vendor and back.

use serde_json::{Value, json};

use crate::support::http::Answer;
use crate::support::{Server, request};

async fn call(server: &Server, name: &str, arguments: Value) -> Answer {
    server
        .legacy("tools/call", json!({"name": name, "arguments": arguments}))
        .await
}

async fn get(server: &Server, id: &str) -> Value {
    let answer = call(server, "get_single_acme_user_by_id", json!({"id": id})).await;
    assert_eq!(answer.status, 200);
    answer.json()["result"].clone()
}

#[tokio::test]
async fn a_record_comes_as_text_and_as_an_object() {
    let server = Server::start().await;
    let result = get(&server, "7").await;
    assert_eq!(result["structuredContent"], json!({"id": "7"}));
    assert_eq!(
        result["content"],
        json!([{"type": "text", "text": r#"{"id":"7"}"#}])
    );
    assert_eq!(result.as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn a_modern_result_says_that_it_is_complete() {
    let server = Server::start().await;
    let params = json!({"name": "list_all_acme_users", "arguments": {}});
    let answer = server.modern("tools/call", params).await;
    assert_eq!(answer.status, 200);
    let result = &answer.json()["result"];
    assert_eq!(result["resultType"], "complete");
    assert!(result["_meta"]["io.modelcontextprotocol/serverInfo"].is_object());
    assert_eq!(result.get("ttlMs"), None);
    assert_eq!(
        result["structuredContent"],
        json!({"result": [{"id": "1"}, {"id": "2"}]})
    );
}

#[tokio::test]
async fn arguments_can_be_left_out() {
    let server = Server::start().await;
    for params in [
        json!({"name": "list_all_acme_users"}),
        json!({"name": "list_all_acme_users", "arguments": null}),
    ] {
        let answer = server.legacy("tools/call", params).await;
        assert_eq!(answer.json()["result"].get("isError"), None, "{answer:?}");
    }
}

#[tokio::test]
async fn aliases_are_accepted() {
    let server = Server::start().await;
    for name in ["list_all_acme_io_users", "list_all_acmeio_users"] {
        let answer = call(&server, name, json!({})).await;
        assert!(
            answer.json()["result"]["structuredContent"]["result"].is_array(),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn an_unknown_tool_is_an_error_of_the_request() {
    let server = Server::start().await;
    for (name, message) in [
        (
            "get_acme_user",
            "Unknown tool: get_acme_user. Did you mean get_single_acme_user_by_id?",
        ),
        (
            "sing",
            "Unknown tool: sing. tools/list lists those there are.",
        ),
        (
            "acme_files_secret",
            "Unknown tool: acme_files_secret. Did you mean acme_files_search?",
        ),
    ] {
        let answer = call(&server, name, json!({})).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (200, &json!(-32602))
        );
        assert_eq!(answer.json()["error"]["message"], message);
        let answer = server.modern("tools/call", json!({"name": name})).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (400, &json!(-32602))
        );
    }
}

#[tokio::test]
async fn parameters_of_another_shape_are_an_error_of_the_request() {
    let server = Server::start().await;
    for params in [
        json!({}),
        json!({"name": 1}),
        json!({"name": "list_all_acme_users", "arguments": []}),
        json!({"name": "list_all_acme_users", "arguments": "{}"}),
        json!([]),
    ] {
        let answer = server.legacy("tools/call", params).await;
        assert_eq!(answer.json()["error"]["code"], -32602, "{answer:?}");
    }
    let deep = format!(
        r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{"name":"list_all_acme_users","arguments":{{"a":{}{}}}}}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(
        server.post(&[], &deep).await.json()["error"]["code"],
        -32602
    );
}

#[tokio::test]
async fn arguments_that_are_wrong_are_an_error_of_the_tool() {
    let server = Server::start().await;
    for arguments in [
        json!({}),
        json!({"id": 7}),
        json!({"id": "7", "colour": "red"}),
    ] {
        let answer = call(&server, "get_single_acme_user_by_id", arguments).await;
        let result = &answer.json()["result"];
        assert_eq!(result["isError"], true, "{answer:?}");
        assert_eq!(details(result)["error"]["kind"], "invalid_argument");
    }
}

#[tokio::test]
async fn what_the_vendor_refuses_is_an_error_of_the_tool() {
    let server = Server::start().await;
    let result = get(&server, "gone").await;
    assert_eq!(result["isError"], true);
    assert_eq!(result.get("structuredContent"), None);
    assert_eq!(details(&result)["error"]["kind"], "not_found");
    assert_eq!(details(&result)["error"]["status"], 404);
    assert!(!result.to_string().contains("inner workings"));
}

#[tokio::test]
async fn limits_are_part_of_the_result() {
    let server = Server::start().await;
    let result = get(&server, "limited").await;
    assert_eq!(details(&result)["error"]["kind"], "rate_limited");
    assert_eq!(
        details(&result)["ratelimit"],
        json!({"limit": 10, "remaining": 0, "reset": 30})
    );
    let result = get(&server, "counted").await;
    assert_eq!(
        result["structuredContent"],
        json!({"id": "counted", "ratelimit": {"limit": 10, "remaining": 9}})
    );
}

#[tokio::test]
async fn a_batch_of_calls_is_answered_together() {
    let server = Server::start().await;
    let call = request("tools/call", json!({"name": "list_all_acme_users"}));
    let answer = server.post(&[], &format!("[{call},{call}]")).await;
    let answers = answer.json();
    assert_eq!(answers.as_array().unwrap().len(), 2);
    assert!(answers[1]["result"]["structuredContent"]["result"].is_array());
}

/// The object of an error, which stands behind the sentence.
fn details(result: &Value) -> Value {
    assert_eq!(result["content"].as_array().unwrap().len(), 2);
    serde_json::from_str(result["content"][1]["text"].as_str().unwrap()).unwrap()
}
