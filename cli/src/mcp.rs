//! `toolwright mcp`: the MCP servers of an account, each with a URL of its own.

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use toolwright_runtime::table::Catalogue;
use toolwright_server::accounts::{McpServer, McpServerChange, NewMcpServer, Registry};
use toolwright_server::http::PublicUrl;
use toolwright_server::mcp::toolset::{Exposure, Filter};

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
    /// Show an MCP server, without its URL.
    Show {
        #[command(flatten)]
        named: Named,
    },
    /// Change what an MCP server can do. What is not named stays as it is, and its URL does.
    Update(Update),
    /// Revoke an MCP server: its URL opens nothing from now on.
    Delete {
        #[command(flatten)]
        named: Named,
    },
}

/// An MCP server that is there.
#[derive(Debug, Args)]
struct Named {
    /// The account's id.
    account: String,
    /// The MCP server's id.
    id: String,
    #[command(flatten)]
    common: Common,
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
    /// Whether all its tools are listed, or three that find and call the others.
    #[arg(long, value_enum, default_value = "all")]
    tool_exposure: Shown,
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

#[derive(Debug, Args)]
struct Update {
    #[command(flatten)]
    named: Named,
    /// What to call it.
    #[arg(long)]
    name: Option<String>,
    /// Only tools of these methods: `read`, `write`, `custom`, or a method's own name; '' for any.
    #[arg(long, value_delimiter = ',')]
    methods: Option<Vec<String>>,
    /// Only tools with one of these tags; '' for any.
    #[arg(long, value_delimiter = ',')]
    tags: Option<Vec<String>>,
    /// Whether to ask for an API token besides the URL.
    #[arg(long, value_name = "BOOLEAN")]
    require_api_token_auth: Option<bool>,
    /// Whether all its tools are listed, or three that find and call the others.
    #[arg(long, value_enum)]
    tool_exposure: Option<Shown>,
    /// When it ends, such as 2027-01-31T12:00:00Z.
    #[arg(long, value_name = "TIME", conflicts_with = "never_expires")]
    expires_at: Option<Timestamp>,
    /// It does not end by itself.
    #[arg(long)]
    never_expires: bool,
}

/// How tools are shown.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shown {
    /// All of them are listed.
    All,
    /// Three tools find and call the others.
    Discovery,
}

impl From<Shown> for Exposure {
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::All => Self::All,
            Shown::Discovery => Self::Discovery,
        }
    }
}

const COLUMNS: &[&str] = &["id", "name", "config", "expires_at", "created_at"];

impl McpArguments {
    pub(crate) async fn run(self, catalogue: &'static Catalogue) -> Result<(), CommandError> {
        match self.command {
            McpCommand::List { account, common } => {
                let registry = common.store.open(catalogue).await?;
                let read = async |page| registry.mcp_servers(&account, &page).await;
                let rows: Vec<Value> = all(read).await?.iter().map(McpServer::to_json).collect();
                show::rows(&rows, COLUMNS, common.json)
            }
            McpCommand::Create(create) => create.run(catalogue).await,
            McpCommand::Show { named } => {
                let registry = named.common.store.open(catalogue).await?;
                let server = registry.mcp_server(&named.account, &named.id).await?;
                show::one(&server.to_json(), named.common.json)
            }
            McpCommand::Update(update) => update.run(catalogue).await,
            McpCommand::Delete { named } => {
                let registry = named.common.store.open(catalogue).await?;
                Ok(registry
                    .delete_mcp_server(&named.account, &named.id)
                    .await?)
            }
        }
    }
}

impl Create {
    async fn run(self, catalogue: &'static Catalogue) -> Result<(), CommandError> {
        let registry = self.common.store.open(catalogue).await?;
        let new = NewMcpServer {
            name: self.name,
            filter: Filter {
                methods: self.methods,
                tags: self.tags,
            },
            require_api_token_auth: self.require_api_token_auth,
            tool_exposure: self.tool_exposure.into(),
            expires_at: self.expires_at,
        };
        let (server, token) = registry.create_mcp_server(&self.account, new).await?;
        let url = format!("{}/mcp/{}", self.public_url, token.expose_secret());
        let shown = show::with(server.to_json(), "url", url);
        warn(&registry, &server).await;
        show::one(&shown, self.common.json)
    }
}

impl Update {
    async fn run(self, catalogue: &'static Catalogue) -> Result<(), CommandError> {
        let Named {
            account,
            id,
            common,
        } = self.named;
        let registry = common.store.open(catalogue).await?;
        let expires_at = match self.never_expires {
            true => Some(None),
            false => self.expires_at.map(Some),
        };
        let change = McpServerChange {
            name: self.name,
            methods: self.methods.map(named),
            tags: self.tags.map(named),
            require_api_token_auth: self.require_api_token_auth,
            tool_exposure: self.tool_exposure.map(Exposure::from),
            expires_at,
        };
        let server = registry.update_mcp_server(&account, &id, change).await?;
        warn(&registry, &server).await;
        show::one(&server.to_json(), common.json)
    }
}

/// The names in a list, which is empty where it was written as one empty name.
fn named(mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| !name.is_empty());
    names
}

/// Says what an agent with an MCP server will miss.
async fn warn(registry: &Registry, server: &McpServer) {
    for warning in registry.warnings(server).await.unwrap_or_default() {
        super::complain(&format!("warning: {warning}"));
    }
}
