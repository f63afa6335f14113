//! `toolwright serve`: MCP over HTTP.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use toolwright::CATALOGUE;
use toolwright::runtime::account::Account;
use toolwright::runtime::call::{Caller, Config};
use toolwright::runtime::table::Integration;
use toolwright::runtime::upstreams::Upstreams;
use toolwright_server::http::{Access, App, PublicUrl, ServeError, serve};
use toolwright_server::mcp::endpoint::Endpoint;
use toolwright_server::mcp::identity::Identity;
use toolwright_server::mcp::toolset::{Filter, Toolset};
use toolwright_server::sandbox::Sandbox;

use super::{CommandError, complain, environment};

/// What `toolwright serve` takes.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen: an address of the loopback interface; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT", env = "TOOLWRIGHT_LISTEN")]
    #[arg(default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The URL under which a tunnel or a proxy makes the server reachable, such as
    /// `https://tools.example.com`: the server answers to this name, and prints it. With simulated
    /// vendors only, since nothing asks callers who they are.
    #[arg(long, value_name = "URL", env = "TOOLWRIGHT_PUBLIC_URL")]
    public_url: Option<PublicUrl>,
    /// Start simulated vendors on this machine and serve their accounts.
    #[arg(long, env = "TOOLWRIGHT_SANDBOX")]
    sandbox: bool,
    #[command(flatten)]
    upstream: Upstream,
}

/// Where calls go instead of to the vendors.
#[derive(Debug, Args)]
pub(super) struct Upstream {
    /// Send calls to a named host elsewhere, such as `egnyte.api=http://127.0.0.1:9102`; `{host}` in
    /// the URL stands for the host the call was meant for. Repeatable; in the environment separated
    /// by spaces.
    #[arg(
        long = "upstream",
        value_name = "INTEGRATION.HOST=URL",
        env = "TOOLWRIGHT_UPSTREAM"
    )]
    #[arg(value_delimiter = ' ')]
    overrides: Vec<String>,
}

impl Upstream {
    /// What calls the vendors, or the sandbox where there is one.
    pub(super) fn caller(&self, sandbox: Option<&Sandbox>) -> Result<Caller, CommandError> {
        let mut upstreams = Upstreams::default();
        for host in sandbox.map(Sandbox::upstreams).unwrap_or_default() {
            upstreams.set(host.integration, host.host, &host.url)?;
        }
        for assignment in self.overrides.iter().filter(|text| !text.is_empty()) {
            upstreams.add(assignment)?;
        }
        upstreams.check(&CATALOGUE)?;
        Ok(Caller::new(Config {
            upstreams,
            ..Config::default()
        })?)
    }
}

/// What happens when no account is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unconfigured {
    /// It is an error that says how to configure one.
    Fails,
    /// The sandbox starts, and says so.
    Sandbox,
}

impl Serve {
    pub(super) async fn run(self, unconfigured: Unconfigured) -> Result<(), CommandError> {
        // Said before anything is started that somebody could reach.
        if !self.listen.ip().is_loopback() {
            return Err(ServeError::NotLoopback(self.listen).into());
        }
        let mut accounts = Vec::new();
        if !self.sandbox {
            for integration in CATALOGUE.integrations {
                accounts.extend(environment::account(integration)?);
            }
            if accounts.is_empty() && unconfigured == Unconfigured::Fails {
                return Err(nothing_to_serve());
            }
        }
        if self.public_url.is_some() && !accounts.is_empty() {
            return Err(nobody_is_asked());
        }
        let unasked = !self.sandbox && accounts.is_empty();
        let sandbox = match self.sandbox || unasked {
            true => Some(Sandbox::start(&CATALOGUE).await?),
            false => None,
        };
        if let Some(sandbox) = &sandbox {
            for integration in CATALOGUE.integrations {
                accounts.extend(environment::sandbox_account(sandbox, integration)?);
            }
        }
        let caller = Arc::new(self.upstream.caller(sandbox.as_ref())?);
        let endpoints = endpoints(accounts)?;
        let listener = TcpListener::bind(self.listen).await.map_err(|error| {
            CommandError::Sentence(format!(
                "cannot listen on {}: {error}; choose another with --listen, or 127.0.0.1:0 for a \
                 free port",
                self.listen
            ))
        })?;
        let address = listener.local_addr()?;
        let served: Vec<&'static Integration> = endpoints
            .values()
            .map(|endpoint| endpoint.toolset.integration())
            .collect();
        announce(&Announcement {
            address,
            public_url: self.public_url.as_ref(),
            sandbox: sandbox.is_some(),
            unasked,
            served: &served,
        })?;
        let app = Arc::new(App {
            endpoints,
            caller,
            access: self.public_url.as_ref().map(Access::of).unwrap_or_default(),
        });
        serve_until_stopped(listener, app).await?;
        if let Some(sandbox) = sandbox {
            sandbox.shutdown().await;
        }
        Ok(())
    }
}

