//! `cargo codegen`: the compiler on the command line.

mod commands {
    pub(crate) mod check;
    pub(crate) mod clients;
    pub(crate) mod diff;
    pub(crate) mod drift;
    mod heaviest;
    mod revision;
}
mod directories;
mod import_command;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use clap::{Parser, Subcommand, ValueEnum};
use directories::Directories;
use toolwright_codegen::diagnostics::{Diagnostics, Severity};
use toolwright_codegen::explain::{CODES, explain};
use toolwright_codegen::load::{Sources, load};
use toolwright_codegen::{Compilation, compile, render, shape};

const EXAMPLES: &str = "\
Examples:
  cargo codegen check                   what is wrong, and whether generated/ is up to date
  cargo codegen check --format github   the same, as annotations of a pull request
  cargo codegen diff --since main       what a change means for those who use the tools
  cargo codegen drift --openapi api.json --integration zesty
                                        whether the vendor still says what the definition says
  cargo codegen clients                 which of Claude, ChatGPT, Gemini, Cursor and Bedrock take which tools
  cargo codegen write                   bring generated/ up to date; `cargo build` does it as well
  cargo codegen explain D014            what an error means, with an example

Exit status:
  0    no errors; there may be warnings
  1    a file cannot be written
  2    the command line is wrong
  3    a tool changed in a way that breaks, and `changes:` does not tell of it (diff);
       a definition says what its vendor contradicts (drift)
  4    generated/ or schema.json is out of date (check, diff)
  5    there is a tool that a client does not take (clients)
  100  a definition has errors

A definition is a folder of YAML files: definitions/zesty/users.yaml. definitions/README.md is the
reference of the language.";

/// Compiles definitions of SaaS APIs (YAML) to Rust tables, typed clients and MCP tools.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo codegen", version, after_help = EXAMPLES)]
struct Arguments {
    /// The directory with a folder of definitions for each integration. Left out: `definitions` of this
    /// directory, else of the workspace around it.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "TOOLWRIGHT_DEFINITIONS"
    )]
    definitions: Option<PathBuf>,
    /// The directory for the generated Rust. Left out: `generated`, beside these definitions.
    #[arg(long, global = true, value_name = "DIR", env = "TOOLWRIGHT_OUT")]
    out: Option<PathBuf>,
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
    Check {
        /// Also shows this many of the tools that take the most tokens, and of the parts of the heaviest.
        #[arg(long, value_name = "N", env = "TOOLWRIGHT_HEAVIEST")]
        heaviest: Option<usize>,
    },
    /// Compares the tools with those of a git revision: what breaks, what is compatible, what is only
    /// worded differently.
    Diff(commands::diff::Since),
    /// Compares the definition of an integration with what its vendor says or sends: what contradicts it,
    /// what it lacks, and how it is mended.
    Drift(commands::drift::Arguments),
    /// Shows which client takes which tool, and why not.
    Clients {
        /// The page whose tables are brought up to date. Left out: they are shown.
        #[arg(long, value_name = "FILE", env = "TOOLWRIGHT_PAGE")]
        page: Option<PathBuf>,
    },
    /// Compiles the definitions and writes the files that changed.
    Write,
    /// Writes the JSON Schema of definitions for editors, `schema.json` beside the definitions.
    Schema,
    /// Makes definitions of a vendor's own description of its API.
    Import {
        #[command(subcommand)]
        format: import_command::Document,
    },
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
    Breaking = 3,
    Stale = 4,
    Refused = 5,
    Broken = 100,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut terminal = Terminal {
        out: &mut io::stdout().lock(),
        log: &mut io::stderr().lock(),
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
struct Terminal<'a> {
    out: &'a mut dyn Write,
    log: &'a mut dyn Write,
    colours: bool,
}

fn run(arguments: &Arguments, terminal: &mut Terminal<'_>) -> io::Result<Outcome> {
    let Arguments {
        definitions,
        out,
        format,
        ..
    } = arguments;
    let working = env::current_dir().unwrap_or_default();
    let directories = Directories::new(definitions.as_deref(), out.as_deref(), &working);
    match &arguments.command {
        Command::Check { heaviest } => {
            commands::check::run(&directories, *heaviest, *format, terminal)
        }
        Command::Diff(since) => commands::diff::run(&directories, since, *format, terminal),
        Command::Drift(arguments) => {
            commands::drift::run(arguments, &directories, *format, terminal)
        }
        Command::Clients { page } => {
            commands::clients::run(&directories, page.as_deref(), *format, terminal)
        }
        Command::Write => write(&directories, *format, terminal),
        Command::Schema => write_schema(&directories.definitions, terminal),
        Command::Import {
            format: import_command::Document::Openapi(arguments),
        } => import_command::run(arguments, &directories.definitions, *format, terminal),
        Command::Explain { code: Some(code) } => explain_one(code, terminal),
        Command::Explain { code: None } => list_codes(terminal),
    }
}

