//! D060 to D079: types, answers, pagination and errors.

use super::Diagnostics;
use super::familiar::{type_advice, type_meant};
use crate::check::sample::Problem;
use crate::explain::{D060, D061, D062, D063, D064, D065, D066, D067, D068, D069, D070, D071};
use crate::lower::Role;
use crate::span::{Sp, Span};

impl Diagnostics {
    pub(crate) fn malformed_type(&mut self, span: Span, problem: &str) {
        self.error(D060, span, format!("this is not a type: {problem}"))
            .help(
                "a name, then `[]` for a list, `{}` for a map, `?` for null: `user[]`, `string?`",
            );
    }

    pub(crate) fn missing_type(&mut self, span: Span) {
        self.error(D060, span, "the type is missing")
            .help("add `type:`; only values with `id`, `enum`, `const` or `fields` do without");
    }

    pub(crate) fn nullable_argument(&mut self, span: Span) {
        self.error(D061, span, "an argument cannot be null")
            .help("leave out `?`: an argument that is not required can be left out by the caller");
    }

    pub(crate) fn declared_type_in_argument(&mut self, span: Span, name: &str) {
        let diagnostic = self.error(
            D061,
            span,
            format!("`{name}` cannot be the type of an argument"),
        );
        if let Some(meant) = type_meant(name) {
            diagnostic.label(format!("did you mean `{meant}`?"));
        }
        if let Some(advice) = type_advice(name) {
            diagnostic.help(advice);
        }
        diagnostic.help(
            "arguments have `string`, `integer`, `number`, `boolean`, `object` with `fields`, or `any{}`",
        );
    }

    /// `number` is the side of the call, where the type is one of numbers.
    pub(crate) fn restriction_of_other_type(
        &mut self,
        span: Span,
        ty: &Sp<String>,
        key: &str,
        number: Option<Role>,
    ) {
        let message = format!("`{key}` does not apply to the type `{ty}`");
        let diagnostic = self.error(D062, span, message);
        diagnostic.label("has no effect").also(ty.span, "the type");
        let instead = |base: &str| {
            let text = ty.replacen("integer", base, 1);
            text.replacen("number", base, 1)
        };
        match number.filter(|_| matches!(key, "enum" | "id")) {
            Some(Role::Answer) => diagnostic.help(format!(
                "write `type: {}`, which takes numbers and gives strings",
                instead("text")
            )),
            Some(Role::Argument) => diagnostic.help(format!(
                "write `type: {}`; in a body, `wire: integer` beside it sends a number",
                instead("string")
            )),
            None => diagnostic,
        };
    }

    pub(crate) fn restriction_inside_argument(&mut self, span: Span, key: &str) {
        self.error(
            D062,
            span,
            format!("`{key}` is for whole arguments, and this is a field inside one"),
        )
        .label("has no effect");
    }

    pub(crate) fn restriction_of_arguments(&mut self, span: Span, key: &str) {
        self.error(
            D062,
            span,
            format!("`{key}` restricts arguments, and this is part of an answer"),
        )
        .label("has no effect");
    }

    pub(crate) fn key_beside_constant(&mut self, span: Span, constant: Span, key: &str) {
        self.error(D062, span, format!("`{key}` is of no use beside `const`"))
            .label("has no effect")
            .also(constant, "what is always sent")
            .help(format!(
                "remove `{key}:`; no caller gives or sees a constant. What only explains it is a comment"
            ));
    }

    pub(crate) fn restriction_of_other_place(&mut self, span: Span, key: &str) {
        let place = match key {
            "segments" => "the path",
            "list" => "the query",
            _ => "the body",
        };
        self.error(D062, span, format!("`{key}` is for arguments in {place}"))
            .label("has no effect on this one");
    }

    pub(crate) fn pattern_beside_identifier(&mut self, span: Span, id: Span) {
        self.error(D062, span, "the kind of identifier already has a pattern")
            .label("a second pattern")
            .also(id, "this kind's pattern holds")
            .help("remove `pattern:`, or declare another kind of identifier");
    }

    pub(crate) fn empty_range(&mut self, least: Span, greatest: Span) {
        self.error(D063, least, "nothing lies between these two")
            .also(greatest, "and this one");
    }

    pub(crate) fn nothing_allowed(&mut self, span: Span, key: &str) {
        let what = match key {
            "max_length" => "no text but the empty one",
            _ => "no list but the empty one",
        };
        self.error(D063, span, format!("`{key}: 0` allows {what}"))
            .help(format!(
                "write the most that the vendor takes, or remove `{key}:`"
            ));
    }

    pub(crate) fn value_of_other_length(&mut self, span: Span, bound: Span, value: &str) {
        let count = value.chars().count();
        self.error(
            D063,
            span,
            format!("`{value}` is never accepted: it has {count} characters"),
        )
        .also(bound, "the length that is allowed")
        .help("remove the length: an `enum` says all there is to say");
    }

    pub(crate) fn no_rows_by_number(&mut self, span: Span) {
        self.error(D063, span, "no row can be reached by the number of a page")
            .help("where all pages but the first have tokens, the style is `cursor`");
    }

