//! Which endpoint of the document is which operation of the definition: by HTTP method and path, whatever
//! variables are called.

use std::collections::BTreeSet;

use crate::import::document::{Document, Operation as Endpoint, Place, Server};
use crate::import::resolve::Resolver;
use crate::model::{Host, Integration, Operation, Origin, PathPart, Place as Arg};

use super::said::Said;

/// Stands for a variable in the text of a segment.
const VARIABLE: char = '\u{0}';
/// Stands for a connection field, which may be written out in the document.
const FIELD: char = '\u{1}';

/// The operations of a definition beside the endpoints of a document.
pub(super) struct Endpoints<'a, 'e, 'd> {
    /// Operations with the endpoints that they may be, which are equally near.
    pub(super) pairs: Vec<(&'a Operation, Vec<Pair<'e, 'd>>)>,
    /// Operations that the document should have and has not.
    pub(super) gone: Vec<&'a Operation>,
    /// Endpoints that no operation is.
    pub(super) new: Vec<&'e Endpoint<'d>>,
}

/// An endpoint that an operation may be.
pub(super) struct Pair<'e, 'd> {
    pub(super) endpoint: &'e Endpoint<'d>,
    /// Arguments of the path, by our names, and the document's names of their variables.
    pub(super) variables: Vec<(String, String)>,
    /// How far apart the two paths are.
    distance: u32,
}

impl Pair<'_, '_> {
    /// How many variables have another name in the document.
    pub(super) fn renamed(&self) -> usize {
        let plain = |name: &str| -> String {
            let letters = name.chars().filter(char::is_ascii_alphanumeric);
            letters.collect::<String>().to_ascii_lowercase()
        };
        let variables = self.variables.iter();
        variables
            .filter(|(ours, theirs)| plain(ours) != plain(theirs))
            .count()
    }
}

/// A segment of a path.
#[derive(Clone, Debug, PartialEq)]
struct Segment {
    /// Its text, with marks for variables.
    text: String,
    /// The names of the variables.
    names: Vec<String>,
}

/// Finds the endpoint of each operation.
pub(super) fn pair<'a, 'e, 'd>(
    integration: &'a Integration,
    document: &'e Document<'d>,
    resolver: Resolver<'d>,
) -> Endpoints<'a, 'e, 'd> {
    let paths: Vec<(&Endpoint<'d>, Vec<Vec<Segment>>)> = document
        .operations
        .iter()
        .map(|endpoint| (endpoint, paths(endpoint, document)))
        .collect();
    let hosts = hosts_of(integration, document);
    let mut found = Endpoints {
        pairs: Vec::new(),
        gone: Vec::new(),
        new: Vec::new(),
    };
    let mut known: BTreeSet<*const Endpoint<'d>> = BTreeSet::new();
    for operation in &integration.operations {
        let own = own_path(operation);
        let mut pairs: Vec<Pair<'e, 'd>> = paths
            .iter()
            .filter(|(endpoint, _)| endpoint.verb == operation.http.verb())
            .filter_map(|(endpoint, paths)| {
                let (distance, variables) =
                    paths.iter().filter_map(|path| fit(&own, path)).min()?;
                let distance = distance + constants(operation, endpoint, resolver)?;
                Some(Pair {
                    endpoint,
                    variables,
                    distance,
                })
            })
            .collect();
        let least = pairs.iter().map(|pair| pair.distance).min();
        pairs.retain(|pair| Some(pair.distance) == least);
        // What is written out in the place of a variable is one of many.
        if least == Some(0) {
            known.extend(pairs.iter().map(|pair| std::ptr::from_ref(pair.endpoint)));
        }
        match (pairs.is_empty(), hosts.contains(&operation.host)) {
            (false, _) => found.pairs.push((operation, pairs)),
            (true, true) => found.gone.push(operation),
            (true, false) => {}
        }
    }
    let is_new = |endpoint: &&Endpoint<'d>| !known.contains(&std::ptr::from_ref(*endpoint));
    found.new = document.operations.iter().filter(is_new).collect();
    found
}

/// The path of an operation as its request line has it.
pub(super) fn shown(path: &[PathPart]) -> String {
    let parts = path.iter().map(|part| match part {
        PathPart::Literal(text) => text.clone(),
        PathPart::Argument(name) | PathPart::Segments(name) | PathPart::Connection(name) => {
            format!("{{{name}}}")
        }
    });
    parts.collect()
}

