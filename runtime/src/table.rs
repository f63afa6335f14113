//! The types that generated tables are made of: plain data, written as `static` items.
//!
//! Everything a call needs to know is in these tables, and nothing in them is decided at run time.

use std::sync::OnceLock;

use regex_lite::Regex;

/// Everything that was compiled in, sorted by slug.
#[derive(Debug)]
pub struct Catalogue {
    /// The integrations.
    pub integrations: &'static [&'static Integration],
}

/// One vendor's product.
#[derive(Clone, Copy, Debug)]
pub struct Integration {
    /// The name in tool names, URLs and environment variables: `zoho_bigin`.
    pub slug: &'static str,
    /// The name for people: `Zoho Bigin`.
    pub label: &'static str,
    /// Other slugs accepted in tool names.
    pub aliases: &'static [&'static str],
    /// What sort of product it is.
    pub category: &'static str,
    /// What it is, in a sentence.
    pub summary: &'static str,
    /// The start page of the vendor's API documentation.
    pub docs: &'static str,
    /// What must be known about an account besides its credential.
    pub connection: &'static [ConnectionField],
    /// The hosts that requests may go to.
    pub hosts: &'static [Host],
    /// How requests prove who they are from.
    pub auth: Auth,
    /// What the vendor's errors mean.
    pub errors: Errors,
    /// Where the vendor says how much may still be asked.
    pub rate_limit: RateLimit,
    /// The kinds of identifier, sorted by name.
    pub identifiers: &'static [&'static Identifier],
    /// The tags, sorted by name.
    pub tags: &'static [Tag],
    /// All operations, sorted by name.
    pub operations: &'static [&'static Operation],
    /// The data of the simulated vendor: a JSON text in the form that `sandbox.rs` of the server reads.
    pub sandbox: Option<&'static str>,
}

/// A tag by which tools can be filtered.
#[derive(Debug)]
pub struct Tag {
    /// Its name.
    pub name: &'static str,
    /// What it covers.
    pub description: &'static str,
}

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

/// A place in a JSON document.
pub type JsonPath = &'static [Step];

/// A step of a [`JsonPath`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into the member of that name.
    Key(&'static str),
    /// Into the element of that index.
    Index(usize),
    /// Into each element of a list, or each member of an object.
    Each,
}

/// What a vendor's errors mean.
#[derive(Clone, Copy, Debug)]
pub struct Errors {
    /// Where the code stands; the first that is there is taken.
    pub code: &'static [JsonPath],
    /// Where the message stands; the first that is there is taken.
    pub message: &'static [JsonPath],
    /// What answers mean; the first that fits is taken.
    pub rules: &'static [ErrorRule],
}

/// What an answer means. Every condition that is given must hold.
#[derive(Debug)]
pub struct ErrorRule {
    /// The statuses, from and to, both included.
    pub status: Option<(u16, u16)>,
    /// A header and its values; no values for any.
    pub header: Option<(&'static str, &'static [&'static str])>,
    /// The vendor's codes; empty for any.
    pub code: &'static [&'static str],
    /// A place in the body and its values; no values for any that is not null.
    pub body: Option<(JsonPath, &'static [&'static str])>,
    /// What it is.
    pub kind: RuleKind,
    /// What to do next.
    pub hint: Option<&'static str>,
}

/// What an [`ErrorRule`] makes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// An error of that kind.
    Error(crate::error::ErrorKind),
    /// The access token is dead: a refresh may help; without one the call is unauthorized.
    TokenExpired,
}

/// Where a vendor says how much may still be asked. Empty lists mean the usual headers.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// Headers with the number of calls allowed.
    pub limit: &'static [&'static str],
    /// Headers with the number of calls left.
    pub remaining: &'static [&'static str],
    /// Headers with the number of calls made.
    pub used: &'static [&'static str],
    /// Headers with the moment when the count starts anew.
    pub reset: &'static [(&'static str, ResetFormat)],
}

/// How a moment is written in a rate limit header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetFormat {
    /// Seconds from now, or an HTTP date (RFC 9110 section 10.2.3).
    RetryAfter,
    /// Seconds from now.
    Seconds,
    /// Seconds since 1970.
    Epoch,
    /// Milliseconds since 1970.
    EpochMs,
}

/// A kind of identifier.
#[derive(Debug)]
pub struct Identifier {
    /// Its name: `instance_zuid`.
    pub name: &'static str,
    /// What a person calls it.
    pub label: &'static str,
    /// What tells it from other kinds.
    pub pattern: &'static Pattern,
    /// One of this kind.
    pub example: &'static str,
    /// What sets it apart.
    pub description: Option<&'static str>,
    /// The tools that yield it, sorted.
    pub from: &'static [&'static str],
    /// Whether a person has to be asked for it.
    pub ask_person: bool,
}

