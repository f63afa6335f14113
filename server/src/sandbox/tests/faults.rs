//! What a vendor does when it is told to do something wrong.

use std::io;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::client::{API, TOKEN, get, json, send};
use super::sandbox;
use crate::sandbox::{Fault, Injection, InjectionError, Sandbox};

/// The true answer of `/whole`.
async fn truth() -> String {
    get(&sandbox().await, "/whole").await.text
}

/// What comes of a request as it is on the wire, up to `most` bytes, and whether it ended well.
/// HTTP/1.0 has no chunks.
async fn wire(sandbox: &Sandbox, most: usize) -> (String, io::Result<()>) {
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    let request = format!("GET {API}/whole HTTP/1.0\r\nHost: sandbox\r\n{TOKEN}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut read = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    let ended = loop {
        match stream.read(&mut buffer).await {
            Ok(0) => break Ok(()),
            Ok(length) => read.extend_from_slice(&buffer[..length]),
            Err(error) => break Err(error),
        }
        if read.len() >= most {
            break Ok(());
        }
    };
    (String::from_utf8(read).unwrap(), ended)
}

#[tokio::test]
async fn a_fault_is_said_in_the_vendors_own_form() {
    let sandbox = sandbox().await;
    for (fault, status, body) in [
        (Fault::Throttle, 429, ""),
        (Fault::DeadToken, 401, r#"{"error":"who are you?"}"#),
        (Fault::RefuseScopes, 403, r#"{"error":"not for this"}"#),
        (Fault::ServerError { status: 503 }, 503, ""),
        (
            Fault::Html { status: 200 },
            200,
            "<!doctype html><title>Please wait</title><h1>Please wait</h1>\n",
        ),
    ] {
        sandbox.inject(Injection::new("acme", fault)).unwrap();
        let reply = get(&sandbox, "/whole").await;
        assert_eq!((reply.status, &*reply.text), (status, body), "{fault:?}");
        let kind = reply.header("Content-Type").unwrap_or_default();
        assert_eq!(
            kind.starts_with("text/html"),
            fault == Fault::Html { status: 200 }
        );
        // Once means once.
        assert_eq!(get(&sandbox, "/whole").await.status, 200);
    }
    let statuses: Vec<u16> = sandbox
        .requests()
        .iter()
        .map(|served| served.status.as_u16())
        .collect();
    assert_eq!(statuses, [429, 200, 401, 200, 403, 200, 503, 200, 200, 200]);
}

#[tokio::test]
async fn what_is_said_instead_does_not_happen() {
    let sandbox = sandbox().await;
    let user = json!({"users": [{"email": "z@acme.example", "name": {"first": "Z"}}]});
    sandbox
        .inject(Injection::new("acme", Fault::Throttle))
        .unwrap();
    assert_eq!(json(&sandbox, "POST", "/users", &user).await.status, 429);
    let count = get(&sandbox, "/whole").await.text.matches("\"id\"").count();
    sandbox
        .inject(Injection::new("acme", Fault::TruncatedJson))
        .unwrap();
    json(&sandbox, "POST", "/users", &user).await;
    let after = get(&sandbox, "/whole").await.text.matches("\"id\"").count();
    assert_eq!(after, count + 1);
}

#[tokio::test]
async fn a_body_is_cut_or_called_something_else() {
    let sandbox = sandbox().await;
    let truth = truth().await;
    sandbox
        .inject(Injection::new("acme", Fault::TruncatedJson))
        .unwrap();
    let reply = get(&sandbox, "/whole").await;
    assert_eq!(
        (reply.status, &*reply.text),
        (200, &truth[..truth.len() / 2])
    );
    let length = (truth.len() / 2).to_string();
    assert_eq!(reply.header("Content-Length"), Some(&*length));

    sandbox
        .inject(Injection::new("acme", Fault::WrongContentType))
        .unwrap();
    let reply = get(&sandbox, "/whole").await;
    assert_eq!((reply.status, &reply.text), (200, &truth));
    assert_eq!(
        reply.header("Content-Type"),
        Some("text/plain; charset=utf-8")
    );

    // An answer without a body gets one that can be spoiled.
    sandbox
        .inject(Injection::new("acme", Fault::TruncatedJson))
        .unwrap();
    let reply = get(&sandbox, "/users?status=active&page=9").await;
    assert_eq!((reply.status, &*reply.text), (200, "{"));
}

#[tokio::test]
async fn a_body_is_as_large_as_it_is_told_to_be() {
    let sandbox = sandbox().await;
    let bytes = 300_000;
    sandbox
        .inject(Injection::new("acme", Fault::HugeBody { bytes }))
        .unwrap();
    let reply = get(&sandbox, "/whole").await;
    assert_eq!(reply.header("Content-Length"), Some("300000"));
    assert_eq!(reply.text.len(), 300_000);
    let document: serde_json::Value = serde_json::from_str(&truth().await).unwrap();
    assert_eq!(reply.json(), document);
    // One that is longer already stays so.
    sandbox
        .inject(Injection::new("acme", Fault::HugeBody { bytes: 1 }))
        .unwrap();
    assert_eq!(get(&sandbox, "/whole").await.json(), document);
}

#[tokio::test]
async fn an_endless_body_goes_on() {
    let sandbox = sandbox().await;
    sandbox
        .inject(Injection::new("acme", Fault::EndlessBody))
        .unwrap();
    let (text, ended) = wire(&sandbox, 1 << 20).await;
    ended.unwrap();
    let body = text.split_once("\r\n\r\n").unwrap().1;
    assert!(body.len() > 1_000_000);
    assert_eq!(body.trim_end(), &truth().await[..truth().await.len() - 1]);
}

#[tokio::test]
async fn an_answer_can_be_late_or_slow() {
    let sandbox = sandbox().await;
    let milliseconds = 300;
    for fault in [
        Fault::SlowHeaders { milliseconds },
        Fault::SlowBody { milliseconds },
    ] {
        sandbox.inject(Injection::new("acme", fault)).unwrap();
        let started = Instant::now();
        let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
        let request = format!("GET {API}/whole HTTP/1.0\r\nHost: sandbox\r\n{TOKEN}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.read_u8().await.unwrap();
        let headers = started.elapsed();
        let mut rest = String::new();
        stream.read_to_string(&mut rest).await.unwrap();
        let late = Duration::from_millis(milliseconds - 50);
        assert_eq!(
            headers > late,
            fault == Fault::SlowHeaders { milliseconds },
            "{headers:?}"
        );
        assert!(started.elapsed() > late);
        assert!(rest.ends_with(&truth().await), "{rest}");
    }
}

#[tokio::test]
async fn a_connection_breaks_off_in_the_middle() {
    let sandbox = sandbox().await;
    let truth = truth().await;
    sandbox
        .inject(Injection::new("acme", Fault::BreakOff))
        .unwrap();
    let (text, _) = wire(&sandbox, usize::MAX).await;
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let length = format!("content-length: {}", truth.len());
    assert!(head.to_ascii_lowercase().contains(&length), "{head}");
    assert_eq!(body, &truth[..truth.len() / 2]);
}

#[tokio::test]
async fn a_slow_vendor_does_not_hold_up_the_end() {
    let sandbox = sandbox().await;
    let milliseconds = 600_000;
    for fault in [Fault::SlowHeaders { milliseconds }, Fault::EndlessBody] {
        sandbox.inject(Injection::new("acme", fault)).unwrap();
        let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
        let request = format!("GET {API}/whole HTTP/1.1\r\nHost: sandbox\r\n{TOKEN}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        tokio::spawn(async move { tokio::io::copy(&mut stream, &mut tokio::io::sink()).await });
    }
    let before = Instant::now();
    while sandbox.requests().len() < 2 {
        assert!(before.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let stopping = tokio::time::timeout(Duration::from_secs(5), sandbox.shutdown());
    stopping.await.unwrap();
}

#[tokio::test]
async fn a_fault_lasts_as_long_as_it_is_told_to() {
    let sandbox = sandbox().await;
    let status = async |path: &str| get(&sandbox, path).await.status;
    sandbox
        .inject(Injection::new("acme", Fault::Throttle).times(2))
        .unwrap();
    sandbox
        .inject(
            Injection::new("acme", Fault::DeadToken)
                .at("/me.json")
                .always(),
        )
        .unwrap();
    assert_eq!(sandbox.faults().len(), 2);
    assert_eq!(status("/whole").await, 429);
    assert_eq!(status("/me.json?a=b").await, 429);
    for _ in 0..3 {
        assert_eq!(status("/whole").await, 200);
        assert_eq!(status("/me.json?a=b").await, 401);
    }
    sandbox.stop_faults();
    assert_eq!(status("/me.json").await, 200);
    assert!(sandbox.faults().is_empty());
}

#[tokio::test]
async fn what_cannot_be_done_is_refused() {
    let sandbox = sandbox().await;
    let range = |name, least, most| InjectionError::Range(name, least, most);
    for (injection, error) in [
        (
            Injection::new("globex", Fault::Throttle),
            InjectionError::Integration("globex".to_owned(), "acme".to_owned()),
        ),
        (
            Injection::new("acme", Fault::ExpireTokens),
            InjectionError::Unknown("acme".to_owned()),
        ),
        (
            Injection::new("acme", Fault::ChangeDataCenter),
            InjectionError::Unknown("acme".to_owned()),
        ),
        (
            Injection::new("acme", Fault::ExpireTokens).times(2),
            InjectionError::AtOnce,
        ),
        (
            Injection::new("acme", Fault::EndRefreshTokens).at("/"),
            InjectionError::AtOnce,
        ),
        (
            Injection::new("acme", Fault::ServerError { status: 404 }),
            range("status", 500, 599),
        ),
        (
            Injection::new("acme", Fault::Html { status: 100 }),
            range("status", 200, 599),
        ),
        (
            Injection::new("acme", Fault::HugeBody { bytes: 0 }),
            range("bytes", 1, 1 << 30),
        ),
        (
            Injection::new(
                "acme",
                Fault::SlowBody {
                    milliseconds: 600_001,
                },
            ),
            range("milliseconds", 1, 600_000),
        ),
    ] {
        assert_eq!(sandbox.inject(injection), Err(error));
    }
    assert!(sandbox.faults().is_empty());
    let reply = send(&sandbox, "GET", &format!("{API}/whole"), &[TOKEN], "").await;
    assert_eq!(reply.status, 200);
}
