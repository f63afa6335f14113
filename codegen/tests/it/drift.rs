//! Fixtures of drift: a definition, what its vendor says or sends, and exactly what the command makes of
//! the two.
//!
//! A fixture is a folder of `tests/drift`. Its YAML files of the integration `acme` take the place of those
//! in `base` or join them. What the vendor says is `document.yaml`, which is merged into the one of `base`
//! (RFC 7396: null takes out), or what it sends, `findings.jsonl`. `accept.jsonl` is what is accepted. The
//! report with the exit status is in `report.txt`, the patch in `patch.diff`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::expected::{self, entries, fixtures};

#[test]
fn drift_is_reported_and_mended_as_expected() {
    let mut differences = Vec::new();
    for fixture in fixtures("drift") {
        let project = Project::new(&fixture);
        let output = project.run(&[]);
        let report = format!(
            "{}exit status {}\n",
            text(&output.stderr),
            output.status.code().unwrap()
        );
        differences.extend(expected::same(&fixture.join("report.txt"), &report).err());
        let patch = text(&output.stdout);
        match patch.is_empty() {
            true => assert!(
                !fixture.join("patch.diff").exists(),
                "{}",
                fixture.display()
            ),
            false => {
                differences.extend(expected::same(&fixture.join("patch.diff"), &patch).err());
            }
        }
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n\n"));
}

#[test]
fn what_a_patch_mends_is_not_found_again() {
    for fixture in fixtures("drift") {
        let project = Project::new(&fixture);
        let lines = |output: &Output| -> Vec<Value> {
            let lines = text(&output.stdout);
            lines
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect()
        };
        let before = lines(&project.run(&["--format", "json"]));
        let shown = text(&project.run(&[]).stdout);
        let applied = project.run(&["--apply", "--format", "json"]);
        let left = |line: &&Value| line["patched"] == false;
        let is_contradicted = |line: &&Value| line["class"] == "contradicts";
        let status = match before
            .iter()
            .filter(left)
            .any(|line| is_contradicted(&line))
        {
            true => 3,
            false => 0,
        };
        if !before.is_empty() {
            assert_eq!(applied.status.code(), Some(status), "{}", fixture.display());
        }
        // The patch that is shown is the one that is applied.
        let fresh = Project::new(&fixture);
        fresh.git_apply(&shown);
        assert_eq!(project.texts(), fresh.texts(), "{}", fixture.display());

        let after = lines(&project.run(&["--format", "json"]));
        let key = |line: &Value| {
            let keys = ["class", "kind", "operation", "type", "part"];
            keys.map(|key| line[key].to_string())
        };
        for line in &before {
            let is_there = after.iter().any(|other| key(other) == key(line));
            assert_eq!(is_there, left(&line), "{}: {line}", fixture.display());
        }
    }
}

#[test]
fn the_other_formats_tell_the_same() {
    for fixture in ["everything", "recorded-fields"] {
        let fixture = expected::path(&format!("drift/{fixture}"));
        let project = Project::new(&fixture);
        for format in ["json", "github"] {
            let output = project.run(&["--format", format]);
            let file = fixture.join(format!("expected.{format}"));
            expected::same(&file, &text(&output.stdout)).unwrap();
        }
    }
}

#[test]
fn what_is_accepted_is_what_was_reported() {
    let project = Project::new(&expected::path("drift/everything"));
    let report = project.run(&["--format", "json"]);
    assert_eq!(report.status.code(), Some(3));
    fs::write(project.root().join("accept.jsonl"), &report.stdout).unwrap();
    let output = project.run(&["--accept", "accept.jsonl"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let count = text(&report.stdout).lines().count();
    assert_eq!(
        text(&output.stderr),
        format!("no drift; {count} accepted\n")
    );
    assert_eq!(text(&output.stdout), "");
}

/// The commands of the pages, each with what it leaves behind for the next one.
#[test]
fn the_pages_say_what_the_command_does() {
    const PAGES: [&str; 2] = [
        include_str!("../../../docs/drift.md"),
        include_str!("../../../docs/ci.md"),
    ];
    let project = Project::new(&expected::path("drift/everything"));
    fs::rename(
        project.root().join("vendor"),
        project.root().join("vendor.json"),
    )
    .unwrap();
    let findings = expected::path("drift/recorded-fields/findings.jsonl");
    fs::copy(findings, project.root().join("findings.jsonl")).unwrap();
    let mut shown = String::new();
    let mut statuses = Vec::new();
    let lines = PAGES.iter().flat_map(|page| page.lines());
    for line in lines.map(|line| line.trim().trim_start_matches("- run: ")) {
        let Some(command) = line.strip_prefix("cargo codegen drift ") else {
            continue;
        };
        let (arguments, target) = command.split_once(" > ").unwrap_or((command, ""));
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let output = project.codegen(&[&["drift"], &arguments[..]].concat());
        if !target.is_empty() {
            fs::write(project.root().join(target), &output.stdout).unwrap();
        }
        statuses.push(output.status.code().unwrap());
        shown.push_str(&text(&output.stderr));
        shown.push_str(&text(&output.stdout));
    }
    // What is gone stays after a patch, until it is accepted.
    assert_eq!(statuses, [3, 3, 3, 3, 3, 0, 0]);
    for block in PAGES[0].split("\n```").skip(1).step_by(2) {
        let (language, block) = block.split_once('\n').unwrap();
        if matches!(language, "text" | "diff") {
            assert!(shown.contains(block), "{block}\nis not in\n{shown}");
        }
    }
    let help = text(&project.codegen(&["--help"]).stdout);
    let rows = PAGES[0].lines().filter_map(|line| line.strip_prefix("| "));
    for status in rows.filter_map(|row| row.split(' ').next()?.parse::<u8>().ok()) {
        let is_told = |line: &str| line.trim().starts_with(&format!("{status} "));
        assert!(help.lines().any(is_told), "{status} is not in:\n{help}");
    }
}

#[test]
fn endpoints_are_listed_where_they_are_asked_for() {
    let project = Project::new(&expected::path("drift/endpoint-new"));
    let output = text(&project.run(&["--endpoints"]).stderr);
    assert!(
        output.contains("\n  DELETE /orders\n  GET /customers\n"),
        "{output}"
    );
}

#[test]
fn what_cannot_be_compared_is_said() {
    let project = Project::new(&expected::path("drift/same"));
    let status = |arguments: &[&str]| project.codegen(arguments).status.code();
    fs::write(
        project.root().join("other.jsonl"),
        "{\"openapi\": \"3.1.0\"}\n",
    )
    .unwrap();
    for (arguments, expected) in [
        (&["drift", "--integration", "acme"][..], 2),
        (&["drift", "--openapi", "vendor"], 2),
        (
            &[
                "drift",
                "--openapi",
                "vendor",
                "--findings",
                "x",
                "--integration",
                "acme",
            ],
            2,
        ),
        (
            &["drift", "--openapi", "vendor", "--integration", "other"],
            2,
        ),
        (
            &[
                "drift",
                "--openapi",
                "definitions/acme/orders.yaml",
                "--integration",
                "acme",
            ],
            2,
        ),
        (&["drift", "--findings", "definitions/acme/orders.yaml"], 2),
        (&["drift", "--findings", "other.jsonl"], 2),
        (
            &["drift", "--openapi", "nowhere", "--integration", "acme"],
            1,
        ),
    ] {
        assert_eq!(status(arguments), Some(expected), "{arguments:?}");
    }
    fs::write(
        project.root().join("definitions/acme/bad.yaml"),
        "version: 1\nodd: 1\n",
    )
    .unwrap();
    assert_eq!(
        status(&["drift", "--openapi", "vendor", "--integration", "acme"]),
        Some(100)
    );
}

/// A directory with definitions and what their vendor says.
struct Project {
    directory: TempDir,
    arguments: Vec<String>,
}

impl Project {
    fn new(fixture: &Path) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let definitions = directory.path().join("definitions/acme");
        fs::create_dir_all(&definitions).unwrap();
        let base = expected::path("drift/base");
        let is_definition = |file: &PathBuf| {
            file.extension().is_some_and(|end| end == "yaml") && !file.ends_with("document.yaml")
        };
        for file in entries(&base)
            .into_iter()
            .chain(entries(fixture))
            .filter(is_definition)
        {
            fs::copy(&file, definitions.join(file.file_name().unwrap())).unwrap();
        }
        let findings = fixture.join("findings.jsonl");
        let given = directory.path().join("vendor");
        let mut arguments = vec!["drift".to_owned()];
        if findings.exists() {
            fs::copy(&findings, given).unwrap();
            arguments.extend(["--findings".to_owned(), "vendor".to_owned()]);
        } else {
            let read = |path: PathBuf| -> Value {
                let text = fs::read_to_string(path).unwrap_or_default();
                serde_yaml::from_str(&text).unwrap_or_default()
            };
            let mut document = read(base.join("document.yaml"));
            match read(fixture.join("document.yaml")) {
                Value::Null => {}
                own if own.get("swagger").is_some() => document = own,
                own => merge(&mut document, own),
            }
            fs::write(given, document.to_string()).unwrap();
            let rest = ["--openapi", "vendor", "--integration", "acme"];
            arguments.extend(rest.map(str::to_owned));
        }
        let accept = fixture.join("accept.jsonl");
        if accept.exists() {
            fs::copy(accept, directory.path().join("accept.jsonl")).unwrap();
            arguments.extend(["--accept".to_owned(), "accept.jsonl".to_owned()]);
        }
        Self {
            directory,
            arguments,
        }
    }

    fn root(&self) -> &Path {
        self.directory.path()
    }

    /// Runs the command on the fixture.
    fn run(&self, more: &[&str]) -> Output {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        self.codegen(&[&arguments[..], more].concat())
    }

    fn codegen(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_toolwright-codegen"))
            .args(arguments)
            .current_dir(self.root())
            .output()
            .unwrap()
    }

    fn git_apply(&self, patch: &str) {
        if patch.is_empty() {
            return;
        }
        fs::write(self.root().join("patch"), patch).unwrap();
        let output = Command::new("git")
            .args(["apply", "patch"])
            .current_dir(self.root())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}\n{patch}");
    }

    /// The definitions as they are now.
    fn texts(&self) -> Vec<String> {
        let files = entries(&self.root().join("definitions/acme"));
        files
            .iter()
            .map(|file| fs::read_to_string(file).unwrap())
            .collect()
    }
}

/// A JSON merge patch (RFC 7396).
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(members) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let object = target.as_object_mut().unwrap();
    for (name, member) in members {
        match member {
            Value::Null => {
                object.shift_remove(&name);
            }
            member => merge(object.entry(name).or_insert(Value::Null), member),
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
