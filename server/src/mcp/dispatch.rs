//! From a message to what is to be done about it. Nothing here waits or asks anybody.

use std::slice;

use http::{HeaderMap, StatusCode};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use toolwright_runtime::error::Error;
use toolwright_runtime::outcome::Outcome;
use toolwright_runtime::table::Operation;

use super::failure::{Code, Failure};
use super::identity::Identity;
use super::protocol::{self, Era, Message, Meta, Params, Request};
use super::response::Response;
use super::toolset::Toolset;
use super::{call, headers, methods};
use crate::log::ClientInfo;

/// The most messages of a batch.
const BATCH_LIMIT: usize = 64;

/// Whom a message was sent to, and how.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What the server says of itself.
    pub identity: &'a Identity,
    /// Its tools.
    pub toolset: &'a Toolset,
    /// The headers of an HTTP request; `None` over stdio.
    pub headers: Option<&'a HeaderMap>,
}

/// What is to be done about what came in.
#[derive(Debug)]
pub enum Reply {
    /// One message.
    One(Step),
    /// Several, which are answered together.
    Batch(Vec<Step>),
}

impl Reply {
    /// How many calls it needs.
    #[must_use]
    pub fn calls(&self) -> u32 {
        let steps = match self {
            Self::One(step) => slice::from_ref(step),
            Self::Batch(steps) => steps,
        };
        // A batch is limited, far below.
        let calls = steps.iter().filter(|step| matches!(step, Step::Call(_)));
        u32::try_from(calls.count()).unwrap_or(u32::MAX)
    }
}

/// What is to be done about one message.
#[derive(Debug)]
pub enum Step {
    /// Nothing: it was a notification.
    Nothing,
    /// The client no longer waits for the request with this id.
    Cancel(Box<RawValue>),
    /// This is the answer.
    Ready(Response),
    /// The answer is what this call yields.
    Call(ToolCall),
}

/// A call of a tool by a client that waits.
#[derive(Debug)]
pub struct ToolCall {
    /// The tool.
    pub tool: &'static str,
    /// What it is to do.
    pub task: Task,
    /// Who waits.
    pub asked: Asked,
}

/// What a tool is to do.
#[derive(Debug)]
pub enum Task {
    /// Ask the vendor, with flat arguments that are not yet checked.
    Ask(&'static Operation, Map<String, Value>),
    /// Nothing more: this is the outcome.
    Done(Result<Outcome, Error>),
}

/// Who waits for the outcome of a call, and where.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The id of the request, as it came.
    pub id: Box<RawValue>,
    /// The era that the answer belongs to.
    pub era: Era,
    /// The revision that the client speaks, if it says so.
    pub protocol_version: Option<&'static str>,
    /// What the client calls itself.
    pub client: ClientInfo,
}

impl Asked {
    /// The answer, once the call is made.
    #[must_use]
    pub fn answer(&self, identity: &Identity, outcome: Result<Outcome, Error>) -> Response {
        Response::result(&self.id, identity.complete(self.era), call::rest(outcome))
    }
}

