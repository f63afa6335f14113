//! Servers that the benchmark asks, each a process of its own, and clients that ask them.
//!
//! What a server costs is its processor time, user and kernel, for each request of the same eight
//! connections.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use std::{env, io};

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use axum::serve::ListenerExt as _;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use toolwright::runtime::account::{Account, Credential, Fixed};
use toolwright::runtime::call::{Caller, Config};
use toolwright::runtime::table::{Catalogue, Integration};
use toolwright_server::accounts::{NewAccount, NewMcpServer, Registry, Secrets};
use toolwright_server::http::{Access, App};
use toolwright_server::limits::{Limiter, Limits};
use toolwright_server::mcp::dispatch::{Reply, Step};
use toolwright_server::mcp::endpoint::Endpoint;
use toolwright_server::mcp::toolset::{Filter, Toolset};
use toolwright_server::store::Store;
use toolwright_server::vault::{KeySource, Vault};

use crate::{Failure, process, synthetic};

/// The argument that makes this program one of the servers.
pub(crate) const SERVE: &str = "--serve";

pub(crate) const OURS: &str = "ours";
pub(crate) const BARE: &str = "bare";

/// The token of the one MCP server where there is no other.
pub(crate) const ONE_TOKEN: &[&str] = &["synthetic"];

/// How long a turn is, and over how many connections.
const TURN: Duration = Duration::from_millis(1500);
const CONNECTIONS: usize = 8;

/// A request of the newest revision, which has the most to check.
const MESSAGE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;

/// Its headers.
const HEADERS: [(&str, &str); 4] = [
    ("content-type", "application/json"),
    ("accept", "application/json, text/event-stream"),
    ("mcp-protocol-version", "2026-07-28"),
    ("mcp-method", "tools/list"),
];

/// A server in a process of its own. It stops when its standard input is closed.
pub(crate) struct Server {
    child: Child,
    address: String,
}

/// What came of a turn.
pub(crate) struct Turn {
    /// How many requests there were.
    pub(crate) requests: u32,
    /// Microseconds of processor time of the server for a request.
    pub(crate) cost: f64,
    /// Bytes of a body.
    pub(crate) bytes: usize,
}