fn write(
    directories: &Directories,
    format: Format,
    terminal: &mut Terminal<'_>,
) -> io::Result<Outcome> {
    let Directories { definitions, out } = directories;
    let Some(compilation) = compile_and_report(definitions, format, terminal)? else {
        return Ok(Outcome::Broken);
    };
    let written = compilation.files.write(out, None)?;
    for path in &written {
        writeln!(terminal.log, "wrote {}", out.join(path).display())?;
    }
    if written.is_empty() {
        writeln!(terminal.log, "{} is up to date", out.display())?;
    }
    Ok(Outcome::Done)
}

/// Whether a file is there and holds a text.
fn is_in(path: &Path, text: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|found| found == text)
}

fn write_schema(definitions: &Path, terminal: &mut Terminal<'_>) -> io::Result<Outcome> {
    let path = definitions.join("schema.json");
    let schema = shape::json_schema();
    if is_in(&path, &schema) {
        writeln!(terminal.log, "{} is up to date", path.display())?;
    } else {
        fs::write(&path, schema).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        })?;
        writeln!(terminal.log, "wrote {}", path.display())?;
    }
    Ok(Outcome::Done)
}

fn explain_one(code: &str, terminal: &mut Terminal<'_>) -> io::Result<Outcome> {
    let Some(text) = explain(code) else {
        writeln!(terminal.log, "error: there is no code `{code}`")?;
        writeln!(
            terminal.log,
            "help: `cargo codegen explain` lists all codes"
        )?;
        return Ok(Outcome::Usage);
    };
    write!(terminal.out, "{text}")?;
    Ok(Outcome::Done)
}

fn list_codes(terminal: &mut Terminal<'_>) -> io::Result<Outcome> {
    for code in CODES {
        writeln!(terminal.out, "{}  {}", code.code, code.title)?;
    }
    Ok(Outcome::Done)
}

/// Compiles, and shows what is wrong. None where there is an error.
fn compile_and_report(
    definitions: &Path,
    format: Format,
    terminal: &mut Terminal<'_>,
) -> io::Result<Option<Compilation>> {
    let sources = load(definitions);
    let compilation = compile(&sources);
    report(&compilation.diagnostics, &sources, format, terminal)?;
    Ok(Some(compilation).filter(|compilation| !compilation.diagnostics.has_errors()))
}

