//! `cargo codegen`: the compiler on the command line.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use clap::{Parser, Subcommand, ValueEnum};
use serde_json::json;
use toolwright_codegen::diagnostics::{Diagnostics, Severity};
use toolwright_codegen::explain::{CODES, explain};
use toolwright_codegen::load::{Sources, load};
use toolwright_codegen::{Compilation, compile, render, shape};

const EXAMPLES: &str = "\
Examples:
  cargo codegen check                   what is wrong, and whether generated/ is up to date
  cargo codegen check --format github   the same, as annotations of a pull request
  cargo codegen write                   bring generated/ up to date; `cargo build` does it as well
  cargo codegen explain D014            what an error means, with an example

Exit status:
  0    no errors; there may be warnings
  1    a file cannot be written
  2    the command line is wrong
  4    generated/ or schema.json is out of date (check)
  100  a definition has errors

A definition is a folder of YAML files: definitions/zesty/users.yaml. definitions/README.md is the
reference of the language.";

/// Compiles definitions of SaaS APIs (YAML) to Rust tables, typed clients and MCP tools.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo codegen", version, after_help = EXAMPLES)]
struct Arguments {
    /// The directory with a folder of definitions for each integration.
    #[arg(long, global = true, value_name = "DIR")]
    #[arg(env = "TOOLWRIGHT_DEFINITIONS", default_value = "definitions")]
    definitions: PathBuf,
    /// The directory for the generated Rust.
    #[arg(long, global = true, value_name = "DIR")]
    #[arg(env = "TOOLWRIGHT_OUT", default_value = "generated")]
    out: PathBuf,
    /// How problems are shown.
    #[arg(long, global = true, env = "TOOLWRIGHT_FORMAT", default_value = "text")]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people, on standard error, in colour on a terminal unless NO_COLOR is set.
    Text,
    /// For programs, on standard output: one JSON object a line.
    Json,
    /// For GitHub Actions, on standard output: workflow commands.
    Github,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Reports all problems of all definitions, and generated files that are out of date.
    Check,
    /// Compiles the definitions and writes the files that changed.
    Write,
    /// Writes the JSON Schema of definitions for editors, `schema.json` beside the definitions.
    Schema,
    /// Explains a code such as D014, or lists all codes.
    Explain {
        /// The code, as it stands in a message.
        code: Option<String>,
    },
}

