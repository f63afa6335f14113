//! Revision 2026-07-28: every request says what it is, in the body and in headers.

use serde_json::{Value, json};

use crate::support::http::Answer;
use crate::support::{Server, request, with_meta};

const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// The status and the code of an error that carries the request's id.
fn error(answer: &Answer) -> (u16, i64) {
    assert_eq!(answer.json()["id"], 7, "{answer:?}");
    (
        answer.status,
        answer.json()["error"]["code"].as_i64().unwrap_or_default(),
    )
}

fn assert_complete(result: &Value) {
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["_meta"][SERVER_INFO]["name"], "toolwright-acme");
    assert!(result["_meta"][SERVER_INFO]["version"].is_string());
}

fn assert_cacheable(result: &Value) {
    assert_complete(result);
    assert!(result["ttlMs"].is_u64());
    assert_eq!(result["cacheScope"], "private");
}

#[tokio::test]
async fn discover_says_what_is_served() {
    let server = Server::start().await;
    let answer = server.modern("server/discover", json!({})).await;
    assert_eq!(answer.status, 200);
    let result = &answer.json()["result"];
    assert_cacheable(result);
    assert_eq!(
        result["supportedVersions"],
        json!(["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"])
    );
    assert_eq!(
        result["capabilities"],
        json!({"tools": {}, "prompts": {}, "resources": {}})
    );
    assert!(result["instructions"].is_string());
}

#[tokio::test]
async fn lists_say_how_long_they_hold() {
    let server = Server::start().await;
    for (method, member, count) in [
        ("tools/list", "tools", 5),
        ("prompts/list", "prompts", 0),
        ("resources/list", "resources", 0),
        ("resources/templates/list", "resourceTemplates", 0),
    ] {
        let answer = server.modern(method, json!({})).await;
        let result = &answer.json()["result"];
        assert_cacheable(result);
        assert_eq!(result[member].as_array().unwrap().len(), count);
        let length = answer.body.len().to_string();
        assert_eq!(answer.header("Content-Length"), Some(length.as_str()));
    }
    let answer = server.modern("tools/list", json!({"cursor": "x"})).await;
    assert_eq!(error(&answer), (400, -32602));
}

