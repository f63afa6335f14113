//! The last stage: what was written is compiled, and what the compiler refuses is taken out again.
//!
//! The stages before know the rules of the language. This one makes sure of it, and decides which
//! drafts of documentation are complete: the judge is the compiler itself.

use std::collections::BTreeMap;

use super::definition::Definition;
use super::existing::Existing;
use super::report::{Reason, Refusal, Report};
use super::write::{Written, add, write};
use crate::analyse;
use crate::diagnostics::Severity;
use crate::load::Sources;

/// How often something is taken out. Each time there is less.
const ROUNDS: usize = 6;

/// The files of a definition that compiles, as far as they were not there.
pub(super) fn settle(
    mut definition: Definition,
    slug: &str,
    existing: &Existing,
    report: &mut Report,
) -> Vec<(String, String)> {
    let files = compiling(&mut definition, slug, existing, report).unwrap_or_else(|| {
        // Whatever it is that does not compile, nothing is left of it.
        refuse_all(&mut definition, report);
        Vec::new()
    });
    report.definitions = report.kept + definition.methods.len();
    let unread = definition.methods.iter().filter(|method| method.is_unread);
    report.unread_answers = unread.count();
    let is_new = |file: &Written| {
        let mut there = existing.files();
        !there.any(|(name, text)| name == file.name && text == file.text)
    };
    let changed = files.into_iter().filter(is_new);
    changed.map(|file| (file.name, file.text)).collect()
}

/// Takes out of a definition what the compiler refuses. None where that does not help.
fn compiling(
    definition: &mut Definition,
    slug: &str,
    existing: &Existing,
    report: &mut Report,
) -> Option<Vec<Written>> {
    for _ in 0..ROUNDS {
        if definition.methods.is_empty() {
            return Some(Vec::new());
        }
        let files = match existing.is_empty() {
            true => write(definition),
            false => add(definition, existing),
        };
        let found = faults(&files, slug);
        report.tools = found.tools;
        match (found.methods.is_empty(), found.elsewhere.is_empty()) {
            (true, true) => return Some(files),
            (true, false) => {
                report.remarks.extend(found.elsewhere);
                return None;
            }
            (false, _) => take_out(definition, &found, report),
        }
        definition.remove_what_is_unused();
    }
    None
}

/// What the compiler refuses.
struct Faults {
    /// Operations by their pointers, with the code and the words of the first error.
    methods: BTreeMap<String, String>,
    /// What is wrong elsewhere.
    elsewhere: Vec<String>,
    tools: usize,
}

fn faults(files: &[Written], slug: &str) -> Faults {
    let paths: Vec<String> = files
        .iter()
        .map(|file| format!("{slug}/{}", file.name))
        .collect();
    let sources = Sources::from_texts(
        paths
            .iter()
            .map(String::as_str)
            .zip(files.iter().map(|file| file.text.as_str())),
    );
    let compilation = analyse(&sources);
    let mut faults = Faults {
        methods: BTreeMap::new(),
        elsewhere: Vec::new(),
        tools: 0,
    };
    for diagnostic in compilation.diagnostics.sorted() {
        if diagnostic.severity != Severity::Error {
            continue;
        }
        let words = format!("{} {}", diagnostic.code, diagnostic.message);
        let span = diagnostic.primary.span;
        let path = sources.file(span.file).map(|file| file.path.as_str());
        let file = paths
            .iter()
            .zip(files)
            .find(|(known, _)| Some(known.as_str()) == path)
            .map(|(_, file)| file);
        // What was there before has no pointer.
        let method = file.and_then(|file| {
            file.methods
                .iter()
                .rev()
                .find(|(start, _)| *start <= span.start)
        });
        match method.filter(|(_, pointer)| !pointer.is_empty()) {
            Some((_, pointer)) => {
                faults.methods.entry(pointer.clone()).or_insert(words);
            }
            None => faults.elsewhere.push(words),
        }
    }
    let operations = compilation
        .integrations
        .iter()
        .flat_map(|integration| &integration.operations);
    faults.tools = operations
        .filter(|operation| operation.tool.is_some())
        .count();
    faults
}

fn refuse_all(definition: &mut Definition, report: &mut Report) {
    report.tools = 0;
    report
        .refusals
        .extend(definition.methods.drain(..).map(|method| Refusal {
            pointer: method.pointer,
            reason: Reason::Refused,
            what: "the definition as a whole".to_owned(),
        }));
}

/// Takes out drafts first, and the operation where that does not help.
fn take_out(definition: &mut Definition, faults: &Faults, report: &mut Report) {
    definition.methods.retain_mut(|method| {
        let Some(words) = faults.methods.get(&method.pointer) else {
            return true;
        };
        if method.docs.take().is_some() {
            method.comments.push(super::map::comment(&format!(
                "The document's own words do not pass: {words}"
            )));
            return true;
        }
        report.refusals.push(Refusal {
            pointer: method.pointer.clone(),
            reason: Reason::Refused,
            what: words.clone(),
        });
        false
    });
}
