//! The server in this process, in front of vendors of a test's choice, and an MCP client.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use toolwright::runtime::call::{Caller, Config};
use toolwright::runtime::oauth::OAuthApp;
use toolwright::runtime::send::Limits;
use toolwright::runtime::table::{Catalogue, CredentialKind, Integration};
use toolwright::runtime::upstreams::Upstreams;
use toolwright_server::accounts::{NewAccount, NewMcpServer, Registry, Secrets};
use toolwright_server::http::{Access, App, serve};
use toolwright_server::limits::{self, Limiter};

/// A server with two accounts for each integration. It stops when it is dropped.
pub(crate) struct Served {
    origin: String,
    http: reqwest::Client,
    registry: Registry,
    _running: oneshot::Sender<()>,
}

/// An account that a test has connected.
pub(crate) struct Connected {
    id: String,
    /// The token of its MCP server, which has all tools.
    pub(crate) token: String,
}

impl Served {
    /// Serves a catalogue.
    pub(crate) async fn start(catalogue: &'static Catalogue, upstreams: Upstreams) -> Self {
        Self::within(Limits::default(), catalogue, upstreams).await
    }

    /// Serves it within other limits.
    pub(crate) async fn within(
        limits: Limits,
        catalogue: &'static Catalogue,
        upstreams: Upstreams,
    ) -> Self {
        let caller = Caller::new(Config { upstreams, limits }).unwrap();
        let registry = Registry::in_memory(catalogue, Arc::new(caller))
            .await
            .unwrap();
        for integration in catalogue.integrations {
            for account in ["", "-2"] {
                connect_example(&registry, integration, account).await;
            }
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let access = Access {
            hosts: Vec::new(),
            origins: Vec::new(),
        };
        let mut app = App::new(registry.clone(), access, origin.clone());
        // Tests call faster than agents.
        app.limiter = Limiter::new(&limits::Limits {
            requests_per_second: NonZeroU32::MAX,
            ..limits::Limits::DEFAULT
        });
        let (running, stopped) = oneshot::channel::<()>();
        let stopped = async { stopped.await.unwrap_or_default() };
        tokio::spawn(serve(
            listener,
            Arc::new(app),
            stopped,
            std::future::pending(),
        ));
        Self {
            origin,
            http: http(),
            registry,
            _running: running,
        }
    }

    /// Registers the operator's application of an integration.
    pub(crate) async fn register(&self, slug: &str, app: &OAuthApp) {
        let integration = self.registry.integration(slug).unwrap();
        self.registry.set_oauth_app(integration, app).await.unwrap();
    }

    /// Connects an account.
    pub(crate) async fn connect(
        &self,
        slug: &str,
        connection: BTreeMap<String, String>,
        credentials: Secrets,
    ) -> Connected {
        let id = connect(&self.registry, slug, connection, credentials).await;
        let made = self.registry.create_mcp_server(&id, all_tools()).await;
        let (_, token) = made.unwrap();
        Connected {
            id,
            token: token.expose_secret().to_owned(),
        }
    }

    /// `active`, or `needs_reauth`.
    pub(crate) async fn status(&self, account: &Connected) -> String {
        self.registry.account(&account.id).await.unwrap().status
    }

    /// Calls a tool of the MCP server with a token: the integration's slug, for the second account
    /// with `-2` behind it. What comes back is the result, which has a text and is no error of the
    /// protocol.
    pub(crate) async fn call(&self, token: &str, tool: &str, arguments: &Value) -> Value {
        let params = json!({ "name": tool, "arguments": arguments });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        let url = format!("{}/mcp/{token}", self.origin);
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        let mut answer: Value = answer.json().await.unwrap();
        assert!(answer.get("error").is_none(), "{tool}: {answer}");
        assert!(
            answer["result"]["content"][0]["text"].is_string(),
            "{answer}"
        );
        answer["result"].take()
    }

    /// The object of a call that succeeds.
    pub(crate) async fn success(&self, token: &str, tool: &str, arguments: &Value) -> Value {
        let mut result = self.call(token, tool, arguments).await;
        assert_eq!(result.get("isError"), None, "{tool}: {result}");
        result["structuredContent"].take()
    }

    /// The sentence and the object of a call that fails.
    pub(crate) async fn failure(
        &self,
        token: &str,
        tool: &str,
        arguments: &Value,
    ) -> (String, Value) {
        let result = self.call(token, tool, arguments).await;
        assert_eq!(result["isError"], true, "{tool}: {result}");
        assert_eq!(result.get("structuredContent"), None, "{tool}");
        let text = |index: usize| result["content"][index]["text"].as_str().unwrap();
        (text(0).to_owned(), serde_json::from_str(text(1)).unwrap())
    }
}

/// An HTTP client.
pub(crate) fn http() -> reqwest::Client {
    // reqwest wants a TLS provider even where there is no TLS. A second one is refused: no harm.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// Connects an account with the definition's examples, whose MCP server has all tools, with the slug
/// in front as its token.
async fn connect_example(registry: &Registry, integration: &Integration, suffix: &str) {
    let takes_bearer = |kind: &CredentialKind| matches!(kind, CredentialKind::Bearer { .. });
    let token = format!("sandbox-{}", integration.slug).into();
    let credentials = match integration.auth.credentials.iter().any(takes_bearer) {
        true => Secrets::Bearer { token },
        false => Secrets::OAuth2 {
            access_token: token,
            refresh_token: None,
            expires_at: None,
            given_at: None,
        },
    };
    let examples = integration.connection.iter();
    let connection =
        examples.filter_map(|field| Some((field.name.to_owned(), field.example?.to_owned())));
    let account = connect(
        registry,
        integration.slug,
        connection.collect(),
        credentials,
    )
    .await;
    let token = format!("{}{suffix}", integration.slug).into();
    let created = registry.create_known_mcp_server(&account, all_tools(), &token);
    created.await.unwrap();
}

/// Connects an account; its id.
async fn connect(
    registry: &Registry,
    slug: &str,
    connection: BTreeMap<String, String>,
    credentials: Secrets,
) -> String {
    let account = NewAccount {
        integration: slug.to_owned(),
        name: None,
        tenant_id: None,
        connection,
        credentials: credentials.into(),
    };
    registry.create_account(account).await.unwrap().id
}

fn all_tools() -> NewMcpServer {
    NewMcpServer {
        name: "all".to_owned(),
        ..NewMcpServer::default()
    }
}
