//! What whoever observes a call is shown.

use std::sync::Arc;

use serde_json::json;
use toolwright_runtime::account::{BoxFuture, Credential, Credentials};
use toolwright_runtime::error::{Error, ErrorKind};
use toolwright_runtime::send::Answer;
use toolwright_runtime::table::*;
use toolwright_runtime::usage::Usage;

use crate::server::{Reply, Server};
use crate::tables::OPERATION;

/// Its path needs a connection field that the vendor is asked for.
static USERS: Operation = Operation {
    path: &[
        PathPart::Literal("/v1/"),
        PathPart::Connection("org"),
        PathPart::Literal("/users"),
    ],
    response: Response {
        at: &[Step::Key("users")],
        form: ResponseForm::Rows {
            missing_is_empty: false,
        },
        shape: Shape::Any,
    },
    ..OPERATION
};

/// A token that dies once.
struct Renewed;

impl Credentials for Renewed {
    fn current(&self) -> BoxFuture<'_, Result<Credential, Error>> {
        Box::pin(async { Ok(Credential::Token("dead-token".into())) })
    }

    fn renew<'a>(&'a self, _: &'a Credential) -> BoxFuture<'a, Result<Option<Credential>, Error>> {
        Box::pin(async { Ok(Some(Credential::Token("new-token".into()))) })
    }
}

/// What was shown while the answer to `/users` was that: status, body, and the kind of error.
async fn shown(body: &'static str) -> Vec<(u16, String, Option<ErrorKind>)> {
    let server = Server::start(move |request| {
        let is_dead = request.headers["authorization"].contains("dead");
        match request.target.ends_with("/users") {
            true if is_dead => Reply::new(400, r#"{"error": {"code": 2000}}"#),
            true => Reply::new(200, body),
            false => Reply::new(200, r#"{"me": {"org": 12}}"#),
        }
    });
    let server = server.await;
    let mut shown = Vec::new();
    let mut observe = |answer: &Answer, error: Option<&Error>| {
        let body = String::from_utf8(answer.body.to_vec()).unwrap();
        shown.push((answer.status, body, error.map(|error| error.kind)));
    };
    let account = crate::account_with(Arc::new(Renewed));
    let (caller, mut usage) = (crate::caller(&server.url), Usage::default());
    let arguments = crate::object(json!({}));
    let called = caller.call_and_observe(&account, &USERS, &arguments, &mut usage, &mut observe);
    let _ = called.await;
    assert_eq!(usage.requests, 3);
    shown
}

#[tokio::test]
async fn each_answer_of_the_operation_is_shown_and_no_other() {
    let shown = shown(r#"{"users": [{"t": "new-token"}]}"#).await;
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert_eq!(
        (shown[0].0, shown[0].2),
        (400, Some(ErrorKind::Unauthorized))
    );
    // Without the credential, as everything that leaves the call path.
    assert!(!shown[1].1.contains("new-token"), "{shown:?}");
    assert!(shown[1].1.starts_with(r#"{"users": [{"t": "#), "{shown:?}");
    assert_eq!((shown[1].0, shown[1].2), (200, None));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_shown_with_its_error() {
    for body in ["<html>", r#"{"rows": []}"#] {
        let shown = shown(body).await;
        let last = shown.last().unwrap();
        assert_eq!(last, &(200, body.to_owned(), Some(ErrorKind::Malformed)));
    }
}
