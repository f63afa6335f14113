//! The log of calls and changes as the store keeps it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Page, PageRequest, Problem, Registry, RegistryError, check_name, time};
use crate::log::{CallFigures, ClientInfo, Deed, Entry, Status, first_id, next_id};
use crate::store::{Row, Statement, StoreError, Value};

/// How many lines are removed at a time, so that others get at the store in between.
const BATCH: i64 = 5000;

/// Behind all ids.
const LAST: &str = "g";

/// Which lines are wanted. `None`: any.
#[derive(Clone, Debug, Default)]
pub struct LogFilter {
    /// `tool_call`, `proxy_call` or `change`.
    pub kind: Option<String>,
    /// The tool or operation that was called.
    pub tool: Option<String>,
    /// What was changed: `mcp_server.create`.
    pub action: Option<String>,
    /// The integration's slug.
    pub integration: Option<String>,
    /// The account.
    pub integrated_account_id: Option<String>,
    /// The customer.
    pub tenant_id: Option<String>,
    /// The MCP server.
    pub mcp_server_id: Option<String>,
    /// The API token.
    pub api_token_id: Option<String>,
    /// The program that asked.
    pub client_name: Option<String>,
    /// How it went.
    pub status: Option<Status>,
    /// Why it failed.
    pub error_kind: Option<String>,
    /// Not what began before.
    pub since: Option<Timestamp>,
    /// Not what began then or later.
    pub until: Option<Timestamp>,
}

impl LogFilter {
    fn check(&self) -> Result<(), RegistryError> {
        let texts = [
            ("kind", &self.kind),
            ("tool", &self.tool),
            ("action", &self.action),
            ("integration", &self.integration),
            ("integrated_account_id", &self.integrated_account_id),
            ("tenant_id", &self.tenant_id),
            ("mcp_server_id", &self.mcp_server_id),
            ("api_token_id", &self.api_token_id),
            ("client_name", &self.client_name),
            ("error_kind", &self.error_kind),
        ];
        let wrong = |(field, text): &(&str, &Option<String>)| check_name(field, text.as_deref()?);
        let mut problems: Vec<Problem> = texts.iter().filter_map(wrong).collect();
        if self.tool.is_some() && self.action.is_some() {
            let message = "`action` is about changes and `tool` about calls; give one of them.";
            problems.push(Problem::new("action", message));
        }
        RegistryError::of(problems)
    }
}

/// Who makes changes.
#[derive(Clone, Debug)]
pub(super) struct Author {
    api_token_id: Option<String>,
    client: ClientInfo,
}

/// What is changed, and whose it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject<'a> {
    /// An account.
    Account(&'a str),
    /// An MCP server of an account.
    McpServer { account: &'a str, id: &'a str },
    /// An API token.
    ApiToken(&'a str),
    /// A master key.
    Key(&'a str),
    /// What is set for an integration.
    Integration(&'a str),
}

/// The columns of [`Entry`], in the order in which they are read.
macro_rules! columns {
    () => {
        "id, time, kind, deed, subject_id, integration, integrated_account_id, tenant_id, mcp_server_id,
        api_token_id, client_name, client_version, protocol_version, status, error_kind, duration,
        upstream_duration, upstream_requests, upstream_status, bytes, result_count"
    };
}

/// The newest lines first, of those that begin with a condition about `$3`, which can use an index.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM call_log WHERE ",
            $condition,
            " AND id >= $1 AND id < $2
            AND (CAST($4 AS TEXT) IS NULL OR integrated_account_id = $4)
            AND (CAST($5 AS TEXT) IS NULL OR kind = $5)
            AND (CAST($6 AS TEXT) IS NULL OR deed = $6)
            AND (CAST($7 AS TEXT) IS NULL OR integration = $7)
            AND (CAST($8 AS TEXT) IS NULL OR tenant_id = $8)
            AND (CAST($9 AS TEXT) IS NULL OR api_token_id = $9)
            AND (CAST($10 AS TEXT) IS NULL OR client_name = $10)
            AND (CAST($11 AS TEXT) IS NULL OR status = $11)
            AND (CAST($12 AS TEXT) IS NULL OR error_kind = $12)
            ORDER BY id DESC LIMIT $13"
        )
    };
}

impl Registry {
    /// The same accounts, changed by somebody with an API token.
    #[must_use]
    pub fn by(&self, api_token_id: &str, client: ClientInfo) -> Self {
        Self {
            author: Author {
                api_token_id: Some(api_token_id.to_owned()),
                client,
            },
            ..self.clone()
        }
    }

