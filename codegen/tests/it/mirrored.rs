//! The definitions of this project beside documents that say exactly what they say.

use std::path::Path;

use serde_json::{Map, Value, json};
use toolwright_codegen::drift::{Finding, compare};
use toolwright_codegen::load::load;
use toolwright_codegen::model::{
    Arg, Body, Field, Host, Http, Integration, Operation, Origin, PageStyle, PathPart, Place,
    ResponseForm, Shape, Step, Stop,
};
use toolwright_codegen::{Compilation, compile};

#[test]
fn a_definition_agrees_with_a_document_that_says_the_same() {
    for integration in integrations() {
        let found = compare(&integration, &document(&integration).to_string()).unwrap();
        assert_eq!(messages(&found), Vec::<&str>::new(), "{}", integration.slug);
    }
}

#[test]
fn a_definition_does_not_agree_with_a_document_that_says_something_else() {
    for integration in integrations() {
        let document = document(&integration);
        let kinds = |document: &str| -> Vec<&str> {
            let found = compare(&integration, document).unwrap();
            found.iter().map(|finding| finding.kind.word()).collect()
        };
        let mut without_one = document.clone();
        let paths = without_one["paths"].as_object_mut().unwrap();
        let first = paths.keys().next().unwrap().clone();
        paths.shift_remove(&first);
        let found = kinds(&without_one.to_string());
        assert!(found.contains(&"endpoint_gone"), "{found:?}");

        let text = document.to_string();
        let booleans = text.replace(r#""type":"boolean""#, r#""type":"object""#);
        let found = kinds(&booleans);
        assert!(found.iter().all(|kind| *kind == "wrong_type"), "{found:?}");
        assert!(!found.is_empty());

        let nulls = text.replace(r#""nullable":false"#, r#""nullable":true"#);
        let found = kinds(&nulls);
        assert!(
            found.iter().all(|kind| *kind == "unexpected_null"),
            "{found:?}"
        );
        assert!(!found.is_empty());
    }
}

fn messages(found: &[Finding]) -> Vec<&str> {
    found
        .iter()
        .map(|finding| finding.message.as_str())
        .collect()
}

fn integrations() -> Vec<Integration> {
    let definitions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions");
    let Compilation {
        integrations,
        diagnostics,
        ..
    } = compile(&load(&definitions));
    assert!(!diagnostics.has_errors());
    assert_eq!(integrations.len(), 4);
    integrations
}

/// A definition as an OpenAPI document.
fn document(integration: &Integration) -> Value {
    let mut paths = Map::new();
    for operation in &integration.operations {
        let mut path: String = parts(&operation.path);
        // Two endpoints at one path are told apart by what is always in the query.
        for (index, (name, value)) in operation.query.iter().enumerate() {
            path.push_str(&format!(
                "{}{name}={value}",
                if index == 0 { "?" } else { "&" }
            ));
        }
        let verb = match operation.http {
            Http::Get => "get",
            Http::Post => "post",
            Http::Put => "put",
            Http::Patch => "patch",
            Http::Delete => "delete",
        };
        paths.entry(path).or_insert_with(|| json!({}))[verb] = endpoint(integration, operation);
    }
    let schemas = integration.types.iter();
    let schemas: Map<String, Value> = schemas
        .map(|ty| (ty.name.value.clone(), object(integration, &ty.fields)))
        .collect();
    json!({ "openapi": "3.0.3", "paths": paths, "components": { "schemas": schemas } })
}

fn endpoint(integration: &Integration, operation: &Operation) -> Value {
    let mut parameters = Vec::new();
    for arg in &operation.args {
        let (name, place) = match &arg.place {
            Place::Url
                if operation
                    .path
                    .contains(&PathPart::Argument(arg.name.value.clone())) =>
            {
                (&arg.name.value, "path")
            }
            Place::Query { api_name, .. } => (api_name, "query"),
            Place::Header { api_name } => (api_name, "header"),
            _ => continue,
        };
        let schema = schema(integration, &arg.shape);
        let required = arg.required;
        parameters
            .push(json!({ "name": name, "in": place, "required": required, "schema": schema }));
    }
    let style = operation
        .pagination
        .map(|index| &integration.pagination[index]);
    for name in style.map(|style| style.parameters()).unwrap_or_default() {
        parameters.push(json!({ "name": name, "in": "query", "schema": {} }));
    }
    let mut endpoint = json!({
        "servers": [{ "url": origin(&integration.hosts[operation.host]) }],
        "parameters": parameters,
        "responses": { "200": { "description": "It.", "content": { "application/json": {
            "schema": answer(integration, operation)
        } } } },
    });
    let media = match &operation.body {
        Body::None => return endpoint,
        Body::Json { .. } => "application/json",
        Body::Form { .. } => "application/x-www-form-urlencoded",
        Body::Multipart { .. } => "multipart/form-data",
    };
    endpoint["requestBody"] =
        json!({ "content": { media: { "schema": body(integration, operation) } } });
    endpoint
}

fn origin(host: &Host) -> String {
    match &host.origin {
        Origin::Fixed(url) => url.clone(),
        Origin::Template(pieces) => parts(pieces),
        Origin::Table { urls, .. } => urls[0].1.clone(),
    }
}

fn parts(parts: &[PathPart]) -> String {
    let parts = parts.iter().map(|part| match part {
        PathPart::Literal(text) => text.clone(),
        PathPart::Argument(name) | PathPart::Segments(name) | PathPart::Connection(name) => {
            format!("{{{name}}}")
        }
    });
    parts.collect()
}

fn body(integration: &Integration, operation: &Operation) -> Value {
    let mut whole = json!({});
    let mut put = |at: &[String], required: bool, inner: Value| {
        let mut here = &mut whole;
        for name in at {
            if required {
                let mut names = here["required"].as_array().cloned().unwrap_or_default();
                if !names.contains(&json!(name)) {
                    names.push(json!(name));
                }
                here["required"] = json!(names);
            }
            here = &mut here["properties"][name];
        }
        *here = inner;
    };
    for arg in &operation.args {
        if let Arg {
            place: Place::Body { at, integer },
            ..
        } = arg
        {
            let inner = match integer {
                true => json!({ "type": "integer" }),
                false => schema(integration, &arg.shape),
            };
            put(at, arg.required, inner);
        }
    }
    let Body::Json { wrap, constants } = &operation.body else {
        return whole;
    };
    for (at, _) in constants {
        put(at, true, json!({}));
    }
    wrapped(wrap, whole)
}

fn answer(integration: &Integration, operation: &Operation) -> Value {
    let response = &operation.response;
    let inner = schema(integration, &response.shape);
    let inner = match response.form {
        ResponseForm::Rows { .. } => json!({ "type": "array", "items": inner }),
        _ => inner,
    };
    let mut whole = wrapped(&response.at.value, inner);
    let Some(index) = operation.pagination else {
        return whole;
    };
    let style = &integration.pagination[index];
    let next = match &style.style {
        PageStyle::Cursor { next, .. } | PageStyle::PageThenToken { next, .. } => Some(next),
        _ => None,
    };
    let stop = match &style.stop {
        Stop::More(place) | Stop::Total(place) => Some(place),
        _ => None,
    };
    for place in next.into_iter().chain(stop) {
        let mut here = &mut whole;
        for step in &place.value {
            let Step::Key(name) = step else { continue };
            here = &mut here["properties"][name];
        }
        *here = json!({});
    }
    whole
}

fn wrapped(steps: &[Step], inner: Value) -> Value {
    steps.iter().rev().fold(inner, |inner, step| match step {
        Step::Key(name) => json!({ "type": "object", "properties": { name: inner } }),
        Step::Index(_) | Step::Each => json!({ "type": "array", "items": inner }),
    })
}

fn object(integration: &Integration, fields: &[Field]) -> Value {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|field| {
            let mut inner = match field.integer {
                true => json!({ "type": "integer" }),
                false => schema(integration, &field.shape),
            };
            let is_any = matches!(field.shape, Shape::Any);
            inner["nullable"] = json!(field.nullable || is_any);
            (field.api_name.clone(), inner)
        })
        .collect();
    let required = fields.iter().filter(|field| field.required);
    let required: Vec<&str> = required.map(|field| field.api_name.as_str()).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn schema(integration: &Integration, shape: &Shape) -> Value {
    match shape {
        Shape::String(rule) | Shape::Text(rule) if !rule.one_of.is_empty() => {
            json!({ "type": "string", "enum": rule.values() })
        }
        Shape::String(_) | Shape::Text(_) => json!({ "type": "string" }),
        Shape::Integer { .. } => json!({ "type": "integer" }),
        Shape::Number { .. } => json!({ "type": "number" }),
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Array { items, .. } => {
            json!({ "type": "array", "items": schema(integration, items) })
        }
        Shape::Object(fields) => object(integration, fields),
        Shape::Named(index) => {
            let name = &integration.types[*index].name.value;
            json!({ "allOf": [{ "$ref": format!("#/components/schemas/{name}") }] })
        }
        Shape::Map(values) => {
            json!({ "type": "object", "additionalProperties": schema(integration, values) })
        }
        Shape::Any => json!({}),
    }
}
