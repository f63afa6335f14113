//! Hosts, and what stands in their names and in paths.

use serde_json::json;

use super::client::{API, TOKEN, get, send};
use super::sandbox;

#[tokio::test]
async fn only_the_accounts_own_hosts_know_its_credential() {
    let sandbox = sandbox().await;
    let status = async |path: &str| send(&sandbox, "GET", path, &[TOKEN], "").await.status;
    assert_eq!(status(&format!("{API}/whole")).await, 200);
    assert_eq!(status("/acme/api/us.acme.example/whole").await, 401);
    assert_eq!(status("/acme/api/eu.acme.example.evil/whole").await, 401);
    assert_eq!(status("/acme/site/one.acme.example/info").await, 200);
    assert_eq!(status("/acme/site/two.acme.example/info").await, 404);
    assert_eq!(status("/acme/site/one.other.example/info").await, 401);
    assert_eq!(status("/acme/site/one.two.acme.example/info").await, 401);
    assert_eq!(status("/acme/fixed/fixed.example/whole").await, 404);
    assert_eq!(status("/acme/fixed/other.example/whole").await, 401);
    assert_eq!(status("/acme/other/eu.acme.example/whole").await, 404);
}

#[tokio::test]
async fn paths_without_a_vendor_say_how_they_are_built() {
    let sandbox = sandbox().await;
    for path in [
        "/",
        "/acme",
        "/acme/api",
        "/other/api/eu.acme.example/whole",
    ] {
        let reply = send(&sandbox, "GET", path, &[TOKEN], "").await;
        assert_eq!(reply.status, 404, "{path}");
        assert!(
            reply.text.contains("/{integration}/{host}/{authority}/"),
            "{}",
            reply.text
        );
    }
}

#[tokio::test]
async fn a_key_may_be_a_path() {
    let sandbox = sandbox().await;
    let reply = get(&sandbox, "/files/Shared/100%20%25%20sure%3F.txt").await;
    assert_eq!(
        reply.json(),
        json!({"path": "Shared/100 % sure?.txt", "size": 3})
    );
}

#[tokio::test]
async fn requests_are_remembered_without_values() {
    let sandbox = sandbox().await;
    get(&sandbox, "/users?status=active&page=9").await;
    send(&sandbox, "POST", "/acme/api/us.acme.example/users", &[], "").await;
    let requests = sandbox.requests();
    let lines: Vec<String> = requests
        .iter()
        .map(|served| {
            format!(
                "{} {} {} {}",
                served.method,
                served.host,
                served.path,
                served.status.as_u16()
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "GET eu.acme.example /users?status&page 204",
            "POST us.acme.example /users 401",
        ]
    );
}

#[tokio::test]
async fn the_oldest_requests_are_forgotten() {
    let sandbox = sandbox().await;
    for _ in 0..1001 {
        get(&sandbox, "/me.json").await;
    }
    get(&sandbox, "/whole").await;
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 1000);
    assert_eq!(requests.last().unwrap().path, "/whole");
    assert_eq!(sandbox.request_count("acme"), 1002);
}
