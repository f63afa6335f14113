//! An account as calls are made with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use toolwright_runtime::account as runtime;
use toolwright_runtime::table::Integration;

use super::account::{Connected, connected_columns, connection_text};
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
    /// When somebody changed it last.
    updated_at: i64,
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
        let (connection, updated_at) = (connected.connection.clone(), connected.updated_at);
        let (account, _) = callable(self, integration, id, connected)?;
        Ok(OpenAccount {
            account: Arc::new(account),
            tenant_id,
            connection,
            updated_at,
        })
    }

    /// Keeps connection fields that the vendor told during a call. If that fails, it is asked again.
    pub async fn keep_what_was_told(&self, open: &OpenAccount) {
        let now = open.account.connection();
        let mut fields = open.account.integration.connection.iter();
        let is_new = fields.any(|field| {
            field.discover.is_some() && now.get(field.name) != open.connection.get(field.name)
        });
        if !is_new {
            return;
        }
        if let Err(error) = self.learn(open, &now).await {
            tracing::warn!(%error, "what a vendor told about an account is not kept");
        }
    }

    /// Keeps connection fields with what the vendor told, so that it is asked once.
    ///
    /// # Errors
    /// [`RegistryError::Store`].
    pub async fn learn(
        &self,
        open: &OpenAccount,
        told: &BTreeMap<String, String>,
    ) -> Result<(), RegistryError> {
        // Where the account was changed since, what was told may be about another organisation.
        const UPDATE: &str = "UPDATE integrated_account SET connection = $4, version = version + 1
            WHERE id = $1 AND updated_at = $2 AND connection = $3";
        let values = vec![
            open.account.id.as_str().into(),
            open.updated_at.into(),
            connection_text(&open.connection).into(),
            connection_text(told).into(),
        ];
        self.store.change_one(UPDATE, values).await?;
        Ok(())
    }
}
