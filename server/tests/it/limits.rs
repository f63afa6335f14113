//! How much one client can have.

use std::net::SocketAddr;
use std::num::NonZeroU32;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use toolwright_server::accounts::NewMcpServer;
use toolwright_server::limits::{Limiter, Limits};

use crate::contract::{Installation, Node};
use crate::support::http::{Answer, raw, send};
use crate::support::{Server, request};

const JSON: &str = "Content-Type: application/json";

fn limits(change: impl FnOnce(&mut Limits)) -> Limiter {
    let mut limits = Limits::DEFAULT;
    change(&mut limits);
    Limiter::new(&limits)
}

fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

/// A header that holds a number.
fn count(answer: &Answer, name: &str) -> u64 {
    let value = answer.header(name);
    let value = value.unwrap_or_else(|| panic!("{name}: {answer:?}"));
    value.parse().unwrap()
}

/// Whether an answer tells a limit that was reached.
fn assert_limited(answer: &Answer) {
    assert_eq!(answer.status, 429, "{answer:?}");
    let limit = count(answer, "ratelimit-limit");
    assert!(count(answer, "ratelimit-remaining") < limit);
    assert!(count(answer, "ratelimit-reset") > 0);
    assert!(count(answer, "Retry-After") > 0);
}

/// Whether no more can be asked, but for the one time that comes back each tenth of a second.
async fn assert_stopped(ask: impl AsyncFn() -> Answer) {
    for _ in 0..2 {
        if ask().await.status == 429 {
            return;
        }
    }
    assert_limited(&ask().await);
}

async fn list(server: &Server, token: &str, headers: &[&str]) -> Answer {
    list_at(server.address, token, headers).await
}

async fn list_at(address: SocketAddr, token: &str, headers: &[&str]) -> Answer {
    let headers = [&[JSON], headers].concat();
    let body = request("tools/list", json!({}));
    let start = format!("POST /mcp/{token}");
    send(address, &start, &headers, &body).await
}

/// So many MCP servers; their tokens.
async fn tokens(node: &Node, count: usize) -> Vec<String> {
    let account = node.account().await;
    let mut tokens = Vec::new();
    for _ in 0..count {
        let new = NewMcpServer {
            name: "test".to_owned(),
            ..NewMcpServer::default()
        };
        let (_, token) = node
            .registry
            .create_mcp_server(&account, new)
            .await
            .unwrap();
        tokens.push(secrecy::ExposeSecret::expose_secret(&token).to_owned());
    }
    tokens
}

/// The statuses of the answers to tokens that come at once.
async fn at_once<'a>(node: &Node, tokens: impl Iterator<Item = &'a String>) -> Vec<u16> {
    let answers = join_all(tokens.map(|token| list_at(node.address, token, &[]))).await;
    answers.iter().map(|answer| answer.status).collect()
}

#[tokio::test]
async fn who_guesses_locks_nobody_out_who_comes_for_the_first_time() {
    let installation = Installation::sqlite().await;
    let node = installation.node().await;
    let (tokens, api_token) = (tokens(&node, 50).await, &node.admin);
    let node = installation.node().await;
    let guesses: Vec<String> = (0..150).map(|guess| format!("twm_{guess}")).collect();
    let statuses = at_once(&node, guesses.iter().chain(&tokens)).await;
    assert!(
        statuses[..150]
            .iter()
            .all(|status| [404, 429].contains(status))
    );
    assert!(statuses[..150].contains(&429), "{statuses:?}");
    assert_eq!(statuses[150..], [200; 50]);
    let answer = node
        .ask_as(api_token, "GET /integration", Value::Null)
        .await;
    assert_eq!(answer.status, 200);
}

/// The statuses of the answers to so many tokens that were made up.
async fn guess(server: &Server, guesses: u32, headers: &[&str]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for guess in 0..guesses {
        let answer = list(server, &format!("twm_{guess}"), headers).await;
        if answer.status == 429 {
            assert_limited(&answer);
            let refusal = answer.json();
            assert_eq!(refusal["statusCode"], 429);
            assert_eq!(refusal["error"], "Too Many Requests");
        }
        statuses.push(answer.status);
    }
    statuses
}

