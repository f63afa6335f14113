//! The plain data of a definition that is to be written. Names are the language's.

use serde_json::Value as Json;

use crate::notation::body_path;

/// A definition.
#[derive(Debug, Default)]
pub(super) struct Definition {
    pub(super) label: String,
    pub(super) category: Said,
    pub(super) summary: Said,
    pub(super) docs: Said,
    pub(super) connection: Vec<ConnectionField>,
    pub(super) hosts: Vec<Host>,
    pub(super) auth: Auth,
    pub(super) pagination: Vec<(String, Pagination)>,
    pub(super) types: Vec<ObjectType>,
    pub(super) methods: Vec<Method>,
}

/// A text that the language wants: what the document says, or what stands there until a person says it.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) text: String,
    pub(super) by_document: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct ConnectionField {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) values: Vec<String>,
    pub(super) default: Option<String>,
}

#[derive(Debug)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) origin: Origin,
    pub(super) comments: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Origin {
    Url(String),
    Table {
        by: String,
        urls: Vec<(String, String)>,
    },
}

#[derive(Debug, Default)]
pub(super) struct Auth {
    pub(super) comments: Vec<String>,
    pub(super) bearer: Option<String>,
    pub(super) basic: Option<String>,
    pub(super) api_key: Option<(String, String)>,
    pub(super) oauth2: Option<OAuth2>,
}

#[derive(Debug)]
pub(super) struct OAuth2 {
    pub(super) description: String,
    pub(super) grants: Vec<&'static str>,
    pub(super) host: String,
    pub(super) authorize: Option<String>,
    pub(super) token: String,
}

/// A way in which lists are split.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pagination {
    pub(super) style: PageStyle,
    pub(super) size: Option<PageSize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum PageStyle {
    Page {
        parameter: String,
        first: u32,
        stop: Stop,
    },
    Offset {
        parameter: String,
        first: u32,
        stop: Stop,
    },
    Cursor {
        parameter: String,
        next: String,
        more: Option<String>,
    },
    Link,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct PageSize {
    pub(super) parameter: String,
    pub(super) default: u64,
    pub(super) max: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stop {
    More(String),
    Total(String),
    ShortPage,
}

#[derive(Debug)]
pub(super) struct ObjectType {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) fields: Vec<Value>,
}

/// A method of a resource.
#[derive(Debug, Default)]
pub(super) struct Method {
    pub(super) resource: String,
    pub(super) name: String,
    /// Where the operation stands in the document.
    pub(super) pointer: String,
    pub(super) comments: Vec<String>,
    pub(super) http: String,
    pub(super) host: String,
    pub(super) effect: Option<&'static str>,
    pub(super) idempotent: Option<bool>,
    pub(super) deprecated: Option<String>,
    pub(super) path: Vec<Value>,
    pub(super) query: Vec<Value>,
    pub(super) headers: Vec<Value>,
    pub(super) body: Option<Body>,
    pub(super) response: Option<Response>,
    pub(super) pagination: Option<String>,
    pub(super) docs: Option<Docs>,
    /// Whether it answers with something else than JSON.
    pub(super) is_unread: bool,
}

#[derive(Debug)]
pub(super) struct Body {
    pub(super) format: Option<&'static str>,
    /// The field that is the whole body.
    pub(super) whole: Option<String>,
    pub(super) fields: Vec<Value>,
}

#[derive(Debug)]
pub(super) struct Response {
    pub(super) ty: String,
    pub(super) at: Option<String>,
}

/// Documentation as far as the document has it.
#[derive(Debug, Default)]
pub(super) struct Docs {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) returns: Option<String>,
    pub(super) source: Option<String>,
    pub(super) sample: Option<Json>,
}

/// A value of a request or an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Value {
    /// The vendor's name.
    pub(crate) name: String,
    pub(crate) ty: String,
    pub(crate) description: Option<String>,
    pub(crate) rename: Option<String>,
    pub(crate) required: bool,
    /// Further keys of the language: `enum`, `format`, `min`, …
    pub(crate) keys: Vec<(&'static str, Json)>,
    pub(crate) fields: Vec<Value>,
}

impl Value {
    /// What callers call it.
    pub(crate) fn our_name(&self) -> String {
        let own = || body_path(&self.name).pop().unwrap_or_default();
        self.rename.clone().unwrap_or_else(own)
    }

    /// The one text that an enumeration leaves.
    pub(super) fn only_word(&self) -> Option<Json> {
        let (_, words) = self.keys.iter().find(|(key, _)| *key == "enum")?;
        match words.as_array()?.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }
}
