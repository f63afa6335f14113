//! Links under which somebody connects an account in a browser: each is good for one account, and not
//! for long.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use toolwright_runtime::table::Integration;

use super::account::{connection, connection_faults, connection_text};
use super::{
    Problem, Registry, RegistryError, Subject, check_name, new_id, now, time, undiscovered,
};
use crate::store::{Row, StoreError, Value};
use crate::token::{self, TokenKind};

/// How long a link is good for if nothing is said, and at most.
const USUAL: SignedDuration = SignedDuration::from_hours(1);
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long a person may take to sign in at the vendor, even if the link ends meanwhile.
const LOGIN: SignedDuration = SignedDuration::from_mins(10);

/// How often the vendor is asked under one link, so that nobody can try passwords with it.
const MOST_TRIES: i64 = 20;

const HOUR_MILLISECONDS: i64 = 3_600_000;

/// A link to make.
#[derive(Clone, Debug, Default)]
pub struct NewLink {
    /// The integration's slug, or an alias.
    pub integration: String,
    /// What the account will be called; otherwise the vendor is asked.
    pub name: Option<String>,
    /// Which of the operator's own customers the account will belong to.
    pub tenant_id: Option<String>,
    /// The account to connect again, in place of a new one.
    pub integrated_account_id: Option<String>,
    /// Connection fields that are settled, so that nobody is asked for them.
    pub connection: BTreeMap<String, String>,
    /// The origin of the web page that is told which account came of it.
    pub origin: Option<String>,
    /// When it ends; in an hour if nothing is said.
    pub expires_at: Option<Timestamp>,
}

/// A link that is good.
#[derive(Clone, Debug)]
pub struct Link {
    pub(super) id: String,
    /// What is connected.
    pub integration: &'static Integration,
    /// What the account will be called.
    pub name: Option<String>,
    /// Whose the account will be.
    pub tenant_id: Option<String>,
    /// The account to connect again.
    pub integrated_account_id: Option<String>,
    /// Connection fields that are settled.
    pub connection: BTreeMap<String, String>,
    /// The origin of the web page that is told which account came of it.
    pub origin: Option<String>,
    /// Who made it.
    pub(super) api_token_id: Option<String>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A login that has begun.
#[derive(Clone, Debug)]
pub struct Login {
    /// What the vendor sends back with the browser.
    pub state: SecretString,
    /// What only the browser that began has.
    pub verifier: SecretString,
}

/// The columns of [`Link`], in the order in which they are read, of links that are good: those of an
/// API token that was revoked are not.
macro_rules! select {
    ($more:literal, $condition:literal) => {
        concat!(
            "SELECT id, integration, name, tenant_id, integrated_account_id, connection, origin,
            api_token_id, expires_at",
            $more,
            " FROM link WHERE ",
            $condition,
            " AND expires_at > $2 AND (api_token_id IS NULL
            OR EXISTS (SELECT 1 FROM api_token WHERE api_token.id = link.api_token_id))"
        )
    };
}

impl Registry {
    /// Makes a link. This is the only time that its token is known.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]: each thing that is wrong; [`RegistryError::NotFound`] when the
    /// account to connect again is none.
    pub async fn create_link(&self, new: NewLink) -> Result<(Link, SecretString), RegistryError> {
        let integration = self.known(&new.integration)?;
        let mut new = new;
        if let Some(id) = &new.integrated_account_id {
            let account = self.account(id).await?;
            if account.integration != integration.slug {
                let message = format!("The account is one of {}.", account.integration);
                return Err(Problem::new("integration", message).into());
            }
        }
        let ends = new.expires_at.unwrap_or_else(|| Timestamp::now() + USUAL);
        let mut problems = faults(integration, &new);
        problems.extend(wrong_end(ends));
        RegistryError::of(problems)?;
        if let Some(id) = &new.integrated_account_id {
            new.connection = undiscovered(integration, self.account(id).await?.connection);
        }
        let token = token::new(TokenKind::Link)?;
        let link = Link {
            id: new_id(),
            integration,
            name: new.name,
            tenant_id: new.tenant_id,
            integrated_account_id: new.integrated_account_id,
            connection: new.connection,
            origin: new.origin,
            api_token_id: self.author.api_token_id().map(str::to_owned),
            expires_at: ends,
        };
        let note = self.note("link.create", Subject::Integration(integration.slug));
        let insert = (INSERT, self.columns(&link, &token));
        self.store.change(vec![insert, note]).await?;
        Ok((link, token))
    }

