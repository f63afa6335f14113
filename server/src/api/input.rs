//! Reading what a request says, field by field. Each problem is kept with the field it is about, and
//! no problem repeats a value: it may be a secret.

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Map, Value};
use toolwright_runtime::nearest::nearest;

use crate::accounts::Problem;

/// The members of an object that are still to be read.
#[derive(Debug)]
pub(super) struct Fields {
    members: Map<String, Value>,
    /// What stands before the names of the fields: `config.`.
    path: String,
    known: Vec<&'static str>,
    problems: Vec<Problem>,
}

impl Fields {
    /// The members of a body.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Problem> {
        Ok(Self::new(object(body)?, String::new()))
    }

    /// The parameters of a query, each of which may stand there once.
    pub(super) fn query(pairs: Vec<(String, String)>) -> Self {
        let mut fields = Self::new(Map::new(), String::new());
        for (name, value) in pairs {
            let problem = || Problem::new(name.clone(), format!("`{name}` is given twice."));
            if fields.members.contains_key(&name) {
                fields.problems.push(problem());
            }
            fields.members.insert(name, value.into());
        }
        fields
    }

    fn new(members: Map<String, Value>, path: String) -> Self {
        Self {
            members,
            path,
            known: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// A string; null is as good as nothing.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.read(name, "a string", |value| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
    }

    /// A string that must be there and not be empty.
    pub(super) fn required(&mut self, name: &'static str) -> String {
        let has_problem = self.problems.len();
        match self.text(name) {
            Some(text) if !text.is_empty() => text,
            _ => {
                if self.problems.len() == has_problem {
                    self.problem(name, "is missing.");
                }
                String::new()
            }
        }
    }

    /// A secret that must be there and not be empty.
    pub(super) fn secret(&mut self, name: &'static str) -> SecretString {
        self.required(name).into()
    }

    /// A secret that may be there.
    pub(super) fn optional_secret(&mut self, name: &'static str) -> Option<SecretString> {
        self.text(name)
            .filter(|text| !text.is_empty())
            .map(SecretString::from)
    }

    /// `Some(None)` for null: it is to be taken away.
    pub(super) fn nullable<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self, &'static str) -> Option<T>,
    ) -> Option<Option<T>> {
        if self.members.get(name) == Some(&Value::Null) {
            self.take(name);
            return Some(None);
        }
        read(self, name).map(Some)
    }

    pub(super) fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.read(name, "true or false", |value| value.as_bool())
    }

    /// A number, as JSON or as the text of a query.
    pub(super) fn number(&mut self, name: &'static str) -> Option<u32> {
        self.read(name, "a whole number", |value| match value {
            Value::String(text) => text.parse().ok(),
            value => value.as_u64().and_then(|number| number.try_into().ok()),
        })
    }

    /// A moment (RFC 3339).
    pub(super) fn time(&mut self, name: &'static str) -> Option<Timestamp> {
        let expected = "a time such as 2027-01-31T12:00:00Z";
        self.read(name, expected, |value| value.as_str()?.parse().ok())
    }

    /// A list of strings.
    pub(super) fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        self.read(name, "a list of strings", |value| match value {
            Value::Array(items) => items
                .into_iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect(),
            _ => None,
        })
    }

    /// Strings separated by commas, as in a query.
    pub(super) fn commas(&mut self, name: &'static str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        let names = text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    }

    /// One of these names.
    pub(super) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        self.read(name, &format!("one of {}", names.join(", ")), |value| {
            let given = value.as_str()?;
            choices
                .iter()
                .find(|(name, _)| *name == given)
                .map(|(_, choice)| *choice)
        })
    }

    /// An object from any name to a string.
    pub(super) fn text_map(
        &mut self,
        name: &'static str,
    ) -> Option<std::collections::BTreeMap<String, String>> {
        self.read(name, "an object of strings", |value| match value {
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| Some((name, value.as_str()?.to_owned())))
                .collect(),
            _ => None,
        })
    }

    /// An object with fields of its own; its problems are added to these.
    pub(super) fn object<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let members = self.read(name, "an object", |value| match value {
            Value::Object(members) => Some(members),
            _ => None,
        })?;
        let mut inner = Self::new(members, format!("{}{name}.", self.path));
        let value = read(&mut inner);
        self.problems.extend(inner.close());
        Some(value)
    }

    /// Whether a problem with a field was found.
    pub(super) fn has_problem(&self, name: &str) -> bool {
        let field = format!("{}{name}", self.path);
        self.problems
            .iter()
            .any(|problem| problem.field.starts_with(&field))
    }

    /// Leaves what was not asked for, where it is not known what could be.
    pub(super) fn ignore_rest(&mut self) {
        self.members.clear();
    }

    /// Adds a problem with a field.
    pub(super) fn problem(&mut self, name: &str, what: &str) {
        let field = format!("{}{name}", self.path);
        let message = format!("`{field}` {what}");
        self.problems.push(Problem { field, message });
    }

    /// Whether everything was read and nothing is wrong.
    pub(super) fn finish(self) -> Result<(), Vec<Problem>> {
        let problems = self.close();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    /// All problems, with one for each field that nobody asked for.
    fn close(mut self) -> Vec<Problem> {
        let unknown: Vec<String> = std::mem::take(&mut self.members)
            .into_iter()
            .map(|m| m.0)
            .collect();
        for name in unknown {
            let near = nearest(&name, self.known.iter().copied());
            let what = match near {
                Some(near) => format!("is unknown; did you mean `{}{near}`?", self.path),
                None => format!("is unknown; there are {}.", self.known.join(", ")),
            };
            self.problem(&name, &what);
        }
        self.problems
    }

    fn read<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name).filter(|value| !value.is_null())?;
        let read = read(value);
        if read.is_none() {
            self.problem(name, &format!("must be {expected}."));
        }
        read
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.members.shift_remove(name)
    }
}

