//! From connecting an account to revoking its URL, with the real binary and its own store.

use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use toolwright::CATALOGUE;
use toolwright::runtime::account::Credential;
use toolwright_server::sandbox::Sandbox;

use crate::server::{PATIENCE, SANDBOX, Server, output, toolwright};

const ADMIN: &str = "an-admin-token-of-the-tests";

/// Serves a data directory, with calls to the simulated vendors.
async fn serve(directory: &Path, sandbox: &Sandbox) -> Server {
    let overrides: Vec<String> = sandbox
        .upstreams()
        .into_iter()
        .map(|host| format!("{}.{}={}", host.integration, host.host, host.url))
        .collect();
    let directory = directory.to_str().unwrap();
    let mut command = toolwright(["serve", "--listen", "127.0.0.1:0", "--data-dir", directory]);
    command.env("TOOLWRIGHT_ADMIN_TOKEN", ADMIN);
    command.env("TOOLWRIGHT_UPSTREAM", overrides.join(" "));
    Server::run(&mut command).await
}

/// Asks the API; the status and the body.
async fn ask(server: &Server, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let url = format!("{}{path}", server.origin);
    let client = reqwest::Client::new();
    let request = client
        .request(method.parse().unwrap(), url)
        .bearer_auth(ADMIN);
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

#[tokio::test]
async fn a_url_lives_from_its_creation_to_its_deletion() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let server = serve(folder.path(), &sandbox).await;

    let simulated = sandbox.accounts();
    let zesty = simulated
        .iter()
        .find(|account| account.integration.slug == "zesty");
    let Credential::Token(token) = &zesty.unwrap().credential else {
        panic!("Zesty takes a token");
    };
    let token = secrecy::ExposeSecret::expose_secret(token);
    let new = json!({
        "integration": "zesty",
        "tenant_id": "customer-7",
        "credentials": { "type": "bearer", "token": token },
    });
    let (status, account) = ask(&server, "POST", "/integrated-account", Some(new)).await;
    assert_eq!(status, 201, "{account}");
    assert!(!account.to_string().contains(token));
    let path = format!(
        "/integrated-account/{}/mcp",
        account["id"].as_str().unwrap()
    );
    let new = json!({ "name": "Read only", "config": { "methods": ["read"] } });
    let (status, created) = ask(&server, "POST", &path, Some(new)).await;
    assert_eq!(status, 201, "{created}");
    let secret = created["token"].as_str().unwrap();
    assert_eq!(created["url"], format!("{}/mcp/{secret}", server.origin));

    let listed = server.tools(secret).await;
    assert!(
        listed.contains(&"list_all_zesty_instances".to_owned()),
        "{listed:?}"
    );
    let call = json!({ "name": "list_all_zesty_instances", "arguments": { "limit": 2 } });
    let answer = server.request(secret, "tools/call", call.clone()).await;
    let rows = &answer["result"]["structuredContent"]["result"];
    assert_eq!(rows.as_array().map(Vec::len), Some(2), "{answer}");

    // The store outlives the process.
    drop(server);
    let server = serve(folder.path(), &sandbox).await;
    let again = server.request(secret, "tools/call", call).await;
    assert_eq!(again["result"], answer["result"]);
    let (status, shown) = ask(&server, "GET", &path, None).await;
    assert_eq!(status, 200);
    assert!(!shown.to_string().contains(secret), "{shown}");

    let id = created["id"].as_str().unwrap();
    let (status, _) = ask(&server, "DELETE", &format!("{path}/{id}"), None).await;
    assert_eq!(status, 204);
    let gone = server.request(secret, "tools/list", json!({})).await;
    assert_eq!(gone["statusCode"], 404, "{gone}");
    drop(server);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for hidden in [token, secret, ADMIN] {
            let found = bytes
                .windows(hidden.len())
                .any(|window| window == hidden.as_bytes());
            assert!(!found, "a secret is in the store");
        }
    }
    sandbox.shutdown().await;
}

#[tokio::test]
async fn the_first_start_shows_a_token_and_the_second_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().to_str().unwrap();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--data-dir", directory];
    let first = Server::run(&mut toolwright(arguments)).await;
    let token = first
        .printed
        .lines()
        .find(|line| line.trim().starts_with("twa_"));
    let token = token.expect("a token is shown").trim().to_owned();
    let url = format!("{}/integrated-account", first.origin);
    let client = reqwest::Client::new();
    let answer = client.get(&url).bearer_auth(&token).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(client.get(&url).send().await.unwrap().status(), 401);
    drop(first);
    let second = Server::run(&mut toolwright(arguments)).await;
    assert!(!second.printed.contains("twa_"), "{}", second.printed);
}

