//! Text to tree. YAML is taken as JSON with a kinder notation: what it has beyond that (anchors,
//! merge keys, tags, several documents) is refused, each at its place.
//!
//! The tree is made from the event stream of `serde_yaml`'s parser, because its deserializer stops at
//! the first problem and does not show where a mapping ends or that a key has no value.

pub(super) mod scalar;

use serde_yaml::granit_parser::{
    self as parser, ErrorKind, Event, Parser, ScalarStyle, ScanError, Span as EventSpan,
};

use crate::diagnostics::Diagnostics;
use crate::span::{FileId, Kind, Node, Sp, Span};

/// The most block collections within each other, and the most flow collections. Everything that
/// walks a tree may recurse.
const DEEPEST: usize = 32;

/// Makes the tree of a file. Reports everything that is wrong with its notation, up to the first
/// syntax error. None where the tree would not be what its author meant.
pub(super) fn read(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Option<Node> {
    let options = parser::options! {
        disallow_directives: true,
        emit_anchor_events: true,
        emit_comments: false,
        emit_unresolved_aliases: true,
        block_nesting_limit: DEEPEST,
        flow_nesting_limit: DEEPEST,
    };
    let mut builder = Builder {
        file,
        text,
        diagnostics,
        open: Vec::new(),
        root: None,
        sound: true,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((Event::DocumentStart(..), place)) if builder.root.is_some() => {
                builder.diagnostics.second_document(builder.span(&place));
                break;
            }
            Ok((event, place)) => builder.event(event, &place),
            Err(error) => {
                builder.syntax_error(&error);
                return None;
            }
        }
    }
    let (root, sound) = (builder.root, builder.sound);
    match root {
        None
        | Some(Node {
            kind: Kind::Null, ..
        }) if sound => {
            diagnostics.empty_file(file);
            None
        }
        root => root.filter(|_| sound),
    }
}

/// The tree so far.
struct Builder<'a> {
    file: FileId,
    text: &'a str,
    diagnostics: &'a mut Diagnostics,
    /// The collections that have not ended, outermost first.
    open: Vec<Open>,
    root: Option<Node>,
    /// Whether the tree is what its author meant.
    sound: bool,
}

/// A collection that has not ended.
enum Open {
    List {
        start: usize,
        items: Vec<Node>,
    },
    Map {
        start: usize,
        entries: Vec<(Sp<String>, Node)>,
        next: Next,
    },
}

