//! What a call hands back of an answer: its rows, or its record.

use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::interpret::Content;
use crate::json_path;
use crate::table::{
    Integration, JsonPath, MethodKind, Operation, Response, ResponseForm, Shape, Step,
};

/// The rows of a list.
///
/// # Errors
/// [`ErrorKind::Malformed`] when they are not where the definition says, or are no rows.
pub fn rows(
    integration: &Integration,
    operation: &Operation,
    content: Content,
) -> Result<Vec<Value>, Error> {
    let Response { at, form, shape } = &operation.response;
    let malformed = |problem: &str| malformed(integration, at, problem);
    let document = match content {
        Content::Empty => return Ok(Vec::new()),
        Content::Json(document) => document,
        Content::Other(error) => return Err(error),
    };
    // A list without elements is null in the answers of many a vendor.
    if is_nothing(&document, at) {
        return Ok(Vec::new());
    }
    let mut rows = match (form, json_path::take(document, at)) {
        (ResponseForm::RowOfOne, Some(record)) => vec![record],
        (ResponseForm::Rows { .. }, Some(Value::Array(rows))) => rows,
        (
            ResponseForm::Rows {
                missing_is_empty: true,
            },
            None,
        ) => Vec::new(),
        (_, None) => return Err(malformed("has nothing")),
        (_, Some(_)) => return Err(malformed("has something else than a list of rows")),
    };
    if matches!(shape, Shape::Object(_)) && !rows.iter().all(Value::is_object) {
        return Err(malformed("has a row that is no object"));
    }
    if has_text(shape) {
        rows.iter_mut().for_each(|row| normalise(row, shape));
    }
    Ok(rows)
}

/// The record, or `None` where there is nothing to say.
///
/// # Errors
/// [`ErrorKind::NotFound`] when one record was asked for and none came; [`ErrorKind::Malformed`] when
/// it is not where the definition says, or is no record.
pub fn record(
    integration: &Integration,
    operation: &Operation,
    content: Content,
) -> Result<Option<Value>, Error> {
    let Response { at, form, shape } = &operation.response;
    if *form == ResponseForm::Empty {
        return Ok(None);
    }
    let document = match content {
        Content::Empty => return nothing(integration, operation),
        Content::Json(document) => document,
        Content::Other(error) => return Err(error),
    };
    if is_nothing(&document, at) {
        return nothing(integration, operation);
    }
    let Some(mut record) = json_path::take(document, at) else {
        return Err(malformed(integration, at, "has nothing"));
    };
    if matches!(shape, Shape::Object(_)) && !record.is_object() {
        return Err(malformed(
            integration,
            at,
            "has something else than a record",
        ));
    }
    normalise(&mut record, shape);
    Ok(Some(record))
}

/// What an answer without a record means.
fn nothing(integration: &Integration, operation: &Operation) -> Result<Option<Value>, Error> {
    match operation.kind {
        MethodKind::Get => Err(Error::new(
            ErrorKind::NotFound,
            format!(
                "{} answered without a record: there is none.",
                integration.label
            ),
        )),
        _ => Ok(None),
    }
}

/// Whether the place holds null, or is an element of an empty list.
fn is_nothing(document: &Value, at: JsonPath) -> bool {
    let is_empty_list = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    let holds = |at, is: fn(&Value) -> bool| json_path::first(document, at).is_some_and(is);
    match at.split_last() {
        Some((Step::Index(_), list)) => holds(list, is_empty_list) || holds(at, Value::is_null),
        _ => holds(at, Value::is_null),
    }
}

fn malformed(integration: &Integration, at: JsonPath, problem: &str) -> Error {
    let place = match at {
        [] => "its top level".to_owned(),
        at => format!("`{}`", json_path::display(at)),
    };
    let message = format!("The answer of {} {problem} at {place}.", integration.label);
    Error::new(ErrorKind::Malformed, message)
}

/// Whether numbers may stand where the shape says [`Shape::Text`].
fn has_text(shape: &Shape) -> bool {
    match shape {
        Shape::Text | Shape::Object(_) => true,
        Shape::Array { items, .. } | Shape::Map(items) => has_text(items),
        _ => false,
    }
}

