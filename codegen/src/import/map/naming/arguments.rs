//! Names of arguments.

use std::collections::BTreeSet;

use crate::names::{is_argument_name, rust_field};

/// Names of arguments, each given once, also in Rust.
#[derive(Debug, Default)]
pub(in crate::import::map) struct ArgumentNames(BTreeSet<String>);

impl ArgumentNames {
    /// Takes a name out of the game.
    pub(in crate::import::map) fn reserve(&mut self, name: &str) {
        self.0.insert(rust_field(name));
    }

    /// What to call an argument: its own name if that will do, else one made of it.
    pub(in crate::import::map) fn take(&mut self, written: &str, place: &str) -> String {
        let own = match is_argument_name(written) && !rust_field(written).is_empty() {
            true => written.to_owned(),
            false => argument_name(written),
        };
        let other = format!("{place}_{own}");
        let numbered = (2_u64..).map(|number| format!("{place}_{number}"));
        let mut names = [own, other].into_iter().chain(numbered);
        let free = names.find(|name| is_argument_name(name) && self.0.insert(rust_field(name)));
        free.unwrap_or_default()
    }
}

/// The letters and digits of a name, with `_` between them.
fn argument_name(written: &str) -> String {
    let plain: String = written
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    let name = plain.split_whitespace().collect::<Vec<_>>().join("_");
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    };
    name.get(..48).unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_have_names_of_their_own() {
        let mut names = ArgumentNames::default();
        for (written, place, ours) in [
            ("userId", "path", "userId"),
            ("user_id", "query", "query_user_id"),
            ("user_id", "body", "body_user_id"),
            ("user_id", "body", "body_2"),
            ("$filter", "query", "filter"),
            ("page[number]", "query", "page_number"),
            ("日本", "query", "query_"),
            ("1st", "query", "_1st"),
        ] {
            assert_eq!(names.take(written, place), ours);
        }
    }
}
