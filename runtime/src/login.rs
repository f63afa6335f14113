//! Exchanging what a person signs in with for a token.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};

use crate::body;
use crate::call::Caller;
use crate::document::Document;
use crate::error::{Error, ErrorKind};
use crate::json_path;
use crate::request;
use crate::table::{CredentialKind, Integration, Login, LoginBody};

impl Caller {
    /// Logs in; the token that calls are made with from then on.
    ///
    /// # Errors
    /// [`Error`]: the vendor refuses the user name or the password, or could not be asked;
    /// [`ErrorKind::Internal`] when the integration has no such login.
    pub async fn log_in(
        &self,
        integration: &'static Integration,
        connection: &BTreeMap<String, String>,
        username: &str,
        password: &SecretString,
    ) -> Result<SecretString, Error> {
        let Some(login) = of(integration) else {
            let message = format!("{} has no login with a password.", integration.label);
            return Err(Error::new(ErrorKind::Internal, message));
        };
        let target = self.target(integration, connection);
        let url = request::address(&target, login.host, login.path)?;
        let password = password.expose_secret();
        let fields = [(login.username, username), (login.password, password)];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let body = match login.body {
            LoginBody::Form => body::form(&fields),
            LoginBody::Multipart => body::multipart(&fields),
            LoginBody::Json => body::object(&fields),
        };
        let request = request::post(url, body)?;
        let answer = self.confide(integration, request, &[password]).await?;
        answer
            .read(integration, 1)
            .map_err(|failure| about_login(failure.error))?;
        let text = answer.document().to_string();
        let document = Document::parse(&text, login.token.len());
        let token = document
            .ok()
            .and_then(|document| document.first(login.token));
        let token = token.as_ref().and_then(json_path::scalar);
        let token = token.filter(|token| !token.is_empty());
        token.map(SecretString::from).ok_or_else(|| {
            let place = json_path::display(login.token);
            let message = format!("{} answered without `{place}`.", integration.label);
            Error::new(ErrorKind::Malformed, message)
        })
    }
}

/// What the definition advises is about tokens.
fn about_login(mut error: Error) -> Error {
    if matches!(
        error.kind,
        ErrorKind::InvalidArgument | ErrorKind::Unauthorized | ErrorKind::Forbidden
    ) {
        error.hint = Some("Check the user name and the password.".to_owned());
    }
    error
}

fn of(integration: &Integration) -> Option<&'static Login> {
    let mut kinds = integration.auth.credentials.iter();
    kinds.find_map(|kind| match kind {
        CredentialKind::Login(login) => Some(*login),
        _ => None,
    })
}
