//! Forgetting an account, so that its tokens open nothing at the vendor either.

use secrecy::SecretString;
use toolwright_runtime::account as runtime;
use toolwright_runtime::error::{Error, ErrorKind};

use super::account::{Connected, connected_columns};
use super::tokens::callable;
use super::{Registry, RegistryError, Secrets, Subject};

impl Registry {
    /// Forgets an account with its credentials and MCP servers, after the vendor was asked to end its
    /// tokens. If the vendor does not, the account goes all the same, and the reason comes back.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none.
    pub async fn delete_account(&self, id: &str) -> Result<Option<Error>, RegistryError> {
        const DELETE: &str = "DELETE FROM integrated_account WHERE id = $1";
        let failed = match self.tokens(id).await {
            Ok(Some((account, token))) => self.end(&account, &token).await.err(),
            Ok(None) => None,
            Err(error) => Some(unreadable(id, &error)),
        };
        let note = self.note("integrated_account.delete", Subject::Account(id));
        match self.change(vec![note, (DELETE, vec![id.into()])]).await? {
            true => Ok(failed),
            false => Err(RegistryError::NotFound("integrated account")),
        }
    }

    async fn end(&self, account: &runtime::Account, token: &SecretString) -> Result<bool, Error> {
        let app = self.oauth_app(account.integration).await;
        let app = app.map_err(|error| unreadable(&account.id, &error))?;
        self.caller.revoke(account, app.as_ref(), token).await
    }

    /// What the vendor is asked to end, where an account is connected by OAuth.
    async fn tokens(
        &self,
        id: &str,
    ) -> Result<Option<(runtime::Account, SecretString)>, RegistryError> {
        const SELECT: &str = concat!(
            "SELECT a.integration, ",
            connected_columns!(),
            " FROM integrated_account a WHERE a.id = $1 AND a.authentication_method = 'oauth2'"
        );
        let Some(mut row) = self.store.find(SELECT, vec![id.into()]).await? else {
            return Ok(None);
        };
        let integration = self.known(&row.text()?)?;
        let connected = Connected::read(&mut row)?;
        let (account, credentials) = callable(self, integration, id, connected)?;
        Ok(match credentials.secrets()? {
            Secrets::OAuth2 {
                access_token,
                refresh_token,
                ..
            } => Some((account, refresh_token.unwrap_or(access_token))),
            _ => None,
        })
    }
}

fn unreadable(account: &str, error: &RegistryError) -> Error {
    tracing::error!(account, %error, "tokens that are to be ended cannot be read");
    let message = "The credentials of this account cannot be read, so the vendor was not asked to \
                   end its tokens.";
    Error::new(ErrorKind::Internal, message).with_hint("End them at the vendor.")
}
