//! No credential, token or key is found in anything that is kept, said or sent on, in whatever form.
//! All of the surface is used, with the log at its loudest, and then every byte is searched.
//!
//! Three things may hold a secret: the key file the master keys, the answer or the command that makes
//! a token that token, and the header of a call to a vendor the account's credential.

mod search;
mod surface;

use serde_json::{Value, json};

use self::search::{Finding, Search, Secret};
use self::surface::{Surface, proxied};
use crate::installation::{Installation, over_each_store};
use crate::server::Server;

/// The operator's token.
const ADMIN: &str = "adm/Zt5+wq=Y7~pL.2xV";

over_each_store! {
    no_secret_is_found_anywhere
}

async fn no_secret_is_found_anywhere(installation: Installation) {
    let mut surface = Surface::new(installation).await;
    let server = surface.serve(None).await;
    let printed = server.printed.lines().find(|line| line.contains("twa_"));
    let made = surface.secret("the token of the first start", printed.unwrap().trim());
    accounts(&mut surface, &server, &made).await;
    surface.look_at_store().await;
    surface.stop(server, &made).await;

    let admin = surface.secret("the operator's token", ADMIN);
    let server = surface.serve(Some(&admin)).await;
    remember_keys(&mut surface);
    commands(&mut surface).await;
    agents(&mut surface, &server, &admin).await;
    remember_keys(&mut surface);
    refusals(&mut surface, &server, &admin).await;
    surface.look_at_store().await;
    surface.stop(server, "").await;
    surface.look_at_store().await;

    remember_bytes(&mut surface);
    let (places, secrets) = (surface.seen.len(), surface.secrets.len());
    eprintln!("{secrets} secrets are looked for in {places} texts");
    assert!(secrets > 40 && places > 100, "{secrets} in {places}");
    assert_eq!(findings(&surface), []);

    // The search would have found it.
    let planted = json!({ "token": ADMIN }).to_string();
    let planted = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, planted);
    let path = surface.installation.directory().join("planted");
    std::fs::write(path, planted).unwrap();
    surface.look_at_store().await;
    let expected = Finding {
        place: "planted".to_owned(),
        secret: "the operator's token".to_owned(),
        form: "base64",
    };
    assert_eq!(findings(&surface), [expected]);
}

/// What is found where it may not be.
fn findings(surface: &Surface) -> Vec<Finding> {
    let is_master_key = |secret: &&Secret| secret.name.starts_with("a master key");
    let all = Search::new(&surface.secrets);
    let others = Search::new(
        surface
            .secrets
            .iter()
            .filter(|secret| !is_master_key(secret)),
    );
    let within = |(place, text): &(String, Vec<u8>)| {
        let search = if place == "master.key" { &others } else { &all };
        search.within(place, text)
    };
    surface.seen.iter().flat_map(within).collect()
}

/// The master keys of this moment.
fn remember_keys(surface: &mut Surface) {
    let path = surface.installation.directory().join("master.key");
    for key in std::fs::read_to_string(path).unwrap().lines() {
        surface.secret("a master key", key);
    }
}

/// Keys and tokens are texts of 32 bytes, which nobody may find either.
fn remember_bytes(surface: &mut Surface) {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    for secret in surface.secrets.clone() {
        let text = String::from_utf8(secret.bytes).unwrap();
        let bytes = match text.strip_prefix("twa_").or(text.strip_prefix("twm_")) {
            Some(random) => URL_SAFE_NO_PAD.decode(random).ok(),
            None => STANDARD.decode(text).ok(),
        };
        if let Some(bytes) = bytes.filter(|bytes| bytes.len() == 32) {
            let name = format!("{}, its bytes", secret.name);
            surface.secrets.push(Secret { name, bytes });
        }
    }
}

