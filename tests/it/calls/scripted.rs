//! A vendor on the loopback interface that does what a test says, and remembers what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use toolwright::runtime::table::Catalogue;
use toolwright::runtime::upstreams::Upstreams;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// `GET /api.acme.example/v1/users?page=2`, the host that was meant in front of the path.
    pub(crate) line: String,
    /// The parameters of the query, not decoded.
    pub(crate) query: BTreeMap<String, String>,
}

/// What the vendor does, in order. Then it closes the connection.
pub(crate) enum Act {
    Send(Vec<u8>),
    /// Sends this again and again, until the client has enough.
    Flood(String),
    /// Holds the connection and says nothing.
    Wait,
    /// Breaks off in the way of a process that died.
    Reset,
}

/// An answer. A body comes with its length unless the headers speak of it.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<Act> {
    let body = body.as_ref();
    let mut head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let framed = ["content-length", "transfer-encoding"];
    if status != 204 && !headers.iter().any(|(name, _)| framed.contains(name)) {
        head += &format!("content-length: {}\r\n", body.len());
    }
    vec![Act::Send([head.as_bytes(), b"\r\n", body].concat())]
}

/// An answer of 200 in JSON.
pub(crate) fn json(body: &Value) -> Vec<Act> {
    answer(
        200,
        &[("content-type", "application/json")],
        body.to_string(),
    )
}

/// The vendor. It stops when it is dropped.
pub(crate) struct Vendor {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl Drop for Vendor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Vendor {
    pub(crate) async fn start(script: impl Fn(&Asked) -> Vec<Act> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/{{host}}", listener.local_addr().unwrap());
        let asked = Arc::default();
        let (script, log) = (Arc::new(script), Arc::clone(&asked));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                // A client that has enough is no failure of the vendor.
                tokio::spawn(async move { serve(stream, script.as_ref(), &log).await.ok() });
            }
        });
        Self { url, asked, task }
    }

    /// The overrides that send all calls here. The host that was meant comes first in the path.
    pub(crate) fn upstreams(&self, catalogue: &Catalogue) -> Upstreams {
        let mut upstreams = Upstreams::default();
        for integration in catalogue.integrations {
            for host in integration.hosts {
                let (slug, name) = (integration.slug, host.name);
                upstreams.set(slug, name, &self.url).unwrap();
            }
        }
        upstreams
    }

    /// What it was asked since the last time.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

/// A vendor that gives one answer after the other, as they are handed to it.
pub(crate) struct Puppet {
    pub(crate) vendor: Vendor,
    next: Arc<Mutex<Vec<Vec<Act>>>>,
}

impl Puppet {
    pub(crate) async fn start() -> Self {
        let next: Arc<Mutex<Vec<Vec<Act>>>> = Arc::default();
        let script = Arc::clone(&next);
        let vendor = Vendor::start(move |_| {
            let mut script = script.lock().unwrap();
            if script.is_empty() {
                return answer(418, &[], "nobody said what to answer");
            }
            script.remove(0)
        });
        Self {
            vendor: vendor.await,
            next,
        }
    }

    /// What to answer to the next requests.
    pub(crate) fn answers(&self, answers: impl IntoIterator<Item = Vec<Act>>) {
        *self.next.lock().unwrap() = answers.into_iter().collect();
    }
}

async fn serve(
    mut stream: TcpStream,
    script: &(impl Fn(&Asked) -> Vec<Act> + ?Sized),
    log: &Mutex<Vec<Asked>>,
) -> std::io::Result<()> {
    let mut bytes = Vec::with_capacity(64 * 1024);
    let head = loop {
        let text = str::from_utf8(&bytes).unwrap();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .to_lowercase()
                .split_once("content-length: ")
                .map(|(_, length)| length.lines().next().unwrap().parse::<usize>().unwrap());
            if body.len() >= length.unwrap_or_default() {
                break head.to_owned();
            }
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    };
    let line = head.split(" HTTP/1.1").next().unwrap().to_owned();
    let query = line.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let query = pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let asked = Asked { line, query };
    let acts = script(&asked);
    log.lock().unwrap().push(asked);
    for act in acts {
        match act {
            Act::Send(bytes) => stream.write_all(&bytes).await?,
            Act::Flood(bytes) => loop {
                stream.write_all(bytes.as_bytes()).await?;
            },
            Act::Wait => tokio::time::sleep(Duration::from_secs(30)).await,
            Act::Reset => return stream.set_zero_linger(),
        }
    }
    stream.shutdown().await
}
