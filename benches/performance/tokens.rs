//! What it costs to look a token up among a million: `tools/list` over a store of that many MCP servers
//! against the same list where there is one.
//!
//! One token is asked for again and again, as by an agent at work, and is remembered; others come so
//! seldom that the store is asked for each request. The three take turns as in `list`.

use std::path::Path;

use rusqlite::{Connection, params};

use crate::report::Report;
use crate::server::{self, ONE_TOKEN, OURS, Server};
use crate::{Failure, median, synthetic};

/// How often each has its turn.
const TURNS: usize = 9;

const TOOLS: usize = 1000;

/// The most processor time for a request, as a multiple of that with one MCP server.
const LIMIT: f64 = 1.5;

/// A batch of MCP servers: those whose tokens are known, of an account of their own, and others. The
/// known ones lie between the others everywhere.
const BATCHES: u32 = 100;
const KNOWN: u32 = 80;
const OTHERS: u32 = 9920;

/// How many MCP servers each account of the others has.
const SERVERS_PER_ACCOUNT: u32 = 10;

pub(crate) fn measure(report: &mut Report) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let tokens = fill(folder.path())?;
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let remembered = tokens.get(..1).ok_or("no tokens")?;
    let one = Server::start(OURS, TOOLS, None)?;
    let many = Server::start(OURS, TOOLS, Some(folder.path()))?;
    let mut turns = Vec::new();
    for _ in 0..TURNS {
        let one = one.turn(ONE_TOKEN)?;
        let (again, spread) = (many.turn(remembered)?, many.turn(&tokens)?);
        if one.bytes != again.bytes || one.bytes != spread.bytes {
            return Err("the servers do not send the same bytes".into());
        }
        // A turn is three times as long as a token is remembered.
        if spread.requests as usize > 3 * tokens.len() {
            return Err("too few tokens: they are asked for while they are remembered".into());
        }
        turns.push([one.cost, again.cost, spread.cost]);
    }
    let each = |of: fn(&[f64; 3]) -> f64| median(turns.iter().map(of).collect()).ok_or("no turns");
    let count = BATCHES * (KNOWN + OTHERS);
    let what = format!("{TOOLS} tools, a token of {count}, remembered, against one");
    report.limited(&what, each(|[one, again, _]| again / one)?, "x", LIMIT)?;
    let what = format!("{TOOLS} tools, tokens of {count} from the store");
    report.limited(&what, each(|[one, _, spread]| spread / one)?, "x", LIMIT)?;
    report.figure(
        "one MCP server, CPU per request",
        each(|[one, _, _]| *one)?,
        "us",
    )?;
    report.figure(
        "a token that is remembered",
        each(|[_, again, _]| *again)?,
        "us",
    )?;
    report.figure(
        "tokens from the store",
        each(|[_, _, spread]| *spread)?,
        "us",
    )?;
    Ok(())
}

/// Makes a store of a million MCP servers; the tokens that are known.
fn fill(directory: &Path) -> Result<Vec<String>, Failure> {
    let runtime = tokio::runtime::Runtime::new()?;
    let integration = synthetic::integration(5)?;
    let registry = runtime.block_on(server::registry(integration, directory))?;
    let mut connection = Connection::open(directory.join("toolwright.db"))?;
    // Nobody needs this store after a power cut.
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -500000")?;
    let mut all = Vec::new();
    for batch in 0..BATCHES {
        let tokens: Vec<String> = (0..KNOWN).map(|n| format!("token-{batch}-{n}")).collect();
        let known: Vec<&str> = tokens.iter().map(String::as_str).collect();
        let account = runtime.block_on(server::connect(&registry, integration, &known))?;
        copy(&mut connection, &account, batch)?;
        all.extend(tokens);
    }
    Ok(all)
}

/// Adds a batch of accounts and MCP servers like those of an account, with tokens that nobody knows.
fn copy(connection: &mut Connection, account: &str, batch: u32) -> Result<(), Failure> {
    const NUMBERS: &str = "WITH RECURSIVE number (n) AS
        (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < ?3)";
    const ACCOUNTS: &str = "INSERT INTO integrated_account (id, integration, name, tenant_id,
            connection, authentication_method, status, key_id, data_key, credentials, version,
            created_at, updated_at)
        SELECT printf('%08x-0000-7000-8000-%012x', ?2, n), integration, name, tenant_id,
            connection, authentication_method, status, key_id, data_key, credentials, version,
            created_at, updated_at
        FROM number, integrated_account WHERE id = ?1";
    const SERVERS: &str = "INSERT INTO mcp_server (id, integrated_account_id, token_hash, name,
            methods, tags, require_api_token_auth, tool_exposure, expires_at, created_at,
            updated_at, version)
        SELECT printf('%08x-0000-7000-8000-%012x', ?2, n),
            printf('%08x-0000-7000-8000-%012x', ?2, n / ?4), randomblob(32), name,
            methods, tags, require_api_token_auth, tool_exposure, expires_at, created_at,
            updated_at, version
        FROM number, (SELECT * FROM mcp_server WHERE integrated_account_id = ?1 LIMIT 1)";
    let transaction = connection.transaction()?;
    let accounts = OTHERS / SERVERS_PER_ACCOUNT;
    let statement = format!("{NUMBERS} {ACCOUNTS}");
    transaction.execute(&statement, params![account, batch, accounts])?;
    let statement = format!("{NUMBERS} {SERVERS}");
    let values = params![account, batch, OTHERS, SERVERS_PER_ACCOUNT];
    transaction.execute(&statement, values)?;
    Ok(transaction.commit()?)
}
