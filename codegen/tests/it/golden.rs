//! Definitions and the exact Rust that they become.
//!
//! `small` is a definition that fits on a screen, to see what a change of an emitter does. `obstacle`
//! has every construct of the language and every name that could be in the way. The root package
//! compiles both.

use std::path::PathBuf;

use serde_json::Value as Json;
use toolwright_codegen::load::{self, Sources};
use toolwright_codegen::model::Integration;
use toolwright_codegen::{Compilation, compile};

use crate::expected;

const GOLDENS: [&str; 2] = ["small", "obstacle"];

#[test]
fn generated_files_are_as_expected() {
    for golden in GOLDENS {
        let directory = expected::path(&format!("golden/{golden}/generated"));
        let files = compiled(golden).files;
        let differences: Vec<String> = files
            .iter()
            .filter_map(|(path, text)| expected::same(&directory.join(path), text).err())
            .collect();
        assert!(differences.is_empty(), "\n{}", differences.join("\n\n"));
        assert!(
            files.stale(&directory).is_empty(),
            "{golden} has files that nothing generates"
        );
    }
}

fn definitions(golden: &str) -> PathBuf {
    expected::path(&format!("golden/{golden}/definitions"))
}

fn compiled(golden: &str) -> Compilation {
    let sources = load::load(&definitions(golden));
    let compilation = compile(&sources);
    let found = compilation.diagnostics.sorted();
    let errors: Vec<String> = found
        .iter()
        .filter(|found| found.code != "D080")
        .map(|found| toolwright_codegen::render::plain(found, &sources))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n\n"));
    compilation
}