fn own_path(operation: &Operation) -> Vec<Segment> {
    let mut text = String::new();
    let mut names = Vec::new();
    for part in &operation.path {
        match part {
            PathPart::Literal(literal) => text.push_str(literal),
            PathPart::Argument(name) | PathPart::Segments(name) => {
                text.push(VARIABLE);
                names.push(name.clone());
            }
            PathPart::Connection(_) => {
                text.push(FIELD);
                names.push(String::new());
            }
        }
    }
    segments(&text, names)
}

/// The paths at which an endpoint may be: below each server, and below none.
fn paths(endpoint: &Endpoint<'_>, document: &Document<'_>) -> Vec<Vec<Segment>> {
    let path = endpoint.path.split(['?', '#']).next().unwrap_or_default();
    let servers = match endpoint.servers.is_empty() {
        true => &document.servers,
        false => &endpoint.servers,
    };
    let mut prefixes: Vec<String> = servers
        .iter()
        .flat_map(|server| [base(server, true), base(server, false)])
        .collect();
    prefixes.push(String::new());
    prefixes.sort();
    prefixes.dedup();
    prefixes
        .iter()
        .map(|prefix| templated(&format!("{prefix}/{path}")))
        .collect()
}

/// A server's URL, as it is written or with the defaults of its variables.
fn url(server: &Server<'_>, with_defaults: bool) -> String {
    match with_defaults {
        true => server.with_defaults(&server.url),
        false => server.url.clone(),
    }
}

/// The path of a server's URL, as it is written or with the defaults of its variables.
fn base(server: &Server<'_>, with_defaults: bool) -> String {
    let url = url(server, with_defaults);
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => &url,
    };
    path.split(['?', '#']).next().unwrap_or_default().to_owned()
}

fn templated(path: &str) -> Vec<Segment> {
    let (mut text, mut names) = (String::new(), Vec::new());
    let mut rest = path;
    while let Some((before, name, after)) = rest.split_once('{').and_then(|(before, inner)| {
        let (name, after) = inner.split_once('}')?;
        Some((before, name, after))
    }) {
        text.push_str(before);
        text.push(VARIABLE);
        names.push(name.to_owned());
        rest = after;
    }
    text.push_str(rest);
    segments(&text, names)
}

/// Segments with the names of their variables. Empty ones do not count.
fn segments(text: &str, names: Vec<String>) -> Vec<Segment> {
    let mut names = names.into_iter();
    let parts = text.split('/').filter(|part| !part.is_empty());
    parts
        .map(|part| Segment {
            text: part.to_owned(),
            names: names
                .by_ref()
                .take(part.matches([VARIABLE, FIELD]).count())
                .collect(),
        })
        .collect()
}

/// How far a path is from another, and which variables stand for each other. None where they are not the
/// same.
fn fit(own: &[Segment], other: &[Segment]) -> Option<(u32, Vec<(String, String)>)> {
    if own.len() != other.len() {
        return None;
    }
    let mut distance = 0;
    let mut variables = Vec::new();
    for (own, other) in own.iter().zip(other) {
        let plain = own.text.replace(FIELD, &VARIABLE.to_string());
        if plain == other.text {
            let names = own.names.iter().cloned().zip(other.names.iter().cloned());
            variables.extend(names.filter(|(own, _)| !own.is_empty()));
        } else if other.text.chars().eq([VARIABLE]) {
            distance += 1;
        } else if !own.text.chars().eq([FIELD]) {
            return None;
        }
    }
    Some((distance, variables))
}

/// How far what is always sent is from what the endpoint asks for. None where it is another endpoint at
/// the same path, such as `POST /?Action=ListUsers`.
fn constants(
    operation: &Operation,
    endpoint: &Endpoint<'_>,
    resolver: Resolver<'_>,
) -> Option<u32> {
    let sent = |name: &str| {
        let constants = operation.query.iter().chain(&operation.headers);
        let mut constants = constants.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        constants.next().map(|(_, value)| value.as_str())
    };
    let is_asked_for = |name: &str| {
        operation
            .args
            .iter()
            .any(|arg| matches!(&arg.place, Arg::Query { api_name, .. } if api_name == name))
    };
    let in_path = endpoint.path.split('#').next().unwrap_or_default();
    let in_path = in_path.split_once('?').map_or("", |(_, query)| query);
    let mut distance = 0;
    for pair in in_path.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match sent(name) {
            Some(sent) if sent != value && !value.contains('{') => return None,
            Some(_) => {}
            None if value.contains('{') && is_asked_for(name) => {}
            None => distance += 1,
        }
    }
    for parameter in &endpoint.parameters {
        let Some(sent) = sent(parameter.name) else {
            continue;
        };
        let is_sent_there = matches!(parameter.place, Place::Query | Place::Header);
        if is_sent_there && parameter.required {
            let words = Said::of(resolver, &[parameter.schema]).words;
            if words.is_some_and(|words| !words.iter().any(|word| word == sent)) {
                return None;
            }
        }
    }
    Some(distance)
}

