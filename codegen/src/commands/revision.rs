//! The definitions of a git revision, read without a checkout.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

use toolwright_codegen::load::{self, Sources};

/// Variables by which git tells a hook about the repository it runs in. The repository that is meant here
/// is the one around the definitions.
const OF_HOOKS: [&str; 4] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// Why the definitions of a revision are not there.
#[derive(Debug)]
pub(super) enum Missing {
    /// There is no such thing, or no repository; git says why.
    Revision(String),
    /// Git cannot be run, or does not do what it should.
    Git(io::Error),
}

impl From<io::Error> for Missing {
    fn from(error: io::Error) -> Self {
        Self::Git(error)
    }
}

/// Reads the definitions of a directory as they are in a revision, such as `main` or `HEAD~1`. Their paths
/// are shown as git writes them: `main:definitions/acme/users.yaml`.
pub(super) fn read(directory: &Path, revision: &str) -> Result<Sources, Missing> {
    let commit = commit(directory, revision)?;
    // In a directory of the work tree, `ls-tree` lists what is below it, relative to it.
    let listed = git(directory)
        .args(["ls-tree", "-r", "-z", &commit])
        .output()?;
    let missing = || format!("directory in `{revision}`");
    sources(directory, directory, revision, &answer(listed, missing)?)
}

/// Reads the definitions of a directory that is only in a revision, below `here`.
pub(super) fn read_elsewhere(
    here: &Path,
    directory: &Path,
    revision: &str,
) -> Result<Sources, Missing> {
    let shown = slashed(directory);
    let tree = format!("{}:./{shown}", commit(here, revision)?);
    let listed = git(here)
        .args(["ls-tree", "-r", "-z", "--full-tree", &tree])
        .output()?;
    let missing = || format!("directory `{shown}` in `{revision}`");
    sources(here, directory, revision, &answer(listed, missing)?)
}

/// Reads a file of a directory as it is in a revision; empty where it is not there.
pub(super) fn text(directory: &Path, name: &str, revision: &str) -> Result<String, Missing> {
    // Git has to be started somewhere.
    if !directory.is_dir() {
        return Ok(String::new());
    }
    let file = format!("{}:./{name}", commit(directory, revision)?);
    let found = git(directory).args(["cat-file", "blob", &file]).output()?;
    let text = String::from_utf8_lossy(&found.stdout).into_owned();
    Ok(if found.status.success() {
        text
    } else {
        String::new()
    })
}

/// The name of the commit that a revision is.
fn commit(directory: &Path, revision: &str) -> Result<String, Missing> {
    let commit = format!("{revision}^{{commit}}");
    let found = git(directory)
        .args(["rev-parse", "--verify", "--end-of-options", &commit])
        .output()?;
    let found = answer(found, || format!("revision `{revision}`"))?;
    Ok(found.trim().to_owned())
}

/// What git answers, unless it does not find what it was asked for.
fn answer(output: Output, what: impl Fn() -> String) -> Result<String, Missing> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Missing::Revision(format!("{}: {}", what(), said.trim())))
}

/// The definitions among the files that `ls-tree` lists.
fn sources(
    here: &Path,
    directory: &Path,
    revision: &str,
    listed: &str,
) -> Result<Sources, Missing> {
    let entries: Vec<Entry<'_>> = listed.split('\0').filter_map(entry).collect();
    let objects: Vec<&str> = entries.iter().filter_map(|entry| entry.object).collect();
    let mut contents = contents(here, &objects)?.into_iter();
    let files = entries.iter().map(|entry| {
        let bytes = entry.object.and_then(|_| contents.next());
        (entry.path.to_owned(), bytes)
    });
    let shown = format!("{revision}:{}", slashed(directory));
    Ok(Sources::from_revision(&shown, files))
}

/// A path as git writes it.
fn slashed(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    path.trim_start_matches("./")
        .trim_end_matches('/')
        .to_owned()
}

/// What is below the directory in the revision.
struct Entry<'t> {
    path: &'t str,
    /// The name of its content; none where it is no regular file.
    object: Option<&'t str>,
}

/// Reads `100644 blob 3b18e5…<tab>acme/users.yaml`, if it is the path of a definition.
fn entry(line: &str) -> Option<Entry<'_>> {
    let (attributes, path) = line.split_once('\t')?;
    let mut attributes = attributes.split(' ');
    let (mode, _, object) = (attributes.next()?, attributes.next()?, attributes.next()?);
    let is_regular = mode.starts_with("100");
    load::is_yaml(path).then_some(Entry {
        path,
        object: is_regular.then_some(object),
    })
}

/// The contents of objects, in their order.
fn contents(directory: &Path, objects: &[&str]) -> io::Result<Vec<Vec<u8>>> {
    let mut child = git(directory)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::Error::other("git has no standard input and output"));
    };
    let contents = thread::scope(|scope| {
        // Beside the reading: git stops taking names when nobody reads what it answers.
        let asked = scope.spawn(move || input.write_all((objects.join("\n") + "\n").as_bytes()));
        let mut output = BufReader::new(output);
        let contents = objects.iter().map(|_| content(&mut output)).collect();
        drop(output);
        match asked.join() {
            Ok(asked) => asked.and(contents),
            Err(_) => contents,
        }
    });
    child.wait()?;
    contents
}

/// Reads one answer: a line `3b18e5… blob 14`, then so many bytes and a line end.
fn content(output: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = String::new();
    output.read_line(&mut head)?;
    let length = head.trim_end().rsplit(' ').next();
    let Some(length) = length.and_then(|length| length.parse::<usize>().ok()) else {
        return Err(io::Error::other(format!("git says `{}`", head.trim_end())));
    };
    let mut bytes = Vec::new();
    output
        .by_ref()
        .take(length as u64)
        .read_to_end(&mut bytes)?;
    output.read_exact(&mut [0])?;
    Ok(bytes)
}

fn git(directory: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(directory).stdin(Stdio::null());
    for variable in OF_HOOKS {
        git.env_remove(variable);
    }
    git
}
