//! What a one-word edit costs: `cargo build` after it, and what that compiles.
//!
//! The repository's files are copied and built once; then a word of a description changes. At last
//! the same word changes in a generated file, which the next build undoes.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{fs, io};

use crate::cargo::Workshop;
use crate::report::Report;
use crate::{Failure, median, process, repository};

/// How often the word changes; the figures are medians.
const RUNS: usize = 3;

/// What changes: a word in the description of a tool, which so stands in nothing but that tool's
/// tables and its method's documentation.
const FILE: &str = "definitions/zesty/instances.yaml";
const WORD: &str = "that the connected account can see";
const CHANGED: &str = "which the connected account can see";

/// Where the word stands among what is generated.
const TABLES: &str = "generated/zesty/tables.rs";

pub(crate) fn measure(report: &mut Report) -> Result<(), Failure> {
    let workshop = Workshop::new("edit", &[]);
    copy(&workshop)?;
    let original = fs::read_to_string(workshop.path(FILE))?;
    let edited = original.replacen(WORD, CHANGED, 1);
    if edited == original {
        return Err(format!("{FILE} does not say `{WORD}`").into());
    }
    workshop.cargo(&["build"])?;
    let idle = workshop.cargo(&["build"])?;
    let mut runs = Vec::new();
    let (mut compiled, mut changed, mut after) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let before = generated(&workshop.path("generated"))?;
        workshop.write(FILE, edited.as_bytes())?;
        let build = workshop.cargo(&["build"])?;
        runs.push((
            build.usage.wall.as_secs_f64(),
            build.usage.cpu.as_secs_f64(),
        ));
        compiled = build.compiled;
        changed = differences(&before, &generated(&workshop.path("generated"))?);
        after = workshop.cargo(&["build"])?.compiled;
        workshop.write(FILE, original.as_bytes())?;
        workshop.cargo(&["build"])?;
    }
    let (wall, cpu) = median(runs).ok_or("there were no runs")?;
    report.figure("cargo build after a one-word edit, on the clock", wall, "s")?;
    report.figure("cargo build after a one-word edit, CPU", cpu, "s")?;
    let nothing = idle.usage.cpu.as_secs_f64();
    report.figure("cargo build with nothing to do, CPU", nothing, "s")?;
    report.fact("packages compiled", &listed(&compiled), "toolwright")?;
    report.fact(
        "packages compiled by the build after that",
        &listed(&after),
        "none",
    )?;
    report.fact(
        "files changed in generated/",
        &listed(&changed),
        "zesty/mod.rs zesty/tables.rs",
    )?;
    edit_by_hand(&workshop, report)
}

/// What is served is what the definitions say, whatever somebody wrote into a generated file.
fn edit_by_hand(workshop: &Workshop, report: &mut Report) -> Result<(), Failure> {
    let before = fs::read_to_string(workshop.path(TABLES))?;
    let edited = before.replacen(WORD, CHANGED, 1);
    if edited == before {
        return Err(format!("{TABLES} does not say `{WORD}`").into());
    }
    workshop.write(TABLES, edited.as_bytes())?;
    let compiled = workshop.cargo(&["build"])?.compiled;
    let after = workshop.cargo(&["build"])?.compiled;
    report.fact(
        "packages compiled after a generated file was edited",
        &listed(&compiled),
        "toolwright",
    )?;
    report.fact(
        "packages compiled by the build after that",
        &listed(&after),
        "none",
    )?;
    let undone = fs::read_to_string(workshop.path(TABLES))? == before;
    report.fact(
        "the edit by hand",
        if undone { "undone" } else { "kept" },
        "undone",
    )?;
    let program = fs::read(workshop.path("target/debug/toolwright"))?;
    let holds = |text: &str| program.windows(text.len()).any(|w| w == text.as_bytes());
    let text = match (holds(WORD), holds(CHANGED)) {
        (true, false) => "the definition's",
        _ => "another",
    };
    report.fact("the text in the program", text, "the definition's")?;
    Ok(())
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.join(" "),
    }
}

/// Copies what git knows or would add. What was copied before stays, so that little is built again,
/// but for the definitions, of which none may be left over.
fn copy(workshop: &Workshop) -> Result<(), Failure> {
    match fs::remove_dir_all(workshop.path("definitions")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut command = Command::new("git");
    command
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(repository());
    let (paths, _) = process::run(&mut command)?;
    for path in paths.split_terminator('\0') {
        match fs::read(repository().join(path)) {
            Ok(content) => workshop.write(path, &content)?,
            // Deleted, and not yet from git.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("{path}: {error}").into()),
        }
    }
    Ok(())
}

/// The files below a directory: path and content.
fn generated(directory: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            let inner = generated(&entry.path())?;
            files.extend(
                inner
                    .into_iter()
                    .map(|(path, text)| (format!("{name}/{path}"), text)),
            );
        } else {
            files.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(files)
}

/// The paths that differ.
fn differences(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut paths: Vec<&String> = a.keys().chain(b.keys()).collect();
    paths.sort();
    paths.dedup();
    paths.retain(|path| a.get(*path) != b.get(*path));
    paths.into_iter().cloned().collect()
}
