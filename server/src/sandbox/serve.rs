//! The listener of the sandbox: from a request to its vendor, and back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Bytes, to_bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, LINK};
use axum::http::{HeaderValue, StatusCode, request};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::answer::Answer;
use super::call::Request;
use super::control;
use super::delivery::{Message, deliver};
use super::fault::Fault;
use super::journal::Served;
use super::parameters::Parameters;
use super::vendor::Vendor;

/// The largest body that is read, in bytes.
const BODY_LIMIT: usize = 1 << 20;

/// How long requests under way have when the sandbox stops.
const GRACE: Duration = Duration::from_secs(1);

/// The vendors of a sandbox.
#[derive(Debug)]
pub(super) struct Vendors {
    address: SocketAddr,
    vendors: Vec<Vendor>,
}

impl Vendors {
    pub(super) fn new(address: SocketAddr, vendors: Vec<Vendor>) -> Self {
        Self { address, vendors }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Vendor> {
        self.vendors.iter()
    }

    pub(super) fn get(&self, slug: &str) -> Option<&Vendor> {
        self.all().find(|vendor| vendor.integration.slug == slug)
    }

    /// Takes the vendor, the host's name and the authority off the path and asks the vendor.
    fn answer(&self, request: &request::Parts, body: &[u8]) -> Option<(Message, Option<Fault>)> {
        let mut path = request.uri.path().strip_prefix('/')?.splitn(4, '/');
        let (slug, host, authority) = (path.next()?, path.next()?, path.next()?);
        let path = format!("/{}", path.next().unwrap_or_default());
        let vendor = self.get(slug)?;
        let query = Parameters::parse(request.uri.query().unwrap_or_default());
        let asked = Request {
            method: &request.method,
            host,
            authority,
            path: &path,
            query: query.clone(),
            headers: &request.headers,
            body,
        };
        let fault = vendor.faults.take(&path, vendor.is_sign_in(&asked));
        let answer = vendor.answer(&asked, fault.as_ref());
        let names: Vec<&str> = query.names().collect();
        let separator = if names.is_empty() { "" } else { "?" };
        vendor.journal().add(Served {
            integration: vendor.integration.slug,
            method: request.method.clone(),
            host: authority.to_owned(),
            path: format!("{path}{separator}{}", names.join("&")),
            status: answer.status,
        });
        let url = format!("http://{}{}", self.address, request.uri.path());
        Some((message(answer, &url), fault))
    }
}

/// Serves until `stopped` has a message or cannot have one any more, and then until the requests under
/// way are answered or it takes too long: a vendor that was told to be slow would hold up everybody.
pub(super) async fn serve(
    listener: TcpListener,
    vendors: Arc<Vendors>,
    stopped: oneshot::Receiver<()>,
) {
    let router = control::router(Arc::clone(&vendors));
    let router = router.fallback(respond).with_state(vendors);
    let (stopping, is_stopping) = oneshot::channel::<()>();
    let stopped = async {
        // An error says that the sender is gone, which is how a sandbox is stopped.
        let _ = stopped.await;
        drop(stopping);
    };
    let too_late = async {
        let _ = is_stopping.await;
        sleep(GRACE).await;
    };
    let serving = axum::serve(listener, router).with_graceful_shutdown(stopped);
    tokio::select! {
        result = async { serving.await } => if let Err(error) = result {
            tracing::error!(%error, "the sandbox has stopped");
        },
        () = too_late => {}
    }
}

async fn respond(State(vendors): State<Arc<Vendors>>, request: axum::extract::Request) -> Response {
    let (request, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    match vendors.answer(&request, &body) {
        Some((message, fault)) => deliver(message, fault).await,
        None => (
            StatusCode::NOT_FOUND,
            "no simulated vendor: /{integration}/{host}/{authority}/…\n",
        )
            .into_response(),
    }
}

/// An answer as it is sent. A body that is a string is sent as it is.
fn message(answer: Answer, url: &str) -> Message {
    let (status, mut headers) = (answer.status, answer.headers);
    if let Some(query) = answer.next_query {
        let link = HeaderValue::try_from(format!("<{url}?{query}>; rel=\"next\""));
        headers.extend(link.map(|link| (LINK, link)));
    }
    let (kind, body) = match answer.body {
        None => {
            headers.remove(CONTENT_TYPE);
            let body = Bytes::new();
            return Message {
                status,
                headers,
                body,
            };
        }
        Some(Value::String(text)) => ("text/html; charset=utf-8", text),
        Some(document) => ("application/json", document.to_string()),
    };
    headers
        .entry(CONTENT_TYPE)
        .or_insert(HeaderValue::from_static(kind));
    Message {
        status,
        headers,
        body: body.into(),
    }
}