/// Accounts with each kind of credential that an integration takes, and a call with each.
async fn accounts(surface: &mut Surface, server: &Server, admin: &str) {
    let token = surface.secret("Zesty.io's token", "zst+5Kq/Rw=%9&~Bn.4xT'J");
    let second = surface.secret("Egnyte's token", "egn.8Hd+Pz/Lq=~3Mv-Yc_2w");
    let access = surface.secret("Bigin's access token", "1000.c7Fj+Wm/Sk=9.Xt~2Rb");
    let refresh = surface.secret("Bigin's refresh token", "1000.r4Ny+Gd/Hp=6.Lz~8Qa");
    let other = surface.secret("Egnyte's access token", "oauth~6Vk+Tn/Bw=.3Dj-Fs");
    let dead = surface.secret("a token that the vendor refuses", "dead+2Xm/Cq=\"7Zp\\9Ws");
    let oauth = json!({
        "type": "oauth2",
        "access_token": access,
        "refresh_token": refresh,
        "expires_at": "2037-01-31T00:00:00Z",
    });
    let domain = json!({ "domain": "acme" });
    let bearer = |token: &str| json!({ "type": "bearer", "token": token });
    let new = [
        (
            "zesty",
            json!({}),
            bearer(&token),
            "list_all_zesty_instances",
        ),
        (
            "egnyte",
            domain.clone(),
            bearer(&second),
            "list_all_egnyte_users",
        ),
        ("zoho_bigin", json!({}), oauth, "list_all_zoho_bigin_users"),
        (
            "egnyte",
            domain,
            json!({ "type": "oauth2", "access_token": other }),
            "list_all_egnyte_users",
        ),
        (
            "zesty",
            json!({}),
            bearer(&dead),
            "list_all_zesty_instances",
        ),
    ];
    for (integration, connection, credentials, tool) in new {
        let body = json!({
            "integration": integration,
            "tenant_id": "customer-7",
            "connection": connection,
            "credentials": credentials,
        });
        let start = "POST /integrated-account";
        let (status, account) = surface.ask(server, admin, start, body.to_string()).await;
        assert_eq!(status, 201, "{account}");
        let path = format!("/integrated-account/{}", account["id"].as_str().unwrap());
        let is_dead = credentials["token"] == json!(dead);
        use_account(surface, server, admin, &path, tool, is_dead).await;
    }
    let (_, accounts) = surface
        .ask(server, admin, "GET /integrated-account", "")
        .await;
    let id = accounts["result"][0]["id"].as_str().unwrap().to_owned();
    let token = surface.secret("Zesty.io's next token", "nxt+3Lv/Qs=%6&~Kd.8yH'W");
    let body = json!({ "credentials": bearer(&token) }).to_string();
    let start = format!("PATCH /integrated-account/{id}");
    assert_eq!(surface.ask(server, admin, &start, body).await.0, 200);
}

/// An MCP server of an account, from its creation to its deletion.
async fn use_account(
    surface: &mut Surface,
    server: &Server,
    admin: &str,
    path: &str,
    tool: &str,
    fails: bool,
) {
    let body = json!({ "name": "all", "config": { "methods": ["read"] } }).to_string();
    let (_, made) = surface
        .ask(server, admin, &format!("POST {path}/mcp"), body)
        .await;
    let token = made["token"].as_str().unwrap().to_owned();
    let id = made["id"].as_str().unwrap().to_owned();
    let start = proxied(tool, path.rsplit('/').next().unwrap());
    let (status, answer) = surface.ask(server, admin, &start, "").await;
    assert_eq!(status != 200, fails, "{answer}");
    let call = rpc("tools/call", json!({ "name": tool, "arguments": {} }));
    let (status, answer) = surface
        .ask(server, "", &format!("POST /mcp/{token}"), call.clone())
        .await;
    let has_failed = answer["result"]["isError"] == true;
    assert_eq!((status, has_failed), (200, fails), "{answer}");
    let (status, _) = surface.ask(server, &token, "POST /mcp", call.clone()).await;
    assert_eq!(status, 200);
    for start in [
        format!("GET {path}/mcp/{id}"),
        format!("GET {path}/mcp"),
        format!("GET {path}"),
        format!("GET {path}/tools"),
        format!("DELETE {path}/mcp/{id}"),
    ] {
        let (status, answer) = surface.ask(server, admin, &start, "").await;
        assert!(status < 300, "{start}: {answer}");
    }
    let gone = surface
        .ask(server, "", &format!("POST /mcp/{token}"), call)
        .await;
    assert_eq!(gone.0, 404);
}

