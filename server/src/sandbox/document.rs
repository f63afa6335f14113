//! Documents of requests and answers: values at places are looked up, put there and taken away.

use serde_json::{Map, Value};
use toolwright_runtime::table::Step;

/// The value at a place. [`Step::Each`] is not one place, so nothing is there.
pub(super) fn get<'a>(document: &'a Value, path: &[Step]) -> Option<&'a Value> {
    path.iter().try_fold(document, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
        Step::Each => None,
    })
}

/// Puts a value at a place, making the objects and lists on the way.
pub(super) fn put(document: &mut Value, path: &[Step], value: Value) {
    let Some((step, rest)) = path.split_first() else {
        *document = value;
        return;
    };
    match step {
        Step::Key(key) => {
            if !document.is_object() {
                *document = Value::Object(Map::new());
            }
            if let Some(members) = document.as_object_mut() {
                put(members.entry(*key).or_insert(Value::Null), rest, value);
            }
        }
        Step::Index(_) | Step::Each => {
            let mut element = Value::Null;
            put(&mut element, rest, value);
            *document = Value::Array(vec![element]);
        }
    }
}

/// Takes away the member at a place, if there is one.
pub(super) fn remove(document: &mut Value, path: &[Step]) {
    match path {
        [Step::Key(key)] => {
            document
                .as_object_mut()
                .and_then(|members| members.shift_remove(*key));
        }
        [Step::Key(key), rest @ ..] => {
            if let Some(inner) = document.get_mut(key) {
                remove(inner, rest);
            }
        }
        _ => {}
    }
}

/// Changes `document` as `changes` says: objects member by member, everything else as a whole.
pub(super) fn merge(document: &mut Value, changes: Value) {
    match (document, changes) {
        (Value::Object(members), Value::Object(changes)) => {
            for (name, change) in changes {
                merge(members.entry(name).or_insert(Value::Null), change);
            }
        }
        (document, changes) => *document = changes,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn gets_what_stands_at_one_place() {
        let document = json!({"users": [{"name": "a"}, {"name": "b"}]});
        let second = &[Step::Key("users"), Step::Index(1), Step::Key("name")];
        assert_eq!(get(&document, second), Some(&json!("b")));
        assert_eq!(get(&document, &[]), Some(&document));
        assert_eq!(get(&document, &[Step::Key("groups")]), None);
        assert_eq!(get(&document, &[Step::Key("users"), Step::Index(2)]), None);
        assert_eq!(get(&document, &[Step::Key("users"), Step::Each]), None);
    }

    #[test]
    fn puts_and_removes() {
        let mut document = Value::Null;
        put(
            &mut document,
            &[Step::Key("users"), Step::Index(0)],
            json!({"id": 1}),
        );
        put(
            &mut document,
            &[Step::Key("info"), Step::Key("more")],
            json!(false),
        );
        put(
            &mut document,
            &[Step::Key("info"), Step::Key("count")],
            json!(1),
        );
        assert_eq!(
            document,
            json!({"users": [{"id": 1}], "info": {"more": false, "count": 1}})
        );
        remove(&mut document, &[Step::Key("info"), Step::Key("more")]);
        remove(&mut document, &[Step::Key("users")]);
        remove(&mut document, &[Step::Key("none"), Step::Key("more")]);
        assert_eq!(document, json!({"info": {"count": 1}}));
    }

    #[test]
    fn merges_objects_and_replaces_the_rest() {
        let mut document = json!({"name": {"first": "A", "last": "B"}, "tags": [1, 2], "x": 1});
        merge(
            &mut document,
            json!({"name": {"last": "C"}, "tags": [3], "x": null, "y": {"z": 1}}),
        );
        assert_eq!(
            document,
            json!({"name": {"first": "A", "last": "C"}, "tags": [3], "x": null, "y": {"z": 1}})
        );
    }
}
