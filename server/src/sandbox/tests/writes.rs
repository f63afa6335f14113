//! Writes and what later reads see of them.

use serde_json::json;

use super::client::{API, TOKEN, get, json, send};
use super::sandbox;

#[tokio::test]
async fn a_new_row_is_seen_by_reads() {
    let sandbox = sandbox().await;
    let body = json!({"users": [{"email": "eve@acme.example", "name": {"first": "Eve"}}]});
    let reply = json(&sandbox, "POST", "/users", &body).await;
    assert_eq!(reply.status, 201);
    let row = json!({
        "id": "u-111", "email": "eve@acme.example", "name": {"first": "Eve"},
        "status": "active", "link": "https://acme.example/u-111", "org": "77",
    });
    assert_eq!(reply.json(), row);
    assert_eq!(
        get(&sandbox, "/users/u-111.json").await.json(),
        json!({"users": [row]})
    );
    assert_eq!(
        get(&sandbox, "/scim/users").await.json()["info"]["total"],
        13
    );
    let reply = json(&sandbox, "POST", "/users", &body).await;
    assert_eq!(reply.json()["id"], "u-112");
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_name() {
    let sandbox = sandbox().await;
    let body = json!({"name": {"first": "Adele"}, "role": null, "more": {"a": 1}});
    let reply = json(&sandbox, "PATCH", "/users/u-001.json", &body).await;
    let row = json!({
        "id": "u-001", "email": "ada@acme.example", "name": {"first": "Adele", "last": "Lane"},
        "status": "active", "role": null, "teams": ["red"], "age": 41, "more": {"a": 1},
        "changed": true,
    });
    assert_eq!((reply.status, reply.json()), (200, row));
    let reply = get(&sandbox, "/users/u-001.json").await.json();
    assert_eq!(reply["users"][0]["name"]["first"], "Adele");
    assert_eq!(
        json(&sandbox, "PATCH", "/users/u-999.json", &body)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn a_list_may_be_changed_by_its_elements() {
    let sandbox = sandbox().await;
    let body = json!({"people": [
        {"id": "u-002", "op": "remove"},
        {"id": "u-101", "op": "add", "note": 1},
        {"id": "u-001", "note": 2},
        {"id": "u-102", "op": "remove"},
    ]});
    let people = json!([
        {"id": "u-001", "name": "Ada", "note": 2},
        {"id": "u-101", "note": 1, "name": "User"},
    ]);
    let reply = json(&sandbox, "PATCH", "/teams/red", &body).await;
    assert_eq!(
        (reply.status, reply.json()),
        (200, json!({"id": "red", "people": people}))
    );
    let body = json!({"people": [{"id": "u-101"}]});
    let reply = json(&sandbox, "PATCH", "/teams/blue", &body).await.json();
    assert_eq!(reply["people"], json!([{"id": "u-101", "name": "User"}]));
    let body = json!({"people": [{"id": "u-102"}, {"id": "u-999"}]});
    let reply = json(&sandbox, "PATCH", "/teams/blue", &body).await;
    assert_eq!(reply.text, "<p>u-999 is not one of the users</p>");
    for odd in [json!("u-101"), json!(["u-101"]), json!([{"op": "remove"}])] {
        let reply = json(&sandbox, "PATCH", "/teams/blue", &json!({"people": odd})).await;
        assert_eq!(reply.status, 400);
    }
    let reply = json(&sandbox, "PATCH", "/teams/blue", &json!({}))
        .await
        .json();
    assert_eq!(reply["people"], json!([{"id": "u-101", "name": "User"}]));
}

#[tokio::test]
async fn a_body_that_is_a_list_is_the_row_s_list() {
    let sandbox = sandbox().await;
    let reply = json(&sandbox, "PUT", "/teams/red", &json!({"list": ["u-101"]})).await;
    assert_eq!(reply.json(), json!({"id": "red", "people": ["u-101"]}));
    assert_eq!(
        json(&sandbox, "PUT", "/teams/red", &json!({})).await.status,
        400
    );
}

#[tokio::test]
async fn forms_become_values_of_the_declared_types() {
    let sandbox = sandbox().await;
    let headers = [TOKEN, "Content-Type: application/x-www-form-urlencoded"];
    let body = "age=42&name.first=A+%26+B&tags=x&tags=1&free=7";
    let path = format!("{API}/users/u-001.json");
    let row = send(&sandbox, "PUT", &path, &headers, body).await.json();
    assert_eq!(row["age"], 42);
    assert_eq!(row["name"], json!({"first": "A & B", "last": "Lane"}));
    assert_eq!(row["tags"], json!(["x", "1"]));
    assert_eq!(row["free"], "7");
}

#[tokio::test]
async fn multipart_fields_are_read() {
    let sandbox = sandbox().await;
    let headers = [TOKEN, "Content-Type: multipart/form-data; boundary=b0"];
    let part = |name: &str, value: &str| {
        format!("--b0\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = format!(
        "{}{}--b0--\r\n",
        part("age", "43"),
        part("note", "two\r\nlines")
    );
    let path = format!("{API}/photos/u-001");
    let row = send(&sandbox, "PUT", &path, &headers, &body).await.json();
    assert_eq!(
        (&row["age"], &row["note"]),
        (&json!(43), &json!("two\r\nlines"))
    );
    for body in ["--b0\r\nX: 1\r\n\r\nv\r\n--b0--", "--b0\r\n"] {
        assert_eq!(
            send(&sandbox, "PUT", &path, &headers, body).await.status,
            400,
            "{body}"
        );
    }
    let headers = [TOKEN, "Content-Type: multipart/form-data"];
    assert_eq!(
        send(&sandbox, "PUT", &path, &headers, &body).await.status,
        400
    );
}

#[tokio::test]
async fn a_deleted_row_is_gone() {
    let sandbox = sandbox().await;
    let path = format!("{API}/users/u-001.json");
    let reply = send(&sandbox, "DELETE", &path, &[TOKEN], "").await;
    assert_eq!((reply.status, &*reply.text), (204, ""));
    assert_eq!(reply.header("Content-Type"), None);
    assert_eq!(
        send(&sandbox, "DELETE", &path, &[TOKEN], "").await.status,
        404
    );
    assert_eq!(get(&sandbox, "/users/u-001.json").await.status, 404);
    assert_eq!(
        get(&sandbox, "/scim/users").await.json()["info"]["total"],
        11
    );
}

#[tokio::test]
async fn a_marked_row_stays() {
    let sandbox = sandbox().await;
    let path = format!("{API}/marks/u-001");
    let result = &send(&sandbox, "DELETE", &path, &[TOKEN], "").await.json()["results"][0];
    assert_eq!(
        (&result["code"], &result["id"]),
        (&json!("SUCCESS"), &json!("u-001"))
    );
    assert_eq!(result["row"]["status"], "gone");
    assert_eq!(
        get(&sandbox, "/users/u-001.json").await.json()["users"][0]["status"],
        "gone"
    );
    assert_eq!(
        send(&sandbox, "DELETE", &path, &[TOKEN], "").await.status,
        404
    );
}

#[tokio::test]
async fn each_sandbox_has_its_own_rows() {
    let (one, other) = (sandbox().await, sandbox().await);
    let path = format!("{API}/users/u-001.json");
    assert_eq!(send(&one, "DELETE", &path, &[TOKEN], "").await.status, 204);
    assert_eq!(get(&other, "/users/u-001.json").await.status, 200);
}
