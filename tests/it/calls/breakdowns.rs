//! Whatever a vendor sends or does not send, a caller gets a clear result, and the server lives.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};
use serde_json::json;
use toolwright::CATALOGUE;
use toolwright::runtime::send::Limits;

use super::scripted::{Act, Puppet, answer, json};
use super::served::Served;

const LIST: &str = "list_all_zesty_instances";
const GET: &str = "get_single_zesty_instance_by_id";

/// Short enough for a test, and long enough for a busy machine.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(2),
    call: Duration::from_millis(900),
    answer: 256 * 1024,
};

fn raw(text: &str) -> Vec<Act> {
    vec![Act::Send(text.as_bytes().to_vec())]
}

/// The start of an answer, and then something else.
fn then(start: &str, act: Act) -> Vec<Act> {
    vec![Act::Send(start.as_bytes().to_vec()), act]
}

const HTML: &[(&str, &str)] = &[("content-type", "text/html")];
const HEAD: &str = "HTTP/1.1 200 X\r\ncontent-type: application/json\r\n";

/// What a vendor does, the kind of error that it is, and how the sentence starts.
fn breakdowns() -> Vec<(Vec<Act>, &'static str, &'static str)> {
    let long = format!("{HEAD}content-length: 400\r\n\r\n{{\"data\": [");
    let chunked = format!("{HEAD}transfer-encoding: chunked\r\n\r\n");
    let refused = "Zesty.io broke the connection off: ";
    vec![
        (
            answer(200, HTML, "<html><body>Sign in</body></html>"),
            "malformed",
            "Zesty.io answered 200 with something that is not JSON (text/html).",
        ),
        (
            answer(200, &[], "moved"),
            "malformed",
            "Zesty.io answered 200 with something that is not JSON (no content type).",
        ),
        (
            answer(200, HTML, r#"{"data": [{"ZUID": "8-c0"#),
            "malformed",
            "Zesty.io answered 200 with JSON that breaks off (text/html).",
        ),
        (
            answer(200, &[], b"{\"data\": [\"\xff\xfe\"]}"),
            "malformed",
            "Zesty.io answered 200 with something that is not JSON (no content type).",
        ),
        (
            answer(
                200,
                &[],
                format!(r#"{{"data": {}{}}}"#, "[".repeat(5000), "]".repeat(5000)),
            ),
            "malformed",
            "Zesty.io answered 200 with JSON that is nested too deep",
        ),
        (
            answer(200, &[], r#"{"data": {"0": {}}}"#),
            "malformed",
            "The answer of Zesty.io has something else than a list of rows at `data`.",
        ),
        (
            answer(200, &[], r#"{"data": ["8-c0a4f1b2d9-7fthvk"]}"#),
            "malformed",
            "The answer of Zesty.io has a row that is no object at `data`.",
        ),
        (
            answer(200, &[], r#"{"instances": []}"#),
            "malformed",
            "The answer of Zesty.io has nothing at `data`.",
        ),
        (
            answer(200, &[("content-encoding", "gzip")], "not packed"),
            "malformed",
            "Zesty.io sent what cannot be unpacked: ",
        ),
        (
            answer(200, &[], " ".repeat(300 * 1024)),
            "too_large",
            "The answer of Zesty.io has more than 262144 bytes. Ask for less",
        ),
        (
            then(
                &chunked,
                Act::Flood(format!("1000\r\n{}\r\n", " ".repeat(4096))),
            ),
            "too_large",
            "The answer of Zesty.io has more than 262144 bytes.",
        ),
        (
            answer(200, &[("content-length", "99999999999")], "{"),
            "network",
            refused,
        ),
        (
            vec![Act::Wait],
            "timeout",
            "Zesty.io did not answer within 1 s.",
        ),
        (
            then("HTTP/1.1 200 X\r\ncontent-", Act::Wait),
            "timeout",
            "Zesty.io did not answer within 1 s.",
        ),
        (
            then(&long, Act::Wait),
            "timeout",
            "Zesty.io did not answer within 1 s.",
        ),
        (
            then(
                "HTTP/1.1 200 X\r\n",
                Act::Flood(format!("x-filler: {}\r\n", "0".repeat(4096))),
            ),
            "network",
            refused,
        ),
        (vec![], "network", refused),
        (vec![Act::Reset], "network", refused),
        (then(&long, Act::Reset), "network", refused),
        (raw(&long), "network", refused),
        (raw("SSH-2.0-OpenSSH_9.6\r\n"), "network", refused),
        (
            raw("HTTP/1.1 200 X\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}"),
            "network",
            refused,
        ),
        (raw(&format!("{chunked}zz\r\n{{}}\r\n")), "network", refused),
    ]
}

#[tokio::test]
async fn whatever_breaks_the_next_call_works() {
    let puppet = Puppet::start().await;
    let served = Served::within(LIMITS, &CATALOGUE, puppet.vendor.upstreams(&CATALOGUE)).await;
    let mut kinds = BTreeSet::new();
    for (acts, kind, told) in breakdowns() {
        let fine = json(&json!({ "data": [{ "ZUID": "8-c0a4f1b2d9-7fthvk" }] }));
        puppet.answers([acts, fine]);
        let started = Instant::now();
        let (sentence, details) = served.failure("zesty", LIST, &json!({})).await;
        assert!(started.elapsed() < Duration::from_secs(5), "{told}");
        assert!(sentence.starts_with(told), "{sentence}\n{told}");
        assert_eq!(details["error"]["kind"], kind, "{sentence}");
        assert!(!sentence.contains("127.0.0.1"), "{sentence}");
        assert_eq!(puppet.vendor.asked().len(), 1, "{sentence}");
        let next = served.success("zesty", LIST, &json!({})).await;
        assert_eq!(
            next["result"][0]["ZUID"], "8-c0a4f1b2d9-7fthvk",
            "{sentence}"
        );
        assert_eq!(puppet.vendor.asked().len(), 1);
        kinds.insert(kind);
    }
    assert!(
        kinds
            .into_iter()
            .eq(["malformed", "network", "timeout", "too_large"])
    );
}

#[tokio::test]
async fn what_looks_broken_and_is_not_is_taken() {
    let puppet = Puppet::start().await;
    let served = Served::within(LIMITS, &CATALOGUE, puppet.vendor.upstreams(&CATALOGUE)).await;
    let list = r#"{"data": [{"ZUID": "8-c0a4f1b2d9-7fthvk"}]}"#;
    let rows = json!([{ "ZUID": "8-c0a4f1b2d9-7fthvk" }]);
    for (acts, expected) in [
        (answer(200, HTML, list), rows.clone()),
        (
            answer(200, &[], format!("\u{feff}\r\n{list}\n")),
            rows.clone(),
        ),
        (raw(&format!("{HEAD}\r\n{list}")), rows.clone()),
        (answer(204, &[], ""), json!([])),
        (answer(200, &[], ""), json!([])),
        (answer(200, &[], r#"{"data": null}"#), json!([])),
    ] {
        puppet.answers([acts]);
        let object = served.success("zesty", LIST, &json!({})).await;
        assert_eq!(object["result"], expected);
        assert_eq!(puppet.vendor.asked().len(), 1, "{expected}");
    }
    let id = json!({ "id": "8-c0a4f1b2d9-7fthvk" });
    puppet.answers([answer(
        200,
        &[],
        r#"{"data": {"ZUID": 7, "new": {"a": [1.50]}}}"#,
    )]);
    let object = served.success("zesty", GET, &id).await;
    assert_eq!(object["new"], json!({ "a": [1.5] }));
    puppet.answers([answer(200, HTML, "<p>Nothing</p>")]);
    let (_, details) = served.failure("zesty", GET, &id).await;
    assert_eq!(details["error"]["kind"], "malformed");
}

#[tokio::test]
async fn a_vendor_that_cannot_be_reached_is_a_network_error() {
    let puppet = Puppet::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let no_tls = puppet.vendor.url.replace("http://", "https://");
    let (untrusted, handshakes) = untrusted(2);
    for url in ["http://vendor.invalid", &closed, &no_tls, &untrusted] {
        let limits = Limits {
            call: Duration::from_secs(4),
            ..LIMITS
        };
        let mut upstreams = puppet.vendor.upstreams(&CATALOGUE);
        upstreams.set("zesty", "accounts", url).unwrap();
        let served = Served::within(limits, &CATALOGUE, upstreams).await;
        for _ in 0..2 {
            let (sentence, details) = served.failure("zesty", LIST, &json!({})).await;
            assert_eq!(details["error"]["kind"], "network", "{sentence}");
            assert_eq!(details["error"].get("status"), None, "{sentence}");
            assert!(!sentence.contains("127.0.0.1"), "{sentence}");
        }
        // Other vendors are reached as before.
        puppet.vendor.asked();
        puppet.answers([json(&json!({ "roles": [] }))]);
        let roles = "list_all_zoho_bigin_roles";
        served.success("zoho_bigin", roles, &json!({})).await;
        assert_eq!(puppet.vendor.asked().len(), 1, "{url}");
    }
    assert_eq!(
        handshakes.join().unwrap(),
        0,
        "nothing is sent to whom nobody vouches for"
    );
}

/// An HTTPS host whose certificate nobody vouches for. After so many connections it tells how many
/// handshakes were brought to an end.
fn untrusted(connections: usize) -> (String, JoinHandle<usize>) {
    let pem = include_bytes!("untrusted.pem");
    let certificate = CertificateDer::from_pem_slice(pem).unwrap();
    let key = PrivateKeyDer::from_pem_slice(pem).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    let config = Arc::new(config.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let handshakes = std::thread::spawn(move || {
        let streams = listener.incoming().take(connections);
        let finished = streams.filter(|stream| {
            let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            connection
                .complete_io(&mut stream.as_ref().unwrap())
                .is_ok()
        });
        finished.count()
    });
    (url, handshakes)
}
