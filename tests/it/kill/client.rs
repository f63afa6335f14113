//! A client of the HTTP API that remembers what it was told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::text;
use crate::installation::ADMIN;
use crate::random::Random;
use crate::server::PATIENCE;
use crate::vendor::{TOOL, seen};

/// The most accounts of a client, and MCP servers of an account.
const ACCOUNTS: usize = 4;
const SERVERS: usize = 3;

/// A client, and what it made.
pub(super) struct Client {
    name: String,
    random: Random,
    /// How many things it has named.
    named: usize,
    accounts: Vec<Account>,
    http: reqwest::Client,
    /// How many changes were acknowledged.
    pub(super) changes: u64,
    /// How many calls succeeded.
    pub(super) calls: u64,
    /// How many changes turned out to be done though nobody had said so.
    pub(super) surprises: u64,
}

/// Whether something is there, as far as its owner was told.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Presence {
    There,
    Gone,
    /// It was being made or deleted when the server was killed.
    Open,
}

struct Account {
    name: String,
    /// Empty until the server says which one.
    id: String,
    presence: Presence,
    /// What it is connected with. Two, while one is being replaced by the other.
    credentials: Vec<String>,
    servers: Vec<McpServer>,
}

struct McpServer {
    name: String,
    presence: Presence,
    /// Id and token, as soon as they were told.
    told: Option<(String, String)>,
}

/// The server is gone.
struct Lost;

impl Client {
    pub(super) fn new(number: usize, seed: u64) -> Self {
        Self {
            name: format!("client-{number}"),
            random: Random::new(seed),
            named: 0,
            accounts: Vec::new(),
            http: http(),
            changes: 0,
            calls: 0,
            surprises: 0,
        }
    }

    pub(super) fn accounts(&self) -> usize {
        self.accounts.len()
    }

    /// Works until the server is gone, which it may only be once it was killed.
    pub(super) async fn work(mut self, origin: String, killed: Arc<AtomicBool>) -> Self {
        // Connections of the server before are of no use.
        self.http = http();
        while self.step(&origin).await.is_ok() {}
        assert!(
            killed.load(Ordering::SeqCst),
            "the server ended by itself, or does not answer"
        );
        self
    }

    async fn step(&mut self, origin: &str) -> Result<(), Lost> {
        let present: Vec<usize> = (0..self.accounts.len())
            .filter(|index| self.accounts[*index].presence == Presence::There)
            .collect();
        if present.is_empty() || (present.len() < ACCOUNTS && self.random.one_in(6)) {
            return self.connect(origin).await;
        }
        let account = present[self.random.below(present.len())];
        let servers: Vec<usize> = (0..self.accounts[account].servers.len())
            .filter(|index| self.accounts[account].servers[*index].presence == Presence::There)
            .collect();
        if servers.is_empty() || (servers.len() < SERVERS && self.random.one_in(4)) {
            return self.open(origin, account).await;
        }
        let server = servers[self.random.below(servers.len())];
        match self.random.below(10) {
            0 => self.disconnect(origin, account).await,
            1 | 2 => self.reconnect(origin, account).await,
            3 | 4 => self.close(origin, account, server).await,
            _ => self.call(origin, account, server).await,
        }
    }

    async fn connect(&mut self, origin: &str) -> Result<(), Lost> {
        let (name, credential) = (self.new_name(), self.new_name());
        let body = json!({
            "integration": "zesty",
            "name": name,
            "credentials": { "type": "bearer", "token": credential },
        });
        self.accounts.push(Account {
            name,
            id: String::new(),
            presence: Presence::Open,
            credentials: vec![credential],
            servers: Vec::new(),
        });
        let made = self
            .change(origin, 201, "POST", "/integrated-account", &body)
            .await?;
        let account = self.accounts.last_mut().unwrap();
        account.id = text(&made, "id");
        account.presence = Presence::There;
        Ok(())
    }

