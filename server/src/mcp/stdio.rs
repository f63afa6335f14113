//! MCP over a pair of pipes: one message a line, answers in the order in which they are ready
//! (2026-07-28, basic/transports/stdio).

use std::collections::HashMap;
use std::io;
use std::mem;
use std::sync::Arc;

use http::StatusCode;
use serde_json::value::RawValue;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use toolwright_runtime::call::Caller;

use super::dispatch::{Reply, Step};
use super::endpoint::Endpoint;
use super::failure::{Code, Failure};
use super::response::Response;

/// The most bytes of a line.
const LINE_LIMIT: usize = 4 * 1024 * 1024;

/// The most calls at a time; further lines wait unread.
const CALL_LIMIT: usize = 32;

/// Answers what comes in, until it ends and the calls under way are done.
///
/// # Errors
/// A pipe cannot be read or written.
pub async fn serve<R, W>(
    endpoint: Arc<Endpoint>,
    caller: Arc<Caller>,
    input: R,
    output: W,
) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut lines = Lines {
        input: BufReader::new(input),
        line: Vec::new(),
        overlong: false,
    };
    let mut calls = Calls::default();
    let mut output = output;
    let mut open = true;
    loop {
        let response = tokio::select! {
            line = lines.next(), if open && calls.running.len() < CALL_LIMIT => match line? {
                Some(Line::Text(text)) => calls.take(&endpoint, &caller, &text),
                Some(Line::Overlong) => Some(overlong()),
                None => {
                    open = false;
                    None
                }
            },
            response = calls.next(), if !calls.running.is_empty() => response,
            else => return output.flush().await,
        };
        if let Some(response) = response {
            write(&mut output, &response).await?;
        }
    }
}

/// The calls under way.
#[derive(Default)]
struct Calls {
    running: JoinSet<Option<Response>>,
    /// How to stop a call, by the id of its request.
    by_id: HashMap<String, AbortHandle>,
}

impl Calls {
    /// Takes a line, and answers it if that needs no call.
    fn take(
        &mut self,
        endpoint: &Arc<Endpoint>,
        caller: &Arc<Caller>,
        text: &[u8],
    ) -> Option<Response> {
        let reply = match endpoint.dispatch(text, None) {
            Reply::One(Step::Ready(response)) => return Some(response),
            Reply::One(Step::Nothing) => return None,
            Reply::One(Step::Cancel(id)) => {
                if let Some(call) = self.by_id.remove(id.get()) {
                    call.abort();
                }
                return None;
            }
            reply => reply,
        };
        let id = match &reply {
            Reply::One(Step::Call(call)) => Some(call.id.get().to_owned()),
            _ => None,
        };
        let (endpoint, caller) = (Arc::clone(endpoint), Arc::clone(caller));
        let call = self
            .running
            .spawn(async move { endpoint.perform(&caller, reply).await });
        if let Some(id) = id {
            self.by_id.insert(id, call);
        }
        None
    }

    /// The answer of the next call that ends. One that was cancelled has none.
    async fn next(&mut self) -> Option<Response> {
        match self.running.join_next_with_id().await? {
            Ok((task, response)) => {
                self.forget(task);
                response
            }
            Err(error) => self.broken(&error),
        }
    }

    /// A client whose call broke off is told so, or it would wait for ever.
    fn broken(&mut self, error: &JoinError) -> Option<Response> {
        let id = RawValue::from_string(self.forget(error.id())?).ok()?;
        let failure = Failure::new(Code::InternalError, "The call broke off inside the server.");
        Some(Response::failure(
            StatusCode::INTERNAL_SERVER_ERROR,
            Some(&id),
            &failure,
        ))
    }

    /// Forgets a call that has ended, and says whose it was.
    fn forget(&mut self, task: Id) -> Option<String> {
        let id = self
            .by_id
            .iter()
            .find(|(_, call)| call.id() == task)?
            .0
            .clone();
        self.by_id.remove(&id);
        Some(id)
    }
}

fn overlong() -> Response {
    let message = format!("A line must not be longer than {LINE_LIMIT} bytes.");
    Response::refusal(StatusCode::PAYLOAD_TOO_LARGE, &message)
}

async fn write<W: AsyncWrite + Unpin>(output: &mut W, response: &Response) -> io::Result<()> {
    output.write_all(&response.body.head).await?;
    output.write_all(&response.body.tail).await?;
    output.write_all(b"\n").await?;
    output.flush().await
}

enum Line {
    Text(Vec<u8>),
    Overlong,
}

/// Lines of bounded length. What has been read of a line is kept when `next` is dropped half-way.
struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    overlong: bool,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The next line that is not blank; `None` at the end.
    async fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let chunk = self.input.fill_buf().await?;
            let ended = chunk.is_empty();
            let text = chunk
                .split(|byte| *byte == b'\n')
                .next()
                .unwrap_or_default();
            let complete = ended || text.len() < chunk.len();
            let used = text.len() + usize::from(complete && !ended);
            self.overlong |= self.line.len() + text.len() > LINE_LIMIT;
            if !self.overlong {
                self.line.extend_from_slice(text);
            }
            self.input.consume(used);
            if !complete {
                continue;
            }
            let line = mem::take(&mut self.line);
            if mem::take(&mut self.overlong) {
                return Ok(Some(Line::Overlong));
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(Line::Text(line)));
            }
            if ended {
                return Ok(None);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[tokio::test]
    async fn a_call_that_breaks_off_is_answered() {
        let mut calls = Calls::default();
        let call = calls.running.spawn(async { panic!("a bug") });
        calls.by_id.insert("7".to_owned(), call);
        let response = calls.next().await.unwrap();
        let text: Value = serde_json::from_slice(&response.body.head).unwrap();
        assert_eq!(
            (&text["id"], &text["error"]["code"]),
            (&json!(7), &json!(-32603))
        );
        assert!(calls.by_id.is_empty());
    }

    #[tokio::test]
    async fn a_line_survives_being_read_in_pieces() {
        let (mut ours, theirs) = tokio::io::duplex(8);
        let mut lines = Lines {
            input: BufReader::new(theirs),
            line: Vec::new(),
            overlong: false,
        };
        ours.write_all(b"one ").await.unwrap();
        let cut = tokio::time::timeout(std::time::Duration::from_millis(20), lines.next()).await;
        assert!(cut.is_err());
        ours.write_all(b"line\n").await.unwrap();
        assert!(
            matches!(lines.next().await.unwrap(), Some(Line::Text(text)) if text == b"one line")
        );
    }
}
