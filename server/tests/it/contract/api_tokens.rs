//! `/api-token`, and who may use the API.

use serde_json::{Value, json};

use super::{Installation, faults, over_each_store};
use crate::support::http::send;

over_each_store! {
    the_operators_token_takes_the_place_of_the_one_before
    tokens_are_made_listed_and_revoked
    every_address_needs_a_token_of_the_right_scope
}

async fn tokens_are_made_listed_and_revoked(installation: Installation) {
    let node = installation.node().await;
    let created = node
        .expect(201, "POST /api-token", json!({ "name": "agent" }))
        .await;
    assert_eq!(created["scopes"], json!(["call"]));
    let token = created["token"].as_str().unwrap();
    let listed = node.expect(200, "GET /api-token", Value::Null).await;
    assert_eq!(listed["result"].as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains(token));
    let body = json!({ "name": "second", "scopes": ["admin", "call"] });
    let second = node.expect(201, "POST /api-token", body).await;
    let second_token = second["token"].as_str().unwrap();
    assert_eq!(
        node.ask_as(second_token, "GET /api-token", Value::Null)
            .await
            .status,
        200
    );
    let start = format!("DELETE /api-token/{}", second["id"].as_str().unwrap());
    node.expect(204, &start, Value::Null).await;
    node.expect(404, &start, Value::Null).await;
    assert_eq!(
        node.ask_as(second_token, "GET /api-token", Value::Null)
            .await
            .status,
        401
    );
    for (body, field) in [
        (json!({}), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x", "scopes": [] }), "scopes"),
        (json!({ "name": "x", "scopes": ["root"] }), "scopes"),
        (json!({ "name": "x", "scope": "admin" }), "scope"),
    ] {
        let refusal = node.expect(400, "POST /api-token", body).await;
        assert_eq!(faults(&refusal), [field]);
    }
}

async fn every_address_needs_a_token_of_the_right_scope(installation: Installation) {
    let node = installation.node().await;
    let call = node
        .expect(201, "POST /api-token", json!({ "name": "agent" }))
        .await;
    let call = call["token"].as_str().unwrap();
    for start in [
        "GET /integrated-account",
        "POST /integrated-account",
        "GET /integrated-account/x",
        "PATCH /integrated-account/x",
        "DELETE /integrated-account/x",
        "GET /integrated-account/x/tools",
        "GET /integrated-account/x/mcp",
        "POST /integrated-account/x/mcp",
        "GET /integrated-account/x/mcp/y",
        "PATCH /integrated-account/x/mcp/y",
        "DELETE /integrated-account/x/mcp/y",
        "GET /api-token",
        "POST /api-token",
        "DELETE /api-token/x",
        "GET /integration",
        "GET /integration/acme",
        "GET /integration/acme/tools",
    ] {
        let json = ["Content-Type: application/json"];
        let nobody = send(node.address, start, &json, "{}").await;
        assert_eq!(nobody.status, 401, "{start}");
        assert!(
            nobody
                .header("WWW-Authenticate")
                .unwrap()
                .starts_with("Bearer")
        );
        assert_eq!(
            node.ask_as("twa_made-up", start, json!({})).await.status,
            401,
            "{start}"
        );
        assert_eq!(
            node.ask_as(call, start, json!({})).await.status,
            403,
            "{start}"
        );
        let twice = [
            &json[..],
            &["Authorization: Bearer a", "Authorization: Bearer b"],
        ]
        .concat();
        assert_eq!(
            send(node.address, start, &twice, "{}").await.status,
            401,
            "{start}"
        );
    }
}

async fn the_operators_token_takes_the_place_of_the_one_before(installation: Installation) {
    let node = installation.node().await;
    let (first, second) = ("the-first-of-the-operator", "the-second-of-the-operator");
    let works = async |token: &str| {
        let answer = node.ask_as(token, "GET /api-token", Value::Null).await;
        answer.status == 200
    };
    for token in [first, first, second] {
        node.registry
            .set_operator_token(&token.into())
            .await
            .unwrap();
        assert!(works(token).await);
    }
    assert!(!works(first).await);
    let listed = node.expect(200, "GET /api-token", Value::Null).await;
    let listed = listed["result"].as_array().unwrap().iter();
    let operators = listed.filter(|token| token["name"] == "operator (environment)");
    assert_eq!(operators.count(), 1);
    // One that was made before can become the operator's.
    let made = json!({ "name": "made", "scopes": ["admin"] });
    let made = node.expect(201, "POST /api-token", made).await;
    let made = made["token"].as_str().unwrap();
    node.registry
        .set_operator_token(&made.into())
        .await
        .unwrap();
    assert!(works(made).await && !works(second).await);
    node.registry
        .set_operator_token(&second.into())
        .await
        .unwrap();
    let log = node
        .expect(200, "GET /log?action=api_token.set", Value::Null)
        .await;
    assert_eq!(log["result"].as_array().unwrap().len(), 4, "{log}");
    for token in [
        "",
        "too-short",
        "sixteen characters and more",
        "sixteen-but-n\u{f6}t-ascii",
    ] {
        node.registry
            .set_operator_token(&token.into())
            .await
            .unwrap_err();
    }
    assert!(works(second).await);
}
