//! The files of a definitions directory, read into memory.
//!
//! A definition is a folder of `*.yaml` files directly below that directory. What cannot be read is
//! kept as a file with a [`Fault`], so that it is reported like every other problem.

use std::fs::{self, DirEntry, FileType};
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::span::{FileId, Span};

/// The largest file that is read, in bytes.
pub const LARGEST_FILE: u64 = 1024 * 1024;

/// The files of a definitions directory, sorted by folder and path.
#[derive(Debug, Default)]
pub struct Sources {
    /// The files; a [`FileId`] is an index.
    pub files: Vec<SourceFile>,
}

/// A file of a definition.
#[derive(Debug)]
pub struct SourceFile {
    /// Its path as it is shown: `definitions/zesty/users.yaml`.
    pub path: String,
    /// The name of the folder it is in: `zesty`. Empty for what stands for no definitions.
    pub folder: String,
    /// Its text. What is not UTF-8 in it is replaced; the fault says so.
    pub text: String,
    /// Why it is not used.
    pub fault: Option<Fault>,
    /// When it was last changed, as the file system says; not known of a text in memory.
    pub modified: Option<SystemTime>,
}

/// Why a file is not used.
#[derive(Debug)]
pub enum Fault {
    /// It, or its directory, cannot be read; the operating system says why.
    Unreadable(String),
    /// The byte at this offset is not UTF-8.
    NotUtf8(usize),
    /// It has more than [`LARGEST_FILE`] bytes.
    TooLarge,
    /// It is a symbolic link or something else that is no regular file.
    NotAFile,
    /// Its name ends in `.yml`, or in `.yaml` in capitals.
    WrongExtension,
    /// It is not directly in a folder of the definitions directory.
    WrongPlace,
    /// It stands for a definitions directory without definitions.
    NoDefinitions,
}

/// Reads the definitions below a directory.
///
/// Never fails: what cannot be read is a file with a fault. Hidden files are passed over.
#[must_use]
pub fn load(directory: &Path) -> Sources {
    let mut files = Vec::new();
    read_directory(directory, &shown(directory), 0, &mut files);
    if files.is_empty() {
        let path = shown(directory);
        files.push(SourceFile::new(
            path,
            String::new(),
            Some(Fault::NoDefinitions),
        ));
    }
    Sources::sorted(files)
}

/// Reads the definitions below several directories, as if they were one.
#[must_use]
pub fn load_all(directories: &[PathBuf]) -> Sources {
    let loaded = directories.iter().map(|directory| load(directory));
    Sources::sorted(loaded.flat_map(|sources| sources.files).collect())
}

/// Reads the definition in one folder; nothing where there is no such folder.
#[must_use]
pub fn load_folder(folder: &Path) -> Sources {
    let mut files = Vec::new();
    if folder.is_dir() {
        read_directory(folder, &shown(folder), 1, &mut files);
    }
    Sources::sorted(files)
}

impl Sources {
    /// Definitions that are in memory, as pairs of path and text.
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files = texts
            .into_iter()
            .map(|(path, text)| SourceFile::new(path.to_owned(), text.to_owned(), None))
            .collect();
        Self::sorted(files)
    }

    /// Definitions of a revision, as pairs of a path below `directory` and the bytes there; none for what
    /// is no regular file. Only paths that [`is_yaml`] can be definitions.
    #[must_use]
    pub fn from_revision(
        directory: &str,
        files: impl IntoIterator<Item = (String, Option<Vec<u8>>)>,
    ) -> Self {
        let read = |(below, bytes): (String, Option<Vec<u8>>)| {
            let (depth, path) = (below.matches('/').count(), format!("{directory}/{below}"));
            match (bytes, misplaced(&below, depth)) {
                (None, _) => SourceFile::new(path, String::new(), Some(Fault::NotAFile)),
                (Some(_), Some(fault)) => SourceFile::new(path, String::new(), Some(fault)),
                (Some(bytes), None) => decoded(path, &bytes),
            }
        };
        let mut files: Vec<_> = files.into_iter().map(read).collect();
        if files.is_empty() {
            let fault = Some(Fault::NoDefinitions);
            files.push(SourceFile::new(directory.to_owned(), String::new(), fault));
        }
        Self::sorted(files)
    }

    fn sorted(mut files: Vec<SourceFile>) -> Self {
        files.sort_by(|a, b| (&a.folder, &a.path).cmp(&(&b.folder, &b.path)));
        Self { files }
    }

    /// Each file with its id.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// A file by its id.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(usize::try_from(id.0).ok()?)
    }

    /// When the newest of the files was changed.
    #[must_use]
    pub fn modified(&self) -> Option<SystemTime> {
        self.files.iter().filter_map(|file| file.modified).max()
    }

    /// The place of some words in a stretch of a file, whatever white space is between them; the whole
    /// stretch where they are not written so, but with escapes.
    #[must_use]
    pub fn place_of(&self, words: &str, within: Span) -> Span {
        self.file(within.file)
            .map_or(within, |file| file.place_of(words, within))
    }

    /// The folder of a file: the slug of its integration. Empty for an unknown id.
    #[must_use]
    pub fn folder(&self, id: FileId) -> &str {
        self.file(id).map_or("", |file| &file.folder)
    }
}

