//! Lists of every style, walked page by page.

use serde_json::{Value, json};

use super::client::{Reply, get};
use super::sandbox;
use crate::sandbox::Sandbox;

/// The users' ids in their order.
fn all_ids() -> Vec<String> {
    let written = ["u-001", "u-002"].map(str::to_owned);
    written
        .into_iter()
        .chain((1..=10).map(|number| format!("u-1{number:02}")))
        .collect()
}

fn ids(rows: &Value) -> Vec<String> {
    let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
    rows.as_array().unwrap().iter().map(id).collect()
}

/// Walks a list of at most 13 pages: `next` makes the query after an answer, or ends the list.
async fn walk(
    sandbox: &Sandbox,
    path: &str,
    first: String,
    next: impl Fn(&Reply, usize) -> Option<String>,
) -> Vec<String> {
    let (mut seen, mut query) = (Vec::new(), Some(first));
    for _ in 0..13 {
        let Some(pairs) = query else { return seen };
        let reply = get(sandbox, &format!("{path}?{pairs}")).await;
        assert_eq!(reply.status, 200, "{pairs}: {}", reply.text);
        let body = reply.json();
        seen.extend(ids(if body.is_array() {
            &body
        } else {
            &body["items"]
        }));
        query = next(&reply, seen.len());
    }
    panic!("{path} has no end");
}

/// A value as it stands in a query.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn pages_have_every_row_once() {
    let sandbox = sandbox().await;
    for size in 1..=12 {
        let page = |number: usize| format!("page={number}&size={size}");
        let seen = walk(&sandbox, "/users", page(1), |reply, seen| {
            let info = reply.json()["info"].clone();
            assert_eq!(info["page"], seen.div_ceil(size));
            assert_eq!(info["size"], size);
            (info["more"] == true).then(|| page(seen / size + 1))
        });
        assert_eq!(seen.await, all_ids(), "{size}");
    }
}

#[tokio::test]
async fn offsets_have_every_row_once() {
    let sandbox = sandbox().await;
    for size in 1..=12 {
        let from = |row: usize| format!("startIndex={row}&size={size}");
        let seen = walk(&sandbox, "/scim/users", from(1), |reply, seen| {
            assert_eq!(reply.json()["info"]["total"], 12);
            (seen < 12).then(|| from(seen + 1))
        });
        assert_eq!(seen.await, all_ids(), "{size}");
    }
}

#[tokio::test]
async fn cursors_have_every_row_once() {
    let sandbox = sandbox().await;
    for size in 1..=12 {
        let all = format!("size={size}");
        let seen = walk(&sandbox, "/cursor", all.clone(), |reply, _| {
            let token = reply.json()["info"]["next"].as_str().map(encoded)?;
            Some(format!("{all}&after={token}"))
        });
        assert_eq!(seen.await, all_ids(), "{size}");
    }
}

#[tokio::test]
async fn cursors_that_go_alone_remember_the_query() {
    let sandbox = sandbox().await;
    for size in 1..=10 {
        let seen = walk(
            &sandbox,
            "/alone",
            format!("v=2&since=1&role=member&size={size}"),
            |reply, _| {
                let token = reply.json()["info"]["next"].as_str().map(encoded)?;
                Some(format!("v=2&after={token}"))
            },
        );
        assert_eq!(seen.await, &all_ids()[2..], "{size}");
    }
    let reply = get(&sandbox, "/alone?v=2&since=1&size=5").await.json();
    let token = encoded(reply["info"]["next"].as_str().unwrap());
    let reply = get(&sandbox, &format!("/alone?v=2&after={token}&role=member")).await;
    assert_eq!(
        (reply.status, &*reply.text),
        (400, "<p>after cannot be sent with role</p>")
    );
}

#[tokio::test]
async fn numbers_reach_so_far_and_tokens_farther() {
    let sandbox = sandbox().await;
    for size in 1..=12 {
        let page = |number: usize| format!("page={number}&size={size}");
        let seen = walk(&sandbox, "/mixed", page(0), |reply, seen| {
            let info = reply.json()["info"].clone();
            assert_eq!(info["more"] == true, info["next"].is_string());
            let token = info["next"].as_str().map(encoded)?;
            let by_number = seen + size <= 7;
            Some(if by_number {
                page(seen / size)
            } else {
                format!("token={token}")
            })
        });
        assert_eq!(seen.await, all_ids(), "{size}");
    }
    let reply = get(&sandbox, "/mixed?page=2&size=3").await;
    assert_eq!(
        (reply.status, &*reply.text),
        (400, "<p>page reaches the first 7 rows only</p>")
    );
    let token = get(&sandbox, "/mixed?size=3").await.json()["info"]["next"].clone();
    let token = encoded(token.as_str().unwrap());
    let reply = get(&sandbox, &format!("/mixed?page=1&token={token}")).await;
    assert_eq!(
        (reply.status, &*reply.text),
        (400, "<p>token cannot be sent with page</p>")
    );
}

