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
        Test::Name {
            also,
            begins_with_letter,
        } => (!is_name(name, also, *begins_with_letter)).then(|| format!("the name `{name}`")),
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
            let keyword = keywords.iter().find(|name| schema.get(**name).is_some())?;
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
        Test::PropertyNames {
            also,
            begins_with_letter,
        } => {
            let mut names = schema.get("properties")?.as_object()?.keys();
            let name = names.find(|name| {
                !(1..=64).contains(&name.len()) || !is_name(name, also, *begins_with_letter)
            })?;
            Some(format!("the property `{name}`"))
        }
        _ => None,
    }
}

fn is_name(name: &str, also: &str, begins_with_letter: bool) -> bool {
    let first = name.chars().next();
    let begins = first.is_some_and(|c| !begins_with_letter || c.is_ascii_alphabetic() || c == '_');
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
mod tests {
    use serde_json::json;

    use super::*;

    /// What a rule finds in a tool with this input.
    fn input(test: &Test, schema: Json) -> Option<String> {
        tool(test, json!({ "name": "list_all", "inputSchema": schema }))
    }

    fn tool(test: &Test, tool: Json) -> Option<String> {
        of_tool(test, "acme", &Parts::of(&tool))
    }

    #[test]
    fn names_have_the_characters_that_a_client_takes() {
        let plain = Test::Name {
            also: "_",
            begins_with_letter: true,
        };
        let loose = Test::Name {
            also: "_.:-",
            begins_with_letter: false,
        };
        for (name, is_plain, is_loose) in [
            ("list_all", true, true),
            ("_list", true, true),
            ("1st", false, true),
            ("a.b:c-d", false, true),
            ("a b", false, false),
            ("größe", false, false),
            ("", false, false),
        ] {
            let json = json!({ "name": name });
            assert_eq!(tool(&plain, json.clone()).is_none(), is_plain, "{name}");
            assert_eq!(tool(&loose, json).is_none(), is_loose, "{name}");
        }
        let dashes = Test::Name {
            also: "-",
            begins_with_letter: true,
        };
        let found = tool(&dashes, json!({ "name": "_a" }));
        assert_eq!(found.as_deref(), Some("the name `_a`"));
    }

    #[test]
    fn lengths_are_counted_with_what_a_client_adds() {
        let name = json!({ "name": "list_all", "description": "Größe" });
        assert_eq!(tool(&Test::NameLength(8), name.clone()), None);
        let found = tool(&Test::NameLength(7), name.clone());
        assert_eq!(found.as_deref(), Some("a name of 8 characters"));
        let with_server = |most| Test::NameWithServer { most, added: 2 };
        assert_eq!(tool(&with_server(14), name.clone()), None);
        let found = tool(&with_server(13), name.clone());
        assert_eq!(
            found.as_deref(),
            Some("a name with that of the server of 14 characters")
        );
        assert_eq!(tool(&Test::DescriptionLength(5), name.clone()), None);
        let found = tool(&Test::DescriptionLength(4), name);
        assert_eq!(found.as_deref(), Some("a description of 5 characters"));
    }

    #[test]
    fn titles_and_annotations_are_given() {
        assert_eq!(tool(&Test::Title, json!({ "title": "List" })), None);
        assert_eq!(tool(&Test::Title, json!({})).as_deref(), Some("no title"));
        let hints = Test::Annotations(&["readOnlyHint", "openWorldHint"]);
        let given = json!({ "annotations": { "readOnlyHint": true, "openWorldHint": false } });
        assert_eq!(tool(&hints, given), None);
        let one = json!({ "annotations": { "readOnlyHint": true, "openWorldHint": null } });
        assert_eq!(tool(&hints, one).as_deref(), Some("no `openWorldHint`"));
        assert_eq!(
            tool(&hints, json!({})).as_deref(),
            Some("no `readOnlyHint`")
        );
    }

    #[test]
    fn the_root_is_a_plain_object() {
        let root = Test::Root(&["anyOf", "enum"]);
        assert_eq!(
            input(&root, json!({ "type": "object", "properties": {} })),
            None
        );
        let no_object = Some("an input that is no object with properties".to_owned());
        assert_eq!(
            input(&root, json!({ "type": "array", "properties": {} })),
            no_object
        );
        assert_eq!(input(&root, json!({ "type": "object" })), no_object);
        assert_eq!(
            input(
                &root,
                json!({ "type": "object", "properties": {}, "enum": [] })
            ),
            Some("`enum` at the root of the input".to_owned())
        );
    }

    #[test]
    fn every_schema_of_an_input_is_looked_at() {
        let bad = json!({ "const": 1 });
        let keywords = Test::Keywords(&["const"]);
        for (schema, place) in [
            (json!({ "const": 1 }), "inputSchema"),
            (json!({ "properties": { "a": bad } }), "inputSchema.a"),
            (
                json!({ "properties": { "a": { "items": bad } } }),
                "inputSchema.a[]",
            ),
            (json!({ "additionalProperties": bad }), "inputSchema.*"),
            (
                json!({ "anyOf": [{ "type": "string" }, bad] }),
                "inputSchema",
            ),
            (json!({ "oneOf": [bad] }), "inputSchema"),
            (json!({ "allOf": [bad] }), "inputSchema"),
        ] {
            let found = input(&keywords, schema);
            assert_eq!(found, Some(format!("`const` at `{place}`")));
        }
        let harmless = json!({ "properties": { "const": { "type": "string" } } });
        assert_eq!(
            input(&keywords, harmless),
            None,
            "a property may be called so"
        );
    }

    #[test]
    fn references_are_found_on_both_sides() {
        let side = |side: &str| json!({ side: { "properties": { "a": { "$ref": "#/x" } } } });
        for name in ["inputSchema", "outputSchema"] {
            let found = tool(&Test::References, side(name));
            assert_eq!(found, Some(format!("a reference at `{name}.a`")));
        }
        assert_eq!(tool(&Test::References, json!({ "inputSchema": {} })), None);
    }

    #[test]
    fn values_are_what_clients_read() {
        let in_a = |schema: Json| json!({ "type": "object", "properties": { "a": schema } });
        let text = json!({ "type": "string" });
        for (test, good, bad) in [
            (
                Test::OneType,
                text.clone(),
                json!({ "type": ["string", "null"] }),
            ),
            (Test::OneType, text.clone(), json!({})),
            (
                Test::TextChoices,
                json!({ "type": "string", "enum": ["a"] }),
                json!({ "enum": [1] }),
            ),
            (
                Test::TextChoices,
                text.clone(),
                json!({ "type": "string", "enum": ["a", ""] }),
            ),
            (
                Test::Items,
                json!({ "type": "array", "items": text }),
                json!({ "type": "array" }),
            ),
            (
                Test::InnerProperties,
                in_a(text.clone()),
                json!({ "type": "object" }),
            ),
            (
                Test::InnerProperties,
                text.clone(),
                json!({ "type": "object", "properties": {} }),
            ),
            (
                Test::PropertyNames {
                    also: "_",
                    begins_with_letter: true,
                },
                in_a(text.clone()),
                json!({ "properties": { "a.b": text } }),
            ),
            (
                Test::PropertyNames {
                    also: "_.-",
                    begins_with_letter: false,
                },
                json!({ "properties": { "1.b-c": text } }),
                json!({ "properties": { "a".repeat(65): text } }),
            ),
            (
                Test::Depth(3),
                json!({ "type": "array", "items": { "type": "object", "properties": {} } }),
                json!({ "type": "array", "items": in_a(json!({ "type": "array" })) }),
            ),
            (
                Test::Depth(2),
                json!({ "type": "object", "additionalProperties": text }),
                json!({ "type": "object", "additionalProperties": in_a(text.clone()) }),
            ),
        ] {
            assert_eq!(input(&test, in_a(good)), None, "{test:?}");
            assert!(input(&test, in_a(bad)).is_some(), "{test:?}");
        }
        let nothing = json!({ "type": "object", "properties": {} });
        assert_eq!(
            input(&Test::InnerProperties, nothing),
            None,
            "a tool may take nothing"
        );
    }
}
