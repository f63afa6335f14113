//! The commands of the documents, run as they stand there.

mod connecting;
mod recordings;
mod shell;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use self::shell::{Shell, blocks, commands};
use crate::installation::{ADMIN, Installation};
use crate::server::Server;
use crate::vendor::{self, TOOL, seen};

const README: &str = include_str!("../../../README.md");
const OPERATING: &str = include_str!("../../../docs/operating.md");

/// What a command or the API printed about one thing.
fn object(printed: &str) -> Value {
    serde_json::from_str(printed).unwrap_or_else(|_| {
        let pairs = printed.lines().filter_map(|line| line.split_once(' '));
        pairs
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect()
    })
}

/// The status of `tools/list` at a URL, with an API token besides or without.
async fn status(server: &Server, mcp: &str, bearer: &str) -> u16 {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {} });
    let request = reqwest::Client::new().post(format!("{}/mcp/{mcp}", server.origin));
    let request = match bearer {
        "" => request,
        bearer => request.bearer_auth(bearer),
    };
    request.json(&body).send().await.unwrap().status().as_u16()
}

/// What a command of another process did takes effect within a second.
async fn expect_gone(server: &Server, mcp: &str) {
    let started = Instant::now();
    while status(server, mcp, "").await != 404 {
        assert!(
            started.elapsed() < Duration::from_secs(1),
            "inert within a second"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs curl, which tests/run installs"]
async fn an_agent_is_given_access_as_the_readme_says() {
    let heading = "Give an agent access to a real account";
    let installation = Installation::sqlite();
    let server = Server::run(&mut installation.serve(&vendor::start().await)).await;
    let mut shell = Shell::new(&installation);
    shell.set("TOKEN", ADMIN);
    shell.write("account.json", blocks(README, heading, "json")[0]);
    let blocks = blocks(README, heading, "sh");
    assert_eq!(commands(blocks[0]), ["toolwright serve"]);
    let (mut urls, mut second) = (Vec::new(), String::new());
    for command in blocks[1..].iter().flat_map(|block| commands(block)) {
        if command.starts_with("read ") {
            continue;
        }
        let command = command.replace("http://127.0.0.1:8080", &server.origin);
        let printed = object(&shell.run(&command, "a-token-of-the-vendor\n").await);
        let text = |name: &str| printed[name].as_str().map(str::to_owned);
        if command.contains("account link") {
            let url = text("url").unwrap();
            let url = url.replace("http://127.0.0.1:8080", &server.origin);
            assert_eq!(reqwest::get(url).await.unwrap().status(), 200);
        } else if let Some(url) = text("url") {
            shell.set("MCP_ID", text("id").unwrap());
            urls.push(url.rsplit('/').next().unwrap().to_owned());
            assert_eq!(status(&server, urls.last().unwrap(), "").await, 200);
        } else if text("connection").is_some() || printed["connection"].is_object() {
            shell.set("ID", text("id").unwrap());
        } else if command.contains("/api-token") {
            second = text("token").unwrap();
        } else if command.contains("PATCH") {
            assert_eq!(status(&server, urls.last().unwrap(), "").await, 401);
        } else if command.contains("mcp delete") {
            expect_gone(&server, urls.last().unwrap()).await;
        } else if command.contains("DELETE") {
            assert_eq!(status(&server, urls.last().unwrap(), &second).await, 404);
        }
        if !second.is_empty() && !command.contains("DELETE") {
            assert_eq!(status(&server, urls.last().unwrap(), &second).await, 200);
        }
    }
    assert_eq!((urls.len(), second.is_empty()), (2, false));
    assert_eq!(
        installation
            .query("SELECT * FROM integrated_account")
            .await
            .len(),
        0
    );
}

/// Asks the API as the operator; the body of a success.
async fn ask(server: &Server, start: &str, body: Value) -> Value {
    let (method, path) = start.split_once(' ').unwrap();
    let request = reqwest::Client::new()
        .request(method.parse().unwrap(), format!("{}{path}", server.origin))
        .bearer_auth(ADMIN);
    let response = request.json(&body).send().await.unwrap();
    assert!(response.status().is_success(), "{start}: {response:?}");
    response.json().await.unwrap_or_default()
}

/// Makes an MCP server of an account; its address in the API and its token.
async fn open(server: &Server, account: &str) -> (String, String) {
    let made = ask(
        server,
        &format!("POST {account}/mcp"),
        json!({ "name": "agent" }),
    )
    .await;
    let text = |name: &str| made[name].as_str().unwrap();
    (
        format!("{account}/mcp/{}", text("id")),
        text("token").to_owned(),
    )
}

/// Connects an account with a credential; its address in the API.
async fn connect(server: &Server, credential: &str) -> String {
    let credentials = json!({ "type": "bearer", "token": credential });
    let body = json!({ "integration": "zesty", "credentials": credentials });
    let made = ask(server, "POST /integrated-account", body).await;
    format!("/integrated-account/{}", made["id"].as_str().unwrap())
}

/// The credential with which calls are made for an MCP server.
async fn used(server: &Server, mcp: &str) -> String {
    let call = json!({ "name": TOOL, "arguments": {} });
    seen(&server.request(mcp, "tools/call", call).await)
}

/// A backup is made while the server is written to, more is changed, and the backup is restored.
async fn is_restored(installation: &Installation, backup: &str, restore: &str, shell: &Shell<'_>) {
    let upstream = vendor::start().await;
    let server = Server::run(&mut installation.serve(&upstream)).await;
    let account = connect(&server, "before").await;
    let (_, kept) = open(&server, &account).await;
    let (path, revoked) = open(&server, &account).await;
    let busy = async {
        for _ in 0..50 {
            open(&server, &account).await;
        }
    };
    tokio::join!(shell.run(backup, ""), busy);
    let (_, late) = open(&server, &account).await;
    ask(&server, &format!("DELETE {path}"), Value::Null).await;
    let credentials = json!({ "credentials": { "type": "bearer", "token": "after" } });
    ask(&server, &format!("PATCH {account}"), credentials).await;
    assert_eq!(
        (
            used(&server, &kept).await,
            status(&server, &revoked, "").await
        ),
        ("after".to_owned(), 404)
    );
    let token = ask(&server, "POST /api-token", json!({ "name": "late" })).await;
    server.kill().await;

    let printed = shell.run(restore, "").await;
    let mut command = installation.serve(&upstream);
    match shell.variable("RESTORED") {
        Some(database) => {
            let (place, _) = installation
                .database_url()
                .unwrap()
                .rsplit_once('/')
                .unwrap();
            command.env("TOOLWRIGHT_DATABASE_URL", format!("{place}/{database}"));
        }
        None => assert_eq!(printed, "ok\n"),
    }
    let server = Server::run(&mut command).await;
    assert_eq!(used(&server, &kept).await, "before");
    assert_eq!(used(&server, &revoked).await, "before");
    assert_eq!(status(&server, &late, "").await, 404);
    let tokens = ask(&server, "GET /api-token", Value::Null).await;
    assert!(!tokens.to_string().contains(token["id"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs sqlite3, which tests/run installs"]
async fn a_data_directory_is_restored() {
    let installation = Installation::sqlite();
    let shell = Shell::new(&installation);
    let backup = blocks(OPERATING, "Back up a data directory", "sh")[0];
    let restore = blocks(OPERATING, "Restore a data directory", "sh")[0];
    is_restored(&installation, backup, restore, &shell).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL, which tests/run starts"]
async fn a_database_of_postgresql_is_restored() {
    let installation = Installation::postgres().await;
    let mut shell = Shell::new(&installation);
    let url = installation.database_url().unwrap().to_owned();
    let (_, place) = url.split_once("//").unwrap();
    let (user, place) = place.split_once('@').unwrap();
    let (host, database) = place.split_once('/').unwrap();
    let (host, port) = host.split_once(':').unwrap();
    for (name, value) in [
        ("PGUSER", user),
        ("PGHOST", host),
        ("PGPORT", port),
        ("PGDATABASE", database),
        ("RESTORED", &format!("{database}_restored")),
    ] {
        shell.set(name, value);
    }
    let blocks = blocks(OPERATING, "PostgreSQL", "sh");
    is_restored(&installation, blocks[1], blocks[2], &shell).await;
    // The first one is about a new installation.
    let new = Installation::postgres().await;
    let (_, database) = new.database_url().unwrap().rsplit_once('/').unwrap();
    shell.set("PGDATABASE", database);
    shell.run(blocks[0], "").await;
    assert_eq!(new.query("SELECT COUNT(*) FROM secret").await, [["1"]]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs openssl, which tests/run installs"]
async fn the_master_key_is_changed() {
    let installation = Installation::sqlite();
    let mut shell = Shell::new(&installation);
    let upstream = vendor::start().await;
    let blocks = blocks(OPERATING, "Change the master key", "sh");
    let server = Server::run(&mut installation.serve(&upstream)).await;
    let account = connect(&server, "credential").await;
    let (_, mcp) = open(&server, &account).await;
    for accounts in ["1", "1"] {
        let printed = object(&shell.run(blocks[0], "").await);
        assert_eq!(
            (&printed["accounts"], &printed["new"]),
            (&json!(accounts), &json!("true"))
        );
        assert_eq!(used(&server, &mcp).await, "credential");
    }
    server.kill().await;

    let file = installation.directory().join("master.key");
    let keys = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(file).unwrap();
    let old = keys.lines().next().unwrap();
    let new = shell
        .run("openssl rand -base64 32", "")
        .await
        .trim()
        .to_owned();
    let serve = |keys: &str| {
        let mut command = installation.serve(&upstream);
        command.env("TOOLWRIGHT_MASTER_KEY", keys);
        command
    };
    let both = Server::run(&mut serve(&format!("{new},{old}"))).await;
    shell.set("NEW_KEY", &new);
    shell.set("OLD_KEY", old);
    let printed = object(&shell.run(blocks[1], "").await);
    assert_eq!(
        (&printed["accounts"], &printed["new"]),
        (&json!("1"), &json!("false"))
    );
    assert_eq!(used(&both, &mcp).await, "credential");
    both.kill().await;
    let one = Server::run(&mut serve(&new)).await;
    assert_eq!(used(&one, &mcp).await, "credential");
}
