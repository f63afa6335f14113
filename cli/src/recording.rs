//! Recordings: answers of vendors as files, one JSON object in each.
//!
//! ```json
//! {"version": 1, "integration": "zesty", "operation": "list_all_zesty_instances",
//!  "recorded": "2026-11-22", "status": 200, "body": {"data": []}}
//! ```
//!
//! `body` is null where the answer had none, and left out where it was no JSON. `recorded` and
//! `status` may be left out, for those who write one by hand.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use toolwright_runtime::nearest::nearest;
use toolwright_runtime::table::{Catalogue, Integration, Operation};

/// The version of the format.
const VERSION: u64 = 1;

const MEMBERS: [&str; 6] = [
    "version",
    "integration",
    "operation",
    "recorded",
    "status",
    "body",
];

/// An answer of an operation.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) integration: &'static Integration,
    pub(crate) operation: &'static Operation,
    /// What came; null where nothing did, `None` where it was no JSON.
    pub(crate) body: Option<Value>,
}

impl Recording {
    /// Reads a recording, or says what is wrong with it.
    pub(crate) fn parse(catalogue: &'static Catalogue, text: &str) -> Result<Self, String> {
        let value =
            serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
        let Value::Object(mut members) = value else {
            return Err("it is no recording: a JSON object is expected".to_owned());
        };
        if let Some(unknown) = members
            .keys()
            .find(|name| !MEMBERS.contains(&name.as_str()))
        {
            return Err(unknown_name("member", unknown, MEMBERS));
        }
        if members.get("version") != Some(&VERSION.into()) {
            return Err(format!("`version` must be {VERSION}"));
        }
        let slugs = catalogue
            .integrations
            .iter()
            .map(|integration| integration.slug);
        let name = text_of(&members, "integration")?;
        let mut known = catalogue.integrations.iter();
        let integration = known
            .find(|known| known.slug == name || known.aliases.contains(&name))
            .ok_or_else(|| unknown_name("integration", name, slugs))?;
        let operation = operation(integration, text_of(&members, "operation")?)?;
        match members.get("status").map(Value::as_u64) {
            None | Some(Some(200..300)) => {}
            Some(Some(status)) => {
                return Err(format!(
                    "its status is {status}: only answers of success have a declared response"
                ));
            }
            Some(None) => return Err("`status` must be an HTTP status".to_owned()),
        }
        Ok(Self {
            integration,
            operation,
            body: members.remove("body"),
        })
    }

    /// As it is written, with the day of today (UTC).
    pub(crate) fn to_json(&self, status: u16) -> Value {
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let mut object = Map::new();
        let mut set = |name: &str, value: Value| object.insert(name.to_owned(), value);
        set("version", VERSION.into());
        set("integration", self.integration.slug.into());
        set("operation", self.operation.name.into());
        set("recorded", today.to_string().into());
        set("status", status.into());
        if let Some(body) = &self.body {
            set("body", body.clone());
        }
        Value::Object(object)
    }
}

/// An operation of an integration, by its name or one that it had before.
pub(crate) fn operation(
    integration: &'static Integration,
    name: &str,
) -> Result<&'static Operation, String> {
    let mut operations = integration.operations.iter().copied();
    let found = operations.find(|known| known.name == name || known.aliases.contains(&name));
    found.ok_or_else(|| {
        let names = integration.operations.iter().map(|known| known.name);
        unknown_name(&format!("operation of {}", integration.label), name, names)
    })
}

fn text_of<'a>(members: &'a Map<String, Value>, name: &str) -> Result<&'a str, String> {
    let text = members.get(name).and_then(Value::as_str);
    text.ok_or_else(|| format!("`{name}` must be a string"))
}

fn unknown_name<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let near = nearest(name, known);
    let end = near
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    format!("there is no {what} `{}`{end}", name.escape_debug())
}

/// The text of a recording. What is no regular file, such as a pipe or a device, might never end.
pub(crate) fn text(path: &Path) -> io::Result<String> {
    match fs::metadata(path)?.is_file() {
        true => fs::read_to_string(path),
        false => Err(io::Error::other("it is no regular file")),
    }
}

/// The paths of all `.json` files in a folder and the folders in it, sorted.
pub(crate) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        // A link to a folder is not followed: it could lead round in a circle.
        if entry.file_type()?.is_dir() {
            files.extend(self::files(&path)?);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_never_ends_is_not_read() {
        assert!(text(Path::new("/dev/zero")).is_err());
    }
}
