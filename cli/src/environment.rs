//! Accounts from the environment, as long as there is no store of accounts.

use std::collections::BTreeMap;
use std::env;
use std::sync::Arc;

use toolwright_runtime::account::{Account, Credential, Fixed};
use toolwright_runtime::error::{Error, ErrorKind};
use toolwright_runtime::oauth::OAuthApp;
use toolwright_runtime::table::{Catalogue, CredentialKind, Integration};
use toolwright_server::sandbox::{Sandbox, SandboxAccount};

use super::CommandError;

/// The integration of a slug or alias.
pub(crate) fn integration(
    catalogue: &'static Catalogue,
    name: &str,
) -> Result<&'static Integration, CommandError> {
    let found = catalogue
        .integrations
        .iter()
        .find(|integration| integration.slug == name || integration.aliases.contains(&name));
    found.copied().ok_or_else(|| {
        let known: Vec<&str> = catalogue.integrations.iter().map(|i| i.slug).collect();
        CommandError::Sentence(format!(
            "there is no integration `{name}`; compiled in are {}",
            known.join(", ")
        ))
    })
}

/// The name of an environment variable: `TOOLWRIGHT_EGNYTE_DOMAIN`.
pub(crate) fn variable(integration: &Integration, field: &str) -> String {
    format!("TOOLWRIGHT_{}_{field}", integration.slug).to_ascii_uppercase()
}

/// The variables of which one set is a credential: `[["…_TOKEN"], ["…_USERNAME", "…_PASSWORD"]]`.
pub(crate) fn credential_variables(integration: &Integration) -> Vec<Vec<String>> {
    let mut sets: Vec<Vec<String>> = Vec::new();
    for kind in integration.auth.credentials {
        let names: &[&str] = match kind {
            // What a login gives is a token.
            CredentialKind::Bearer { .. }
            | CredentialKind::OAuth2(_)
            | CredentialKind::Login(_) => &["TOKEN"],
            CredentialKind::Basic { .. } => &["USERNAME", "PASSWORD"],
            CredentialKind::ApiKey { .. } => &["API_KEY"],
        };
        let set = names
            .iter()
            .map(|name| variable(integration, name))
            .collect();
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    sets
}

/// The account that the environment describes; `None` where it has no credential.
pub(crate) fn account(integration: &'static Integration) -> Result<Option<Account>, Error> {
    let Some(credential) = credential(integration)? else {
        return Ok(None);
    };
    let connection: BTreeMap<String, String> = integration
        .connection
        .iter()
        .filter_map(|field| Some((field.name.to_owned(), read(integration, field.name)?)))
        .collect();
    connect(integration, connection, credential)
        .map(Some)
        .map_err(|error| {
            let fields = integration
                .connection
                .iter()
                .map(|field| variable(integration, field.name));
            let hint = format!("Set {}.", fields.collect::<Vec<_>>().join(", "));
            error.with_hint(hint)
        })
}

/// The account of a simulated vendor.
pub(crate) fn sandbox_account(
    sandbox: &Sandbox,
    integration: &'static Integration,
) -> Result<Option<Account>, Error> {
    let account = sandbox
        .accounts()
        .into_iter()
        .find(|a| a.integration.slug == integration.slug);
    account
        .map(
            |SandboxAccount {
                 connection,
                 credential,
                 ..
             }| { connect(integration, connection, credential) },
        )
        .transpose()
}

fn connect(
    integration: &'static Integration,
    connection: BTreeMap<String, String>,
    credential: Credential,
) -> Result<Account, Error> {
    // A cursor stays good over a restart as long as it is the same account of the vendor.
    let id = format!("{}/{connection:?}", integration.slug);
    Account::new(integration, id, connection, Arc::new(Fixed(credential)))
}

fn credential(integration: &Integration) -> Result<Option<Credential>, Error> {
    for kind in integration.auth.credentials {
        let credential = match kind {
            CredentialKind::Bearer { .. }
            | CredentialKind::OAuth2(_)
            | CredentialKind::Login(_) => {
                read(integration, "TOKEN").map(|token| Credential::Token(token.into()))
            }
            CredentialKind::ApiKey { .. } => {
                read(integration, "API_KEY").map(|key| Credential::ApiKey(key.into()))
            }
            CredentialKind::Basic { .. } => {
                match (read(integration, "USERNAME"), read(integration, "PASSWORD")) {
                    (Some(username), Some(password)) => Some(Credential::Basic {
                        username,
                        password: password.into(),
                    }),
                    (None, None) => None,
                    _ => {
                        let names =
                            ["USERNAME", "PASSWORD"].map(|name| variable(integration, name));
                        let message =
                            format!("{} go together; one is missing.", names.join(" and "));
                        return Err(Error::new(ErrorKind::InvalidArgument, message));
                    }
                }
            }
        };
        if credential.is_some() {
            return Ok(credential);
        }
    }
    Ok(None)
}

/// The value of a variable; an empty one is as good as none.
fn read(integration: &Integration, field: &str) -> Option<String> {
    env::var(variable(integration, field))
        .ok()
        .filter(|value| !value.is_empty())
}

/// The OAuth applications that the environment names, by the slugs of their integrations.
pub(crate) fn oauth_apps(
    catalogue: &Catalogue,
) -> Result<BTreeMap<&'static str, OAuthApp>, CommandError> {
    let mut apps = BTreeMap::new();
    for integration in catalogue.integrations {
        let name = |part| format!("TOOLWRIGHT_OAUTH_{}_{part}", integration.slug).to_uppercase();
        let names = [name("CLIENT_ID"), name("CLIENT_SECRET")];
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        match names.each_ref().map(set) {
            [Some(client_id), Some(secret)] => {
                let client_secret = secret.into();
                let app = OAuthApp {
                    client_id,
                    client_secret,
                };
                apps.insert(integration.slug, app);
            }
            [None, None] => {}
            _ => {
                let sentence = format!("{} go together; one is missing", names.join(" and "));
                return Err(CommandError::Sentence(sentence));
            }
        }
    }
    Ok(apps)
}
