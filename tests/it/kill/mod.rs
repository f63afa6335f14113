//! `kill -9` at random moments: what was acknowledged is there afterwards, and nothing is half done.
//!
//! `TOOLWRIGHT_TEST_KILLS` says how often (10 times), `TOOLWRIGHT_TEST_SEED` which numbers the random
//! ones are made of; the time if it is not set.

mod client;

use std::collections::BTreeMap;
use std::env;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use self::client::Client;
use crate::installation::{Installation, over_each_store};
use crate::random::Random;
use crate::server::Server;

/// How many clients work at the same time, each on accounts of its own.
const CLIENTS: usize = 6;

/// The longest time between the start of the load, or of the server, and the signal, in milliseconds.
const UNDER_LOAD: usize = 400;
const AT_START: usize = 120;

over_each_store! {
    nothing_acknowledged_is_lost
}

async fn nothing_acknowledged_is_lost(installation: Installation) {
    let number = |name| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let kills = number("TOOLWRIGHT_TEST_KILLS").unwrap_or(10);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = number("TOOLWRIGHT_TEST_SEED").unwrap_or(now.as_secs());
    eprintln!("TOOLWRIGHT_TEST_SEED={seed}");
    let started = Instant::now();
    let upstream = crate::vendor::start().await;
    let mut random = Random::new(seed);
    let mut clients: Vec<Client> = (0..CLIENTS)
        .map(|number| Client::new(number, random.next()))
        .collect();
    for _ in 0..kills {
        let command = &mut installation.serve(&upstream);
        if random.one_in(8) {
            // While it starts, for the first time too.
            let process = spawn(command);
            wait(random.below(AT_START)).await;
            end(process).await;
            continue;
        }
        let server = Server::run(command).await;
        verify(&installation, &server, &mut clients).await;
        clients = load(&installation, server, clients, &mut random).await;
    }
    let server = Server::run(&mut installation.serve(&upstream)).await;
    verify(&installation, &server, &mut clients).await;
    assert_quiet(&server.kill().await);
    let sum = |of: fn(&Client) -> u64| clients.iter().map(of).sum::<u64>();
    eprintln!(
        "{kills} kills, {} acknowledged changes, {} calls, {} found done that were not acknowledged, \
         {} s",
        sum(|client| client.changes),
        sum(|client| client.calls),
        sum(|client| client.surprises),
        started.elapsed().as_secs()
    );
}

/// Lets the clients work until the server is killed under them.
async fn load(
    installation: &Installation,
    server: Server,
    clients: Vec<Client>,
    random: &mut Random,
) -> Vec<Client> {
    let killed = Arc::new(AtomicBool::new(false));
    let mut working = JoinSet::new();
    for client in clients {
        let (origin, killed) = (server.origin.clone(), Arc::clone(&killed));
        working.spawn(client.work(origin, killed));
    }
    wait(random.below(UNDER_LOAD)).await;
    // The master key changes at the same time now and then, and whoever changes it is killed too.
    let rotation = random
        .one_in(4)
        .then(|| spawn(&mut installation.command(["key", "rotate"])));
    if rotation.is_some() {
        wait(random.below(AT_START)).await;
    }
    killed.store(true, Ordering::SeqCst);
    assert_quiet(&server.kill().await);
    if let Some(rotation) = rotation {
        end(rotation).await;
    }
    working.join_all().await
}

/// What the server and its database hold is what the clients were told.
async fn verify(installation: &Installation, server: &Server, clients: &mut [Client]) {
    let url = format!("{}/readyz", server.origin);
    assert_eq!(reqwest::get(url).await.unwrap().status(), 200);
    let answer = client::expect(&server.origin, 200, "GET", "/integrated-account?limit=1000").await;
    let mut listed = client::names(&answer);
    let mut servers = 0;
    for client in &mut *clients {
        servers += client.verify(&server.origin, &mut listed).await;
    }
    assert_eq!(listed, BTreeMap::new(), "accounts that nobody made");
    let accounts: usize = clients.iter().map(Client::accounts).sum();
    let rows = "SELECT (SELECT COUNT(*) FROM integrated_account),
        (SELECT COUNT(*) FROM mcp_server m JOIN integrated_account a
            ON a.id = m.integrated_account_id),
        (SELECT COUNT(*) FROM mcp_server), (SELECT COUNT(*) FROM secret),
        (SELECT COUNT(*) FROM api_token)";
    let rows = installation.query(rows).await;
    let expected = [accounts, servers, servers, 1, 1].map(|count| count.to_string());
    assert_eq!(rows, [expected]);
    // A change and its line in the log are there together, or neither is.
    let lines = "SELECT
        (SELECT COUNT(*) FROM call_log WHERE deed = 'integrated_account.create')
            - (SELECT COUNT(*) FROM call_log WHERE deed = 'integrated_account.delete'),
        (SELECT COUNT(*) FROM mcp_server m JOIN call_log l
            ON l.subject_id = m.id AND l.deed = 'mcp_server.create'),
        (SELECT COUNT(*) FROM mcp_server m JOIN call_log l
            ON l.subject_id = m.id AND l.deed = 'mcp_server.delete')";
    let lines = installation.query(lines).await;
    assert_eq!(
        lines,
        [[accounts, servers, 0].map(|count| count.to_string())]
    );
    if installation.database_url().is_none() {
        assert_eq!(installation.query("PRAGMA integrity_check").await, [["ok"]]);
    }
}

/// A server that starts after another was killed has nothing to complain about.
fn assert_quiet(said: &str) {
    let is_complaint = |line: &&str| line.contains("ERROR") || line.contains("WARN");
    assert_eq!(said.lines().find(is_complaint), None);
    assert!(!said.contains("panicked"), "{said}");
}

/// Starts a process whose words nobody waits for.
fn spawn(command: &mut Command) -> Child {
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Kills a process, which may have ended by itself, but not with an error.
async fn end(mut process: Child) {
    process.start_kill().unwrap();
    let status = process.wait().await.unwrap();
    assert!(status.code().is_none_or(|code| code == 0), "{status}");
}

async fn wait(milliseconds: usize) {
    tokio::time::sleep(Duration::from_millis(milliseconds as u64)).await;
}

/// The member of an object that is a string.
fn text(object: &Value, name: &str) -> String {
    object[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {object}"))
        .to_owned()
}
