//! The compiler as a build script calls it.

use std::path::{Path, PathBuf};
use std::{env, io};

use crate::diagnostics::Severity;
use crate::load::Sources;
use crate::{compile, load, render};

/// Compiles the definitions in one directory to Rust in another, and talks to cargo.
///
/// ```no_run
/// toolwright_codegen::build::Builder::new("definitions", "generated").run();
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    definitions: PathBuf,
    output: PathBuf,
    frozen: bool,
}

impl Builder {
    /// Definitions and output by path; relative ones are below the crate that is being built.
    ///
    /// The output is never written where `TOOLWRIGHT_FROZEN` is set to `1`, or `CI` to `true` and
    /// `TOOLWRIGHT_FROZEN` is not `0`: there a stale file is an error.
    #[must_use]
    pub fn new(definitions: impl Into<PathBuf>, output: impl Into<PathBuf>) -> Self {
        let says = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
        let frozen = says("TOOLWRIGHT_FROZEN", "1")
            || (says("CI", "true") && !says("TOOLWRIGHT_FROZEN", "0"));
        Self {
            definitions: definitions.into(),
            output: output.into(),
            frozen,
        }
    }

    /// Compiles, writes what changed, and prints what cargo needs to know to standard output. What
    /// is wrong becomes `cargo::error=` lines, which fail the build without a dump of this script.
    pub fn run(&self) {
        let mut out = io::stdout().lock();
        for line in self.instructions() {
            // Cargo reads the other end; if it is gone, so is the build.
            let _ = io::Write::write_all(&mut out, format!("{line}\n").as_bytes());
        }
    }

    /// The lines for cargo.
    #[must_use]
    pub fn instructions(&self) -> Vec<String> {
        let mut lines = vec![
            format!("cargo::rerun-if-changed={}", self.definitions.display()),
            "cargo::rerun-if-env-changed=TOOLWRIGHT_FROZEN".to_owned(),
            "cargo::rerun-if-env-changed=CI".to_owned(),
        ];
        // What this script writes itself would make the next build run it once more.
        if self.frozen {
            lines.push(format!("cargo::rerun-if-changed={}", self.output.display()));
        }
        self.compile(&load::load(&self.definitions), &mut lines);
        lines
    }

    fn compile(&self, sources: &Sources, lines: &mut Vec<String>) {
        let compilation = compile(sources);
        for diagnostic in compilation.diagnostics.sorted() {
            let level = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let text = render::cargo(diagnostic, sources);
            lines.extend(text.lines().map(|line| format!("cargo::{level}={line}")));
        }
        if compilation.diagnostics.has_errors() {
            return;
        }
        if self.frozen {
            for path in compilation.files.stale(&self.output) {
                lines.push(stale(&self.output, &path));
            }
        } else if let Err(error) = compilation.files.write(&self.output) {
            lines.push(format!(
                "cargo::error=the generated files cannot be written: {error}"
            ));
        }
    }
}

fn stale(output: &Path, path: &str) -> String {
    let path = output.join(path);
    format!(
        "cargo::error={} is not what the definitions compile to; run `cargo codegen write` and commit it",
        path.display()
    )
}
