//! The listener: how many connections there are, how long they may take, and how they end.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::response::Response;
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::{App, pages, router};

/// The most connections at a time, and so the most requests; further ones wait to be accepted.
const CONNECTION_LIMIT: usize = 512;

/// How long a client may take over the head of a request, and leave a connection unused.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// How long calls under way may take once the server is to stop.
const GRACE: Duration = Duration::from_secs(60);

/// How long to wait when no connection can be accepted, because files have run out or the like.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why the server does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The listener failed.
    #[error("the listener has no address: {0}")]
    Listener(#[from] io::Error),
}

/// Serves until `shutdown` is done, and then until the calls under way are.
///
/// # Errors
/// [`ServeError`]: the listener has failed.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let bound = listener.local_addr()?.ip();
    let router = TowerToHyperService::new(router(Arc::clone(&app)));
    let service =
        service_fn(move |request| answer(Arc::clone(&app), bound, router.clone(), request));
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let stream = tokio::select! {
            stream = accept(&listener), if connections.len() < CONNECTION_LIMIT => stream,
            Some(_) = connections.join_next() => continue,
            () = &mut shutdown => break,
        };
        let connection = protocol.serve_connection(TokioIo::new(stream), service.clone());
        // A connection fails when its client goes away or is too slow: no concern of the server.
        connections.spawn(graceful.watch(connection));
    }
    drop(listener);
    if tokio::time::timeout(GRACE, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            connections = connections.len(),
            "stopped with calls still under way"
        );
    }
    Ok(())
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            // Answers are written at once, so there is nothing to wait for (RFC 896).
            Ok((stream, _)) if stream.set_nodelay(true).is_ok() => return stream,
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
    bound: IpAddr,
    router: TowerToHyperService<Router>,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let started = Instant::now();
    let (method, address) = (known(request.method()), redacted(request.uri().path()));
    let response = match app.access.check(bound, request.uri(), request.headers()) {
        Ok(()) => router.call(request).await?,
        Err(reason) => pages::error(StatusCode::FORBIDDEN, reason),
    };
    let (status, elapsed) = (response.status().as_u16(), started.elapsed().as_micros());
    tracing::debug!(method, address, status, microseconds = elapsed, "request");
    Ok(response)
}

fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
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
        path if path == "/mcp" || path.starts_with("/mcp/") => "/mcp/…",
        path if path.starts_with("/integrated-account") => "/integrated-account…",
        path if path.starts_with("/integration") => "/integration…",
        path if path.starts_with("/api-token") => "/api-token…",
        path if path.starts_with("/.well-known/") => "/.well-known/…",
        _ => "another",
    }
}
