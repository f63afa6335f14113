//! Fixtures: definitions with a fault, and the exact text that tells of it.
//!
//! A fixture is a folder of `tests/diagnostics` whose name starts with the code that it shows. Its
//! files join those of `base`, which has no fault, or take the place of the one of the same name:
//! they are the files of the integration `acme`, and folders are other integrations. The text is in
//! `expected.txt`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toolwright_codegen::diagnostics::{Diagnostic, Severity};
use toolwright_codegen::explain::CODES;
use toolwright_codegen::load::{self, LARGEST_FILE};
use toolwright_codegen::{compile, render};

use crate::expected;

/// What a fixture would say of the compiler and not of a definition.
const INTERNAL: &str = "D090";
/// Methods without documentation and tools without an answer in the sandbox are warned of. Fixtures are
/// short, so only those of these codes show it.
const LEFT_OUT: [&str; 2] = ["D080", "D105"];

#[test]
fn fixtures_are_reported_as_expected() {
    let differences: Vec<String> = fixtures()
        .iter()
        .filter_map(|fixture| {
            expected::same(&fixture.join("expected.txt"), &rendered(fixture)).err()
        })
        .collect();
    assert!(differences.is_empty(), "\n{}", differences.join("\n\n"));
}

#[test]
fn every_code_has_a_fixture_that_shows_it() {
    let mut shown = BTreeSet::new();
    for fixture in fixtures() {
        let text = rendered(&fixture);
        let name = name(&fixture);
        let codes = CODES
            .iter()
            .filter(|code| text.contains(&format!("[{}]: ", code.code)));
        let codes: Vec<&str> = codes.map(|code| code.code).collect();
        let promised = name.split('-').next().unwrap();
        assert!(
            !promised.starts_with('D') || codes.contains(&promised),
            "{name} shows {codes:?}"
        );
        shown.extend(codes);
    }
    let missing: Vec<&str> = CODES
        .iter()
        .map(|code| code.code)
        .filter(|code| *code != INTERNAL && !shown.contains(code))
        .collect();
    assert!(missing.is_empty(), "no fixture shows {missing:?}");
}

#[test]
fn the_base_of_the_fixtures_has_no_fault() {
    assert_eq!(
        rendered(&expected::path("diagnostics/base")),
        "no problems in 5 files\n"
    );
}

fn fixtures() -> Vec<PathBuf> {
    let mut fixtures = entries(&expected::path("diagnostics"));
    fixtures.retain(|fixture| !fixture.ends_with("base"));
    fixtures
}

/// What is in a folder, sorted.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    entries
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// Everything that is reported of a fixture, as `cargo codegen check` shows it.
fn rendered(fixture: &Path) -> String {
    let directory = tempfile::tempdir().unwrap();
    let definitions = directory.path().join("definitions");
    assemble(fixture, &definitions);
    let sources = load::load(&definitions);
    let compilation = compile(&sources);
    let shown = |found: &&Diagnostic| {
        !LEFT_OUT.contains(&found.code) || name(fixture).starts_with(found.code)
    };
    let found: Vec<_> = compilation
        .diagnostics
        .sorted()
        .into_iter()
        .filter(shown)
        .collect();
    let count = |severity| {
        found
            .iter()
            .filter(|found| found.severity == severity)
            .count()
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let mut text: String = found
        .iter()
        .map(|found| render::plain(found, &sources) + "\n\n")
        .collect();
    text += &render::summary(errors, warnings, sources.files.len());
    text += "\n";
    text.replace(&format!("{}/", directory.path().display()), "")
}

/// Puts the definitions of a fixture together.
fn assemble(fixture: &Path, definitions: &Path) {
    fs::create_dir(definitions).unwrap();
    match name(fixture) {
        // Without the base.
        "D001-no-definitions" => return,
        // Made here, since nobody would read it.
        "D003-too-large" => {
            let text = "# rockets\n".repeat(usize::try_from(LARGEST_FILE).unwrap() / 10 + 1);
            fs::create_dir(definitions.join("acme")).unwrap();
            fs::write(definitions.join("acme/rockets.yaml"), text).unwrap();
        }
        _ => {}
    }
    for folder in [&expected::path("diagnostics/base"), fixture] {
        for entry in entries(folder) {
            match entry.is_dir() {
                true => copy(&entry, &definitions.join(name(&entry))),
                false if entry.ends_with("expected.txt") => {}
                false => copy(&entry, &definitions.join("acme").join(name(&entry))),
            }
        }
    }
}

/// Copies a file, or a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        entries(from)
            .iter()
            .for_each(|entry| copy(entry, &to.join(name(entry))));
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}
