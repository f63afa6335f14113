//! Which tools a server has.

use toolwright_server::mcp::toolset::{Filter, FilterError, Toolset};

use crate::support::ACME;

fn filtered(methods: &[&str], tags: &[&str]) -> Result<Vec<&'static str>, FilterError> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let toolset = Toolset::new(
        &ACME,
        &Filter {
            methods: owned(methods),
            tags: owned(tags),
        },
    )?;
    Ok(toolset
        .operations()
        .iter()
        .map(|operation| operation.name)
        .collect())
}

#[test]
fn without_a_filter_every_documented_operation_is_there() {
    assert_eq!(
        filtered(&[], &[]).unwrap(),
        [
            "acme_files_search",
            "create_an_acme_user",
            "delete_an_acme_user_by_id",
            "get_single_acme_user_by_id",
            "list_all_acme_users",
        ]
    );
}

#[test]
fn methods_add_up() {
    assert_eq!(
        filtered(&["read"], &[]).unwrap(),
        ["get_single_acme_user_by_id", "list_all_acme_users"]
    );
    assert_eq!(
        filtered(&["write"], &[]).unwrap(),
        ["create_an_acme_user", "delete_an_acme_user_by_id"]
    );
    assert_eq!(filtered(&["custom"], &[]).unwrap(), ["acme_files_search"]);
    assert_eq!(
        filtered(&["list", "delete"], &[]).unwrap(),
        ["delete_an_acme_user_by_id", "list_all_acme_users"]
    );
    assert_eq!(
        filtered(&["read", "write", "custom", "get"], &[])
            .unwrap()
            .len(),
        5
    );
}

#[test]
fn tags_add_up_and_methods_must_fit_too() {
    assert_eq!(filtered(&[], &["files"]).unwrap(), ["acme_files_search"]);
    assert_eq!(filtered(&[], &["files", "users"]).unwrap().len(), 5);
    assert_eq!(filtered(&["read"], &["users", "files"]).unwrap().len(), 2);
}

#[test]
fn a_filter_that_makes_no_sense_says_what_there_is() {
    let message =
        |methods: &[&str], tags: &[&str]| filtered(methods, tags).unwrap_err().to_string();
    assert_eq!(
        message(&["read", "lst"], &[]),
        "acme has no method `lst` to filter by; there are \
         create, custom, delete, get, list, read, search, write"
    );
    // No operation with this method is documented.
    assert!(message(&["secret"], &[]).starts_with("acme has no method `secret`"));
    assert_eq!(
        message(&[], &["file"]),
        "acme has no tag `file` to filter by; there are billing, files, users"
    );
    assert_eq!(
        message(&["read"], &["files"]),
        "no tool of acme has such a method and such a tag; \
         the tags of the tools that have such a method are users"
    );
    assert!(message(&[], &["billing"]).ends_with("are files, users"));
}

#[test]
fn names_are_found_under_aliases() {
    let toolset = Toolset::new(&ACME, &Filter::default()).unwrap();
    let found = |name| toolset.find(name).map(|operation| operation.name);
    assert_eq!(found("list_all_acme_users"), Some("list_all_acme_users"));
    assert_eq!(found("list_all_acme_io_users"), Some("list_all_acme_users"));
    assert_eq!(found("list_all_acmeio_users"), Some("list_all_acme_users"));
    // A name that the tool had before, which nobody is told any more.
    let before = Some("get_single_acme_user_by_id");
    assert_eq!(found("get_acme_person"), before);
    assert_eq!(found("get_acme_io_person"), before);
    let list = String::from_utf8(toolset.list().to_vec()).unwrap();
    assert!(!list.contains("get_acme_person"), "{list}");
    for name in [
        "",
        "acme_io",
        "list_all_acme_acme_io_users",
        "List_All_Acme_Users",
        "acme\u{e4}",
    ] {
        assert_eq!(found(name), None, "{name}");
    }
    // An operation without documentation is no tool, whatever it is called.
    assert_eq!(found("acme_files_secret"), None);
    assert_eq!(found("acme_io_files_secret"), None);
}

#[test]
fn the_name_that_was_meant_is_proposed() {
    let toolset = Toolset::new(&ACME, &Filter::default()).unwrap();
    assert_eq!(toolset.nearest("users_list"), Some("list_all_acme_users"));
    assert_eq!(
        toolset.nearest("get_acme_user"),
        Some("get_single_acme_user_by_id")
    );
    assert_eq!(
        toolset.nearest("acme-files-search"),
        Some("acme_files_search")
    );
    assert_eq!(toolset.nearest("sing"), None);
    assert_eq!(toolset.nearest(""), None);
}

#[test]
fn a_name_that_no_tool_can_have_is_not_looked_for() {
    // With an alias at each place this would take minutes.
    let toolset = Toolset::new(&ACME, &Filter::default()).unwrap();
    let name = "acme_io".repeat(500_000);
    assert!(toolset.find(&name).is_none());
    assert!(toolset.nearest(&name).is_none());
    assert!(toolset.find("list_all_acme_io_users").is_some());
}
