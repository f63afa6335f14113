//! An operation: its request, its answer, and the tool it is.

use super::{JsonPath, Pagination, PathPart, Shape, StringRule};

/// One endpoint of a vendor: a method of the typed client and, where it is documented, a tool.
#[derive(Debug)]
pub struct Operation {
    /// The one name: `list_all_zesty_instances`.
    pub name: &'static str,
    /// Names that its tool had before: calls by them are accepted, and they are never listed.
    pub aliases: &'static [&'static str],
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
    /// Names that arguments had before, each with that of today: calls by them are accepted, and they
    /// are never listed.
    pub renamed: &'static [(&'static str, &'static str)],
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
        aliases: &[],
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
        renamed: &[],
        body: Body::None,
        response: Response {
            at: &[],
            form: ResponseForm::Empty,
            shape: Shape::Any,
        },
        pagination: None,
        tool: None,
    };

    /// The argument that a name leads to, be it that of today or one of before.
    #[must_use]
    pub fn arg(&self, name: &str) -> Option<&'static Arg> {
        let mut renamed = self.renamed.iter();
        let today = renamed.find(|(before, _)| *before == name);
        let name = today.map_or(name, |(_, today)| today);
        self.args.iter().find(|arg| arg.name == name)
    }
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

/// A tool: what an agent sees of an operation.
#[derive(Debug)]
pub struct Tool {
    /// The name for people.
    pub title: &'static str,
    /// What it does, what it returns, where its identifiers come from.
    pub description: &'static str,
    /// The vendor's page about the endpoint.
    pub source: &'static str,
    /// About how many tokens `json` takes in the context of a model.
    pub tokens: usize,
    /// The MCP tool object, as it is served: JSON on one line, since messages on stdio end with one.
    pub json: &'static str,
}
