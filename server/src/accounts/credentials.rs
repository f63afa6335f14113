//! The credentials of an account: what is given, what is sealed, and what a call is made with.

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};
use toolwright_runtime::account::Credential;
use toolwright_runtime::table::{CredentialKind, Integration};
use zeroize::Zeroizing;

use super::{Problem, RegistryError};
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
    },
}

impl Secrets {
    /// The name of the method: `bearer`, `basic`, `api_key` or `oauth2`.
    #[must_use]
    pub fn method(&self) -> &'static str {
        match self {
            Self::Bearer { .. } => "bearer",
            Self::Basic { .. } => "basic",
            Self::ApiKey { .. } => "api_key",
            Self::OAuth2 { .. } => "oauth2",
        }
    }

    /// The methods that an integration takes.
    pub fn methods(integration: &Integration) -> impl Iterator<Item = &'static str> {
        integration.auth.credentials.iter().map(|kind| match kind {
            CredentialKind::Bearer { .. } => "bearer",
            CredentialKind::Basic { .. } => "basic",
            CredentialKind::ApiKey { .. } => "api_key",
            CredentialKind::OAuth2(_) => "oauth2",
            CredentialKind::Login(_) => "login",
        })
    }

    pub(super) fn check(&self, integration: &Integration) -> Vec<Problem> {
        let mut methods = Self::methods(integration);
        if methods.any(|method| method == self.method()) {
            return Vec::new();
        }
        let known: Vec<&str> = Self::methods(integration).collect();
        let (label, known) = (integration.label, known.join(", "));
        let message = format!("{label} takes {known}, not `{}`.", self.method());
        vec![Problem::new("credentials.type", message)]
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
            } => json!({
                "access_token": access_token.expose_secret(),
                "refresh_token": refresh_token.as_ref().map(|token| token.expose_secret()),
                "expires_at": expires_at.map(Timestamp::as_millisecond),
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
        let secrets = match method {
            "bearer" => secret("token").map(|token| Self::Bearer { token }),
            "basic" => text("username")
                .zip(secret("password"))
                .map(|(username, password)| Self::Basic { username, password }),
            "api_key" => secret("key").map(|key| Self::ApiKey { key }),
            "oauth2" => secret("access_token").map(|access_token| Self::OAuth2 {
                access_token,
                refresh_token: secret("refresh_token"),
                expires_at: fields
                    .get("expires_at")
                    .and_then(Value::as_i64)
                    .and_then(|time| Timestamp::from_millisecond(time).ok()),
            }),
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
            } => Credential::Token(token),
            Self::Basic { username, password } => Credential::Basic { username, password },
            Self::ApiKey { key } => Credential::ApiKey(key),
        }
    }
}
