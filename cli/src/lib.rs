//! The command line of a server, for any catalogue: `main` is the whole of a program.
//!
//! ```no_run
//! # static CATALOGUE: toolwright_runtime::table::Catalogue =
//! #     toolwright_runtime::table::Catalogue { integrations: &[] };
//! fn main() -> std::process::ExitCode {
//!     toolwright_cli::main(&CATALOGUE)
//! }
//! ```

mod account;
mod ask;
mod drift;
mod environment;
mod init;
mod key;
mod limits;
mod link;
mod log;
mod logging;
mod mcp;
mod reading;
mod record;
mod recording;
mod sandbox;
mod serve;
mod show;
mod stdio;
mod store;
mod token;
mod tools;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use toolwright_runtime::table::Catalogue;
use toolwright_runtime::upstreams::UpstreamError;
use toolwright_server::accounts::{Page, PageRequest, RegistryError};
use toolwright_server::http::ServeError;
use toolwright_server::mcp::toolset::FilterError;
use toolwright_server::sandbox::SandboxError;
use toolwright_server::store::StoreError;
use toolwright_server::vault::VaultError;

use self::logging::LogFormat;

const EXAMPLES: &str = "\
Examples:
  toolwright                            try it: simulated vendors, no account needed
  toolwright tools                      which tools there are, and what they cost a model to read
  toolwright serve                      a server of real accounts, connected over its HTTP API
  TOOLWRIGHT_ZESTY_TOKEN=… toolwright stdio zesty --methods read
                                        one account over stdin and stdout, reading only

Secrets come from the environment, never from the command line:
  TOOLWRIGHT_ADMIN_TOKEN                serve: the operator's API token; one is made without it
  TOOLWRIGHT_MASTER_KEY                 serve: what seals credentials; a file is made without it
  TOOLWRIGHT_DATABASE_URL               serve: the PostgreSQL database, with its password
  TOOLWRIGHT_{INTEGRATION}_TOKEN        stdio: the token, such as TOOLWRIGHT_EGNYTE_TOKEN
  TOOLWRIGHT_{INTEGRATION}_{FIELD}      what else must be known of the account, such as
                                        TOOLWRIGHT_EGNYTE_DOMAIN or TOOLWRIGHT_ZOHO_BIGIN_DATA_CENTER
`toolwright tools INTEGRATION` lists those of an integration.";

/// Serves the tools of SaaS products to AI agents over MCP.
///
/// Without a command it serves the accounts that are connected or, as long as there are none, a
/// sandbox of simulated vendors.
#[derive(Debug, Parser)]
#[command(name = "toolwright", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve accounts over MCP, and the HTTP API that connects them.
    #[command(after_help = limits::FIXED)]
    Serve(serve::Serve),
    /// Serve MCP over stdin and stdout, for one integration.
    Stdio(stdio::Stdio),
    /// List what is compiled in.
    Tools(tools::Tools),
    /// Connect accounts, list them and forget them.
    Account(account::AccountArguments),
    /// Make MCP servers of an account, each with a URL of its own, list them and revoke them.
    Mcp(mcp::McpArguments),
    /// Make tokens of the HTTP API, list them and revoke them.
    Token(token::TokenArguments),
    /// Change the master key.
    Key(key::KeyArguments),
    /// Show which calls were made, and which changes.
    Log(log::LogArguments),
    /// Compare what vendors answer with what is compiled.
    Drift(drift::DriftArguments),
    /// Record what a vendor answers, without the values in it, for `drift recordings`.
    Record(record::Record),
    /// Make a project with definitions of its own, for a server like this one.
    Init(init::Init),
}

/// Why a command did not do what it was asked to. Each is a sentence for a person.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error("{0}")]
    Sentence(String),
    #[error(transparent)]
    Account(#[from] toolwright_runtime::error::Error),
    #[error(transparent)]
    Filter(#[from] FilterError),
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    #[error("standard output or input failed: {0}")]
    Pipe(#[from] io::Error),
}

/// Does what the command line asks for, with what is compiled in; what is wrong is a sentence on
/// standard error.
#[must_use]
pub fn main(catalogue: &'static Catalogue) -> ExitCode {
    match run(catalogue, Arguments::parse()) {
        Ok(status) => status,
        Err(error) => {
            complain(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(catalogue: &'static Catalogue, arguments: Arguments) -> Result<ExitCode, CommandError> {
    let text = LogFormat::Text;
    let done = match arguments.command {
        Some(Command::Drift(drift)) => return quiet()?.block_on(drift.run(catalogue)),
        Some(Command::Record(record)) => quiet()?.block_on(record.run(catalogue)),
        Some(Command::Tools(tools)) => tools.run(catalogue),
        Some(Command::Stdio(stdio)) => start(text)?.block_on(stdio.run(catalogue)),
        Some(Command::Serve(serve)) => {
            start(serve.log_format())?.block_on(serve.run(catalogue, serve::Unconfigured::Serves))
        }
        Some(Command::Account(account)) => start(text)?.block_on(account.run(catalogue)),
        Some(Command::Mcp(mcp)) => start(text)?.block_on(mcp.run(catalogue)),
        Some(Command::Token(token)) => start(text)?.block_on(token.run(catalogue)),
        Some(Command::Key(key)) => start(text)?.block_on(key.run(catalogue)),
        Some(Command::Init(init)) => init.run(),
        Some(Command::Log(log)) => start(text)?.block_on(log.run(catalogue)),
        None => {
            let serve = arguments.serve;
            start(serve.log_format())?.block_on(serve.run(catalogue, serve::Unconfigured::Sandbox))
        }
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// Starts what a server needs: the log and the executor.
fn start(format: LogFormat) -> Result<tokio::runtime::Runtime, CommandError> {
    logging::start(format, "info")?;
    Ok(tokio::runtime::Runtime::new()?)
}

/// The same for a command that tells itself which calls it makes.
fn quiet() -> Result<tokio::runtime::Runtime, CommandError> {
    logging::start(LogFormat::Text, "warn")?;
    Ok(tokio::runtime::Runtime::new()?)
}

/// All rows of a list in the store, page by page.
async fn all<T>(
    read: impl AsyncFn(PageRequest) -> Result<Page<T>, RegistryError>,
) -> Result<Vec<T>, CommandError> {
    let mut rows = Vec::new();
    let mut request = PageRequest::default();
    loop {
        let page = read(request).await?;
        rows.extend(page.result);
        let Some(cursor) = page.next_cursor else {
            return Ok(rows);
        };
        request = PageRequest::new(None, Some(&cursor)).map_err(RegistryError::from)?;
    }
}

/// Prints to standard error.
pub(crate) fn complain(text: &str) {
    // Without standard error there is nobody to tell.
    let _ = writeln!(io::stderr(), "{text}");
}
