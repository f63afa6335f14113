//! The credentials of an account: what is given, what is sealed, and what a call is made with.

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};
use toolwright_runtime::account::Credential;
use toolwright_runtime::oauth::{OAuthApp, Tokens};
use zeroize::Zeroizing;

use super::RegistryError;
use crate::store::StoreError;

/// What an account is connected with.
#[derive(Clone, Debug)]
pub enum Secrets {
    /// A token that a person pastes.
    Bearer {
        /// The token.
        token: SecretString,
    },
    /// User name and password.
    Basic {
        /// The user name.
        username: String,
        /// The password.
        password: SecretString,
    },
    /// A key.
    ApiKey {
        /// The key.
        key: SecretString,
    },
    /// What an OAuth 2.0 authorization gave.
    OAuth2 {
        /// The token that calls are made with.
        access_token: SecretString,
        /// The token that new access tokens are had with.
        refresh_token: Option<SecretString>,
        /// When the access token ends.
        expires_at: Option<Timestamp>,
        /// When it was given, if it was given to this server.
        given_at: Option<Timestamp>,
    },
    /// What an application that acts for itself was given.
    ClientCredentials {
        /// The application; `None`: the operator's.
        app: Option<OAuthApp>,
        /// The token that calls are made with.
        access_token: SecretString,
        /// When the access token ends.
        expires_at: Option<Timestamp>,
        /// When it was given, if it was given to this server.
        given_at: Option<Timestamp>,
    },
}

/// What a new access token is asked for with.
#[derive(Clone, Debug)]
pub(super) enum Renewal {
    RefreshToken(SecretString),
    /// The application; `None`: the operator's.
    ClientCredentials(Option<OAuthApp>),
}

impl Secrets {
    /// The name of the method: `bearer`, `basic`, `api_key`, `oauth2` or `client_credentials`.
    #[must_use]
    pub fn method(&self) -> &'static str {
        match self {
            Self::Bearer { .. } => "bearer",
            Self::Basic { .. } => "basic",
            Self::ApiKey { .. } => "api_key",
            Self::OAuth2 { .. } => "oauth2",
            Self::ClientCredentials { .. } => "client_credentials",
        }
    }

    /// What a vendor gave for a person's consent or password.
    pub(super) fn of_grant(tokens: Tokens, asked: Timestamp) -> Self {
        Self::OAuth2 {
            expires_at: end(&tokens, asked),
            given_at: Some(asked),
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
        }
    }

    /// What a vendor gave an application for itself.
    pub(super) fn of_client(app: Option<OAuthApp>, tokens: Tokens, asked: Timestamp) -> Self {
        Self::ClientCredentials {
            app,
            expires_at: end(&tokens, asked),
            given_at: Some(asked),
            access_token: tokens.access_token,
        }
    }

    /// What a new access token is asked for with, where one can be had.
    pub(super) fn renewal(&self) -> Option<Renewal> {
        match self {
            Self::OAuth2 { refresh_token, .. } => refresh_token.clone().map(Renewal::RefreshToken),
            Self::ClientCredentials { app, .. } => Some(Renewal::ClientCredentials(app.clone())),
            Self::Bearer { .. } | Self::Basic { .. } | Self::ApiKey { .. } => None,
        }
    }

    /// When what calls are made with ends, if the vendor said.
    pub(super) fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::OAuth2 { expires_at, .. } | Self::ClientCredentials { expires_at, .. } => {
                *expires_at
            }
            Self::Bearer { .. } | Self::Basic { .. } | Self::ApiKey { .. } => None,
        }
    }

    /// When what calls are made with was given, if that is known.
    pub(super) fn given_at(&self) -> Option<Timestamp> {
        match self {
            Self::OAuth2 { given_at, .. } | Self::ClientCredentials { given_at, .. } => *given_at,
            Self::Bearer { .. } | Self::Basic { .. } | Self::ApiKey { .. } => None,
        }
    }

    /// What is sealed.
    pub(super) fn to_text(&self) -> Zeroizing<Vec<u8>> {
        let value = match self {
            Self::Bearer { token } => json!({ "token": token.expose_secret() }),
            Self::Basic { username, password } => {
                json!({ "username": username, "password": password.expose_secret() })
            }
            Self::ApiKey { key } => json!({ "key": key.expose_secret() }),
            Self::OAuth2 {
                access_token,
                refresh_token,
                expires_at,
                given_at,
            } => json!({
                "access_token": access_token.expose_secret(),
                "refresh_token": refresh_token.as_ref().map(|token| token.expose_secret()),
                "expires_at": expires_at.map(Timestamp::as_millisecond),
                "given_at": given_at.map(Timestamp::as_millisecond),
            }),
            Self::ClientCredentials {
                app,
                access_token,
                expires_at,
                given_at,
            } => json!({
                "client_id": app.as_ref().map(|app| &app.client_id),
                "client_secret": app.as_ref().map(|app| app.client_secret.expose_secret()),
                "access_token": access_token.expose_secret(),
                "expires_at": expires_at.map(Timestamp::as_millisecond),
                "given_at": given_at.map(Timestamp::as_millisecond),
            }),
        };
        Zeroizing::new(value.to_string().into_bytes())
    }

    /// Reads what was sealed.
    pub(super) fn from_text(method: &str, text: &[u8]) -> Result<Self, RegistryError> {
        let damaged = || RegistryError::Store(StoreError::Column("credentials"));
        let fields: Map<String, Value> = serde_json::from_slice(text).map_err(|_| damaged())?;
        let text = |name| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        let secret = |name| text(name).map(SecretString::from);
        let time = |name| fields.get(name).and_then(Value::as_i64);
        let time = |name| time(name).and_then(|time| Timestamp::from_millisecond(time).ok());
        let secrets = match method {
            "bearer" => secret("token").map(|token| Self::Bearer { token }),
            "basic" => text("username")
                .zip(secret("password"))
                .map(|(username, password)| Self::Basic { username, password }),
            "api_key" => secret("key").map(|key| Self::ApiKey { key }),
            "oauth2" => secret("access_token").map(|access_token| Self::OAuth2 {
                access_token,
                refresh_token: secret("refresh_token"),
                expires_at: time("expires_at"),
                given_at: time("given_at"),
            }),
            "client_credentials" => {
                let app = text("client_id").zip(secret("client_secret"));
                let app = app.map(|(client_id, client_secret)| OAuthApp {
                    client_id,
                    client_secret,
                });
                secret("access_token").map(|access_token| Self::ClientCredentials {
                    app,
                    access_token,
                    expires_at: time("expires_at"),
                    given_at: time("given_at"),
                })
            }
            _ => None,
        };
        secrets.ok_or_else(damaged)
    }

    /// What a call is made with.
    pub(super) fn into_credential(self) -> Credential {
        match self {
            Self::Bearer { token }
            | Self::OAuth2 {
                access_token: token,
                ..
            }
            | Self::ClientCredentials {
                access_token: token,
                ..
            } => Credential::Token(token),
            Self::Basic { username, password } => Credential::Basic { username, password },
            Self::ApiKey { key } => Credential::ApiKey(key),
        }
    }
}

/// When an access token ends: by our own clock, from before the vendor looked at its own.
fn end(tokens: &Tokens, asked: Timestamp) -> Option<Timestamp> {
    let life = SignedDuration::try_from(tokens.expires_in?).ok()?;
    asked.checked_add(life).ok()
}
