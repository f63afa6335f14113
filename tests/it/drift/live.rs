//! Calls that only read, on simulated vendors and on one that does what a test says.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use toolwright::CATALOGUE;
use toolwright::runtime::table::{Effect, Step};

use super::{compare, files, findings, text};
use crate::calls::scripted::{Vendor, answer, json};
use crate::installation::Installation;
use crate::server::{output, toolwright};

const INTEGRATIONS: [&str; 4] = ["egnyte", "zesty", "zoho_bigin", "zoho_meeting"];
const INSTANCES: &str = "list_all_zesty_instances";

async fn run(arguments: &[&str]) -> Output {
    output(&mut toolwright(arguments.iter().copied())).await
}

#[tokio::test]
async fn a_simulated_vendor_answers_as_declared() {
    for slug in INTEGRATIONS {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().to_str().unwrap();
        let recorded = run(&["record", "--sandbox", "--account", slug, "--out", out]).await;
        assert!(recorded.status.success(), "{recorded:?}");
        assert!(recorded.stdout.is_empty(), "{recorded:?}");
        let integration = CATALOGUE
            .integrations
            .iter()
            .find(|known| known.slug == slug)
            .unwrap();
        let reads = integration
            .operations
            .iter()
            .filter(|known| known.effect == Effect::Read);
        let expected: BTreeSet<String> =
            reads.map(|known| format!("{}.json", known.name)).collect();
        let paths = files(&folder.path().join(slug));
        let names = paths
            .iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
        assert_eq!(names.collect::<BTreeSet<_>>(), expected, "{recorded:?}");
        let compared = compare(folder.path(), &["--format", "json"]).await;
        assert_eq!(
            compared.status.code(),
            Some(0),
            "{}",
            text(&compared.stdout)
        );
        let live = run(&["drift", "live", "--sandbox", "--account", slug]).await;
        assert_eq!(live.status.code(), Some(0), "{live:?}");
        assert!(text(&live.stdout).contains(": as declared."), "{live:?}");
        for path in paths {
            change(&path);
        }
        let compared = compare(folder.path(), &["--format", "json"]).await;
        assert_eq!(
            compared.status.code(),
            Some(3),
            "{}",
            text(&compared.stdout)
        );
        let told = findings(&compared);
        let told = told
            .iter()
            .filter(|one| one["field"] == "brand_new" && one["found"] == "integer");
        let changed: BTreeSet<String> = told
            .map(|one| format!("{}.json", one["operation"].as_str().unwrap()))
            .collect();
        assert_eq!(changed, expected);
    }
}

/// Gives the rows of a recording a field more.
fn change(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut recording: Value = serde_json::from_str(&text).unwrap();
    let operations = CATALOGUE
        .integrations
        .iter()
        .flat_map(|known| known.operations);
    let mut operations = operations.filter(|known| recording["operation"] == known.name);
    let response = &operations.next().unwrap().response;
    let mut place = &mut recording["body"];
    for step in response.at {
        place = match step {
            Step::Key(key) => &mut place[key],
            Step::Index(index) => &mut place[index],
            Step::Each => panic!("no vendor has rows in several places"),
        };
    }
    if place.is_array() {
        place = &mut place[0];
    }
    place["brand_new"] = json!(1);
    std::fs::write(path, recording.to_string()).unwrap();
}

