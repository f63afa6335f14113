//! MCP over pipes.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines};
use tokio::task::JoinHandle;
use toolwright_runtime::account::{Account, BoxFuture, Credential, Credentials};
use toolwright_runtime::error::Error;
use toolwright_server::mcp::endpoint::Endpoint;
use toolwright_server::mcp::stdio;

use crate::support::{ACME, caller, endpoint, request, with_meta};

/// How long the server may take over one step.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server on the other end of two pipes.
struct Pipes {
    input: DuplexStream,
    output: Lines<BufReader<DuplexStream>>,
    done: JoinHandle<std::io::Result<()>>,
}

impl Pipes {
    async fn open() -> Self {
        Self::open_for(endpoint()).await
    }

    async fn open_for(endpoint: Endpoint) -> Self {
        let (input, theirs) = tokio::io::duplex(1024);
        let (ours, output) = tokio::io::duplex(1024);
        let caller = caller().await;
        let done = tokio::spawn(stdio::serve(Arc::new(endpoint), caller, theirs, ours));
        Self {
            input,
            output: BufReader::new(output).lines(),
            done,
        }
    }

    async fn send(&mut self, line: &str) {
        let line = format!("{line}\n");
        let sent = tokio::time::timeout(PATIENCE, self.input.write_all(line.as_bytes()));
        sent.await.unwrap().unwrap();
    }

    async fn receive(&mut self) -> Option<Value> {
        let line = tokio::time::timeout(PATIENCE, self.output.next_line());
        let line = line.await.unwrap().unwrap()?;
        Some(serde_json::from_str(&line).unwrap())
    }

    async fn ask(&mut self, line: &str) -> Value {
        self.send(line).await;
        self.receive().await.unwrap()
    }

    /// Closes the input and returns what still comes.
    async fn close(self) -> Vec<Value> {
        let Self {
            input,
            mut output,
            done,
        } = self;
        drop(input);
        let rest = async {
            let mut rest = Vec::new();
            while let Some(line) = output.next_line().await.unwrap() {
                rest.push(serde_json::from_str(&line).unwrap());
            }
            done.await.unwrap().unwrap();
            rest
        };
        tokio::time::timeout(PATIENCE, rest).await.unwrap()
    }
}

/// A call for a user: `slow` takes a second, and `stuck` does not end.
fn call(id: &str, user: &str) -> Value {
    let params = json!({"name": "get_single_acme_user_by_id", "arguments": {"id": user}});
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
}

fn slow(id: &str) -> String {
    call(id, "slow").to_string()
}

fn stuck(id: &str) -> String {
    call(id, "stuck").to_string()
}

fn cancel(id: &str) -> Value {
    let params = json!({"requestId": id, "reason": "no longer wanted"});
    json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params})
}

#[tokio::test]
async fn both_eras_are_spoken() {
    let mut pipes = Pipes::open().await;
    let answer = pipes
        .ask(&request("server/discover", with_meta(json!({}))))
        .await;
    assert_eq!(answer["result"]["supportedVersions"][0], "2026-07-28");
    let answer = pipes
        .ask(&request(
            "initialize",
            json!({"protocolVersion": "2025-06-18"}),
        ))
        .await;
    assert_eq!(answer["result"]["protocolVersion"], "2025-06-18");
    pipes
        .send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
        .await;
    let answer = pipes.ask(&request("tools/list", json!({}))).await;
    assert_eq!(answer["result"]["tools"].as_array().unwrap().len(), 5);
    assert_eq!(answer["result"].get("resultType"), None);
    let answer = pipes
        .ask(&request("tools/list", with_meta(json!({}))))
        .await;
    assert_eq!(answer["result"]["resultType"], "complete");
    let call = request(
        "tools/call",
        with_meta(json!({"name": "list_all_acme_users"})),
    );
    let answer = pipes.ask(&call).await;
    assert!(answer["result"]["structuredContent"]["result"].is_array());
    let answer = pipes.ask(&request("server/discover", json!({}))).await;
    assert_eq!(answer["error"]["code"], -32602);
    assert_eq!(pipes.close().await, Vec::<Value>::new());
}

#[tokio::test]
async fn lines_that_are_no_message_are_refused_and_the_next_is_read() {
    let mut pipes = Pipes::open().await;
    assert_eq!(pipes.ask("nonsense").await["error"]["code"], -32700);
    assert_eq!(pipes.ask("{}").await["error"]["code"], -32600);
    pipes.send("").await;
    pipes.send("  \r").await;
    let ping = request("ping", json!({}));
    assert_eq!(pipes.ask(&format!("{ping}\r")).await["result"], json!({}));
    let batch = format!(
        "[{ping},{}]",
        request("tools/call", json!({"name": "list_all_acme_users"}))
    );
    assert_eq!(pipes.ask(&batch).await.as_array().unwrap().len(), 2);
    let overlong = request("ping", json!({"padding": "x".repeat(4 * 1024 * 1024)}));
    let answer = pipes.ask(&overlong).await;
    assert_eq!(answer["error"]["code"], -32600);
    assert!(
        answer["error"]["message"]
            .as_str()
            .unwrap()
            .contains("4194304"),
        "{answer}"
    );
    assert_eq!(pipes.ask(&ping).await["result"], json!({}));
}

#[tokio::test]
async fn the_last_line_needs_no_end() {
    let mut pipes = Pipes::open().await;
    pipes
        .input
        .write_all(request("ping", json!({})).as_bytes())
        .await
        .unwrap();
    assert_eq!(
        pipes.close().await,
        [json!({"jsonrpc": "2.0", "id": 7, "result": {}})]
    );
}