fn nothing_to_serve() -> CommandError {
    let sets: Vec<String> = CATALOGUE
        .integrations
        .iter()
        .flat_map(|integration| environment::credential_variables(integration))
        .map(|set| set.join(" with "))
        .collect();
    CommandError::Sentence(format!(
        "there is no account to serve: set one of {}, or try simulated vendors with --sandbox",
        sets.join(", ")
    ))
}

fn nobody_is_asked() -> CommandError {
    CommandError::Sentence(
        "nothing asks callers who they are, so a public URL is for simulated vendors only: \
         add --sandbox, or leave --public-url and TOOLWRIGHT_PUBLIC_URL out"
            .to_owned(),
    )
}

fn endpoints(accounts: Vec<Account>) -> Result<BTreeMap<String, Endpoint>, CommandError> {
    let mut endpoints = BTreeMap::new();
    for account in accounts {
        let integration = account.integration;
        let endpoint = endpoint(account, &Filter::default())?;
        endpoints.insert(integration.slug.to_owned(), endpoint);
    }
    Ok(endpoints)
}

/// The MCP server of one account.
pub(super) fn endpoint(account: Account, filter: &Filter) -> Result<Endpoint, CommandError> {
    Ok(Endpoint {
        identity: Arc::new(Identity::of(account.integration)),
        toolset: Arc::new(Toolset::new(account.integration, filter)?),
        account: Arc::new(account),
    })
}

/// What a person reads when the server has started.
struct Announcement<'a> {
    address: SocketAddr,
    public_url: Option<&'a PublicUrl>,
    sandbox: bool,
    unasked: bool,
    served: &'a [&'static Integration],
}

fn announce(news: &Announcement<'_>) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    let local = format!("http://{}", news.address);
    let origin = news.public_url.map_or(local.clone(), PublicUrl::to_string);
    let url = |integration: &Integration| format!("{origin}/mcp/{}", integration.slug);
    if news.public_url.is_some() {
        writeln!(
            out,
            "Simulated vendors with made-up data, for whoever knows these URLs."
        )?;
        writeln!(
            out,
            "The tunnel or proxy has to hand requests on to {local} on this machine.\n"
        )?;
    } else if news.unasked {
        writeln!(
            out,
            "No account is configured, so these are simulated vendors with made-up data."
        )?;
        writeln!(
            out,
            "Nothing leaves this machine, and changes are gone when the server stops."
        )?;
        writeln!(out, "For your own accounts see `toolwright --help`.\n")?;
    } else if news.sandbox {
        writeln!(
            out,
            "Simulated vendors with made-up data. Nothing leaves this machine.\n"
        )?;
    }
    let widest = |texts: Vec<String>| texts.iter().map(String::len).max().unwrap_or(0);
    let labels = widest(news.served.iter().map(|i| i.label.to_owned()).collect());
    let urls = widest(news.served.iter().map(|i| url(i)).collect());
    for integration in news.served {
        let tools = integration
            .operations
            .iter()
            .filter(|o| o.tool.is_some())
            .count();
        let (label, url) = (integration.label, url(integration));
        writeln!(out, "  {label:labels$}  {url:urls$}  {tools} tools")?;
    }
    let servers: serde_json::Map<String, serde_json::Value> = news
        .served
        .iter()
        .map(|i| (i.slug.to_owned(), json!({ "type": "http", "url": url(i) })))
        .collect();
    let config = json!({ "mcpServers": servers });
    writeln!(
        out,
        "\nFor an MCP client's configuration (`.mcp.json`, `mcp.json`):\n\n{config:#}\n"
    )?;
    writeln!(
        out,
        "Ctrl-C stops the server when the calls under way are done; again, it stops at once."
    )?;
    Ok(out.flush()?)
}

/// Serves until somebody wants the server to stop, and then until the calls under way are done or
/// somebody wants it once more.
async fn serve_until_stopped(listener: TcpListener, app: Arc<App>) -> Result<(), ServeError> {
    let (stop, stopping) = oneshot::channel();
    let twice = async {
        stopped().await;
        // The server has ended by itself if nobody receives this.
        let _ = stop.send(());
        stopped().await;
    };
    let once = async {
        let _ = stopping.await;
    };
    tokio::select! {
        result = serve(listener, app, once) => result,
        () = twice => {
            complain("stopped with calls still under way");
            Ok(())
        }
    }
}

/// Until somebody wants the server to stop.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => return,
                result = tokio::signal::ctrl_c() => if result.is_ok() { return },
            }
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // Without signals the server runs until it is killed.
        std::future::pending::<()>().await;
    }
}
