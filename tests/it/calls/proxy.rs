//! The proxy API over the simulated vendors: what programs get is what agents get.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use toolwright::CATALOGUE;

use super::served::http;
use crate::installation::ADMIN;
use crate::server::{SANDBOX, Server, toolwright};

/// Asks with the operator's token; the headers of the answer and its body.
async fn get(server: &Server, address: &str) -> (reqwest::header::HeaderMap, Value) {
    let url = format!("{}{address}", server.origin);
    let answer = http().get(url).bearer_auth(ADMIN).send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let text = answer.text().await.unwrap();
    assert_eq!(status, 200, "{address}: {text}");
    (headers, serde_json::from_str(&text).unwrap())
}

#[tokio::test]
async fn programs_and_agents_get_the_same() {
    let mut command = toolwright(SANDBOX);
    let server = Server::run(command.env("TOOLWRIGHT_ADMIN_TOKEN", ADMIN)).await;
    let (_, accounts) = get(&server, "/integrated-account").await;
    let text = |account: &Value, name: &str| account[name].as_str().unwrap().to_owned();
    let accounts = accounts["result"].as_array().unwrap().iter();
    let accounts: BTreeMap<String, String> = accounts
        .map(|account| (text(account, "integration"), text(account, "id")))
        .collect();
    let mut asked = 0;
    for integration in CATALOGUE.integrations {
        let account = &accounts[integration.slug];
        for operation in integration.operations {
            if operation.args.iter().any(|arg| arg.required) {
                continue;
            }
            let resource = operation.resource;
            let address = format!("/proxy/{resource}?integrated_account_id={account}");
            let (headers, body) = get(&server, &address).await;
            let mut of_agent = server.call(operation.name, json!({})).await;
            let limits = of_agent.as_object_mut().unwrap().remove("ratelimit");
            assert_eq!(body, of_agent, "{}", operation.name);
            let limit = |name: &str| headers.get(format!("ratelimit-{name}")).is_some();
            let told = limits.is_some_and(|limits| limits.get("limit").is_some());
            assert_eq!(limit("limit"), told, "{}", operation.name);
            asked += 1;
        }
    }
    assert!(asked >= 12, "{asked}");
}
