//! Building documents by a [`JsonPath`](crate::table::JsonPath), and places and values as text.

use serde_json::{Map, Value};

use crate::table::Step;

/// A document that has nothing but `inner`, at the place.
#[must_use]
pub fn wrap(inner: Value, path: &[Step]) -> Value {
    path.iter().rev().fold(inner, |inner, step| match step {
        Step::Key(key) => Value::Object(Map::from_iter([((*key).to_owned(), inner)])),
        Step::Index(_) | Step::Each => Value::Array(vec![inner]),
    })
}

/// The place as definitions write it: `users[0].emails[]`; empty for the whole document.
#[must_use]
pub fn display(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) if text.is_empty() => text.push_str(key),
            Step::Key(key) => text.extend([".", key]),
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Each => text.push_str("[]"),
        }
    }
    text
}

/// A string, number or boolean as text; `None` for anything else.
#[must_use]
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(boolean) => Some(boolean.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn wraps_and_displays() {
        let path = &[Step::Key("users"), Step::Index(0)];
        assert_eq!(wrap(json!({"a": 1}), path), json!({"users": [{"a": 1}]}));
        assert_eq!(display(path), "users[0]");
        let names = &[Step::Key("users"), Step::Each, Step::Key("name")];
        assert_eq!(display(names), "users[].name");
    }
}
