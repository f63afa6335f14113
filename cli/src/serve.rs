//! `toolwright serve`: the server.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use toolwright_runtime::call::{Caller, Config};
use toolwright_runtime::oauth::OAuthApp;
use toolwright_runtime::table::Catalogue;
use toolwright_runtime::upstreams::Upstreams;
use toolwright_server::accounts::{NewApiToken, Registry, Scope};
use toolwright_server::http::{Access, App, PublicUrl, ServeError, serve};
use toolwright_server::limits::Limiter;
use toolwright_server::sandbox::Sandbox;

use super::CommandError;
use super::limits::LimitArguments;
use super::logging::{LogFormat, LoggingArguments};
use super::sandbox::{Announcement, announce, connect};
use super::store::StoreArguments;

/// The operator's API token; a variable alone, since anybody can read what stands on a command line.
const ADMIN_TOKEN: &str = "TOOLWRIGHT_ADMIN_TOKEN";

/// What `toolwright serve` takes.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen; port 0 takes a free one. Simulated vendors are served on the loopback
    /// interface only.
    #[arg(long, value_name = "ADDRESS:PORT", env = "TOOLWRIGHT_LISTEN")]
    #[arg(default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The URL under which a tunnel or a proxy makes the server reachable, such as
    /// `https://tools.example.com`: the server answers to this name, and URLs start with it.
    #[arg(long, value_name = "URL", env = "TOOLWRIGHT_PUBLIC_URL")]
    public_url: Option<PublicUrl>,
    /// Start simulated vendors on this machine and serve their accounts.
    #[arg(long, env = "TOOLWRIGHT_SANDBOX")]
    sandbox: bool,
    #[command(flatten)]
    store: StoreArguments,
    #[command(flatten)]
    limits: LimitArguments,
    #[command(flatten)]
    logging: LoggingArguments,
}

/// Where calls go instead of to the vendors.
#[derive(Debug, Args)]
pub(crate) struct Upstream {
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
    pub(crate) fn caller(
        &self,
        catalogue: &'static Catalogue,
        sandbox: Option<&Sandbox>,
    ) -> Result<Caller, CommandError> {
        let mut upstreams = Upstreams::default();
        for host in sandbox.map(Sandbox::upstreams).unwrap_or_default() {
            upstreams.set(host.integration, host.host, &host.url)?;
        }
        for assignment in self.overrides.iter().filter(|text| !text.is_empty()) {
            upstreams.add(assignment)?;
        }
        upstreams.check(catalogue)?;
        Ok(Caller::new(Config {
            upstreams,
            ..Config::default()
        })?)
    }
}

/// What happens when no account is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unconfigured {
    /// There will be some.
    Serves,
    /// The sandbox starts, and says so.
    Sandbox,
}

impl Serve {
    /// How lines are logged.
    pub(crate) fn log_format(&self) -> LogFormat {
        self.logging.format()
    }

    pub(crate) async fn run(
        self,
        catalogue: &'static Catalogue,
        unconfigured: Unconfigured,
    ) -> Result<(), CommandError> {
        let proxies = self.limits.proxies()?;
        if proxies.is_empty()
            && self
                .public_url
                .as_ref()
                .is_some_and(|url| !url.is_loopback())
        {
            tracing::warn!(
                "there is a public URL, and --trusted-proxy names no proxy: all clients behind one \
                 count as one address"
            );
        }
        let registry = match self.sandbox {
            true => None,
            false => self.accounts(catalogue, unconfigured).await?,
        };
        let sandbox = match &registry {
            Some(_) => None,
            None => Some(self.simulated(catalogue).await?),
        };
        let listener = TcpListener::bind(self.listen).await.map_err(|error| {
            CommandError::Sentence(format!(
                "cannot listen on {}: {error}; choose another with --listen, or 127.0.0.1:0 for a \
                 free port",
                self.listen
            ))
        })?;
        let address = listener.local_addr()?;
        let registry = match registry {
            Some(registry) => registry,
            None => {
                let caller = Arc::new(self.store.upstream.caller(catalogue, sandbox.as_ref())?);
                let registry = Registry::in_memory(catalogue, caller).await?;
                let apps = sandbox.as_ref();
                let apps = apps.map(|sandbox| simulated_apps(catalogue, sandbox));
                registry.with_oauth_apps(apps.unwrap_or_default())
            }
        };
        let url = self.public_url.as_ref();
        let url = url.map_or_else(|| format!("http://{address}"), PublicUrl::to_string);
        let admin = admin(&registry).await?;
        match &sandbox {
            Some(sandbox) => {
                let served = connect(&registry, sandbox).await?;
                announce(&Announcement {
                    address,
                    public_url: self.public_url.as_ref(),
                    unasked: !self.sandbox,
                    served: &served,
                })?;
            }
            None => writeln!(io::stdout(), "Toolwright serves at {url}\n")?,
        }
        close(admin)?;
        let access = self.public_url.as_ref().map(Access::of).unwrap_or_default();
        let app = Arc::new(App {
            limiter: Limiter::new(&self.limits.limits()),
            proxies,
            sandbox: sandbox.as_ref().map(Sandbox::control).unwrap_or_default(),
            ..App::new(registry.clone(), access, url)
        });
        let retention = self.logging.retention();
        let upkeep = tokio::spawn(async move { registry.keep_up(retention).await });
        serve_until_stopped(listener, app).await?;
        upkeep.abort();
        if let Some(sandbox) = sandbox {
            sandbox.shutdown().await;
        }
        Ok(())
    }

