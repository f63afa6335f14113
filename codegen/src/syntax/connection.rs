//! Accounts: connection fields, hosts and credentials.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::span::{Entries, Sp};

/// A host: scheme and authority, without a path.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Host {
    /// An origin such as `https://accounts.api.zesty.io`. `{name}` stands for a connection field or
    /// a path argument and fills exactly one label of the host name.
    Url(Sp<String>),
    /// A closed table of origins, chosen by a connection field.
    Table(HostTable),
}

/// A closed table of origins.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HostTable {
    /// The connection field that chooses.
    pub by: Sp<String>,
    /// An origin for each value of that field.
    pub urls: Entries<Sp<String>>,
}

/// One fact about an account that is not a secret.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectionField {
    /// What a form calls it.
    pub title: Sp<String>,
    /// What it is and where a person finds it.
    pub description: Sp<String>,
    /// An anchored regular expression that a value matches.
    pub pattern: Option<Sp<String>>,
    /// The values it can take.
    #[serde(default, rename = "enum")]
    pub one_of: Vec<Sp<String>>,
    /// What is taken when nothing is given.
    pub default: Option<Sp<String>>,
    /// A value to show in forms and documentation.
    pub example: Option<Sp<String>>,
    /// How the field is filled by asking the vendor, instead of by asking a person.
    pub discover: Option<Discover>,
}

/// A request that fills a connection field once the account is connected.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Discover {
    /// The request, such as `GET /api/v2/user.json`. Its URL may use the other connection fields.
    pub http: Sp<String>,
    /// The host it goes to; `api` when left out.
    pub host: Option<Sp<String>>,
    /// Where the value stands in the answer, such as `userDetails.zsoid`.
    pub at: Sp<String>,
}

/// What is asked once an account has been connected.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The resource and its method, such as `me.list`: a `list` or a `get` without required arguments.
    pub operation: Sp<String>,
    /// Where the name of the account's owner stands in a record, such as `email`. Of a list, the first
    /// record counts.
    pub at: Option<Sp<String>>,
}

/// How a request proves who it is from. Credentials travel in a header, never in a URL.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// The header that carries the token. Left out: `Authorization`.
    pub header: Option<Sp<String>>,
    /// The word before the token in that header. Left out: `Bearer`; empty for none.
    pub scheme: Option<Sp<String>>,
    /// The credentials an account can be connected with; at least one.
    pub credentials: Sp<Credentials>,
}

/// The credentials an account can be connected with.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// A token that a person pastes.
    pub bearer: Option<Bearer>,
    /// A user name and a password, sent as HTTP Basic authentication.
    pub basic: Option<Basic>,
    /// A key in a header of its own.
    pub api_key: Option<ApiKey>,
    /// OAuth 2.0.
    pub oauth2: Option<OAuth2>,
    /// A user name and a password that are exchanged for a token, which is kept as one of `bearer`.
    pub login: Option<Login>,
}

/// A token that a person pastes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bearer {
    /// What the token is and where a person gets it.
    pub description: Sp<String>,
}

/// HTTP Basic authentication (RFC 7617).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Basic {
    /// Which user name and password are meant.
    pub description: Sp<String>,
}

/// A key in a header of its own, without a scheme before it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKey {
    /// What the key is and where a person gets it.
    pub description: Sp<String>,
    /// The header that carries it, such as `X-Api-Key`.
    pub header: Sp<String>,
}

/// A request that exchanges a user name and a password for a token. The password is not kept.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Whose user name and password are meant, and what the token can do.
    pub description: Sp<String>,
    /// The request, such as `POST /login`. Its URL may use connection fields that are not discovered.
    pub http: Sp<String>,
    /// The host it goes to; `api` when left out.
    pub host: Option<Sp<String>>,
    /// How the body is written.
    pub body: LoginBody,
    /// The field of the body that holds the user name.
    pub username: Sp<String>,
    /// The field of the body that holds the password.
    pub password: Sp<String>,
    /// Where the token stands in the answer, such as `meta.token`.
    pub token: Sp<String>,
}

/// How the body of a login is written.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoginBody {
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`
    Multipart,
    /// `application/json`
    Json,
}

/// OAuth 2.0 (RFC 6749).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OAuth2 {
    /// What access is asked for and what the operator registers with the vendor.
    pub description: Sp<String>,
    /// The ways in which a token can be had; at least one.
    pub grants: Vec<Sp<Grant>>,
    /// The host of the endpoints below.
    pub host: Sp<String>,
    /// The path of the authorization endpoint; needed for `authorization_code`.
    pub authorize: Option<Sp<String>>,
    /// The path of the token endpoint.
    pub token: Sp<String>,
    /// The path of the endpoint that revokes a token, where the vendor has one.
    pub revoke: Option<Sp<String>>,
    /// What is asked for.
    #[serde(default)]
    pub scopes: Vec<Sp<String>>,
    /// What stands between scopes. Left out: a space.
    pub scope_separator: Option<Sp<String>>,
    /// Whether the authorization request carries a PKCE challenge (RFC 7636, S256). Left out: yes.
    pub pkce: Option<Sp<bool>>,
    /// How the client proves itself to the token endpoint. Left out: `body`.
    pub client_auth: Option<Sp<ClientAuth>>,
    /// Further parameters of the authorization request, such as `access_type: offline`.
    #[serde(default)]
    pub authorize_parameters: Entries<Sp<String>>,
    /// How the redirect tells which data centre the account lives in.
    pub region: Option<OAuthRegion>,
    /// Where a token endpoint that answers 200 says that it failed, such as `error`.
    pub failed_at: Option<Sp<String>>,
    /// The seconds that an access token lives at most. A larger `expires_in` is in milliseconds, as
    /// some vendors write it.
    pub longest_life: Option<Sp<NonZeroU32>>,
}

/// A way in which an OAuth token can be had.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// A person consents in a browser (RFC 6749 section 4.1).
    AuthorizationCode,
    /// A refresh token is exchanged (section 6).
    RefreshToken,
    /// The application acts for itself (section 4.4).
    ClientCredentials,
    /// A person's user name and password are exchanged (section 4.3).
    Password,
}

/// How an OAuth client proves itself to the token endpoint (RFC 6749 section 2.3.1).
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// `client_id` and `client_secret` in the form body.
    Body,
    /// HTTP Basic authentication.
    Basic,
}

/// How an OAuth redirect tells which data centre an account lives in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OAuthRegion {
    /// The connection field that is set.
    pub field: Sp<String>,
    /// The parameter of the redirect that names the value, such as `location`.
    pub parameter: Option<Sp<String>>,
    /// The parameter of the redirect that holds the origin of the token host, such as
    /// `accounts-server`. It chooses among the declared hosts; an unknown one is refused.
    pub host_parameter: Option<Sp<String>>,
    /// The field of the token answer that holds the origin of a host, such as `api_domain`.
    pub token_field: Option<Sp<String>>,
    /// The host whose table that origin is looked up in.
    pub token_field_host: Option<Sp<String>>,
}
