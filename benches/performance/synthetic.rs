//! A made-up integration of any size, as definitions and compiled.

use std::fmt::Write as _;

use toolwright::runtime::table::{
    Auth, CredentialKind, Errors, Integration, Operation, RateLimit, Tool,
};
use toolwright_codegen::load::Sources;

use crate::Failure;

/// The methods of a resource.
const METHODS: [(&str, &str); 5] = [
    ("list", "GET"),
    ("get", "GET"),
    ("create", "POST"),
    ("update", "PATCH"),
    ("delete", "DELETE"),
];

/// How many resources stand in a file.
const RESOURCES_PER_FILE: usize = 10;

/// Definitions of a number of operations, a multiple of 5: pairs of path and text. Five operations
/// are a resource with a type of ten fields, five filters, five fields in a body, and a sample.
pub(crate) fn definitions(operations: usize) -> Vec<(String, String)> {
    let resources: Vec<usize> = (0..operations / METHODS.len()).collect();
    let files = resources.chunks(RESOURCES_PER_FILE).enumerate();
    let mut definitions: Vec<_> = files
        .map(|(index, numbers)| {
            (
                format!("definitions/synthetic/part{index}.yaml"),
                file(numbers),
            )
        })
        .collect();
    let integration = "definitions/synthetic/integration.yaml".to_owned();
    definitions.push((integration, INTEGRATION.to_owned()));
    definitions
}

const INTEGRATION: &str = r"version: 1
integration:
  label: Synthetic
  category: Made up
  summary: A made-up product that has as many things as are asked for.
  docs: https://docs.example.com
hosts:
  api: { url: https://api.example.com }
auth:
  credentials:
    bearer: { description: A token of the made-up product. }
pagination:
  pages:
    page: { parameter: page, first: 1, size: { parameter: count, default: 50, max: 200 }, stop: { more: more } }
tags:
  things: Everything.
";

fn file(numbers: &[usize]) -> String {
    let types: String = numbers.iter().map(|number| object(*number)).collect();
    let resources: String = numbers.iter().map(|number| resource(*number)).collect();
    format!("version: 1\ntypes:\n{types}resources:\n{resources}")
}

fn object(number: usize) -> String {
    let mut text = format!("  thing_{number}:\n    description: One of the things.\n    fields:\n");
    fields(&mut text, 10, "      ");
    text
}

fn fields(text: &mut String, count: usize, indent: &str) {
    for index in 0..count {
        let ty = if index % 2 == 0 { "integer" } else { "string" };
        line(
            text,
            indent,
            &format!(
                "field{index}: {{ type: {ty}, description: The value number {index} of the thing. }}"
            ),
        );
    }
}

fn resource(number: usize) -> String {
    let mut text = format!("  thing_{number}s:\n    tags: [things]\n    methods:\n");
    for (method, http) in METHODS {
        self::method(&mut text, number, method, http);
    }
    text
}

fn method(text: &mut String, number: usize, method: &str, http: &str) {
    let has_id = matches!(method, "get" | "update" | "delete");
    let path = if has_id { "/{id}" } else { "" };
    line(text, "      ", &format!("{method}:"));
    let indent = "        ";
    line(
        text,
        indent,
        &format!("http: {http} /v1/things{number}{path}"),
    );
    if has_id {
        line(
            text,
            indent,
            "path: { id: { type: string, description: The number of the thing. } }",
        );
    }
    match method {
        "list" => {
            line(text, indent, "pagination: pages\n        query:");
            for index in 0..5 {
                let about = format!("Keeps the things whose value number {index} is this.");
                line(
                    text,
                    indent,
                    &format!("  filter{index}: {{ type: string, description: {about} }}"),
                );
            }
        }
        "create" | "update" => {
            line(text, indent, "body:\n          fields:");
            fields(text, 5, "            ");
        }
        _ => {}
    }
    let rows = if method == "list" { "[]" } else { "" };
    line(
        text,
        indent,
        &format!("response: {{ type: \"thing_{number}{rows}\", at: data }}"),
    );
    docs(text, number, method);
}

fn docs(text: &mut String, number: usize, method: &str) {
    let indent = "          ";
    line(text, "        ", "docs:");
    line(text, indent, &format!("title: {method} thing {number}"));
    let about =
        format!("Works on what the made-up product calls thing number {number}, and on no other.");
    line(text, indent, &format!("description: {about}"));
    line(text, indent, "returns: the thing with its ten fields.");
    line(
        text,
        indent,
        &format!("source: https://docs.example.com/things/{number}"),
    );
    let more = if method == "list" {
        "\n            more: false"
    } else {
        ""
    };
    line(text, indent, &format!("sample:{more}\n            data:"));
    for index in 0..10 {
        let dash = if method == "list" && index == 0 {
            "  - "
        } else {
            "    "
        };
        let value = if index % 2 == 0 { "7" } else { "word" };
        line(text, indent, &format!("{dash}field{index}: {value}"));
    }
}

fn line(text: &mut String, indent: &str, content: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{indent}{content}");
}

/// An integration with the tools that synthetic definitions compile to. It stays for as long as the
/// process, like one that is compiled in.
pub(crate) fn integration(tools: usize) -> Result<&'static Integration, Failure> {
    let definitions = definitions(tools);
    let texts = definitions
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    let compiled = toolwright_codegen::compile(&Sources::from_texts(texts));
    let operations: Vec<&'static Operation> = compiled
        .integrations
        .iter()
        .flat_map(|integration| &integration.operations)
        .filter_map(|operation| Some((operation, operation.tool.as_ref()?)))
        .map(|(operation, tool)| operation_of(&operation.name, tool.json.to_string()))
        .collect();
    if operations.len() != tools {
        let count = operations.len();
        return Err(format!("{count} of {tools} synthetic operations became tools").into());
    }
    Ok(Box::leak(Box::new(Integration {
        slug: "synthetic",
        label: "Synthetic",
        aliases: &[],
        category: "Made up",
        summary: "A made-up product that has as many things as are asked for.",
        docs: "https://docs.example.com",
        connection: &[],
        hosts: &[],
        auth: Auth {
            header: "Authorization",
            scheme: "Bearer",
            credentials: &[CredentialKind::Bearer { description: "" }],
        },
        identity: None,
        errors: Errors {
            code: &[],
            message: &[],
            rules: &[],
        },
        rate_limit: RateLimit {
            limit: &[],
            remaining: &[],
            used: &[],
            reset: &[],
        },
        identifiers: &[],
        tags: &[],
        operations: operations.leak(),
        sandbox: None,
    })))
}

fn operation_of(name: &str, json: String) -> &'static Operation {
    Box::leak(Box::new(Operation {
        name: name.to_owned().leak(),
        tool: Some(Tool {
            title: "",
            description: "",
            source: "",
            tokens: 0,
            json: json.leak(),
        }),
        ..Operation::COMMON
    }))
}
