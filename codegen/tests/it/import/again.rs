//! Second imports: what is there stays, and what is new is added at its place.

use toolwright_codegen::compile;
use toolwright_codegen::import::{Existing, Import};

use super::{imported, sources};

const START: &str = "version: 1\n\
    integration: { label: Acme, category: Shops, summary: The API of acme., docs: https://docs.acme.example }\n\
    hosts: { api: { url: https://api.acme.example } }\n\
    auth: { credentials: { bearer: { description: A token of the shop. } } }\n";

/// What an import of `paths` adds to a file, and the rest of what it says.
fn again(resources: &str, paths: &str) -> (String, Import) {
    let there = [("acme.yaml".to_owned(), format!("{START}{resources}"))];
    let existing = Existing::read(&sources(&there, "acme")).unwrap();
    let document =
        format!("openapi: 3.1.0\nservers: [{{ url: https://api.acme.example }}]\npaths:\n{paths}");
    let found = imported(&document, "acme", &existing);
    let mut files = found.files.clone();
    if !files.iter().any(|(name, _)| name == "acme.yaml") {
        files.extend(there);
    }
    let diagnostics = compile(&sources(&files, "acme")).diagnostics;
    assert!(!diagnostics.has_errors(), "{files:?}");
    let (_, text) = files.iter().find(|(name, _)| name == "acme.yaml").unwrap();
    (text.strip_prefix(START).unwrap().to_owned(), found)
}

const LIST_AND_ADD: &str =
    "  /users: { get: {} }\n  /users/{id}: { delete: { operationId: gone } }\n";

#[test]
fn methods_are_added_as_the_others_of_their_resource_are_written() {
    for (before, after) in [
        (
            "resources:\n  users:\n    methods:\n      read: { http: GET /users, effect: read }\n  # More.\n",
            "resources:\n  users:\n    methods:\n      read: { http: GET /users, effect: read }\n      # operationId: gone\n      delete:\n        http: DELETE /users/{id}\n        path: { id: string }\n  # More.\n",
        ),
        (
            "resources:\n  users:\n    methods:\n      read:\n        http: GET /users\n\n        effect: read\n    singular: user\n",
            "resources:\n  users:\n    methods:\n      read:\n        http: GET /users\n\n        effect: read\n      # operationId: gone\n      delete:\n        http: DELETE /users/{id}\n        path: { id: string }\n    singular: user\n",
        ),
        (
            "resources:\n  users:\n    methods: { read: { http: GET /users, effect: read } }\n",
            "resources:\n  users:\n    methods: {\n      # operationId: gone\n      delete: { http: \"DELETE /users/{id}\", path: { id: string } },\n       read: { http: GET /users, effect: read } }\n",
        ),
        (
            "resources: { users: { methods: { \"read\": { http: GET /users, effect: read } } } }\n",
            "resources: { users: { methods: {\n  # operationId: gone\n  delete: { http: \"DELETE /users/{id}\", path: { id: string } },\n   \"read\": { http: GET /users, effect: read } } } }\n",
        ),
        (
            "resources:\n  users:\n    methods: { # All.\n      # Of it.\n\n        read: { http: GET /users, effect: read },\n      }\n",
            "resources:\n  users:\n    methods: {\n        # operationId: gone\n        delete: { http: \"DELETE /users/{id}\", path: { id: string } },\n         # All.\n      # Of it.\n\n        read: { http: GET /users, effect: read },\n      }\n",
        ),
    ] {
        let (text, Import { files, report }) = again(before, LIST_AND_ADD);
        assert_eq!(text, after, "{report}");
        assert_eq!(files.len(), 1);
        assert_eq!((report.kept, report.definitions), (1, 2));
        assert!(
            report.vanished.is_empty() && report.refusals.is_empty(),
            "{report}"
        );
        assert!(
            report.to_string().contains("cargo codegen drift --openapi"),
            "{report}"
        );
    }
}

