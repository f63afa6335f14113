//! The second stage: a document of OpenAPI 2.0, 3.0 or 3.1 becomes one plain form.
//!
//! What is not formed as it should be is passed over where nothing depends on it. An operation that
//! cannot be read is refused by itself.

mod content;
mod parameters;
mod security;
mod servers;

use serde_json::{Map, Value};

use super::Problem;
use super::document::{Document, Operation, Server};
use super::report::{Reason, Refusal};
use super::resolve::{Resolver, step};

/// The HTTP methods of OpenAPI, as it writes them and as HTTP does. Those that definitions lack have none.
const VERBS: [(&str, Option<&str>); 9] = [
    ("get", Some("GET")),
    ("post", Some("POST")),
    ("put", Some("PUT")),
    ("patch", Some("PATCH")),
    ("delete", Some("DELETE")),
    ("head", None),
    ("options", None),
    ("trace", None),
    ("query", None),
];

/// The versions of OpenAPI, as far as they differ in form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    Two,
    Three,
}

/// What reading an operation needs at hand.
#[derive(Clone, Copy)]
struct Context<'d> {
    root: &'d Value,
    resolver: Resolver<'d>,
    version: Version,
}

/// Reads a document.
pub(crate) fn normalise(root: &Value) -> Result<Document<'_>, Problem> {
    let version = match (root.get("swagger"), root.get("openapi")) {
        (Some(_), _) => Version::Two,
        (None, Some(_)) => Version::Three,
        (None, None) => return Err(Problem::NotOpenApi),
    };
    let context = Context {
        root,
        resolver: Resolver::new(root),
        version,
    };
    let info = root.get("info").unwrap_or(&Value::Null);
    let mut document = Document {
        title: text(info, "title"),
        description: text(info, "description"),
        docs: page(root)
            .or_else(|| page(info))
            .or_else(|| info.get("contact")?.get("url")?.as_str()),
        category: info
            .get("x-apisguru-categories")
            .and_then(|all| all.get(0)?.as_str()),
        servers: context.servers(root),
        schemes: context.schemes(),
        operations: Vec::new(),
        refusals: Vec::new(),
    };
    let paths = root.get("paths").and_then(Value::as_object);
    for (path, item) in paths
        .into_iter()
        .flatten()
        .filter(|(path, _)| path.starts_with('/'))
    {
        context.path_item(path, item, &mut document);
    }
    Ok(document)
}

impl<'d> Context<'d> {
    fn path_item(self, path: &'d str, item: &'d Value, document: &mut Document<'d>) {
        let pointer = format!("/paths/{}", step(path));
        let members = match self.resolver.resolve(item) {
            Ok((_, Value::Object(members))) => members,
            Ok(_) => {
                return document
                    .refusals
                    .push(refusal(pointer, Reason::Malformed, ""));
            }
            Err(reason) => return document.refusals.push(refusal(pointer, reason, "")),
        };
        for (key, verb) in VERBS {
            let Some(operation) = members.get(key) else {
                continue;
            };
            let pointer = format!("{pointer}/{key}");
            let read = match verb {
                Some(verb) => self.operation(pointer.clone(), verb, path, members, operation),
                None => Err((Reason::HttpMethod, key.to_owned())),
            };
            match read {
                Ok(operation) => document.operations.push(operation),
                Err((reason, what)) => document.refusals.push(refusal(pointer, reason, &what)),
            }
        }
    }

    fn operation(
        self,
        pointer: String,
        verb: &'static str,
        path: &'d str,
        item: &'d Map<String, Value>,
        operation: &'d Value,
    ) -> Result<Operation<'d>, (Reason, String)> {
        if !operation.is_object() {
            return Err((Reason::Malformed, String::new()));
        }
        let mut parameters =
            self.parameters(item.get("parameters"), operation.get("parameters"))?;
        let body = self.body(operation, &mut parameters)?;
        let servers: Vec<Server<'d>> = [operation.get("servers"), item.get("servers")]
            .into_iter()
            .flatten()
            .map(|servers| self.server_list(servers))
            .find(|servers| !servers.is_empty())
            .unwrap_or_default();
        Ok(Operation {
            pointer,
            verb,
            path,
            id: text(operation, "operationId"),
            summary: text(operation, "summary"),
            description: text(operation, "description"),
            docs: page(operation),
            deprecated: operation.get("deprecated") == Some(&Value::Bool(true)),
            servers,
            parameters,
            body,
            answer: self.answer(operation),
        })
    }
}

fn refusal(pointer: String, reason: Reason, what: &str) -> Refusal {
    Refusal {
        pointer,
        reason,
        what: what.to_owned(),
    }
}

fn page(value: &Value) -> Option<&str> {
    value.get("externalDocs")?.get("url")?.as_str()
}

/// A member that is a text, without the white space around it; else an empty one.
fn text<'d>(value: &'d Value, key: &str) -> &'d str {
    value
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .trim()
}
