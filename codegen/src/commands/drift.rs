//! `cargo codegen drift`: whether definitions still agree with their vendors.

use std::fmt::Display;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use similar::TextDiff;
use toolwright_codegen::compile;
use toolwright_codegen::drift::accept::Accepted;
use toolwright_codegen::drift::patch::{Patch, patch};
use toolwright_codegen::drift::{Class, Finding, compare, recorded, report};
use toolwright_codegen::load::{Sources, load};
use toolwright_codegen::model::Integration;

use crate::directories::Directories;
use crate::import_command::read;
use crate::{Format, Outcome, Terminal};

/// What to compare definitions with.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    against: Against,
    /// The slug of the integration. Findings are of any, without it.
    #[arg(
        long,
        value_name = "SLUG",
        env = "TOOLWRIGHT_INTEGRATION",
        required_unless_present = "findings"
    )]
    integration: Option<String>,
    /// Findings that are known and meant: lines of the report that `--format json` prints.
    #[arg(long, value_name = "FILE", env = "TOOLWRIGHT_ACCEPT")]
    accept: Option<PathBuf>,
    /// Changes the definitions, instead of showing how.
    #[arg(long, env = "TOOLWRIGHT_APPLY")]
    apply: bool,
    /// Lists all endpoints of the document that are not defined.
    #[arg(long, env = "TOOLWRIGHT_ENDPOINTS")]
    endpoints: bool,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Against {
    /// The vendor's OpenAPI document (2.0, 3.0 or 3.1, JSON or YAML); `-` for standard input.
    #[arg(long, value_name = "FILE", env = "TOOLWRIGHT_OPENAPI")]
    openapi: Option<PathBuf>,
    /// What `toolwright drift --format json` found in answers; `-` for standard input.
    #[arg(long, value_name = "FILE", env = "TOOLWRIGHT_FINDINGS")]
    findings: Option<PathBuf>,
}

/// Reports on standard error, and shows the patch on standard output or applies it.
pub(crate) fn run(
    arguments: &Arguments,
    directories: &Directories,
    format: Format,
    terminal: &mut Terminal<'_>,
) -> io::Result<Outcome> {
    let sources = load(&directories.definitions);
    let compilation = compile(&sources);
    if compilation.diagnostics.has_errors() {
        crate::report(&compilation.diagnostics, &sources, format, terminal)?;
        return Ok(Outcome::Broken);
    }
    let (mut findings, mut accepted) = match asked(arguments, &compilation.integrations) {
        Ok(asked) => asked,
        Err(Problem::Usage(problem)) => {
            writeln!(terminal.log, "error: {problem}")?;
            return Ok(Outcome::Usage);
        }
        Err(Problem::Io(error)) => return Err(error),
    };
    let known = accepted.take_from(&mut findings);
    let patch = patch(&sources, &findings);
    show(&findings, &sources, &patch, arguments, format, terminal)?;
    if arguments.apply {
        for change in &patch.files {
            fs::write(&change.path, &change.after)?;
            writeln!(terminal.log, "wrote {}", change.path)?;
        }
    } else if matches!(format, Format::Text) {
        write!(terminal.out, "{}", unified(&patch))?;
    }
    writeln!(terminal.log, "{}", report::summary(&findings, known))?;
    if let unused @ 1.. = accepted.unused() {
        writeln!(terminal.log, "accepted, and not there any more: {unused}")?;
    }
    let is_left = |(index, finding): (usize, &Finding)| {
        let is_mended = arguments.apply && patch.mended.contains(&index);
        finding.class == Class::Contradicts && !is_mended
    };
    Ok(match findings.iter().enumerate().any(is_left) {
        true => Outcome::Breaking,
        false => Outcome::Done,
    })
}

/// Why nothing can be compared.
enum Problem {
    /// What was asked for, or is compared with, is none.
    Usage(String),
    /// A file cannot be read.
    Io(io::Error),
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Problem {
    fn with_file(file: &Path, problem: impl Display) -> Self {
        Self::Usage(format!("{}: {problem}", file.display()))
    }
}

/// What is found, and what of it is accepted.
fn asked(
    arguments: &Arguments,
    integrations: &[Integration],
) -> Result<(Vec<Finding>, Accepted), Problem> {
    let Against { openapi, findings } = &arguments.against;
    let slug = arguments.integration.as_deref();
    let mut known = integrations.iter();
    let integration = known.find(|one| Some(one.slug.as_str()) == slug);
    if let (Some(slug), None) = (slug, integration) {
        return Err(Problem::Usage(format!("there is no integration `{slug}`")));
    }
    let mut found = Vec::new();
    if let (Some(file), Some(integration)) = (openapi, integration) {
        found = compare(integration, &read(file)?)
            .map_err(|problem| Problem::with_file(file, problem))?;
    }
    if let Some(file) = findings {
        found = recorded::read(&read(file)?, integrations, slug)
            .map_err(|problem| Problem::with_file(file, problem))?;
    }
    let accepted = match &arguments.accept {
        Some(file) => Accepted::read(&read(file)?, slug)
            .map_err(|problem| Problem::with_file(file, problem))?,
        None => Accepted::default(),
    };
    Ok((found, accepted))
}

fn show(
    findings: &[Finding],
    sources: &Sources,
    patch: &Patch,
    arguments: &Arguments,
    format: Format,
    terminal: &mut Terminal<'_>,
) -> io::Result<()> {
    match format {
        Format::Text => {
            let text = report::text(findings, sources, terminal.colours, arguments.endpoints);
            write!(terminal.log, "{text}")?;
            write!(terminal.log, "{}", report::left_out(findings, patch))
        }
        Format::Json => write!(terminal.out, "{}", report::json(findings, sources, patch)),
        Format::Github => write!(terminal.out, "{}", report::github(findings, sources)),
    }
}

/// A patch for `git apply` and `patch -p1`.
fn unified(patch: &Patch) -> String {
    let files = patch.files.iter().map(|change| {
        let diff = TextDiff::from_lines(&change.before, &change.after);
        let path = change.path.trim_start_matches('/');
        diff.unified_diff()
            .header(&format!("a/{path}"), &format!("b/{path}"))
            .to_string()
    });
    files.collect()
}