#[tokio::test]
async fn both_eras_list_the_same_tools() {
    let server = Server::start().await;
    let modern = server.modern("tools/list", json!({})).await.json();
    let legacy = server.legacy("tools/list", json!({})).await.json();
    assert_eq!(modern["result"]["tools"], legacy["result"]["tools"]);
    assert_eq!(legacy["result"].as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn a_request_must_say_what_it_is() {
    let server = Server::start().await;
    let headers = [
        "MCP-Protocol-Version: 2026-07-28",
        "Mcp-Method: server/discover",
    ];
    for params in [
        json!({}),
        json!({"_meta": null}),
        json!({"_meta": []}),
        json!({"_meta": {}}),
        json!({"_meta": {CAPABILITIES: {}}}),
        json!({"_meta": {VERSION: "2026-07-28"}}),
        json!({"_meta": {VERSION: "2026-07-28", CAPABILITIES: []}}),
        json!({"_meta": {VERSION: 20260728, CAPABILITIES: {}}}),
        json!([]),
    ] {
        let body = request("server/discover", params);
        assert_eq!(
            error(&server.post(&headers, &body).await),
            (400, -32602),
            "{body}"
        );
    }
    // Who the client is need not be said.
    let params = json!({"_meta": {VERSION: "2026-07-28", CAPABILITIES: {}}});
    let answer = server
        .post(&headers, &request("server/discover", params))
        .await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_header_that_is_modern_makes_the_request_modern() {
    let server = Server::start().await;
    let headers = ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/list"];
    let answer = server
        .post(&headers, &request("tools/list", json!({})))
        .await;
    assert_eq!(error(&answer), (400, -32602));
    let answer = server
        .post(&[], &request("server/discover", json!({})))
        .await;
    assert_eq!(error(&answer), (400, -32602));
}

#[tokio::test]
async fn headers_must_repeat_the_body() {
    let server = Server::start().await;
    let version = "MCP-Protocol-Version: 2026-07-28";
    let method = "Mcp-Method: tools/list";
    let body = request("tools/list", with_meta(json!({})));
    for headers in [
        &[][..],
        &[version],
        &[method],
        &["MCP-Protocol-Version: 2025-11-25", method],
        &["MCP-Protocol-Version: 2099-01-01", method],
        &[version, "Mcp-Method: prompts/list"],
        &[version, "Mcp-Method: TOOLS/LIST"],
        &[version, version, method],
        &[version, method, method],
        &[version, "Mcp-Method: tools/l\u{ef}st"],
    ] {
        assert_eq!(
            error(&server.post(headers, &body).await),
            (400, -32020),
            "{headers:?}"
        );
    }
    for headers in [
        &[version, method][..],
        &["mcp-protocol-version: 2026-07-28", "MCP-METHOD: tools/list"],
        &[version, "Mcp-Method: \t tools/list  "],
        &[
            version,
            method,
            "Mcp-Name: ignored",
            "Mcp-Session-Id: ignored",
        ],
    ] {
        assert_eq!(server.post(headers, &body).await.status, 200, "{headers:?}");
    }
}

#[tokio::test]
async fn the_name_must_be_repeated_too() {
    let server = Server::start().await;
    let post = async |method: &str, params: Value, names: &[&str]| {
        let mut headers = vec!["MCP-Protocol-Version: 2026-07-28".to_owned()];
        headers.push(format!("Mcp-Method: {method}"));
        headers.extend(names.iter().map(|name| format!("Mcp-Name: {name}")));
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        server
            .post(&headers, &request(method, with_meta(params)))
            .await
    };
    let params = || json!({"name": "list_all_acme_users"});
    for names in [
        &[][..],
        &["list_all_acme_files"],
        &["LIST_ALL_ACME_USERS"],
        &["=?base64?bGlzdF9hbGxfYWNtZV91c2Vycw?="],
        &["list_all_acme_users", "list_all_acme_users"],
    ] {
        assert_eq!(
            error(&post("tools/call", params(), names).await),
            (400, -32020),
            "{names:?}"
        );
    }
    for names in [
        "list_all_acme_users",
        "  list_all_acme_users ",
        "=?base64?bGlzdF9hbGxfYWNtZV91c2Vycw==?=",
    ] {
        assert_eq!(
            post("tools/call", params(), &[names]).await.status,
            200,
            "{names:?}"
        );
    }
    let answer = post("resources/read", json!({"uri": "x://y"}), &[]).await;
    assert_eq!(error(&answer), (400, -32020));
    let answer = post("resources/read", json!({"uri": "x://y"}), &["x://y"]).await;
    assert_eq!(error(&answer), (400, -32602));
    let answer = post("prompts/get", json!({"name": "p"}), &["q"]).await;
    assert_eq!(error(&answer), (400, -32020));
}

#[tokio::test]
async fn a_revision_that_is_not_served_is_named_with_those_that_are() {
    let server = Server::start().await;
    for version in ["2099-01-01", "v999", ""] {
        let mut params = with_meta(json!({}));
        params["_meta"][VERSION] = json!(version);
        let header = format!("MCP-Protocol-Version: {version}");
        let headers = [header.as_str(), "Mcp-Method: server/discover"];
        let answer = server
            .post(&headers, &request("server/discover", params))
            .await;
        assert_eq!(error(&answer), (400, -32022));
        let data = answer.json()["error"]["data"].clone();
        assert_eq!(data["requested"], version);
        assert_eq!(data["supported"][0], "2026-07-28");
    }
}

#[tokio::test]
async fn a_legacy_revision_in_meta_is_sent_to_initialize_and_not_offered_again() {
    let server = Server::start().await;
    for version in ["2025-11-25", "2025-06-18", "2025-03-26"] {
        let mut params = with_meta(json!({}));
        params["_meta"][VERSION] = json!(version);
        let header = format!("MCP-Protocol-Version: {version}");
        for (method, params) in [
            ("tools/list", params.clone()),
            ("server/discover", params),
            ("server/discover", json!({})),
        ] {
            let headers = [header.as_str(), &format!("Mcp-Method: {method}")];
            let answer = server.post(&headers, &request(method, params)).await;
            assert_eq!(error(&answer), (400, -32022), "{method}");
            let error = answer.json()["error"].clone();
            let data = json!({"supported": ["2026-07-28"], "requested": version});
            assert_eq!(error["data"], data);
            let message = error["message"].as_str().unwrap();
            assert!(message.contains("`initialize`"), "{message}");
        }
    }
}

#[tokio::test]
async fn methods_of_the_legacy_era_are_gone() {
    let server = Server::start().await;
    for method in [
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "resources/unsubscribe",
        "subscriptions/listen",
        "unknown/method",
    ] {
        let answer = server
            .modern(method, json!({"protocolVersion": "2025-11-25"}))
            .await;
        assert_eq!(error(&answer), (404, -32601), "{method}");
    }
}

#[tokio::test]
async fn a_notification_is_accepted() {
    let server = Server::start().await;
    let body = r#"{"jsonrpc":"2.0","method":"notifications/x"}"#;
    let answer = server
        .post(&["MCP-Protocol-Version: 2026-07-28"], body)
        .await;
    assert_eq!((answer.status, answer.body.as_str()), (202, ""));
}