/// One endpoint of a vendor: a method of the typed client and, where it is documented, a tool.
#[derive(Debug)]
pub struct Operation {
    /// The one name: `list_all_zesty_instances`.
    pub name: &'static str,
    /// The resource: `instances`.
    pub resource: &'static str,
    /// The method: `list`.
    pub method: &'static str,
    /// What sort of method that is.
    pub kind: MethodKind,
    /// What it does to the vendor's data.
    pub effect: Effect,
    /// The tags, sorted.
    pub tags: &'static [&'static str],
    /// The HTTP method.
    pub http: Http,
    /// The host, as an index into [`Integration::hosts`].
    pub host: usize,
    /// The path.
    pub path: &'static [PathPart],
    /// Query parameters that are always sent: name and value as they stand before encoding.
    pub query: &'static [(&'static str, &'static str)],
    /// Headers that are always sent.
    pub headers: &'static [(&'static str, &'static str)],
    /// The arguments: those of the URL first, then as the definition has them.
    pub args: &'static [Arg],
    /// The body.
    pub body: Body,
    /// What comes back.
    pub response: Response,
    /// How the list is split.
    pub pagination: Option<&'static Pagination>,
    /// The tool, where the method is documented.
    pub tool: Option<Tool>,
}

impl Operation {
    /// What most operations have in common; tables name the rest.
    pub const COMMON: Self = Self {
        name: "",
        resource: "",
        method: "",
        kind: MethodKind::List,
        effect: Effect::Read,
        tags: &[],
        http: Http::Get,
        host: 0,
        path: &[],
        query: &[],
        headers: &[],
        args: &[],
        body: Body::None,
        response: Response {
            at: &[],
            form: ResponseForm::Empty,
            shape: Shape::Any,
        },
        pagination: None,
        tool: None,
    };
}

/// What sort of method an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// What an operation does to the vendor's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    /// Its name in the tool and the typed client.
    pub name: &'static str,
    /// Where it goes.
    pub place: Place,
    /// Whether a caller must give it.
    pub required: bool,
    /// What is sent when a caller gives nothing: a JSON text.
    pub default: Option<&'static str>,
    /// What it must look like.
    pub shape: Shape,
}

impl Arg {
    /// How many rows a list hands back at most: 1 to 1,000.
    pub const LIMIT: Self = Self {
        name: "limit",
        place: Place::Limit,
        required: false,
        default: None,
        shape: Shape::Integer {
            min: Some(1),
            max: Some(1000),
        },
    };

    /// Where a list goes on.
    pub const NEXT_CURSOR: Self = Self {
        name: "next_cursor",
        place: Place::Cursor,
        required: false,
        default: None,
        shape: Shape::String(&StringRule {
            min_length: Some(1),
            ..StringRule::ANY
        }),
    };
}

/// Where an argument goes.
#[derive(Debug)]
pub enum Place {
    /// Into the path or the host, where its name stands.
    Url,
    /// Into the query.
    Query {
        /// The vendor's name.
        name: &'static str,
        /// How a list is written.
        list: ListStyle,
    },
    /// Into a header.
    Header {
        /// The vendor's name.
        name: &'static str,
    },
    /// Into the body.
    Body {
        /// The place below the `wrap` of [`Body::Json`]; empty for the whole body.
        at: &'static [&'static str],
        /// Whether a string travels as a JSON number.
        integer: bool,
    },
    /// How many rows are wanted; never sent as it is.
    Limit,
    /// Where the list goes on; never sent as it is.
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

/// What a value must look like.
#[derive(Debug)]
pub enum Shape {
    /// A string.
    String(&'static StringRule),
    /// A string that the vendor may also send as a number; handed on as a string. Answers only.
    Text,
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
        items: &'static Shape,
        /// The fewest elements.
        min: Option<u32>,
        /// The most elements.
        max: Option<u32>,
    },
    /// An object with known fields. In an argument there may be no others; in an answer there may.
    Object(&'static ObjectShape),
    /// An object from any name to a value.
    Map(&'static Shape),
    /// Anything.
    Any,
}

impl Shape {
    /// Any string.
    pub const STRING: Self = Self::String(&StringRule::ANY);
    /// Any whole number.
    pub const INTEGER: Self = Self::Integer {
        min: None,
        max: None,
    };
    /// Any number.
    pub const NUMBER: Self = Self::Number {
        min: None,
        max: None,
    };
}

/// An object with known fields.
#[derive(Debug)]
pub struct ObjectShape {
    /// The name of the declared type; empty for an object without a name.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    /// The vendor's name.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may be null. Answers only.
    pub nullable: bool,
    /// Argument: whether a string travels as a JSON number.
    pub integer: bool,
    /// What it must look like.
    pub shape: Shape,
}

impl Field {
    /// A field of an answer.
    #[must_use]
    pub const fn new(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            required: false,
            nullable: false,
            integer: false,
            shape,
        }
    }

    /// A field of an answer that may be null.
    #[must_use]
    pub const fn nullable(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            required: false,
            nullable: true,
            integer: false,
            shape,
        }
    }
}

