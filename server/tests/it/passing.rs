//! Whatever JSON a vendor sends, and however it writes it, a client gets one line that it can read,
//! with the same values.

use std::collections::BTreeMap;
use std::time::SystemTime;

use http::{HeaderMap, HeaderValue};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value};
use toolwright_runtime::exchange::Exchange;
use toolwright_runtime::request::Target;
use toolwright_runtime::send::Answer;
use toolwright_runtime::table::{
    Field, MethodKind, ObjectShape, Operation, Response, ResponseForm, Shape,
};
use toolwright_runtime::upstreams::Upstreams;
use toolwright_server::mcp::call;

use crate::support::ACME;
use crate::support::tables::operation;

static THING: ObjectShape = ObjectShape {
    name: "thing",
    fields: &[
        Field::nullable("id", Shape::TEXT),
        Field::nullable("parent", Shape::Object(&THING)),
        Field::nullable("plain", Shape::Any),
    ],
    texts: &[0, 1],
};

const ROWS: ResponseForm = ResponseForm::Rows {
    missing_is_empty: false,
};

static OPERATIONS: [Operation; 4] = [
    thing(ResponseForm::Record, Shape::Any),
    thing(ResponseForm::Record, Shape::Object(&THING)),
    thing(ROWS, Shape::Any),
    thing(ROWS, Shape::Object(&THING)),
];

const fn thing(form: ResponseForm, shape: Shape) -> Operation {
    Operation {
        response: Response {
            at: &[],
            form,
            shape,
        },
        ..operation("thing", "custom", MethodKind::Custom, "users", None)
    }
}

/// JSON as text: a value, written with whatever blanks and escapes are drawn.
fn json() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("id".to_owned()),
        Just("parent".to_owned()),
        Just("ratelimit".to_owned()),
        ".{0,6}"
    ];
    let text = prop_oneof![".{0,8}", "[\\\\\"/\n\r\t\u{2028}]{0,4}"];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|flag| flag.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        // Fractions that every parser reads as the same number.
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0).to_string()),
        (text, any::<bool>()).prop_map(|(text, escaped)| quoted(&text, escaped)),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        let member = (name.clone(), any::<bool>(), blank(), inner.clone()).prop_map(
            |(name, escaped, blank, value)| {
                format!("{}{blank}:{blank}{value}", quoted(&name, escaped))
            },
        );
        prop_oneof![
            (vec(inner, 0..5), blank()).prop_map(|(items, blank)| {
                format!("[{blank}{}{blank}]", items.join(&format!("{blank},")))
            }),
            (vec(member, 0..5), blank()).prop_map(|(members, blank)| {
                format!("{{{blank}{}{blank}}}", members.join(&format!(",{blank}")))
            }),
        ]
    })
}

fn blank() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", " ", "\n", "\r\n\t"])
}

fn quoted(text: &str, escaped: bool) -> String {
    if !escaped {
        return Value::from(text).to_string();
    }
    let units = text.encode_utf16();
    let units: String = units.map(|unit| format!("\\u{unit:04X}")).collect();
    format!("\"{units}\"")
}

/// What a client is to get of a value: numbers are strings where the type says so.
fn expected(value: &Value, is_thing: bool) -> Value {
    match value {
        Value::Object(members) if is_thing => {
            let member = |(name, inner): (&String, &Value)| {
                let inner = match (name.as_str(), inner) {
                    ("id", Value::Number(number)) => Value::String(number.to_string()),
                    ("parent", inner) => expected(inner, true),
                    _ => inner.clone(),
                };
                (name.clone(), inner)
            };
            members.iter().map(member).collect()
        }
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn values_survive_and_lines_hold(text in json(), has_limit: bool) {
        let mut headers = HeaderMap::new();
        if has_limit {
            headers.insert("ratelimit-limit", HeaderValue::from_static("10"));
        }
        let value: Value = serde_json::from_str(&text).unwrap();
        let body = text.clone().into();
        let answer = Answer { status: 200, headers, body, received: SystemTime::UNIX_EPOCH };
        for (index, operation) in OPERATIONS.iter().enumerate() {
            let is_thing = index % 2 == 1;
            let target = Target {
                integration: &ACME,
                connection: &BTreeMap::new(),
                upstreams: &Upstreams::default(),
            };
            let arguments = Map::new();
            let mut exchange = Exchange::new(&ACME, "a", operation, &arguments).unwrap();
            let request = exchange.request(&target).unwrap();
            let outcome = match exchange.accept(request.url(), &answer) {
                Ok(()) => Ok(exchange.finish()),
                Err(failure) => exchange.fail(failure.error),
            };
            let accepted = outcome.is_ok();
            let rest = String::from_utf8(call::rest(outcome).to_vec()).unwrap();
            prop_assert!(!rest.contains(['\n', '\r']), "{rest}");
            let result: Value = serde_json::from_str(&format!(r#"{{"result":{{{rest}"#)).unwrap();
            let result = &result["result"];
            if !accepted {
                prop_assert_eq!(&result["isError"], true);
                continue;
            }
            let structured = &result["structuredContent"];
            let block: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
            prop_assert_eq!(structured, &block);
            if index >= 2 {
                // Null is a list without elements.
                let rows = value.as_array().map_or(&[][..], Vec::as_slice);
                let rows: Vec<Value> = rows.iter().map(|row| expected(row, is_thing)).collect();
                prop_assert_eq!(&structured["result"], &Value::from(rows));
                continue;
            }
            let got = match (&value, structured.get("result")) {
                (Value::Null, _) => {
                    prop_assert_eq!(structured.get("ok"), Some(&Value::Bool(true)));
                    continue;
                }
                (Value::Object(_), _) => structured,
                (_, Some(inner)) => inner,
                (_, None) => structured,
            };
            let mut wanted = expected(&value, is_thing);
            if let (Some(wanted), Some(limit)) = (wanted.as_object_mut(), got.get("ratelimit")) {
                wanted.entry("ratelimit").or_insert_with(|| limit.clone());
            }
            prop_assert_eq!(got, &wanted);
        }
    }
}