fn report(
    diagnostics: &Diagnostics,
    sources: &Sources,
    format: Format,
    terminal: &mut Terminal<'_>,
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    const SOUND: &str = "\
version: 1
integration:
  label: Acme
  category: stores
  summary: Sells rockets, anvils and paint to coyotes.
  docs: https://acme.example/docs
hosts: { api: { url: https://api.acme.example } }
auth: { credentials: { bearer: { description: An access token of the store. } } }
resources:
  rockets:
    methods:
      delete: { http: \"DELETE /v1/rockets/{id}\", path: { id: string } }
";

    /// A directory of its own for a test, with one definition, removed at the end.
    struct Project(PathBuf);

    impl Project {
        fn new(name: &str, text: &str) -> Self {
            let root = env::temp_dir().join(format!("toolwright-{name}-{}", std::process::id()));
            fs::create_dir_all(root.join("definitions/acme")).unwrap();
            fs::write(root.join("definitions/acme/acme.yaml"), text).unwrap();
            Self(root)
        }

        /// The outcome, the standard output and the standard error of a command.
        fn run(&self, command: &[&str]) -> (Outcome, String, String) {
            let place = |name: &str| self.0.join(name).to_string_lossy().into_owned();
            let (definitions, out) = (place("definitions"), place("generated"));
            let directories = ["codegen", "--definitions", &definitions, "--out", &out];
            let arguments = Arguments::try_parse_from(directories.iter().chain(command)).unwrap();
            let (mut out, mut log) = (Vec::new(), Vec::new());
            let mut terminal = Terminal {
                out: &mut out,
                log: &mut log,
                colours: false,
            };
            let outcome = run(&arguments, &mut terminal).unwrap();
            let text = |bytes| String::from_utf8(bytes).unwrap();
            (outcome, text(out), text(log))
        }
    }

    impl Drop for Project {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
        let help = Arguments::command().render_long_help().to_string();
        for part in [
            "cargo codegen check",
            "TOOLWRIGHT_DEFINITIONS",
            "Exit status",
            "explain",
        ] {
            assert!(help.contains(part), "{part} is missing in:\n{help}");
        }
    }

    #[test]
    fn check_reports_errors_in_each_format() {
        let project = Project::new("broken", "version: 1\ntypos: {}\ntags:\n");
        let (outcome, out, log) = project.run(&["check"]);
        assert_eq!((outcome, out.as_str()), (Outcome::Broken, ""));
        assert!(
            log.contains("error[D014]: there is no key `typos` here\n"),
            "{log}"
        );
        assert!(log.ends_with("\n2 errors in 1 file\n"), "{log}");

        let (_, out, log) = project.run(&["check", "--format", "json"]);
        let lines: Vec<serde_json::Value> = out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines[0]["code"], "D014");
        assert_eq!(lines[1]["line"], 3);
        assert_eq!(log, "2 errors in 1 file\n");

        let (_, out, _) = project.run(&["check", "--format", "github"]);
        assert!(out.starts_with("::error file="), "{out}");
        assert_eq!(project.run(&["write"]).0, Outcome::Broken);
        assert!(!project.0.join("generated").exists());
    }

    #[test]
    fn write_brings_everything_up_to_date_and_check_notices() {
        let project = Project::new("sound", SOUND);
        let (outcome, _, log) = project.run(&["check"]);
        assert_eq!(outcome, Outcome::Stale, "{log}");
        assert!(
            log.contains("is out of date: run `cargo codegen write`\n"),
            "{log}"
        );
        let (outcome, _, log) = project.run(&["write"]);
        assert_eq!(outcome, Outcome::Done, "{log}");
        assert!(log.contains("\nwrote "), "{log}");
        assert!(
            project
                .run(&["write"])
                .2
                .ends_with("generated is up to date\n")
        );

        // A schema that is not there is as bad as an old one.
        let schema = project.0.join("definitions/schema.json");
        let (outcome, _, log) = project.run(&["check"]);
        assert_eq!(outcome, Outcome::Stale);
        assert!(
            log.ends_with("schema.json is out of date: run `cargo codegen schema`\n"),
            "{log}"
        );
        fs::write(&schema, "{}").unwrap();
        let (outcome, out, _) = project.run(&["check", "--format", "json"]);
        assert_eq!(outcome, Outcome::Stale);
        assert!(out.contains("schema.json"), "{out}");
        assert!(project.run(&["schema"]).2.starts_with("wrote "));
        assert!(project.run(&["schema"]).2.ends_with("is up to date\n"));
        assert_eq!(fs::read_to_string(&schema).unwrap(), shape::json_schema());
        assert_eq!(project.run(&["check"]).0, Outcome::Done);
    }

    #[test]
    fn import_makes_files_that_compile_and_a_second_time_none() {
        let project = Project::new("import", SOUND);
        let place = project.0.join("api.yaml");
        let document = place.to_string_lossy().into_owned();
        fs::write(
            &place,
            "openapi: 3.0.0\npaths:\n  /a/{b}: { delete: {}, head: {} }\n",
        )
        .unwrap();
        let command = ["import", "openapi", &document, "--integration", "other"];
        let (outcome, _, log) = project.run(&command);
        assert_eq!(outcome, Outcome::Done);
        assert!(log.contains("refused /paths/~1a~1{b}/head"), "{log}");
        assert!(
            log.contains("wrote ") && log.contains("1 definitions"),
            "{log}"
        );
        assert_eq!(project.run(&["write"]).0, Outcome::Done);
        let (_, out, log) = project.run(&[&command[..], &["--format", "json"]].concat());
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(
            (&report["kept"], &report["refused"]["http_method"]),
            (&serde_json::json!(1), &serde_json::json!(1))
        );
        assert_eq!(log, "");

        fs::write(&place, "a: 1").unwrap();
        assert_eq!(project.run(&command).0, Outcome::Usage);
        fs::write(project.0.join("definitions/other/bad.yaml"), "x").unwrap();
        assert_eq!(project.run(&command).0, Outcome::Broken);
    }

    #[test]
    fn explain_knows_every_code_and_says_so_of_others() {
        let project = Project::new("explain", SOUND);
        let (outcome, out, _) = project.run(&["explain", "d014"]);
        assert_eq!(outcome, Outcome::Done);
        assert!(out.starts_with("# D014: "), "{out}");
        assert_eq!(project.run(&["explain", "D999"]).0, Outcome::Usage);
        assert_eq!(project.run(&["explain"]).1.lines().count(), CODES.len());
    }
}
