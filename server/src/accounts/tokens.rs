//! The credentials of an account as calls use them. An access token that is about to end is replaced
//! before, once for all processes, and what the vendor gave is in the store before it is used.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use toolwright_runtime::account::{self as runtime, BoxFuture, Credential, Credentials};
use toolwright_runtime::error::{Error, ErrorKind};
use toolwright_runtime::oauth::{OAuthApp, TokenError, TokenRequest, Tokens};
use toolwright_runtime::table::Integration;

use super::account::Connected;
use super::credentials::Renewal;
use super::{Registry, RegistryError, Secrets, new_id, now};

/// How long before its end an access token is replaced: not later than this, and sooner by up to as
/// much again, so that not all accounts come at once.
const EARLY: SignedDuration = SignedDuration::from_secs(60);
const SPREAD_SECONDS: u64 = 120;

/// How long one process may take over a token before another one tries.
const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// How long after a failed try none is made, if the vendor does not say: of any kind, and where there
/// were too many.
const REST: Duration = Duration::from_secs(5);
const LONG_REST: Duration = Duration::from_secs(60);
const LONGEST_REST: Duration = Duration::from_secs(600);

/// How often a process looks whether another one has the token, and for how long.
const PAUSE: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(35);

/// The credentials of an account in the store. They are opened when a call is made, and not before.
pub(super) struct Stored {
    pub(super) registry: Registry,
    pub(super) integration: &'static Integration,
    pub(super) account: String,
    pub(super) connected: Connected,
}

impl Stored {
    /// What the account was connected with when it was read.
    pub(super) fn secrets(&self) -> Result<Secrets, RegistryError> {
        self.connected.open(&self.registry, &self.account)
    }

    fn refresher(&self) -> Refresher {
        Refresher {
            registry: self.registry.clone(),
            integration: self.integration,
            account: self.account.clone(),
        }
    }
}

impl Credentials for Stored {
    fn current(&self) -> BoxFuture<'_, Result<Credential, Error>> {
        Box::pin(async {
            if self.connected.needs_reauth() {
                return Err(self.refresher().reconnect(self.connected.version).await);
            }
            let secrets = self.secrets();
            let secrets = secrets.map_err(|error| unreadable(&self.account, &error))?;
            let ends = secrets.is_about_to_end(&self.account);
            let need = match secrets.has_ended() {
                true => Need::Dead,
                false => Need::Ending,
            };
            let credential = secrets.into_credential();
            if !ends {
                return Ok(credential);
            }
            match self.refresher().run(credential.clone(), need).await {
                Ok(newer) => Ok(newer.unwrap_or(credential)),
                // What failed may work another time, and until the end there is time for that.
                Err(error) if need == Need::Ending && error.kind != ErrorKind::Unauthorized => {
                    Ok(credential)
                }
                Err(error) => Err(error),
            }
        })
    }

    fn renew<'a>(
        &'a self,
        dead: &'a Credential,
    ) -> BoxFuture<'a, Result<Option<Credential>, Error>> {
        Box::pin(async move { self.refresher().run(dead.clone(), Need::Dead).await })
    }
}

/// Why an access token is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// It is good for a little longer.
    Ending,
    /// It is good for nothing.
    Dead,
}

/// The turn to replace an access token.
struct Lease {
    id: String,
    app: OAuthApp,
    renewal: Renewal,
}

impl Lease {
    /// Whether the account has an application of its own.
    fn is_own(&self) -> bool {
        matches!(self.renewal, Renewal::ClientCredentials(Some(_)))
    }
}

/// Whoever replaces the access token of an account.
#[derive(Clone)]
struct Refresher {
    registry: Registry,
    integration: &'static Integration,
    account: String,
}

impl Refresher {
    /// Another credential than the old one; `None` where there is no way to get one. It goes on when
    /// whoever waits for it goes away: a refresh token may be good once.
    async fn run(&self, old: Credential, need: Need) -> Result<Option<Credential>, Error> {
        let refresher = self.clone();
        let refreshing = tokio::spawn(async move { refresher.refresh(&old, need).await });
        let done = refreshing.await;
        done.unwrap_or_else(|_| Err(Error::new(ErrorKind::Internal, "The refresh broke off.")))
    }

