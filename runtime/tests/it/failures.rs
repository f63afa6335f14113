//! Dead tokens, discovered connection fields, and what never happens twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use secrecy::ExposeSecret as _;
use serde_json::json;
use toolwright_runtime::account::{BoxFuture, Credential, Credentials};
use toolwright_runtime::error::{Error, ErrorKind};
use toolwright_runtime::table::*;

use crate::server::{Received, Reply, Server};
use crate::tables::OPERATION;

static ORG: Operation = Operation {
    path: &[
        PathPart::Literal("/orgs/"),
        PathPart::Connection("org"),
        PathPart::Literal("/users.json"),
    ],
    ..OPERATION
};

/// Credentials that can be renewed: `token-0`, `token-1`, …
#[derive(Default)]
struct Renewable {
    renewals: AtomicU32,
    refuses: bool,
}

impl Credentials for Renewable {
    fn current(&self) -> BoxFuture<'_, Result<Credential, Error>> {
        let number = self.renewals.load(Ordering::SeqCst);
        Box::pin(async move { Ok(Credential::Token(format!("token-{number}").into())) })
    }

    fn renew<'a>(
        &'a self,
        dead: &'a Credential,
    ) -> BoxFuture<'a, Result<Option<Credential>, Error>> {
        let number = self.renewals.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            assert!(
                matches!(dead, Credential::Token(t) if t.expose_secret() == format!("token-{number}"))
            );
            if self.refuses {
                return Err(Error::new(
                    ErrorKind::Unauthorized,
                    "Connect the account again.",
                ));
            }
            self.current().await.map(Some)
        })
    }
}

/// A vendor to which all tokens below that number are dead, and which says so with a 400.
fn dead_below(alive: u32) -> impl Fn(&Received) -> Reply + Send + Sync {
    move |received| {
        let token = received.headers.get("authorization").unwrap();
        let number: u32 = token.rsplit('-').next().unwrap().parse().unwrap();
        if number < alive {
            let body = json!({"error": {"code": 2000, "message": format!("Dead: {token}")}});
            Reply::new(400, body.to_string())
        } else {
            Reply::new(204, "")
        }
    }
}

#[tokio::test]
async fn a_dead_token_is_renewed_once() {
    let server = Server::start(dead_below(1)).await;
    let credentials = Arc::new(Renewable::default());
    let account = crate::account_with(Arc::clone(&credentials) as Arc<dyn Credentials>);
    let caller = crate::caller(&server.url);
    caller
        .call(&account, &OPERATION, &crate::object(json!({})))
        .await
        .unwrap();
    assert_eq!(server.received().len(), 2);
    assert_eq!(credentials.renewals.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_token_that_stays_dead_is_an_error_without_the_token() {
    let server = Server::start(dead_below(9)).await;
    let account = crate::account_with(Arc::new(Renewable::default()));
    let caller = crate::caller(&server.url);
    let error = caller
        .call(&account, &OPERATION, &crate::object(json!({})))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.status),
        (ErrorKind::Unauthorized, Some(400))
    );
    assert_eq!(server.received().len(), 2, "one more try, and no more");
    // The vendor echoes the header; the error does not.
    assert!(error.message.contains("[redacted]"), "{error}");
    assert!(!format!("{error:?}").contains("token-1"), "{error:?}");
}

#[tokio::test]
async fn without_a_way_to_renew_it_the_vendors_error_comes() {
    let server = Server::start(|_| Reply::new(400, r#"{"error": {"code": "2000"}}"#)).await;
    let error = crate::call(&server.url, &OPERATION, json!({}))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthorized);
    assert_eq!(server.received().len(), 1);
    let account = crate::account_with(Arc::new(Renewable {
        refuses: true,
        ..Renewable::default()
    }));
    let caller = crate::caller(&server.url);
    let error = caller
        .call(&account, &OPERATION, &crate::object(json!({})))
        .await
        .unwrap_err();
    assert_eq!(error.message, "Connect the account again.");
}

#[tokio::test]
async fn nothing_else_is_tried_again() {
    for status in [400, 401, 403, 404, 409, 429, 500, 502, 503, 504] {
        let server =
            Server::start(move |_| Reply::new(status, "{}").header("retry-after", "0")).await;
        let error = crate::call(&server.url, &OPERATION, json!({}))
            .await
            .unwrap_err();
        assert_eq!((server.received().len(), error.status), (1, Some(status)));
    }
}

#[tokio::test]
async fn a_connection_field_is_asked_for_once() {
    let server = Server::start(|received| match received.target.as_str() {
        "/api.acme.example/me" => Reply::new(200, r#"{"me": {"org": 77}}"#),
        _ => Reply::new(204, ""),
    })
    .await;
    let account = crate::account();
    let caller = crate::caller(&server.url);
    let nothing = crate::object(json!({}));
    let call = || caller.call(&account, &ORG, &nothing);
    let (a, b, c) = tokio::join!(call(), call(), call());
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    let targets = server.targets();
    assert_eq!(
        targets
            .iter()
            .filter(|target| target.ends_with("/me"))
            .count(),
        1,
        "{targets:?}"
    );
    let others = targets
        .iter()
        .filter(|target| *target == "/api.acme.example/orgs/77/users.json");
    assert_eq!(others.count(), 3, "{targets:?}");
    assert_eq!(
        account.connection().get("org").map(String::as_str),
        Some("77")
    );
}

#[tokio::test]
async fn a_connection_field_that_cannot_be_found_is_an_error() {
    for (status, body, kind) in [
        (200, r#"{"me": {}}"#, ErrorKind::Malformed),
        (200, r#"{"me": {"org": "../admin"}}"#, ErrorKind::Malformed),
        (204, "", ErrorKind::Malformed),
        (403, "{}", ErrorKind::Forbidden),
    ] {
        let server = Server::start(move |_| Reply::new(status, body)).await;
        let error = crate::call(&server.url, &ORG, json!({})).await.unwrap_err();
        assert_eq!(error.kind, kind, "{body}: {error}");
        assert_eq!(server.targets(), ["/api.acme.example/me"]);
    }
}

#[tokio::test]
async fn wrong_arguments_are_refused_before_anything_is_sent() {
    let server = Server::start(|_| Reply::new(204, "")).await;
    let error = crate::call(&server.url, &ORG, json!({"x": 1}))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::InvalidArgument);
    assert_eq!(server.received().len(), 0);
}
