//! The ways in which a person can connect an account of an integration, as a page asks for them.

use std::collections::BTreeMap;

use secrecy::SecretString;
use toolwright_runtime::oauth::OAuthApp;
use toolwright_runtime::table::{ConnectionField, CredentialKind, Grant, Integration, OAuth2};

use crate::accounts::{Link, Offer, Secrets};

/// A way to connect an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// Its name in the form.
    pub(super) kind: Kind,
    /// What a person must know about it.
    pub(super) description: Option<&'static str>,
    /// What the vendor asks the person to allow.
    pub(super) scopes: &'static [&'static str],
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// To sign in at the vendor.
    Authorization,
    /// A token.
    Bearer,
    /// A user name and a password, which are kept.
    Basic,
    /// A key.
    ApiKey,
    /// A user name and a password, which are exchanged for a token.
    Login,
    /// The same by OAuth 2.0.
    Password,
    /// An application of the customer's own.
    ClientCredentials,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Its name.
    pub(super) name: &'static str,
    /// What a person reads beside it.
    pub(super) label: &'static str,
    /// Whether what is typed is not shown.
    pub(super) is_secret: bool,
}

const USERNAME: Field = Field::shown("username", "User name");
const PASSWORD: Field = Field::secret("password", "Password");
const TOKEN: Field = Field::secret("token", "Access token");
const KEY: Field = Field::secret("key", "API key");
const CLIENT_ID: Field = Field::shown("client_id", "Client id");
const CLIENT_SECRET: Field = Field::secret("client_secret", "Client secret");

impl Field {
    const fn shown(name: &'static str, label: &'static str) -> Self {
        let is_secret = false;
        Self {
            name,
            label,
            is_secret,
        }
    }

    const fn secret(name: &'static str, label: &'static str) -> Self {
        let is_secret = true;
        Self {
            name,
            label,
            is_secret,
        }
    }
}

impl Kind {
    const ALL: [(Self, &str); 7] = [
        (Self::Authorization, "oauth2"),
        (Self::Bearer, "bearer"),
        (Self::Basic, "basic"),
        (Self::ApiKey, "api_key"),
        (Self::Login, "login"),
        (Self::Password, "password"),
        (Self::ClientCredentials, "client_credentials"),
    ];

    pub(super) fn name(self) -> &'static str {
        let named = Self::ALL.iter().find(|(kind, _)| *kind == self);
        named.map_or("", |(_, name)| name)
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        let named = Self::ALL.iter().find(|(_, known)| *known == name);
        named.map(|(kind, _)| *kind)
    }

    /// What follows "connect with".
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Authorization => "a login at the vendor",
            Self::Bearer => "an access token",
            Self::Basic | Self::Login | Self::Password => "a user name and a password",
            Self::ApiKey => "an API key",
            Self::ClientCredentials => "an application of your own",
        }
    }

    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            Self::Authorization => &[],
            Self::Bearer => &[TOKEN],
            Self::ApiKey => &[KEY],
            Self::Basic | Self::Login | Self::Password => &[USERNAME, PASSWORD],
            Self::ClientCredentials => &[CLIENT_ID, CLIENT_SECRET],
        }
    }

    /// What is missing of what is asked for: a sentence for each field.
    pub(super) fn missing(self, typed: &BTreeMap<String, String>) -> Vec<String> {
        let is_missing = |field: &&Field| {
            let typed = typed.get(field.name);
            typed.is_none_or(|typed| typed.trim().is_empty())
        };
        let missing = self.fields().iter().filter(is_missing);
        missing
            .map(|field| format!("{} is missing.", field.label))
            .collect()
    }

    /// What is offered by what was typed; `None` for a login at the vendor, which has yet to begin.
    pub(super) fn offer(self, typed: &BTreeMap<String, String>) -> Option<Offer> {
        let text = |field: Field| match typed.get(field.name) {
            // What is copied from a page often comes with blanks; a password may have some.
            Some(typed) if field != PASSWORD => typed.trim().to_owned(),
            typed => typed.cloned().unwrap_or_default(),
        };
        let secret = |field| SecretString::from(text(field));
        Some(match self {
            Self::Authorization => return None,
            Self::Bearer => Offer::Secrets(Secrets::Bearer {
                token: secret(TOKEN),
            }),
            Self::Basic => Offer::Secrets(Secrets::Basic {
                username: text(USERNAME),
                password: secret(PASSWORD),
            }),
            Self::ApiKey => Offer::Secrets(Secrets::ApiKey { key: secret(KEY) }),
            Self::Login => Offer::Login {
                username: text(USERNAME),
                password: secret(PASSWORD),
            },
            Self::Password => Offer::Password {
                username: text(USERNAME),
                password: secret(PASSWORD),
            },
            Self::ClientCredentials => Offer::ClientCredentials {
                app: Some(OAuthApp {
                    client_id: text(CLIENT_ID),
                    client_secret: secret(CLIENT_SECRET),
                }),
            },
        })
    }
}

/// The ways to connect an account of an integration, of which some need an application that the
/// operator has registered with the vendor.
pub(super) fn ways(integration: &Integration, has_app: bool) -> Vec<Way> {
    let way = |kind, description| {
        vec![Way {
            kind,
            description: Some(description),
            scopes: &[],
        }]
    };
    let ways = integration
        .auth
        .credentials
        .iter()
        .flat_map(|kind| match kind {
            CredentialKind::Bearer { description } => way(Kind::Bearer, description),
            CredentialKind::Basic { description } => way(Kind::Basic, description),
            CredentialKind::ApiKey { description, .. } => way(Kind::ApiKey, description),
            CredentialKind::Login(login) => way(Kind::Login, login.description),
            CredentialKind::OAuth2(oauth) => granted(oauth, has_app),
        });
    let mut ways: Vec<Way> = ways.collect();
    // What asks for no secret comes first.
    ways.sort_by_key(|way| way.kind != Kind::Authorization);
    ways
}

fn granted(oauth: &OAuth2, has_app: bool) -> Vec<Way> {
    // The definition's description is for the operator, who has read it.
    let way = |kind, scopes| Way {
        kind,
        description: None,
        scopes,
    };
    let ways = oauth.grants.iter().filter_map(|grant| match grant {
        Grant::AuthorizationCode => has_app.then(|| way(Kind::Authorization, oauth.scopes)),
        Grant::Password => has_app.then(|| way(Kind::Password, &[])),
        Grant::ClientCredentials => Some(way(Kind::ClientCredentials, &[])),
        Grant::RefreshToken => None,
    });
    ways.collect()
}

/// The connection fields that a person is asked for: neither settled nor told by the vendor.
pub(super) fn asked(link: &Link) -> impl Iterator<Item = &'static ConnectionField> {
    let fields = link.integration.connection.iter();
    fields.filter(|field| field.discover.is_none() && !link.connection.contains_key(field.name))
}
