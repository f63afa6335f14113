//! No required identifier is a dead end: each kind that a tool asks for can be had from another
//! tool, or is marked as asked of a person.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::Diagnostics;
use crate::model::{Integration, Operation, ResponseForm, Shape, StringRule};
use crate::syntax::Effect;

/// Checks one integration and returns the tools that yield each kind, best first.
pub fn check(
    integration: &Integration,
    documented: &BTreeSet<String>,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, Vec<String>> {
    let tools: Vec<Tool<'_>> = integration
        .operations
        .iter()
        .filter(|operation| documented.contains(&operation.name))
        .map(|operation| Tool::of(integration, operation))
        .collect();
    let available = available(integration, &tools);
    for tool in &tools {
        for kind in tool.needs.iter().filter(|kind| !available.contains(*kind)) {
            let Some(identifier) = integration.identifiers.get(*kind) else {
                continue;
            };
            diagnostics.dead_end(
                tool.operation.span,
                identifier.name.span,
                &tool.operation.name,
                identifier,
            );
        }
    }
    integration
        .identifiers
        .iter()
        .enumerate()
        .map(|(kind, identifier)| {
            (
                identifier.name.value.clone(),
                sources(kind, &tools, &available),
            )
        })
        .collect()
}

/// A tool and the kinds of identifier that go in and come out, by index.
struct Tool<'m> {
    operation: &'m Operation,
    needs: BTreeSet<usize>,
    yields: BTreeSet<usize>,
}

impl<'m> Tool<'m> {
    fn of(integration: &'m Integration, operation: &'m Operation) -> Self {
        let mut needs = BTreeSet::new();
        for arg in operation.args.iter().filter(|arg| arg.required) {
            needed(&arg.shape, &mut needs);
        }
        let yields = kinds(integration, &operation.response.shape);
        Self {
            operation,
            needs,
            yields,
        }
    }
}

/// The kinds that can be had: from a person, or from a tool that reads and whose own needs can be met.
fn available(integration: &Integration, tools: &[Tool<'_>]) -> BTreeSet<usize> {
    let asked = integration
        .identifiers
        .iter()
        .enumerate()
        .filter(|(_, kind)| kind.ask_person);
    let mut available: BTreeSet<usize> = asked.map(|(index, _)| index).collect();
    loop {
        let before = available.len();
        for tool in tools
            .iter()
            .filter(|tool| tool.operation.effect == Effect::Read)
        {
            if tool.needs.is_subset(&available) {
                available.extend(&tool.yields);
            }
        }
        if available.len() == before {
            return available;
        }
    }
}

/// The tools to get a kind from: they only read and do not ask for it themselves. Those that ask for
/// little come first, and lists of many before others.
fn sources(kind: usize, tools: &[Tool<'_>], available: &BTreeSet<usize>) -> Vec<String> {
    let mut sources: Vec<&Tool<'_>> = tools
        .iter()
        .filter(|tool| tool.operation.effect == Effect::Read)
        .filter(|tool| tool.yields.contains(&kind) && !tool.needs.contains(&kind))
        .filter(|tool| tool.needs.is_subset(available))
        .collect();
    sources.sort_by_key(|tool| {
        let many = matches!(tool.operation.response.form, ResponseForm::Rows { .. });
        (tool.needs.len(), !many, tool.operation.name.as_str())
    });
    sources
        .into_iter()
        .map(|tool| tool.operation.name.clone())
        .collect()
}

/// The kinds of identifier without which no value of an argument can be given: an object does
/// without its optional fields.
fn needed(shape: &Shape, found: &mut BTreeSet<usize>) {
    match shape {
        Shape::String(rule) | Shape::Text(rule) => found.extend(rule.identifier),
        Shape::Array { items, .. } => needed(items, found),
        Shape::Map(values) => needed(values, found),
        Shape::Object(fields) => {
            let required = fields.iter().filter(|field| field.required);
            required.for_each(|field| needed(&field.shape, found));
        }
        Shape::Named(_)
        | Shape::Integer { .. }
        | Shape::Number { .. }
        | Shape::Boolean
        | Shape::Any => {}
    }
}

/// The kinds of identifier that stand anywhere in a shape.
fn kinds(integration: &Integration, shape: &Shape) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    collect(integration, shape, &mut seen, &mut found);
    found
}

fn collect(
    integration: &Integration,
    shape: &Shape,
    seen: &mut BTreeSet<usize>,
    found: &mut BTreeSet<usize>,
) {
    match shape {
        Shape::String(rule) | Shape::Text(rule) => {
            let rule: &StringRule = rule;
            found.extend(rule.identifier);
        }
        Shape::Array { items, .. } => collect(integration, items, seen, found),
        Shape::Map(values) => collect(integration, values, seen, found),
        Shape::Object(fields) => {
            fields
                .iter()
                .for_each(|field| collect(integration, &field.shape, seen, found));
        }
        Shape::Named(index) => {
            let fields = integration
                .types
                .get(*index)
                .map(|object| object.fields.as_slice());
            if seen.insert(*index) {
                for field in fields.unwrap_or_default() {
                    collect(integration, &field.shape, seen, found);
                }
            }
        }
        Shape::Integer { .. } | Shape::Number { .. } | Shape::Boolean | Shape::Any => {}
    }
}
