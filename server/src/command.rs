//! Calls from the command line on accounts of the store. They take the way of all calls, and leave
//! their line in the log: whoever looks after an account sees there who used it.

use std::time::Duration;

use serde_json::{Map, Value};
use tokio::task::JoinHandle;
use toolwright_runtime::call::Observe;
use toolwright_runtime::error::Error;
use toolwright_runtime::outcome::Outcome;
use toolwright_runtime::table::{Effect, Operation};

use crate::accounts::{OpenAccount, Registry};
use crate::log::{About, ClientInfo, Deed, Log, Record};
use crate::metrics::Metrics;

/// How long a command waits for its lines to be written.
const LOG_GRACE: Duration = Duration::from_secs(10);

/// An operation that changes nothing. No command can call another.
#[derive(Clone, Copy, Debug)]
pub struct ReadOnly(&'static Operation);

/// What makes calls for a command.
pub struct Calls {
    registry: Registry,
    log: Log,
    client: ClientInfo,
    writing: JoinHandle<()>,
}

impl ReadOnly {
    /// The operation, if it changes nothing.
    #[must_use]
    pub fn of(operation: &'static Operation) -> Option<Self> {
        (operation.effect == Effect::Read).then_some(Self(operation))
    }

    /// The operation.
    #[must_use]
    pub fn operation(self) -> &'static Operation {
        self.0
    }
}

impl Calls {
    /// Calls on accounts of the store, logged under the command's name. It starts a task that writes
    /// the log.
    #[must_use]
    pub fn new(registry: Registry, command: &str) -> Self {
        let log = Log::kept(Metrics::new(registry.store_errors(), registry.refreshes()));
        let (queue, store) = (log.clone(), registry.clone());
        Self {
            registry,
            log,
            client: ClientInfo::new(command, env!("CARGO_PKG_VERSION")),
            writing: tokio::spawn(async move { queue.write_to(&store).await }),
        }
    }

    /// Calls an operation once, and shows its answers to `observe`.
    ///
    /// # Errors
    /// As [`Caller::call`](toolwright_runtime::call::Caller::call).
    pub async fn call(
        &self,
        open: &OpenAccount,
        operation: ReadOnly,
        arguments: &Map<String, Value>,
        observe: &mut Observe<'_>,
    ) -> Result<Outcome, Error> {
        let (account, ReadOnly(operation)) = (&open.account, operation);
        let about = About {
            deed: Deed::ProxyCall(operation.name.to_owned()),
            integration: account.integration.slug,
            account: &account.id,
            tenant_id: open.tenant_id.as_deref(),
            mcp_server_id: None,
            api_token_id: None,
            client: &self.client,
            protocol_version: None,
        };
        let mut record = Record::new(&self.log, about);
        let caller = self.registry.caller();
        let usage = &mut record.usage;
        let outcome = caller
            .call_and_observe(account, operation, arguments, usage, observe)
            .await;
        record.judge(&outcome);
        drop(record);
        self.registry.keep_what_was_told(open).await;
        outcome
    }

    /// Waits until the log is written; whether it is.
    pub async fn finish(self) -> bool {
        let is_written = self.log.settle(LOG_GRACE).await;
        self.writing.abort();
        is_written
    }
}
