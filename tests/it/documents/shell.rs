//! The commands of a document, and a shell that runs them.

use std::collections::BTreeMap;
use std::path::Path;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::installation::Installation;
use crate::server::PATIENCE;

/// The blocks of a language under a heading.
pub(super) fn blocks<'a>(document: &'a str, heading: &str, language: &str) -> Vec<&'a str> {
    let (_, section) = document.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let fence = format!("```{language}\n");
    let blocks = section.split(&fence).skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

/// The commands of a block: each starts at the beginning of a line.
pub(super) fn commands(block: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    for line in block.lines() {
        match commands.last_mut() {
            Some(command) if line.starts_with(' ') => *command += &format!("\n{line}"),
            _ => commands.push(line.to_owned()),
        }
    }
    commands
}

/// A shell in a folder of its own.
pub(super) struct Shell<'a> {
    installation: &'a Installation,
    folder: tempfile::TempDir,
    variables: BTreeMap<&'static str, String>,
}

impl<'a> Shell<'a> {
    pub(super) fn new(installation: &'a Installation) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let programs = Path::new(env!("CARGO_BIN_EXE_toolwright"))
            .parent()
            .unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut shell = Self {
            installation,
            folder,
            variables: BTreeMap::new(),
        };
        // curl fails where the server refuses.
        shell.write(".curlrc", "silent\nshow-error\nfail-with-body\n");
        shell.set(
            "CURL_HOME",
            shell.folder.path().to_str().unwrap().to_owned(),
        );
        shell.set("PATH", format!("{}:{path}", programs.display()));
        shell.set(
            "DATA",
            installation.directory().to_str().unwrap().to_owned(),
        );
        for (name, folder) in [("BACKUP", "backup"), ("KEYS", "keys")] {
            let folder = shell.folder.path().join(folder);
            std::fs::create_dir(&folder).unwrap();
            shell.set(name, folder.to_str().unwrap().to_owned());
        }
        shell
    }

    pub(super) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.variables.insert(name, value.into());
    }

    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Runs commands with lines for what they ask; what they print.
    pub(super) async fn run(&self, commands: &str, lines: &str) -> String {
        let mut shell = Command::new("sh");
        // The variables of the installation, as for any other command on it.
        let known = self.installation.command([]);
        for (name, value) in known.as_std().get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let mut process = shell
            .args(["-euc", commands])
            .current_dir(self.folder.path())
            .envs(&self.variables)
            .kill_on_drop(true)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = process.stdin.take().unwrap();
        // Most commands ask nothing.
        let _ = input.write_all(lines.as_bytes()).await;
        drop(input);
        let output = tokio::time::timeout(PATIENCE, process.wait_with_output()).await;
        let output = output.expect("it ends in time").unwrap();
        assert!(output.status.success(), "{commands}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }
}
