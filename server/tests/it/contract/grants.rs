//! Accounts that an API client connects with what is exchanged: passwords, and applications that act for
//! themselves.

use serde_json::{Value, json};

use super::person::{Person, me};
use super::{Installation, faults, over_each_store};
use crate::support::orbit_vendor::requests;

over_each_store! {
    the_api_takes_what_is_exchanged
    the_api_tells_why_the_vendor_refuses
    what_is_wrong_with_an_exchange_is_told_field_by_field
    an_application_renews_its_token_without_another
    a_changed_account_is_exchanged_for_too
}

/// A body for `POST /integrated-account`.
fn account(person: &Person<'_>, credentials: Value) -> Value {
    let connection = json!({ "domain": person.unique });
    json!({ "integration": "orbit", "connection": connection, "credentials": credentials })
}

async fn the_api_takes_what_is_exchanged(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let own = format!("app-own{}", person.unique);
    let (right, good) = (person.secret("right"), person.secret("good"));
    for (credentials, method) in [
        (
            json!({ "type": "login", "username": "jane", "password": right }),
            "bearer",
        ),
        (
            json!({ "type": "password", "username": "jane", "password": good }),
            "oauth2",
        ),
        (
            json!({ "type": "client_credentials" }),
            "client_credentials",
        ),
        (
            json!({ "type": "client_credentials", "client_id": own, "client_secret": "hush" }),
            "client_credentials",
        ),
    ] {
        let body = account(&person, credentials.clone());
        let made = node.expect(201, "POST /integrated-account", body).await;
        assert_eq!(made["authentication_method"], method, "{credentials}");
        let id = made["id"].as_str().unwrap();
        let (_, token) = node.server(id, json!({})).await;
        assert_eq!(me(&node, &token).await["isError"], false, "{credentials}");
    }
    let clients = requests(&person.unique);
    let clients = clients.iter().filter(|asked| {
        let grant = asked.fields.get("grant_type");
        grant.is_some_and(|grant| grant == "client_credentials")
    });
    let clients: Vec<_> = clients.map(|asked| &asked.fields["client_id"]).collect();
    // The tokens end at once, so each is replaced for its first call.
    let app = person.secret("app");
    assert_eq!(clients, [&app, &app, &own, &own]);
    for hidden in [&right, &good, "hush"] {
        assert!(!installation.holds(hidden).await, "{hidden}");
    }
}

async fn the_api_tells_why_the_vendor_refuses(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let secret = |word| person.secret(word);
    for (credentials, status, reason) in [
        (
            json!({ "type": "login", "username": "jane", "password": secret("wrong") }),
            400,
            "Orbit answered 403 (no_entry): Nobody has the password [redacted].",
        ),
        (
            json!({ "type": "password", "username": "jane", "password": secret("stale") }),
            400,
            "Orbit answered 400 (invalid_grant): <script>alert('[redacted]')</script> is stale.",
        ),
        (
            json!({ "type": "client_credentials", "client_id": secret("said"), "client_secret": "s" }),
            400,
            "Orbit refused: invalid_grant.",
        ),
        (
            json!({ "type": "password", "username": "jane", "password": secret("down") }),
            502,
            "Orbit answered 503 (down): Come again.",
        ),
        (
            json!({ "type": "password", "username": "jane", "password": secret("busy") }),
            429,
            "Orbit answered 429 (busy): Slower.",
        ),
    ] {
        let body = account(&person, credentials.clone());
        let refusal = node.expect(status, "POST /integrated-account", body).await;
        let message = refusal["message"].as_str().unwrap();
        assert!(message.starts_with(reason), "{refusal}");
        assert!(!message.contains(&person.unique), "{refusal}");
    }
    for (word, wait) in [("busy", None), ("wait", Some("200"))] {
        let credentials =
            json!({ "type": "password", "username": "jane", "password": secret(word) });
        let body = account(&person, credentials);
        let refusal = node.ask("POST /integrated-account", body).await;
        assert_eq!((refusal.status, refusal.header("retry-after")), (429, wait));
    }
    assert!(node.accounts().await.is_empty());
    // Nobody has registered an application.
    installation
        .execute("DELETE FROM secret WHERE name = 'oauth-app:orbit'")
        .await;
    let body = account(&person, json!({ "type": "client_credentials" }));
    let refusal = node.expect(400, "POST /integrated-account", body).await;
    let message = refusal["message"].as_str().unwrap();
    assert!(
        message.contains("PUT /integration/orbit/oauth-app"),
        "{refusal}"
    );
}

