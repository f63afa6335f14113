//! The messages whose answer is not ready, for a transport on which many wait at a time: the calls
//! that they need, and how one of these is given up.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};

use super::dispatch::{Reply, Step, ToolCall};
use super::endpoint::{Endpoint, Means};
use super::failure::{Code, Failure};
use super::protocol::Era;
use super::response::Response;

/// The most calls at a time; further ones wait for their turn.
const CALL_LIMIT: usize = 32;

/// The most calls that wait for their turn; further ones are refused.
const QUEUE_LIMIT: usize = 256;

/// The messages of one client whose answer is not ready.
pub(super) struct Pending {
    endpoint: Arc<Endpoint>,
    means: Means,
    turns: Arc<Semaphore>,
    tasks: JoinSet<Response>,
    /// The calls that are made or wait for their turn, by the task that makes them.
    calls: HashMap<Id, Call>,
    /// What they are made for, by number in the order in which it came.
    replies: HashMap<u64, Partial>,
    received: u64,
}

/// A call, and where its answer belongs.
struct Call {
    request: Box<RawValue>,
    era: Era,
    task: AbortHandle,
    reply: u64,
    index: usize,
}

/// The answers to a message or a batch, as far as they are known.
struct Partial {
    /// In the order of the requests; `None` also where there will be none.
    answers: Vec<Option<Response>>,
    missing: usize,
    batch: bool,
}

impl Pending {
    /// Nothing yet, from a client of an endpoint.
    pub(super) fn new(endpoint: Arc<Endpoint>, means: Means) -> Self {
        Self {
            endpoint,
            means,
            turns: Arc::new(Semaphore::new(CALL_LIMIT)),
            tasks: JoinSet::new(),
            calls: HashMap::new(),
            replies: HashMap::new(),
            received: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Takes what came in, and answers it if that needs no call.
    pub(super) fn take(&mut self, text: &[u8]) -> Option<Response> {
        let (steps, batch) = match self.endpoint.dispatch(text, None) {
            Reply::One(step) => (vec![step], false),
            Reply::Batch(steps) => (steps, true),
        };
        self.received += 1;
        let mut partial = Partial {
            answers: Vec::with_capacity(steps.len()),
            missing: 0,
            batch,
        };
        for step in steps {
            let answer = match step {
                Step::Nothing => None,
                Step::Ready(response) => Some(response),
                Step::Cancel(request) => {
                    self.cancel(&request);
                    None
                }
                Step::Call(call) if self.calls.len() >= CALL_LIMIT + QUEUE_LIMIT => {
                    Some(refusal(&call))
                }
                Step::Call(call) => {
                    self.start(call, partial.answers.len());
                    partial.missing += 1;
                    None
                }
            };
            partial.answers.push(answer);
        }
        if partial.missing == 0 {
            return partial.whole();
        }
        self.replies.insert(self.received, partial);
        None
    }

    /// Waits for a call to end, and answers what it was made for if it was the last of that.
    pub(super) async fn next(&mut self) -> Option<Response> {
        let ended = self.tasks.join_next_with_id().await?;
        let task = ended.as_ref().map_or_else(JoinError::id, |(task, _)| *task);
        let call = self.calls.remove(&task)?;
        let answer = match ended {
            Ok((_, response)) => Some(response),
            Err(error) if error.is_cancelled() => None,
            // A client whose call broke off is told so, or it would wait for ever.
            Err(_) => Some(call.broken()),
        };
        let partial = self.replies.get_mut(&call.reply)?;
        *partial.answers.get_mut(call.index)? = answer;
        partial.missing -= 1;
        if partial.missing > 0 {
            return None;
        }
        self.replies.remove(&call.reply)?.whole()
    }

    /// Makes a call once it is its turn.
    fn start(&mut self, call: ToolCall, index: usize) {
        let (request, era) = (call.id.clone(), call.era);
        let (endpoint, means) = (Arc::clone(&self.endpoint), self.means.clone());
        let turns = Arc::clone(&self.turns);
        let task = self.tasks.spawn(async move {
            // Nobody closes the semaphore, so there is always a turn.
            let _turn = turns.acquire().await;
            endpoint.call(&means, &call).await
        });
        let call = Call {
            request,
            era,
            task: task.clone(),
            reply: self.received,
            index,
        };
        self.calls.insert(task.id(), call);
    }

    fn cancel(&self, request: &RawValue) {
        for call in self.calls.values() {
            if call.request.get() == request.get() {
                call.task.abort();
            }
        }
    }
}

impl Call {
    fn broken(&self) -> Response {
        let failure = Failure::new(Code::InternalError, "The call broke off inside the server.");
        Response::failure(failure.code.status(self.era), Some(&self.request), &failure)
    }
}

impl Partial {
    /// The whole answer; `None` where nothing is sent back.
    fn whole(self) -> Option<Response> {
        let mut answers = self.answers.into_iter().flatten();
        match self.batch {
            true => Response::batch(answers.collect()),
            false => answers.next(),
        }
    }
}

fn refusal(call: &ToolCall) -> Response {
    let message =
        format!("{QUEUE_LIMIT} calls wait already; send this one again when others are answered.");
    let failure = Failure::new(Code::Busy, message);
    Response::failure(failure.code.status(call.era), Some(&call.id), &failure)
}
