//! How much of the server one client can have.

use std::num::NonZeroU32;

use clap::Args;
use toolwright_server::http::Network;
use toolwright_server::limits::Limits;

use super::CommandError;

/// The limits that nobody can set.
pub(crate) const FIXED: &str = "\
Further limits:
  Wrong tokens from one address (IPv6: from one /64) are answered with 429 beyond 100, and then 10 a
  second; the same one beyond 30, and then 1 a second. A right token is served all the same.
  The address and the headers of a request have 32 KiB (431), its body 4 MiB at an MCP server and 1 MiB
  at the HTTP API (413). Head and body have 30 s each to arrive, an answer 30 s without being read.
  512 connections are open at a time; one address that is no trusted proxy has half of them at most.
  A server that is told to stop waits 60 s for calls under way.
  PostgreSQL has 10 s for a statement, 5 s of them for locks.";

/// The limits that an operator can set.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArguments {
    /// The messages a second that one MCP server takes; twice as many may come at once. Further ones
    /// are answered with 429.
    #[arg(long, value_name = "NUMBER", env = "TOOLWRIGHT_REQUESTS_PER_SECOND")]
    #[arg(default_value_t = Limits::DEFAULT.requests_per_second)]
    requests_per_second: NonZeroU32,
    /// The tool calls that one MCP server makes at a time. Further ones are answered with 429.
    #[arg(long, value_name = "NUMBER", env = "TOOLWRIGHT_CONCURRENT_CALLS")]
    #[arg(default_value_t = Limits::DEFAULT.concurrent_calls)]
    concurrent_calls: NonZeroU32,
    /// The tool calls that all MCP servers make at a time, since answers of vendors are held in
    /// memory. Further ones are answered with 503.
    #[arg(long, value_name = "NUMBER", env = "TOOLWRIGHT_TOTAL_CONCURRENT_CALLS")]
    #[arg(default_value_t = Limits::DEFAULT.total_concurrent_calls)]
    total_concurrent_calls: NonZeroU32,
    /// The requests a second to the HTTP API that one API token is good for; twice as many may come
    /// at once. Further ones are answered with 429.
    #[arg(
        long,
        value_name = "NUMBER",
        env = "TOOLWRIGHT_API_REQUESTS_PER_SECOND"
    )]
    #[arg(default_value_t = Limits::DEFAULT.api_requests_per_second)]
    api_requests_per_second: NonZeroU32,
    /// The address of a proxy in front of the server, or a network of them such as `10.0.0.0/8`: only
    /// what these say in `X-Forwarded-For` is believed, which tells apart whose tokens are wrong.
    /// Repeatable; in the environment separated by commas.
    #[arg(
        long = "trusted-proxy",
        value_name = "ADDRESS",
        env = "TOOLWRIGHT_TRUSTED_PROXIES"
    )]
    #[arg(value_delimiter = ',')]
    trusted_proxies: Vec<String>,
}

impl LimitArguments {
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            requests_per_second: self.requests_per_second,
            concurrent_calls: self.concurrent_calls,
            total_concurrent_calls: self.total_concurrent_calls,
            api_requests_per_second: self.api_requests_per_second,
        }
    }

    pub(crate) fn proxies(&self) -> Result<Vec<Network>, CommandError> {
        let texts = self.trusted_proxies.iter().map(|text| text.trim());
        let networks = texts.filter(|text| !text.is_empty()).map(|text| {
            text.parse().map_err(|error| {
                CommandError::Sentence(format!("the trusted proxy `{text}`: {error}"))
            })
        });
        networks.collect()
    }
}
