//! What is too long for a model is cut between rows, and never inside one.

use serde_json::{Value, json};
use toolwright::CATALOGUE;

use super::scripted::{Puppet, Vendor, answer, json};
use super::served::Served;

/// What a result may have, from `[` to `]`, with some room for the cursor and the note.
const LONGEST: usize = 129_000;

/// The object of a call that succeeds, whose text is not longer than a model is shown.
async fn short(served: &Served, tool: &str, arguments: &Value) -> Value {
    let slug = if tool.contains("egnyte") {
        "egnyte"
    } else {
        "zesty"
    };
    let result = served.call(slug, tool, arguments).await;
    assert_eq!(result.get("isError"), None, "{result}");
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(text.len() <= LONGEST, "{}", text.len());
    let object: Value =
        serde_json::from_str(text).expect("a text that is cut is JSON all the same");
    assert_eq!(object, result["structuredContent"]);
    object
}

#[tokio::test]
async fn a_long_list_ends_between_two_rows() {
    // Rows of all lengths up to 40 kB, in letters of one and more bytes.
    let name = |id: usize| ["x", "é", "\""][id % 3].repeat(id * 1977 % 30_000);
    let row = |id: usize| json!({ "ID": id.to_string(), "name": name(id) });
    let rows: Vec<Value> = (0..20).map(row).collect();
    let all = json!({ "data": rows });
    let vendor = Vendor::start(move |_| json(&all)).await;
    let served = Served::start(&CATALOGUE, vendor.upstreams(&CATALOGUE)).await;
    for limit in [None, Some(7), Some(1000)] {
        let mut arguments = json!({});
        if let Some(limit) = limit {
            arguments["limit"] = json!(limit);
        }
        let mut walked = Vec::new();
        for _ in 0..=rows.len() {
            let page = short(&served, "list_all_zesty_instances", &arguments).await;
            assert_eq!(vendor.asked().len(), 1, "{limit:?}");
            let found = page["result"].as_array().unwrap();
            let is_cut = page.get("next_cursor").is_some() && Some(found.len()) != limit;
            let note =
                "More rows do not fit into one result; next_cursor goes on with the next one.";
            assert_eq!(
                page.get("note"),
                is_cut.then_some(&json!(note)),
                "{limit:?}"
            );
            walked.extend(found.iter().cloned());
            match page.get("next_cursor") {
                Some(cursor) => arguments["next_cursor"] = cursor.clone(),
                None => break,
            }
        }
        assert!(walked == rows, "{limit:?}: {} rows", walked.len());
    }
}

#[tokio::test]
async fn a_row_that_is_too_long_by_itself_is_left_out() {
    let row = |id: u32, length: usize| json!({ "ID": id, "name": "x".repeat(length) });
    let rows = json!({ "data": [row(1, 10), row(2, 200_000), row(3, 10), row(4, 300_000)] });
    let vendor = Vendor::start(move |_| json(&rows)).await;
    let served = Served::start(&CATALOGUE, vendor.upstreams(&CATALOGUE)).await;
    let mut arguments = json!({});
    let mut pages = Vec::new();
    for _ in 0..4 {
        let page = short(&served, "list_all_zesty_instances", &arguments).await;
        assert_eq!(vendor.asked().len(), 1);
        let ids: Vec<Value> = page["result"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["ID"].clone())
            .collect();
        pages.push((ids, page["note"].as_str().unwrap_or_default().to_owned()));
        arguments["next_cursor"] = page["next_cursor"].clone();
    }
    assert_eq!(
        arguments["next_cursor"],
        Value::Null,
        "the fourth page is the last"
    );
    let full = "More rows do not fit into one result; next_cursor goes on with the next one.";
    let left_out =
        |bytes| format!("A row is left out: it has {bytes} bytes, and 128000 fit into one result.");
    assert_eq!(
        pages,
        [
            (vec![json!("1")], full.to_owned()),
            (vec![], format!("{} {full}", left_out(200_020))),
            (vec![json!("3")], full.to_owned()),
            (vec![], left_out(300_020)),
        ]
    );
}

#[tokio::test]
async fn a_failure_is_short_whatever_the_vendor_says() {
    let long = "long words ".repeat(100_000);
    let body = json!({ "code": long, "message": long, "details": { "long": long } });
    let bodies = [body.to_string(), format!("<h1>{long}</h1>")];
    let puppet = Puppet::start().await;
    let served = Served::start(&CATALOGUE, puppet.vendor.upstreams(&CATALOGUE)).await;
    for body in bodies {
        puppet.answers([answer(400, &[], body)]);
        let tool = "list_all_zoho_bigin_roles";
        let result = served.call("zoho_bigin", tool, &json!({})).await;
        assert_eq!(result["isError"], true);
        assert!(result.to_string().len() < 4000, "{result}");
        assert_eq!(puppet.vendor.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_record_that_is_too_long_is_left_out() {
    let members: Vec<Value> = (0..5000)
        .map(|id| json!({ "value": id, "display": "somebody" }))
        .collect();
    let group = json!({ "id": "7f3a1c58-2b94-4e06-9d71-c05e8ab46f12", "members": members });
    let vendor = Vendor::start(move |_| json(&group)).await;
    let served = Served::start(&CATALOGUE, vendor.upstreams(&CATALOGUE)).await;
    let id = "7f3a1c58-2b94-4e06-9d71-c05e8ab46f12";
    for (tool, arguments) in [
        ("get_single_egnyte_group_by_id", json!({ "id": id })),
        (
            "update_an_egnyte_group_by_id",
            json!({ "id": id, "displayName": "All" }),
        ),
    ] {
        let result = short(&served, tool, &arguments).await;
        assert_eq!(vendor.asked().len(), 1, "{tool}");
        let note = result["note"].as_str().unwrap();
        assert!(
            note.starts_with("The call succeeded. The answer is left out: it has "),
            "{note}"
        );
        assert!(
            note.ends_with(" bytes, and 128000 fit into one result."),
            "{note}"
        );
        assert_eq!(result.as_object().unwrap().len(), 1, "{tool}");
    }
}
