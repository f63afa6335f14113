//! Where master keys come from: the environment, or a file that only its owner can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::VaultError;
use super::key::{Key, random};

/// Where the master keys are.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// Text that was given: keys separated by commas, the one to seal with first.
    Given(SecretString),
    /// A file with a key on each line, the one to seal with first. It is made if it is not there.
    File(PathBuf),
}

impl KeySource {
    /// The keys, the one to seal with first. A file is made if it is not there.
    pub(super) fn read_or_create(&self) -> Result<Vec<Key>, VaultError> {
        if let Self::File(path) = self
            && !path.exists()
        {
            create(path, &Key::random()?)?;
        }
        self.read()
    }

    /// The keys, the one to seal with first.
    pub(super) fn read(&self) -> Result<Vec<Key>, VaultError> {
        let keys = match self {
            Self::Given(text) => parse(text.expose_secret().split(','))?,
            Self::File(path) => {
                let text = Zeroizing::new(read(path)?);
                parse(text.lines())?
            }
        };
        if keys.is_empty() {
            return Err(VaultError::Key);
        }
        Ok(keys)
    }
}

fn parse<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<Key>, VaultError> {
    let lines = lines.map(str::trim).filter(|line| !line.is_empty());
    lines.map(Key::parse).collect()
}

fn read(path: &Path) -> Result<String, VaultError> {
    let failed = |error| VaultError::File {
        path: path.to_owned(),
        error,
    };
    match File::open(path) {
        Ok(file) => {
            let mode = file.metadata().map_err(failed)?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(VaultError::Readable(path.to_owned()));
            }
            io::read_to_string(file).map_err(failed)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Writes the first key, unless another process has just done so.
fn create(path: &Path, key: &Key) -> Result<(), VaultError> {
    replace(path, &[key], |draft| match fs::hard_link(draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::remove_file(draft),
        Err(error) => Err(error),
        Ok(()) => fs::remove_file(draft),
    })
}

/// Writes keys in place of those that are there. A reader sees the old file or the new one.
pub(super) fn write(path: &Path, keys: &[&Key]) -> Result<(), VaultError> {
    replace(path, keys, |draft| fs::rename(draft, path))
}

/// Writes keys to a draft, which `place` puts in its place.
fn replace(
    path: &Path,
    keys: &[&Key],
    place: impl FnOnce(&Path) -> io::Result<()>,
) -> Result<(), VaultError> {
    let failed = |error| VaultError::File {
        path: path.to_owned(),
        error,
    };
    let mut text = Zeroizing::new(String::new());
    for key in keys {
        text.push_str(key.text().expose_secret());
        text.push('\n');
    }
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{:016x}", u64::from_ne_bytes(random()?)));
    let draft = PathBuf::from(draft);
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600);
    let mut file = file.open(&draft).map_err(failed)?;
    let write = || -> io::Result<()> {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        place(&draft)?;
        // The name is on disk too before anything is sealed with the key.
        File::open(folder(path))?.sync_all()
    };
    write().map_err(|error| {
        // The draft holds keys.
        let _ = fs::remove_file(&draft);
        failed(error)
    })
}

/// Held while the keys are changed; `None` where they were given and are not changed from here.
pub(super) fn lock(source: &KeySource) -> Result<Option<File>, VaultError> {
    let KeySource::File(path) = source else {
        return Ok(None);
    };
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let failed = |error| VaultError::File {
        path: path.to_owned(),
        error,
    };
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).mode(0o600);
    let file = file.open(name).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Err(VaultError::Rotating),
        Err(fs::TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let source = KeySource::File(path.clone());
        source.read().unwrap_err();
        let first = source.read_or_create().unwrap();
        assert_eq!(first.len(), 1);
        assert_eq!(source.read_or_create().unwrap()[0].id(), first[0].id());
        // Another process was faster.
        create(&path, &Key::random().unwrap()).unwrap();
        assert_eq!(source.read().unwrap()[0].id(), first[0].id());
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let second = Key::random().unwrap();
        write(&path, &[&second, &first[0]]).unwrap();
        let ids: Vec<String> = source.read().unwrap().iter().map(Key::id).collect();
        assert_eq!(ids, [second.id(), first[0].id()]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = source.read().unwrap_err();
        assert!(matches!(error, VaultError::Readable(_)), "{error}");
    }

    #[test]
    fn keys_can_be_given() {
        let keys = [Key::random().unwrap(), Key::random().unwrap()];
        let [first, second] = keys.each_ref().map(Key::text);
        let text = format!("{}, {}", first.expose_secret(), second.expose_secret());
        let read = KeySource::Given(text.into()).read().unwrap();
        let ids: Vec<String> = read.iter().map(Key::id).collect();
        assert_eq!(ids, keys.each_ref().map(Key::id));
        KeySource::Given("".into()).read().unwrap_err();
        KeySource::Given("AAAA".into()).read().unwrap_err();
    }
}
