//! Forgetting an account, so that its tokens open nothing at the vendor either.

use toolwright_runtime::error::Error;

use super::account::Connected;
use super::tokens::{callable, unreadable};
use super::{Registry, RegistryError, Secrets, Subject, TRIES};
use crate::store::StoreError;

impl Registry {
    /// Forgets an account with its credentials and MCP servers, and then asks the vendor to end its
    /// tokens. If the vendor does not, the reason comes back. Once begun it is done to its end, even
    /// if whoever asked goes away.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none; [`RegistryError::Conflict`] when somebody else
    /// keeps changing it.
    pub async fn delete_account(&self, id: &str) -> Result<Option<Error>, RegistryError> {
        let (registry, id) = (self.clone(), id.to_owned());
        let deleting = tokio::spawn(async move { registry.forget(&id).await });
        deleting.await.map_err(|_| StoreError::Closed)?
    }

    async fn forget(&self, id: &str) -> Result<Option<Error>, RegistryError> {
        // What is ended is what the account had when it went.
        const DELETE: &str = "DELETE FROM integrated_account WHERE id = $1 AND version = $2";
        for _ in 0..TRIES {
            let integration = self.account(id).await?.integration;
            let connected = self.connected(id).await?;
            let note = self.note("integrated_account.delete", Subject::Account(id));
            let values = vec![id.into(), connected.version.into()];
            if self.change(vec![note, (DELETE, values)]).await? {
                let ended = self.end(&integration, id, connected).await;
                return Ok(ended.err().inspect(|error| {
                    tracing::warn!(account = id, %error, "tokens live on at the vendor");
                }));
            }
        }
        Err(RegistryError::Conflict("integrated account"))
    }

    /// Asks the vendor to end the tokens that an account was connected with, if it was by OAuth.
    async fn end(&self, integration: &str, id: &str, connected: Connected) -> Result<(), Error> {
        let unreadable = |error| unreadable(id, &error).with_hint("End its tokens at the vendor.");
        // Tokens of an integration that is no longer compiled in cannot be ended.
        let integration = self.known(integration).map_err(unreadable)?;
        let callable = callable(self, integration, id, connected);
        let (account, credentials) = callable.map_err(unreadable)?;
        let Secrets::OAuth2 {
            access_token,
            refresh_token,
            ..
        } = credentials.secrets().map_err(unreadable)?
        else {
            return Ok(());
        };
        let app = self.oauth_app(integration).await.map_err(unreadable)?;
        let token = refresh_token.unwrap_or(access_token);
        self.caller.revoke(&account, app.as_ref(), &token).await
    }
}
