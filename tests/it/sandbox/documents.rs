//! The commands of `docs/sandbox.md`, run as they stand there.

use serde_json::Value;
use tokio::process::Command;
use toolwright::CATALOGUE;
use toolwright_server::sandbox::Sandbox;

use super::Vendor;
use crate::server::PATIENCE;

const PAGE: &str = include_str!("../../../docs/sandbox.md");

#[tokio::test]
#[ignore = "needs curl, which tests/run installs"]
async fn the_commands_of_the_page_do_what_it_says() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let own = format!("http://{}", sandbox.address());
    let blocks = PAGE.split("```sh\n").skip(1);
    let mut printed = Vec::new();
    for command in blocks.map(|rest| rest.split("```").next().unwrap()) {
        if command.contains("/sandbox/requests") {
            let path = "/bigin/v2/users?type=AllUsers&page=1&per_page=5";
            let bigin = Vendor::zoho(&sandbox, "zoho_bigin", "");
            let token = "Zoho-oauthtoken sandbox-zoho_bigin";
            assert_eq!(bigin.call("www.zohoapis.eu", path, token).await.0, 200);
        }
        let command = command.replace("http://127.0.0.1:8080", &own);
        let command = command.replace("curl ", "curl --silent --show-error --fail-with-body ");
        let shell = Command::new("sh").args(["-euc", &command]).output();
        let output = tokio::time::timeout(PATIENCE, shell).await;
        let output = output.expect("it ends in time").unwrap();
        assert!(output.status.success(), "{command}: {output:?}");
        printed.push(serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default());
    }
    let [throttle, dead, slow, listed, stopped, requests] = printed.try_into().unwrap();
    assert_eq!(throttle["faults"][0]["fault"], "throttle");
    assert_eq!(dead["faults"][1]["times"], "always");
    assert_eq!(slow["faults"].as_array().unwrap().len(), 3);
    assert_eq!((listed, stopped), (slow, Value::Null));
    let (_, shown) = PAGE.split_once("```json\n").unwrap();
    let shown: Value = serde_json::from_str(shown.split("```").next().unwrap()).unwrap();
    assert_eq!(requests, shown);
}
