//! `toolwright log`: the calls that were made and the changes.

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde_json::Value;
use toolwright_runtime::table::Catalogue;
use toolwright_server::accounts::{LogFilter, PageRequest, RegistryError};
use toolwright_server::log::{Entry, Status};

use super::account::Common;
use super::{CommandError, show};

/// What `toolwright log` takes.
#[derive(Debug, Args)]
pub(crate) struct LogArguments {
    /// Only those on this account.
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// Only those through this MCP server, and changes of it.
    #[arg(long, value_name = "ID")]
    mcp_server: Option<String>,
    /// Only those on accounts of this customer of yours.
    #[arg(long, value_name = "ID")]
    tenant_id: Option<String>,
    /// Only those by this API token.
    #[arg(long, value_name = "ID")]
    api_token: Option<String>,
    /// Only those of this integration, such as `zesty`.
    #[arg(long)]
    integration: Option<String>,
    /// Only calls or only changes.
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Only calls of this tool or operation.
    #[arg(long, value_name = "NAME", conflicts_with = "action")]
    tool: Option<String>,
    /// Only changes of this kind, such as `mcp_server.create`.
    #[arg(long, value_name = "NAME")]
    action: Option<String>,
    /// Only those that went so.
    #[arg(long, value_enum)]
    status: Option<Went>,
    /// Only calls that failed for this reason, such as `rate_limited`.
    #[arg(long, value_name = "KIND")]
    error_kind: Option<String>,
    /// Only those from this time on, such as 2027-01-31T12:00:00Z.
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Only those before this time.
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// How many at most, the newest first.
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    #[command(flatten)]
    common: Common,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// An agent called a tool.
    #[value(name = "tool_call")]
    ToolCall,
    /// A program called the vendor by the proxy API.
    #[value(name = "proxy_call")]
    ProxyCall,
    /// Something was changed.
    Change,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Went {
    /// As asked.
    Ok,
    /// Some of what was asked for came, and then it failed.
    Partial,
    /// It failed.
    Error,
    /// Whoever asked went away.
    Abandoned,
}

const COLUMNS: &[&str] = &[
    "time",
    "what",
    "status",
    "error_kind",
    "duration_ms",
    "integrated_account_id",
    "mcp_server_id",
    "client_name",
];

impl LogArguments {
    pub(crate) async fn run(self, catalogue: &'static Catalogue) -> Result<(), CommandError> {
        let page = PageRequest::new(Some(self.limit), None).map_err(RegistryError::from)?;
        let filter = LogFilter {
            kind: self.kind.map(|kind| match kind {
                Kind::ToolCall => "tool_call".to_owned(),
                Kind::ProxyCall => "proxy_call".to_owned(),
                Kind::Change => "change".to_owned(),
            }),
            tool: self.tool,
            action: self.action,
            integration: self.integration,
            integrated_account_id: self.account,
            tenant_id: self.tenant_id,
            mcp_server_id: self.mcp_server,
            api_token_id: self.api_token,
            client_name: None,
            status: self.status.map(|status| match status {
                Went::Ok => Status::Ok,
                Went::Partial => Status::Partial,
                Went::Error => Status::Error,
                Went::Abandoned => Status::Abandoned,
            }),
            error_kind: self.error_kind,
            since: self.since,
            until: self.until,
        };
        let registry = self.common.store.open(catalogue).await?;
        let entries = registry.log(&filter, &page).await?.result;
        let rows: Vec<Value> = match self.common.json {
            true => entries.iter().map(Entry::to_json).collect(),
            false => entries.iter().map(row).collect(),
        };
        show::rows(&rows, COLUMNS, self.common.json)
    }
}

/// A line for people: what was called and what was changed stand in one column.
fn row(entry: &Entry) -> Value {
    let row = entry.to_json();
    let what = ["tool", "action"]
        .iter()
        .find_map(|name| row.get(name)?.as_str());
    let what = what.unwrap_or_default().to_owned();
    show::with(row, "what", what)
}
