//! MCP over a pair of pipes: one message a line, answers in the order in which they are ready
//! (2026-07-28, basic/transports/stdio).

use std::io;
use std::mem;
use std::sync::Arc;

use http::StatusCode;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use toolwright_runtime::call::Caller;

use super::endpoint::{Endpoint, Means};
use super::pending::Pending;
use super::response::Response;
use crate::log::Log;

/// The most bytes of a line.
const LINE_LIMIT: usize = 4 * 1024 * 1024;

/// Answers what comes in, until it ends and the calls under way are done. Lines are read however many
/// calls there are: a client can always cancel them.
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
    // There is no store to keep a log in.
    let means = Means {
        caller,
        log: Log::said(),
        api_token_id: None,
    };
    let mut pending = Pending::new(endpoint, means);
    let mut output = output;
    let mut open = true;
    loop {
        let response = tokio::select! {
            line = lines.next(), if open => match line? {
                Some(Line::Text(text)) => pending.take(&text),
                Some(Line::Overlong) => Some(overlong()),
                None => {
                    open = false;
                    None
                }
            },
            response = pending.next(), if !pending.is_empty() => response,
            else => return output.flush().await,
        };
        if let Some(response) = response {
            write(&mut output, &response).await?;
        }
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
    use super::*;

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
