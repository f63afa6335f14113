//! What there is of an integration before an import. It stays as it is, to the byte: methods are added
//! beside those of their resource, everything else in files of their own.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::definition::{Host, Origin};
use crate::diagnostics::Diagnostics;
use crate::load::Sources;
use crate::parse::parse;
use crate::span::Entries;
use crate::{render, syntax};

/// The definition of an integration as it is before an import.
#[derive(Debug, Default)]
pub struct Existing {
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    name: String,
    text: String,
    syntax: syntax::File,
}

/// The requests of methods that are there, as far as no operation was found for them.
#[derive(Debug)]
pub(super) struct Requests(Vec<Request>);

#[derive(Debug)]
struct Request {
    line: String,
    /// What is always sent in the query and in headers.
    constants: Vec<(String, Json)>,
}

/// Where methods of a resource can be added.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spot<'e> {
    /// The name of the file.
    pub(super) file: &'e str,
    /// The byte.
    pub(super) at: usize,
    /// The column at which names of methods start.
    pub(super) indent: usize,
    pub(super) style: Style,
}

/// How the methods of a resource are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Line by line; the spot is behind the last one.
    Lines,
    /// Between braces, with commas; the spot is before the first one.
    Braces,
}

impl Existing {
    /// Reads the files of one integration.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn read(sources: &Sources) -> Result<Self, String> {
        let mut diagnostics = Diagnostics::default();
        let parsed = parse(sources, &mut diagnostics);
        let shown: Vec<String> = diagnostics
            .sorted()
            .iter()
            .map(|found| render::plain(found, sources))
            .collect();
        if diagnostics.has_errors() {
            return Err(shown.join("\n\n"));
        }
        let files = parsed.into_iter().filter_map(|parsed| {
            let source = sources.file(parsed.file)?;
            let name = source
                .path
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned();
            Some(File {
                name,
                text: source.text.clone(),
                syntax: parsed.syntax,
            })
        });
        Ok(Self {
            files: files.collect(),
        })
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files, by name.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|file| (file.name.as_str(), file.text.as_str()))
    }

    /// The methods, as pairs of resource and method.
    pub(super) fn methods(&self) -> impl Iterator<Item = (&str, &str)> {
        self.resources().flat_map(|(name, resource)| {
            resource
                .methods
                .keys()
                .map(move |method| (name, method.as_str()))
        })
    }

    fn resources(&self) -> impl Iterator<Item = (&str, &syntax::Resource)> {
        let resources = self
            .files
            .iter()
            .flat_map(|file| file.syntax.resources.iter());
        resources.map(|(name, resource)| (name.as_str(), resource))
    }

    /// The names of the types.
    pub(super) fn types(&self) -> BTreeSet<String> {
        let types = self.files.iter().flat_map(|file| file.syntax.types.keys());
        types.map(|name| name.value.clone()).collect()
    }

    /// The names of the ways in which lists are split.
    pub(super) fn pagination(&self) -> Vec<String> {
        let styles = self
            .files
            .iter()
            .flat_map(|file| file.syntax.pagination.keys());
        styles.map(|name| name.value.clone()).collect()
    }

    /// The hosts.
    pub(super) fn hosts(&self) -> Vec<Host> {
        let hosts = self.files.iter().flat_map(|file| file.syntax.hosts.iter());
        let origin = |host: &syntax::Host| match host {
            syntax::Host::Url(url) => Origin::Url(url.value.clone()),
            syntax::Host::Table(table) => Origin::Table {
                by: table.by.value.clone(),
                urls: table
                    .urls
                    .iter()
                    .map(|(value, url)| (value.value.clone(), url.value.clone()))
                    .collect(),
            },
        };
        hosts
            .map(|(name, host)| Host {
                name: name.value.clone(),
                origin: origin(host),
                comments: Vec::new(),
            })
            .collect()
    }

    /// The headers that carry the credential, in small letters.
    pub(super) fn credential_headers(&self) -> impl Iterator<Item = String> {
        let auth = self
            .files
            .iter()
            .filter_map(|file| file.syntax.auth.as_ref());
        auth.flat_map(|auth| {
            let key = auth.credentials.api_key.as_ref().map(|key| &key.header);
            auth.header
                .iter()
                .chain(key)
                .map(|header| header.to_ascii_lowercase())
                .collect::<Vec<_>>()
        })
    }

    /// The requests of the methods.
    pub(super) fn requests(&self) -> Requests {
        let methods = self
            .resources()
            .flat_map(|(_, resource)| resource.methods.iter());
        let request = |method: &syntax::Method| Request {
            line: method.http.value.clone(),
            constants: constants(&method.query)
                .chain(constants(&method.headers))
                .collect(),
        };
        Requests(methods.map(|(_, method)| request(method)).collect())
    }

    /// Where methods of a resource can be added. None where the resource is not there.
    pub(super) fn spot(&self, resource: &str) -> Option<Spot<'_>> {
        self.files.iter().find_map(|file| {
            let mut resources = file.syntax.resources.iter();
            let (_, found) = resources.find(|(name, _)| name.value == resource)?;
            let first = found.methods.keys().next()?.span.start;
            let last = found.methods.keys().next_back()?.span.start;
            match brace_before(&file.text, first) {
                Some(at) => file.behind_brace(at, first),
                None => file.behind_lines(last),
            }
        })
    }
}

