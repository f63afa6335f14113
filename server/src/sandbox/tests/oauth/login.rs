//! Signing in: the page, the decision, data centers.

use super::*;

#[tokio::test]
async fn a_person_signs_in_and_the_tokens_open_the_api() {
    let sandbox = regional().await;
    let page = send(
        &sandbox,
        "GET",
        &format!("{US}/oauth/auth?{}", asked(&[])),
        &[],
        "",
    )
    .await;
    assert_eq!(page.status, 200);
    for part in [
        "<h1>Sandbox of Acme: who signs in?</h1>",
        "Reads &lt;users&gt; &amp; more.",
        "<code>users.write</code>",
        "<form method=\"post\" action=\"auth/consent?client_id=sandbox-acme&amp;",
        "<select name=\"region\"><option value=\"us\">us</option><option value=\"eu\">",
        "<option value=\"2\">For good</option>",
        "<button name=\"decision\" value=\"deny\">",
    ] {
        assert!(page.text.contains(part), "{part} in {}", page.text);
    }
    assert!(!page.text.contains("far") && !page.text.contains("<script"));
    assert_eq!(page.header("Cache-Control"), Some("no-store"));

    let reply = decide(
        &sandbox,
        US,
        &asked(&[]),
        "decision=accept&region=eu&tokens=0",
    )
    .await;
    let (uri, redirect) = told(&reply);
    assert_eq!((reply.status, uri.as_str()), (303, CALLBACK));
    assert_eq!(redirect.get("state"), Some("s t&te"));
    assert_eq!(redirect.get("location"), Some("eu"));
    assert_eq!(
        redirect.get("accounts-server"),
        Some("https://login.acme.eu")
    );

    let code = redirect.get("code").unwrap();
    let grant = [("grant_type", "authorization_code"), ("code", code)];
    let reply = token(&sandbox, EU, &grant).await;
    let tokens = reply.json();
    assert_eq!(reply.status, 200, "{tokens}");
    assert_eq!(reply.header("Cache-Control"), Some("no-store"));
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
    assert_eq!(tokens["api_domain"], "https://eu.acme.example");
    assert_eq!(called(&sandbox, "eu", &tokens["access_token"]).await, 200);
    assert_eq!(called(&sandbox, "us", &tokens["access_token"]).await, 401);
    assert_eq!(called(&sandbox, "eu", &json!("sandbox-acme")).await, 200);

    let again = token(&sandbox, EU, &grant).await;
    assert_eq!(again.json(), json!({ "error": "invalid_code" }));
}

#[tokio::test]
async fn a_data_center_that_the_person_chose_is_the_accounts() {
    let sandbox = regional().await;
    let code = code(&sandbox, EU, "decision=accept&region=us").await;
    let tokens = token(
        &sandbox,
        US,
        &[("grant_type", "authorization_code"), ("code", &code)],
    )
    .await
    .json();
    assert_eq!(tokens["api_domain"], "https://us.acme.example");
    assert_eq!(called(&sandbox, "us", &tokens["access_token"]).await, 200);
    assert_eq!(called(&sandbox, "eu", &tokens["access_token"]).await, 401);
}

#[tokio::test]
async fn what_belongs_to_a_data_center_is_unknown_to_others() {
    let sandbox = regional().await;
    let code = code(&sandbox, US, "decision=accept&region=eu").await;
    let grant = [("grant_type", "authorization_code"), ("code", &*code)];
    let wrong = token(&sandbox, US, &grant).await;
    assert_eq!(
        (wrong.status, wrong.json()),
        (200, json!({ "error": "invalid_code" }))
    );
    let tokens = token(&sandbox, EU, &grant).await.json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let grant = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let wrong = token(&sandbox, US, &grant).await;
    assert_eq!(wrong.json(), json!({ "error": "invalid_code" }));
    let renewed = token(&sandbox, EU, &grant).await.json();
    assert_eq!(renewed.get("refresh_token"), None);
    assert_eq!(called(&sandbox, "eu", &renewed["access_token"]).await, 200);
    assert_eq!(called(&sandbox, "eu", &tokens["access_token"]).await, 200);
}

#[tokio::test]
async fn a_login_of_its_own_leads_to_itself_alone() {
    let sandbox = regional().await;
    for (login, region, status) in [(FAR, "far", 303), (FAR, "eu", 400), (EU, "far", 400)] {
        let decision = format!("decision=accept&region={region}");
        let reply = decide(&sandbox, login, &asked(&[]), &decision).await;
        assert_eq!(reply.status, status, "{login} {region}");
    }
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_the_clients() {
    let sandbox = regional().await;
    for change in [
        ("client_id", ""),
        ("client_id", "other"),
        ("redirect_uri", ""),
        ("redirect_uri", "https://evil.example/callback"),
        ("redirect_uri", "http://127.0.0.1.evil.example/"),
        ("redirect_uri", "http://127.0.0.1:80@evil.example/"),
        ("redirect_uri", "http://localhost/#fragment"),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", "/here"),
    ] {
        let path = format!("{US}/oauth/auth?{}", asked(&[change]));
        let asking = send(&sandbox, "GET", &path, &[], "").await;
        let deciding = decide(&sandbox, US, &asked(&[change]), "decision=accept").await;
        for reply in [asking, deciding] {
            assert_eq!(
                (reply.status, reply.header("Location")),
                (400, None),
                "{change:?}"
            );
            assert!(reply.text.contains("cannot ask anybody"), "{}", reply.text);
        }
    }
    let registered = [("redirect_uri", "https://tools.example/callback?a=b")];
    sandbox.allow_redirect(registered[0].1);
    let reply = decide(&sandbox, US, &asked(&registered), "decision=deny").await;
    let location = "https://tools.example/callback?a=b&error=access_denied&state=s%20t%26te";
    assert_eq!(reply.header("Location"), Some(location));
}

#[tokio::test]
async fn the_client_is_told_what_is_wrong_with_its_request() {
    let sandbox = regional().await;
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("state", ""), "invalid_request"),
        (("scope", "users.read users.write"), "invalid_scope"),
        (("scope", "users.delete"), "invalid_scope"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
    ] {
        let path = format!("{US}/oauth/auth?{}", asked(&[change]));
        let reply = send(&sandbox, "GET", &path, &[], "").await;
        let (uri, redirect) = told(&reply);
        assert_eq!((reply.status, uri.as_str()), (302, CALLBACK), "{change:?}");
        assert_eq!(redirect.get("error"), Some(error), "{change:?}");
    }
    let reply = decide(&sandbox, US, &asked(&[]), "decision=deny").await;
    assert_eq!(told(&reply).1.get("error"), Some("access_denied"));
    for form in [
        "",
        "decision=perhaps",
        "decision=accept&tokens=9",
        "decision=accept&region=xx",
    ] {
        let reply = decide(&sandbox, US, &asked(&[]), form).await;
        assert_eq!(reply.status, 400, "{form}");
    }
}
