//! What is passed on unread must be readable for whoever gets it, and parsers differ. This is about
//! JSON that the grammar allows and that some refuse, so that a client would lose the whole message.

use memchr::{memchr, memchr2_iter};
use serde_json::Value;

/// How many levels of objects and lists an answer may have. Many parsers stop at 128, and the
/// protocol adds some of its own.
const MOST_LEVELS: usize = 100;

/// Longer numbers may be beyond what a parser holds.
const LONG_NUMBER: usize = 300;

/// Why JSON is not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unportable {
    /// It has more than [`MOST_LEVELS`].
    Deep,
    /// It has a number that no parser holds, or half of a surrogate pair.
    Unreadable,
}

/// Checks text that is JSON by its grammar.
pub(crate) fn check(text: &str) -> Result<(), Unportable> {
    if is_plain(text) {
        return Ok(());
    }
    let look = look(text.as_bytes());
    if look.levels > MOST_LEVELS {
        return Err(Unportable::Deep);
    }
    if look.is_doubtful && serde_json::from_str::<Value>(text).is_err() {
        return Err(Unportable::Unreadable);
    }
    Ok(())
}

/// A quick look that tells most answers from those that need a closer one: whether there are few
/// brackets, and nothing even in strings that looks like an exponent, a long number or a surrogate.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let brackets = memchr2_iter(b'{', b'[', bytes).take(MOST_LEVELS + 1);
    // An exponent beyond all limits has three digits. Without a way out in the middle this is done
    // for many bytes at once.
    let has_exponent = bytes.windows(5).fold(false, |found, window| {
        let &[before, e, first, second, third] = window else {
            return found;
        };
        let is_power = first == b'+' || first.is_ascii_digit();
        let is_long = second.is_ascii_digit() & third.is_ascii_digit();
        found | (before.is_ascii_digit() & (e | 0x20 == b'e') & is_power & is_long)
    });
    let mut pieces = bytes.chunks_exact(LONG_NUMBER / 3);
    !has_exponent
        && brackets.count() <= MOST_LEVELS
        && !pieces.any(|piece| piece.iter().all(u8::is_ascii_digit))
        && memchr(b'\\', bytes).is_none_or(|_| !text.contains("\\ud") && !text.contains("\\uD"))
}

struct Look {
    levels: usize,
    /// Whether there are numbers or escapes that only a parser can judge.
    is_doubtful: bool,
}

fn look(text: &[u8]) -> Look {
    let (mut level, mut levels, mut is_doubtful) = (0_usize, 0, false);
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'"' => {
                let (has_surrogate, after) = string(after);
                is_doubtful |= has_surrogate;
                rest = after;
            }
            b'{' | b'[' => {
                level += 1;
                levels = levels.max(level);
            }
            b'}' | b']' => level = level.saturating_sub(1),
            b'0'..=b'9' => {
                let is_part =
                    |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
                let length = after.iter().take_while(|byte| is_part(byte)).count();
                let (number, after) = after.split_at(length);
                is_doubtful |=
                    length > LONG_NUMBER || number.iter().any(|byte| byte | 0x20 == b'e');
                rest = after;
            }
            _ => {}
        }
    }
    Look {
        levels,
        is_doubtful,
    }
}

/// Whether a string has escapes of surrogates, and what follows it.
fn string(text: &[u8]) -> (bool, &[u8]) {
    let mut has_surrogate = false;
    let mut rest = text;
    loop {
        let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'));
        match end.map(|end| rest.split_at(end).1) {
            Some([b'\\', escape @ ..]) => {
                has_surrogate |= matches!(escape, [b'u', b'd' | b'D', ..]);
                rest = escape.get(1..).unwrap_or_default();
            }
            Some(quote) => return (has_surrogate, quote.get(1..).unwrap_or_default()),
            None => return (has_surrogate, &[]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_parsers_read_passes() {
        let deep = "[".repeat(MOST_LEVELS) + &"]".repeat(MOST_LEVELS);
        for text in [
            "{}",
            "1e9",
            "-0.5E-3",
            &deep,
            &format!("[{}]", "[],".repeat(1000) + "{}"),
            &format!("{:?}", "[".repeat(1000)),
            r#"["\"[[[", "\\", "\uD83d\uDE00", "1e999", "\\ud800"]"#,
            &"7".repeat(300),
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_some_refuse_does_not() {
        let deep = r#"{"a":"#.repeat(MOST_LEVELS + 1) + "1" + &"}".repeat(MOST_LEVELS + 1);
        assert_eq!(check(&deep), Err(Unportable::Deep));
        for text in [
            "1e999",
            "[0, -1.5E400]",
            r#""\ud800""#,
            r#"{"\uDC00": 1}"#,
            &"7".repeat(400),
        ] {
            assert_eq!(check(text), Err(Unportable::Unreadable), "{text}");
        }
    }
}
