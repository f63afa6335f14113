//! Accounts that are connected by a login at the vendor.

use serde_json::{Value, json};

use super::person::{Person, query};
use super::{Installation, over_each_store};
use crate::support::Server;
use crate::support::browser::{Browser, encoded};
use crate::support::http::{Answer, send};
use crate::support::orbit_vendor::{asked, requests};

over_each_store! {
    a_login_begins_at_the_vendor
    a_login_connects_an_account
    whoever_did_not_begin_a_login_does_not_end_it
    a_login_is_ended_once
    what_the_vendor_refuses_is_told_and_tried_again
    a_person_may_say_no
    a_parameter_that_stands_there_twice_is_refused
    a_credential_that_is_not_good_connects_nothing
    two_logins_under_one_link_make_one_account
    without_an_application_nobody_is_sent_away
}

async fn a_login_begins_at_the_vendor(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    let page = person
        .browser
        .get(&format!("/connect/orbit?link_token={token}"))
        .await;
    // What asks for no secret comes first, and the other ways stand beside it.
    assert!(page.body.contains("Sign in at Orbit"), "{page:?}");
    for kind in ["bearer", "login", "password", "client_credentials"] {
        assert!(page.body.contains(&format!("kind={kind}\"")), "{page:?}");
    }
    assert!(!page.body.contains(r#"name="connection.org""#), "{page:?}");
    let answer = person
        .offer(&token, "oauth2", &[("connection.data_center", "eu")])
        .await;
    let location = answer.header("location").unwrap();
    assert!(
        location.contains("/login.eu.orbit.example/oauth/authorize?"),
        "{location}"
    );
    let query = query(&answer);
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", &*person.secret("app")),
        (
            "redirect_uri",
            "https://tools.example.com/connect/orbit/callback",
        ),
        ("scope", "me org"),
        ("code_challenge_method", "S256"),
        ("prompt", "consent"),
    ] {
        assert_eq!(query[name], value, "{name}");
    }
    assert_eq!(
        (query["state"].len(), query["code_challenge"].len()),
        (43, 43)
    );
    assert!(!location.contains(&token) && !location.contains("s%26cret"));
    let cookie = answer.header("set-cookie").unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    let (name, verifier) = pair.split_once('=').unwrap();
    assert_eq!(name, format!("toolwright-login-{}", &query["state"][..12]));
    assert!(verifier.len() >= 43 && verifier != query["code_challenge"]);
    assert_eq!(
        attributes,
        "Path=/connect/orbit/callback; Max-Age=600; HttpOnly; SameSite=Lax; Secure"
    );
    // Each login has its own.
    let other = person.leave(&token).await;
    assert_ne!(other["state"], query["state"]);
    assert_ne!(other["code_challenge"], query["code_challenge"]);
}

#[tokio::test]
async fn where_there_is_no_tls_the_cookie_is_sent_all_the_same() {
    let server = Server::start().await;
    let bearer = format!("Authorization: Bearer {}", server.admin().await);
    let json = ["Content-Type: application/json", &bearer];
    let app = json!({ "client_id": "app", "client_secret": "s" }).to_string();
    send(
        server.address,
        "PUT /integration/acme/oauth-app",
        &json,
        &app,
    )
    .await;
    let body = json!({ "integration": "acme" }).to_string();
    let link = send(server.address, "POST /link-token", &json, &body).await;
    let token = link.json()["link_token"].as_str().unwrap().to_owned();
    let fields = [("link_token", &*token), ("kind", "oauth2")];
    let browser = Browser::new(server.address);
    let answer = browser.post("/connect/acme", &fields).await;
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.ends_with("; HttpOnly; SameSite=Lax"), "{cookie}");
    let redirect = format!("http://{}/connect/acme/callback", server.address);
    assert_eq!(query(&answer)["redirect_uri"], redirect);
}

