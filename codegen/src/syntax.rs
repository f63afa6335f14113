//! The definition language: structs that mirror the YAML key for key, and nothing else.
//!
//! Serde reads definitions into these types and schemars turns the same types into
//! `definitions/schema.json`, so an editor and the compiler agree by construction. The doc comments
//! here are the hover texts of that schema and the help lines of the compiler.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::span::{Entries, Node, Sp};

/// One file of a definition. The files of a folder are read together as one integration, whose
/// slug is the folder's name; a name may be declared only once in the folder.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The version of this language. Always 1.
    pub version: Sp<u32>,
    /// What the product is called and where it is documented. Exactly one file of the folder has it.
    pub integration: Option<Sp<Integration>>,
    /// The hosts that requests may go to. A method uses the host named `api` unless it names another.
    #[serde(default)]
    pub hosts: Entries<Host>,
    /// What must be known about an account besides its credential, such as a subdomain. Never secrets.
    #[serde(default)]
    pub connection: Entries<ConnectionField>,
    /// How a request proves who it is from.
    pub auth: Option<Sp<Auth>>,
    /// Where the vendor's errors carry their code and message, and what they mean.
    pub errors: Option<Sp<Errors>>,
    /// Where the vendor says how much may still be asked. Left out: the usual headers are read.
    pub rate_limit: Option<Sp<RateLimit>>,
    /// The ways in which this vendor splits long lists, by name.
    #[serde(default)]
    pub pagination: Entries<Pagination>,
    /// The kinds of identifier this vendor uses, by name.
    #[serde(default)]
    pub identifiers: Entries<Identifier>,
    /// The tags by which tools can be filtered, each with a sentence on what it covers.
    #[serde(default)]
    pub tags: Entries<Sp<String>>,
    /// Objects of the vendor's answers, by name.
    #[serde(default)]
    pub types: Entries<ObjectType>,
    /// The vendor's resources, by name.
    #[serde(default)]
    pub resources: Entries<Resource>,
    /// The simulated vendor of `toolwright --sandbox`.
    pub sandbox: Option<Sp<Sandbox>>,
}

/// What the product is called and where it is documented.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Integration {
    /// The product's name as its vendor writes it.
    pub label: Sp<String>,
    /// Other slugs that are accepted in tool names (`zesty_io` for `zesty`). Never listed.
    #[serde(default)]
    pub aliases: Vec<Sp<String>>,
    /// The article before the slug in tool names. Left out: `an` before a vowel, else `a`.
    pub article: Option<Sp<Article>>,
    /// What sort of product it is, in a word or two.
    pub category: Sp<String>,
    /// What the product is, in one sentence.
    pub summary: Sp<String>,
    /// The start page of the vendor's API documentation.
    pub docs: Sp<String>,
}

/// An English indefinite article.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Article {
    /// `create_a_zesty_instance`
    A,
    /// `create_an_egnyte_user`
    An,
}

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

/// Where errors carry their code and message, and what they mean.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Errors {
    /// Where the vendor's code stands, such as `error.code`; the first that is there is taken.
    #[serde(default)]
    pub code: Vec<Sp<String>>,
    /// Where the vendor's message stands; the first that is there is taken.
    #[serde(default)]
    pub message: Vec<Sp<String>>,
    /// What answers mean; the first rule that fits is taken. Where none fits, the status decides.
    #[serde(default)]
    pub rules: Vec<ErrorRule>,
}

/// What an answer means.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErrorRule {
    /// The answers it speaks of. Everything that is said must hold.
    pub when: Sp<When>,
    /// What such an answer is.
    pub kind: Sp<ErrorKind>,
    /// What to do next, in one sentence for whoever made the call.
    pub hint: Option<Sp<String>>,
}

/// The answers a rule speaks of.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// A status, such as `403`, or a class, such as `2xx`.
    pub status: Option<Sp<String>>,
    /// A header that must be there.
    pub header: Option<Sp<String>>,
    /// The values of that header that count. Left out: any.
    #[serde(default)]
    pub header_is: Vec<Sp<String>>,
    /// The vendor's codes that count.
    #[serde(default)]
    pub code: Vec<Sp<String>>,
    /// A place in the body, such as `users[].status`, that must be there and not be null.
    pub body: Option<Sp<String>>,
    /// The values at that place that count. Left out: any.
    #[serde(default)]
    pub body_is: Vec<Sp<String>>,
}

