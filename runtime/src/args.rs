//! From Rust values to flat arguments, and from names of before to those of today.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::table::Operation;

/// The arguments of a call under the names of today, which is how everything after this knows them.
/// Where one is given under both names, both are left: the check of arguments tells of it.
pub(crate) fn named_as_today<'a>(
    operation: &Operation,
    arguments: &'a Map<String, Value>,
) -> Cow<'a, Map<String, Value>> {
    let mut named = Cow::Borrowed(arguments);
    for (before, today) in operation.renamed {
        if named.contains_key(*before) && !named.contains_key(*today) {
            let named = named.to_mut();
            let value = named.remove(*before);
            named.extend(value.map(|value| ((*today).to_owned(), value)));
        }
    }
    named
}

/// Flat arguments under the names of the tool.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Args(Map<String, Value>);

impl Args {
    /// No arguments.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an argument, unless it says nothing.
    #[must_use]
    pub fn put<T: Argument>(mut self, name: &'static str, value: T) -> Self {
        if let Some(value) = value.into_value() {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    /// The arguments by name.
    pub(crate) fn into_map(self) -> Map<String, Value> {
        self.0
    }

    /// The arguments as the value of an argument that is an object.
    #[must_use]
    pub fn into_value(self) -> Option<Value> {
        Some(Value::Object(self.0))
    }
}

/// The arguments of one method.
pub trait Arguments {
    /// The same arguments by name.
    fn into_args(self) -> Args;
}

/// The value of an argument.
pub trait Argument {
    /// The value as JSON; `None` to leave the argument out.
    fn into_value(self) -> Option<Value>;
}

impl Argument for Value {
    fn into_value(self) -> Option<Value> {
        Some(self)
    }
}

impl Argument for String {
    fn into_value(self) -> Option<Value> {
        Some(Value::String(self))
    }
}

impl Argument for i64 {
    fn into_value(self) -> Option<Value> {
        Some(Value::from(self))
    }
}

impl Argument for f64 {
    /// What is no number becomes null, which is refused as an argument.
    fn into_value(self) -> Option<Value> {
        Some(Value::from(self))
    }
}

impl Argument for bool {
    fn into_value(self) -> Option<Value> {
        Some(Value::Bool(self))
    }
}

impl<T: Argument> Argument for Option<T> {
    fn into_value(self) -> Option<Value> {
        self.and_then(T::into_value)
    }
}

impl<T: Argument> Argument for Vec<T> {
    fn into_value(self) -> Option<Value> {
        Some(self.into_iter().filter_map(T::into_value).collect())
    }
}

impl<T: Argument> Argument for BTreeMap<String, T> {
    fn into_value(self) -> Option<Value> {
        let members = self
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.into_value()?)));
        Some(Value::Object(members.collect()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::OPERATION;

    static RENAMED: Operation = Operation {
        renamed: &[("team", "group"), ("crew", "group"), ("name", "title")],
        ..OPERATION
    };

    fn named(given: Value) -> Value {
        let given = given.as_object().unwrap().clone();
        Value::Object(named_as_today(&RENAMED, &given).into_owned())
    }

    #[test]
    fn a_name_of_before_becomes_that_of_today() {
        for (given, expected) in [
            (json!({"team": "a", "x": 1}), json!({"group": "a", "x": 1})),
            (json!({"crew": "a"}), json!({"group": "a"})),
            (json!({"name": null}), json!({"title": null})),
            (json!({"group": "a", "y": 2}), json!({"group": "a", "y": 2})),
        ] {
            assert_eq!(named(given), expected);
        }
    }

    #[test]
    fn what_is_given_under_two_names_is_left_to_be_refused() {
        for (given, expected) in [
            (
                json!({"team": "a", "group": "b"}),
                json!({"team": "a", "group": "b"}),
            ),
            (
                json!({"team": "a", "crew": "b"}),
                json!({"group": "a", "crew": "b"}),
            ),
        ] {
            assert_eq!(named(given), expected);
        }
    }

    #[test]
    fn arguments_of_today_are_not_copied() {
        let given = Map::from_iter([("group".to_owned(), json!("a"))]);
        assert!(matches!(named_as_today(&RENAMED, &given), Cow::Borrowed(_)));
    }
}