/// What comes next in a mapping.
enum Next {
    Key,
    /// The value of this key; of none where the key was refused.
    Value(Option<Sp<String>>),
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, place: &EventSpan) {
        let span = self.span(place);
        if let Some(tag) = place.tag_span() {
            self.diagnostics.tag(self.span(&tag));
        }
        match event {
            Event::Scalar(text, style, ..) => self.scalar(&text, style, span),
            Event::SequenceStart(..) => {
                self.open.push(Open::List {
                    start: span.start,
                    items: Vec::new(),
                });
            }
            Event::MappingStart(..) => {
                let (start, entries, next) = (span.start, Vec::new(), Next::Key);
                self.open.push(Open::Map {
                    start,
                    entries,
                    next,
                });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Anchor(..) => self.diagnostics.anchor(span),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.diagnostics.alias(span);
                self.sound = false;
                match self.awaited_key() {
                    Some(next) => *next = Next::Value(None),
                    None => self.place(Node {
                        span,
                        kind: Kind::Null,
                    }),
                }
            }
            _ => {}
        }
    }

    /// What comes next, where that is the key of a mapping.
    fn awaited_key(&mut self) -> Option<&mut Next> {
        match self.open.last_mut() {
            Some(Open::Map {
                next: next @ Next::Key,
                ..
            }) => Some(next),
            _ => None,
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, mut span: Span) {
        let plain = style == ScalarStyle::Plain;
        if let Some(next) = self.awaited_key() {
            *next = Next::Value(Some(Sp::new(text.to_owned(), span)));
            if plain && text == "<<" {
                self.diagnostics.merge_key(span);
                self.sound = false;
            } else if plain && span.start == span.end {
                self.diagnostics
                    .key_is_not_text(span, Kind::Null.describe());
                self.sound = false;
            }
            return;
        }
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            // The parser counts the line breaks after a block scalar as part of it.
            let written = self.text.get(span.start..span.end).unwrap_or_default();
            span.end = span.start + written.trim_end().len();
        }
        let kind = if plain {
            self.plain(text, span)
        } else {
            Kind::String(text.to_owned())
        };
        self.place(Node { span, kind });
    }

    fn plain(&mut self, text: &str, span: Span) -> Kind {
        scalar::resolve(text).unwrap_or_else(|plain| {
            self.diagnostics.ambiguous_number(span, text, plain);
            self.sound = false;
            Kind::Null
        })
    }

    /// Puts a value where it belongs.
    fn place(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, next, .. }) => match std::mem::replace(next, Next::Key) {
                Next::Value(Some(key)) => entries.push((key, node)),
                Next::Value(None) => {}
                Next::Key => {
                    self.diagnostics
                        .key_is_not_text(node.span, node.kind.describe());
                    self.sound = false;
                    *next = Next::Value(None);
                }
            },
        }
    }

    /// Ends a collection. `end` is its closing bracket, or empty where it has none.
    fn close(&mut self, end: Span) {
        let (start, last, kind) = match self.open.pop() {
            Some(Open::List { start, items }) => (
                start,
                items.last().map(|item| item.span.end),
                Kind::List(items),
            ),
            Some(Open::Map { start, entries, .. }) => {
                self.report_duplicates(&entries);
                let last = entries
                    .last()
                    .map(|(key, value)| key.span.end.max(value.span.end));
                (start, last, Kind::Map(entries))
            }
            None => return,
        };
        let end = if end.start < end.end {
            end.end
        } else {
            last.unwrap_or(start).max(start)
        };
        self.place(Node {
            span: Span::new(self.file, start, end),
            kind,
        });
    }

    fn report_duplicates(&mut self, entries: &[(Sp<String>, Node)]) {
        let mut entries: Vec<_> = entries.iter().collect();
        // Stable, so the first of several equal keys is the one that stands first.
        entries.sort_by_key(|(key, _)| key);
        for same in entries.chunk_by(|(a, _), (b, _)| a == b) {
            let Some(((first, value), again)) = same.split_first() else {
                continue;
            };
            let is_map = |value: &Node| matches!(value.kind, Kind::Map(_));
            for (key, other) in again {
                let are_maps = is_map(value) && is_map(other);
                self.diagnostics.duplicate_key(key, first.span, are_maps);
            }
        }
    }

    fn syntax_error(&mut self, error: &ScanError) {
        let start = error
            .marker()
            .byte_offset()
            .unwrap_or_default()
            .min(self.text.len());
        let start = match is_about_a_tab(error.kind()) {
            true => self.tab_from_the_line_of(start),
            false => start,
        };
        let length = self.text.get(start..).and_then(|rest| rest.chars().next());
        let span = Span::new(self.file, start, start + length.map_or(0, char::len_utf8));
        match error.kind() {
            ErrorKind::DirectiveDisallowed => self.diagnostics.directive(span),
            ErrorKind::RecursionLimitExceeded => self.diagnostics.too_deep(span),
            kind => {
                let (message, help) = describe(kind);
                let diagnostic = self.diagnostics.syntax(span, &message, help);
                if let Some((open, line, close)) = still_open(&self.open, self.text, start) {
                    diagnostic
                        .also(Span::new(self.file, open, open + 1), "still open")
                        .help(format!("or a `{close}` is missing on line {line}"));
                }
            }
        }
    }

    /// The first tab of a line, or of those below it. The parser notices some of them late, some early.
    fn tab_from_the_line_of(&self, place: usize) -> usize {
        let (before, _) = self.text.split_at(place);
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let tab = self.text.get(line..).and_then(|rest| rest.find('\t'));
        tab.map_or(place, |tab| line + tab)
    }

    fn span(&self, place: &EventSpan) -> Span {
        let bytes = place.byte_range().unwrap_or_default();
        Span::new(self.file, bytes.start, bytes.end)
    }
}

