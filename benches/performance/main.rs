//! What the project costs: `cargo bench --bench performance [--] [NAME …] [--no-limits]`.
//!
//! Each part prints its figures as ratios where there is something to compare with, both sides
//! measured in turn in one run. A figure beyond its limit makes the command fail, unless
//! `--no-limits` is given. Linux only: processor time and memory are read from `/proc`.

mod call;
mod cargo;
mod edit;
mod generated;
mod list;
mod process;
mod report;
mod server;
mod synthetic;
mod tokens;

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::report::Report;

/// The error of a benchmark that could not be carried out.
type Failure = Box<dyn Error + Send + Sync>;

type Part = fn(&mut Report) -> Result<(), Failure>;

/// The parts, by name.
const PARTS: [(&str, Part); 5] = [
    ("list", list::measure),
    ("tokens", tokens::measure),
    ("call", call::measure),
    ("generated", generated::measure),
    ("edit", edit::measure),
];

fn main() -> Result<ExitCode, Failure> {
    let mut names = Vec::new();
    let mut limits = true;
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // How the parts start the servers that it compares.
            server::SERVE => return server::serve(arguments).map(|()| ExitCode::SUCCESS),
            "--no-limits" => limits = false,
            // cargo adds it.
            "--bench" => {}
            name => names.push(name.to_owned()),
        }
    }
    if let Some(unknown) = names
        .iter()
        .find(|name| PARTS.iter().all(|(part, _)| part != name))
    {
        let known = PARTS.map(|(name, _)| name).join(", ");
        return Err(format!("there is no part `{unknown}`; there are {known}").into());
    }
    let mut report = Report::default();
    for (name, part) in PARTS {
        if names.is_empty() || names.iter().any(|asked| asked == name) {
            report.heading(name)?;
            part(&mut report)?;
        }
    }
    let missed = report.finish()?;
    Ok(if limits && missed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The root of the repository.
fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The value in the middle.
fn median<T: Copy + PartialOrd>(mut values: Vec<T>) -> Option<T> {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    values.get(values.len() / 2).copied()
}
