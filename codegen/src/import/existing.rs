//! What there is of an integration before an import. It stays as it is, to the byte: methods are added
//! behind those of their resource, everything else in a file of its own.

use std::collections::BTreeSet;

use super::definition::{Host, Origin};
use crate::diagnostics::Diagnostics;
use crate::load::Sources;
use crate::parse::parse;
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

/// The request lines of methods that are there, as far as no operation was found for them.
#[derive(Debug)]
pub(super) struct Lines(Vec<String>);

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

    /// The request lines of the methods.
    pub(super) fn lines(&self) -> Lines {
        let methods = self
            .resources()
            .flat_map(|(_, resource)| resource.methods.iter());
        Lines(
            methods
                .map(|(_, method)| method.http.value.clone())
                .collect(),
        )
    }

    /// Where a method of a resource that is there can be added: the file, the byte, and the column at which
    /// names of methods start. None where the resource is not there or not written line by line.
    pub(super) fn place_behind(&self, resource: &str) -> Option<(&str, usize, usize)> {
        self.files.iter().find_map(|file| {
            let (_, found) = file
                .syntax
                .resources
                .iter()
                .find(|(name, _)| name.value == resource)?;
            let last = found.methods.keys().next_back()?.span.start;
            let line = file.text.get(..last)?.rfind('\n').map_or(0, |end| end + 1);
            let indent = last - line;
            if !file.text.get(line..last)?.bytes().all(|byte| byte == b' ') {
                return None;
            }
            let mut end = line;
            for (number, text) in file.text.get(line..)?.split_inclusive('\n').enumerate() {
                let is_blank = text.trim().is_empty();
                let depth = text.len() - text.trim_start_matches(' ').len();
                if number > 0 && !is_blank && depth <= indent {
                    break;
                }
                end += text.len();
            }
            let end = file.text.get(..end)?.trim_end().len();
            Some((file.name.as_str(), end, indent))
        })
    }

    /// Whether a resource is there.
    pub(super) fn has_resource(&self, resource: &str) -> bool {
        self.resources().any(|(name, _)| name == resource)
    }
}

impl Lines {
    /// Takes out the line of an operation. False where there is none.
    pub(super) fn take(&mut self, verb: &str, prefix: &str, path: &str) -> bool {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let wanted = without_names(&format!("{verb} {prefix}{path}"));
        let found = self.0.iter().position(|line| without_names(line) == wanted);
        found.map(|place| self.0.remove(place)).is_some()
    }

    /// The lines that no operation has.
    pub(super) fn vanished(&self) -> Vec<String> {
        self.0.clone()
    }
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
