//! The fourth stage: the plain data of a definition becomes files.

mod added;
pub(crate) mod entries;

use std::collections::BTreeMap;

use serde_json::json;

pub(super) use self::added::add;
use self::entries::{integration, method_entry, type_entry};
use super::definition::{Definition, Method, ObjectType};
use super::yaml::{Entry, Yaml, entry};

/// The largest file that is written. The compiler reads files of twice this size.
const LARGEST: usize = 512 * 1024;

/// A file that is written, and the methods in it.
#[derive(Debug)]
pub(super) struct Written {
    /// Its name in the folder.
    pub(super) name: String,
    pub(super) text: String,
    /// Where each method stands, as the byte at which it starts, and its operation.
    pub(super) methods: Vec<(usize, String)>,
}

/// Writes a definition: `integration.yaml`, a file for each group of resources, and `types.yaml`.
pub(super) fn write(definition: &Definition) -> Vec<Written> {
    let mut files = vec![Written {
        name: "integration.yaml".to_owned(),
        text: file(&integration(definition)),
        methods: Vec::new(),
    }];
    let mut groups: BTreeMap<&str, BTreeMap<&str, Vec<&Method>>> = BTreeMap::new();
    for method in &definition.methods {
        let group = method.resource.split('_').next().unwrap_or_default();
        groups
            .entry(group)
            .or_default()
            .entry(&method.resource)
            .or_default()
            .push(method);
    }
    for (group, resources) in &groups {
        files.extend(resource_files(group, resources));
    }
    files.extend(type_files("types", &definition.types, &[]));
    files
}

fn file(sections: &[Entry]) -> String {
    let mut text = "# yaml-language-server: $schema=../schema.json".to_owned();
    for (index, section) in [&entry("version", Yaml::json(&json!(1)))]
        .into_iter()
        .chain(sections)
        .enumerate()
    {
        if index > 0 {
            text.push('\n');
        }
        section.write(0, &mut text);
    }
    text.push('\n');
    text
}

/// Methods as text behind a line, and where each starts in it.
fn methods_text(
    methods: &[&Method],
    write: impl Fn(&Entry, &mut String),
) -> (String, Vec<(usize, String)>) {
    let mut text = String::new();
    let mut starts = Vec::new();
    for method in methods {
        let mut written = String::new();
        write(&method_entry(method), &mut written);
        text.push('\n');
        starts.push((text.len(), method.pointer.clone()));
        text.push_str(&written);
    }
    (text, starts)
}

fn resource_files(group: &str, resources: &BTreeMap<&str, Vec<&Method>>) -> Vec<Written> {
    let mut files: Vec<Written> = Vec::new();
    for (resource, methods) in resources {
        let head = format!("\n  {resource}:\n    methods:");
        let (methods, starts) = methods_text(methods, |entry, text| entry.write(6, text));
        let starts = starts
            .into_iter()
            .map(|(start, pointer)| (head.len() + start, pointer));
        let text = head.clone() + &methods;
        let is_full = files
            .last()
            .is_none_or(|file| file.text.len() + text.len() > LARGEST);
        if is_full {
            let name = match files.len() {
                // What the whole product is about has a file of its own.
                0 if matches!(group, "integration" | "types") => format!("{group}_resource.yaml"),
                0 => format!("{group}.yaml"),
                others => format!("{group}_part_{}.yaml", others + 1),
            };
            let mut text = file(&[]);
            text.push_str("\nresources:");
            files.push(Written {
                name,
                text,
                methods: Vec::new(),
            });
        }
        if let Some(file) = files.last_mut() {
            let start = file.text.len();
            file.methods.extend(
                starts
                    .into_iter()
                    .map(|(at, pointer)| (start + at, pointer)),
            );
            file.text.push_str(&text);
        }
    }
    for file in &mut files {
        file.text.push('\n');
    }
    files
}

/// Types, in as many files as they need; the first one has other sections as well.
fn type_files(group: &str, types: &[ObjectType], others: &[Entry]) -> Vec<Written> {
    let mut files: Vec<Written> = Vec::new();
    if !others.is_empty() && types.is_empty() {
        let text = file(others).trim_end().to_owned();
        files.push(Written {
            name: format!("{group}.yaml"),
            text,
            methods: Vec::new(),
        });
    }
    for ty in types {
        let mut text = String::from("\n");
        let mut written = String::new();
        type_entry(ty).write(2, &mut written);
        text.push_str(&written);
        if files
            .last()
            .is_none_or(|file| file.text.len() + text.len() > LARGEST)
        {
            let name = match files.len() {
                0 => format!("{group}.yaml"),
                parts => format!("{group}_part_{}.yaml", parts + 1),
            };
            let others = if files.is_empty() { others } else { &[] };
            files.push(Written {
                name,
                text: format!("{}\ntypes:", file(others)),
                methods: Vec::new(),
            });
        }
        if let Some(file) = files.last_mut() {
            file.text.push_str(&text);
        }
    }
    for file in &mut files {
        file.text.push('\n');
    }
    files
}
