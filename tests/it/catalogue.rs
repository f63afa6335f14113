//! What every client must be able to take, and every reader to trust, of every tool.

use std::collections::BTreeSet;

use serde_json::Value;
use toolwright::CATALOGUE;
use toolwright::runtime::table::{Effect, Operation, Tool};

fn tools() -> impl Iterator<Item = (&'static Operation, &'static Tool, Value)> {
    CATALOGUE.integrations.iter().flat_map(|integration| {
        integration.operations.iter().filter_map(|operation| {
            let tool = operation.tool.as_ref()?;
            let json = serde_json::from_str(tool.json).expect("a tool is JSON");
            Some((*operation, tool, json))
        })
    })
}

#[test]
fn names_are_unique_sorted_and_fit_every_client() {
    let mut seen = BTreeSet::new();
    for (operation, _, json) in tools() {
        assert_eq!(json["name"], operation.name);
        assert!(operation.name.len() <= 64);
        assert!(
            operation
                .name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit())
        );
        assert!(seen.insert(operation.name), "{}", operation.name);
    }
    for integration in CATALOGUE.integrations {
        assert!(
            integration
                .operations
                .is_sorted_by_key(|operation| operation.name)
        );
    }
}

#[test]
fn the_tools_of_the_four_products_are_there() {
    let names: BTreeSet<&str> = tools().map(|(operation, ..)| operation.name).collect();
    for name in [
        "list_all_zesty_instances",
        "get_single_zesty_instance_by_id",
        "list_all_zesty_instance_users",
        "list_all_zesty_instance_users_with_roles",
        "list_all_zesty_user_instances",
        "list_all_egnyte_users",
        "get_single_egnyte_user_by_id",
        "update_an_egnyte_user_by_id",
        "list_all_egnyte_groups",
        "get_single_egnyte_group_by_id",
        "update_an_egnyte_group_by_id",
        "list_all_zoho_meeting_me",
        "list_all_zoho_meeting_users",
        "get_single_zoho_meeting_user_by_id",
        "list_all_zoho_meeting_departments",
        "get_single_zoho_meeting_department_by_id",
        "list_all_zoho_meeting_department_users",
        "list_all_zoho_meeting_meetings",
        "get_single_zoho_meeting_meeting_by_id",
        "list_all_zoho_bigin_users",
        "get_single_zoho_bigin_user_by_id",
        "delete_a_zoho_bigin_user_by_id",
        "list_all_zoho_bigin_roles",
        "list_all_zoho_bigin_profiles",
        "list_all_zoho_bigin_current_organization",
        "list_all_zoho_bigin_me",
    ] {
        assert!(names.contains(name), "{name}");
    }
}

#[test]
fn schemas_hold_only_what_every_client_takes() {
    for (operation, tool, json) in tools() {
        assert!(
            !tool.json.contains('\n'),
            "{}: a message on stdio is one line",
            operation.name
        );
        for word in [
            "\"$ref\"",
            "\"$schema\"",
            "\"$defs\"",
            "\"anyOf\"",
            "\"oneOf\"",
            "\"allOf\"",
            "\"type\":[",
        ] {
            assert!(!tool.json.contains(word), "{}: {word}", operation.name);
        }
        for key in ["inputSchema", "outputSchema"] {
            assert_eq!(json[key]["type"], "object");
            jsonschema::meta::validate(&json[key])
                .unwrap_or_else(|error| panic!("{}: {error}", operation.name));
        }
        assert_eq!(json["inputSchema"]["additionalProperties"], false);
        assert!(
            json["inputSchema"]["properties"].is_object(),
            "{}",
            operation.name
        );
        assert!(json["description"].as_str().unwrap().chars().count() <= 1024);
    }
}

#[test]
fn hints_are_explicit_and_agree_with_the_effect() {
    for (operation, _, json) in tools() {
        let hint = |name: &str| {
            json["annotations"][name]
                .as_bool()
                .unwrap_or_else(|| panic!("{name}"))
        };
        assert_eq!(
            hint("readOnlyHint"),
            operation.effect == Effect::Read,
            "{}",
            operation.name
        );
        assert!(
            !(hint("readOnlyHint") && hint("destructiveHint")),
            "{}",
            operation.name
        );
        hint("idempotentHint");
        hint("openWorldHint");
    }
}

#[test]
fn required_identifiers_name_a_tool_that_yields_them() {
    for (operation, _, json) in tools() {
        for name in json["inputSchema"]["required"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let argument = &json["inputSchema"]["properties"][name.as_str().unwrap()];
            if argument.get("pattern").is_some() {
                let description = json["description"].as_str().unwrap();
                let origin = format!("`{}` comes from list_all_", name.as_str().unwrap());
                assert!(
                    description.contains(&origin),
                    "{}: {description}",
                    operation.name
                );
            }
        }
    }
}
