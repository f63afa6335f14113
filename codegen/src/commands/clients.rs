//! `cargo codegen clients`: which client takes which tool.

use std::io;
use std::path::Path;

use serde_json::json;
use toolwright_codegen::clients::{Refusal, page, refusals};

use crate::directories::Directories;
use crate::{Format, Outcome, Terminal, compile_and_report};

/// Shows the tables, or brings those of a page up to date, and whether all is taken.
pub(crate) fn run(
    directories: &Directories,
    page: Option<&Path>,
    format: Format,
    terminal: &mut Terminal<'_>,
) -> io::Result<Outcome> {
    let Some(compilation) = compile_and_report(&directories.definitions, format, terminal)? else {
        return Ok(Outcome::Broken);
    };
    let integrations = &compilation.integrations;
    match (page, format) {
        (Some(path), _) => {
            let text = std::fs::read_to_string(path).map_err(|error| at(path, &error))?;
            let Some(updated) = page::updated(&text, integrations) else {
                return Err(io::Error::other(format!(
                    "{}: there is no place for the tables: it takes the lines `<!-- begin: cargo codegen \
                     clients -->` and `<!-- end: cargo codegen clients -->`",
                    path.display()
                )));
            };
            if updated == text {
                writeln!(terminal.log, "{} is up to date", path.display())?;
            } else {
                std::fs::write(path, updated).map_err(|error| at(path, &error))?;
                writeln!(terminal.log, "wrote {}", path.display())?;
            }
        }
        (None, Format::Json) => {
            for refusal in refusals(integrations) {
                writeln!(terminal.out, "{}", as_json(&refusal))?;
            }
        }
        // The annotations are there: they are warnings of the compiler.
        (None, Format::Github) => {}
        (None, Format::Text) => write!(terminal.out, "{}", page::tables(integrations))?,
    }
    Ok(match refusals(integrations).is_empty() {
        true => Outcome::Done,
        false => Outcome::Refused,
    })
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn as_json(refusal: &Refusal<'_>) -> serde_json::Value {
    json!({
        "client": refusal.client.name,
        "integration": refusal.integration.slug,
        "tool": refusal.tool.map(|tool| &tool.name),
        "found": refusal.found,
        "takes": refusal.rule.takes,
        "otherwise": refusal.rule.otherwise,
        "source": refusal.rule.source,
    })
}
