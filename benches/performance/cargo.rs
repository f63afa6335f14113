//! Builds with cargo, away from the repository's own `target`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use serde_json::Value;

use crate::Failure;
use crate::process::{self, Usage};

/// A package or workspace that is built in a directory of its own, which stays, so that
/// dependencies are built once.
pub(crate) struct Workshop {
    root: PathBuf,
    /// For cargo, besides this process's own.
    environment: &'static [(&'static str, &'static str)],
}

/// What a build did.
pub(crate) struct Build {
    /// What it used, cargo and rustc together.
    pub(crate) usage: Usage,
    /// The packages of which something was compiled, sorted, each once.
    pub(crate) compiled: Vec<String>,
    /// The programs made from build scripts.
    pub(crate) scripts: Vec<PathBuf>,
}

impl Workshop {
    pub(crate) fn new(name: &str, environment: &'static [(&'static str, &'static str)]) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("performance")
            .join(name);
        Self { root, environment }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Writes a file if it does not hold that already.
    pub(crate) fn write(&self, path: &str, content: &[u8]) -> io::Result<()> {
        let path = self.root.join(path);
        if fs::read(&path).is_ok_and(|found| found == content) {
            return Ok(());
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, content)
    }

    /// Runs cargo here.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Result<Build, Failure> {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args(arguments)
            .arg("--message-format=json-render-diagnostics")
            .arg("--target-dir")
            .arg(self.path("target"))
            .current_dir(&self.root)
            .envs(self.environment.iter().copied())
            // The build scripts write what they generate, also where CI does not want that.
            .env("TOOLWRIGHT_FROZEN", "0");
        let (messages, usage) = process::run(&mut command)?;
        let mut build = Build {
            usage,
            compiled: Vec::new(),
            scripts: Vec::new(),
        };
        for message in messages.lines() {
            build.read(&serde_json::from_str(message)?);
        }
        build.compiled.sort();
        build.compiled.dedup();
        Ok(build)
    }
}

impl Build {
    /// Takes in one of cargo's messages (The Cargo Book, External Tools, JSON messages).
    fn read(&mut self, message: &Value) {
        if message["reason"] != "compiler-artifact" {
            return;
        }
        let target = &message["target"];
        if target["kind"]
            .get(0)
            .is_some_and(|kind| kind == "custom-build")
        {
            let programs = message["filenames"].as_array().into_iter().flatten();
            let programs = programs.filter_map(Value::as_str).map(PathBuf::from);
            self.scripts.extend(programs);
        }
        if message["fresh"] == false {
            let name = package(message["package_id"].as_str().unwrap_or_default());
            self.compiled.push(name.to_owned());
        }
    }
}

/// The name in a package id such as `path+file:///src/runtime#toolwright-runtime@0.1.0`; it is left
/// out where it is the directory's.
fn package(id: &str) -> &str {
    let (url, version) = id.rsplit_once('#').unwrap_or((id, ""));
    match version.split_once('@') {
        Some((name, _)) => name,
        None => url.rsplit('/').next().unwrap_or(url),
    }
}
