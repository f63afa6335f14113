//! The listener: how many connections there are, how long they may take, and how they end.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::places::Places;
use super::write_timeout::WriteTimeout;
use super::{App, Client, router};
use crate::api::Refusal;
use crate::limits::RefusedBy;

/// The most connections at a time, and so the most requests; further ones wait to be accepted.
const CONNECTION_LIMIT: usize = 512;

/// How long a client may take over the head of a request, and leave a connection unused: one clock
/// measures both.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The most bytes of the head of a request, and of one that is read to its end to say so.
const HEAD_LIMIT: usize = 32 * 1024;
const READ_LIMIT: usize = 64 * 1024;

/// How long calls under way may take once the server is to stop.
const GRACE: Duration = Duration::from_secs(60);

/// How long after that the log of calls may take to be written.
const LOG_GRACE: Duration = Duration::from_secs(5);

/// How long to wait when no connection can be accepted, because files have run out or the like.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why the server does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The listener failed.
    #[error("the listener has no address: {0}")]
    Listener(#[from] io::Error),
}

/// Serves until `shutdown` is done, and then until the calls under way are, or `hurry` is. What is
/// broken off leaves its line in the log of calls, too.
///
/// # Errors
/// [`ServeError`]: the listener has failed.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    shutdown: impl Future<Output = ()>,
    hurry: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let bound = listener.local_addr()?.ip();
    let router = TowerToHyperService::new(router(Arc::clone(&app)));
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_header_size(READ_LIMIT);
    let writer = Arc::clone(&app);
    let writing = tokio::spawn(async move { writer.log.write_to(&writer.registry).await });
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let places = Places::default();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener), if connections.len() < CONNECTION_LIMIT => accepted,
            Some(_) = connections.join_next() => continue,
            () = &mut shutdown => break,
        };
        while connections.try_join_next().is_some() {}
        let is_proxy = app.proxies.iter().any(|proxy| proxy.holds(peer));
        let place = places.take(Client::new(peer), CONNECTION_LIMIT - connections.len());
        if place.is_none() && !is_proxy {
            app.metrics.count_refusal("connections");
            continue;
        }
        let (app, router) = (Arc::clone(&app), router.clone());
        let ends = Ends { bound, peer };
        let service =
            service_fn(move |request| answer(Arc::clone(&app), ends, router.clone(), request));
        let connection =
            protocol.serve_connection(TokioIo::new(WriteTimeout::new(stream)), service);
        let connection = graceful.watch(connection);
        connections.spawn(async move {
            // It fails when its client goes away or is too slow: no concern of the server.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    let are_done = tokio::select! {
        done = tokio::time::timeout(GRACE, graceful.shutdown()) => done.is_ok(),
        () = hurry => connections.is_empty(),
    };
    if !are_done {
        let connections = connections.len();
        tracing::warn!(connections, "stopped with calls still under way");
    }
    connections.shutdown().await;
    if !app.log.settle(LOG_GRACE).await {
        tracing::warn!("stopped with lines of the log of calls still to be written");
    }
    writing.abort();
    Ok(())
}

/// The addresses of a connection.
#[derive(Clone, Copy)]
struct Ends {
    /// That of the server.
    bound: IpAddr,
    /// That of the client, or of a proxy in front of it.
    peer: IpAddr,
}

async fn accept(listener: &TcpListener) -> (TcpStream, IpAddr) {
    loop {
        match listener.accept().await {
            // Answers are written at once, so there is nothing to wait for (RFC 896).
            Ok((stream, peer)) if stream.set_nodelay(true).is_ok() => return (stream, peer.ip()),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Answers a request that may be asked. The log repeats nothing that its sender chose: an address
/// can hold a token.
async fn answer(
    app: Arc<App>,
    ends: Ends,
    router: TowerToHyperService<Router>,
    mut request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let started = Instant::now();
    let (method, address) = (known(request.method()), redacted(request.uri().path()));
    let response = match check(&app, ends.bound, &request) {
        Ok(()) => {
            let client = Client::of(ends.peer, request.headers(), &app.proxies);
            request.extensions_mut().insert(client);
            router.call(request).await?
        }
        Err(refusal) => refusal.into_response(),
    };
    if let Some(RefusedBy(limit)) = response.extensions().get() {
        app.metrics.count_refusal(limit);
    }
    let (status, elapsed) = (response.status().as_u16(), started.elapsed().as_micros());
    tracing::debug!(method, address, status, microseconds = elapsed, "request");
    Ok(response)
}

/// Checks what every request has to be.
fn check(app: &App, bound: IpAddr, request: &Request<Incoming>) -> Result<(), Refusal> {
    let (uri, headers) = (request.uri(), request.headers());
    if length(uri, headers) > HEAD_LIMIT {
        let limit = HEAD_LIMIT / 1024;
        let message = format!("The address and the headers must not be longer than {limit} KiB.");
        return Err(Refusal::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            message,
        ));
    }
    let checked = app.access.check(bound, uri, headers);
    checked.map_err(|reason| Refusal::new(StatusCode::FORBIDDEN, reason))
}

/// The bytes of a head, as they came.
fn length(uri: &Uri, headers: &HeaderMap) -> usize {
    let path = uri.path_and_query().map_or(0, |path| path.as_str().len());
    // Each line has a colon, a space and an end.
    let lines = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4);
    path + lines.sum::<usize>()
}

fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "another",
    }
}

fn redacted(path: &str) -> &'static str {
    match path {
        "/" => "/",
        "/healthz" => "/healthz",
        "/readyz" => "/readyz",
        "/metrics" => "/metrics",
        "/log" => "/log",
        path if path == "/mcp" || path.starts_with("/mcp/") => "/mcp/…",
        path if path.starts_with("/integrated-account") => "/integrated-account…",
        path if path.starts_with("/integration") => "/integration…",
        path if path.starts_with("/api-token") => "/api-token…",
        path if path.starts_with("/proxy/") => "/proxy/…",
        path if path.starts_with("/.well-known/") => "/.well-known/…",
        _ => "another",
    }
}
