//! Accounts and what belongs to them: the operations that the HTTP API and the commands share.
//!
//! Nothing about an account is kept in memory, and of tokens only which were right lately. Each
//! operation is one statement, or a few that take effect together, so that several processes can
//! share a store.

mod account;
mod account_change;
mod api_token;
mod call_log;
mod connecting;
mod credentials;
mod keys;
mod known;
mod link;
mod mcp_server;
mod oauth_app;
mod offer;
mod open_account;
mod page;
mod revocation;
mod tokens;
mod upkeep;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use toolwright_runtime::call::Caller;
use toolwright_runtime::error::Error;
use toolwright_runtime::oauth::OAuthApp;
use toolwright_runtime::table::{Catalogue, Integration};
use uuid::Uuid;

pub use self::account::{Account, NewAccount};
pub use self::account_change::{AccountChange, undiscovered};
pub use self::api_token::{ApiToken, NewApiToken, Scope};
pub use self::call_log::LogFilter;
use self::call_log::{Author, Subject};
pub use self::credentials::Secrets;
pub use self::keys::Rotation;
use self::known::Known;
pub use self::link::{Link, Login, NewLink};
pub use self::mcp_server::{McpServer, McpServerChange, NewMcpServer, Opened};
pub use self::offer::Offer;
pub use self::open_account::OpenAccount;
pub use self::page::{Page, PageRequest};
use crate::store::{Statement, Store, StoreError};
use crate::token::TokenHasher;
use crate::vault::{self, Vault, VaultError};
use crate::visible::is_visible;

/// The name of the secret that tokens are hashed with.
const TOKEN_KEY: &str = "token-key";

/// The accounts of an installation. Clones share it.
#[derive(Clone)]
pub struct Registry {
    catalogue: &'static Catalogue,
    store: Store,
    vault: Arc<Vault>,
    /// What asks vendors.
    caller: Arc<Caller>,
    hasher: Arc<TokenHasher>,
    /// How many changes were made, so that what was read before one is read again.
    changes: Arc<AtomicU64>,
    known: Arc<Known>,
    /// Who makes changes.
    author: Author,
    /// The OAuth applications that the environment names.
    oauth_apps: Arc<BTreeMap<&'static str, OAuthApp>>,
    /// What addresses start with, where this process serves any.
    public_url: Option<Arc<str>>,
    /// How often access tokens were replaced, and tried to be.
    refreshes: Family<Refresh, Counter>,
}

/// A try to replace an access token, as it is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Refresh {
    integration: &'static str,
    outcome: &'static str,
}

/// How often a change is tried when somebody else changes the same thing.
const TRIES: usize = 5;

/// What is wrong with one field of what was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field: `config.methods`.
    pub field: String,
    /// A sentence.
    pub message: String,
}

