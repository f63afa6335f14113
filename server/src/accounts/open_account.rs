//! An account as calls are made with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use toolwright_runtime::account as runtime;
use toolwright_runtime::table::Integration;

use super::account::{Connected, connected_columns};
use super::tokens::callable;
use super::{Registry, RegistryError};

/// An account as calls are made with it. Its credentials are opened when a call is made.
#[derive(Debug)]
pub struct OpenAccount {
    /// The account, which cannot do anything but make calls.
    pub account: Arc<runtime::Account>,
    /// Which customer it belongs to.
    pub tenant_id: Option<String>,
    /// Its connection fields as the store has them.
    connection: BTreeMap<String, String>,
    /// Which version of the account this is.
    version: i64,
}

impl Registry {
    /// An account to make calls with.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none, or its integration is no longer compiled in.
    pub async fn open_account(&self, id: &str) -> Result<OpenAccount, RegistryError> {
        const SELECT: &str = concat!(
            "SELECT a.integration, a.tenant_id, ",
            connected_columns!(),
            " FROM integrated_account a WHERE a.id = $1"
        );
        let missing = || RegistryError::NotFound("integrated account");
        let row = self.store.find(SELECT, vec![id.into()]).await?;
        let mut row = row.ok_or_else(missing)?;
        let integration = self.integration(&row.text()?).ok_or_else(missing)?;
        let tenant_id = row.optional_text()?;
        self.opened(integration, id, tenant_id, Connected::read(&mut row)?)
    }

    pub(super) fn opened(
        &self,
        integration: &'static Integration,
        id: &str,
        tenant_id: Option<String>,
        connected: Connected,
    ) -> Result<OpenAccount, RegistryError> {
        let version = connected.version;
        let (account, _) = callable(self, integration, id, connected)?;
        Ok(OpenAccount {
            connection: account.connection(),
            account: Arc::new(account),
            tenant_id,
            version,
        })
    }

    /// Keeps connection fields that the vendor told during a call. If that fails, it is asked again.
    pub async fn keep_what_was_told(&self, open: &OpenAccount) {
        let OpenAccount {
            account,
            connection,
            version,
            ..
        } = open;
        let mut fields = account.integration.connection.iter();
        if fields.all(|field| field.discover.is_none()) {
            return;
        }
        let now = account.connection();
        if now == *connection {
            return;
        }
        if let Err(error) = self.learn(&account.id, *version, &now).await {
            tracing::warn!(%error, "what a vendor told about an account is not kept");
        }
    }
}
