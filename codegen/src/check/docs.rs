//! The gate: only what is documented completely becomes a tool.

use crate::diagnostics::Diagnostics;
use crate::model::{Field, Operation, ResponseForm, Shape};

/// Whether the documentation of an operation is complete. What is missing is said in one warning.
pub fn complete(operation: &Operation, diagnostics: &mut Diagnostics) -> bool {
    let missing = missing(operation);
    if !missing.is_empty() {
        let span = operation
            .docs
            .as_ref()
            .map_or(operation.span, |docs| docs.span);
        diagnostics.no_tool(span, &operation.name, &missing);
    }
    missing.is_empty()
}

fn missing(operation: &Operation) -> Vec<String> {
    let mut missing = Vec::new();
    match &operation.docs {
        None => missing.push("`docs`".to_owned()),
        Some(docs) => {
            let answers = operation.response.form != ResponseForm::Empty;
            for (key, is_there) in [
                ("title", says_something(docs.title.as_deref())),
                ("description", says_something(docs.description.as_deref())),
                ("returns", says_something(docs.returns.as_deref())),
                ("source", says_something(docs.source.as_deref())),
                ("sample", docs.sample.is_some() || !answers),
            ] {
                if !is_there {
                    missing.push(format!("`docs.{key}`"));
                }
            }
        }
    }
    for arg in operation
        .args
        .iter()
        .filter(|arg| !says_something(arg.description.as_deref()))
    {
        missing.push(format!("a description of the argument `{}`", arg.name));
    }
    for arg in &operation.args {
        undescribed(&arg.name, &arg.shape, &mut missing);
    }
    missing
}

fn says_something(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

/// The fields of structured arguments are parameters too.
fn undescribed(path: &str, shape: &Shape, missing: &mut Vec<String>) {
    match shape {
        Shape::Array { items, .. } => undescribed(path, items, missing),
        Shape::Map(values) => undescribed(path, values, missing),
        Shape::Object(fields) => {
            for Field {
                name,
                description,
                shape,
                ..
            } in fields
            {
                let path = format!("{path}.{name}");
                if !says_something(description.as_deref()) {
                    missing.push(format!("a description of the argument `{path}`"));
                }
                undescribed(&path, shape, missing);
            }
        }
        _ => {}
    }
}
