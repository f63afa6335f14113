//! Where the schemas that findings come from stand in the document.
//!
//! Schemas are compared as references into the document, so that one walk at the end finds the places of
//! all of them.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Finding;
use super::value::Found;
use crate::import::resolve::step;

/// Findings with the pointers of the schemas that they come from.
pub(super) fn with_pointers(found: Vec<Found<'_>>, root: &Json) -> Vec<Finding> {
    let mut pointers: BTreeMap<*const Json, String> = BTreeMap::new();
    for found in &found {
        let at = found.at.map(std::ptr::from_ref);
        pointers.extend(at.map(|at| (at, String::new())));
    }
    locate(root, &mut String::new(), &mut pointers);
    let findings = found.into_iter().map(|Found { finding, at }| {
        let at = at.and_then(|at| pointers.get(&std::ptr::from_ref(at)));
        let at = at.filter(|pointer| !pointer.is_empty()).cloned();
        Finding {
            pointer: finding.pointer.clone().or(at),
            ..finding
        }
    });
    findings.collect()
}

/// Writes the pointers of the values that are looked for. A document is nested no deeper than it may be.
fn locate(value: &Json, pointer: &mut String, pointers: &mut BTreeMap<*const Json, String>) {
    if let Some(found) = pointers.get_mut(&std::ptr::from_ref(value)) {
        found.clone_from(pointer);
    }
    let length = pointer.len();
    let mut into = |name: &str, inner: &Json| {
        pointer.push('/');
        pointer.push_str(name);
        locate(inner, pointer, pointers);
        pointer.truncate(length);
    };
    match value {
        Json::Object(members) => {
            for (name, member) in members {
                into(&step(name), member);
            }
        }
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                into(&index.to_string(), item);
            }
        }
        _ => {}
    }
}
