//! Looks for secrets in bytes, in each form in which one could have got there.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// How many bytes of a form it is looked up by.
const START: usize = 4;

/// Something that nobody may find, and what it is.
#[derive(Clone)]
pub(super) struct Secret {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// A form of a secret that was found.
#[derive(Debug, PartialEq)]
pub(super) struct Finding {
    /// Where.
    pub(super) place: String,
    /// Which secret.
    pub(super) secret: String,
    /// In which form.
    pub(super) form: &'static str,
}

/// The forms of secrets, by how they start.
pub(super) struct Search<'a>(HashMap<[u8; START], Vec<Form<'a>>>);

/// A secret, the name of a form, and the secret in that form.
type Form<'a> = (&'a Secret, &'static str, Vec<u8>);

impl<'a> Search<'a> {
    pub(super) fn new(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut starts: HashMap<_, Vec<_>> = HashMap::new();
        for secret in secrets {
            for (name, form) in forms(&secret.bytes) {
                let start = *form.first_chunk().expect("secrets are long");
                starts.entry(start).or_default().push((secret, name, form));
            }
        }
        Self(starts)
    }

    /// Everything that is found in a text, each once.
    pub(super) fn within(&self, place: &str, text: &[u8]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (position, start) in text.windows(START).enumerate() {
            for (secret, form, bytes) in self.0.get(start).into_iter().flatten() {
                let finding = Finding {
                    place: place.to_owned(),
                    secret: secret.name.clone(),
                    form,
                };
                if text[position..].starts_with(bytes) && !findings.contains(&finding) {
                    findings.push(finding);
                }
            }
        }
        findings
    }
}

/// A secret as it is, and as it would stand in JSON, in an address, or encoded.
fn forms(secret: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let each = |form: fn(&u8) -> String| secret.iter().map(form).collect::<String>().into_bytes();
    let mut forms = vec![
        ("raw", secret.to_vec()),
        ("hexadecimal", each(|byte| format!("{byte:02x}"))),
        ("hexadecimal", each(|byte| format!("{byte:02X}"))),
        ("percent-encoded", each(|byte| format!("%{byte:02x}"))),
        ("percent-encoded", each(|byte| format!("%{byte:02X}"))),
        ("percent-encoded", each(|byte| reserved(*byte, "%20"))),
        ("percent-encoded", each(|byte| reserved(*byte, "+"))),
    ];
    if let Ok(text) = std::str::from_utf8(secret) {
        let quoted = serde_json::Value::from(text).to_string();
        forms.push(("JSON", quoted.trim_matches('"').as_bytes().to_vec()));
    }
    // What stands before it moves it by one or two bytes of three.
    for before in 0..3 {
        let text = [&vec![0; before], secret].concat();
        // Only characters that depend on nothing else.
        let kept = (before * 8).div_ceil(6)..text.len() * 8 / 6;
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let encoded = engine.encode(&text).into_bytes();
            forms.push(("base64", encoded[kept.clone()].to_vec()));
        }
    }
    forms
}

/// A byte as it stands in an address: unreserved characters as they are (RFC 3986 section 2.3).
fn reserved(byte: u8, space: &str) -> String {
    match byte {
        b' ' => space.to_owned(),
        byte if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    }
}

#[test]
fn what_is_planted_is_found_in_each_form() {
    let secret = Secret {
        name: "planted".to_owned(),
        bytes: b"a+b/c=d \"e\\f 0123456789".to_vec(),
    };
    let search = Search::new([&secret]);
    let text = String::from_utf8(secret.bytes.clone()).unwrap();
    let found = |planted: &str| {
        let planted = format!("something before {planted} and after");
        let findings = search.within("here", planted.as_bytes());
        findings
            .into_iter()
            .map(|finding| finding.form)
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&text), ["raw"]);
    let object = serde_json::json!({ "token": text }).to_string();
    assert_eq!(found(&object), ["JSON"]);
    for name in ["", "a", "ab", "abc"] {
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            assert_eq!(
                found(&engine.encode(format!("{name}:{text}:x"))),
                ["base64"]
            );
        }
    }
    let hexadecimal = |byte: u8| format!("{byte:02x}");
    assert_eq!(
        found(&text.bytes().map(hexadecimal).collect::<String>()),
        ["hexadecimal"]
    );
    let query = "a%2Bb%2Fc%3Dd+%22e%5Cf+0123456789";
    assert_eq!(found(query), ["percent-encoded"]);
    assert_eq!(found(&query.replace('+', "%20")), ["percent-encoded"]);
    assert_eq!(found("a+b/c=d \"e\\f 012345678"), [""; 0]);
}