async fn a_login_connects_an_account(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let body = json!({
        "integration": "orbit",
        "tenant_id": "c-7",
        "origin": "https://App.example.com:443",
    });
    let (path, token) = node.link(body).await;
    let page = person.sign_in(&token, "good", &[]).await;
    assert_eq!(page.status, 200, "{page:?}");
    let [account] = &node.accounts().await[..] else {
        panic!()
    };
    for (name, value) in [
        ("integration", json!("orbit")),
        // A name is what a person can read, whatever the vendor says.
        ("name", json!("Orbit (Jane <jane@orbit.example>)")),
        ("tenant_id", json!("c-7")),
        ("authentication_method", json!("oauth2")),
        ("status", json!("active")),
        (
            "connection",
            json!({ "domain": person.unique, "data_center": "us", "org": "one" }),
        ),
    ] {
        assert_eq!(account[name], value, "{name}");
    }
    assert!(
        page.body
            .contains("<b>Orbit (Jane &lt;jane@orbit.example&gt;)</b>"),
        "{page:?}"
    );
    let id = account["id"].as_str().unwrap();
    for attribute in [
        r#"data-origin="https://app.example.com""#.to_owned(),
        format!(r#"data-account="{id}""#),
        r#"data-integration="orbit""#.to_owned(),
    ] {
        assert!(page.body.contains(&attribute), "{attribute}: {page:?}");
    }
    let first = &requests(&person.unique)[0].fields;
    for (name, value) in [
        ("grant_type", "authorization_code"),
        ("code", &*person.secret("good")),
        (
            "redirect_uri",
            "https://tools.example.com/connect/orbit/callback",
        ),
        ("client_secret", "s&cret"),
    ] {
        assert_eq!(first[name], value, "{name}");
    }
    let asked = person.asked();
    assert_eq!(
        asked,
        [
            "login.orbit.example/oauth/token",
            "api.orbit.example/jane/org",
            "api.orbit.example/jane/me",
        ]
    );
    assert_eq!(person.browser.get(&path).await.status, 404);
    // Where nobody waits for it there is no script.
    let token = person.link().await;
    let page = person.sign_in(&token, "good", &[]).await;
    assert!(
        page.status == 200 && !page.body.contains("<script"),
        "{page:?}"
    );
}

async fn whoever_did_not_begin_a_login_does_not_end_it(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    let query = person.leave(&token).await;
    let code = person.secret("good");
    let good = [("code", &*code), ("state", &*query["state"])];
    let path = format!("/connect/orbit/callback?{}", encoded(&good));
    let refused = |answer: Answer| {
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(
            answer.body.contains("did not begin this login"),
            "{answer:?}"
        );
    };
    // Another browser has no cookie, or that of another login.
    let stranger = Person {
        browser: node.browser(),
        unique: person.unique.clone(),
        ..person
    };
    refused(stranger.browser.get(&path).await);
    let other = stranger.link().await;
    let began = stranger.leave(&other).await;
    refused(stranger.browser.get(&path).await);
    let name = format!("Cookie: toolwright-login-{}", &query["state"][..12]);
    for verifier in ["", "x", &began["code_challenge"]] {
        let cookie = format!("{name}={verifier}");
        refused(send(node.address, &format!("GET {path}"), &[&cookie], "").await);
    }
    // The same beginning is not the same state.
    let wrong = format!("{}{}", &query["state"][..42], "!");
    for state in [wrong.as_str(), "", "x", &query["state"][..12]] {
        refused(person.back(&[("code", &code), ("state", state)]).await);
    }
    refused(person.back(&[("code", &code)]).await);
    // A login at one vendor is not ended at the address of another.
    let answer = person.browser.get(&path.replace("orbit", "acme")).await;
    refused(answer);
    assert!(asked(&person.unique).is_empty() && node.accounts().await.is_empty());
    // The link is as good as before.
    assert_eq!(person.sign_in(&token, "good", &[]).await.status, 200);
}

async fn a_login_is_ended_once(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    let query = person.leave(&token).await;
    let code = person.secret("good");
    let told = [("code", &*code), ("state", &*query["state"])];
    let backs = (0..8).map(|_| person.back(&told));
    let statuses = futures_util::future::join_all(backs).await;
    let mut statuses: Vec<u16> = statuses.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400, 400, 400, 400, 400, 400, 400]);
    assert_eq!(person.back(&told).await.status, 400);
    assert_eq!(node.accounts().await.len(), 1);
    // The code was shown to the vendor once.
    assert_eq!(person.asked().len(), 3, "{:?}", person.asked());
}