/// Runs a command on a store, with lines for what it asks; what it prints as JSON.
async fn command(directory: &Path, arguments: &[&str], lines: &str) -> Value {
    let directory = directory.to_str().unwrap();
    let options = ["--data-dir", directory, "--json"];
    let mut process = toolwright(arguments.iter().copied().chain(options))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = process.stdin.take().unwrap();
    input.write_all(lines.as_bytes()).await.unwrap();
    drop(input);
    let output = tokio::time::timeout(PATIENCE, process.wait_with_output()).await;
    let output = output.expect("it ends in time").unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

#[tokio::test]
async fn commands_do_what_the_api_does() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let server = serve(folder.path(), &sandbox).await;
    let run = |arguments: &'static [&'static str], lines: &'static str| {
        command(folder.path(), arguments, lines)
    };
    let account = run(
        &["account", "add", "egnyte", "--name", "Acme"],
        "acme\nhunter2\n",
    )
    .await;
    assert_eq!(account["connection"], json!({ "domain": "acme" }));
    let id = account["id"].as_str().unwrap();
    let listed = run(&["account", "list"], "").await;
    assert_eq!(listed, json!([account]));

    let create = ["mcp", "create", id, "--name", "Agent", "--methods", "list"];
    let mcp = command(folder.path(), &create, "").await;
    let url = mcp["url"].as_str().unwrap();
    let (_, secret) = url.rsplit_once('/').unwrap();
    assert!(
        server
            .tools(secret)
            .await
            .contains(&"list_all_egnyte_users".to_owned())
    );
    let listed = command(folder.path(), &["mcp", "list", id], "").await;
    assert_eq!(listed[0]["id"], mcp["id"]);
    assert!(!listed.to_string().contains(secret));

    let rotation = run(&["key", "rotate"], "").await;
    assert_eq!(
        (&rotation["new"], &rotation["accounts"]),
        (&json!(true), &json!(1))
    );
    assert!(!server.tools(secret).await.is_empty());

    let token = run(&["token", "create", "agent"], "").await;
    assert!(token["token"].as_str().unwrap().starts_with("twa_"));
    command(
        folder.path(),
        &["token", "revoke", token["id"].as_str().unwrap()],
        "",
    )
    .await;
    command(
        folder.path(),
        &["mcp", "delete", id, mcp["id"].as_str().unwrap()],
        "",
    )
    .await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let gone = server.request(secret, "tools/list", json!({})).await;
    assert_eq!(gone["statusCode"], 404, "{gone}");
    command(folder.path(), &["account", "delete", id], "").await;
    assert_eq!(run(&["account", "list"], "").await, json!([]));
    sandbox.shutdown().await;
}

