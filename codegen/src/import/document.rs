//! A document in one plain form, whatever its version of OpenAPI. Schemas stay as they are written.

use serde_json::Value;

use super::report::Refusal;

/// A document.
#[derive(Debug)]
pub(super) struct Document<'d> {
    /// What the product is called.
    pub(super) title: &'d str,
    /// What it is.
    pub(super) description: &'d str,
    /// The page of its documentation.
    pub(super) docs: Option<&'d str>,
    /// What sort of product it is.
    pub(super) category: Option<&'d str>,
    /// Where it is, the first one first.
    pub(super) servers: Vec<Server<'d>>,
    /// How requests prove who they are from.
    pub(super) schemes: Vec<Scheme<'d>>,
    /// Its operations, in the order of the document.
    pub(super) operations: Vec<Operation<'d>>,
    /// Operations that could not be read.
    pub(super) refusals: Vec<Refusal>,
}

/// Where requests go.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Server<'d> {
    /// A URL with `{variables}`.
    pub(super) url: String,
    /// The variables.
    pub(super) variables: Vec<Variable<'d>>,
}

/// A variable of a server's URL.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Variable<'d> {
    pub(super) name: &'d str,
    pub(super) default: String,
    pub(super) values: Vec<&'d str>,
    pub(super) description: &'d str,
}

/// A way in which requests prove who they are from.
#[derive(Debug)]
pub(super) struct Scheme<'d> {
    pub(super) description: &'d str,
    pub(super) kind: SchemeKind<'d>,
}

/// What is sent.
#[derive(Debug)]
pub(super) enum SchemeKind<'d> {
    Bearer,
    Basic,
    ApiKey {
        header: &'d str,
    },
    OAuth2 {
        flows: Vec<Flow<'d>>,
    },
    /// What definitions do not have, such as a key in the query.
    Other {
        what: String,
    },
}

/// A way in which an OAuth token can be had.
#[derive(Debug)]
pub(super) struct Flow<'d> {
    pub(super) grant: &'static str,
    pub(super) authorize: Option<&'d str>,
    pub(super) token: Option<&'d str>,
    pub(super) scopes: Vec<&'d str>,
}

/// An operation.
#[derive(Debug)]
pub(super) struct Operation<'d> {
    /// Where it stands in the document.
    pub(super) pointer: String,
    /// The HTTP method, in capitals.
    pub(super) verb: &'static str,
    /// The path below the server, as it is written.
    pub(super) path: &'d str,
    pub(super) id: &'d str,
    pub(super) summary: &'d str,
    pub(super) description: &'d str,
    pub(super) docs: Option<&'d str>,
    pub(super) deprecated: bool,
    /// Servers of its own.
    pub(super) servers: Vec<Server<'d>>,
    pub(super) parameters: Vec<Parameter<'d>>,
    pub(super) body: Option<Body<'d>>,
    pub(super) answer: Answer<'d>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub(super) struct Parameter<'d> {
    pub(super) name: &'d str,
    pub(super) place: Place,
    pub(super) required: bool,
    pub(super) description: &'d str,
    pub(super) deprecated: bool,
    pub(super) schema: &'d Value,
    pub(super) style: Style,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    Header,
    Cookie,
    /// A field of a form (OpenAPI 2.0).
    Form,
    /// The whole body (OpenAPI 2.0).
    Body,
}

/// How a value is written that is not one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Csv,
    Repeat,
    DeepObject,
    /// With spaces, tabs or bars, or as JSON.
    Other,
}

/// A body.
#[derive(Debug)]
pub(super) struct Body<'d> {
    pub(super) format: Format<'d>,
    pub(super) required: bool,
    pub(super) shape: BodyShape<'d>,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format<'d> {
    Json,
    Form,
    Multipart,
    Other(&'d str),
}

/// What a body holds.
#[derive(Debug)]
pub(super) enum BodyShape<'d> {
    Schema(&'d Value),
    Fields(Vec<Parameter<'d>>),
}

/// The answer to a call that succeeded.
#[derive(Debug, Default)]
pub(super) struct Answer<'d> {
    /// The schema of a JSON answer.
    pub(super) schema: Option<&'d Value>,
    /// The media type of an answer that is not JSON.
    pub(super) unread: Option<&'d str>,
    pub(super) description: &'d str,
    pub(super) example: Option<&'d Value>,
    /// Whether it has a `Link` header.
    pub(super) links: bool,
}
