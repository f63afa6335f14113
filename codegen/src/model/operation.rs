//! Operations: requests, answers, documentation, tools.

use serde_json::Value as Json;

use super::{PathPart, Shape, Step};
use crate::span::{Node, Sp, Span};

/// One endpoint.
#[derive(Debug)]
pub struct Operation {
    /// The one name.
    pub name: String,
    /// Names that it had before.
    pub aliases: Vec<Sp<String>>,
    /// What the vendor says of its end, where it has one.
    pub deprecated: Option<Sp<String>>,
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
    /// How the list is split, by index into `Integration::pagination`.
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

impl Http {
    /// How a request line writes it.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// An argument of the flat namespace.
#[derive(Debug)]
pub struct Arg {
    /// Our name.
    pub name: Sp<String>,
    /// Names that it had before.
    pub aliases: Vec<Sp<String>>,
    /// Where it goes.
    pub place: Place,
    /// Whether a caller must give it.
    pub required: bool,
    /// What is sent when a caller gives nothing.
    pub default: Option<Sp<Node>>,
    /// What it is.
    pub description: Option<Sp<String>>,
    /// What the vendor says of its end, where it has one.
    pub deprecated: Option<Sp<String>>,
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
    pub at: Sp<Vec<Step>>,
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
    /// The hash of what a client approves, as it stands in the object's `_meta`.
    pub contract: String,
    /// The MCP tool object.
    pub json: Json,
}
