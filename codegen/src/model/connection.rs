//! Accounts: connection fields, hosts and credentials.

use super::Step;
use crate::span::Sp;

/// A connection field.
#[derive(Debug)]
pub struct ConnectionField {
    /// Its name.
    pub name: Sp<String>,
    /// What a form calls it.
    pub title: Sp<String>,
    /// What it is.
    pub description: Sp<String>,
    /// What a value matches.
    pub pattern: Option<String>,
    /// The values it can take.
    pub one_of: Vec<String>,
    /// What is taken when nothing is given.
    pub default: Option<String>,
    /// A value to show.
    pub example: Option<String>,
    /// How it is found out.
    pub discover: Option<Discover>,
}

/// A request that fills a connection field.
#[derive(Debug)]
pub struct Discover {
    /// The host, by index.
    pub host: usize,
    /// The path.
    pub path: Vec<PathPart>,
    /// Where the value stands.
    pub at: Vec<Step>,
}

/// A host.
#[derive(Debug)]
pub struct Host {
    /// Its name.
    pub name: Sp<String>,
    /// How its origin is found.
    pub origin: Origin,
}

/// How an origin is found.
#[derive(Debug)]
pub enum Origin {
    /// It is always the same.
    Fixed(String),
    /// Labels are filled in.
    Template(Vec<PathPart>),
    /// A connection field chooses; sorted by value.
    Table {
        /// The connection field.
        by: String,
        /// Values and origins.
        urls: Vec<(String, String)>,
    },
}

/// A piece of a path or a host template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathPart {
    /// Text as it stands.
    Literal(String),
    /// An argument, by our name.
    Argument(String),
    /// An argument of several segments.
    Segments(String),
    /// A connection field.
    Connection(String),
}

/// What is asked once an account has been connected.
#[derive(Debug)]
pub struct Identity {
    /// The operation's name, and where it is named.
    pub operation: Sp<String>,
    /// Where the owner's name stands in a record.
    pub at: Option<Sp<Vec<Step>>>,
}

/// How requests prove who they are from.
#[derive(Debug)]
pub struct Auth {
    /// The header of a token.
    pub header: String,
    /// The word before it.
    pub scheme: String,
    /// The credentials.
    pub credentials: Vec<CredentialKind>,
}

/// A credential an account can be connected with.
#[derive(Debug)]
pub enum CredentialKind {
    /// A pasted token.
    Bearer(Sp<String>),
    /// User name and password.
    Basic(Sp<String>),
    /// A key in a header of its own.
    ApiKey {
        /// What it is.
        description: Sp<String>,
        /// The header.
        header: String,
    },
    /// OAuth 2.0.
    OAuth2(Box<OAuth2>),
    /// User name and password for a token.
    Login(Login),
}

/// A request that exchanges user name and password for a token.
#[derive(Debug)]
pub struct Login {
    /// Whose they are.
    pub description: Sp<String>,
    /// The host, by index.
    pub host: usize,
    /// The path.
    pub path: Vec<PathPart>,
    /// How the body is written.
    pub body: crate::syntax::LoginBody,
    /// The body's field of the user name.
    pub username: String,
    /// The body's field of the password.
    pub password: String,
    /// Where the token stands.
    pub token: Vec<Step>,
}

/// How OAuth 2.0 is done.
#[derive(Debug)]
pub struct OAuth2 {
    /// What access is asked for.
    pub description: Sp<String>,
    /// The grants.
    pub grants: Vec<crate::syntax::Grant>,
    /// The host, by index.
    pub host: usize,
    /// The path of the authorization endpoint.
    pub authorize: Option<String>,
    /// The path of the token endpoint.
    pub token: String,
    /// The path of the revocation endpoint.
    pub revoke: Option<String>,
    /// The scopes.
    pub scopes: Vec<String>,
    /// What stands between them.
    pub scope_separator: String,
    /// Whether there is a PKCE challenge.
    pub pkce: bool,
    /// Whether the client uses HTTP Basic authentication.
    pub basic_client_auth: bool,
    /// Further parameters of the authorization request.
    pub authorize_parameters: Vec<(String, String)>,
    /// How the redirect tells the data centre.
    pub region: Option<OAuthRegion>,
    /// Where a 200 says that it failed.
    pub failed_at: Option<Vec<Step>>,
    /// The seconds that an access token lives at most.
    pub longest_life: Option<u32>,
}

/// How the redirect tells the data centre.
#[derive(Debug)]
pub struct OAuthRegion {
    /// The connection field.
    pub field: String,
    /// The parameter that names the value.
    pub parameter: Option<String>,
    /// The parameter that holds the token host's origin.
    pub host_parameter: Option<String>,
    /// The token answer's field, and the host by index.
    pub token_field: Option<(String, usize)>,
}
