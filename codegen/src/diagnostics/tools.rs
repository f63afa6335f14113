//! D080 to D099: documentation, and what of it becomes tools.

use super::{Diagnostics, Severity, listed, nearest, nearest_few};
use crate::clients::{Refusal, page};
use crate::explain::{
    D023, D080, D081, D082, D083, D084, D085, D086, D087, D088, D089, D090, D091, D092, D093, D094,
};
use crate::model::Identifier;
use crate::span::{Sp, Span};

impl Diagnostics {
    pub(crate) fn no_tool(&mut self, span: Span, name: &str, missing: &[String]) {
        let message = format!("`{name}` is no tool: its documentation is incomplete");
        self.report(Severity::Warning, D080, span, message)
            .label(format!("missing: {}", missing.join(", ")))
            .help("only documented endpoints become tools; the typed client has the method all the same");
    }

    pub(crate) fn description_too_short(&mut self, span: Span, length: usize, least: usize) {
        self.error(
            D081,
            span,
            format!("{length} characters say too little; at least {least} are needed"),
        )
        .help("say what it does and when to take a neighbour instead, or what comes back");
    }

    pub(crate) fn blank_text(&mut self, span: Span) {
        self.error(D081, span, "this text is blank")
            .help("say it in words, or leave the key out where it may be left out");
    }

    pub(crate) fn description_repeats_name(&mut self, span: Span, name: &str) {
        self.error(
            D082,
            span,
            format!("this says nothing that the name `{name}` does not say"),
        )
        .help("say what the endpoint does with what, and how it differs from its neighbours");
    }

    pub(crate) fn description_too_long(&mut self, span: Span, length: usize, most: usize) {
        self.error(
            D083,
            span,
            format!("the tool's description has {length} characters; clients take {most}"),
        )
        .help(
            "`description`, `returns`, `deprecated` and the origin of identifiers count together; \
             shorten them",
        );
    }

    pub(crate) fn name_too_long(&mut self, span: Span, most: usize) {
        self.error(
            D083,
            span,
            format!("a title or a label has at most {most} characters"),
        );
    }

    pub(crate) fn text_too_long(&mut self, span: Span, length: usize, most: usize) {
        self.error(
            D083,
            span,
            format!("this text has {length} characters; clients take {most}"),
        )
        .help("shorten it: who chooses a tool reads the texts of all of them");
    }

    pub(crate) fn other_integration(&mut self, span: Span, name: &str) {
        self.error(
            D084,
            span,
            format!("this names another integration: `{name}`"),
        )
        .help("a model would take one for the other; describe this product alone");
    }

    /// `is_method` is whether a method without documentation has that name.
    pub(crate) fn unknown_tool(&mut self, span: Span, name: &str, is_method: bool, known: &[&str]) {
        let diagnostic = self.error(D023, span, format!("there is no tool `{name}`"));
        match nearest(name, known.iter().copied()) {
            _ if is_method => diagnostic
                .label("a method without documentation")
                .help("document it, so that it becomes a tool, or name another one"),
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.label("a model would call it"),
        };
        let near = listed(nearest_few(name, known.iter().copied()), "and");
        match known.len() {
            0 => diagnostic.help("this definition has no tools at all"),
            1 => diagnostic.help(format!("the only tool is {near}")),
            count => diagnostic.help(format!("of the {count} tools the nearest are {near}")),
        };
    }

    pub(crate) fn invisible_character(&mut self, span: Span, character: char) {
        let code = u32::from(character);
        self.error(
            D085,
            span,
            format!("this holds the invisible character U+{code:04X}"),
        )
        .help("remove it: what a model reads, a person must be able to see");
    }

    pub(crate) fn order_to_the_model(&mut self, span: Span, phrase: &str) {
        self.error(D086, span, format!("this gives an order to its reader: “{phrase}”"))
            .help("say what the tool does and needs; clients take orders in descriptions for injected prompts");
    }

    pub(crate) fn source_is_no_page(&mut self, span: Span, source: &str) {
        self.error(
            D087,
            span,
            format!("`{source}` is not the address of a documentation page"),
        )
        .help("give the vendor's page about this endpoint: `https://…`");
    }

