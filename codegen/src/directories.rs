//! Where the command line finds definitions, and where it puts what they compile to.

use std::path::{Path, PathBuf};

/// The directories of a run.
pub(crate) struct Directories {
    /// The directory with a folder of definitions for each integration.
    pub(crate) definitions: PathBuf,
    /// The directory for the generated Rust.
    pub(crate) out: PathBuf,
}

impl Directories {
    /// The directories that are given; the others are `definitions` and `generated` of the working
    /// directory or, where it has no `definitions`, of the workspace around it.
    pub(crate) fn new(definitions: Option<&Path>, out: Option<&Path>, working: &Path) -> Self {
        let root = match definitions {
            Some(_) => PathBuf::new(),
            None => root(working),
        };
        let given_or = |given: Option<&Path>, name: &str| match given {
            Some(given) => given.to_owned(),
            None => root.join(name),
        };
        Self {
            definitions: given_or(definitions, "definitions"),
            out: given_or(out, "generated"),
        }
    }
}

/// The way from a directory up to the workspace whose `definitions` are meant: `../..`.
fn root(working: &Path) -> PathBuf {
    let has_definitions = |directory: &Path| directory.join("definitions").is_dir();
    if has_definitions(working) {
        return PathBuf::new();
    }
    let is_root =
        |directory: &Path| has_definitions(directory) && directory.join("Cargo.toml").is_file();
    let levels = working.ancestors().position(is_root).unwrap_or_default();
    std::iter::repeat_n("..", levels).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn definitions_are_those_of_the_workspace_unless_there_are_some_here() {
        let workspace = tempfile::tempdir().unwrap();
        let inner = workspace.path().join("codegen/src");
        fs::create_dir_all(&inner).unwrap();
        let directories = |definitions: Option<&str>, out: Option<&str>| {
            let found = Directories::new(definitions.map(Path::new), out.map(Path::new), &inner);
            let shown = |path: PathBuf| path.to_string_lossy().replace('\\', "/");
            (shown(found.definitions), shown(found.out))
        };
        let pair = |definitions: &str, out: &str| (definitions.to_owned(), out.to_owned());
        assert_eq!(directories(None, None), pair("definitions", "generated"));
        fs::create_dir(workspace.path().join("definitions")).unwrap();
        assert_eq!(directories(None, None), pair("definitions", "generated"));
        fs::write(workspace.path().join("Cargo.toml"), "").unwrap();
        let above = pair("../../definitions", "../../generated");
        assert_eq!(directories(None, None), above);
        assert_eq!(directories(None, Some("o")), pair("../../definitions", "o"));
        assert_eq!(directories(Some("d"), None), pair("d", "generated"));
        fs::create_dir(inner.join("definitions")).unwrap();
        assert_eq!(directories(None, None), pair("definitions", "generated"));
    }
}
