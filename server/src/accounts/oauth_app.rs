//! The applications that the operator has registered with vendors, one an integration.

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use toolwright_runtime::oauth::{self, OAuthApp};
use toolwright_runtime::table::Integration;
use zeroize::Zeroizing;

use super::{Problem, Registry, RegistryError, Subject};
use crate::store::StoreError;

impl Registry {
    /// The same accounts, with applications that the environment names, by the slugs of their
    /// integrations. They come before those in the store.
    #[must_use]
    pub fn with_oauth_apps(self, apps: BTreeMap<&'static str, OAuthApp>) -> Self {
        Self {
            oauth_apps: Arc::new(apps),
            ..self
        }
    }

    /// The application of an integration, if there is one.
    ///
    /// # Errors
    /// [`RegistryError`] when the store fails, or its secret does not open.
    pub async fn oauth_app(
        &self,
        integration: &Integration,
    ) -> Result<Option<OAuthApp>, RegistryError> {
        const SELECT: &str = "SELECT key_id, sealed FROM secret WHERE name = $1";
        if let Some(app) = self.oauth_apps.get(integration.slug) {
            return Ok(Some(app.clone()));
        }
        let name = name(integration);
        let row = self.store.find(SELECT, vec![name.as_str().into()]).await?;
        let Some(mut row) = row else { return Ok(None) };
        let text = self.vault.open_secret(&name, &row.text()?, &row.bytes()?)?;
        read(&text).map(Some)
    }

    /// Registers the application of an integration, in place of the one before.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]: each thing that is wrong.
    pub async fn set_oauth_app(
        &self,
        integration: &Integration,
        app: &OAuthApp,
    ) -> Result<(), RegistryError> {
        const UPSERT: &str = "INSERT INTO secret (name, key_id, sealed) VALUES ($1, $2, $3)
            ON CONFLICT (name) DO UPDATE
            SET key_id = excluded.key_id, sealed = excluded.sealed";
        check(integration, app)?;
        if self.oauth_apps.contains_key(integration.slug) {
            let message = "The environment of the server names the application; change it there.";
            return Err(Problem::new("client_id", message).into());
        }
        let name = name(integration);
        let text = json!({
            "client_id": app.client_id,
            "client_secret": app.client_secret.expose_secret(),
        });
        let text = Zeroizing::new(text.to_string());
        let (key_id, sealed) = self.vault.seal_secret(&name, text.as_bytes())?;
        let values = vec![name.into(), key_id.into(), sealed.into()];
        let note = self.note("oauth_app.set", Subject::Integration(integration.slug));
        self.change(vec![(UPSERT, values), note]).await?;
        Ok(())
    }
}

/// The name under which the secret is sealed.
fn name(integration: &Integration) -> String {
    format!("oauth-app:{}", integration.slug)
}

fn check(integration: &Integration, app: &OAuthApp) -> Result<(), RegistryError> {
    let mut problems = Vec::new();
    if oauth::of(integration).is_none() {
        let message = format!("{} has no OAuth 2.0.", integration.label);
        problems.push(Problem::new("", message));
    }
    let fields = [
        ("client_id", app.client_id.as_str()),
        ("client_secret", app.client_secret.expose_secret()),
    ];
    for (field, text) in fields {
        // Characters of RFC 6749 appendix A.1 and A.2.
        let is_visible = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        if text.trim().is_empty() || text.len() > 1000 || !is_visible {
            let message = format!("`{field}` must be 1 to 1000 visible ASCII characters.");
            problems.push(Problem::new(field, message));
        }
    }
    RegistryError::of(problems)
}

fn read(text: &[u8]) -> Result<OAuthApp, RegistryError> {
    let value: Value = serde_json::from_slice(text).unwrap_or_default();
    let text = |name| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let app = text("client_id").zip(text("client_secret"));
    app.map(|(client_id, secret)| OAuthApp {
        client_id,
        client_secret: SecretString::from(secret),
    })
    .ok_or_else(|| StoreError::Column("an OAuth application").into())
}
