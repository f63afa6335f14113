fn main() {
    toolwright_codegen::build::Builder::out_dir("definitions").run();
}
