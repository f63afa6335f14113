//! One MCP server: who it is, what it can do, and on whose account.

use std::sync::Arc;
use std::time::Instant;

use futures_util::future::join_all;
use http::HeaderMap;
use toolwright_runtime::account::Account;
use toolwright_runtime::call::Caller;

use super::dispatch::{self, Context, Reply, Step, ToolCall};
use super::identity::Identity;
use super::response::Response;
use super::toolset::Toolset;

/// One MCP server.
#[derive(Debug)]
pub struct Endpoint {
    /// What it says of itself.
    pub identity: Arc<Identity>,
    /// Its tools.
    pub toolset: Arc<Toolset>,
    /// The account its calls are made for; of the toolset's integration.
    pub account: Arc<Account>,
}

impl Endpoint {
    /// Decides what is to be done about what came in. `headers` are those of an HTTP request.
    #[must_use]
    pub fn dispatch(&self, text: &[u8], headers: Option<&HeaderMap>) -> Reply {
        let context = Context {
            identity: &self.identity,
            toolset: &self.toolset,
            headers,
        };
        dispatch::dispatch(text, context)
    }

    /// Does it. `None`: nothing is sent back.
    pub async fn perform(&self, caller: &Caller, reply: Reply) -> Option<Response> {
        match reply {
            Reply::One(step) => self.step(caller, step).await,
            Reply::Batch(steps) => {
                let steps = steps.into_iter().map(|step| self.step(caller, step));
                Response::batch(join_all(steps).await.into_iter().flatten().collect())
            }
        }
    }

    async fn step(&self, caller: &Caller, step: Step) -> Option<Response> {
        match step {
            Step::Nothing | Step::Cancel(_) => None,
            Step::Ready(response) => Some(response),
            Step::Call(call) => Some(self.call(caller, &call).await),
        }
    }

    /// Makes a call, and logs it.
    pub(super) async fn call(&self, caller: &Caller, call: &ToolCall) -> Response {
        let mut record = Record {
            integration: self.toolset.integration().slug,
            tool: call.operation.name,
            started: Instant::now(),
            outcome: "abandoned",
            status: None,
        };
        let outcome = caller
            .call(&self.account, call.operation, &call.arguments)
            .await;
        record.outcome = outcome
            .as_ref()
            .map_or_else(|error| error.kind.code(), |_| "ok");
        record.status = outcome.as_ref().err().and_then(|error| error.status);
        drop(record);
        call.answer(&self.identity, outcome)
    }
}

/// The line of the log about a call: which one and how it went, but not with what. It is written when
/// this is dropped, so that a call has one whose client goes away, too: the vendor may do what it was
/// asked to all the same.
struct Record {
    integration: &'static str,
    tool: &'static str,
    started: Instant,
    outcome: &'static str,
    status: Option<u16>,
}

impl Drop for Record {
    fn drop(&mut self) {
        tracing::info!(
            integration = self.integration,
            tool = self.tool,
            outcome = self.outcome,
            status = self.status,
            milliseconds = self.started.elapsed().as_millis(),
            "tool call"
        );
    }
}
