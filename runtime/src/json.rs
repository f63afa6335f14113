//! JSON that is handed on as the text that came, because most callers only pass it on.

use memchr::memchr2;
use serde_json::Value;

use crate::error::{Error, ErrorKind};

/// One JSON value as text on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json(String);

impl Json {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// Whether it is an object.
    #[must_use]
    pub fn is_object(&self) -> bool {
        self.0.starts_with('{')
    }

    /// The value as a tree.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when it is none, which no answer that was accepted is.
    pub fn to_value(&self) -> Result<Value, Error> {
        serde_json::from_str(&self.0).map_err(|error| {
            let message = format!("The answer holds JSON that cannot be read: {error}.");
            Error::new(ErrorKind::Malformed, message)
        })
    }

    /// Takes JSON; a line break can only stand between its tokens.
    pub(crate) fn from_text(text: String) -> Self {
        match memchr2(b'\n', b'\r', text.as_bytes()) {
            Some(_) => Self(compact(&text)),
            None => Self(text),
        }
    }
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        Self(value.to_string())
    }
}

/// JSON without the blanks between its tokens.
fn compact(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut is_string = false;
    let mut is_escaped = false;
    for character in text.chars() {
        if is_string || !character.is_ascii_whitespace() {
            line.push(character);
        }
        if is_escaped {
            is_escaped = false;
        } else if is_string && character == '\\' {
            is_escaped = true;
        } else if character == '"' {
            is_string = !is_string;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(text: &str) -> String {
        Json::from_text(text.to_owned()).into_string()
    }

    #[test]
    fn text_is_one_line_and_otherwise_as_it_came() {
        assert_eq!(line(r#"{"a": [1.50, "é"]}"#), r#"{"a": [1.50, "é"]}"#);
        let pretty = "{\r\n  \"a b\": [\n    1,\t\"x \\\" y\\\\\",\n    \"\\n z\"\n  ]\n}";
        assert_eq!(line(pretty), r#"{"a b":[1,"x \" y\\","\n z"]}"#);
    }

    #[test]
    fn a_tree_is_made_where_one_can_be() {
        assert_eq!(
            Json::from(&json!({"a": 1})).to_value().unwrap(),
            json!({"a": 1})
        );
        let error = Json::from_text("1e999".to_owned()).to_value().unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed);
        assert!(Json::from(&json!({})).is_object() && !Json::from(&json!([])).is_object());
    }
}
