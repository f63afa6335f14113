//! What a definition means: plain data between YAML and Rust, with every name resolved and every
//! default applied. Emitters print it and decide nothing.
//!
//! Names stand here twice where they differ: ours, and the vendor's (`api_name`). Spans stay where a
//! later check needs to point at the place.

use serde_json::Value as Json;

use crate::span::{Node, Sp, Span};

/// One integration: the folder `definitions/{slug}`.
#[derive(Debug)]
pub struct Integration {
    /// The folder's name.
    pub slug: String,
    /// Where the section `integration` stands.
    pub span: Span,
    /// The product's name.
    pub label: Sp<String>,
    /// Other slugs accepted in tool names.
    pub aliases: Vec<Sp<String>>,
    /// What sort of product it is.
    pub category: Sp<String>,
    /// What it is.
    pub summary: Sp<String>,
    /// The vendor's documentation.
    pub docs: Sp<String>,
    /// Connection fields.
    pub connection: Vec<ConnectionField>,
    /// Hosts.
    pub hosts: Vec<Host>,
    /// How requests prove who they are from.
    pub auth: Auth,
    /// What errors mean.
    pub errors: Errors,
    /// Where the vendor says how much may still be asked.
    pub rate_limit: RateLimit,
    /// Ways of splitting lists.
    pub pagination: Vec<Pagination>,
    /// Kinds of identifier, sorted by name.
    pub identifiers: Vec<Identifier>,
    /// Tags and what they cover, sorted by name.
    pub tags: Vec<(Sp<String>, Sp<String>)>,
    /// Declared types, sorted by name.
    pub types: Vec<ObjectType>,
    /// Operations, sorted by name.
    pub operations: Vec<Operation>,
    /// The simulated vendor, as the server reads it.
    pub sandbox: Option<Json>,
}

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

/// A step of a place in a JSON document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into a member.
    Key(String),
    /// Into an element.
    Index(usize),
    /// Into each element.
    Each,
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

/// What errors mean.
#[derive(Debug, Default)]
pub struct Errors {
    /// Where the code stands.
    pub code: Vec<Vec<Step>>,
    /// Where the message stands.
    pub message: Vec<Vec<Step>>,
    /// The rules.
    pub rules: Vec<ErrorRule>,
}

/// What an answer means.
#[derive(Debug)]
pub struct ErrorRule {
    /// From and to.
    pub status: Option<(u16, u16)>,
    /// A header and its values.
    pub header: Option<(String, Vec<String>)>,
    /// The vendor's codes.
    pub code: Vec<String>,
    /// A place and its values.
    pub body: Option<(Vec<Step>, Vec<String>)>,
    /// What it is.
    pub kind: crate::syntax::ErrorKind,
    /// What to do next.
    pub hint: Option<Sp<String>>,
}

/// Where the vendor says how much may still be asked.
#[derive(Debug, Default)]
pub struct RateLimit {
    /// Headers with the number allowed.
    pub limit: Vec<String>,
    /// Headers with the number left.
    pub remaining: Vec<String>,
    /// Headers with the number made.
    pub used: Vec<String>,
    /// Headers with the moment of reset.
    pub reset: Vec<(String, crate::syntax::ResetFormat)>,
}

/// A way of splitting lists.
#[derive(Debug)]
pub struct Pagination {
    /// Its name in the definition.
    pub name: Sp<String>,
    /// The style.
    pub style: PageStyle,
    /// How many rows at a time.
    pub size: Option<PageSize>,
    /// How the last page is known.
    pub stop: Stop,
}

impl Pagination {
    /// The query parameters that belong to it.
    #[must_use]
    pub fn parameters(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .size
            .iter()
            .map(|size| size.parameter.as_str())
            .collect();
        match &self.style {
            PageStyle::Page { parameter, .. }
            | PageStyle::Offset { parameter, .. }
            | PageStyle::Cursor { parameter, .. } => names.push(parameter),
            PageStyle::PageThenToken {
                page_parameter,
                token_parameter,
                ..
            } => {
                names.extend([page_parameter.as_str(), token_parameter.as_str()]);
            }
            PageStyle::LinkHeader => {}
        }
        names
    }
}

