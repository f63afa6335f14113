//! The token endpoint, and how tokens end.

use super::*;

#[tokio::test]
async fn the_token_endpoint_says_no() {
    let sandbox = regional().await;
    let good = |code: String| {
        vec![
            ("grant_type".to_owned(), "authorization_code".to_owned()),
            ("code".to_owned(), code),
        ]
    };
    for (change, error) in [
        (("client_id", "other"), "invalid_client"),
        (("client_secret", ""), "invalid_client"),
        (("client_secret", "wrong"), "bad_secret"),
        (("grant_type", ""), "invalid_request"),
        (("grant_type", "implicit"), "unsupported_grant_type"),
        (("code", ""), "invalid_request"),
        (("code", "made-up"), "invalid_code"),
        (("redirect_uri", "http://127.0.0.1/other"), "invalid_grant"),
        (("code_verifier", ""), "invalid_code"),
        (("code_verifier", "wrong"), "invalid_code"),
    ] {
        let form = good(code(&sandbox, EU, "decision=accept").await);
        let mut form: Vec<(&str, &str)> =
            form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        form.push(change);
        let reply = token(&sandbox, EU, &form).await;
        assert_eq!(
            (reply.status, reply.json()),
            (200, json!({ "error": error })),
            "{change:?}"
        );
    }
    let form = "grant_type=password&grant_type=password";
    for (kind, body) in [(FORM, form), ("Content-Type: application/json", "{}")] {
        let reply = send(
            &sandbox,
            "POST",
            &format!("{EU}/oauth/token"),
            &[kind],
            body,
        )
        .await;
        assert_eq!(reply.json(), json!({ "error": "invalid_request" }));
    }
}

#[tokio::test]
async fn the_token_endpoint_throttles_in_its_own_way() {
    let throttle = Injection::new("acme", Fault::Throttle);
    for (sandbox, status) in [(regional().await, 400), (plain().await, 429)] {
        sandbox.inject(throttle.clone().always()).unwrap();
        // Signing in is spared unless it is named.
        assert_ne!(token(&sandbox, EU, &[]).await.status, status);
        assert_eq!(called(&sandbox, "eu", &json!("sandbox-acme")).await, 429);
        sandbox.inject(throttle.clone().at("/oauth/token")).unwrap();
        assert_eq!(token(&sandbox, EU, &[]).await.status, status);
    }
}

#[tokio::test]
async fn grants_without_a_browser() {
    let sandbox = regional().await;
    let known = [("username", "sandbox-acme"), ("password", "sandbox-acme")];
    let tokens = token(
        &sandbox,
        EU,
        &[&[("grant_type", "password")], &known[..]].concat(),
    )
    .await;
    assert!(tokens.json()["refresh_token"].is_string());
    assert_eq!(
        called(&sandbox, "eu", &tokens.json()["access_token"]).await,
        200
    );
    let wrong = [
        ("grant_type", "password"),
        ("username", "sandbox-acme"),
        ("password", "x"),
    ];
    assert_eq!(
        token(&sandbox, EU, &wrong).await.json()["error"],
        "invalid_code"
    );
    let own = token(&sandbox, EU, &[("grant_type", "client_credentials")])
        .await
        .json();
    assert_eq!(own.get("refresh_token"), None);
    assert_eq!(called(&sandbox, "eu", &own["access_token"]).await, 200);
}

