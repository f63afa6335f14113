//! What a definition promises beyond being well formed: that its tools are documented, that no
//! identifier is a dead end, that samples fit, that every client can take the schemas.

pub mod changes;
pub mod defaults;
pub mod docs;
pub mod identifiers;
pub mod identity;
mod mention;
pub mod portable;
pub mod sample;
pub mod text;
pub mod unique;

use std::collections::{BTreeMap, BTreeSet};

use crate::check::sample::Shapes;
use crate::diagnostics::Diagnostics;
use crate::load::Sources;
use crate::model::{Integration, Operation, PageStyle, Place, Step, Stop};
use crate::span::{Node, Span};

/// What checking found out, for the tools to be built.
#[derive(Debug, Default)]
pub struct Findings {
    /// The operations that are documented completely, by name.
    pub documented: BTreeSet<String>,
    /// The tools that yield each kind of identifier, best first, by slug and kind.
    pub sources: BTreeMap<(String, String), Vec<String>>,
}

/// Checks all integrations together.
#[must_use]
pub fn check(
    integrations: &[Integration],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Findings {
    let mut findings = Findings::default();
    unique::tools(integrations, diagnostics);
    unique::slugs(integrations, diagnostics);
    for integration in integrations {
        let others: Vec<&Integration> = integrations
            .iter()
            .filter(|other| other.slug != integration.slug)
            .collect();
        unique::rust_names(integration, diagnostics);
        changes::check(integration, diagnostics);
        let shapes = Shapes::new(&integration.types, &integration.identifiers);
        identity::check(integration, &shapes, diagnostics);
        let mut tools = Vec::new();
        for operation in &integration.operations {
            operation_is_sound(integration, &shapes, operation, diagnostics);
            if docs::complete(operation, diagnostics) {
                tools.push(operation);
                can_be_tried(integration, operation, diagnostics);
                sample_fits(integration, &shapes, operation, diagnostics);
            }
        }
        let context = text::Context {
            integration,
            tools: tools.iter().map(|tool| tool.name.as_str()).collect(),
            others: &others,
            sources,
        };
        context.check(&tools, diagnostics);
        findings
            .documented
            .extend(tools.iter().map(|tool| tool.name.clone()));
        let origins = identifiers::check(integration, &findings.documented, diagnostics);
        for (kind, tools) in origins {
            findings
                .sources
                .insert((integration.slug.clone(), kind), tools);
        }
    }
    findings
}

fn operation_is_sound(
    integration: &Integration,
    shapes: &Shapes<'_>,
    operation: &Operation,
    diagnostics: &mut Diagnostics,
) {
    for arg in &operation.args {
        portable::check(arg, diagnostics);
        defaults::check(arg, shapes, diagnostics);
    }
    let pagination = operation
        .pagination
        .and_then(|index| integration.pagination.get(index));
    let parameters = pagination
        .map(|pagination| pagination.parameters())
        .unwrap_or_default();
    for arg in &operation.args {
        if let Place::Query { api_name, .. } = &arg.place
            && parameters.contains(&api_name.as_str())
        {
            diagnostics.page_parameter_declared(arg.name.span, api_name);
        }
    }
    for (constant, _) in &operation.query {
        if parameters.contains(&constant.as_str()) {
            diagnostics.page_parameter_declared(operation.span, constant);
        }
    }
}

/// Where there is a simulated vendor, it answers the calls of every tool.
fn can_be_tried(integration: &Integration, operation: &Operation, diagnostics: &mut Diagnostics) {
    let Some(sandbox) = &integration.sandbox else {
        return;
    };
    let answers = sandbox.get("operations");
    if answers.is_none_or(|answers| answers.get(&operation.name).is_none()) {
        diagnostics.not_in_sandbox(operation.span, &operation.name, &integration.slug);
    }
}

/// The sample holds what the response and the pagination say is in an answer.
fn sample_fits(
    integration: &Integration,
    shapes: &Shapes<'_>,
    operation: &Operation,
    diagnostics: &mut Diagnostics,
) {
    let Some(sample) = operation
        .docs
        .as_ref()
        .and_then(|docs| docs.sample.as_ref())
    else {
        return;
    };
    for problem in shapes.response_problems(sample, &operation.response) {
        diagnostics.sample_does_not_fit(&problem, operation.response.span);
    }
    let Some(pagination) = operation
        .pagination
        .and_then(|i| integration.pagination.get(i))
    else {
        return;
    };
    let mut places: Vec<(&[Step], Span)> = Vec::new();
    if let Stop::More(place) | Stop::Total(place) = &pagination.stop {
        places.push((&place.value, place.span));
    }
    match &pagination.style {
        PageStyle::Cursor { next, .. } | PageStyle::PageThenToken { next, .. } => {
            places.push((&next.value, next.span));
        }
        PageStyle::Page { .. } | PageStyle::Offset { .. } | PageStyle::LinkHeader => {}
    }
    for (place, span) in places {
        if at(sample, place).is_none() {
            diagnostics.pagination_place_missing(span, sample.span, &operation.name);
        }
    }
}

/// What stands at a place of a sample; the first element where the place means each.
#[must_use]
pub fn at<'n>(node: &'n Node, place: &[Step]) -> Option<&'n Node> {
    let Some((step, rest)) = place.split_first() else {
        return Some(node);
    };
    let next = match step {
        Step::Key(key) => node.get(key),
        Step::Index(index) => sample::items(node)?.get(*index),
        Step::Each => sample::items(node)?.first(),
    };
    at(next?, rest)
}
