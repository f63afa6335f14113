//! Integrated accounts: a customer's account at a vendor, connected.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;
use toolwright_runtime::account::{check_connection, connection_problems};
use toolwright_runtime::table::Integration;

use super::{
    Page, PageRequest, Problem, Registry, RegistryError, Secrets, Subject, check_name, new_id, now,
    time,
};
use crate::store::{Row, StoreError, Value};
use crate::vault::Sealed;

/// An account to connect.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The integration's slug, or an alias.
    pub integration: String,
    /// What a person calls it; the integration's label if nothing is said.
    pub name: Option<String>,
    /// Which of the operator's own customers it belongs to.
    pub tenant_id: Option<String>,
    /// Its connection fields.
    pub connection: BTreeMap<String, String>,
    /// What it is connected with.
    pub credentials: Secrets,
}

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
    pub credentials: Option<Secrets>,
}

/// An account without its credentials, which are never read back.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// The integration's slug.
    pub integration: String,
    /// What a person calls it.
    pub name: String,
    /// Which customer it belongs to.
    pub tenant_id: Option<String>,
    /// Its connection fields, with defaults and what the vendor told.
    pub connection: BTreeMap<String, String>,
    /// How it is connected: `bearer`, `basic`, `api_key` or `oauth2`.
    pub authentication_method: String,
    /// `active`, or `needs_reauth` once the vendor has ended the connection.
    pub status: String,
    /// When it was connected.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// The columns of [`Account`], in the order in which they are read.
macro_rules! columns {
    () => {
        "id, integration, name, tenant_id, connection, authentication_method, status, created_at, \
         updated_at"
    };
}

/// The columns of [`Connected`], in the order in which they are read.
macro_rules! connected_columns {
    () => {
        "a.version, a.status, a.connection, a.authentication_method, a.key_id, a.data_key, \
         a.credentials"
    };
}
pub(super) use connected_columns;

const THING: &str = "integrated account";

/// The status of an account that can be used, and of one that has to be connected anew.
const ACTIVE: &str = "active";
pub(super) const NEEDS_REAUTH: &str = "needs_reauth";

impl Account {
    /// What others see of it.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        json!({
            "id": self.id,
            "integration": self.integration,
            "name": self.name,
            "tenant_id": self.tenant_id,
            "connection": self.connection,
            "authentication_method": self.authentication_method,
            "status": self.status,
            "created_at": self.created_at.to_string(),
            "updated_at": self.updated_at.to_string(),
        })
    }

    pub(super) fn read(row: &mut Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            integration: row.text()?,
            name: row.text()?,
            tenant_id: row.optional_text()?,
            connection: connection(&row.text()?)?,
            authentication_method: row.text()?,
            status: row.text()?,
            created_at: time(row.integer()?)?,
            updated_at: time(row.integer()?)?,
        })
    }
}

