//! D020 to D039: names, and what they refer to.

use super::familiar::{type_advice, type_meant};
use super::{Diagnostics, listed, nearest, nearest_few};
use crate::explain::{
    D020, D021, D022, D023, D024, D025, D026, D027, D028, D029, D030, D031, D032,
};
use crate::names::LONGEST_TOOL_NAME;
use crate::notation::BUILT_IN_TYPES;
use crate::span::Span;

/// The most names that are listed as help.
const LONGEST_LIST: usize = 16;

impl Diagnostics {
    pub(crate) fn malformed_slug(&mut self, span: Span, slug: &str) {
        self.error(D020, span, format!("`{slug}` cannot be the name of an integration"))
            .help("the folder's name is the slug: small letters and digits, a letter first, one `_` between words");
    }

    pub(crate) fn malformed_name(&mut self, span: Span, what: &str, name: &str) {
        let article = if what.starts_with(['a', 'i']) {
            "an"
        } else {
            "a"
        };
        self.error(
            D020,
            span,
            format!("`{name}` cannot be the name of {article} {what}"),
        )
        .label("small letters and digits, a letter first, one `_` between words");
    }

    pub(crate) fn missing_section(&mut self, span: Span, slug: &str, section: &str) {
        self.error(
            D021,
            span,
            format!("the definition of `{slug}` has no section `{section}`"),
        )
        .help(format!(
            "add `{section}:` to one of the files in its folder"
        ));
    }

    pub(crate) fn declared_twice(&mut self, span: Span, first: Span, what: &str, name: &str) {
        let help = match span.file == first.file {
            true => "keep one of the two",
            false => "the files of a folder are read together; keep one of the two",
        };
        self.error(D022, span, format!("the {what} `{name}` is declared twice"))
            .label("declared again here")
            .also(first, "declared here first")
            .help(help);
    }

    pub(crate) fn given_twice(&mut self, span: Span, first: Span, what: &str, name: &str) {
        self.error(D022, span, format!("the {what} `{name}` is given twice"))
            .label("the second time")
            .also(first, "the first time")
            .help("keep one of them");
    }

    pub(crate) fn alias_taken(&mut self, span: Span, first: Span, alias: &str) {
        self.error(
            D022,
            span,
            format!("`{alias}` already leads to an integration"),
        )
        .label("as an alias here")
        .also(first, "this one")
        .help("choose an alias that is neither another integration's slug nor one of its aliases");
    }

    pub(crate) fn unknown_name(&mut self, span: Span, what: &str, name: &str, known: &[&str]) {
        let diagnostic = self.error(D023, span, format!("there is no {what} `{name}`"));
        let meant = nearest(name, known.iter().copied());
        match meant {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.label("not declared"),
        };
        match known.len() {
            0 => diagnostic.help(format!("this definition declares no {what} at all")),
            1..=LONGEST_LIST => diagnostic.help(format!(
                "declared: {}",
                listed(known.iter().copied(), "and")
            )),
            _ if meant.is_some() => diagnostic,
            count => diagnostic.help(format!(
                "of the {count} that are declared the nearest are {}",
                listed(nearest_few(name, known.iter().copied()), "and")
            )),
        };
    }

    pub(crate) fn unknown_type(&mut self, span: Span, name: &str, declared: &[&str]) {
        let diagnostic = self.error(D023, span, format!("there is no type `{name}`"));
        let known = || BUILT_IN_TYPES.iter().chain(declared).copied();
        let meant = type_meant(name);
        match meant.or_else(|| nearest(name, known())) {
            Some(meant) => diagnostic.label(format!("did you mean `{meant}`?")),
            None => diagnostic.label("neither built in nor declared"),
        };
        if let Some(advice) = type_advice(name) {
            diagnostic.help(advice);
        }
        diagnostic.help(format!("built in: {}", listed(BUILT_IN_TYPES, "and")));
        match declared.len() {
            0 => diagnostic.help("this definition declares no type at all"),
            1..=LONGEST_LIST => diagnostic.help(format!(
                "declared: {}",
                listed(declared.iter().copied(), "and")
            )),
            count => diagnostic.help(format!(
                "of the {count} that are declared the nearest are {}",
                listed(nearest_few(name, declared.iter().copied()), "and")
            )),
        };
    }

