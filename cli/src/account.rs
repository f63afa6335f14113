//! `toolwright account`: the accounts that are connected.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use serde_json::Value;
use toolwright_runtime::account::connection_problems;
use toolwright_runtime::oauth::OAuthApp;
use toolwright_runtime::table::{Catalogue, ConnectionField, CredentialKind, Integration};
use toolwright_server::accounts::{
    Account, AccountChange, NewAccount, Offer, Secrets, undiscovered,
};

use super::link::Link;
use super::store::StoreArguments;
use super::{CommandError, all, ask, environment, show};

/// What `toolwright account` takes.
#[derive(Debug, Args)]
pub(crate) struct AccountArguments {
    #[command(subcommand)]
    command: AccountCommand,
}

#[derive(Debug, Subcommand)]
enum AccountCommand {
    /// List the accounts.
    List {
        /// Only those of this tenant.
        #[arg(long, value_name = "ID")]
        tenant_id: Option<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Connect an account. Asks for the credential, which is not shown, and for what else is missing;
    /// takes a line for each from a pipe.
    Add {
        /// The integration, such as `zesty`.
        integration: String,
        /// What to call it; the integration's name if nothing is said.
        #[arg(long)]
        name: Option<String>,
        /// Which of your own customers it belongs to.
        #[arg(long, value_name = "ID")]
        tenant_id: Option<String>,
        /// A connection field, such as `domain=acme`. Repeatable.
        #[arg(long = "connection", value_name = "NAME=VALUE")]
        connection: Vec<String>,
        /// How it is connected: `bearer`, `login` and so on; in the first way that the integration
        /// takes if nothing is said.
        #[arg(long, value_name = "TYPE")]
        with: Option<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Make a link under which somebody connects an account in a browser, once.
    Link(Link),
    /// Show an account.
    Show {
        /// Its id.
        id: String,
        #[command(flatten)]
        common: Common,
    },
    /// Change an account. What is not named stays as it is.
    Update(Update),
    /// Forget an account, with its credentials and its MCP servers. The vendor is asked to end its
    /// tokens, where it is connected by OAuth.
    Delete {
        /// Its id.
        id: String,
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Debug, Args)]
struct Update {
    /// Its id.
    id: String,
    /// What to call it.
    #[arg(long)]
    name: Option<String>,
    /// Which of your own customers it belongs to.
    #[arg(long, value_name = "ID", conflicts_with = "no_tenant_id")]
    tenant_id: Option<String>,
    /// It belongs to no customer in particular.
    #[arg(long)]
    no_tenant_id: bool,
    /// A connection field, such as `domain=acme`. Repeatable; the others stay.
    #[arg(long = "connection", value_name = "NAME=VALUE")]
    connection: Vec<String>,
    /// Ask for a new credential in place of the old one.
    #[arg(long)]
    credentials: bool,
    /// How it is connected, as for `account add`.
    #[arg(long, value_name = "TYPE", requires = "credentials")]
    with: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// What every command on the store takes.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Print JSON.
    #[arg(long, env = "TOOLWRIGHT_JSON")]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

const COLUMNS: &[&str] = &[
    "id",
    "integration",
    "name",
    "tenant_id",
    "connection",
    "status",
    "created_at",
];

impl AccountArguments {
    pub(crate) async fn run(self, catalogue: &'static Catalogue) -> Result<(), CommandError> {
        match self.command {
            AccountCommand::List { tenant_id, common } => {
                let registry = common.store.open(catalogue).await?;
                let read = async |page| registry.accounts(tenant_id.as_deref(), &page).await;
                let rows: Vec<Value> = all(read).await?.iter().map(Account::to_json).collect();
                show::rows(&rows, COLUMNS, common.json)
            }
            AccountCommand::Add {
                integration,
                name,
                tenant_id,
                connection,
                with,
                common,
            } => {
                let registry = common.store.open(catalogue).await?;
                let integration = environment::integration(catalogue, &integration)?;
                let new = NewAccount {
                    integration: integration.slug.to_owned(),
                    name,
                    tenant_id,
                    connection: complete(integration, &connection)?,
                    credentials: offer(integration, with.as_deref())?,
                };
                let account = registry.create_account(new).await?;
                show::one(&account.to_json(), common.json)
            }
            AccountCommand::Show { id, common } => {
                let registry = common.store.open(catalogue).await?;
                show::one(&registry.account(&id).await?.to_json(), common.json)
            }
            AccountCommand::Update(update) => update.run(catalogue).await,
            AccountCommand::Link(link) => link.run(catalogue).await,
            AccountCommand::Delete { id, common } => {
                let registry = common.store.open(catalogue).await?;
                if let Some(error) = registry.delete_account(&id).await? {
                    super::complain(&format!("warning: {error}"));
                }
                Ok(())
            }
        }
    }
}

impl Update {
    async fn run(self, catalogue: &'static Catalogue) -> Result<(), CommandError> {
        let registry = self.common.store.open(catalogue).await?;
        let account = registry.account(&self.id).await?;
        let integration = environment::integration(catalogue, &account.integration)?;
        // What the vendor told may have been about another organisation.
        let mut connection = undiscovered(integration, account.connection);
        connection.extend(fields(&self.connection)?);
        let tenant_id = match self.no_tenant_id {
            true => Some(None),
            false => self.tenant_id.map(Some),
        };
        let credentials = match self.credentials {
            true => Some(offer(integration, self.with.as_deref())?),
            false => None,
        };
        let change = AccountChange {
            name: self.name,
            tenant_id,
            connection: (!self.connection.is_empty()).then_some(connection),
            credentials,
        };
        let account = registry.update_account(&self.id, change).await?;
        show::one(&account.to_json(), self.common.json)
    }
}

/// Connection fields as they are given on a command line.
pub(crate) fn fields(given: &[String]) -> Result<BTreeMap<String, String>, CommandError> {
    let field = |field: &String| match field.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => {
            let sentence = format!("`{field}` is no connection field: write NAME=VALUE");
            Err(CommandError::Sentence(sentence))
        }
    };
    given.iter().map(field).collect()
}

/// The connection fields that are given, and those that are asked for.
fn complete(
    integration: &Integration,
    given: &[String],
) -> Result<BTreeMap<String, String>, CommandError> {
    let mut fields = fields(given)?;
    // What is wrong is said before anything is asked.
    let mut problems = connection_problems(integration, &fields).into_iter();
    if let Some((_, sentence)) = problems.find(|(name, _)| fields.contains_key(name)) {
        return Err(CommandError::Sentence(sentence));
    }
    let is_needed = |field: &&ConnectionField| {
        field.default.is_none() && field.discover.is_none() && !fields.contains_key(field.name)
    };
    let missing: Vec<&ConnectionField> = integration.connection.iter().filter(is_needed).collect();
    for field in missing {
        let value = ask::text(&format!("{} ({})", field.name, field.description))?;
        fields.insert(field.name.to_owned(), value);
    }
    // Before the credential is asked for.
    let problems = connection_problems(integration, &fields);
    match problems.into_iter().next() {
        Some((_, sentence)) => Err(CommandError::Sentence(sentence)),
        None => Ok(fields),
    }
}

/// What the account is connected with, asked for in one of the ways that the integration takes: the
/// first if nothing is said.
fn offer(integration: &Integration, with: Option<&str>) -> Result<Offer, CommandError> {
    let kinds = Offer::kinds(integration);
    let kind = with.or(kinds.first().copied()).unwrap_or("nothing");
    let about = |kind: &str| match description(integration, kind) {
        "" => String::new(),
        text => format!(" ({text})"),
    };
    let person = || {
        let username = ask::text(&format!("user name{}", about(kind)))?;
        Ok::<_, CommandError>((username, ask::secret("password")?))
    };
    match kind {
        _ if !kinds.contains(&kind) => {
            let (label, known) = (integration.label, kinds.join(", "));
            let sentence = format!("{label} takes {known}, not `{kind}`");
            Err(CommandError::Sentence(sentence))
        }
        "bearer" => {
            let token = ask::secret(&format!("token{}", about(kind)))?;
            Ok(Secrets::Bearer { token }.into())
        }
        "api_key" => {
            let key = ask::secret(&format!("key{}", about(kind)))?;
            Ok(Secrets::ApiKey { key }.into())
        }
        "basic" => {
            let (username, password) = person()?;
            Ok(Secrets::Basic { username, password }.into())
        }
        "login" => {
            let (username, password) = person()?;
            Ok(Offer::Login { username, password })
        }
        "password" => {
            let (username, password) = person()?;
            Ok(Offer::Password { username, password })
        }
        "client_credentials" => {
            let app = OAuthApp {
                client_id: ask::text("client id")?,
                client_secret: ask::secret("client secret")?,
            };
            Ok(Offer::ClientCredentials { app: Some(app) })
        }
        _ => {
            let secrets = Secrets::OAuth2 {
                access_token: ask::secret("access token")?,
                refresh_token: None,
                expires_at: None,
                given_at: None,
            };
            Ok(secrets.into())
        }
    }
}

/// What a person must know about a way to connect.
fn description(integration: &Integration, kind: &str) -> &'static str {
    let mut kinds = integration.auth.credentials.iter();
    let found = kinds.find_map(|known| match known {
        CredentialKind::Bearer { description } if kind == "bearer" => Some(*description),
        CredentialKind::ApiKey { description, .. } if kind == "api_key" => Some(*description),
        CredentialKind::Basic { description } if kind == "basic" => Some(*description),
        CredentialKind::Login(login) if kind == "login" => Some(login.description),
        CredentialKind::OAuth2(oauth) if kind == "password" => Some(oauth.description),
        _ => None,
    });
    found.unwrap_or_default()
}
