//! What a call hands back of an answer: its rows, or its record.

use crate::document::{Document, Found};
use crate::error::{Error, ErrorKind};
use crate::interpret::Content;
use crate::json::Json;
use crate::json_path;
use crate::normal;
use crate::table::{Integration, JsonPath, MethodKind, Operation, Response, ResponseForm, Shape};

/// How many levels of an answer have to be read to find what it hands back.
#[must_use]
pub fn levels(response: &Response) -> usize {
    let rows = matches!(response.form, ResponseForm::Rows { .. });
    response.at.len() + usize::from(rows)
}

/// The rows of a list.
///
/// # Errors
/// [`ErrorKind::Malformed`] when they are not where the definition says, or are no rows.
pub fn rows(
    integration: &Integration,
    operation: &Operation,
    content: Content<'_>,
) -> Result<Vec<Json>, Error> {
    let Response { at, form, shape } = &operation.response;
    let malformed = |problem: &str| malformed(integration, at, problem);
    let found = match content {
        Content::Empty => return Ok(Vec::new()),
        Content::Json(document) => document.take(at),
        Content::Other(error) => return Err(error),
    };
    let rows = match (form, found) {
        // A list without elements is null in the answers of many a vendor.
        (_, Found::Nothing) => Vec::new(),
        (ResponseForm::RowOfOne, Found::Some(record)) => vec![record],
        (ResponseForm::Rows { .. }, Found::Some(Document::Array(rows))) => rows,
        (
            ResponseForm::Rows {
                missing_is_empty: true,
            },
            Found::Missing,
        ) => Vec::new(),
        (_, Found::Missing) => return Err(malformed("has nothing")),
        (_, Found::Some(_)) => return Err(malformed("has something else than a list of rows")),
    };
    let rows = rows.iter().map(|row| handed_on(row, shape));
    rows.collect::<Option<_>>()
        .ok_or_else(|| malformed("has a row that is no object"))
}

/// The record, or `None` where there is nothing to say.
///
/// # Errors
/// [`ErrorKind::NotFound`] when one record was asked for and none came; [`ErrorKind::Malformed`] when
/// it is not where the definition says, or is no record.
pub fn record(
    integration: &Integration,
    operation: &Operation,
    content: Content<'_>,
) -> Result<Option<Json>, Error> {
    let Response { at, form, shape } = &operation.response;
    if *form == ResponseForm::Empty {
        return Ok(None);
    }
    let found = match content {
        Content::Empty => Found::Nothing,
        Content::Json(document) => document.take(at),
        Content::Other(error) => return Err(error),
    };
    match found {
        Found::Nothing => nothing(integration, operation),
        Found::Missing => Err(malformed(integration, at, "has nothing")),
        Found::Some(record) => handed_on(&record, shape)
            .map(Some)
            .ok_or_else(|| malformed(integration, at, "has something else than a record")),
    }
}

/// What an answer without a record means.
fn nothing(integration: &Integration, operation: &Operation) -> Result<Option<Json>, Error> {
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

fn malformed(integration: &Integration, at: JsonPath, problem: &str) -> Error {
    let place = match at {
        [] => "its top level".to_owned(),
        at => format!("`{}`", json_path::display(at)),
    };
    let message = format!("The answer of {} {problem} at {place}.", integration.label);
    Error::new(ErrorKind::Malformed, message)
}

/// A row or a record as it is handed on; `None` where it is no object and should be one.
fn handed_on(document: &Document<'_>, shape: &Shape) -> Option<Json> {
    let json = normal::json(&document.text(), shape);
    let fits = !matches!(shape, Shape::Object(_)) || json.is_object();
    fits.then_some(json)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::fixture::{ACME, OPERATION};
    use crate::table::{Field, ObjectShape, Step};

    static USER: ObjectShape = ObjectShape {
        name: "user",
        fields: &[
            Field {
                name: "id",
                required: true,
                nullable: false,
                integer: false,
                shape: Shape::TEXT,
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
        texts: &[0, 1],
    };
    static TEAM: ObjectShape = ObjectShape {
        name: "team",
        fields: &[Field {
            name: "id",
            required: true,
            nullable: false,
            integer: false,
            shape: Shape::TEXT,
        }],
        texts: &[0],
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

    fn content<'a>(operation: &Operation, body: &'a str) -> Content<'a> {
        match Document::parse(body, levels(&operation.response)) {
            Ok(document) => Content::Json(document),
            Err(_) if body.is_empty() => Content::Empty,
            Err(error) => Content::Other(Error::new(ErrorKind::Malformed, error.to_string())),
        }
    }

    fn listed(operation: &Operation, body: &str) -> Result<Vec<Value>, Error> {
        let rows = rows(&ACME, operation, content(operation, body))?;
        rows.iter().map(Json::to_value).collect()
    }

    fn got(operation: &Operation, body: &str) -> Result<Option<Value>, Error> {
        let record = record(&ACME, operation, content(operation, body))?;
        record.as_ref().map(Json::to_value).transpose()
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
