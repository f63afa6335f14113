//! Where accounts, MCP servers, API tokens and the call log are kept: SQLite or PostgreSQL.
//!
//! The statements are the same for both. A change is one statement, or several that take effect
//! together; nothing is read, decided upon and written back, so that processes can share a database
//! without locks of their own.

mod migrate;
mod postgres;
mod sqlite;
mod value;

use std::io;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use prometheus_client::metrics::counter::Counter;

pub(crate) use self::value::{Row, Value};

/// A statement and its parameters, `$1` and so on.
pub(crate) type Statement = (&'static str, Vec<Value>);

/// A database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    /// How often it failed.
    errors: Counter,
}

#[derive(Clone, Debug)]
enum Database {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// Why the store does not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A database file cannot be opened or used.
    #[error("SQLite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The database file cannot be made.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: io::Error,
    },
    /// A PostgreSQL server cannot be reached or refuses.
    #[error("PostgreSQL: {}", chain(.0))]
    Postgres(#[from] tokio_postgres::Error),
    /// No connection to the PostgreSQL server is to be had.
    #[error("PostgreSQL: {}", chain(.0))]
    Pool(#[from] deadpool_postgres::PoolError),
    /// The URL of the database means nothing.
    #[error("the database URL cannot be used: {0}")]
    Url(String),
    /// Something with the same name, or something that it belongs to is gone.
    #[error("it would break a rule of the database: {0}")]
    Conflict(String),
    /// A newer version of the program made the database.
    #[error(
        "the database has version {found}, and this program knows {known} and older ones; use the \
         program that made it, or a newer one"
    )]
    Newer {
        /// The version of the database.
        found: i64,
        /// The newest version that the program knows.
        known: i64,
    },
    /// A column holds something else than the program wrote.
    #[error("the database holds something else than {0} where that should be")]
    Column(&'static str),
    /// A statement that had to change something changed nothing.
    #[error("a statement changed nothing")]
    Unchanged,
    /// The program is ending, or a statement broke off.
    #[error("the database was closed")]
    Closed,
}

/// An error with its causes, which PostgreSQL's errors keep to themselves.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text.push_str(&format!(": {deeper}"));
        cause = deeper.source();
    }
    text
}

/// A count of changed rows, where so many or more had to be changed.
fn enough(rows: u64, changed: u64) -> Result<u64, StoreError> {
    match changed < rows {
        true => Err(StoreError::Unchanged),
        false => Ok(changed),
    }
}

impl Store {
    /// Opens a database file, makes it if there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError`] when it is no such file, or a newer program's.
    pub async fn sqlite(path: &Path) -> Result<Self, StoreError> {
        let sqlite = sqlite::Sqlite::open(path).await?;
        Ok(Self::new(Database::Sqlite(sqlite)))
    }

    /// A database in memory, which is gone when the last clone is.
    ///
    /// # Errors
    /// [`StoreError`] when there is no memory or no thread.
    pub async fn in_memory() -> Result<Self, StoreError> {
        let sqlite = sqlite::Sqlite::in_memory().await?;
        Ok(Self::new(Database::Sqlite(sqlite)))
    }

    /// Connects to `postgres://user:password@host/database` and brings its tables up to date. The
    /// password can be given by itself.
    ///
    /// # Errors
    /// [`StoreError`] when the server cannot be reached, or the database is a newer program's.
    pub async fn postgres(url: &str, password: Option<&SecretString>) -> Result<Self, StoreError> {
        let postgres = postgres::Postgres::connect(url, password).await?;
        Ok(Self::new(Database::Postgres(postgres)))
    }

    fn new(database: Database) -> Self {
        Self {
            database,
            errors: Counter::default(),
        }
    }

    /// How often the store failed, in all clones together.
    #[must_use]
    pub(crate) fn errors(&self) -> Counter {
        self.errors.clone()
    }

    /// Whether the URL of a PostgreSQL database has a password in it.
    ///
    /// # Errors
    /// [`StoreError::Url`] when it is no such URL.
    pub fn has_password(url: &str) -> Result<bool, StoreError> {
        postgres::has_password(url)
    }

    /// Reads rows.
    pub(crate) async fn query(
        &self,
        statement: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let rows = match &self.database {
            Database::Sqlite(sqlite) => sqlite.query(statement, values).await,
            Database::Postgres(postgres) => postgres.query(statement, values).await,
        };
        self.counted(rows)
    }

    /// Reads a row by a key: it is there once or not at all.
    pub(crate) async fn find(
        &self,
        statement: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        let row = match &self.database {
            Database::Sqlite(sqlite) => sqlite.find(statement, values).await,
            Database::Postgres(postgres) => {
                let rows = postgres.query(statement, values).await;
                rows.map(|mut rows| rows.pop())
            }
        };
        self.counted(row)
    }

    /// Makes changes that take effect together, or not at all; how many rows each one changed. They
    /// are on disk when this returns.
    pub(crate) async fn change(&self, statements: Vec<Statement>) -> Result<Vec<u64>, StoreError> {
        self.change_at_least(0, statements).await
    }

    /// The same, if each of the changes has rows to change. Otherwise none is made, and this is false.
    pub(crate) async fn change_each(&self, statements: Vec<Statement>) -> Result<bool, StoreError> {
        match self.change_at_least(1, statements).await {
            Ok(_) => Ok(true),
            Err(StoreError::Unchanged) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn change_at_least(
        &self,
        rows: u64,
        statements: Vec<Statement>,
    ) -> Result<Vec<u64>, StoreError> {
        let changed = match &self.database {
            Database::Sqlite(sqlite) => sqlite.change(rows, statements).await,
            Database::Postgres(postgres) => postgres.change(rows, statements).await,
        };
        self.counted(changed)
    }

    fn counted<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &result
            && !matches!(error, StoreError::Unchanged | StoreError::Conflict(_))
        {
            self.errors.inc();
        }
        result
    }

    /// Makes one change; how many rows it changed.
    pub(crate) async fn change_one(
        &self,
        statement: &'static str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        let changed = self.change(vec![(statement, values)]).await?;
        Ok(changed.into_iter().sum())
    }
}