/// The members of a body that has to be an object.
pub(crate) fn object(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Problem::new("", "The body must be a JSON object.")),
        Err(error) => {
            let message = format!("The body is not JSON: {}.", place(&error));
            Err(Problem::new("", message))
        }
    }
}

/// Where and why, without what stands there.
fn place(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let what = if error.is_eof() {
        "it breaks off"
    } else {
        "something is wrong"
    };
    format!("{what} at line {line}, column {column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(body: &str, read: impl FnOnce(&mut Fields)) -> Vec<String> {
        let mut fields = Fields::parse(body.as_bytes()).unwrap();
        read(&mut fields);
        let problems = fields.finish().err().unwrap_or_default();
        problems
            .into_iter()
            .map(|problem| problem.message)
            .collect()
    }

    #[test]
    fn each_problem_is_told_with_its_field() {
        let told = problems(
            r#"{"nam": "x", "config": {"methods": "read", "tag": []}, "expires_at": "soon"}"#,
            |fields| {
                fields.required("name");
                fields.object("config", |config| {
                    config.texts("methods");
                    config.texts("tags");
                });
                fields.nullable("expires_at", Fields::time);
            },
        );
        assert_eq!(
            told,
            [
                "`name` is missing.",
                "`config.methods` must be a list of strings.",
                "`config.tag` is unknown; did you mean `config.tags`?",
                "`expires_at` must be a time such as 2027-01-31T12:00:00Z.",
                "`nam` is unknown; did you mean `name`?",
            ]
        );
    }

    #[test]
    fn no_problem_repeats_a_value() {
        for body in [
            r#"{"token": ["hunter2"]}"#,
            r#"{"token": 1, "hunter": "hunter2"}"#,
            r#"{"a": "hunter2"}"#,
        ] {
            let told = problems(body, |fields| {
                fields.secret("token");
            });
            assert!(
                !told.is_empty() && told.iter().all(|text| !text.contains("hunter2")),
                "{told:?}"
            );
        }
        let error = Fields::parse(br#"{"token": "hunter2"#).unwrap_err();
        assert_eq!(
            error.message,
            "The body is not JSON: it breaks off at line 1, column 18."
        );
        let error = Fields::parse(br#"{"token": hunter2}"#).unwrap_err();
        assert!(!error.message.contains("hunter2"), "{error:?}");
    }

    #[test]
    fn null_takes_away_or_is_nothing() {
        let mut fields = Fields::parse(br#"{"a": null, "b": null, "c": "x"}"#).unwrap();
        assert_eq!(fields.nullable("a", Fields::text), Some(None));
        assert_eq!(fields.text("b"), None);
        assert_eq!(
            fields.nullable("c", Fields::text),
            Some(Some("x".to_owned()))
        );
        assert_eq!(fields.nullable("d", Fields::text), None);
        fields.finish().unwrap();
    }
}