impl SourceFile {
    fn new(path: String, text: String, fault: Option<Fault>) -> Self {
        let folder = match fault {
            Some(Fault::NoDefinitions) => "",
            _ => path.rsplit('/').nth(1).unwrap_or_default(),
        };
        let folder = folder.to_owned();
        Self {
            path,
            folder,
            text,
            fault,
            modified: None,
        }
    }

    /// The place of some words in a stretch of this file: see [`Sources::place_of`].
    pub(crate) fn place_of(&self, words: &str, within: Span) -> Span {
        let text = self.text.get(within.start..within.end);
        let found = text.and_then(|text| find(words, text));
        found.map_or(within, |found| {
            let (start, end) = (within.start + found.start, within.start + found.end);
            Span::new(within.file, start, end)
        })
    }

    /// The line and column of a byte, both from 1; columns count characters. A byte beyond the end
    /// is taken as the end, one inside a character as its start.
    #[must_use]
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let before = self
            .text
            .get(..self.text.floor_char_boundary(byte))
            .unwrap_or_default();
        let before = before.strip_prefix('\u{feff}').unwrap_or(before);
        let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
        let column = 1 + before.chars().rev().take_while(|c| *c != '\n').count();
        (line, column)
    }
}

/// The place of some words in a text, whatever white space is between them.
fn find(words: &str, text: &str) -> Option<Range<usize>> {
    let mut words = words.split_ascii_whitespace();
    let first = words.next()?;
    text.match_indices(first).find_map(|(start, first)| {
        let end = words.clone().try_fold(start + first.len(), |end, word| {
            let rest = text.get(end..)?;
            let next = rest.trim_ascii_start();
            let is_apart = next.len() < rest.len();
            let here = text.len() - next.len();
            (is_apart && next.starts_with(word)).then_some(here + word.len())
        })?;
        Some(start..end)
    })
}

/// A path as messages show it: relative where it was given so, with forward slashes.
fn shown(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let path = path
        .strip_prefix("./")
        .unwrap_or(&path)
        .trim_end_matches('/');
    if path.is_empty() {
        ".".to_owned()
    } else {
        path.to_owned()
    }
}

/// Reads the YAML files of a directory and of those below it. `depth` counts the folders above it.
fn read_directory(directory: &Path, path: &str, depth: usize, files: &mut Vec<SourceFile>) {
    let unreadable = |error: io::Error| {
        let fault = Fault::Unreadable(error.to_string());
        SourceFile::new(path.to_owned(), String::new(), Some(fault))
    };
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => return files.push(unreadable(error)),
    };
    for entry in entries {
        match entry.and_then(|entry| Ok((entry.file_type()?, entry))) {
            Ok((kind, entry)) => read_entry(&entry, kind, path, depth, files),
            Err(error) => files.push(unreadable(error)),
        }
    }
}

fn read_entry(
    entry: &DirEntry,
    kind: FileType,
    parent: &str,
    depth: usize,
    files: &mut Vec<SourceFile>,
) {
    let name = entry.file_name().to_string_lossy().into_owned();
    if name.starts_with('.') {
        return;
    }
    let path = format!("{parent}/{name}");
    if kind.is_dir() {
        return read_directory(&entry.path(), &path, depth + 1, files);
    }
    let is_linked_folder = kind.is_symlink() && entry.path().is_dir();
    if !is_yaml(&name) && !is_linked_folder {
        return;
    }
    let fault = if kind.is_file() {
        misplaced(&name, depth)
    } else {
        Some(Fault::NotAFile)
    };
    files.push(match fault {
        Some(fault) => SourceFile::new(path, String::new(), Some(fault)),
        None => read_file(&entry.path(), path),
    });
}

/// Whether a path looks like one of a YAML file that is not hidden.
#[must_use]
pub fn is_yaml(path: &str) -> bool {
    let extension = extension(path);
    let known = ["yaml", "yml"];
    known
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
        && !path.split('/').any(|part| part.starts_with('.'))
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// What is wrong with the place or the name of a YAML file. `depth` counts the folders above it.
fn misplaced(path: &str, depth: usize) -> Option<Fault> {
    if depth != 1 {
        Some(Fault::WrongPlace)
    } else if extension(path) != "yaml" {
        Some(Fault::WrongExtension)
    } else {
        None
    }
}

fn read_file(location: &Path, path: String) -> SourceFile {
    let mut bytes = Vec::new();
    let read = fs::File::open(location).and_then(|file| {
        let modified = file.metadata()?.modified().ok();
        file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
        Ok(modified)
    });
    let modified = match read {
        Ok(modified) => modified,
        Err(error) => {
            let fault = Fault::Unreadable(error.to_string());
            return SourceFile::new(path, String::new(), Some(fault));
        }
    };
    SourceFile {
        modified,
        ..decoded(path, &bytes)
    }
}

fn decoded(path: String, bytes: &[u8]) -> SourceFile {
    if bytes.len() as u64 > LARGEST_FILE {
        return SourceFile::new(path, String::new(), Some(Fault::TooLarge));
    }
    match str::from_utf8(bytes) {
        Ok(text) => SourceFile::new(path, text.to_owned(), None),
        Err(error) => {
            let text = String::from_utf8_lossy(bytes).into_owned();
            SourceFile::new(path, text, Some(Fault::NotUtf8(error.valid_up_to())))
        }
    }
}

#[cfg(test)]
mod tests;
