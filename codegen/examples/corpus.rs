//! Imports every OpenAPI document below some folders, and shows what came of it.
//!
//! ```sh
//! cargo run --release -p toolwright-codegen --example corpus -- FOLDER... [--draft-docs] [--rust] [--drift N] [--report FILE]
//! ```
//!
//! With `--rust` all definitions are compiled down to Rust. With `--drift N` every Nth is compared with the
//! document that it was made of, which should not contradict it.
//!
//! It ends with 1 where a document is not imported, operations are lost, a definition does not compile, fewer
//! than 95 % of the operations are definitions, or documents contradict more than one operation in a hundred of
//! what was made of them. The figures are in docs/import.md and docs/drift.md.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs};

use toolwright_codegen::compile;
use toolwright_codegen::drift::{self, Class};
use toolwright_codegen::import::report::Reason;
use toolwright_codegen::import::{Existing, Import, Options, import};
use toolwright_codegen::load::Sources;

/// The least part of all operations that has to be definitions, in thousandths.
const LEAST: usize = 950;
/// What every integration is called.
const SLUG: &str = "vendor";

#[derive(Default)]
struct Totals {
    documents: usize,
    failed: Vec<String>,
    operations: usize,
    definitions: usize,
    tools: usize,
    unread: usize,
    refusals: BTreeMap<Reason, usize>,
    left_out: BTreeMap<Reason, usize>,
    remarks: BTreeMap<String, usize>,
    /// The time of all imports.
    took: Duration,
    slowest: (Duration, String),
    /// The most memory that an import took, in kilobytes.
    largest: (u64, String),
    compared: usize,
    contradicted: usize,
    drift: BTreeMap<(&'static str, &'static str), usize>,
    comparing: Duration,
}

