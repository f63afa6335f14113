//! The one place where bytes leave the process: a request goes out, an answer comes back.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

use crate::error::{Error, ErrorKind};
use crate::request::Request;
use crate::url::is_same_origin;

/// How long things may take and how large they may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a connection may take to be made.
    pub connect: Duration,
    /// How long a whole call may take, all its pages together.
    pub call: Duration,
    /// How many bytes an answer may have, unpacked.
    pub answer: usize,
}

impl Default for Limits {
    /// 10 seconds to connect; 50 seconds for a call, since most MCP clients give up after 60; 8 MiB.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            call: Duration::from_secs(50),
            answer: 8 * 1024 * 1024,
        }
    }
}

/// An HTTP answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, unpacked.
    pub body: Bytes,
    /// When it came.
    pub received: SystemTime,
}

/// Sends requests. It follows no redirects, repeats nothing, and takes no proxy from the environment:
/// a credential goes to the host that the request names, or nowhere.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    client: reqwest::Client,
    limits: Limits,
    /// Why no HTTPS host can be trusted, where that is so.
    no_trust: Option<Arc<str>>,
}

impl Sender {
    pub(crate) fn new(limits: Limits) -> Result<Self, Error> {
        let (tls, no_trust) = tls().map_err(|error| cannot_start(&error))?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .connect_timeout(limits.connect)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .user_agent(concat!("toolwright/", env!("CARGO_PKG_VERSION")))
            // Vendors drop idle connections after about a minute; a dropped one would cost a call.
            .pool_idle_timeout(Duration::from_secs(20))
            .build()
            .map_err(|error| cannot_start(&error))?;
        Ok(Self {
            client,
            limits,
            no_trust,
        })
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Sends a request to the product called `label`.
    pub(crate) async fn send(
        &self,
        label: &str,
        request: Request,
        timeout: Duration,
    ) -> Result<Answer, Error> {
        let url = self.checked(&request)?;
        let failed = |error| failed(label, error, timeout);
        let mut response = self
            .client
            .request(request.method, url)
            .headers(request.headers)
            .body(request.body)
            .timeout(timeout)
            .send()
            .await
            .map_err(failed)?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > self.limits.answer {
                return Err(too_large(label, status, self.limits.answer));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            headers,
            body: body.freeze(),
            received: SystemTime::now(),
        })
    }

    /// The URL as the client reads it, which must be as we wrote it: a reader that sees another path
    /// or host than the writer is how credentials get lost.
    fn checked(&self, request: &Request) -> Result<reqwest::Url, Error> {
        let written = request.url();
        let read = reqwest::Url::parse(written.as_str());
        let read = read.ok().filter(|read| {
            is_same_origin(written.origin(), &read.origin().ascii_serialization())
                && read.path() == written.path()
                && read.query() == written.query()
        });
        let Some(url) = read else {
            let message = "The URL of this request would be read as another one; it was not sent.";
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        };
        match &self.no_trust {
            Some(reason) if url.scheme() == "https" => {
                let message = format!("No HTTPS host can be trusted: {reason}.");
                let hint =
                    "Install the system's CA certificates, such as the package ca-certificates.";
                Err(Error::new(ErrorKind::Network, message).with_hint(hint))
            }
            _ => Ok(url),
        }
    }
}

/// rustls with ring and the system's verifier: an operator trusts or distrusts a CA in one place. A
/// system without any CA can still reach plain HTTP hosts, such as the sandbox on loopback.
fn tls() -> Result<(ClientConfig, Option<Arc<str>>), rustls::Error> {
    let builder = || {
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
    };
    let (builder, no_trust) = match builder()?.with_platform_verifier() {
        Ok(builder) => (builder, None),
        Err(error) => (
            builder()?.with_root_certificates(RootCertStore::empty()),
            Some(error.to_string().into()),
        ),
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok((config, no_trust))
}

/// An error without its URL, which may hold what nobody else should read.
fn failed(label: &str, error: reqwest::Error, timeout: Duration) -> Error {
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let is_bad_data = cause
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::InvalidData);
    let seconds = timeout.as_secs_f32().ceil();
    let (kind, message) = match (error.is_timeout(), error.is_connect()) {
        (true, true) => (
            ErrorKind::Timeout,
            format!("{label} could not be connected to in time."),
        ),
        (true, false) => (
            ErrorKind::Timeout,
            format!("{label} did not answer within {seconds} s."),
        ),
        (false, true) => (
            ErrorKind::Network,
            format!("{label} could not be reached: {cause}."),
        ),
        (false, false) if is_bad_data => (
            ErrorKind::Malformed,
            format!("{label} sent what cannot be unpacked: {cause}."),
        ),
        (false, false) => (
            ErrorKind::Network,
            format!("{label} broke the connection off: {cause}."),
        ),
    };
    Error::new(kind, message)
}

fn too_large(label: &str, status: u16, limit: usize) -> Error {
    let message = format!("The answer of {label} has more than {limit} bytes.");
    let mut error = Error::new(ErrorKind::TooLarge, message)
        .with_hint("Ask for less, such as fewer rows or a narrower filter.");
    error.status = Some(status);
    error
}

fn cannot_start(error: &dyn std::error::Error) -> Error {
    Error::new(
        ErrorKind::Network,
        format!("The HTTP client could not be set up: {error}."),
    )
}
