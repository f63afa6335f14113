//! Small documents and what becomes of them, by topic: pairs of a document and what is expected, with a
//! line of `---` between them.
//!
//! A document without a version is one of OpenAPI 3.1 with a server. Of what comes of it, all files
//! but `integration.yaml` are shown, without what every file starts with, and the report; of a document
//! with a version, all of it.

use std::fs;

use toolwright_codegen::import::{Existing, Import};

use super::imported;
use crate::expected;

const COMMON: &str = "openapi: 3.1.0\nservers: [{ url: https://api.acme.example }]\n\
    components: { securitySchemes: { token: { type: http, scheme: bearer } } }\n";
const HEAD: &str = "# yaml-language-server: $schema=../schema.json\nversion: 1\n";

#[test]
fn small_documents_become_what_is_expected() {
    let mut topics: Vec<_> = fs::read_dir(expected::path("import/cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    topics.sort();
    let mut differences = Vec::new();
    for topic in topics {
        let text = fs::read_to_string(&topic).unwrap().replace("\r\n", "\n");
        let parts: Vec<&str> = text.split("---\n").collect();
        let documents = parts.iter().step_by(2).map(|document| {
            let became = became(document);
            format!("{document}---\n{became}")
        });
        let found: Vec<String> = documents.collect();
        differences.extend(expected::same(&topic, &found.join("---\n")).err());
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n\n"));
}

fn became(document: &str) -> String {
    let is_whole = document.contains("openapi: ") || document.contains("swagger: ");
    let whole = match is_whole {
        true => document.to_owned(),
        // What a document says itself of its servers and components takes the place.
        false => format!("{COMMON}{document}"),
    };
    let Import { files, report } = imported(&whole, "acme", &Existing::default());
    let mut shown = String::new();
    for (name, text) in &files {
        if is_whole || name != "integration.yaml" {
            shown.push_str(&format!("# {name}\n{}", text.strip_prefix(HEAD).unwrap()));
        }
    }
    let report = report.to_string();
    let lines = report.lines().map(|line| format!("# {line}\n"));
    shown.extend(lines);
    shown
}
