//! `tools/list` over HTTP against a bare axum handler that sends the same bytes.
//!
//! Each server is a process of its own; what it costs is its processor time, user and kernel, for
//! each request of the same eight connections. The two take turns, and the figure is the median of
//! the ratios turn by turn, which a machine that changes its speed does not disturb.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::num::NonZeroU32;
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
use toolwright::runtime::table::{
    Auth, Catalogue, CredentialKind, Errors, Integration, Operation, RateLimit, Tool,
};
use toolwright_codegen::load::Sources;
use toolwright_server::accounts::{NewAccount, NewMcpServer, Registry, Secrets};
use toolwright_server::http::{Access, App};
use toolwright_server::limits::{Limiter, Limits};
use toolwright_server::mcp::dispatch::{Reply, Step};
use toolwright_server::mcp::endpoint::Endpoint;
use toolwright_server::mcp::toolset::{Filter, Toolset};

use crate::report::Report;
use crate::{Failure, median, process, synthetic};

/// The argument that makes this program one of the servers.
pub(crate) const SERVE: &str = "--serve";

const OURS: &str = "ours";
const BARE: &str = "bare";

/// How often each server has its turn, how long that is, and over how many connections.
const TURNS: usize = 9;
const TURN: Duration = Duration::from_millis(1500);
const CONNECTIONS: usize = 8;

/// The most processor time for a request, as a multiple of the bare handler's.
const LIMIT: f64 = 1.3;

/// A request of the newest revision, which has the most to check.
const MESSAGE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;

/// Its headers.
const HEADERS: [(&str, &str); 4] = [
    ("content-type", "application/json"),
    ("accept", "application/json, text/event-stream"),
    ("mcp-protocol-version", "2026-07-28"),
    ("mcp-method", "tools/list"),
];

pub(crate) fn measure(report: &mut Report) -> Result<(), Failure> {
    for tools in [5, 1000] {
        let (ours, bare) = (Server::start(OURS, tools)?, Server::start(BARE, tools)?);
        let size = ours.turn()?.bytes;
        if bare.turn()?.bytes != size {
            return Err("the two servers do not send the same bytes".into());
        }
        let mut turns = Vec::new();
        for _ in 0..TURNS {
            turns.push((ours.turn()?.cost, bare.turn()?.cost));
        }
        let each = |of: fn(&(f64, f64)) -> f64| median(turns.iter().map(of).collect());
        let ratio = each(|(ours, bare)| ours / bare).ok_or("no turns")?;
        let (Some(ours), Some(bare)) = (each(|(ours, _)| *ours), each(|(_, bare)| *bare)) else {
            continue;
        };
        let kilobytes = size as f64 / 1000.0;
        let what = format!("{tools} tools ({kilobytes:.0} kB), CPU per request against bare axum");
        report.limited(&what, ratio, "x", LIMIT)?;
        report.figure(&format!("{tools} tools, ours"), ours, "us")?;
        report.figure(&format!("{tools} tools, bare axum"), bare, "us")?;
    }
    Ok(())
}

/// A server in a process of its own. It stops when its standard input is closed.
struct Server {
    child: Child,
    address: String,
}

/// What came of a turn.
struct Turn {
    /// Microseconds of processor time of the server for a request.
    cost: f64,
    /// Bytes of a body.
    bytes: usize,
}

