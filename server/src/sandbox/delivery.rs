//! How an answer is sent, and how a fault spoils it on the way.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use tokio::time::sleep;

use super::fault::Fault;

/// The pieces of a slow answer.
const PIECES: u32 = 10;

/// Spaces, as much as is sent at a time of a body that is larger than what it says.
static SPACES: [u8; 1 << 16] = [b' '; 1 << 16];

/// How often spaces are sent in a body that does not end, and how many times: ten minutes.
const BEAT: Duration = Duration::from_millis(5);
const BEATS: usize = 120_000;

/// How long the beginning of an answer has to get through before the connection closes.
const HEAD_START: Duration = Duration::from_millis(20);

/// An answer as it is on the wire.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Sends an answer, spoiled by a fault.
pub(super) async fn deliver(mut message: Message, fault: Option<Fault>) -> Response {
    match fault {
        Some(Fault::WrongContentType) => {
            message = message.with_something();
            let kind = HeaderValue::from_static("text/plain; charset=utf-8");
            message.headers.insert(CONTENT_TYPE, kind);
            message.send()
        }
        Some(Fault::TruncatedJson) => {
            message = message.with_something();
            message.body.truncate(message.body.len() / 2);
            message.send()
        }
        Some(Fault::SlowHeaders { milliseconds }) => {
            sleep(Duration::from_millis(milliseconds)).await;
            message.send()
        }
        Some(Fault::SlowBody { milliseconds }) => message
            .with_something()
            .slowly(Duration::from_millis(milliseconds)),
        Some(Fault::HugeBody { bytes }) => message.with_something().inflated(bytes),
        Some(Fault::EndlessBody) => message.with_something().endlessly(),
        Some(Fault::BreakOff) => message.with_something().broken_off(),
        // What is said instead of the answer is the message already.
        _ => message.send(),
    }
}

impl Message {
    /// The message; an empty object where it has no body that could be spoiled.
    fn with_something(self) -> Self {
        if !self.body.is_empty() {
            return self;
        }
        let mut headers = self.headers;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self {
            status: StatusCode::OK,
            headers,
            body: Bytes::from_static(b"{}"),
        }
    }

    fn send(self) -> Response {
        (self.status, self.headers, Body::from(self.body)).into_response()
    }

    fn slowly(self, time: Duration) -> Response {
        let size = self.body.len().div_ceil(PIECES as usize).max(1);
        let body = self.body.clone();
        let pieces = (0..body.len()).step_by(size).map(move |start| {
            let end = body.len().min(start.saturating_add(size));
            body.slice(start..end)
        });
        let pause = time / PIECES;
        let pieces = stream::iter(pieces).then(move |piece| async move {
            sleep(pause).await;
            Ok::<_, Infallible>(piece)
        });
        self.streamed(Body::from_stream(pieces))
    }

    /// Spaces before the last byte make the body `length` bytes long, unless it already is.
    fn inflated(mut self, length: u64) -> Response {
        let last = self.body.split_off(self.body.len().saturating_sub(1));
        let real = u64::try_from(self.body.len().saturating_add(last.len())).unwrap_or(u64::MAX);
        let spaces = length.saturating_sub(real);
        self.headers.insert(CONTENT_LENGTH, length.max(real).into());
        let filling = stream::unfold(spaces, |left| async move {
            let now = usize::try_from(left)
                .unwrap_or(usize::MAX)
                .min(SPACES.len());
            let piece = Bytes::from_static(SPACES.get(..now)?);
            (now > 0).then(|| (piece, left.saturating_sub(now as u64)))
        });
        let body = stream::iter([self.body.clone()])
            .chain(filling)
            .chain(stream::iter([last]))
            .map(Ok::<_, Infallible>);
        self.streamed(Body::from_stream(body))
    }

    fn endlessly(mut self) -> Response {
        self.body.truncate(self.body.len().saturating_sub(1));
        let spaces = stream::iter(0..BEATS).then(|_| async {
            sleep(BEAT).await;
            Bytes::from_static(&SPACES)
        });
        let body = stream::iter([self.body.clone()])
            .chain(spaces)
            .map(Ok::<_, Infallible>);
        self.streamed(Body::from_stream(body))
    }

    fn broken_off(mut self) -> Response {
        self.headers.insert(CONTENT_LENGTH, self.body.len().into());
        self.body.truncate(self.body.len() / 2);
        let end = stream::once(async {
            sleep(HEAD_START).await;
            Err(io::Error::from(io::ErrorKind::ConnectionReset))
        });
        let body = stream::iter([Ok(self.body.clone())]).chain(end);
        self.streamed(Body::from_stream(body))
    }

    fn streamed(self, body: Body) -> Response {
        (self.status, self.headers, body).into_response()
    }
}
