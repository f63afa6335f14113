//! Requests as they are built, before anything is sent.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use toolwright_runtime::error::Error;
use toolwright_runtime::page::PageQuery;
use toolwright_runtime::request::{Request, Target, build};
use toolwright_runtime::table::*;
use toolwright_runtime::upstreams::Upstreams;

use crate::tables::{ACME, ARG, OPERATION};

static EVERYTHING: Operation = Operation {
    path: &[
        PathPart::Literal("/orgs/"),
        PathPart::Connection("org"),
        PathPart::Literal("/users/"),
        PathPart::Argument("id"),
        PathPart::Literal(".json"),
    ],
    query: &[("type", "Current User")],
    headers: &[("X-Version", "2")],
    args: &[
        Arg {
            name: "id",
            place: Place::Url,
            ..ARG
        },
        Arg {
            name: "ids",
            place: Place::Query {
                name: "i",
                list: ListStyle::Csv,
            },
            ..ARG
        },
        Arg {
            name: "tags",
            place: Place::Query {
                name: "t",
                list: ListStyle::Repeat,
            },
            ..ARG
        },
        Arg {
            name: "kinds",
            place: Place::Query {
                name: "k",
                list: ListStyle::Brackets,
            },
            ..ARG
        },
        Arg {
            name: "all",
            place: Place::Query {
                name: "all",
                list: ListStyle::Csv,
            },
            default: Some("true"),
            ..ARG
        },
        Arg {
            name: "act_as",
            place: Place::Header { name: "X-Act-As" },
            ..ARG
        },
    ],
    ..OPERATION
};
static FILE: Operation = Operation {
    host: 1,
    path: &[PathPart::Literal("/fs/"), PathPart::Segments("path")],
    args: &[Arg {
        name: "path",
        place: Place::Url,
        ..ARG
    }],
    ..OPERATION
};

fn built(operation: &Operation, arguments: Value, page: &PageQuery<'_>) -> Result<Request, Error> {
    let connection = [("org", "77"), ("domain", "jane")];
    let connection = connection.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let target = Target {
        integration: &ACME,
        connection: &BTreeMap::from(connection),
        upstreams: &Upstreams::default(),
    };
    build(&target, operation, arguments.as_object().unwrap(), page)
}

fn url(operation: &Operation, arguments: Value) -> Result<String, String> {
    let request = built(operation, arguments, &PageQuery::Added(Vec::new()));
    request
        .map(|request| request.url().as_str().to_owned())
        .map_err(|error| error.message.clone())
}

#[test]
fn every_argument_goes_to_its_place() {
    let arguments = json!({
        "id": 7.0, "ids": [1, "a&b"], "tags": ["x", "y,z"], "kinds": [true], "all": false,
        "act_as": "jane",
    });
    let request = built(&EVERYTHING, arguments, &PageQuery::Added(Vec::new())).unwrap();
    assert_eq!(
        request.url().as_str(),
        "https://api.acme.example/orgs/77/users/7.json\
         ?type=Current%20User&i=1,a%26b&t=x&t=y%2Cz&k%5B%5D=true&all=false"
    );
    assert_eq!(request.method(), "GET");
    assert_eq!(request.headers().get("x-act-as").unwrap(), "jane");
    assert_eq!(request.headers().get("x-version").unwrap(), "2");
    assert!(request.body().is_empty());
}

#[test]
fn defaults_are_sent_and_nothing_else() {
    let url = url(&EVERYTHING, json!({"id": "7", "ids": [], "tags": []}));
    assert_eq!(
        url.unwrap(),
        "https://api.acme.example/orgs/77/users/7.json?type=Current%20User&all=true"
    );
}

#[test]
fn a_page_adds_to_the_query_or_replaces_it() {
    let arguments = || json!({"id": "7", "ids": ["1"]});
    let query = |page| {
        let request = built(&EVERYTHING, arguments(), &page).unwrap();
        request.url().query().unwrap().to_owned()
    };
    let added = PageQuery::Added(vec![("page", "2".to_owned())]);
    assert_eq!(query(added), "type=Current%20User&i=1&all=true&page=2");
    assert_eq!(
        query(PageQuery::Alone("token", "a/b")),
        "type=Current%20User&token=a%2Fb"
    );
    // Neither a vendor nor a forged cursor changes what the definition fixes.
    let link = "page=2&i=1&type=Admin&t%79pe=Admin&x=%20";
    assert_eq!(
        query(PageQuery::Link(link)),
        "type=Current%20User&page=2&i=1&x=%20"
    );
}

#[test]
fn values_cannot_leave_their_place() {
    for evil in [
        "..",
        "",
        "a/b",
        "//h",
        "a?b",
        "a#b",
        "%2e%2e",
        "a\r\nb",
        "a\0",
        "http://h/",
    ] {
        let error = url(&EVERYTHING, json!({"id": evil})).unwrap_err();
        assert!(error.starts_with("`id` "), "{evil}: {error}");
    }
    for evil in ["..", "a/../b", "//h/x", "a/%2e%2e/b", "a\nb", "http://h/"] {
        let error = url(&FILE, json!({"path": evil})).unwrap_err();
        assert!(error.starts_with("`path` "), "{evil}: {error}");
    }
    let file = url(&FILE, json!({"path": "/Shared/50% of #1?.txt"})).unwrap();
    assert_eq!(
        file,
        "https://jane.acme.example/fs/Shared/50%25%20of%20%231%3F.txt"
    );
    assert_eq!(
        url(&EVERYTHING, json!({"id": "7", "act_as": "a\r\nX-Evil: 1"})).unwrap_err(),
        "`act_as` has a character that a header cannot carry: only ASCII may."
    );
    assert_eq!(
        url(&EVERYTHING, json!({"id": "7", "ids": ["1", "2,3"]})).unwrap_err(),
        "`ids[1]` has a comma, which ids cannot hold; give each value as an element of its own."
    );
}

#[test]
fn what_is_missing_is_named() {
    assert_eq!(url(&EVERYTHING, json!({})).unwrap_err(), "`id` is missing.");
    let target = Target {
        integration: &ACME,
        connection: &BTreeMap::new(),
        upstreams: &Upstreams::default(),
    };
    let page = PageQuery::Added(Vec::new());
    let error = build(&target, &FILE, &Map::new(), &page).unwrap_err();
    assert_eq!(
        error.message,
        "The connection field `domain` of this account is not set. The first label of your Acme \
         address."
    );
}
