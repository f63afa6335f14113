//! What goes back: a few bytes that were made for the request, and many that were not.

use std::convert::Infallible;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::StatusCode;
use http_body::{Body, Frame, SizeHint};
use serde_json::json;
use serde_json::value::RawValue;

use super::failure::{Code, Failure};

/// A JSON-RPC response on one line, and the HTTP status that goes with it.
#[derive(Debug)]
pub struct Response {
    /// The status over HTTP.
    pub status: StatusCode,
    /// The text.
    pub body: Chunks,
    /// The id of the session that it opens over HTTP.
    pub session_id: Option<String>,
}

impl Response {
    /// The answer to a request. `opening` holds members of the result, each with a comma behind it;
    /// `rest` holds the others and closes the result and the response: `"tools":[]}}`.
    #[must_use]
    pub fn result(id: &RawValue, opening: &str, rest: Bytes) -> Self {
        let head = [
            r#"{"jsonrpc":"2.0","id":"#,
            id.get(),
            r#","result":{"#,
            opening,
        ]
        .concat();
        Self::new(StatusCode::OK, head, rest)
    }

    /// A JSON-RPC error; without an id where that could not be read.
    #[must_use]
    pub fn failure(status: StatusCode, id: Option<&RawValue>, failure: &Failure) -> Self {
        let mut error = json!({ "code": failure.code as i32, "message": failure.message });
        if let (Some(data), Some(members)) = (&failure.data, error.as_object_mut()) {
            members.insert("data".to_owned(), data.clone());
        }
        let id = id.map(|id| format!(r#""id":{id},"#)).unwrap_or_default();
        let text = format!(r#"{{"jsonrpc":"2.0",{id}"error":{error}}}"#);
        Self::new(status, text, Bytes::new())
    }

    /// A refusal before the message was read.
    #[must_use]
    pub fn refusal(status: StatusCode, message: &str) -> Self {
        Self::failure(status, None, &Failure::new(Code::InvalidRequest, message))
    }

    /// The answers to a batch, in one array; `None` where there are none.
    #[must_use]
    pub fn batch(responses: Vec<Self>) -> Option<Self> {
        if responses.is_empty() {
            return None;
        }
        let mut text = vec![b'['];
        for (index, Self { body, .. }) in responses.into_iter().enumerate() {
            if index > 0 {
                text.push(b',');
            }
            text.extend_from_slice(&body.head);
            text.extend_from_slice(&body.tail);
        }
        text.push(b']');
        Some(Self::new(StatusCode::OK, text, Bytes::new()))
    }

    fn new(status: StatusCode, head: impl Into<Bytes>, tail: Bytes) -> Self {
        let head = head.into();
        Self {
            status,
            body: Chunks { head, tail },
            session_id: None,
        }
    }
}

/// A text in two pieces, of which the second is usually shared. Neither is copied on its way out.
#[derive(Debug, Default)]
pub struct Chunks {
    /// The first piece; it is never empty in a response.
    pub head: Bytes,
    /// The second piece.
    pub tail: Bytes,
}

impl Chunks {
    /// How many bytes there are.
    #[must_use]
    pub fn length(&self) -> u64 {
        u64::try_from(self.head.len() + self.tail.len()).unwrap_or(u64::MAX)
    }
}

impl Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let rest = mem::take(&mut self.tail);
        let chunk = mem::replace(&mut self.head, rest);
        Poll::Ready((!chunk.is_empty()).then(|| Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.head.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(response: Response) -> String {
        let Chunks { head, tail } = response.body;
        String::from_utf8([head, tail].concat()).unwrap()
    }

    fn id(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    #[test]
    fn splices_the_id() {
        let rest = Bytes::from_static(br#""tools":[]}}"#);
        let response = Response::result(&id(r#""a\nb""#), r#""ttlMs":1,"#, rest);
        assert_eq!(
            text(response),
            r#"{"jsonrpc":"2.0","id":"a\nb","result":{"ttlMs":1,"tools":[]}}"#
        );
    }

    #[test]
    fn leaves_an_unread_id_out() {
        let failure = Failure::new(Code::ParseError, "No \"JSON\".");
        let response = Response::failure(StatusCode::BAD_REQUEST, None, &failure);
        assert_eq!(
            text(response),
            r#"{"jsonrpc":"2.0","error":{"code":-32700,"message":"No \"JSON\"."}}"#
        );
    }

    #[test]
    fn counts_its_bytes_and_ends() {
        let mut chunks = Chunks {
            head: Bytes::from_static(b"ab"),
            tail: Bytes::from_static(b"c"),
        };
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut seen = Vec::new();
        assert_eq!(chunks.size_hint().exact(), Some(3));
        while let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut chunks).poll_frame(&mut context) {
            seen.push(frame.into_data().unwrap());
        }
        assert_eq!(seen, ["ab", "c"]);
        assert!(chunks.is_end_stream());
    }
}
