//! Starting, stopping, and data that makes no sense.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use toolwright_runtime::account::Credential;
use toolwright_runtime::table::{Catalogue, Integration};
use toolwright_runtime::upstreams::Upstreams;

use super::fixture::{ACME, BARE, CATALOGUE};
use super::sandbox;
use crate::sandbox::vendor::Vendor;
use crate::sandbox::{Sandbox, SandboxError};

#[tokio::test]
async fn tells_where_its_vendors_are() {
    let sandbox = sandbox().await;
    let mut upstreams = Upstreams::default();
    let mut urls = Vec::new();
    for upstream in sandbox.upstreams() {
        upstreams
            .set(upstream.integration, upstream.host, &upstream.url)
            .unwrap();
        urls.push(upstream.url);
    }
    upstreams.check(&CATALOGUE).unwrap();
    let at = sandbox.address;
    assert_eq!(
        urls,
        ["api", "site", "fixed", "login"].map(|host| format!("http://{at}/acme/{host}/{{host}}"))
    );
}

#[tokio::test]
async fn tells_how_to_connect() {
    let sandbox = sandbox().await;
    let accounts = sandbox.accounts();
    assert_eq!(accounts.len(), 1);
    // `org` is left out, as the vendor tells it.
    let connection = json!({"region": "eu", "tenant": "acme"});
    assert_eq!(
        serde_json::to_value(&accounts[0].connection).unwrap(),
        connection
    );
    assert!(matches!(accounts[0].credential, Credential::Token(_)));
}

#[tokio::test]
async fn stops_when_it_is_dropped() {
    let sandbox = sandbox().await;
    let address = sandbox.address;
    drop(sandbox);
    for _ in 0..500 {
        if TcpStream::connect(address).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the sandbox still listens");
}

#[tokio::test]
async fn stops_when_it_is_told_to() {
    let sandbox = sandbox().await;
    let address = sandbox.address;
    sandbox.shutdown().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn integrations_without_data_have_no_vendor() {
    static WITHOUT: Integration = BARE;
    static CATALOGUE: Catalogue = Catalogue {
        integrations: &[&WITHOUT],
    };
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    assert!(sandbox.accounts().is_empty());
    assert!(sandbox.upstreams().is_empty());
}

#[tokio::test]
async fn stops_although_connections_are_open() {
    let sandbox = sandbox().await;
    let silent = TcpStream::connect(sandbox.address).await.unwrap();
    let mut idle = TcpStream::connect(sandbox.address).await.unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nHost: sandbox\r\n\r\n")
        .await
        .unwrap();
    assert!(idle.read(&mut [0; 512]).await.unwrap() > 0);
    tokio::time::timeout(Duration::from_secs(5), sandbox.shutdown())
        .await
        .unwrap();
    drop(silent);
}

/// What is wrong with the data after `change`.
fn problem(change: impl FnOnce(&mut Value)) -> String {
    let mut data: Value = serde_json::from_str(ACME.sandbox.unwrap()).unwrap();
    change(&mut data);
    let at = Vendor::new(&ACME, &data.to_string()).unwrap_err();
    format!("{}: {}", at.place, at.problem)
}

/// A change of the data, and how the problem begins.
type Case = (fn(&mut Value), &'static str);

#[test]
fn data_that_makes_no_sense_is_refused() {
    let cases: [Case; 16] = [
        (
            |data| data["failures"] = json!({}),
            "its JSON: missing field",
        ),
        (|data| data["extra"] = json!(1), "its JSON: unknown field"),
        (
            |data| data["headers"]["a b"] = json!("c"),
            "headers: `a b: c` is not an HTTP header",
        ),
        (
            |data| data["failures"]["invalid"]["status"] = json!(42),
            "failures.invalid: 42 is not",
        ),
        (
            |data| data["failures"]["rate_limited"]["status"] = json!(0),
            "failures.rate_limited: 0",
        ),
        (
            |data| data["collections"]["users"]["key"] = json!("role"),
            "collections.users: two rows",
        ),
        (
            |data| data["operations"]["gone"] = json!({"on": "users"}),
            "operations.gone: there is no",
        ),
        (
            |data| data["operations"]["get"]["on"] = json!("user"),
            "operations.get.on: there is no",
        ),
        (
            |data| data["operations"]["get"]["within"] = json!({"x": ""}),
            "operations.get.within: ",
        ),
        (
            |data| data["operations"]["get"]["only"] = json!({"a[": ""}),
            "operations.get.only: `a[`",
        ),
        (
            |data| data["operations"]["get"]["answer"] = json!(["{row} {rowz}"]),
            "operations.get.answer: there is no value `rowz`",
        ),
        (
            |data| data["operations"]["get"]["set"] = json!({"a": "{rows}"}),
            "operations.get.set: there is no value `rows`",
        ),
        (
            |data| data["operations"]["get"]["scim"] = json!("q"),
            "operations.get.scim: there is no query parameter `q`",
        ),
        (
            |data| data["collections"]["me"]["rows"][0]["org"] = json!([]),
            "collections.me: a row has",
        ),
        (
            |data| data["operations"]["people"]["patch"]["people"]["from"] = json!("staff"),
            "operations.people.patch: there is no collection `staff`",
        ),
        (
            |data| data["operations"]["people"]["patch"]["people"]["shows"]["name"] = json!("a["),
            "operations.people.patch: `a[` is not a place",
        ),
    ];
    for (change, expected) in cases {
        let problem = problem(change);
        assert!(problem.starts_with(expected), "{problem}");
    }
    let undiscovered = problem(|data| {
        data["operations"].as_object_mut().unwrap().remove("me");
    });
    assert_eq!(
        undiscovered,
        "connection.org: it is found at org of /me.json, which has no such value here"
    );
}

#[test]
fn an_error_names_integration_and_place() {
    let error = SandboxError::Data {
        integration: "acme",
        place: "headers".to_owned(),
        problem: "they are odd".to_owned(),
    };
    assert!(
        error
            .to_string()
            .starts_with("the sandbox of acme is wrong at headers: they are odd")
    );
}
