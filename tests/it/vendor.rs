//! A vendor that tells each caller which credential it saw. It says so backwards: the credential
//! itself would be taken out of its answer.

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The tool that shows the credential, as the name of the one row of its list.
pub(crate) const TOOL: &str = "list_all_zesty_instances";

/// Starts the vendor, which ends with the test; what sends calls to it.
pub(crate) async fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = format!("zesty.accounts=http://{}", listener.local_addr().unwrap());
    let answer = async |headers: HeaderMap| {
        let seen = headers[AUTHORIZATION].to_str().unwrap();
        let seen: String = seen.chars().rev().collect();
        let row = json!({ "ZUID": "8-f48cf3a682-7fthvk", "name": seen });
        (
            [(CONTENT_TYPE, "application/json")],
            json!({ "data": [row] }).to_string(),
        )
    };
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    upstream
}

/// The credential that the vendor saw, from the answer to a call.
pub(crate) fn seen(answer: &Value) -> String {
    let row = &answer["result"]["structuredContent"]["result"][0];
    let name = row["name"].as_str();
    let name = name.unwrap_or_else(|| panic!("no row in {answer}"));
    let header: String = name.chars().rev().collect();
    header.strip_prefix("Bearer ").unwrap().to_owned()
}
