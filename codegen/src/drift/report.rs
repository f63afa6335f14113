//! Findings for people, for programs and for GitHub.

use serde_json::{Value as Json, json};

use super::patch::Patch;
use super::{Class, Finding, Kind};
use crate::diagnostics::{Diagnostic, Label, Severity, tidy};
use crate::load::Sources;
use crate::render::{self, Place};

/// How many names of a list are shown.
const MOST_NAMES: usize = 12;
/// How many endpoints are shown of those that are not defined.
const FEW_ENDPOINTS: usize = 3;

/// For people: what contradicts one by one, with its line; what is only lacking, place by place.
#[must_use]
pub fn text(
    findings: &[Finding],
    sources: &Sources,
    is_styled: bool,
    all_endpoints: bool,
) -> String {
    let render = if is_styled {
        render::styled
    } else {
        render::plain
    };
    let diagnostics = diagnostics(findings).into_iter();
    let mut text: String = diagnostics
        .map(|diagnostic| format!("{}\n\n", render(&diagnostic, sources)))
        .collect();
    if let Some(line) = endpoints(findings, all_endpoints) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// For GitHub Actions: a workflow command for each. What contradicts is an error, the rest a notice.
#[must_use]
pub fn github(findings: &[Finding], sources: &Sources) -> String {
    let diagnostics = diagnostics(findings).into_iter().map(|diagnostic| {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "notice",
        };
        let help = diagnostic.help.iter().map(|help| format!("\n{help}"));
        let text = format!("{}{}", diagnostic.message, help.collect::<String>());
        let place = Place::of(diagnostic.primary.span, sources);
        render::workflow_command(command, Some(&place), diagnostic.code, &text)
    });
    let endpoints = endpoints(findings, false)
        .map(|line| render::workflow_command("notice", None, Kind::NewEndpoint.word(), &line));
    diagnostics
        .chain(endpoints)
        .map(|line| line + "\n")
        .collect()
}

/// For programs: a JSON object a line.
#[must_use]
pub fn json(findings: &[Finding], sources: &Sources, patch: &Patch) -> String {
    let lines = findings.iter().enumerate().map(|(index, finding)| {
        let mut object = object(finding);
        let place = finding.span.map(|span| Place::of(span, sources));
        let dropped = patch.dropped.iter().find(|(dropped, _)| *dropped == index);
        if let Some(members) = object.as_object_mut() {
            members.insert(
                "file".to_owned(),
                json!(place.as_ref().map(|place| &place.file)),
            );
            members.insert(
                "line".to_owned(),
                json!(place.as_ref().map(|place| place.line)),
            );
            members.insert(
                "column".to_owned(),
                json!(place.as_ref().map(|place| place.column)),
            );
            members.insert("patched".to_owned(), json!(patch.mended.contains(&index)));
            members.insert("not_patched".to_owned(), json!(dropped.map(|(_, why)| why)));
        }
        format!("{object}\n")
    });
    lines.collect()
}

/// What identifies and describes a finding.
pub(super) fn object(finding: &Finding) -> Json {
    json!({
        "class": finding.class.word(),
        "kind": finding.kind.word(),
        "integration": finding.integration,
        "operation": finding.operation,
        "type": finding.ty,
        "part": finding.part,
        "found": finding.found,
        "message": finding.message,
        "help": finding.help,
        "pointer": finding.pointer,
    })
}

/// For people: what is left out of the patch, and why.
#[must_use]
pub fn left_out(findings: &[Finding], patch: &Patch) -> String {
    let lines = patch.dropped.iter().filter_map(|(index, why)| {
        let finding = findings.get(*index)?;
        let (part, owner) = (tidy(finding.part.clone()), owner(finding));
        Some(format!("not in the patch: `{part}` of `{owner}`: {why}\n"))
    });
    lines.collect()
}

/// The last line: `contradicts: 2, lacks: 3; 1 accepted`.
#[must_use]
pub fn summary(findings: &[Finding], accepted: usize) -> String {
    let count = |class| {
        findings
            .iter()
            .filter(|finding| finding.class == class)
            .count()
    };
    let counts =
        [Class::Contradicts, Class::Lacks, Class::Beyond].map(|class| (class.word(), count(class)));
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(word, count)| format!("{word}: {count}"))
        .collect();
    let found = match counts.as_slice() {
        [] => "no drift".to_owned(),
        counts => counts.join(", "),
    };
    match accepted {
        0 => found,
        accepted => format!("{found}; {accepted} accepted"),
    }
}

