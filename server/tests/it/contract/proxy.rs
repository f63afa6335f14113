//! The proxy API: which operation an address stands for, what it is called with, what comes back, and
//! what the log says of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Installation, Node, faults, over_each_store};
use crate::support::http::{Answer, send};
use crate::support::request;

over_each_store! {
    each_address_stands_for_an_operation
    where_nothing_is_it_says_what_there_is
    arguments_come_from_path_query_and_body
    arguments_that_are_wrong_are_refused
    what_comes_back_is_the_vendors_text
    each_failure_has_its_status
    limits_of_the_vendor_are_headers
    who_may_ask_for_which_account
    a_call_leaves_a_line
    a_call_that_is_given_up_leaves_a_line
}

impl Node {
    /// Asks the proxy for an account; `GET /people?age=7` and a body.
    async fn proxy(&self, account: &str, start: &str, body: Value) -> Answer {
        let (method, address) = start.split_once(" /").unwrap();
        let sign = if address.contains('?') { '&' } else { '?' };
        let start = format!("{method} /proxy/{address}{sign}integrated_account_id={account}");
        self.ask(&start, body).await
    }

    /// What the vendor was asked.
    async fn asked(&self, account: &str, start: &str, body: Value) -> Value {
        let answer = self.proxy(account, start, body).await;
        assert_eq!(answer.status, 200, "{start}: {answer:?}");
        answer.json()
    }

    /// The sentence of a refusal with this status.
    async fn refused(&self, account: &str, start: &str, body: Value, status: u16) -> String {
        let answer = self.proxy(account, start, body).await;
        let refusal = answer.json();
        assert_eq!(answer.status, status, "{start}: {answer:?}");
        assert_eq!(refusal["statusCode"], status);
        refusal["message"].as_str().unwrap().to_owned()
    }
}

async fn each_address_stands_for_an_operation(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let name = json!({ "name": "Ann" });
    for (start, body, asked) in [
        ("POST /people", &name, "POST /people"),
        ("GET /people/7", &Value::Null, "GET /people/7"),
        // The vendor's own method is PUT.
        ("PATCH /people/7", &name, "PUT /people/7"),
        ("PUT /people/7", &name, "PUT /people/7"),
        ("POST /people/invite?id=7", &name, "POST /people/7/invite"),
        // An id stays within its segment.
        ("GET /people/a%20b", &Value::Null, "GET /people/a%20b"),
    ] {
        let answer = node.asked(&account, start, body.clone()).await;
        assert_eq!(answer, json!({ "asked": asked, "body": body }), "{start}");
    }
    let list = node.proxy(&account, "GET /things", Value::Null).await;
    assert_eq!(
        (list.status, list.body.as_str()),
        (200, r#"{"result":[{"id":"1"},{"id":"2"}]}"#)
    );
    let deleted = node.proxy(&account, "DELETE /people/7", Value::Null).await;
    assert_eq!(
        (deleted.status, deleted.body.as_str()),
        (200, r#"{"ok":true}"#)
    );
}

async fn where_nothing_is_it_says_what_there_is(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    for (start, sentence) in [
        (
            "GET /peopel",
            "There is no such resource; did you mean `people`?",
        ),
        (
            "GET /colours",
            "There is no such resource; there are `people`, `things`.",
        ),
        (
            "GET /things/sing%20song/x",
            "There is nothing at this address.",
        ),
        ("GET /people/", "There is nothing at this address."),
        ("GET /people/%FF", "There is nothing at this address."),
    ] {
        let refused = node.refused(&account, start, Value::Null, 404).await;
        assert_eq!(refused, sentence, "{start}");
    }
    for (start, allowed) in [
        ("DELETE /people", "GET, POST"),
        ("PUT /things", "GET, POST"),
        ("POST /people/7", "DELETE, GET, PATCH, PUT"),
        ("HEAD /people/7", "DELETE, GET, PATCH, PUT"),
        // The name of a method, and no id, whatever the HTTP method.
        ("DELETE /people/invite", "POST"),
        // Without an id it has an address of its own.
        ("DELETE /things/delete", "GET"),
        ("DELETE /things/7", "GET"),
    ] {
        let answer = node.proxy(&account, start, Value::Null).await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, Some(allowed)),
            "{start}"
        );
    }
}

async fn arguments_come_from_path_query_and_body(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let whole = json!({ "name": "7", "age": 7, "admin": true, "groups": ["a", "b"] });
    for (query, body) in [
        ("?name=7&age=7&admin=true&groups=a&groups=b", json!({})),
        ("?name=7&age=7&admin=true&groups=a,b", Value::Null),
        ("?groups=a%2Cb&age=7", json!({ "name": "7", "admin": true })),
        ("", whole.clone()),
    ] {
        let answer = node
            .asked(&account, &format!("POST /people{query}"), body)
            .await;
        assert_eq!(answer["body"], whole, "{query}");
    }
    let answer = node.asked(
        &account,
        "GET /people?groups=a&groups=b%2Cc&name=A+B",
        Value::Null,
    );
    let asked = &answer.await["result"][0]["asked"];
    assert_eq!(asked, "GET /people?name=A%20B&groups=a&groups=b%2Cc");
}

