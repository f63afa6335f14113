//! How the server stops.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::installation::{ADMIN, Installation, over_each_store};
use crate::server::{PATIENCE, Server, output};

over_each_store! {
    a_second_signal_does_not_wait_for_calls_under_way
}

/// Asks the server to stop, as a service manager does.
async fn terminate(server: &Server) {
    let id = server.process.id().expect("it runs").to_string();
    // A shell has `kill` built in; a program of that name is not on every machine.
    let arguments = ["-c", "kill -TERM \"$0\"", &id];
    let status = Command::new("sh").args(arguments).status().await;
    assert!(status.expect("there is a shell").success());
}

/// The id of what a request to the API makes, and its token where it has one.
async fn made(server: &Server, path: &str, body: &Value) -> (String, Value) {
    let request = reqwest::Client::new().post(format!("{}{path}", server.origin));
    let answer = request.bearer_auth(ADMIN).json(body).send().await.unwrap();
    let mut made: Value = answer.json().await.unwrap();
    (
        made["id"].as_str().unwrap().to_owned(),
        made["token"].take(),
    )
}

async fn a_second_signal_does_not_wait_for_calls_under_way(installation: Installation) {
    // A vendor that takes connections and says nothing.
    let vendor = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = format!("zesty.accounts=http://{}", vendor.local_addr().unwrap());
    let mut server = Server::run(&mut installation.serve(&upstream)).await;
    let credentials = json!({ "type": "bearer", "token": "t-1" });
    let body = json!({ "integration": "zesty", "credentials": credentials });
    let (account, _) = made(&server, "/integrated-account", &body).await;
    let path = format!("/integrated-account/{account}/mcp");
    let (_, token) = made(&server, &path, &json!({ "name": "Agent" })).await;

    let params = json!({ "name": "list_all_zesty_instances" });
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let url = format!("{}/mcp/{}", server.origin, token.as_str().unwrap());
    let agent = reqwest::Client::new().post(url).json(&call).send();
    let url = format!(
        "{}/proxy/instances?integrated_account_id={account}",
        server.origin
    );
    let program = reqwest::Client::new().get(url).bearer_auth(ADMIN).send();
    let (agent, program) = (tokio::spawn(agent), tokio::spawn(program));
    let mut asked = Vec::new();
    for _ in 0..2 {
        let connection = tokio::time::timeout(PATIENCE, vendor.accept()).await;
        asked.push(connection.expect("the vendor is asked").unwrap());
    }

    terminate(&server).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let ended = server.process.try_wait().unwrap();
    assert!(ended.is_none(), "it waits for the calls");
    terminate(&server).await;
    let hurried = Instant::now();
    let ended = tokio::time::timeout(PATIENCE, server.process.wait()).await;
    assert!(ended.expect("it ends in time").unwrap().success());
    assert!(
        hurried.elapsed() < Duration::from_secs(3),
        "it ends at once"
    );
    assert!(agent.await.unwrap().is_err() && program.await.unwrap().is_err());

    // What was broken off is in the log: the vendor may have done it.
    let log = ["log", "--json", "--status", "abandoned"];
    let log = output(&mut installation.command(log)).await;
    let lines: Value = serde_json::from_slice(&log.stdout).unwrap();
    let lines = lines.as_array().unwrap().iter();
    let mut kinds: Vec<&str> = lines
        .map(|line| {
            let fields = [
                "tool",
                "integrated_account_id",
                "upstream_requests",
                "bytes",
            ];
            let expected = json!(["list_all_zesty_instances", account, 1, null]);
            assert_eq!(json!(fields.map(|name| &line[name])), expected);
            line["kind"].as_str().unwrap()
        })
        .collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["proxy_call", "tool_call"]);
}
