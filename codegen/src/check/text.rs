//! What descriptions may say. They are read by a model that chooses and by a person who audits:
//! they inform both and give orders to neither.

mod wording;

pub(crate) use wording::{is_page, is_sentence, passes};

use crate::check::defaults::strings;
use crate::check::mention::{integration_in, tools_in};
use crate::diagnostics::Diagnostics;
use crate::load::Sources;
use crate::model::{Arg, CredentialKind, Field, Integration, Operation, Shape};
use crate::span::{Sp, Span};
use wording::{LONGEST_TEXT, ORDERS, SHORTEST_SENTENCE, is_invisible};

/// The fewest characters that can say what a tool does.
const SHORTEST_DESCRIPTION: usize = 40;
/// The longest title or label that fits a list.
const LONGEST_NAME: usize = 60;

/// What the texts of an integration are held against.
#[derive(Debug)]
pub struct Context<'m> {
    /// The integration.
    pub integration: &'m Integration,
    /// The names of its tools.
    pub tools: Vec<&'m str>,
    /// The other integrations, which are offered beside it.
    pub others: &'m [&'m Integration],
    /// The files in which the texts stand.
    pub sources: &'m Sources,
}

impl Context<'_> {
    /// Checks the texts of the integration, and the documentation of its tools.
    pub fn check(&self, tools: &[&Operation], diagnostics: &mut Diagnostics) {
        let mut texts = Texts {
            context: self,
            diagnostics,
        };
        sections(self.integration, &mut texts);
        for tool in tools {
            documentation(tool, &mut texts);
        }
    }
}

/// The texts that stand outside of operations.
fn sections(integration: &Integration, texts: &mut Texts<'_>) {
    let Integration {
        label,
        category,
        summary,
        docs,
        ..
    } = integration;
    texts.name(label);
    texts.name(category);
    texts.about(summary.span, summary);
    if !is_page(docs) {
        texts.diagnostics.docs_are_no_page(docs.span, docs);
    }
    for field in &integration.connection {
        texts.name(&field.title);
        texts.about(field.description.span, &field.description);
    }
    for kind in &integration.auth.credentials {
        let about = match kind {
            CredentialKind::Bearer(about) | CredentialKind::Basic(about) => about,
            CredentialKind::ApiKey { description, .. } => description,
            CredentialKind::OAuth2(oauth) => &oauth.description,
            CredentialKind::Login(login) => &login.description,
        };
        texts.about(about.span, about);
    }
    for hint in integration
        .errors
        .rules
        .iter()
        .filter_map(|r| r.hint.as_ref())
    {
        texts.about(hint.span, hint);
    }
    for change in &integration.changes {
        texts.words(change.text.span, &change.text);
    }
    for (_, about) in &integration.tags {
        texts.about(about.span, about);
    }
    for kind in &integration.identifiers {
        texts.name(&kind.label);
        texts.prose(kind.label.span, &kind.label);
        texts.words(kind.example.span, &kind.example);
        if let Some(about) = &kind.description {
            texts.about(about.span, about);
        }
    }
    for operation in &integration.operations {
        texts.deprecation(operation.deprecated.as_ref());
    }
    for object in &integration.types {
        if let Some(about) = &object.description {
            texts.about(about.span, about);
        }
        texts.fields(&object.fields);
    }
}

/// The documentation of an operation, which is complete.
fn documentation(operation: &Operation, texts: &mut Texts<'_>) {
    let Some(docs) = &operation.docs else { return };
    if let Some(description) = &docs.description {
        long_enough(description, SHORTEST_DESCRIPTION, texts.diagnostics);
        says_more_than_name(description, &operation.name, texts.diagnostics);
    }
    if let Some(returns) = &docs.returns {
        long_enough(returns, SHORTEST_SENTENCE, texts.diagnostics);
    }
    if let Some(source) = docs.source.as_ref().filter(|source| !is_page(source)) {
        texts.diagnostics.source_is_no_page(source.span, source);
    }
    if let Some(title) = &docs.title {
        texts.name(title);
    }
    for text in [&docs.title, &docs.description, &docs.returns]
        .into_iter()
        .flatten()
    {
        texts.prose(text.span, text);
    }
    for Arg {
        description,
        deprecated,
        default,
        shape,
        ..
    } in &operation.args
    {
        texts.deprecation(deprecated.as_ref());
        if let Some(about) = description {
            texts.about(about.span, about);
        }
        // A description says what is sent when an argument is left out.
        for (span, text) in default.iter().flat_map(|default| strings(default)) {
            texts.words(span, text);
        }
        texts.shape(shape);
    }
}

/// A check of texts that a model or a person reads.
struct Texts<'c> {
    context: &'c Context<'c>,
    diagnostics: &'c mut Diagnostics,
}

