//! Recordings of each kind of difference, with the exact reports and exit statuses.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{compare, findings, recordings, text};
use crate::server::{output, toolwright};

const KINDS: [&str; 7] = [
    "undeclared_field",
    "missing_field",
    "wrong_type",
    "unexpected_null",
    "new_enum_value",
    "malformed_identifier",
    "unreadable",
];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/drift")
        .join(name)
}

/// Compares a text with a file, or with `BLESS=1` writes it there.
fn same(file: &Path, found: &str) {
    if std::env::var_os("BLESS").is_some_and(|bless| bless == "1") {
        std::fs::write(file, found).unwrap();
    }
    let expected = std::fs::read_to_string(file).unwrap_or_default();
    assert_eq!(expected.replace("\r\n", "\n"), found, "{}", file.display());
}

/// What is printed about a fixture; the status.
async fn printed(name: &str, arguments: &[&str]) -> (String, Option<i32>) {
    let command = ["drift", "recordings", "recordings"]
        .iter()
        .chain(arguments);
    let output = output(toolwright(command.copied()).current_dir(fixture(name))).await;
    assert_eq!(text(&output.stderr), "", "{name}");
    (text(&output.stdout).to_owned(), output.status.code())
}

#[tokio::test]
async fn each_kind_of_difference_is_reported() {
    for kind in KINDS {
        let (report, status) = printed(kind, &[]).await;
        assert_eq!(status, Some(3), "{kind}");
        same(&fixture(kind).join("report.txt"), &report);
        let (lines, status) = printed(kind, &["--format", "json"]).await;
        assert_eq!(status, Some(3), "{kind}");
        same(&fixture(kind).join("findings.jsonl"), &lines);
        for line in lines.lines() {
            let finding: Value = serde_json::from_str(line).unwrap();
            assert_eq!(finding["kind"], kind);
        }
    }
}

#[tokio::test]
async fn what_is_as_declared_is_no_difference() {
    let (report, status) = printed("as_declared", &[]).await;
    assert_eq!(status, Some(0), "{report}");
    same(&fixture("as_declared").join("report.txt"), &report);
    let (report, status) = printed("as_declared", &["--unseen"]).await;
    assert_eq!(status, Some(0), "{report}");
    same(&fixture("as_declared").join("unseen.txt"), &report);
    assert_eq!(
        printed("as_declared", &["--format", "json"]).await,
        (String::new(), Some(0))
    );
}

#[tokio::test]
async fn new_words_of_an_enum_are_told_when_they_are_asked_for() {
    let (report, _) = printed("new_enum_value", &["--enum-values"]).await;
    same(&fixture("new_enum_value").join("words.txt"), &report);
    let (lines, _) = printed("new_enum_value", &["--enum-values", "--format", "json"]).await;
    same(&fixture("new_enum_value").join("words.jsonl"), &lines);
    assert!(
        lines.contains("guest") && !lines.contains("Acme"),
        "{lines}"
    );
}

/// What cannot be compared is an error, all of it at once, and nothing is compared.
#[tokio::test]
async fn what_is_no_recording_is_refused() {
    let right = || {
        json!({
            "version": 1, "integration": "zesty", "operation": "list_all_zesty_instances",
            "body": { "data": [] },
        })
    };
    let with = |name: &str, value: Value| {
        let mut recording = right();
        recording[name] = value;
        recording.to_string()
    };
    for (wrong, sentence) in [
        ("{".to_owned(), "it is no JSON: "),
        (
            "[]".to_owned(),
            "it is no recording: a JSON object is expected",
        ),
        (with("version", json!(2)), "`version` must be 1"),
        (
            with("integration", json!("zest")),
            "there is no integration `zest`; did you mean `zesty`?",
        ),
        (
            with("operation", json!("list_all_zesty_instance")),
            "there is no operation of Zesty.io `list_all_zesty_instance`; did you mean \
             `list_all_zesty_instances`?",
        ),
        (with("operation", json!(1)), "`operation` must be a string"),
        (
            with("bodi", json!(1)),
            "there is no member `bodi`; did you mean `body`?",
        ),
        (
            with("status", json!(404)),
            "its status is 404: only answers of success have a declared response",
        ),
    ] {
        let folder = recordings(
            "zesty",
            "list_all_zesty_instances",
            &[json!({ "no": "data" })],
        );
        std::fs::write(folder.path().join("wrong.json"), &wrong).unwrap();
        let output = compare(folder.path(), &[]).await;
        assert_eq!(
            (output.status.code(), text(&output.stdout)),
            (Some(1), ""),
            "{wrong}"
        );
        let told = text(&output.stderr);
        assert!(
            told.contains("wrong.json: ") && told.contains(sentence),
            "{wrong}: {told}"
        );
    }
    let empty = tempfile::tempdir().unwrap();
    let output = compare(empty.path(), &[]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).ends_with(": there are no recordings\n"),
        "{output:?}"
    );
    let output = compare(&empty.path().join("gone"), &[]).await;
    assert_eq!(output.status.code(), Some(1));
}

#[tokio::test]
async fn a_wrong_command_line_has_a_status_of_its_own() {
    for arguments in [
        vec!["drift", "recordings"],
        vec!["drift", "live"],
        vec!["drift", "live", "--account", "a", "--arguments", "{}"],
        vec![
            "drift",
            "live",
            "--sandbox",
            "list_all_zesty_instances",
            "--arguments",
            "[]",
        ],
        vec!["record", "--sandbox"],
    ] {
        let output = output(&mut toolwright(arguments.iter().copied())).await;
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    }
}

/// The former name of an integration is as good as its name.
#[tokio::test]
async fn aliases_name_integrations() {
    let folder = recordings(
        "zesty_io",
        "list_all_zesty_instances",
        &[json!({ "data": 5 })],
    );
    let output = compare(folder.path(), &["--format", "json"]).await;
    assert_eq!(findings(&output)[0]["integration"], "zesty");
}