    /// Lists what was logged, the newest first.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] when a filter is nothing that a line can say.
    pub async fn log(
        &self,
        filter: &LogFilter,
        page: &PageRequest,
    ) -> Result<Page<Entry>, RegistryError> {
        const OF_MCP_SERVER: &str = select!("mcp_server_id = $3");
        const OF_ACCOUNT: &str = select!("integrated_account_id = $3");
        const OF_API_TOKEN: &str = select!("api_token_id = $3");
        const OF_TENANT: &str = select!("tenant_id = $3");
        const ALL: &str = select!("CAST($3 AS TEXT) IS NULL");
        filter.check()?;
        // The first of these that is asked for leads to its index.
        let indexed = [
            (&filter.mcp_server_id, OF_MCP_SERVER),
            (&filter.integrated_account_id, OF_ACCOUNT),
            (&filter.api_token_id, OF_API_TOKEN),
            (&filter.tenant_id, OF_TENANT),
        ];
        let found = indexed.iter().find(|(id, _)| id.is_some());
        let (index, statement) = found.copied().unwrap_or((&None, ALL));
        let until = filter.until.map_or_else(|| LAST.to_owned(), first_id);
        let before = match page.after.as_str() {
            "" => until,
            after => until.min(after.to_owned()),
        };
        // A tool and a change never have the same name.
        let deed = filter.tool.as_ref().or(filter.action.as_ref());
        let values = vec![
            filter.since.map(first_id).unwrap_or_default().into(),
            before.into(),
            index.clone().into(),
            filter.integrated_account_id.clone().into(),
            filter.kind.clone().into(),
            deed.cloned().into(),
            filter.integration.clone().into(),
            filter.tenant_id.clone().into(),
            filter.api_token_id.clone().into(),
            filter.client_name.clone().into(),
            filter.status.map(Status::name).into(),
            filter.error_kind.clone().into(),
            page.rows().into(),
        ];
        let rows = self.store.query(statement, values).await?;
        let entries = rows.into_iter().map(|mut row| read(&mut row));
        Ok(page.page(entries.collect::<Result<_, _>>()?, |entry| &entry.id))
    }

    /// Writes lines.
    ///
    /// # Errors
    /// [`StoreError`]: none was written.
    pub(crate) async fn append_to_log(&self, entries: &[Entry]) -> Result<(), StoreError> {
        // If it was not heard that they were written, they are written again.
        const INSERT: &str = concat!(
            "INSERT INTO call_log (",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
            $18, $19, $20, $21) ON CONFLICT (id) DO NOTHING"
        );
        let statements = entries.iter().map(|entry| (INSERT, values(entry)));
        self.store.change(statements.collect()).await.map(drop)
    }

    /// The statement that writes down a change of something that is there when it is carried out.
    pub(super) fn note(&self, action: &'static str, subject: Subject<'_>) -> Statement {
        const INSERT: &str = "INSERT INTO call_log (id, time, kind, deed, subject_id, integration,
            integrated_account_id, tenant_id, mcp_server_id, api_token_id, client_name,
            client_version, status)
            VALUES ($1, $2, 'change', $3, $4,
            COALESCE($10, (SELECT integration FROM integrated_account WHERE id = $5)), $5,
            (SELECT tenant_id FROM integrated_account WHERE id = $5), $6, $7, $8, $9, 'ok')";
        let (id, account, mcp_server) = match subject {
            Subject::Account(id) => (id, Some(id), None),
            Subject::McpServer { account, id } => (id, Some(account), Some(id)),
            Subject::ApiToken(id) | Subject::Key(id) | Subject::Integration(id) => (id, None, None),
        };
        let integration = match subject {
            Subject::Integration(slug) => Some(slug),
            _ => None,
        };
        let Author {
            api_token_id,
            client,
        } = &self.author;
        let (line, time) = next_id();
        let values = vec![
            line.into(),
            time.as_millisecond().into(),
            action.into(),
            id.into(),
            account.into(),
            mcp_server.into(),
            api_token_id.clone().into(),
            client.name.clone().into(),
            client.version.clone().into(),
            integration.into(),
        ];
        (INSERT, values)
    }

    /// Removes lines about what began longer ago than that; how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn trim_log(&self, retention: Duration) -> Result<u64, StoreError> {
        const DELETE: &str = "DELETE FROM call_log WHERE id IN
            (SELECT id FROM call_log WHERE id < $1 ORDER BY id LIMIT $2)";
        let retention = SignedDuration::try_from(retention).unwrap_or(SignedDuration::MAX);
        let oldest = Timestamp::now().saturating_sub(retention);
        let oldest = first_id(oldest.unwrap_or(Timestamp::MIN));
        let mut removed = 0;
        loop {
            let values = vec![oldest.as_str().into(), BATCH.into()];
            match self.store.change_one(DELETE, values).await? {
                0 => return Ok(removed),
                count => removed += count,
            }
        }
    }
}

