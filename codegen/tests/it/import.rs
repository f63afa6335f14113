//! Documents and the exact definitions that they become.

use std::fs;

use serde_json::json;
use toolwright_codegen::compile;
use toolwright_codegen::diagnostics::Severity;
use toolwright_codegen::import::{Existing, Import, Options, Problem, import};
use toolwright_codegen::load::Sources;

use crate::expected;

mod again;
mod cases;
#[cfg(feature = "cli")]
mod piped;

const DOCUMENTS: [(&str, &str); 4] = [
    ("shop", "yaml"),
    ("odd", "json"),
    ("two", "json"),
    ("drafts", "yaml"),
];

fn document(name: &str, extension: &str) -> String {
    fs::read_to_string(expected::path(&format!(
        "import/{name}/document.{extension}"
    )))
    .unwrap()
}

fn imported(text: &str, slug: &str, existing: &Existing) -> Import {
    let options = Options {
        slug: slug.to_owned(),
        draft_docs: slug == "drafts",
    };
    import(text, &options, existing).unwrap()
}

/// Files as sources, in a folder of their own.
fn sources(files: &[(String, String)], slug: &str) -> Sources {
    let paths: Vec<String> = files
        .iter()
        .map(|(name, _)| format!("{slug}/{name}"))
        .collect();
    Sources::from_texts(
        paths
            .iter()
            .map(String::as_str)
            .zip(files.iter().map(|(_, text)| text.as_str())),
    )
}

#[test]
fn documents_become_the_definitions_that_are_expected() {
    for (name, extension) in DOCUMENTS {
        let Import { files, report } =
            imported(&document(name, extension), name, &Existing::default());
        let mut differences = Vec::new();
        let folder = expected::path(&format!("import/{name}/expected"));
        differences.extend(expected::same(&folder.join("report.txt"), &report.to_string()).err());
        for (file, text) in &files {
            differences.extend(expected::same(&folder.join(file), text).err());
        }
        assert!(differences.is_empty(), "\n{}", differences.join("\n\n"));
        let there = fs::read_dir(&folder).unwrap().count();
        assert_eq!(
            there,
            files.len() + 1,
            "{name}: nothing makes a file that is expected"
        );
        assert_eq!(
            report.definitions + report.refusals.len(),
            report.operations,
            "{name}"
        );

        let compilation = compile(&sources(&files, name));
        let codes: Vec<&str> = compilation
            .diagnostics
            .sorted()
            .iter()
            .map(|found| found.code)
            .collect();
        assert!(
            codes.iter().all(|code| *code == "D080"),
            "{name}: {codes:?}"
        );
        assert_eq!(compilation.diagnostics.count(Severity::Error), 0);
        let tools = compilation
            .integrations
            .iter()
            .flat_map(|one| &one.operations);
        assert_eq!(
            tools.filter(|operation| operation.tool.is_some()).count(),
            report.tools
        );
    }
}

#[test]
fn a_report_for_programs_counts_by_reason() {
    let Import { report, .. } = imported(&document("shop", "yaml"), "shop", &Existing::default());
    let json = report.json();
    assert_eq!(
        json["refused"],
        json!({ "http_method": 1, "body_format": 1 })
    );
    assert_eq!(json["left_out"]["cookie"], 1);
    assert_eq!(json["refusals"][0]["reason"], "http_method");
}

#[test]
fn only_complete_drafts_become_tools() {
    let (with, without) = (document("drafts", "yaml"), document("shop", "yaml"));
    assert_eq!(
        imported(&with, "drafts", &Existing::default()).report.tools,
        1
    );
    assert_eq!(
        imported(&without, "shop", &Existing::default())
            .report
            .tools,
        0
    );
}

#[test]
fn a_second_import_keeps_what_people_wrote() {
    let text = document("shop", "yaml");
    let mut files = imported(&text, "shop", &Existing::default()).files;
    let orders = files
        .iter_mut()
        .find(|(name, _)| name == "orders.yaml")
        .unwrap();
    orders.1 = orders.1.replace(
        "      list:\n",
        "      # By hand.\n      list:\n        docs: { title: Orders }\n",
    );
    assert!(orders.1.contains("By hand"));
    let there = Existing::read(&sources(&files, "shop")).unwrap();

    let same = imported(&text, "shop", &there);
    assert_eq!(same.files, []);
    assert!(same.report.vanished.is_empty(), "{:?}", same.report);

    let added = text.replace(
        "  /orders/{order-id}/send:",
        "  /orders/{order-id}/hold: { post: { responses: { 204: { description: Done. } } } }\n  /clerks: { get: { responses: { 200: { content: { application/json: { schema: { type: array, items: { $ref: \"#/components/schemas/Order\" } } } } } } } }\n  /orders/{order-id}/dispatch:",
    );
    let Import {
        files: changed,
        report,
    } = imported(&added, "shop", &there);
    assert_eq!(report.vanished, ["POST /v1/orders/{order_id}/send"]);
    let names: Vec<&str> = changed.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["orders.yaml", "imported_1.yaml"]);
    assert!(
        changed[0].1.contains("# By hand.") && changed[0].1.contains("      hold:\n"),
        "{}",
        changed[0].1
    );
    assert!(
        changed[1].1.contains("type: \"order[]\""),
        "{}",
        changed[1].1
    );
    for (name, text) in changed {
        files.retain(|(known, _)| *known != name);
        files.push((name, text));
    }
    assert!(!compile(&sources(&files, "shop")).diagnostics.has_errors());
}

#[test]
fn what_is_no_document_is_a_problem_and_nothing_worse() {
    let options = |slug: &str| Options {
        slug: slug.to_owned(),
        draft_docs: true,
    };
    let read = |text: &str| import(text, &options("acme"), &Existing::default()).unwrap_err();
    assert_eq!(read("{}"), Problem::NotOpenApi);
    assert_eq!(read("[]"), Problem::NotOpenApi);
    assert!(matches!(read("a: ["), Problem::Malformed(_)));
    let deep = format!(
        "openapi: 3.0.0\nx: {}1{}",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    assert!(matches!(read(&deep), Problem::Malformed(_)));
    let slug = import("{}", &options("No Slug"), &Existing::default()).unwrap_err();
    assert_eq!(slug, Problem::Slug("No Slug".to_owned()));
    let empty = import("openapi: 3.0.0", &options("acme"), &Existing::default()).unwrap();
    assert_eq!((empty.files.len(), empty.report.operations), (0, 0));
}
