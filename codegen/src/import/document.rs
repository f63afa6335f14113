//! A document in one plain form, whatever its version of OpenAPI. Schemas stay as they are written.

use serde_json::Value;

use super::report::Refusal;

/// A document.
#[derive(Debug)]
pub(crate) struct Document<'d> {
    /// What the product is called.
    pub(crate) title: &'d str,
    /// What it is.
    pub(crate) description: &'d str,
    /// The page of its documentation.
    pub(crate) docs: Option<&'d str>,
    /// What sort of product it is.
    pub(crate) category: Option<&'d str>,
    /// Where it is, the first one first.
    pub(crate) servers: Vec<Server<'d>>,
    /// How requests prove who they are from.
    pub(crate) schemes: Vec<Scheme<'d>>,
    /// Its operations, in the order of the document.
    pub(crate) operations: Vec<Operation<'d>>,
    /// Operations that could not be read.
    pub(crate) refusals: Vec<Refusal>,
}

/// Where requests go.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Server<'d> {
    /// A URL with `{variables}`.
    pub(crate) url: String,
    /// The variables.
    pub(crate) variables: Vec<Variable<'d>>,
}

/// The longest URL that the defaults of variables make, in bytes.
const LONGEST_URL: usize = 8000;

impl Server<'_> {
    /// A part of the URL with the defaults of its variables. What looks like a variable in a default is none.
    pub(crate) fn with_defaults(&self, part: &str) -> String {
        let mut url = String::new();
        let mut rest = part;
        while let Some((before, inner)) = rest.split_once('{')
            && let Some((name, after)) = inner.split_once('}')
        {
            url.push_str(before);
            let mut known = self.variables.iter();
            let default = known
                .find(|variable| variable.name.eq_ignore_ascii_case(name))
                .map(|variable| variable.default.as_str())
                .filter(|default| url.len() + default.len() <= LONGEST_URL);
            match default {
                Some(default) => url.push_str(default),
                None => url.extend(["{", name, "}"]),
            }
            rest = after;
        }
        url.push_str(rest);
        url
    }
}

/// A variable of a server's URL.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Variable<'d> {
    pub(crate) name: &'d str,
    pub(crate) default: String,
    pub(crate) values: Vec<&'d str>,
    pub(crate) description: &'d str,
}

/// A way in which requests prove who they are from.
#[derive(Debug)]
pub(crate) struct Scheme<'d> {
    pub(crate) description: &'d str,
    pub(crate) kind: SchemeKind<'d>,
}

/// What is sent.
#[derive(Debug)]
pub(crate) enum SchemeKind<'d> {
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
pub(crate) struct Flow<'d> {
    pub(crate) grant: &'static str,
    pub(crate) authorize: Option<&'d str>,
    pub(crate) token: Option<&'d str>,
    pub(crate) scopes: Vec<&'d str>,
}

/// An operation.
#[derive(Debug)]
pub(crate) struct Operation<'d> {
    /// Where it stands in the document.
    pub(crate) pointer: String,
    /// The HTTP method, in capitals.
    pub(crate) verb: &'static str,
    /// The path below the server, as it is written.
    pub(crate) path: &'d str,
    pub(crate) id: &'d str,
    pub(crate) summary: &'d str,
    pub(crate) description: &'d str,
    pub(crate) docs: Option<&'d str>,
    pub(crate) deprecated: bool,
    /// Servers of its own.
    pub(crate) servers: Vec<Server<'d>>,
    pub(crate) parameters: Vec<Parameter<'d>>,
    pub(crate) body: Option<Body<'d>>,
    pub(crate) answer: Answer<'d>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub(crate) struct Parameter<'d> {
    pub(crate) name: &'d str,
    pub(crate) place: Place,
    pub(crate) required: bool,
    pub(crate) description: &'d str,
    pub(crate) schema: &'d Value,
    pub(crate) style: Style,
    pub(crate) deprecated: bool,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
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
pub(crate) enum Style {
    Csv,
    Repeat,
    DeepObject,
    /// With spaces, tabs or bars, or as JSON.
    Other,
}

/// A body.
#[derive(Debug)]
pub(crate) struct Body<'d> {
    pub(crate) format: Format<'d>,
    pub(crate) required: bool,
    pub(crate) shape: BodyShape<'d>,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format<'d> {
    Json,
    Form,
    Multipart,
    Other(&'d str),
}

/// What a body holds.
#[derive(Debug)]
pub(crate) enum BodyShape<'d> {
    Schema(&'d Value),
    Fields(Vec<Parameter<'d>>),
}

/// The answer to a call that succeeded.
#[derive(Debug, Default)]
pub(crate) struct Answer<'d> {
    /// The schema of a JSON answer.
    pub(crate) schema: Option<&'d Value>,
    /// The media type of an answer that is not JSON.
    pub(crate) unread: Option<&'d str>,
    pub(crate) description: &'d str,
    pub(crate) example: Option<&'d Value>,
    /// Whether it has a `Link` header.
    pub(crate) links: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_of_variables_stand_in_a_url_once() {
        let variable = |name, default: &str| Variable {
            name,
            default: default.to_owned(),
            values: Vec::new(),
            description: "",
        };
        let server = Server {
            url: String::new(),
            variables: vec![
                variable("a", &"{b}".repeat(1000)),
                variable("b", &"{a}".repeat(1000)),
                variable("region", "eu"),
            ],
        };
        for (part, expected) in [
            (
                "https://{region}.acme.example/{Region}/{x}",
                "https://eu.acme.example/eu/{x}",
            ),
            ("{", "{"),
            ("}{region", "}{region"),
        ] {
            assert_eq!(server.with_defaults(part), expected);
        }
        let bomb = server.with_defaults(&"{a}".repeat(1000));
        assert!(bomb.len() < LONGEST_URL + 3000, "{}", bomb.len());
    }
}