    pub(crate) fn unknown_parameter(
        &mut self,
        span: Span,
        method: Span,
        name: &str,
        known: &[&str],
    ) {
        let diagnostic = self.error(D023, span, format!("there is no query parameter `{name}`"));
        match nearest(name, known.iter().copied()) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.label("by the vendor's name"),
        };
        diagnostic
            .also(method, "this method has no such parameter")
            .help("declare it under the method's `query:`");
        if !known.is_empty() {
            diagnostic.help(format!(
                "declared: {}",
                listed(known.iter().copied(), "and")
            ));
        }
    }

    pub(crate) fn unused(&mut self, span: Span, what: &str, name: &str) {
        self.error(D024, span, format!("the {what} `{name}` is never used"))
            .label("nothing refers to it")
            .help("remove it, or look for the place that should name it");
    }

    pub(crate) fn section_of_removed(&mut self, span: Span, section: &str, slug: &str) {
        self.error(
            D024,
            span,
            format!("`{section}` is never used: `{slug}` is removed"),
        )
        .help("`removed:` is all that is left of an integration; take the rest out of the folder");
    }

    pub(crate) fn resource_without_methods(&mut self, span: Span, name: &str) {
        self.error(D025, span, format!("the resource `{name}` has no methods"));
    }

    pub(crate) fn integration_without_methods(&mut self, span: Span, slug: &str) {
        self.error(D032, span, format!("`{slug}` has no methods"))
            .label("nothing could be called")
            .help("declare at least one under `resources:`");
    }

    pub(crate) fn tool_name_too_long(&mut self, span: Span, name: &str) {
        self.error(
            D026,
            span,
            format!(
                "the tool name `{name}` has {} characters; clients take at most {LONGEST_TOOL_NAME}",
                name.len()
            ),
        )
        .help("give the method a shorter `name:`, or the resource a shorter name or `singular:`");
    }

    pub(crate) fn tool_name_twice(&mut self, span: Span, first: Span, name: &str) {
        self.error(
            D027,
            span,
            format!("two methods have the tool name `{name}`"),
        )
        .label("this one as well")
        .also(first, "this one")
        .help("give one of them a `name:` of its own");
    }

    pub(crate) fn alias_too_long(&mut self, span: Span, alias: &str) {
        let length = alias.len();
        self.error(
            D026,
            span,
            format!("the alias `{alias}` has {length} characters; names of tools have at most {LONGEST_TOOL_NAME}"),
        )
        .help("no tool can have had this name; remove it");
    }

    pub(crate) fn tool_alias_taken(&mut self, span: Span, first: Span, alias: &str) {
        self.error(D027, span, format!("`{alias}` already leads to a tool"))
            .label("as an alias here")
            .also(first, "this one")
            .help("keep the alias on the one tool that took the place of the old one");
    }

    pub(crate) fn no_rust_name(&mut self, span: Span, name: &str) {
        self.error(
            D028,
            span,
            format!("nothing of `{name}` can be the name of a Rust field"),
        )
        .help("give it a name of letters and digits with `as:`");
    }

    pub(crate) fn reserved_name(&mut self, span: Span, name: &str) {
        self.error(
            D028,
            span,
            format!("`{name}` is a name that generated Rust needs itself"),
        )
        .help("choose another one");
    }

    pub(crate) fn rust_names_collide(&mut self, span: Span, first: Span, field: &str) {
        self.error(
            D029,
            span,
            format!("two names become the Rust name `{field}`"),
        )
        .label("this one as well")
        .also(first, "this one")
        .help("give one of them another name with `as:`");
    }

    pub(crate) fn rust_types_collide(&mut self, span: Span, first: Span, name: &str) {
        self.error(
            D029,
            span,
            format!("two names become the Rust type `{name}`"),
        )
        .label("this one as well")
        .also(first, "this one")
        .help("rename one of them");
    }

    pub(crate) fn missing_effect(&mut self, span: Span, name: &str) {
        self.error(
            D030,
            span,
            format!("what the method `{name}` does to the data is not said"),
        )
        .label("a name of its own says nothing about that")
        .help("add `effect: read`, `create`, `update` or `delete`");
    }

    pub(crate) fn effect_contradicts_name(&mut self, span: Span, name_span: Span, name: &str) {
        self.error(
            D031,
            span,
            format!("`{name}` already says what the method does"),
        )
        .label("this contradicts it")
        .also(name_span, "the name")
        .help("rename the method, or remove `effect:`");
    }

    pub(crate) fn read_that_destroys(&mut self, span: Span, name: &str) {
        self.error(
            D031,
            span,
            format!("`{name}` reads, so it cannot lose or overwrite data"),
        )
        .help("remove `destructive:`, or say what the method does with `effect:`");
    }

    pub(crate) fn get_that_writes(&mut self, http: Span, span: Span) {
        self.error(D031, http, "a GET request does not write")
            .label("GET")
            .also(span, "this says that it writes")
            .help("if the vendor really writes on GET, leave this endpoint out: clients repeat GET freely");
    }

    pub(crate) fn read_that_writes(&mut self, http: Span, span: Span, verb: &str) {
        let diagnostic = self.error(
            D031,
            http,
            format!("a `read` by {verb} is not taken on trust"),
        );
        diagnostic
            .label(format!("{verb} usually writes"))
            .also(span, "this says that it only reads");
        if verb == "POST" {
            diagnostic.help("if it is a search by POST, say so with `effect: read`");
        }
    }
}
