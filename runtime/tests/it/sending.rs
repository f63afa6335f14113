//! What goes over the wire, and what the network does to it.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use toolwright_runtime::error::ErrorKind;
use toolwright_runtime::outcome::Data;
use toolwright_runtime::send::Limits;
use toolwright_runtime::table::*;

use crate::server::{Reply, Server};
use crate::tables::{ARG, OPERATION};

const RECORD: Response = Response {
    at: &[],
    form: ResponseForm::Record,
    shape: Shape::Any,
};
static GET: Operation = Operation {
    kind: MethodKind::Get,
    response: RECORD,
    ..OPERATION
};
static POST: Operation = Operation {
    http: Http::Post,
    args: &[Arg {
        place: Place::Body {
            at: &["name"],
            integer: false,
        },
        ..ARG
    }],
    body: Body::Json {
        wrap: &[],
        constants: &[],
    },
    response: RECORD,
    ..OPERATION
};
static DELETE: Operation = Operation {
    http: Http::Delete,
    ..OPERATION
};
static EMPTY_POST: Operation = Operation {
    http: Http::Post,
    ..OPERATION
};

/// The error of a `GET` with these limits.
async fn failed(server: &Server, limits: Limits) -> toolwright_runtime::error::Error {
    let caller = crate::caller_with(&server.url, limits);
    let outcome = caller
        .call(&crate::account(), &GET, &crate::object(json!({})))
        .await;
    let error = outcome.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret-token"));
    error
}

