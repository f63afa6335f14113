//! The real binary over a sandbox, and a small MCP client to talk to it.

use std::env;
use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

/// How long the binary may take over one step.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The arguments of a server of simulated vendors.
pub(crate) const SANDBOX: [&str; 4] = ["serve", "--sandbox", "--listen", "127.0.0.1:0"];

/// The binary, not started yet. What the environment of the tests configures is none of its business,
/// and it is killed when it is dropped.
pub(crate) fn toolwright<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_toolwright"));
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("TOOLWRIGHT_") {
            command.env_remove(name);
        }
    }
    // Nor is the store of whoever runs the tests.
    command.env_remove("HOME").env_remove("XDG_DATA_HOME");
    command.args(arguments).kill_on_drop(true);
    command
}

/// What the binary prints until it ends by itself.
pub(crate) async fn output(command: &mut Command) -> Output {
    let output = tokio::time::timeout(PATIENCE, command.output()).await;
    output.expect("it ends in time").expect("it ran")
}

/// Keeps the lines that a process prints. Somebody has to read them, or it waits.
fn keep(
    mut lines: Lines<BufReader<impl AsyncRead + Send + Unpin + 'static>>,
    said: &Arc<Mutex<String>>,
) -> JoinHandle<()> {
    let said = Arc::clone(said);
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            let mut said = said.lock().expect("no reader panics");
            said.push_str(&line);
            said.push('\n');
        }
    })
}

/// A running `toolwright serve`. It is killed when this is dropped.
pub(crate) struct Server {
    pub(crate) process: Child,
    /// Where it is reached from this machine: `http://127.0.0.1:40123`.
    pub(crate) origin: String,
    /// What it said when it started.
    pub(crate) printed: String,
    said: Arc<Mutex<String>>,
    readers: [JoinHandle<()>; 2],
    http: reqwest::Client,
}

impl Server {
    /// Serves the sandbox.
    pub(crate) async fn start() -> Self {
        Self::run(&mut toolwright(SANDBOX)).await
    }

    /// Waits until a command serves.
    pub(crate) async fn run(command: &mut Command) -> Self {
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let said = Arc::default();
        let errors = BufReader::new(process.stderr.take().expect("stderr is piped")).lines();
        let errors = keep(errors, &said);
        let mut lines = BufReader::new(process.stdout.take().expect("stdout is piped")).lines();
        let mut printed = String::new();
        while !printed.contains("Ctrl-C") {
            let line = tokio::time::timeout(PATIENCE, lines.next_line()).await;
            let line = line
                .expect("the server starts in time")
                .expect("stdout is text");
            let why = || format!("the server prints its addresses, not {said:?}");
            printed += &line.unwrap_or_else(|| panic!("{}", why()));
            printed.push('\n');
        }
        let readers = [errors, keep(lines, &said)];
        let address = printed.split_once("http://");
        let address = address.and_then(|(_, after)| after.split(['/', ' ', '\n']).next());
        let address = address.expect("an address of this machine");
        // reqwest wants a TLS provider even where there is no TLS. A second one is refused: no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            process,
            origin: format!("http://{address}"),
            printed,
            said,
            readers,
            http: reqwest::Client::new(),
        }
    }

    /// Kills it as `kill -9` does; all that it said since it had started.
    pub(crate) async fn kill(mut self) -> String {
        self.process.kill().await.expect("it can be killed");
        for reader in self.readers {
            reader.await.expect("what it says is read");
        }
        std::mem::take(&mut self.said.lock().expect("no reader panics"))
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
    let mut process = toolwright(["stdio", "zesty", "--sandbox", "--methods", "list"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
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
async fn without_a_folder_for_the_store_there_is_an_error_that_says_so() {
    let output = output(&mut toolwright(["serve", "--listen", "127.0.0.1:0"])).await;
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("--data-dir"), "{error}");
}

#[tokio::test]
async fn tools_end_quietly_where_nobody_reads_on() {
    let mut process = toolwright(["tools", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    drop(process.stdout.take());
    let output = tokio::time::timeout(PATIENCE, process.wait_with_output()).await;
    let output = output.expect("it ends in time").expect("it ran");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