impl Author {
    /// The API token that it has.
    pub(super) fn api_token_id(&self) -> Option<&str> {
        self.api_token_id.as_deref()
    }

    /// Somebody with a link that was made by one with an API token.
    pub(super) fn of_link(api_token_id: Option<&str>, client: ClientInfo) -> Self {
        Self {
            api_token_id: api_token_id.map(str::to_owned),
            client,
        }
    }
}

impl Default for Author {
    /// Whoever has the program and the keys.
    fn default() -> Self {
        Self {
            api_token_id: None,
            client: ClientInfo::new("toolwright", env!("CARGO_PKG_VERSION")),
        }
    }
}

fn values(entry: &Entry) -> Vec<Value> {
    let (deed, subject_id) = match &entry.deed {
        Deed::ToolCall(tool) | Deed::ProxyCall(tool) => (tool, None),
        Deed::Change { action, subject_id } => (action, subject_id.clone()),
    };
    let call = entry.call.as_ref();
    let number = |of: &dyn Fn(&CallFigures) -> Option<u64>| {
        let number = call.and_then(of);
        number.map(|number| i64::try_from(number).unwrap_or(i64::MAX))
    };
    let microseconds = |duration: Duration| u64::try_from(duration.as_micros()).ok();
    vec![
        entry.id.clone().into(),
        entry.time.as_millisecond().into(),
        entry.deed.kind().into(),
        deed.clone().into(),
        subject_id.into(),
        entry.integration.clone().into(),
        entry.integrated_account_id.clone().into(),
        entry.tenant_id.clone().into(),
        entry.mcp_server_id.clone().into(),
        entry.api_token_id.clone().into(),
        entry.client.name.clone().into(),
        entry.client.version.clone().into(),
        entry.protocol_version.clone().into(),
        entry.status.name().into(),
        entry.error_kind.clone().into(),
        number(&|call| microseconds(call.duration)).into(),
        number(&|call| microseconds(call.upstream_duration)).into(),
        number(&|call| Some(call.upstream_requests.into())).into(),
        number(&|call| call.upstream_status.map(u64::from)).into(),
        number(&|call| call.bytes).into(),
        number(&|call| call.result_count).into(),
    ]
}

fn read(row: &mut Row) -> Result<Entry, StoreError> {
    let (id, began) = (row.text()?, time(row.integer()?)?);
    let (kind, deed, subject_id) = (row.text()?, row.text()?, row.optional_text()?);
    let deed = match kind.as_str() {
        "tool_call" => Deed::ToolCall(deed),
        "proxy_call" => Deed::ProxyCall(deed),
        _ => Deed::Change {
            action: deed,
            subject_id,
        },
    };
    Ok(Entry {
        id,
        time: began,
        deed,
        integration: row.optional_text()?,
        integrated_account_id: row.optional_text()?,
        tenant_id: row.optional_text()?,
        mcp_server_id: row.optional_text()?,
        api_token_id: row.optional_text()?,
        client: ClientInfo {
            name: row.optional_text()?,
            version: row.optional_text()?,
        },
        protocol_version: row.optional_text()?,
        status: status(&row.text()?)?,
        error_kind: row.optional_text()?,
        call: figures(row)?,
    })
}

fn status(name: &str) -> Result<Status, StoreError> {
    let known = Status::NAMES.iter().find(|(known, _)| *known == name);
    known
        .map(|(_, status)| *status)
        .ok_or(StoreError::Column("a status"))
}

fn figures(row: &mut Row) -> Result<Option<CallFigures>, StoreError> {
    let mut number = || row.optional_integer();
    let (duration, upstream_duration) = (number()?, number()?);
    let (requests, status, bytes, count) = (number()?, number()?, number()?, number()?);
    let microseconds = |number: i64| Duration::from_micros(number.unsigned_abs());
    Ok(duration.map(|duration| CallFigures {
        duration: microseconds(duration),
        upstream_duration: microseconds(upstream_duration.unwrap_or_default()),
        upstream_requests: requests
            .and_then(|number| number.try_into().ok())
            .unwrap_or_default(),
        upstream_status: status.and_then(|status| status.try_into().ok()),
        bytes: bytes.map(i64::unsigned_abs),
        result_count: count.map(i64::unsigned_abs),
    }))
}
