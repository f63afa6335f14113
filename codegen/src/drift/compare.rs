//! A definition beside a document of its vendor.

use super::answer::Answers;
use super::endpoints::{Endpoints, Pair, pair, shown};
use super::pointers::with_pointers;
use super::request::request;
use super::value::{Context, Found, Site, Wire};
use super::{Class, Finding, Kind};
use crate::import::Problem;
use crate::import::document::Operation as Endpoint;
use crate::import::resolve::Resolver;
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
    let gone = gone.into_iter();
    findings.extend(gone.map(|operation| gone_of(integration, operation, is_another)));
    // What the vendor is about to take away is not missed.
    let new = new.into_iter().filter(|endpoint| !endpoint.deprecated);
    findings.extend(new.map(|endpoint| new_of(integration, endpoint)));
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
    let site = Site::new(operation, String::new(), operation.span, Wire::Answer);
    let is_told = operation.deprecated.is_some();
    let mut found = context.deprecation(endpoint.deprecated, is_told, None, &site)?;
    found.finding.pointer = Some(endpoint.pointer.clone());
    Some(found)
}

fn gone_of(integration: &Integration, operation: &Operation, is_another: bool) -> Finding {
    let line = format!("{} {}", operation.http.verb(), shown(&operation.path));
    let help = match is_another {
        true => "no endpoint of the definition is in the document: is it the one of this API?",
        false => "the vendor may have taken it away, or have it in another document",
    };
    let message = format!("the document has no `{line}`");
    Finding {
        operation: Some(operation.name.clone()),
        part: line,
        span: Some(operation.span),
        help: Some(help.to_owned()),
        ..Finding::new(
            Class::Contradicts,
            Kind::EndpointGone,
            &integration.slug,
            message,
        )
    }
}

fn new_of(integration: &Integration, endpoint: &Endpoint<'_>) -> Finding {
    let line = format!("{} {}", endpoint.verb, endpoint.path);
    let message = format!("the document has `{line}`, which is not defined");
    Finding {
        part: line,
        pointer: Some(endpoint.pointer.clone()),
        ..Finding::new(Class::Lacks, Kind::NewEndpoint, &integration.slug, message)
    }
}
