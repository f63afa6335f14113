//! Signing in, and what tokens open.

use super::*;

/// A vendor's data centers: the name, the login, the API.
const CENTERS: [(&str, &str, &str); 9] = [
    ("us", "accounts.zoho.com", "www.zohoapis.com"),
    ("eu", "accounts.zoho.eu", "www.zohoapis.eu"),
    ("in", "accounts.zoho.in", "www.zohoapis.in"),
    ("au", "accounts.zoho.com.au", "www.zohoapis.com.au"),
    ("jp", "accounts.zoho.jp", "www.zohoapis.jp"),
    ("cn", "accounts.zoho.com.cn", "www.zohoapis.com.cn"),
    ("ca", "accounts.zohocloud.ca", "www.zohoapis.ca"),
    ("sa", "accounts.zoho.sa", "www.zohoapis.sa"),
    ("uk", "accounts.zoho.uk", "www.zohoapis.uk"),
];

#[tokio::test]
async fn each_data_center_of_zoho_has_its_own_login_tokens_and_api() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let bigin = Vendor::zoho(
        &sandbox,
        "zoho_bigin",
        "ZohoBigin.users.READ,ZohoBigin.org.READ",
    );
    let meeting = Vendor::zoho(&sandbox, "zoho_meeting", "ZohoMeeting.user.READ");
    let dead = [
        json!({ "code": "INVALID_TOKEN", "details": {}, "message": "invalid oauth token", "status": "error" }),
        json!({ "error": { "code": 2000, "message": "INVALID_OAUTHTOKEN" } }),
    ];
    for (number, (center, login, api)) in CENTERS.into_iter().enumerate() {
        let (_, other_login, other_api) = CENTERS[(number + 1) % CENTERS.len()];
        // One signs in at the first login, but for China.
        let start = if center == "cn" { login } else { CENTERS[0].1 };
        let hosts = [(api.to_owned(), other_api.to_owned()), {
            let host = |login: &str| login.replace("accounts.", "meeting.");
            (host(login), host(other_login))
        }];
        let calls = ["/bigin/v2/org", "/api/v2/user.json"];
        let tried = [&bigin, &meeting]
            .into_iter()
            .zip(hosts)
            .zip(calls)
            .zip(&dead);
        for (((vendor, (host, other)), path), dead) in tried {
            let told = vendor.consent(start, &[("region", center)]).await;
            assert_eq!(told["location"], center);
            assert_eq!(told["accounts-server"], format!("https://{login}"));
            assert_eq!(told["state"], "a state");
            let grant = [
                ("grant_type", "authorization_code"),
                ("code", &*told["code"]),
            ];
            let refused = vendor.token(other_login, &grant).await;
            assert_eq!(refused, json!({ "error": "invalid_code" }));
            let tokens = vendor.token(login, &grant).await;
            assert_eq!(tokens["expires_in"], 3600, "{tokens}");
            if vendor.slug == "zoho_bigin" {
                assert_eq!(tokens["api_domain"], format!("https://{api}"));
            }
            let refresh = [
                ("grant_type", "refresh_token"),
                ("refresh_token", text(&tokens, "refresh_token")),
            ];
            let refused = vendor.token(other_login, &refresh).await;
            assert_eq!(refused, json!({ "error": "invalid_code" }));
            let renewed = vendor.token(login, &refresh).await;
            let token = format!("Zoho-oauthtoken {}", text(&renewed, "access_token"));
            assert_eq!(vendor.call(&host, path, &token).await.0, 200, "{center}");
            let (status, answer) = vendor.call(&other, path, &token).await;
            assert!([400, 401].contains(&status), "{center}: {status}");
            assert_eq!(&answer, dead);
            let asked = sandbox.requests();
            let asked = asked
                .iter()
                .filter(|served| served.integration == vendor.slug);
            let asked: Vec<_> = asked.map(|served| served.host.as_str()).collect();
            let last: Vec<&str> = vec![
                start,
                start,
                other_login,
                login,
                other_login,
                login,
                &host,
                &other,
            ];
            assert_eq!(asked[asked.len() - last.len()..], last);
        }
    }
}