/// What was found as diagnostics: each by itself where it contradicts, else those of one place as one.
fn diagnostics(findings: &[Finding]) -> Vec<Diagnostic> {
    let findings: Vec<&Finding> = findings.iter().filter(|one| one.span.is_some()).collect();
    let is_listed = |finding: &Finding| {
        let kinds = [
            Kind::UndeclaredField,
            Kind::NewParameter,
            Kind::MissingField,
        ];
        finding.class != Class::Contradicts && kinds.contains(&finding.kind)
    };
    let (listed, single): (Vec<_>, Vec<_>) = findings
        .into_iter()
        .partition(|finding: &&Finding| is_listed(finding));
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in listed {
        let is_alike = |group: &&mut Vec<&Finding>| {
            group
                .first()
                .is_some_and(|first| (first.kind, owner(first)) == (finding.kind, owner(finding)))
        };
        match groups.iter_mut().find(is_alike) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    let mut diagnostics: Vec<Diagnostic> = single.into_iter().map(diagnostic).collect();
    diagnostics.extend(groups.iter().filter_map(|group| {
        let first = group.first()?;
        let names: Vec<&str> = group.iter().map(|one| one.part.as_str()).collect();
        let (count, owner) = (names.len(), owner(first));
        let names = shown(&names, MOST_NAMES);
        let message = match (count, first.kind) {
            (1, _) => return Some(diagnostic(first)),
            (_, Kind::NewParameter) => {
                format!("`{owner}` does not take {count} parameters: {names}")
            }
            (_, Kind::MissingField) => {
                format!("{count} fields of `{owner}` are not in the document: {names}")
            }
            _ => format!("`{owner}` does not declare {count} fields: {names}"),
        };
        let mut all = diagnostic(first);
        all.message = tidy(message);
        all.help.clear();
        Some(all)
    }));
    diagnostics.sort_by_key(|found| (found.primary.span, found.severity));
    diagnostics
}

/// The declared type that a finding is about, else the operation.
fn owner(finding: &Finding) -> &str {
    let owner = finding.ty.as_ref().or(finding.operation.as_ref());
    owner.map(String::as_str).unwrap_or_default()
}

fn diagnostic(finding: &Finding) -> Diagnostic {
    let pointer = finding
        .pointer
        .iter()
        .map(|pointer| format!("in the document: #{pointer}"));
    let help = pointer.chain(finding.help.clone()).map(tidy);
    Diagnostic {
        primary: Label {
            span: finding.span.unwrap_or_default(),
            text: String::new(),
        },
        code: finding.kind.word(),
        severity: match finding.class {
            Class::Contradicts => Severity::Error,
            Class::Lacks | Class::Beyond => Severity::Warning,
        },
        message: tidy(finding.message.clone()),
        secondary: Vec::new(),
        help: help.collect(),
    }
}

/// The endpoints that are not defined, in one line or one a line.
fn endpoints(findings: &[Finding], all: bool) -> Option<String> {
    let new = findings.iter().filter(|one| one.kind == Kind::NewEndpoint);
    let names: Vec<&str> = new.map(|one| one.part.as_str()).collect();
    let count = match names.len() {
        0 => return None,
        1 => "1 endpoint of the document is not defined".to_owned(),
        count => format!("{count} endpoints of the document are not defined"),
    };
    let lines = names
        .iter()
        .map(|name| format!("\n  {}", tidy((*name).to_owned())));
    Some(match all {
        true => format!("{count}:{}", lines.collect::<String>()),
        false => format!("{count}: {}", shown(&names, FEW_ENDPOINTS)),
    })
}

/// The first of some names, and how many more there are.
fn shown(names: &[&str], most: usize) -> String {
    let first = names
        .iter()
        .take(most)
        .map(|name| format!("`{}`", tidy((*name).to_owned())));
    let mut text = first.collect::<Vec<_>>().join(", ");
    if names.len() > most {
        text.push_str(&format!(" and {} more", names.len() - most));
    }
    text
}