impl File {
    /// Behind the method whose name is at `last`.
    fn behind_lines(&self, last: usize) -> Option<Spot<'_>> {
        let line = line_start(&self.text, last);
        let indent = last - line;
        let mut end = line;
        for (number, text) in self.text.get(line..)?.split_inclusive('\n').enumerate() {
            let is_blank = text.trim().is_empty();
            let depth = text.len() - text.trim_start_matches(' ').len();
            if number > 0 && !is_blank && depth <= indent {
                break;
            }
            end += text.len();
        }
        Some(Spot {
            file: &self.name,
            at: self.text.get(..end)?.trim_end().len(),
            indent,
            style: Style::Lines,
        })
    }

    /// Behind the brace that ends at `at`, before the method whose name is at `first`.
    fn behind_brace(&self, at: usize, first: usize) -> Option<Spot<'_>> {
        let line = line_start(&self.text, first);
        let before = self.text.get(line..first)?;
        let own_indent = before.len() - before.trim_start_matches(' ').len();
        let indent = if own_indent == before.len() {
            own_indent
        } else {
            own_indent + 2
        };
        Some(Spot {
            file: &self.name,
            at,
            indent,
            style: Style::Braces,
        })
    }
}

/// The byte behind the `{` that a name at `name` follows, with nothing but comments between them.
fn brace_before(text: &str, name: usize) -> Option<usize> {
    let mut before = text.get(..name)?;
    loop {
        let line = before.get(line_start(before, before.len())..)?;
        let code = line.split(" #").next().unwrap_or_default().trim();
        let is_comment = code.is_empty() || code.starts_with('#');
        if !is_comment {
            let end = before.len() - line.len() + line.find(" #").unwrap_or(line.len());
            return code
                .ends_with('{')
                .then(|| before.get(..end).map_or(end, |code| code.trim_end().len()));
        }
        before = before
            .get(..before.len() - line.len())?
            .strip_suffix('\n')?;
    }
}

/// The start of the line in which a byte stands.
fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).and_then(|before| before.rfind('\n'));
    before.map_or(0, |end| end + 1)
}

impl Requests {
    /// Takes out the one of an operation, which always sends `constants`. False where there is none.
    ///
    /// Requests of one line are told apart by what they always send: a constant of the same name has
    /// the same value.
    pub(super) fn take(&mut self, line: &str, constants: &[(&str, &str)]) -> bool {
        let wanted = without_names(line);
        let found = self.0.iter().position(|request| {
            let differs = |(name, value): &(String, Json)| {
                constants
                    .iter()
                    .any(|(other, said)| name == other && value != said)
            };
            without_names(&request.line) == wanted && !request.constants.iter().any(differs)
        });
        found.map(|place| self.0.remove(place)).is_some()
    }

    /// Those that no operation has.
    pub(super) fn vanished(self) -> Vec<String> {
        let shown = |request: Request| {
            let constants = request.constants.iter();
            constants.fold(request.line, |line, (name, value)| {
                format!("{line} {name}={}", value.as_str().unwrap_or_default())
            })
        };
        self.0.into_iter().map(shown).collect()
    }
}

fn constants(values: &Entries<syntax::Value>) -> impl Iterator<Item = (String, Json)> {
    values.iter().filter_map(|(name, value)| match value {
        syntax::Value::Full(full) => {
            let constant = full.constant.as_ref()?;
            Some((name.value.clone(), constant.to_json()))
        }
        syntax::Value::Type(_) => None,
    })
}

/// A request line whose variables have no names, which may differ.
fn without_names(line: &str) -> String {
    let mut text = String::new();
    let mut depth = 0_usize;
    for c in line.chars() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                text.push_str("{}");
            }
            c if depth == 0 => text.push(c),
            _ => {}
        }
    }
    text
}
