//! The JSON object that a successful call answers, the same for agents and for programs.
//!
//! | what came back | the object |
//! |---|---|
//! | rows | `{"note"?, "result": […], "next_cursor"?}` |
//! | a record | the record as it is; one that is no object as `{"result": …}` |
//! | nothing | `{"ok": true}` |
//!
//! A record or row is the text that came; it is never taken apart and written anew.

use serde_json::Value;
use toolwright_runtime::error::Error;
use toolwright_runtime::json::Json;
use toolwright_runtime::outcome::Data;

/// The object, as text. `notes` are sentences about rows that are missing.
pub(crate) fn object(data: Data, mut notes: Vec<String>) -> String {
    match data {
        Data::Page {
            result,
            next_cursor,
            interrupted,
            cut,
        } => {
            notes.extend(interrupted.map(|error| stopped_early(&error, next_cursor.is_some())));
            notes.extend(cut.then(|| FULL.to_owned()));
            page(&result, next_cursor, &notes.join(" "))
        }
        Data::Record(record) if record.is_object() => record.into_string(),
        // MCP wants an object.
        Data::Record(other) => ["{\"result\":", other.as_str(), "}"].concat(),
        Data::Empty => r#"{"ok":true}"#.to_owned(),
    }
}

/// Adds a member to an object.
pub(crate) fn add(object: &mut String, name: &str, value: &Value) {
    object.pop();
    object.truncate(object.trim_end().len());
    let comma = if object == "{" { "" } else { "," };
    object.push_str(&format!("{comma}\"{name}\":{value}}}"));
}

fn page(rows: &[Json], next_cursor: Option<String>, note: &str) -> String {
    let length: usize = rows.iter().map(|row| row.as_str().len() + 1).sum();
    let mut object = String::with_capacity(length + 512);
    object.push('{');
    if !note.is_empty() {
        object.extend(["\"note\":", &Value::from(note).to_string(), ","]);
    }
    object.push_str("\"result\":[");
    for (index, row) in rows.iter().enumerate() {
        object.extend([if index == 0 { "" } else { "," }, row.as_str()]);
    }
    object.push_str("]}");
    if let Some(cursor) = next_cursor {
        add(&mut object, "next_cursor", &cursor.into());
    }
    object
}

/// Why a page holds fewer rows than were asked for: a later page failed.
fn stopped_early(error: &Error, goes_on: bool) -> String {
    let rest = if goes_on {
        "next_cursor goes on where it stopped."
    } else {
        "There is no cursor to go on with."
    };
    format!("The list stopped early. {error} {rest}")
}

/// Why a page holds fewer rows than were asked for: they are as much as a model is shown.
const FULL: &str = "More rows do not fit into one result; next_cursor goes on with the next one.";