/// Why an operation was not done.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// There is no such thing, or it belongs to another account.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// What was given is wrong.
    #[error("{}", sentences(.0))]
    Invalid(Vec<Problem>),
    /// Somebody else changed it at the same time.
    #[error("The {0} was changed by somebody else at the same time; try again.")]
    Conflict(&'static str),
    /// The vendor refuses what was offered, or could not be asked.
    #[error(transparent)]
    Vendor(#[from] Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key is missing, or something does not open.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Problem {
    /// A problem with a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}

impl RegistryError {
    /// Refuses what has any problems.
    fn of(problems: Vec<Problem>) -> Result<(), Self> {
        match problems.is_empty() {
            true => Ok(()),
            false => Err(Self::Invalid(problems)),
        }
    }
}

impl From<Problem> for RegistryError {
    fn from(problem: Problem) -> Self {
        Self::Invalid(vec![problem])
    }
}

impl Registry {
    /// The accounts in a store, whose secrets a vault opens.
    ///
    /// # Errors
    /// [`RegistryError`] when the store fails, or the vault has not the key that the store needs.
    pub async fn open(
        catalogue: &'static Catalogue,
        store: Store,
        vault: Vault,
        caller: Arc<Caller>,
    ) -> Result<Self, RegistryError> {
        let hasher = Arc::new(token_hasher(&store, &vault).await?);
        let vault = Arc::new(vault);
        let changes = Arc::default();
        Ok(Self {
            catalogue,
            store,
            vault,
            caller,
            hasher,
            changes,
            known: Arc::new(Known::new()),
            author: Author::default(),
            oauth_apps: Arc::default(),
            public_url: None,
            refreshes: Family::default(),
        })
    }

    /// No accounts yet, in a store that is gone with the last clone.
    ///
    /// # Errors
    /// [`RegistryError`] when there is no memory or no thread for it.
    pub async fn in_memory(
        catalogue: &'static Catalogue,
        caller: Arc<Caller>,
    ) -> Result<Self, RegistryError> {
        let store = Store::in_memory().await?;
        Self::open(catalogue, store, Vault::ephemeral()?, caller).await
    }

    /// The same accounts, served at addresses that start with this.
    #[must_use]
    pub fn served_at(self, public_url: &str) -> Self {
        Self {
            public_url: Some(public_url.into()),
            ..self
        }
    }

    /// What asks vendors.
    #[must_use]
    pub fn caller(&self) -> &Arc<Caller> {
        &self.caller
    }

    /// The catalogue that accounts are connected to.
    #[must_use]
    pub fn catalogue(&self) -> &'static Catalogue {
        self.catalogue
    }

    /// The integration of a slug or alias.
    #[must_use]
    pub fn integration(&self, name: &str) -> Option<&'static Integration> {
        let mut integrations = self.catalogue.integrations.iter().copied();
        integrations
            .find(|integration| integration.slug == name || integration.aliases.contains(&name))
    }

    /// The hash by which a token is found.
    pub(crate) fn hash(&self, token: &str) -> Vec<u8> {
        self.hasher.hash(token)
    }

    /// Whether the token with a hash was right when this process met it last.
    pub(crate) fn was_right(&self, hash: &[u8]) -> bool {
        self.known.was_right(hash)
    }

    /// How many changes this process has made.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Makes changes that take effect together, if each of them has something to change; whether they
    /// had. What was read before does not outlive them. Once begun they are made and counted, even if
    /// whoever asked for them goes away.
    async fn change(&self, statements: Vec<Statement>) -> Result<bool, StoreError> {
        let (store, changes) = (self.store.clone(), Arc::clone(&self.changes));
        let changing = tokio::spawn(async move {
            let changed = store.change_each(statements).await;
            changes.fetch_add(1, Ordering::Release);
            changed
        });
        changing.await.map_err(|_| StoreError::Closed)?
    }

    /// How often access tokens were replaced, and tried to be.
    pub(crate) fn refreshes(&self) -> Family<Refresh, Counter> {
        self.refreshes.clone()
    }

    fn count_refresh(&self, integration: &Integration, is_done: bool) {
        let refresh = Refresh {
            integration: integration.slug,
            outcome: if is_done { "ok" } else { "failed" },
        };
        self.refreshes.get_or_create(&refresh).inc();
    }

    /// How often the store failed.
    pub(crate) fn store_errors(&self) -> Counter {
        self.store.errors()
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// [`StoreError`] when it does not.
    pub async fn check(&self) -> Result<(), StoreError> {
        const SELECT: &str = "SELECT id FROM integrated_account WHERE id = ''";
        self.store.find(SELECT, Vec::new()).await.map(drop)
    }

    /// Whether there is any account.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let found = self
            .store
            .find("SELECT id FROM integrated_account LIMIT 1", Vec::new());
        Ok(found.await?.is_none())
    }
}

/// The key that tokens are hashed with. Whoever opens a new store first makes it.
async fn token_hasher(store: &Store, vault: &Vault) -> Result<TokenHasher, RegistryError> {
    const SELECT: &str = "SELECT key_id, sealed FROM secret WHERE name = $1";
    const INSERT: &str = "INSERT INTO secret (name, key_id, sealed) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO NOTHING";
    if store.find(SELECT, vec![TOKEN_KEY.into()]).await?.is_none() {
        let (key_id, sealed) = vault.seal_secret(TOKEN_KEY, vault::new_secret()?.as_slice())?;
        let values = vec![TOKEN_KEY.into(), key_id.into(), sealed.into()];
        store.change_one(INSERT, values).await?;
    }
    let row = store.find(SELECT, vec![TOKEN_KEY.into()]).await?;
    let mut row = row.ok_or(StoreError::Column("the key of the tokens"))?;
    let key = vault.open_secret(TOKEN_KEY, &row.text()?, &row.bytes()?)?;
    Ok(TokenHasher::new(&key))
}

/// A new id. Ids sort by the time they were made, to the millisecond.
fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// The time, in milliseconds since 1970.
fn now() -> i64 {
    Timestamp::now().as_millisecond()
}

fn time(milliseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(milliseconds).map_err(|_| StoreError::Column("a time"))
}

fn sentences(problems: &[Problem]) -> String {
    let sentences: Vec<&str> = problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    sentences.join(" ")
}

/// Refuses a name that a person could not read in a list.
fn check_name(field: &str, name: &str) -> Option<Problem> {
    let is_short = name.chars().count() <= 200;
    let is_visible = !name.trim().is_empty() && name.chars().all(is_visible);
    let problem = || {
        Problem::new(
            field,
            format!("`{field}` must be 1 to 200 visible characters."),
        )
    };
    (!is_short || !is_visible).then(problem)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_change_that_nobody_waits_for_counts() {
        static NOTHING: Catalogue = Catalogue { integrations: &[] };
        let registry =
            Registry::in_memory(&NOTHING, Arc::new(Caller::new(Default::default()).unwrap()))
                .await
                .unwrap();
        let change = registry.change(vec![("DELETE FROM integrated_account", Vec::new())]);
        assert!(change.now_or_never().is_none(), "it is begun and not done");
        for _ in 0..100 {
            if registry.changes() == 1 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the change does not count");
    }
}
