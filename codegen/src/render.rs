//! Diagnostics for people, for cargo and for machines. Each function renders one.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use serde_json::json;

use crate::diagnostics::{Diagnostic, Label, Severity};
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
    let Place {
        file, line, column, ..
    } = Place::of(diagnostic.primary.span, sources);
    let Diagnostic { code, message, .. } = diagnostic;
    let group = Group::with_level(level(diagnostic));
    let body = Renderer::plain().render(&[with_body(group, diagnostic, sources, false)]);
    format!("{file}:{line}:{column}: [{code}] {message}\n{body}")
}

/// For programs: a JSON object on one line. Lines and columns count from 1, columns in characters; an
/// end is the place after the last character.
#[must_use]
pub fn json(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let Diagnostic {
        code,
        severity,
        message,
        primary,
        secondary,
        help,
    } = diagnostic;
    let Place {
        file,
        line,
        column,
        end,
    } = Place::of(primary.span, sources);
    let labels: Vec<_> = secondary
        .iter()
        .map(|Label { span, text }| {
            let Place {
                file,
                line,
                column,
                end,
            } = Place::of(*span, sources);
            let end = json!({ "line": end.0, "column": end.1 });
            json!({ "file": file, "line": line, "column": column, "end": end, "text": text })
        })
        .collect();
    json!({
        "code": code,
        "severity": name(*severity),
        "message": message,
        "file": file,
        "line": line,
        "column": column,
        "end": { "line": end.0, "column": end.1 },
        "text": primary.text,
        "labels": labels,
        "help": help,
    })
    .to_string()
}

