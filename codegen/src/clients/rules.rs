//! Whether tools keep to a rule.

use serde_json::Value as Json;

use super::{Test, tools};
use crate::model::{Integration, Operation};

/// A tool that does not keep to a rule, or none where it is about all, and what there is instead.
type Broken<'a> = (Option<&'a Operation>, String);

/// A tool's JSON, and the schemas in it with their places.
pub(super) struct Parts<'a> {
    json: &'a Json,
    input: Vec<(String, &'a Json)>,
    output: Vec<(String, &'a Json)>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(json: &'a Json) -> Self {
        let within = |side: &str| within(side, json.get(side).unwrap_or(&Json::Null));
        Self {
            json,
            input: within(INPUT),
            output: within("outputSchema"),
        }
    }
}

/// Where the tools of an integration do not keep to a rule.
pub(super) fn broken<'a>(
    test: &Test,
    slug: &str,
    tools: &[(&'a Operation, Parts<'_>)],
) -> Vec<Broken<'a>> {
    if let Test::Tools(most) = test {
        let count = tools.len();
        return match count > *most {
            true => vec![(None, format!("{count} tools"))],
            false => Vec::new(),
        };
    }
    let found = tools.iter().filter_map(|(operation, parts)| {
        let found = of_tool(test, slug, parts)?;
        Some((Some(*operation), found))
    });
    found.collect()
}

/// How much a tool, or all of an integration, takes of what a rule counts.
pub(super) fn measure(test: &Test, integration: &Integration) -> Option<usize> {
    match test {
        Test::Tools(_) => Some(tools(integration).count()),
        _ => tools(integration)
            .filter_map(|(_, json)| count(test, &integration.slug, json))
            .max(),
    }
}

fn count(test: &Test, slug: &str, tool: &Json) -> Option<usize> {
    let length = |member| tool.get(member).and_then(Json::as_str).map(characters);
    match test {
        Test::NameLength(_) => length("name"),
        Test::NameWithServer { added, .. } => Some(length("name")? + characters(slug) + added),
        Test::DescriptionLength(_) => length("description"),
        Test::Depth(_) => tool.get("inputSchema").map(depth),
        _ => None,
    }
}

fn characters(text: &str) -> usize {
    text.chars().count()
}

/// What a tool has that a rule does not take.
fn of_tool(test: &Test, slug: &str, parts: &Parts<'_>) -> Option<String> {
    let tool = parts.json;
    let name = tool.get("name").and_then(Json::as_str).unwrap_or_default();
    let input = tool.get("inputSchema").unwrap_or(&Json::Null);
    let counted = |most: usize, of: &str| {
        let count = count(test, slug, tool)?;
        (count > most).then(|| format!("{of} of {count} characters"))
    };
    match test {
        Test::Tools(_) => None,
        Test::Name { also, begins_with } => {
            (!is_name(name, also, *begins_with)).then(|| format!("the name `{name}`"))
        }
        Test::NameLength(most) => counted(*most, "a name"),
        Test::NameWithServer { most, .. } => counted(*most, "a name with that of the server"),
        Test::DescriptionLength(most) => counted(*most, "a description"),
        Test::Title => {
            let title = tool.get("title").and_then(Json::as_str).unwrap_or_default();
            title.is_empty().then(|| "no title".to_owned())
        }
        Test::Annotations(names) => {
            let annotations = tool.get("annotations");
            let is_given = |name: &str| annotations.is_some_and(|all| all[name].is_boolean());
            let missing = names.iter().find(|name| !is_given(name))?;
            Some(format!("no `{missing}`"))
        }
        Test::Root(keywords) => root(input, keywords),
        Test::Depth(most) => {
            let depth = depth(input);
            (depth > *most).then(|| format!("an argument that nests {depth} deep"))
        }
        Test::References => {
            let mut schemas = parts.input.iter().chain(&parts.output);
            let (path, _) = schemas.find(|(_, schema)| schema.get("$ref").is_some())?;
            Some(format!("a reference at `{path}`"))
        }
        _ => {
            let mut schemas = parts.input.iter();
            schemas.find_map(|(path, schema)| of_schema(test, path, schema))
        }
    }
}

