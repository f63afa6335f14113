//! One MCP server: who it is, what it can do, and on whose account.

use std::sync::Arc;

use futures_util::future::join_all;
use http::HeaderMap;
use toolwright_runtime::account::Account;
use toolwright_runtime::call::Caller;

use super::dispatch::{self, Context, Reply, Step, Task, ToolCall};
use super::identity::Identity;
use super::response::Response;
use super::toolset::Toolset;
use crate::log::{About, Deed, Log, Record};

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
        let about = About {
            deed: Deed::ToolCall(tool.to_owned()),
            integration: self.toolset.integration().slug,
            account: &self.account.id,
            tenant_id: self.tenant_id.as_deref(),
            mcp_server_id: self.id.as_deref(),
            api_token_id: means.api_token_id.as_deref(),
            client: &asked.client,
            protocol_version: asked.protocol_version,
        };
        let mut record = Record::new(&means.log, about);
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
