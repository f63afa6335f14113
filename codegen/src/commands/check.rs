//! `cargo codegen check`: what is wrong, and what is out of date.

use std::io;

use serde_json::json;
use toolwright_codegen::{Compilation, shape};

use super::heaviest;
use crate::directories::Directories;
use crate::{Format, Outcome, Terminal, compile_and_report, is_in};

/// Reports problems, then what is heavy, if that is asked for, then what is out of date.
pub(crate) fn run(
    directories: &Directories,
    heaviest: Option<usize>,
    format: Format,
    terminal: &mut Terminal<'_>,
) -> io::Result<Outcome> {
    let Some(compilation) = compile_and_report(&directories.definitions, format, terminal)? else {
        return Ok(Outcome::Broken);
    };
    if let Some(count) = heaviest {
        heaviest::show(&compilation.integrations, count, format, terminal)?;
    }
    Ok(
        match report_stale(&compilation, directories, format, terminal)? {
            true => Outcome::Stale,
            false => Outcome::Done,
        },
    )
}

/// Shows which files are out of date. Whether there are any.
pub(super) fn report_stale(
    compilation: &Compilation,
    directories: &Directories,
    format: Format,
    terminal: &mut Terminal<'_>,
) -> io::Result<bool> {
    let Directories { definitions, out } = directories;
    let generated = compilation.files.stale(out).into_iter();
    let mut stale: Vec<_> = generated.map(|path| (out.join(path), "write")).collect();
    let schema = definitions.join("schema.json");
    if !is_in(&schema, &shape::json_schema()) {
        stale.push((schema, "schema"));
    }
    for (path, command) in &stale {
        let path = path.display().to_string();
        let remedy = format!("cargo codegen {command}");
        match format {
            Format::Text => writeln!(terminal.log, "{path} is out of date: run `{remedy}`")?,
            Format::Json => {
                writeln!(
                    terminal.out,
                    "{}",
                    json!({ "stale": path, "remedy": remedy })
                )?;
            }
            Format::Github => {
                writeln!(
                    terminal.out,
                    "::error file={path}::out of date: run `{remedy}`"
                )?;
            }
        }
    }
    Ok(!stale.is_empty())
}
