//! How an account reaches its vendor: hosts, what its user says about it, and credentials.

use std::sync::OnceLock;

use regex_lite::Regex;

use super::{JsonPath, Operation};

/// One fact about an account that is not a secret.
#[derive(Debug)]
pub struct ConnectionField {
    /// Its name: `domain`.
    pub name: &'static str,
    /// What a form calls it.
    pub title: &'static str,
    /// What it is and where a person finds it.
    pub description: &'static str,
    /// What a value must match.
    pub pattern: Option<&'static Pattern>,
    /// The values it can take; empty for any.
    pub one_of: &'static [&'static str],
    /// What is taken when nothing is given.
    pub default: Option<&'static str>,
    /// A value to show.
    pub example: Option<&'static str>,
    /// How it is found out by asking the vendor.
    pub discover: Option<Discover>,
}

/// A request that fills a connection field.
#[derive(Debug)]
pub struct Discover {
    /// The host, as an index into [`Integration::hosts`].
    pub host: usize,
    /// The path, in which only connection fields stand.
    pub path: &'static [PathPart],
    /// Where the value stands in the answer.
    pub at: JsonPath,
}

/// A regular expression, compiled when first used.
#[derive(Debug)]
pub struct Pattern {
    source: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern; the compiler of definitions has checked that it is one.
    #[must_use]
    pub const fn new(source: &'static str) -> Self {
        Self {
            source,
            compiled: OnceLock::new(),
        }
    }

    /// The pattern as written.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// Whether `text` matches. A pattern that does not compile matches nothing.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.compiled
            .get_or_init(|| Regex::new(self.source).ok())
            .as_ref()
            .is_some_and(|regex| regex.is_match(text))
    }
}

/// A host that requests may go to.
#[derive(Debug)]
pub struct Host {
    /// Its name: `api`. An operator overrides it as `{integration}.{name}`.
    pub name: &'static str,
    /// How its origin is found.
    pub origin: Origin,
}

/// How the origin (scheme and authority) of a host is found.
#[derive(Debug)]
pub enum Origin {
    /// It is always the same.
    Fixed(&'static str),
    /// Labels of the host name are filled in.
    Template(&'static [PathPart]),
    /// A connection field chooses from a closed table, sorted by value.
    Table {
        /// The connection field.
        by: &'static str,
        /// Its values and their origins.
        urls: &'static [(&'static str, &'static str)],
    },
}

/// A piece of a path or of a host template.
#[derive(Debug)]
pub enum PathPart {
    /// Text as it stands.
    Literal(&'static str),
    /// An argument, by its flat name; one segment (or one label of a host).
    Argument(&'static str),
    /// An argument that may hold several segments.
    Segments(&'static str),
    /// A connection field.
    Connection(&'static str),
}

/// What is asked once an account has been connected.
#[derive(Clone, Copy, Debug)]
pub struct Identity {
    /// A list or a record that is read without an argument: one of [`Integration::operations`].
    pub operation: &'static Operation,
    /// Where the name of the account's owner stands in the record, or in the first one of the list.
    pub at: Option<JsonPath>,
}

/// How requests prove who they are from.
#[derive(Clone, Copy, Debug)]
pub struct Auth {
    /// The header that carries a token.
    pub header: &'static str,
    /// The word before the token; may be empty.
    pub scheme: &'static str,
    /// The credentials an account can be connected with.
    pub credentials: &'static [CredentialKind],
}

/// A credential an account can be connected with.
#[derive(Debug)]
pub enum CredentialKind {
    /// A token that a person pastes.
    Bearer {
        /// What it is and where a person gets it.
        description: &'static str,
    },
    /// User name and password (RFC 7617).
    Basic {
        /// Which ones.
        description: &'static str,
    },
    /// A key in a header of its own.
    ApiKey {
        /// What it is and where a person gets it.
        description: &'static str,
        /// The header.
        header: &'static str,
    },
    /// OAuth 2.0.
    OAuth2(&'static OAuth2),
    /// A user name and a password that are exchanged for a token. The token is one of
    /// [`Bearer`](Self::Bearer), which stands beside it; the password is not kept.
    Login(&'static Login),
}

/// A request that exchanges a user name and a password for a token, by POST.
#[derive(Debug)]
pub struct Login {
    /// Whose they are, and what the token can do.
    pub description: &'static str,
    /// The host, as an index into [`Integration::hosts`].
    pub host: usize,
    /// The path, in which only connection fields stand.
    pub path: &'static [PathPart],
    /// How the body is written.
    pub body: LoginBody,
    /// The field of the body that holds the user name.
    pub username: &'static str,
    /// The field of the body that holds the password.
    pub password: &'static str,
    /// Where the token stands in the answer.
    pub token: JsonPath,
}

/// How the body of a login is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginBody {
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data` (RFC 7578)
    Multipart,
    /// `application/json`: an object.
    Json,
}

/// How OAuth 2.0 is done with a vendor.
#[derive(Debug)]
pub struct OAuth2 {
    /// What access is asked for.
    pub description: &'static str,
    /// The ways in which a token can be had.
    pub grants: &'static [Grant],
    /// The host of the endpoints, as an index into [`Integration::hosts`].
    pub host: usize,
    /// The path of the authorization endpoint.
    pub authorize: Option<&'static str>,
    /// The path of the token endpoint.
    pub token: &'static str,
    /// The path of the revocation endpoint.
    pub revoke: Option<&'static str>,
    /// What is asked for.
    pub scopes: &'static [&'static str],
    /// What stands between scopes.
    pub scope_separator: &'static str,
    /// Whether there is a PKCE challenge (RFC 7636).
    pub pkce: bool,
    /// Whether the client proves itself by HTTP Basic authentication instead of form fields.
    pub basic_client_auth: bool,
    /// Further parameters of the authorization request.
    pub authorize_parameters: &'static [(&'static str, &'static str)],
    /// How the redirect tells the data centre.
    pub region: Option<OAuthRegion>,
    /// Where a 200 of the token endpoint says that it failed.
    pub failed_at: Option<JsonPath>,
    /// The seconds that an access token lives at most. A larger `expires_in` is in milliseconds.
    pub longest_life: Option<u64>,
}

/// A way in which an OAuth token can be had (RFC 6749).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Section 4.1.
    AuthorizationCode,
    /// Section 6.
    RefreshToken,
    /// Section 4.4.
    ClientCredentials,
    /// Section 4.3.
    Password,
}

impl Grant {
    /// Its name in the protocol: `authorization_code`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::Password => "password",
        }
    }
}

/// How an OAuth redirect tells which data centre an account lives in.
#[derive(Debug)]
pub struct OAuthRegion {
    /// The connection field that is set.
    pub field: &'static str,
    /// The redirect's parameter that names the value.
    pub parameter: Option<&'static str>,
    /// The redirect's parameter that holds the token host's origin.
    pub host_parameter: Option<&'static str>,
    /// The token answer's field that holds an origin, and the host whose table it is looked up in,
    /// as an index into [`Integration::hosts`].
    pub token_field: Option<(&'static str, usize)>,
}
