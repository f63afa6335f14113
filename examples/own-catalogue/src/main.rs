//! A server of one's own catalogue: everything that `toolwright` can do, with other definitions.

#[allow(dead_code, unused_imports)] // The typed clients are for programs that want them.
mod catalogue {
    include!(concat!(env!("OUT_DIR"), "/catalogue/mod.rs"));
}

fn main() -> std::process::ExitCode {
    toolwright_cli::main(&catalogue::CATALOGUE)
}