/// What an error is, whatever the vendor calls it.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// An argument is wrong.
    InvalidArgument,
    /// There is no such thing.
    NotFound,
    /// It is there already, or has changed meanwhile.
    Conflict,
    /// The account may not do this.
    Forbidden,
    /// The credential is not accepted.
    Unauthorized,
    /// The access token is dead; a new one may help.
    TokenExpired,
    /// Too many calls.
    RateLimited,
    /// The vendor failed.
    Upstream,
}

/// Where the vendor says how much may still be asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// The headers that may hold how many calls are allowed; the first that is there is taken.
    #[serde(default)]
    pub limit: Vec<Sp<String>>,
    /// The headers that may hold how many calls are left.
    #[serde(default)]
    pub remaining: Vec<Sp<String>>,
    /// The headers that may hold how many calls were made; what is left is the limit less this.
    #[serde(default)]
    pub used: Vec<Sp<String>>,
    /// The headers that may hold when the count starts anew.
    #[serde(default)]
    pub reset: Vec<ResetHeader>,
}

/// A header that says when the count of calls starts anew.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetHeader {
    /// The header.
    pub header: Sp<String>,
    /// How it is written.
    pub format: Sp<ResetFormat>,
}

/// How a moment is written in a rate limit header.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResetFormat {
    /// Seconds from now, or an HTTP date, as `Retry-After` (RFC 9110 section 10.2.3).
    RetryAfter,
    /// Seconds from now.
    Seconds,
    /// Seconds since 1970.
    Epoch,
    /// Milliseconds since 1970.
    EpochMs,
}

/// A way in which a vendor splits long lists.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pagination {
    /// Pages are numbered.
    Page(PageStyle),
    /// A page starts at a row number, from 0 (`offset`) or from 1 (`startIndex`).
    Offset(OffsetStyle),
    /// The answer holds a token for the next page.
    Cursor(CursorStyle),
    /// Pages are numbered up to a number of rows, and have tokens after that.
    PageThenToken(PageThenTokenStyle),
    /// The `Link` header holds the next page's URL (RFC 8288). Its query is used, never its host.
    LinkHeader(LinkStyle),
}

/// How many rows are asked for at a time.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageSize {
    /// The query parameter.
    pub parameter: Sp<String>,
    /// How many rows a page has when the caller does not say.
    pub default: Sp<u32>,
    /// The most the vendor allows.
    pub max: Sp<u32>,
}

/// How the last page is known. An empty page, and one that repeats the page before, always end the list.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// A boolean in the answer, such as `info.more_records`, is not true.
    More(Sp<String>),
    /// As many rows were seen as a number in the answer, such as `totalResults`, says.
    Total(Sp<String>),
    /// A page has fewer rows than were asked for.
    #[serde(rename = "short_page")]
    ShortPage(ShortPage),
}

/// The mark for `short_page: {}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShortPage {}

/// Numbered pages.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageStyle {
    /// The query parameter for the page's number.
    pub parameter: Sp<String>,
    /// The number of the first page.
    pub first: Sp<u32>,
    /// How many rows are asked for at a time.
    pub size: PageSize,
    /// How the last page is known.
    pub stop: Stop,
}

/// Pages that start at a row number.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OffsetStyle {
    /// The query parameter for the row's number.
    pub parameter: Sp<String>,
    /// The number of the first row: 0 or 1.
    pub first: Sp<u32>,
    /// How many rows are asked for at a time.
    pub size: PageSize,
    /// How the last page is known.
    pub stop: Stop,
}

/// Tokens from page to page. The list ends where there is no token.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CursorStyle {
    /// The query parameter for the token.
    pub parameter: Sp<String>,
    /// Where the next page's token stands in the answer.
    pub next: Sp<String>,
    /// A boolean in the answer without which there is no next page, even with a token.
    pub more: Option<Sp<String>>,
    /// How many rows are asked for at a time; left out where the vendor does not let one choose.
    pub size: Option<PageSize>,
    /// Whether the token goes without the arguments in the query and the size, which were for the
    /// first page. What is `const` goes with every page.
    #[serde(default)]
    pub alone: bool,
}

/// Numbered pages up to a number of rows, tokens after that.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageThenTokenStyle {
    /// The query parameter for the page's number.
    pub page_parameter: Sp<String>,
    /// The number of the first page.
    pub first: Sp<u32>,
    /// The query parameter for the token; never sent together with the page's number.
    pub token_parameter: Sp<String>,
    /// Where the next page's token stands in the answer.
    pub next: Sp<String>,
    /// How many rows can be reached by page number.
    pub switch_after: Sp<u32>,
    /// How many rows are asked for at a time.
    pub size: PageSize,
    /// How the last page is known.
    pub stop: Stop,
}