async fn what_the_vendor_refuses_is_told_and_tried_again(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    for (word, status, reason) in [
        (
            "stale",
            400,
            "&lt;script&gt;alert('[redacted]')&lt;/script&gt; is stale",
        ),
        ("said", 400, "Orbit refused: invalid_grant."),
        ("down", 502, "Orbit answered 503 (down): Come again."),
        ("busy", 429, "Slower"),
    ] {
        let page = person.sign_in(&token, word, &[]).await;
        assert_eq!(page.status, status, "{page:?}");
        assert!(page.body.contains(reason), "{page:?}");
        assert!(page.body.contains("Open the link again"), "{page:?}");
        for hidden in ["<script", &*person.unique, "s&amp;cret"] {
            assert!(!page.body.contains(hidden), "{hidden}: {page:?}");
        }
    }
    assert!(node.accounts().await.is_empty());
    assert_eq!(person.sign_in(&token, "good", &[]).await.status, 200);
    assert_eq!(node.accounts().await.len(), 1);
}

async fn a_person_may_say_no(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    let long = "x".repeat(5000);
    for (told, shown) in [
        (vec![("error", "server_error")], "server_error"),
        (
            vec![
                ("error", "access_denied"),
                ("error_description", "<i>No</i>"),
            ],
            "&lt;i&gt;No&lt;/i&gt;",
        ),
        (
            vec![("error", "access_denied"), ("code", "good-x")],
            "access: it was refused there. Open the link again",
        ),
        (vec![("error", &*long)], "xxx"),
        (
            vec![("error", "no"), ("error_description", "You said no.")],
            "access: You said no. Open the link again",
        ),
        (vec![], "did not give access, and did not say why. Open"),
    ] {
        let state = person.leave(&token).await["state"].clone();
        let told = [&told[..], &[("state", &state)]].concat();
        let page = person.back(&told).await;
        assert_eq!(page.status, 400, "{page:?}");
        assert!(
            page.body.contains(shown) && page.body.len() < 2000,
            "{page:?}"
        );
    }
    assert!(person.asked().is_empty());
    assert_eq!(person.sign_in(&token, "good", &[]).await.status, 200);
}

async fn a_parameter_that_stands_there_twice_is_refused(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    let code = person.secret("good");
    for twice in [("code", &*code), ("location", "eu"), ("error", "no")] {
        let state = person.leave(&token).await["state"].clone();
        let told = [("code", &*code), ("state", &state), twice, twice];
        let page = person.back(&told).await;
        assert_eq!(page.status, 400, "{twice:?}: {page:?}");
    }
    let state = person.leave(&token).await["state"].clone();
    let told = [("code", &*code), ("state", &*state), ("state", &*state)];
    assert_eq!(person.back(&told).await.status, 400);
    assert!(person.asked().is_empty());
}

async fn a_credential_that_is_not_good_connects_nothing(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    let page = person.sign_in(&token, "bad", &[]).await;
    assert_eq!(page.status, 400, "{page:?}");
    let reason = "Orbit answered 401 (no_token): &lt;b&gt;Nobody&lt;/b&gt; has this token.";
    assert!(page.body.contains(reason), "{page:?}");
    assert!(node.accounts().await.is_empty());
    // What nobody uses does not live on at the vendor.
    let asked = requests(&person.unique);
    let last = asked.last().unwrap();
    assert_eq!(last.path, "oauth/revoke");
    assert_eq!(last.fields["token"], person.secret("fresh"));
    assert_eq!(person.sign_in(&token, "good", &[]).await.status, 200);
}

async fn two_logins_under_one_link_make_one_account(installation: Installation) {
    let node = installation.node().await;
    let person = Person::new(&node).await;
    let token = person.link().await;
    // The one that began last is the one that goes on.
    let first = person.leave(&token).await["state"].clone();
    let second = person.leave(&token).await["state"].clone();
    let code = person.secret("good");
    let one = [("code", &*code), ("state", &*first)];
    let two = [("code", &*code), ("state", &*second)];
    let (one, two) = tokio::join!(person.back(&one), person.back(&two));
    assert_eq!((one.status, two.status), (400, 200));
    assert_eq!(node.accounts().await.len(), 1);
}

async fn without_an_application_nobody_is_sent_away(installation: Installation) {
    let node = installation.node().await;
    let body = json!({ "integration": "orbit", "connection": { "domain": "jane" } });
    let (path, token) = node.link(body).await;
    let page = node.browser().get(&path).await;
    assert!(!page.body.contains("Sign in at Orbit"), "{page:?}");
    let fields = [("link_token", &*token), ("kind", "oauth2")];
    let answer = node.browser().post("/connect/orbit", &fields).await;
    assert_eq!((answer.status, answer.header("location")), (400, None));
    assert!(
        answer.body.contains("This is no way to connect"),
        "{answer:?}"
    );
    assert_eq!(node.accounts().await, [Value::Null; 0]);
}
