//! Whether the names in a method's data mean something: collections, parameters and marks.

use std::collections::BTreeMap;

use toolwright_runtime::table::{Host, Integration, Operation, Origin, PathPart, Place};

use super::data;
use super::mark::{names, names_in};
use super::told::Told;

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
    let used = [("on", &method.on)].into_iter();
    let used = used.chain(method.within.keys().map(|name| ("within", name)));
    for (part, name) in used.filter(|(_, name)| !collections.contains_key(*name)) {
        return Err((part, unknown("collection", name)));
    }
    let queries: Vec<&str> = queries(operation).collect();
    let used = method.cases.keys().map(|name| ("cases", name));
    let used = used.chain(method.scim.iter().map(|name| ("scim", name)));
    for (part, name) in used.filter(|(_, name)| !queries.contains(&name.as_str())) {
        return Err((part, unknown("query parameter", name)));
    }
    let parameters: Vec<&str> =
        queries.into_iter().chain(variables(integration, operation)).collect();
    for (part, mark, more) in marks(method) {
        if !parameters.contains(&mark) && !more.contains(&mark) {
            return Err((part, unknown("value", mark)));
        }
    }
    Ok(())
}

/// Each mark, the part of the method it is in, and the names it may have besides parameters.
fn marks(method: &data::Method) -> Vec<(&'static str, &str, &'static [&'static str])> {
    let within = method.within.values().map(|text| ("within", text));
    let only = method.only.values().map(|text| ("only", text));
    let cases = method.cases.values().flat_map(|values| values.values());
    let cases = cases.flat_map(|only| only.values()).map(|text| ("cases", text));
    let texts = within.chain(only).chain(cases);
    let in_texts = texts.flat_map(|(part, text)| {
        names_in(text).into_iter().map(move |mark| (part, mark, &[] as &[&str]))
    });
    let in_set = method.set.values().flat_map(names);
    let in_set = in_set.map(|mark| ("set", mark, &["key"] as &[&str]));
    let in_answer = method.answer.iter().flat_map(names);
    let in_answer = in_answer.map(|mark| ("answer", mark, Told::NAMES));
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
        Some(Host { origin: Origin::Template(parts), .. }) => parts,
        _ => &[],
    };
    let arguments = operation.path.iter().chain(host).filter_map(|part| match part {
        PathPart::Argument(name) | PathPart::Segments(name) => Some(*name),
        PathPart::Literal(_) | PathPart::Connection(_) => None,
    });
    arguments.chain(integration.connection.iter().map(|field| field.name))
}
