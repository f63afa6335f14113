//! Who may ask: host names and the origins of pages.

use serde_json::json;

use crate::support::http::{raw, send};
use crate::support::{Server, request};

#[tokio::test]
async fn requests_for_another_name_are_refused() {
    let server = Server::start().await;
    let body = request("ping", json!({}));
    for host in [
        "evil.example.com",
        "localhost.evil.example.com",
        "0.0.0.0:80",
        "a@localhost",
    ] {
        let host = format!("Host: {host}");
        let answer = server.post(&[&host], &body).await;
        assert_eq!(answer.status, 403, "{host}");
        assert_eq!(answer.json()["statusCode"], 403);
        for path in [
            "GET /",
            "GET /healthz",
            "GET /.well-known/oauth-protected-resource",
        ] {
            assert_eq!(send(server.address, path, &[&host], "").await.status, 403);
        }
    }
    for host in ["localhost:1", "127.0.0.1", "[::1]:9", "tools.example.com"] {
        let host = format!("Host: {host}");
        assert_eq!(server.post(&[&host], &body).await.status, 200, "{host}");
    }
}

/// Linux listens on all of 127.0.0.0/8, other systems only where they were configured to.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_address_that_is_bound_is_one_of_its_names() {
    let server = Server::listen("127.0.0.2:0").await;
    let body = request("ping", json!({}));
    assert_eq!(server.post(&[], &body).await.status, 200);
    let origin = format!("Origin: http://{}", server.address);
    assert_eq!(server.post(&[&origin], &body).await.status, 200);
    assert_eq!(
        server.post(&["Host: 127.0.0.3"], &body).await.status,
        403,
        "another address"
    );
}

#[tokio::test]
async fn a_request_must_name_one_host() {
    let server = Server::start().await;
    let without = raw(
        server.address,
        b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!((400..500).contains(&without.status), "{without:?}");
    let twice = send(
        server.address,
        "GET /healthz",
        &["Host: localhost", "Host: evil"],
        "",
    )
    .await;
    assert!((400..500).contains(&twice.status), "{twice:?}");
    let absolute = send(
        server.address,
        "GET http://evil.example.com/healthz",
        &[],
        "",
    )
    .await;
    assert_eq!(absolute.status, 403);
}

#[tokio::test]
async fn pages_of_other_origins_are_refused() {
    let server = Server::start().await;
    let body = request("ping", json!({}));
    for origin in [
        "https://evil.example.com",
        "null",
        "http://localhost.evil.example.com",
        "",
    ] {
        let origin = format!("Origin: {origin}");
        assert_eq!(server.post(&[&origin], &body).await.status, 403, "{origin}");
    }
    let twice = [
        "Origin: http://localhost",
        "Origin: https://evil.example.com",
    ];
    assert_eq!(server.post(&twice, &body).await.status, 403);
    for origin in [
        "http://localhost:6274",
        "http://127.0.0.1",
        "https://tools.example.com",
    ] {
        let origin = format!("Origin: {origin}");
        assert_eq!(server.post(&[&origin], &body).await.status, 200, "{origin}");
    }
}
