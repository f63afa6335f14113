//! What keeps credentials unreadable in the store.
//!
//! Each account has a data key, which seals its credentials; a master key seals the data keys. What
//! is sealed for one account opens for no other. Several master keys can be known at once, so that
//! they can be changed while servers run.

mod key;
mod source;

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use self::key::Key;
pub use self::source::KeySource;

/// Seals and opens.
#[derive(Debug)]
pub struct Vault {
    source: KeySource,
    /// The key to seal with comes first.
    keys: Mutex<Arc<Vec<Key>>>,
}

/// Something sealed for an account, with the key that opens it, which is sealed too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// Which master key opens the data key.
    pub(crate) key_id: String,
    /// The data key.
    pub(crate) data_key: Vec<u8>,
    /// What the data key opens.
    pub(crate) text: Vec<u8>,
}

/// Why something is not sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// A master key is not 32 bytes in base64.
    #[error("a master key must be 32 bytes in base64; `openssl rand -base64 32` makes one")]
    Key,
    /// Nobody has the key that opens it.
    #[error(
        "the master key {0} is needed to read this store, and it is not among those that were \
         given; give the key that was used before as well"
    )]
    Missing(String),
    /// It was changed, or was sealed for something else.
    #[error("something sealed in the store does not open: it was changed, or belongs elsewhere")]
    Sealed,
    /// The system has no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(String),
    /// Another process changes the keys at this moment.
    #[error("another change of the master key is under way; try again when it is done")]
    Rotating,
    /// The key file cannot be used.
    #[error("the key file {path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: std::io::Error,
    },
    /// Others could read the keys.
    #[error("the key file {0} can be read by others; `chmod 600` keeps it to its owner")]
    Readable(PathBuf),
}

impl Vault {
    /// A vault with the keys of a source.
    ///
    /// # Errors
    /// [`VaultError`] when there are no keys, or they could be read by others.
    pub fn open(source: KeySource) -> Result<Self, VaultError> {
        let keys = Mutex::new(Arc::new(source.read_or_create()?));
        Ok(Self { source, keys })
    }

    /// A vault whose key nobody else has and that is gone with it.
    ///
    /// # Errors
    /// [`VaultError::Random`].
    pub fn ephemeral() -> Result<Self, VaultError> {
        Self::open(KeySource::Given(Key::random()?.text()))
    }

    /// Seals a text for an account, with a new data key.
    pub(crate) fn seal(&self, account: &str, text: &[u8]) -> Result<Sealed, VaultError> {
        let master = self.newest()?;
        let master = master.first().ok_or(VaultError::Key)?;
        let data_key = Key::random()?;
        Ok(Sealed {
            key_id: master.id(),
            data_key: master.seal(&data_key_of(account), data_key.bytes())?,
            text: data_key.seal(&credentials_of(account), text)?,
        })
    }

    /// Opens what was sealed for an account.
    pub(crate) fn open_sealed(
        &self,
        account: &str,
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let keys = self.with(&sealed.key_id)?;
        let master = find(&keys, &sealed.key_id)?;
        let data_key = master.open(&data_key_of(account), &sealed.data_key)?;
        Key::from_bytes(&data_key)?.open(&credentials_of(account), &sealed.text)
    }

    /// Seals the data key of an account with the newest master key; its id and the sealed data key.
    pub(crate) fn reseal(
        &self,
        account: &str,
        key_id: &str,
        data_key: &[u8],
    ) -> Result<(String, Vec<u8>), VaultError> {
        let keys = self.with(key_id)?;
        let purpose = data_key_of(account);
        let opened = find(&keys, key_id)?.open(&purpose, data_key)?;
        let newest = self.newest()?;
        let newest = newest.first().ok_or(VaultError::Key)?;
        Ok((newest.id(), newest.seal(&purpose, &opened)?))
    }

    /// Seals a secret of the whole installation; the id of the master key and what was sealed.
    pub(crate) fn seal_secret(
        &self,
        name: &str,
        secret: &[u8],
    ) -> Result<(String, Vec<u8>), VaultError> {
        let newest = self.newest()?;
        let newest = newest.first().ok_or(VaultError::Key)?;
        Ok((newest.id(), newest.seal(&secret_called(name), secret)?))
    }

    /// Opens a secret of the whole installation.
    pub(crate) fn open_secret(
        &self,
        name: &str,
        key_id: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let keys = self.with(key_id)?;
        find(&keys, key_id)?.open(&secret_called(name), sealed)
    }

    /// Puts a new master key before the others; `None` where the keys were given and cannot be
    /// changed from here. Keys that seal nothing any more, those not `in_use`, are dropped.
    pub(crate) fn add_key(&self, in_use: &[String]) -> Result<Option<String>, VaultError> {
        let KeySource::File(path) = &self.source else {
            return Ok(None);
        };
        let keys = self.read()?;
        let newest = Key::random()?;
        // Somebody may have sealed with the first one and not said so yet.
        let is_kept = |(index, key): &(usize, &Key)| *index == 0 || in_use.contains(&key.id());
        let kept = keys.iter().enumerate().filter(is_kept);
        let all: Vec<&Key> = std::iter::once(&newest)
            .chain(kept.map(|(_, key)| key))
            .collect();
        source::write(path, &all)?;
        self.read()?;
        Ok(Some(newest.id()))
    }

