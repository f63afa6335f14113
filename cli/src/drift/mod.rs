//! `toolwright drift`: whether what vendors answer is what is compiled.
//!
//! Answers come from recordings ([`crate::recording`]) or from calls ([`crate::reading`]). From there
//! all is pure: [`answer`] finds the rows, [`tally`] counts what is in them, [`finding`] says where
//! that differs from the declared shapes ([`comparison`] does so for all of them), [`report`] writes it
//! down.

mod answer;
mod comparison;
mod finding;
mod found;
pub(crate) mod name;
mod report;
pub(crate) mod rule;
mod tally;
#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use toolwright_runtime::table::Catalogue;

pub(crate) use self::answer::{body, rows};
use self::comparison::Comparison;
pub(crate) use self::found::{field, has_data_keys, is_whole};
use super::reading::{Answers, Reading};
use super::recording::{self, Recording};
use super::{CommandError, complain};

const STATUS: &str = "\
Exit status:
  0  what was answered is as declared
  1  something cannot be read or asked for
  2  the command line is wrong
  3  there are differences";

/// The status of differences.
const DIFFERENT: u8 = 3;

/// What `toolwright drift` takes.
#[derive(Debug, Args)]
pub(crate) struct DriftArguments {
    #[command(subcommand)]
    command: DriftCommand,
}

#[derive(Debug, Subcommand)]
enum DriftCommand {
    /// Compare recorded answers, which `toolwright record` writes.
    #[command(after_help = STATUS)]
    Recordings {
        /// The folder of the recordings.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        #[command(flatten)]
        form: Form,
    },
    /// Compare the answers of calls that only read, on an account that is connected. Nothing is
    /// written down.
    #[command(after_help = STATUS)]
    Live {
        #[command(flatten)]
        form: Form,
        #[command(flatten)]
        reading: Reading,
    },
}

/// How differences are told.
#[derive(Debug, Args)]
struct Form {
    /// For people, or an object a line for programs such as `cargo codegen drift --findings -`.
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        env = "TOOLWRIGHT_DRIFT_FORMAT"
    )]
    #[arg(default_value = "text")]
    format: Format,
    /// Tell new values of fields with an `enum`, if they look like words. No other value is ever
    /// told.
    #[arg(long, env = "TOOLWRIGHT_ENUM_VALUES")]
    enum_values: bool,
    /// List the declared fields that no answer has. They may be there for other accounts.
    #[arg(long, env = "TOOLWRIGHT_UNSEEN")]
    unseen: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl DriftArguments {
    pub(crate) async fn run(self, catalogue: &'static Catalogue) -> Result<ExitCode, CommandError> {
        match self.command {
            DriftCommand::Recordings { folder, form } => form.tell(&recorded(catalogue, &folder)?),
            DriftCommand::Live { form, reading } => {
                let mut comparison = Comparison::default();
                let mut take = |answers: Answers| {
                    for page in &answers.pages {
                        let body = page.body.as_ref();
                        comparison.add(answers.integration, answers.operation, body);
                    }
                    Ok(())
                };
                let done = reading
                    .run(catalogue, "toolwright drift live", &mut take)
                    .await;
                // Where nothing was answered, nothing is as declared.
                if comparison.is_empty() && done.is_err() {
                    return done.map(|()| ExitCode::SUCCESS);
                }
                let status = form.tell(&comparison)?;
                match done {
                    // What is different is so, whatever else could not be asked.
                    Err(error) if status != ExitCode::SUCCESS => {
                        complain(&format!("error: {error}"))
                    }
                    done => done?,
                }
                Ok(status)
            }
        }
    }
}

/// Compares all recordings of a folder.
fn recorded(catalogue: &'static Catalogue, folder: &Path) -> Result<Comparison, CommandError> {
    let failed = |path: &Path, problem: &dyn Display| {
        let path = path.display().to_string();
        // Somebody else may have named the files.
        let path = path.replace(char::is_control, "\u{fffd}");
        format!("{path}: {problem}")
    };
    let files = recording::files(folder);
    let files = files.map_err(|error| CommandError::Sentence(failed(folder, &error)))?;
    let (mut comparison, mut problems) = (Comparison::default(), Vec::new());
    for path in &files {
        let text = recording::text(path).map_err(|error| error.to_string());
        match text.and_then(|text| Recording::parse(catalogue, &text)) {
            Ok(one) => comparison.add(one.integration, one.operation, one.body.as_ref()),
            Err(problem) => problems.push(failed(path, &problem)),
        }
    }
    if files.is_empty() {
        problems.push(failed(folder, &"there are no recordings"));
    }
    let last = problems.pop();
    for problem in problems {
        complain(&format!("error: {problem}"));
    }
    last.map_or(Ok(comparison), |problem| {
        Err(CommandError::Sentence(problem))
    })
}

impl Form {
    /// Prints the differences; the status that goes with them.
    fn tell(&self, comparison: &Comparison) -> Result<ExitCode, CommandError> {
        let findings = comparison.findings(self.enum_values);
        let mut out = io::stdout().lock();
        match self.format {
            Format::Text => {
                report::write_text(comparison, &findings, self.unseen, &mut out)?;
            }
            Format::Json => {
                for finding in &findings {
                    writeln!(out, "{}", finding.to_json())?;
                }
            }
        }
        out.flush()?;
        Ok(match findings.is_empty() {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(DIFFERENT),
        })
    }
}
