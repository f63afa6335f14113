//! Which operation an address stands for.
//!
//! | address | method of the definition |
//! |---|---|
//! | `GET /proxy/{resource}` | `list` |
//! | `POST /proxy/{resource}` | `create` |
//! | `GET /proxy/{resource}/{id}` | `get` |
//! | `PATCH` or `PUT /proxy/{resource}/{id}` | `update` |
//! | `DELETE /proxy/{resource}/{id}` | `delete` |
//! | `/proxy/{resource}/{method}` | any other, with the HTTP method that the definition gives it |
//!
//! A `get`, `update` or `delete` that takes no `id` is one of the others. The name of a method comes
//! before an id of the same text, whatever the HTTP method: a `DELETE` that was meant for a method
//! shall not reach a record.

use std::collections::BTreeSet;

use http::StatusCode;
use toolwright_runtime::nearest::nearest;
use toolwright_runtime::table::{Http, MethodKind, Operation};

use crate::api::Refusal;

/// An operation, and the id in its address.
#[derive(Debug)]
pub(super) struct Route<'a> {
    pub(super) operation: &'static Operation,
    pub(super) id: Option<&'a str>,
}

/// Where an operation stands below its resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place<'a> {
    /// At the resource itself.
    Collection,
    /// At the id of one of its records.
    Record,
    /// At its own name.
    Name(&'a str),
}

impl Place<'static> {
    fn of(operation: &Operation) -> Self {
        let takes_id = operation.args.iter().any(|arg| arg.name == "id");
        match operation.kind {
            MethodKind::List | MethodKind::Create => Self::Collection,
            MethodKind::Get | MethodKind::Update | MethodKind::Delete if takes_id => Self::Record,
            _ => Self::Name(operation.method),
        }
    }
}

/// The operation that `method /proxy/{resource}/{rest}` stands for.
///
/// # Errors
/// 404 where there is none, with what there is; 405 where there is one for another HTTP method.
pub(super) fn find<'a>(
    operations: &[&'static Operation],
    method: &str,
    resource: &str,
    rest: Option<&'a str>,
) -> Result<Route<'a>, Refusal> {
    let of_resource = operations.iter().copied();
    let of_resource: Vec<_> = of_resource
        .filter(|operation| operation.resource == resource)
        .collect();
    if of_resource.is_empty() {
        return Err(no_resource(operations, resource));
    }
    let is_named = |name| {
        let mut operations = of_resource.iter();
        operations.any(|operation| Place::of(operation) == Place::Name(name))
    };
    let place = match rest {
        None => Place::Collection,
        Some(name) if is_named(name) => Place::Name(name),
        Some(_) => Place::Record,
    };
    let here = of_resource.iter().copied();
    let here: Vec<_> = here
        .filter(|operation| Place::of(operation) == place)
        .collect();
    if here.is_empty() {
        return Err(nothing_here(&of_resource, rest));
    }
    let asked = here
        .iter()
        .find(|operation| http_methods(operation).contains(&method));
    match asked {
        Some(operation) => Ok(Route {
            operation,
            id: rest.filter(|_| place == Place::Record),
        }),
        None => {
            let allowed = here.iter().flat_map(|operation| http_methods(operation));
            let allowed: BTreeSet<&str> = allowed.copied().collect();
            Err(Refusal::method_not_allowed(allowed))
        }
    }
}

/// The HTTP methods that an operation is called with, which need not be those of the vendor.
fn http_methods(operation: &Operation) -> &'static [&'static str] {
    match (Place::of(operation), operation.kind) {
        (Place::Name(_), _) => match operation.http {
            Http::Get => &["GET"],
            Http::Post => &["POST"],
            Http::Put => &["PUT"],
            Http::Patch => &["PATCH"],
            Http::Delete => &["DELETE"],
        },
        (_, MethodKind::Create) => &["POST"],
        (_, MethodKind::Update) => &["PATCH", "PUT"],
        (_, MethodKind::Delete) => &["DELETE"],
        (_, MethodKind::List | MethodKind::Get | MethodKind::Custom) => &["GET"],
    }
}

fn no_resource(operations: &[&'static Operation], resource: &str) -> Refusal {
    let resources = operations.iter().map(|operation| operation.resource);
    let resources: BTreeSet<&str> = resources.collect();
    let rest = match nearest(resource, resources.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}.", listed(resources)),
    };
    let message = format!("There is no such resource; {rest}");
    Refusal::new(StatusCode::NOT_FOUND, message)
}

