//! What vendors answer against what is compiled: recorded, and asked for there and then.

mod live;
mod recorded;

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};

use crate::server::{output, toolwright};

/// A folder for recordings, with one in it for each body: of that operation, as a person would write
/// them by hand.
fn recordings(integration: &str, operation: &str, bodies: &[Value]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (index, body) in bodies.iter().enumerate() {
        let recording = json!({
            "version": 1, "integration": integration, "operation": operation, "body": body,
        });
        let path = folder.path().join(format!("{index}.json"));
        std::fs::write(path, recording.to_string()).unwrap();
    }
    folder
}

/// `toolwright drift recordings` in a folder.
async fn compare(folder: &Path, arguments: &[&str]) -> Output {
    let name = folder.to_str().unwrap();
    let command = [&["drift", "recordings", name], arguments].concat();
    output(&mut toolwright(command)).await
}

/// The findings that were printed as JSON.
fn findings(output: &Output) -> Vec<Value> {
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// All files in a folder and the folders in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect();
    files.sort();
    files
}
