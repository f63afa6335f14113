//! Lists over the wire.

use serde_json::json;
use toolwright_runtime::error::ErrorKind;
use toolwright_runtime::table::*;

use crate::pages::{LINK, PAGE_MORE, list};
use crate::server::{Received, Reply, Server};
use crate::tables::{ARG, OPERATION};

static BARE: Operation = Operation {
    kind: MethodKind::List,
    args: &[Arg {
        name: "limit",
        place: Place::Limit,
        shape: Shape::Any,
        ..ARG
    }],
    response: Response {
        at: &[],
        form: ResponseForm::Rows {
            missing_is_empty: false,
        },
        shape: Shape::Any,
    },
    ..OPERATION
};

/// Pages of four rows, `{"id": "{page}.{row}"}`, and more of them for ever.
fn endless(received: &Received) -> Reply {
    let page = received
        .target
        .split("page=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    let rows: Vec<_> = (0..4)
        .map(|row| json!({"id": format!("{page}.{row}")}))
        .collect();
    Reply::new(200, json!({"users": rows, "more": true}).to_string())
        .header("x-ratelimit-remaining", &page)
}

#[tokio::test]
async fn a_list_goes_on_under_a_name_of_before() {
    static RENAMED: Operation = Operation {
        renamed: &[("words", "q")],
        ..list(PAGE_MORE.pagination)
    };
    let server = Server::start(endless).await;
    let mut given = [
        json!({"limit": 4, "words": "a"}),
        json!({"limit": 4, "q": "a"}),
    ];
    for _ in 0..2 {
        let [first, then] = &mut given;
        let outcome = crate::call(&server.url, &RENAMED, first.clone()).await;
        let (_, cursor, _) = crate::page(outcome.unwrap());
        then["next_cursor"] = json!(cursor);
        let outcome = crate::call(&server.url, &RENAMED, then.clone()).await;
        assert_eq!(crate::page(outcome.unwrap()).0.len(), 4);
        then.as_object_mut().unwrap().remove("next_cursor");
        given.reverse();
    }
    let page = |page| format!("/api.acme.example/v1/users?q=a&page={page}&size=4");
    assert_eq!(server.targets(), [page(1), page(2), page(1), page(2)]);
}

#[tokio::test]
async fn pages_are_walked_until_the_limit_is_filled() {
    let server = Server::start(endless).await;
    let outcome = crate::call(&server.url, &PAGE_MORE, json!({"limit": 12, "q": "a b"}))
        .await
        .unwrap();
    assert_eq!(outcome.rate_limit.remaining, Some(3));
    let (rows, cursor, interrupted) = crate::page(outcome);
    assert_eq!(rows.len(), 12);
    assert!(interrupted.is_none());
    assert_eq!(
        server.targets(),
        [
            "/api.acme.example/v1/users?q=a%20b&page=1&size=6",
            "/api.acme.example/v1/users?q=a%20b&page=2&size=6",
            "/api.acme.example/v1/users?q=a%20b&page=3&size=6",
        ]
    );
    let arguments = json!({"limit": 2, "q": "a b", "next_cursor": cursor});
    let (rows, ..) = crate::page(
        crate::call(&server.url, &PAGE_MORE, arguments)
            .await
            .unwrap(),
    );
    assert_eq!(rows, [json!({"id": "4.0"}), json!({"id": "4.1"})]);
}

#[tokio::test]
async fn what_was_gathered_before_a_failure_is_handed_on() {
    let server = Server::start(|received| {
        if received.target.contains("page=3") {
            Reply::new(429, r#"{"message": "slow down"}"#).header("retry-after", "7")
        } else {
            endless(received)
        }
    })
    .await;
    let outcome = crate::call(&server.url, &PAGE_MORE, json!({"limit": 20}))
        .await
        .unwrap();
    assert_eq!(outcome.rate_limit.reset, Some(7));
    let (rows, cursor, interrupted) = crate::page(outcome);
    assert_eq!(rows.len(), 8);
    let error = interrupted.unwrap();
    assert!(error.is_rate_limited());
    assert_eq!(
        error.to_string(),
        "Acme answered 429: slow down. Call again in 7 seconds."
    );
    assert_eq!(server.received().len(), 3, "a 429 is not tried again");

    // The cursor goes on at the page that failed.
    let cursor = cursor.unwrap();
    let arguments = json!({"limit": 20, "next_cursor": cursor});
    let error = crate::call(&server.url, &PAGE_MORE, arguments.clone())
        .await
        .unwrap_err();
    assert!(error.is_rate_limited());
    let server = Server::start(endless).await;
    let (rows, ..) = crate::page(
        crate::call(&server.url, &PAGE_MORE, arguments)
            .await
            .unwrap(),
    );
    assert_eq!(rows[0], json!({"id": "3.0"}));
}

#[tokio::test]
async fn a_failure_of_the_first_page_is_an_error() {
    let server =
        Server::start(|_| Reply::new(503, "<html><body>Down for maintenance</body></html>")).await;
    let error = crate::call(&server.url, &PAGE_MORE, json!({"limit": 20}))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Upstream);
    assert_eq!(error.message, "Acme answered 503: Down for maintenance.");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_bare_list_can_be_cut() {
    let server = Server::start(|_| Reply::new(200, "[1, 2, 3]")).await;
    let (rows, cursor, _) = crate::page(crate::call(&server.url, &BARE, json!({})).await.unwrap());
    assert_eq!((rows.len(), cursor), (3, None));
    let outcome = crate::call(&server.url, &BARE, json!({"limit": 2}))
        .await
        .unwrap();
    let (rows, cursor, _) = crate::page(outcome);
    assert_eq!((rows.len(), cursor.is_some()), (2, true));
    let server = Server::start(|_| Reply::new(204, "")).await;
    let (rows, cursor, _) = crate::page(crate::call(&server.url, &BARE, json!({})).await.unwrap());
    assert_eq!((rows.len(), cursor), (0, None));
}

#[tokio::test]
async fn a_link_to_another_host_is_not_followed() {
    let elsewhere = Server::start(|_| Reply::new(200, r#"{"users": []}"#)).await;
    let link = format!(
        "<{}/api.acme.example/v1/users?page=2>; rel=\"next\"",
        elsewhere.url
    );
    let server =
        Server::start(move |_| Reply::new(200, r#"{"users": [{"id": 1}]}"#).header("link", &link))
            .await;
    let (rows, cursor, interrupted) = crate::page(
        crate::call(&server.url, &LINK, json!({"limit": 5}))
            .await
            .unwrap(),
    );
    assert_eq!((rows.len(), cursor), (1, None));
    assert_eq!(interrupted.unwrap().kind, ErrorKind::Malformed);
    assert_eq!(elsewhere.received().len(), 0);
}

#[tokio::test]
async fn rows_that_are_none_are_named() {
    let server = Server::start(|_| Reply::new(200, r#"{"Users": [], "token": "secret"}"#)).await;
    let error = crate::call(&server.url, &PAGE_MORE, json!({}))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Malformed);
    assert_eq!(error.message, "The answer of Acme has nothing at `users`.");
    assert_eq!(error.status, Some(200));
    assert!(error.body.as_ref().unwrap().contains("Users"));
}
