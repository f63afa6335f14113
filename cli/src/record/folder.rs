//! The folder of recordings.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;

use serde_json::Value;

use crate::CommandError;

/// The folder with a folder for each integration.
#[derive(Debug)]
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    /// Writes the recordings of an operation, page by page, in place of those that are there.
    pub(crate) fn write(
        &self,
        integration: &str,
        operation: &str,
        recordings: &[Value],
    ) -> Result<(), CommandError> {
        let folder = self.0.join(integration);
        let failed = |path: &Path, error: &io::Error| {
            CommandError::Sentence(format!("{}: {error}", path.display()))
        };
        fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
        let mut written = Vec::new();
        for (index, recording) in recordings.iter().enumerate() {
            let name = match index {
                0 => format!("{operation}.json"),
                _ => format!("{operation}.{}.json", index + 1),
            };
            let path = folder.join(&name);
            replace(&path, &format!("{recording:#}\n")).map_err(|error| failed(&path, &error))?;
            written.push(name);
        }
        remove_others(&folder, operation, &written).map_err(|error| failed(&folder, &error))
    }
}

/// Writes a file at once, so that nobody ever sees half of it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let temporary = path.with_extension(format!("{}.tmp", process::id()));
    let write = || -> io::Result<()> {
        let mut file = fs::File::create_new(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    let written = write();
    if written.is_err() {
        // What went wrong is told; this may go wrong for the same reason.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Removes the further pages of an older recording.
fn remove_others(folder: &Path, operation: &str, written: &[String]) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let page = name
            .strip_prefix(operation)
            .and_then(|rest| rest.strip_prefix('.'))
            .and_then(|rest| rest.strip_suffix(".json"));
        let is_page = page.is_some_and(|page| page.parse::<u32>().is_ok());
        if is_page && !written.iter().any(|written| written == name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_recording_takes_the_place_of_an_older_one() {
        let folder = std::env::temp_dir().join(format!("toolwright-record-{}", process::id()));
        let recordings = Folder(folder.clone());
        let page = |number: u32| json!({ "page": number });
        recordings
            .write("acme", "list", &[page(1), page(2), page(3)])
            .unwrap();
        recordings
            .write("acme", "list_more", &[page(1), page(2)])
            .unwrap();
        recordings.write("acme", "list", &[page(4)]).unwrap();
        let mut names: Vec<String> = fs::read_dir(folder.join("acme"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["list.json", "list_more.2.json", "list_more.json"]);
        let text = fs::read_to_string(folder.join("acme/list.json")).unwrap();
        assert_eq!(text, "{\n  \"page\": 4\n}\n");
        fs::remove_dir_all(folder).unwrap();
    }
}
