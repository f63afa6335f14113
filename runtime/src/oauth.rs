//! What is asked of a vendor's endpoints of OAuth 2.0.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use crate::account::Account;
use crate::authorize;
use crate::call::Caller;
use crate::error::{Error, ErrorKind};
use crate::interpret::{self, Content};
use crate::json_path;
use crate::message;
use crate::request;
use crate::send::Answer;
use crate::table::{CredentialKind, Integration, OAuth2, Step};

/// How long a vendor may take over a token.
const PATIENCE: Duration = Duration::from_secs(15);

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
}

/// Why a token endpoint gave nothing.
#[derive(Debug)]
pub enum TokenError {
    /// The vendor says that what was offered is worth nothing: somebody has to connect anew.
    Ended(Error),
    /// It may work another time.
    Failed(Error),
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

impl Caller {
    /// Asks for a new access token (RFC 6749 section 6).
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn refresh(
        &self,
        integration: &'static Integration,
        connection: &BTreeMap<String, String>,
        app: &OAuthApp,
        refresh_token: &SecretString,
    ) -> Result<Tokens, TokenError> {
        let Some(oauth) = of(integration) else {
            let message = format!("{} has no OAuth 2.0.", integration.label);
            return Err(TokenError::Ended(Error::new(ErrorKind::Internal, message)));
        };
        let fields = vec![
            field("grant_type", "refresh_token"),
            field("refresh_token", refresh_token.expose_secret()),
        ];
        let endpoint = Endpoint {
            integration,
            connection,
            oauth,
            path: oauth.token,
        };
        let answer = self.ask(&endpoint, Some(app), fields).await?;
        tokens(integration, &answer)
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
            Err(TokenError::Ended(error) | TokenError::Failed(error)) => Err(error),
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
        let request = request::form(&target, oauth.host, path, &fields);
        let mut request = request.map_err(TokenError::Failed)?;
        if let Some((name, value)) = header.transpose().map_err(TokenError::Failed)? {
            request.headers.insert(name, value);
        }
        let sent = self.sender().send(integration.label, request, PATIENCE);
        let answer = sent.await.map_err(TokenError::Failed)?;
        let own = fields.iter().filter(|(name, _)| name != "grant_type");
        let sent: Vec<&str> = own.map(|(_, value)| value.as_str()).collect();
        let discreet = Answer {
            body: authorize::without_all(answer.body.clone(), &sent),
            ..answer.clone()
        };
        let reading = interpret::read(integration, &discreet, 1);
        let reading = reading.map_err(|failure| judged(failure.error))?;
        let document = match reading.content {
            Content::Json(document) => document,
            // A revocation may be confirmed by nothing (RFC 7009 section 2.2).
            Content::Empty => return Ok(Value::Null),
            Content::Other(error) => return Err(TokenError::Failed(error)),
        };
        let failed_at = oauth.failed_at.unwrap_or(&[Step::Key("error")]);
        let refused = document.first(failed_at);
        if let Some(reason) = refused.as_ref().and_then(json_path::scalar) {
            let reason = message::sentence(&reason);
            let message = format!("{} refused: {reason}", integration.label);
            let error = Error::new(ErrorKind::Unauthorized, message);
            return Err(TokenError::Ended(error));
        }
        // It was read as JSON before.
        Ok(serde_json::from_slice(&answer.body).unwrap_or_default())
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

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// Whether a vendor that says no will say so again.
fn judged(error: Error) -> TokenError {
    match error.kind {
        ErrorKind::InvalidArgument
        | ErrorKind::Unauthorized
        | ErrorKind::Forbidden
        | ErrorKind::NotFound
        | ErrorKind::Conflict => TokenError::Ended(error),
        _ => TokenError::Failed(error),
    }
}

fn tokens(integration: &Integration, answer: &Value) -> Result<Tokens, TokenError> {
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
        expires_in: answer.get("expires_in").and_then(seconds),
    })
}

/// A number of seconds, which some vendors write as text.
fn seconds(value: &Value) -> Option<Duration> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    Some(Duration::from_secs(number))
}
