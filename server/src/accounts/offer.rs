//! What somebody offers to connect an account with, and what it is exchanged for.

use std::collections::BTreeMap;

use jiff::Timestamp;
use secrecy::SecretString;
use toolwright_runtime::error::{Error, ErrorKind};
use toolwright_runtime::oauth::{self, OAuthApp, TokenRequest};
use toolwright_runtime::table::{CredentialKind, Grant, Integration};

use super::{Problem, Registry, RegistryError, Secrets};

/// What somebody offers to connect an account with. Passwords and codes are exchanged for tokens at
/// once, and not kept.
#[derive(Clone, Debug)]
pub enum Offer {
    /// What calls are made with.
    Secrets(Secrets),
    /// What a person signs in with, for a token.
    Login {
        /// The user name.
        username: String,
        /// The password.
        password: SecretString,
    },
    /// The same, for a token of OAuth 2.0 (RFC 6749 section 4.3).
    Password {
        /// The user name.
        username: String,
        /// The password.
        password: SecretString,
    },
    /// An application that acts for itself (RFC 6749 section 4.4); `None`: the operator's.
    ClientCredentials {
        /// The application.
        app: Option<OAuthApp>,
    },
    /// What a login brought back (RFC 6749 section 4.1.2).
    Code {
        /// The code.
        code: SecretString,
        /// Where it came to.
        redirect_uri: String,
        /// What the login began with.
        verifier: SecretString,
    },
}

impl From<Secrets> for Offer {
    fn from(secrets: Secrets) -> Self {
        Self::Secrets(secrets)
    }
}

/// What an offer was exchanged for.
pub(super) struct Obtained {
    pub(super) secrets: Secrets,
    /// The connection fields, with what the vendor said about where the account lives.
    pub(super) connection: BTreeMap<String, String>,
    /// Whether the vendor gave it just now, to this server alone.
    pub(super) is_new: bool,
}

impl Offer {
    /// The type that names it: `bearer`, `basic`, `api_key`, `oauth2`, `client_credentials`, `login`
    /// or `password`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Secrets(secrets) => secrets.method(),
            Self::Login { .. } => "login",
            Self::Password { .. } => "password",
            Self::ClientCredentials { .. } => "client_credentials",
            Self::Code { .. } => "oauth2",
        }
    }

    /// The types that an integration takes.
    #[must_use]
    pub fn kinds(integration: &Integration) -> Vec<&'static str> {
        let kinds = integration.auth.credentials.iter();
        kinds.flat_map(kinds_of).collect()
    }

    pub(super) fn check(&self, integration: &Integration) -> Option<Problem> {
        let known = Self::kinds(integration);
        if known.contains(&self.kind()) {
            return None;
        }
        let (label, known) = (integration.label, known.join(", "));
        let message = format!("{label} takes {known}, not `{}`.", self.kind());
        Some(Problem::new("credentials.type", message))
    }
}

fn kinds_of(kind: &CredentialKind) -> Vec<&'static str> {
    match kind {
        CredentialKind::Bearer { .. } => vec!["bearer"],
        CredentialKind::Basic { .. } => vec!["basic"],
        CredentialKind::ApiKey { .. } => vec!["api_key"],
        CredentialKind::Login(_) => vec!["login"],
        CredentialKind::OAuth2(oauth) => {
            let mut kinds = vec!["oauth2"];
            let more = oauth.grants.iter().filter_map(|grant| match grant {
                Grant::Password => Some("password"),
                Grant::ClientCredentials => Some("client_credentials"),
                Grant::AuthorizationCode | Grant::RefreshToken => None,
            });
            kinds.extend(more);
            kinds
        }
    }
}

impl Registry {
    /// Exchanges an offer for what calls are made with. Nothing is asked of the vendor for what is
    /// that already.
    pub(super) async fn obtain(
        &self,
        integration: &'static Integration,
        connection: BTreeMap<String, String>,
        offer: Offer,
    ) -> Result<Obtained, RegistryError> {
        let request = match &offer {
            Offer::Secrets(secrets) => {
                let secrets = secrets.clone();
                return Ok(Obtained {
                    secrets,
                    connection,
                    is_new: false,
                });
            }
            Offer::Login { username, password } => {
                let logged_in = self
                    .caller
                    .log_in(integration, &connection, username, password);
                let secrets = Secrets::Bearer {
                    token: logged_in.await?,
                };
                return Ok(Obtained {
                    secrets,
                    connection,
                    is_new: true,
                });
            }
            Offer::Password { username, password } => TokenRequest::Password { username, password },
            Offer::ClientCredentials { .. } => TokenRequest::ClientCredentials,
            Offer::Code {
                code,
                redirect_uri,
                verifier,
            } => TokenRequest::AuthorizationCode {
                code,
                redirect_uri,
                verifier,
            },
        };
        let own = match &offer {
            Offer::ClientCredentials { app } => app.clone(),
            _ => None,
        };
        let app = match &own {
            Some(app) => Some(app.clone()),
            None => self.oauth_app(integration).await?,
        };
        let app = app.ok_or_else(|| no_app(integration))?;
        let asked = Timestamp::now();
        let answer = self
            .caller
            .token(integration, &connection, &app, request)
            .await;
        let tokens = answer.map_err(Error::from)?;
        let located = oauth::at_origin(integration, connection.clone(), &tokens);
        let secrets = match offer {
            Offer::ClientCredentials { .. } => Secrets::of_client(own, tokens, asked),
            _ => Secrets::of_grant(tokens, asked),
        };
        let obtained = Obtained {
            secrets,
            connection,
            is_new: true,
        };
        match located {
            Ok(connection) => Ok(Obtained {
                connection,
                ..obtained
            }),
            Err(error) => {
                self.drop_tokens(integration, &obtained).await;
                Err(error.into())
            }
        }
    }
}

fn no_app(integration: &Integration) -> Error {
    let label = integration.label;
    let message = format!("No application is registered with {label} for this server.");
    let hint = format!(
        "Whoever runs the server registers one with {label} and enters it with PUT \
         /integration/{}/oauth-app.",
        integration.slug
    );
    Error::new(ErrorKind::Unauthorized, message).with_hint(hint)
}