#[tokio::test]
async fn kinds_of_token_differ_in_life_and_refresh() {
    let sandbox = regional().await;
    let mut answers = Vec::new();
    for kind in 0..3 {
        let code = code(&sandbox, EU, &format!("decision=accept&tokens={kind}")).await;
        let grant = [("grant_type", "authorization_code"), ("code", &*code)];
        answers.push(token(&sandbox, EU, &grant).await.json());
    }
    let lives = answers
        .iter()
        .map(|answer| answer.get("expires_in").cloned());
    assert_eq!(
        lives.collect::<Vec<_>>(),
        [Some(json!(3600)), Some(json!(86400)), None]
    );
    assert_eq!(answers[2].get("refresh_token"), None);
    // The second kind is rotated: each refresh token is good once.
    let first = answers[1]["refresh_token"].as_str().unwrap();
    let grant = [("grant_type", "refresh_token"), ("refresh_token", first)];
    let renewed = token(&sandbox, EU, &grant).await.json();
    assert_ne!(renewed["refresh_token"], answers[1]["refresh_token"]);
    assert_eq!(
        token(&sandbox, EU, &grant).await.json()["error"],
        "invalid_code"
    );
    // Without what the definition adds to the request there is no refresh token.
    let reply = decide(
        &sandbox,
        EU,
        &asked(&[("access_type", "")]),
        "decision=accept",
    )
    .await;
    let (_, redirect) = told(&reply);
    let grant = [
        ("grant_type", "authorization_code"),
        ("code", redirect.get("code").unwrap()),
    ];
    assert_eq!(
        token(&sandbox, EU, &grant)
            .await
            .json()
            .get("refresh_token"),
        None
    );
}

#[tokio::test]
async fn accounts_move() {
    let sandbox = regional().await;
    let granted = sandbox.grant("acme").unwrap();
    let access = json!(granted.access_token.expose_secret());
    let refresh = granted.refresh_token.unwrap();
    let renew = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.expose_secret()),
    ];
    let moved = Injection::new("acme", Fault::ChangeDataCenter);
    // By way of a center in which nothing is called.
    for _ in 0..2 {
        sandbox.inject(moved.clone()).unwrap();
        assert_eq!(called(&sandbox, "eu", &access).await, 401);
    }
    assert_eq!(called(&sandbox, "us", &access).await, 200);
    assert!(token(&sandbox, EU, &renew).await.json()["access_token"].is_null());
    assert!(token(&sandbox, US, &renew).await.json()["access_token"].is_string());
    // After the last center comes the first.
    sandbox.inject(moved).unwrap();
    assert_eq!(called(&sandbox, "eu", &access).await, 200);
    assert!(sandbox.faults().is_empty());
}

#[tokio::test]
async fn tokens_end() {
    let sandbox = regional().await;
    let granted = sandbox.grant("acme").unwrap();
    let access = json!(granted.access_token.expose_secret());
    let refresh = granted.refresh_token.unwrap();
    let renew = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.expose_secret()),
    ];
    assert_eq!(called(&sandbox, "eu", &access).await, 200);

    sandbox
        .inject(Injection::new("acme", Fault::ExpireTokens))
        .unwrap();
    assert_eq!(called(&sandbox, "eu", &access).await, 401);
    assert_eq!(called(&sandbox, "eu", &json!("sandbox-acme")).await, 200);
    let renewed = token(&sandbox, EU, &renew).await.json()["access_token"].clone();
    assert_eq!(called(&sandbox, "eu", &renewed).await, 200);

    let revoke = async |login: &str, form: &str| {
        send(
            &sandbox,
            "POST",
            &format!("{login}/oauth/revoke"),
            &[FORM],
            form,
        )
        .await
    };
    let form = format!("token={}", refresh.expose_secret());
    // Elsewhere the token is unknown, which is no failure.
    assert_eq!(revoke(US, &form).await.status, 200);
    assert_eq!(called(&sandbox, "eu", &renewed).await, 200);
    assert_eq!(revoke(EU, &form).await.status, 200);
    assert_eq!(called(&sandbox, "eu", &renewed).await, 401);
    assert_eq!(
        token(&sandbox, EU, &renew).await.json()["error"],
        "invalid_code"
    );
    assert_eq!(revoke(EU, "").await.json()["error"], "invalid_request");

    let refresh = sandbox.grant("acme").unwrap().refresh_token.unwrap();
    sandbox
        .inject(Injection::new("acme", Fault::EndRefreshTokens))
        .unwrap();
    let renew = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.expose_secret()),
    ];
    assert_eq!(
        token(&sandbox, EU, &renew).await.json()["error"],
        "invalid_code"
    );
}

