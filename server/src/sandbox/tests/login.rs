//! A user name and a password for a token.

use serde_json::{Value, json};
use toolwright_runtime::table::{
    Auth, Catalogue, CredentialKind, Integration, Login, LoginBody, PathPart, Step,
};

use super::client::{Reply, send};
use super::fixture::ACME;
use crate::sandbox::{Fault, Injection, Sandbox, SandboxError};

const LOGIN: Login = Login {
    description: "",
    host: 3,
    path: &[
        PathPart::Literal("/"),
        PathPart::Connection("tenant"),
        PathPart::Literal("/login"),
    ],
    body: LoginBody::Form,
    username: "name",
    password: "word",
    token: &[Step::Key("session"), Step::Index(0), Step::Key("token")],
};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
const MULTIPART: &str = "Content-Type: multipart/form-data; boundary=cut";
const JSON: &str = "Content-Type: application/json";
const URL: &str = "/acme/login/login.acme.eu/acme/login";

async fn start(body: LoginBody, data: Value) -> Result<Sandbox, SandboxError> {
    let mut text: Value = serde_json::from_str(ACME.sandbox.unwrap()).unwrap();
    text["login"] = data;
    let login = Box::leak(Box::new(Login { body, ..LOGIN }));
    let credentials = Box::leak(Box::new([
        CredentialKind::Bearer { description: "" },
        CredentialKind::Login(login),
    ]));
    let integration: &'static Integration = Box::leak(Box::new(Integration {
        auth: Auth {
            credentials,
            ..ACME.auth
        },
        sandbox: Some(Box::leak(text.to_string().into())),
        ..ACME
    }));
    let integrations = Box::leak(Box::new([integration]));
    Sandbox::start(Box::leak(Box::new(Catalogue { integrations }))).await
}

async fn log_in(sandbox: &Sandbox, kind: &str, body: &str) -> Reply {
    send(sandbox, "POST", URL, &[kind], body).await
}

/// The status of a call with a token.
async fn called(sandbox: &Sandbox, token: &str) -> u16 {
    let header = format!("X-Auth: Acme {token}");
    let path = "/acme/api/eu.acme.example/whole";
    send(sandbox, "GET", path, &[&header], "").await.status
}

#[tokio::test]
async fn the_right_pair_gives_a_token_in_each_form_of_body() {
    let part = |name: &str| {
        format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nsandbox-acme\r\n")
    };
    let parts = format!("{}{}--cut--\r\n", part("name"), part("word"));
    let document = json!({ "name": "sandbox-acme", "word": "sandbox-acme" }).to_string();
    let form = "name=sandbox-acme&word=sandbox-acme";
    for (written, kind, body) in [
        (LoginBody::Form, FORM, form),
        (LoginBody::Multipart, MULTIPART, &parts),
        (LoginBody::Json, JSON, &document),
    ] {
        let answer = json!({ "session": [{ "old": true }], "status": "OK" });
        let sandbox = start(written, json!({ "answer": answer })).await.unwrap();
        let reply = log_in(&sandbox, kind, body).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let answer = reply.json();
        assert_eq!(answer["status"], "OK");
        let token = answer["session"][0]["token"].as_str().unwrap().to_owned();
        assert_eq!(called(&sandbox, &token).await, 200);
        assert_eq!(called(&sandbox, "access-1").await, 401);
        let other = if written == LoginBody::Form {
            JSON
        } else {
            FORM
        };
        assert_eq!(log_in(&sandbox, other, body).await.status, 400);

        let again = log_in(&sandbox, kind, body).await.json();
        assert_ne!(again["session"][0]["token"], token);
        sandbox
            .inject(Injection::new("acme", Fault::ExpireTokens))
            .unwrap();
        assert_eq!(called(&sandbox, &token).await, 401);
        assert_eq!(called(&sandbox, "sandbox-acme").await, 200);
    }
}

#[tokio::test]
async fn any_other_pair_is_refused() {
    let plain = start(LoginBody::Form, Value::Null).await.unwrap();
    let refused = json!({ "refused": { "status": 403, "body": { "message": "no" } } });
    let own = start(LoginBody::Form, refused).await.unwrap();
    for pair in [
        "name=sandbox-acme&word=wrong",
        "name=wrong&word=sandbox-acme",
        "name=&word=",
    ] {
        assert_eq!(log_in(&plain, FORM, pair).await.status, 401, "{pair}");
        let reply = log_in(&own, FORM, pair).await;
        assert_eq!(
            (reply.status, reply.json()),
            (403, json!({ "message": "no" }))
        );
    }
    for lacking in ["name=sandbox-acme", "word=sandbox-acme", ""] {
        assert_eq!(log_in(&plain, FORM, lacking).await.status, 400, "{lacking}");
    }
    let right = "name=sandbox-acme&word=sandbox-acme";
    let token = log_in(&plain, FORM, right).await.json()["session"][0]["token"].clone();
    assert_eq!(called(&plain, token.as_str().unwrap()).await, 200);
}

#[tokio::test]
async fn a_login_is_at_its_own_address() {
    let sandbox = start(LoginBody::Form, Value::Null).await.unwrap();
    let right = "name=sandbox-acme&word=sandbox-acme";
    for (method, path) in [
        ("GET", URL),
        ("POST", "/acme/login/login.acme.eu/login"),
        ("POST", "/acme/login/login.acme.eu/other/login"),
        ("POST", "/acme/login/login.acme.example/acme/login"),
        ("POST", "/acme/api/eu.acme.example/acme/login"),
    ] {
        let reply = send(&sandbox, method, path, &[FORM], right).await;
        assert_eq!(reply.status, 401, "{method} {path}");
    }
}

#[tokio::test]
async fn faults_spare_a_login_unless_it_is_named() {
    let sandbox = start(LoginBody::Form, Value::Null).await.unwrap();
    let right = "name=sandbox-acme&word=sandbox-acme";
    let fault = Injection::new("acme", Fault::Throttle).always();
    sandbox.inject(fault.clone()).unwrap();
    assert_eq!(log_in(&sandbox, FORM, right).await.status, 200);
    sandbox.inject(fault.at("/acme/login")).unwrap();
    assert_eq!(log_in(&sandbox, FORM, right).await.status, 429);
    let refresh = Injection::new("acme", Fault::EndRefreshTokens);
    assert!(sandbox.inject(refresh).is_err());
}
