//! Where accounts are kept, and with which keys.

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use toolwright_runtime::table::Catalogue;
use toolwright_server::accounts::Registry;
use toolwright_server::store::Store;
use toolwright_server::vault::{KeySource, Vault};

use super::serve::Upstream;
use super::{CommandError, environment};

/// The master keys; a variable alone, since anybody can read what stands on a command line.
const MASTER_KEY: &str = "TOOLWRIGHT_MASTER_KEY";

/// The URL of the database, with a password or without.
const DATABASE_URL: &str = "TOOLWRIGHT_DATABASE_URL";

/// Where accounts are kept.
#[derive(Debug, Args)]
pub(crate) struct StoreArguments {
    /// The folder of the store and of the master key [default: toolwright in the folder for the
    /// user's data, such as ~/.local/share/toolwright].
    #[arg(long, value_name = "DIR", env = "TOOLWRIGHT_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// Keep accounts in PostgreSQL instead, which several servers can share:
    /// `postgres://user@host/database`. Only in the variable can it have a password
    /// [env: TOOLWRIGHT_DATABASE_URL].
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// A file with the password of the PostgreSQL database and nothing else, which only its owner can
    /// read.
    #[arg(long, value_name = "FILE", env = "TOOLWRIGHT_DATABASE_PASSWORD_FILE")]
    database_password_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) upstream: Upstream,
}

impl StoreArguments {
    /// The accounts. The store and the key are made where there are none.
    pub(crate) async fn open(
        &self,
        catalogue: &'static Catalogue,
    ) -> Result<Registry, CommandError> {
        let directory = self.directory()?;
        let keys = match env::var(MASTER_KEY) {
            Ok(keys) if !keys.is_empty() => KeySource::Given(keys.into()),
            _ => KeySource::File(prepared(&directory)?.join("master.key")),
        };
        let store = match self.database_url()? {
            Some(url) => {
                let file = self.database_password_file.as_deref();
                let password = file.map(password).transpose()?;
                Store::postgres(url.expose_secret(), password.as_ref()).await?
            }
            None => Store::sqlite(&database(prepared(&directory)?)).await?,
        };
        let caller = Arc::new(self.upstream.caller(catalogue, None)?);
        let registry = Registry::open(catalogue, store, Vault::open(keys)?, caller).await?;
        Ok(registry.with_oauth_apps(environment::oauth_apps(catalogue)?))
    }

    /// Whether there may be accounts already. Looking makes nothing.
    pub(crate) fn is_there(&self) -> bool {
        let directory = self.directory();
        self.database_url.is_some()
            || variable(DATABASE_URL).is_some()
            || directory.is_ok_and(|directory| database(&directory).exists())
    }

    /// The URL of the database; `None`: the store is a file.
    fn database_url(&self) -> Result<Option<SecretString>, CommandError> {
        let Some(url) = self.database_url.as_deref() else {
            let url = variable(DATABASE_URL).map(|url| url.to_string_lossy().as_ref().into());
            return Ok(url);
        };
        if Store::has_password(url)? {
            let sentence = format!(
                "--database-url has a password in it, which anybody on this machine can read: set \
                 {DATABASE_URL} instead, or put the password into a file and name it with \
                 --database-password-file"
            );
            return Err(CommandError::Sentence(sentence));
        }
        Ok(Some(url.into()))
    }

    fn directory(&self) -> Result<PathBuf, CommandError> {
        let variable = |name| variable(name).map(PathBuf::from);
        let given = self.data_dir.clone();
        let data = || variable("XDG_DATA_HOME").filter(|path| path.is_absolute());
        let home = || variable("HOME").map(|home| home.join(".local/share"));
        let folder = given.or_else(|| Some(data().or_else(home)?.join("toolwright")));
        folder.ok_or_else(|| {
            let sentence = "there is no folder for the store: say which with --data-dir";
            CommandError::Sentence(sentence.to_owned())
        })
    }
}

/// The value of a variable; an empty one is as good as none.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// The password that a file holds.
fn password(path: &Path) -> Result<SecretString, CommandError> {
    let failed = |error: &dyn Display| {
        CommandError::Sentence(format!("the password file {}: {error}", path.display()))
    };
    let read = || -> io::Result<(u32, String)> {
        let file = File::open(path)?;
        let mode = file.metadata()?.permissions().mode();
        Ok((mode, io::read_to_string(file)?))
    };
    let (mode, text) = read().map_err(|error| failed(&error))?;
    if mode & 0o077 != 0 {
        return Err(failed(&"others can read it; use `chmod 600`"));
    }
    Ok(text.trim_end_matches(['\r', '\n']).into())
}

fn database(directory: &Path) -> PathBuf {
    directory.join("toolwright.db")
}

/// Makes the folder, for its owner alone, if it is not there.
fn prepared(directory: &Path) -> Result<&Path, CommandError> {
    let make = || -> io::Result<()> {
        if let Some(parent) = directory.parent() {
            fs::create_dir_all(parent)?;
        }
        match DirBuilder::new().mode(0o700).create(directory) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    };
    make().map_err(|error| {
        CommandError::Sentence(format!("the folder {}: {error}", directory.display()))
    })?;
    Ok(directory)
}