/// How many messages came in: those of a batch, as far as it may hold so many.
#[must_use]
pub fn messages(text: &[u8]) -> u32 {
    if !is_batch(text) {
        return 1;
    }
    let messages: Result<Vec<IgnoredAny>, _> = serde_json::from_slice(text);
    let count = messages.map_or(1, |messages| messages.len().min(BATCH_LIMIT));
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn is_batch(text: &[u8]) -> bool {
    text.trim_ascii_start().starts_with(b"[")
}

/// Decides what is to be done about a message, or about a batch of them.
#[must_use]
pub fn dispatch(text: &[u8], context: Context<'_>) -> Reply {
    if is_batch(text) {
        return batch(text, context).unwrap_or_else(|failure| {
            Reply::One(Step::Ready(Response::failure(
                StatusCode::BAD_REQUEST,
                None,
                &failure,
            )))
        });
    }
    Reply::One(message(text, context))
}

/// Takes a batch apart. stdio does not say which revision a line belongs to, so none is asked for.
fn batch(text: &[u8], context: Context<'_>) -> Result<Reply, Failure> {
    let version = context
        .headers
        .and_then(headers::version)
        .unwrap_or(protocol::BATCHING);
    if version != protocol::BATCHING {
        let message = format!("Batches ended with revision {}.", protocol::BATCHING);
        return Err(Failure::new(Code::InvalidRequest, message));
    }
    let messages: Vec<&RawValue> = serde_json::from_slice(text)
        .map_err(|error| Failure::new(Code::ParseError, format!("This is not JSON: {error}.")))?;
    if messages.is_empty() || messages.len() > BATCH_LIMIT {
        let message = format!("A batch holds 1 to {BATCH_LIMIT} messages.");
        return Err(Failure::new(Code::InvalidRequest, message));
    }
    let steps = messages
        .iter()
        .map(|text| message(text.get().as_bytes(), context));
    Ok(Reply::Batch(steps.collect()))
}

fn message(text: &[u8], context: Context<'_>) -> Step {
    match protocol::parse(text) {
        Ok(Message::Request(request)) => answer(&request, context),
        Ok(Message::Notification { method, params }) => notification(&method, params),
        Err((id, failure)) => Step::Ready(Response::failure(StatusCode::BAD_REQUEST, id, &failure)),
    }
}

fn notification(method: &str, params: Option<&RawValue>) -> Step {
    let cancelled = method == "notifications/cancelled";
    let params = protocol::params(params).unwrap_or_default();
    match params.request_id {
        Some(id) if cancelled => Step::Cancel(id.to_owned()),
        _ => Step::Nothing,
    }
}

fn answer(request: &Request<'_>, context: Context<'_>) -> Step {
    let params = protocol::params(request.params);
    let meta = params.as_ref().map_or(Ok(None), protocol::meta);
    let era = era(
        request,
        meta.as_ref().ok().and_then(Option::as_ref),
        context.headers,
    );
    let step = params.and_then(|params| match era {
        Era::Legacy => methods::legacy(request, &params, context),
        Era::Modern => {
            check(request, &params, meta?.as_ref(), context.headers)?;
            methods::modern(request, &params, context)
        }
    });
    step.unwrap_or_else(|failure| {
        let status = failure.code.status(era);
        Step::Ready(Response::failure(status, Some(request.id), &failure))
    })
}

/// A request is modern if it says so in `_meta`. Without that, `initialize` is legacy, and others
/// are what the header names; a header without `_meta` is a mistake that `check` will explain.
fn era(request: &Request<'_>, meta: Option<&Meta<'_>>, headers: Option<&HeaderMap>) -> Era {
    if meta.is_some_and(|meta| meta.protocol_version.is_some()) {
        return Era::Modern;
    }
    match (&*request.method, headers.and_then(headers::version)) {
        ("initialize", _) => Era::Legacy,
        ("server/discover", _) => Era::Modern,
        (_, Some(version)) if !protocol::LEGACY.contains(&version) => Era::Modern,
        _ => Era::Legacy,
    }
}

/// Checks what a modern request says of itself.
fn check(
    request: &Request<'_>,
    params: &Params<'_>,
    meta: Option<&Meta<'_>>,
    headers: Option<&HeaderMap>,
) -> Result<(), Failure> {
    let Some(meta) = meta else {
        return Err(match headers.and_then(headers::version) {
            Some(version) if version != protocol::MODERN => Failure::version(version),
            _ => Failure::params("`_meta` is missing."),
        });
    };
    let version = meta
        .protocol_version
        .and_then(protocol::string)
        .ok_or_else(|| {
            Failure::params(
                "`_meta` must hold the string `io.modelcontextprotocol/protocolVersion`.",
            )
        })?;
    if !meta.client_capabilities.is_some_and(protocol::is_object) {
        let message = "`_meta` must hold the object `io.modelcontextprotocol/clientCapabilities`.";
        return Err(Failure::params(message));
    }
    if let Some(headers) = headers {
        let name = match &*request.method {
            "tools/call" | "prompts/get" => params.name.and_then(protocol::string),
            "resources/read" => params.uri.and_then(protocol::string),
            _ => None,
        };
        headers::check(headers, &version, &request.method, name.as_deref())?;
    }
    if version == protocol::MODERN {
        Ok(())
    } else {
        Err(Failure::version(&version))
    }
}
