//! A cursor that does not belong to a call is refused before anything is sent, and a model is told how
//! to go on.

use serde_json::{Value, json};
use toolwright::CATALOGUE;

use super::scripted::{Vendor, json};
use super::served::Served;

const USERS: &str = "list_all_egnyte_users";

/// Egnyte, with 250 users and as many groups.
async fn vendor() -> Vendor {
    Vendor::start(|asked| {
        let number = |name: &str| asked.query[name].parse::<u64>().unwrap();
        let (start, count) = (number("startIndex"), number("count"));
        let ids = start..251.min(start + count);
        let resources: Vec<Value> = ids.map(|id| json!({ "id": id })).collect();
        json(&json!({ "totalResults": 250, "resources": resources }))
    })
    .await
}

/// The sentence about a cursor that is refused.
async fn refusal(
    served: &Served,
    vendor: &Vendor,
    account: &str,
    tool: &str,
    arguments: &Value,
) -> String {
    let (sentence, details) = served.failure(account, tool, arguments).await;
    assert_eq!(
        details["error"]["kind"], "invalid_argument",
        "{arguments}: {sentence}"
    );
    assert_eq!(vendor.asked().len(), 0, "{arguments}");
    sentence
}

#[tokio::test]
async fn a_cursor_goes_on_with_its_own_call_only() {
    let vendor = vendor().await;
    let served = Served::start(&CATALOGUE, vendor.upstreams(&CATALOGUE)).await;
    let filter = "userType eq \"power\"";
    let first = served
        .success("egnyte", USERS, &json!({ "filter": filter, "limit": 3 }))
        .await;
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(vendor.asked().len(), 1);

    let again = json!({ "filter": filter, "limit": 2, "next_cursor": cursor });
    let again = served.success("egnyte", USERS, &again).await;
    assert_eq!(again["result"], json!([{ "id": "4" }, { "id": "5" }]));
    assert_eq!(vendor.asked().len(), 1);

    let arguments = json!({ "filter": filter, "next_cursor": cursor });
    for (account, tool, arguments) in [
        ("egnyte", "list_all_egnyte_groups", arguments.clone()),
        (
            "egnyte",
            USERS,
            json!({ "filter": "active eq true", "next_cursor": cursor }),
        ),
        ("egnyte", USERS, json!({ "next_cursor": cursor })),
        ("egnyte-2", USERS, arguments.clone()),
        (
            "zesty",
            "list_all_zesty_instances",
            json!({ "next_cursor": cursor }),
        ),
    ] {
        assert_eq!(
            refusal(&served, &vendor, account, tool, &arguments).await,
            "This next_cursor does not belong to this call. It goes on only with the tool, the account \
             and the arguments of the call that returned it; `limit` may differ. Repeat those, or leave \
             next_cursor out to start at the first row."
        );
    }
}

#[tokio::test]
async fn a_cursor_that_is_damaged_goes_nowhere() {
    let vendor = vendor().await;
    let served = Served::start(&CATALOGUE, vendor.upstreams(&CATALOGUE)).await;
    let first = served
        .success("egnyte", USERS, &json!({ "limit": 3 }))
        .await;
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(vendor.asked().len(), 1);
    let mut damaged: Vec<String> = Vec::new();
    for (index, character) in cursor.char_indices() {
        let other = if character == 'A' { "B" } else { "A" };
        damaged.push([&cursor[..index], other, &cursor[index + 1..]].concat());
        damaged.push(cursor[index + 1..].to_owned());
        damaged.push(cursor[..index].to_owned());
    }
    damaged.retain(|damaged| !damaged.is_empty());
    damaged.extend([
        format!("{cursor}A"),
        format!("{cursor}AAAA"),
        format!("{cursor}="),
        format!(" {cursor}"),
        format!("{cursor}\n"),
        format!("{cursor}{cursor}"),
        cursor.to_uppercase(),
        cursor.chars().rev().collect(),
        "2".to_owned(),
        "null".to_owned(),
        "\u{0}".to_owned(),
        "ü".to_owned(),
        "A".repeat(500_000),
    ]);
    for damaged in damaged {
        let sentence = refusal(
            &served,
            &vendor,
            "egnyte",
            USERS,
            &json!({ "next_cursor": damaged }),
        )
        .await;
        assert_eq!(
            sentence,
            "This next_cursor is damaged. Pass the one of the last result exactly as it was received, \
             or leave it out to start at the first row.",
        );
    }
    for other in [
        json!(""),
        json!(2),
        json!(null),
        json!([cursor]),
        json!({ "startIndex": 4 }),
    ] {
        let sentence = refusal(
            &served,
            &vendor,
            "egnyte",
            USERS,
            &json!({ "next_cursor": other }),
        )
        .await;
        assert!(sentence.contains("`next_cursor`"), "{sentence}");
    }
}