impl Registry {
    /// Connects an account.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]: each thing that is wrong with it.
    pub async fn create_account(&self, new: NewAccount) -> Result<Account, RegistryError> {
        const INSERT: &str = "INSERT INTO integrated_account (id, integration, name, tenant_id,
            connection, authentication_method, status, key_id, data_key, credentials, version,
            created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $11)";
        let integration = self.known(&new.integration)?;
        let name = new.name.unwrap_or_else(|| integration.label.to_owned());
        let mut problems = connection_faults(integration, &new.connection);
        problems.extend(check_name("name", &name));
        problems.extend(
            new.tenant_id
                .as_deref()
                .and_then(|id| check_name("tenant_id", id)),
        );
        problems.extend(new.credentials.check(integration));
        if !problems.is_empty() {
            return Err(RegistryError::Invalid(problems));
        }
        let account = Account {
            id: new_id(),
            integration: integration.slug.to_owned(),
            name,
            tenant_id: new.tenant_id,
            connection: complete(integration, new.connection)?,
            authentication_method: new.credentials.method().to_owned(),
            status: ACTIVE.to_owned(),
            created_at: time(now())?,
            updated_at: time(now())?,
        };
        let sealed = self.vault.seal(&account.id, &new.credentials.to_text())?;
        let values = vec![
            account.id.clone().into(),
            account.integration.clone().into(),
            account.name.clone().into(),
            account.tenant_id.clone().into(),
            connection_text(&account.connection).into(),
            account.authentication_method.clone().into(),
            account.status.clone().into(),
            sealed.key_id.into(),
            sealed.data_key.into(),
            sealed.text.into(),
            account.created_at.as_millisecond().into(),
        ];
        let note = self.note("integrated_account.create", Subject::Account(&account.id));
        self.store.change(vec![(INSERT, values), note]).await?;
        Ok(account)
    }

    /// Lists accounts in the order in which they were connected; of one customer or of all.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] when the customer's id cannot be one.
    pub async fn accounts(
        &self,
        tenant_id: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<Account>, RegistryError> {
        const ALL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM integrated_account WHERE id > $1 ORDER BY id LIMIT $2"
        );
        const OF_TENANT: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM integrated_account WHERE id > $1 AND tenant_id = $3 ORDER BY id LIMIT $2"
        );
        if let Some(problem) = tenant_id.and_then(|id| check_name("tenant_id", id)) {
            return Err(problem.into());
        }
        let mut values: Vec<Value> = vec![page.after.as_str().into(), page.rows().into()];
        values.extend(tenant_id.map(Value::from));
        let statement = if tenant_id.is_some() { OF_TENANT } else { ALL };
        let rows = self.store.query(statement, values).await?;
        let accounts = rows.into_iter().map(|mut row| Account::read(&mut row));
        Ok(page.page(accounts.collect::<Result<_, _>>()?, |account| &account.id))
    }

    /// One account.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none.
    pub async fn account(&self, id: &str) -> Result<Account, RegistryError> {
        const SELECT: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM integrated_account WHERE id = $1"
        );
        let row = self.store.find(SELECT, vec![id.into()]).await?;
        let mut row = row.ok_or(RegistryError::NotFound(THING))?;
        Ok(Account::read(&mut row)?)
    }

    /// Changes an account.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`]; [`RegistryError::Invalid`]: each thing that is wrong.
    pub async fn update_account(
        &self,
        id: &str,
        change: AccountChange,
    ) -> Result<Account, RegistryError> {
        // What is not given stays, whoever changes it at the same time.
        const UPDATE: &str = "UPDATE integrated_account SET
            name = COALESCE($2, name),
            tenant_id = CASE WHEN CAST($3 AS BIGINT) = 1 THEN $4 ELSE tenant_id END,
            connection = COALESCE($5, connection),
            updated_at = $6, version = version + 1
            WHERE id = $1";
        const RECONNECT: &str = "UPDATE integrated_account SET authentication_method = $2,
            status = 'active', key_id = $3, data_key = $4, credentials = $5, lease = NULL,
            lease_until = NULL WHERE id = $1";
        let before = self.account(id).await?;
        let integration = self.known(&before.integration)?;
        let mut problems = Vec::new();
        problems.extend(
            change
                .name
                .as_deref()
                .and_then(|name| check_name("name", name)),
        );
        let tenant_id = change.tenant_id.as_ref().and_then(Option::as_deref);
        problems.extend(tenant_id.and_then(|id| check_name("tenant_id", id)));
        let given = change.connection.as_ref();
        problems.extend(
            given
                .into_iter()
                .flat_map(|given| connection_faults(integration, given)),
        );
        let secrets = change.credentials.as_ref();
        problems.extend(
            secrets
                .into_iter()
                .flat_map(|secrets| secrets.check(integration)),
        );
        if !problems.is_empty() {
            return Err(RegistryError::Invalid(problems));
        }
        let connection = match (change.connection, &change.credentials) {
            (Some(given), _) => Some(complete(integration, given)?),
            // What the vendor told may have been about another organisation.
            (None, Some(_)) => Some(undiscovered(integration, before.connection)),
            (None, None) => None,
        };
        let values = vec![
            id.into(),
            change.name.into(),
            change.tenant_id.is_some().into(),
            change.tenant_id.flatten().into(),
            connection.as_ref().map(connection_text).into(),
            now().into(),
        ];
        let note = self.note("integrated_account.update", Subject::Account(id));
        let mut statements = vec![(UPDATE, values), note];
        if let Some(secrets) = change.credentials {
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
        if !self.change(statements).await? {
            return Err(RegistryError::NotFound(THING));
        }
        self.account(id).await
    }

    /// What an account is connected to and with, now.
    pub(super) async fn connected(&self, id: &str) -> Result<Connected, RegistryError> {
        const SELECT: &str = concat!(
            "SELECT ",
            connected_columns!(),
            " FROM integrated_account a WHERE a.id = $1"
        );
        let row = self.store.find(SELECT, vec![id.into()]).await?;
        let mut row = row.ok_or(RegistryError::NotFound(THING))?;
        Ok(Connected::read(&mut row)?)
    }

    /// Keeps the connection fields of an account with what the vendor told, so that it is asked once.
    ///
    /// # Errors
    /// [`RegistryError::Store`].
    pub async fn learn(
        &self,
        id: &str,
        version: i64,
        connection: &BTreeMap<String, String>,
    ) -> Result<(), RegistryError> {
        // Where the account was changed since, what was told may be about another organisation.
        const UPDATE: &str = "UPDATE integrated_account SET connection = $3, version = version + 1
            WHERE id = $1 AND version = $2";
        let connection = connection_text(connection);
        let values = vec![id.into(), version.into(), connection.into()];
        self.store.change_one(UPDATE, values).await?;
        Ok(())
    }

    /// The integration of that name, or what is wrong with it.
    pub(super) fn known(&self, name: &str) -> Result<&'static Integration, RegistryError> {
        self.integration(name).ok_or_else(|| {
            let known: Vec<&str> = self.catalogue.integrations.iter().map(|i| i.slug).collect();
            let known = known.join(", ");
            let message = format!("There is no integration `{name}`; compiled in are {known}.");
            Problem::new("integration", message).into()
        })
    }
}

