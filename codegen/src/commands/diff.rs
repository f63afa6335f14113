//! `cargo codegen diff`: what is different for those who use the tools.

use std::io;
use std::path::Path;

use toolwright_codegen::diagnostics::Diagnostics;
use toolwright_codegen::load::{Sources, load};
use toolwright_codegen::surface::surfaces;
use toolwright_codegen::{compile, diff};

use super::check::report_stale;
use super::revision::{self, Missing};
use crate::directories::Directories;
use crate::{Format, Outcome, Terminal, report};

/// Compares today's definitions with those of a git revision.
pub(crate) fn run(
    directories: &Directories,
    since: &str,
    format: Format,
    terminal: &mut Terminal<'_>,
) -> io::Result<Outcome> {
    let sources = load(&directories.definitions);
    let today = compile(&sources);
    if today.diagnostics.has_errors() {
        return broken("today", &today.diagnostics, &sources, format, terminal);
    }
    let directory = Some(directories.definitions.as_path());
    let directory = directory.filter(|directory| !directory.as_os_str().is_empty());
    let old_sources = match revision::read(directory.unwrap_or(Path::new(".")), since) {
        Ok(sources) => sources,
        Err(Missing::Revision(said)) => {
            writeln!(
                terminal.log,
                "error: git finds no revision `{since}`: {said}"
            )?;
            return Ok(Outcome::Usage);
        }
        Err(Missing::Git(error)) => {
            let said = format!("git cannot be asked for `{since}`: {error}");
            return Err(io::Error::new(error.kind(), said));
        }
    };
    let old = compile(&old_sources);
    if old.diagnostics.has_errors() {
        return broken(since, &old.diagnostics, &old_sources, format, terminal);
    }
    let (before, after) = (surfaces(&old), surfaces(&today));
    let mut diagnostics = Diagnostics::default();
    diff::check(&before, &after, &mut diagnostics);
    if diagnostics.has_errors() {
        return broken("today", &diagnostics, &sources, format, terminal);
    }
    let changes = diff::compare(&before, &after);
    let render = match format {
        Format::Text => diff::report::text,
        Format::Json => diff::report::json,
        Format::Github => diff::report::github,
    };
    write!(terminal.out, "{}", render(&changes, &sources, since))?;
    let is_stale = report_stale(&today, directories, format, terminal)?;
    Ok(match (is_stale, diff::breaks(&changes)) {
        (true, _) => Outcome::Stale,
        (false, true) => Outcome::Breaking,
        (false, false) => Outcome::Done,
    })
}

fn broken(
    whose: &str,
    diagnostics: &Diagnostics,
    sources: &Sources,
    format: Format,
    terminal: &mut Terminal<'_>,
) -> io::Result<Outcome> {
    report(diagnostics, sources, format, terminal)?;
    writeln!(
        terminal.log,
        "error: the definitions of {whose} do not compile"
    )?;
    Ok(Outcome::Broken)
}
