//! What is wrong with definitions: the messages as data, collected until all are known.
//!
//! Each message has one constructor, a method of [`Diagnostics`] in the file of its group, so that a
//! check is one line where it finds something and every text stands with its like.
//!
//! A new message takes a constructor in `codegen/src/diagnostics/{group}.rs` and a fixture that shows
//! it, a folder `codegen/tests/diagnostics/{code}-{what}` (`BLESS=1 cargo test -p toolwright-codegen`
//! writes its `expected.txt`). If its code is new too, that takes three more steps: a line in the
//! table `codes!` of `codegen/src/explain.rs`, the explanation `codegen/src/explain/{code}.md`, and a
//! cell of the table under "What is checked" in `definitions/README.md`.

mod accounts;
mod answers;
mod familiar;
mod nearest;
mod reading;
mod references;
mod requests;
mod sandbox;
mod tools;

pub(crate) use nearest::{nearest, nearest_few};
pub(crate) use reading::{KnownKey, keys_here};

use std::collections::BTreeSet;

use crate::span::{FileId, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Something is left out of what is generated, or looks like a mistake.
    Warning,
}

/// A place with a remark.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The remark; may be empty.
    pub text: String,
}

/// One thing that is wrong. All texts are one line each, without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where it is wrong.
    pub primary: Label,
    /// The code under which [`crate::explain::explain`] says more.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Other places that have to do with it.
    pub secondary: Vec<Label>,
    /// How to mend it.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// Adds a remark to the place.
    pub(crate) fn label(&mut self, text: impl Into<String>) -> &mut Self {
        self.primary.text = tidy(text.into());
        self
    }

    /// Adds another place that has to do with it.
    pub(crate) fn also(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        self.secondary.push(Label {
            span,
            text: tidy(text.into()),
        });
        self
    }

    /// Adds a way to mend it.
    pub(crate) fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help.push(tidy(text.into()));
        self
    }
}

/// Everything found wrong so far.
#[derive(Debug, Default)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// All of them by file, position and code, without repetitions.
    #[must_use]
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        self.found
            .iter()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }

    /// How many different ones there are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.sorted()
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    }

    /// Whether there is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.found
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there is an error whose place is in a file.
    #[must_use]
    pub fn has_errors_in(&self, file: FileId) -> bool {
        self.found.iter().any(|diagnostic| {
            diagnostic.severity == Severity::Error && diagnostic.primary.span.file == file
        })
    }

    fn error(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.report(Severity::Error, code, span, message.into())
    }

    fn report(
        &mut self,
        severity: Severity,
        code: &'static str,
        span: Span,
        message: String,
    ) -> &mut Diagnostic {
        self.found.push_mut(Diagnostic {
            primary: Label {
                span,
                text: String::new(),
            },
            code,
            severity,
            message: tidy(message),
            secondary: Vec::new(),
            help: Vec::new(),
        })
    }
}

/// The most characters of a text. Names out of a definition can be of any length.
const LONGEST_TEXT: usize = 600;

/// One line that can be shown anywhere: texts hold names out of definitions, which can hold anything.
pub(crate) fn tidy(text: String) -> String {
    let plain = |c: char| c != '\n' && !hidden(c);
    if text.len() <= LONGEST_TEXT && text.chars().all(plain) {
        return text;
    }
    let mut tidied = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST_TEXT {
            tidied.push('…');
            break;
        }
        match c {
            '\n' => tidied.push(' '),
            c if hidden(c) => tidied.extend(c.escape_unicode()),
            c => tidied.push(c),
        }
    }
    tidied
}

/// Whether a character steers the output instead of being seen: controls, and the marks that change
/// the direction of text (Unicode Standard Annex 9).
pub(crate) fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Names as a sentence part: `` `a`, `b` and `c` ``.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let quoted: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((end, rest)) if !rest.is_empty() => format!("{} {last} {end}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagnostics_come_sorted_and_once() {
        let at = |file, start| Span::new(FileId(file), start, start);
        let mut diagnostics = Diagnostics::default();
        diagnostics.error("D002", at(1, 0), "c");
        diagnostics.error("D002", at(0, 9), "b").help("do this");
        diagnostics.report(Severity::Warning, "D001", at(0, 3), "a".into());
        diagnostics.error("D002", at(1, 0), "c");
        let messages: Vec<_> = diagnostics
            .sorted()
            .iter()
            .map(|d| d.message.as_str())
            .collect();
        assert_eq!(messages, ["a", "b", "c"]);
        assert_eq!(diagnostics.count(Severity::Error), 2);
        assert_eq!(diagnostics.count(Severity::Warning), 1);
        assert!(diagnostics.has_errors_in(FileId(0)));
        assert!(!diagnostics.has_errors_in(FileId(2)));
    }

    #[test]
    fn texts_cannot_steer_a_terminal_or_break_a_line() {
        assert_eq!(tidy("a\nb".into()), "a b");
        assert_eq!(
            tidy("\u{1b}[31m\r\u{202e}".into()),
            "\\u{1b}[31m\\u{d}\\u{202e}"
        );
        assert_eq!(tidy("é\u{1f600}".into()), "é\u{1f600}");
        assert_eq!(tidy("x".repeat(10_000)).chars().count(), LONGEST_TEXT + 1);
    }

    #[test]
    fn names_are_listed_as_in_a_sentence() {
        assert_eq!(listed([], "or"), "");
        assert_eq!(listed(["a"], "or"), "`a`");
        assert_eq!(listed(["a", "b", "c"], "or"), "`a`, `b` or `c`");
    }
}
