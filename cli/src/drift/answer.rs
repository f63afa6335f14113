//! The rows of an answer, by the rules by which calls hand them on.

use serde_json::Value;
use toolwright_runtime::document::Document;
use toolwright_runtime::error::ErrorKind;
use toolwright_runtime::extract;
use toolwright_runtime::interpret::Content;
use toolwright_runtime::json::Json;
use toolwright_runtime::table::{Integration, Operation, ResponseForm};

/// The body of an answer as JSON, null where there is none; `None` where it is something else.
pub(crate) fn body(bytes: &[u8]) -> Option<Value> {
    let text = str::from_utf8(bytes).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    match text {
        "" => Some(Value::Null),
        text => serde_json::from_str(text).ok(),
    }
}

/// The rows or the record at the place that the definition names; `None` where a call cannot read
/// the answer.
pub(crate) fn rows(
    integration: &Integration,
    operation: &Operation,
    body: Option<&Value>,
) -> Option<Vec<Value>> {
    let text = body?.to_string();
    let document = Document::parse(&text, extract::levels(&operation.response)).ok()?;
    let content = Content::Json(document);
    let rows = match operation.response.form {
        ResponseForm::Rows { .. } | ResponseForm::RowOfOne => {
            extract::rows(integration, operation, content)
        }
        ResponseForm::Record | ResponseForm::Empty => {
            extract::record(integration, operation, content).map(|row| row.into_iter().collect())
        }
    };
    match rows {
        Ok(rows) => rows
            .iter()
            .map(Json::to_value)
            .collect::<Result<_, _>>()
            .ok(),
        // There is no such thing, and the answer says so as it should.
        Err(error) if error.kind == ErrorKind::NotFound => Some(Vec::new()),
        Err(_) => None,
    }
}