/// The hosts of a definition, by index, that the document is about: a vendor may have one document for
/// each host. All of them where the document does not name any of them.
fn hosts_of(integration: &Integration, document: &Document<'_>) -> BTreeSet<usize> {
    let own = document.operations.iter().flat_map(|one| &one.servers);
    let servers: Vec<&Server<'_>> = document.servers.iter().chain(own).collect();
    // What a server is at by default says more than what it can be at.
    let named = [true, false].map(|with_defaults| -> BTreeSet<usize> {
        let urls: Vec<String> = servers
            .iter()
            .map(|server| url(server, with_defaults))
            .collect();
        let is_named = |host: &Host| urls.iter().any(|url| is_at(host, url));
        let hosts = integration.hosts.iter().enumerate();
        hosts
            .filter(|(_, host)| is_named(host))
            .map(|(index, _)| index)
            .collect()
    });
    let named = named
        .into_iter()
        .find(|named| !named.is_empty())
        .unwrap_or_default();
    match named.is_empty() {
        true => (0..integration.hosts.len()).collect(),
        false => named,
    }
}

/// Whether a server's URL may be at a host: what both write out at the end of the name is the same.
fn is_at(host: &Host, url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let origins: Vec<String> = match &host.origin {
        Origin::Fixed(url) => vec![url.clone()],
        Origin::Template(parts) => vec![shown(parts)],
        Origin::Table { urls, .. } => urls.iter().map(|(_, url)| url.clone()).collect(),
    };
    let written_out = |name: &str| {
        let labels = name.rsplit('.').take_while(|label| !label.contains('{'));
        labels.map(str::to_ascii_lowercase).collect::<Vec<_>>()
    };
    let theirs = written_out(authority.trim_end_matches(":443"));
    origins.iter().any(|origin| {
        let ours = written_out(origin.trim_start_matches("https://"));
        let is_whole = !origin.contains('{') && !authority.contains('{');
        match is_whole {
            true => ours == theirs,
            false => ours.iter().zip(&theirs).all(|(own, other)| own == other),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(path: &str) -> Vec<Segment> {
        // A connection field is written in capitals here.
        let mut segments = templated(path);
        for segment in &mut segments {
            if segment
                .names
                .iter()
                .any(|name| name.chars().all(char::is_uppercase))
            {
                segment.text = segment.text.replace(VARIABLE, &FIELD.to_string());
                segment.names = vec![String::new()];
            }
        }
        segments
    }

    #[test]
    fn paths_are_the_same_whatever_their_variables_are_called() {
        for (ours, theirs, distance) in [
            ("/users/{id}", "/users/{user-id}/", Some(0)),
            ("/users/{id}.json", "/users/{user}.json", Some(0)),
            ("/users/me", "/users/{id}", Some(1)),
            ("/api/{ORG}/users", "/api/{zsoid}/users", Some(0)),
            ("/api/{ORG}/users", "/api/123/users", Some(0)),
            ("/users/{id}", "/users/me", None),
            ("/users/{id}", "/users", None),
            ("/users/{id}", "/teams/{id}", None),
        ] {
            let found = fit(&own(ours), &templated(theirs));
            assert_eq!(found.map(|(found, _)| found), distance, "{ours} {theirs}");
        }
        let (_, variables) = fit(&own("/{A}/{b}/{c}"), &templated("/{x}/{y}/{z}")).unwrap();
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(variables, [pair("b", "y"), pair("c", "z")]);
    }

    #[test]
    fn servers_have_a_path_with_and_without_defaults() {
        let server = |url: &str| Server {
            url: url.to_owned(),
            variables: vec![crate::import::document::Variable {
                name: "v",
                default: "v1/x".to_owned(),
                values: Vec::new(),
                description: "",
            }],
        };
        assert_eq!(base(&server("https://a.example/{v}?x"), true), "v1/x");
        assert_eq!(base(&server("https://a.example/{v}"), false), "{v}");
        assert_eq!(base(&server("/api"), true), "/api");
        assert_eq!(base(&server("https://a.example"), true), "");
    }
}