/// What a string must look like.
#[derive(Debug)]
pub struct StringRule {
    /// The fewest characters (Unicode scalar values).
    pub min_length: Option<u32>,
    /// The most characters.
    pub max_length: Option<u32>,
    /// The values it can take; empty for any.
    pub one_of: &'static [&'static str],
    /// What it must match.
    pub pattern: Option<&'static Pattern>,
    /// The kind of identifier it is; its pattern holds too.
    pub identifier: Option<&'static Identifier>,
}

impl StringRule {
    /// Any string.
    pub const ANY: Self = Self {
        min_length: None,
        max_length: None,
        one_of: &[],
        pattern: None,
        identifier: None,
    };
}

/// The body of a request.
#[derive(Debug)]
pub enum Body {
    /// None.
    None,
    /// `application/json`: the arguments, and what is always there, below a place such as `users[0]`.
    Json {
        /// The place; `Index(0)` makes a list of one.
        wrap: JsonPath,
        /// What is always there: places below `wrap` and JSON texts.
        constants: &'static [(&'static [&'static str], &'static str)],
    },
    /// `application/x-www-form-urlencoded`
    Form {
        /// What is always there.
        constants: &'static [(&'static str, &'static str)],
    },
    /// `multipart/form-data`
    Multipart {
        /// What is always there.
        constants: &'static [(&'static str, &'static str)],
    },
}

/// What comes back.
#[derive(Debug)]
pub struct Response {
    /// Where it stands in the answer.
    pub at: JsonPath,
    /// What sort of thing it is.
    pub form: ResponseForm,
    /// What one row or the record looks like.
    pub shape: Shape,
}

/// What sort of thing comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseForm {
    /// A list of rows; with `missing_is_empty` its place may be missing when there are none.
    Rows {
        /// Whether a missing place is an empty list.
        missing_is_empty: bool,
    },
    /// One record, handed on as a list of one.
    RowOfOne,
    /// One record.
    Record,
    /// Nothing worth reading.
    Empty,
}

/// How a vendor splits a long list.
#[derive(Debug)]
pub struct Pagination {
    /// The style.
    pub style: PageStyle,
    /// How many rows are asked for at a time; `None` where the vendor does not let one choose.
    pub size: Option<PageSize>,
    /// How the last page is known.
    pub stop: Stop,
}

/// How pages are asked for.
#[derive(Debug)]
pub enum PageStyle {
    /// By number.
    Page {
        /// The query parameter.
        parameter: &'static str,
        /// The number of the first page.
        first: u64,
    },
    /// By the number of the first row.
    Offset {
        /// The query parameter.
        parameter: &'static str,
        /// The number of the first row.
        first: u64,
    },
    /// By a token from the answer before.
    Cursor {
        /// The query parameter.
        parameter: &'static str,
        /// Where the next token stands.
        next: JsonPath,
        /// Whether it goes without the other query parameters.
        alone: bool,
    },
    /// By number for so many rows, by token after that.
    PageThenToken {
        /// The query parameter for the number.
        page_parameter: &'static str,
        /// The number of the first page.
        first: u64,
        /// The query parameter for the token.
        token_parameter: &'static str,
        /// Where the next token stands.
        next: JsonPath,
        /// How many rows can be reached by number.
        switch_after: u64,
    },
    /// By the query of the `Link` header's `next` (RFC 8288).
    LinkHeader,
}

/// How many rows are asked for at a time.
#[derive(Debug)]
pub struct PageSize {
    /// The query parameter.
    pub parameter: &'static str,
    /// How many when the caller does not say.
    pub default: u32,
    /// The most the vendor allows.
    pub max: u32,
}

/// How the last page is known, besides by being empty or repeating the one before.
#[derive(Debug)]
pub enum Stop {
    /// A boolean in the answer is not true.
    More(JsonPath),
    /// As many rows were seen as a number in the answer says.
    Total(JsonPath),
    /// A page has fewer rows than were asked for.
    ShortPage,
    /// There is no token or link to go on with.
    NoNext,
}

/// A tool: what an agent sees of an operation.
#[derive(Debug)]
pub struct Tool {
    /// The name for people.
    pub title: &'static str,
    /// What it does, what it returns, where its identifiers come from.
    pub description: &'static str,
    /// The vendor's page about the endpoint.
    pub source: &'static str,
    /// The MCP tool object, as it is served: JSON on one line, since messages on stdio end with one.
    pub json: &'static str,
}
