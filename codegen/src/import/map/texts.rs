//! Texts of the document that may stand in a definition, and those that become comments.

use crate::check::text::{is_sentence, passes};

/// The longest text that the language takes.
const LONGEST: usize = 1024;
/// The longest comment.
const LONGEST_COMMENT: usize = 110;

/// A description that the language takes, unchanged but for the white space around it. One that gives
/// orders, hides characters, names tools of `slug` or is too long is left out: it is for a person to write.
pub(crate) fn description(text: &str, slug: &str) -> Option<String> {
    let text = text.trim();
    let names_tools = || {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let mut words = words.filter(|word| word.contains('_'));
        words.any(|word| format!("_{word}_").contains(&format!("_{slug}_")))
    };
    let is_fit =
        !text.is_empty() && text.chars().count() <= LONGEST && passes(text) && !names_tools();
    is_fit.then(|| text.to_owned())
}

/// What is said of the end of something that the document calls deprecated: the first sentence of its
/// description on that, where there is one.
pub(super) fn deprecation(about: &str, slug: &str) -> String {
    let sentences = about.lines().flat_map(|line| line.split_inclusive(". "));
    let mut told = sentences.filter_map(|sentence| description(sentence, slug));
    let told = told.find(|sentence| {
        sentence.to_ascii_lowercase().contains("deprecat") && is_sentence(sentence)
    });
    told.unwrap_or_else(|| "The vendor's API description marks it as deprecated.".to_owned())
}

/// A name for people, of at most 60 characters.
pub(super) fn title(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.chars().count() <= 60 && passes(text)).then(|| text.to_owned())
}

/// A text on one line of a comment, shortened.
pub(in crate::import) fn comment(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let plain: String = words
        .join(" ")
        .chars()
        .filter(|c| passes(&c.to_string()))
        .collect();
    match plain.char_indices().nth(LONGEST_COMMENT) {
        Some((end, _)) => format!("{}…", plain.get(..end).unwrap_or_default().trim_end()),
        None => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_informs_is_taken() {
        assert_eq!(
            description(" The id of a user. ", "acme"),
            Some("The id of a user.".to_owned())
        );
        for unfit in [
            "",
            "You must call this first.",
            "a\u{200b}b",
            "See list_all_acme_users.",
            &"x".repeat(1025),
        ] {
            assert_eq!(description(unfit, "acme"), None, "{unfit}");
        }
        assert!(description("the acme_id", "acme_shop").is_some());
    }

    #[test]
    fn the_end_of_something_is_told_in_the_words_of_the_document() {
        let marked = "The vendor's API description marks it as deprecated.";
        for (about, told) in [
            ("", marked),
            ("The old id.", marked),
            ("this one is deprecated.", marked),
            ("You must call this no more: Deprecated.", marked),
            (
                "The old id. Deprecated: use `id` instead. It was a number.",
                "Deprecated: use `id` instead.",
            ),
            (
                "Ids\nThe id is deprecated since v2.\nMore.",
                "The id is deprecated since v2.",
            ),
        ] {
            assert_eq!(deprecation(about, "acme"), told, "{about}");
        }
    }

    #[test]
    fn comments_are_one_line() {
        assert_eq!(comment("a\n  b\u{200b}\t c"), "a b c");
        assert_eq!(
            comment(&"é".repeat(200)).chars().count(),
            LONGEST_COMMENT + 1
        );
    }
}
