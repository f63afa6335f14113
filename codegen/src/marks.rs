//! Marks in the texts of a simulated vendor: `{name}` stands for a value.

use crate::notation::Piece;
use crate::span::{Kind, Node, Span};

/// The pieces of a text. Braces without a name between them are text.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for chunk in text.split_inclusive('}') {
        let mark = chunk
            .strip_suffix('}')
            .and_then(|chunk| chunk.rsplit_once('{'));
        match mark.filter(|(_, name)| !name.is_empty()) {
            None => pieces.push(Piece::Text(chunk)),
            Some((before, name)) => {
                if !before.is_empty() {
                    pieces.push(Piece::Text(before));
                }
                pieces.push(Piece::Variable(name));
            }
        }
    }
    pieces
}

/// Every mark in a text.
pub(crate) fn names(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Variable(name) => Some(name),
        Piece::Text(_) => None,
    })
}

/// Every mark in the strings of a document, with the place of its string.
pub(crate) fn names_in(document: &Node) -> Vec<(Span, &str)> {
    match &document.kind {
        Kind::String(text) => names(text).map(|name| (document.span, name)).collect(),
        Kind::List(elements) => elements.iter().flat_map(names_in).collect(),
        Kind::Map(members) => members.iter().flat_map(|(_, m)| names_in(m)).collect(),
        Kind::Null | Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) => Vec::new(),
    }
}

/// The widest number or run of digits that a mark makes.
const WIDEST: usize = 64;

/// A mark in the pattern of rows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PatternMark<'a> {
    /// The row's number, with leading zeros up to a width.
    Number { width: usize },
    /// So many hexadecimal digits, which the sandbox draws.
    Hex { width: usize },
    /// One of the words by turns.
    Pick(Vec<&'a str>),
}

impl<'a> PatternMark<'a> {
    /// Reads what stands between the braces; `None` where it means nothing.
    pub(crate) fn parse(mark: &'a str) -> Option<Self> {
        let width = |text: &str| {
            text.parse()
                .ok()
                .filter(|width| (1..=WIDEST).contains(width))
        };
        let mark = mark.strip_prefix('#').unwrap_or(mark);
        match mark.split_once(':') {
            None if mark == "n" => Some(Self::Number { width: 0 }),
            Some(("n", digits)) => Some(Self::Number {
                width: width(digits)?,
            }),
            Some(("x", digits)) => Some(Self::Hex {
                width: width(digits)?,
            }),
            Some(("pick", words)) => Some(Self::Pick(words.split('|').collect())),
            _ => None,
        }
    }

    /// What it makes in a row; drawn digits all look the same here.
    pub(crate) fn text(&self, row: u32) -> String {
        match self {
            Self::Number { width } => format!("{row:0width$}"),
            Self::Hex { width } => "·".repeat(*width),
            Self::Pick(words) => {
                let turns = usize::try_from(row.saturating_sub(1)).unwrap_or(0);
                let word = words.get(turns % words.len().max(1));
                word.copied().unwrap_or_default().to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_names_between_braces() {
        assert_eq!(
            pieces("a{b}c{}"),
            [Piece::Text("a"), Piece::Variable("b"), Piece::Text("c{}"),]
        );
        assert_eq!(names("{{a}b}{c}").collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(names("a}b{c").count(), 0);
    }

    #[test]
    fn marks_of_patterns_make_texts() {
        let text = |mark, row| PatternMark::parse(mark).map(|mark| mark.text(row));
        assert_eq!(text("n", 12).as_deref(), Some("12"));
        assert_eq!(text("#n:4", 12).as_deref(), Some("0012"));
        assert_eq!(text("x:3", 1).as_deref(), Some("···"));
        assert_eq!(text("pick:a|b", 3).as_deref(), Some("a"));
        for unknown in ["m", "x", "n:0", "n:65", "#"] {
            assert_eq!(text(unknown, 1), None, "{unknown}");
        }
    }
}
