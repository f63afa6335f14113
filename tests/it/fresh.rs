//! What is committed is what the definitions compile to, and an edit changes what it should.

use std::collections::BTreeMap;
use std::path::Path;

use toolwright_codegen::load::{self, Sources};
use toolwright_codegen::{Compilation, compile};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn compiled(sources: &Sources) -> Compilation {
    let compilation = compile(sources);
    assert!(
        !compilation.diagnostics.has_errors(),
        "{:?}",
        compilation.diagnostics
    );
    compilation
}

#[test]
fn generated_code_is_what_the_definitions_compile_to() {
    let compilation = compiled(&load::load(&root().join("definitions")));
    let stale = compilation.files.stale(&root().join("generated"));
    assert!(stale.is_empty(), "run `cargo codegen write`: {stale:?}");
}

#[test]
fn the_editor_schema_is_that_of_the_language() {
    let committed = std::fs::read_to_string(root().join("definitions/schema.json")).unwrap();
    let fresh = toolwright_codegen::shape::json_schema();
    assert!(committed == fresh, "run `cargo codegen schema`");
}

#[test]
fn one_word_changes_one_tool_and_nothing_else() {
    let sources = load::load(&root().join("definitions"));
    let texts: Vec<(&str, &str)> = sources
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.text.as_str()))
        .collect();
    let before = files(&Sources::from_texts(texts.clone()));
    let word = "Lists the users";
    let (path, text) = *texts
        .iter()
        .find(|(path, _)| path.ends_with("egnyte/users.yaml"))
        .expect("the file is there");
    let edited = text.replacen(word, "Shows the users", 1);
    assert_ne!(edited, text, "the description holds the words");
    let texts = texts
        .into_iter()
        .map(|(name, text)| (name, if name == path { &edited } else { text }));
    let after = files(&Sources::from_texts(texts));
    let changed: Vec<&str> = before
        .iter()
        .filter(|(path, text)| after.get(*path) != Some(text))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(changed, ["egnyte/mod.rs", "egnyte/tables.rs", "tools.lock"]);
}

fn files(sources: &Sources) -> BTreeMap<String, String> {
    let files = compiled(sources).files;
    files
        .iter()
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect()
}
