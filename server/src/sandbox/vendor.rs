//! A simulated vendor: from a request to its answer.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use toolwright_runtime::json_path;
use toolwright_runtime::table::{Host, Integration, Operation, Origin, PathPart, Step};

use super::access::Access;
use super::answer::{self, Answer, Failure, Refusal};
use super::call::{Call, Request};
use super::capture::{Captured, capture};
use super::collection::Collection;
use super::document::get;
use super::endpoint::{Endpoint, captures, closeness};
use super::operate::{Collections, perform};
use super::parameters::Parameters;
use super::{Problem, data};

/// A simulated vendor.
#[derive(Debug)]
pub(super) struct Vendor {
    pub(super) integration: &'static Integration,
    pub(super) access: Access,
    /// The connection fields that a person gives.
    pub(super) given: BTreeMap<String, String>,
    /// All connection fields, discovered ones too.
    connection: BTreeMap<String, String>,
    headers: HeaderMap,
    failures: Failures,
    /// The operations that it answers, by name.
    endpoints: BTreeMap<&'static str, Endpoint>,
    collections: Mutex<Collections>,
}

#[derive(Debug)]
struct Failures {
    unauthorized: Failure,
    not_found: Failure,
    invalid: Failure,
}

impl Vendor {
    /// # Errors
    /// Where the data is wrong.
    pub(super) fn new(integration: &'static Integration, text: &str) -> Result<Self, Problem> {
        let data: data::Data =
            serde_json::from_str(text).map_err(|error| Problem::new("its JSON", error))?;
        let given = given(integration, data.connection);
        let mut vendor = Self {
            integration,
            access: Access::new(integration).map_err(|text| Problem::new("auth", text))?,
            connection: given.clone(),
            given,
            headers: answer::headers(&data.headers)
                .map_err(|text| Problem::new("headers", text))?,
            failures: Failures::new(&data.failures)?,
            endpoints: endpoints(integration, data.operations, &data.collections)?,
            collections: Mutex::new(collections(data.collections)?),
        };
        vendor.discover()?;
        Ok(vendor)
    }

    /// Answers a request.
    pub(super) fn answer(&self, request: &Request<'_>) -> Answer {
        let mut answer = self
            .respond(request)
            .unwrap_or_else(|refusal| self.refuse(&refusal));
        let own = std::mem::replace(&mut answer.headers, self.headers.clone());
        answer.headers.extend(own);
        answer
    }

    fn respond(&self, request: &Request<'_>) -> Result<Answer, Refusal> {
        if !self.access.admits(request.headers) {
            return Err(Refusal::Unauthorized);
        }
        let mut hosts = self.integration.hosts.iter().enumerate();
        let host = hosts.find(|(_, host)| host.name == request.host);
        let (number, host) = host.ok_or_else(|| not_found(request.path))?;
        // A token of one data centre or tenant is unknown to all others.
        let captured = self
            .at(host, request.authority)
            .ok_or(Refusal::Unauthorized)?;
        self.serve(request, number, captured)
    }

    fn serve(
        &self,
        request: &Request<'_>,
        host: usize,
        mut captured: Vec<Captured>,
    ) -> Result<Answer, Refusal> {
        let Request {
            method,
            path,
            query,
            ..
        } = request;
        let operations = self.integration.operations.iter();
        let fitting = operations.filter_map(|operation| {
            Some((operation, captures(operation, method, host, path, query)?))
        });
        let endpoint = |operation: &Operation| self.endpoints.get(operation.name);
        // Of two that describe a request alike, the one that is answered.
        let (operation, in_path) = fitting
            .max_by_key(|(operation, _)| (closeness(operation), endpoint(operation).is_some()))
            .ok_or_else(|| not_found(path))?;
        let endpoint = endpoint(operation).ok_or(Refusal::Unanswered(operation.name))?;
        captured.extend(in_path);
        let path = self.arguments(captured)?;
        let call = Call::new(endpoint, request, path, &self.connection)?;
        let mut collections = self
            .collections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        perform(&call, &mut collections)
    }

    fn refuse(&self, refusal: &Refusal) -> Answer {
        match refusal {
            Refusal::Unauthorized => self.failures.unauthorized.answer("", ""),
            Refusal::NotFound(key) => self.failures.not_found.answer(key, ""),
            Refusal::Invalid(message) => self.failures.invalid.answer("", message),
            Refusal::Unanswered(name) => self.unanswered(name),
        }
    }

    /// The answer of an operation that the definition gives no answer: not the vendor's, and said
    /// where its errors are read.
    fn unanswered(&self, name: &str) -> Answer {
        let label = self.integration.label;
        let message = Value::from(format!(
            "the simulated vendor of {label} has no answer for {name}: its method has no `sandbox:`"
        ));
        let is_made = |path: &&&[Step]| !path.iter().any(|step| matches!(step, Step::Index(1..)));
        let body = match self.integration.errors.message.iter().find(is_made) {
            Some(path) => json_path::wrap(message, path),
            None => message,
        };
        Answer::new(StatusCode::NOT_IMPLEMENTED, Some(body))
    }

