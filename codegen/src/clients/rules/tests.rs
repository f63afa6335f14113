//! Each rule, with what keeps to it and what does not.

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
        begins_with: Some("_"),
    };
    let loose = Test::Name {
        also: "_.:-",
        begins_with: None,
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
    let letters = Test::Name {
        also: "_",
        begins_with: Some(""),
    };
    let found = tool(&letters, json!({ "name": "_a" }));
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
                begins_with: Some("_"),
            },
            in_a(text.clone()),
            json!({ "properties": { "a.b": text } }),
        ),
        (
            Test::PropertyNames {
                also: "_.-",
                begins_with: None,
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
