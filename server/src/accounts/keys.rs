//! Changing the master key while servers run.

use super::{Registry, RegistryError, Subject};
use crate::store::StoreError;
use crate::vault::VaultError;

/// How many accounts are sealed again at a time.
const BATCH: i64 = 200;

/// What a change of the master key did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The id of the key that everything is sealed with now.
    pub key_id: String,
    /// Whether this made the key; otherwise it was the first of those that were given.
    pub is_new: bool,
    /// How many accounts were sealed again.
    pub accounts: u64,
}

impl Registry {
    /// Seals everything with a new master key, or with the first of those that were given. Servers
    /// that use the same key file read it again by themselves. The keys before stay, for whoever
    /// seals at this moment, until the next rotation finds that nothing needs them.
    ///
    /// # Errors
    /// [`RegistryError`] when the store fails, or a key is missing. What was sealed again stays so,
    /// and the rotation can be repeated.
    pub async fn rotate_key(&self) -> Result<Rotation, RegistryError> {
        let _alone = self.vault.lock()?;
        let made = self.vault.add_key(&self.keys_in_use().await?)?;
        let is_new = made.is_some();
        let key_id = made.map_or_else(|| self.vault.newest_id(), Ok)?;
        self.reseal_secrets(&key_id).await?;
        let mut accounts = 0;
        while let Some(resealed) = self.reseal_accounts(&key_id).await? {
            accounts += resealed;
        }
        let note = self.note("key.rotate", Subject::Key(&key_id));
        self.store.change(vec![note]).await?;
        Ok(Rotation {
            key_id,
            is_new,
            accounts,
        })
    }

    async fn keys_in_use(&self) -> Result<Vec<String>, StoreError> {
        const SELECT: &str =
            "SELECT key_id FROM integrated_account UNION SELECT key_id FROM secret";
        let rows = self.store.query(SELECT, Vec::new()).await?;
        rows.into_iter().map(|mut row| row.text()).collect()
    }

    /// Seals the secrets of the installation again: the key of the tokens, OAuth applications.
    async fn reseal_secrets(&self, key_id: &str) -> Result<(), RegistryError> {
        const SELECT: &str = "SELECT name, key_id, sealed FROM secret WHERE key_id <> $1";
        // One that was set meanwhile is left as it is.
        const UPDATE: &str = "UPDATE secret SET key_id = $3, sealed = $4
            WHERE name = $1 AND key_id = $2";
        for mut row in self.store.query(SELECT, vec![key_id.into()]).await? {
            let (name, old) = (row.text()?, row.text()?);
            let secret = self.vault.open_secret(&name, &old, &row.bytes()?)?;
            let (new, sealed) = self.vault.seal_secret(&name, &secret)?;
            let values = vec![name.into(), old.into(), new.into(), sealed.into()];
            self.store.change_one(UPDATE, values).await?;
        }
        Ok(())
    }

    /// Seals the data keys of some accounts again; how many, or `None` where none is left.
    async fn reseal_accounts(&self, key_id: &str) -> Result<Option<u64>, RegistryError> {
        const SELECT: &str = "SELECT id, key_id, data_key FROM integrated_account
            WHERE key_id <> $1 LIMIT $2";
        // An account that was connected anew meanwhile has another data key, and is left as it is.
        const UPDATE: &str = "UPDATE integrated_account SET key_id = $3, data_key = $4
            WHERE id = $1 AND data_key = $2";
        let rows = self
            .store
            .query(SELECT, vec![key_id.into(), BATCH.into()])
            .await?;
        let mut statements = Vec::with_capacity(rows.len());
        for mut row in rows {
            let (id, old, data_key) = (row.text()?, row.text()?, row.bytes()?);
            let (new, sealed) = self.vault.reseal(&id, &old, &data_key)?;
            if new != key_id {
                return Err(VaultError::Rotating.into());
            }
            let values = vec![id.into(), data_key.into(), new.into(), sealed.into()];
            statements.push((UPDATE, values));
        }
        if statements.is_empty() {
            return Ok(None);
        }
        let changed = self.store.change(statements).await?;
        Ok(Some(changed.into_iter().sum()))
    }
}
