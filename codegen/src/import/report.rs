//! What came of an import, in numbers and in words.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use serde_json::{Value as Json, json};

/// Why an operation is no definition, or why something of it was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It refers to another document.
    ExternalReference,
    /// It refers to something that the document does not hold.
    UnresolvedReference,
    /// It refers to itself without end, in a place where a type is needed.
    RecursiveReference,
    /// The HTTP method is none that definitions have.
    HttpMethod,
    /// The path holds what definitions do not write in paths.
    Path,
    /// A variable of the path is not declared as a parameter in a way that can be sent.
    PathParameter,
    /// An object or a list of objects in the query.
    StructuredQuery,
    /// A list in the query, in a style that definitions lack.
    QueryStyle,
    /// A cookie.
    Cookie,
    /// A header that cannot be declared.
    Header,
    /// A name that clients or the language refuse.
    Name,
    /// A value in a request of which the document does not say the type.
    UntypedValue,
    /// A value in a request that is nested too deeply or has too many fields.
    TooLarge,
    /// A file or bytes in a body.
    Binary,
    /// A body in a format that definitions lack.
    BodyFormat,
    /// A body that is neither an object nor a list.
    BodyShape,
    /// A body of a GET request.
    BodyOfGet,
    /// The document is not formed as OpenAPI says.
    Malformed,
    /// The compiler refuses the definition.
    Refused,
}

impl Reason {
    /// A word for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ExternalReference => "external_reference",
            Self::UnresolvedReference => "unresolved_reference",
            Self::RecursiveReference => "recursive_reference",
            Self::HttpMethod => "http_method",
            Self::Path => "path",
            Self::PathParameter => "path_parameter",
            Self::StructuredQuery => "structured_query",
            Self::QueryStyle => "query_style",
            Self::Cookie => "cookie",
            Self::Header => "header",
            Self::Name => "name",
            Self::UntypedValue => "untyped_value",
            Self::TooLarge => "too_large",
            Self::Binary => "binary",
            Self::BodyFormat => "body_format",
            Self::BodyShape => "body_shape",
            Self::BodyOfGet => "body_of_get",
            Self::Malformed => "malformed",
            Self::Refused => "refused",
        }
    }
}

impl Display for Reason {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ExternalReference => "it refers to another document",
            Self::UnresolvedReference => "it refers to what the document does not hold",
            Self::RecursiveReference => "it refers to itself without end",
            Self::HttpMethod => "definitions have GET, POST, PUT, PATCH and DELETE only",
            Self::Path => "the path holds what cannot stand in the path of a definition",
            Self::PathParameter => "a variable of the path cannot be sent as one text",
            Self::StructuredQuery => "a query cannot hold objects",
            Self::QueryStyle => "a query cannot hold lists in this style",
            Self::Cookie => "cookies are not sent",
            Self::Header => "the header belongs to the credential, to the message or to nobody",
            Self::Name => "the name is none that every client takes",
            Self::UntypedValue => "the document does not say what type it has",
            Self::TooLarge => "it is nested too deeply or has too many fields",
            Self::Binary => "files and bytes are not sent",
            Self::BodyFormat => "the body is neither JSON nor a form",
            Self::BodyShape => "the body is neither an object with fields nor a list",
            Self::BodyOfGet => "a GET request has no body",
            Self::Malformed => "it is not what OpenAPI has here",
            Self::Refused => "the compiler refuses it",
        })
    }
}

/// An operation that is no definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where it stands in the document: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// Why it is none.
    pub reason: Reason,
    /// What the reason speaks of, such as the name of a parameter; empty where it is the operation.
    pub what: String,
}

/// What came of an import.
#[derive(Debug, Default)]
pub struct Report {
    /// How many operations the document has.
    pub operations: usize,
    /// How many of them are definitions.
    pub definitions: usize,
    /// How many of these are documented, so that they are tools.
    pub tools: usize,
    /// How many answer with something else than JSON, so that a call only says that it succeeded.
    pub unread_answers: usize,
    /// How many optional parameters and fields were left out, by reason.
    pub left_out: BTreeMap<Reason, usize>,
    /// The operations that are none.
    pub refusals: Vec<Refusal>,
    /// What a person has to look at: hosts and credentials that the document does not say.
    pub remarks: Vec<String>,
    /// Methods of the definition that the document has no longer: their request lines.
    pub vanished: Vec<String>,
    /// How many operations were defined before, and were left as they are.
    pub kept: usize,
}

impl Report {
    /// The refusals, counted by reason.
    #[must_use]
    pub fn by_reason(&self) -> BTreeMap<Reason, usize> {
        let mut counts = BTreeMap::new();
        for refusal in &self.refusals {
            *counts.entry(refusal.reason).or_default() += 1;
        }
        counts
    }

    /// For programs: one object.
    #[must_use]
    pub fn json(&self) -> Json {
        let counts = |counts: &BTreeMap<Reason, usize>| -> Json {
            let entries = counts.iter();
            Json::Object(
                entries
                    .map(|(reason, count)| (reason.word().to_owned(), json!(count)))
                    .collect(),
            )
        };
        let refusal = |refusal: &Refusal| json!({ "pointer": refusal.pointer, "reason": refusal.reason.word(), "what": refusal.what });
        json!({
            "operations": self.operations,
            "definitions": self.definitions,
            "tools": self.tools,
            "kept": self.kept,
            "unread_answers": self.unread_answers,
            "refused": counts(&self.by_reason()),
            "left_out": counts(&self.left_out),
            "refusals": self.refusals.iter().map(refusal).collect::<Vec<_>>(),
            "remarks": self.remarks,
            "vanished": self.vanished,
        })
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for Refusal {
            pointer,
            reason,
            what,
        } in &self.refusals
        {
            match what.as_str() {
                "" => writeln!(f, "refused {pointer}: {reason}")?,
                what => writeln!(f, "refused {pointer}: `{what}`: {reason}")?,
            }
        }
        for (reason, count) in &self.left_out {
            writeln!(f, "left out {count} optional values: {reason}")?;
        }
        for remark in &self.remarks {
            writeln!(f, "remark: {remark}")?;
        }
        for line in &self.vanished {
            writeln!(f, "vanished: {line} is defined, and not in the document")?;
        }
        let Self {
            operations,
            definitions,
            tools,
            unread_answers,
            ..
        } = self;
        writeln!(
            f,
            "{operations} operations: {definitions} definitions, of which {tools} are tools and \
             {unread_answers} do not answer with JSON; {} were there before, {} refused",
            self.kept,
            self.refusals.len(),
        )?;
        if self.kept > 0 {
            writeln!(
                f,
                "what was there stays as it is; `cargo codegen drift --openapi` shows what the document says otherwise"
            )?;
        }
        Ok(())
    }
}
