//! `toolwright token`: the tokens of the HTTP API.

use clap::{Args, Subcommand, ValueEnum};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use toolwright_runtime::table::Catalogue;
use toolwright_server::accounts::{ApiToken, NewApiToken, Scope};

use super::account::Common;
use super::{CommandError, all, show};

/// What `toolwright token` takes.
#[derive(Debug, Args)]
pub(crate) struct TokenArguments {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// List the tokens.
    List {
        #[command(flatten)]
        common: Common,
    },
    /// Make a token. It is shown this once.
    Create {
        /// What to call it.
        name: String,
        /// What it is good for.
        #[arg(long, value_enum, default_value = "call")]
        scope: TokenScope,
        #[command(flatten)]
        common: Common,
    },
    /// Make a token worthless.
    Revoke {
        /// Its id.
        id: String,
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum TokenScope {
    /// The whole HTTP API.
    Admin,
    /// The second factor of MCP servers, and nothing else.
    Call,
}

impl TokenArguments {
    pub(crate) async fn run(self, catalogue: &'static Catalogue) -> Result<(), CommandError> {
        match self.command {
            TokenCommand::List { common } => {
                let registry = common.store.open(catalogue).await?;
                let read = async |page| registry.api_tokens(&page).await;
                let rows: Vec<Value> = all(read).await?.iter().map(ApiToken::to_json).collect();
                show::rows(&rows, &["id", "name", "scopes", "created_at"], common.json)
            }
            TokenCommand::Create {
                name,
                scope,
                common,
            } => {
                let registry = common.store.open(catalogue).await?;
                let scopes = vec![match scope {
                    TokenScope::Admin => Scope::Admin,
                    TokenScope::Call => Scope::Call,
                }];
                let new = NewApiToken { name, scopes };
                let (token, secret) = registry.create_api_token(new).await?;
                let secret = secret.expose_secret().to_owned();
                show::one(&show::with(token.to_json(), "token", secret), common.json)
            }
            TokenCommand::Revoke { id, common } => {
                let registry = common.store.open(catalogue).await?;
                Ok(registry.revoke_api_token(&id).await?)
            }
        }
    }
}
