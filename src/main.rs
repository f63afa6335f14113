//! The `toolwright` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    toolwright_cli::main(&toolwright::CATALOGUE)
}
