//! Compiles `definitions/` to `generated/`, which `src/lib.rs` includes.

fn main() {
    toolwright_codegen::build::Builder::new("definitions", "generated").run();
}
