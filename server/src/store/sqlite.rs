//! SQLite: one connection that writes, and a few that read. The library blocks, so work is done on a
//! thread for that, but for reading a row that is at hand. A database in memory has one connection, which does both.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, TransactionBehavior, params_from_iter};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::migrate::{self, NEWEST};
use super::{Row, Statement, StoreError, Value};

/// How long to wait for a process that writes at the same time, such as a command beside the server.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The most connections for reading a row by its key.
const ROW_READERS: usize = 6;

/// The most connections for reading lists. A search of the log can take long; the others are left to
/// who looks for a token.
const LIST_READERS: usize = 2;

#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    /// `None`: in memory.
    readers: Option<Arc<Readers>>,
    writer: Arc<tokio::sync::Mutex<Connection>>,
}

#[derive(Debug)]
struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    /// As many as there may be connections for one and for the other.
    rows: Arc<Semaphore>,
    lists: Arc<Semaphore>,
}

impl Sqlite {
    pub(super) async fn open(path: &Path) -> Result<Self, StoreError> {
        let path = path.to_owned();
        let readers = Readers::new(path.clone());
        let open = move || {
            create(&path)?;
            prepare(Connection::open(path)?)
        };
        Ok(Self::new(Some(readers), blocking(open).await??))
    }

    pub(super) async fn in_memory() -> Result<Self, StoreError> {
        let writer = blocking(|| prepare(Connection::open_in_memory()?)).await??;
        Ok(Self::new(None, writer))
    }

    fn new(readers: Option<Readers>, writer: Connection) -> Self {
        Self {
            readers: readers.map(Arc::new),
            writer: Arc::new(tokio::sync::Mutex::new(writer)),
        }
    }

    pub(super) async fn query(
        &self,
        statement: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        match &self.readers {
            Some(readers) => {
                let turn = turn(&readers.lists).await?;
                readers.read(turn, statement, values).await
            }
            None => {
                self.write(move |connection| select(connection, statement, &values))
                    .await
            }
        }
    }

    /// Reads a row by a key.
    pub(super) async fn find(
        &self,
        statement: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        let rows = match &self.readers {
            Some(readers) => match readers.read_at_once(statement, &values)? {
                Some(rows) => Ok(rows),
                None => {
                    let turn = turn(&readers.rows).await?;
                    readers.read(turn, statement, values).await
                }
            },
            None => self.query(statement, values).await,
        };
        Ok(rows?.pop())
    }

    /// Makes changes together, of so many rows each or more.
    pub(super) async fn change(
        &self,
        rows: u64,
        statements: Vec<Statement>,
    ) -> Result<Vec<u64>, StoreError> {
        self.write(move |connection| apply(connection, rows, &statements))
            .await
    }

    /// Has something done with the connection that writes. Once it has begun it is done to its end,
    /// even if whoever asked goes away.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let mut connection = Arc::clone(&self.writer).lock_owned().await;
        blocking(move || work(&mut connection)).await?
    }
}

