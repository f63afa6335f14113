//! Somebody who connects an account, and who calls it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Node;
use crate::support::browser::{Browser, encoded};
use crate::support::http::{Answer, send};
use crate::support::orbit_vendor::asked;
use crate::support::request;

/// Somebody who connects an account of Orbit.
pub(crate) struct Person<'a> {
    pub(crate) node: &'a Node,
    pub(crate) browser: Browser,
    /// What stands in everything that the vendor is shown.
    pub(crate) unique: String,
}

impl<'a> Person<'a> {
    /// Registers an application of the test's own.
    pub(crate) async fn new(node: &'a Node) -> Self {
        let unique = uuid::Uuid::now_v7().simple().to_string();
        let app = json!({ "client_id": format!("app-{unique}"), "client_secret": "s&cret" });
        let start = "PUT /integration/orbit/oauth-app";
        node.expect(200, start, app).await;
        let browser = node.browser();
        Self {
            node,
            browser,
            unique,
        }
    }

    /// The token of a link.
    pub(crate) async fn link(&self) -> String {
        self.node.link(json!({ "integration": "orbit" })).await.1
    }

    /// Sends the form with these fields besides the usual ones.
    pub(crate) async fn offer(&self, token: &str, kind: &str, more: &[(&str, &str)]) -> Answer {
        let usual = [
            ("link_token", token),
            ("kind", kind),
            ("connection.domain", &self.unique),
        ];
        let fields = [&usual, more].concat();
        self.browser.post("/connect/orbit", &fields).await
    }

    /// Goes to the vendor's login; what the vendor is asked with.
    pub(crate) async fn leave(&self, token: &str) -> BTreeMap<String, String> {
        let answer = self.offer(token, "oauth2", &[]).await;
        query(&answer)
    }

    /// Comes back from the vendor's login.
    pub(crate) async fn back(&self, parameters: &[(&str, &str)]) -> Answer {
        let path = format!("/connect/orbit/callback?{}", encoded(parameters));
        self.browser.get(&path).await
    }

    /// Signs in; the code is a word that says what comes of it.
    pub(crate) async fn sign_in(&self, token: &str, word: &str, more: &[(&str, &str)]) -> Answer {
        let query = self.leave(token).await;
        let code = self.secret(word);
        let told = [("code", &*code), ("state", &*query["state"])];
        self.back(&[&told, more].concat()).await
    }

    pub(crate) fn secret(&self, word: &str) -> String {
        format!("{word}-{}", self.unique)
    }

    /// What the vendor was asked.
    pub(crate) fn asked(&self) -> Vec<String> {
        let asked = asked(&self.unique).into_iter();
        asked
            .map(|asked| asked.replace(&self.unique, "jane"))
            .collect()
    }
}

/// The parameters of the address that a browser is sent to.
pub(crate) fn query(answer: &Answer) -> BTreeMap<String, String> {
    assert_eq!(answer.status, 303, "{answer:?}");
    let (_, query) = answer.header("location").unwrap().split_once('?').unwrap();
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

/// Calls the tool of an MCP server.
pub(crate) async fn me(node: &Node, token: &str) -> Value {
    let params = json!({ "name": "orbit_me_read", "arguments": {} });
    let json = ["Content-Type: application/json"];
    let start = format!("POST /mcp/{token}");
    let answer = send(node.address, &start, &json, &request("tools/call", params)).await;
    let mut result = answer.json()["result"].clone();
    if result.get("isError").is_none() {
        result["isError"] = json!(false);
    }
    result
}
