//! Whether the names in a method's data mean something: collections, parameters and marks.

use std::collections::BTreeMap;

use toolwright_runtime::table::{Host, Integration, Operation, Origin, PathPart, Place};

use super::data;
use super::found::Found;
use super::mark::{names, names_in};

/// Checks every name.
///
/// # Errors
/// The part of the method and what is wrong there, as a sentence.
pub(super) fn check(
    integration: &'static Integration,
    operation: &'static Operation,
    method: &data::Method,
    collections: &BTreeMap<String, data::Collection>,
) -> Result<(), (&'static str, String)> {
    let unknown = |what: &str, name: &str| format!("there is no {what} `{name}`");
    let mut used = collections_of(method);
    if let Some((part, name)) = used.find(|(_, name)| !collections.contains_key(*name)) {
        return Err((part, unknown("collection", name)));
    }
    let queries: Vec<&str> = queries(operation).collect();
    let cases = method.cases.keys().map(|name| ("cases", name.as_str()));
    let mut used = cases.chain(method.scim.iter().map(|name| ("scim", name.as_str())));
    if let Some((part, name)) = used.find(|(_, name)| !queries.contains(name)) {
        return Err((part, unknown("query parameter", name)));
    }
    let parameters: Vec<&str> = queries
        .into_iter()
        .chain(variables(integration, operation))
        .collect();
    let is_known = |mark: &str, more: &[&str]| parameters.contains(&mark) || more.contains(&mark);
    match marks(method)
        .into_iter()
        .find(|(_, mark, more)| !is_known(mark, more))
    {
        Some((part, mark, _)) => Err((part, unknown("value", mark))),
        None => Ok(()),
    }
}

/// Each part of the method that names a collection, and the name.
fn collections_of(method: &data::Method) -> impl Iterator<Item = (&'static str, &String)> {
    let within = method.within.keys().map(|name| ("within", name));
    let patches = method
        .patch
        .values()
        .filter_map(|patch| patch.from.as_ref());
    [("on", &method.on)]
        .into_iter()
        .chain(within)
        .chain(patches.map(|name| ("patch", name)))
}

/// Each mark, the part of the method it is in, and the names it may have besides parameters.
fn marks(method: &data::Method) -> Vec<(&'static str, &str, &'static [&'static str])> {
    let within = method.within.values().map(|text| ("within", text));
    let only = method.only.values().map(|text| ("only", text));
    let cases = method.cases.values().flat_map(|values| values.values());
    let cases = cases
        .flat_map(|only| only.values())
        .map(|text| ("cases", text));
    let texts = within.chain(only).chain(cases);
    let in_texts = texts.flat_map(|(part, text)| {
        names_in(text)
            .into_iter()
            .map(move |mark| (part, mark, &[] as &[&str]))
    });
    let in_set = method.set.values().flat_map(names);
    let in_set = in_set.map(|mark| ("set", mark, &["key"] as &[&str]));
    let in_answer = method.answer.iter().flat_map(names);
    let in_answer = in_answer.map(|mark| ("answer", mark, Found::NAMES));
    in_texts.chain(in_set).chain(in_answer).collect()
}

fn queries(operation: &'static Operation) -> impl Iterator<Item = &'static str> {
    let constants = operation.query.iter().map(|(name, _)| *name);
    constants.chain(operation.args.iter().filter_map(|arg| match arg.place {
        Place::Query { name, .. } => Some(name),
        _ => None,
    }))
}

/// The variables of path and host, and the connection fields.
fn variables(
    integration: &'static Integration,
    operation: &'static Operation,
) -> impl Iterator<Item = &'static str> {
    let host: &'static [PathPart] = match integration.hosts.get(operation.host) {
        Some(Host {
            origin: Origin::Template(parts),
            ..
        }) => parts,
        _ => &[],
    };
    let arguments = operation
        .path
        .iter()
        .chain(host)
        .filter_map(|part| match part {
            PathPart::Argument(name) | PathPart::Segments(name) => Some(*name),
            PathPart::Literal(_) | PathPart::Connection(_) => None,
        });
    arguments.chain(integration.connection.iter().map(|field| field.name))
}
