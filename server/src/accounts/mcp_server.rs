//! MCP servers: an address that gives an agent some of the tools of one account, for some time.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use toolwright_runtime::table::{Integration, Operation, Shape};

use super::account::{Connected, connected_columns};
use super::{
    OpenAccount, Page, PageRequest, Problem, Registry, RegistryError, Subject, TRIES, check_name,
    new_id, now, time,
};
use crate::mcp::toolset::{Exposure, Filter, FilterError, Toolset};
use crate::store::{Row, StoreError, Value};
use crate::token::{self, TokenKind};

/// How far ahead an expiry must be.
const SHORTEST: SignedDuration = SignedDuration::from_secs(60);

/// An MCP server to make.
#[derive(Clone, Debug, Default)]
pub struct NewMcpServer {
    /// What a person calls it.
    pub name: String,
    /// Which tools it has.
    pub filter: Filter,
    /// Whether an API token is needed besides the address.
    pub require_api_token_auth: bool,
    /// How it shows its tools.
    pub tool_exposure: Exposure,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// What is to be different about an MCP server. `None`: as it is.
#[derive(Clone, Debug, Default)]
pub struct McpServerChange {
    /// What a person calls it.
    pub name: Option<String>,
    /// Which methods its tools have; empty: any.
    pub methods: Option<Vec<String>>,
    /// Which tags its tools have; empty: any.
    pub tags: Option<Vec<String>>,
    /// Whether an API token is needed besides the address.
    pub require_api_token_auth: Option<bool>,
    /// How it shows its tools.
    pub tool_exposure: Option<Exposure>,
    /// When it ends; `Some(None)`: never.
    pub expires_at: Option<Option<Timestamp>>,
}

/// An MCP server without its token, which was shown when it was made.
#[derive(Clone, Debug)]
pub struct McpServer {
    /// Its id.
    pub id: String,
    /// The account that its calls are made for.
    pub integrated_account_id: String,
    /// What a person calls it.
    pub name: String,
    /// Which tools it has.
    pub filter: Filter,
    /// Whether an API token is needed besides the address.
    pub require_api_token_auth: bool,
    /// How it shows its tools.
    pub tool_exposure: Exposure,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// How often it was changed.
    version: i64,
}

/// What a token opens.
pub struct Opened {
    /// The MCP server.
    pub server: McpServer,
    /// The account that it makes calls for.
    pub account: OpenAccount,
}

/// The columns of [`McpServer`], in the order in which they are read.
macro_rules! columns {
    () => {
        "m.id, m.integrated_account_id, m.name, m.methods, m.tags, m.require_api_token_auth, \
         m.tool_exposure, m.expires_at, m.created_at, m.updated_at, m.version"
    };
}

const THING: &str = "MCP server";

impl McpServer {
    /// What others see of it.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        json!({
            "id": self.id,
            "name": self.name,
            "config": {
                "methods": self.filter.methods,
                "tags": self.filter.tags,
                "require_api_token_auth": self.require_api_token_auth,
                "tool_exposure": self.tool_exposure.name(),
            },
            "integrated_account_id": self.integrated_account_id,
            "expires_at": self.expires_at.map(|time| time.to_string()),
            "created_at": self.created_at.to_string(),
            "updated_at": self.updated_at.to_string(),
        })
    }

    fn read(row: &mut Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            integrated_account_id: row.text()?,
            name: row.text()?,
            filter: Filter {
                methods: names(&row.text()?)?,
                tags: names(&row.text()?)?,
            },
            require_api_token_auth: row.flag()?,
            tool_exposure: exposure(&row.text()?)?,
            expires_at: row.optional_integer()?.map(time).transpose()?,
            created_at: time(row.integer()?)?,
            updated_at: time(row.integer()?)?,
            version: row.integer()?,
        })
    }

    /// The columns that a person chooses, from the name on.
    fn chosen(&self) -> Vec<Value> {
        vec![
            self.name.clone().into(),
            json!(self.filter.methods).to_string().into(),
            json!(self.filter.tags).to_string().into(),
            self.require_api_token_auth.into(),
            self.tool_exposure.name().into(),
            self.expires_at.map(Timestamp::as_millisecond).into(),
        ]
    }

    fn check(&self, integration: &'static Integration) -> Result<(), RegistryError> {
        let mut problems = Vec::new();
        problems.extend(check_name("name", &self.name));
        if let Err(error) = Toolset::new(integration, &self.filter) {
            let field = match error {
                FilterError::UnknownMethod { .. } => "config.methods",
                FilterError::UnknownTag { .. } | FilterError::NoTool { .. } => "config.tags",
            };
            problems.push(Problem::new(
                field,
                format!("{}.", capitalised(&error.to_string())),
            ));
        }
        RegistryError::of(problems)
    }
}

impl Registry {
    /// Makes an MCP server of an account. This is the only time that its token is known.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is no such account; [`RegistryError::Invalid`]: each
    /// thing that is wrong.
    pub async fn create_mcp_server(
        &self,
        account: &str,
        new: NewMcpServer,
    ) -> Result<(McpServer, SecretString), RegistryError> {
        let token = token::new(TokenKind::Mcp)?;
        let server = self.create_known_mcp_server(account, new, &token).await?;
        Ok((server, token))
    }

