//! Finding the name that somebody probably meant.

/// The known name nearest to `name`, if one is near enough to be worth proposing.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A longer name is compared with nothing: the table below would grow with what a caller sends.
    if name.len() > 64 {
        return None;
    }
    let worst = (name.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= worst || shares_an_end(name, candidate))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Whether one name is the other with words before or after it: `zuid` and `instance_zuid`.
fn shares_an_end(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let before = long
        .strip_suffix(short)
        .is_some_and(|rest| rest.ends_with('_'));
    let after = long
        .strip_prefix(short)
        .is_some_and(|rest| rest.starts_with('_'));
    !short.is_empty() && (before || after)
}

/// The Levenshtein distance without regard to case: how many characters to insert, drop or replace.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, character) in one.to_lowercase().chars().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        for (cell, candidate) in row.iter_mut().skip(1).zip(&other) {
            let replaced = diagonal + usize::from(*candidate != character);
            diagonal = *cell;
            left = replaced.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("Limit", "limit"), 0);
    }

    #[test]
    fn proposes_what_is_near() {
        let known = ["limit", "next_cursor", "instance_zuid"];
        assert_eq!(nearest("limitt", known), Some("limit"));
        assert_eq!(nearest("nextCursor", known), Some("next_cursor"));
        assert_eq!(nearest("zuid", known), Some("instance_zuid"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest(&"x".repeat(1000), known), None);
        assert_eq!(nearest("", known), None);
    }
}
