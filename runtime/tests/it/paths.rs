//! Whatever an argument holds, a request stays below its path and on its host.

use serde_json::{Value, json};
use toolwright_runtime::error::ErrorKind;
use toolwright_runtime::table::*;

use crate::server::{Reply, Server};
use crate::tables::{ARG, OPERATION};

static BY_ID: Operation = Operation {
    path: &[
        PathPart::Literal("/v1/users/"),
        PathPart::Argument("id"),
        PathPart::Literal("/roles.json"),
    ],
    args: &[
        Arg {
            name: "id",
            place: Place::Url,
            required: true,
            ..ARG
        },
        ARG,
        Arg {
            name: "act_as",
            place: Place::Header { name: "X-Act-As" },
            ..ARG
        },
    ],
    ..OPERATION
};

static BY_PATH: Operation = Operation {
    path: &[PathPart::Literal("/v1/fs/"), PathPart::Segments("path")],
    args: &[Arg {
        name: "path",
        place: Place::Url,
        required: true,
        ..ARG
    }],
    ..OPERATION
};

static BY_HOST: Operation = Operation {
    host: 2,
    args: &[Arg {
        name: "team_id",
        place: Place::Url,
        required: true,
        ..ARG
    }],
    ..OPERATION
};

/// What others have let through, and what proxies and servers are known to read as a way out.
const ATTACKS: &[&str] = &[
    "",
    " ",
    ".",
    "..",
    "...",
    "../admin",
    "../../admin",
    "..\\admin",
    "..;/admin",
    "..;",
    "a/../../admin",
    "a/..",
    "/",
    "//",
    "//evil.example/x",
    "///evil.example",
    "/admin",
    "\\\\evil.example",
    "http://evil.example/",
    "https:evil.example",
    "@evil.example",
    "evil.example#",
    "evil.example:80/",
    "x?admin=1",
    "x&admin=1",
    "x#fragment",
    "x;admin=1",
    "%2e%2e",
    "%2e%2e%2fadmin",
    "%252e%252e%252fadmin",
    "%2F%2Fevil.example",
    "%5c..%5cadmin",
    "%00",
    "%0d%0aHost:%20evil.example",
    "x\r\nHost: evil.example",
    "x\nX-Evil: 1",
    "x\0",
    "x\u{7f}",
    "x\u{2028}y",
    "\u{ff0e}\u{ff0e}\u{ff0f}admin",
    "x\ty",
    "x y",
    "x%",
    "x%zz",
    "ü",
    "{id}",
    "{host}",
    "$(id)",
];

/// Calls with each attack; what reached the server, by attack.
async fn reached(operation: &'static Operation, name: &str) -> Vec<(String, String)> {
    let server = Server::start(|_| Reply::new(204, "")).await;
    let mut reached = Vec::new();
    for attack in ATTACKS {
        let before = server.received().len();
        let outcome = crate::call(&server.url, operation, json!({ name: attack })).await;
        let received = server.received();
        match outcome {
            Err(error) => {
                assert_eq!(
                    error.kind,
                    ErrorKind::InvalidArgument,
                    "{attack:?}: {error}"
                );
                assert!(error.message.contains(&format!("`{name}`")), "{error}");
                assert_eq!(
                    received.len(),
                    before,
                    "{attack:?} was refused after it was sent"
                );
            }
            Ok(_) => {
                assert_eq!(received.len(), before + 1);
                let host = received[before].headers.get("host").unwrap();
                assert!(server.url.ends_with(host.as_str()), "{attack:?}");
                reached.push(((*attack).to_owned(), received[before].target.clone()));
            }
        }
    }
    reached
}

#[tokio::test]
async fn a_segment_stays_one_segment() {
    let reached = reached(&BY_ID, "id").await;
    assert!(!reached.is_empty());
    for (attack, target) in &reached {
        let middle = target
            .strip_prefix("/api.acme.example/v1/users/")
            .and_then(|rest| rest.strip_suffix("/roles.json"))
            .unwrap_or_else(|| panic!("{attack:?} reached {target}"));
        assert!(
            !middle.contains(['/', '\\', '?', '#', '&', ';']),
            "{attack:?} reached {target}"
        );
        assert!(
            !matches!(middle, "" | "." | ".."),
            "{attack:?} reached {target}"
        );
        let decoded = percent_decoded(middle);
        assert_eq!(decoded, *attack, "it arrives as it was given");
        assert!(
            !decoded.contains(['/', '\\', '%']),
            "{attack:?} reached {target}"
        );
    }
}