async fn arguments_that_are_wrong_are_refused(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    for (start, body, sentence) in [
        (
            "GET /people?age=old",
            Value::Null,
            "`age` must be a whole number, not a string.",
        ),
        (
            "GET /people?nam=x",
            Value::Null,
            "There is no argument `nam`; did you mean `name`?",
        ),
        (
            "GET /people?name=a&name=b",
            Value::Null,
            "`name` is given twice.",
        ),
        (
            "GET /people/..%2Fthings",
            Value::Null,
            "`id` has the character `/`, which cannot stand in one segment of a path.",
        ),
        ("GET /people/7?id=8", Value::Null, "`id` is given twice."),
        (
            "PATCH /people/7",
            json!({ "id": "8" }),
            "`id` is given twice.",
        ),
        (
            "POST /people?name=a",
            json!({ "name": "a" }),
            "`name` is given twice.",
        ),
        (
            "POST /people",
            json!({ "integrated_account_id": "x" }),
            "There is no argument `integrated_account_id`; there are `name`, `age`, `admin`, `groups`.",
        ),
    ] {
        let answer = node.proxy(&account, start, body).await;
        let refusal = answer.json();
        assert_eq!(
            (answer.status, &refusal["message"]),
            (400, &json!(sentence))
        );
        assert_eq!(refusal["details"], json!({ "kind": "invalid_argument" }));
    }
    for (query, sentence) in [
        ("", "`integrated_account_id` is missing."),
        (
            "?integrated_account_id=a&integrated_account_id=b",
            "`integrated_account_id` is given twice.",
        ),
    ] {
        let start = format!("GET /proxy/people{query}");
        let refusal = node.expect(400, &start, Value::Null).await;
        assert_eq!(refusal["message"], sentence);
        assert_eq!(faults(&refusal), ["integrated_account_id"]);
    }
    let start = format!("POST /proxy/people?integrated_account_id={account}");
    let bearer = format!("Authorization: Bearer {}", node.admin);
    let json = "Content-Type: application/json";
    for (headers, body, status) in [
        (&[bearer.as_str()][..], "{}", 415),
        (&[&bearer, json], "[]", 400),
        (&[&bearer, json], "{\"name\": hunter2}", 400),
    ] {
        let answer = send(node.address, &start, headers, body).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(!answer.body.contains("hunter2"), "{answer:?}");
    }
}

