//! Resources and their methods: requests, answers, documentation.

use schemars::JsonSchema;
use serde::Deserialize;

use super::value::type_expression;
use super::{SandboxMethod, Value};
use crate::span::{Entries, Node, Sp};

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
    /// Names that the tool had before. Calls by them are accepted; they are never listed.
    #[serde(default)]
    pub aliases: Vec<Sp<String>>,
    /// Until when the vendor has it, and what replaces it: what the vendor says, where it calls the
    /// endpoint deprecated.
    pub deprecated: Option<Sp<String>>,
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
    /// The one argument that is the whole body: a list or a map.
    pub whole: Option<Sp<String>>,
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