/// What an account is connected to and with.
#[derive(Clone, Debug)]
pub(super) struct Connected {
    /// How often it was changed.
    pub(super) version: i64,
    status: String,
    pub(super) connection: BTreeMap<String, String>,
    method: String,
    sealed: Sealed,
}

impl Connected {
    pub(super) fn read(row: &mut Row) -> Result<Self, StoreError> {
        Ok(Self {
            version: row.integer()?,
            status: row.text()?,
            connection: connection(&row.text()?)?,
            method: row.text()?,
            sealed: Sealed {
                key_id: row.text()?,
                data_key: row.bytes()?,
                text: row.bytes()?,
            },
        })
    }

    /// Whether somebody has to connect the account anew.
    pub(super) fn needs_reauth(&self) -> bool {
        self.status == NEEDS_REAUTH
    }

    pub(super) fn open(
        &self,
        registry: &Registry,
        account: &str,
    ) -> Result<Secrets, RegistryError> {
        let text = registry.vault.open_sealed(account, &self.sealed)?;
        Secrets::from_text(&self.method, &text)
    }
}

fn connection_faults(integration: &Integration, given: &BTreeMap<String, String>) -> Vec<Problem> {
    let problems = connection_problems(integration, given).into_iter();
    problems
        .map(|(name, message)| Problem::new(format!("connection.{name}"), message))
        .collect()
}

fn complete(
    integration: &Integration,
    given: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, RegistryError> {
    let complete = check_connection(integration, given);
    complete.map_err(|error| Problem::new("connection", error.to_string()).into())
}

/// The fields that a person gave, and defaults.
fn undiscovered(
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

fn connection_text(connection: &BTreeMap<String, String>) -> String {
    serde_json::Value::from_iter(connection.clone()).to_string()
}

fn connection(text: &str) -> Result<BTreeMap<String, String>, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Column("connection fields"))
}