#[tokio::test]
async fn links_have_every_row_once() {
    let sandbox = sandbox().await;
    let here = format!("<http://{}{}/links?", sandbox.address, super::client::API);
    for size in 1..=10 {
        let seen = walk(
            &sandbox,
            "/links",
            format!("role=member&size={size}"),
            |reply, _| {
                let link = reply.header("Link")?;
                let (target, relation) = link.split_once(">; ").unwrap();
                assert_eq!(relation, "rel=\"next\"");
                Some(target.strip_prefix(&here).unwrap().to_owned())
            },
        );
        assert_eq!(seen.await, &all_ids()[2..], "{size}");
    }
}

#[tokio::test]
async fn the_size_has_a_default_and_a_limit() {
    let sandbox = sandbox().await;
    for path in [
        "/users",
        "/scim/users",
        "/cursor",
        "/alone?v=2&since=1",
        "/mixed",
    ] {
        let reply = get(&sandbox, path).await.json();
        assert_eq!(ids(&reply["items"]), &all_ids()[..4], "{path}");
        for size in ["0", "13", "-1", "x", ""] {
            let separator = if path.contains('?') { '&' } else { '?' };
            let reply = get(&sandbox, &format!("{path}{separator}size={size}")).await;
            assert_eq!(reply.status, 400, "{path} {size}");
        }
    }
    assert_eq!(
        get(&sandbox, "/users?size=13").await.text,
        "<p>size must be from 1 to 12</p>"
    );
    assert_eq!(
        get(&sandbox, "/users?page=0").await.text,
        "<p>page starts at 1</p>"
    );
    assert_eq!(
        get(&sandbox, "/users?page=z").await.text,
        "<p>page is not a whole number</p>"
    );
    assert_eq!(get(&sandbox, "/scim/users?startIndex=0").await.status, 400);
}

#[tokio::test]
async fn a_page_behind_the_last_one_is_empty() {
    let sandbox = sandbox().await;
    let reply = get(&sandbox, "/users?page=9").await;
    assert_eq!((reply.status, &*reply.text), (204, ""));
    assert_eq!(reply.header("Content-Type"), None);
    assert_eq!(reply.header("X-Calls-Left"), Some("9"));
    let reply = get(&sandbox, &format!("/scim/users?startIndex={}", u64::MAX)).await;
    assert_eq!(reply.json(), json!({"items": [], "info": {"total": 12}}));
    assert_eq!(
        get(&sandbox, &format!("/users?page={}", u64::MAX))
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn templates_have_values_of_their_types() {
    let sandbox = sandbox().await;
    let reply = get(&sandbox, "/users?status=red&size=1&page=2").await;
    assert_eq!(
        reply.header("Content-Type"),
        Some("application/json;charset=UTF-8")
    );
    let expected = json!({
        "items": [{
            "id": "u-002", "email": "bob@acme.example", "name": {"first": "Bob", "last": "Moor"},
            "status": "gone", "role": "admin", "teams": ["red", "blue"], "age": 29,
        }],
        "info": {
            "more": false, "page": 2, "size": 1, "count": 1, "total": 2,
            "text": "1 of 2 for 77: red",
        },
    });
    assert_eq!(reply.json(), expected);
}

#[tokio::test]
async fn conditions_choose_the_rows() {
    let sandbox = sandbox().await;
    let reply = get(&sandbox, "/users?status=active&size=12").await.json();
    assert_eq!(
        ids(&reply["items"]),
        ["u-001", "u-101", "u-103", "u-105", "u-107", "u-109"]
    );
    assert_eq!(get(&sandbox, "/users?status=none").await.status, 204);
    let reply = get(&sandbox, "/users?status=most").await;
    assert_eq!(
        reply.text,
        "<p>status: most is none of active, all, none, red</p>"
    );
    // The operation with the constant is the closer one.
    let reply = get(&sandbox, "/users?status=mine").await.json();
    assert_eq!(ids(&reply["items"]), ["u-001"]);
    assert_eq!(
        ids(&get(&sandbox, "/whole").await.json()["items"]),
        all_ids()
    );
    assert_eq!(get(&sandbox, "/whole?role=none").await.text, "{}");
    let reply = get(&sandbox, "/orgs/77/teams/red/users?kind=gone")
        .await
        .json();
    assert_eq!(ids(&reply["items"]), ["u-002"]);
}

#[tokio::test]
async fn an_argument_of_a_condition_is_no_key() {
    let sandbox = sandbox().await;
    assert_eq!(
        get(&sandbox, "/teams/blue/first").await.json()["id"],
        "u-002"
    );
    assert_eq!(get(&sandbox, "/teams/green/first").await.status, 404);
}

#[tokio::test]
async fn scim_filters_choose_the_rows() {
    let sandbox = sandbox().await;
    let found = async |filter: &str| {
        let reply = get(&sandbox, &format!("/scim/users?filter={}", encoded(filter))).await;
        (
            reply.status,
            reply.json()["items"].as_array().map_or(0, Vec::len),
        )
    };
    assert_eq!(found(r#"email eq "ADA@acme.example""#).await, (200, 1));
    assert_eq!(found(r#"name.first sw "us""#).await, (200, 4));
    assert_eq!(found(r#"email eq "nobody""#).await, (200, 0));
    let reply = get(&sandbox, "/scim/users?filter=email").await;
    assert_eq!(reply.status, 400);
    assert!(reply.text.contains("attribute eq"), "{}", reply.text);
}
