//! The goldens of the compiler as Rust: they compile, and their tables do what they say. `obstacle` has
//! every construct of the language, and names and texts that are in the way.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use toolwright::runtime::client::Arguments;
use toolwright::runtime::exchange::Exchange;
use toolwright::runtime::page::PageQuery;
use toolwright::runtime::request::{self, Request, Target};
use toolwright::runtime::table::{Catalogue, Operation};
use toolwright::runtime::upstreams::Upstreams;
use toolwright::runtime::validate;

// Generated code imports what its largest integration needs, and is laid out by its printer.
#[allow(dead_code, unreachable_pub, unused_imports, clippy::all)]
#[rustfmt::skip]
#[path = "../../codegen/tests/golden/obstacle/generated/mod.rs"]
pub(crate) mod generated;

#[allow(dead_code, unreachable_pub, unused_imports, clippy::all)]
#[rustfmt::skip]
#[path = "../../codegen/tests/golden/small/generated/mod.rs"]
pub(crate) mod small;

use generated::obstacle::{self, tables};

#[test]
fn what_is_served_is_json() {
    for Catalogue { integrations } in [&generated::CATALOGUE, &small::CATALOGUE] {
        for operation in integrations
            .iter()
            .flat_map(|integration| integration.operations)
        {
            if let Some(tool) = &operation.tool {
                let json: Value = serde_json::from_str(tool.json).unwrap();
                assert_eq!(json["name"], operation.name);
                assert_eq!(json["description"], tool.description);
            }
        }
        for data in integrations
            .iter()
            .filter_map(|integration| integration.sandbox)
        {
            assert!(serde_json::from_str::<Value>(data).is_ok());
        }
    }
}

#[test]
fn arguments_arrive_under_the_names_of_the_vendor() {
    let arguments = obstacle::CreateAObstacleType {
        site_id: "www".to_owned(),
        first: "Ada".to_owned(),
        number: Some("007".to_owned()),
        labels: Some(BTreeMap::from([("type".to_owned(), "self".to_owned())])),
        r#match: obstacle::CreateAObstacleTypeMatch {
            r#type: "a".to_owned(),
            address: "ada@example.com".to_owned(),
            self_: Some("s-1".to_owned()),
            inner: Some(obstacle::CreateAObstacleTypeMatchInner {
                r#ref: Some("12".to_owned()),
                list: Some(vec![1.5]),
            }),
        },
        rows: Some(vec![obstacle::CreateAObstacleTypeRows {
            key: Some("b".to_owned()),
        }]),
        starts_at: Some("2026-03-02T09:14:05+05:30".to_owned()),
        ..obstacle::CreateAObstacleType::default()
    };
    let request = built(&tables::CREATE_A_OBSTACLE_TYPE_OPERATION, arguments);
    assert_eq!(
        request.url().as_str(),
        "https://www.acme.sites.obstacle.example/v1/types"
    );
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    let expected = json!({ "data": { "types": [{
        "name": { "first": "Ada" },
        "number": 7,
        "labels": { "type": "self" },
        "match": {
            "type": "a",
            "e-mail": "ada@example.com",
            "self": "s-1",
            "inner": { "ref": 12, "list": [1.5] },
        },
        "rows": [{ "key": "b" }],
        "constant": { "kind": { "nested": [1, "two", null] } },
        "nothing": null,
        "since": "2026-03-02T09:14:05+05:30",
        "until": "2026-12-31",
    }] } });
    assert_eq!(body, expected);
}

#[test]
fn a_query_has_constants_defaults_and_every_form_of_a_list() {
    let texts = |texts: [&str; 2]| Some(texts.map(str::to_owned).to_vec());
    let arguments = obstacle::ListAllObstacleType {
        r#fn: "t-1".to_owned(),
        ids: texts(["a", "b"]),
        r#ref: Some(vec![1, 2]),
        first: texts(["c", "d"]),
        self_: Some("a eq \"b\"".to_owned()),
        result: Some("ada@example.com".to_owned()),
        r#async: Some("trace".to_owned()),
        ..obstacle::ListAllObstacleType::default()
    };
    let request = built(&tables::LIST_ALL_OBSTACLE_TYPE_OPERATION, arguments);
    let expected = "https://api.obstacle.example/v1/t-1/types?version=2&count_all=true&ids=a,b\
                    &ref=1&ref=2&1st%5B%5D=c&1st%5B%5D=d&%24filter=a%20eq%20%22b%22\
                    &e-mail%20address=ada%40example.com&sort=asc&min=0.5&exact=true";
    assert_eq!(request.url().as_str(), expected);
    assert_eq!(request.headers()["x-trace"], "trace");
    assert_eq!(request.headers()["x-version"], "7");
}

/// The request for arguments that the table finds sound.
#[test]
fn a_name_of_before_makes_the_same_request() {
    let connection = BTreeMap::from([("domain".to_owned(), "acme".to_owned())]);
    let target = Target {
        integration: &tables::INTEGRATION,
        connection: &connection,
        upstreams: &Upstreams::default(),
    };
    let body = |arguments: Value| {
        let arguments = arguments.as_object().unwrap();
        let operation = &tables::OBSTACLE_TYPE_SEARCH;
        let exchange = Exchange::new(&tables::INTEGRATION, "a", operation, arguments)?;
        exchange
            .request(&target)
            .map(|request| request.body().clone())
    };
    let today = body(json!({ "query": "walls" })).unwrap();
    assert_eq!(today, r#"{"query":"walls"}"#);
    assert_eq!(body(json!({ "_words": "walls" })).unwrap(), today);
    let both = body(json!({ "query": "walls", "_words": "doors" })).unwrap_err();
    let said = "`_words` is called `query` now; give it once, as `query`.";
    assert_eq!(both.message, said);
}

fn built(operation: &Operation, arguments: impl Arguments) -> Request {
    let Some(Value::Object(arguments)) = arguments.into_args().into_value() else {
        panic!("arguments are an object")
    };
    validate::arguments(&tables::INTEGRATION, operation, &arguments).unwrap();
    let connection = BTreeMap::from([("domain".to_owned(), "acme".to_owned())]);
    let target = Target {
        integration: &tables::INTEGRATION,
        connection: &connection,
        upstreams: &Upstreams::default(),
    };
    request::build(
        &target,
        operation,
        &arguments,
        &PageQuery::Added(Vec::new()),
    )
    .unwrap()
}
