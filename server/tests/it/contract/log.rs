//! What is logged of calls and changes, and how it is read.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Installation, Node, faults, over_each_store};
use crate::support::http::{Answer, send};
use crate::support::{request, with_meta};

over_each_store! {
    a_call_leaves_a_line
    a_change_leaves_a_line
    lines_are_found_by_what_they_say
    lines_come_page_by_page
    old_lines_are_removed
    calls_do_not_wait_for_the_log
    tools_that_find_tools_leave_lines_too
    a_call_that_is_given_up_leaves_a_line
    what_is_over_is_removed_again_and_again
}

const USER: &str = "get_single_acme_user_by_id";

impl Node {
    /// Calls a tool in the modern way.
    async fn call(&self, token: &str, arguments: Value, headers: &[&str]) -> Answer {
        let params = with_meta(json!({ "name": USER, "arguments": arguments }));
        let modern = [
            "Content-Type: application/json",
            "MCP-Protocol-Version: 2026-07-28",
            "Mcp-Method: tools/call",
            "Mcp-Name: get_single_acme_user_by_id",
        ];
        let headers = [&modern, headers].concat();
        let body = request("tools/call", params);
        send(self.address, &format!("POST /mcp/{token}"), &headers, &body).await
    }

    /// The lines of the log once there are so many.
    pub(super) async fn lines(&self, query: &str, count: usize) -> Vec<Value> {
        let started = Instant::now();
        loop {
            let log = self
                .expect(200, &format!("GET /log?{query}"), Value::Null)
                .await;
            let lines = log["result"].as_array().unwrap();
            if lines.len() >= count {
                return lines.clone();
            }
            assert!(
                started.elapsed() < Duration::from_secs(5),
                "{query}: {lines:?}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn a_call_leaves_a_line(installation: Installation) {
    let node = installation.node().await;
    let body = json!({
        "integration": "acme",
        "tenant_id": "customer-7",
        "credentials": { "type": "bearer", "token": "t-1" },
    });
    let account = node.expect(201, "POST /integrated-account", body).await;
    let account = account["id"].as_str().unwrap();
    let factor = node
        .expect(201, "POST /api-token", json!({ "name": "agent" }))
        .await;
    let config = json!({ "require_api_token_auth": true });
    let (id, token) = node.server(account, config).await;
    let bearer = format!(
        "Authorization: Bearer {}",
        factor["token"].as_str().unwrap()
    );
    let answer = node
        .call(&token, json!({ "id": "hush-1" }), &[&bearer])
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let [line] = &node.lines("kind=tool_call", 1).await[..] else {
        panic!()
    };
    for (name, value) in [
        ("kind", json!("tool_call")),
        ("tool", json!(USER)),
        ("action", Value::Null),
        ("integration", json!("acme")),
        ("integrated_account_id", json!(account)),
        ("tenant_id", json!("customer-7")),
        ("mcp_server_id", json!(id)),
        ("api_token_id", factor["id"].clone()),
        ("client_name", json!("test")),
        ("client_version", json!("1")),
        ("protocol_version", json!("2026-07-28")),
        ("protocol_era", json!("modern")),
        ("status", json!("ok")),
        ("error_kind", Value::Null),
        ("upstream_status", json!(200)),
        ("upstream_requests", json!(1)),
        ("bytes", json!(answer.body.len())),
        ("result_count", json!(1)),
    ] {
        assert_eq!(line[name], value, "{name}: {line}");
    }
    let (all, upstream) = (&line["duration_ms"], &line["upstream_duration_ms"]);
    assert!(
        all.as_f64() >= upstream.as_f64() && upstream.as_f64() > Some(0.0),
        "{line}"
    );
    let time: jiff::Timestamp = line["time"].as_str().unwrap().parse().unwrap();
    let age = jiff::Timestamp::now().duration_since(time);
    assert!(age < jiff::SignedDuration::from_secs(20), "{line}");
    assert!(!line.to_string().contains("hush"), "{line}");

    let factor_id = factor["id"].as_str().unwrap();
    for (query, count) in [
        ("tenant_id=customer-7&kind=tool_call".to_owned(), 1),
        (format!("tenant_id={factor_id}"), 0),
        (format!("api_token_id={factor_id}"), 1),
        ("api_token_id=customer-7".to_owned(), 0),
    ] {
        assert_eq!(node.lines(&query, 0).await.len(), count, "{query}");
    }

    // A failure, in the legacy way; the session says who began it.
    let start = format!("POST /mcp/{token}");
    let client = json!({ "name": "claude-ai", "version": "0.1" });
    let params =
        json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
    let headers = ["Content-Type: application/json", &bearer];
    let body = request("initialize", params);
    let opened = send(node.address, &start, &headers, &body).await;
    let session = opened.header("mcp-session-id").unwrap();
    let session = format!("Mcp-Session-Id: {session}");
    let version = "MCP-Protocol-Version: 2025-11-25";
    let headers = [&headers[..], &[&session, version]].concat();
    let params = json!({ "name": USER, "arguments": {} });
    send(
        node.address,
        &start,
        &headers,
        &request("tools/call", params),
    )
    .await;
    let [line] = &node.lines("status=error", 1).await[..] else {
        panic!()
    };
    for (name, value) in [
        ("client_name", json!("claude-ai")),
        ("client_version", json!("0.1")),
        ("protocol_era", json!("legacy")),
        ("protocol_version", json!("2025-11-25")),
        ("error_kind", json!("invalid_argument")),
        ("upstream_status", Value::Null),
        ("upstream_requests", json!(0)),
        ("result_count", Value::Null),
    ] {
        assert_eq!(line[name], value, "{name}: {line}");
    }

    let metrics = node.ask("GET /metrics", Value::Null).await;
    for sample in [
        r#"toolwright_calls_total{kind="tool_call",integration="acme",tool="get_single_acme_user_by_id",outcome="ok"} 1"#,
        r#"outcome="invalid_argument"} 1"#,
        r#"toolwright_call_duration_seconds_count{integration="acme"} 2"#,
        r#"toolwright_upstream_duration_seconds_count{integration="acme"} 1"#,
        r#"toolwright_upstream_answers_total{integration="acme",status="200"} 1"#,
        "toolwright_store_errors_total 0",
        "toolwright_lost_log_lines_total 0",
        "# EOF",
    ] {
        assert!(metrics.body.contains(sample), "{sample}: {}", metrics.body);
    }
}

async fn a_change_leaves_a_line(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let (id, _) = node.server(&account, json!({})).await;
    let path = format!("/integrated-account/{account}");
    let name = json!({ "name": "Renamed" });
    node.expect(200, &format!("PATCH {path}"), name.clone())
        .await;
    node.expect(200, &format!("PATCH {path}/mcp/{id}"), name)
        .await;
    node.expect(204, &format!("DELETE {path}/mcp/{id}"), Value::Null)
        .await;
    // What was refused changed nothing.
    node.expect(404, &format!("DELETE {path}/mcp/{id}"), Value::Null)
        .await;
    node.expect(204, &format!("DELETE {path}"), Value::Null)
        .await;
    node.expect(404, &format!("DELETE {path}"), Value::Null)
        .await;
    node.expect(
        400,
        "POST /integrated-account",
        json!({ "integration": "acme" }),
    )
    .await;
    let made = node
        .expect(201, "POST /api-token", json!({ "name": "n" }))
        .await;
    let made = made["id"].as_str().unwrap();
    node.expect(204, &format!("DELETE /api-token/{made}"), Value::Null)
        .await;
    let rotation = node.registry.rotate_key().await.unwrap();

    let lines = node.lines("kind=change&limit=1000", 9).await;
    let mut lines: Vec<_> = lines.iter().rev().collect();
    // The token of the node was made by the test itself.
    let first = lines.remove(0);
    assert_eq!(
        (
            &first["action"],
            &first["client_name"],
            &first["api_token_id"]
        ),
        (
            &json!("api_token.create"),
            &json!("toolwright"),
            &Value::Null
        )
    );
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line["action"].as_str().unwrap(),
                line["subject_id"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("integrated_account.create", account.as_str()),
            ("mcp_server.create", &id),
            ("integrated_account.update", &account),
            ("mcp_server.update", &id),
            ("mcp_server.delete", &id),
            ("integrated_account.delete", &account),
            ("api_token.create", made),
            ("api_token.revoke", made),
            ("key.rotate", &rotation.key_id),
        ]
    );
    let by_api = lines.split_last().unwrap().1;
    for line in by_api {
        assert_eq!(line["api_token_id"], first["subject_id"], "{line}");
        assert_eq!(
            (&line["status"], &line["duration_ms"]),
            (&json!("ok"), &Value::Null)
        );
    }
    for line in lines.iter().take(6) {
        assert_eq!(
            (&line["integration"], &line["integrated_account_id"]),
            (&json!("acme"), &json!(account)),
            "{line}"
        );
    }
    assert_eq!(lines[1]["mcp_server_id"], id);
}

async fn lines_are_found_by_what_they_say(installation: Installation) {
    let node = installation.node().await;
    let (one, two) = (node.account().await, node.account().await);
    let (first, token) = node.server(&one, json!({})).await;
    let (second, other) = node.server(&two, json!({})).await;
    node.call(&token, json!({ "id": "1" }), &[]).await;
    node.call(&other, json!({ "id": "1" }), &[]).await;
    node.call(&other, json!({ "id": 1 }), &[]).await;
    node.lines("kind=tool_call", 3).await;
    let now = jiff::Timestamp::now();
    let later = now + jiff::SignedDuration::from_secs(60);
    for (query, count) in [
        ("kind=tool_call".to_owned(), 3),
        (format!("integrated_account_id={one}"), 3),
        (format!("mcp_server_id={second}"), 3),
        (
            format!("mcp_server_id={second}&integrated_account_id={one}"),
            0,
        ),
        (format!("mcp_server_id={first}&kind=tool_call"), 1),
        (format!("tool={USER}&status=ok"), 2),
        ("error_kind=invalid_argument".to_owned(), 1),
        ("action=mcp_server.create".to_owned(), 2),
        ("integration=acme&kind=change".to_owned(), 4),
        ("integration=other".to_owned(), 0),
        ("client_name=test".to_owned(), 3),
        ("tenant_id=nobody".to_owned(), 0),
        ("api_token_id=nobody".to_owned(), 0),
        (format!("since={later}"), 0),
        (format!("until={later}&kind=tool_call"), 3),
        ("until=2026-01-01T00:00:00Z".to_owned(), 0),
        ("since=2026-01-01T00:00:00Z&kind=tool_call".to_owned(), 3),
    ] {
        let lines = node.lines(&query, 0).await;
        assert_eq!(lines.len(), count, "{query}: {lines:?}");
    }
    for (query, field) in [
        ("knd=change", "knd"),
        ("kind=changes", "kind"),
        ("tenant_id=%00", "tenant_id"),
        ("client_name=%E2%80%AE", "client_name"),
        ("tool=a&action=b", "action"),
        ("status=failed", "status"),
        ("since=yesterday", "since"),
        ("limit=0", "limit"),
        ("next_cursor=x", "next_cursor"),
    ] {
        let refusal = node
            .expect(400, &format!("GET /log?{query}"), Value::Null)
            .await;
        assert_eq!(faults(&refusal), [field], "{query}");
    }
    let token = node
        .expect(201, "POST /api-token", json!({ "name": "n" }))
        .await;
    let token = token["token"].as_str().unwrap();
    let answer = node.ask_as(token, "GET /log", Value::Null).await;
    assert_eq!(answer.status, 403);
}

async fn lines_come_page_by_page(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let (_, token) = node.server(&account, json!({})).await;
    for _ in 0..7 {
        node.call(&token, json!({ "id": "1" }), &[]).await;
    }
    let all = node.lines("kind=tool_call", 7).await;
    let ids: Vec<&str> = all
        .iter()
        .map(|line| line["id"].as_str().unwrap())
        .collect();
    assert!(ids.is_sorted_by(|newer, older| newer > older), "{ids:?}");
    for limit in 1..=8 {
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        for _ in 0..8 {
            let start = format!("GET /log?kind=tool_call&limit={limit}{cursor}");
            let page = node.expect(200, &start, Value::Null).await;
            walked.extend(page["result"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&next_cursor={next}"),
                None => break,
            }
        }
        assert_eq!(walked, all, "{limit}");
    }
}

async fn old_lines_are_removed(installation: Installation) {
    let node = installation.node().await;
    node.account().await;
    let before = node.lines("", 2).await.len() as u64;
    let hour = Duration::from_secs(3600);
    assert_eq!(node.registry.trim_log(hour).await.unwrap(), 0);
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(
        node.registry.trim_log(Duration::ZERO).await.unwrap(),
        before
    );
    assert_eq!(node.lines("", 0).await.len(), 0);
    assert_eq!(node.registry.trim_log(Duration::MAX).await.unwrap(), 0);
}

async fn calls_do_not_wait_for_the_log(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let (_, token) = node.server(&account, json!({})).await;
    installation
        .execute("ALTER TABLE call_log RENAME TO elsewhere")
        .await;
    for _ in 0..20 {
        let started = Instant::now();
        let answer = node.call(&token, json!({ "id": "1" }), &[]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(started.elapsed() < Duration::from_secs(1));
    }
    let metrics = node.ask("GET /metrics", Value::Null).await.body;
    assert!(
        !metrics.contains("toolwright_store_errors_total 0"),
        "{metrics}"
    );
    installation
        .execute("ALTER TABLE elsewhere RENAME TO call_log")
        .await;
    assert_eq!(node.lines("kind=tool_call", 20).await.len(), 20);
}

async fn tools_that_find_tools_leave_lines_too(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let config = json!({ "tool_exposure": "discovery" });
    let (_, token) = node.server(&account, config).await;
    for (tool, arguments) in [
        ("search_tools", json!({ "query": "users" })),
        ("get_tool_schema", json!({ "name": USER })),
        (
            "call_tool",
            json!({ "name": USER, "arguments": { "id": "1" } }),
        ),
        ("call_tool", json!({ "name": "no_such_tool" })),
    ] {
        let body = request(
            "tools/call",
            json!({ "name": tool, "arguments": arguments }),
        );
        let json = ["Content-Type: application/json"];
        send(node.address, &format!("POST /mcp/{token}"), &json, &body).await;
    }
    let lines = node.lines("kind=tool_call", 4).await;
    let lines = lines.iter().rev();
    let told: Vec<_> = lines
        .map(|line| {
            (
                line["tool"].as_str().unwrap(),
                line["upstream_requests"].as_u64(),
            )
        })
        .collect();
    let found = |tool| (tool, Some(0));
    assert_eq!(
        told,
        [
            found("search_tools"),
            found("get_tool_schema"),
            (USER, Some(1)),
            found("call_tool")
        ]
    );
}

async fn a_call_that_is_given_up_leaves_a_line(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let (_, token) = node.server(&account, json!({})).await;
    let arguments = json!({ "id": "stuck" });
    let call = node.call(&token, arguments, &[]);
    assert!(
        tokio::time::timeout(Duration::from_millis(300), call)
            .await
            .is_err()
    );
    let [line] = &node.lines("status=abandoned", 1).await[..] else {
        panic!()
    };
    assert!(
        line["upstream_duration_ms"].as_f64() > Some(200.0),
        "{line}"
    );
    assert_eq!(
        (&line["upstream_requests"], &line["bytes"]),
        (&json!(1), &Value::Null)
    );
}

async fn what_is_over_is_removed_again_and_again(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    node.server(&account, json!({})).await;
    node.lines("", 3).await;
    installation
        .execute("UPDATE mcp_server SET expires_at = 1")
        .await;
    let registry = node.registry.clone();
    let upkeep = tokio::spawn(async move { registry.keep_up(Duration::ZERO).await });
    let started = Instant::now();
    while !node.lines("", 0).await.is_empty() {
        assert!(started.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(
        node.registry.sweep().await.unwrap(),
        0,
        "it was removed before"
    );
    upkeep.abort();
}
