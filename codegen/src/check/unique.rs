//! Names that must be unique: of tools, of integrations, and of what they become in Rust.

use std::collections::BTreeMap;

use crate::diagnostics::Diagnostics;
use crate::model::{Arg, Field, Integration, Operation, Shape};
use crate::names::{LONGEST_TOOL_NAME, accessor, rust_field, rust_type};
use crate::span::Span;

/// A tool's name is its method's, its heading's and its key in logs: there is one of it. Neither does a
/// name that a tool had before lead to another one.
pub fn tools(integrations: &[Integration], diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    let operations = || integrations.iter().flat_map(|i| &i.operations);
    for operation in operations() {
        if operation.name.len() > LONGEST_TOOL_NAME {
            diagnostics.tool_name_too_long(operation.span, &operation.name);
        }
        match seen.get(operation.name.as_str()) {
            Some(first) => diagnostics.tool_name_twice(operation.span, *first, &operation.name),
            None => {
                seen.insert(&operation.name, operation.span);
            }
        }
    }
    for alias in operations().flat_map(|operation| &operation.aliases) {
        if alias.len() > LONGEST_TOOL_NAME {
            diagnostics.alias_too_long(alias.span, alias);
        }
        match seen.get(alias.as_str()) {
            Some(first) => diagnostics.tool_alias_taken(alias.span, *first, alias),
            None => {
                seen.insert(alias, alias.span);
            }
        }
    }
}

/// A slug and its aliases lead to one integration.
pub fn slugs(integrations: &[Integration], diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<&str, Span> = integrations
        .iter()
        .map(|i| (i.slug.as_str(), i.span))
        .collect();
    for integration in integrations {
        for alias in &integration.aliases {
            if let Some(first) = seen.insert(alias, alias.span) {
                diagnostics.alias_taken(alias.span, first, alias);
            }
        }
    }
}

/// The names that an integration's definitions become in Rust.
pub fn rust_names(integration: &Integration, diagnostics: &mut Diagnostics) {
    let mut types = BTreeMap::new();
    for object in &integration.types {
        let name = object.name.as_str();
        rust_type_name(name, object.name.span, &mut types, diagnostics);
        view(name, &object.fields, &mut types, diagnostics);
    }
    for operation in &integration.operations {
        arguments(operation, &mut types, diagnostics);
    }
}

type Types = BTreeMap<String, Span>;

fn rust_type_name(name: &str, span: Span, types: &mut Types, diagnostics: &mut Diagnostics) {
    let name = rust_type(name);
    match types.get(&name) {
        Some(first) => diagnostics.rust_types_collide(span, *first, &name),
        None => {
            types.insert(name, span);
        }
    }
}

fn view(name: &str, fields: &[Field], types: &mut Types, diagnostics: &mut Diagnostics) {
    distinct(
        fields
            .iter()
            .map(|field| (accessor(&field.name), field.span, &field.name)),
        diagnostics,
    );
    for field in fields {
        let inner = match &field.shape {
            Shape::Array { items, .. } => items,
            shape => shape,
        };
        if let Shape::Object(fields) = inner
            && !fields.is_empty()
        {
            let name = format!("{name}_{}", accessor(&field.name));
            rust_type_name(&name, field.span, types, diagnostics);
            view(&name, fields, types, diagnostics);
        }
    }
}

fn arguments(operation: &Operation, types: &mut Types, diagnostics: &mut Diagnostics) {
    if operation.args.is_empty() {
        return;
    }
    rust_type_name(&operation.name, operation.span, types, diagnostics);
    let names = operation
        .args
        .iter()
        .map(|arg| (rust_field(&arg.name), arg.name.span, &arg.name.value));
    distinct(names, diagnostics);
    for Arg { name, shape, .. } in &operation.args {
        let name_of_type = format!("{}_{name}", operation.name);
        argument_object(&name_of_type, name.span, shape, types, diagnostics);
    }
}

fn argument_object(
    name: &str,
    span: Span,
    shape: &Shape,
    types: &mut Types,
    diagnostics: &mut Diagnostics,
) {
    match shape {
        Shape::Array { items: inner, .. } | Shape::Map(inner) => {
            argument_object(name, span, inner, types, diagnostics);
        }
        Shape::Object(fields) => {
            rust_type_name(name, span, types, diagnostics);
            distinct(
                fields
                    .iter()
                    .map(|f| (rust_field(&f.name), f.span, &f.name)),
                diagnostics,
            );
            for field in fields {
                let inner = format!("{name}_{}", field.name);
                argument_object(&inner, field.span, &field.shape, types, diagnostics);
            }
        }
        _ => {}
    }
}

/// Each name leaves something that Rust can write, and no two leave the same.
fn distinct<'n>(
    names: impl Iterator<Item = (String, Span, &'n String)>,
    diagnostics: &mut Diagnostics,
) {
    let mut seen: BTreeMap<String, (Span, &String)> = BTreeMap::new();
    for (name, span, written) in names {
        if name.is_empty() {
            diagnostics.no_rust_name(span, written);
            continue;
        }
        match seen.get(&name) {
            // The same name twice is reported as such.
            Some((_, first)) if *first == written => {}
            Some((first, _)) => diagnostics.rust_names_collide(span, *first, &name),
            None => {
                seen.insert(name, (span, written));
            }
        }
    }
}
