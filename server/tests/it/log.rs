//! What the log says, and what it keeps to itself.

use std::cell::RefCell;
use std::io;

use serde_json::json;

use crate::support::Server;
use crate::support::http::send;

thread_local! {
    /// What was logged on this thread: a test and its server have one to themselves.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct Log;

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.write(text))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_repeats_nothing_that_a_client_chose() {
    // As the binary does it, with what dependencies log.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(|| Log)
        .with_ansi(false)
        .init();
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
    let log = String::from_utf8(LOG.take()).unwrap();
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