/// The commands, with --json and without.
async fn commands(surface: &mut Surface) {
    for json in [&[][..], &["--json"]] {
        let name = format!("a token that is typed, {json:?}");
        let text = format!("typ+7Qw/Rk={}~Zd.5uN'C", json.len());
        let typed = surface.secret(&name, &text);
        let command = |words: &[&'static str]| [words, json].concat();
        let add = command(&["account", "add", "egnyte", "--connection", "domain=acme"]);
        surface.run(&add, &format!("{typed}\n")).await;
        let listed = surface.run(&["account", "list", "--json"], "").await;
        let listed: Value = serde_json::from_str(&listed).unwrap();
        let account = listed.as_array().unwrap().last().unwrap()["id"]
            .as_str()
            .unwrap();
        surface
            .run(&[&["account", "show", account], json].concat(), "")
            .await;
        surface.run(&command(&["account", "list"]), "").await;
        let create = [
            "mcp",
            "create",
            account,
            "--name",
            "Agent",
            "--require-api-token-auth",
        ];
        surface.run(&[&create, json].concat(), "").await;
        let listed = surface.run(&["mcp", "list", account, "--json"], "").await;
        surface
            .run(&[&["mcp", "list", account], json].concat(), "")
            .await;
        let listed: Value = serde_json::from_str(&listed).unwrap();
        let mcp = listed[0]["id"].as_str().unwrap();
        surface
            .run(&command(&["token", "create", "agent"]), "")
            .await;
        surface.run(&command(&["token", "list"]), "").await;
        surface.run(&command(&["key", "rotate"]), "").await;
        remember_keys(surface);
        let update = ["mcp", "update", account, mcp, "--never-expires"];
        surface.run(&[&update, json].concat(), "").await;
        let show = ["mcp", "show", account, mcp];
        surface.run(&[&show, json].concat(), "").await;
        let name = format!("a token in place of another, {json:?}");
        let text = format!("upd+3Xb/Hn={}~Kf.8qM'T", json.len());
        let typed = surface.secret(&name, &text);
        let update = ["account", "update", account, "--credentials"];
        let lines = format!("{typed}\n");
        surface.run(&[&update, json].concat(), &lines).await;
        surface.run(&["mcp", "delete", account, mcp], "").await;
        surface.run(&["account", "delete", account], "").await;
        let log = surface.run(&command(&["log", "--limit", "1000"]), "").await;
        assert!(log.contains("mcp_server.update"), "{log}");
    }
    // What is wrong with a command does not repeat what was typed either.
    let typed = surface.secret("a token for nothing", "bad+9Tn/Wk=4~Gc.6eR'M");
    let lines = format!("{typed}\n");
    surface.run(&["account", "add", "nothing"], &lines).await;
    surface
        .run(
            &["account", "add", "egnyte"],
            &format!("No Domain\n{lines}"),
        )
        .await;
}

/// An agent with the second factor and without.
async fn agents(surface: &mut Surface, server: &Server, admin: &str) {
    let (_, accounts) = surface
        .ask(server, admin, "GET /integrated-account", "")
        .await;
    let account = accounts["result"][0]["id"].as_str().unwrap().to_owned();
    let mut tokens = Vec::new();
    for scope in ["call", "admin"] {
        let body = json!({ "name": scope, "scopes": [scope] }).to_string();
        let (_, made) = surface.ask(server, admin, "POST /api-token", body).await;
        tokens.push((made["token"].clone(), made["id"].clone()));
    }
    let config = json!({ "require_api_token_auth": true, "tool_exposure": "discovery" });
    let body = json!({ "name": "locked", "config": config, "expires_at": "2037-01-31T00:00:00Z" });
    let start = format!("POST /integrated-account/{account}/mcp");
    let (_, made) = surface.ask(server, admin, &start, body.to_string()).await;
    let start = format!("POST /mcp/{}", made["token"].as_str().unwrap());
    let search = json!({ "name": "search_tools", "arguments": { "query": "instances" } });
    let wrong = surface.secret(
        "a token that is none",
        "twa_N0ne5uchTok3nXqWvRzLkJhGfDsApOiUyTr",
    );
    for (bearer, expected) in [
        ("", 401),
        (&wrong, 401),
        (tokens[0].0.as_str().unwrap(), 200),
    ] {
        for body in [
            rpc("tools/list", json!({})),
            rpc("tools/call", search.clone()),
        ] {
            assert_eq!(surface.ask(server, bearer, &start, body).await.0, expected);
        }
    }
    let (_, listed) = surface.ask(server, admin, "GET /api-token", "").await;
    assert!(listed["result"].as_array().unwrap().len() > 2, "{listed}");
    for (_, id) in tokens {
        let start = format!("DELETE /api-token/{}", id.as_str().unwrap());
        assert_eq!(surface.ask(server, admin, &start, "").await.0, 204);
    }
}

/// Secrets where none belongs, and what has nothing to do with them.
async fn refusals(surface: &mut Surface, server: &Server, admin: &str) {
    let password = surface.secret("a password", "pas+4Jx/Vn=1~Sb.7oY'K");
    let wrong = surface.secret(
        "the token of no MCP server",
        "twm_N0ne5uchTok3nXqWvRzLkJhGfDsApOiUyTr",
    );
    let bodies = [
        json!({ "integration": "zesty",
            "credentials": { "type": "basic", "username": "ann", "password": password } }),
        json!({ "integration": "zesty", "credentials": { "type": "api_key", "key": password } }),
        json!({ "integration": "zesty", "credentials": { "type": password, "token": password } }),
        json!({ "integration": "zesty", "credentials": password }),
        json!({ "integration": "zesty", "token": password, "credentials": { "type": "bearer" } }),
        json!({ "integration": "zesty", "credentials": { "type": "bearer", "token": [password] } }),
        json!({ "integration": "egnyte", "connection": { "domain": password },
            "credentials": { "type": "bearer", "token": password } }),
        json!(password),
    ];
    let bodies = bodies.iter().map(Value::to_string);
    for body in bodies.chain([format!("{{\"credentials\": {password}")]) {
        let (status, answer) = surface
            .ask(server, admin, "POST /integrated-account", body)
            .await;
        assert_eq!(status, 400, "{answer}");
    }
    let list = rpc("tools/list", json!({}));
    for (bearer, start, expected) in [
        ("", format!("POST /mcp/{wrong}"), 404),
        (&wrong, "POST /mcp".to_owned(), 404),
        ("", format!("GET /mcp/{wrong}"), 405),
        ("", format!("POST /mcp/{wrong}/more"), 404),
        ("", format!("POST //mcp/{wrong}"), 404),
        ("", format!("POST /{wrong}"), 404),
        (admin, format!("GET /integrated-account/{wrong}"), 404),
        (
            admin,
            format!("GET /integrated-account/{wrong}/mcp/{wrong}"),
            404,
        ),
        (admin, format!("DELETE /api-token/{wrong}"), 404),
        (admin, format!("GET /integrated-account?token={wrong}"), 400),
        (
            admin,
            format!("GET /integrated-account?next_cursor={wrong}"),
            400,
        ),
        (&wrong, "GET /integrated-account".to_owned(), 401),
        (&wrong, "GET /api-token".to_owned(), 401),
        (
            admin,
            format!("GET /proxy/x?integrated_account_id={wrong}"),
            404,
        ),
        (&wrong, "GET /proxy/x".to_owned(), 401),
    ] {
        let (status, answer) = surface.ask(server, bearer, &start, list.clone()).await;
        assert_eq!(status, expected, "{answer}");
    }
    for path in [
        "/",
        "/healthz",
        "/readyz",
        "/metrics",
        "/log",
        "/integration/zesty",
        "/.well-known/x",
    ] {
        surface.ask(server, admin, &format!("GET {path}"), "").await;
    }
}

fn rpc(method: &str, params: Value) -> String {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string()
}
