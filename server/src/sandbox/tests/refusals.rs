//! How the vendor says no.

use serde_json::json;
use toolwright_runtime::table::{Catalogue, Errors, Integration, Step};

use super::client::{API, TOKEN, get, json, send};
use super::fixture::ACME;
use super::sandbox;
use crate::sandbox::Sandbox;

#[tokio::test]
async fn a_wrong_credential_is_refused_first() {
    let sandbox = sandbox().await;
    let wrong = [
        "X-Auth: sandbox-acme",
        "X-Auth: Acme other",
        "Authorization: Acme sandbox-acme",
    ];
    for header in wrong {
        for path in ["/users", "/users/x.json", "/nothing"] {
            let reply = send(&sandbox, "GET", &format!("{API}{path}"), &[header], "").await;
            assert_eq!(
                (reply.status, reply.json()),
                (401, json!({"error": "who are you?"}))
            );
            assert_eq!(reply.header("WWW-Authenticate"), Some("Acme"));
            assert_eq!(reply.header("X-Calls-Left"), Some("0"));
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let sandbox = sandbox().await;
    for (path, key) in [
        ("/users/u-999.json", "u-999"),
        ("/nothing", "/nothing"),
        ("/users/", "/users/"),
        ("/orgs/78/teams/red/users?kind=active", "78"),
        ("/orgs/77/teams/green/users?kind=active", "green"),
        ("/files/a/b", "a/b"),
    ] {
        let reply = get(&sandbox, path).await;
        assert_eq!(
            (reply.status, &reply.json()["key"]),
            (404, &json!(key)),
            "{path}"
        );
        assert_eq!(reply.json()["error"], format!("no {key}"));
    }
    for method in ["POST", "HEAD", "OPTIONS", "TRACE"] {
        let reply = send(&sandbox, method, &format!("{API}/whole"), &[TOKEN], "").await;
        assert_eq!(reply.status, 404, "{method}");
    }
}

#[tokio::test]
async fn what_has_no_answer_says_so_where_errors_are_read() {
    static ENVELOPED: Integration = Integration {
        errors: Errors {
            message: &[
                &[Step::Key("causes"), Step::Index(1)],
                &[Step::Key("errors"), Step::Each, Step::Key("text")],
            ],
            ..ACME.errors
        },
        ..ACME
    };
    static CATALOGUE: Catalogue = Catalogue {
        integrations: &[&ENVELOPED],
    };
    let text =
        "the simulated vendor of Acme has no answer for silent: its method has no `sandbox:`";
    let reply = get(&sandbox().await, "/users/u-000.json").await;
    assert_eq!((reply.status, &*reply.text), (501, text));
    let enveloped = Sandbox::start(&CATALOGUE).await.unwrap();
    let reply = get(&enveloped, "/users/u-000.json").await;
    assert_eq!(
        (reply.status, reply.json()),
        (501, json!({"errors": [{"text": text}]}))
    );
    // Another method makes the same request as one that is answered.
    assert_eq!(get(&enveloped, "/teams/red/first").await.status, 200);
}

#[tokio::test]
async fn arguments_of_another_form_are_refused() {
    let sandbox = sandbox().await;
    let refused = async |path: &str, text: &str| {
        let reply = get(&sandbox, path).await;
        assert_eq!((reply.status, &*reply.text), (400, text), "{path}");
        assert_eq!(reply.header("Content-Type"), Some("text/html"));
    };
    refused("/users/7.json", "<p>id: 7 is not a valid user id</p>").await;
    refused("/orgs/77/teams/red/users", "<p>kind is missing</p>").await;
    refused(
        "/cursor?after=e30%3D",
        "<p>after is not a token of this list</p>",
    )
    .await;
    refused("/cursor?after=", "<p>after is not a token of this list</p>").await;
    let token = get(&sandbox, "/mixed?size=1").await.json()["info"]["next"].clone();
    let path = format!(
        "/cursor?after={}",
        token.as_str().unwrap().replace('=', "%3D")
    );
    refused(&path, "<p>after is not a token of this list</p>").await;
}

#[tokio::test]
async fn bodies_of_another_form_are_refused() {
    let sandbox = sandbox().await;
    let send = async |kind: &str, body: &str| {
        let headers = [TOKEN, kind];
        let reply = send(&sandbox, "POST", &format!("{API}/users"), &headers, body).await;
        assert_eq!(reply.status, 400, "{body}");
        reply.text
    };
    let form = "Content-Type: application/x-www-form-urlencoded";
    let kind = "Content-Type: application/json; charset=utf-8";
    assert!(
        send(form, "email=a")
            .await
            .contains("not of the type application/json")
    );
    assert!(send(kind, "{").await.contains("not JSON"));
    assert!(
        send(kind, r#"{"email": "a"}"#)
            .await
            .contains("has no users[0]")
    );
    assert!(
        send(kind, r#"{"users": ["a"]}"#)
            .await
            .contains("not an object")
    );
    assert!(
        send(kind, r#"{"users": [{"email": "a"}]}"#)
            .await
            .contains("name.first is missing")
    );
    let body = json!({"users": [{"id": "u-001", "email": "a", "name": {"first": "A"}}]});
    let reply = json(&sandbox, "POST", "/users", &body).await;
    assert_eq!(reply.text, "<p>id: \"u-001\" is taken</p>");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let sandbox = sandbox().await;
    let reply = json(&sandbox, "POST", "/users", &json!("x".repeat(1 << 20))).await;
    assert_eq!(reply.status, 413);
}
