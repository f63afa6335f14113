//! The name that was probably meant.

/// The longest name that is compared, in bytes.
const LONGEST: usize = 100;

/// How many names are shown where there are too many to list.
const FEW: usize = 3;

/// The known name that is nearest to `name`, where one is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let allowed = name.chars().count().max(3) / 3;
    known
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The known names that are nearest to `name`, the nearest first, however far they are. One that
/// only goes on where the other ends is nearer than all others.
pub(crate) fn nearest_few<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let name: String = name.chars().take(LONGEST).collect();
    let mut ranked: Vec<((bool, usize), &str)> = known
        .into_iter()
        .map(|candidate| {
            let goes_on = candidate.starts_with(&name) || name.starts_with(candidate);
            ((!goes_on, distance(&name, candidate)), candidate)
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let few = ranked.into_iter().take(FEW);
    few.map(|(_, candidate)| candidate).collect()
}

/// How many letters must be put in, left out or replaced, case aside; letters in another order count
/// as one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    if a == b {
        return 0;
    }
    if sorted(&a) == sorted(&b) {
        return 1;
    }
    // One row of the matrix of Levenshtein distances at a time, the first cell kept apart.
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (1..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut above_left = i;
        let mut left = i + 1;
        for (cell, other) in row.iter_mut().zip(&b) {
            let replaced = above_left + usize::from(letter != *other);
            above_left = *cell;
            left = replaced.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_else(|| a.chars().count())
}

fn sorted(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("path", "pathh", 1),
            ("Path", "path", 0),
            ("qurey", "query", 1),
            ("flaw", "lawn", 2),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn the_nearest_names_come_in_order() {
        let known = ["body", "description", "list", "headers"];
        assert_eq!(nearest_few("headesr", known), ["headers", "body", "list"]);
        assert_eq!(nearest_few("desc", known)[0], "description");
        assert_eq!(nearest_few("bodyguard", known)[0], "body");
        assert_eq!(nearest_few(&"x".repeat(1_000_000), known).len(), FEW);
    }

    #[test]
    fn the_nearest_name_is_found_only_when_it_is_near() {
        let known = ["path", "query", "headers", "description"];
        assert_eq!(nearest("pathh", known), Some("path"));
        assert_eq!(nearest("qurey", known), Some("query"));
        assert_eq!(nearest("descripton", known), Some("description"));
        assert_eq!(nearest("HEADERS", known), Some("headers"));
        assert_eq!(nearest("body", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest(&"x".repeat(1_000_000), known), None);
    }
}
