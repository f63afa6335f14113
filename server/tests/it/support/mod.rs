//! A server of a hand-written integration in front of a vendor that is not there.

pub(crate) mod browser;
pub(crate) mod http;
pub(crate) mod orbit;
pub(crate) mod orbit_vendor;
mod people;
pub(crate) mod tables;
pub(crate) mod vendor;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use toolwright_runtime::call::Caller;
use toolwright_server::accounts::{
    NewAccount, NewApiToken, NewMcpServer, Registry, Scope, Secrets,
};
use toolwright_server::http::{Access, App, ServeError, serve};
use toolwright_server::mcp::endpoint::Endpoint;
use toolwright_server::mcp::toolset::{Filter, Toolset};

use self::http::Answer;
pub(crate) use self::tables::{ACME, CATALOGUE};

/// A server that stops when it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    registry: Registry,
    stop: Option<oneshot::Sender<()>>,
    done: JoinHandle<Result<(), ServeError>>,
}

impl Server {
    /// Serves `/mcp/acme`.
    pub(crate) async fn start() -> Self {
        Self::listen("127.0.0.1:0").await
    }

    /// Serves it at an address.
    pub(crate) async fn listen(address: &str) -> Self {
        Self::with(address, |_| {}).await
    }

    /// Serves it at an address, with something different about it.
    pub(crate) async fn with(address: &str, change: impl FnOnce(&mut App)) -> Self {
        let access = Access {
            hosts: vec!["tools.example.com".to_owned()],
            origins: vec!["https://tools.example.com".to_owned()],
        };
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("http://{address}");
        let registry = registry().await;
        let mut app = App::new(registry.clone(), access, url);
        change(&mut app);
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        let done = tokio::spawn(serve(
            listener,
            Arc::new(app),
            shutdown,
            std::future::pending(),
        ));
        Self {
            address,
            registry,
            stop: Some(stop),
            done,
        }
    }

    /// A new API token that may do everything.
    pub(crate) async fn admin(&self) -> String {
        let token = NewApiToken {
            name: "tests".to_owned(),
            scopes: vec![Scope::Admin],
        };
        let (_, secret) = self.registry.create_api_token(token).await.unwrap();
        secrecy::ExposeSecret::expose_secret(&secret).to_owned()
    }

    /// Asks the server to stop, and waits until it has.
    pub(crate) async fn stop(mut self) -> Result<(), ServeError> {
        drop(self.stop.take());
        self.done.await.unwrap()
    }

    /// Posts a body with `headers` besides the usual ones.
    pub(crate) async fn post(&self, headers: &[&str], body: &str) -> Answer {
        let json = ["Content-Type: application/json"];
        let headers = [&json, headers].concat();
        http::send(self.address, "POST /mcp/acme", &headers, body).await
    }

    /// Asks in the way of revisions up to 2025-11-25.
    pub(crate) async fn legacy(&self, method: &str, params: Value) -> Answer {
        self.post(
            &["MCP-Protocol-Version: 2025-11-25"],
            &request(method, params),
        )
        .await
    }

    /// Asks in the way of revision 2026-07-28.
    pub(crate) async fn modern(&self, method: &str, params: Value) -> Answer {
        let body = request(method, with_meta(params.clone()));
        let name = params
            .get("name")
            .or(params.get("uri"))
            .and_then(Value::as_str);
        let name = name.map(|name| format!("Mcp-Name: {name}"));
        let method = format!("Mcp-Method: {method}");
        let mut headers = vec!["MCP-Protocol-Version: 2026-07-28", &method];
        headers.extend(name.as_deref());
        self.post(&headers, &body).await
    }
}

/// A request with id 7.
pub(crate) fn request(method: &str, params: Value) -> String {
    json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}).to_string()
}

/// Parameters with what a modern request says of itself.
pub(crate) fn with_meta(mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    params
}

/// One account, whose MCP server has the token `acme` and all tools.
pub(crate) async fn registry() -> Registry {
    let registry = Registry::in_memory(&CATALOGUE, caller().await)
        .await
        .unwrap();
    let account = NewAccount {
        integration: "acme".to_owned(),
        name: None,
        tenant_id: None,
        connection: BTreeMap::new(),
        credentials: Secrets::Bearer {
            token: "t-1".into(),
        }
        .into(),
    };
    let account = registry.create_account(account).await.unwrap();
    let server = NewMcpServer {
        name: "all".to_owned(),
        ..NewMcpServer::default()
    };
    let created = registry
        .create_known_mcp_server(&account.id, server, &"acme".into())
        .await;
    created.unwrap();
    registry
}

/// All tools of the integration.
pub(crate) fn endpoint() -> Endpoint {
    let toolset = Toolset::new(&ACME, &Filter::default()).unwrap();
    Endpoint::unstored(vendor::account(), toolset)
}

/// A caller whose requests go to the vendor that is not there.
pub(crate) async fn caller() -> Arc<Caller> {
    vendor::caller().await
}