#[test]
fn several_methods_are_added_to_several_resources_of_a_file() {
    let before = "resources:\n  users:\n    methods:\n      read: { http: GET /users, effect: read }\n  teams:\n    methods: { read: { http: GET /teams, effect: read } }\n  notes:\n    methods:\n      read: { http: GET /notes, effect: read }\n";
    let paths = "  /users: { put: {}, get: {}, delete: {} }\n  /teams: { get: {}, put: {}, delete: {} }\n  /notes: { get: {}, put: {} }\n";
    let (text, Import { report, .. }) = again(before, paths);
    assert_eq!(text.matches("set:").count(), 3, "{text}");
    assert_eq!(text.matches("remove:").count(), 2, "{text}");
    assert_eq!((report.kept, report.definitions), (3, 8));
}

#[test]
fn requests_of_one_line_are_told_apart_by_what_they_always_send() {
    for (place, key) in [("query", "Action"), ("headers", "X-Target")] {
        let method = |name: &str| {
            format!(
                "      {name}: {{ http: POST /, effect: update, {place}: {{ {key}: {{ const: {name} }} }} }}\n"
            )
        };
        let place = place.trim_end_matches('s');
        let operation = |name: &str| {
            format!(
                "  \"/#{name}\": {{ post: {{ parameters: [{{ name: {key}, in: {place}, required: true, schema: {{ type: string, enum: [{name}] }} }}] }} }}\n"
            )
        };
        let before = ["b", "gone"].map(method).concat();
        let before = format!("resources:\n  root:\n    methods:\n{before}");
        let (text, Import { report, .. }) =
            again(&before, &["a", "b", "c"].map(operation).concat());
        for name in ["a", "b", "c"] {
            let constant = format!("{key}: {{ const: {name} }}");
            assert_eq!(text.matches(&constant).count(), 1, "{name}: {text}");
        }
        assert_eq!(report.vanished, [format!("POST / {key}=gone")]);
        assert_eq!((report.kept, report.definitions), (1, 3));
    }
}

#[test]
fn names_that_are_there_are_not_given_again() {
    let before = "types: { users_list_item: { fields: { id: string } } }\npagination: { offset: { offset: { parameter: skip, first: 0, size: { parameter: top, default: 5, max: 5 }, stop: { short_page: {} } } } }\nresources:\n  users:\n    methods:\n      list: { http: GET /people, response: { type: \"users_list_item[]\" }, pagination: offset }\n";
    let rows = "responses: { 200: { content: { application/json: { schema: { type: array, items: { type: object, properties: { name: { type: string } } } } } } } }";
    let paths = format!(
        "  /users: {{ get: {{ parameters: [{{ name: offset, in: query, schema: {{ type: integer }} }}, {{ name: limit, in: query, schema: {{ type: integer, default: 7 }} }}], {rows} }} }}\n  /notes: {{ get: {{ {rows} }}, put: {{ servers: [{{ url: https://b.acme.example }}] }} }}\n"
    );
    let (text, Import { files, report }) = again(before, &paths);
    assert!(
        text.contains("      get_users:\n        http: GET /users\n"),
        "{text}"
    );
    assert!(text.contains("pagination: offset_2"), "{text}");
    assert_eq!(report.vanished, ["GET /people"]);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["acme.yaml", "imported_1.yaml", "imported_1_types.yaml"]
    );
    let (_, types) = &files[2];
    assert!(
        types.contains("hosts:\n  api_2: { url: https://b.acme.example }"),
        "{types}"
    );
    assert!(
        types.contains("  notes_list_item:\n") && types.contains("  offset_2:\n"),
        "{types}"
    );
}

#[test]
fn what_does_not_compile_takes_nothing_else_with_it_and_is_told() {
    let before = "types: { unused: { fields: { id: string } } }\nresources:\n  users:\n    methods:\n      read: { http: GET /users, effect: read }\n";
    let there = [("acme.yaml".to_owned(), format!("{START}{before}"))];
    let existing = Existing::read(&sources(&there, "acme")).unwrap();
    let document = "openapi: 3.1.0\npaths: { /users: { get: {}, put: {} } }";
    let Import { files, report } = imported(document, "acme", &existing);
    assert_eq!(files, []);
    assert_eq!(
        (report.kept, report.definitions, report.refusals.len()),
        (1, 1, 1)
    );
    let remarks = report.remarks.join("\n");
    assert_eq!(remarks.matches("`unused`").count(), 1, "{remarks}");
}