/// Pages by `Link` header.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkStyle {
    /// How many rows are asked for at a time; left out where the vendor does not let one choose.
    pub size: Option<PageSize>,
}

/// A kind of identifier.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    /// What a person calls it: `instance ZUID`.
    pub label: Sp<String>,
    /// An anchored regular expression that tells it from other kinds. Identifiers are strings.
    pub pattern: Sp<String>,
    /// An identifier of this kind; it must match the pattern.
    pub example: Sp<String>,
    /// What sets it apart, in one sentence for whoever has to choose one.
    pub description: Option<Sp<String>>,
    /// Set where no tool yields it and a person has to be asked.
    #[serde(default)]
    pub ask_person: bool,
}

/// An object of the vendor's answers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectType {
    /// What it is.
    pub description: Option<Sp<String>>,
    /// Its fields. Fields that are not declared are handed on all the same.
    pub fields: Entries<Value>,
}

/// A value of a request or an answer: the name of its type alone, or a mapping that says more.
#[derive(Debug)]
pub enum Value {
    /// Just the type: `name: string?`
    Type(Sp<String>),
    /// The type and more.
    Full(Box<FullValue>),
}

/// A value of a request or an answer.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FullValue {
    /// Its type: `string`, `integer`, `number`, `boolean`, `text` (a string that the vendor may also
    /// send as a number), `any`, `object` with `fields`, or the name of a declared type; with `[]`
    /// for a list of it, `{}` for a map from names to it, and `?` where an answer may hold null.
    /// Left out: `string` where `id` is given, `object` where `fields` is.
    #[serde(default, rename = "type")]
    #[schemars(schema_with = "type_expression")]
    pub ty: Option<Sp<String>>,
    /// What it is. Arguments of tools must have one.
    pub description: Option<Sp<String>>,
    /// Our name for it, where the vendor's own will not do. The key is always the vendor's name.
    #[serde(rename = "as")]
    pub rename: Option<Sp<String>>,
    /// Whether a caller must give it; in an answer, whether it is always there.
    #[serde(default)]
    pub required: bool,
    /// Argument: what is sent when the caller gives nothing.
    pub default: Option<Sp<Node>>,
    /// Argument: what is always sent; the caller never sees it.
    #[serde(rename = "const")]
    pub constant: Option<Sp<Node>>,
    /// The strings it can be. In an answer they are the known ones; others do no harm.
    #[serde(default, rename = "enum")]
    pub one_of: Vec<Sp<String>>,
    /// The kind of identifier it is.
    pub id: Option<Sp<String>>,
    /// How a string is written.
    pub format: Option<Sp<Format>>,
    /// Argument: an anchored regular expression that a string matches.
    pub pattern: Option<Sp<String>>,
    /// Argument: the least number.
    pub min: Option<Sp<i64>>,
    /// Argument: the greatest number.
    pub max: Option<Sp<i64>>,
    /// Argument: the fewest characters of a string.
    pub min_length: Option<Sp<u32>>,
    /// Argument: the most characters of a string.
    pub max_length: Option<Sp<u32>>,
    /// Argument: the fewest elements of a list.
    pub min_items: Option<Sp<u32>>,
    /// Argument: the most elements of a list.
    pub max_items: Option<Sp<u32>>,
    /// The fields of an `object`.
    #[serde(default)]
    pub fields: Entries<Value>,
    /// Query argument: how a list is written. Left out: `csv`.
    pub list: Option<Sp<ListStyle>>,
    /// Path argument: whether it may hold several segments, with `/` between them.
    #[serde(default)]
    pub segments: bool,
    /// Body argument: `integer` where the vendor wants a number for what we call a string.
    pub wire: Option<Sp<Wire>>,
    /// Argument: whether it is a secret. A secret is refused in a URL and has no default.
    #[serde(default)]
    pub secret: bool,
}

/// How a string is written.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A day: `2026-03-31`.
    Date,
    /// A moment with its offset: `2026-03-02T09:14:05+05:30` (RFC 3339).
    DateTime,
    /// An e-mail address.
    Email,
    /// A URL.
    Url,
    /// Milliseconds since 1970.
    EpochMs,
    /// The vendor's own form; the description says which.
    Vendor,
}

/// How a list is written in a query.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListStyle {
    /// `ids=1,2`
    Csv,
    /// `ids=1&ids=2`
    Repeat,
    /// `ids[]=1&ids[]=2`
    Brackets,
}