/// How pages are asked for.
#[derive(Debug)]
pub enum PageStyle {
    /// By number.
    Page {
        /// The parameter.
        parameter: String,
        /// The first number.
        first: u32,
    },
    /// By the number of the first row.
    Offset {
        /// The parameter.
        parameter: String,
        /// The first number.
        first: u32,
    },
    /// By token.
    Cursor {
        /// The parameter.
        parameter: String,
        /// Where the next one stands.
        next: Sp<Vec<Step>>,
        /// Whether it goes alone.
        alone: bool,
    },
    /// By number, then by token.
    PageThenToken {
        /// The parameter for the number.
        page_parameter: String,
        /// The first number.
        first: u32,
        /// The parameter for the token.
        token_parameter: String,
        /// Where the next token stands.
        next: Sp<Vec<Step>>,
        /// How many rows by number.
        switch_after: u32,
    },
    /// By `Link` header.
    LinkHeader,
}

/// How many rows at a time.
#[derive(Debug)]
pub struct PageSize {
    /// The parameter.
    pub parameter: String,
    /// How many when the caller does not say.
    pub default: u32,
    /// The most.
    pub max: u32,
}

/// How the last page is known.
#[derive(Debug)]
pub enum Stop {
    /// A boolean is not true.
    More(Sp<Vec<Step>>),
    /// As many rows were seen as a number says.
    Total(Sp<Vec<Step>>),
    /// A short page.
    ShortPage,
    /// No token or link.
    NoNext,
}

/// A kind of identifier.
#[derive(Debug)]
pub struct Identifier {
    /// Its name.
    pub name: Sp<String>,
    /// What a person calls it.
    pub label: Sp<String>,
    /// Its pattern.
    pub pattern: String,
    /// One of this kind.
    pub example: Sp<String>,
    /// What sets it apart.
    pub description: Option<Sp<String>>,
    /// The tools that yield it, sorted.
    pub from: Vec<String>,
    /// Whether a person has to be asked.
    pub ask_person: bool,
}

/// A declared type.
#[derive(Debug)]
pub struct ObjectType {
    /// Its name.
    pub name: Sp<String>,
    /// What it is.
    pub description: Option<String>,
    /// Its fields, in the order of the definition.
    pub fields: Vec<Field>,
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    /// Where it is declared.
    pub span: Span,
    /// Our name, which the typed client uses.
    pub name: String,
    /// The vendor's name.
    pub api_name: String,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may be null.
    pub nullable: bool,
    /// Whether a string travels as a JSON number.
    pub integer: bool,
    /// What it is.
    pub description: Option<String>,
    /// What it looks like.
    pub shape: Shape,
}

/// What a value looks like.
#[derive(Debug)]
pub enum Shape {
    /// A string.
    String(Box<StringRule>),
    /// A string or a number that stands for one.
    Text(Box<StringRule>),
    /// A whole number.
    Integer {
        /// The least.
        min: Option<i64>,
        /// The greatest.
        max: Option<i64>,
    },
    /// A number.
    Number {
        /// The least.
        min: Option<i64>,
        /// The greatest.
        max: Option<i64>,
    },
    /// `true` or `false`.
    Boolean,
    /// A list.
    Array {
        /// Each element.
        items: Box<Shape>,
        /// The fewest.
        min: Option<u32>,
        /// The most.
        max: Option<u32>,
    },
    /// An object with fields of its own.
    Object(Vec<Field>),
    /// A declared type, by index into [`Integration::types`].
    Named(usize),
    /// A map.
    Map(Box<Shape>),
    /// Anything.
    Any,
}

/// What a string looks like.
#[derive(Debug, Default)]
pub struct StringRule {
    /// The fewest characters.
    pub min_length: Option<u32>,
    /// The most characters.
    pub max_length: Option<u32>,
    /// The values it can take.
    pub one_of: Vec<String>,
    /// What it matches.
    pub pattern: Option<String>,
    /// The kind of identifier, by index into [`Integration::identifiers`].
    pub identifier: Option<usize>,
    /// How it is written.
    pub format: Option<crate::syntax::Format>,
}

/// One endpoint.
#[derive(Debug)]
pub struct Operation {
    /// The one name.
    pub name: String,
    /// Where the method is declared.
    pub span: Span,
    /// The resource.
    pub resource: String,
    /// The method.
    pub method: String,
    /// What sort of method it is.
    pub kind: MethodKind,
    /// What it does to the vendor's data.
    pub effect: crate::syntax::Effect,
    /// Whether twice is the same as once.
    pub idempotent: bool,
    /// Whether it can lose data.
    pub destructive: bool,
    /// Whether it reaches beyond the account.
    pub open_world: bool,
    /// The tags, sorted.
    pub tags: Vec<String>,
    /// The HTTP method.
    pub http: Http,
    /// The host, by index.
    pub host: usize,
    /// The path.
    pub path: Vec<PathPart>,
    /// Query parameters that are always sent.
    pub query: Vec<(String, String)>,
    /// Headers that are always sent.
    pub headers: Vec<(String, String)>,
    /// The arguments.
    pub args: Vec<Arg>,
    /// The body.
    pub body: Body,
    /// What comes back.
    pub response: Response,
    /// How the list is split, by index into [`Integration::pagination`].
    pub pagination: Option<usize>,
    /// The documentation, as far as it goes.
    pub docs: Option<Docs>,
    /// The tool, once the documentation is found complete.
    pub tool: Option<Tool>,
}

