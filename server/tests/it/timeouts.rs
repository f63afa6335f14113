//! Clients that take their time. The clock of these tests stands still, and jumps ahead when nothing
//! else is left to do.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::support::Server;

/// Sends the beginning of a request, and returns what comes back and after how many seconds.
async fn dawdle(beginning: &str) -> (String, u64) {
    let server = Server::start().await;
    let started = Instant::now();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(beginning.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let end = stream.read_to_string(&mut answer);
    tokio::time::timeout(Duration::from_secs(300), end)
        .await
        .unwrap()
        .unwrap();
    (answer, started.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_end_closes_the_connection() {
    assert_eq!(
        dawdle("POST /mcp/acme HTTP/1.1\r\nHost: local").await,
        (String::new(), 30)
    );
}

#[tokio::test(start_paused = true)]
async fn an_unused_connection_is_closed() {
    let (answer, seconds) = dawdle("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert_eq!(seconds, 30);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_end_is_refused() {
    let (answer, seconds) = dawdle(
        "POST /mcp/acme HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: 100\r\nConnection: close\r\n\r\n{\"jsonrpc\":",
    )
    .await;
    assert!(
        answer.starts_with("HTTP/1.1 408 Request Timeout"),
        "{answer}"
    );
    assert!(
        answer.ends_with(r#""message":"The body took too long."}}"#),
        "{answer}"
    );
    assert_eq!(seconds, 30);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_is_closed() {
    let server = Server::start().await;
    let started = Instant::now();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let ask = async {
        let requests = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1000);
        while stream.write_all(requests.as_bytes()).await.is_ok() {}
    };
    tokio::time::timeout(Duration::from_secs(300), ask)
        .await
        .unwrap();
    assert_eq!(started.elapsed().as_secs(), 30);
}