/// Turns numbers into strings where the shape says [`Shape::Text`].
fn normalise(value: &mut Value, shape: &Shape) {
    match (shape, value) {
        (Shape::Text, value @ Value::Number(_)) => *value = Value::String(value.to_string()),
        (Shape::Object(object), Value::Object(members)) => {
            for field in object.fields.iter().filter(|field| has_text(&field.shape)) {
                if let Some(member) = members.get_mut(field.name) {
                    normalise(member, &field.shape);
                }
            }
        }
        (Shape::Array { items, .. }, Value::Array(elements)) => {
            elements
                .iter_mut()
                .for_each(|element| normalise(element, items));
        }
        (Shape::Map(values), Value::Object(members)) => {
            members
                .values_mut()
                .for_each(|member| normalise(member, values));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{ACME, OPERATION};
    use crate::table::{Field, ObjectShape};

    static USER: ObjectShape = ObjectShape {
        name: "user",
        fields: &[
            Field {
                name: "id",
                required: true,
                nullable: false,
                integer: false,
                shape: Shape::Text,
            },
            Field {
                name: "teams",
                required: false,
                nullable: true,
                integer: false,
                shape: Shape::Array {
                    items: &Shape::Object(&TEAM),
                    min: None,
                    max: None,
                },
            },
        ],
    };
    static TEAM: ObjectShape = ObjectShape {
        name: "team",
        fields: &[Field {
            name: "id",
            required: true,
            nullable: false,
            integer: false,
            shape: Shape::Text,
        }],
    };

    const fn operation(kind: MethodKind, at: JsonPath, form: ResponseForm) -> Operation {
        let response = Response {
            at,
            form,
            shape: Shape::Object(&USER),
        };
        Operation {
            kind,
            response,
            ..OPERATION
        }
    }

    const USERS: JsonPath = &[Step::Key("users")];
    const ROWS: ResponseForm = ResponseForm::Rows {
        missing_is_empty: false,
    };
    static LIST: Operation = operation(MethodKind::List, USERS, ROWS);
    static GET: Operation = operation(
        MethodKind::Get,
        &[Step::Key("users"), Step::Index(0)],
        ResponseForm::Record,
    );

    fn content(body: &str) -> Content {
        match serde_json::from_str(body) {
            Ok(document) => Content::Json(document),
            Err(_) if body.is_empty() => Content::Empty,
            Err(error) => Content::Other(Error::new(ErrorKind::Malformed, error.to_string())),
        }
    }

    fn listed(operation: &Operation, body: &str) -> Result<Vec<Value>, Error> {
        rows(&ACME, operation, content(body))
    }

    fn got(operation: &Operation, body: &str) -> Result<Option<Value>, Error> {
        record(&ACME, operation, content(body))
    }

    #[test]
    fn rows_are_found_and_their_texts_are_strings() {
        let rows = listed(
            &LIST,
            r#"{"users": [{"id": 12824215693, "teams": [{"id": 7}], "x": 1}]}"#,
        );
        assert_eq!(
            rows.unwrap(),
            [json!({"id": "12824215693", "teams": [{"id": "7"}], "x": 1})]
        );
        assert_eq!(listed(&LIST, "").unwrap(), Vec::<Value>::new());
        assert_eq!(
            listed(&LIST, r#"{"users": null}"#).unwrap(),
            Vec::<Value>::new()
        );
        let lenient = operation(
            MethodKind::List,
            USERS,
            ResponseForm::Rows {
                missing_is_empty: true,
            },
        );
        assert_eq!(
            listed(&lenient, r#"{"count": 0}"#).unwrap(),
            Vec::<Value>::new()
        );
        let one = operation(MethodKind::List, &[], ResponseForm::RowOfOne);
        assert_eq!(listed(&one, r#"{"id": 1}"#).unwrap(), [json!({"id": "1"})]);
        for nothing in ["", "null"] {
            assert_eq!(listed(&one, nothing).unwrap(), Vec::<Value>::new());
        }
        let first = &[Step::Key("users"), Step::Index(0)];
        let first = operation(MethodKind::List, first, ResponseForm::RowOfOne);
        assert_eq!(
            listed(&first, r#"{"users": []}"#).unwrap(),
            Vec::<Value>::new()
        );
        assert_eq!(listed(&first, "{}").unwrap_err().kind, ErrorKind::Malformed);
    }

    #[test]
    fn what_is_no_list_of_rows_is_named() {
        for (body, message) in [
            ("{}", "The answer of Acme has nothing at `users`."),
            (
                r#"{"users": {}}"#,
                "The answer of Acme has something else than a list of rows at `users`.",
            ),
            (
                r#"{"users": [1]}"#,
                "The answer of Acme has a row that is no object at `users`.",
            ),
        ] {
            let error = listed(&LIST, body).unwrap_err();
            assert_eq!(
                (error.kind, error.message.as_str()),
                (ErrorKind::Malformed, message)
            );
        }
        assert_eq!(
            listed(&LIST, "<p>Hi</p>").unwrap_err().kind,
            ErrorKind::Malformed
        );
    }

    #[test]
    fn a_record_is_found_or_not() {
        let found = got(&GET, r#"{"users": [{"id": 1}]}"#).unwrap();
        assert_eq!(found, Some(json!({"id": "1"})));
        for body in ["", r#"{"users": []}"#, r#"{"users": [null]}"#] {
            assert_eq!(
                got(&GET, body).unwrap_err().kind,
                ErrorKind::NotFound,
                "{body}"
            );
        }
        for body in ["{}", r#"{"users": [1]}"#, "x"] {
            assert_eq!(
                got(&GET, body).unwrap_err().kind,
                ErrorKind::Malformed,
                "{body}"
            );
        }
        let create = operation(MethodKind::Create, &[], ResponseForm::Record);
        assert_eq!(got(&create, "").unwrap(), None);
        assert_eq!(got(&OPERATION, "<p>Deleted</p>").unwrap(), None);
    }
}
