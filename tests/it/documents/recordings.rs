//! The commands, the workflows and the examples of docs/recordings.md.

use secrecy::ExposeSecret as _;
use serde_json::Value;
use toolwright::CATALOGUE;
use toolwright::runtime::account::Credential;
use toolwright_server::sandbox::Sandbox;

use super::shell::{Shell, blocks, commands};
use crate::installation::Installation;
use crate::server::{output, toolwright};

const PAGE: &str = include_str!("../../../docs/recordings.md");

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_recorded_and_compared_as_the_page_says() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let upstreams = sandbox.upstreams().into_iter();
    let upstreams = upstreams.map(|to| format!("{}.{}={}", to.integration, to.host, to.url));
    let accounts = sandbox.accounts();
    let zesty = accounts
        .iter()
        .find(|known| known.integration.slug == "zesty")
        .unwrap();
    let Credential::Token(token) = &zesty.credential else {
        panic!("a token opens Zesty");
    };
    let installation = Installation::sqlite();
    let mut shell = Shell::new(&installation);
    shell.set(
        "TOOLWRIGHT_UPSTREAM",
        upstreams.collect::<Vec<_>>().join(" "),
    );
    let token = format!("{}\n", token.expose_secret());
    let added = shell
        .run("toolwright account add zesty --json", &token)
        .await;
    let added: Value = serde_json::from_str(&added).unwrap();
    let id = added["id"].as_str().unwrap();
    shell.set("ACCOUNT", id);
    let mut told = Vec::new();
    for heading in ["Try it", "Record", "Compare"] {
        for command in blocks(PAGE, heading, "sh")
            .iter()
            .flat_map(|block| commands(block))
        {
            told.push(shell.run(&command, "").await);
        }
    }
    assert_eq!(told.len(), 6);
    assert!(told[5].contains(": as declared."), "{told:?}");
    shell.set("TOOLWRIGHT_ACCOUNT", id);
    let workflows = blocks(PAGE, "In a pipeline", "yaml");
    let lines = workflows.iter().flat_map(|block| block.lines());
    let commands = lines.filter_map(|line| line.trim().strip_prefix("- run: target/debug/"));
    let commands: Vec<&str> = commands.collect();
    assert_eq!(commands.len(), 2, "{commands:?}");
    for command in commands {
        let told = shell.run(command, "").await;
        assert!(told.contains(": as declared."), "{command}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_is_told_as_the_page_says() {
    let installation = Installation::sqlite();
    let shell = Shell::new(&installation);
    let examples = blocks(PAGE, "Compare", "json");
    shell.run("mkdir by-hand", "").await;
    shell.write("by-hand/instances.json", examples[0]);
    let compare = "toolwright drift recordings by-hand";
    let told = shell.run(&format!("{compare} || test $? = 3"), "").await;
    assert_eq!(told, blocks(PAGE, "Compare", "text")[0]);
    let told = shell
        .run(&format!("{compare} --format json || test $? = 3"), "")
        .await;
    let first: Value = serde_json::from_str(told.lines().next().unwrap()).unwrap();
    let expected: Value = serde_json::from_str(examples[1]).unwrap();
    assert_eq!(first, expected);
}

/// The table of the page has the statuses that the command itself tells.
#[tokio::test]
async fn the_statuses_are_those_of_the_help() {
    let help = output(&mut toolwright(["drift", "recordings", "--help"])).await;
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, told) = help.split_once("Exit status:").unwrap();
    let told = told
        .lines()
        .filter_map(|line| line.trim().split(' ').next());
    let told = told.filter(|word| !word.is_empty());
    let rows = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next());
    let rows = rows.filter(|status| status.parse::<u8>().is_ok());
    assert_eq!(rows.collect::<Vec<_>>(), told.collect::<Vec<_>>());
}
