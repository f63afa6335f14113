//! An operation and how the simulated vendor answers it.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use toolwright_runtime::table::{Http, Integration, Operation, PathPart};

use super::capture::{Captured, capture};
use super::mark::names_in;
use super::parameters::Parameters;
use super::place::Place;
use super::{Problem, answer, data, names};

/// An operation and how the simulated vendor answers it.
#[derive(Debug)]
pub(super) struct Endpoint {
    /// The operation.
    pub(super) operation: &'static Operation,
    /// The data of the definition.
    pub(super) method: data::Method,
    /// The path argument that is the key of the one row it works on.
    pub(super) key: Option<&'static str>,
    /// Which rows count.
    pub(super) only: Vec<Condition>,
    /// Which rows count besides, for the values of query parameters.
    pub(super) cases: Vec<Case>,
    /// The status of an answer that says yes.
    pub(super) status: StatusCode,
}

/// A place in a row and what must stand there, as a text with marks.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) place: Place,
    pub(super) wanted: String,
}

/// A query parameter and the conditions that its values stand for.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) parameter: String,
    pub(super) values: BTreeMap<String, Vec<Condition>>,
}

impl Endpoint {
    /// # Errors
    /// Where the data is wrong.
    pub(super) fn new(
        integration: &'static Integration,
        operation: &'static Operation,
        method: data::Method,
        collections: &BTreeMap<String, data::Collection>,
    ) -> Result<Self, Problem> {
        let at = |part: &str| format!("operations.{}.{part}", operation.name);
        names::check(integration, operation, &method, collections)
            .map_err(|(part, text)| Problem::new(at(part), text))?;
        let cases = cases(&method.cases).map_err(|text| Problem::new(at("cases"), text))?;
        let only = conditions(&method.only).map_err(|text| Problem::new(at("only"), text))?;
        for place in method.patch.values().flat_map(|patch| patch.shows.values()) {
            self::place(place).map_err(|text| Problem::new(at("patch"), text))?;
        }
        let status = method.status.map_or(Ok(StatusCode::OK), answer::status);
        let status = status.map_err(|text| Problem::new(at("status"), text))?;
        Ok(Self {
            operation,
            key: key(operation, &method),
            only,
            cases,
            status,
            method,
        })
    }
}

/// What stands in the path's variables; `None` when a request is not one for the operation.
pub(super) fn captures(
    operation: &Operation,
    method: &Method,
    host: usize,
    path: &str,
    query: &Parameters,
) -> Option<Vec<Captured>> {
    let mut constants = operation.query.iter();
    let fits = operation.host == host
        && http(operation.http) == *method
        && constants.all(|(name, value)| query.all(name).any(|sent| sent == *value));
    if fits {
        capture(operation.path, path, '/')
    } else {
        None
    }
}

/// How closely an operation describes its requests: by the text of its path, then by its constants.
pub(super) fn closeness(operation: &Operation) -> (usize, usize) {
    let literals = operation.path.iter().map(|part| match part {
        PathPart::Literal(text) => text.len(),
        PathPart::Argument(_) | PathPart::Segments(_) | PathPart::Connection(_) => 0,
    });
    (literals.sum(), operation.query.len())
}

fn cases(data: &BTreeMap<String, data::Cases>) -> Result<Vec<Case>, String> {
    let case = |(parameter, values): (&String, &data::Cases)| {
        let values = values
            .iter()
            .map(|(value, only)| Ok((value.clone(), conditions(only)?)));
        let values = values.collect::<Result<_, String>>()?;
        Ok(Case {
            parameter: parameter.clone(),
            values,
        })
    };
    data.iter().map(case).collect()
}

fn conditions(data: &data::Conditions) -> Result<Vec<Condition>, String> {
    let condition = |(place, wanted): (&String, &String)| {
        Ok(Condition {
            place: self::place(place)?,
            wanted: wanted.clone(),
        })
    };
    data.iter().map(condition).collect()
}

fn place(text: &str) -> Result<Place, String> {
    Place::parse(text).ok_or_else(|| format!("`{text}` is not a place"))
}

/// The last path argument that neither `only` nor `within` names.
fn key(operation: &'static Operation, method: &data::Method) -> Option<&'static str> {
    let texts = method.only.values().chain(method.within.values());
    let named: Vec<&str> = texts.flat_map(|text| names_in(text)).collect();
    operation.path.iter().rev().find_map(|part| match part {
        PathPart::Argument(name) | PathPart::Segments(name) if !named.contains(name) => Some(*name),
        _ => None,
    })
}

fn http(http: Http) -> Method {
    match http {
        Http::Get => Method::GET,
        Http::Post => Method::POST,
        Http::Put => Method::PUT,
        Http::Patch => Method::PATCH,
        Http::Delete => Method::DELETE,
    }
}
