//! The files of each folder, taken together as one definition.

use crate::diagnostics::Diagnostics;
use crate::load::Sources;
use crate::parse::ParsedFile;
use crate::span::{Entries, Sp, Span};
use crate::syntax::{self, File};

/// The declarations of one section, from all files of a folder.
pub type Section<'a, T> = Vec<(&'a Sp<String>, &'a T)>;

/// One folder's files taken together.
#[derive(Debug)]
pub struct Definition<'a> {
    /// The folder's name.
    pub slug: &'a str,
    /// The start of its first file, for what cannot be pointed at otherwise.
    pub span: Span,
    /// The section `integration`.
    pub integration: Option<&'a Sp<syntax::Integration>>,
    /// The section `auth`.
    pub auth: Option<&'a Sp<syntax::Auth>>,
    /// The section `identity`.
    pub identity: Option<&'a Sp<syntax::Identity>>,
    /// The section `errors`.
    pub errors: Option<&'a Sp<syntax::Errors>>,
    /// The section `rate_limit`.
    pub rate_limit: Option<&'a Sp<syntax::RateLimit>>,
    /// The section `sandbox`.
    pub sandbox: Option<&'a Sp<syntax::Sandbox>>,
    /// The section `removed`.
    pub removed: Option<&'a Sp<syntax::Removal>>,
    /// The section `hosts`.
    pub hosts: Section<'a, syntax::Host>,
    /// The section `connection`.
    pub connection: Section<'a, syntax::ConnectionField>,
    /// The section `pagination`.
    pub pagination: Section<'a, syntax::Pagination>,
    /// The section `identifiers`.
    pub identifiers: Section<'a, syntax::Identifier>,
    /// The section `tags`.
    pub tags: Section<'a, Sp<String>>,
    /// The section `types`.
    pub types: Section<'a, syntax::ObjectType>,
    /// The section `resources`.
    pub resources: Section<'a, syntax::Resource>,
}

/// Takes the files of each folder together, in the order of the folders.
#[must_use]
pub fn gather<'a>(
    sources: &'a Sources,
    parsed: &'a [ParsedFile],
    diagnostics: &mut Diagnostics,
) -> Vec<Definition<'a>> {
    let folder = |file: &ParsedFile| sources.folder(file.file);
    parsed
        .chunk_by(|a, b| folder(a) == folder(b))
        .filter_map(|files| {
            let first = files.first()?;
            Some(definition(
                folder(first),
                Span::start_of(first.file),
                files,
                diagnostics,
            ))
        })
        .collect()
}

fn definition<'a>(
    slug: &'a str,
    span: Span,
    files: &'a [ParsedFile],
    diagnostics: &mut Diagnostics,
) -> Definition<'a> {
    if !crate::names::is_slug(slug) {
        diagnostics.malformed_slug(span, slug);
    } else if crate::names::is_reserved(slug) {
        diagnostics.reserved_name(span, slug);
    }
    let definition = Definition {
        slug,
        span,
        integration: single(
            files,
            "integration",
            |file| file.integration.as_ref(),
            diagnostics,
        ),
        auth: single(files, "auth", |file| file.auth.as_ref(), diagnostics),
        identity: single(
            files,
            "identity",
            |file| file.identity.as_ref(),
            diagnostics,
        ),
        errors: single(files, "errors", |file| file.errors.as_ref(), diagnostics),
        rate_limit: single(
            files,
            "rate_limit",
            |file| file.rate_limit.as_ref(),
            diagnostics,
        ),
        sandbox: single(files, "sandbox", |file| file.sandbox.as_ref(), diagnostics),
        removed: single(files, "removed", |file| file.removed.as_ref(), diagnostics),
        hosts: section(files, "host", |file| &file.hosts, diagnostics),
        connection: section(
            files,
            "connection field",
            |file| &file.connection,
            diagnostics,
        ),
        pagination: section(files, "pagination", |file| &file.pagination, diagnostics),
        identifiers: section(files, "identifier", |file| &file.identifiers, diagnostics),
        tags: section(files, "tag", |file| &file.tags, diagnostics),
        types: section(files, "type", |file| &file.types, diagnostics),
        resources: section(files, "resource", |file| &file.resources, diagnostics),
    };
    if definition.removed.is_some() {
        for (span, name) in definition.sections() {
            diagnostics.section_of_removed(span, name, slug);
        }
        return definition;
    }
    if definition.integration.is_none() {
        diagnostics.missing_section(span, slug, "integration");
    }
    if definition.auth.is_none() {
        diagnostics.missing_section(span, slug, "auth");
    }
    definition
}

impl Definition<'_> {
    /// Where the sections of an integration stand, and their names.
    fn sections(&self) -> impl Iterator<Item = (Span, &'static str)> {
        fn whole<T>(section: Option<&Sp<T>>) -> Option<Span> {
            section.map(|section| section.span)
        }
        fn first<T>(section: &Section<'_, T>) -> Option<Span> {
            section.first().map(|(name, _)| name.span)
        }
        let sections = [
            ("integration", whole(self.integration)),
            ("auth", whole(self.auth)),
            ("identity", whole(self.identity)),
            ("errors", whole(self.errors)),
            ("rate_limit", whole(self.rate_limit)),
            ("sandbox", whole(self.sandbox)),
            ("hosts", first(&self.hosts)),
            ("connection", first(&self.connection)),
            ("pagination", first(&self.pagination)),
            ("identifiers", first(&self.identifiers)),
            ("tags", first(&self.tags)),
            ("types", first(&self.types)),
            ("resources", first(&self.resources)),
        ];
        sections
            .into_iter()
            .filter_map(|(name, span)| Some((span?, name)))
    }
}

/// A section that only one file may have.
fn single<'a, T>(
    files: &'a [ParsedFile],
    name: &str,
    pick: impl Fn(&'a File) -> Option<&'a Sp<T>>,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Sp<T>> {
    let mut found = files.iter().filter_map(|file| pick(&file.syntax));
    let first = found.next()?;
    for again in found {
        diagnostics.declared_twice(again.span, first.span, "section", name);
    }
    Some(first)
}

/// A section whose entries may stand in any file, each name once.
fn section<'a, T>(
    files: &'a [ParsedFile],
    what: &str,
    pick: impl Fn(&'a File) -> &'a Entries<T>,
    diagnostics: &mut Diagnostics,
) -> Section<'a, T> {
    let mut entries: Section<'a, T> = Vec::new();
    for (name, value) in files.iter().flat_map(|file| pick(&file.syntax).iter()) {
        if !crate::names::is_slug(name) {
            diagnostics.malformed_name(name.span, what, name);
        }
        match entries
            .iter()
            .find(|(earlier, _)| earlier.value == name.value)
        {
            Some((earlier, _)) => {
                diagnostics.declared_twice(name.span, earlier.span, what, name);
            }
            None => entries.push((name, value)),
        }
    }
    entries
}