    /// What stands in the variables of a host's name; `None` when this is not the account's host.
    fn at(&self, host: &'static Host, authority: &str) -> Option<Vec<Captured>> {
        let origins = ["https", "http"].map(|scheme| format!("{scheme}://{authority}"));
        let is_origin = |origin: &str| origins.iter().any(|known| known == origin);
        match &host.origin {
            Origin::Fixed(origin) => is_origin(origin).then(Vec::new),
            Origin::Table { by, urls } => {
                let chosen = self.connection.get(*by)?;
                urls.iter()
                    .any(|(value, origin)| value == chosen && is_origin(origin))
                    .then(Vec::new)
            }
            Origin::Template(parts) => {
                let captured = origins
                    .iter()
                    .find_map(|origin| capture(parts, origin, '.'))?;
                captured
                    .iter()
                    .all(|captured| self.is_ours(captured))
                    .then_some(captured)
            }
        }
    }

    /// Whether a connection field in a request is the account's own. Arguments always are.
    fn is_ours(&self, (part, value): &Captured) -> bool {
        match part {
            PathPart::Connection(name) => self.connection.get(*name) == Some(value),
            PathPart::Literal(_) | PathPart::Argument(_) | PathPart::Segments(_) => true,
        }
    }

    fn arguments(&self, captured: Vec<Captured>) -> Result<Parameters, Refusal> {
        let mut arguments = Vec::new();
        for captured in captured {
            if !self.is_ours(&captured) {
                return Err(not_found(&captured.1));
            }
            if let (PathPart::Argument(name) | PathPart::Segments(name), value) = captured {
                arguments.push(((*name).to_owned(), value));
            }
        }
        Ok(Parameters(arguments))
    }

    /// Fills the connection fields that the vendor itself tells, by asking itself.
    fn discover(&mut self) -> Result<(), Problem> {
        for field in self.integration.connection {
            let Some(discover) = &field.discover else {
                continue;
            };
            if self.connection.contains_key(field.name) {
                continue;
            }
            let part = |part: &PathPart| match part {
                PathPart::Connection(name) => self.connection.get(*name).map(String::as_str),
                PathPart::Literal(text) => Some(*text),
                PathPart::Argument(_) | PathPart::Segments(_) => None,
            };
            let path: String = discover.path.iter().filter_map(part).collect();
            let headers = HeaderMap::new();
            let answer = self.serve(&Request::get(&path, &headers), discover.host, Vec::new());
            let body = answer
                .ok()
                .and_then(|answer| answer.body)
                .unwrap_or_default();
            let value = get(&body, discover.at).and_then(json_path::scalar);
            let value = value.ok_or_else(|| {
                let at = json_path::display(discover.at);
                let problem =
                    format!("it is found at {at} of {path}, which has no such value here");
                Problem::new(format!("connection.{}", field.name), problem)
            })?;
            self.connection.insert(field.name.to_owned(), value);
        }
        Ok(())
    }
}

impl Failures {
    fn new(data: &data::Failures) -> Result<Self, Problem> {
        let failure = |name: &str, data: &data::Failure| {
            Failure::new(data).map_err(|text| Problem::new(format!("failures.{name}"), text))
        };
        failure("rate_limited", &data.rate_limited)?;
        Ok(Self {
            unauthorized: failure("unauthorized", &data.unauthorized)?,
            not_found: failure("not_found", &data.not_found)?,
            invalid: failure("invalid", &data.invalid)?,
        })
    }
}

/// The connection fields of the definition's data, and the defaults of the others.
fn given(
    integration: &Integration,
    mut connection: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    for field in integration.connection {
        if let Some(default) = field.default {
            connection
                .entry(field.name.to_owned())
                .or_insert_with(|| default.to_owned());
        }
    }
    connection
}

fn endpoints(
    integration: &'static Integration,
    mut methods: BTreeMap<String, data::Method>,
    collections: &BTreeMap<String, data::Collection>,
) -> Result<BTreeMap<&'static str, Endpoint>, Problem> {
    let mut endpoints = BTreeMap::new();
    for operation in integration.operations {
        if let Some(method) = methods.remove(operation.name) {
            let endpoint = Endpoint::new(integration, operation, method, collections)?;
            endpoints.insert(operation.name, endpoint);
        }
    }
    match methods.pop_first() {
        None => Ok(endpoints),
        Some((name, _)) => Err(Problem::new(
            format!("operations.{name}"),
            "there is no such operation",
        )),
    }
}

fn collections(data: BTreeMap<String, data::Collection>) -> Result<Collections, Problem> {
    let collection = |(name, rows): (String, _)| match Collection::new(rows) {
        Ok(rows) => Ok((name, rows)),
        Err(problem) => Err(Problem::new(format!("collections.{name}"), problem)),
    };
    data.into_iter().map(collection).collect()
}

fn not_found(key: &str) -> Refusal {
    Refusal::NotFound(key.to_owned())
}
