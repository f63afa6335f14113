//! Accounts that are connected with what somebody types or an API client sends: tokens, passwords, and
//! applications that act for themselves.

use serde_json::{Value, json};

use super::connect::Person;
use super::{Installation, faults, over_each_store};
use crate::support::http::send;
use crate::support::orbit_vendor::requests;
use crate::support::request;

over_each_store! {
    a_token_is_pasted
    a_password_is_exchanged_and_not_kept
    a_password_is_a_grant_too
    an_application_of_ones_own_is_kept
    what_was_typed_is_kept_but_for_secrets
    what_is_missing_is_asked_for_again
    a_link_is_not_tried_forever
    the_api_takes_what_is_exchanged
    the_api_tells_why_the_vendor_refuses
    what_is_wrong_with_an_exchange_is_told_field_by_field
    an_application_renews_its_token_without_another
    a_changed_account_is_exchanged_for_too
}

impl Installation {
    /// Whether a text stands in the store as it is.
    async fn holds(&self, text: &str) -> bool {
        match &self.database_url {
            Some(url) => {
                let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
                    .await
                    .unwrap();
                tokio::spawn(connection);
                let rows = client
                    .query(
                        "SELECT query_to_xml('SELECT * FROM integrated_account', true, true, '')::text
                         || query_to_xml('SELECT * FROM link', true, true, '')::text
                         || query_to_xml('SELECT * FROM call_log', true, true, '')::text
                         || query_to_xml('SELECT * FROM secret', true, true, '')::text",
                        &[],
                    )
                    .await
                    .unwrap();
                rows[0].get::<_, String>(0).contains(text)
            }
            None => {
                let files = std::fs::read_dir(self.folder.path()).unwrap();
                let mut files = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
                files.any(|bytes| {
                    bytes
                        .windows(text.len())
                        .any(|part| part == text.as_bytes())
                })
            }
        }
    }
}

async fn a_token_is_pasted(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    let bad = person.secret("bad");
    let page = person.offer(&token, "bearer", &[("token", &bad)]).await;
    assert_eq!(page.status, 400, "{page:?}");
    assert!(page.body.contains("Orbit answered 401"), "{page:?}");
    assert!(!page.body.contains(&bad) && node.accounts().await.is_empty());
    // People paste more than the token.
    let good = format!(" {} ", person.secret("good"));
    let page = person.offer(&token, "bearer", &[("token", &good)]).await;
    assert_eq!(page.status, 200, "{page:?}");
    let account = &node.accounts().await[0];
    assert_eq!(account["authentication_method"], "bearer");
    assert_eq!(account["connection"]["org"], "one");
    assert!(!installation.holds(&person.secret("good")).await);
    // A token that a person pasted is theirs, and not ended.
    assert!(!person.asked().iter().any(|asked| asked.contains("oauth")));
}

