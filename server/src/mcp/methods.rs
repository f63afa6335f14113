//! The methods: what each of them answers.

use bytes::Bytes;
use serde_json::{Map, json};

use super::call;
use super::discovery::{self, Discovered};
use super::dispatch::{Context, Step, ToolCall};
use super::failure::{Code, Failure};
use super::headers;
use super::protocol::{self, Era, Params, Request};
use super::response::Response;
use super::toolset::{Exposure, Toolset};
use crate::log::ClientInfo;

/// What a request of the legacy era asks for.
pub(super) fn legacy(
    request: &Request<'_>,
    params: &Params<'_>,
    context: Context<'_>,
) -> Result<Step, Failure> {
    match &*request.method {
        "initialize" => {
            let requested = params.protocol_version.and_then(protocol::string);
            let requested =
                requested.ok_or_else(|| Failure::params("`protocolVersion` must be a string."))?;
            let [newest, ..] = protocol::LEGACY;
            let version = protocol::LEGACY
                .into_iter()
                .find(|version| *version == requested);
            let opening = format!(r#""protocolVersion":"{}","#, version.unwrap_or(newest));
            let rest = context.identity.initialize();
            let mut response = Response::result(request.id, &opening, rest);
            let client = params.client_info.map(ClientInfo::read);
            response.session_id = client.map(|client| client.session_id());
            Ok(Step::Ready(response))
        }
        "ping" => {
            let rest = Bytes::from_static(b"}}");
            Ok(Step::Ready(Response::result(request.id, "", rest)))
        }
        _ => either(request, params, Era::Legacy, context),
    }
}

/// What a request of the modern era asks for, once it has been checked.
pub(super) fn modern(
    request: &Request<'_>,
    params: &Params<'_>,
    context: Context<'_>,
) -> Result<Step, Failure> {
    match &*request.method {
        "server/discover" => {
            let opening = context.identity.cacheable(Era::Modern);
            let rest = context.identity.discover();
            Ok(Step::Ready(Response::result(request.id, opening, rest)))
        }
        _ => either(request, params, Era::Modern, context),
    }
}

/// The methods that both eras have.
fn either(
    request: &Request<'_>,
    params: &Params<'_>,
    era: Era,
    context: Context<'_>,
) -> Result<Step, Failure> {
    let list = |rest| {
        check_cursor(params)?;
        let opening = context.identity.cacheable(era);
        Ok(Step::Ready(Response::result(request.id, opening, rest)))
    };
    let empty = |rest: &'static str| list(Bytes::from_static(rest.as_bytes()));
    match &*request.method {
        "tools/list" => list(context.toolset.list()),
        "tools/call" => tool_call(request, params, era, context),
        "prompts/list" => empty(r#""prompts":[]}}"#),
        "resources/list" => empty(r#""resources":[]}}"#),
        "resources/templates/list" => empty(r#""resourceTemplates":[]}}"#),
        "prompts/get" => Err(Failure::params("There are no prompts here.")),
        "resources/read" => Err(Failure {
            data: Some(json!({ "uri": params.uri.and_then(protocol::string) })),
            ..Failure::params("There are no resources here.")
        }),
        _ => Err(Failure::new(
            Code::MethodNotFound,
            "There is no such method here.",
        )),
    }
}

/// Every list is one page, so there is no cursor that goes on. Some clients send an empty one.
fn check_cursor(params: &Params<'_>) -> Result<(), Failure> {
    match params.cursor.map(protocol::string) {
        None => Ok(()),
        Some(Some(cursor)) if cursor.is_empty() => Ok(()),
        Some(_) => Err(Failure::params(
            "`cursor` was not handed out by this server.",
        )),
    }
}

fn tool_call(
    request: &Request<'_>,
    params: &Params<'_>,
    era: Era,
    context: Context<'_>,
) -> Result<Step, Failure> {
    let name = params.name.and_then(protocol::string);
    let name = name.ok_or_else(|| Failure::params("`name` must be a string."))?;
    let toolset = context.toolset;
    let arguments = || {
        params.arguments.map_or(Ok(Map::new()), |arguments| {
            serde_json::from_str(arguments.get())
                .map_err(|error| Failure::params(format!("`arguments` cannot be read: {error}.")))
        })
    };
    let call = |operation, arguments| {
        Step::Call(ToolCall {
            operation,
            arguments,
            id: request.id.to_owned(),
            era,
            protocol_version: protocol_version(era, context),
            client: client(params, context),
        })
    };
    match toolset.exposure() {
        Exposure::All => {
            let found = toolset.find(&name);
            let operation = found.ok_or_else(|| unknown_tool(&name, toolset))?;
            Ok(call(operation, arguments()?))
        }
        Exposure::Discovery => match discovery::call(&name, arguments()?, toolset) {
            Some(Discovered::Call(operation, arguments)) => Ok(call(operation, arguments)),
            Some(Discovered::Done(outcome)) => {
                let opening = context.identity.complete(era);
                let response = Response::result(request.id, opening, call::rest(outcome));
                Ok(Step::Ready(response))
            }
            None => Err(unknown_tool(&name, toolset)),
        },
    }
}

fn protocol_version(era: Era, context: Context<'_>) -> Option<&'static str> {
    let said = context.headers.and_then(headers::version);
    match era {
        Era::Modern => Some(protocol::MODERN),
        Era::Legacy => protocol::LEGACY
            .into_iter()
            .find(|version| said == Some(*version)),
    }
}

/// What the client calls itself: in the request, or in what it was sent with.
fn client(params: &Params<'_>, context: Context<'_>) -> ClientInfo {
    let meta = protocol::meta(params).ok().flatten();
    match meta.and_then(|meta| meta.client_info) {
        Some(info) => ClientInfo::read(info),
        None => context
            .headers
            .map_or_else(ClientInfo::default, ClientInfo::of_headers),
    }
}

fn unknown_tool(name: &str, toolset: &Toolset) -> Failure {
    let name: String = name.chars().take(64).collect();
    Failure::params(match toolset.nearest(&name) {
        Some(nearest) => format!("Unknown tool: {name}. Did you mean {nearest}?"),
        None => format!("Unknown tool: {name}. tools/list lists those there are."),
    })
}
