//! `cargo codegen diff`: what is different for those who use the tools.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use toolwright_codegen::diagnostics::Diagnostics;
use toolwright_codegen::diff::past::Past;
use toolwright_codegen::load::{Sources, load};
use toolwright_codegen::surface::surfaces;
use toolwright_codegen::{compile, diff, lock};

use super::check::report_stale;
use super::revision::{self, Missing};
use crate::directories::Directories;
use crate::{Format, Outcome, Terminal, report};

/// What today's definitions are compared with.
#[derive(Debug, Args)]
pub(crate) struct Since {
    /// The revision: a branch, a tag, a commit.
    #[arg(long = "since", value_name = "REV", env = "TOOLWRIGHT_SINCE")]
    revision: String,
    /// Where the definitions were in that revision, from this directory. Left out: where they are today.
    #[arg(long, value_name = "DIR", env = "TOOLWRIGHT_DEFINITIONS_THEN")]
    definitions_then: Option<PathBuf>,
}

/// Compares today's definitions with those of a git revision.
pub(crate) fn run(
    directories: &Directories,
    since: &Since,
    format: Format,
    terminal: &mut Terminal<'_>,
) -> io::Result<Outcome> {
    let sources = load(&directories.definitions);
    let today = compile(&sources);
    if today.diagnostics.has_errors() {
        return broken(&today.diagnostics, &sources, format, terminal);
    }
    let before = match past(directories, since) {
        Ok(before) => before,
        Err(Missing::Revision(said)) => {
            writeln!(terminal.log, "error: git finds no {said}")?;
            return Ok(Outcome::Usage);
        }
        Err(Missing::Git(error)) => {
            let said = format!("git cannot be asked for `{}`: {error}", since.revision);
            return Err(io::Error::new(error.kind(), said));
        }
    };
    let after = surfaces(&today);
    let mut diagnostics = Diagnostics::default();
    diff::check(&before, &after, &mut diagnostics);
    if diagnostics.has_errors() {
        return broken(&diagnostics, &sources, format, terminal);
    }
    let changes = diff::compare(&before, &after);
    let render = match format {
        Format::Text => diff::report::text,
        Format::Json => diff::report::json,
        Format::Github => diff::report::github,
    };
    let report = render(&changes, &before.unread, &sources, &since.revision);
    write!(terminal.out, "{report}")?;
    let is_stale = report_stale(&today, directories, format, terminal)?;
    Ok(match (is_stale, diff::breaks(&changes)) {
        (true, _) => Outcome::Stale,
        (false, true) => Outcome::Breaking,
        (false, false) => Outcome::Done,
    })
}

fn past(directories: &Directories, since: &Since) -> Result<Past, Missing> {
    let Since {
        revision,
        definitions_then,
    } = since;
    let here = Path::new(".");
    let sources = match definitions_then {
        Some(then) => revision::read_elsewhere(here, then, revision)?,
        None => {
            let today = directories.definitions.as_path();
            let is_here = today.as_os_str().is_empty();
            revision::read(if is_here { here } else { today }, revision)?
        }
    };
    let lock = revision::text(&directories.out, lock::PATH, revision)?;
    Ok(Past::read(sources, &lock))
}

fn broken(
    diagnostics: &Diagnostics,
    sources: &Sources,
    format: Format,
    terminal: &mut Terminal<'_>,
) -> io::Result<Outcome> {
    report(diagnostics, sources, format, terminal)?;
    writeln!(
        terminal.log,
        "error: the definitions of today do not compile"
    )?;
    Ok(Outcome::Broken)
}