    /// Makes an MCP server with a token that is known before. It has to be one that nobody guesses,
    /// or to open nothing that matters, as with simulated vendors on one machine.
    ///
    /// # Errors
    /// As [`create_mcp_server`](Self::create_mcp_server).
    pub async fn create_known_mcp_server(
        &self,
        account: &str,
        new: NewMcpServer,
        token: &SecretString,
    ) -> Result<McpServer, RegistryError> {
        const INSERT: &str = "INSERT INTO mcp_server (id, integrated_account_id, token_hash, name,
            methods, tags, require_api_token_auth, tool_exposure, expires_at, created_at,
            updated_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 1)";
        let integration = self.known(&self.account(account).await?.integration)?;
        let now = now();
        let server = McpServer {
            id: new_id(),
            integrated_account_id: account.to_owned(),
            name: new.name,
            filter: new.filter,
            require_api_token_auth: new.require_api_token_auth,
            tool_exposure: new.tool_exposure,
            expires_at: new.expires_at.map(to_millisecond).transpose()?,
            created_at: time(now)?,
            updated_at: time(now)?,
            version: 1,
        };
        server.check(integration)?;
        check_expiry(server.expires_at)?;
        let hash = self.hash(token.expose_secret());
        let mut values = vec![
            server.id.clone().into(),
            account.into(),
            hash.as_slice().into(),
        ];
        values.extend(server.chosen());
        values.push(now.into());
        let note = self.note(
            "mcp_server.create",
            Subject::McpServer {
                account,
                id: &server.id,
            },
        );
        match self.change(vec![(INSERT, values), note]).await {
            Ok(_) => {
                self.known.note(&hash, true);
                Ok(server)
            }
            // The account went between the look and the insertion.
            Err(StoreError::Conflict(_)) => Err(RegistryError::NotFound("integrated account")),
            Err(error) => Err(error.into()),
        }
    }

    /// Lists the MCP servers of an account in the order in which they were made. Expired ones are
    /// not there.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is no such account.
    pub async fn mcp_servers(
        &self,
        account: &str,
        page: &PageRequest,
    ) -> Result<Page<McpServer>, RegistryError> {
        const SELECT: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM mcp_server m WHERE m.integrated_account_id = $1 AND m.id > $2
            AND (m.expires_at IS NULL OR m.expires_at > $4) ORDER BY m.id LIMIT $3"
        );
        self.account(account).await?;
        let values = vec![
            account.into(),
            page.after.as_str().into(),
            page.rows().into(),
            now().into(),
        ];
        let rows = self.store.query(SELECT, values).await?;
        let servers = rows.into_iter().map(|mut row| McpServer::read(&mut row));
        Ok(page.page(servers.collect::<Result<_, _>>()?, |server| &server.id))
    }

    /// One MCP server of an account.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none, or it is another account's, or has expired.
    pub async fn mcp_server(&self, account: &str, id: &str) -> Result<McpServer, RegistryError> {
        const SELECT: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM mcp_server m WHERE m.id = $1 AND m.integrated_account_id = $2
            AND (m.expires_at IS NULL OR m.expires_at > $3)"
        );
        let row = self
            .store
            .find(SELECT, vec![id.into(), account.into(), now().into()])
            .await?;
        let mut row = row.ok_or(RegistryError::NotFound(THING))?;
        Ok(McpServer::read(&mut row)?)
    }

    /// Changes an MCP server. Its token stays.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`]; [`RegistryError::Invalid`]: each thing that is wrong.
    pub async fn update_mcp_server(
        &self,
        account: &str,
        id: &str,
        change: McpServerChange,
    ) -> Result<McpServer, RegistryError> {
        const UPDATE: &str = "UPDATE mcp_server SET name = $4, methods = $5, tags = $6,
            require_api_token_auth = $7, tool_exposure = $8, expires_at = $9, updated_at = $10,
            version = version + 1 WHERE id = $1 AND integrated_account_id = $2 AND version = $3";
        if let Some(expires_at) = change.expires_at {
            check_expiry(expires_at)?;
        }
        for _ in 0..TRIES {
            let before = self.mcp_server(account, id).await?;
            let integration = self.known(&self.account(account).await?.integration)?;
            let change = change.clone();
            let after = McpServer {
                name: change.name.unwrap_or(before.name),
                filter: Filter {
                    methods: change.methods.unwrap_or(before.filter.methods),
                    tags: change.tags.unwrap_or(before.filter.tags),
                },
                require_api_token_auth: change
                    .require_api_token_auth
                    .unwrap_or(before.require_api_token_auth),
                tool_exposure: change.tool_exposure.unwrap_or(before.tool_exposure),
                expires_at: match change.expires_at {
                    Some(expires_at) => expires_at.map(to_millisecond).transpose()?,
                    None => before.expires_at,
                },
                updated_at: time(now())?,
                version: before.version + 1,
                ..before
            };
            after.check(integration)?;
            let mut values = vec![id.into(), account.into(), before.version.into()];
            values.extend(after.chosen());
            values.push(after.updated_at.as_millisecond().into());
            let note = self.note("mcp_server.update", Subject::McpServer { account, id });
            if self.change(vec![(UPDATE, values), note]).await? {
                return Ok(after);
            }
        }
        Err(RegistryError::Conflict(THING))
    }

    /// Ends an MCP server.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none, or it is another account's, or has expired.
    pub async fn delete_mcp_server(&self, account: &str, id: &str) -> Result<(), RegistryError> {
        const DELETE: &str = "DELETE FROM mcp_server WHERE id = $1 AND integrated_account_id = $2
            AND (expires_at IS NULL OR expires_at > $3)";
        let values = vec![id.into(), account.into(), now().into()];
        let note = self.note("mcp_server.delete", Subject::McpServer { account, id });
        match self.change(vec![(DELETE, values), note]).await? {
            true => Ok(()),
            false => Err(RegistryError::NotFound(THING)),
        }
    }

    /// What the token with a hash opens; `None` whether it is unknown, expired or deleted.
    ///
    /// # Errors
    /// [`RegistryError`] when the store fails.
    pub async fn open_mcp_server(&self, hash: &[u8]) -> Result<Option<Opened>, RegistryError> {
        const SELECT: &str = concat!(
            "SELECT ",
            columns!(),
            ", a.integration, a.tenant_id, ",
            connected_columns!(),
            "
            FROM mcp_server m JOIN integrated_account a ON a.id = m.integrated_account_id
            WHERE m.token_hash = $1 AND (m.expires_at IS NULL OR m.expires_at > $2)"
        );
        let values = vec![hash.into(), now().into()];
        let row = self.store.find(SELECT, values).await?;
        self.known.note(hash, row.is_some());
        let Some(mut row) = row else {
            return Ok(None);
        };
        let server = McpServer::read(&mut row)?;
        // An integration that is no longer compiled in is as good as deleted.
        let Some(integration) = self.integration(&row.text()?) else {
            return Ok(None);
        };
        let tenant_id = row.optional_text()?;
        let connected = Connected::read(&mut row)?;
        let id = &server.integrated_account_id;
        let account = self.opened(integration, id, tenant_id, connected)?;
        Ok(Some(Opened { server, account }))
    }

    /// What an agent with this MCP server will miss, a sentence each.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the account is gone.
    pub async fn warnings(&self, server: &McpServer) -> Result<Vec<String>, RegistryError> {
        let account = self.account(&server.integrated_account_id).await?;
        let integration = self.known(&account.integration)?;
        let toolset = Toolset::new(integration, &server.filter);
        Ok(toolset.map_or_else(
            |_| Vec::new(),
            |tools| dead_ends(integration, tools.operations()),
        ))
    }

    /// Removes what has expired; how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sweep(&self) -> Result<u64, StoreError> {
        const DELETE: &str = "DELETE FROM mcp_server WHERE expires_at <= $1";
        self.store.change_one(DELETE, vec![now().into()]).await
    }
}

