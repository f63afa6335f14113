//! How each vendor says no, in the shapes that it documents or that were seen, becomes one error with
//! a kind, the vendor's code and words, and a next step where there is one.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use toolwright::CATALOGUE;

use super::scripted::{Puppet, answer};
use super::served::Served;

/// For each integration a list of calls with the vendor's `status` and `body` (a text is sent as it
/// is), and what comes of it: the `kind`, the vendor's `code`, what is `told`, and a part of the `hint`.
const REFUSALS: &str = include_str!("refusals.json");

#[tokio::test]
async fn every_vendor_says_no_in_its_own_way_and_is_understood() {
    let puppet = Puppet::start().await;
    let served = Served::start(&CATALOGUE, puppet.vendor.upstreams(&CATALOGUE)).await;
    let vendors: Value = serde_json::from_str(REFUSALS).unwrap();
    let rows = vendors
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(slug, rows)| rows.as_array().unwrap().iter().map(move |row| (slug, row)));
    let mut kinds = BTreeSet::new();
    for (slug, row) in rows {
        let status = u16::try_from(row["status"].as_u64().unwrap()).unwrap();
        let body = row["body"]
            .as_str()
            .map_or_else(|| row["body"].to_string(), str::to_owned);
        puppet.answers([answer(status, &[("location", "/elsewhere")], body)]);
        let arguments = row.get("arguments").cloned().unwrap_or_else(|| json!({}));
        let (told, details) = served
            .failure(slug, row["tool"].as_str().unwrap(), &arguments)
            .await;
        let error = &details["error"];
        assert_eq!(error["message"], row["told"], "{row}");
        for (name, expected) in [
            ("kind", "kind"),
            ("vendor_code", "code"),
            ("status", "status"),
        ] {
            assert_eq!(error.get(name), row.get(expected), "{row}");
        }
        let hint = error.get("hint").map_or("", |hint| hint.as_str().unwrap());
        let expected = row.get("hint").map_or("", |hint| hint.as_str().unwrap());
        assert!(
            hint.contains(expected) && hint.is_empty() == expected.is_empty(),
            "{hint}: {row}"
        );
        let sentences = [row["told"].as_str().unwrap(), hint].join(" ");
        assert_eq!(told, sentences.trim_end());
        assert_eq!(puppet.vendor.asked().len(), 1, "{row}");
        kinds.insert(row["kind"].as_str().unwrap());
    }
    // The others are in the neighbouring tests.
    let expected = [
        "conflict",
        "forbidden",
        "invalid_argument",
        "not_found",
        "unauthorized",
        "upstream",
    ];
    assert!(kinds.into_iter().eq(expected));
}

#[tokio::test]
async fn an_identifier_of_another_kind_is_refused_before_anything_is_sent() {
    let puppet = Puppet::start().await;
    let served = Served::start(&CATALOGUE, puppet.vendor.upstreams(&CATALOGUE)).await;
    for (slug, tool, id, told) in [
        (
            "zesty",
            "get_single_zesty_instance_by_id",
            "5-bae188a3d8-bnwbk1",
            "`id` wants an instance ZUID such as `8-c0a4f1b2d9-7fthvk`, and this is a user ZUID; \
             `list_all_zesty_instances` or `list_all_zesty_user_instances` yields an instance ZUID.",
        ),
        (
            "egnyte",
            "get_single_egnyte_user_by_id",
            "jsmith",
            "`id` wants a numeric user id such as `88412`, and this is a user name; `list_all_egnyte_",
        ),
        (
            "egnyte",
            "get_single_egnyte_group_by_id",
            "451",
            "`id` wants a group id such as `7f3a1c58-2b94-4e06-9d71-c05e8ab46f12`, and this is a numeric user id; ",
        ),
        (
            "zoho_bigin",
            "get_single_zoho_bigin_user_by_id",
            "880417263",
            "`id` wants a Bigin user id such as `648310000000271005`, and this is a Zoho account id (zuid); ",
        ),
    ] {
        let (sentence, details) = served.failure(slug, tool, &json!({ "id": id })).await;
        assert!(sentence.starts_with(told), "{sentence}");
        assert_eq!(details["error"]["kind"], "invalid_argument");
        assert_eq!(details["error"].get("status"), None, "no vendor was asked");
    }
    assert_eq!(puppet.vendor.asked().len(), 0);
}
