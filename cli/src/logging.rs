//! What a server logs, and how.

use std::env;
use std::io::{self, IsTerminal};
use std::time::Duration;

use clap::{Args, ValueEnum};
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

use super::CommandError;

/// Which lines are logged.
const FILTER: &str = "TOOLWRIGHT_LOG";

/// How a server logs.
#[derive(Debug, Args)]
pub(crate) struct LoggingArguments {
    /// How lines are written to standard error. Which ones says TOOLWRIGHT_LOG: `warn`, `info`,
    /// `debug`, or by part, such as `info,toolwright_server::http=debug`.
    #[arg(long, value_enum, value_name = "FORMAT", env = "TOOLWRIGHT_LOG_FORMAT")]
    #[arg(default_value = "text")]
    log_format: LogFormat,
    /// For how many days the log of calls and changes is kept, which `toolwright log` shows.
    #[arg(long, value_name = "DAYS", env = "TOOLWRIGHT_LOG_RETENTION_DAYS")]
    #[arg(default_value_t = 30)]
    log_retention_days: u32,
}

/// How lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object a line.
    Json,
}

impl LoggingArguments {
    pub(crate) fn format(&self) -> LogFormat {
        self.log_format
    }

    /// How long the log of calls is kept.
    pub(crate) fn retention(&self) -> Duration {
        Duration::from_secs(u64::from(self.log_retention_days) * 24 * 60 * 60)
    }
}

/// Logs from now on, lines of a level unless the environment says which. Standard output belongs to what
/// was asked for, with `stdio` even to the protocol.
pub(crate) fn start(format: LogFormat, level: &str) -> Result<(), CommandError> {
    let wanted = env::var(FILTER).ok().filter(|wanted| !wanted.is_empty());
    let filter = EnvFilter::builder().parse(wanted.as_deref().unwrap_or(level));
    let filter = filter.map_err(|error| {
        let sentence = format!("{FILTER}: {error}; write `warn`, `info` or `debug`");
        CommandError::Sentence(sentence)
    })?;
    tracing_subscriber::registry()
        .with(lines(format))
        .with(filter)
        .with(filter_fn(is_discreet))
        .init();
    Ok(())
}

fn lines<S: Subscriber + for<'a> LookupSpan<'a>>(
    format: LogFormat,
) -> Box<dyn Layer<S> + Send + Sync> {
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    match format {
        LogFormat::Text => lines.with_ansi(io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    }
}

/// Whether a line is free of secrets by its origin. Other crates repeat what they are given in their
/// details, such as the parameters of SQL statements.
fn is_discreet(line: &Metadata<'_>) -> bool {
    line.target().starts_with("toolwright") || *line.level() <= Level::INFO
}