    async fn reconnect(&mut self, origin: &str, account: usize) -> Result<(), Lost> {
        let credential = self.new_name();
        let body = json!({ "credentials": { "type": "bearer", "token": credential } });
        self.accounts[account].credentials.push(credential);
        let path = format!("/integrated-account/{}", self.accounts[account].id);
        self.change(origin, 200, "PATCH", &path, &body).await?;
        self.accounts[account].credentials.remove(0);
        Ok(())
    }

    async fn disconnect(&mut self, origin: &str, account: usize) -> Result<(), Lost> {
        self.accounts[account].presence = Presence::Open;
        let path = format!("/integrated-account/{}", self.accounts[account].id);
        self.change(origin, 204, "DELETE", &path, &Value::Null)
            .await?;
        self.accounts[account].presence = Presence::Gone;
        Ok(())
    }

    async fn open(&mut self, origin: &str, account: usize) -> Result<(), Lost> {
        let name = self.new_name();
        let body = json!({ "name": name, "config": { "methods": ["list"] } });
        let path = format!("/integrated-account/{}/mcp", self.accounts[account].id);
        self.accounts[account].servers.push(McpServer {
            name,
            presence: Presence::Open,
            told: None,
        });
        let made = self.change(origin, 201, "POST", &path, &body).await?;
        let server = self.accounts[account].servers.last_mut().unwrap();
        server.told = Some((text(&made, "id"), text(&made, "token")));
        server.presence = Presence::There;
        Ok(())
    }

    async fn close(&mut self, origin: &str, account: usize, server: usize) -> Result<(), Lost> {
        let Account { id, servers, .. } = &mut self.accounts[account];
        servers[server].presence = Presence::Open;
        let (mcp, _) = servers[server].told.as_ref().unwrap();
        let path = format!("/integrated-account/{id}/mcp/{mcp}");
        self.change(origin, 204, "DELETE", &path, &Value::Null)
            .await?;
        self.accounts[account].servers[server].presence = Presence::Gone;
        Ok(())
    }

    async fn call(&mut self, origin: &str, account: usize, server: usize) -> Result<(), Lost> {
        let Account {
            credentials,
            servers,
            ..
        } = &self.accounts[account];
        let (_, token) = servers[server].told.as_ref().unwrap();
        let (status, answer) = call(&self.http, origin, token).await?;
        assert_eq!((status, &seen(&answer)), (200, &credentials[0]));
        self.calls += 1;
        Ok(())
    }