    /// Held while everything is sealed again, so that nobody else changes the key meanwhile.
    pub(crate) fn lock(&self) -> Result<Option<File>, VaultError> {
        source::lock(&self.source)
    }

    /// The id of the key that is sealed with.
    pub(crate) fn newest_id(&self) -> Result<String, VaultError> {
        let keys = self.newest()?;
        keys.first().map(Key::id).ok_or(VaultError::Key)
    }

    /// The keys as they are now: another process may have added one, and what is sealed with a key
    /// that was replaced would have to be sealed again.
    fn newest(&self) -> Result<Arc<Vec<Key>>, VaultError> {
        match self.source {
            KeySource::File(_) => self.read(),
            KeySource::Given(_) => Ok(self.known()),
        }
    }

    /// The keys, read again if a key is not among those that are known.
    fn with(&self, id: &str) -> Result<Arc<Vec<Key>>, VaultError> {
        let known = self.known();
        if known.iter().any(|key| key.id() == id) {
            return Ok(known);
        }
        self.newest()
    }

    fn known(&self) -> Arc<Vec<Key>> {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&keys)
    }

    fn read(&self) -> Result<Arc<Vec<Key>>, VaultError> {
        let read = Arc::new(self.source.read()?);
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&read);
        Ok(read)
    }
}

/// A new secret of 32 bytes.
pub(crate) fn new_secret() -> Result<Zeroizing<[u8; 32]>, VaultError> {
    key::random().map(Zeroizing::new)
}

fn find<'a>(keys: &'a [Key], id: &str) -> Result<&'a Key, VaultError> {
    let key = keys.iter().find(|key| key.id() == id);
    key.ok_or_else(|| VaultError::Missing(id.to_owned()))
}

// What each thing was sealed for, so that nothing opens in another's place.

fn data_key_of(account: &str) -> String {
    format!("toolwright/data-key/{account}")
}

fn credentials_of(account: &str) -> String {
    format!("toolwright/credentials/{account}")
}

fn secret_called(name: &str) -> String {
    format!("toolwright/secret/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> (tempfile::TempDir, Vault) {
        let folder = tempfile::tempdir().unwrap();
        let source = KeySource::File(folder.path().join("master.key"));
        (folder, Vault::open(source).unwrap())
    }

    #[test]
    fn credentials_open_for_their_own_account() {
        let (_folder, vault) = vault();
        let sealed = vault.seal("a", b"token").unwrap();
        assert_eq!(
            vault.open_sealed("a", &sealed).unwrap().as_slice(),
            b"token"
        );
        vault.open_sealed("b", &sealed).unwrap_err();
        let other = vault.seal("b", b"token").unwrap();
        let mixed = Sealed {
            text: other.text,
            ..sealed
        };
        vault.open_sealed("a", &mixed).unwrap_err();
    }

    #[test]
    fn master_keys_change_while_another_process_seals() {
        let (_folder, server) = vault();
        let command = Vault::open(server.source.clone()).unwrap();
        let old = server.seal("a", b"token").unwrap();
        let id = command
            .add_key(std::slice::from_ref(&old.key_id))
            .unwrap()
            .unwrap();
        assert_ne!(id, old.key_id);
        assert_eq!(server.seal("b", b"x").unwrap().key_id, id);
        let (key_id, data_key) = command.reseal("a", &old.key_id, &old.data_key).unwrap();
        assert_eq!(key_id, id);
        let new = Sealed {
            key_id,
            data_key,
            text: old.text.clone(),
        };
        for vault in [&server, &command] {
            for sealed in [&old, &new] {
                assert_eq!(vault.open_sealed("a", sealed).unwrap().as_slice(), b"token");
            }
        }
        // The first key seals nothing any more, so that the next change drops it.
        command.add_key(std::slice::from_ref(&id)).unwrap();
        let error = command.open_sealed("a", &old).unwrap_err();
        assert!(matches!(&error, VaultError::Missing(missing) if *missing == old.key_id));
        command.open_sealed("a", &new).unwrap();
    }

    #[test]
    fn a_key_file_that_goes_is_not_made_anew() {
        let (folder, vault) = vault();
        let sealed = vault.seal("a", b"token").unwrap();
        std::fs::remove_file(folder.path().join("master.key")).unwrap();
        vault.seal("b", b"x").unwrap_err();
        assert_eq!(
            vault.open_sealed("a", &sealed).unwrap().as_slice(),
            b"token"
        );
    }

    #[test]
    fn one_process_changes_the_keys_at_a_time() {
        let (_folder, vault) = vault();
        let lock = vault.lock().unwrap();
        assert!(matches!(vault.lock(), Err(VaultError::Rotating)));
        drop(lock);
        vault.lock().unwrap();
    }

    #[test]
    fn given_keys_are_not_changed_from_here() {
        let key = Key::random().unwrap();
        let vault = Vault::open(KeySource::Given(key.text())).unwrap();
        assert_eq!(vault.add_key(&[]).unwrap(), None);
        assert_eq!(vault.newest_id().unwrap(), key.id());
    }
}