    async fn refresh(&self, old: &Credential, need: Need) -> Result<Option<Credential>, Error> {
        let begun = tokio::time::Instant::now();
        loop {
            let connected = self.read().await?;
            if connected.needs_reauth() {
                return Err(self.reconnect(connected.version).await);
            }
            let secrets = self.open(&connected)?;
            let credential = secrets.clone().into_credential();
            // Somebody else was faster.
            if !is_same(&credential, old) {
                return Ok(Some(credential));
            }
            let Some(renewal) = secrets.renewal() else {
                return Ok(None);
            };
            let Some(app) = self.app(&renewal).await? else {
                return Ok(None);
            };
            let lease = new_id();
            if self.take(&lease, connected.version).await? {
                let lease = Lease {
                    id: lease,
                    app,
                    renewal,
                };
                return self.exchange(&connected, &secrets, &lease).await;
            }
            if need == Need::Ending {
                return Ok(None);
            }
            if let Some(failure) = self.last_failure().await? {
                return Err(failure);
            }
            if begun.elapsed() > PATIENCE {
                let message = "Another server did not finish to refresh the access token.";
                return Err(Error::new(ErrorKind::Timeout, message));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Asks the vendor, and keeps what comes of it.
    async fn exchange(
        &self,
        connected: &Connected,
        secrets: &Secrets,
        lease: &Lease,
    ) -> Result<Option<Credential>, Error> {
        let asked = Timestamp::now();
        let caller = self.registry.caller();
        let (integration, connection) = (self.integration, &connected.connection);
        let request = match &lease.renewal {
            Renewal::RefreshToken(token) => TokenRequest::RefreshToken(token),
            Renewal::ClientCredentials(_) => TokenRequest::ClientCredentials,
        };
        let answer = caller
            .token(integration, connection, &lease.app, request)
            .await;
        self.registry.count_refresh(integration, answer.is_ok());
        match answer {
            Ok(tokens) => {
                let secrets = secrets.renewed(tokens, asked);
                if self.keep(&secrets, &lease.id).await? {
                    return Ok(Some(secrets.into_credential()));
                }
            }
            Err(TokenError::Application(error)) if !lease.is_own() => {
                let hint = "Whoever runs the server checks the client id and secret of its \
                            application.";
                let mut error = error;
                error.kind = ErrorKind::Internal;
                let error = error.with_hint(hint);
                self.rest(&lease.id, &error).await?;
                return Err(error);
            }
            Err(TokenError::Ended(error) | TokenError::Application(error)) => {
                if self.end(&lease.id).await? {
                    tracing::warn!(account = self.account, %error, "an account has to be connected anew");
                    return Err(self.reconnect(connected.version + 1).await);
                }
            }
            Err(TokenError::Failed(error)) => {
                self.rest(&lease.id, &error).await?;
                return Err(error);
            }
        }
        // It was connected with something else meanwhile.
        let connected = self.read().await?;
        Ok(Some(self.open(&connected)?.into_credential()))
    }

    /// Takes the turn to refresh, unless another process has it or was faster.
    async fn take(&self, lease: &str, version: i64) -> Result<bool, Error> {
        const UPDATE: &str = "UPDATE integrated_account SET lease = $3, lease_until = $4
            WHERE id = $1 AND version = $2 AND (lease_until IS NULL OR lease_until < $5)";
        let until = now() + i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX / 2);
        let values = vec![
            self.account.as_str().into(),
            version.into(),
            lease.into(),
            until.into(),
            now().into(),
        ];
        let changed = self.registry.store.change_one(UPDATE, values).await;
        changed
            .map(|rows| rows > 0)
            .map_err(|error| self.failed(error))
    }

    /// Whether it was still this process that replaces the token.
    async fn keep(&self, secrets: &Secrets, lease: &str) -> Result<bool, Error> {
        const UPDATE: &str = "UPDATE integrated_account SET key_id = $3, data_key = $4,
            credentials = $5, version = version + 1, lease = NULL, lease_until = NULL,
            refresh_failure = NULL WHERE id = $1 AND lease = $2";
        let sealed = self.registry.vault.seal(&self.account, &secrets.to_text());
        let sealed = sealed.map_err(|error| self.failed(error))?;
        let values = vec![
            self.account.as_str().into(),
            lease.into(),
            sealed.key_id.into(),
            sealed.data_key.into(),
            sealed.text.into(),
        ];
        let changed = self.registry.change(vec![(UPDATE, values)]).await;
        changed.map_err(|error| self.failed(error))
    }

    /// Whether it was still this process that replaces the token.
    async fn end(&self, lease: &str) -> Result<bool, Error> {
        const UPDATE: &str = "UPDATE integrated_account SET status = 'needs_reauth',
            version = version + 1, lease = NULL, lease_until = NULL WHERE id = $1 AND lease = $2";
        let values = vec![self.account.as_str().into(), lease.into()];
        let changed = self.registry.change(vec![(UPDATE, values)]).await;
        changed.map_err(|error| self.failed(error))
    }

    /// Lets nobody ask for a while.
    async fn rest(&self, lease: &str, error: &Error) -> Result<(), Error> {
        const UPDATE: &str = "UPDATE integrated_account SET lease = NULL, lease_until = $3,
            refresh_failure = $4 WHERE id = $1 AND lease = $2";
        let rest = match (error.kind, error.rate_limit.reset) {
            (ErrorKind::RateLimited, Some(seconds)) => Duration::from_secs(seconds),
            (ErrorKind::RateLimited, None) => LONG_REST,
            _ => REST,
        };
        let rest = i64::try_from(rest.min(LONGEST_REST).as_millis()).unwrap_or_default();
        let failure = json!({ "kind": error.kind.code(), "message": error.message });
        let values = vec![
            self.account.as_str().into(),
            lease.into(),
            (now() + rest).into(),
            failure.to_string().into(),
        ];
        let changed = self.registry.store.change_one(UPDATE, values).await;
        changed.map(drop).map_err(|error| self.failed(error))
    }

    /// Why the last try failed, if none is to be made yet.
    async fn last_failure(&self) -> Result<Option<Error>, Error> {
        const SELECT: &str = "SELECT refresh_failure, lease_until FROM integrated_account
            WHERE id = $1 AND lease IS NULL AND lease_until >= $2 AND refresh_failure IS NOT NULL";
        let values = vec![self.account.as_str().into(), now().into()];
        let row = self.registry.store.find(SELECT, values).await;
        let Some(mut row) = row.map_err(|error| self.failed(error))? else {
            return Ok(None);
        };
        let text = row.text().map_err(|error| self.failed(error))?;
        let until = row.integer().map_err(|error| self.failed(error))?;
        let failure: Value = serde_json::from_str(&text).unwrap_or_default();
        let text = |name| {
            failure
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let kind = ErrorKind::of_code(text("kind")).unwrap_or(ErrorKind::Upstream);
        let seconds = (until - now()).max(0) / 1000 + 1;
        let hint = format!("A new access token is asked for again in {seconds} s.");
        Ok(Some(Error::new(kind, text("message")).with_hint(hint)))
    }

    /// What tells that somebody has to connect the account again, and where that can be done.
    async fn reconnect(&self, version: i64) -> Error {
        let label = self.integration.label;
        let link = self
            .registry
            .reconnecting(self.integration, &self.account, version);
        let link = link.await.unwrap_or_else(|error| {
            tracing::error!(account = self.account, %error, "there is no link to connect it again");
            None
        });
        let message = format!(
            "{label} has ended the connection of this account, and no call can be made with it."
        );
        let hint = link.map_or_else(
            || "Ask whoever runs the server to connect the account again.".to_owned(),
            |url| {
                format!(
                    "Somebody who may sign in to the same account of {label} connects it again at \
                     {url}, which is good for one hour and once."
                )
            },
        );
        Error::new(ErrorKind::Unauthorized, message).with_hint(hint)
    }

    async fn read(&self) -> Result<Connected, Error> {
        let connected = self.registry.connected(&self.account).await;
        connected.map_err(|error| self.failed(error))
    }

    fn open(&self, connected: &Connected) -> Result<Secrets, Error> {
        let secrets = connected.open(&self.registry, &self.account);
        secrets.map_err(|error| unreadable(&self.account, &error))
    }

    async fn app(&self, renewal: &Renewal) -> Result<Option<OAuthApp>, Error> {
        if let Renewal::ClientCredentials(Some(app)) = renewal {
            return Ok(Some(app.clone()));
        }
        let app = self.registry.oauth_app(self.integration).await;
        app.map_err(|error| self.failed(error))
    }

    fn failed(&self, error: impl Into<RegistryError>) -> Error {
        let error = error.into();
        tracing::error!(account = self.account, %error, "an access token is not refreshed");
        let message = "The server cannot refresh the access token of this account.";
        Error::new(ErrorKind::Internal, message).with_hint("Tell whoever runs the server.")
    }
}

impl Secrets {
    /// The same, once the vendor gave new tokens.
    fn renewed(&self, tokens: Tokens, asked: Timestamp) -> Self {
        match self {
            Self::OAuth2 { refresh_token, .. } => {
                // A vendor that rotates refresh tokens sends the next one, others none.
                let refresh_token = tokens.refresh_token.clone().or(refresh_token.clone());
                Self::of_grant(
                    Tokens {
                        refresh_token,
                        ..tokens
                    },
                    asked,
                )
            }
            Self::ClientCredentials { app, .. } => Self::of_client(app.clone(), tokens, asked),
            Self::Bearer { .. } | Self::Basic { .. } | Self::ApiKey { .. } => self.clone(),
        }
    }

    fn has_ended(&self) -> bool {
        self.expires_at().is_some_and(|end| end <= Timestamp::now())
    }

    /// Whether the access token ends so soon that it should be replaced.
    fn is_about_to_end(&self, account: &str) -> bool {
        let (Some(end), Some(_)) = (self.expires_at(), self.renewal()) else {
            return false;
        };
        let early = EARLY + SignedDuration::from_secs(spread(account) as i64);
        // A token that lives for a few minutes is good for half of them.
        let half = self.given_at().map(|given| end.duration_since(given) / 2);
        let early = half.map_or(early, |half| early.min(half));
        Timestamp::now() >= end.saturating_sub(early).unwrap_or(end)
    }
}

/// A number of seconds that is the account's own.
fn spread(account: &str) -> u64 {
    let mixed = account.bytes().fold(0_u64, |mixed, byte| {
        mixed.wrapping_mul(31).wrapping_add(byte.into())
    });
    mixed % SPREAD_SECONDS
}

fn is_same(one: &Credential, other: &Credential) -> bool {
    match (one, other) {
        (Credential::Token(one), Credential::Token(other))
        | (Credential::ApiKey(one), Credential::ApiKey(other)) => {
            one.expose_secret() == other.expose_secret()
        }
        (
            Credential::Basic {
                username: one_name,
                password: one,
            },
            Credential::Basic {
                username: other_name,
                password: other,
            },
        ) => one_name == other_name && one.expose_secret() == other.expose_secret(),
        _ => false,
    }
}

pub(super) fn unreadable(account: &str, error: &RegistryError) -> Error {
    tracing::error!(account, %error, "credentials do not open");
    let message = "The credentials of this account cannot be read.";
    Error::new(ErrorKind::Internal, message).with_hint("Tell whoever runs the server.")
}

/// The account as calls are made with it.
pub(super) fn callable(
    registry: &Registry,
    integration: &'static Integration,
    account: &str,
    connected: Connected,
) -> Result<(runtime::Account, Arc<Stored>), RegistryError> {
    let connection = connected.connection.clone();
    let credentials = Arc::new(Stored {
        registry: registry.clone(),
        integration,
        account: account.to_owned(),
        connected,
    });
    let shared = Arc::clone(&credentials);
    let made = runtime::Account::new(integration, account, connection, shared);
    let made = made.map_err(|error| super::Problem::new("connection", error.to_string()))?;
    Ok((made, credentials))
}
