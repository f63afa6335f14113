//! The simulated vendor's data: rows fit their type, and their keys tell them apart.

use std::collections::BTreeMap;

use crate::check::sample::{Shapes, Strictness};
use crate::lower::Lower;
use crate::marks::{self, PatternMark};
use crate::model::Shape;
use crate::notation::Piece;
use crate::span::{Kind, Node, Span};
use crate::syntax;

/// The most rows that a pattern makes: they are kept in memory, and the compiler tries their keys.
const MOST_ROWS: u32 = 10_000;

/// So many hexadecimal digits are never the same in two rows: they are the sandbox's permutation of
/// the row's number.
const DIGITS_THAT_DIFFER: usize = 16;

impl<'a> Lower<'a, '_> {
    /// Rows have a key of their own, and fit the declared type with the fields that are the
    /// sandbox's own.
    pub(super) fn collection(&mut self, collection: &'a syntax::Collection, shapes: &Shapes<'_>) {
        self.keys_differ(collection);
        if let Some(fill) = &collection.fill {
            for (span, mark) in marks::names_in(&fill.row) {
                if PatternMark::parse(mark).is_none() {
                    self.diagnostics.unknown_pattern_mark(span, mark);
                }
            }
        }
        let Some((declared, _)) = self.resolve(&self.definition.types, "type", &collection.ty)
        else {
            return;
        };
        self.used.types.push(declared);
        let shape = self
            .type_index
            .get(declared)
            .map_or(Shape::Any, |index| Shape::Named(*index));
        let written = collection
            .rows
            .iter()
            .map(|row| (row, Strictness::OpenAtTop));
        let pattern = collection
            .fill
            .iter()
            .map(|fill| (&fill.row, Strictness::Pattern));
        for (row, strictness) in written.chain(pattern) {
            for problem in shapes.problems(row, &shape, strictness) {
                self.diagnostics.row_does_not_fit(&problem);
            }
        }
    }

    fn keys_differ(&mut self, collection: &'a syntax::Collection) {
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        for row in &collection.rows {
            if let Some(key) = self.key(row, &collection.key)
                && let Some(first) = seen.insert(scalar(key), key.span)
            {
                self.diagnostics
                    .rows_share_key(key.span, first, &scalar(key));
            }
        }
        let Some(fill) = &collection.fill else { return };
        let count = fill.count.value;
        if !(1..=MOST_ROWS).contains(&count) {
            self.diagnostics
                .out_of_range(fill.count.span, 1, MOST_ROWS.into());
            return;
        }
        let Some(key) = self.key(&fill.row, &collection.key) else {
            return;
        };
        if drawn_digits(key) >= DIGITS_THAT_DIFFER {
            return;
        }
        for number in 1..=count {
            let Some(text) = expanded(key, number) else {
                return;
            };
            match seen.insert(text.clone(), key.span) {
                None => {}
                Some(first) if first == key.span => {
                    self.diagnostics
                        .pattern_repeats_key(key.span, fill.count.span);
                    return;
                }
                Some(first) => {
                    self.diagnostics
                        .pattern_makes_key(key.span, first, number, &text);
                    return;
                }
            }
        }
    }

    fn key<'n>(&mut self, row: &'n Node, key: &str) -> Option<&'n Node> {
        let Some(found) = row.get(key) else {
            self.diagnostics.row_without_key(row.span, key);
            return None;
        };
        if matches!(found.kind, Kind::Null | Kind::List(_) | Kind::Map(_)) {
            self.diagnostics
                .key_is_no_scalar(found.span, key, found.kind.describe());
            return None;
        }
        Some(found)
    }
}

/// A string, number or boolean as text, as the sandbox compares keys.
fn scalar(node: &Node) -> String {
    match &node.kind {
        Kind::String(text) => text.clone(),
        _ => node.to_json().to_string(),
    }
}

/// How many drawn hexadecimal digits stand in a key.
fn drawn_digits(key: &Node) -> usize {
    let marks = marks::names_in(key).into_iter();
    marks
        .map(|(_, mark)| match PatternMark::parse(mark) {
            Some(PatternMark::Hex { width }) => width,
            _ => 0,
        })
        .sum()
}

/// The key that a pattern makes in a row; `None` where a mark means nothing.
fn expanded(key: &Node, row: u32) -> Option<String> {
    let text = scalar(key);
    let pieces = marks::pieces(&text);
    let is_number = matches!(pieces.as_slice(), [Piece::Variable(mark)] if mark.starts_with('#'));
    let expanded: String = pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => Some(text.to_owned()),
            Piece::Variable(mark) => Some(PatternMark::parse(mark)?.text(row)),
        })
        .collect::<Option<_>>()?;
    match expanded.parse::<u64>() {
        Ok(number) if is_number => Some(number.to_string()),
        _ => Some(expanded),
    }
}
