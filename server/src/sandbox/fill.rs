//! Rows made from a pattern, the same at every start.

use serde_json::Value;

use super::data::Fill;
use super::mark::{Piece, map_strings, names, pieces};

/// The rows of a pattern.
pub(super) fn rows(fill: &Fill) -> impl Iterator<Item = Value> {
    (1..=u64::from(fill.count)).map(|number| row(&fill.row, number))
}

/// The marks of a pattern that mean nothing.
pub(super) fn unknown_marks(pattern: &Value) -> Vec<&str> {
    names(pattern)
        .into_iter()
        .filter(|mark| Mark::parse(mark).is_none())
        .collect()
}

fn row(pattern: &Value, number: u64) -> Value {
    map_strings(pattern, &|text| match pieces(text).as_slice() {
        [Piece::Mark(mark)] if mark.starts_with('#') => {
            let text = expand(text, number);
            text.parse()
                .map_or(Value::from(text), |number: u64| number.into())
        }
        _ => expand(text, number).into(),
    })
}

fn expand(text: &str, number: u64) -> String {
    let mut digits = Digits::new(number);
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Mark(mark) => Mark::parse(mark).map_or_else(
                || format!("{{{mark}}}"),
                |mark| mark.text(number, &mut digits),
            ),
        })
        .collect()
}

/// A mark of a pattern.
enum Mark<'a> {
    /// The row's number, with leading zeros up to a width.
    Number { width: usize },
    /// So many hexadecimal digits.
    Hex { width: usize },
    /// One of the words by turns.
    Pick(Vec<&'a str>),
}

impl<'a> Mark<'a> {
    fn parse(mark: &'a str) -> Option<Self> {
        let mark = mark.strip_prefix('#').unwrap_or(mark);
        match mark.split_once(':') {
            None if mark == "n" => Some(Self::Number { width: 0 }),
            Some(("n", width)) => Some(Self::Number {
                width: parse_width(width)?,
            }),
            Some(("x", width)) => Some(Self::Hex {
                width: parse_width(width)?,
            }),
            Some(("pick", words)) => Some(Self::Pick(words.split('|').collect())),
            _ => None,
        }
    }

    fn text(&self, number: u64, digits: &mut Digits) -> String {
        match self {
            Self::Number { width } => format!("{number:0width$}"),
            Self::Hex { width } => (0..*width).filter_map(|_| digits.digit()).collect(),
            Self::Pick(words) => {
                let turns = number.saturating_sub(1);
                let word = words
                    .iter()
                    .cycle()
                    .nth(usize::try_from(turns).unwrap_or(0));
                word.copied().unwrap_or_default().to_owned()
            }
        }
    }
}

fn parse_width(text: &str) -> Option<usize> {
    text.parse().ok().filter(|width| (1..=64).contains(width))
}

/// Hexadecimal digits that follow from a row's number: those of SplitMix64 (Steele, Lea and Flood,
/// "Fast splittable pseudorandom number generators", 2014).
struct Digits {
    state: u64,
    block: u64,
    left: u32,
}

impl Digits {
    fn new(number: u64) -> Self {
        Self {
            state: number,
            block: 0,
            left: 0,
        }
    }

    fn digit(&mut self) -> Option<char> {
        if self.left == 0 {
            self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            self.block = mixed ^ (mixed >> 31);
            self.left = u64::BITS / 4;
        }
        let digit = self.block & 0xf;
        self.block >>= 4;
        self.left -= 1;
        char::from_digit(u32::try_from(digit).ok()?, 16)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows_of(count: u32, row: Value) -> Vec<Value> {
        rows(&Fill { count, row }).collect()
    }

    #[test]
    fn counts_and_picks_by_turns() {
        let rows = rows_of(
            3,
            json!({"id": "u-{n:3}", "n": "{#n}", "who": "{pick:a|b} {n}"}),
        );
        assert_eq!(
            rows,
            [
                json!({"id": "u-001", "n": 1, "who": "a 1"}),
                json!({"id": "u-002", "n": 2, "who": "b 2"}),
                json!({"id": "u-003", "n": 3, "who": "a 3"}),
            ]
        );
    }

    #[test]
    fn a_mark_with_a_hash_alone_is_a_number() {
        let rows = rows_of(1, json!(["{#n:4}", "{#pick:7|8}", "x{#n}", "{n}"]));
        assert_eq!(rows, [json!([1, 7, "x1", "1"])]);
    }

    #[test]
    fn hexadecimal_digits_follow_from_row_and_position() {
        let pattern = json!({"id": "{x:8}-{x:4}", "link": "/{x:8}-{x:4}", "long": "{x:40}"});
        let rows = rows_of(500, pattern.clone());
        assert_eq!(rows, rows_of(500, pattern));
        for row in &rows {
            let id = row["id"].as_str().unwrap();
            assert_eq!(row["link"], format!("/{id}"));
            assert_eq!(id.len(), 13);
            let long = row["long"].as_str().unwrap();
            assert!(
                long.bytes().all(|digit| digit.is_ascii_hexdigit()),
                "{long}"
            );
            assert!(!long.contains("00000000"), "{long}");
            assert_ne!(&id[..4], &id[9..]);
        }
        let ids: std::collections::BTreeSet<_> =
            rows.iter().map(|row| row["id"].as_str()).collect();
        assert_eq!(ids.len(), 500);
    }

    #[test]
    fn names_unknown_marks() {
        let pattern = json!({"a": "{n}{m}", "b": ["{n:0}", "{x}", "{#x:4}", "{pick:}"]});
        assert_eq!(unknown_marks(&pattern), ["m", "n:0", "x"]);
    }
}
