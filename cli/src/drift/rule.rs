//! What a declared string may be.

use toolwright_runtime::table::StringRule;

/// What is wrong with a string, apart from being one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// It is none of the declared values.
    pub(crate) is_new: bool,
    /// It does not match the pattern of its kind of identifier.
    pub(crate) is_malformed: bool,
}

/// Compares a string with its rule. The other parts of a rule are about arguments.
pub(crate) fn misfit(rule: &StringRule, text: &str) -> Misfit {
    let identifier = rule.identifier;
    Misfit {
        is_new: !rule.one_of.is_empty() && !rule.one_of.contains(&text),
        is_malformed: identifier.is_some_and(|kind| !kind.pattern.matches(text)),
    }
}
