//! Additions to files that are there: methods beside those of their resource, everything else in files
//! of their own.

use std::collections::BTreeMap;

use super::entries::shared;
use super::{Written, methods_text, resource_files, type_files};
use crate::import::definition::{Definition, Method};
use crate::import::existing::{Existing, Spot, Style};

/// Adds a definition to the files that are there. Those that stay as they are are among what it returns.
pub(in crate::import) fn add(definition: &Definition, existing: &Existing) -> Vec<Written> {
    let mut files: Vec<Written> = existing
        .files()
        .map(|(name, text)| Written {
            name: name.to_owned(),
            text: text.to_owned(),
            methods: Vec::new(),
        })
        .collect();
    let mut by_resource: BTreeMap<&str, Vec<&Method>> = BTreeMap::new();
    for method in &definition.methods {
        by_resource
            .entry(&method.resource)
            .or_default()
            .push(method);
    }
    let mut spots: Vec<(Spot<'_>, Vec<&Method>)> = Vec::new();
    by_resource.retain(|resource, methods| match existing.spot(resource) {
        Some(spot) => {
            spots.push((spot, std::mem::take(methods)));
            false
        }
        None => true,
    });
    // From the end of each file, so that the spots before stay right.
    spots.sort_by_key(|(spot, _)| std::cmp::Reverse(spot.at));
    for (spot, methods) in spots {
        if let Some(file) = files.iter_mut().find(|file| file.name == spot.file) {
            file.insert(&spot, &methods);
        }
    }
    let is_free = |name: &String| {
        !files
            .iter()
            .any(|file| file.name.starts_with(name.as_str()))
    };
    let mut names = (1_u64..).map(|number| format!("imported_{number}"));
    let group = names.find(is_free).unwrap_or_default();
    files.extend(resource_files(&group, &by_resource));
    files.extend(type_files(
        &format!("{group}_types"),
        &definition.types,
        &shared(definition),
    ));
    files
}

impl Written {
    fn insert(&mut self, spot: &Spot<'_>, methods: &[&Method]) {
        let (mut text, starts) = methods_text(methods, |entry, text| match spot.style {
            Style::Lines => entry.write(spot.indent, text),
            Style::Braces => entry.write_between_braces(spot.indent, text),
        });
        if spot.style == Style::Braces {
            text.push('\n');
            text.push_str(&" ".repeat(spot.indent));
        }
        for (start, _) in &mut self.methods {
            *start += text.len();
        }
        let starts = starts.into_iter();
        self.methods
            .extend(starts.map(|(start, pointer)| (spot.at + start, pointer)));
        // Whatever follows is not of these methods.
        self.methods.push((spot.at + text.len(), String::new()));
        self.methods.sort();
        self.text.insert_str(spot.at, &text);
    }
}