/// How a string argument travels in a JSON body.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wire {
    /// As a JSON number.
    Integer,
}

/// A resource of the vendor: a noun with methods.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// One of it, for tool names. Left out: the last word of the name without its plural ending.
    pub singular: Option<Sp<String>>,
    /// The tags of all its tools.
    #[serde(default)]
    pub tags: Vec<Sp<String>>,
    /// `list`, `get`, `create`, `update`, `delete`, or a name of one's own.
    pub methods: Entries<Method>,
}

/// One thing that can be done with a resource: one endpoint of the vendor's API.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// The HTTP method and path: `GET /v1/instances/{instance_zuid}/users`. `{name}` stands for a
    /// path argument or a connection field.
    pub http: Sp<String>,
    /// The host it goes to. Left out: `api`.
    pub host: Option<Sp<String>>,
    /// The tool's name, where the one made from resource and method will not do.
    pub name: Option<Sp<String>>,
    /// What it does to the vendor's data. Left out: what its name says; needed on methods of one's own.
    pub effect: Option<Sp<Effect>>,
    /// Whether calling it twice is the same as calling it once. Left out: yes, unless it creates.
    pub idempotent: Option<Sp<bool>>,
    /// Whether it can lose or overwrite data. Left out: yes for `update` and `delete`.
    pub destructive: Option<Sp<bool>>,
    /// Whether it reaches beyond the account, for example by sending mail. Left out: no.
    #[serde(default)]
    pub open_world: bool,
    /// Tags of this tool, besides those of its resource.
    #[serde(default)]
    pub tags: Vec<Sp<String>>,
    /// The arguments in the URL's path or host.
    #[serde(default)]
    pub path: Entries<Value>,
    /// The arguments in the URL's query.
    #[serde(default)]
    pub query: Entries<Value>,
    /// The arguments in headers.
    #[serde(default)]
    pub headers: Entries<Value>,
    /// The body and the arguments in it.
    pub body: Option<Body>,
    /// What comes back. Left out: nothing worth reading.
    pub response: Option<Response>,
    /// The name of the way in which the list is split. Left out: it comes whole.
    pub pagination: Option<Sp<String>>,
    /// The documentation without which the method is no tool.
    pub docs: Option<Sp<Docs>>,
    /// How the simulated vendor answers.
    pub sandbox: Option<SandboxMethod>,
}

/// What a method does to the vendor's data.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing.
    Read,
    /// Something new comes into being.
    Create,
    /// Something that was there changes.
    Update,
    /// Something that was there goes.
    Delete,
}

/// A request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// How it is written. Left out: `json`.
    pub format: Option<Sp<BodyFormat>>,
    /// Where the arguments stand in it: `session` for `{"session": {…}}`, `users[]` for
    /// `{"users": [{…}]}`. Left out: at the top.
    pub wrap: Option<Sp<String>>,
    /// The arguments, by the vendor's names; a dotted name (`name.givenName`) goes into an object.
    #[serde(default)]
    pub fields: Entries<Value>,
    /// The one argument that is the whole body, where that is a list.
    pub list: Option<Sp<String>>,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum BodyFormat {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`
    Multipart,
}

/// What comes back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// Its type: `user[]` for rows, `user` for one record; a `list` method with one record hands it
    /// on as a list of one.
    #[serde(rename = "type")]
    #[schemars(schema_with = "type_expression")]
    pub ty: Sp<String>,
    /// Where it stands in the answer: `data`, `users[0]`. Left out: it is the whole answer.
    pub at: Option<Sp<String>>,
    /// Whether the list's place in the answer may be missing when there are no rows.
    #[serde(default)]
    pub may_be_missing: bool,
}

/// The documentation without which a method is no tool.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Docs {
    /// A short name for people: `List instances`.
    pub title: Option<Sp<String>>,
    /// What it does, and when to take a neighbour instead.
    pub description: Option<Sp<String>>,
    /// What it returns, starting in lower case: it is printed after the word "Returns".
    pub returns: Option<Sp<String>>,
    /// The vendor's page about this endpoint.
    pub source: Option<Sp<String>>,
    /// An answer of the vendor, whole; it must fit the declared response.
    pub sample: Option<Sp<Node>>,
}

/// The simulated vendor.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sandbox {
    /// The connection fields of the account that the sandbox connects.
    #[serde(default)]
    pub connection: Entries<Sp<String>>,
    /// Headers of every answer.
    #[serde(default)]
    pub headers: Entries<Sp<String>>,
    /// The simulated vendor's data, by name.
    #[serde(default)]
    pub collections: Entries<Collection>,
    /// How the simulated vendor says no.
    pub failures: Failures,
}

/// Rows of the simulated vendor.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// The declared type of its rows.
    #[serde(rename = "type")]
    pub ty: Sp<String>,
    /// The field that tells rows apart.
    pub key: Sp<String>,
    /// Rows written out.
    #[serde(default)]
    pub rows: Vec<Sp<Node>>,
    /// Further rows, made from a pattern.
    pub fill: Option<Fill>,
}

/// Rows made from a pattern. In its strings `{n}` is the row's number from 1, `{n:6}` the same with
/// leading zeros, `{x:10}` ten hexadecimal digits that depend on the row, and `{pick:a|b|c}` one of
/// the words by turns. A string that is only such a mark with `#` (`{#n}`) becomes a number.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fill {
    /// How many.
    pub count: Sp<u32>,
    /// The pattern.
    pub row: Sp<Node>,
}

