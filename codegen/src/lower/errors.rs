//! What errors mean.

use super::Lower;
use super::connection::{text, texts};
use crate::model::{ErrorRule, Errors};
use crate::notation;
use crate::span::Sp;
use crate::syntax::{self, When};

impl<'a> Lower<'a, '_> {
    pub(super) fn errors(&mut self, errors: &'a Sp<syntax::Errors>) -> Errors {
        self.rules_can_be_reached(&errors.rules);
        Errors {
            code: errors.code.iter().map(|place| self.place(place)).collect(),
            message: errors
                .message
                .iter()
                .map(|place| self.place(place))
                .collect(),
            rules: errors
                .rules
                .iter()
                .map(|rule| self.error_rule(rule))
                .collect(),
        }
    }

    fn error_rule(&mut self, rule: &'a syntax::ErrorRule) -> ErrorRule {
        let when = &rule.when.value;
        let status = when
            .status
            .as_ref()
            .and_then(|status| match notation::status(status) {
                Ok(range) => Some(range),
                Err(problem) => {
                    self.diagnostics.malformed_status(status.span, &problem);
                    None
                }
            });
        if let Some(header) = &when.header {
            self.header_name(header);
        }
        for (key, values, place, given) in [
            (
                "header_is",
                &when.header_is,
                "header",
                when.header.is_some(),
            ),
            ("body_is", &when.body_is, "body", when.body.is_some()),
        ] {
            if let (Some(value), false) = (values.first(), given) {
                self.diagnostics
                    .rule_value_without_place(value.span, key, place);
            }
        }
        // A header alone would make failures of successes too.
        if says_nothing(when) {
            self.diagnostics.rule_without_condition(rule.when.span);
        }
        // A rule for answers that would otherwise succeed has to look at more than the status.
        if status.is_some_and(|(from, _)| from < 300) && when.body.is_none() && when.code.is_empty()
        {
            self.diagnostics.success_needs_body(rule.when.span);
        }
        ErrorRule {
            status,
            header: text(&when.header).map(|name| (name, texts(&when.header_is))),
            code: texts(&when.code),
            body: when
                .body
                .as_ref()
                .map(|place| (self.place(place), texts(&when.body_is))),
            kind: rule.kind.value,
            hint: rule.hint.clone(),
        }
    }

    /// The first rule that fits is taken, so one after a rule that fits whenever it does is never
    /// taken.
    fn rules_can_be_reached(&mut self, rules: &[syntax::ErrorRule]) {
        for (index, rule) in rules.iter().enumerate() {
            let mut earlier = rules.iter().take(index);
            let first = earlier.find(|first| covers(&first.when, &rule.when));
            if let Some(first) = first {
                self.diagnostics
                    .rule_never_reached(rule.when.span, first.when.span);
            }
        }
    }
}

/// Whether a rule speaks of every answer, but for a header. It is refused on its own account.
fn says_nothing(when: &When) -> bool {
    when.status.is_none() && when.code.is_empty() && when.body.is_none()
}

/// Whether the answers that `later` speaks of are all among those of `first`: what `first` asks for,
/// `later` asks for in the same words.
fn covers(first: &When, later: &When) -> bool {
    let same = |first: &Option<Sp<String>>, later| first.is_none() || first == later;
    let values = |first: &[Sp<String>], later: &[Sp<String>]| {
        let among = later.iter().all(|value| first.contains(value));
        first.is_empty() || (among && !later.is_empty())
    };
    !says_nothing(first)
        && same(&first.status, &later.status)
        && same(&first.header, &later.header)
        && values(&first.header_is, &later.header_is)
        && values(&first.code, &later.code)
        && same(&first.body, &later.body)
        && values(&first.body_is, &later.body_is)
}