async fn a_password_is_exchanged_and_not_kept(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    let wrong = person.secret("wrong");
    let jane = ("username", "jane@orbit.example");
    let page = person
        .offer(&token, "login", &[jane, ("password", &wrong)])
        .await;
    assert_eq!(page.status, 400, "{page:?}");
    assert!(
        page.body.contains("Nobody has the password [redacted]"),
        "{page:?}"
    );
    assert!(!page.body.contains(&wrong), "{page:?}");
    assert!(
        page.body.contains(r#"value="jane@orbit.example""#),
        "{page:?}"
    );
    let right = person.secret("right");
    let page = person
        .offer(&token, "login", &[jane, ("password", &right)])
        .await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(node.accounts().await[0]["authentication_method"], "bearer");
    let shown = &requests(&person.unique)[1];
    assert_eq!(shown.host, "login.orbit.example");
    assert_eq!(shown.fields["user"], "jane@orbit.example");
    assert_eq!(shown.fields["pass"], right);
    for hidden in [&right, &wrong, &person.secret("logged")] {
        assert!(!installation.holds(hidden).await, "{hidden}");
    }
    assert!(
        installation.holds(&person.unique).await,
        "the connection field"
    );
}

async fn a_password_is_a_grant_too(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    let password = person.secret("good");
    let fields = [("username", "jane"), ("password", &*password)];
    let page = person.offer(&token, "password", &fields).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(node.accounts().await[0]["authentication_method"], "oauth2");
    let shown = &requests(&person.unique)[0].fields;
    for (name, value) in [
        ("grant_type", "password"),
        ("username", "jane"),
        ("scope", "me org"),
        ("client_id", &person.secret("app")),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    assert!(!installation.holds(&password).await);
}

async fn an_application_of_ones_own_is_kept(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    let own = format!("app-own{}", person.unique);
    let fields = [("client_id", &*own), ("client_secret", "hush-hush")];
    let page = person.offer(&token, "client_credentials", &fields).await;
    assert_eq!(page.status, 200, "{page:?}");
    let account = &node.accounts().await[0];
    assert_eq!(account["authentication_method"], "client_credentials");
    let shown = &requests(&person.unique)[0].fields;
    for (name, value) in [
        ("grant_type", "client_credentials"),
        ("client_id", &own),
        ("client_secret", "hush-hush"),
        ("scope", "me org"),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    assert!(!installation.holds("hush-hush").await);
}

async fn what_was_typed_is_kept_but_for_secrets(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    let fields = [
        ("link_token", &*token),
        ("kind", "password"),
        ("connection.domain", "not a \"domain\""),
        ("connection.data_center", "eu"),
        ("connection.org", "two"),
        ("username", "<jane>"),
        ("password", "hush-hush"),
    ];
    let page = person.browser.post("/connect/orbit", &fields).await;
    assert_eq!(page.status, 400, "{page:?}");
    for part in [
        r#"role="alert">The connection field `domain` must match"#,
        r#"value="not a &quot;domain&quot;""#,
        r#"<option value="eu" selected>eu</option>"#,
        r#"value="&lt;jane&gt;""#,
        r#"name="kind" value="password""#,
    ] {
        assert!(page.body.contains(part), "{part}: {page:?}");
    }
    assert!(!page.body.contains("hush") && person.asked().is_empty());
    // What the vendor tells, or the link has settled, nobody types.
    let body = json!({ "integration": "orbit", "connection": { "domain": person.unique } });
    let (_, token) = node.link(body).await;
    let good = person.secret("good");
    let fields = [
        ("link_token", &*token),
        ("kind", "bearer"),
        ("connection.domain", "another"),
        ("connection.org", "two"),
        ("token", &good),
    ];
    let page = person.browser.post("/connect/orbit", &fields).await;
    assert_eq!(page.status, 200, "{page:?}");
    let connection = &node.accounts().await[0]["connection"];
    assert_eq!(
        connection,
        &json!({ "domain": person.unique, "data_center": "us", "org": "one" })
    );
}

async fn what_is_missing_is_asked_for_again(installation: Installation) {
    let node = installation.node().await;
    let (_, token) = node.link(json!({ "integration": "acme" })).await;
    let person = Person::new(&node).await;
    let orbit = person.link().await;
    let acme = [("link_token", &*token), ("kind", "bearer"), ("token", "  ")];
    for fields in [&acme[..2], &acme] {
        let page = node.browser().post("/connect/acme", fields).await;
        assert_eq!(page.status, 400, "{page:?}");
        assert!(page.body.contains("Access token is missing."), "{page:?}");
    }
    let page = person.offer(&orbit, "client_credentials", &[]).await;
    assert_eq!(page.status, 400, "{page:?}");
    let sentence = "Client id is missing. Client secret is missing.";
    assert!(page.body.contains(sentence), "{page:?}");
    assert!(person.asked().is_empty() && node.accounts().await.is_empty());
}

async fn a_link_is_not_tried_forever(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    let wrong = person.secret("wrong");
    let fields = [("username", "jane"), ("password", &*wrong)];
    for number in 0..20 {
        let page = person.offer(&token, "login", &fields).await;
        assert_eq!(page.status, 400, "{number}: {page:?}");
    }
    let right = person.secret("right");
    let fields = [("username", "jane"), ("password", &*right)];
    for kind in ["login", "oauth2", "bearer"] {
        let fields = [&fields[..], &[("token", &*right)]].concat();
        let page = person.offer(&token, kind, &fields).await;
        assert_eq!(page.status, 404, "{kind}: {page:?}");
        assert!(page.body.contains("was tried too often"), "{page:?}");
    }
    assert_eq!(person.asked().len(), 20);
    assert!(node.accounts().await.is_empty());
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
    // The tokens live for a second, so each is replaced for its first call.
    let app = person.secret("app");
    assert_eq!(clients, [&app, &app, &own, &own]);
    for hidden in [&right, &good, "hush"] {
        assert!(!installation.holds(hidden).await, "{hidden}");
    }
}

/// Calls the tool of an MCP server.
pub(crate) async fn me(node: &super::Node, token: &str) -> Value {
    let params = json!({ "name": "orbit_me_read", "arguments": {} });
    let json = ["Content-Type: application/json"];
    let start = format!("POST /mcp/{token}");
    let answer = send(node.address, &start, &json, &request("tools/call", params)).await;
    let mut result = answer.json()["result"].clone();
    if result.get("isError").is_none() {
        result["isError"] = json!(false);
    }
    result
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
