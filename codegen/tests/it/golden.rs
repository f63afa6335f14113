//! Definitions and the exact Rust that they become.
//!
//! `small` fits on a screen and shows what a change of an emitter does. `obstacle` has every construct
//! of the language, and names and texts that are in the way. The root package compiles both.

use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use serde_json::Value as Json;
use toolwright_codegen::diagnostics::Severity;
use toolwright_codegen::files::Files;
use toolwright_codegen::load::{self, Sources};
use toolwright_codegen::{Compilation, compile, render};

use crate::expected;

const GOLDENS: [&str; 2] = ["small", "obstacle"];

#[test]
fn generated_files_are_as_expected() {
    for golden in GOLDENS {
        let directory = expected::path(&format!("golden/{golden}/generated"));
        let files = compiled(&sources(golden)).files;
        let differences: Vec<String> = files
            .iter()
            .filter_map(|(path, text)| expected::same(&directory.join(path), text).err())
            .collect();
        assert!(differences.is_empty(), "\n{}", differences.join("\n\n"));
        let stale = files.stale(&directory);
        assert!(stale.is_empty(), "{golden}: nothing generates {stale:?}");
    }
}

#[test]
fn the_same_definitions_become_the_same_bytes() {
    for golden in GOLDENS {
        let sources = sources(golden);
        let expected = format!("{:?}", compiled(&sources).files);
        let mut texts: Vec<(&str, &str)> = sources
            .files
            .iter()
            .map(|file| (file.path.as_str(), file.text.as_str()))
            .collect();
        for _ in 0..=texts.len() {
            texts.rotate_left(1);
            let shuffled = Sources::from_texts(texts.iter().rev().copied());
            assert!(
                format!("{:?}", compiled(&shuffled).files) == expected,
                "{golden}"
            );
        }
    }
}

#[test]
fn generated_files_are_plain_rust_of_no_machine_in_particular() {
    for golden in GOLDENS {
        for (path, text) in rust(&compiled(&sources(golden)).files) {
            assert!(syn::parse_file(text).is_ok(), "{golden}/{path} is not Rust");
            assert!(
                text.ends_with('\n') && !text.ends_with("\n\n"),
                "{golden}/{path}"
            );
            let here = env!("CARGO_MANIFEST_DIR");
            for unwanted in ["\t", "\r", here, "allow(", "unsafe", "unwrap"] {
                assert!(!text.contains(unwanted), "{golden}/{path} has {unwanted:?}");
            }
        }
    }
}

#[test]
fn a_tool_is_one_line_of_json_that_every_client_takes() {
    for golden in GOLDENS {
        let compilation = compiled(&sources(golden));
        let emitted: Vec<String> = rust(&compilation.files)
            .flat_map(|(_, text)| tools(text.parse().unwrap()))
            .collect();
        let operations = compilation.integrations.iter().flat_map(|i| &i.operations);
        let tools: Vec<&Json> = operations
            .filter_map(|o| o.tool.as_ref())
            .map(|tool| &tool.json)
            .collect();
        assert!(!tools.is_empty());
        assert_eq!(emitted.len(), tools.len(), "{golden}");
        for (line, tool) in emitted.iter().zip(tools) {
            assert!(!line.contains('\n'), "{line}");
            assert_eq!(&serde_json::from_str::<Json>(line).unwrap(), tool);
            is_portable(tool);
        }
    }
}

/// What the strictest of ChatGPT, Claude and Gemini ask of a tool.
fn is_portable(tool: &Json) {
    let text = |name: &str| {
        tool[name]
            .as_str()
            .unwrap_or_else(|| panic!("no `{name}`: {tool}"))
    };
    let name = text("name");
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    assert!(
        (1..=64).contains(&name.len()) && name.bytes().all(plain),
        "{name}"
    );
    assert!(!text("title").is_empty(), "{name}");
    assert!(
        (1..=1024).contains(&text("description").chars().count()),
        "{name}"
    );
    for hint in [
        "readOnlyHint",
        "destructiveHint",
        "idempotentHint",
        "openWorldHint",
    ] {
        assert!(tool["annotations"][hint].is_boolean(), "{name}: {hint}");
    }
    let contract = tool["_meta"]["toolwright/contract"].as_str();
    assert_eq!(contract.map(str::len), Some(16), "{name}");
    assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{name}");
    for schema in ["inputSchema", "outputSchema"] {
        assert_eq!(tool[schema]["type"], "object", "{name}: {schema}");
        let written = tool[schema].to_string();
        for keyword in ["$ref", "$defs", "$schema", "anyOf", "oneOf", "allOf"] {
            assert!(
                !written.contains(&format!("\"{keyword}\":")),
                "{name}: {schema} has {keyword}"
            );
        }
        assert!(
            !written.contains("\"type\":["),
            "{name}: {schema} has a list of types"
        );
    }
}

/// The tools in the tokens of a generated file: what stands after `json:`, as it is when compiled.
fn tools(tokens: TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = Vec::new();
    for window in tokens.windows(5) {
        let name = |at: usize, name: &str| matches!(&window[at], TokenTree::Ident(i) if i == name);
        match &window[4] {
            TokenTree::Group(lines) if name(0, "json") && name(2, "concat") => {
                let literals = lines.stream().into_iter().filter_map(|token| match token {
                    TokenTree::Literal(literal) => Some(literal.into()),
                    _ => None,
                });
                let texts = literals.map(|tokens: TokenTree| {
                    syn::parse2::<syn::LitStr>(tokens.into()).unwrap().value()
                });
                found.push(texts.collect());
            }
            _ => {}
        }
    }
    for token in tokens {
        if let TokenTree::Group(group) = token {
            found.extend(tools(group.stream()));
        }
    }
    found
}

/// The generated files that are Rust.
fn rust(files: &Files) -> impl Iterator<Item = (&str, &str)> {
    files.iter().filter(|(path, _)| path.ends_with(".rs"))
}

fn sources(golden: &str) -> Sources {
    let definitions = expected::path(&format!("golden/{golden}/definitions"));
    load::load(Path::new(&definitions))
}

/// Compiles definitions that have no errors. Warnings are of methods that are left out of something.
fn compiled(sources: &Sources) -> Compilation {
    let compilation = compile(sources);
    let found = compilation.diagnostics.sorted();
    let faults: Vec<String> = found
        .into_iter()
        .filter(|found| found.severity == Severity::Error)
        .map(|found| render::plain(found, sources))
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n\n"));
    compilation
}