#[tokio::test]
async fn calls_do_not_hold_each_other_up() {
    let mut pipes = Pipes::open().await;
    pipes.send(&slow("a")).await;
    let answer = pipes.ask(&request("ping", json!({}))).await;
    assert_eq!(answer["id"], 7);
    assert_eq!(pipes.receive().await.unwrap()["id"], "a");
}

#[tokio::test]
async fn the_end_of_the_input_waits_for_calls_under_way() {
    let mut pipes = Pipes::open().await;
    for id in ["a", "b", "c"] {
        pipes.send(&slow(id)).await;
    }
    let rest = pipes.close().await;
    assert_eq!(rest.len(), 3);
    assert!(
        rest.iter()
            .all(|answer| answer["result"]["structuredContent"]["id"] == "slow")
    );
}

#[tokio::test]
async fn more_calls_than_are_made_at_a_time_are_all_answered() {
    let mut pipes = Pipes::open().await;
    let call = request("tools/call", json!({"name": "list_all_acme_users"}));
    let lines = format!("{call}\n").repeat(100);
    let (mut input, unused) = tokio::io::duplex(1);
    std::mem::swap(&mut pipes.input, &mut input);
    drop(unused);
    let writer = tokio::spawn(async move { input.write_all(lines.as_bytes()).await });
    let answers = pipes.close().await;
    writer.await.unwrap().unwrap();
    assert_eq!(answers.len(), 100);
}

#[tokio::test]
async fn lines_are_read_however_many_calls_are_made() {
    let mut pipes = Pipes::open().await;
    for id in 0..40 {
        pipes.send(&stuck(&id.to_string())).await;
    }
    let answer = pipes.ask(&request("ping", json!({}))).await;
    assert_eq!(answer["result"], json!({}), "{answer}");
    // Those under way and those that wait.
    for id in 0..40 {
        pipes.send(&cancel(&id.to_string()).to_string()).await;
    }
    pipes.send(&slow("last")).await;
    let rest = pipes.close().await;
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0]["result"]["structuredContent"]["id"], "slow");
}

#[tokio::test]
async fn a_call_that_finds_the_queue_full_is_refused() {
    let mut pipes = Pipes::open().await;
    for id in 0..32 + 256 {
        pipes.send(&stuck(&id.to_string())).await;
    }
    let answer = pipes.ask(&stuck("one too many")).await;
    assert_eq!(
        (&answer["id"], &answer["error"]["code"]),
        (&json!("one too many"), &json!(429))
    );
    for id in 0..32 + 256 {
        pipes.send(&cancel(&id.to_string()).to_string()).await;
    }
    // Places are free as soon as the calls have ended.
    for _ in 0..100 {
        let answer = pipes.ask(&call("again", "1").to_string()).await;
        if answer["result"]["structuredContent"]["id"] == "1" {
            return;
        }
        assert_eq!(answer["error"]["code"], 429);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the queue stays full");
}

#[tokio::test]
async fn a_cancelled_request_is_not_answered() {
    let mut pipes = Pipes::open().await;
    pipes.send(&slow("a")).await;
    pipes.send(&slow("b")).await;
    pipes.send(&cancel("a").to_string()).await;
    // Cancelling what is not there does nothing.
    pipes.send(&cancel("a").to_string()).await;
    let rest = pipes.close().await;
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0]["id"], "b");
}

#[tokio::test]
async fn a_request_of_a_batch_can_be_cancelled() {
    let mut pipes = Pipes::open().await;
    let batch = json!([call("a", "slow"), call("b", "stuck"), call("c", "1")]);
    pipes.send(&batch.to_string()).await;
    let given_up = json!([call("d", "stuck"), call("e", "stuck"), cancel("d")]);
    pipes.send(&given_up.to_string()).await;
    for id in ["b", "e"] {
        pipes.send(&cancel(id).to_string()).await;
    }
    let rest = pipes.close().await;
    let ids = [&rest[0][0]["id"], &rest[0][1]["id"]];
    assert_eq!(ids, ["a", "c"]);
    assert_eq!(rest[0].as_array().unwrap().len(), 2);
    assert_eq!(rest.len(), 1, "a batch without answers has none itself");
}

/// Credentials that break off whatever asks for them.
struct Broken;

impl Credentials for Broken {
    fn current(&self) -> BoxFuture<'_, Result<Credential, Error>> {
        panic!("a bug")
    }

    fn renew<'a>(&'a self, _: &'a Credential) -> BoxFuture<'a, Result<Option<Credential>, Error>> {
        panic!("a bug")
    }
}

#[tokio::test]
async fn a_call_that_breaks_off_is_answered() {
    let account = Account::new(&ACME, "test", [], Arc::new(Broken)).unwrap();
    let endpoint = Endpoint {
        account: Arc::new(account),
        ..endpoint()
    };
    let mut pipes = Pipes::open_for(endpoint).await;
    let answer = pipes.ask(&slow("a")).await;
    assert_eq!(
        (&answer["id"], &answer["error"]["code"]),
        (&json!("a"), &json!(-32603))
    );
    let ping = json!({"jsonrpc": "2.0", "id": "p", "method": "ping"});
    let batch = json!([call("b", "1"), ping, call("c", "1")]);
    let answers = pipes.ask(&batch.to_string()).await;
    let seen: Vec<_> = answers
        .as_array()
        .unwrap()
        .iter()
        .map(|answer| (&answer["id"], &answer["error"]["code"]))
        .collect();
    assert_eq!(
        seen,
        [
            (&json!("b"), &json!(-32603)),
            (&json!("p"), &json!(null)),
            (&json!("c"), &json!(-32603)),
        ]
    );
    assert_eq!(pipes.close().await, Vec::<Value>::new());
}