    /// Makes a change, which has to be acknowledged with this status.
    async fn change(
        &mut self,
        origin: &str,
        status: u16,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Value, Lost> {
        let answer = send(&self.http, origin, method, path, body).await?;
        assert_eq!(answer.0, status, "{method} {path}: {}", answer.1);
        self.changes += 1;
        Ok(answer.1)
    }

    fn new_name(&mut self) -> String {
        self.named += 1;
        format!("{}-{}", self.name, self.named)
    }

    /// Compares what is there with what was told, and uses all of it. Takes its accounts out of those
    /// that are listed; the number of its MCP servers.
    pub(super) async fn verify(
        &mut self,
        origin: &str,
        listed: &mut BTreeMap<String, String>,
    ) -> usize {
        for account in &mut self.accounts {
            let found = listed.remove(&account.name);
            self.surprises += settle(&mut account.presence, found.is_some(), &account.name);
            account.id = found.unwrap_or_default();
            let mut servers = BTreeMap::new();
            if account.presence == Presence::There {
                let path = format!("/integrated-account/{}/mcp?limit=1000", account.id);
                servers = names(&expect(origin, 200, "GET", &path).await);
            } else {
                // They went with their account.
                for server in &mut account.servers {
                    server.presence = Presence::Gone;
                }
            }
            for server in &mut account.servers {
                let found = servers.remove(&server.name);
                self.surprises += settle(&mut server.presence, found.is_some(), &server.name);
                if let (Some(id), None) = (found, &server.told) {
                    // Nobody was told its token.
                    let path = format!("/integrated-account/{}/mcp/{id}", account.id);
                    expect(origin, 204, "DELETE", &path).await;
                    server.presence = Presence::Gone;
                }
            }
            assert_eq!(servers, BTreeMap::new(), "MCP servers that nobody made");
        }
        for account in &mut self.accounts {
            for server in &account.servers {
                let Some((_, token)) = &server.told else {
                    continue;
                };
                let Ok((status, answer)) = call(&self.http, origin, token).await else {
                    panic!("the server does not answer");
                };
                let is_there = server.presence == Presence::There;
                assert_eq!(status, if is_there { 200 } else { 404 }, "{answer}");
                if is_there {
                    settle_on(&mut account.credentials, &seen(&answer));
                }
            }
            account
                .servers
                .retain(|server| server.presence == Presence::There);
        }
        self.accounts
            .retain(|account| account.presence == Presence::There);
        // Of an account without an MCP server it is not known yet whether its credentials open.
        for index in 0..self.accounts.len() {
            if self.accounts[index].servers.is_empty() {
                let opened = self.open(origin, index).await;
                assert!(opened.is_ok(), "the server answers");
                let (_, token) = self.accounts[index].servers[0].told.clone().unwrap();
                let Ok((200, answer)) = call(&self.http, origin, &token).await else {
                    panic!(
                        "the credentials of {} do not open",
                        self.accounts[index].name
                    );
                };
                settle_on(&mut self.accounts[index].credentials, &seen(&answer));
            }
        }
        self.accounts
            .iter()
            .map(|account| account.servers.len())
            .sum()
    }
}

/// Of the credentials that an account may have, it has the one that the vendor saw.
fn settle_on(credentials: &mut Vec<String>, seen: &str) {
    credentials.retain(|credential| credential == seen);
    assert_eq!(credentials.len(), 1, "the vendor saw {seen}");
}

/// What was left open is settled by what is there; the rest has to be as it was told. 1 if it was open
/// and is there.
fn settle(presence: &mut Presence, is_there: bool, name: &str) -> u64 {
    let found = if is_there {
        Presence::There
    } else {
        Presence::Gone
    };
    let was_open = *presence == Presence::Open;
    assert!(
        was_open || *presence == found,
        "{name} was {presence:?} and is {found:?}"
    );
    *presence = found;
    u64::from(was_open && is_there)
}

fn http() -> reqwest::Client {
    // reqwest wants a TLS provider even where there is no TLS. A second one is refused: no harm.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(PATIENCE);
    client.build().unwrap()
}

/// Asks the API as the operator; status and body.
async fn send(
    http: &reqwest::Client,
    origin: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> Result<(u16, Value), Lost> {
    let request = http.request(method.parse().unwrap(), format!("{origin}{path}"));
    let request = match body {
        Value::Null => request,
        body => request.json(body),
    };
    read(request.bearer_auth(ADMIN)).await
}

/// Calls the tool of an MCP server; status and body.
async fn call(http: &reqwest::Client, origin: &str, token: &str) -> Result<(u16, Value), Lost> {
    let params = json!({ "name": TOOL, "arguments": {} });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    read(http.post(format!("{origin}/mcp/{token}")).json(&body)).await
}

async fn read(request: reqwest::RequestBuilder) -> Result<(u16, Value), Lost> {
    let response = request.send().await.map_err(|_| Lost)?;
    let status = response.status().as_u16();
    let body = response.text().await.map_err(|_| Lost)?;
    Ok((status, serde_json::from_str(&body).unwrap_or_default()))
}

/// Asks a server that is not killed; the answer has to have this status.
pub(super) async fn expect(origin: &str, status: u16, method: &str, path: &str) -> Value {
    let Ok(answer) = send(&http(), origin, method, path, &Value::Null).await else {
        panic!("the server does not answer");
    };
    assert_eq!(answer.0, status, "{method} {path}: {}", answer.1);
    answer.1
}

/// The names in a list of the API, with the ids.
pub(super) fn names(list: &Value) -> BTreeMap<String, String> {
    assert_eq!(list["next_cursor"], Value::Null, "one page");
    let rows = list["result"].as_array().unwrap();
    rows.iter()
        .map(|row| (text(row, "name"), text(row, "id")))
        .collect()
}