/// For GitHub Actions: a workflow command that marks the place in a pull request.
#[must_use]
pub fn github(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let Diagnostic {
        code,
        severity,
        message,
        primary,
        secondary,
        help,
    } = diagnostic;
    let Place {
        file,
        line,
        column,
        end,
    } = Place::of(primary.span, sources);
    let mut text = message.clone();
    let labels = secondary
        .iter()
        .filter(|label| !label.text.is_empty())
        .map(|label| {
            let Place {
                file, line, column, ..
            } = Place::of(label.span, sources);
            format!("{file}:{line}:{column}: {}", label.text)
        });
    for remark in labels.chain(help.iter().map(|help| format!("help: {help}"))) {
        text.push('\n');
        text.push_str(&remark);
    }
    // A command's data and properties are escaped alike, but for the two marks that end a property.
    let data = |text: &str| {
        text.replace('%', "%25")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    format!(
        "::{} file={},line={line},col={column},endLine={},endColumn={},title={code}::{}",
        name(*severity),
        property(&file),
        end.0,
        end.1,
        data(&text),
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
struct Place {
    file: String,
    line: usize,
    column: usize,
    end: (usize, usize),
}

impl Place {
    fn of(span: Span, sources: &Sources) -> Self {
        match sources.file(span.file) {
            Some(file) => {
                let (line, column) = file.position(span.start);
                let end = file.position(span.end.max(span.start));
                Self {
                    file: file.path.clone(),
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
mod tests {
    use super::*;
    use crate::diagnostics::Diagnostics;
    use crate::parse::parse;
    use crate::span::FileId;

    fn report(text: &str) -> (Sources, Vec<Diagnostic>) {
        let sources = Sources::from_texts([("definitions/acme/a.yaml", text)]);
        let mut diagnostics = Diagnostics::default();
        parse(&sources, &mut diagnostics);
        let found = diagnostics.sorted().into_iter().cloned().collect();
        (sources, found)
    }

    fn plain_of(text: &str) -> String {
        let (sources, found) = report(text);
        found
            .iter()
            .map(|found| plain(found, &sources) + "\n")
            .collect()
    }

    #[test]
    fn a_diagnostic_looks_like_those_of_rustc() {
        let text = "version: 1\ntags:\n  people: Users.\n  more: Others.\n  people: Again.\n";
        let expected = "\
error[D012]: the key `people` is given twice
 --> definitions/acme/a.yaml:5:3
  |
3 |   people: Users.
  |   ------ the first time
4 |   more: Others.
5 |   people: Again.
  |   ^^^^^^ the second time
  |
  = help: keep one of them
";
        assert_eq!(plain_of(text), expected);
        let (sources, found) = report(text);
        let styled = styled(&found[0], &sources);
        assert!(styled.starts_with("\u{1b}[") && styled.contains("D012"));
    }

    #[test]
    fn the_form_for_cargo_starts_with_the_place() {
        let (sources, found) = report("version: 1\ntypes: []\n");
        let expected = "\
definitions/acme/a.yaml:2:8: [D016] expected a mapping, found a list
  |
2 | types: []
  |        ^^ this is a list
  |
  = help: `types`: Objects of the vendor's answers, by name.";
        assert_eq!(cargo(&found[0], &sources), expected);
    }

    #[test]
    fn the_form_for_programs_is_one_object() {
        let (sources, found) = report("version: 1\ntags:\n  \u{e9}: x\n  \u{e9}: |\n    x\n");
        let expected =
            r#"{"code":"D012","severity":"error","message":"the key `é` is given twice","#
                .to_owned()
                + r#""file":"definitions/acme/a.yaml","line":4,"column":3,"end":{"line":4,"column":4},"#
                + r#""text":"the second time","labels":[{"file":"definitions/acme/a.yaml","line":3,"#
                + r#""column":3,"end":{"line":3,"column":4},"text":"the first time"}],"#
                + r#""help":["keep one of them"]}"#;
        assert_eq!(json(&found[0], &sources), expected);
    }

    #[test]
    fn the_form_for_github_is_one_escaped_command() {
        let span = Span::new(FileId(0), 0, 1);
        let mut diagnostic = Diagnostic {
            primary: Label {
                span,
                text: String::new(),
            },
            code: "D001",
            severity: Severity::Warning,
            message: "100% wrong: a, b".to_owned(),
            secondary: vec![Label {
                span,
                text: "here".to_owned(),
            }],
            help: vec!["mend it".to_owned()],
        };
        let sources = Sources::from_texts([("d/a,b:c%.yaml", "version: 1\n")]);
        let expected = "::warning file=d/a%2Cb%3Ac%25.yaml,line=1,col=1,endLine=1,endColumn=2,title=D001\
            ::100%25 wrong: a, b%0Ad/a,b:c%25.yaml:1:1: here%0Ahelp: mend it";
        assert_eq!(github(&diagnostic, &sources), expected);
        diagnostic.severity = Severity::Error;
        assert!(github(&diagnostic, &sources).starts_with("::error "));
    }

    #[test]
    fn columns_hold_for_wide_letters_tabs_and_carriage_returns() {
        let expected = "\
error[D014]: there is no key `naïve 日本` here
 --> definitions/acme/a.yaml:2:1
  |
2 | naïve 日本: \u{1f600}
  | ^^^^^^^^^^ an unknown key
";
        let text = "\u{feff}version: 1\r\nnaïve 日本: \u{1f600}\r\n";
        assert_eq!(plain_of(text), expected);

        let expected = "\
error[D016]: expected a string, found an integer
 --> definitions/acme/a.yaml:2:12
  |
2 | tags: { é:    1 }
  |               ^ this is an integer
  |
  = help: write it in quotes: `\"1\"`
";
        assert_eq!(plain_of("version: 1\ntags: { \u{e9}:\t1 }\n"), expected);
    }

    #[test]
    fn files_without_content_can_be_pointed_at() {
        let expected = "\
error[D010]: the file has nothing in it
 --> definitions/acme/a.yaml:1:1
  |
1 | # comment
  | ^
  |
  = help: start it with `version: 1`, or delete it
";
        assert_eq!(plain_of("# comment\n"), expected);
        assert_eq!(plain_of(""), expected.replace(" # comment", ""));
        let unclosed = plain_of("version: 1\ntags: \"\n");
        assert!(
            unclosed.contains(" --> definitions/acme/a.yaml:3:1\n"),
            "{unclosed}"
        );
    }

    #[test]
    fn a_label_of_several_lines_is_cut_to_its_first() {
        let shown = plain_of("version: 1\ntypes:\n  - a\n  - b\n");
        assert!(
            shown.contains("3 |   - a\n  |   ^^^ this is a list\n"),
            "{shown}"
        );
    }

    #[test]
    fn labels_in_two_files_are_shown_with_their_paths() {
        let sources = Sources::from_texts([
            ("d/acme/a.yaml", "first\n"),
            ("d/acme/b.yaml", "x: second\n"),
        ]);
        let label = |file, start, text: &str| Label {
            span: Span::new(FileId(file), start, start + 5),
            text: text.to_owned(),
        };
        let diagnostic = Diagnostic {
            primary: label(1, 3, "again"),
            code: "D022",
            severity: Severity::Error,
            message: "declared twice".to_owned(),
            secondary: vec![label(0, 0, "here first")],
            help: Vec::new(),
        };
        let expected = "\
error[D022]: declared twice
 --> d/acme/b.yaml:1:4
  |
1 | x: second
  |    ^^^^^ again
  |
 ::: d/acme/a.yaml:1:1
  |
1 | first
  | ----- here first";
        assert_eq!(plain(&diagnostic, &sources), expected);
    }

    #[test]
    fn spans_that_do_not_fit_the_file_do_no_harm() {
        let sources = Sources::from_texts([("d/acme/a.yaml", "\u{e9}\n\r\n\u{feff}\t")]);
        for (file, start, end) in [
            (0, 1, 1),
            (0, 0, 99),
            (0, 99, 100),
            (0, 5, 2),
            (0, 3, 3),
            (7, 0, 1),
        ] {
            let diagnostic = Diagnostic {
                primary: Label {
                    span: Span::new(FileId(file), start, end),
                    text: "x".to_owned(),
                },
                code: "D001",
                severity: Severity::Error,
                message: "wrong".to_owned(),
                secondary: Vec::new(),
                help: Vec::new(),
            };
            for render in [plain, styled, cargo, json, github] {
                assert!(render(&diagnostic, &sources).contains("D001"));
            }
        }
    }

    #[test]
    fn summaries_count_in_words() {
        assert_eq!(summary(2, 1, 9), "2 errors, 1 warning in 9 files");
        assert_eq!(summary(1, 0, 1), "1 error in 1 file");
        assert_eq!(summary(0, 2, 3), "2 warnings in 3 files");
        assert_eq!(summary(0, 0, 19), "no problems in 19 files");
    }
}
