//! What a command prints: tables for people, JSON for programs.

use std::io::{self, Write as _};

use serde_json::Value;

use super::CommandError;

/// Prints rows: with `json` as an array of objects, else as a table of the members that are named.
pub(crate) fn rows(rows: &[Value], columns: &[&str], json: bool) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{:#}", Value::from(rows))?;
        return Ok(());
    }
    let titles = columns
        .iter()
        .map(|column| column.to_uppercase().replace('_', " "));
    let mut table: Vec<Vec<String>> = vec![titles.collect()];
    let row = |row: &Value| columns.iter().map(|column| cell(row.get(column))).collect();
    table.extend(rows.iter().map(row));
    let width = |index: usize| {
        let cells = table.iter().filter_map(|row| row.get(index));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    for row in &table {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// Prints one object: with `json` as it is, else a line for each member.
pub(crate) fn one(object: &Value, json: bool) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{object:#}")?;
        return Ok(());
    }
    let members = object.as_object().into_iter().flatten();
    let width = members
        .clone()
        .map(|(name, _)| name.len())
        .max()
        .unwrap_or_default();
    for (name, value) in members {
        writeln!(out, "{name:width$}  {}", cell(Some(value)))?;
    }
    Ok(())
}

/// An object with one member more.
pub(crate) fn with(mut object: Value, name: &str, text: String) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), text.into());
    }
    object
}

/// A value as a person reads it.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            let items: Vec<String> = items.iter().map(|item| cell(Some(item))).collect();
            if items.is_empty() {
                "-".to_owned()
            } else {
                items.join(", ")
            }
        }
        Some(Value::Object(members)) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{name}={}", cell(Some(value))))
                .collect();
            if members.is_empty() {
                "-".to_owned()
            } else {
                members.join(" ")
            }
        }
        Some(value) => value.to_string(),
    }
}
