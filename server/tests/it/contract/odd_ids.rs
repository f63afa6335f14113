//! Ids that cannot be any: they are as unknown as others.

use serde_json::{Value, json};

use super::{Installation, faults, over_each_store};

over_each_store! {
    what_cannot_be_an_id_is_not_there
    what_cannot_be_a_tenant_has_no_accounts
}

const ODD: [&str; 6] = ["%00", "a%00b", "%FF", "%C3%A4", "%20", "..%2F.."];

async fn what_cannot_be_an_id_is_not_there(installation: Installation) {
    let node = installation.node().await;
    let account = node.account().await;
    let long = "x".repeat(5000);
    for id in ODD.into_iter().chain([long.as_str()]) {
        for start in [
            format!("GET /integrated-account/{id}"),
            format!("PATCH /integrated-account/{id}"),
            format!("DELETE /integrated-account/{id}"),
            format!("GET /integrated-account/{id}/tools"),
            format!("GET /integrated-account/{id}/mcp"),
            format!("GET /integrated-account/{account}/mcp/{id}"),
            format!("PATCH /integrated-account/{account}/mcp/{id}"),
            format!("DELETE /integrated-account/{account}/mcp/{id}"),
            format!("DELETE /api-token/{id}"),
            format!("GET /integration/{id}"),
            format!("GET /integration/{id}/tools"),
        ] {
            let refusal = node.expect(404, &start, json!({ "name": "x" })).await;
            assert_eq!(refusal["statusCode"], 404);
            assert!(refusal["message"].is_string());
        }
        let start = format!("GET /integrated-account/{id}");
        assert_eq!(node.ask_as("x", &start, Value::Null).await.status, 401);
        let tools = node.tools_of(id).await;
        assert_eq!(tools, Err(404), "{id}");
    }
}

async fn what_cannot_be_a_tenant_has_no_accounts(installation: Installation) {
    let node = installation.node().await;
    let start = "GET /integrated-account?tenant_id=%00";
    let refusal = node.expect(400, start, Value::Null).await;
    assert_eq!(faults(&refusal), ["tenant_id"]);
}
