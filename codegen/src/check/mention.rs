//! What texts speak of: integrations and tools, by their names.

use crate::diagnostics::nearest;
use crate::model::Integration;

/// The name by which a text speaks of an integration: its label, or its slug or an alias inside the
/// name of a tool. A slug alone can be any word: `box`, `close`, `front`.
pub(super) fn integration_in<'m>(text: &str, integration: &'m Integration) -> Option<&'m str> {
    let label = Some(integration.label.trim());
    let label = label.filter(|label| !label.is_empty() && contains_word(text, label));
    let aliases = integration.aliases.iter().map(|alias| alias.as_str());
    let mut slugs = std::iter::once(integration.slug.as_str()).chain(aliases);
    label.or_else(|| slugs.find(|slug| is_in_tool_name(text, slug)))
}

fn is_in_tool_name(text: &str, slug: &str) -> bool {
    compounds(text).any(|word| format!("_{word}_").contains(&format!("_{slug}_")))
}

/// The words of a text that are made of several, as names of tools are.
fn compounds(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.contains('_'))
}

/// The words of a text that name a tool of an integration, or would: a verb and the slug, the slug and
/// a resource, or what is near a name. Other words may start with the slug: it can be any word.
pub(super) fn tools_in<'t>(
    text: &'t str,
    integration: &Integration,
    tools: &[&str],
) -> Vec<&'t str> {
    const VERBS: [&str; 5] = ["list", "get", "create", "update", "delete"];
    let Integration {
        slug, operations, ..
    } = integration;
    let names_tool = |name: &&str| {
        let word = format!("_{name}");
        let Some((before, after)) = word.split_once(&format!("_{slug}_")) else {
            return false;
        };
        let verb = before.split('_').nth(1);
        let mut resources = operations.iter().map(|operation| &operation.resource);
        let is_of = |name: &String| {
            let rest = after.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.starts_with('_'))
        };
        match verb {
            // The start of several names.
            _ if after.is_empty() || after.ends_with('_') => false,
            Some(verb) => VERBS.contains(&verb),
            None => resources.any(is_of) || nearest(name, tools.iter().copied()).is_some(),
        }
    };
    compounds(text).filter(names_tool).collect()
}

fn contains_word(text: &str, word: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(word).any(|(start, found)| {
        let (before, rest) = text.split_at(start);
        let after = rest
            .strip_prefix(found)
            .and_then(|rest| rest.chars().next());
        !is_letter(before.chars().next_back()) && !is_letter(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        assert!(contains_word("Users of Zoho Bigin.", "Zoho Bigin"));
        assert!(contains_word("Zesty's users", "Zesty"));
        assert!(!contains_word("a Zestyish user", "Zesty"));
    }

    #[test]
    fn slugs_count_in_names_of_tools_alone() {
        for named in [
            "list_all_box_files",
            "see `get_single_box_file_by_id`.",
            "box_files_move",
        ] {
            assert!(is_in_tool_name(named, "box"), "{named}");
        }
        for plain in ["a text box", "a box_office", "in box_es"] {
            assert!(!is_in_tool_name(plain, "zoho_box"), "{plain}");
        }
        assert!(!is_in_tool_name("a text box", "box"));
    }
}
