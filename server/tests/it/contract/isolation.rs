//! One account, one path: whatever takes an id refuses another account's.

use serde_json::{Value, json};

use super::{Installation, over_each_store};

over_each_store! {
    what_belongs_to_another_account_is_not_there
    a_deleted_account_takes_its_addresses_with_it
}

async fn what_belongs_to_another_account_is_not_there(installation: Installation) {
    let node = installation.node().await;
    let (mine, other) = (node.account().await, node.account().await);
    let (id, token) = node.server(&mine, json!({})).await;
    for account in [&other, "nobody", "01890000-0000-7000-8000-000000000000"] {
        let path = format!("/integrated-account/{account}/mcp/{id}");
        node.expect(404, &format!("GET {path}"), Value::Null).await;
        node.expect(404, &format!("PATCH {path}"), json!({ "name": "stolen" }))
            .await;
        node.expect(404, &format!("DELETE {path}"), Value::Null)
            .await;
    }
    let list = format!("GET /integrated-account/{other}/mcp");
    assert_eq!(
        node.expect(200, &list, Value::Null).await["result"],
        json!([])
    );
    for start in [
        "GET /integrated-account/nobody/mcp",
        "GET /integrated-account/nobody/tools",
    ] {
        node.expect(404, start, Value::Null).await;
    }
    let body = json!({ "name": "x" });
    node.expect(404, "POST /integrated-account/nobody/mcp", body)
        .await;
    let path = format!("GET /integrated-account/{mine}/mcp/{id}");
    assert_eq!(node.expect(200, &path, Value::Null).await["name"], "test");
    assert!(node.tools_of(&token).await.is_ok());
}

async fn a_deleted_account_takes_its_addresses_with_it(installation: Installation) {
    let node = installation.node().await;
    let (mine, other) = (node.account().await, node.account().await);
    let (_, token) = node.server(&mine, json!({})).await;
    let (_, kept) = node.server(&other, json!({})).await;
    assert!(node.tools_of(&token).await.is_ok());
    node.expect(
        204,
        &format!("DELETE /integrated-account/{mine}"),
        Value::Null,
    )
    .await;
    assert_eq!(node.tools_of(&token).await, Err(404));
    assert!(node.tools_of(&kept).await.is_ok());
}