/// How the simulated vendor says no.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failures {
    /// The credential is missing or wrong.
    pub unauthorized: Failure,
    /// There is no such row.
    pub not_found: Failure,
    /// An argument is wrong; `{message}` in its strings says how.
    pub invalid: Failure,
    /// Too many calls.
    pub rate_limited: Failure,
}

/// An answer of the simulated vendor that says no. In its strings `{key}` is the identifier that was
/// asked for and `{message}` what is wrong.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The HTTP status.
    pub status: Sp<u32>,
    /// Further headers.
    #[serde(default)]
    pub headers: Entries<Sp<String>>,
    /// The body; left out where it is empty.
    pub body: Option<Sp<Node>>,
}

/// How the simulated vendor answers one method.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxMethod {
    /// The collection it works on.
    pub on: Sp<String>,
    /// The rows that count: a place in the row and what must stand there, in which `{name}` is a
    /// path or query parameter of the request or a connection field. A place that ends in `[]`
    /// counts if any element fits. A condition on a parameter that was not sent is not applied.
    #[serde(default)]
    pub only: Entries<Sp<String>>,
    /// A query parameter, its values, and the conditions (as in `only`) that each stands for. Other
    /// values are refused.
    #[serde(default)]
    pub cases: Entries<Entries<Entries<Sp<String>>>>,
    /// The query parameter that holds a SCIM filter such as `email eq "a@b.c"` (RFC 7644 section
    /// 3.4.2.2; `eq`, `co` and `sw` on one attribute).
    pub scim: Option<Sp<String>>,
    /// A row that must exist first: a collection and its key, in which `{name}` is an argument.
    #[serde(default)]
    pub within: Entries<Sp<String>>,
    /// Fields of the row that this endpoint does not send.
    #[serde(default)]
    pub without: Vec<Sp<String>>,
    /// Fields that a write sets besides those in the body. A `delete` that sets fields keeps the row,
    /// and a row that has them already counts as gone. `{key}` in a string is the row's key.
    #[serde(default)]
    pub set: Entries<Sp<Node>>,
    /// `update`: lists in the body that name only the elements of the row's list that change.
    #[serde(default)]
    pub patch: Entries<ListPatch>,
    /// The answer, in which a string `{rows}`, `{row}`, `{key}`, `{total}`, `{count}`, `{page}`,
    /// `{size}`, `{offset}`, `{more}` or `{token}` stands for the value of that name. Left out: the
    /// rows or the row at the place that `response.at` names.
    pub answer: Option<Sp<Node>>,
    /// The status of an answer that says yes. Left out: 200.
    pub status: Option<Sp<u32>>,
    /// Whether an answer without rows is 204 with an empty body.
    #[serde(default)]
    pub empty_is_204: bool,
}

/// How the list in a body changes the list in a row.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListPatch {
    /// The field that tells elements apart.
    pub by: Sp<String>,
    /// Fields and values of an element that leaves. Every other one joins, or is changed where it is
    /// there already; these fields are not kept.
    #[serde(default)]
    pub leaves: Entries<Sp<String>>,
    /// The collection whose keys the elements have. One that is not there cannot join.
    pub from: Option<Sp<String>>,
    /// Fields that an element gets from that collection's row, and where they stand in the row.
    #[serde(default)]
    pub shows: Entries<Sp<String>>,
}

fn type_expression(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "string",
        "pattern": r"^[a-z][a-z0-9_]*((\[\]|\{\})\??)*\??$",
    })
}