    pub(crate) fn docs_are_no_page(&mut self, span: Span, docs: &str) {
        self.error(
            D087,
            span,
            format!("`{docs}` is not the address of a documentation page"),
        )
        .help("give the start page of the vendor's API documentation: `https://…`");
    }

    pub(crate) fn dead_end(&mut self, span: Span, kind: Span, tool: &str, identifier: &Identifier) {
        let label = &identifier.label;
        self.error(D088, span, format!("`{tool}` needs the {label}, and no tool yields one"))
            .label("a dead end for whoever has no such identifier yet")
            .also(kind, "this kind of identifier")
            .help(format!(
                "mark the field of an answer that holds it with `id: {0}`, document a tool that returns \
                 it, or set `ask_person: true`",
                identifier.name
            ));
    }

    pub(crate) fn internal(&mut self, problem: &str) {
        self.error(
            D090,
            Span::default(),
            format!("a mistake of the compiler itself: {problem}"),
        )
        .help("please report it with the definitions that bring it about");
    }

    /// `branches` are the heaviest parts of the tool, with what they take.
    pub(crate) fn tool_over_budget(
        &mut self,
        span: Span,
        budget: &Sp<u32>,
        tokens: usize,
        branches: &[(String, usize)],
    ) {
        self.error(
            D091,
            span,
            format!("this tool takes about {tokens} tokens; the budget is {budget}"),
        )
        .also(budget.span, "the budget of each tool")
        .help(heaviest(branches))
        .help("shorten texts, leave fields of the answer undeclared that nobody asks for, or raise the budget");
    }

    /// `tools` are the heaviest tools, with what they take.
    pub(crate) fn integration_over_budget(
        &mut self,
        budget: &Sp<u32>,
        slug: &str,
        tokens: usize,
        tools: &[(String, usize)],
    ) {
        self.error(
            D091,
            budget.span,
            format!("the tools of `{slug}` take about {tokens} tokens; the budget is {budget}"),
        )
        .label("the budget of all tools together")
        .help(heaviest(tools))
        .help("leave out tools that nobody asks for, shorten the heaviest, or raise the budget");
    }

    pub(crate) fn no_day(&mut self, span: Span, date: &str) {
        self.error(D092, span, format!("`{date}` is no day"))
            .help("write year, month and day: `2026-03-31`");
    }

    pub(crate) fn change_of_nothing(&mut self, span: Span) {
        self.error(D092, span, "this change names no tool")
            .help("name the tools that it breaks, those that are gone among them");
    }

    pub(crate) fn no_sentence(&mut self, span: Span) {
        self.error(D092, span, "a change is told in a sentence")
            .label("from a capital letter to a full stop, 12 to 1024 characters")
            .help("say what is different now, and what to do about it");
    }

    pub(crate) fn deprecation_is_no_sentence(&mut self, span: Span) {
        self.error(D093, span, "a deprecation is told in a sentence")
            .label("from a capital letter to a full stop, 12 to 1024 characters")
            .help("say until when the vendor has it, and what replaces it");
    }

    /// `known` are the tools of both revisions.
    pub(crate) fn change_of_unknown_tool(&mut self, span: Span, name: &str, known: &[&str]) {
        let diagnostic = self.error(
            D023,
            span,
            format!("there is no tool `{name}`, and there was none before"),
        );
        match nearest(name, known.iter().copied()) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.label("neither a name of today nor one of before"),
        };
    }

    pub(crate) fn client_refuses(&mut self, refusal: &Refusal<'_>) {
        let span = refusal
            .tool
            .map_or(refusal.integration.span, |tool| tool.span);
        let rule = refusal.rule;
        self.report(Severity::Warning, D094, span, page::sentence(refusal))
            .label(rule.takes)
            .help(format!("{} {}", rule.otherwise, rule.source));
    }

    pub(crate) fn not_portable(&mut self, span: Span, argument: &str, problem: &str) {
        self.error(D089, span, format!("the argument `{argument}` {problem}"));
    }
}

/// ``the heaviest parts are `a` (20) and `b` (10)``
fn heaviest(parts: &[(String, usize)]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|(name, tokens)| format!("`{name}` ({tokens})"))
        .collect();
    format!("the heaviest parts: {}", parts.join(", "))
}
