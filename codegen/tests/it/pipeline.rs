//! The commands of docs/ci.md, as they stand there. `drift` has those that need a vendor's document.

use std::path::Path;
use std::process::Command;

const PAGE: &str = include_str!("../../../docs/ci.md");

/// The lines of the page's workflow and hook that call the compiler, without what starts it.
fn commands() -> Vec<String> {
    let lines = PAGE.lines().filter_map(|line| {
        let line = line.trim().trim_start_matches("- run: ");
        let command = line.strip_prefix("cargo codegen ")?;
        (!command.starts_with("drift ")).then_some(command)
    });
    // The branch that a pull request is compared with stands for any revision.
    lines
        .map(|line| line.replace("\"origin/$GITHUB_BASE_REF\"", "HEAD"))
        .collect()
}

#[test]
fn the_pipeline_passes_on_these_definitions() {
    let commands = commands();
    assert_eq!(commands.len(), 4, "{commands:?}");
    for command in commands {
        let output = Command::new(env!("CARGO_BIN_EXE_toolwright-codegen"))
            .args(command.split(' '))
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
            .output()
            .unwrap();
        assert!(output.status.success(), "{command}: {output:?}");
    }
}

/// The table of the page has the statuses that the command itself tells.
#[test]
fn the_statuses_are_those_of_the_help() {
    let help = Command::new(env!("CARGO_BIN_EXE_toolwright-codegen"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| "));
    let statuses: Vec<&str> = rows
        .filter_map(|row| row.split(' ').next())
        .filter(|status| status.parse::<u8>().is_ok())
        .collect();
    assert_eq!(statuses, ["0", "2", "3", "4", "100"]);
    for status in statuses {
        let is_told = |line: &str| line.trim().split(' ').next() == Some(status);
        assert!(help.lines().any(is_told), "{status} is not in:\n{help}");
    }
}
