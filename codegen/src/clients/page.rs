//! The tables of docs/clients.md: which client takes which tool, and why.

use std::fmt::Write as _;

use super::{CLIENTS, Client, Refusal, Rule, refusals, rules, tools};
use crate::model::Integration;

/// What the tables stand between, in a page of Markdown.
const BEGIN: &str = "<!-- begin: cargo codegen clients -->\n";
const END: &str = "<!-- end: cargo codegen clients -->\n";

/// A page with its tables brought up to date. None where it has no place for them: the lines
/// `<!-- begin: cargo codegen clients -->` and `<!-- end: cargo codegen clients -->`.
#[must_use]
pub fn updated(page: &str, integrations: &[Integration]) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    let tables = tables(integrations);
    Some(format!("{before}{BEGIN}\n{tables}\n{END}{after}"))
}

/// The tables: tools by clients, and the rules of each client.
#[must_use]
pub fn tables(integrations: &[Integration]) -> String {
    let refusals = refusals(integrations);
    let mut text = matrix(integrations, &refusals);
    for client in CLIENTS {
        text.push_str(&rules(client, integrations));
    }
    text
}

/// A line for each tool, and for what is asked of all tools of a server together.
fn matrix(integrations: &[Integration], refusals: &[Refusal<'_>]) -> String {
    let names: Vec<&str> = CLIENTS.iter().map(|client| client.name).collect();
    let mut text = format!("| tool | {} |\n", names.join(" | "));
    text.push_str(&format!("|---|{}\n", "---|".repeat(names.len())));
    for integration in integrations {
        let about = |refusal: &&Refusal<'_>| refusal.integration.slug == integration.slug;
        let of_all = refusals.iter().filter(about).filter(|r| r.tool.is_none());
        let count = tools(integration).count();
        let slug = &integration.slug;
        line(
            &mut text,
            &format!("*the {count} of {slug}*"),
            &of_all.collect::<Vec<_>>(),
        );
        for (operation, _) in tools(integration) {
            let is_it = |refusal: &&Refusal<'_>| {
                refusal.tool.is_some_and(|tool| tool.name == operation.name)
            };
            let found: Vec<_> = refusals.iter().filter(is_it).collect();
            line(&mut text, &format!("`{}`", operation.name), &found);
        }
    }
    text
}

/// A line of the matrix: `✓`, or the numbers of the rules that are not kept to.
fn line(text: &mut String, head: &str, refusals: &[&Refusal<'_>]) {
    text.push_str(&format!("| {head} |"));
    for client in CLIENTS {
        let own = refusals
            .iter()
            .filter(|refusal| refusal.client.name == client.name);
        let numbers: Vec<String> = own
            .filter_map(|refusal| {
                let mut rules = client.rules.iter();
                let number = rules.position(|rule| std::ptr::eq(rule, refusal.rule))?;
                Some((number + 1).to_string())
            })
            .collect();
        let shown = match numbers.is_empty() {
            true => "✓".to_owned(),
            false => format!("✗ {}", numbers.join(", ")),
        };
        text.push_str(&format!(" {shown} |"));
    }
    text.push('\n');
}

fn rules(client: &Client, integrations: &[Integration]) -> String {
    let name = client.name;
    let mut text =
        format!("\n### {name}\n\n| | it takes | here | otherwise |\n|---|---|---|---|\n");
    for (index, rule) in client.rules.iter().enumerate() {
        let Rule {
            takes,
            otherwise,
            source,
            test,
        } = rule;
        let most = integrations
            .iter()
            .filter_map(|integration| rules::measure(test, integration))
            .max();
        let here = most.map(|most| most.to_string()).unwrap_or_default();
        let number = index + 1;
        let _ = writeln!(
            text,
            "| {number} | [{takes}]({source}) | {here} | {otherwise} |"
        );
    }
    text
}

/// What a refusal says to a person, in a sentence without a full stop.
#[must_use]
pub fn sentence(refusal: &Refusal<'_>) -> String {
    let Refusal {
        client,
        integration,
        tool,
        found,
        ..
    } = refusal;
    match tool {
        Some(tool) => format!("{} does not take `{}`: {found}", client.name, tool.name),
        None => format!(
            "{} does not take all tools of `{}`: {found}",
            client.name, integration.slug
        ),
    }
}
