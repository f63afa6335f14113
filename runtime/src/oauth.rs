//! What is asked of a vendor's endpoints of OAuth 2.0.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use crate::account::{Account, Credential};
use crate::authorize;
use crate::call::Caller;
use crate::error::{Error, ErrorKind};
use crate::interpret::{self, Content};
use crate::json_path;
use crate::request;
use crate::table::{CredentialKind, Integration, OAuth2};

/// How long a vendor may take to end a token.
const PATIENCE: Duration = Duration::from_secs(10);

impl Caller {
    /// Asks the vendor to end a token (RFC 7009); whether there is an address to ask at. Ending a
    /// refresh token ends the access tokens that it yielded.
    ///
    /// # Errors
    /// [`Error`]: the vendor could not be asked, or says no.
    pub async fn revoke(&self, account: &Account, token: &SecretString) -> Result<bool, Error> {
        let integration = account.integration;
        let Some((oauth, path)) = revocation(integration) else {
            return Ok(false);
        };
        let connection = account.connection();
        let target = self.target(integration, &connection);
        let fields = [("token".to_owned(), token.expose_secret().to_owned())];
        let request = request::form(&target, oauth.host, path, &fields)?;
        let sent = self.sender().send(integration.label, request, PATIENCE);
        let mut answer = sent.await?;
        answer.body = authorize::redacted(answer.body, &Credential::Token(token.clone()));
        let reading = interpret::read(integration, &answer, 1).map_err(|failure| failure.error)?;
        let refused = match (&reading.content, oauth.failed_at) {
            (Content::Json(document), Some(at)) => document.first(at),
            _ => None,
        };
        match refused.as_ref().and_then(json_path::scalar) {
            None => Ok(true),
            Some(reason) => {
                let message = format!("{} did not end the token: {reason}.", integration.label);
                Err(Error::new(ErrorKind::Upstream, message))
            }
        }
    }
}

/// Where the tokens of an integration are ended.
fn revocation(integration: &Integration) -> Option<(&'static OAuth2, &'static str)> {
    integration
        .auth
        .credentials
        .iter()
        .find_map(|kind| match kind {
            CredentialKind::OAuth2(oauth) => Some((*oauth, oauth.revoke?)),
            _ => None,
        })
}
