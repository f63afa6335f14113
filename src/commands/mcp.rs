//! `toolwright mcp`: the MCP servers of an account, each with a URL of its own.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use toolwright_server::accounts::{McpServer, NewMcpServer};
use toolwright_server::http::PublicUrl;
use toolwright_server::mcp::toolset::Filter;

use super::account::Common;
use super::{CommandError, all, show};

/// What `toolwright mcp` takes.
#[derive(Debug, Args)]
pub(crate) struct McpArguments {
    #[command(subcommand)]
    command: McpCommand,
}

#[derive(Debug, Subcommand)]
enum McpCommand {
    /// List the MCP servers of an account.
    List {
        /// The account's id.
        account: String,
        #[command(flatten)]
        common: Common,
    },
    /// Make an MCP server of an account. Its URL is shown this once.
    Create(Create),
    /// Revoke an MCP server: its URL opens nothing from now on.
    Delete {
        /// The account's id.
        account: String,
        /// The MCP server's id.
        id: String,
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Debug, Args)]
struct Create {
    /// The account's id.
    account: String,
    /// What to call it.
    #[arg(long)]
    name: String,
    /// Only tools of these methods: `read`, `write`, `custom`, or a method's own name.
    #[arg(long, value_delimiter = ',')]
    methods: Vec<String>,
    /// Only tools with one of these tags.
    #[arg(long, value_delimiter = ',')]
    tags: Vec<String>,
    /// Ask for an API token besides the URL.
    #[arg(long)]
    require_api_token_auth: bool,
    /// When it ends, such as 2027-01-31T12:00:00Z.
    #[arg(long, value_name = "TIME")]
    expires_at: Option<Timestamp>,
    /// What the URL starts with.
    #[arg(long, value_name = "URL", env = "TOOLWRIGHT_PUBLIC_URL")]
    #[arg(default_value = "http://127.0.0.1:8080")]
    public_url: PublicUrl,
    #[command(flatten)]
    common: Common,
}

const COLUMNS: &[&str] = &["id", "name", "config", "expires_at", "created_at"];

impl McpArguments {
    pub(super) async fn run(self) -> Result<(), CommandError> {
        match self.command {
            McpCommand::List { account, common } => {
                let registry = common.store.open().await?;
                let read = async |page| registry.mcp_servers(&account, &page).await;
                let rows: Vec<Value> = all(read).await?.iter().map(McpServer::to_json).collect();
                show::rows(&rows, COLUMNS, common.json)
            }
            McpCommand::Create(create) => create.run().await,
            McpCommand::Delete {
                account,
                id,
                common,
            } => {
                let registry = common.store.open().await?;
                Ok(registry.delete_mcp_server(&account, &id).await?)
            }
        }
    }
}

impl Create {
    async fn run(self) -> Result<(), CommandError> {
        let registry = self.common.store.open().await?;
        let new = NewMcpServer {
            name: self.name,
            filter: Filter {
                methods: self.methods,
                tags: self.tags,
            },
            require_api_token_auth: self.require_api_token_auth,
            expires_at: self.expires_at,
            ..NewMcpServer::default()
        };
        let (server, token) = registry.create_mcp_server(&self.account, new).await?;
        let url = format!("{}/mcp/{}", self.public_url, token.expose_secret());
        let shown = show::with(server.to_json(), "url", url);
        for warning in registry.warnings(&server).await.unwrap_or_default() {
            super::complain(&format!("warning: {warning}"));
        }
        show::one(&shown, self.common.json)
    }
}
