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
    definitions: Vec<PathBuf>,
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
            definitions: vec![definitions.into()],
            output: output.into(),
            frozen,
        }
    }

    /// Definitions that are compiled to the folder `catalogue` of cargo's own output directory, where
    /// nobody reviews or edits anything. A crate takes it in by
    ///
    /// ```ignore
    /// mod catalogue {
    ///     include!(concat!(env!("OUT_DIR"), "/catalogue/mod.rs"));
    /// }
    /// ```
    #[must_use]
    pub fn out_dir(definitions: impl Into<PathBuf>) -> Self {
        let output = env::var_os("OUT_DIR")
            .map(PathBuf::from)
            .unwrap_or_default();
        Self {
            definitions: vec![definitions.into()],
            output: output.join("catalogue"),
            frozen: false,
        }
    }

    /// The same with the definitions of one more directory.
    #[must_use]
    pub fn and(mut self, definitions: impl Into<PathBuf>) -> Self {
        self.definitions.push(definitions.into());
        self
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
            "cargo::rerun-if-env-changed=TOOLWRIGHT_FROZEN".to_owned(),
            "cargo::rerun-if-env-changed=CI".to_owned(),
        ];
        let directories = self.definitions.iter();
        lines.extend(directories.map(|path| format!("cargo::rerun-if-changed={}", path.display())));
        self.compile(&load::load_all(&self.definitions), &mut lines);
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
        // Each file, so that an edit by hand is undone. A folder counts as changed when a file in it
        // is replaced, which this script does itself.
        for (path, _) in compilation.files.iter() {
            let path = self.output.join(path);
            lines.push(format!("cargo::rerun-if-changed={}", path.display()));
        }
        if self.frozen {
            for path in compilation.files.stale(&self.output) {
                lines.push(stale(&self.output, &path));
            }
        } else if let Err(error) = compilation.files.write(&self.output, sources.modified()) {
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, SystemTime};

    use super::*;

    const DEFINITION: &str = "\
version: 1
integration:
  label: Acme
  category: stores
  summary: Sells rockets, anvils and paint to coyotes.
  docs: https://acme.example/docs
hosts: { api: { url: https://api.acme.example } }
auth: { credentials: { bearer: { description: An access token of the store. } } }
resources:
  rockets:
    methods:
      delete: { http: \"DELETE /v1/rockets/{id}\", path: { id: string } }
";

    /// What cargo does once a script has run: it runs it again when a path that the script named, or
    /// something below it, is missing or was changed after the script had started.
    fn would_run_again(lines: &[String], started: SystemTime) -> bool {
        let paths = lines
            .iter()
            .filter_map(|line| line.strip_prefix("cargo::rerun-if-changed="));
        paths
            .map(PathBuf::from)
            .any(|path| newest(&path).is_none_or(|changed| changed > started))
    }

    fn newest(path: &Path) -> Option<SystemTime> {
        let own = fs::metadata(path).ok()?.modified().ok()?;
        let inner = fs::read_dir(path).into_iter().flatten().flatten();
        inner
            .filter_map(|entry| newest(&entry.path()))
            .chain([own])
            .max()
    }

    /// Waits until a file that is written now is newer than this moment. File systems keep coarser
    /// times than the clock shows.
    fn a_later_moment(directory: &Path) -> SystemTime {
        let started = SystemTime::now();
        let probe = directory.join("probe");
        for _ in 0..500 {
            fs::write(&probe, "").unwrap();
            if newest(&probe).unwrap() > started {
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        started
    }

    #[test]
    fn a_script_runs_again_after_what_others_changed_and_not_after_what_it_wrote() {
        let directory = tempfile::tempdir().unwrap();
        let builder = Builder {
            definitions: vec![directory.path().join("definitions")],
            output: directory.path().join("generated"),
            frozen: false,
        };
        let definition = builder.definitions[0].join("acme/acme.yaml");
        fs::create_dir_all(definition.parent().unwrap()).unwrap();
        fs::write(&definition, DEFINITION).unwrap();
        let tables = builder.output.join("acme/tables.rs");

        let started = a_later_moment(directory.path());
        let lines = builder.instructions();
        let right = fs::read_to_string(&tables).unwrap();
        assert!(!would_run_again(&lines, started), "after the first run");

        fs::write(&definition, DEFINITION.replace("/v1/", "/v2/")).unwrap();
        assert!(would_run_again(&lines, started), "after an edit");
        let started = a_later_moment(directory.path());
        let lines = builder.instructions();
        let edited = fs::read_to_string(&tables).unwrap();
        assert_ne!(edited, right);
        assert!(!would_run_again(&lines, started), "after what it wrote");

        fs::write(&tables, edited.replace("/v2/", "/v3/")).unwrap();
        assert!(would_run_again(&lines, started), "after an edit by hand");
        let started = a_later_moment(directory.path());
        let lines = builder.instructions();
        assert_eq!(fs::read_to_string(&tables).unwrap(), edited);
        assert!(!would_run_again(&lines, started), "after it was undone");

        fs::remove_file(&tables).unwrap();
        assert!(would_run_again(&lines, started), "without a generated file");
        let started = a_later_moment(directory.path());
        let lines = builder.instructions();
        assert!(!would_run_again(&lines, started), "after it was restored");

        fs::remove_file(&definition).unwrap();
        assert!(would_run_again(&lines, started), "without a definition");
    }
}