#[tokio::test]
async fn a_request_carries_the_credential_in_its_header() {
    let server = Server::start(|_| Reply::new(200, r#"{"a": 1}"#)).await;
    let outcome = crate::call(&server.url, &GET, json!({})).await.unwrap();
    assert!(
        matches!(outcome.data, Data::Record(record) if record.to_value().unwrap() == json!({"a": 1}))
    );
    let received = server.received();
    assert_eq!(received[0].method, "GET");
    assert_eq!(received[0].target, "/api.acme.example/v1/users");
    let header = |name: &str| received[0].headers.get(name).map(String::as_str);
    assert_eq!(header("authorization"), Some("Acme-token secret-token"));
    assert_eq!(header("accept"), Some("application/json"));
    assert_eq!(header("accept-encoding"), Some("gzip"));
    assert_eq!(header("content-length"), None);
    assert_eq!(header("referer"), None);
    assert!(header("user-agent").unwrap().starts_with("toolwright/"));
}

#[tokio::test]
async fn bodies_and_methods() {
    let server = Server::start(|_| Reply::new(201, r#"{"id": 7}"#)).await;
    crate::call(&server.url, &POST, json!({"q": "Jane"}))
        .await
        .unwrap();
    crate::call(&server.url, &EMPTY_POST, json!({}))
        .await
        .unwrap();
    crate::call(&server.url, &DELETE, json!({})).await.unwrap();
    let received = server.received();
    assert_eq!(
        (received[0].method.as_str(), received[0].body.as_str()),
        ("POST", r#"{"name":"Jane"}"#)
    );
    assert_eq!(
        received[0].headers.get("content-type").unwrap(),
        "application/json"
    );
    // Many servers refuse a POST without a length (411).
    assert_eq!(
        received[1]
            .headers
            .get("content-length")
            .map(String::as_str),
        Some("0")
    );
    assert!(!received[1].headers.contains_key("content-type"));
    assert_eq!(received[2].method, "DELETE");
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let elsewhere = Server::start(|_| Reply::new(200, "{}")).await;
    for status in [301, 302, 303, 307, 308] {
        for location in [
            format!("{}/v1/users", elsewhere.url),
            "/v1/other".to_owned(),
        ] {
            let server =
                Server::start(move |_| Reply::new(status, "").header("location", &location)).await;
            for operation in [&GET, &POST] {
                let error = crate::call(&server.url, operation, json!({}))
                    .await
                    .unwrap_err();
                assert_eq!(
                    (error.kind, error.status),
                    (ErrorKind::Upstream, Some(status))
                );
                assert!(
                    error.message.contains("a redirect, which is not followed"),
                    "{error}"
                );
                assert!(!format!("{error:?}").contains("secret-token"));
            }
            assert_eq!(server.received().len(), 2, "one request a call");
        }
    }
    assert_eq!(elsewhere.received().len(), 0);
}

#[tokio::test]
async fn a_large_answer_is_cut_off() {
    let server = Server::start(|_| Reply::new(200, " ".repeat(64 * 1024 + 1))).await;
    let error = failed(
        &server,
        Limits {
            answer: 64 * 1024,
            ..Limits::default()
        },
    )
    .await;
    assert_eq!((error.kind, error.status), (ErrorKind::TooLarge, Some(200)));
    assert_eq!(
        error.to_string(),
        "The answer of Acme has more than 65536 bytes. Ask for less, such as fewer rows or a \
         narrower filter."
    );
    let server = Server::start(|_| Reply::new(200, "").flooding()).await;
    let error = failed(
        &server,
        Limits {
            answer: 64 * 1024,
            ..Limits::default()
        },
    )
    .await;
    assert_eq!(error.kind, ErrorKind::TooLarge);
    let server =
        Server::start(|_| Reply::new(200, format!("{}{{}}", " ".repeat(64 * 1024 - 2)))).await;
    let caller = crate::caller_with(
        &server.url,
        Limits {
            answer: 64 * 1024,
            ..Limits::default()
        },
    );
    assert!(
        caller
            .call(&crate::account(), &GET, &crate::object(json!({})))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_small_answer_that_unpacks_into_a_large_one_is_cut_off() {
    let reply = |packed: Vec<u8>| {
        move |_: &_| Reply::new(200, packed.clone()).header("content-encoding", "gzip")
    };
    let server = Server::start(reply(gzip(b"{\"a\":1}", 0))).await;
    let outcome = crate::call(&server.url, &GET, json!({})).await.unwrap();
    assert!(
        matches!(outcome.data, Data::Record(record) if record.to_value().unwrap() == json!({"a": 1}))
    );

    let bomb = gzip(b"x", 1_000_000);
    assert!(bomb.len() < 8192);
    let server = Server::start(reply(bomb)).await;
    let error = failed(
        &server,
        Limits {
            answer: 64 * 1024,
            ..Limits::default()
        },
    )
    .await;
    assert_eq!(error.kind, ErrorKind::TooLarge);

    let server = Server::start(reply(b"no gzip at all".to_vec())).await;
    assert_eq!(
        failed(&server, Limits::default()).await.kind,
        ErrorKind::Malformed
    );
}

/// A gzip file (RFC 1952) of `text` and then so many copies of its last byte.
fn gzip(text: &[u8], copies: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.push(0b011, 3); // The last block, with the fixed codes of RFC 1951 section 3.2.6.
    for byte in text {
        bits.push_code(u32::from(*byte) + 0x30, 8);
    }
    for _ in 0..copies / 258 {
        bits.push_code(0b1100_0101, 8); // Length 258,
        bits.push_code(0, 5); // distance 1.
    }
    bits.push_code(0, 7); // The end of the block.
    let size = text.len() + copies / 258 * 258;
    let whole: Vec<u8> = text
        .iter()
        .copied()
        .chain(std::iter::repeat_n(text[text.len() - 1], size - text.len()))
        .collect();
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    file.extend(bits.bytes);
    file.extend(crc32(&whole).to_le_bytes());
    file.extend(u32::try_from(size).unwrap().to_le_bytes());
    file
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    /// Adds bits, the least significant one first.
    fn push(&mut self, value: u32, bits: u32) {
        for bit in 0..bits {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.len() - 1;
            self.bytes[last] |= u8::from(value >> bit & 1 == 1) << (self.count % 8);
            self.count += 1;
        }
    }

    /// Adds a Huffman code, the most significant bit first.
    fn push_code(&mut self, code: u32, bits: u32) {
        (0..bits)
            .rev()
            .for_each(|bit| self.push(code >> bit & 1, 1));
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[tokio::test]
async fn a_silent_vendor_is_a_timeout() {
    let started = Instant::now();
    let server = Server::start(|_| Reply::new(200, "{").stalling()).await;
    let hasty = Limits {
        call: Duration::from_millis(300),
        ..Limits::default()
    };
    let error = failed(&server, hasty).await;
    assert_eq!(error.kind, ErrorKind::Timeout);
    assert_eq!(error.message, "Acme did not answer within 1 s.");
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn a_broken_connection_is_a_network_error() {
    let server = Server::start(|_| Reply::new(200, "{").breaking_off()).await;
    let error = failed(&server, Limits::default()).await;
    assert_eq!(error.kind, ErrorKind::Network);
    assert!(
        error.message.starts_with("Acme broke the connection off: "),
        "{error}"
    );
    assert_eq!(server.received().len(), 1, "nothing is sent twice");
}

#[tokio::test]
async fn a_vendor_that_is_not_there_is_a_network_error() {
    let server = Server::start(|_| Reply::new(200, "{}")).await;
    let url = server.url.clone();
    drop(server);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = crate::call(&url, &GET, json!({})).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Network);
    assert!(
        error.message.starts_with("Acme could not be reached: "),
        "{error}"
    );
    assert!(!error.message.contains("127.0.0.1:"), "{error}");
}

#[tokio::test]
async fn an_override_that_reads_differently_is_not_used() {
    // To a URL parser this is 127.0.0.1; what is read otherwise than it is written is not sent.
    let error = crate::call("http://127.1:9", &GET, json!({}))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::InvalidArgument);
    assert!(
        error.message.contains("would be read as another one"),
        "{error}"
    );
}

#[tokio::test]
async fn a_host_without_tls_is_a_network_error() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream
            .write_all(b"HTTP/1.1 400 X\r\ncontent-length: 0\r\n\r\n")
            .await
            .unwrap();
        let mut hello = Vec::new();
        let _ = stream.read_to_end(&mut hello).await;
        String::from_utf8_lossy(&hello).into_owned()
    });
    let error = crate::call(&url, &GET, json!({})).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Network);
    assert!(!server.await.unwrap().contains("secret-token"));
}
