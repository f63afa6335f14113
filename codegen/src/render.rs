//! Diagnostics for people, for cargo and for machines. Each function renders one.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use serde_json::json;

use crate::diagnostics::{Diagnostic, Label, Severity, tidy};
use crate::load::{SourceFile, Sources};
use crate::span::Span;

/// For a terminal that shows colours: as rustc does it.
#[must_use]
pub fn styled(diagnostic: &Diagnostic, sources: &Sources) -> String {
    titled(diagnostic, sources, &Renderer::styled())
}

/// For a terminal or a file: as rustc does it.
#[must_use]
pub fn plain(diagnostic: &Diagnostic, sources: &Sources) -> String {
    titled(diagnostic, sources, &Renderer::plain())
}

/// For a build script, which prints each line with `cargo::error=` or `cargo::warning=` before it. The
/// first line has the form by which editors and CI find a place:
/// `definitions/zesty/users.yaml:7:26: [D014] there is no key ...`.
#[must_use]
pub fn cargo(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let Diagnostic { code, message, .. } = diagnostic;
    let at = Place::of(diagnostic.primary.span, sources);
    let group = Group::with_level(level(diagnostic));
    let body = Renderer::plain().render(&[with_body(group, diagnostic, sources, false)]);
    format!("{at}: [{code}] {message}\n{body}")
}

/// For programs: a JSON object on one line. Lines and columns count from 1, columns in characters; an
/// end is the place after the last character.
#[must_use]
pub fn json(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let at = Place::of(diagnostic.primary.span, sources);
    let labels = diagnostic.secondary.iter().map(|label| {
        let at = Place::of(label.span, sources);
        json!({
            "file": at.file,
            "line": at.line,
            "column": at.column,
            "end": { "line": at.end.0, "column": at.end.1 },
            "text": label.text,
        })
    });
    json!({
        "code": diagnostic.code,
        "severity": name(diagnostic.severity),
        "message": diagnostic.message,
        "file": at.file,
        "line": at.line,
        "column": at.column,
        "end": { "line": at.end.0, "column": at.end.1 },
        "text": diagnostic.primary.text,
        "labels": labels.collect::<Vec<_>>(),
        "help": diagnostic.help,
    })
    .to_string()
}

/// For GitHub Actions: a workflow command that marks the place in a pull request.
#[must_use]
pub fn github(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let labels = diagnostic.secondary.iter();
    let remarks = labels
        .filter(|label| !label.text.is_empty())
        .map(|label| format!("{}: {}", Place::of(label.span, sources), label.text));
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    let mut text = diagnostic.message.clone();
    for remark in remarks.chain(help) {
        text.push('\n');
        text.push_str(&remark);
    }
    let at = Place::of(diagnostic.primary.span, sources);
    workflow_command(name(diagnostic.severity), Some(&at), diagnostic.code, &text)
}