/// A page is a recording, and recording less takes the others away.
#[tokio::test]
async fn pages_are_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let users = "list_all_egnyte_users";
    let command = [
        "record",
        "--sandbox",
        "--account",
        "egnyte",
        "--out",
        out,
        users,
    ];
    let arguments = ["--arguments", r#"{"limit": 20}"#, "--pages"];
    let names = async |pages: &str| {
        let all: Vec<&str> = command
            .iter()
            .chain(&arguments)
            .copied()
            .chain([pages])
            .collect();
        let output = run(&all).await;
        assert!(output.status.success(), "{output:?}");
        files(folder.path()).len()
    };
    assert_eq!(names("3").await, 3);
    assert_eq!(names("2").await, 2);
    assert_eq!(names("1").await, 1);
    let recording = std::fs::read_to_string(&files(folder.path())[0]).unwrap();
    let recording: Value = serde_json::from_str(&recording).unwrap();
    assert_eq!(recording["operation"], users);
    assert_eq!(recording["body"]["resources"].as_array().unwrap().len(), 20);
    // Named twice, with other arguments, it has a recording of each call.
    let twice = [users, "--arguments", r#"{"limit": 5}"#];
    let output = run(&[&command[..], &arguments[..2], &twice].concat()).await;
    assert!(output.status.success(), "{output:?}");
    assert_eq!(files(folder.path()).len(), 2);
}

#[tokio::test]
async fn nothing_that_changes_something_is_called() {
    let write = run(&[
        "drift",
        "live",
        "--sandbox",
        "--account",
        "zesty",
        "zesty_nothing",
    ])
    .await;
    assert_eq!(write.status.code(), Some(1));
    assert!(
        text(&write.stderr).contains("there is no operation of Zesty.io"),
        "{write:?}"
    );
    let vague = run(&["drift", "live", "--sandbox", INSTANCES]).await;
    assert!(
        text(&vague.stderr).contains("which of the simulated vendors is meant"),
        "{vague:?}"
    );
    let writes = CATALOGUE.integrations.iter().flat_map(|integration| {
        let operations = integration.operations.iter();
        operations
            .filter(|known| known.effect != Effect::Read)
            .map(|known| (integration.slug, known.name))
    });
    for (slug, name) in writes {
        let refused = run(&["drift", "live", "--sandbox", "--account", slug, name]).await;
        assert_eq!(refused.status.code(), Some(1), "{name}");
        let sentence = format!("`{name}` changes something, and only reads are made");
        assert!(text(&refused.stderr).contains(&sentence), "{refused:?}");
    }
}

/// An installation with a Zesty account whose vendor is the test.
async fn connected(vendor: &Vendor) -> (Installation, String) {
    let installation = Installation::sqlite();
    let mut command = installation.command(["account", "add", "zesty", "--json"]);
    let mut process = zesty(&mut command, vendor)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    process
        .stdin
        .take()
        .unwrap()
        .write_all(b"a-token-of-zesty\n")
        .await
        .unwrap();
    let added = process.wait_with_output().await.unwrap();
    let account: Value = serde_json::from_slice(&added.stdout).unwrap();
    let id = account["id"].as_str().unwrap().to_owned();
    (installation, id)
}

fn zesty<'a>(
    command: &'a mut tokio::process::Command,
    vendor: &Vendor,
) -> &'a mut tokio::process::Command {
    let hosts = ["accounts", "instance"].map(|host| format!("zesty.{host}={}", vendor.url));
    command.env("TOOLWRIGHT_UPSTREAM", hosts.join(" "))
}

/// What `drift live` says of a vendor that answers something else than is declared.
async fn differences(installation: &Installation, id: &str, vendor: &Vendor) -> Output {
    let live = [
        "drift",
        "live",
        "--account",
        id,
        "--format",
        "json",
        INSTANCES,
    ];
    let live = output(zesty(&mut installation.command(live), vendor)).await;
    assert_eq!(live.status.code(), Some(3), "{live:?}");
    live
}

fn changed() -> Value {
    json!({ "data": [{ "ZUID": "8-f48cf3a682-7fthvk", "name": 5, "s3cret": { "a b": "s3cret" } }] })
}

