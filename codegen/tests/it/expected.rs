//! Texts that are compared with files.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// A path below `tests/`.
pub(crate) fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(below)
}

/// The folders of a folder below `tests/`, without the `base` that they have in common.
pub(crate) fn fixtures(below: &str) -> Vec<PathBuf> {
    let mut fixtures = entries(&path(below));
    fixtures.retain(|fixture| !fixture.ends_with("base"));
    fixtures
}

/// What is in a folder, in order; nothing where there is none.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// Compares a text with a file, or with `BLESS=1` writes it there.
///
/// # Errors
/// The lines in which the two differ.
pub(crate) fn same(file: &Path, found: &str) -> Result<(), String> {
    if env::var_os("BLESS").is_some_and(|bless| bless == "1") {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, found).unwrap();
        return Ok(());
    }
    // Git may have changed the line ends.
    let expected = fs::read_to_string(file)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    if expected == found {
        return Ok(());
    }
    let difference = difference(&expected, found);
    Err(format!(
        "{} is not as expected (BLESS=1 accepts it):\n{difference}",
        file.display()
    ))
}

/// The lines between what two texts have in common at their start and at their end.
fn difference(expected: &str, found: &str) -> String {
    let (mut expected, mut found): (Vec<_>, Vec<_>) =
        (expected.lines().collect(), found.lines().collect());
    let same = expected
        .iter()
        .zip(&found)
        .take_while(|(a, b)| a == b)
        .count();
    let mut lines = vec![format!("@@ line {}", same + 1)];
    while expected.len().min(found.len()) > same && expected.last() == found.last() {
        expected.pop();
        found.pop();
    }
    lines.extend(expected[same..].iter().map(|line| format!("-{line}")));
    lines.extend(found[same..].iter().map(|line| format!("+{line}")));
    lines.join("\n")
}

#[test]
fn a_difference_shows_the_lines_that_changed() {
    assert_eq!(
        difference("a\nb\nc\n", "a\nx\ny\nc\n"),
        "@@ line 2\n-b\n+x\n+y"
    );
    assert_eq!(difference("a\na\n", "a\n"), "@@ line 2\n-a");
    assert_eq!(difference("", "a\n"), "@@ line 1\n+a");
}
