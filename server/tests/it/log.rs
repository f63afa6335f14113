//! What the log says, and what it keeps to itself.

use std::cell::RefCell;
use std::io;
use std::sync::Once;
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::http::send;
use crate::support::{Server, request};

thread_local! {
    /// What was logged on this thread: a test and its server have one to themselves.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct Log;

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| io::Write::write(log, text))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Logs everything from now on, as the binary does: with what dependencies have to say.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(|| Log)
            .with_ansi(false)
            .init();
    });
    LOG.set(Vec::new());
}

/// What was logged so far.
fn logged() -> String {
    LOG.with_borrow(|log| String::from_utf8(log.clone()).unwrap())
}

#[tokio::test]
async fn a_call_whose_client_has_gone_is_logged() {
    listen();
    let server = Server::start().await;
    let params = json!({"name": "get_single_acme_user_by_id", "arguments": {"id": "slow"}});
    let body = request("tools/call", params);
    let head = format!(
        "POST /mcp/acme HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let mut client = TcpStream::connect(server.address).await.unwrap();
    client.write_all((head + &body).as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!logged().contains("tool call"), "{}", logged());
    drop(client);
    let line = "tool call integration=\"acme\" tool=\"get_single_acme_user_by_id\" \
                outcome=\"abandoned\" milliseconds=";
    for _ in 0..100 {
        if logged().contains(line) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{}", logged());
}

#[tokio::test]
async fn the_log_repeats_nothing_that_a_client_chose() {
    listen();
    let server = Server::start().await;
    let arguments = json!({"id": "hush-argument"});
    let params = json!({"name": "get_single_acme_user_by_id", "arguments": arguments});
    server.legacy("tools/call", params).await;
    server
        .legacy("tools/call", json!({"name": "hush-tool"}))
        .await;
    server.legacy("hush-method", json!({})).await;
    for start in [
        "POST /mcp/hush-token",
        "POST /mcp/acme/hush-token?hush-query=1",
        "GET /.well-known/hush/mcp/hush-token",
        "GET /hush-page",
        "HUSH /",
    ] {
        send(
            server.address,
            start,
            &["Hush: hush", "Authorization: Bearer hush"],
            "hush",
        )
        .await;
    }
    let log = logged();
    let ours = |line: &&str| line.contains("toolwright_server");
    let lines: Vec<&str> = log.lines().filter(ours).collect();
    assert_eq!(lines.len(), 9, "{log}");
    assert!(!log.to_lowercase().contains("hush"), "{log}");
    assert!(log.contains("tool call integration=\"acme\" tool=\"get_single_acme_user_by_id\""));
    assert!(
        log.contains("request method=\"POST\" address=\"/mcp/…\" status=404"),
        "{log}"
    );
}