#[tokio::test]
async fn who_guesses_tokens_is_slowed_down_and_others_at_the_address_are_not() {
    let server = Server::start().await;
    let statuses = guess(&server, 150, &[]).await;
    assert!(statuses[..100].iter().all(|status| *status == 404));
    assert!(statuses[110..].contains(&429), "{statuses:?}");
    // It makes no difference in which way a token is wrong, or which kind.
    let bearer = "Authorization: Bearer twa_guess";
    assert_stopped(async || send(server.address, "GET /api-token", &[bearer], "").await).await;
    for _ in 0..50 {
        assert_eq!(list(&server, "acme", &[]).await.status, 200);
    }
}

#[tokio::test]
async fn tokens_that_were_deleted_look_like_guesses() {
    let server = Server::start().await;
    let bearer = format!("Authorization: Bearer {}", server.admin().await);
    let ask =
        async |start: &str, body: &str| send(server.address, start, &[JSON, &bearer], body).await;
    let accounts = ask("GET /integrated-account", "").await.json();
    let account = accounts["result"][0]["id"].as_str().unwrap();
    let servers = format!("/integrated-account/{account}/mcp");
    let mut tokens = Vec::new();
    for _ in 0..3 {
        let start = format!("POST {servers}");
        let made = ask(&start, r#"{"name": "x"}"#).await.json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        assert_eq!(list(&server, &text("token"), &[]).await.status, 200);
        tokens.push((text("id"), text("token")));
    }
    assert!(guess(&server, 150, &[]).await.contains(&429));
    let mut limited = 0;
    for (id, token) in tokens {
        ask(&format!("DELETE {servers}/{id}"), "").await;
        assert_stopped(async || list(&server, "twm_guess", &[]).await).await;
        limited += u32::from(list(&server, &token, &[]).await.status == 429);
    }
    // One may come at the moment at which there is room for one more.
    assert!(limited >= 2, "{limited}");
}

#[tokio::test]
async fn wrong_api_tokens_count_too() {
    let server = Server::start().await;
    let mut statuses = Vec::new();
    for guess in 0..150 {
        let bearer = format!("Authorization: Bearer twa_{guess}");
        let answer = send(server.address, "GET /api-token", &[&bearer], "").await;
        statuses.push(answer.status);
    }
    assert!(statuses[..100].iter().all(|status| *status == 401));
    assert!(statuses[100..].contains(&429), "{statuses:?}");
    assert_stopped(async || list(&server, "twm_guess", &[]).await).await;
    // Without a token nothing is guessed.
    assert_eq!(
        send(server.address, "GET /api-token", &[], "").await.status,
        401
    );
}

#[tokio::test]
async fn a_client_that_repeats_a_dead_token_does_not_stop_new_ones() {
    let server = Server::start().await;
    let mut limited = 0;
    for _ in 0..200 {
        limited += u32::from(list(&server, "twm_revoked", &[]).await.status == 429);
    }
    assert!(limited > 150, "{limited}");
    assert_eq!(list(&server, "twm_new", &[]).await.status, 404);
}

#[tokio::test]
async fn behind_a_proxy_addresses_are_those_that_it_tells() {
    let server = Server::with("127.0.0.1:0", |app| {
        app.proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let from = |address: &str| format!("X-Forwarded-For: 198.51.100.7, {address}");
    let (first, second) = (from("192.0.2.1"), from("192.0.2.2"));
    assert!(guess(&server, 150, &[&first]).await.contains(&429));
    assert_stopped(async || list(&server, "twm_guess", &[&first]).await).await;
    assert_eq!(list(&server, "twm_guess", &[&second]).await.status, 404);
}

#[tokio::test]
async fn without_a_proxy_nobody_can_say_that_he_is_another() {
    let server = Server::start().await;
    let mut limited = false;
    for guess in 0..150 {
        let address = format!("X-Forwarded-For: 192.0.2.{guess}");
        let answer = list(&server, &format!("twm_{guess}"), &[&address]).await;
        limited |= answer.status == 429;
    }
    assert!(limited);
}

#[tokio::test]
async fn an_mcp_server_takes_so_many_messages_a_second() {
    let server = Server::with("127.0.0.1:0", |app| {
        app.limiter = limits(|limits| limits.requests_per_second = number(3));
    })
    .await;
    for _ in 0..6 {
        assert_eq!(list(&server, "acme", &[]).await.status, 200);
    }
    let refused = list(&server, "acme", &[]).await;
    assert_limited(&refused);
    assert_eq!(count(&refused, "ratelimit-limit"), 6);
    assert_eq!(count(&refused, "Retry-After"), 1);
    let refused = refused.json();
    assert_eq!(refused["error"]["code"], 429);
    assert_eq!(refused.get("id"), None, "it was not read");
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(message.ends_with("try again in 1 s."), "{message}");
    // The messages of a batch count, each of them.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let batch = Value::from(vec![ping; 5]).to_string();
    let answer = server
        .post(&["MCP-Protocol-Version: 2025-03-26"], &batch)
        .await;
    assert_limited(&answer);
    assert_eq!(answer.json().get("id"), None);
    let modern = server.modern("ping", json!({})).await;
    assert!(modern.status != 429, "{modern:?}");
}

#[tokio::test]
async fn a_message_too_many_is_not_read() {
    let server = Server::with("127.0.0.1:0", |app| {
        app.limiter = limits(|limits| limits.requests_per_second = number(1));
    })
    .await;
    for _ in 0..2 {
        assert_eq!(list(&server, "acme", &[]).await.status, 200);
    }
    let head = format!(
        "POST /mcp/acme HTTP/1.1\r\nHost: {}\r\n{JSON}\r\nContent-Length: 100\r\n\r\n",
        server.address
    );
    assert_limited(&raw(server.address, head.as_bytes()).await);
}

/// A connection from an address of this machine.
async fn connect(server: &Server, from: [u8; 4]) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    socket.connect(server.address).await.unwrap()
}

/// The metrics, asked for from an address of this machine.
async fn metrics(server: &Server, from: [u8; 4]) -> String {
    let mut stream = connect(server, from).await;
    let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn one_address_has_half_of_the_connections() {
    let server = Server::start().await;
    let mut connections = Vec::new();
    for _ in 0..300 {
        let mut stream = connect(&server, [127, 0, 0, 1]).await;
        let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: ").await;
        connections.push(stream);
    }
    let counted = "toolwright_refusals_total{limit=\"connections\"} 44\n";
    let metrics = metrics(&server, [127, 0, 0, 2]).await;
    assert!(metrics.contains(counted), "{metrics}");
}

#[tokio::test]
async fn a_trusted_proxy_has_more_than_half_of_the_connections() {
    let server = Server::with("127.0.0.1:0", |app| {
        app.proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let mut connections = Vec::new();
    for _ in 0..300 {
        connections.push(connect(&server, [127, 0, 0, 1]).await);
    }
    let metrics = metrics(&server, [127, 0, 0, 1]).await;
    assert!(!metrics.contains("connections"), "{metrics}");
}

#[tokio::test]
async fn what_limits_refuse_is_counted() {
    let server = Server::with("127.0.0.1:0", |app| {
        app.limiter = limits(|limits| {
            limits.requests_per_second = number(1);
            limits.api_requests_per_second = number(1);
        });
    })
    .await;
    let bearer = format!("Authorization: Bearer {}", server.admin().await);
    for _ in 0..3 {
        list(&server, "acme", &[]).await;
        send(server.address, "GET /integration", &[&bearer], "").await;
    }
    for _ in 0..31 {
        list(&server, "twm_wrong", &[]).await;
    }
    let metrics = metrics(&server, [127, 0, 0, 1]).await;
    for limit in ["requests", "api_requests", "wrong_tokens"] {
        let counted = format!("toolwright_refusals_total{{limit=\"{limit}\"}} 1\n");
        assert!(metrics.contains(&counted), "{limit}: {metrics}");
    }
}

async fn call(server: &Server, id: &str) -> Answer {
    let params = json!({"name": "get_single_acme_user_by_id", "arguments": {"id": id}});
    server.legacy("tools/call", params).await
}

#[tokio::test]
async fn an_mcp_server_makes_so_many_calls_at_a_time() {
    let server = Server::with("127.0.0.1:0", |app| {
        app.limiter = limits(|limits| limits.concurrent_calls = number(2));
    })
    .await;
    let slow = async || call(&server, "slow").await;
    let late = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let refused = call(&server, "u-1").await;
        assert_limited(&refused);
        assert_eq!(count(&refused, "ratelimit-limit"), 2);
        assert_eq!(refused.json()["id"], 7);
        // A list is no call.
        assert_eq!(list(&server, "acme", &[]).await.status, 200);
    };
    let (first, second, ()) = tokio::join!(slow(), slow(), late);
    assert_eq!((first.status, second.status), (200, 200));
    assert_eq!(call(&server, "u-1").await.status, 200);
}

#[tokio::test]
async fn all_of_them_make_so_many_calls_at_a_time() {
    let server = Server::with("127.0.0.1:0", |app| {
        app.limiter = limits(|limits| limits.total_concurrent_calls = number(1));
    })
    .await;
    let late = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        call(&server, "u-1").await
    };
    let (first, refused) = tokio::join!(call(&server, "slow"), late);
    assert_eq!((first.status, refused.status), (200, 503), "{refused:?}");
    assert_eq!(count(&refused, "Retry-After"), 1);
    assert_eq!(refused.json()["error"]["code"], 429);
}

#[tokio::test]
async fn a_call_whose_client_has_gone_gives_its_turn_back() {
    let server = Server::with("127.0.0.1:0", |app| {
        app.limiter = limits(|limits| limits.concurrent_calls = number(1));
    })
    .await;
    let soon = std::time::Duration::from_millis(300);
    let stuck = tokio::time::timeout(soon, call(&server, "stuck")).await;
    assert!(stuck.is_err());
    for _ in 0..100 {
        let answer = call(&server, "u-1").await;
        if answer.status == 200 {
            return;
        }
        assert_limited(&answer);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the turn is lost");
}

#[tokio::test]
async fn calls_by_the_proxy_api_are_counted_like_others() {
    let installation = Installation::sqlite().await;
    let node = installation
        .node_with(|app| {
            app.limiter = limits(|limits| {
                limits.concurrent_calls = number(1);
                limits.total_concurrent_calls = number(2);
                limits.api_requests_per_second = number(5);
            });
        })
        .await;
    let (one, two, three) = (
        node.account().await,
        node.account().await,
        node.account().await,
    );
    let ask = async |account: &str, id: &str| {
        let start = format!("GET /proxy/things/{id}?integrated_account_id={account}");
        node.ask(&start, Value::Null).await
    };
    let late = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let refused = ask(&one, "1").await;
        assert_limited(&refused);
        assert_eq!(
            refused.json().get("details"),
            None,
            "it is not the vendor's"
        );
        assert_eq!(ask(&three, "1").await.status, 503);
    };
    let (first, second, ()) = tokio::join!(ask(&one, "slow"), ask(&two, "slow"), late);
    assert_eq!((first.status, second.status), (200, 200));
    let mut refused = false;
    for _ in 0..20 {
        refused |= ask(&one, "1").await.status == 429;
    }
    assert!(refused, "they are requests to the HTTP API");
}

#[tokio::test]
async fn an_api_token_is_good_for_so_many_requests_a_second() {
    let server = Server::with("127.0.0.1:0", |app| {
        app.limiter = limits(|limits| limits.api_requests_per_second = number(2));
    })
    .await;
    let ask = async |token: &str| {
        let bearer = format!("Authorization: Bearer {token}");
        send(server.address, "GET /integration", &[&bearer], "").await
    };
    let (first, second) = (server.admin().await, server.admin().await);
    for _ in 0..4 {
        assert_eq!(ask(&first).await.status, 200);
    }
    let refused = ask(&first).await;
    assert_limited(&refused);
    assert_eq!(refused.json()["statusCode"], 429);
    assert_eq!(ask(&second).await.status, 200, "another token");
}

#[tokio::test]
async fn heads_that_are_too_long_are_refused() {
    let server = Server::start().await;
    let ask = async |path: &str, length: usize| {
        let padding = format!("X-Padding: {}", "x".repeat(length));
        send(server.address, &format!("GET {path}"), &[&padding], "").await
    };
    assert_eq!(ask("/healthz", 30 * 1024).await.status, 200);
    let refused = ask("/healthz", 33 * 1024).await;
    assert_eq!(refused.status, 431);
    let message = "The address and the headers must not be longer than 32 KiB.";
    assert_eq!(refused.json()["message"], message);
    let path = format!("/healthz?{}", "x".repeat(33 * 1024));
    assert_eq!(ask(&path, 0).await.status, 431);
    // Nobody reads one to its end that is much too long.
    let head = format!(
        "GET /healthz HTTP/1.1\r\nX-Padding: {}",
        "x".repeat(64 * 1024)
    );
    assert_eq!(raw(server.address, head.as_bytes()).await.status, 431);
    let many = "X-Padding: x\r\n".repeat(101);
    let head = format!("GET /healthz HTTP/1.1\r\n{many}\r\n");
    assert_eq!(raw(server.address, head.as_bytes()).await.status, 431);
}
