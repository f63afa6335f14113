//! A definition beside a document of its vendor.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::answer::Answers;
use super::endpoints::{Endpoints, Pair, pair, shown, verb};
use super::request::request;
use super::value::{Context, Found};
use super::{Class, Finding, Kind};
use crate::import::Problem;
use crate::import::document::Operation as Endpoint;
use crate::import::resolve::{Resolver, step};
use crate::import::{normalise, read};
use crate::model::{Integration, Operation};

/// How many endpoints at one path are tried for an operation.
const MOST_TRIED: usize = 64;

/// Compares a definition with the text of an OpenAPI document.
///
/// # Errors
/// What is wrong with the document as a whole.
pub fn compare(integration: &Integration, text: &str) -> Result<Vec<Finding>, Problem> {
    let root = read::read(text)?;
    let document = normalise::normalise(&root)?;
    let resolver = Resolver::new(&root);
    let context = Context {
        resolver,
        integration,
    };
    let Endpoints { pairs, gone, new } = pair(integration, &document, resolver);
    let mut found = Vec::new();
    let mut answers = Answers::new(context);
    for (operation, pairs) in &pairs {
        if let Some(pair) = best(context, operation, pairs) {
            found.extend(deprecation(context, operation, pair.endpoint));
            found.extend(request(context, operation, pair));
            answers.compare(operation, pair.endpoint);
        }
    }
    found.extend(answers.finish());
    let mut findings = with_pointers(found, &root);
    // That nothing at all is there says something about the document.
    let is_another = pairs.is_empty() && !gone.is_empty();
    findings.extend(
        gone.into_iter()
            .map(|operation| gone_of(integration, operation, is_another)),
    );
    findings.extend(
        new.into_iter()
            .map(|endpoint| new_of(integration, endpoint)),
    );
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.span.is_none(), finding.span, finding.class);
        (key(a), a.kind, &a.part).cmp(&(key(b), b.kind, &b.part))
    });
    Ok(findings)
}

/// Of the endpoints at one path, the one that contradicts an operation least.
fn best<'p, 'e, 'd>(
    context: Context<'_, 'd>,
    operation: &Operation,
    pairs: &'p [Pair<'e, 'd>],
) -> Option<&'p Pair<'e, 'd>> {
    let contradictions = |pair: &Pair<'e, 'd>| {
        let mut answers = Answers::new(context);
        answers.compare(operation, pair.endpoint);
        let found = request(context, operation, pair)
            .into_iter()
            .chain(answers.finish());
        let classes = found.map(|found| found.finding.class);
        classes.filter(|class| *class == Class::Contradicts).count()
    };
    match pairs {
        [only] => Some(only),
        several => several
            .iter()
            .take(MOST_TRIED)
            .min_by_key(|pair| (contradictions(pair), pair.renamed())),
    }
}

fn deprecation<'d>(
    context: Context<'_, 'd>,
    operation: &Operation,
    endpoint: &Endpoint<'d>,
) -> Option<Found<'d>> {
    let site = super::value::Site {
        operation: operation.name.clone(),
        ty: None,
        part: String::new(),
        span: operation.span,
        wire: super::value::Wire::Answer,
        is_whole: true,
        nullable: false,
    };
    let found = context.deprecation(
        endpoint.deprecated,
        operation.deprecated.is_some(),
        None,
        &site,
    )?;
    Some(Found {
        finding: Finding {
            pointer: Some(endpoint.pointer.clone()),
            ..found.finding
        },
        ..found
    })
}

fn gone_of(integration: &Integration, operation: &Operation, is_another: bool) -> Finding {
    let line = format!("{} {}", verb(operation.http), shown(&operation.path));
    let help = match is_another {
        true => "no endpoint of the definition is in the document: is it the one of this API?",
        false => "the vendor may have taken it away, or have it in another document",
    };
    Finding {
        class: Class::Contradicts,
        kind: Kind::EndpointGone,
        integration: integration.slug.clone(),
        operation: Some(operation.name.clone()),
        ty: None,
        part: String::new(),
        span: Some(operation.span),
        pointer: None,
        found: None,
        message: format!("the document has no `{line}`"),
        help: Some(help.to_owned()),
        name: line,
        mend: None,
    }
}

fn new_of(integration: &Integration, endpoint: &Endpoint<'_>) -> Finding {
    let line = format!("{} {}", endpoint.verb, endpoint.path);
    Finding {
        class: Class::Lacks,
        kind: Kind::NewEndpoint,
        integration: integration.slug.clone(),
        operation: None,
        ty: None,
        part: line.clone(),
        span: None,
        pointer: Some(endpoint.pointer.clone()),
        found: None,
        message: format!("the document has `{line}`, which is not defined"),
        help: None,
        name: line,
        mend: None,
    }
}

/// Findings with the pointers of the schemas that they come from.
fn with_pointers(found: Vec<Found<'_>>, root: &Json) -> Vec<Finding> {
    let mut pointers: BTreeMap<*const Json, String> = BTreeMap::new();
    for found in &found {
        let at = found.at.map(std::ptr::from_ref);
        pointers.extend(at.map(|at| (at, String::new())));
    }
    locate(root, &mut String::new(), &mut pointers);
    let findings = found.into_iter().map(|Found { finding, at }| {
        let at = at.and_then(|at| pointers.get(&std::ptr::from_ref(at)));
        let at = at.filter(|pointer| !pointer.is_empty()).cloned();
        Finding {
            pointer: finding.pointer.clone().or(at),
            ..finding
        }
    });
    findings.collect()
}

/// Writes the pointers of the values that are looked for. A document is nested no deeper than it may be.
fn locate(value: &Json, pointer: &mut String, pointers: &mut BTreeMap<*const Json, String>) {
    if let Some(found) = pointers.get_mut(&std::ptr::from_ref(value)) {
        found.clone_from(pointer);
    }
    let length = pointer.len();
    let mut into = |name: &str, inner: &Json| {
        pointer.push('/');
        pointer.push_str(name);
        locate(inner, pointer, pointers);
        pointer.truncate(length);
    };
    match value {
        Json::Object(members) => {
            for (name, member) in members {
                into(&step(name), member);
            }
        }
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                into(&index.to_string(), item);
            }
        }
        _ => {}
    }
}
