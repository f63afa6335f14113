//! One MCP server: who it is, what it can do, and on whose account.

use std::sync::Arc;
use std::time::Instant;

use futures_util::future::join_all;
use http::HeaderMap;
use jiff::Timestamp;
use toolwright_runtime::account::Account;
use toolwright_runtime::call::Caller;
use toolwright_runtime::error::Error;
use toolwright_runtime::outcome::{Data, Outcome};
use toolwright_runtime::usage::Usage;

use super::dispatch::{self, Asked, Context, Reply, Step, Task, ToolCall};
use super::identity::Identity;
use super::response::Response;
use super::toolset::Toolset;
use crate::log::{CallFigures, Deed, Entry, Log, Status, next_id};

/// One MCP server.
#[derive(Debug)]
pub struct Endpoint {
    /// Its id; `None` where it is in no store.
    pub id: Option<String>,
    /// What it says of itself.
    pub identity: Arc<Identity>,
    /// Its tools.
    pub toolset: Arc<Toolset>,
    /// The account its calls are made for; of the toolset's integration.
    pub account: Arc<Account>,
    /// Which customer the account belongs to.
    pub tenant_id: Option<String>,
}

/// What calls are made with.
#[derive(Clone, Debug)]
pub struct Means {
    /// What makes them.
    pub caller: Arc<Caller>,
    /// Where each leaves a line.
    pub log: Log,
    /// The API token of whoever makes them, where one was needed.
    pub api_token_id: Option<String>,
}

impl Endpoint {
    /// The MCP server of an account that is in no store.
    #[must_use]
    pub fn unstored(account: Account, toolset: Toolset) -> Self {
        Self {
            id: None,
            identity: Arc::new(Identity::of(account.integration)),
            toolset: Arc::new(toolset),
            account: Arc::new(account),
            tenant_id: None,
        }
    }

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
    pub async fn perform(&self, means: &Means, reply: Reply) -> Option<Response> {
        match reply {
            Reply::One(step) => self.step(means, step).await,
            Reply::Batch(steps) => {
                let steps = steps.into_iter().map(|step| self.step(means, step));
                Response::batch(join_all(steps).await.into_iter().flatten().collect())
            }
        }
    }

    async fn step(&self, means: &Means, step: Step) -> Option<Response> {
        match step {
            Step::Nothing | Step::Cancel(_) => None,
            Step::Ready(response) => Some(response),
            Step::Call(call) => Some(self.call(means, call).await),
        }
    }

    /// Makes a call, and logs it.
    pub(super) async fn call(&self, means: &Means, call: ToolCall) -> Response {
        let ToolCall { tool, task, asked } = call;
        let mut record = Record::new(self, means, tool, &asked);
        let outcome = match task {
            Task::Ask(operation, arguments) => {
                let (account, usage) = (&self.account, &mut record.usage);
                let caller = &means.caller;
                caller
                    .call_and_count(account, operation, &arguments, usage)
                    .await
            }
            Task::Done(outcome) => outcome,
        };
        record.judge(&outcome);
        let response = asked.answer(&self.identity, outcome);
        record.bytes = Some(response.body.length());
        response
    }
}

/// What the log will say about a call. It is taken when this is dropped, so that a call whose client
/// goes away has a line, too: the vendor may do what it was asked to all the same.
struct Record<'a> {
    endpoint: &'a Endpoint,
    means: &'a Means,
    tool: &'static str,
    asked: &'a Asked,
    id: String,
    time: Timestamp,
    started: Instant,
    usage: Usage,
    status: Status,
    error_kind: Option<&'static str>,
    bytes: Option<u64>,
    result_count: Option<u64>,
}

impl<'a> Record<'a> {
    fn new(endpoint: &'a Endpoint, means: &'a Means, tool: &'static str, asked: &'a Asked) -> Self {
        let (id, time) = next_id();
        Self {
            endpoint,
            means,
            tool,
            asked,
            id,
            time,
            started: Instant::now(),
            usage: Usage::default(),
            status: Status::Abandoned,
            error_kind: None,
            bytes: None,
            result_count: None,
        }
    }

    fn judge(&mut self, outcome: &Result<Outcome, Error>) {
        let (status, error, count) = verdict(outcome);
        self.status = status;
        self.error_kind = error.map(|error| error.kind.code());
        self.result_count = count;
    }
}

/// How a call went, why it failed or stopped half-way, and how many rows or records came of it.
fn verdict(outcome: &Result<Outcome, Error>) -> (Status, Option<&Error>, Option<u64>) {
    let data = match outcome {
        Ok(outcome) => &outcome.data,
        Err(error) => return (Status::Error, Some(error), None),
    };
    match data {
        Data::Page {
            result,
            interrupted,
            ..
        } => {
            let status = match interrupted {
                Some(_) => Status::Partial,
                None => Status::Ok,
            };
            (status, interrupted.as_deref(), Some(result.len() as u64))
        }
        Data::Record(_) => (Status::Ok, None, Some(1)),
        Data::Empty => (Status::Ok, None, Some(0)),
    }
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        let Self {
            endpoint,
            means,
            asked,
            usage,
            ..
        } = self;
        means.log.take(Entry {
            id: std::mem::take(&mut self.id),
            time: self.time,
            deed: Deed::ToolCall(self.tool.to_owned()),
            integration: Some(endpoint.toolset.integration().slug.to_owned()),
            integrated_account_id: Some(endpoint.account.id.clone()),
            tenant_id: endpoint.tenant_id.clone(),
            mcp_server_id: endpoint.id.clone(),
            api_token_id: means.api_token_id.clone(),
            client: asked.client.clone(),
            protocol_version: asked.protocol_version.map(str::to_owned),
            status: self.status,
            error_kind: self.error_kind.map(str::to_owned),
            call: Some(CallFigures {
                duration: self.started.elapsed(),
                upstream_duration: usage.waited,
                upstream_requests: usage.requests,
                upstream_status: usage.status,
                bytes: self.bytes,
                result_count: self.result_count,
            }),
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use toolwright_runtime::error::{ErrorKind, RateLimit};
    use toolwright_runtime::json::Json;

    use super::*;

    fn told(outcome: Result<Data, Error>) -> (Status, Option<ErrorKind>, Option<u64>) {
        let outcome = outcome.map(|data| Outcome {
            data,
            rate_limit: RateLimit::default(),
        });
        let (status, error, count) = verdict(&outcome);
        (status, error.map(|error| error.kind), count)
    }

    #[test]
    fn a_list_that_stopped_half_way_is_told_from_a_whole_one() {
        let page = |interrupted: Option<Error>| Data::Page {
            result: vec![Json::from(&json!({})); 2],
            next_cursor: None,
            cut: false,
            interrupted: interrupted.map(Box::new),
        };
        let limited = || Error::new(ErrorKind::RateLimited, "Wait.");
        let limits = Some(ErrorKind::RateLimited);
        assert_eq!(told(Ok(page(None))), (Status::Ok, None, Some(2)));
        assert_eq!(
            told(Ok(page(Some(limited())))),
            (Status::Partial, limits, Some(2))
        );
        assert_eq!(told(Err(limited())), (Status::Error, limits, None));
        assert_eq!(told(Ok(Data::Empty)), (Status::Ok, None, Some(0)));
    }
}