/// How a run ended: the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done = 0,
    Usage = 2,
    Stale = 4,
    Broken = 100,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut terminal = Terminal {
        out: io::stdout().lock(),
        log: io::stderr().lock(),
        colours: io::stderr().is_terminal()
            && env::var_os("NO_COLOR").is_none_or(|no| no.is_empty()),
    };
    match run(&arguments, &mut terminal) {
        Ok(outcome) => ExitCode::from(outcome as u8),
        // Whoever read the output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(terminal.log, "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Where output goes: results to `out`, remarks to `log`.
struct Terminal<O, L> {
    out: O,
    log: L,
    colours: bool,
}

fn run<O: Write, L: Write>(
    arguments: &Arguments,
    terminal: &mut Terminal<O, L>,
) -> io::Result<Outcome> {
    let Arguments {
        definitions,
        out,
        format,
        command,
    } = arguments;
    match command {
        Command::Check => check(definitions, out, *format, terminal),
        Command::Write => write(definitions, out, *format, terminal),
        Command::Schema => write_schema(definitions, terminal),
        Command::Explain { code: Some(code) } => explain_one(code, terminal),
        Command::Explain { code: None } => list_codes(terminal),
    }
}

fn check<O: Write, L: Write>(
    definitions: &Path,
    out: &Path,
    format: Format,
    terminal: &mut Terminal<O, L>,
) -> io::Result<Outcome> {
    let Some(compilation) = compile_and_report(definitions, format, terminal)? else {
        return Ok(Outcome::Broken);
    };
    let mut stale: Vec<_> = compilation
        .files
        .stale(out)
        .into_iter()
        .map(|path| (out.join(path), "cargo codegen write"))
        .collect();
    let schema = definitions.join("schema.json");
    if fs::read_to_string(&schema).is_ok_and(|found| found != shape::json_schema()) {
        stale.push((schema, "cargo codegen schema"));
    }
    for (path, remedy) in &stale {
        let path = path.display();
        let message = format!("out of date; run `{remedy}`");
        match format {
            Format::Text => writeln!(terminal.log, "{path}: {message}")?,
            Format::Json => {
                let path = path.to_string();
                writeln!(
                    terminal.out,
                    "{}",
                    json!({ "stale": path, "message": message })
                )?;
            }
            Format::Github => writeln!(terminal.out, "::error file={path}::{message}")?,
        }
    }
    Ok(if stale.is_empty() {
        Outcome::Done
    } else {
        Outcome::Stale
    })
}

fn write<O: Write, L: Write>(
    definitions: &Path,
    out: &Path,
    format: Format,
    terminal: &mut Terminal<O, L>,
) -> io::Result<Outcome> {
    let Some(compilation) = compile_and_report(definitions, format, terminal)? else {
        return Ok(Outcome::Broken);
    };
    let written = compilation.files.write(out)?;
    for path in &written {
        writeln!(terminal.log, "wrote {}", out.join(path).display())?;
    }
    if written.is_empty() {
        writeln!(terminal.log, "{} is up to date", out.display())?;
    }
    Ok(Outcome::Done)
}

fn write_schema<O: Write, L: Write>(
    definitions: &Path,
    terminal: &mut Terminal<O, L>,
) -> io::Result<Outcome> {
    let path = definitions.join("schema.json");
    let schema = shape::json_schema();
    if fs::read_to_string(&path).is_ok_and(|found| found == schema) {
        writeln!(terminal.log, "{} is up to date", path.display())?;
    } else {
        fs::write(&path, schema).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        })?;
        writeln!(terminal.log, "wrote {}", path.display())?;
    }
    Ok(Outcome::Done)
}

fn explain_one<O: Write, L: Write>(
    code: &str,
    terminal: &mut Terminal<O, L>,
) -> io::Result<Outcome> {
    match explain(code) {
        Some(text) => {
            write!(terminal.out, "{text}")?;
            Ok(Outcome::Done)
        }
        None => {
            writeln!(terminal.log, "error: there is no code `{code}`")?;
            writeln!(
                terminal.log,
                "help: `cargo codegen explain` lists all codes"
            )?;
            Ok(Outcome::Usage)
        }
    }
}

fn list_codes<O: Write, L: Write>(terminal: &mut Terminal<O, L>) -> io::Result<Outcome> {
    for code in CODES {
        writeln!(terminal.out, "{}  {}", code.code, code.title)?;
    }
    Ok(Outcome::Done)
}

/// Compiles, and shows what is wrong. None where there is an error.
fn compile_and_report<O: Write, L: Write>(
    definitions: &Path,
    format: Format,
    terminal: &mut Terminal<O, L>,
) -> io::Result<Option<Compilation>> {
    let sources = load(definitions);
    let compilation = compile(&sources);
    report(&compilation.diagnostics, &sources, format, terminal)?;
    Ok(Some(compilation).filter(|compilation| !compilation.diagnostics.has_errors()))
}

fn report<O: Write, L: Write>(
    diagnostics: &Diagnostics,
    sources: &Sources,
    format: Format,
    terminal: &mut Terminal<O, L>,
) -> io::Result<()> {
    for diagnostic in diagnostics.sorted() {
        match format {
            Format::Text => {
                let render = if terminal.colours {
                    render::styled
                } else {
                    render::plain
                };
                writeln!(terminal.log, "{}\n", render(diagnostic, sources))?;
            }
            Format::Json => writeln!(terminal.out, "{}", render::json(diagnostic, sources))?,
            Format::Github => writeln!(terminal.out, "{}", render::github(diagnostic, sources))?,
        }
    }
    let count = |severity| diagnostics.count(severity);
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    writeln!(
        terminal.log,
        "{}",
        render::summary(errors, warnings, sources.files.len())
    )
}