#[tokio::test]
async fn several_segments_stay_below_their_place() {
    for (attack, target) in reached(&BY_PATH, "path").await {
        let rest = target.strip_prefix("/api.acme.example/v1/fs/");
        let rest = rest.unwrap_or_else(|| panic!("{attack:?} reached {target}"));
        assert!(
            !rest.contains(['\\', '?', '#', ';']),
            "{attack:?} reached {target}"
        );
        // Also after decoding as often as it takes.
        let mut decoded = rest.to_owned();
        for _ in 0..4 {
            let up = |segment: &str| matches!(segment.split(';').next(), Some("" | "." | ".."));
            assert!(!decoded.split('/').any(up), "{attack:?} reached {target}");
            decoded = percent_decoded(&decoded);
        }
    }
}

#[tokio::test]
async fn a_label_stays_one_label() {
    let reached = reached(&BY_HOST, "team_id").await;
    assert_eq!(reached, [], "no attack is a host label");
    let server = Server::start(|_| Reply::new(204, "")).await;
    crate::call(&server.url, &BY_HOST, json!({"team_id": "8-Abc"}))
        .await
        .unwrap();
    assert_eq!(server.targets(), ["/8-abc.teams.acme.example/v1/users"]);
}

#[tokio::test]
async fn a_query_and_a_header_stay_what_they_are() {
    let server = Server::start(|_| Reply::new(204, "")).await;
    for attack in ATTACKS {
        crate::call(&server.url, &BY_ID, json!({"id": "7", "q": attack}))
            .await
            .unwrap();
        let target = server.targets().pop().unwrap();
        let value = target
            .strip_prefix("/api.acme.example/v1/users/7/roles.json?q=")
            .unwrap();
        assert!(!value.contains(['&', '#', '=', '?', '/']), "{target}");
        assert_eq!(percent_decoded(value), *attack);

        let before = server.received().len();
        let sent = crate::call(&server.url, &BY_ID, json!({"id": "7", "act_as": attack})).await;
        if sent.is_ok() {
            let received = server.received().pop().unwrap();
            assert_eq!(
                received.headers.get("x-act-as").unwrap().trim(),
                attack.trim()
            );
            assert!(!received.headers.contains_key("x-evil"));
        } else {
            assert_eq!(server.received().len(), before);
        }
    }
}

#[tokio::test]
async fn a_value_of_another_type_is_refused_before_the_url() {
    for value in [json!(null), json!(["a"]), json!({"a": 1}), json!(7)] {
        let error = crate::call("http://127.0.0.1:9", &BY_ID, json!({"id": value}))
            .await
            .unwrap_err();
        assert_eq!(error.kind, ErrorKind::InvalidArgument);
    }
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

/// The same without a server: no value makes a URL with another origin or another prefix.
#[test]
fn random_values_stay_in_place() {
    use proptest::prelude::*;
    let account = crate::account();
    let caller = crate::caller("http://127.0.0.1:9");
    let check = |operation: &'static Operation, name: &str, value: &str, prefix: &str| {
        let arguments = crate::object(json!({ name: value }));
        let Ok(request) = caller.prepare(&account, operation, &arguments) else {
            return;
        };
        let url = request.url();
        assert_eq!(url.origin(), "http://127.0.0.1:9");
        assert!(
            url.path().starts_with(prefix),
            "{value:?}: {}",
            url.as_str()
        );
        assert!(
            !url.path()
                .split('/')
                .any(|segment| matches!(segment, "." | "..")),
            "{value:?}"
        );
        assert!(url.query().is_none(), "{value:?}");
    };
    let pieces = vec![
        "..", ".", "/", "\\", "%2e", "%2f", "%25", ";", "?", "#", "a", " ", "\n", "é", ":",
    ];
    let values = prop::collection::vec(prop::sample::select(pieces), 0..8)
        .prop_map(|pieces| Value::String(pieces.concat()));
    let config = ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..Default::default()
    };
    proptest!(config, |(value in values)| {
        let value = value.as_str().unwrap();
        check(&BY_ID, "id", value, "/api.acme.example/v1/users/");
        check(&BY_PATH, "path", value, "/api.acme.example/v1/fs/");
        check(&BY_HOST, "team_id", value, &format!("/{}.teams.acme.example/v1/users", value.to_lowercase()));
    });
}
