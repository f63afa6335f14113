//! Which texts of an answer are names, and may be shown, and which are data.

/// What stands for keys that are data.
pub(crate) const DATA: &str = "*";

/// The most characters of a name.
const LONGEST: usize = 64;

/// The most characters of a word.
const LONGEST_WORD: usize = 40;

/// Whether a key of an object looks like the name of a field. Others are data: an e-mail address, an
/// id, a day.
pub(crate) fn is_field(key: &str) -> bool {
    let starts = |first: char| first.is_ascii_alphabetic() || "_@$".contains(first);
    let goes_on = |c: char| c.is_ascii_alphanumeric() || "_.:-".contains(c);
    let mut characters = key.chars();
    key.len() <= LONGEST && characters.next().is_some_and(starts) && characters.all(goes_on)
}

/// Whether a value looks like a word of a vendor's, such as `in_review`.
pub(crate) fn is_word(value: &str) -> bool {
    let goes_on = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let mut characters = value.chars();
    value.len() <= LONGEST_WORD
        && characters
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic())
        && characters.all(goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_data() {
        let long = "a".repeat(65);
        for name in [
            "id",
            "@odata.type",
            "$ref",
            "_links",
            "createdAt",
            "x-y:z",
            &long[1..],
        ] {
            assert!(is_field(name), "{name}");
        }
        for data in [
            "",
            "*1",
            "8-a1b2",
            "2026-11-22",
            "ada@acme.example",
            "a b",
            "é",
            &long,
        ] {
            assert!(!is_field(data), "{data}");
        }
        assert!(is_word("in_review") && is_word("A-1"));
        for other in ["", "?", "1st", "two words", "ada@acme.example", &long[..41]] {
            assert!(!is_word(other), "{other}");
        }
    }
}
