//! Telling vendors over HTTP what to do wrong, and reading what they were asked.

use serde_json::{Value, json};

use super::client::{Reply, get, send as send_to};
use super::sandbox;
use crate::sandbox::Sandbox;

const CONTROL: &str = "/sandbox/control";
const HOST: &str = "Host: 127.0.0.1:1";
const JSON: &str = "Content-Type: application/json";

async fn order(sandbox: &Sandbox, body: &Value) -> Reply {
    send(sandbox, "POST", CONTROL, &[JSON], &body.to_string()).await
}

async fn send(sandbox: &Sandbox, method: &str, path: &str, headers: &[&str], body: &str) -> Reply {
    send_to(sandbox, method, path, &[&[HOST], headers].concat(), body).await
}

#[tokio::test]
async fn faults_are_ordered_listed_and_stopped() {
    let sandbox = sandbox().await;
    let throttle = json!({ "integration": "acme", "fault": "throttle", "times": 2 });
    let reply = order(&sandbox, &throttle).await;
    assert_eq!(
        (reply.status, reply.json()),
        (200, json!({ "faults": [throttle] }))
    );
    let slow = json!({
        "integration": "acme",
        "fault": { "slow_headers": { "milliseconds": 5 } },
        "times": "always",
        "path": "/me.json",
    });
    assert_eq!(
        order(&sandbox, &slow).await.json(),
        json!({ "faults": [throttle, slow] })
    );
    assert_eq!(get(&sandbox, "/whole").await.status, 429);
    let left = json!({ "integration": "acme", "fault": "throttle", "times": 1 });
    let listed = send(&sandbox, "GET", CONTROL, &[], "").await;
    assert_eq!(listed.json(), json!({ "faults": [left, slow] }));
    assert_eq!(send(&sandbox, "DELETE", CONTROL, &[], "").await.status, 204);
    assert_eq!(get(&sandbox, "/whole").await.status, 200);
}

#[tokio::test]
async fn requests_are_told_with_counts() {
    let sandbox = sandbox().await;
    get(&sandbox, "/users?status=active&page=9").await;
    get(&sandbox, "/whole").await;
    for path in ["/sandbox/requests", "/sandbox/requests?integration=acme"] {
        let reply = send(&sandbox, "GET", path, &[], "").await;
        let line = |path: &str, status: u16| {
            json!({
                "integration": "acme",
                "method": "GET",
                "host": "eu.acme.example",
                "path": path,
                "status": status,
            })
        };
        let requests = [line("/users?status&page", 204), line("/whole", 200)];
        assert_eq!(reply.status, 200);
        assert_eq!(
            reply.json(),
            json!({ "counts": { "acme": 2 }, "requests": requests })
        );
    }
}

#[tokio::test]
async fn an_order_that_makes_no_sense_is_refused() {
    let sandbox = sandbox().await;
    for (body, told) in [
        (json!({}), "missing field `integration`"),
        (json!([1]), "invalid type"),
        (
            json!({ "integration": "acme", "fault": "thrott" }),
            "unknown variant `thrott`",
        ),
        (
            json!({ "integration": "acme", "fault": "throttle", "time": 2 }),
            "unknown field `time`, expected one of `integration`, `fault`, `times`, `path`",
        ),
        (
            json!({ "integration": "acme", "fault": { "huge_body": { "byte": 2 } } }),
            "unknown field `byte`",
        ),
        (
            json!({ "integration": "acme", "fault": "throttle", "times": 0 }),
            "`times` must be a number from 1 or \"always\"",
        ),
        (
            json!({ "integration": "globex", "fault": "throttle" }),
            "There is no simulated vendor `globex`; there are acme.",
        ),
    ] {
        let reply = order(&sandbox, &body).await;
        let error = reply.json();
        assert_eq!(
            (reply.status, &error["statusCode"]),
            (400, &json!(400)),
            "{body}"
        );
        assert_eq!(error["error"], "Bad Request");
        assert!(error["message"].as_str().unwrap().contains(told), "{error}");
    }
    let refused = [
        ("POST", CONTROL, "", 415),
        ("PUT", CONTROL, "", 405),
        ("POST", "/sandbox/requests", "", 405),
        ("GET", "/sandbox/requests?vendor=acme", "", 400),
        ("GET", "/sandbox/requests?integration=globex", "", 400),
    ];
    for (method, path, body, status) in refused {
        let reply = send(&sandbox, method, path, &[], body).await;
        assert_eq!(
            (reply.status, &reply.json()["statusCode"]),
            (status, &json!(status))
        );
    }
}

#[tokio::test]
async fn only_this_machine_may_tell_and_read() {
    let sandbox = sandbox().await;
    let body = json!({ "integration": "acme", "fault": "throttle" }).to_string();
    for headers in [
        &["Host: evil.example"][..],
        &[HOST, "Origin: https://evil.example"],
        &[HOST, "Forwarded: for=192.0.2.1"],
        &[HOST, "X-Forwarded-For: 192.0.2.1"],
    ] {
        for (method, path) in [
            ("GET", CONTROL),
            ("POST", CONTROL),
            ("DELETE", CONTROL),
            ("GET", "/sandbox/requests"),
        ] {
            let headers = [headers, &[JSON]].concat();
            let reply = send_to(&sandbox, method, path, &headers, &body).await;
            assert_eq!(reply.status, 403, "{method} {path} {headers:?}");
        }
    }
    // A page can send a form or a text without asking whether it may.
    let reply = send(
        &sandbox,
        "POST",
        CONTROL,
        &["Content-Type: text/plain"],
        &body,
    )
    .await;
    assert_eq!(reply.status, 415);
    assert!(sandbox.faults().is_empty());
}