/// Nothing stands at an address below a resource; `rest` may be a name with a mistake in it.
fn nothing_here(operations: &[&Operation], rest: Option<&str>) -> Refusal {
    let names = operations
        .iter()
        .filter_map(|operation| match Place::of(operation) {
            Place::Name(name) => Some(name),
            Place::Collection | Place::Record => None,
        });
    let rest = match rest.and_then(|name| nearest(name, names)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "there are {}.",
            listed(operations.iter().flat_map(addresses))
        ),
    };
    let message = format!("There is no such method; {rest}");
    Refusal::new(StatusCode::NOT_FOUND, message)
}

/// How an operation is called: `PATCH /proxy/users/{id}`.
fn addresses(operation: &&Operation) -> impl Iterator<Item = String> {
    let resource = operation.resource;
    let below = match Place::of(operation) {
        Place::Collection => String::new(),
        Place::Record => "/{id}".to_owned(),
        Place::Name(name) => format!("/{name}"),
    };
    let methods = http_methods(operation).iter();
    methods.map(move |method| format!("{method} /proxy/{resource}{below}"))
}

fn listed(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let quoted: Vec<String> = names
        .into_iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;
    use toolwright_runtime::table::{Arg, Place as ArgPlace, Shape};

    use super::*;

    static ID: [Arg; 1] = [Arg {
        name: "id",
        place: ArgPlace::Url,
        required: true,
        default: None,
        shape: Shape::STRING,
    }];

    const fn operation(method: &'static str, kind: MethodKind, http: Http, id: bool) -> Operation {
        Operation {
            resource: "users",
            method,
            kind,
            http,
            args: if id { &ID } else { &[] },
            ..Operation::COMMON
        }
    }

    static OPERATIONS: [&Operation; 6] = [
        // A list that the vendor has as a search is a list all the same.
        &operation("list", MethodKind::List, Http::Post, false),
        &operation("get", MethodKind::Get, Http::Get, true),
        &operation("update", MethodKind::Update, Http::Post, true),
        &operation("delete", MethodKind::Delete, Http::Post, false),
        &operation("search", MethodKind::Custom, Http::Get, false),
        &operation("promote", MethodKind::Custom, Http::Put, true),
    ];

    /// The method of the operation and the id, or the status and what is allowed.
    fn found(start: &str) -> Result<(&'static str, Option<&str>), (u16, String)> {
        let (method, path) = start.split_once(" /").unwrap();
        let (resource, rest) = path
            .split_once('/')
            .map_or((path, None), |(one, two)| (one, Some(two)));
        match find(&OPERATIONS, method, resource, rest) {
            Ok(route) => Ok((route.operation.method, route.id)),
            Err(refusal) => {
                let response = refusal.into_response();
                let allowed = response.headers().get("allow");
                let allowed = allowed.map_or("", |allowed| allowed.to_str().unwrap());
                Err((response.status().as_u16(), allowed.to_owned()))
            }
        }
    }

    #[test]
    fn an_address_and_a_method_are_an_operation() {
        for (start, expected) in [
            ("GET /users", ("list", None)),
            ("GET /users/7", ("get", Some("7"))),
            ("PATCH /users/7", ("update", Some("7"))),
            ("PUT /users/7", ("update", Some("7"))),
            ("POST /users/delete", ("delete", None)),
            ("GET /users/search", ("search", None)),
            ("PUT /users/promote", ("promote", None)),
            ("GET /users/list", ("get", Some("list"))),
        ] {
            assert_eq!(found(start), Ok(expected), "{start}");
        }
    }

    #[test]
    fn others_are_refused() {
        for (start, status, allowed) in [
            ("POST /users", 405, "GET"),
            ("DELETE /users/7", 405, "GET, PATCH, PUT"),
            ("DELETE /users/search", 405, "GET"),
            ("GET /users/promote", 405, "PUT"),
            ("PROPFIND /users", 405, "GET"),
            ("GET /user", 404, ""),
        ] {
            assert_eq!(found(start), Err((status, allowed.to_owned())), "{start}");
        }
    }

    #[test]
    fn what_there_is_is_said() {
        static INVITE: Operation = operation("invite", MethodKind::Custom, Http::Post, false);
        static CREATE: Operation = operation("create", MethodKind::Create, Http::Post, false);
        let sentence = |rest| format!("{:?}", nothing_here(&[&CREATE, &INVITE], rest));
        assert!(sentence(Some("invit")).contains("did you mean `invite`?"));
        let all = "there are `POST /proxy/users`, `POST /proxy/users/invite`.";
        assert!(sentence(Some("7")).contains(all), "{}", sentence(Some("7")));
    }
}