/// The bracket that is open on a line above a place, of several the innermost: where it is, its line,
/// and what would close it.
fn still_open(open: &[Open], text: &str, place: usize) -> Option<(usize, usize, char)> {
    let bracket = |open: &Open| {
        let (Open::List { start, .. } | Open::Map { start, .. }) = open;
        match text.get(*start..)?.chars().next()? {
            '{' => Some((*start, '}')),
            '[' => Some((*start, ']')),
            _ => None,
        }
    };
    let (start, close) = open.iter().rev().find_map(bracket)?;
    let is_above = text.get(start..place)?.contains('\n');
    let line = 1 + text.get(..start)?.matches('\n').count();
    is_above.then_some((start, line, close))
}

fn is_about_a_tab(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar
    )
}

/// What a syntax error means to an author, and how to mend it; the parser's own words for rare ones.
fn describe(kind: &ErrorKind) -> (String, Option<&'static str>) {
    use ErrorKind as E;
    let (message, help) = match kind {
        _ if is_about_a_tab(kind) => ("a tab is used for indentation", "indent with spaces"),
        E::MappingValueNotAllowed => (
            "a `:` is not allowed here",
            "put text that holds `: ` in quotes; if this is a key, check the indentation",
        ),
        E::SimpleKeyExpected => (
            "this line is neither a key with its value nor more text",
            "write `key: value`, or indent the line so that it belongs to the text",
        ),
        E::ExpectedBlockMappingKey | E::ExpectedBlockSequenceEntry | E::InvalidIndentation => (
            "this is not indented like what stands above it",
            "indent the keys of a mapping, and the dashes of a list, alike",
        ),
        E::BlockSequenceEntryNotAllowed => {
            ("a list cannot start here", "start it on a line of its own")
        }
        E::UnclosedQuotedScalar
        | E::InvalidQuotedScalarIndent
        | E::DocumentIndicatorInQuotedScalar => (
            "a quote is opened before this place and not closed",
            "close the quote on its line; for text of several lines use `|` or `>-`",
        ),
        E::InvalidTrailingSingleQuotedScalar => (
            "there is more text after the closing quote",
            "write a `'` inside single quotes twice",
        ),
        E::InvalidTrailingDoubleQuotedScalar => (
            "there is more text after the closing quote",
            "write `\\\"` for a `\"` inside double quotes",
        ),
        E::UnknownQuotedScalarEscape
        | E::InvalidQuotedScalarHexEscape
        | E::InvalidUnicodeEscape => (
            "this text has an escape that double quotes do not know",
            "write `\\\\` for a backslash, or use single quotes, in which `\\` is itself",
        ),
        E::UnclosedFlowCollection { .. }
        | E::UnexpectedEofFlowMapping
        | E::UnexpectedEofFlowSequence
        | E::UnexpectedEofImplicitFlowMapping => (
            "a bracket is opened and not closed",
            "add the closing bracket",
        ),
        E::MismatchedFlowCollectionEnd { .. } | E::MisplacedFlowCollectionEnd => (
            "this bracket closes nothing",
            "put text that starts with a bracket in quotes",
        ),
        E::ExpectedFlowMappingSeparator | E::ExpectedFlowSequenceSeparator => (
            "expected a comma or the closing bracket",
            "put text that holds `,`, `[` or `{` in quotes",
        ),
        E::InvalidBlockScalarHeader => (
            "text cannot follow `|` or `>` on the same line",
            "start the text on the next line, indented",
        ),
        E::UnexpectedCharacter { character } => {
            let message = format!("text cannot start with `{}`", character.escape_debug());
            return (message, Some("put the text in quotes"));
        }
        _ => return (format!("this is not YAML: {kind}"), None),
    };
    (message.to_owned(), Some(help))
}
