//! `cargo codegen import`: reads a document, writes the files of a definition.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use toolwright_codegen::import::{Existing, Options, import};
use toolwright_codegen::load::load_folder;

use crate::{Format, Outcome, Terminal};

/// The longest document that is read, in bytes.
const LONGEST: u64 = 256 * 1024 * 1024;

/// The kinds of document that can be imported.
#[derive(Debug, Subcommand)]
pub(crate) enum Document {
    /// OpenAPI 2.0, 3.0 or 3.1, as JSON or YAML.
    Openapi(Arguments),
}

/// What to import, and as what.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The document; `-` for standard input.
    file: PathBuf,
    /// The slug of the integration: the name of its folder.
    #[arg(long)]
    integration: String,
    /// Drafts documentation from the document's own words, where they pass as documentation.
    #[arg(long)]
    draft_docs: bool,
}

/// Imports a document into a folder of definitions.
pub(crate) fn run(
    arguments: &Arguments,
    definitions: &Path,
    format: Format,
    terminal: &mut Terminal<'_>,
) -> io::Result<Outcome> {
    let text = read(&arguments.file)?;
    let folder = definitions.join(&arguments.integration);
    let options = Options {
        slug: arguments.integration.clone(),
        draft_docs: arguments.draft_docs,
    };
    let existing = match Existing::read(&load_folder(&folder)) {
        Ok(existing) => existing,
        Err(error) => {
            writeln!(terminal.log, "error: {}: {error}", folder.display())?;
            return Ok(Outcome::Broken);
        }
    };
    let imported = match import(&text, &options, &existing) {
        Ok(imported) => imported,
        Err(problem) => {
            writeln!(
                terminal.log,
                "error: {}: {problem}",
                arguments.file.display()
            )?;
            return Ok(Outcome::Usage);
        }
    };
    fs::create_dir_all(&folder)?;
    for (name, text) in &imported.files {
        fs::write(folder.join(name), text)?;
        writeln!(terminal.log, "wrote {}", folder.join(name).display())?;
    }
    match format {
        Format::Json => writeln!(terminal.out, "{}", imported.report.json())?,
        Format::Text | Format::Github => write!(terminal.log, "{}", imported.report)?,
    }
    Ok(Outcome::Done)
}

/// The text of a file, or of standard input for `-`.
pub(crate) fn read(file: &Path) -> io::Result<String> {
    let at =
        |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", file.display()));
    let mut text = String::new();
    let read = if file == Path::new("-") {
        io::stdin()
            .lock()
            .take(LONGEST + 1)
            .read_to_string(&mut text)
    } else {
        fs::File::open(file).and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text))
    };
    read.map_err(at)?;
    if text.len() as u64 > LONGEST {
        return Err(at(io::Error::other(format!("more than {LONGEST} bytes"))));
    }
    Ok(text)
}