    /// The link whose token has that hash, if it is good.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn link(&self, hash: &[u8]) -> Result<Option<Link>, StoreError> {
        const SELECT: &str = select!("", "token_hash = $1");
        let values = vec![hash.into(), now().into()];
        match self.store.find(SELECT, values).await? {
            Some(mut row) => self.read_link(&mut row),
            None => Ok(None),
        }
    }

    /// Begins a login at the vendor, in place of one that was begun before.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the link is not good any more, or was tried too often.
    pub(crate) async fn begin_login(
        &self,
        link: &Link,
        connection: &BTreeMap<String, String>,
    ) -> Result<Login, RegistryError> {
        const UPDATE: &str = "UPDATE link SET state_hash = $2, verifier_hash = $3,
            login_connection = $4, tries = tries + 1,
            expires_at = CASE WHEN expires_at < $5 THEN $5 ELSE expires_at END
            WHERE id = $1 AND tries < $6 AND expires_at > $7";
        let login = Login {
            state: token::random()?,
            verifier: token::random()?,
        };
        let values = vec![
            link.id.as_str().into(),
            self.hash(login.state.expose_secret()).into(),
            self.hash(login.verifier.expose_secret()).into(),
            connection_text(connection).into(),
            (Timestamp::now() + LOGIN).as_millisecond().into(),
            MOST_TRIES.into(),
            now().into(),
        ];
        match self.store.change_one(UPDATE, values).await? {
            0 => Err(RegistryError::NotFound("link")),
            _ => Ok(login),
        }
    }

    /// The link of a login that a browser comes back from, and the connection fields with which it
    /// began; `None` where this browser began none. A login is ended by this.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn end_login(
        &self,
        state: &str,
        verifier: &str,
    ) -> Result<Option<(Link, BTreeMap<String, String>)>, StoreError> {
        const SELECT: &str = select!(
            ", login_connection",
            "state_hash = $1 AND verifier_hash = $3"
        );
        const UPDATE: &str = "UPDATE link SET state_hash = NULL WHERE state_hash = $1";
        let state = self.hash(state);
        let verifier = self.hash(verifier);
        let values = vec![state.as_slice().into(), now().into(), verifier.into()];
        let Some(mut row) = self.store.find(SELECT, values).await? else {
            return Ok(None);
        };
        let Some(link) = self.read_link(&mut row)? else {
            return Ok(None);
        };
        let began = connection(&row.text()?)?;
        // Of two that come at once, one is the login.
        let ended = self.store.change_one(UPDATE, vec![state.into()]).await?;
        Ok((ended > 0).then_some((link, began)))
    }

    /// Counts that the vendor is asked under a link.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the link is not good any more, or was tried too often.
    pub(crate) async fn try_link(&self, link: &Link) -> Result<(), RegistryError> {
        const UPDATE: &str = "UPDATE link SET tries = tries + 1
            WHERE id = $1 AND tries < $2 AND expires_at > $3";
        let values = vec![link.id.as_str().into(), MOST_TRIES.into(), now().into()];
        match self.store.change_one(UPDATE, values).await? {
            0 => Err(RegistryError::NotFound("link")),
            _ => Ok(()),
        }
    }

    /// The address of a link to connect an account again, where this process knows its own address.
    /// It is the same for an hour and any process, and good for an hour at least, so that a thousand
    /// calls that fail make one link.
    ///
    /// # Errors
    /// [`RegistryError`] when the store fails.
    pub(super) async fn reconnecting(
        &self,
        integration: &'static Integration,
        account: &str,
        version: i64,
    ) -> Result<Option<String>, RegistryError> {
        let Some(url) = &self.public_url else {
            return Ok(None);
        };
        let hour = now().div_euclid(HOUR_MILLISECONDS);
        let text = format!("reconnect\n{account}\n{version}\n{hour}");
        let token = token::of(TokenKind::Link, &self.hash(&text));
        let connection = self.account(account).await?.connection;
        let link = Link {
            id: new_id(),
            integration,
            name: None,
            tenant_id: None,
            integrated_account_id: Some(account.to_owned()),
            connection: undiscovered(integration, connection),
            origin: None,
            api_token_id: None,
            expires_at: time((hour + 2) * HOUR_MILLISECONDS)?,
        };
        self.store
            .change_one(INSERT, self.columns(&link, &token))
            .await?;
        Ok(Some(link.url(url, &token)))
    }

    /// Removes links that have ended; how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn sweep_links(&self) -> Result<u64, StoreError> {
        const DELETE: &str = "DELETE FROM link WHERE expires_at <= $1";
        self.store.change_one(DELETE, vec![now().into()]).await
    }

    fn columns(&self, link: &Link, token: &SecretString) -> Vec<Value> {
        vec![
            link.id.clone().into(),
            self.hash(token.expose_secret()).into(),
            link.integration.slug.into(),
            link.name.clone().into(),
            link.tenant_id.clone().into(),
            link.integrated_account_id.clone().into(),
            connection_text(&link.connection).into(),
            link.origin.clone().into(),
            link.api_token_id.clone().into(),
            now().into(),
            link.expires_at.as_millisecond().into(),
        ]
    }

    /// A link; `None` where its integration is no longer compiled in.
    fn read_link(&self, row: &mut Row) -> Result<Option<Link>, StoreError> {
        let (id, integration) = (row.text()?, row.text()?);
        let (name, tenant_id) = (row.optional_text()?, row.optional_text()?);
        let (account, fields) = (row.optional_text()?, row.text()?);
        let (origin, api_token_id) = (row.optional_text()?, row.optional_text()?);
        let expires_at = time(row.integer()?)?;
        let connection = connection(&fields)?;
        Ok(self.integration(&integration).map(|integration| Link {
            id,
            integration,
            name,
            tenant_id,
            integrated_account_id: account,
            connection,
            origin,
            api_token_id,
            expires_at,
        }))
    }
}

