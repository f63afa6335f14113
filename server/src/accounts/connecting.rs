//! Connecting an account under a link: the vendor is asked whether what was offered is good, and whose
//! it is, before anything is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use toolwright_runtime::account::{self as runtime, Fixed};
use toolwright_runtime::error::Error;
use toolwright_runtime::oauth;
use toolwright_runtime::table::Integration;

use super::account::complete;
use super::call_log::Author;
use super::offer::Obtained;
use super::{
    Account, AccountChange, Link, NewAccount, Offer, Problem, Registry, RegistryError, Secrets,
};
use crate::log::ClientInfo;
use crate::store::{Statement, StoreError};
use crate::visible::is_visible;

const DELETE: &str = "DELETE FROM link WHERE id = $1";

impl Registry {
    /// Connects the account of a link, which is good for nothing afterwards. Once begun it is done to
    /// its end, even if whoever asked goes away: what was offered may be good once.
    ///
    /// # Errors
    /// [`RegistryError::Vendor`] when the vendor refuses what was offered, [`RegistryError::Invalid`]
    /// where something else is wrong with it; then the link is as good as before.
    /// [`RegistryError::NotFound`] when the link was used meanwhile.
    pub(crate) async fn connect(
        &self,
        link: &Link,
        connection: BTreeMap<String, String>,
        offer: Offer,
        client: ClientInfo,
    ) -> Result<Account, RegistryError> {
        let author = Author::of_link(link.api_token_id.as_deref(), client);
        let registry = Self {
            author,
            ..self.clone()
        };
        let link = link.clone();
        let connecting =
            tokio::spawn(async move { registry.connect_under(&link, connection, offer).await });
        connecting.await.map_err(|_| StoreError::Closed)?
    }

    async fn connect_under(
        &self,
        link: &Link,
        connection: BTreeMap<String, String>,
        offer: Offer,
    ) -> Result<Account, RegistryError> {
        let integration = link.integration;
        RegistryError::of(offer.check(integration).into_iter().collect())?;
        let connection = complete(integration, connection)?;
        let obtained = self.obtain(integration, connection, offer).await?;
        let kept = match self.identify(integration, &obtained).await {
            Ok((owner, connection)) => self.keep_under(link, connection, &obtained, owner).await,
            Err(error) => Err(error.into()),
        };
        self.drop_unless_kept(integration, &obtained, kept).await
    }

    /// Whose the account is, as far as the vendor tells, and its connection fields.
    async fn identify(
        &self,
        integration: &'static Integration,
        obtained: &Obtained,
    ) -> Result<(Option<String>, BTreeMap<String, String>), Error> {
        let account = callable(integration, obtained)?;
        let owner = self.caller.identify(&account).await?;
        Ok((owner, account.connection()))
    }

    async fn keep_under(
        &self,
        link: &Link,
        connection: BTreeMap<String, String>,
        obtained: &Obtained,
        owner: Option<String>,
    ) -> Result<Account, RegistryError> {
        let secrets = obtained.secrets.clone();
        match &link.integrated_account_id {
            Some(id) => self.keep_again(link, id, connection, secrets).await,
            None => self.keep_new(link, connection, secrets, owner).await,
        }
    }

    async fn keep_new(
        &self,
        link: &Link,
        connection: BTreeMap<String, String>,
        secrets: Secrets,
        owner: Option<String>,
    ) -> Result<Account, RegistryError> {
        let label = link.integration.label;
        let named = || owner.map(|owner| readable(&format!("{label} ({owner})")));
        let new = NewAccount {
            integration: link.integration.slug.to_owned(),
            name: link.name.clone().or_else(named),
            tenant_id: link.tenant_id.clone(),
            connection: BTreeMap::new(),
            credentials: secrets.clone().into(),
        };
        let (account, mut statements) = self.creation(new, connection, &secrets)?;
        statements.insert(0, used(link));
        match self.change(statements).await? {
            true => Ok(account),
            false => Err(RegistryError::NotFound("link")),
        }
    }

    async fn keep_again(
        &self,
        link: &Link,
        id: &str,
        connection: BTreeMap<String, String>,
        secrets: Secrets,
    ) -> Result<Account, RegistryError> {
        let before = self.account(id).await?;
        if !is_same(link.integration, &before.connection, &connection) {
            let label = link.integration.label;
            let message = format!(
                "This is another account of {label} than the one that is connected again. Sign in \
                 to that one, or have it connected as a new one."
            );
            return Err(Problem::new("connection", message).into());
        }
        let change = AccountChange {
            connection: Some(connection),
            ..AccountChange::default()
        };
        let used = used(link);
        let again = self.apply(id, &change, Some(&secrets), Some(used)).await;
        again.map_err(|error| match error {
            // Whoever used the link has changed the account as well.
            RegistryError::Conflict(_) => RegistryError::NotFound("link"),
            error => error,
        })
    }

    /// Ends what the vendor gave if it was not kept.
    pub(super) async fn drop_unless_kept<T>(
        &self,
        integration: &'static Integration,
        obtained: &Obtained,
        kept: Result<T, RegistryError>,
    ) -> Result<T, RegistryError> {
        if kept.is_err() && obtained.is_new {
            self.drop_tokens(integration, obtained).await;
        }
        kept
    }

    /// Asks the vendor to end tokens that nobody will use.
    pub(super) async fn drop_tokens(&self, integration: &'static Integration, obtained: &Obtained) {
        let Secrets::OAuth2 {
            access_token,
            refresh_token,
            ..
        } = &obtained.secrets
        else {
            return;
        };
        let token = refresh_token.as_ref().unwrap_or(access_token);
        let dropped = async {
            let account = callable(integration, obtained).map_err(|error| error.to_string())?;
            let app = self.oauth_app(integration).await;
            let app = app.map_err(|error| error.to_string())?;
            let revoked = self.caller.revoke(&account, app.as_ref(), token).await;
            revoked.map_err(|error| error.to_string())
        };
        if let Err(error) = dropped.await {
            tracing::warn!(error, "tokens that nobody uses live on at the vendor");
        }
    }
}

/// Whether two connections are those of one account, as far as is known. It may have moved to another
/// data center if something else tells that it is the same.
fn is_same(
    integration: &Integration,
    before: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> bool {
    let region = oauth::of(integration).and_then(|oauth| oauth.region.as_ref());
    let is_region = |name: &str| region.is_some_and(|region| region.field == name);
    let known = before
        .iter()
        .filter_map(|(name, known)| Some((name, known, now.get(name)?)));
    let (centers, others): (Vec<_>, Vec<_>) = known.partition(|(name, ..)| is_region(name));
    let is_equal = |(_, before, now): &(&String, &String, &String)| before == now;
    others.iter().all(is_equal) && (!others.is_empty() || centers.iter().all(is_equal))
}

/// The account as the vendor is asked about it before it is one.
fn callable(
    integration: &'static Integration,
    obtained: &Obtained,
) -> Result<runtime::Account, Error> {
    let credential = obtained.secrets.clone().into_credential();
    let connection = obtained.connection.clone();
    runtime::Account::new(integration, "", connection, Arc::new(Fixed(credential)))
}

fn used(link: &Link) -> Statement {
    (DELETE, vec![link.id.as_str().into()])
}

/// A name as names have to be, of whatever the vendor says.
fn readable(name: &str) -> String {
    let visible = name.chars().filter(|character| is_visible(*character));
    visible.take(200).collect()
}