#[tokio::test]
async fn china_signs_in_at_home() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let bigin = Vendor::zoho(&sandbox, "zoho_bigin", "ZohoBigin.users.READ");
    for (login, offered) in [("accounts.zoho.com", 8), ("accounts.zoho.com.cn", 1)] {
        let page = bigin.url("oauth", login, "/oauth/v2/auth");
        let query = format!(
            "client_id=sandbox-zoho_bigin&redirect_uri={CALLBACK}&response_type=code&state=x\
             &scope=ZohoBigin.users.READ&code_challenge={CHALLENGE}&code_challenge_method=S256"
        );
        let shown = bigin
            .http
            .get(format!("{page}?{query}"))
            .send()
            .await
            .unwrap();
        let shown = shown.text().await.unwrap();
        assert_eq!(shown.matches("<option").count(), offered, "{shown}");
        assert_eq!(shown.contains("value=\"cn\""), offered == 1);
    }
}

#[tokio::test]
async fn zesty_exchanges_a_password_for_a_session_token() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let at = |host: &str| format!("http://{}/zesty/{host}", sandbox.address());
    let log_in = async |password: &str| {
        let part = |name: &str, value: &str| {
            format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let (name, word) = (part("email", "sandbox-zesty"), part("password", password));
        let request = client()
            .post(at("auth/auth.api.zesty.io/login"))
            .header("Content-Type", "multipart/form-data; boundary=cut")
            .body(format!("{name}{word}--cut--\r\n"));
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json::<Value>().await.unwrap())
    };
    let (status, answer) = log_in("wrong").await;
    assert_eq!((status, &answer["code"]), (401, &json!(401)));
    assert_eq!(answer["meta"], json!({}));

    let (status, answer) = log_in("sandbox-zesty").await;
    assert_eq!((status, &answer["status"]), (200, &json!("OK")));
    let token = text(&answer["meta"], "token");
    let instances = at("accounts/accounts.api.zesty.io/v1/instances");
    let asked = client().get(instances).bearer_auth(token).send();
    assert_eq!(asked.await.unwrap().status(), 200);
}

#[tokio::test]
async fn egnyte_has_tokens_with_and_without_an_end() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let authority = format!("{}.egnyte.com", sandbox_domain(&sandbox));
    let egnyte = Vendor {
        sandbox: &sandbox,
        slug: "egnyte",
        authorize: "/puboauth/token",
        token: "/puboauth/token",
        scope: "Egnyte.user+Egnyte.group",
        http: client(),
    };
    for (kind, expires_in) in [("0", Value::Null), ("1", json!(2_592_000))] {
        let told = egnyte.consent(&authority, &[("tokens", kind)]).await;
        assert_eq!(told.keys().collect::<Vec<_>>(), ["code", "state"]);
        let grant = [
            ("grant_type", "authorization_code"),
            ("code", &*told["code"]),
        ];
        let tokens = egnyte.token(&authority, &grant).await;
        assert_eq!(tokens["expires_in"], expires_in);
        assert_eq!(tokens["refresh_token"].is_string(), kind == "1");
        let token = format!("Bearer {}", text(&tokens, "access_token"));
        let path = "/pubapi/v2/groups";
        assert_eq!(egnyte.call(&authority, path, &token).await.0, 200);
        assert_eq!(egnyte.call("other.egnyte.com", path, &token).await.0, 401);
        let revoke = egnyte.url("oauth", &authority, "/pubapi/v1/tokens/revoke");
        let request = egnyte
            .http
            .post(revoke)
            .body(form(&[("token", text(&tokens, "access_token"))]));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        assert_eq!(request.send().await.unwrap().status(), 200);
        assert_eq!(egnyte.call(&authority, path, &token).await.0, 401);
    }
    let password = [
        ("grant_type", "password"),
        ("username", "sandbox-egnyte"),
        ("password", "sandbox-egnyte"),
    ];
    assert!(egnyte.token(&authority, &password).await["access_token"].is_string());
    let wrong = egnyte
        .token(
            &authority,
            &[("grant_type", "authorization_code"), ("code", "x")],
        )
        .await;
    assert_eq!(wrong["error"], "invalid_grant");
}
