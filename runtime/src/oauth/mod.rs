//! What is asked of a vendor's endpoints of OAuth 2.0.

mod authorization;
mod region;

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use crate::account::Account;
use crate::authorize;
use crate::body;
use crate::call::Caller;
use crate::error::{Error, ErrorKind};
use crate::interpret::Content;
use crate::message;
use crate::request;
use crate::table::{CredentialKind, Grant, Integration, OAuth2, PathPart, Step};

pub use self::authorization::Authorization;
pub use self::region::{at_origin, located};

/// The fields of a token request that are no secrets.
const PUBLIC: [&str; 3] = ["grant_type", "redirect_uri", "scope"];

/// The application that an operator has registered with a vendor.
#[derive(Clone, Debug)]
pub struct OAuthApp {
    /// Its public name.
    pub client_id: String,
    /// What it proves itself with.
    pub client_secret: SecretString,
}

/// What a token endpoint gave (RFC 6749 section 5.1).
#[derive(Clone, Debug)]
pub struct Tokens {
    /// What calls are made with.
    pub access_token: SecretString,
    /// What the next access token is had with; `None`: what the last one was had with.
    pub refresh_token: Option<SecretString>,
    /// How long the access token lives; `None` where the vendor does not say.
    pub expires_in: Option<Duration>,
    /// The origin that the vendor says the account lives at; [`OAuthRegion`] says which one that is.
    ///
    /// [`OAuthRegion`]: crate::table::OAuthRegion
    pub origin: Option<String>,
}

/// Why a token endpoint gave nothing.
#[derive(Debug)]
pub enum TokenError {
    /// The vendor says that what was offered is worth nothing: somebody has to connect anew.
    Ended(Error),
    /// The vendor does not take the application, and what was offered may be as good as before.
    Application(Error),
    /// It may work another time.
    Failed(Error),
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Ended(error)
            | TokenError::Application(error)
            | TokenError::Failed(error) => error,
        }
    }
}

/// The OAuth 2.0 of an integration, where it has one.
#[must_use]
pub fn of(integration: &Integration) -> Option<&'static OAuth2> {
    let mut kinds = integration.auth.credentials.iter();
    kinds.find_map(|kind| match kind {
        CredentialKind::OAuth2(oauth) => Some(*oauth),
        _ => None,
    })
}

/// What an access token is asked for with (RFC 6749).
#[derive(Clone, Copy, Debug)]
pub enum TokenRequest<'a> {
    /// What the redirect brought after a person consented (section 4.1.3).
    AuthorizationCode {
        /// The code, which is good once.
        code: &'a SecretString,
        /// Where the redirect came.
        redirect_uri: &'a str,
        /// What the challenge of the authorization was made from (RFC 7636 section 4.5).
        verifier: &'a SecretString,
    },
    /// What came with the last access token (section 6).
    RefreshToken(&'a SecretString),
    /// Nothing but who the application is (section 4.4.2).
    ClientCredentials,
    /// What a person signs in with (section 4.3.2).
    Password {
        /// The user name.
        username: &'a str,
        /// The password.
        password: &'a SecretString,
    },
}

impl TokenRequest<'_> {
    fn grant(self) -> Grant {
        match self {
            Self::AuthorizationCode { .. } => Grant::AuthorizationCode,
            Self::RefreshToken(_) => Grant::RefreshToken,
            Self::ClientCredentials => Grant::ClientCredentials,
            Self::Password { .. } => Grant::Password,
        }
    }

    fn fields(self, oauth: &OAuth2) -> Vec<(String, String)> {
        let mut fields = vec![field("grant_type", self.grant().name())];
        match self {
            Self::AuthorizationCode {
                code,
                redirect_uri,
                verifier,
            } => {
                fields.push(field("code", code.expose_secret()));
                fields.push(field("redirect_uri", redirect_uri));
                if oauth.pkce {
                    fields.push(field("code_verifier", verifier.expose_secret()));
                }
            }
            Self::RefreshToken(token) => {
                fields.push(field("refresh_token", token.expose_secret()));
            }
            Self::ClientCredentials => fields.extend(scope(oauth)),
            Self::Password { username, password } => {
                fields.push(field("username", username));
                fields.push(field("password", password.expose_secret()));
                fields.extend(scope(oauth));
            }
        }
        fields
    }
}

