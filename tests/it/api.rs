//! The reference of the HTTP API is true: each of its requests is made, in the order of the page.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use toolwright::CATALOGUE;
use toolwright_server::sandbox::Sandbox;

use crate::server::{Server, toolwright};

const PAGE: &str = include_str!("../../docs/http-api.md");
const ADMIN: &str = "the-operator-of-the-reference";

/// A request of the page: a method, an address, and the body that stands behind it.
struct Request {
    method: &'static str,
    address: &'static str,
    body: Option<Value>,
}

/// The requests of the page, in order.
fn requests() -> Vec<Request> {
    let mut requests: Vec<Request> = Vec::new();
    // Pieces of code are every other piece; a block of JSON belongs to the request before it.
    for block in PAGE.split("\n```") {
        if let Some(body) = block.strip_prefix("json\n") {
            let request = requests.last_mut().expect("a request stands before a body");
            // The simulated vendor takes another token than the page has.
            let body = body.replace("a-token-of-egnyte", "sandbox-egnyte");
            request.body = Some(serde_json::from_str(&body).expect("the body is JSON"));
            continue;
        }
        for code in block.split('`').skip(1).step_by(2) {
            let Some((method, address)) = code.split_once(' ') else {
                continue;
            };
            let is_method = ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method);
            if is_method && address.starts_with('/') && !address.contains('{') {
                let body = None;
                requests.push(Request {
                    method,
                    address,
                    body,
                });
            }
        }
    }
    requests
}

#[tokio::test]
async fn each_request_of_the_reference_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().to_str().unwrap();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--data-dir", directory];
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let hosts = sandbox.upstreams().into_iter();
    let hosts = hosts.map(|host| format!("{}.{}={}", host.integration, host.host, host.url));
    let mut command = toolwright(arguments);
    command.env("TOOLWRIGHT_ADMIN_TOKEN", ADMIN);
    command.env("TOOLWRIGHT_UPSTREAM", hosts.collect::<Vec<_>>().join(" "));
    let server = Server::run(&mut command).await;
    let client = reqwest::Client::new();
    let mut ids: BTreeMap<&str, String> = BTreeMap::new();
    let mut made = BTreeSet::new();
    for Request {
        method,
        address,
        body,
    } in requests()
    {
        // What is only named again, such as `POST /api-token` in the first lines, has no body.
        let is_mention = matches!(method, "POST" | "PUT" | "PATCH") && body.is_none();
        if is_mention || address == "/mcp" {
            continue;
        }
        let mut path = address.to_owned();
        for (name, id) in &ids {
            path = path.replace(&format!("${name}"), id);
        }
        let url = format!("{}{path}", server.origin);
        let request = client.request(method.parse().unwrap(), url);
        let open = ["/healthz", "/readyz", "/metrics"].contains(&address);
        let request = match (open, body) {
            (true, _) => request,
            (false, None) => request.bearer_auth(ADMIN),
            (false, Some(body)) => request.bearer_auth(ADMIN).json(&body),
        };
        let answer = request.send().await.unwrap();
        let expected = match method {
            "POST" => 201,
            "DELETE" => 204,
            _ => 200,
        };
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        assert_eq!(status, expected, "{method} {address}: {text}");
        if method == "POST" {
            let kind = match address {
                "/integrated-account" => "account",
                "/api-token" => "token",
                _ => "mcp",
            };
            let answer: Value = serde_json::from_str(&text).unwrap();
            ids.insert(kind, answer["id"].as_str().unwrap().to_owned());
        }
        made.insert(format!("{method} {}", address.split('?').next().unwrap()));
    }
    // All routes of the API, three of the proxy API, and the three that need no token.
    assert_eq!(made.len(), 19 + 3 + 3, "{made:?}");
}
