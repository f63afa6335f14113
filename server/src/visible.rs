//! Text that a person will read in a line, on a terminal or in a log.

/// Whether a character shows itself: it does not control a terminal, end a line, or change the
/// direction or the look of what stands around it (Unicode categories Cc, Zl and Zp, and the format
/// characters of UAX #9 and of zero width).
pub(crate) fn is_visible(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_told_from_what_shows() {
        assert!("Désktop 漢字 🙂 a-b".chars().all(is_visible));
        for hidden in "\u{0}\n\u{1b}\u{7f}\u{85}\u{200b}\u{202e}\u{2028}\u{2066}\u{feff}".chars() {
            assert!(!is_visible(hidden), "{hidden:?}");
        }
    }
}
