//! The files of a definitions directory, read into memory.
//!
//! A definition is a folder of `*.yaml` files directly below that directory. What cannot be read is
//! kept as a file with a [`Fault`], so that it is reported like every other problem.

use std::fs::{self, DirEntry, FileType};
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
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
    /// The name of the folder it is in: `zesty`.
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
        let folder = path.rsplit('/').nth(1).unwrap_or_default().to_owned();
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
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_yaml = ["yaml", "yml"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known));
    let is_linked_folder = kind.is_symlink() && entry.path().is_dir();
    if !is_yaml && !is_linked_folder {
        return;
    }
    let fault = if !kind.is_file() {
        Fault::NotAFile
    } else if depth != 1 {
        Fault::WrongPlace
    } else if extension != "yaml" {
        Fault::WrongExtension
    } else {
        return files.push(read_file(&entry.path(), path));
    };
    files.push(SourceFile::new(path, String::new(), Some(fault)));
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
    let (text, fault) = if bytes.len() as u64 > LARGEST_FILE {
        (String::new(), Some(Fault::TooLarge))
    } else {
        match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                (text, Some(Fault::NotUtf8(valid)))
            }
        }
    };
    SourceFile {
        modified,
        ..SourceFile::new(path, text, fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, path: &str, bytes: &[u8]) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    #[test]
    fn a_directory_is_read_in_order_and_faults_are_kept() {
        let root = std::env::temp_dir().join(format!("toolwright-load-{}", std::process::id()));
        let large = vec![b'#'; usize::try_from(LARGEST_FILE).unwrap() + 1];
        write(&root, "b/z.yaml", b"version: 1\n");
        write(&root, "b/a.yaml", b"version: 1\n");
        write(&root, "a/x.yaml", "version: 1 # \u{e9}\n".as_bytes());
        write(&root, "a/latin.yaml", b"label: caf\xe9\n");
        write(&root, "a/large.yaml", &large);
        write(&root, "a/short.yml", b"");
        write(&root, "a/capitals.YAML", b"");
        write(&root, "a/.hidden.yaml", b"");
        write(&root, "a/README.md", b"");
        write(&root, "a/deep/x.yaml", b"");
        write(&root, "schema.json", b"{}");
        write(&root, "top.yaml", b"");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(root.join("a/x.yaml"), root.join("b/link.yaml")).unwrap();
            std::os::unix::fs::symlink(root.join("a"), root.join("linked")).unwrap();
        }
        let sources = load(&root);
        fs::remove_dir_all(&root).unwrap();

        let prefix = format!("{}/", shown(&root));
        let seen: Vec<_> = sources
            .files
            .iter()
            .map(|file| {
                (
                    file.path.strip_prefix(&prefix).unwrap(),
                    file.fault.as_ref(),
                )
            })
            .map(|(path, fault)| format!("{path} {fault:?}"))
            .collect();
        let expected = [
            "a/capitals.YAML Some(WrongExtension)",
            "a/large.yaml Some(TooLarge)",
            "a/latin.yaml Some(NotUtf8(10))",
            "a/short.yml Some(WrongExtension)",
            "a/x.yaml None",
            "b/a.yaml None",
            #[cfg(unix)]
            "b/link.yaml Some(NotAFile)",
            "b/z.yaml None",
            "a/deep/x.yaml Some(WrongPlace)",
        ];
        assert_eq!(seen[..expected.len()], expected);
        assert!(
            seen.contains(&"top.yaml Some(WrongPlace)".to_owned()),
            "{seen:?}"
        );
        #[cfg(unix)]
        assert!(
            seen.contains(&"linked Some(NotAFile)".to_owned()),
            "{seen:?}"
        );
        assert_eq!(sources.folder(FileId(4)), "a");
        assert_eq!(sources.folder(FileId(99)), "");
    }

    #[test]
    fn a_directory_that_is_missing_or_empty_is_a_fault() {
        let missing = load(Path::new("./no/such/directory/"));
        assert_eq!(missing.files[0].path, "no/such/directory");
        assert!(matches!(missing.files[0].fault, Some(Fault::Unreadable(_))));

        let root = std::env::temp_dir().join(format!("toolwright-empty-{}", std::process::id()));
        fs::create_dir_all(&root).unwrap();
        let empty = load(&root);
        fs::remove_dir(&root).unwrap();
        assert!(matches!(empty.files[0].fault, Some(Fault::NoDefinitions)));
    }

    #[test]
    fn words_are_found_across_lines() {
        assert_eq!(find("you must", "you may, you  \n  must"), Some(9..21));
        assert_eq!(find("you must", "you, must"), None);
        assert_eq!(find("a", "b a"), Some(2..3));
        assert_eq!(find("\u{200b}", "é\u{200b}"), Some(2..5));
        assert_eq!(find("a b", "a a"), None);
        assert_eq!(find(" ", "a b"), None);
    }

    #[test]
    fn positions_count_characters_from_one() {
        let text = "\u{feff}a: 1\r\n\u{e9}\u{1f600}: x\n\tb\n";
        let file = SourceFile::new("d/f/x.yaml".into(), text.into(), None);
        let at = |needle: &str| file.position(text.find(needle).unwrap());
        assert_eq!(at("a:"), (1, 1), "a byte order mark is no column");
        assert_eq!(at("1"), (1, 4));
        assert_eq!(at("x"), (2, 5));
        assert_eq!(at("b"), (3, 2), "a tab is one column");
        assert_eq!(
            file.position(text.find('x').unwrap() - 4),
            (2, 2),
            "inside a character"
        );
        assert_eq!(file.position(usize::MAX), (4, 1));
        assert_eq!(
            SourceFile::new(String::new(), String::new(), None).position(7),
            (1, 1)
        );
    }
}
