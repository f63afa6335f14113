//! Fixtures of changes: definitions before and after, and the exact report on what is different.
//!
//! A fixture is a folder of `tests/diff` with the files of the integration `acme` in `before/` and
//! `after/`; they join those of `base` or take the place of the one of the same name. A folder in them is
//! another integration, which stands alone. `tools.lock` is that of before. The report and the exit status are
//! in `expected.txt`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use toolwright_codegen::diagnostics::{Diagnostics, Severity};
use toolwright_codegen::diff::past::Past;
use toolwright_codegen::load::Sources;
use toolwright_codegen::surface::{Surface, surfaces};
use toolwright_codegen::{compile, diff, render};

use crate::expected::{self, entries, fixtures};

/// What is said of a tool without a change of its JSON: by what it is found.
const NOT_IN_THE_JSON: [&str; 3] = ["name", "tag", "method"];

#[test]
fn changes_are_reported_as_expected() {
    let differences: Vec<String> = fixtures("diff")
        .iter()
        .filter_map(|fixture| {
            expected::same(&fixture.join("expected.txt"), &reported(fixture)).err()
        })
        .collect();
    assert!(differences.is_empty(), "\n{}", differences.join("\n\n"));
}

#[test]
fn a_contract_that_changed_is_a_change_and_one_that_did_not_is_none() {
    for fixture in fixtures("diff") {
        let (before, after) = (past(&fixture), today(&fixture).1);
        let contracts = |surfaces: &[Surface]| -> BTreeMap<String, String> {
            let tools = surfaces.iter().flat_map(|surface| &surface.tools);
            tools
                .map(|tool| (tool.name.clone(), tool.contract.clone()))
                .collect()
        };
        let (old, new) = (contracts(&before.surfaces), contracts(&after));
        let changes = diff::compare(&before, &after);
        for (name, contract) in &old {
            let is_changed = changes.iter().any(|change| &change.tool == name);
            let is_seen = |change: &diff::Change| !NOT_IN_THE_JSON.contains(&&*change.part);
            let is_unseen = !changes.iter().any(|c| &c.tool == name && is_seen(c));
            assert!(
                is_changed == (new.get(name) != Some(contract)) || is_unseen,
                "{}: {name}",
                fixture.display()
            );
        }
    }
}

#[test]
fn the_other_formats_tell_the_same() {
    for fixture in [
        "shared-type-changed",
        "recorded-of-another-tool",
        "integration-removed",
        "past-does-not-compile",
    ] {
        let fixture = expected::path(&format!("diff/{fixture}"));
        let (before, (sources, after)) = (past(&fixture), today(&fixture));
        let changes = diff::compare(&before, &after);
        let json = diff::report::json(&changes, &before.unread, &sources, "main");
        let github = diff::report::github(&changes, &before.unread, &sources, "main");
        for (name, found) in [("expected.json", json), ("expected.github", github)] {
            expected::same(&fixture.join(name), &found).unwrap();
        }
    }
}

/// What `cargo codegen diff` says of a fixture.
fn reported(fixture: &Path) -> String {
    let (before, (sources, after)) = (past(fixture), today(fixture));
    let mut diagnostics = Diagnostics::default();
    diff::check(&before, &after, &mut diagnostics);
    if let Some(first) = diagnostics.sorted().first() {
        return format!("{}\nexit status 100\n", render::plain(first, &sources));
    }
    let changes = diff::compare(&before, &after);
    let status = if diff::breaks(&changes) { 3 } else { 0 };
    let report = diff::report::text(&changes, &before.unread, &sources, "main");
    format!("{report}exit status {status}\n")
}

/// What was before, with the file `tools.lock` of the fixture, if it has one.
fn past(fixture: &Path) -> Past {
    let lock = fs::read_to_string(fixture.join("tools.lock")).unwrap_or_default();
    Past::read(side(fixture, "before"), &lock)
}

/// The definitions of today, which compile.
fn today(fixture: &Path) -> (Sources, Vec<Surface>) {
    let sources = side(fixture, "after");
    let compilation = compile(&sources);
    let found = compilation.diagnostics.sorted().into_iter();
    let errors = found.filter(|found| found.severity == Severity::Error);
    let errors: Vec<String> = errors.map(|found| render::plain(found, &sources)).collect();
    assert!(errors.is_empty(), "\n{}", errors.join("\n\n"));
    (sources, surfaces(&compilation))
}

/// The definitions of one side.
fn side(fixture: &Path, side: &str) -> Sources {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut add = |slug: &str, file: &Path| {
        let name = file.file_name().unwrap().to_str().unwrap();
        let path = format!("definitions/{slug}/{name}");
        texts.insert(path, fs::read_to_string(file).unwrap());
    };
    let (folders, files): (Vec<_>, Vec<_>) = entries(&fixture.join(side))
        .into_iter()
        .partition(|entry| entry.is_dir());
    for folder in &folders {
        let slug = folder.file_name().unwrap().to_str().unwrap();
        entries(folder).iter().for_each(|file| add(slug, file));
    }
    if !files.is_empty() {
        let base = entries(&expected::path("diff/base"));
        base.iter().chain(&files).for_each(|file| add("acme", file));
    }
    Sources::from_texts(texts.iter().map(|(path, text)| (&**path, &**text)))
}

#[test]
fn a_past_that_compiles_needs_no_lock() {
    for fixture in fixtures("diff") {
        let is_unread = !past(&fixture).unread.is_empty();
        let name = fixture.file_name().unwrap().to_string_lossy().into_owned();
        assert_eq!(is_unread, name.starts_with("past-"), "{name}");
    }
}