/// What sort of method an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodKind {
    /// Many records.
    List,
    /// One record.
    Get,
    /// A new record.
    Create,
    /// A changed record.
    Update,
    /// A record less.
    Delete,
    /// Anything else.
    Custom,
}

impl MethodKind {
    /// The kind of a method of that name.
    #[must_use]
    pub fn of(method: &str) -> Self {
        match method {
            "list" => Self::List,
            "get" => Self::Get,
            "create" => Self::Create,
            "update" => Self::Update,
            "delete" => Self::Delete,
            _ => Self::Custom,
        }
    }
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Http {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// PATCH
    Patch,
    /// DELETE
    Delete,
}

/// An argument of the flat namespace.
#[derive(Debug)]
pub struct Arg {
    /// Our name.
    pub name: Sp<String>,
    /// Where it goes.
    pub place: Place,
    /// Whether a caller must give it.
    pub required: bool,
    /// What is sent when a caller gives nothing.
    pub default: Option<Sp<Node>>,
    /// What it is.
    pub description: Option<String>,
    /// What it looks like.
    pub shape: Shape,
    /// Whether it is a secret.
    pub secret: bool,
}

/// Where an argument goes.
#[derive(Debug, PartialEq)]
pub enum Place {
    /// Into the path or the host.
    Url,
    /// Into the query.
    Query {
        /// The vendor's name.
        api_name: String,
        /// How a list is written.
        list: ListStyle,
    },
    /// Into a header.
    Header {
        /// The vendor's name.
        api_name: String,
    },
    /// Into the body.
    Body {
        /// The place below the wrapping; empty for the whole body.
        at: Vec<String>,
        /// Whether a string travels as a JSON number.
        integer: bool,
    },
    /// How many rows are wanted.
    Limit,
    /// Where the list goes on.
    Cursor,
}

/// How a list is written in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListStyle {
    /// `ids=1,2`
    Csv,
    /// `ids=1&ids=2`
    Repeat,
    /// `ids[]=1&ids[]=2`
    Brackets,
}

/// A body.
#[derive(Debug)]
pub enum Body {
    /// None.
    None,
    /// JSON.
    Json {
        /// Where the arguments stand.
        wrap: Vec<Step>,
        /// What is always there.
        constants: Vec<(Vec<String>, Json)>,
    },
    /// A form.
    Form {
        /// What is always there.
        constants: Vec<(String, String)>,
    },
    /// A multipart form.
    Multipart {
        /// What is always there.
        constants: Vec<(String, String)>,
    },
}

/// What comes back.
#[derive(Debug)]
pub struct Response {
    /// Where the definition says so.
    pub span: Span,
    /// Where it stands in the answer.
    pub at: Vec<Step>,
    /// What sort of thing it is.
    pub form: ResponseForm,
    /// What a row or the record looks like.
    pub shape: Shape,
}

/// What sort of thing comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseForm {
    /// Rows.
    Rows {
        /// Whether a missing place is an empty list.
        missing_is_empty: bool,
    },
    /// One record as a list of one.
    RowOfOne,
    /// One record.
    Record,
    /// Nothing.
    Empty,
}

/// Documentation, as far as it goes.
#[derive(Debug)]
pub struct Docs {
    /// Where it stands.
    pub span: Span,
    /// A short name.
    pub title: Option<Sp<String>>,
    /// What it does.
    pub description: Option<Sp<String>>,
    /// What it returns.
    pub returns: Option<Sp<String>>,
    /// The vendor's page.
    pub source: Option<Sp<String>>,
    /// An answer of the vendor.
    pub sample: Option<Sp<Node>>,
}

/// A tool.
#[derive(Debug)]
pub struct Tool {
    /// The name for people.
    pub title: String,
    /// The whole description.
    pub description: String,
    /// The vendor's page.
    pub source: String,
    /// The MCP tool object.
    pub json: Json,
}
