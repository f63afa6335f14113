//! A plain HTTP client, which sends paths as they are.

use std::fmt::Write as _;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::super::Sandbox;

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    head: String,
    pub(super) text: String,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Where everything that is not about hosts is sent.
pub(super) const API: &str = "/acme/api/eu.acme.example";

/// The header with the credential.
pub(super) const TOKEN: &str = "X-Auth: Acme sandbox-acme";

pub(super) async fn get(sandbox: &Sandbox, path: &str) -> Reply {
    send(sandbox, "GET", &format!("{API}{path}"), &[TOKEN], "").await
}

pub(super) async fn json(sandbox: &Sandbox, method: &str, path: &str, body: &Value) -> Reply {
    let headers = [TOKEN, "Content-Type: application/json"];
    send(
        sandbox,
        method,
        &format!("{API}{path}"),
        &headers,
        &body.to_string(),
    )
    .await
}

pub(super) async fn send(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &str,
) -> Reply {
    let mut stream = TcpStream::connect(sandbox.address).await.unwrap();
    let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|header| header.starts_with("Host:")) {
        request.push_str("Host: sandbox\r\n");
    }
    for header in headers {
        write!(request, "{header}\r\n").unwrap();
    }
    write!(request, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    let (head, text) = reply.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply {
        status,
        head: head.to_owned(),
        text: text.to_owned(),
    }
}