impl Server {
    /// Starts a server of a kind with a number of tools. Ours has one token, or those of the accounts
    /// in a data directory.
    pub(crate) fn start(
        kind: &str,
        tools: usize,
        directory: Option<&Path>,
    ) -> Result<Self, Failure> {
        let mut child = Command::new(env::current_exe()?)
            .args([SERVE, kind, &tools.to_string()])
            .args(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        if let Some(stdout) = child.stdout.as_mut() {
            BufReader::new(stdout).read_line(&mut address)?;
        }
        let address = address.trim().to_owned();
        Ok(Self { child, address })
    }

    /// Sends requests for a while, with each of the tokens in its turn.
    pub(crate) fn turn(&self, tokens: &[&str]) -> Result<Turn, Failure> {
        let before = process::cpu(self.child.id())?;
        let end = Instant::now() + TURN;
        let counts = thread::scope(|scope| {
            let clients: Vec<_> = (0..CONNECTIONS)
                .map(|first| {
                    let tokens = tokens.iter().cycle().skip(first).step_by(CONNECTIONS);
                    scope.spawn(move || ask(&self.address, tokens, end))
                })
                .collect();
            let joined = clients.into_iter().map(|client| {
                let counted = client.join().map_err(|_| "a client panicked")?;
                Ok::<_, Failure>(counted?)
            });
            joined.collect::<Result<Vec<_>, Failure>>()
        })?;
        let used = process::cpu(self.child.id())?.saturating_sub(before);
        let requests: u32 = counts.iter().map(|(requests, _)| requests).sum();
        Ok(Turn {
            requests,
            cost: used.as_secs_f64() * 1e6 / f64::from(requests),
            bytes: counts.first().map_or(0, |(_, bytes)| *bytes),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It has stopped by itself, or does so now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends requests over one connection, one after the other; their number and the size of a body.
fn ask<'a>(
    address: &str,
    mut tokens: impl Iterator<Item = &'a &'a str>,
    end: Instant,
) -> io::Result<(u32, usize)> {
    let headers = HEADERS
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .concat();
    let length = MESSAGE.len();
    let rest = format!(
        " HTTP/1.1\r\nhost: {address}\r\n{headers}content-length: {length}\r\n\r\n{MESSAGE}"
    );
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut stream = (
        stream.try_clone()?,
        BufReader::with_capacity(1 << 16, stream),
    );
    let (mut requests, mut body) = (0, Vec::new());
    while Instant::now() < end {
        let token = tokens.next().copied().unwrap_or_default();
        stream
            .0
            .write_all(format!("POST /mcp/{token}{rest}").as_bytes())?;
        answer(&mut stream.1, &mut body)?;
        requests += 1;
    }
    Ok((requests, body.len()))
}

/// Reads an answer, whose body replaces what `body` holds.
fn answer(stream: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<()> {
    let mut line = String::new();
    let mut length = 0;
    stream.read_line(&mut line)?;
    if !line.starts_with("HTTP/1.1 200 ") {
        return Err(io::Error::other(format!("the server answered {line}")));
    }
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some(("content-length", value)) => length = value.parse().map_err(io::Error::other)?,
            Some(_) => {}
            None => break,
        }
    }
    body.resize(length, 0);
    stream.read_exact(body)
}

/// Is a server: `ours` or `bare`, the number of its tools, and perhaps a data directory.
pub(crate) fn serve(mut arguments: impl Iterator<Item = String>) -> Result<(), Failure> {
    let (Some(kind), Some(tools)) = (arguments.next(), arguments.next()) else {
        return Err(format!("{SERVE} takes `{OURS}` or `{BARE}`, and a number").into());
    };
    let directory = arguments.next().map(PathBuf::from);
    let endpoint = endpoint(synthetic::integration(tools.parse()?)?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        writeln!(io::stdout().lock(), "{}", listener.local_addr()?)?;
        match kind.as_str() {
            OURS => {
                let integration = endpoint.toolset.integration();
                let url = String::new();
                let registry = match directory {
                    Some(directory) => registry(integration, &directory).await?,
                    None => registry_of_one(integration).await?,
                };
                let limits = Limits {
                    requests_per_second: NonZeroU32::new(1_000_000).ok_or("not zero")?,
                    ..Limits::DEFAULT
                };
                let app = App {
                    limiter: Limiter::new(&limits),
                    ..App::new(registry, Access::default(), url)
                };
                toolwright_server::http::serve(listener, Arc::new(app), closed(), closed()).await?;
            }
            _ => tokio::select! {
                served = axum::serve(nodelay(listener), bare(body(&endpoint)?)) => served?,
                () = closed() => {}
            },
        }
        Ok(())
    })
}

/// The accounts in a data directory.
pub(crate) async fn registry(
    integration: &'static Integration,
    directory: &Path,
) -> Result<Registry, Failure> {
    let store = Store::sqlite(&directory.join("toolwright.db")).await?;
    let vault = Vault::open(KeySource::File(directory.join("master.key")))?;
    Ok(Registry::open(catalogue(integration), store, vault, caller()?).await?)
}

/// One account, which has one MCP server.
async fn registry_of_one(integration: &'static Integration) -> Result<Registry, Failure> {
    let registry = Registry::in_memory(catalogue(integration), caller()?).await?;
    connect(&registry, integration, ONE_TOKEN).await?;
    Ok(registry)
}

/// Connects an account with an MCP server for each token; the account's id.
pub(crate) async fn connect(
    registry: &Registry,
    integration: &'static Integration,
    tokens: &[&str],
) -> Result<String, Failure> {
    let account = NewAccount {
        integration: integration.slug.to_owned(),
        name: None,
        tenant_id: None,
        connection: BTreeMap::new(),
        credentials: Secrets::Bearer {
            token: "token".into(),
        }
        .into(),
    };
    let account = registry.create_account(account).await?;
    for token in tokens {
        let server = NewMcpServer {
            name: "all".to_owned(),
            ..NewMcpServer::default()
        };
        let token = (*token).into();
        registry
            .create_known_mcp_server(&account.id, server, &token)
            .await?;
    }
    Ok(account.id)
}

/// A catalogue of one integration, for as long as the process runs.
fn catalogue(integration: &'static Integration) -> &'static Catalogue {
    let integrations = Box::leak(Box::new([integration]));
    Box::leak(Box::new(Catalogue { integrations }))
}

/// Until whoever started the server is done with it.
async fn closed() {
    let _ = tokio::io::stdin().read_to_end(&mut Vec::new()).await;
}

fn nodelay(listener: TcpListener) -> impl axum::serve::Listener<Addr = std::net::SocketAddr> {
    listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    })
}

/// The least that can be compared: it takes the request's body and sends bytes that are there.
fn bare(body: Bytes) -> Router {
    let json = [(CONTENT_TYPE, "application/json")];
    let handler = move |_: Bytes| async move { (json, body) };
    Router::new().route("/mcp/synthetic", post(handler))
}

/// The bytes that our server sends.
fn body(endpoint: &Endpoint) -> Result<Bytes, Failure> {
    let headers: HeaderMap = HEADERS
        .iter()
        .map(|(name, value)| Ok((name.parse()?, value.parse()?)))
        .collect::<Result<_, Failure>>()?;
    match endpoint.dispatch(MESSAGE.as_bytes(), Some(&headers)) {
        Reply::One(Step::Ready(response)) => {
            Ok([response.body.head, response.body.tail].concat().into())
        }
        other => Err(format!("the request is not answered at once: {other:?}").into()),
    }
}

fn endpoint(integration: &'static Integration) -> Result<Endpoint, Failure> {
    let credential = Credential::Token("token".to_owned().into());
    let account = Account::new(integration, "account", [], Arc::new(Fixed(credential)))?;
    let toolset = Toolset::new(integration, &Filter::default())?;
    Ok(Endpoint::unstored(account, toolset))
}

/// A caller that is never used: no tool is called.
fn caller() -> Result<Arc<Caller>, Failure> {
    Ok(Arc::new(Caller::new(Config::default())?))
}
