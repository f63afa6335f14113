//! The first stage: a text becomes a JSON value.

use serde_json::Value;

use super::Problem;
use crate::parse::any::any;

/// The deepest nesting of a document. What walks one may recurse so deep.
const DEEPEST: usize = 100;

/// Reads a document, as JSON where it starts like JSON and as YAML otherwise.
///
/// Keys given twice do no harm, the last one counts; anchors and merge keys are followed.
pub(crate) fn read(text: &str) -> Result<Value, Problem> {
    let text = text.trim_start_matches('\u{feff}');
    let malformed = |error: String| Problem::Malformed(first_line(&error));
    let value = if text.trim_start().starts_with('{') {
        // JSON that only YAML can read, with comments or without quotes, is read as YAML.
        serde_json::from_str(text).or_else(|json: serde_json::Error| {
            any(text, DEEPEST).map_err(|_| malformed(json.to_string()))
        })
    } else {
        any(text, DEEPEST).map_err(malformed)
    }?;
    match is_deeper(&value, DEEPEST) {
        true => Err(Problem::TooDeep(DEEPEST)),
        false => Ok(value),
    }
}

fn is_deeper(value: &Value, levels: usize) -> bool {
    let Some(below) = levels.checked_sub(1) else {
        return true;
    };
    match value {
        Value::Array(items) => items.iter().any(|item| is_deeper(item, below)),
        Value::Object(members) => members.values().any(|member| is_deeper(member, below)),
        _ => false,
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_and_yaml_become_the_same_value() {
        let expected = json!({ "a": { "200": ["x", true, null, 1.5] }, "no": "on" });
        for text in [
            r#"{ "a": { "200": ["x", true, null, 1.5] }, "no": "on" }"#,
            "a:\n  200: [x, true, null, 1.5]\nno: on\n",
            "\u{feff}a: { 200: &list [x, true, ~, 1.5] }\nno: on # and on\n",
            "{ a: { '200': [x, true, null, 1.5] }, no: on }",
        ] {
            assert_eq!(read(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn the_last_of_equal_keys_counts() {
        assert_eq!(read("a: 1\na: 2\n").unwrap(), json!({ "a": 2 }));
        assert_eq!(read(r#"{"a": 1, "a": 2}"#).unwrap(), json!({ "a": 2 }));
    }

    #[test]
    fn anchors_and_merge_keys_are_followed() {
        let text = "base: &base { a: 1 }\nother: { <<: *base, b: 2 }\nlist: [*base]\n";
        let expected =
            json!({ "base": { "a": 1 }, "other": { "a": 1, "b": 2 }, "list": [{ "a": 1 }] });
        assert_eq!(read(text).unwrap(), expected);
    }

    #[test]
    fn what_would_not_fit_a_machine_is_refused() {
        for deep in [
            "[".repeat(10_000),
            "{\"a\":".repeat(10_000),
            "- ".repeat(10_000),
        ] {
            assert!(read(&deep).is_err());
        }
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let inner = format!("*a{}, ", level - 1).repeat(10);
            bomb.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
        }
        assert!(read(&bomb).is_err());
        assert!(read("a: [").is_err());
    }
}