impl Server {
    fn start(kind: &str, tools: usize) -> Result<Self, Failure> {
        let mut child = Command::new(env::current_exe()?)
            .args([SERVE, kind, &tools.to_string()])
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

    /// Sends requests for a while.
    fn turn(&self) -> Result<Turn, Failure> {
        let before = process::cpu(self.child.id())?;
        let end = Instant::now() + TURN;
        let counts = thread::scope(|scope| {
            let clients: Vec<_> = (0..CONNECTIONS)
                .map(|_| scope.spawn(|| ask(&self.address, end)))
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
fn ask(address: &str, end: Instant) -> io::Result<(u32, usize)> {
    let headers = HEADERS
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .concat();
    let length = MESSAGE.len();
    let request = format!(
        "POST /mcp/synthetic HTTP/1.1\r\nhost: {address}\r\n{headers}content-length: {length}\r\n\r\n{MESSAGE}"
    );
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut stream = (
        stream.try_clone()?,
        BufReader::with_capacity(1 << 16, stream),
    );
    let (mut requests, mut body) = (0, Vec::new());
    while Instant::now() < end {
        stream.0.write_all(request.as_bytes())?;
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

/// Is a server: `ours` or `bare`, and the number of its tools.
pub(crate) fn serve(mut arguments: impl Iterator<Item = String>) -> Result<(), Failure> {
    let (Some(kind), Some(tools)) = (arguments.next(), arguments.next()) else {
        return Err(format!("{SERVE} takes `{OURS}` or `{BARE}`, and a number").into());
    };
    let endpoint = endpoint(integration(tools.parse()?)?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        writeln!(io::stdout().lock(), "{}", listener.local_addr()?)?;
        match kind.as_str() {
            OURS => {
                let integration = endpoint.toolset.integration();
                let caller = Arc::new(Caller::new(Config::default())?);
                let url = String::new();
                let limits = Limits {
                    requests_per_second: NonZeroU32::MAX,
                    ..Limits::DEFAULT
                };
                let app = App {
                    limiter: Limiter::new(&limits),
                    ..App::new(registry(integration).await?, caller, Access::default(), url)
                };
                toolwright_server::http::serve(listener, Arc::new(app), closed()).await?;
            }
            _ => tokio::select! {
                served = axum::serve(nodelay(listener), bare(body(&endpoint)?)) => served?,
                () = closed() => {}
            },
        }
        Ok(())
    })
}

/// One account, whose MCP server has the token `synthetic`.
async fn registry(integration: &'static Integration) -> Result<Registry, Failure> {
    // Once, for as long as the process runs.
    let integrations = Box::leak(Box::new([integration]));
    let registry = Registry::in_memory(Box::leak(Box::new(Catalogue { integrations }))).await?;
    let account = NewAccount {
        integration: integration.slug.to_owned(),
        name: None,
        tenant_id: None,
        connection: BTreeMap::new(),
        credentials: Secrets::Bearer {
            token: "token".into(),
        },
    };
    let account = registry.create_account(account).await?;
    let server = NewMcpServer {
        name: "all".to_owned(),
        ..NewMcpServer::default()
    };
    registry
        .create_known_mcp_server(&account.id, server, &"synthetic".into())
        .await?;
    Ok(registry)
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

/// An integration with the tools that synthetic definitions compile to. It stays for as long as the
/// process, like one that is compiled in.
fn integration(tools: usize) -> Result<&'static Integration, Failure> {
    let definitions = synthetic::definitions(tools);
    let texts = definitions
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    let compiled = toolwright_codegen::compile(&Sources::from_texts(texts));
    let operations: Vec<&'static Operation> = compiled
        .integrations
        .iter()
        .flat_map(|integration| &integration.operations)
        .filter_map(|operation| Some((operation, operation.tool.as_ref()?)))
        .map(|(operation, tool)| operation_of(&operation.name, tool.json.to_string()))
        .collect();
    if operations.len() != tools {
        let count = operations.len();
        return Err(format!("{count} of {tools} synthetic operations became tools").into());
    }
    Ok(Box::leak(Box::new(Integration {
        slug: "synthetic",
        label: "Synthetic",
        aliases: &[],
        category: "Made up",
        summary: "A made-up product that has as many things as are asked for.",
        docs: "https://docs.example.com",
        connection: &[],
        hosts: &[],
        auth: Auth {
            header: "Authorization",
            scheme: "Bearer",
            credentials: &[CredentialKind::Bearer { description: "" }],
        },
        errors: Errors {
            code: &[],
            message: &[],
            rules: &[],
        },
        rate_limit: RateLimit {
            limit: &[],
            remaining: &[],
            used: &[],
            reset: &[],
        },
        identifiers: &[],
        tags: &[],
        operations: operations.leak(),
        sandbox: None,
    })))
}

fn operation_of(name: &str, json: String) -> &'static Operation {
    Box::leak(Box::new(Operation {
        name: name.to_owned().leak(),
        tool: Some(Tool {
            title: "",
            description: "",
            source: "",
            json: json.leak(),
        }),
        ..Operation::COMMON
    }))
}
