//! The table of figures, printed as they come.

use std::fmt::Display;
use std::io::{self, Write};

/// The figures so far.
#[derive(Default)]
pub(crate) struct Report {
    missed: Vec<String>,
}

impl Report {
    /// Starts a part of the table.
    pub(crate) fn heading(&mut self, name: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "\n{name:<58} {:>12}  {:>8}", "figure", "limit")?;
        writeln!(out, "{}", "-".repeat(80))
    }

    /// A figure without a limit.
    pub(crate) fn figure(&mut self, what: &str, value: f64, unit: &str) -> io::Result<()> {
        self.row(what, &shown(value, unit), "")
    }

    /// A figure that must not be above `limit`.
    pub(crate) fn limited(
        &mut self,
        what: &str,
        value: f64,
        unit: &str,
        limit: f64,
    ) -> io::Result<()> {
        let kept = value <= limit;
        if !kept {
            self.missed.push(format!(
                "{what}: {}, limit {}",
                shown(value, unit),
                shown(limit, unit)
            ));
        }
        let mark = if kept { "" } else { "  MISSED" };
        let limit = format!("{:>8}{mark}", shown(limit, unit));
        self.row(what, &shown(value, unit), &limit)
    }

    /// A fact, and whether it is as it must be.
    pub(crate) fn fact(&mut self, what: &str, found: &str, expected: &str) -> io::Result<()> {
        if found == expected {
            return self.row(what, found, "");
        }
        self.missed
            .push(format!("{what}: {found}, must be {expected}"));
        self.row(what, found, "  MISSED")
    }

    fn row(&self, what: &str, figure: &str, limit: &str) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{what:<58} {figure:>12}  {limit}")
    }

    /// Sums up; whether a limit was missed.
    pub(crate) fn finish(self) -> io::Result<bool> {
        let mut out = io::stdout().lock();
        match self.missed.as_slice() {
            [] => writeln!(out, "\nEvery limit is kept.")?,
            missed => writeln!(out, "\nMissed:\n  {}", missed.join("\n  "))?,
        }
        Ok(!self.missed.is_empty())
    }
}

/// Three significant digits or so.
fn shown(value: f64, unit: impl Display) -> String {
    let digits = match value.abs() {
        value if value >= 100.0 => 0,
        value if value >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.digits$} {unit}")
}
