//! The clients that tools are offered to, and what each of them takes.
//!
//! [`profiles`] says it as data, each rule with its source. [`rules`] looks whether a tool's JSON, as it is
//! served, keeps to a rule. [`page`] shows both as tables.

pub mod page;
pub mod profiles;
mod rules;

use serde_json::Value as Json;

use crate::diagnostics::Diagnostics;
use crate::model::{Integration, Operation};
pub use profiles::CLIENTS;

/// A client, or the service that several clients hand tools on to.
#[derive(Debug)]
pub struct Client {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub rules: &'static [Rule],
}

/// Something that a client takes, and nothing else.
#[derive(Debug)]
pub struct Rule {
    /// What it takes, as a sentence.
    pub takes: &'static str,
    /// What happens otherwise, as a sentence.
    pub otherwise: &'static str,
    /// Where that is known from: a page, or a thread of an issue tracker.
    pub source: &'static str,
    /// The same for a program.
    pub test: Test,
}

/// What a tool, or all tools of a server together, must be like.
#[derive(Debug)]
pub enum Test {
    /// The tool's name has ASCII letters, digits and these characters.
    Name {
        /// Further characters.
        also: &'static str,
        /// What it begins with besides letters; none where it begins with anything it may have.
        begins_with: Option<&'static str>,
    },
    /// The tool's name, with what the client puts before it, has at most so many characters. What is put
    /// there are so many characters and the server's name, for which the slug stands.
    NameWithServer {
        /// How many characters there may be.
        most: usize,
        /// How many the client adds to both names.
        added: usize,
    },
    /// The tool's name has at most so many characters.
    NameLength(usize),
    /// The description has at most so many characters.
    DescriptionLength(usize),
    /// A server has at most so many tools.
    Tools(usize),
    /// The tool has a title.
    Title,
    /// These annotations are given as true or false.
    Annotations(&'static [&'static str]),
    /// The root of the input schema is an object that declares its properties, and none of these keywords
    /// stands beside.
    Root(&'static [&'static str]),
    /// None of these keywords stands anywhere in the input schema.
    Keywords(&'static [&'static str]),
    /// No schema refers to another one, in what the tool takes nor in what it answers.
    References,
    /// Each schema of the input has one type.
    OneType,
    /// Values that an input is chosen from are strings that are not empty.
    TextChoices,
    /// Each list of the input says what its elements are.
    Items,
    /// Each object within the input declares its properties.
    InnerProperties,
    /// Properties of the input are called by 1 to 64 ASCII letters, digits and these characters.
    PropertyNames {
        /// Further characters.
        also: &'static str,
        /// What they begin with besides letters; none where they begin with anything they may have.
        begins_with: Option<&'static str>,
    },
    /// Objects and lists nest at most so deep in the input, itself counted.
    Depth(usize),
}

/// A tool that a client does not take, or all tools of an integration.
#[derive(Clone, Debug)]
pub struct Refusal<'a> {
    /// The client.
    pub client: &'static Client,
    /// The rule that is not kept to.
    pub rule: &'static Rule,
    /// The integration.
    pub integration: &'a Integration,
    /// The tool; none where it is about all of them.
    pub tool: Option<&'a Operation>,
    /// What there is instead, as it continues “there is …”: `the property a.b`.
    pub found: String,
}

/// All refusals of all clients, by integration, client, rule and tool.
#[must_use]
pub fn refusals(integrations: &[Integration]) -> Vec<Refusal<'_>> {
    let mut refusals = Vec::new();
    for integration in integrations {
        let tools: Vec<_> = tools(integration)
            .map(|(operation, json)| (operation, rules::Parts::of(json)))
            .collect();
        let rules = CLIENTS
            .iter()
            .flat_map(|client| client.rules.iter().map(move |rule| (client, rule)));
        for (client, rule) in rules {
            let found = rules::broken(&rule.test, &integration.slug, &tools);
            refusals.extend(found.into_iter().map(|(tool, found)| Refusal {
                client,
                rule,
                integration,
                tool,
                found,
            }));
        }
    }
    refusals
}

/// Reports tools that a client in use does not take, unless the compiler refuses something anyway.
pub fn check(integrations: &[Integration], diagnostics: &mut Diagnostics) {
    if diagnostics.has_errors() {
        return;
    }
    for refusal in refusals(integrations) {
        diagnostics.client_refuses(&refusal);
    }
}

/// The tools of an integration, with their JSON.
fn tools(integration: &Integration) -> impl Iterator<Item = (&Operation, &Json)> {
    let operations = integration.operations.iter();
    operations.filter_map(|operation| Some((operation, &operation.tool.as_ref()?.json)))
}
