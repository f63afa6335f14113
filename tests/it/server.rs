//! The real binary over a sandbox, and a small MCP client to talk to it.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

/// How long the binary may take over one step.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running `toolwright serve --sandbox`. It is killed when this is dropped.
pub(crate) struct Server {
    _process: Child,
    origin: String,
    http: reqwest::Client,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_toolwright"))
            .args(["serve", "--sandbox", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(process.stdout.take().expect("stdout is piped")).lines();
        let origin = loop {
            let line = tokio::time::timeout(PATIENCE, lines.next_line()).await;
            let line = line
                .expect("the server starts in time")
                .expect("stdout is text");
            let line = line.expect("the server prints its addresses");
            if let Some((before, _)) = line.split_once("/mcp/") {
                let at = before.find("http://").expect("an address has a scheme");
                break before[at..].to_owned();
            }
        };
        // reqwest wants a TLS provider even where there is no TLS. A second one is refused: no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Somebody has to read what else it prints.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self {
            _process: process,
            origin,
            http: reqwest::Client::new(),
        }
    }

    pub(crate) async fn request(&self, integration: &str, method: &str, params: Value) -> Value {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let url = format!("{}/mcp/{integration}", self.origin);
        let response = self
            .http
            .post(url)
            .json(&body)
            .send()
            .await
            .expect("the server answers");
        response.json().await.expect("the answer is JSON")
    }

    /// The names of the tools that are listed.
    pub(crate) async fn tools(&self, integration: &str) -> Vec<String> {
        let answer = self.request(integration, "tools/list", json!({})).await;
        let tools = answer["result"]["tools"]
            .as_array()
            .expect("tools are listed");
        tools
            .iter()
            .map(|tool| tool["name"].as_str().expect("a name").to_owned())
            .collect()
    }

    /// The structured result of a call that has to succeed.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Value {
        let result = self.result(tool, arguments).await;
        assert_ne!(result["isError"], true, "{tool}: {result}");
        let text = result["content"][0]["text"].as_str().expect("a text block");
        let text: Value = serde_json::from_str(text).expect("the text is JSON");
        assert_eq!(text, result["structuredContent"], "{tool}");
        text
    }

    /// The sentence of a call that has to fail.
    pub(crate) async fn refusal(&self, tool: &str, arguments: Value) -> String {
        let result = self.result(tool, arguments).await;
        assert_eq!(result["isError"], true, "{tool}: {result}");
        result["content"][0]["text"]
            .as_str()
            .expect("a text block")
            .to_owned()
    }

    /// All rows of a list, page by page.
    pub(crate) async fn rows(&self, tool: &str, mut arguments: Value) -> Vec<Value> {
        let mut rows = Vec::new();
        for _ in 0..100 {
            let page = self.call(tool, arguments.clone()).await;
            rows.extend(page["result"].as_array().expect("rows").iter().cloned());
            match page.get("next_cursor") {
                Some(cursor) => arguments["next_cursor"] = cursor.clone(),
                None => return rows,
            }
        }
        panic!("{tool} has no end");
    }

    async fn result(&self, tool: &str, arguments: Value) -> Value {
        let integration = ["zoho_meeting", "zoho_bigin", "zesty", "egnyte"]
            .into_iter()
            .find(|slug| tool.contains(slug))
            .expect("a tool's name holds its integration");
        let params = json!({ "name": tool, "arguments": arguments });
        let answer = self.request(integration, "tools/call", params).await;
        assert!(answer.get("error").is_none(), "{tool}: {answer}");
        answer["result"].clone()
    }
}

#[tokio::test]
async fn every_integration_lists_the_tools_that_are_compiled_in() {
    let server = Server::start().await;
    for integration in toolwright::CATALOGUE.integrations {
        let compiled: Vec<&str> = integration
            .operations
            .iter()
            .filter(|operation| operation.tool.is_some())
            .map(|operation| operation.name)
            .collect();
        assert_eq!(server.tools(integration.slug).await, compiled);
    }
}

#[tokio::test]
async fn stdio_serves_one_integration_and_ends_with_its_input() {
    let mut process = Command::new(env!("CARGO_BIN_EXE_toolwright"))
        .args(["stdio", "zesty", "--sandbox", "--methods", "list"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the binary starts");
    let mut input = process.stdin.take().expect("stdin is piped");
    input
        .write_all(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}\n")
        .await
        .unwrap();
    drop(input);
    let output = tokio::time::timeout(PATIENCE, process.wait_with_output()).await;
    let output = output.expect("it ends in time").expect("it ran");
    assert!(output.status.success());
    let answer: Value = serde_json::from_slice(&output.stdout).expect("one line of JSON");
    let tools = answer["result"]["tools"].as_array().expect("tools");
    assert!(
        tools
            .iter()
            .all(|tool| tool["name"].as_str().unwrap().starts_with("list_all_"))
    );
}

#[tokio::test]
async fn nothing_to_serve_is_an_error_that_says_what_to_set() {
    let output = Command::new(env!("CARGO_BIN_EXE_toolwright"))
        .arg("serve")
        .output()
        .await
        .unwrap();
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains("TOOLWRIGHT_ZESTY_TOKEN") && error.contains("--sandbox"),
        "{error}"
    );
}

#[tokio::test]
async fn tools_end_quietly_where_nobody_reads_on() {
    let mut process = Command::new(env!("CARGO_BIN_EXE_toolwright"))
        .args(["tools", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the binary starts");
    drop(process.stdout.take());
    let output = tokio::time::timeout(PATIENCE, process.wait_with_output()).await;
    let output = output.expect("it ends in time").expect("it ran");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