    pub(crate) fn page_without_rows(&mut self, span: Span) {
        self.error(D063, span, "a page has at least one row");
    }

    pub(crate) fn page_beyond_limit(&mut self, span: Span, most: i64) {
        self.error(D068, span, format!("one call returns at most {most} rows"))
            .label("and so many are asked for where the caller says nothing")
            .help("callers ask for up to that many with `limit`; a greater `max` does no harm");
    }

    pub(crate) fn pattern_not_anchored(&mut self, span: Span, pattern: &str) {
        self.error(D064, span, format!("`{pattern}` matches parts of a value"))
            .help("start it with `^`, end it with `$`, and put alternatives in a group: `^(a|b)$`");
    }

    pub(crate) fn malformed_pattern(&mut self, span: Span, problem: &str) {
        self.error(D064, span, format!("this is not a pattern: {problem}"))
            .help("use what JSON Schema and Rust share: classes, groups, counts; no look-around");
    }

    pub(crate) fn example_does_not_match(&mut self, span: Span, pattern: Span, example: &str) {
        self.error(
            D064,
            span,
            format!("`{example}` does not match its pattern"),
        )
        .also(pattern, "the pattern");
    }

    pub(crate) fn malformed_place(&mut self, span: Span, place: &str, problem: &str) {
        self.error(
            D065,
            span,
            format!("`{place}` is not a place in JSON: {problem}"),
        )
        .help("write names with dots, `[0]` for an element, `[]` for each: `users[0].name`");
    }

    pub(crate) fn missing_response(&mut self, span: Span, name: &str) {
        self.error(D066, span, format!("what `{name}` returns is not declared"))
            .help("add `response: { type: \"user[]\", at: data }`");
    }

    pub(crate) fn response_of_collections(&mut self, span: Span, ty: &str) {
        self.error(
            D066,
            span,
            format!("`{ty}` cannot be what a method returns"),
        )
        .help("a method returns a declared type or a list of it: `user`, `user[]`");
    }

    pub(crate) fn response_is_not_declared(&mut self, span: Span, ty: &str) {
        self.error(D066, span, format!("`{ty}` is not made of a declared type"))
            .help("declare the object under `types:`, or write `any` or `any[]`");
    }

    pub(crate) fn missing_without_rows(&mut self, span: Span, ty: &str) {
        self.error(D062, span, "`may_be_missing` is for lists of rows")
            .label(format!("`{ty}` is one record"))
            .help("remove it: a record that is missing is an error, or `not_found` for `get`");
    }

    pub(crate) fn sample_does_not_fit(&mut self, problem: &Problem, response: Span) {
        let message = format!("the sample does not fit the response: {}", problem.text);
        let diagnostic = self.error(D067, problem.span, message);
        diagnostic
            .label(&problem.label)
            .also(response, "the response is declared here");
        if let Some(help) = problem.help {
            diagnostic.help(help);
        }
    }

    pub(crate) fn sample_without_response(&mut self, span: Span, method: Span) {
        self.error(D067, span, "nothing says what this is a sample of")
            .also(method, "this method declares no `response`")
            .help("declare the response, or remove the sample, which nothing is compared with");
    }

    pub(crate) fn pagination_without_rows(&mut self, span: Span) {
        self.error(D068, span, "only a list of rows has pages")
            .help("remove `pagination:`, or give the response a type with `[]`");
    }

    pub(crate) fn pagination_place_missing(&mut self, span: Span, sample: Span, operation: &str) {
        self.error(
            D068,
            span,
            format!("the answer of `{operation}` has nothing at this place"),
        )
        .label("the pagination looks here")
        .also(sample, "and it is not in the sample")
        .help("correct the place, or show it in the sample (as null where there is no next page)");
    }

    pub(crate) fn offset_starts_late(&mut self, span: Span) {
        self.error(D069, span, "the first row has the number 0 or 1");
    }

    pub(crate) fn malformed_status(&mut self, span: Span, problem: &str) {
        self.error(D070, span, problem);
    }

    pub(crate) fn rule_without_condition(&mut self, span: Span) {
        self.error(
            D071,
            span,
            "the rule does not say which answers it speaks of",
        )
        .help(
            "give a `status`, a `code` or a place in the `body`; a `header` goes with one of them",
        );
    }

    pub(crate) fn rule_value_without_place(&mut self, span: Span, key: &str, place: &str) {
        self.error(
            D071,
            span,
            format!("`{key}` says nothing without `{place}`"),
        )
        .help(format!("add `{place}:`, whose value it is about"));
    }

    pub(crate) fn rule_never_reached(&mut self, span: Span, first: Span) {
        self.error(D071, span, "this rule is never taken")
            .label("these answers")
            .also(
                first,
                "are all among these, and the first rule that fits is taken",
            )
            .help("put the rule that says more before the other, or remove one of them");
    }

    pub(crate) fn success_needs_body(&mut self, span: Span) {
        self.error(D071, span, "this rule would make every success a failure")
            .help("say what in the answer tells that it failed, with `body` or `code`");
    }
}
