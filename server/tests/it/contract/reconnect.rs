//! Accounts that are connected again.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::person::{Person, me};
use super::{Installation, Node, over_each_store};

over_each_store! {
    an_account_that_is_connected_again_stays_the_same
    another_account_is_refused
    an_account_may_have_moved
    a_call_that_fails_tells_where_to_connect_again
    calls_that_fail_share_one_link
    a_link_that_is_used_is_not_told_again
    whoever_is_connected_again_meanwhile_is_not_sent_away
}

impl Person<'_> {
    /// An account whose refresh token is as good as the word says, and the token of an MCP server.
    pub(crate) async fn account(&self, refresh: &str) -> (String, String) {
        let body = json!({
            "integration": "orbit",
            "name": "Sales",
            "connection": { "domain": self.unique, "data_center": "us", "org": "one" },
            "credentials": {
                "type": "oauth2",
                "access_token": self.secret("dead"),
                "refresh_token": self.secret(refresh),
                "expires_at": "2026-01-01T00:00:00Z",
            },
        });
        let made = self
            .node
            .expect(201, "POST /integrated-account", body)
            .await;
        let id = made["id"].as_str().unwrap().to_owned();
        let (_, token) = self.node.server(&id, json!({})).await;
        (id, token)
    }

    /// The token of a link to connect an account again.
    async fn link_to(&self, id: &str) -> String {
        let body = json!({ "integration": "orbit", "integrated_account_id": id });
        self.node.link(body).await.1
    }
}

