//! Access tokens that cannot be replaced now: the vendor is asked again after a rest, and not before.

use serde_json::json;
use tokio::time::Duration;

use super::person::{Person, me};
use super::reconnect::failure;
use super::{Installation, over_each_store};

over_each_store! {
    after_a_failure_nobody_asks_for_a_while
    a_token_that_is_still_good_is_used_meanwhile
    a_vendor_that_was_asked_too_often_rests_longer
    a_rest_does_not_outlive_a_new_connection
}

impl Installation {
    /// Lets that much time pass for leases and rests.
    async fn pass(&self, time: Duration) {
        let milliseconds = time.as_millis();
        let statement =
            format!("UPDATE integrated_account SET lease_until = lease_until - {milliseconds}");
        self.execute(&statement).await;
    }
}

async fn after_a_failure_nobody_asks_for_a_while(installation: Installation) {
    let (one, two) = (installation.node().await, installation.node().await);
    let person = Person::new(&one).await;
    let (_, token) = person.account("down").await;
    let reason = "Orbit answered 503 (down): Come again.";
    let text = failure(&one, &token).await;
    assert!(
        text.contains(reason) && !text.contains(&person.unique),
        "{text}"
    );
    for node in [&one, &two, &one] {
        let text = failure(node, &token).await;
        assert!(text.contains(reason), "{text}");
        assert!(
            text.contains("A new access token is asked for again in "),
            "{text}"
        );
    }
    assert_eq!(person.asked().len(), 1);
    // Then it is asked again, by one of many.
    installation.pass(Duration::from_secs(5)).await;
    let calls = (0..10).map(|number| failure(if number % 2 == 0 { &one } else { &two }, &token));
    for text in futures_util::future::join_all(calls).await {
        assert!(text.contains(reason), "{text}");
    }
    assert_eq!(person.asked().len(), 2);
}

async fn a_token_that_is_still_good_is_used_meanwhile(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let (id, token) = person.account("down").await;
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(50);
    let credentials = json!({
        "type": "oauth2",
        "access_token": person.secret("good"),
        "refresh_token": person.secret("down"),
        "expires_at": soon.to_string(),
    });
    let body = json!({ "credentials": credentials });
    node.expect(200, &format!("PATCH /integrated-account/{id}"), body)
        .await;
    let refreshes = || {
        let asked = person.asked().into_iter();
        asked.filter(|asked| asked.ends_with("oauth/token")).count()
    };
    for rests in 1..=3 {
        for _ in 0..4 {
            assert_eq!(me(&node, &token).await["isError"], false);
        }
        assert_eq!(refreshes(), rests);
        installation.pass(Duration::from_secs(5)).await;
    }
}

async fn a_vendor_that_was_asked_too_often_rests_longer(installation: Installation) {
    let node = installation.node().await;
    for (word, seconds) in [("busy", 60), ("wait", 200)] {
        let person = Person::new(&node).await;
        let (id, token) = person.account(word).await;
        assert!(failure(&node, &token).await.contains("Slower"));
        installation.pass(Duration::from_secs(seconds - 5)).await;
        let text = failure(&node, &token).await;
        assert!(
            text.contains("Slower") && text.contains("again in "),
            "{text}"
        );
        assert_eq!(person.asked().len(), 1);
        installation.pass(Duration::from_secs(5)).await;
        failure(&node, &token).await;
        assert_eq!(person.asked().len(), 2);
        // Nobody has to connect it again.
        let account = node
            .expect(
                200,
                &format!("GET /integrated-account/{id}"),
                serde_json::Value::Null,
            )
            .await;
        assert_eq!(account["status"], "active");
    }
}

async fn a_rest_does_not_outlive_a_new_connection(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let (id, token) = person.account("down").await;
    failure(&node, &token).await;
    let credentials = json!({
        "type": "oauth2",
        "access_token": person.secret("dead"),
        "refresh_token": person.secret("good"),
        "expires_at": "2026-01-01T00:00:00Z",
    });
    let body = json!({ "credentials": credentials });
    node.expect(200, &format!("PATCH /integrated-account/{id}"), body)
        .await;
    assert_eq!(me(&node, &token).await["isError"], false);
}
