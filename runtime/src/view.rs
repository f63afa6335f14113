//! Reading fields of a vendor's record. Access never fails: what is absent, or of another type than
//! the definition says, is `None` or has no elements.

pub use serde_json::{Map, Value};

/// A string.
#[must_use]
pub fn text<'a>(record: &'a Value, name: &str) -> Option<&'a str> {
    record.get(name)?.as_str()
}

/// A whole number, also one that came as `5.0`.
#[must_use]
pub fn integer(record: &Value, name: &str) -> Option<i64> {
    let value = record.get(name)?;
    // A float that is whole and below 2^53 in size is the same number as an integer.
    let exact = |float: &f64| float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0;
    value
        .as_i64()
        .or_else(|| value.as_f64().filter(exact).map(|float| float as i64))
}

/// A number.
#[must_use]
pub fn number(record: &Value, name: &str) -> Option<f64> {
    record.get(name)?.as_f64()
}

/// `true` or `false`.
#[must_use]
pub fn boolean(record: &Value, name: &str) -> Option<bool> {
    record.get(name)?.as_bool()
}

/// An object.
#[must_use]
pub fn object<'a>(record: &'a Value, name: &str) -> Option<&'a Value> {
    record.get(name).filter(|value| value.is_object())
}

/// The elements of a list.
pub fn list<'a>(record: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    record
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// An object from any name to a value.
#[must_use]
pub fn map<'a>(record: &'a Value, name: &str) -> Option<&'a Map<String, Value>> {
    record.get(name)?.as_object()
}

/// Whatever is there.
#[must_use]
pub fn any<'a>(record: &'a Value, name: &str) -> Option<&'a Value> {
    record.get(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_what_is_there() {
        let record = json!({
            "t": "x", "i": 7, "f": 7.0, "n": 0.5, "b": true, "o": {"a": 1}, "l": [1, 2], "z": null,
        });
        assert_eq!(text(&record, "t"), Some("x"));
        assert_eq!(
            (integer(&record, "i"), integer(&record, "f")),
            (Some(7), Some(7))
        );
        assert_eq!(
            (number(&record, "n"), number(&record, "i")),
            (Some(0.5), Some(7.0))
        );
        assert_eq!(boolean(&record, "b"), Some(true));
        assert_eq!(object(&record, "o"), Some(&json!({"a": 1})));
        assert_eq!(list(&record, "l").count(), 2);
        assert_eq!(
            map(&record, "o").and_then(|map| map.get("a")),
            Some(&json!(1))
        );
        assert_eq!(any(&record, "z"), Some(&Value::Null));
    }

    #[test]
    fn never_fails() {
        for record in [
            json!({"x": [[]], "y": 0.5}),
            json!([1]),
            json!("x"),
            Value::Null,
        ] {
            assert_eq!(text(&record, "x"), None);
            assert_eq!(integer(&record, "y"), None);
            assert_eq!(number(&record, "x"), None);
            assert_eq!(boolean(&record, "x"), None);
            assert_eq!(object(&record, "x"), None);
            assert_eq!(list(&record, "y").count(), 0);
            assert_eq!(map(&record, "x"), None);
            assert_eq!(any(&record, "z"), None);
        }
    }
}