async fn what_is_wrong_with_an_exchange_is_told_field_by_field(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    for (credentials, fields) in [
        (
            json!({ "type": "login" }),
            vec!["credentials.username", "credentials.password"],
        ),
        (
            json!({ "type": "password", "username": "jane", "password": "" }),
            vec!["credentials.password"],
        ),
        (
            json!({ "type": "client_credentials", "client_id": "a" }),
            vec!["credentials.client_id"],
        ),
        (
            json!({ "type": "client_credentials", "client_secret": "hush" }),
            vec!["credentials.client_id"],
        ),
        (
            json!({ "type": "client_credentials", "token": "hush" }),
            vec!["credentials.token"],
        ),
    ] {
        let body = account(&person, credentials);
        let refusal = node.expect(400, "POST /integrated-account", body).await;
        assert_eq!(faults(&refusal), fields, "{refusal}");
        assert!(!refusal.to_string().contains("hush"), "{refusal}");
    }
    // An integration takes what its definition says.
    for kind in ["login", "password", "client_credentials"] {
        let mut credentials = json!({ "type": kind });
        if kind != "client_credentials" {
            credentials["username"] = json!("jane");
            credentials["password"] = json!("hush");
        }
        let body = json!({ "integration": "acme", "credentials": credentials });
        let refusal = node.expect(400, "POST /integrated-account", body).await;
        assert_eq!(faults(&refusal), ["credentials.type"], "{refusal}");
    }
    assert!(person.asked().is_empty());
}

async fn an_application_renews_its_token_without_another(installation: Installation) {
    let (one, two) = (installation.node().await, installation.node().await);
    let person = Person::new(&one).await;
    let body = account(&person, json!({ "type": "client_credentials" }));
    let made = one.expect(201, "POST /integrated-account", body).await;
    let (_, token) = one.server(made["id"].as_str().unwrap(), json!({})).await;
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let tokens = || {
        let asked = person.asked().into_iter();
        asked.filter(|asked| asked.ends_with("oauth/token")).count()
    };
    assert_eq!(tokens(), 1);
    // The second token lives on for all that come at once.
    let calls = (0..20).map(|number| me(if number % 2 == 0 { &one } else { &two }, &token));
    for result in futures_util::future::join_all(calls).await {
        assert_eq!(result["isError"], false, "{result}");
    }
    assert_eq!(tokens(), 2);
}

async fn a_changed_account_is_exchanged_for_too(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let bearer = json!({ "type": "bearer", "token": person.secret("good") });
    let made = node
        .expect(201, "POST /integrated-account", account(&person, bearer))
        .await;
    let start = format!("PATCH /integrated-account/{}", made["id"].as_str().unwrap());
    for (credentials, method) in [
        (
            json!({ "type": "login", "username": "j", "password": person.secret("right") }),
            "bearer",
        ),
        (
            json!({ "type": "password", "username": "j", "password": person.secret("good") }),
            "oauth2",
        ),
        (
            json!({ "type": "client_credentials" }),
            "client_credentials",
        ),
    ] {
        let body = json!({ "credentials": credentials });
        let changed = node.expect(200, &start, body).await;
        assert_eq!(changed["authentication_method"], method);
    }
    let stale = person.secret("stale");
    let credentials = json!({ "type": "password", "username": "j", "password": stale });
    let body = json!({ "name": "Other", "credentials": credentials });
    node.expect(400, &start, body).await;
    let account = &node.accounts().await[0];
    assert_eq!(account["authentication_method"], "client_credentials");
    assert_eq!(account["name"], "Orbit");
}
