//! From Rust values to flat arguments.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

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
