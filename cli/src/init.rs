//! `toolwright init`: a project with definitions of its own.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::CommandError;

/// What `toolwright init` takes.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder to make; its name becomes that of the project.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// A checkout of Toolwright to build with, in place of the released crates.
    #[arg(long, value_name = "DIR")]
    toolwright: Option<PathBuf>,
}

/// The files of the example that the tests build, as far as every project has the same.
const FILES: [(&str, &str); 5] = [
    (
        "build.rs",
        include_str!("../../examples/own-catalogue/build.rs"),
    ),
    (
        "src/main.rs",
        include_str!("../../examples/own-catalogue/src/main.rs"),
    ),
    (
        "definitions/petshop/integration.yaml",
        include_str!("../../examples/own-catalogue/definitions/petshop/integration.yaml"),
    ),
    (
        "definitions/petshop/pets.yaml",
        include_str!("../../examples/own-catalogue/definitions/petshop/pets.yaml"),
    ),
    (
        "definitions/petshop/sandbox.yaml",
        include_str!("../../examples/own-catalogue/definitions/petshop/sandbox.yaml"),
    ),
];

impl Init {
    pub(crate) fn run(self) -> Result<(), CommandError> {
        let name = self.name()?;
        if self
            .folder
            .read_dir()
            .is_ok_and(|mut files| files.next().is_some())
        {
            let sentence = format!("{} is there and not empty", self.folder.display());
            return Err(CommandError::Sentence(sentence));
        }
        let manifest = manifest(&name, self.toolwright.as_deref())?;
        self.write("Cargo.toml", &manifest)?;
        self.write(".gitignore", "/target\n")?;
        for (path, text) in FILES {
            self.write(path, text)?;
        }
        let folder = self.folder.display();
        writeln!(
            io::stdout(),
            "{folder} has a definition of a made-up shop, in definitions/petshop. To serve it:\n\n  \
             cd {folder}\n  cargo run -- serve --sandbox"
        )?;
        Ok(())
    }

    /// The name of the project, which cargo has to take.
    fn name(&self) -> Result<String, CommandError> {
        let name = self.folder.file_name().and_then(|name| name.to_str());
        let is_name = |name: &&str| {
            name.starts_with(|first: char| first.is_ascii_alphabetic())
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        };
        name.filter(is_name).map(str::to_owned).ok_or_else(|| {
            let folder = self.folder.display();
            CommandError::Sentence(format!(
                "{folder} cannot be the name of a project: it needs a letter first, and then letters, \
                 digits, `-` and `_`"
            ))
        })
    }

    fn write(&self, path: &str, text: &str) -> Result<(), CommandError> {
        let path = self.folder.join(path);
        let written = match path.parent() {
            Some(folder) => fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)),
            None => fs::write(&path, text),
        };
        written.map_err(|error| CommandError::Sentence(format!("{}: {error}", path.display())))
    }
}

fn manifest(name: &str, toolwright: Option<&Path>) -> Result<String, CommandError> {
    let crates = |part: &str| match toolwright {
        None => Ok(format!("\"{}\"", env!("CARGO_PKG_VERSION"))),
        Some(checkout) => {
            let folder = fs::canonicalize(checkout.join(part)).map_err(|error| {
                let checkout = checkout.display();
                CommandError::Sentence(format!("{checkout} is no checkout of Toolwright: {error}"))
            })?;
            Ok::<_, CommandError>(format!("{{ path = {:?} }}", folder.display().to_string()))
        }
    };
    let codegen = match crates("codegen")? {
        path if path.starts_with('{') => path.replace(" }", ", default-features = false }"),
        version => format!("{{ version = {version}, default-features = false }}"),
    };
    Ok(format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\ntoolwright-cli = {}\ntoolwright-runtime = {}\n\n\
         [build-dependencies]\ntoolwright-codegen = {codegen}\n\n\
         # A workspace of its own, wherever the folder is.\n[workspace]\n",
        crates("cli")?,
        crates("runtime")?,
    ))
}
