//! The credentials of an account as calls use them. An access token that is about to end is replaced
//! before, once for all processes, and what the vendor gave is in the store before it is used.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use toolwright_runtime::account::{self as runtime, BoxFuture, Credential, Credentials};
use toolwright_runtime::error::{Error, ErrorKind};
use toolwright_runtime::oauth::{OAuthApp, TokenError, Tokens};
use toolwright_runtime::table::Integration;

use super::account::Connected;
use super::{Registry, RegistryError, Secrets, new_id, now};

/// How long before its end an access token is replaced: not later than this, and sooner by up to as
/// much again, so that not all accounts come at once.
const EARLY: SignedDuration = SignedDuration::from_secs(60);
const SPREAD_SECONDS: u64 = 120;

/// How long one process may take over a token before another one tries.
const LEASE: SignedDuration = SignedDuration::from_secs(30);

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
                return Err(reconnect(self.integration));
            }
            let secrets = self.secrets();
            let secrets = secrets.map_err(|error| unreadable(&self.account, &error))?;
            let ends = secrets.is_about_to_end(&self.account);
            let has_ended = secrets.has_ended();
            let credential = secrets.into_credential();
            if !ends {
                return Ok(credential);
            }
            match self.refresher().run(credential.clone()).await {
                Ok(newer) => Ok(newer.unwrap_or(credential)),
                // What failed may work another time, and until the end there is time for that.
                Err(error) if !has_ended && error.kind != ErrorKind::Unauthorized => Ok(credential),
                Err(error) => Err(error),
            }
        })
    }

    fn renew<'a>(
        &'a self,
        dead: &'a Credential,
    ) -> BoxFuture<'a, Result<Option<Credential>, Error>> {
        Box::pin(async move { self.refresher().run(dead.clone()).await })
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
    async fn run(&self, old: Credential) -> Result<Option<Credential>, Error> {
        let refresher = self.clone();
        let refreshing = tokio::spawn(async move { refresher.refresh(&old).await });
        let done = refreshing.await;
        done.unwrap_or_else(|_| Err(Error::new(ErrorKind::Internal, "The refresh broke off.")))
    }

    async fn refresh(&self, old: &Credential) -> Result<Option<Credential>, Error> {
        let begun = tokio::time::Instant::now();
        loop {
            let connected = self.read().await?;
            if connected.needs_reauth() {
                return Err(reconnect(self.integration));
            }
            let secrets = self.open(&connected)?;
            let refresh_token = secrets.refresh_token();
            let credential = secrets.into_credential();
            // Somebody else was faster.
            if !is_same(&credential, old) {
                return Ok(Some(credential));
            }
            let (Some(refresh_token), Some(app)) = (refresh_token, self.app().await?) else {
                return Ok(None);
            };
            let lease = new_id();
            if self.take(&lease, connected.version).await? {
                return self
                    .exchange(&connected, &app, &refresh_token, &lease)
                    .await;
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
        app: &OAuthApp,
        refresh_token: &SecretString,
        lease: &str,
    ) -> Result<Option<Credential>, Error> {
        let asked = Timestamp::now();
        let caller = self.registry.caller();
        let (integration, connection) = (self.integration, &connected.connection);
        let answer = caller
            .refresh(integration, connection, app, refresh_token)
            .await;
        self.registry.count_refresh(integration, answer.is_ok());
        match answer {
            Ok(tokens) => {
                let secrets = renewed(tokens, refresh_token, asked);
                if self.keep(&secrets, lease).await? {
                    return Ok(Some(secrets.into_credential()));
                }
                // It was connected with something else meanwhile.
                let connected = self.read().await?;
                Ok(Some(self.open(&connected)?.into_credential()))
            }
            Err(TokenError::Ended(error)) => {
                tracing::warn!(account = self.account, %error, "an account has to be connected anew");
                self.end(lease).await?;
                Err(reconnect(integration))
            }
            Err(TokenError::Failed(error)) => {
                self.give_back(lease).await?;
                Err(error)
            }
        }
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
            credentials = $5, version = version + 1, lease = NULL, lease_until = NULL
            WHERE id = $1 AND lease = $2";
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

    async fn end(&self, lease: &str) -> Result<(), Error> {
        const UPDATE: &str = "UPDATE integrated_account SET status = 'needs_reauth',
            version = version + 1, lease = NULL, lease_until = NULL WHERE id = $1 AND lease = $2";
        let values = vec![self.account.as_str().into(), lease.into()];
        let changed = self.registry.change(vec![(UPDATE, values)]).await;
        changed.map(drop).map_err(|error| self.failed(error))
    }

    async fn give_back(&self, lease: &str) -> Result<(), Error> {
        const UPDATE: &str = "UPDATE integrated_account SET lease = NULL, lease_until = NULL
            WHERE id = $1 AND lease = $2";
        let values = vec![self.account.as_str().into(), lease.into()];
        let changed = self.registry.store.change_one(UPDATE, values).await;
        changed.map(drop).map_err(|error| self.failed(error))
    }

    async fn read(&self) -> Result<Connected, Error> {
        let connected = self.registry.connected(&self.account).await;
        connected.map_err(|error| self.failed(error))
    }

    fn open(&self, connected: &Connected) -> Result<Secrets, Error> {
        let secrets = connected.open(&self.registry, &self.account);
        secrets.map_err(|error| unreadable(&self.account, &error))
    }

    async fn app(&self) -> Result<Option<OAuthApp>, Error> {
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

/// What an account is connected with once its vendor gave new tokens.
fn renewed(tokens: Tokens, refresh_token: &SecretString, asked: Timestamp) -> Secrets {
    let lives = tokens
        .expires_in
        .and_then(|life| SignedDuration::try_from(life).ok());
    Secrets::OAuth2 {
        access_token: tokens.access_token,
        // A vendor that rotates refresh tokens sends the next one, others none.
        refresh_token: Some(
            tokens
                .refresh_token
                .unwrap_or_else(|| refresh_token.clone()),
        ),
        // By our own clock, from before the vendor looked at its own.
        expires_at: lives.and_then(|life| asked.checked_add(life).ok()),
    }
}

impl Secrets {
    fn refresh_token(&self) -> Option<SecretString> {
        match self {
            Self::OAuth2 { refresh_token, .. } => refresh_token.clone(),
            _ => None,
        }
    }

    fn has_ended(&self) -> bool {
        matches!(self, Self::OAuth2 { expires_at: Some(end), .. } if *end <= Timestamp::now())
    }

    /// Whether the access token ends so soon that it should be replaced.
    fn is_about_to_end(&self, account: &str) -> bool {
        match self {
            Self::OAuth2 {
                expires_at: Some(end),
                refresh_token: Some(_),
                ..
            } => {
                let early = EARLY + SignedDuration::from_secs(spread(account) as i64);
                Timestamp::now() >= end.saturating_sub(early).unwrap_or(*end)
            }
            _ => false,
        }
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

fn reconnect(integration: &Integration) -> Error {
    let message = format!(
        "{} has ended the connection of this account, and no call can be made with it.",
        integration.label
    );
    let hint = "Ask whoever runs the server to connect the account again.";
    Error::new(ErrorKind::Unauthorized, message).with_hint(hint)
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
