//! What tools cost: about how many tokens their JSON takes in the context of a model, and where.

use std::cmp::Reverse;

use serde_json::Value as Json;

use crate::diagnostics::Diagnostics;
use crate::model::{Integration, Operation};

/// A token is about so many bytes of English and JSON.
const BYTES_A_TOKEN: usize = 4;
/// How many of the heaviest parts help to see what could be lighter.
const NAMED_AS_HELP: usize = 3;
/// A part that takes more than one of so many parts of its tool is taken apart.
const FINENESS: usize = 8;

/// About how many tokens a JSON text takes, as it is served.
#[must_use]
pub fn tokens(json: &Json) -> usize {
    json.to_string().len().div_ceil(BYTES_A_TOKEN)
}

/// Tools and integrations stay within the budgets that the definition sets.
pub fn check(integrations: &[Integration], diagnostics: &mut Diagnostics) {
    let exceeds = |tokens: usize, budget: u32| usize::try_from(budget).is_ok_and(|b| tokens > b);
    for integration in integrations {
        let tools = by_weight(integration);
        if let Some(budget) = &integration.budget.tool {
            for (operation, json, tokens) in &tools {
                if exceeds(*tokens, budget.value) {
                    let mut branches = branches(json);
                    branches.truncate(NAMED_AS_HELP);
                    diagnostics.tool_over_budget(operation.span, budget, *tokens, &branches);
                }
            }
        }
        let total = tools.iter().map(|(_, _, tokens)| tokens).sum();
        if let Some(budget) = &integration.budget.integration
            && exceeds(total, budget.value)
        {
            let heaviest = tools.iter().take(NAMED_AS_HELP);
            let heaviest: Vec<_> = heaviest.map(|(o, _, t)| (o.name.clone(), *t)).collect();
            diagnostics.integration_over_budget(budget, &integration.slug, total, &heaviest);
        }
    }
}

/// The tools of an integration with their JSON and what they take, the heaviest first.
#[must_use]
pub fn by_weight(integration: &Integration) -> Vec<(&Operation, &Json, usize)> {
    let tools = integration.operations.iter().filter_map(|operation| {
        let json = &operation.tool.as_ref()?.json;
        Some((operation, json, tokens(json)))
    });
    let mut tools: Vec<_> = tools.collect();
    tools.sort_by_key(|(_, _, tokens)| Reverse(*tokens));
    tools
}

/// The parts of a tool with what they take, the heaviest first: `outputSchema.result[].role`. Parts that
/// take much are taken apart into those of their properties; what they hold besides is not counted.
#[must_use]
pub fn branches(tool: &Json) -> Vec<(String, usize)> {
    let limit = tokens(tool) / FINENESS;
    let mut found = Vec::new();
    for (name, part) in tool.as_object().into_iter().flatten() {
        descend(name.clone(), part, limit, &mut found);
    }
    found.sort_by(|(a, x), (b, y)| (y, a).cmp(&(x, b)));
    found
}

fn descend(path: String, part: &Json, limit: usize, found: &mut Vec<(String, usize)>) {
    let weight = tokens(part);
    let properties = part.get("properties").and_then(Json::as_object);
    match (properties, part.get("items")) {
        (Some(properties), _) if weight > limit && !properties.is_empty() => {
            for (name, property) in properties {
                descend(format!("{path}.{name}"), property, limit, found);
            }
        }
        (_, Some(items)) if weight > limit => descend(format!("{path}[]"), items, limit, found),
        _ => found.push((path, weight)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn heavy_parts_are_taken_apart() {
        let long = "x".repeat(400);
        let tool = json!({
            "name": "a",
            "description": "y".repeat(800),
            "outputSchema": { "properties": { "result": { "items": { "properties": {
                "id": { "description": "z" }, "role": { "description": long },
            } } } } },
        });
        let branches = branches(&tool);
        let names: Vec<&str> = branches.iter().map(|(name, _)| name.as_str()).collect();
        let expected = [
            "description",
            "outputSchema.result[].role",
            "outputSchema.result[].id",
            "name",
        ];
        assert_eq!(names, expected);
        assert_eq!(branches[0].1, 201, "with its quotes");
        assert!(branches.iter().map(|(_, tokens)| tokens).sum::<usize>() <= tokens(&tool));
    }
}
