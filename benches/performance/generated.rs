//! What generated code costs: the compiler of definitions, and rustc on what it made.
//!
//! A package with the definitions of 1,000 operations is built as a user's would be, with its
//! dependencies built before. rustc's time is that of a build after its source was touched, without
//! that of a build that finds nothing to do.

use std::fs;
use std::process::Command;
use std::time::Duration;

use toolwright_codegen::load::Sources;

use crate::cargo::Workshop;
use crate::report::Report;
use crate::{Failure, median, process, repository, synthetic};

/// How many operations there are.
const OPERATIONS: usize = 1000;

/// How often each thing is done; the figure is the median.
const RUNS: usize = 3;

/// The most seconds of processor time for the compiler of definitions, optimised.
const COMPILER_LIMIT: f64 = 1.0;

/// The most milliseconds of processor time of rustc for an operation, in a debug build.
const RUSTC_LIMIT: f64 = 8.0;

/// What is built: cargo's arguments, and what it is called.
const BUILDS: [(&str, &[&str]); 3] = [
    ("check", &["check"]),
    ("debug build", &["build"]),
    ("release build", &["build", "--release"]),
];

const MANIFEST: &str = r#"[package]
name = "synthetic"
edition = "2024"

[workspace]

[dependencies]
toolwright-runtime.path = "{root}/runtime"

[build-dependencies]
toolwright-codegen = { path = "{root}/codegen", default-features = false }
"#;

const BUILD_SCRIPT: &str = r#"fn main() {
    toolwright_codegen::build::Builder::new("definitions", "generated").run();
}
"#;

const LIBRARY: &str = r#"#[path = "../generated/mod.rs"]
mod generated;

pub use generated::*;
"#;

pub(crate) fn measure(report: &mut Report) -> Result<(), Failure> {
    let definitions = synthetic::definitions(OPERATIONS);
    let size: usize = definitions.iter().map(|(_, text)| text.len()).sum();
    let what = format!(
        "{OPERATIONS} operations ({:.1} MB of YAML) to Rust, CPU",
        size as f64 / 1e6
    );
    report.limited(&what, compile(&definitions)?, "s", COMPILER_LIMIT)?;

    let workshop = package(&definitions)?;
    for (name, arguments) in BUILDS {
        let prepared = workshop.cargo(arguments)?;
        if name == "debug build" {
            let script = prepared.scripts.iter().find(|path| is_ours(path));
            let script = script.ok_or("cargo names no build script of the package")?;
            let seconds = middle(|| {
                let mut command = Command::new(script);
                command
                    .current_dir(workshop.path(""))
                    .env("TOOLWRIGHT_FROZEN", "0");
                Ok(process::run(&mut command)?.1.cpu)
            })?;
            let what = "the same in a build script as cargo builds it, CPU";
            report.figure(what, seconds.as_secs_f64(), "s")?;
        }
        let idle = middle(|| Ok(workshop.cargo(arguments)?.usage.cpu))?;
        let mut peak = 0;
        let busy = middle(|| {
            touch(&workshop)?;
            let build = workshop.cargo(arguments)?;
            if build.compiled != ["synthetic"] {
                return Err(format!("cargo compiled {:?}", build.compiled).into());
            }
            peak = peak.max(build.usage.peak);
            Ok(build.usage.cpu)
        })?;
        let each = busy.saturating_sub(idle).as_secs_f64() * 1000.0 / OPERATIONS as f64;
        let what = format!("rustc, {name}, CPU per operation");
        if name == "debug build" {
            report.limited(&what, each, "ms", RUSTC_LIMIT)?;
        } else {
            report.figure(&what, each, "ms")?;
        }
        report.figure("  most memory", peak as f64 / 1e6, "MB")?;
    }
    let size = generated_size(&workshop)?;
    report.figure(
        "generated Rust for one operation",
        size / OPERATIONS as f64,
        "kB",
    )?;
    Ok(())
}

/// Seconds of processor time for a compilation in memory.
fn compile(definitions: &[(String, String)]) -> Result<f64, Failure> {
    let texts = definitions
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    let sources = Sources::from_texts(texts);
    let used = middle(|| {
        let before = process::own_cpu()?;
        let compilation = toolwright_codegen::compile(&sources);
        let used = process::own_cpu()?.saturating_sub(before);
        match compilation.files.iter().count() {
            0 => Err("the synthetic definitions do not compile".into()),
            _ => Ok(used),
        }
    })?;
    Ok(used.as_secs_f64())
}

/// A package whose build script compiles the definitions, with the repository's versions and
/// profiles.
fn package(definitions: &[(String, String)]) -> Result<Workshop, Failure> {
    let workshop = Workshop::new("generated", &[("CARGO_INCREMENTAL", "0")]);
    let root = repository();
    let manifest = MANIFEST.replace("{root}", &root.to_string_lossy());
    let profiles = profiles(&fs::read_to_string(root.join("Cargo.toml"))?);
    workshop.write("Cargo.toml", format!("{manifest}\n{profiles}").as_bytes())?;
    workshop.write("build.rs", BUILD_SCRIPT.as_bytes())?;
    workshop.write("src/lib.rs", LIBRARY.as_bytes())?;
    for (path, text) in definitions {
        workshop.write(path, text.as_bytes())?;
    }
    // Without a lock file of its own cargo would look for newer versions.
    if !workshop.path("Cargo.lock").exists() {
        fs::copy(root.join("Cargo.lock"), workshop.path("Cargo.lock"))?;
    }
    Ok(workshop)
}

/// The `[profile.…]` sections of a manifest.
fn profiles(manifest: &str) -> String {
    let mut inside = false;
    let lines = manifest.lines().filter(|line| {
        if line.starts_with('[') {
            inside = line.starts_with("[profile.");
        }
        inside
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn is_ours(script: &std::path::Path) -> bool {
    let folder = script.parent().and_then(|folder| folder.file_name());
    folder.is_some_and(|name| name.to_string_lossy().starts_with("synthetic-"))
}

/// Makes the library newer than what was compiled of it.
fn touch(workshop: &Workshop) -> Result<(), Failure> {
    fs::write(workshop.path("src/lib.rs"), LIBRARY)?;
    Ok(())
}

/// The median of several runs.
fn middle(mut run: impl FnMut() -> Result<Duration, Failure>) -> Result<Duration, Failure> {
    let runs = (0..RUNS).map(|_| run()).collect::<Result<Vec<_>, _>>()?;
    median(runs).ok_or_else(|| "there were no runs".into())
}

/// Kilobytes of Rust.
fn generated_size(workshop: &Workshop) -> Result<f64, Failure> {
    let mut bytes = 0;
    for entry in fs::read_dir(workshop.path("generated/synthetic"))? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes as f64 / 1000.0)
}