fn main() -> io::Result<ExitCode> {
    let mut folders = Vec::new();
    let mut report = None;
    let mut draft_docs = false;
    let mut rust = false;
    let mut drift: Option<usize> = None;
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--draft-docs" => draft_docs = true,
            "--rust" => rust = true,
            "--drift" => drift = arguments.next().and_then(|every| every.parse().ok()),
            "--report" => report = arguments.next(),
            folder => folders.push(PathBuf::from(folder)),
        }
    }
    let mut documents = Vec::new();
    for folder in &folders {
        find(folder, &mut documents)?;
    }
    documents.sort();
    let mut report = report.map(fs::File::create).transpose()?;
    let mut totals = Totals::default();
    for (number, path) in documents.iter().enumerate() {
        let imported = one(path, draft_docs, &mut totals, &mut report)?;
        if let Some(imported) = &imported {
            if rust {
                make_rust(path, imported, &mut totals);
            }
            if drift.is_some_and(|every| number.is_multiple_of(every)) {
                compare(path, imported, &mut totals, &mut report)?;
            }
        }
        if number % 100 == 99 {
            writeln!(
                io::stderr(),
                "{} of {} documents",
                number + 1,
                documents.len()
            )?;
        }
    }
    totals.show()?;
    let enough = totals.definitions * 1000 >= totals.operations * LEAST;
    let agrees = totals.contradicted * 100 <= totals.compared;
    Ok(if enough && agrees && totals.failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The documents below a folder: all JSON and YAML files.
fn find(path: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_file() {
        found.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        let is_document = path
            .extension()
            .is_some_and(|end| ["json", "yaml", "yml"].iter().any(|known| end == *known));
        if path.is_dir() || is_document {
            find(&path, found)?;
        }
    }
    Ok(())
}

fn one(
    path: &Path,
    draft_docs: bool,
    totals: &mut Totals,
    report: &mut Option<fs::File>,
) -> io::Result<Option<Import>> {
    let text = fs::read_to_string(path)?;
    let options = Options {
        slug: SLUG.to_owned(),
        draft_docs,
    };
    forget_peak();
    let started = Instant::now();
    let imported = import(&text, &options, &Existing::default());
    let took = started.elapsed();
    totals.documents += 1;
    totals.took += took;
    totals.slowest = totals
        .slowest
        .clone()
        .max((took, path.display().to_string()));
    totals.largest = totals
        .largest
        .clone()
        .max((peak(), path.display().to_string()));
    let imported = match imported {
        Ok(imported) => imported,
        Err(problem) => {
            totals.failed.push(format!("{}: {problem}", path.display()));
            return Ok(None);
        }
    };
    let found = &imported.report;
    totals.operations += found.operations;
    totals.definitions += found.definitions;
    totals.tools += found.tools;
    totals.unread += found.unread_answers;
    for (reason, count) in found.by_reason() {
        *totals.refusals.entry(reason).or_default() += count;
    }
    for (reason, count) in &found.left_out {
        *totals.left_out.entry(*reason).or_default() += count;
    }
    for remark in &found.remarks {
        let kind = remark.split('`').next().unwrap_or_default().to_owned();
        *totals.remarks.entry(kind).or_default() += 1;
    }
    if found.definitions + found.refusals.len() != found.operations {
        totals
            .failed
            .push(format!("{}: operations are lost", path.display()));
    }
    if let Some(report) = report {
        writeln!(report, "== {} {took:?}", path.display())?;
        write!(report, "{found}")?;
    }
    Ok(Some(imported))
}

/// What a document became, as the compiler reads it.
fn sources(imported: &Import) -> Sources {
    let files = imported.files.iter();
    let paths: Vec<String> = files.map(|(name, _)| format!("{SLUG}/{name}")).collect();
    let texts = imported.files.iter().map(|(_, text)| text.as_str());
    Sources::from_texts(paths.iter().map(String::as_str).zip(texts))
}

/// Compiles what a document became, down to Rust.
fn make_rust(path: &Path, imported: &Import, totals: &mut Totals) {
    if compile(&sources(imported)).diagnostics.has_errors() {
        totals
            .failed
            .push(format!("{}: it does not compile", path.display()));
    }
}

/// Compares what is imported of a document with the document. What contradicts it is in the report.
fn compare(
    path: &Path,
    imported: &Import,
    totals: &mut Totals,
    report: &mut Option<fs::File>,
) -> io::Result<()> {
    let text = fs::read_to_string(path)?;
    let integrations = compile(&sources(imported)).integrations;
    let started = Instant::now();
    for integration in &integrations {
        let findings = drift::compare(integration, &text).map_err(io::Error::other)?;
        totals.compared += integration.operations.len();
        let mut contradicted = BTreeSet::new();
        for finding in &findings {
            let kind = (finding.class.word(), finding.kind.word());
            *totals.drift.entry(kind).or_default() += 1;
            if finding.class == Class::Contradicts {
                contradicted.insert(&finding.operation);
                if let Some(report) = report {
                    writeln!(report, "drift {}: {}", path.display(), finding.message)?;
                }
            }
        }
        totals.contradicted += contradicted.len();
    }
    totals.comparing += started.elapsed();
    Ok(())
}

impl Totals {
    fn show(&self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let share = |part: usize| {
            let thousandths = (part * 1000)
                .checked_div(self.operations)
                .unwrap_or_default();
            format!("{}.{} %", thousandths / 10, thousandths % 10)
        };
        writeln!(out, "documents    {}", self.documents)?;
        writeln!(out, "operations   {}", self.operations)?;
        writeln!(
            out,
            "definitions  {} ({})",
            self.definitions,
            share(self.definitions)
        )?;
        writeln!(out, "  tools      {}", self.tools)?;
        writeln!(out, "  not JSON   {}", self.unread)?;
        for (title, counts) in [("refused", &self.refusals), ("left out", &self.left_out)] {
            writeln!(out, "{title}")?;
            for (reason, count) in counts {
                writeln!(out, "  {:<22} {count}", reason.word())?;
            }
        }
        for (remark, count) in &self.remarks {
            writeln!(out, "remark       {count}: {remark}")?;
        }
        if self.compared > 0 {
            let seconds = self.comparing.as_secs_f64();
            writeln!(
                out,
                "compared     {} operations, {seconds:.1} s",
                self.compared
            )?;
        }
        for ((class, kind), count) in &self.drift {
            writeln!(out, "  {class:<11} {kind:<22} {count}")?;
        }
        for failed in &self.failed {
            writeln!(out, "FAILED       {failed}")?;
        }
        writeln!(
            out,
            "slowest      {:.1} s, {}",
            self.slowest.0.as_secs_f64(),
            self.slowest.1
        )?;
        writeln!(out, "seconds      {:.0}", self.took.as_secs_f64())?;
        writeln!(
            out,
            "peak memory  {} MB, {}",
            self.largest.0 / 1024,
            self.largest.1
        )
    }
}

/// The most memory that the process had since [`forget_peak`], in kilobytes; 0 where the system does not say.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.split_whitespace().next()?.parse().ok());
    peak.unwrap_or_default()
}

/// Starts counting anew; where the system has no such thing, the peak is that of the whole run.
fn forget_peak() {
    drop(fs::write("/proc/self/clear_refs", "5"));
}
