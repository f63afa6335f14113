//! HTTP around the messages: addresses, methods, types, sizes, and the end.

use std::time::Duration;

use serde_json::json;

use crate::support::http::{raw, send};
use crate::support::{Server, request};

#[tokio::test]
async fn messages_come_by_post() {
    let server = Server::start().await;
    for method in ["GET", "DELETE", "PUT", "OPTIONS"] {
        let answer = send(server.address, &format!("{method} /mcp/acme"), &[], "").await;
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("Allow"), Some("POST"));
        assert_eq!(answer.json()["error"], "Method Not Allowed");
    }
}

#[tokio::test]
async fn what_a_client_accepts_does_not_matter() {
    let server = Server::start().await;
    let body = request("ping", json!({}));
    for accept in ["*/*", "application/json", "text/event-stream", "text/html"] {
        let answer = server.post(&[&format!("Accept: {accept}")], &body).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("Content-Type"), Some("application/json"));
    }
}

#[tokio::test]
async fn bodies_must_be_declared_as_json() {
    let server = Server::start().await;
    let body = request("ping", json!({}));
    let post =
        async |headers: &[&str]| send(server.address, "POST /mcp/acme", headers, &body).await;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "",
    ] {
        let answer = post(&[&format!("Content-Type: {content_type}")]).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (415, &json!(-32600))
        );
    }
    assert_eq!(post(&[]).await.status, 415);
    for content_type in [
        "application/json; charset=utf-8",
        "Application/JSON;charset=\"UTF-8\"",
    ] {
        assert_eq!(
            post(&[&format!("Content-Type: {content_type}")])
                .await
                .status,
            200
        );
    }
}

#[tokio::test]
async fn a_body_that_is_no_message_is_refused() {
    let server = Server::start().await;
    for (body, code) in [
        ("", -32700),
        ("{", -32700),
        ("\u{feff}{}", -32700),
        ("{}", -32600),
    ] {
        let answer = server.post(&[], body).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (400, &json!(code)),
            "{body}"
        );
        assert_eq!(answer.json().get("id"), None);
    }
    let answer = server
        .post(&[], r#"{"jsonrpc":"2.0","id":"r","result":{}}"#)
        .await;
    assert_eq!((answer.status, &answer.json()["id"]), (400, &json!("r")));
}

#[tokio::test]
async fn long_bodies_are_refused() {
    let server = Server::start().await;
    let message = |length: usize| {
        let padding = "x".repeat(length);
        request("ping", json!({"padding": padding}))
    };
    let limit = 4 * 1024 * 1024;
    assert_eq!(server.post(&[], &message(limit - 200)).await.status, 200);
    // Announced, and in chunks that say nothing beforehand. Either way the client stops sending once
    // the limit is passed, or the answer could be lost when the server closes.
    let head = "POST /mcp/acme HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Connection: close\r\n";
    let announced = format!("{head}Content-Length: {}\r\n\r\n", limit + 1);
    let length = limit + 1;
    let body = "x".repeat(length);
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n");
    for request in [announced, chunked] {
        let answer = raw(server.address, request.as_bytes()).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (413, &json!(-32600))
        );
    }
}

#[tokio::test]
async fn ids_come_back_as_they_came() {
    let server = Server::start().await;
    for id in [r#""a\u00e4\"b""#, "-1", "9007199254740993", r#""""#] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
        let answer = server.post(&[], &body).await;
        assert_eq!(
            answer.body,
            format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{}}}}"#)
        );
    }
}

#[tokio::test]
async fn other_addresses_are_empty() {
    let server = Server::start().await;
    for start in [
        "POST /mcp/unknown",
        "POST /mcp/",
        "POST /mcp/acme/secret-token",
        "POST /mcp/%ff",
        "GET /.well-known/oauth-protected-resource",
        "GET /.well-known/oauth-protected-resource/mcp/acme",
        "GET /.well-known/oauth-authorization-server",
        "GET /.well-known/openid-configuration",
        "POST /register",
    ] {
        let answer = send(
            server.address,
            start,
            &["Content-Type: application/json"],
            "",
        )
        .await;
        assert_eq!(answer.status, 404, "{start}");
        assert_eq!(answer.header("Content-Type"), Some("application/json"));
        assert_eq!(
            answer.json(),
            json!({
                "statusCode": 404,
                "error": "Not Found",
                "message": "There is nothing at this address.",
            })
        );
    }
    let answer = send(server.address, "POST /healthz", &[], "").await;
    assert_eq!(
        (answer.status, &answer.json()["statusCode"]),
        (405, &json!(405))
    );
}

#[tokio::test]
async fn a_person_finds_the_addresses() {
    let server = Server::start().await;
    let answer = send(server.address, "GET /", &[], "").await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("Content-Type")
            .unwrap()
            .starts_with("text/plain")
    );
    assert!(answer.body.contains("POST /mcp/…"), "{}", answer.body);
    let answer = send(server.address, "GET /healthz", &[], "").await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({"status": "ok"}))
    );
}

#[tokio::test]
async fn stopping_waits_for_calls_under_way() {
    let server = Server::start().await;
    let address = server.address;
    let body = request(
        "tools/call",
        json!({"name": "get_single_acme_user_by_id", "arguments": {"id": "slow"}}),
    );
    let headers = ["Content-Type: application/json"];
    let call = tokio::spawn(async move { send(address, "POST /mcp/acme", &headers, &body).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.stop().await.unwrap();
    let answer = call.await.unwrap();
    assert_eq!(
        answer.json()["result"]["structuredContent"]["id"],
        "slow",
        "{answer:?}"
    );
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
