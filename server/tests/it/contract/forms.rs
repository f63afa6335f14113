//! Accounts that are connected with what somebody types: tokens, passwords, and applications of their
//! own.

use serde_json::json;

use super::person::Person;
use super::{Installation, over_each_store};
use crate::support::orbit_vendor::requests;

over_each_store! {
    a_token_is_pasted
    a_password_is_exchanged_and_not_kept
    a_password_is_a_grant_too
    an_application_of_ones_own_is_kept
    what_was_typed_is_kept_but_for_secrets
    what_is_missing_is_asked_for_again
    a_link_is_not_tried_forever
}

impl Installation {
    /// Whether a text stands in the store as it is.
    pub(crate) async fn holds(&self, text: &str) -> bool {
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
        r#"role="alert">Please check: Domain. It looks like <code>jane</code>."#,
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
