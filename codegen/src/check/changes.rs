//! What a definition tells of changes that break: entries that a person can read and find.

use crate::check::text;
use crate::diagnostics::Diagnostics;
use crate::load::Sources;
use crate::model::{Integration, Removed};
use crate::names;
use crate::span::Sp;

/// Each entry has a day of the calendar, names of tools, and a sentence. That a name was ever one of a
/// tool is known where two revisions are compared.
pub fn check(integration: &Integration, diagnostics: &mut Diagnostics) {
    for change in &integration.changes {
        told(&change.date, &change.text, diagnostics);
        if change.tools.is_empty() {
            diagnostics.change_of_nothing(change.tools.span);
        }
        for name in change.tools.iter().filter(|name| !names::is_slug(name)) {
            diagnostics.malformed_name(name.span, "tool", name);
        }
    }
}

/// What is told of an integration that is gone has a day and a sentence, too.
pub fn removed(removed: &[Removed], sources: &Sources, diagnostics: &mut Diagnostics) {
    for Removed { told: removal, .. } in removed {
        told(&removal.date, &removal.text, diagnostics);
        text::words(removal.text.span, &removal.text, sources, diagnostics);
    }
}

fn told(date: &Sp<String>, text: &Sp<String>, diagnostics: &mut Diagnostics) {
    if !is_day(date) {
        diagnostics.no_day(date.span, date);
    }
    if !text::is_sentence(text) {
        diagnostics.no_sentence(text.span);
    }
}

/// Whether a text is a day of the calendar: `2026-03-31`.
fn is_day(text: &str) -> bool {
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<u32>().ok().filter(|_| are_digits)
    };
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10)) else {
        return false;
    };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    let dashes = text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    text.len() == 10 && dashes && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for day in ["2026-11-21", "2024-02-29", "2000-02-29", "2026-12-31"] {
            assert!(is_day(day), "{day}");
        }
        for other in [
            "2026-02-29",
            "2100-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-04-31",
            "2026-1-1",
            "2026/11/21",
            "21-11-2026",
            "2026-11-21T00:00",
            "+026-11-21",
            "",
            "2026-11-2é",
        ] {
            assert!(!is_day(other), "{other}");
        }
    }
}
