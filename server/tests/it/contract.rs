//! The HTTP API and the addresses it gives away, over each store.

mod accounts;
mod api_tokens;
mod connect;
mod data_centers;
mod forms;
mod grants;
mod hanging;
mod isolation;
mod links;
mod log;
mod mcp_servers;
mod nodes;
mod odd_ids;
mod person;
mod proxy;
mod reconnect;
mod rests;
mod tokens;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_postgres::NoTls;
use toolwright_server::accounts::{NewApiToken, Registry, Scope};
use toolwright_server::http::{Access, App, serve};
use toolwright_server::store::Store;
use toolwright_server::vault::{KeySource, Vault};

use crate::support::http::{Answer, send};
use crate::support::{CATALOGUE, caller, request};

/// Each test twice: over SQLite, and over PostgreSQL, which `tests/run` starts.
macro_rules! over_each_store {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(crate::contract::Installation::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            #[ignore = "needs PostgreSQL, which tests/run starts"]
            async fn $name() {
                super::$name(crate::contract::Installation::postgres().await).await;
            })*
        }
    };
}
pub(crate) use over_each_store;

/// The variable with the URL of a PostgreSQL server in which databases may be made.
const DATABASE_URL: &str = "TOOLWRIGHT_TEST_DATABASE_URL";

/// A store and its keys, which any number of nodes can share.
pub(crate) struct Installation {
    folder: tempfile::TempDir,
    database_url: Option<String>,
}

/// A server of an installation, with an API token that may do everything.
pub(crate) struct Node {
    pub(crate) address: SocketAddr,
    pub(crate) registry: Registry,
    pub(crate) admin: String,
    serving: tokio::task::JoinHandle<()>,
}

impl Installation {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            folder,
            database_url: None,
        }
    }

    /// A database of its own on the server of the tests.
    pub(crate) async fn postgres() -> Self {
        let url = std::env::var(DATABASE_URL)
            .unwrap_or_else(|_| panic!("{DATABASE_URL} must name a PostgreSQL server"));
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        tokio::spawn(connection);
        let folder = tempfile::tempdir().unwrap();
        let name = format!("test_{}", uuid::Uuid::now_v7().simple());
        let create = format!("CREATE DATABASE {name}");
        client.batch_execute(&create).await.unwrap();
        let (server, _) = url.rsplit_once('/').unwrap();
        Self {
            folder,
            database_url: Some(format!("{server}/{name}")),
        }
    }

    /// Does to the database what no operation does.
    pub(crate) async fn execute(&self, statement: &str) {
        match &self.database_url {
            Some(url) => {
                let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
                tokio::spawn(connection);
                client.batch_execute(statement).await.unwrap();
            }
            None => {
                let path = self.folder.path().join("toolwright.db");
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.execute_batch(statement).unwrap();
            }
        }
    }

    pub(crate) async fn registry(&self) -> Registry {
        let store = match &self.database_url {
            Some(url) => Store::postgres(url, None).await.unwrap(),
            None => Store::sqlite(&self.folder.path().join("toolwright.db"))
                .await
                .unwrap(),
        };
        let keys = KeySource::File(self.folder.path().join("master.key"));
        let vault = Vault::open(keys).unwrap();
        Registry::open(&CATALOGUE, store, vault, caller().await)
            .await
            .unwrap()
    }

    pub(crate) async fn node(&self) -> Node {
        self.node_with(|_| {}).await
    }

    /// A node with something different about it.
    pub(crate) async fn node_with(&self, change: impl FnOnce(&mut App)) -> Node {
        let registry = self.registry().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let token = NewApiToken {
            name: "tests".to_owned(),
            scopes: vec![Scope::Admin],
        };
        let (_, admin) = registry.create_api_token(token).await.unwrap();
        let url = "https://tools.example.com".to_owned();
        let mut app = App::new(registry.clone(), Access::default(), url);
        change(&mut app);
        let serving = tokio::spawn(async move {
            let forever = std::future::pending();
            serve(listener, Arc::new(app), forever, std::future::pending())
                .await
                .unwrap();
        });
        Node {
            address,
            registry,
            admin: secrecy::ExposeSecret::expose_secret(&admin).to_owned(),
            serving,
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Node {
    /// Asks the API with a token; `POST /api-token` and the like.
    pub(crate) async fn ask_as(&self, token: &str, start: &str, body: Value) -> Answer {
        let bearer = format!("Authorization: Bearer {token}");
        let headers = ["Content-Type: application/json", &bearer];
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        send(self.address, start, &headers, &body).await
    }

    /// Asks the API as the operator.
    pub(crate) async fn ask(&self, start: &str, body: Value) -> Answer {
        self.ask_as(&self.admin, start, body).await
    }

    /// Asks, and the answer has to have this status.
    pub(crate) async fn expect(&self, status: u16, start: &str, body: Value) -> Value {
        let answer = self.ask(start, body).await;
        assert_eq!(answer.status, status, "{start}: {answer:?}");
        if answer.body.is_empty() {
            Value::Null
        } else {
            answer.json()
        }
    }

    /// Connects an account; its id.
    pub(crate) async fn account(&self) -> String {
        let body = json!({
            "integration": "acme",
            "credentials": { "type": "bearer", "token": "t-1" },
        });
        let account = self.expect(201, "POST /integrated-account", body).await;
        account["id"].as_str().unwrap().to_owned()
    }

    /// Makes an MCP server; its id and its token.
    pub(crate) async fn server(&self, account: &str, config: Value) -> (String, String) {
        let start = format!("POST /integrated-account/{account}/mcp");
        let body = json!({ "name": "test", "config": config });
        let server = self.expect(201, &start, body).await;
        let text = |name: &str| server[name].as_str().unwrap().to_owned();
        (text("id"), text("token"))
    }

    /// The names of the tools at an address, or the status where there are none.
    pub(crate) async fn tools(&self, start: &str, headers: &[&str]) -> Result<Vec<String>, u16> {
        let json = ["Content-Type: application/json"];
        let headers = [&json, headers].concat();
        let body = request("tools/list", json!({}));
        let answer = send(self.address, start, &headers, &body).await;
        if answer.status != 200 {
            return Err(answer.status);
        }
        let answer = answer.json();
        let tools = answer["result"]["tools"].as_array().unwrap().iter();
        Ok(tools
            .map(|tool| tool["name"].as_str().unwrap().to_owned())
            .collect())
    }

    /// The tools of a token in the address.
    pub(crate) async fn tools_of(&self, token: &str) -> Result<Vec<String>, u16> {
        self.tools(&format!("POST /mcp/{token}"), &[]).await
    }
}

/// The fields at fault of a refusal.
pub(crate) fn faults(refusal: &Value) -> Vec<&str> {
    let details = refusal["details"].as_array().map_or(&[][..], Vec::as_slice);
    details
        .iter()
        .map(|detail| detail["field"].as_str().unwrap())
        .collect()
}

/// An object without members that differ each time.
pub(crate) fn without(object: &Value, names: &[&str]) -> BTreeMap<String, Value> {
    let members = object.as_object().unwrap().iter();
    let kept = members.filter(|(name, _)| !names.contains(&name.as_str()));
    kept.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