impl Texts<'_> {
    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::String(rule) => {
                for value in &rule.one_of {
                    self.words(value.span, value);
                }
            }
            Shape::Object(inner) => self.fields(inner),
            Shape::Array { items, .. } => self.shape(items),
            Shape::Map(values) => self.shape(values),
            _ => {}
        }
    }

    fn fields(&mut self, fields: &[Field]) {
        for Field {
            span,
            api_name,
            description,
            deprecated,
            shape,
            ..
        } in fields
        {
            self.deprecation(deprecated.as_ref());
            self.words(*span, api_name);
            if let Some(about) = description {
                self.about(about.span, about);
            }
            self.shape(shape);
        }
    }

    /// A sentence, which is seen to already, on what the vendor takes away.
    fn deprecation(&mut self, text: Option<&Sp<String>>) {
        if let Some(text) = text {
            self.claims(text.span, text);
        }
    }

    /// What something is called, in a list for people.
    fn name(&mut self, name: &Sp<String>) {
        self.says_something(name.span, name);
        if name.chars().count() > LONGEST_NAME {
            self.diagnostics.name_too_long(name.span, LONGEST_NAME);
        }
        self.words(name.span, name);
    }

    /// Sentences that stand by themselves.
    fn about(&mut self, span: Span, text: &str) {
        let length = text.chars().count();
        if length > LONGEST_TEXT {
            self.diagnostics.text_too_long(span, length, LONGEST_TEXT);
        }
        self.prose(span, text);
    }

    /// Sentences, or parts of some.
    fn prose(&mut self, span: Span, text: &str) {
        self.says_something(span, text);
        self.claims(span, text);
    }

    /// Words about this product, and the tools that they name.
    fn claims(&mut self, span: Span, text: &str) {
        self.words(span, text);
        let others = self.context.others.iter();
        let named: Vec<&str> = others
            .filter_map(|other| integration_in(text, other))
            .collect();
        for name in &named {
            let place = self.context.sources.place_of(name, span);
            self.diagnostics.other_integration(place, name);
        }
        if named.is_empty() {
            self.tools_exist(span, text);
        }
    }

    /// Whoever reads the name of a tool calls it.
    fn tools_exist(&mut self, span: Span, text: &str) {
        let Context {
            integration, tools, ..
        } = self.context;
        for name in tools_in(text, integration, tools) {
            if !tools.contains(&name) {
                let place = self.context.sources.place_of(name, span);
                let mut operations = integration.operations.iter();
                let is_method = operations.any(|operation| operation.name == name);
                self.diagnostics.unknown_tool(place, name, is_method, tools);
            }
        }
    }

    /// Words that stand between others, such as the values of an `enum`.
    fn words(&mut self, span: Span, text: &str) {
        words(span, text, self.context.sources, self.diagnostics);
    }

    fn says_something(&mut self, span: Span, text: &str) {
        if text.trim().is_empty() {
            self.diagnostics.blank_text(span);
        }
    }
}

/// Whatever is read gives no orders and hides nothing.
pub(super) fn words(span: Span, text: &str, sources: &Sources, diagnostics: &mut Diagnostics) {
    if let Some(invisible) = text.chars().find(|c| is_invisible(*c)) {
        let place = sources.place_of(&invisible.to_string(), span);
        diagnostics.invisible_character(place, invisible);
    }
    if let Some(order) = ORDERS.as_ref().and_then(|orders| orders.find(text)) {
        let place = sources.place_of(order.as_str(), span);
        diagnostics.order_to_the_model(place, order.as_str());
    }
}

fn long_enough(text: &Sp<String>, least: usize, diagnostics: &mut Diagnostics) {
    let length = text.trim().chars().count();
    if length < least {
        diagnostics.description_too_short(text.span, length, least);
    }
}

/// A description made of the name's own words tells nobody anything.
fn says_more_than_name(description: &Sp<String>, name: &str, diagnostics: &mut Diagnostics) {
    const FILLERS: &[&str] = &[
        "a", "all", "an", "and", "are", "by", "for", "from", "in", "is", "its", "of", "that",
        "the", "this", "to", "which", "with",
    ];
    let known: Vec<String> = name.split('_').map(stem).collect();
    let says_more = description
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(stem)
        .any(|word| !known.contains(&word) && !FILLERS.contains(&word.as_str()));
    if !says_more {
        diagnostics.description_repeats_name(description.span, name);
    }
}

/// A word without what inflection adds, well enough to tell repetition.
fn stem(word: &str) -> String {
    let word = word.to_lowercase();
    ["ies", "es", "s", "y", "e"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending).filter(|stem| stem.len() > 2))
        .unwrap_or(&word)
        .to_owned()
}
