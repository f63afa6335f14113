//! Changing an account that is there.

use std::collections::BTreeMap;

use toolwright_runtime::table::Integration;

use super::account::{Account, complete, connection_faults, connection_text};
use super::{Offer, Problem, Registry, RegistryError, Secrets, Subject, TRIES, check_name, now};
use crate::store::{Statement, StoreError};

/// What is to be different about an account. `None`: as it is.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    /// What a person calls it.
    pub name: Option<String>,
    /// Which customer it belongs to; `Some(None)`: to nobody in particular.
    pub tenant_id: Option<Option<String>>,
    /// All of its connection fields.
    pub connection: Option<BTreeMap<String, String>>,
    /// What it is connected with.
    pub credentials: Option<Offer>,
}

impl AccountChange {
    fn problems(&self, integration: &Integration) -> Vec<Problem> {
        let name = self.name.as_deref();
        let tenant_id = self.tenant_id.as_ref().and_then(Option::as_deref);
        let mut problems = Vec::new();
        problems.extend(name.and_then(|name| check_name("name", name)));
        problems.extend(tenant_id.and_then(|id| check_name("tenant_id", id)));
        if let Some(given) = &self.connection {
            problems.extend(connection_faults(integration, given));
        }
        problems.extend(
            self.credentials
                .iter()
                .filter_map(|offer| offer.check(integration)),
        );
        problems
    }
}

impl Registry {
    /// Changes an account. What is not given stays, whoever changes it at the same time.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`]; [`RegistryError::Invalid`]: each thing that is wrong;
    /// [`RegistryError::Vendor`]: the vendor refuses to exchange what the account is connected with;
    /// [`RegistryError::Conflict`] when somebody else keeps changing it.
    pub async fn update_account(
        &self,
        id: &str,
        mut change: AccountChange,
    ) -> Result<Account, RegistryError> {
        let before = self.account(id).await?;
        let integration = self.known(&before.integration)?;
        RegistryError::of(change.problems(integration))?;
        let Some(offer) = change.credentials.take() else {
            return self.apply(id, &change, None, None).await;
        };
        let connection = match change.connection.clone() {
            Some(given) => complete(integration, given)?,
            None => before.connection,
        };
        let (registry, id) = (self.clone(), id.to_owned());
        let changing = tokio::spawn(async move {
            let obtained = registry
                .obtain(integration, connection.clone(), offer)
                .await?;
            if obtained.connection != connection {
                change.connection = Some(undiscovered(integration, obtained.connection.clone()));
            }
            let secrets = Some(&obtained.secrets);
            let kept = registry.apply(&id, &change, secrets, None).await;
            registry
                .drop_unless_kept(integration, &obtained, kept)
                .await
        });
        changing.await.map_err(|_| StoreError::Closed)?
    }

    /// Makes a change that was checked, together with a statement that has to change something.
    pub(super) async fn apply(
        &self,
        id: &str,
        change: &AccountChange,
        secrets: Option<&Secrets>,
        more: Option<Statement>,
    ) -> Result<Account, RegistryError> {
        for _ in 0..TRIES {
            let before = self.account(id).await?;
            let integration = self.known(&before.integration)?;
            let mut statements = self.statements(&before, integration, change, secrets)?;
            statements.extend(more.clone());
            if self.change(statements).await? {
                return self.account(id).await;
            }
        }
        Err(RegistryError::Conflict("integrated account"))
    }

    /// What makes a change of an account, if that is still as it was before.
    fn statements(
        &self,
        before: &Account,
        integration: &'static Integration,
        change: &AccountChange,
        secrets: Option<&Secrets>,
    ) -> Result<Vec<Statement>, RegistryError> {
        const UPDATE: &str = "UPDATE integrated_account SET name = $3, tenant_id = $4,
            connection = $5, updated_at = $6, version = version + 1
            WHERE id = $1 AND version = $2";
        const RECONNECT: &str = "UPDATE integrated_account SET authentication_method = $2,
            status = 'active', key_id = $3, data_key = $4, credentials = $5, lease = NULL,
            lease_until = NULL WHERE id = $1";
        let connection = match (&change.connection, secrets) {
            (Some(given), _) => complete(integration, given.clone())?,
            // What the vendor told may have been about another organisation.
            (None, Some(_)) => undiscovered(integration, before.connection.clone()),
            (None, None) => before.connection.clone(),
        };
        let id = before.id.as_str();
        let values = vec![
            id.into(),
            before.version.into(),
            change.name.as_ref().unwrap_or(&before.name).clone().into(),
            change
                .tenant_id
                .as_ref()
                .unwrap_or(&before.tenant_id)
                .clone()
                .into(),
            connection_text(&connection).into(),
            now().into(),
        ];
        let note = self.note("integrated_account.update", Subject::Account(id));
        let mut statements = vec![(UPDATE, values), note];
        if let Some(secrets) = secrets {
            let sealed = self.vault.seal(id, &secrets.to_text())?;
            let values = vec![
                id.into(),
                secrets.method().into(),
                sealed.key_id.into(),
                sealed.data_key.into(),
                sealed.text.into(),
            ];
            statements.push((RECONNECT, values));
        }
        Ok(statements)
    }
}

/// The connection fields without those that the vendor told.
#[must_use]
pub fn undiscovered(
    integration: &Integration,
    mut connection: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let is_told = |name: &str| {
        let mut fields = integration.connection.iter();
        fields.any(|field| field.name == name && field.discover.is_some())
    };
    connection.retain(|name, _| !is_told(name));
    connection
}