/// One that is there already is left as it is.
const INSERT: &str = "INSERT INTO link (id, token_hash, integration, name, tenant_id,
    integrated_account_id, connection, origin, api_token_id, tries, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11) ON CONFLICT (token_hash) DO NOTHING";

impl Link {
    /// Its address under that of the server.
    #[must_use]
    pub fn url(&self, server: &str, token: &SecretString) -> String {
        let (slug, token) = (self.integration.slug, token.expose_secret());
        format!("{server}/connect/{slug}?link_token={token}")
    }
}

fn faults(integration: &Integration, new: &NewLink) -> Vec<Problem> {
    let mut problems = Vec::new();
    let name = new.name.as_deref();
    let tenant_id = new.tenant_id.as_deref();
    problems.extend(name.and_then(|name| check_name("name", name)));
    problems.extend(tenant_id.and_then(|id| check_name("tenant_id", id)));
    // What is missing is asked for later.
    let given = connection_faults(integration, &new.connection).into_iter();
    let is_given = |problem: &Problem| {
        let field = problem.field.strip_prefix("connection.");
        field.is_some_and(|field| new.connection.contains_key(field))
    };
    problems.extend(given.filter(is_given));
    if new.integrated_account_id.is_some() {
        let settled = [
            ("name", new.name.is_some()),
            ("tenant_id", new.tenant_id.is_some()),
            ("connection", !new.connection.is_empty()),
        ];
        let settled = settled.into_iter().filter(|(_, is_given)| *is_given);
        problems.extend(settled.map(|(field, _)| {
            let message = format!("`{field}` is that of the account that is connected again.");
            Problem::new(field, message)
        }));
    }
    problems
}

fn wrong_end(ends: Timestamp) -> Option<Problem> {
    let ahead = ends.duration_since(Timestamp::now());
    let message = "`expires_at` must be 60 seconds to 7 days ahead.";
    let is_right = ahead >= SignedDuration::from_secs(59) && ahead <= LONGEST;
    (!is_right).then(|| Problem::new("expires_at", message))
}