#[tokio::test]
async fn a_changed_answer_is_a_difference() {
    let vendor = Vendor::start(|_| json(&changed())).await;
    let (installation, id) = connected(&vendor).await;
    vendor.asked();
    let live = differences(&installation, &id, &vendor).await;
    let told = findings(&live);
    let parts: Vec<(&Value, &Value)> = told
        .iter()
        .map(|one| (&one["kind"], &one["part"]))
        .collect();
    assert_eq!(
        parts,
        [
            (&json!("wrong_type"), &json!("name")),
            (&json!("undeclared_field"), &json!("s3cret")),
        ]
    );
    assert_eq!(told[1]["found"], "string{}");
    let lines = vendor.asked();
    assert_eq!(lines.len(), 1, "{lines:?}");

    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let record = ["record", "--account", &id, "--out", out, INSTANCES];
    let record = output(zesty(&mut installation.command(record), &vendor)).await;
    assert_eq!(record.status.code(), Some(0), "{record:?}");
    assert_eq!(
        findings(&compare(folder.path(), &["--format", "json"]).await),
        told
    );

    // Whoever looks after the account sees that it was used, and how.
    let mut log = installation.command(["log", "--account", &id, "--kind", "proxy_call", "--json"]);
    let log: Value = serde_json::from_slice(&output(&mut log).await.stdout).unwrap();
    let calls: Vec<(&Value, &Value)> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (&line["tool"], &line["client_name"]))
        .collect();
    let tool = json!(INSTANCES);
    let clients = [json!("toolwright record"), json!("toolwright drift live")];
    assert_eq!(calls, [(&tool, &clients[0]), (&tool, &clients[1])], "{log}");
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_a_difference() {
    for body in ["<html>down</html>", r#"{"items": []}"#] {
        let headers = [("content-type", "application/json")];
        let vendor = Vendor::start(move |_| answer(200, &headers, body)).await;
        let (installation, id) = connected(&vendor).await;
        let live = differences(&installation, &id, &vendor).await;
        assert_eq!(findings(&live)[0]["kind"], "unreadable");
        assert!(
            text(&live.stderr).contains(": 1 answer, malformed (status 200)"),
            "{live:?}"
        );
    }
}

/// The first answer that says "too many" ends it, and nothing is taken for a difference.
#[tokio::test]
async fn a_vendor_that_has_enough_is_left_alone() {
    let vendor = Vendor::start(|asked| match asked.line.contains("/instances/") {
        true => answer(429, &[("retry-after", "30")], "s3cret"),
        false => json(&json!({ "data": [{ "ZUID": "8-f48cf3a682-7fthvk" }] })),
    });
    let vendor = vendor.await;
    let (installation, id) = connected(&vendor).await;
    let live = ["drift", "live", "--account", &id];
    let live = output(zesty(&mut installation.command(live), &vendor)).await;
    assert_eq!(live.status.code(), Some(1), "{live:?}");
    let told = text(&live.stderr);
    let end = "error: Zesty.io is not asked any further: rate_limited (status 429)\n";
    assert!(told.ends_with(end) && !told.contains("s3cret"), "{told}");
    let limited = vendor
        .asked()
        .iter()
        .filter(|asked| asked.line.contains("/instances/"))
        .count();
    assert_eq!(limited, 1);
}

/// What is marked in an answer is in no report, recording or line of the command.
#[tokio::test]
async fn nothing_of_an_answer_gets_out() {
    let row = json!({
        "ZUID": "8-f48cf3a682-7fthvk", "ID": 424_242_424, "name": "s3cret name",
        "domain": "s3cret.example", "blueprintZUID": "s3cret id", "createdAt": 424_242_424,
        "prefs": { "s3cret@acme.example": "s3cret" }, "1 s3cret": 424_242_424,
        "links": [{ "s3cret key": [424_242_424.5, "s3cret"] }],
    });
    let body = json!({ "_meta": { "of s3cret": "s3cret" }, "data": [row] });
    let vendor = Vendor::start(move |_| json(&body)).await;
    let (installation, id) = connected(&vendor).await;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let mut told = Vec::new();
    for words in [&[][..], &["--enum-values"]] {
        for command in [
            vec!["record", "--account", &id, "--out", out],
            vec!["drift", "live", "--account", &id],
            vec!["drift", "live", "--account", &id, "--format", "json"],
            vec!["drift", "recordings", out],
        ] {
            let all: Vec<&str> = command.iter().chain(words).copied().collect();
            let output = output(zesty(&mut installation.command(all), &vendor)).await;
            told.extend([
                text(&output.stdout).to_owned(),
                text(&output.stderr).to_owned(),
            ]);
        }
        let paths = files(folder.path());
        assert!(!paths.is_empty());
        told.extend(
            paths
                .iter()
                .map(|path| std::fs::read_to_string(path).unwrap()),
        );
    }
    for told in told {
        assert!(
            !told.contains("s3cret") && !told.contains("424242424"),
            "{told}"
        );
        assert!(!told.contains("8-f48cf3a682-7fthvk"), "{told}");
    }
}