impl Readers {
    fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::default(),
            rows: Arc::new(Semaphore::new(ROW_READERS)),
            lists: Arc::new(Semaphore::new(LIST_READERS)),
        }
    }

    /// Reads on a thread for that.
    async fn read(
        self: &Arc<Self>,
        turn: OwnedSemaphorePermit,
        statement: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let readers = Arc::clone(self);
        blocking(move || {
            let idle = readers.idle().pop();
            let connection = idle.map_or_else(|| open(&readers.path), Ok)?;
            let rows = readers.read_with(connection, BUSY_TIMEOUT, statement, &values);
            // The turn lasts as long as the work, even if whoever asked goes away.
            drop(turn);
            rows
        })
        .await?
    }

    /// Reads a row on this thread, if a connection is open and nobody has to be waited for; otherwise
    /// `None`. That takes some microseconds, and to hand it to another thread and back would cost
    /// several times as much. What remains is that pages which are in nobody's memory come from the
    /// disk meanwhile: a few for a row by its key.
    fn read_at_once(
        &self,
        statement: &str,
        values: &[Value],
    ) -> Result<Option<Vec<Row>>, StoreError> {
        let Ok(_turn) = self.rows.try_acquire() else {
            return Ok(None);
        };
        let Some(connection) = self.idle().pop() else {
            return Ok(None);
        };
        match self.read_with(connection, Duration::ZERO, statement, values) {
            Err(StoreError::Sqlite(error))
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) =>
            {
                Ok(None)
            }
            rows => rows.map(Some),
        }
    }

    /// Reads, and waits so long for a process that keeps the file to itself.
    fn read_with(
        &self,
        connection: Connection,
        patience: Duration,
        statement: &str,
        values: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        connection.busy_timeout(patience)?;
        let rows = select(&connection, statement, values)?;
        // A connection after an error is not kept.
        self.idle().push(connection);
        Ok(rows)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        // A list of connections is never half changed.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until a connection may be used.
async fn turn(turns: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, StoreError> {
    let turn = Arc::clone(turns).acquire_owned().await;
    turn.map_err(|_| StoreError::Closed)
}

/// Does what blocks on a thread for that.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| StoreError::Closed)
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    set_up(&connection)?;
    Ok(connection)
}

/// What every connection is told.
fn set_up(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // A statement is planned once. Where an index has a condition, SQLite may otherwise plan anew for
    // each value that is looked up (sqlite.org/queryplanner-ng.html, section 5).
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn prepare(mut connection: Connection) -> Result<Connection, StoreError> {
    set_up(&connection)?;
    // What was acknowledged survives a power cut: the journal is synced at each commit.
    write_ahead(&connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > NEWEST {
        return Err(StoreError::Newer {
            found,
            known: NEWEST,
        });
    }
    for statement in migrate::since(found) {
        transaction.execute_batch(statement)?;
    }
    transaction.pragma_update(None, "user_version", NEWEST)?;
    transaction.commit()?;
    Ok(connection)
}

/// Turns the write-ahead log on. SQLite does not wait for another process that does the same.
fn write_ahead(connection: &Connection) -> Result<(), StoreError> {
    let started = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && started.elapsed() < BUSY_TIMEOUT =>
            {
                std::thread::sleep(Duration::from_millis(20));
            }
            done => return Ok(done?),
        }
    }
}

/// Makes the file for its owner alone; SQLite gives its journal the same mode.
fn create(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).mode(0o600);
    file.open(path).map(drop).map_err(|error| StoreError::File {
        path: path.to_owned(),
        error,
    })
}

fn apply(
    connection: &mut Connection,
    rows: u64,
    statements: &[Statement],
) -> Result<Vec<u64>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let changed = statements
        .iter()
        .map(|(statement, values)| {
            let mut prepared = transaction.prepare_cached(&numbered(statement))?;
            let changed = prepared
                .execute(params_from_iter(values))
                .map_err(refused)?;
            super::enough(rows, changed as u64)
        })
        .collect::<Result<Vec<u64>, StoreError>>()?;
    transaction.commit()?;
    Ok(changed)
}

fn select(
    connection: &Connection,
    statement: &str,
    values: &[Value],
) -> Result<Vec<Row>, StoreError> {
    let mut prepared = connection.prepare_cached(&numbered(statement))?;
    let columns = prepared.column_count();
    let mut rows = prepared.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let column = |index| row.get_ref(index).map_err(StoreError::from).and_then(value);
        found.push(Row::new(
            (0..columns).map(column).collect::<Result<_, _>>()?,
        ));
    }
    Ok(found)
}

/// `$1` is a name for SQLite, and `?1` the first parameter.
fn numbered(statement: &str) -> String {
    statement.replace('$', "?")
}

