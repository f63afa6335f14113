//! PostgreSQL: a pool of connections, which several processes can have to one database.

use std::error::Error;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime,
};
use rustls_platform_verifier::BuilderVerifierExt;
use secrecy::{ExposeSecret as _, SecretString};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Config, IsolationLevel};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::migrate::{self, NEWEST};
use super::{Row, Statement, StoreError, Value};

/// The most connections of a process.
const CONNECTIONS: usize = 16;

/// How long to wait for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a statement may take, wait for a lock, and leave a transaction open: a process that hangs
/// must not make others hang.
const TIMEOUTS: &str = "SET statement_timeout = '10s'; SET lock_timeout = '5s';
    SET idle_in_transaction_session_timeout = '30s'";

/// Bringing tables up to date takes as long as they are big.
const NO_TIMEOUTS: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0";

/// Held while the tables are brought up to date, so that of several processes one does it. The
/// number means nothing, it has to be the same everywhere.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7086513024)";

#[derive(Clone, Debug)]
pub(super) struct Postgres(Pool);

impl Postgres {
    pub(super) async fn connect(
        url: &str,
        password: Option<&SecretString>,
    ) -> Result<Self, StoreError> {
        let mut config = config(url)?;
        if let Some(password) = password {
            config.password(password.expose_secret());
        }
        let this = Self(pool(config)?);
        this.migrate().await?;
        Ok(this)
    }

    pub(super) async fn query(
        &self,
        statement: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let connection = self.connection().await?;
        let prepared = connection.prepare_cached(statement).await?;
        let rows = connection.query(&prepared, &parameters(&values)).await?;
        rows.iter().map(row).collect()
    }

    /// Makes changes together, of so many rows each or more.
    pub(super) async fn change(
        &self,
        rows: u64,
        statements: Vec<Statement>,
    ) -> Result<Vec<u64>, StoreError> {
        let mut connection = self.connection().await?;
        let transaction = connection.transaction().await?;
        let mut changed = Vec::with_capacity(statements.len());
        for (statement, values) in &statements {
            let prepared = transaction.prepare_cached(statement).await?;
            let count = transaction.execute(&prepared, &parameters(values)).await;
            changed.push(super::enough(rows, count.map_err(refused)?)?);
        }
        transaction.commit().await?;
        Ok(changed)
    }

    async fn connection(&self) -> Result<Object, StoreError> {
        Ok(self.0.get().await?)
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        // What another process did is seen once the lock is had.
        let transaction = connection
            .build_transaction()
            .isolation_level(IsolationLevel::ReadCommitted)
            .start()
            .await?;
        transaction.batch_execute(NO_TIMEOUTS).await?;
        transaction.batch_execute(LOCK).await?;
        let table = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)";
        transaction.batch_execute(table).await?;
        let select = "SELECT COALESCE(MAX(version), 0) FROM schema_version";
        let found: i64 = transaction.query_one(select, &[]).await?.try_get(0)?;
        if found > NEWEST {
            return Err(StoreError::Newer {
                found,
                known: NEWEST,
            });
        }
        for statement in migrate::since(found) {
            transaction.batch_execute(statement).await?;
        }
        transaction
            .execute("DELETE FROM schema_version", &[])
            .await?;
        let insert = "INSERT INTO schema_version (version) VALUES ($1)";
        transaction.execute(insert, &[&NEWEST]).await?;
        Ok(transaction.commit().await?)
    }
}

/// Whether a URL has a password in it.
pub(super) fn has_password(url: &str) -> Result<bool, StoreError> {
    Ok(config(url)?.get_password().is_some())
}

fn config(url: &str) -> Result<Config, StoreError> {
    // The error of the parser does not repeat the URL, which may hold a password.
    Config::from_str(url).map_err(|error| StoreError::Url(error.to_string()))
}

fn pool(mut config: Config) -> Result<Pool, StoreError> {
    config.application_name("toolwright");
    // A link that died without a word is noticed.
    config
        .keepalives_idle(Duration::from_secs(30))
        .keepalives_interval(Duration::from_secs(10))
        .keepalives_retries(3)
        .tcp_user_timeout(Duration::from_secs(20));
    // Otherwise whoever sits in between could talk us out of TLS and be told the password.
    if config.get_ssl_mode() == SslMode::Prefer && !is_local(&config) {
        config.ssl_mode(SslMode::Require);
    }
    let manager = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = match config.get_ssl_mode() {
        SslMode::Disable => Manager::from_config(config, tokio_postgres::NoTls, manager),
        _ => Manager::from_config(config, encryption()?, manager),
    };
    Pool::builder(manager)
        .max_size(CONNECTIONS)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .post_create(Hook::async_fn(|connection: &mut ClientWrapper, _| {
            Box::pin(async move {
                let set = connection.batch_execute(TIMEOUTS).await;
                set.map_err(HookError::Backend)
            })
        }))
        .build()
        .map_err(|error| StoreError::Url(error.to_string()))
}

/// Whether the server is on this machine, as far as its address says.
fn is_local(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            let address = name.parse::<IpAddr>();
            name == "localhost" || address.is_ok_and(|address| address.is_loopback())
        }
        Host::Unix(_) => true,
    })
}

/// TLS with the certificates that the operating system trusts, and no less.
fn encryption() -> Result<MakeRustlsConnect, StoreError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_platform_verifier())
        .map_err(|error| StoreError::Url(error.to_string()))?;
    Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
}

fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

fn row(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let columns = row.columns().iter().enumerate();
    let columns = columns.map(|(index, column)| {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(index)?.into(),
            Type::TEXT => row.try_get::<_, Option<String>>(index)?.into(),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index)?.into(),
            _ => return Err(StoreError::Column("a number, text or bytes")),
        })
    });
    columns.collect::<Result<_, StoreError>>().map(Row::new)
}

impl ToSql for Value {
    fn to_sql(
        &self,
        to: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(integer) => integer.to_sql_checked(to, out),
            Self::Text(text) => text.to_sql_checked(to, out),
            Self::Bytes(bytes) => bytes.to_sql_checked(to, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        // Each value looks at the type itself.
        true
    }

    to_sql_checked!();
}

fn refused(error: tokio_postgres::Error) -> StoreError {
    let breaks_rule = [SqlState::UNIQUE_VIOLATION, SqlState::FOREIGN_KEY_VIOLATION];
    match error.code() {
        Some(code) if breaks_rule.contains(code) => StoreError::Conflict(super::chain(&error)),
        _ => error.into(),
    }
}
