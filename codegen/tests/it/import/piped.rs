//! A document that comes through a pipe.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// `-` is standard input, and what comes of it is what comes of a file.
#[test]
fn a_document_is_read_from_standard_input() {
    let document = "openapi: 3.0.0\n\
         servers: [{ url: \"https://api.acme.example\" }]\n\
         paths: { /users: { get: { responses: { \"200\": { description: Fine. } } } } }\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme.yaml");
    fs::write(&file, document).unwrap();
    let imported = |source: &str, definitions: &str| {
        let mut import = Command::new(env!("CARGO_BIN_EXE_toolwright-codegen"))
            .args(["import", "openapi", source, "--integration", "acme"])
            .args(["--definitions", definitions])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = import.stdin.take().unwrap();
        if source == "-" {
            pipe.write_all(document.as_bytes()).unwrap();
        }
        drop(pipe);
        let output = import.wait_with_output().unwrap();
        let log = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{log}");
        assert!(log.contains("1 operations: 1 definitions"), "{log}");
        let written = folder.path().join(definitions).join("acme/users.yaml");
        fs::read_to_string(written).unwrap()
    };
    let piped = imported("-", "piped");
    assert!(piped.contains("http: GET /users"), "{piped}");
    assert_eq!(piped, imported("acme.yaml", "read"));
}
