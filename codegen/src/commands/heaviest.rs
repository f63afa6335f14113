//! `cargo codegen check --heaviest N`: the tools that take the most tokens, and why.

use std::cmp::Reverse;
use std::io::{self, Write};

use serde_json::json;
use toolwright_codegen::model::Integration;
use toolwright_codegen::weight::{branches, by_weight};

use crate::{Format, Terminal};

/// Shows the heaviest tools of all integrations, and the heaviest parts of the first.
pub(crate) fn show(
    integrations: &[Integration],
    count: usize,
    format: Format,
    terminal: &mut Terminal<'_>,
) -> io::Result<()> {
    let mut tools: Vec<_> = integrations.iter().flat_map(by_weight).collect();
    tools.sort_by_key(|(_, _, tokens)| Reverse(*tokens));
    tools.truncate(count);
    let mut parts = tools
        .first()
        .map(|(_, json, _)| branches(json))
        .unwrap_or_default();
    parts.truncate(count);
    let out = &mut terminal.out;
    if matches!(format, Format::Json) {
        for (operation, _, tokens) in &tools {
            writeln!(
                out,
                "{}",
                json!({ "tool": operation.name, "tokens": tokens })
            )?;
        }
        for (part, tokens) in &parts {
            writeln!(out, "{}", json!({ "part": part, "tokens": tokens }))?;
        }
        return Ok(());
    }
    writeln!(out, "tokens  tool")?;
    for (operation, _, tokens) in &tools {
        writeln!(out, "{tokens:6}  {}", operation.name)?;
    }
    if let Some((heaviest, _, _)) = tools.first() {
        writeln!(out, "\ntokens  part of {}", heaviest.name)?;
        for (part, tokens) in &parts {
            writeln!(out, "{tokens:6}  {part}")?;
        }
    }
    Ok(())
}
