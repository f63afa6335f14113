//! The gate: only what is documented completely becomes a tool.

use crate::diagnostics::Diagnostics;
use crate::model::{Field, Operation, ResponseForm, Shape};

/// Whether the documentation of an operation is complete. What is missing is said in one warning.
pub fn complete(operation: &Operation, diagnostics: &mut Diagnostics) -> bool {
    let missing = missing(operation);
    if !missing.is_empty() {
        let span = operation.docs.as_ref().map_or(operation.span, |docs| docs.span);
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
                ("title", docs.title.is_some()),
                ("description", docs.description.is_some()),
                ("returns", docs.returns.is_some()),
                ("source", docs.source.is_some()),
                ("sample", docs.sample.is_some() || !answers),
            ] {
                if !is_there {
                    missing.push(format!("`docs.{key}`"));
                }
            }
        }
    }
    for arg in operation.args.iter().filter(|arg| arg.description.is_none()) {
        missing.push(format!("a description of the argument `{}`", arg.name));
    }
    for arg in &operation.args {
        undescribed(&arg.name, &arg.shape, &mut missing);
    }
    missing
}

/// The fields of structured arguments are parameters too.
fn undescribed(path: &str, shape: &Shape, missing: &mut Vec<String>) {
    match shape {
        Shape::Array { items, .. } => undescribed(path, items, missing),
        Shape::Map(values) => undescribed(path, values, missing),
        Shape::Object(fields) => {
            for Field { name, description, shape, .. } in fields {
                let path = format!("{path}.{name}");
                if description.is_none() {
                    missing.push(format!("a description of the argument `{path}`"));
                }
                undescribed(&path, shape, missing);
            }
        }
        _ => {}
    }
}