fn value(column: ValueRef<'_>) -> Result<Value, StoreError> {
    Ok(match column {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) => Value::Integer(integer),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Real(_) => return Err(StoreError::Column("a whole number")),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn refused(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => StoreError::Conflict(error.to_string()),
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;

    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn many_can_open_a_new_file_at_the_same_time() {
        const PROCESSES: usize = 8;
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("test.db");
            let together = Barrier::new(PROCESSES);
            let open = || {
                together.wait();
                create(&path).unwrap();
                let connection = prepare(Connection::open(&path).unwrap()).unwrap();
                let mode = connection.pragma_query_value(None, "journal_mode", |row| row.get(0));
                assert_eq!(mode, Ok("wal".to_owned()));
            };
            std::thread::scope(|scope| {
                for _ in 0..PROCESSES {
                    scope.spawn(open);
                }
            });
        }
    }

    /// Takes long, but reads nothing.
    const SLOW: &str = "WITH RECURSIVE n (i) AS
        (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT COUNT(*) FROM n";

    const BY_KEY: &str = "SELECT id FROM integrated_account WHERE id = ''";

    #[tokio::test]
    async fn who_searches_long_does_not_keep_others_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open(&folder.path().join("test.db")).await.unwrap();
        let done = AtomicUsize::new(0);
        let search = |_| async {
            sqlite.query(SLOW, Vec::new()).await.unwrap();
            done.fetch_add(1, Ordering::Relaxed);
        };
        tokio::select! {
            biased;
            _ = join_all((0..20).map(search)) => panic!("all that takes long is done"),
            found = sqlite.find(BY_KEY, Vec::new()) => assert!(found.unwrap().is_none()),
        }
        assert_eq!(done.into_inner(), 0);
    }

    #[tokio::test]
    async fn a_search_that_nobody_waits_for_has_its_connection_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open(&folder.path().join("test.db")).await.unwrap();
        for _ in 0..5 {
            let search = sqlite.query(SLOW, Vec::new());
            let ended = tokio::time::timeout(Duration::from_millis(20), search).await;
            assert!(ended.is_err());
        }
        let readers = sqlite.readers.unwrap();
        assert_eq!(readers.lists.available_permits(), 0);
        assert!(readers.idle().is_empty());
    }

    #[tokio::test]
    async fn a_file_that_is_in_use_is_waited_for_on_another_thread() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let other = Connection::open(&path).unwrap();
        // Without a write-ahead log, whoever writes keeps readers out.
        other.execute_batch("CREATE TABLE t (a)").unwrap();
        let writer = Connection::open_in_memory().unwrap();
        let sqlite = Sqlite::new(Some(Readers::new(path)), writer);
        let find = || sqlite.find("SELECT a FROM t", Vec::new());
        find().await.unwrap();
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let end = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            other
                .execute_batch("INSERT INTO t VALUES (1); COMMIT")
                .unwrap();
        };
        let started = Instant::now();
        let (found, ()) = tokio::join!(find(), end);
        assert!(started.elapsed() < BUSY_TIMEOUT / 2);
        assert_eq!(found.unwrap().unwrap().integer().unwrap(), 1);
    }

    #[test]
    fn a_statement_is_planned_once() {
        let connection = prepare(Connection::open_in_memory().unwrap()).unwrap();
        // As a token is looked up: `expires_at` has an index with a condition.
        let statement = "SELECT m.*, a.*
            FROM mcp_server m JOIN integrated_account a ON a.id = m.integrated_account_id
            WHERE m.token_hash = $1 AND (m.expires_at IS NULL OR m.expires_at > $2)";
        for time in 0..3 {
            let values = [Value::from(vec![0; 32]), Value::from(time)];
            assert!(select(&connection, statement, &values).unwrap().is_empty());
        }
        let prepared = connection.prepare_cached(&numbered(statement)).unwrap();
        assert_eq!(prepared.get_status(StatementStatus::RePrepare), 0);
    }

    #[test]
    fn a_process_that_uses_the_file_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let other = Connection::open(&path).unwrap();
        other
            .execute_batch("BEGIN EXCLUSIVE; CREATE TABLE t (a)")
            .unwrap();
        let opening = std::thread::spawn(move || {
            create(&path)?;
            prepare(Connection::open(path)?)
        });
        std::thread::sleep(Duration::from_millis(200));
        assert!(!opening.is_finished());
        other.execute_batch("COMMIT").unwrap();
        let connection = opening.join().unwrap().unwrap();
        let mode: String = connection
            .pragma_query_value(None, "journal_mode", |row| row.get(0))
            .unwrap();
        assert_eq!(mode, "wal");
    }
}
