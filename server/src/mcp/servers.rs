//! The MCP servers behind tokens. What they share is made once, and what a token opens is remembered
//! for a moment, so that an agent at work costs the store little.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use toolwright_runtime::table::{Catalogue, Integration};

use super::endpoint::Endpoint;
use super::identity::Identity;
use super::toolset::{Exposure, Filter, FilterError, Toolset};
use crate::accounts::{McpServer, OpenAccount, Opened, Registry, RegistryError};

/// How long what a token opens is remembered. A change by another process takes effect after that;
/// one by this process takes effect at once.
const MEMORY: Duration = Duration::from_millis(500);

/// How many lists and tokens are remembered. Beyond that all are forgotten: few are in use at a
/// time, and who makes up more of them shall not fill the memory.
const MOST_LISTS: usize = 512;
const MOST_TOKENS: usize = 8192;

/// The MCP servers behind tokens.
#[derive(Debug)]
pub struct Servers {
    identities: BTreeMap<&'static str, Arc<Identity>>,
    toolsets: Mutex<HashMap<List, Arc<Toolset>>>,
    opened: Mutex<HashMap<Vec<u8>, Remembered>>,
}

/// Which list: of an integration, through a filter, shown in a way.
type List = (&'static str, Filter, Exposure);

#[derive(Debug)]
struct Remembered {
    open: Arc<Open>,
    until: Instant,
    /// How many changes there had been when it was read.
    changes: u64,
}

/// What a token opens.
#[derive(Debug)]
pub struct Open {
    /// The MCP server.
    pub server: McpServer,
    /// What answers.
    pub endpoint: Endpoint,
    /// The account that it makes calls for.
    pub account: OpenAccount,
}

/// Why a token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store or the vault failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A new version of a definition has nothing left of what the filter names.
    #[error(transparent)]
    Filter(#[from] FilterError),
}

impl Servers {
    /// For the integrations of a catalogue.
    #[must_use]
    pub fn new(catalogue: &Catalogue) -> Self {
        let identity = |integration: &&'static Integration| {
            (integration.slug, Arc::new(Identity::of(integration)))
        };
        Self {
            identities: catalogue.integrations.iter().map(identity).collect(),
            toolsets: Mutex::default(),
            opened: Mutex::default(),
        }
    }

    /// What the token with a hash opens; `None` whether it is unknown, expired or deleted.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(
        &self,
        registry: &Registry,
        hash: &[u8],
    ) -> Result<Option<Arc<Open>>, OpenError> {
        let changes = registry.changes();
        if let Some(open) = self.remembered(hash, changes) {
            return Ok(Some(open));
        }
        let read = Instant::now();
        let Some(opened) = registry.open_mcp_server(hash).await? else {
            return Ok(None);
        };
        let open = Arc::new(self.prepare(opened)?);
        let remembered = Remembered {
            open: Arc::clone(&open),
            until: read + MEMORY,
            changes,
        };
        let mut all = lock(&self.opened);
        if all.len() >= MOST_TOKENS {
            all.clear();
        }
        all.insert(hash.to_owned(), remembered);
        Ok(Some(open))
    }

    fn remembered(&self, hash: &[u8], changes: u64) -> Option<Arc<Open>> {
        let mut all = lock(&self.opened);
        let Remembered {
            open,
            until,
            changes: then,
        } = all.get(hash)?;
        let has_expired = open
            .server
            .expires_at
            .is_some_and(|time| time <= Timestamp::now());
        if *until > Instant::now() && *then == changes && !has_expired {
            return Some(Arc::clone(open));
        }
        all.remove(hash);
        None
    }

    fn prepare(&self, opened: Opened) -> Result<Open, FilterError> {
        let Opened { server, account } = opened;
        let integration = account.account.integration;
        let identity = self.identities.get(integration.slug).map(Arc::clone);
        let endpoint = Endpoint {
            id: Some(server.id.clone()),
            tenant_id: account.tenant_id.clone(),
            identity: identity.unwrap_or_else(|| Arc::new(Identity::of(integration))),
            toolset: self.toolset(integration, &server.filter, server.tool_exposure)?,
            account: Arc::clone(&account.account),
        };
        Ok(Open {
            server,
            endpoint,
            account,
        })
    }

    /// The tools of an integration that pass a filter, shown in one way or the other.
    ///
    /// # Errors
    /// [`FilterError`] when there are none, or the filter names something that is not there.
    pub fn toolset(
        &self,
        integration: &'static Integration,
        filter: &Filter,
        exposure: Exposure,
    ) -> Result<Arc<Toolset>, FilterError> {
        let key = (integration.slug, filter.clone(), exposure);
        if let Some(toolset) = lock(&self.toolsets).get(&key) {
            return Ok(Arc::clone(toolset));
        }
        let toolset = Arc::new(Toolset::new(integration, filter)?.exposed(exposure));
        let mut all = lock(&self.toolsets);
        if all.len() >= MOST_LISTS {
            all.clear();
        }
        all.insert(key, Arc::clone(&toolset));
        Ok(toolset)
    }
}

/// Nothing panics while it holds a lock, and a map is never half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
