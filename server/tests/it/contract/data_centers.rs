//! Where an account lives: a login tells, and only what the definition declares is believed.

use serde_json::{Value, json};

use super::person::Person;
use super::{Installation, over_each_store};

over_each_store! {
    a_login_tells_the_data_center
    an_unknown_data_center_is_refused_before_anything_is_sent
    an_unknown_data_center_of_the_tokens_is_refused
    a_password_tells_the_data_center_too
}

const EU: &str = "https://login.eu.orbit.example";
const US: &str = "https://login.orbit.example";

async fn a_login_tells_the_data_center(installation: Installation) {
    let node = installation.node().await;
    let slash = format!("{EU}/");
    for (told, center) in [
        (vec![], "us"),
        (vec![("location", "eu")], "eu"),
        (vec![("accounts-server", EU)], "eu"),
        (vec![("location", "eu"), ("accounts-server", &*slash)], "eu"),
        (vec![("location", "us"), ("accounts-server", US)], "us"),
    ] {
        let person = Person::new(&node).await;
        let token = person.link().await;
        let page = person.sign_in(&token, "good", &told).await;
        assert_eq!(page.status, 200, "{told:?}: {page:?}");
        let account = node.accounts().await.pop().unwrap();
        assert_eq!(account["connection"]["data_center"], center, "{told:?}");
        let host = match center {
            "us" => "orbit.example",
            _ => "eu.orbit.example",
        };
        let asked = person.asked();
        assert_eq!(
            asked,
            [
                format!("login.{host}/oauth/token"),
                format!("api.{host}/jane/org"),
                format!("api.{host}/jane/me"),
            ]
        );
    }
}

async fn an_unknown_data_center_is_refused_before_anything_is_sent(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    for told in [
        vec![("location", "mars")],
        vec![("location", "")],
        vec![("location", "EU")],
        vec![("accounts-server", "https://evil.example")],
        vec![(
            "accounts-server",
            "https://login.orbit.example.evil.example",
        )],
        vec![(
            "accounts-server",
            "https://evil.example/https://login.orbit.example",
        )],
        vec![(
            "accounts-server",
            "https://login.orbit.example@evil.example",
        )],
        vec![("accounts-server", "http://login.orbit.example")],
        vec![("accounts-server", "https://login.orbit.example:8443")],
        vec![("location", "us"), ("accounts-server", EU)],
        vec![("location", "eu"), ("accounts-server", US)],
        vec![("location", "us"), ("accounts-server", "<script>")],
    ] {
        let page = person.sign_in(&token, "good", &told).await;
        assert_eq!(page.status, 502, "{told:?}: {page:?}");
        let sentence = "Nothing was sent there. Open the link again";
        assert!(page.body.contains(sentence), "{page:?}");
        assert!(!page.body.contains("<script"), "{page:?}");
    }
    assert!(person.asked().is_empty(), "{:?}", person.asked());
    assert!(node.accounts().await.is_empty());
    assert_eq!(person.sign_in(&token, "good", &[]).await.status, 200);
}

async fn an_unknown_data_center_of_the_tokens_is_refused(installation: Installation) {
    let node = installation.node().await;
    // An unknown one, and another one than that of the login.
    for (word, shown) in [("lost", "evil.example"), ("moved", "API.eu.orbit.example")] {
        let person = Person::new(&node).await;
        let token = person.link().await;
        let page = person.sign_in(&token, word, &[("location", "us")]).await;
        assert_eq!(page.status, 502, "{page:?}");
        assert!(page.body.contains(shown), "{page:?}");
        // What was given is given back where it came from, and shown to nobody else.
        let asked = person.asked();
        let here = [
            "login.orbit.example/oauth/token",
            "login.orbit.example/oauth/revoke",
        ];
        assert_eq!(asked, here);
    }
    assert!(node.accounts().await.is_empty());
    let person = Person::new(&node).await;
    let token = person.link().await;
    let page = person.sign_in(&token, "moved", &[("location", "eu")]).await;
    assert_eq!(page.status, 200, "{page:?}");
}

async fn a_password_tells_the_data_center_too(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let body = json!({
        "integration": "orbit",
        "connection": { "domain": person.unique, "data_center": "us" },
        "credentials": {
            "type": "password",
            "username": "jane",
            "password": person.secret("moved"),
        },
    });
    let refusal = node.expect(502, "POST /integrated-account", body).await;
    let message = refusal["message"].as_str().unwrap();
    assert!(
        message.contains("no data center that is known here"),
        "{message}"
    );
    assert_eq!(node.accounts().await, [Value::Null; 0]);
    assert_eq!(
        person.asked().last().unwrap(),
        "login.orbit.example/oauth/revoke"
    );
}
