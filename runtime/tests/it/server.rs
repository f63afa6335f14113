//! A loopback HTTP server that does what a test says and remembers what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as it came over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// Path and query, not decoded.
    pub(crate) target: String,
    /// By names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// What the server does with a request.
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    then: Then,
}

/// What the server does after its answer.
enum Then {
    Close,
    /// Says nothing more, and holds the connection.
    Stall,
    /// Goes on sending until the client has enough.
    Flood,
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            then: Then::Close,
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Promises a longer body than it sends, and breaks off.
    pub(crate) fn breaking_off(self) -> Self {
        let length = (self.body.len() + 100).to_string();
        self.header("content-length", &length)
    }

    /// Promises a longer body than it sends, and waits.
    pub(crate) fn stalling(mut self) -> Self {
        self.then = Then::Stall;
        self.breaking_off()
    }

    /// Sends a body without end.
    pub(crate) fn flooding(mut self) -> Self {
        self.then = Then::Flood;
        self.header("transfer-encoding", "chunked")
    }
}

/// A server; it stops when it is dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(crate) async fn start(reply: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let (reply, log) = (Arc::new(reply), Arc::clone(&received));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (reply, log) = (Arc::clone(&reply), Arc::clone(&log));
                tokio::spawn(async move {
                    let _ = serve(stream, reply.as_ref(), &log).await;
                });
            }
        });
        Self {
            url,
            received,
            task,
        }
    }

    /// What it was asked so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The paths and queries it was asked for so far.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.received()
            .into_iter()
            .map(|received| received.target)
            .collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    reply: &(impl Fn(&Received) -> Reply + ?Sized),
    log: &Mutex<Vec<Received>>,
) -> std::io::Result<()> {
    let Some(received) = read(&mut stream).await? else {
        return Ok(());
    };
    log.lock().unwrap().push(received.clone());
    let reply = reply(&received);
    let mut head = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", reply.status);
    let has = |name| reply.headers.iter().any(|(header, _)| header == name);
    if !has("content-length") && !has("transfer-encoding") && reply.status != 204 {
        head.push_str(&format!("content-length: {}\r\n", reply.body.len()));
    }
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(b"\r\n").await?;
    stream.write_all(&reply.body).await?;
    match reply.then {
        Then::Close => {}
        Then::Stall => tokio::time::sleep(Duration::from_secs(30)).await,
        Then::Flood => {
            let chunk = format!("400\r\n{}\r\n", " ".repeat(1024));
            while stream.write_all(chunk.as_bytes()).await.is_ok() {}
        }
    }
    stream.shutdown().await
}

async fn read(stream: &mut TcpStream) -> std::io::Result<Option<Received>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut start = lines.next().unwrap().split(' ');
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(Received {
        method: start.next().unwrap().to_owned(),
        target: start.next().unwrap().to_owned(),
        headers,
        body: String::from_utf8_lossy(&bytes[end + 4..]).into_owned(),
    }))
}
