//! Taking a path or a host name apart as a template says.

use percent_encoding::percent_decode_str;
use toolwright_runtime::table::PathPart;

/// A variable of a template and the value that stands in its place, decoded.
pub(super) type Captured = (&'static PathPart, String);

/// The variables' values; `None` when the text does not fit the template. A value stays between two
/// `separator`s, except where it may hold several segments.
pub(super) fn capture(
    template: &'static [PathPart],
    text: &str,
    separator: char,
) -> Option<Vec<Captured>> {
    let mut found = Vec::new();
    if !fits(template, text, separator, &mut found) {
        return None;
    }
    found
        .into_iter()
        .map(|(part, value)| Some((part, decoded(value)?)))
        .collect()
}

/// A percent-encoded text as it was before; `None` when it is not UTF-8.
pub(super) fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

fn fits<'t>(
    template: &'static [PathPart],
    text: &'t str,
    separator: char,
    found: &mut Vec<(&'static PathPart, &'t str)>,
) -> bool {
    let Some((part, rest)) = template.split_first() else {
        return text.is_empty();
    };
    let longest = match part {
        PathPart::Literal(literal) => {
            let tail = text.strip_prefix(literal);
            return tail.is_some_and(|tail| fits(rest, tail, separator, found));
        }
        PathPart::Segments(_) => text.len(),
        PathPart::Argument(_) | PathPart::Connection(_) => {
            text.find(separator).unwrap_or(text.len())
        }
    };
    for end in (1..=longest).rev() {
        let Some((value, tail)) = text.split_at_checked(end) else {
            continue;
        };
        found.push((part, value));
        if fits(rest, tail, separator, found) {
            return true;
        }
        found.pop();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(template: &'static [PathPart], text: &str) -> Option<Vec<String>> {
        Some(
            capture(template, text, '/')?
                .into_iter()
                .map(|(_, value)| value)
                .collect(),
        )
    }

    #[test]
    fn a_value_is_one_segment() {
        const USER: &[PathPart] = &[PathPart::Literal("/users/"), PathPart::Argument("id")];
        assert_eq!(values(USER, "/users/7"), Some(vec!["7".to_owned()]));
        assert_eq!(
            values(USER, "/users/a%2Fb%20c"),
            Some(vec!["a/b c".to_owned()])
        );
        assert_eq!(values(USER, "/users/7/roles"), None);
        assert_eq!(values(USER, "/users/"), None);
        assert_eq!(values(USER, "/users"), None);
        assert_eq!(values(USER, "/users/%ff"), None);
    }

    #[test]
    fn a_value_may_have_text_around_it() {
        const SESSION: &[PathPart] = &[
            PathPart::Literal("/s/"),
            PathPart::Argument("id"),
            PathPart::Literal(".json"),
        ];
        assert_eq!(values(SESSION, "/s/11.json"), Some(vec!["11".to_owned()]));
        assert_eq!(
            values(SESSION, "/s/a.json.json"),
            Some(vec!["a.json".to_owned()])
        );
        assert_eq!(values(SESSION, "/s/.json"), None);
    }

    #[test]
    fn several_segments_leave_room_for_what_follows() {
        const FILE: &[PathPart] = &[
            PathPart::Literal("/fs/"),
            PathPart::Segments("path"),
            PathPart::Literal("/perms/"),
            PathPart::Argument("name"),
        ];
        assert_eq!(
            values(FILE, "/fs/a/b%20c/perms/perms/x"),
            Some(vec!["a/b c/perms".to_owned(), "x".to_owned()])
        );
        assert_eq!(values(FILE, "/fs/perms/x"), None);
    }
}
