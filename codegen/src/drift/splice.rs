//! Texts with stretches replaced.

use std::cmp::Reverse;
use std::ops::Range;

/// A stretch of a text, and what takes its place.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

impl Edit {
    /// How far in the lines that are put in stand: what is added to an inner mapping comes before what is
    /// added to the one around it.
    fn depth(&self) -> usize {
        let line = self.text.strip_prefix('\n').unwrap_or_default();
        line.len() - line.trim_start_matches(' ').len()
    }
}

/// Makes edits in a text. None where two of them overlap.
pub(super) fn apply(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by_key(|edit| (edit.range.start, Reverse(edit.depth())));
    let mut new = String::with_capacity(text.len());
    let mut end = 0;
    for Edit { range, text: by } in &edits {
        new.push_str(text.get(end..range.start)?);
        match text.contains("\r\n") {
            true => new.push_str(&by.replace('\n', "\r\n")),
            false => new.push_str(by),
        }
        end = range.end;
    }
    new.push_str(text.get(end..)?);
    Some(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(range: Range<usize>, text: &str) -> Edit {
        Edit {
            range,
            text: text.to_owned(),
        }
    }

    #[test]
    fn inner_lines_come_before_outer_ones() {
        let edits = vec![edit(2..2, "\n  b"), edit(2..2, "\n    a"), edit(0..1, "X")];
        assert_eq!(apply("x:\n", edits).unwrap(), "X:\n    a\n  b\n");
    }

    #[test]
    fn line_ends_stay_what_they_are() {
        let edits = vec![edit(2..2, "\n  a")];
        assert_eq!(
            apply("x:\r\ny: 1\r\n", edits).unwrap(),
            "x:\r\n  a\r\ny: 1\r\n"
        );
    }

    #[test]
    fn what_overlaps_is_not_made() {
        assert_eq!(apply("abc", vec![edit(0..2, ""), edit(1..3, "")]), None);
    }
}
