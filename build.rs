//! Compiles `definitions/` to `generated/`, which `src/lib.rs` includes. With the definitions of a
//! directory that `TOOLWRIGHT_DEFINITIONS` names, both are compiled to cargo's own output directory,
//! and that is included instead.

use std::env;
use std::io::{self, Write as _};

use toolwright_codegen::build::Builder;

fn main() -> io::Result<()> {
    Builder::new("definitions", "generated").run();
    let private = env::var_os("TOOLWRIGHT_DEFINITIONS").filter(|path| !path.is_empty());
    let mut out = io::stdout();
    writeln!(out, "cargo::rerun-if-env-changed=TOOLWRIGHT_DEFINITIONS")?;
    writeln!(out, "cargo::rustc-check-cfg=cfg(private_definitions)")?;
    if let Some(private) = private {
        writeln!(out, "cargo::rustc-cfg=private_definitions")?;
        Builder::out_dir("definitions").and(private).run();
    }
    Ok(())
}