/// What an agent with these tools cannot find out: identifiers that a tool needs and whose only
/// sources were filtered out. One sentence each.
#[must_use]
fn dead_ends(integration: &Integration, operations: &[&Operation]) -> Vec<String> {
    let kept: BTreeSet<&str> = operations.iter().map(|operation| operation.name).collect();
    let needed = operations.iter().flat_map(|operation| {
        let required = operation.args.iter().filter(|arg| arg.required);
        required.filter_map(|arg| match &arg.shape {
            Shape::String(rule) => Some((operation.name, rule.identifier?)),
            _ => None,
        })
    });
    let dead = needed.filter(|(_, identifier)| {
        let sources = identifier.from;
        !identifier.ask_person
            && !sources.is_empty()
            && !sources.iter().any(|source| kept.contains(source))
    });
    let sentences = dead.map(|(tool, identifier)| {
        let (kind, sources) = (identifier.name, identifier.from.join(" or "));
        let label = integration.label;
        format!(
            "{tool} needs a {label} `{kind}`, which only {sources} gives; the filter removes it."
        )
    });
    sentences.collect::<BTreeSet<_>>().into_iter().collect()
}

fn check_expiry(expires_at: Option<Timestamp>) -> Result<(), Problem> {
    let is_soon = |time: Timestamp| time.duration_since(Timestamp::now()) < SHORTEST;
    if expires_at.is_some_and(is_soon) {
        let message = "`expires_at` must be at least 60 seconds ahead.";
        return Err(Problem::new("expires_at", message));
    }
    Ok(())
}

/// As the store has it.
fn to_millisecond(moment: Timestamp) -> Result<Timestamp, StoreError> {
    time(moment.as_millisecond())
}

fn names(text: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Column("a list of names"))
}

fn exposure(name: &str) -> Result<Exposure, StoreError> {
    let known = Exposure::NAMES.iter().find(|(known, _)| *known == name);
    known
        .map(|(_, exposure)| *exposure)
        .ok_or(StoreError::Column("a tool exposure"))
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
