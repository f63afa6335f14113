//! Definitions and what their vendor says or sends: where the two do not agree.
//!
//! ```text
//! against a document:  read -> normalise -> endpoints -> request, answer -> findings
//! recorded answers:                                             recorded -> findings
//!                                                 findings -> patch, report
//! ```
//!
//! Findings are plain data, whatever they come from. A finding that can be mended without judgement says
//! how ([`Mend`]); [`patch`] makes text edits of these, and compiles what it made.

pub mod accept;
mod answer;
mod compare;
mod edit;
mod endpoints;
pub mod patch;
mod pointers;
mod propose;
pub mod recorded;
pub mod report;
mod request;
mod said;
mod splice;
mod value;

pub use self::compare::compare;

use serde_json::Value as Json;

use crate::import::definition::Value;
use crate::span::Span;

/// What a finding means for the definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The definition says something that is not so: calls fail, or answers are read wrongly.
    Contradicts,
    /// There is something that the definition does not have. It may be left out on purpose.
    Lacks,
    /// The definition says more than the document, and does no harm by it.
    Beyond,
}

impl Class {
    /// The word for it: `contradicts`, `lacks` or `beyond`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Contradicts => "contradicts",
            Self::Lacks => "lacks",
            Self::Beyond => "beyond",
        }
    }
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The definition has an endpoint that the document has not.
    EndpointGone,
    /// The document has an endpoint that the definition has not.
    NewEndpoint,
    /// The definition sends what the document does not take.
    ParameterGone,
    /// The document takes what the definition cannot send.
    NewParameter,
    /// The document wants what the definition lets out.
    RequiredParameter,
    /// The definition wants what the document lets out.
    StricterParameter,
    /// The body is written in another way.
    BodyFormat,
    /// What the definition reads is not in the answer at all.
    AnswerGone,
    /// A field of an answer that the definition does not declare.
    UndeclaredField,
    /// A field of an answer that is not there.
    MissingField,
    /// Another type.
    WrongType,
    /// Null, where the definition does not say so.
    UnexpectedNull,
    /// A value that the definition does not list.
    NewEnumValue,
    /// A value that the document does not list any more.
    EnumValueGone,
    /// An identifier that does not match the pattern of its kind.
    MalformedIdentifier,
    /// The vendor calls it deprecated and the definition does not.
    Deprecated,
}

impl Kind {
    /// The word for it, as it stands in reports: `wrong_type`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::EndpointGone => "endpoint_gone",
            Self::NewEndpoint => "new_endpoint",
            Self::ParameterGone => "parameter_gone",
            Self::NewParameter => "new_parameter",
            Self::RequiredParameter => "required_parameter",
            Self::StricterParameter => "stricter_parameter",
            Self::BodyFormat => "body_format",
            Self::AnswerGone => "answer_gone",
            Self::UndeclaredField => "undeclared_field",
            Self::MissingField => "missing_field",
            Self::WrongType => "wrong_type",
            Self::UnexpectedNull => "unexpected_null",
            Self::NewEnumValue => "new_enum_value",
            Self::EnumValueGone => "enum_value_gone",
            Self::MalformedIdentifier => "malformed_identifier",
            Self::Deprecated => "deprecated",
        }
    }
}

/// Something in which a definition and its vendor do not agree.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What it means.
    pub class: Class,
    /// What it is.
    pub kind: Kind,
    /// The slug of the integration.
    pub integration: String,
    /// The operation; of a declared type, the first in whose answer it was found.
    pub operation: Option<String>,
    /// The declared type that it is about.
    pub ty: Option<String>,
    /// The part of the operation (`query.limit`, `body.name.givenName`, `response[].name`), the part of the
    /// type (`owner.name`), or an endpoint (`GET /users`).
    pub part: String,
    /// Where the definition says so; where it lacks something, what holds it.
    pub span: Option<Span>,
    /// Where the document says so: a JSON pointer (RFC 6901).
    pub pointer: Option<String>,
    /// What the vendor says or sends: a type, values.
    pub found: Option<Json>,
    /// What does not agree.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// How the definition is mended, where that needs no judgement.
    pub mend: Option<Mend>,
}

impl Finding {
    /// A finding of which only this is known.
    fn new(class: Class, kind: Kind, integration: &str, message: String) -> Self {
        Self {
            class,
            kind,
            integration: integration.to_owned(),
            operation: None,
            ty: None,
            part: String::new(),
            span: None,
            pointer: None,
            found: None,
            message,
            help: None,
            mend: None,
        }
    }
}

/// A change of the YAML.
#[derive(Clone, Debug)]
pub struct Mend {
    /// The key of the entry that is changed, or below which something is added.
    pub(crate) at: Span,
    /// The keys below it that lead to the mapping in which something is added.
    pub(crate) within: &'static [&'static str],
    /// What is done.
    pub(crate) change: Change,
}

/// What is done to an entry.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// An entry is added to its mapping.
    Add(Value),
    /// It gets another type.
    Type(String),
    /// It may be null.
    Nullable,
    /// It gets a key.
    Set(&'static str, Json),
    /// It loses a key.
    Remove(&'static str),
    /// Its enumeration gets further values.
    Values(Vec<String>),
}
