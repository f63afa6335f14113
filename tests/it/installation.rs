//! A store of its own for a test, in SQLite or PostgreSQL, and the real binary on it.

use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use tokio::process::Command;
use tokio_postgres::{NoTls, SimpleQueryMessage};

use crate::server::toolwright;

/// The operator's API token.
pub(crate) const ADMIN: &str = "adm-Jp4xQ7vR2nLk9sWd";

/// The variable with the URL of a PostgreSQL server in which databases may be made.
const DATABASE_URL: &str = "TOOLWRIGHT_TEST_DATABASE_URL";

/// Each test twice: over SQLite, and over PostgreSQL, which `tests/run` starts.
macro_rules! over_each_store {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::installation::Installation::sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs PostgreSQL, which tests/run starts"]
            async fn $name() {
                super::$name($crate::installation::Installation::postgres().await).await;
            })*
        }
    };
}
pub(crate) use over_each_store;

/// A data directory, and the database where it is not in there.
pub(crate) struct Installation {
    directory: PathBuf,
    database_url: Option<String>,
    _folder: tempfile::TempDir,
}

impl Installation {
    pub(crate) fn sqlite() -> Self {
        Self::within(tempfile::tempdir().unwrap(), None)
    }

    /// A database of its own on the server of the tests.
    pub(crate) async fn postgres() -> Self {
        let url = std::env::var(DATABASE_URL)
            .unwrap_or_else(|_| panic!("{DATABASE_URL} must name a PostgreSQL server"));
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().file_name().unwrap().to_str().unwrap();
        let create = format!("CREATE DATABASE \"test{name}\"");
        postgres(&url).await.batch_execute(&create).await.unwrap();
        let (server, _) = url.rsplit_once('/').unwrap();
        let database_url = format!("{server}/test{name}");
        Self::within(folder, Some(database_url))
    }

    /// With a directory in a folder that is gone with it, and so is what is put beside it.
    fn within(folder: tempfile::TempDir, database_url: Option<String>) -> Self {
        let directory = folder.path().join("data");
        std::fs::create_dir(&directory).unwrap();
        Self {
            directory,
            database_url,
            _folder: folder,
        }
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(crate) fn database_url(&self) -> Option<&str> {
        self.database_url.as_deref()
    }

    /// A command on this store.
    pub(crate) fn command<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = toolwright(arguments);
        command.env("TOOLWRIGHT_DATA_DIR", self.directory());
        command.envs(
            self.database_url()
                .map(|url| ("TOOLWRIGHT_DATABASE_URL", url)),
        );
        command
    }

    /// `toolwright serve`, with calls to stand-ins of vendors: `zesty.accounts=http://127.0.0.1:9102`,
    /// separated by spaces.
    pub(crate) fn serve(&self, upstream: &str) -> Command {
        let mut command = self.command(["serve", "--listen", "127.0.0.1:0"]);
        command.env("TOOLWRIGHT_ADMIN_TOKEN", ADMIN);
        command.env("TOOLWRIGHT_UPSTREAM", upstream);
        // Tests ask more often than an operator and an agent do.
        command.env("TOOLWRIGHT_API_REQUESTS_PER_SECOND", "100000");
        command.env("TOOLWRIGHT_REQUESTS_PER_SECOND", "100000");
        command
    }

    /// Asks the database itself: the rows, all columns as text, bytes as `\x` and hexadecimal digits.
    pub(crate) async fn query(&self, statement: &str) -> Vec<Vec<String>> {
        match self.database_url() {
            Some(url) => {
                let messages = postgres(url).await.simple_query(statement).await.unwrap();
                let rows = messages.iter().filter_map(|message| match message {
                    SimpleQueryMessage::Row(row) => Some(row),
                    _ => None,
                });
                let texts = |row: &tokio_postgres::SimpleQueryRow| {
                    let columns = (0..row.len()).map(|index| row.get(index));
                    columns
                        .map(|text| text.unwrap_or_default().to_owned())
                        .collect()
                };
                rows.map(texts).collect()
            }
            None => {
                let path = self.directory().join("toolwright.db");
                let connection = rusqlite::Connection::open(path).unwrap();
                let mut prepared = connection.prepare(statement).unwrap();
                let columns = prepared.column_count();
                let texts = |row: &rusqlite::Row<'_>| {
                    (0..columns)
                        .map(|index| row.get_ref(index).map(text))
                        .collect()
                };
                prepared
                    .query_map([], texts)
                    .unwrap()
                    .map(Result::unwrap)
                    .collect()
            }
        }
    }
}

async fn postgres(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

fn text(column: ValueRef<'_>) -> String {
    match column {
        ValueRef::Null => String::new(),
        ValueRef::Integer(integer) => integer.to_string(),
        ValueRef::Real(real) => real.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => {
            let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
            format!("\\x{}", digits.collect::<String>())
        }
    }
}
