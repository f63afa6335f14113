//! What people are told of answers that were compared. Names, types and counts: no value is among them
//! but the words that were asked for.

use std::io::{self, Write};

use serde_json::Value;

use super::comparison::Comparison;
use super::finding::{Finding, Kind, never_seen};
use super::tally::Tally;

/// Writes differences for people. `unseen` is whether declared fields that no answer has are listed.
pub(crate) fn write_text(
    comparison: &Comparison,
    findings: &[Finding],
    unseen: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    for compared in comparison.operations() {
        let name = compared.operation.name;
        let own: Vec<&Finding> = findings
            .iter()
            .filter(|one| one.operation == name)
            .collect();
        if own.is_empty() {
            continue;
        }
        writeln!(out, "{name} ({})", counted(compared.tally.rows, "row"))?;
        for finding in own {
            writeln!(out, "  {}", line(finding))?;
        }
        writeln!(out)?;
    }
    let mut fields = 0;
    for compared in comparison.operations() {
        let never = never_seen(&compared.tally);
        fields += never.len() as u64;
        if unseen && !never.is_empty() {
            let (name, never) = (compared.operation.name, never.join(", "));
            writeln!(out, "{name}: declared and not seen: {never}")?;
        }
    }
    if fields > 0 && !unseen {
        let fields = counted(fields, "declared field");
        writeln!(out, "{fields} not seen in any answer: --unseen lists them.")?;
    }
    let sum = |count: fn(&Tally) -> u64| comparison.operations().map(|one| count(&one.tally)).sum();
    let answers = counted(sum(|tally| tally.answers), "answer");
    let operations = counted(comparison.operations().count() as u64, "operation");
    let rows = counted(sum(|tally| tally.rows), "row");
    let all = format!("{answers} of {operations}, {rows}");
    if findings.is_empty() {
        return writeln!(out, "{all}: as declared.");
    }
    let differences = counted(findings.len() as u64, "difference");
    writeln!(out, "{all}: {differences}.")?;
    writeln!(
        out,
        "To take them over, add: --format json | cargo codegen drift --findings - --apply"
    )
}

/// A difference on a line.
fn line(finding: &Finding) -> String {
    let Finding {
        kind,
        part,
        declared,
        found,
        values,
        seen,
        of,
        ..
    } = finding;
    let declared = declared.as_deref().unwrap_or_default();
    let found = found.as_ref().map(notation).unwrap_or_default();
    let what = match kind {
        Kind::UndeclaredField if found.is_empty() => "undeclared keys that are data".to_owned(),
        Kind::UndeclaredField => format!("undeclared, {found}"),
        Kind::MissingField => format!("missing, declared {declared} and required"),
        Kind::WrongType => format!("{found}, declared {declared}"),
        Kind::UnexpectedNull => format!("null, declared {declared}"),
        Kind::NewEnumValue => match values.as_deref() {
            None => "values that are not in its enum".to_owned(),
            Some(values) => format!("values that are not in its enum: {}", values.join(", ")),
        },
        Kind::MalformedIdentifier => "does not match the pattern of its identifier".to_owned(),
        Kind::Unreadable if part.is_empty() => format!("cannot be read as {declared}"),
        Kind::Unreadable => format!("nothing that can be read as {declared}"),
    };
    let place = if part.is_empty() { "the answer" } else { part };
    format!("{place}: {what} ({seen} of {of})")
}

/// What was found, as it is written between braces in a definition.
fn notation(found: &Value) -> String {
    match found {
        Value::String(ty) => ty.clone(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, inner)| format!("{name}: {}", notation(inner)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
