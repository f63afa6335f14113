//! From D100: the simulated vendor.

use std::collections::BTreeSet;

use super::{Diagnostics, Severity, listed, nearest};
use crate::check::sample::Problem;
use crate::explain::{D023, D062, D100, D101, D102, D103, D104, D105};
use crate::span::{Sp, Span};

impl Diagnostics {
    pub(crate) fn row_without_key(&mut self, span: Span, key: &str) {
        self.error(
            D100,
            span,
            format!("the row has no `{key}`, by which its collection tells rows apart"),
        );
    }

    pub(crate) fn key_is_no_scalar(&mut self, span: Span, key: &str, found: &str) {
        self.error(
            D100,
            span,
            format!("`{key}` tells rows apart, and this is {found}"),
        )
        .help("a key is a string or a number");
    }

    pub(crate) fn row_does_not_fit(&mut self, problem: &Problem) {
        let message = format!("the row does not fit its type: {}", problem.text);
        let diagnostic = self.error(D101, problem.span, message);
        diagnostic.label(&problem.label);
        if let Some(help) = problem.help {
            diagnostic.help(help);
        }
    }

    pub(crate) fn rows_share_key(&mut self, span: Span, first: Span, key: &str) {
        self.error(D102, span, format!("two rows have the key `{key}`"))
            .label("this one as well")
            .also(first, "this row has it first")
            .help("the key tells rows apart; give each row its own");
    }

    pub(crate) fn pattern_makes_key(&mut self, span: Span, row: Span, number: u32, key: &str) {
        self.error(D102, span, format!("two rows have the key `{key}`"))
            .label(format!("row {number} of the pattern has it as well"))
            .also(row, "this row has it first")
            .help("write out other keys than the pattern makes, or change the pattern");
    }

    pub(crate) fn pattern_repeats_key(&mut self, span: Span, count: Span) {
        self.error(D102, span, "the pattern can make the same key twice")
            .label("not another one in each row")
            .also(count, "so many rows are made")
            .help(
                "put the row's number into it, as in `u-{n:4}`, or at least 16 digits of `{x:16}`",
            );
    }

    pub(crate) fn unknown_pattern_mark(&mut self, span: Span, mark: &str) {
        self.error(
            D103,
            span,
            format!("`{{{mark}}}` means nothing in a pattern"),
        )
        .help(
            "`{n}` is the row's number, `{n:6}` the same with zeros, `{x:10}` ten hexadecimal \
                 digits, `{pick:a|b}` one of the words; widths go from 1 to 64",
        );
    }

    pub(crate) fn unknown_mark(&mut self, span: Span, mark: &str, known: &[&str]) {
        let diagnostic = self.error(D103, span, format!("`{{{mark}}}` stands for nothing here"));
        if let Some(near) = nearest(mark, known.iter().copied()) {
            diagnostic.label(format!("did you mean `{{{near}}}`?"));
        }
        match known {
            [] => diagnostic.help("this method has no arguments in path, host or query to name"),
            _ => diagnostic.help(format!(
                "known here: {}",
                listed(known.iter().copied(), "and")
            )),
        };
    }

    pub(crate) fn key_of_other_effect(
        &mut self,
        span: Span,
        method: Span,
        key: &str,
        effect: &str,
    ) {
        self.error(D062, span, format!("`{key}` is for methods that {effect}"))
            .label("has no effect")
            .also(method, "this one does not")
            .help(format!("remove `{key}:` from its `sandbox:`"));
    }

    pub(crate) fn unknown_field(
        &mut self,
        span: Span,
        collection: &Sp<String>,
        field: &str,
        known: &BTreeSet<&str>,
    ) {
        let diagnostic = self.error(
            D023,
            span,
            format!("the rows of `{collection}` have no `{field}`"),
        );
        match nearest(field, known.iter().copied()) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.label("no such field"),
        };
        diagnostic.also(collection.span, "these rows").help(
            "a field is declared by their type, written in a row, or brought by a write: in its \
             body or with `set:`",
        );
    }

    pub(crate) fn shows_without_from(&mut self, span: Span) {
        self.error(
            D062,
            span,
            "`shows` is for elements that are rows elsewhere",
        )
        .label("has no effect")
        .help("name the collection of these rows with `from:`");
    }

    pub(crate) fn sandbox_without_oauth(&mut self, span: Span) {
        let message = "`oauth` is for accounts that are connected with OAuth 2.0";
        self.error(D062, span, message)
            .label("has no effect")
            .help("remove it, or add `oauth2:` to the credentials of `auth:`");
    }

    pub(crate) fn sandbox_without_login(&mut self, span: Span) {
        let message = "`login` is for accounts that are connected with a user name and a password";
        self.error(D062, span, message)
            .label("has no effect")
            .help("remove it, or add `login:` to the credentials of `auth:`");
    }

    pub(crate) fn login_without_region(&mut self, span: Span) {
        self.error(D062, span, "`own_login` is for vendors with data centers")
            .label("has no effect")
            .help("remove it, or say with `region:` of `oauth2:` how a data center is told");
    }

    pub(crate) fn no_sandbox(&mut self, span: Span, method: &str, slug: &str) {
        self.error(
            D104,
            span,
            format!("`{method}` answers from a sandbox that `{slug}` does not have"),
        )
        .label("there are no collections")
        .help("add a section `sandbox:`, or remove this one of the method");
    }

    pub(crate) fn not_in_sandbox(&mut self, span: Span, method: &str, slug: &str) {
        let message = format!("the simulated vendor of `{slug}` has no answer for `{method}`");
        self.report(Severity::Warning, D105, span, message)
            .label("this method has no `sandbox:`")
            .help("say which rows it works on: `sandbox: { on: … }` with the name of a collection");
    }

    pub(crate) fn account_lacks_field(&mut self, span: Span, field: Span, name: &str) {
        self.error(
            D104,
            span,
            format!("the account of the sandbox has no `{name}`"),
        )
        .label("its account cannot be connected")
        .also(field, "an account needs this connection field")
        .help(format!("add `connection: {{ {name}: … }}`"));
    }

    pub(crate) fn discovered_field_given(&mut self, span: Span, discover: Span, name: &str) {
        self.error(
            D104,
            span,
            format!("`{name}` is given here and would never be discovered"),
        )
        .also(discover, "the request that discovers it")
        .help("remove it: the simulated vendor is asked, as the real one is");
    }

    pub(crate) fn discovery_without_answer(&mut self, span: Span, name: &str) {
        self.error(
            D104,
            span,
            format!("no method of the sandbox answers the request that discovers `{name}`"),
        )
        .label("asked for before the first call")
        .help("give a method that makes the same request a `sandbox:`");
    }
}