fn root(input: &Json, keywords: &[&str]) -> Option<String> {
    if input["type"] != "object" || !input["properties"].is_object() {
        return Some("an input that is no object with properties".to_owned());
    }
    let keyword = keywords.iter().find(|name| input.get(**name).is_some())?;
    Some(format!("`{keyword}` at the root of the input"))
}

/// What one schema of an input has that a rule does not take.
fn of_schema(test: &Test, path: &str, schema: &Json) -> Option<String> {
    match test {
        Test::Keywords(keywords) => {
            let mut present = schema.as_object()?.keys();
            let keyword = present.find(|present| keywords.contains(&present.as_str()))?;
            Some(format!("`{keyword}` at `{path}`"))
        }
        Test::OneType => {
            (!schema["type"].is_string()).then(|| format!("no single type at `{path}`"))
        }
        Test::TextChoices => {
            let mut choices = schema.get("enum")?.as_array()?.iter();
            let is_text = |choice: &Json| choice.as_str().is_some_and(|text| !text.is_empty());
            (!choices.all(is_text))
                .then(|| format!("a choice at `{path}` that is no text, or an empty one"))
        }
        Test::Items => (schema["type"] == "array" && !schema["items"].is_object())
            .then(|| format!("a list at `{path}` that does not say of what")),
        Test::InnerProperties => {
            let declares = schema["properties"]
                .as_object()
                .is_some_and(|p| !p.is_empty());
            (schema["type"] == "object" && !declares && path != INPUT)
                .then(|| format!("an object at `{path}` without properties"))
        }
        Test::PropertyNames { also, begins_with } => {
            let mut names = schema.get("properties")?.as_object()?.keys();
            let name = names.find(|name| {
                !(1..=64).contains(&name.len()) || !is_name(name, also, *begins_with)
            })?;
            Some(format!("the property `{name}`"))
        }
        _ => None,
    }
}

fn is_name(name: &str, also: &str, begins_with: Option<&str>) -> bool {
    let first = name.chars().next();
    let begins = first.is_some_and(|c| {
        begins_with.is_none_or(|others| c.is_ascii_alphabetic() || others.contains(c))
    });
    let mut characters = name.chars();
    begins && characters.all(|c| c.is_ascii_alphanumeric() || also.contains(c))
}

/// What the root of an input is called.
const INPUT: &str = "inputSchema";

/// A schema and all schemas in it, with their places.
fn within<'j>(root: &str, schema: &'j Json) -> Vec<(String, &'j Json)> {
    let mut found = vec![(root.to_owned(), schema)];
    let mut next = 0;
    while let Some((path, schema)) = found.get(next).cloned() {
        next += 1;
        let named = |keyword: &str| schema.get(keyword).and_then(Json::as_object);
        for (name, property) in named("properties").into_iter().flatten() {
            found.push((format!("{path}.{name}"), property));
        }
        for (keyword, mark) in [("items", "[]"), ("additionalProperties", ".*")] {
            let inner = schema.get(keyword).filter(|inner| inner.is_object());
            found.extend(inner.map(|inner| (format!("{path}{mark}"), inner)));
        }
        for keyword in ["anyOf", "oneOf", "allOf"] {
            let branches = schema.get(keyword).and_then(Json::as_array);
            let branches = branches.into_iter().flatten();
            found.extend(branches.map(|branch| (path.clone(), branch)));
        }
    }
    found
}

/// How deep objects and lists nest, the schema itself counted.
fn depth(schema: &Json) -> usize {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let inner = properties
        .map(|(_, property)| property)
        .chain(schema.get("items"))
        .chain(schema.get("additionalProperties"));
    let deepest = inner.map(depth).max();
    match schema["type"].as_str() {
        Some("object" | "array") => 1 + deepest.unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