#[tokio::test]
async fn commands_change_and_tell_what_was_done() {
    let folder = tempfile::tempdir().unwrap();
    let run = async |line: &str| {
        let arguments: Vec<&str> = line.split(' ').collect();
        command(folder.path(), &arguments, "hunter2\n").await
    };
    let account = run("account add egnyte --connection domain=acme").await;
    let id = account["id"].as_str().unwrap();
    let changed = run(&format!(
        "account update {id} --name Acme --tenant-id customer-7 --connection domain=emca"
    ))
    .await;
    assert_eq!(
        (
            &changed["name"],
            &changed["tenant_id"],
            &changed["connection"]
        ),
        (
            &json!("Acme"),
            &json!("customer-7"),
            &json!({ "domain": "emca" })
        )
    );
    let changed = run(&format!("account update {id} --no-tenant-id --credentials")).await;
    assert_eq!(
        (&changed["name"], &changed["tenant_id"]),
        (&json!("Acme"), &Value::Null)
    );

    let create = "--name Agent --methods list --tool-exposure discovery";
    let mcp = run(&format!("mcp create {id} {create}")).await;
    assert_eq!(mcp["config"]["tool_exposure"], "discovery");
    let server = format!("{id} {}", mcp["id"].as_str().unwrap());
    let update = "--tool-exposure all --require-api-token-auth true --methods  --expires-at 2099-01-01T00:00:00Z";
    let changed = run(&format!("mcp update {server} {update}")).await;
    let config = json!({
        "methods": [],
        "tags": [],
        "require_api_token_auth": true,
        "tool_exposure": "all",
    });
    assert_eq!(
        (&changed["config"], &changed["name"]),
        (&config, &json!("Agent"))
    );
    assert_eq!(changed["expires_at"], "2099-01-01T00:00:00Z");
    let changed = run(&format!("mcp update {server} --never-expires")).await;
    assert_eq!(changed["expires_at"], Value::Null);
    assert_eq!(run(&format!("mcp show {server}")).await, changed);

    let log = run("log --kind change").await;
    let told = log.as_array().unwrap().iter().rev();
    let told: Vec<&str> = told.map(|line| line["action"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        [
            "integrated_account.create",
            "integrated_account.update",
            "integrated_account.update",
            "mcp_server.create",
            "mcp_server.update",
            "mcp_server.update",
        ]
    );
    assert_eq!(log[0]["client_name"], "toolwright");
    assert_eq!(
        run("log --action mcp_server.create --limit 1").await[0],
        log[2]
    );
    assert_eq!(run("log --kind tool_call").await, json!([]));
    let folder = folder.path().to_str().unwrap();
    let table = output(&mut toolwright([
        "log",
        "--limit",
        "1",
        "--data-dir",
        folder,
    ]))
    .await;
    let table = String::from_utf8(table.stdout).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("TIME "), "{table}");
    assert!(lines[1].contains("  mcp_server.update  ok  "), "{table}");
}

#[tokio::test]
async fn lines_can_be_json() {
    let mut command = toolwright(SANDBOX);
    command.arg("--log-format").arg("json");
    let server = Server::run(&mut command).await;
    let call = json!({ "name": "list_all_zesty_instances", "arguments": {} });
    server.request("zesty", "tools/call", call).await;
    let said = server.kill().await;
    let line = said.lines().find(|line| line.contains("tool call"));
    let line: Value = serde_json::from_str(line.expect("the call is logged")).unwrap();
    assert_eq!(
        (&line["level"], &line["tool"], &line["outcome"]),
        (
            &json!("INFO"),
            &json!("list_all_zesty_instances"),
            &json!("ok")
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_at_the_same_time_are_all_made() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let server = serve(folder.path(), &sandbox).await;
    let token = |text: &str| json!({ "type": "bearer", "token": text });
    let new = json!({
        "integration": "egnyte",
        "connection": { "domain": "before" },
        "credentials": token("t-0"),
    });
    let (_, account) = ask(&server, "POST", "/integrated-account", Some(new)).await;
    let path = format!("/integrated-account/{}", account["id"].as_str().unwrap());
    for round in 0..20 {
        let domain = format!("acme{round}");
        let changes = [
            json!({ "connection": { "domain": domain } }),
            json!({ "credentials": token(&format!("t-{round}")) }),
            json!({ "name": domain }),
            json!({ "tenant_id": domain }),
        ];
        let asked = changes.map(|change| ask(&server, "PATCH", &path, Some(change)));
        for (status, body) in futures_util::future::join_all(asked).await {
            assert_eq!(status, 200, "{body}");
        }
        let (_, account) = ask(&server, "GET", &path, None).await;
        assert_eq!(account["connection"]["domain"], domain);
        assert_eq!(
            (&account["name"], &account["tenant_id"]),
            (&json!(domain), &json!(domain))
        );
    }
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_filter_that_leaves_a_dead_end_says_so() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let server = serve(folder.path(), &sandbox).await;
    let credentials = json!({ "type": "bearer", "token": "t-1" });
    let new = json!({ "integration": "zesty", "credentials": credentials });
    let (_, account) = ask(&server, "POST", "/integrated-account", Some(new)).await;
    let path = format!(
        "/integrated-account/{}/mcp",
        account["id"].as_str().unwrap()
    );
    let make = async |methods: Value| {
        let new = json!({ "name": "Agent", "config": { "methods": methods } });
        ask(&server, "POST", &path, Some(new)).await.1
    };
    assert_eq!(make(json!(["read"])).await.get("warnings"), None);
    let made = make(json!(["get"])).await;
    let warning = made["warnings"][0].as_str().unwrap();
    assert!(warning.contains("list_all_zesty_instances"), "{warning}");
    sandbox.shutdown().await;
}