/// A workflow command of GitHub Actions: `::error file=a.yaml,line=1,…,title=D014::text`.
pub(crate) fn workflow_command(
    command: &str,
    place: Option<&Place>,
    title: &str,
    text: &str,
) -> String {
    // A command's data and properties are escaped alike, but for the two marks that end a property.
    let data = |text: &str| {
        text.replace('%', "%25")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let at = place.map(|at| {
        format!(
            "file={},line={},col={},endLine={},endColumn={},",
            property(&at.file),
            at.line,
            at.column,
            at.end.0,
            at.end.1,
        )
    });
    format!(
        "::{command} {}title={}::{}",
        at.unwrap_or_default(),
        property(title),
        data(text),
    )
}

/// The last line of a run: `2 errors, 1 warning in 9 files`.
#[must_use]
pub fn summary(errors: usize, warnings: usize, files: usize) -> String {
    let count = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let found = match (errors, warnings) {
        (0, 0) => "no problems".to_owned(),
        (0, warnings) => count(warnings, "warning"),
        (errors, 0) => count(errors, "error"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    };
    format!("{found} in {}", count(files, "file"))
}

/// Where a span is, for people: lines and columns from 1, columns in characters.
pub(crate) struct Place {
    /// The file, as it is shown.
    pub(crate) file: String,
    /// The line of the start.
    pub(crate) line: usize,
    /// The column of the start.
    pub(crate) column: usize,
    end: (usize, usize),
}

impl Place {
    pub(crate) fn of(span: Span, sources: &Sources) -> Self {
        match sources.file(span.file) {
            Some(file) => {
                let (line, column) = file.position(span.start);
                let end = file.position(span.end.max(span.start));
                Self {
                    file: tidy(file.path.clone()),
                    line,
                    column,
                    end,
                }
            }
            None => Self {
                file: "?".to_owned(),
                line: 1,
                column: 1,
                end: (1, 1),
            },
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn level(diagnostic: &Diagnostic) -> Level<'static> {
    match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    }
}

fn titled(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let title = level(diagnostic)
        .primary_title(&diagnostic.message)
        .id(diagnostic.code);
    renderer.render(&[with_body(
        Group::with_title(title),
        diagnostic,
        sources,
        true,
    )])
}

/// The lines of the files with their labels, those of the diagnostic's own file first, then the help.
fn with_body<'a>(
    mut group: Group<'a>,
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
    with_path: bool,
) -> Group<'a> {
    let Diagnostic {
        primary,
        secondary,
        help,
        ..
    } = diagnostic;
    let mut labels = vec![(AnnotationKind::Primary, primary)];
    labels.extend(
        secondary
            .iter()
            .map(|label| (AnnotationKind::Context, label)),
    );
    labels.sort_by_key(|(_, label)| (label.span.file != primary.span.file, label.span.file));
    for labels in labels.chunk_by(|(_, a), (_, b)| a.span.file == b.span.file) {
        let Some((_, first)) = labels.first() else {
            continue;
        };
        let Some(file) = sources.file(first.span.file) else {
            continue;
        };
        let with_path = with_path || first.span.file != primary.span.file;
        group = group.element(snippet(file, labels, with_path));
    }
    group.elements(help.iter().map(|help| Level::HELP.message(help)))
}

/// The lines of one file from the first label to the last. A label ends with its first line.
fn snippet<'a>(
    file: &'a SourceFile,
    labels: &[(AnnotationKind, &'a Label)],
    with_path: bool,
) -> Snippet<'a, Annotation<'a>> {
    let text = file.text.as_str();
    let line = |byte: usize| line_around(text, byte);
    let lines: Vec<_> = labels
        .iter()
        .map(|(_, label)| line(label.span.start))
        .collect();
    let start = lines
        .iter()
        .map(|line| line.start)
        .min()
        .unwrap_or_default();
    let end = lines.iter().map(|line| line.end).max().unwrap_or_default();
    let annotations = labels.iter().zip(&lines).map(|((kind, label), line)| {
        let from = text
            .floor_char_boundary(label.span.start)
            .clamp(line.start, line.end);
        let to = text
            .ceil_char_boundary(label.span.end)
            .clamp(from, line.end);
        let label_text = Some(label.text.as_str()).filter(|text| !text.is_empty());
        kind.span(from - start..to - start).label(label_text)
    });
    Snippet::source(text.get(start..end).unwrap_or_default())
        .line_start(file.position(start).0)
        .path(with_path.then_some(file.path.as_str()))
        .annotations(annotations)
}

/// The line that holds a byte, without its line break and without a byte order mark.
fn line_around(text: &str, byte: usize) -> Range<usize> {
    let byte = text.floor_char_boundary(byte);
    let (before, after) = text.split_at_checked(byte).unwrap_or((text, ""));
    let byte_order_mark = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let start = before
        .rfind('\n')
        .map_or(byte_order_mark, |newline| newline + 1);
    let rest = after.split('\n').next().unwrap_or_default();
    start..(byte + rest.trim_end_matches('\r').len()).max(start)
}

#[cfg(test)]
mod tests;
