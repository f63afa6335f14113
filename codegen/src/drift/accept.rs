//! Findings that are known, and meant.
//!
//! They stand in a file as a report has them: one JSON object a line. What is in such a file is not
//! reported again, until the vendor says something else about the same place.

use serde_json::Value as Json;

use super::{Finding, report};

/// Findings by what identifies them.
#[derive(Debug, Default)]
pub struct Accepted {
    /// Each with whether it was found again.
    known: Vec<(Json, bool)>,
}

/// What identifies a finding. A declared type is the same whatever operation it was seen in.
const KEYS: [&str; 5] = ["integration", "kind", "type", "part", "found"];

impl Accepted {
    /// Reads a file of accepted findings, those of one integration where a slug is given. Lines without a
    /// kind are passed over.
    ///
    /// # Errors
    /// The line that is no JSON.
    pub fn read(text: &str, slug: Option<&str>) -> Result<Self, String> {
        let mut known = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            let line: Json =
                serde_json::from_str(line).map_err(|error| format!("line {number}: {error}"))?;
            let is_asked_for = slug
                .is_none_or(|slug| line.get("integration").and_then(Json::as_str) == Some(slug));
            if line.get("kind").is_some() && is_asked_for {
                known.push((identity(&line), false));
            }
        }
        Ok(Self { known })
    }

    /// Takes out the findings that are accepted. How many they are.
    pub fn take_from(&mut self, findings: &mut Vec<Finding>) -> usize {
        let before = findings.len();
        findings.retain(|finding| {
            let identity = identity(&report::object(finding));
            let known = self.known.iter_mut().find(|(known, _)| *known == identity);
            known.map(|(_, is_found)| *is_found = true).is_none()
        });
        before - findings.len()
    }

    /// How many were not found again, so that the file is longer than it has to be.
    #[must_use]
    pub fn unused(&self) -> usize {
        self.known.iter().filter(|(_, is_found)| !is_found).count()
    }
}

fn identity(line: &Json) -> Json {
    let value = |key: &str| line.get(key).cloned().unwrap_or_default();
    let operation = match line.get("type") {
        None | Some(Json::Null) => value("operation"),
        Some(_) => Json::Null,
    };
    KEYS.iter()
        .map(|key| value(key))
        .chain([operation])
        .collect()
}