    /// The accounts that are connected; `None` where there are none, and that means the sandbox.
    async fn accounts(
        &self,
        catalogue: &'static Catalogue,
        unconfigured: Unconfigured,
    ) -> Result<Option<Registry>, CommandError> {
        if unconfigured == Unconfigured::Sandbox && !self.store.is_there() {
            return Ok(None);
        }
        let registry = self.store.open(catalogue).await?;
        let is_empty = registry.is_empty().await?;
        Ok((unconfigured == Unconfigured::Serves || !is_empty).then_some(registry))
    }

    async fn simulated(&self, catalogue: &'static Catalogue) -> Result<Sandbox, CommandError> {
        // Said before anything is started that somebody could reach: its tokens are no secrets.
        if !self.listen.ip().is_loopback() {
            return Err(CommandError::Sentence(format!(
                "simulated vendors are for this machine: use 127.0.0.1 or [::1] instead of {}",
                self.listen
            )));
        }
        Ok(Sandbox::start(catalogue).await?)
    }
}

/// The applications that the simulated vendors know.
fn simulated_apps(
    catalogue: &'static Catalogue,
    sandbox: &Sandbox,
) -> BTreeMap<&'static str, OAuthApp> {
    let slugs = catalogue.integrations.iter().map(|known| known.slug);
    slugs
        .filter_map(|slug| Some((slug, sandbox.oauth_app(slug)?)))
        .collect()
}

/// The last lines of what a person reads when the server has started.
fn close(admin: Option<SecretString>) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    if let Some(admin) = admin {
        writeln!(out, "The operator's API token, which is shown this once:\n")?;
        writeln!(out, "  {}\n", admin.expose_secret())?;
    }
    writeln!(
        out,
        "Ctrl-C stops the server when the calls under way are done; again, it stops at once."
    )?;
    Ok(out.flush()?)
}

/// Sees to it that somebody may use the API; the token, where it had to be made.
async fn admin(registry: &Registry) -> Result<Option<SecretString>, CommandError> {
    let operator = NewApiToken {
        name: "operator".to_owned(),
        scopes: vec![Scope::Admin],
    };
    match env::var(ADMIN_TOKEN) {
        Ok(token) if !token.is_empty() => {
            registry.set_operator_token(&token.into()).await?;
            Ok(None)
        }
        _ if registry.has_admin().await? => Ok(None),
        _ => Ok(Some(registry.create_api_token(operator).await?.1)),
    }
}

/// Serves until somebody wants the server to stop, and then until the calls under way are done or
/// somebody wants it once more.
async fn serve_until_stopped(listener: TcpListener, app: Arc<App>) -> Result<(), ServeError> {
    let (stop, stopping) = oneshot::channel();
    let once = async {
        stopped().await;
        // The other end waits for this.
        let _ = stop.send(());
    };
    let twice = async {
        let _ = stopping.await;
        stopped().await;
    };
    serve(listener, app, once, twice).await
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
