//! User names and passwords that are exchanged for tokens.

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use toolwright_runtime::error::ErrorKind;
use toolwright_runtime::table::*;

use crate::oauth::{caller, connection, pairs, vendor};
use crate::server::{Received, Reply, Server};

const LOGIN: Login = Login {
    description: "Somebody's password.",
    host: 0,
    path: &[
        PathPart::Literal("/v1/"),
        PathPart::Connection("domain"),
        PathPart::Literal("/login"),
    ],
    body: LoginBody::Form,
    username: "mail",
    password: "pass word",
    token: &[Step::Key("meta"), Step::Key("token")],
};

static FORM: Integration = vendor(&[CredentialKind::Login(&LOGIN)]);
static MULTIPART: Integration = vendor(&[CredentialKind::Login(&Login {
    body: LoginBody::Multipart,
    ..LOGIN
})]);
static JSON: Integration = vendor(&[CredentialKind::Login(&Login {
    body: LoginBody::Json,
    ..LOGIN
})]);
static NONE: Integration = vendor(&[]);

const PASSWORD: &str = "p&ss\"wörd\r\n--x";

async fn log_in(
    integration: &'static Integration,
    status: u16,
    body: &'static str,
) -> (
    Result<String, toolwright_runtime::error::Error>,
    Vec<Received>,
) {
    let server = Server::start(move |_| Reply::new(status, body)).await;
    let caller = caller(&server.url);
    let password = PASSWORD.into();
    let connection = connection();
    let token = caller.log_in(integration, &connection, "jane@moon", &password);
    let token = token.await.map(|token| token.expose_secret().to_owned());
    (token, server.received())
}

const GIVEN: &str = r#"{"meta":{"token":"t-1"}}"#;

#[tokio::test]
async fn a_body_is_written_as_the_vendor_wants_it() {
    for (integration, kind) in [
        (&FORM, "application/x-www-form-urlencoded"),
        (&MULTIPART, "multipart/form-data"),
        (&JSON, "application/json"),
    ] {
        let (token, received) = log_in(integration, 200, GIVEN).await;
        assert_eq!(token.unwrap(), "t-1");
        let [received] = &received[..] else {
            panic!("one request")
        };
        assert_eq!(
            (received.method.as_str(), received.target.as_str()),
            ("POST", "/jane.moon.example/v1/jane/login")
        );
        let content_type = &received.headers["content-type"];
        let (sent, boundary) = content_type
            .split_once("; boundary=")
            .unwrap_or((content_type, ""));
        assert_eq!(sent, kind);
        let expected = [("mail", "jane@moon"), ("pass word", PASSWORD)];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let body = received.body.as_str();
        match kind {
            "application/json" => {
                let body: Value = serde_json::from_str(body).unwrap();
                assert_eq!(body, json!({ "mail": "jane@moon", "pass word": PASSWORD }));
            }
            "multipart/form-data" => assert_eq!(parts(body, boundary), expected),
            _ => assert_eq!(pairs(body), expected),
        }
    }
}

/// The parts of a multipart body.
fn parts(body: &str, boundary: &str) -> Vec<(String, String)> {
    let end = format!("--{boundary}--\r\n");
    let body = body.strip_suffix(&end).unwrap();
    let start = format!("--{boundary}\r\n");
    let parts = body.split(&start).skip(1);
    let part = |part: &str| {
        let (head, value) = part.split_once("\r\n\r\n").unwrap();
        let name = head.strip_prefix("Content-Disposition: form-data; name=\"");
        let name = name.unwrap().strip_suffix('"').unwrap();
        (
            name.to_owned(),
            value.strip_suffix("\r\n").unwrap().to_owned(),
        )
    };
    parts.map(part).collect()
}

#[tokio::test]
async fn a_vendor_that_says_no_is_heard_and_the_password_is_not() {
    let echo = r#"{"error":"no","error_description":"not p&ss\"w\u00f6rd\r\n--x, jane@moon"}"#;
    let (token, _) = log_in(&FORM, 401, echo).await;
    let error = token.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthorized);
    assert_eq!(
        error.message,
        "Moon answered 401: not [redacted], jane@moon."
    );
    assert!(!error.body.as_ref().unwrap().contains("p&ss"), "{error:?}");
    let (token, _) = log_in(&FORM, 200, r#"{"error":"busy"}"#).await;
    assert_eq!(token.unwrap_err().kind, ErrorKind::RateLimited);
}

#[tokio::test]
async fn an_answer_without_a_token_is_no_login() {
    for body in [
        "",
        "welcome",
        "{}",
        r#"{"meta":{"token":""}}"#,
        r#"{"meta":{"token":null}}"#,
        r#"{"meta":{"token":["t-1"]}}"#,
    ] {
        let (token, received) = log_in(&JSON, 200, body).await;
        let error = token.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed, "{body}: {error}");
        assert_eq!(error.message, "Moon answered without `meta.token`.");
        assert_eq!(received.len(), 1);
    }
    let (token, received) = log_in(&NONE, 200, GIVEN).await;
    assert_eq!(token.unwrap_err().kind, ErrorKind::Internal);
    assert!(received.is_empty());
}