impl Caller {
    /// Asks for an access token.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn token(
        &self,
        integration: &'static Integration,
        connection: &BTreeMap<String, String>,
        app: &OAuthApp,
        request: TokenRequest<'_>,
    ) -> Result<Tokens, TokenError> {
        let grant = request.grant();
        let oauth = of(integration).filter(|oauth| oauth.grants.contains(&grant));
        let Some(oauth) = oauth else {
            let (label, grant) = (integration.label, grant.name());
            let message = format!("{label} gives no access tokens by the grant `{grant}`.");
            return Err(TokenError::Ended(Error::new(ErrorKind::Internal, message)));
        };
        let endpoint = Endpoint {
            integration,
            connection,
            oauth,
            path: oauth.token,
        };
        let fields = request.fields(oauth);
        let answer = self.ask(&endpoint, Some(app), fields).await?;
        tokens(integration, oauth, &answer)
    }

    /// Asks the vendor to end a token (RFC 7009), where it has an address for that. Ending a refresh
    /// token ends the access tokens that it yielded.
    ///
    /// # Errors
    /// [`Error`]: the vendor could not be asked, or says no.
    pub async fn revoke(
        &self,
        account: &Account,
        app: Option<&OAuthApp>,
        token: &SecretString,
    ) -> Result<(), Error> {
        let integration = account.integration;
        let oauth = of(integration);
        let Some((oauth, path)) = oauth.and_then(|oauth| Some((oauth, oauth.revoke?))) else {
            return Ok(());
        };
        let endpoint = Endpoint {
            integration,
            connection: &account.connection(),
            oauth,
            path,
        };
        let fields = vec![field("token", token.expose_secret())];
        let asked = self.ask(&endpoint, app, fields).await;
        match asked {
            Ok(_) => Ok(()),
            Err(refused) => Err(refused.into()),
        }
    }

    /// Sends a form to an endpoint; the answer, if it does not say no. An error does not repeat what
    /// was sent; an answer may, as a vendor sends the refresh token again that goes on being good.
    async fn ask(
        &self,
        endpoint: &Endpoint<'_>,
        app: Option<&OAuthApp>,
        mut fields: Vec<(String, String)>,
    ) -> Result<Value, TokenError> {
        let Endpoint {
            integration,
            connection,
            oauth,
            path,
        } = *endpoint;
        let mut header = None;
        match app {
            Some(app) if oauth.basic_client_auth => {
                header = Some(authorize::client(&app.client_id, &app.client_secret));
            }
            Some(app) => {
                fields.push(field("client_id", &app.client_id));
                fields.push(field("client_secret", app.client_secret.expose_secret()));
            }
            None => {}
        }
        let target = self.target(integration, connection);
        let url = request::address(&target, oauth.host, &[PathPart::Literal(path)]);
        let request = url.and_then(|url| request::post(url, body::form(&fields)));
        let mut request = request.map_err(TokenError::Failed)?;
        if let Some((name, value)) = header.transpose().map_err(TokenError::Failed)? {
            request.headers.insert(name, value);
        }
        let is_secret = |name: &str| !PUBLIC.contains(&name);
        let secrets = fields.iter().filter(|(name, _)| is_secret(name));
        let mut secrets: Vec<&str> = secrets.map(|(_, value)| value.as_str()).collect();
        // It may be in the header alone.
        secrets.extend(app.map(|app| app.client_secret.expose_secret()));
        let answer = self.confide(integration, request, &secrets).await;
        let answer = answer.map_err(TokenError::Failed)?;
        let failed_at = oauth.failed_at.and_then(|path| answer.text_at(path));
        let reason = failed_at.or_else(|| answer.text_at(&[Step::Key("error")]));
        match (answer.read(integration, 1), reason) {
            (Err(failure), reason) => Err(judged(integration, failure.error, reason.as_deref())),
            (Ok(_), Some(reason)) => {
                let (label, said) = (integration.label, message::sentence(&reason));
                let message = format!("{label} refused: {said}");
                let error = Error::new(ErrorKind::Unauthorized, message);
                Err(judged(integration, error, Some(&reason)))
            }
            (Ok(reading), None) => match reading.content {
                Content::Json(_) => Ok(answer.document()),
                // A revocation may be confirmed by nothing (RFC 7009 section 2.2).
                Content::Empty => Ok(Value::Null),
                Content::Other(error) => Err(TokenError::Failed(error)),
            },
        }
    }
}

/// One of the addresses of an integration's OAuth.
#[derive(Clone, Copy)]
struct Endpoint<'a> {
    integration: &'static Integration,
    connection: &'a BTreeMap<String, String>,
    oauth: &'static OAuth2,
    path: &'static str,
}

/// What is asked for, where the definition says.
fn scope(oauth: &OAuth2) -> Option<(String, String)> {
    let scopes = oauth.scopes.join(oauth.scope_separator);
    (!scopes.is_empty()).then(|| field("scope", &scopes))
}

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// What it means that a vendor says no, with its reason (RFC 6749 section 5.2). Without one it was
/// not the token endpoint that spoke.
fn judged(integration: &Integration, error: Error, reason: Option<&str>) -> TokenError {
    match (error.kind, reason) {
        // Some vendors say which part of it is wrong.
        (_, Some(reason)) if reason.starts_with("invalid_client") => {
            let label = integration.label;
            let message = format!("{label} does not take the application ({reason}).");
            let hint = "Whoever registered it checks its client id and secret.";
            TokenError::Application(Error::new(ErrorKind::Unauthorized, message).with_hint(hint))
        }
        (
            ErrorKind::InvalidArgument
            | ErrorKind::Unauthorized
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::Conflict,
            Some(_),
        ) => TokenError::Ended(error),
        _ => TokenError::Failed(error),
    }
}

fn tokens(integration: &Integration, oauth: &OAuth2, answer: &Value) -> Result<Tokens, TokenError> {
    let secret = |name| {
        let text = answer.get(name).and_then(Value::as_str);
        let text = text.filter(|text| !text.is_empty());
        text.map(|text| SecretString::from(text.to_owned()))
    };
    let Some(access_token) = secret("access_token") else {
        let message = format!("{} answered without an access token.", integration.label);
        return Err(TokenError::Failed(Error::new(
            ErrorKind::Malformed,
            message,
        )));
    };
    Ok(Tokens {
        access_token,
        refresh_token: secret("refresh_token"),
        expires_in: answer.get("expires_in").and_then(|life| lives(oauth, life)),
        origin: region::told(oauth, answer),
    })
}

/// How long a token lives: a number of seconds, which some vendors write as text or in milliseconds.
fn lives(oauth: &OAuth2, value: &Value) -> Option<Duration> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    match oauth.longest_life {
        Some(longest) if number > longest => Some(Duration::from_millis(number)),
        _ => Some(Duration::from_secs(number)),
    }
}