/// The text of a call that fails.
pub(crate) async fn failure(node: &Node, token: &str) -> String {
    let result = me(node, token).await;
    assert_eq!(result["isError"], true, "{result}");
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

/// The address in a text, without the server's.
fn address(text: &str) -> String {
    let (_, rest) = text
        .split_once("https://tools.example.com")
        .unwrap_or_else(|| panic!("{text}"));
    let end = rest.find([',', ' ', '"', '\\']).unwrap_or(rest.len());
    rest[..end].to_owned()
}

async fn status(node: &Node, id: &str) -> Value {
    let start = format!("GET /integrated-account/{id}");
    node.expect(200, &start, Value::Null).await["status"].clone()
}

async fn an_account_that_is_connected_again_stays_the_same(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let (id, token) = person.account("said").await;
    failure(&node, &token).await;
    assert_eq!(status(&node, &id).await, "needs_reauth");
    let link = person.link_to(&id).await;
    let page = person
        .browser
        .get(&format!("/connect/orbit?link_token={link}"))
        .await;
    // What the account has settled, nobody is asked again.
    assert!(!page.body.contains("connection."), "{page:?}");
    let page = person.sign_in(&link, "good", &[("location", "us")]).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(status(&node, &id).await, "active");
    assert_eq!(me(&node, &token).await["isError"], false);
    let [account] = &node.accounts().await[..] else {
        panic!()
    };
    assert_eq!(
        (&account["id"], &account["name"]),
        (&json!(id), &json!("Sales"))
    );
    let log = node.expect(
        200,
        "GET /log?action=integrated_account.update",
        Value::Null,
    );
    let line = log.await["result"][0].clone();
    assert_eq!(
        (&line["integrated_account_id"], &line["client_name"]),
        (&json!(id), &json!("Mozilla"))
    );
    // The link is used.
    assert_eq!(person.offer(&link, "oauth2", &[]).await.status, 404);
    // Another way does as well.
    let link = person.link_to(&id).await;
    let good = person.secret("good");
    let page = person.offer(&link, "bearer", &[("token", &good)]).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(node.accounts().await[0]["authentication_method"], "bearer");
}

async fn another_account_is_refused(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let (id, token) = person.account("said").await;
    failure(&node, &token).await;
    let link = person.link_to(&id).await;
    let sentence = "This is another account of Orbit than the one that is connected again.";
    // Another organization, here and in another data centre.
    for told in [vec![], vec![("location", "eu")]] {
        let page = person.sign_in(&link, "other", &told).await;
        assert_eq!(page.status, 400, "{page:?}");
        assert!(page.body.contains(sentence), "{page:?}");
        assert_eq!(status(&node, &id).await, "needs_reauth");
        // Its tokens are given back.
        let last = person.asked().pop().unwrap();
        assert!(last.ends_with("oauth/revoke"), "{last}");
    }
    let other = person.secret("other");
    let page = person.offer(&link, "bearer", &[("token", &other)]).await;
    assert!(
        page.status == 400 && page.body.contains(sentence),
        "{page:?}"
    );
    // The domain cannot be another one: the account has settled it.
    let fields = [
        ("token", &*person.secret("good")),
        ("connection.domain", "another"),
    ];
    let page = person.offer(&link, "bearer", &fields).await;
    assert_eq!(page.status, 200, "{page:?}");
    let connection = &node.accounts().await[0]["connection"];
    assert_eq!(connection["domain"], person.unique);
}

async fn an_account_may_have_moved(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let (id, token) = person.account("said").await;
    failure(&node, &token).await;
    let link = person.link_to(&id).await;
    let page = person.sign_in(&link, "good", &[("location", "eu")]).await;
    assert_eq!(page.status, 200, "{page:?}");
    let account = &node.accounts().await[0];
    assert_eq!(
        (&account["id"], &account["connection"]["data_center"]),
        (&json!(id), &json!("eu"))
    );
    assert_eq!(status(&node, &id).await, "active");
}

async fn a_call_that_fails_tells_where_to_connect_again(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let (id, token) = person.account("stale").await;
    let text = failure(&node, &token).await;
    assert!(
        text.contains("Orbit has ended the connection of this account"),
        "{text}"
    );
    assert!(!text.contains(&person.unique), "{text}");
    let path = address(&text);
    let page = person.browser.get(&path).await;
    assert!(
        page.body.contains("<h1>Connect Orbit again</h1>"),
        "{page:?}"
    );
    let (_, link) = path.split_once("link_token=").unwrap();
    let page = person.sign_in(link, "good", &[]).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(status(&node, &id).await, "active");
    assert_eq!(me(&node, &token).await["isError"], false);
    // The refresh token was shown to the vendor once, and the code once.
    let asked = person.asked();
    let tokens = asked.iter().filter(|asked| asked.ends_with("oauth/token"));
    assert_eq!(tokens.count(), 2, "{asked:?}");
}

async fn calls_that_fail_share_one_link(installation: Installation) {
    let (one, two) = (installation.node().await, installation.node().await);
    let person = Person::new(&one).await;
    let (_, token) = person.account("said").await;
    let calls = (0..50).map(|number| failure(if number % 2 == 0 { &one } else { &two }, &token));
    let texts = futures_util::future::join_all(calls).await;
    let addresses: BTreeSet<String> = texts.iter().map(|text| address(text)).collect();
    // At the turn of the hour there may be two.
    assert!(addresses.len() <= 2, "{addresses:?}");
    assert_eq!(person.asked(), ["login.orbit.example/oauth/token"]);
    installation
        .execute(&format!(
            "DELETE FROM link WHERE id IN (SELECT id FROM link LIMIT {})",
            addresses.len()
        ))
        .await;
    for path in &addresses {
        assert_eq!(
            person.browser.get(path).await.status,
            404,
            "there was one row each"
        );
    }
}

async fn a_link_that_is_used_is_not_told_again(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let (id, token) = person.account("said").await;
    let first = address(&failure(&node, &token).await);
    let (_, link) = first.split_once("link_token=").unwrap();
    // The next refresh token is as bad, and the vendor does not like the access token either.
    let good = person.secret("good");
    person.offer(link, "bearer", &[("token", &good)]).await;
    assert_eq!(status(&node, &id).await, "active");
    let body = json!({ "credentials": {
        "type": "oauth2",
        "access_token": person.secret("dead"),
        "refresh_token": person.secret("said"),
    } });
    node.expect(200, &format!("PATCH /integrated-account/{id}"), body)
        .await;
    let second = address(&failure(&node, &token).await);
    assert_ne!(first, second);
    assert_eq!(person.browser.get(&first).await.status, 404);
    assert_eq!(person.browser.get(&second).await.status, 200);
}

async fn whoever_is_connected_again_meanwhile_is_not_sent_away(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let (id, token) = person.account("late").await;
    let again = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let credentials = json!({ "type": "bearer", "token": person.secret("good") });
        let body = json!({ "credentials": credentials });
        let start = format!("PATCH /integrated-account/{id}");
        node.expect(200, &start, body).await
    };
    let (result, _) = tokio::join!(me(&node, &token), again);
    assert_eq!(result["isError"], false, "{result}");
    assert_eq!(status(&node, &id).await, "active");
}
