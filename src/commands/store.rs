//! Where accounts are kept, and with which keys.

use std::env;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use toolwright::CATALOGUE;
use toolwright_server::accounts::Registry;
use toolwright_server::store::Store;
use toolwright_server::vault::{KeySource, Vault};

use super::CommandError;

/// The master keys; a variable alone, since anybody can read what stands on a command line.
const MASTER_KEY: &str = "TOOLWRIGHT_MASTER_KEY";

/// Where accounts are kept.
#[derive(Debug, Args)]
pub(super) struct StoreArguments {
    /// The folder of the store and of the master key [default: toolwright in the folder for the
    /// user's data, such as ~/.local/share/toolwright].
    #[arg(long, value_name = "DIR", env = "TOOLWRIGHT_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// Keep accounts in PostgreSQL instead, which several servers can share:
    /// `postgres://user@host/database`. The password is safest in the variable.
    #[arg(long, value_name = "URL", env = "TOOLWRIGHT_DATABASE_URL")]
    #[arg(hide_env_values = true)]
    database_url: Option<String>,
}

impl StoreArguments {
    /// The accounts. The store and the key are made where there are none.
    pub(super) async fn open(&self) -> Result<Registry, CommandError> {
        let directory = self.directory()?;
        let keys = match env::var(MASTER_KEY) {
            Ok(keys) if !keys.is_empty() => KeySource::Given(keys.into()),
            _ => KeySource::File(prepared(&directory)?.join("master.key")),
        };
        let store = match self.database_url.as_deref() {
            Some(url) => Store::postgres(url).await?,
            None => Store::sqlite(&database(prepared(&directory)?)).await?,
        };
        Ok(Registry::open(&CATALOGUE, store, Vault::open(keys)?).await?)
    }

    /// Whether there may be accounts already. Looking makes nothing.
    pub(super) fn is_there(&self) -> bool {
        let directory = self.directory();
        self.database_url.is_some()
            || directory.is_ok_and(|directory| database(&directory).exists())
    }

    fn directory(&self) -> Result<PathBuf, CommandError> {
        let variable = |name| {
            env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
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