async fn what_comes_back_is_the_vendors_text(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let answer = node
        .proxy(&account, "GET /things/spaced", Value::Null)
        .await;
    assert_eq!(answer.body, r#"{"id": "spaced",  "n": 1.10}"#);
    for (header, value) in [
        ("content-type", Some("application/json")),
        ("cache-control", Some("no-store")),
        ("ratelimit-limit", None),
    ] {
        assert_eq!(answer.header(header), value, "{header}");
    }
}

async fn each_failure_has_its_status(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    for (id, status, kind, upstream) in [
        ("status-400", 400, "invalid_argument", 400),
        ("status-403", 403, "forbidden", 403),
        ("gone", 404, "not_found", 404),
        ("status-409", 409, "conflict", 409),
        ("status-401", 424, "unauthorized", 401),
        ("limited", 429, "rate_limited", 429),
        ("status-500", 502, "upstream", 500),
        ("odd", 502, "malformed", 200),
    ] {
        let start = format!("GET /things/{id}");
        let answer = node.proxy(&account, &start, Value::Null).await;
        assert_eq!(answer.status, status, "{id}: {answer:?}");
        let refusal = answer.json();
        let details = &refusal["details"];
        assert_eq!(
            (&details["kind"], &details["status"], &refusal["statusCode"]),
            (&json!(kind), &json!(upstream), &json!(status)),
            "{id}"
        );
        assert!(refusal["error"].is_string() && refusal["message"].is_string());
        assert!(answer.header("www-authenticate").is_none());
        assert!(!answer.body.contains("inner workings"));
    }
}

async fn limits_of_the_vendor_are_headers(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    for (id, headers) in [
        ("counted", [Some("10"), Some("9"), None, None]),
        ("limited", [Some("10"), Some("0"), Some("30"), Some("30")]),
    ] {
        let start = format!("GET /things/{id}");
        let answer = node.proxy(&account, &start, Value::Null).await;
        let names = [
            "ratelimit-limit",
            "ratelimit-remaining",
            "ratelimit-reset",
            "retry-after",
        ];
        assert_eq!(names.map(|name| answer.header(name)), headers, "{id}");
        assert!(!answer.body.contains("ratelimit"), "{answer:?}");
    }
    // Each was asked once.
    let lines = node.lines("kind=proxy_call", 2).await;
    assert!(lines.iter().all(|line| line["upstream_requests"] == 1));
}

async fn who_may_ask_for_which_account(installation: Installation) {
    let node = installation.node().await;
    let (mine, gone) = (node.account().await, node.account().await);
    let forget = format!("DELETE /integrated-account/{gone}");
    node.expect(204, &forget, Value::Null).await;
    for account in [&gone, "nobody", "%00", "", "%E2%82%AC"] {
        let refused = node.refused(account, "GET /things", Value::Null, 404).await;
        assert_eq!(refused, "There is no such integrated account.");
    }
    let agent = json!({ "name": "agent", "scopes": ["call"] });
    let agent = node.expect(201, "POST /api-token", agent).await;
    let agent = agent["token"].as_str().unwrap();
    let start = format!("GET /proxy/things?integrated_account_id={mine}");
    for (token, status) in [(agent, 403), ("twa_wrong", 401), (&node.admin, 200)] {
        let answer = node.ask_as(token, &start, Value::Null).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    for start in [&start, "GET /proxy/%FF", "GET /proxy/nothing"] {
        let answer = send(node.address, start, &[], "").await;
        assert_eq!(answer.status, 401, "{start}");
        assert!(answer.header("www-authenticate").is_some());
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
    let start = format!("GET /proxy/things/hush-1?integrated_account_id={account}");
    let bearer = format!("Authorization: Bearer {}", node.admin);
    let agent = "User-Agent: nightly-report/2.1 (linux)";
    let answer = send(node.address, &start, &[&bearer, agent], "").await;
    let admin = node.expect(200, "GET /api-token", Value::Null).await;
    let [line] = &node.lines("kind=proxy_call", 1).await[..] else {
        panic!()
    };
    for (name, value) in [
        ("kind", json!("proxy_call")),
        ("tool", json!("get_single_acme_user_by_id")),
        ("action", Value::Null),
        ("integration", json!("acme")),
        ("integrated_account_id", json!(account)),
        ("tenant_id", json!("customer-7")),
        ("mcp_server_id", Value::Null),
        ("api_token_id", admin["result"][0]["id"].clone()),
        ("client_name", json!("nightly-report")),
        ("client_version", json!("2.1")),
        ("protocol_version", Value::Null),
        ("protocol_era", Value::Null),
        ("status", json!("ok")),
        ("error_kind", Value::Null),
        ("upstream_status", json!(200)),
        ("upstream_requests", json!(1)),
        ("bytes", json!(answer.body.len())),
        ("result_count", json!(1)),
    ] {
        assert_eq!(line[name], value, "{name}: {line}");
    }
    assert!(line["duration_ms"].as_f64() >= line["upstream_duration_ms"].as_f64());
    assert!(!line.to_string().contains("hush"), "{line}");

    // What never reached the vendor has a line too, and a tool call is told apart.
    node.proxy(account, "GET /things/1?x=hush", Value::Null)
        .await;
    let (_, token) = node.server(account, json!({})).await;
    let call = json!({ "name": "get_single_acme_user_by_id", "arguments": { "id": "1" } });
    let start = format!("POST /mcp/{token}");
    let json = ["Content-Type: application/json"];
    send(node.address, &start, &json, &request("tools/call", call)).await;
    for (query, count) in [
        ("tool=get_single_acme_user_by_id", 3),
        ("tool=get_single_acme_user_by_id&kind=proxy_call", 2),
        (
            "kind=proxy_call&error_kind=invalid_argument&tenant_id=customer-7",
            1,
        ),
        ("kind=tool_call", 1),
    ] {
        assert_eq!(node.lines(query, count).await.len(), count, "{query}");
    }
    let metrics = node.ask("GET /metrics", Value::Null).await;
    for kind in ["tool_call", "proxy_call"] {
        let sample = format!(
            r#"toolwright_calls_total{{kind="{kind}",integration="acme",tool="get_single_acme_user_by_id",outcome="ok"}} 1"#
        );
        assert!(metrics.body.contains(&sample), "{sample}: {}", metrics.body);
    }
}

async fn a_call_that_is_given_up_leaves_a_line(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let call = node.proxy(&account, "GET /things/stuck", Value::Null);
    let patience = Duration::from_millis(300);
    assert!(tokio::time::timeout(patience, call).await.is_err());
    let [line] = &node.lines("kind=proxy_call", 1).await[..] else {
        panic!()
    };
    assert_eq!(
        (&line["status"], &line["upstream_requests"], &line["bytes"]),
        (&json!("abandoned"), &json!(1), &Value::Null)
    );
}
