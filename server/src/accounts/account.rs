//! Integrated accounts: a customer's account at a vendor, connected.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;
use toolwright_runtime::account::{check_connection, connection_problems};
use toolwright_runtime::table::Integration;

use super::offer::Obtained;
use super::{
    Offer, Page, PageRequest, Problem, Registry, RegistryError, Secrets, Subject, check_name,
    new_id, now, time,
};
use crate::store::{Row, Statement, StoreError, Value};
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
    pub credentials: Offer,
}

impl NewAccount {
    fn problems(&self) -> Vec<Problem> {
        let name = self.name.as_deref();
        let tenant_id = self.tenant_id.as_deref();
        let name = name.and_then(|name| check_name("name", name));
        let tenant_id = tenant_id.and_then(|id| check_name("tenant_id", id));
        name.into_iter().chain(tenant_id).collect()
    }
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
    /// How it is connected: `bearer`, `basic`, `api_key`, `oauth2` or `client_credentials`.
    pub authentication_method: String,
    /// `active`, or `needs_reauth` once the vendor has ended the connection.
    pub status: String,
    /// When it was connected.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// How often it was changed.
    pub(super) version: i64,
}

/// The columns of [`Account`], in the order in which they are read.
macro_rules! columns {
    () => {
        "id, integration, name, tenant_id, connection, authentication_method, status, created_at, \
         updated_at, version"
    };
}

/// The columns of [`Connected`], in the order in which they are read.
macro_rules! connected_columns {
    () => {
        "a.version, a.updated_at, a.status, a.connection, a.authentication_method, a.key_id, \
         a.data_key, a.credentials"
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
            version: row.integer()?,
        })
    }
}

impl Registry {
    /// Connects an account. The vendor is asked only if what it is connected with has to be exchanged
    /// for something else first. Once begun it is done to its end, even if whoever asked goes away.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]: each thing that is wrong with it; [`RegistryError::Vendor`]: the
    /// vendor refuses the exchange.
    pub async fn create_account(&self, new: NewAccount) -> Result<Account, RegistryError> {
        let integration = self.known(&new.integration)?;
        let mut problems = connection_faults(integration, &new.connection);
        problems.extend(new.problems());
        problems.extend(new.credentials.check(integration));
        RegistryError::of(problems)?;
        let connection = complete(integration, new.connection.clone())?;
        let registry = self.clone();
        let creating = tokio::spawn(async move {
            let obtained = registry.obtain(integration, connection, new.credentials.clone());
            let obtained = obtained.await?;
            let kept = registry.keep_created(new, &obtained).await;
            registry
                .drop_unless_kept(integration, &obtained, kept)
                .await
        });
        creating.await.map_err(|_| StoreError::Closed)?
    }

    async fn keep_created(
        &self,
        new: NewAccount,
        obtained: &Obtained,
    ) -> Result<Account, RegistryError> {
        let connection = obtained.connection.clone();
        let (account, statements) = self.creation(new, connection, &obtained.secrets)?;
        self.store.change(statements).await?;
        Ok(account)
    }

    /// What makes an account of these connection fields, which are complete, and credentials.
    pub(super) fn creation(
        &self,
        new: NewAccount,
        connection: BTreeMap<String, String>,
        secrets: &Secrets,
    ) -> Result<(Account, Vec<Statement>), RegistryError> {
        const INSERT: &str = "INSERT INTO integrated_account (id, integration, name, tenant_id,
            connection, authentication_method, status, key_id, data_key, credentials, version,
            created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $11)";
        let integration = self.known(&new.integration)?;
        let account = Account {
            id: new_id(),
            integration: integration.slug.to_owned(),
            name: new.name.unwrap_or_else(|| integration.label.to_owned()),
            tenant_id: new.tenant_id,
            connection,
            authentication_method: secrets.method().to_owned(),
            status: ACTIVE.to_owned(),
            created_at: time(now())?,
            updated_at: time(now())?,
            version: 1,
        };
        let sealed = self.vault.seal(&account.id, &secrets.to_text())?;
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
        Ok((account, vec![(INSERT, values), note]))
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
    /// When somebody changed it last, in milliseconds since 1970. A new access token is no change.
    pub(super) updated_at: i64,
    status: String,
    pub(super) connection: BTreeMap<String, String>,
    method: String,
    sealed: Sealed,
}

impl Connected {
    pub(super) fn read(row: &mut Row) -> Result<Self, StoreError> {
        Ok(Self {
            version: row.integer()?,
            updated_at: row.integer()?,
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

pub(super) fn connection_faults(
    integration: &Integration,
    given: &BTreeMap<String, String>,
) -> Vec<Problem> {
    let problems = connection_problems(integration, given).into_iter();
    problems
        .map(|(name, message)| Problem::new(format!("connection.{name}"), message))
        .collect()
}

pub(super) fn complete(
    integration: &Integration,
    given: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, RegistryError> {
    let complete = check_connection(integration, given);
    complete.map_err(|error| Problem::new("connection", error.to_string()).into())
}

pub(super) fn connection_text(connection: &BTreeMap<String, String>) -> String {
    serde_json::Value::from_iter(connection.clone()).to_string()
}

pub(super) fn connection(text: &str) -> Result<BTreeMap<String, String>, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Column("connection fields"))
}