#[tokio::test]
async fn a_plain_vendor_does_as_the_standard_says() {
    let sandbox = plain().await;
    let asking = asked(&[("code_challenge", ""), ("code_challenge_method", "")]);
    let page = send(
        &sandbox,
        "GET",
        &format!("{EU}/oauth/token?{asking}"),
        &[],
        "",
    )
    .await;
    assert!(
        page.text.contains("action=\"token/consent?"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("<select"), "{}", page.text);
    let path = format!("{EU}/oauth/token/consent?{asking}");
    let (_, redirect) = told(&send(&sandbox, "POST", &path, &[FORM], "decision=accept").await);
    assert_eq!(redirect.names().collect::<Vec<_>>(), ["code", "state"]);
    let form = query(&[
        ("grant_type", "authorization_code"),
        ("code", redirect.get("code").unwrap()),
        ("redirect_uri", CALLBACK),
    ]);
    let token = async |headers: &[&str], form: &str| {
        send(
            &sandbox,
            "POST",
            &format!("{EU}/oauth/token"),
            headers,
            form,
        )
        .await
    };
    let reply = token(&[FORM], &form).await;
    assert_eq!(
        (reply.status, &reply.json()["error"]),
        (401, &json!("invalid_client"))
    );
    assert_eq!(reply.header("WWW-Authenticate"), Some("Basic"));
    let tokens = token(&[FORM, BASIC], &form).await.json();
    assert_eq!(tokens["expires_in"], 3600);
    assert_eq!(called(&sandbox, "eu", &tokens["access_token"]).await, 200);
    let reply = token(&[FORM, BASIC], &form).await;
    assert_eq!(
        (reply.status, &reply.json()["error"]),
        (400, &json!("invalid_grant"))
    );
    let reply = token(&[FORM, BASIC], "grant_type=client_credentials").await;
    assert_eq!(reply.json()["error"], "unsupported_grant_type");
    // Another tenant's login is nobody's.
    let reply = send(
        &sandbox,
        "GET",
        &format!("{US}/oauth/token?{asking}"),
        &[],
        "",
    )
    .await;
    assert_eq!(reply.status, 401);
}

#[tokio::test]
async fn no_secret_stands_where_it_is_recorded() {
    let sandbox = regional().await;
    let app = sandbox.oauth_app("acme").unwrap();
    let code = code(&sandbox, EU, "decision=accept").await;
    let grant = [("grant_type", "authorization_code"), ("code", &*code)];
    let tokens = token(&sandbox, EU, &grant).await.json();
    let path = format!("{EU}/oauth/token?client_secret=hunter2&code=hunter2");
    send(&sandbox, "POST", &path, &[FORM], "").await;
    let told = format!(
        "{sandbox:?} {app:?} {:?} {:?}",
        sandbox.requests(),
        sandbox.grant("acme")
    );
    let secrets = [
        code.as_str(),
        "hunter2",
        "s t&te",
        app.client_secret.expose_secret(),
        tokens["access_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
    ];
    for secret in secrets {
        assert!(!told.contains(secret), "{secret}");
    }
    let paths: Vec<String> = sandbox
        .requests()
        .into_iter()
        .map(|served| served.path)
        .collect();
    assert_eq!(paths[1], "/oauth/token");
    assert_eq!(paths[2], "/oauth/token?client_secret&code");
}

#[tokio::test]
async fn data_that_makes_no_sense_is_refused() {
    for (data, problem) in [
        (json!({ "token": [] }), "its JSON: unknown field `token`"),
        (
            json!({ "errors": { "invalid": "x" } }),
            "its JSON: unknown variant `invalid`",
        ),
        (
            json!({ "rate_limited": { "status": 42 } }),
            "oauth.rate_limited: 42 is not",
        ),
    ] {
        let error = start(&OAUTH, data).await.unwrap_err().to_string();
        let (_, told) = error.split_once("wrong at ").unwrap();
        assert!(told.starts_with(problem), "{told}");
    }
}
