//! The listener of the sandbox, and its record of requests.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, LINK};
use axum::http::{HeaderValue, Method, StatusCode, request};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::answer::Answer;
use super::call::Request;
use super::parameters::Parameters;
use super::vendor::Vendor;

/// How many requests are remembered.
const REMEMBERED: usize = 1000;

/// The largest body that is read, in bytes.
const BODY_LIMIT: usize = 1 << 20;

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// The HTTP method.
    pub method: Method,
    /// The path, with vendor, host and authority at its start, and the names of the query's
    /// parameters without their values: `/egnyte/api/acme.egnyte.com/pubapi/v2/users?filter&count`.
    pub path: String,
    /// The status of the answer.
    pub status: StatusCode,
}

/// The vendors of a sandbox.
#[derive(Debug)]
pub(super) struct Vendors {
    address: SocketAddr,
    vendors: Vec<Vendor>,
    served: Mutex<VecDeque<Served>>,
}

impl Vendors {
    pub(super) fn new(address: SocketAddr, vendors: Vec<Vendor>) -> Self {
        Self {
            address,
            vendors,
            served: Mutex::default(),
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Vendor> {
        self.vendors.iter()
    }

    pub(super) fn requests(&self) -> Vec<Served> {
        self.served().iter().cloned().collect()
    }

    fn served(&self) -> MutexGuard<'_, VecDeque<Served>> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, request: &request::Parts, query: &Parameters, status: StatusCode) {
        let names: Vec<&str> = query.names().collect();
        let separator = if names.is_empty() { "" } else { "?" };
        let path = format!("{}{separator}{}", request.uri.path(), names.join("&"));
        let mut served = self.served();
        if served.len() == REMEMBERED {
            served.pop_front();
        }
        served.push_back(Served {
            method: request.method.clone(),
            path,
            status,
        });
    }

    /// Takes the vendor, the host's name and the authority off the path and asks the vendor.
    fn answer(&self, request: &request::Parts, query: &Parameters, body: &[u8]) -> Option<Answer> {
        let mut path = request.uri.path().strip_prefix('/')?.splitn(4, '/');
        let (slug, host, authority) = (path.next()?, path.next()?, path.next()?);
        let path = format!("/{}", path.next().unwrap_or_default());
        let vendor = self
            .vendors
            .iter()
            .find(|vendor| vendor.integration.slug == slug)?;
        Some(vendor.answer(&Request {
            method: &request.method,
            host,
            authority,
            path: &path,
            query: query.clone(),
            headers: &request.headers,
            body,
        }))
    }
}

/// Serves until `stopped` has a message or cannot have one any more.
pub(super) async fn serve(
    listener: TcpListener,
    vendors: Arc<Vendors>,
    stopped: oneshot::Receiver<()>,
) {
    let router = Router::new().fallback(respond).with_state(vendors);
    let stopped = async {
        // An error says that the sender is gone, which is how a sandbox is stopped.
        let _ = stopped.await;
    };
    if let Err(error) = axum::serve(listener, router)
        .with_graceful_shutdown(stopped)
        .await
    {
        tracing::error!(%error, "the sandbox has stopped");
    }
}

async fn respond(State(vendors): State<Arc<Vendors>>, request: axum::extract::Request) -> Response {
    let (request, body) = request.into_parts();
    let query = Parameters::parse(request.uri.query().unwrap_or_default());
    let response = match to_bytes(body, BODY_LIMIT).await {
        Err(_) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Ok(body) => match vendors.answer(&request, &query, &body) {
            None => (
                StatusCode::NOT_FOUND,
                "no simulated vendor: /{integration}/{host}/{authority}/…\n",
            )
                .into_response(),
            Some(answer) => {
                let url = format!("http://{}{}", vendors.address, request.uri.path());
                response(answer, &url)
            }
        },
    };
    vendors.remember(&request, &query, response.status());
    response
}

/// An answer as it is sent. A body that is a string is sent as it is.
fn response(answer: Answer, url: &str) -> Response {
    let mut headers = answer.headers;
    if let Some(query) = answer.next_query {
        let link = HeaderValue::try_from(format!("<{url}?{query}>; rel=\"next\""));
        headers.extend(link.map(|link| (LINK, link)));
    }
    let (kind, body) = match answer.body {
        None => {
            headers.remove(CONTENT_TYPE);
            return (answer.status, headers).into_response();
        }
        Some(Value::String(text)) => ("text/html; charset=utf-8", text),
        Some(document) => ("application/json", document.to_string()),
    };
    headers
        .entry(CONTENT_TYPE)
        .or_insert(HeaderValue::from_static(kind));
    (answer.status, headers, Body::from(body)).into_response()
}
