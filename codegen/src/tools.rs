//! Tools: what an agent sees of a documented operation, as the MCP object that is served.

pub(crate) mod words;

use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use crate::check::Findings;
use crate::diagnostics::Diagnostics;
use crate::model::{Docs, Field, Integration, Operation, ResponseForm, Shape, StringRule, Tool};
use crate::syntax::{Effect, Format};

/// How many declared types may stand inside each other in an output schema: types that refer to each
/// other would make it grow without bounds.
pub(crate) const DEEPEST_TYPE: usize = 3;
/// The longest description that every client takes (OpenAI refuses more).
const LONGEST_DESCRIPTION: usize = 1024;

/// Makes a tool of each documented operation.
pub fn add(integrations: &mut [Integration], findings: &Findings, diagnostics: &mut Diagnostics) {
    for integration in integrations {
        for kind in &mut integration.identifiers {
            let key = (integration.slug.clone(), kind.name.value.clone());
            kind.from = findings.sources.get(&key).cloned().unwrap_or_default();
        }
        let mut operations = std::mem::take(&mut integration.operations);
        for operation in &mut operations {
            if findings.documented.contains(&operation.name)
                && let Some(docs) = &operation.docs
            {
                operation.tool = tool(integration, operation, docs, diagnostics);
            }
        }
        integration.operations = operations;
    }
}

fn tool(
    integration: &Integration,
    operation: &Operation,
    docs: &Docs,
    diagnostics: &mut Diagnostics,
) -> Option<Tool> {
    let (title, description) = (docs.title.as_ref()?, docs.description.as_ref()?);
    let (returns, source) = (docs.returns.as_ref()?, docs.source.as_ref()?);
    let text = words::of_tool(integration, operation, description, returns);
    let length = text.chars().count();
    if length > LONGEST_DESCRIPTION {
        diagnostics.description_too_long(description.span, length, LONGEST_DESCRIPTION);
    }
    let mut json = json!({
        "name": operation.name,
        "title": title.value,
        "description": text,
        "inputSchema": input_schema(integration, operation),
        "outputSchema": output_schema(integration, operation),
        "annotations": {
            "title": title.value,
            "readOnlyHint": operation.effect == Effect::Read,
            "destructiveHint": operation.destructive,
            "idempotentHint": operation.idempotent,
            "openWorldHint": operation.open_world,
        },
    });
    let contract = contract_hash(&json);
    if let Json::Object(members) = &mut json {
        members.insert(
            "_meta".to_owned(),
            json!({ "toolwright/contract": &contract }),
        );
    }
    Some(Tool {
        title: title.value.clone(),
        description: text,
        source: source.value.clone(),
        contract,
        json,
    })
}

/// A short hash of everything a client approves, over canonical JSON: members in order, no spaces.
fn contract_hash(tool: &Json) -> String {
    let digest = Sha256::digest(canonical(tool).to_string());
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn canonical(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let mut members: Vec<_> = members
                .iter()
                .map(|(name, value)| (name.clone(), canonical(value)))
                .collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            Json::Object(members.into_iter().collect())
        }
        Json::Array(items) => items.iter().map(canonical).collect(),
        scalar => scalar.clone(),
    }
}

fn input_schema(integration: &Integration, operation: &Operation) -> Json {
    let mut properties = Map::new();
    for arg in &operation.args {
        let description = words::of_argument(integration, arg);
        properties.insert(
            arg.name.value.clone(),
            schema(integration, &arg.shape, Some(description)),
        );
    }
    let required = operation
        .args
        .iter()
        .filter(|arg| arg.required)
        .map(|arg| arg.name.as_str());
    closed_object(properties, required.collect(), None)
}

/// An object schema that takes no other members. It has `properties` even where there are none, which
/// some clients need.
fn closed_object(
    properties: Map<String, Json>,
    required: Vec<&str>,
    about: Option<String>,
) -> Json {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.extend(about.map(|about| ("description".to_owned(), json!(about))));
    schema.insert("properties".to_owned(), Json::Object(properties));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema.insert("additionalProperties".to_owned(), json!(false));
    Json::Object(schema)
}

/// The JSON Schema of an argument: inlined, with the plain keywords that every client takes.
fn schema(integration: &Integration, shape: &Shape, about: Option<String>) -> Json {
    let mut schema = Map::new();
    let mut put = |name: &str, value: Option<Json>| {
        schema.extend(value.map(|value| (name.to_owned(), value)));
    };
    match shape {
        Shape::String(rule) | Shape::Text(rule) => {
            put("type", Some(json!("string")));
            put("description", about.map(Json::from));
            string_keywords(integration, rule, &mut put);
        }
        Shape::Integer { min, max } | Shape::Number { min, max } => {
            let name = if matches!(shape, Shape::Integer { .. }) {
                "integer"
            } else {
                "number"
            };
            put("type", Some(json!(name)));
            put("description", about.map(Json::from));
            put("minimum", min.map(Json::from));
            put("maximum", max.map(Json::from));
        }
        Shape::Boolean => {
            put("type", Some(json!("boolean")));
            put("description", about.map(Json::from));
        }
        Shape::Array { items, min, max } => {
            put("type", Some(json!("array")));
            put("description", about.map(Json::from));
            put("items", Some(self::schema(integration, items, None)));
            put("minItems", min.map(Json::from));
            put("maxItems", max.map(Json::from));
        }
        Shape::Map(values) => {
            put("type", Some(json!("object")));
            put("description", about.map(Json::from));
            let values = match **values {
                // Clients refuse schemas that say nothing.
                Shape::Any => json!(true),
                _ => self::schema(integration, values, None),
            };
            put("additionalProperties", Some(values));
        }
        Shape::Object(fields) => {
            let property = |field: &Field| {
                let about = words::described(field.description.as_ref(), field.deprecated.as_ref());
                let about = Some(about).filter(|about| !about.is_empty());
                (
                    field.api_name.clone(),
                    self::schema(integration, &field.shape, about),
                )
            };
            let properties = fields.iter().map(property).collect();
            let required = fields.iter().filter(|field| field.required);
            return closed_object(
                properties,
                required.map(|f| f.api_name.as_str()).collect(),
                about,
            );
        }
        Shape::Any | Shape::Named(_) => put("description", about.map(Json::from)),
    }
    Json::Object(schema)
}

fn string_keywords(
    integration: &Integration,
    rule: &StringRule,
    put: &mut impl FnMut(&str, Option<Json>),
) {
    let kind = rule
        .identifier
        .and_then(|index| integration.identifiers.get(index));
    let pattern = rule.pattern.as_ref().or(kind.map(|kind| &kind.pattern));
    put(
        "enum",
        (!rule.one_of.is_empty()).then(|| json!(rule.values())),
    );
    // Gemini takes no other format than this one for strings.
    put(
        "format",
        (rule.format == Some(Format::DateTime)).then(|| json!("date-time")),
    );
    put("pattern", pattern.map(|pattern| json!(pattern)));
    put("minLength", rule.min_length.map(Json::from));
    put("maxLength", rule.max_length.map(Json::from));
}

/// The JSON Schema of the result. Clients drop a whole result that does not fit, so it promises only
/// what this project makes sure of itself; what the vendor sends is described in words.
fn output_schema(integration: &Integration, operation: &Operation) -> Json {
    let record = || described(integration, &operation.response.shape, &mut Vec::new());
    match operation.response.form {
        ResponseForm::Empty => json!({
            "type": "object",
            "properties": { "ok": { "type": "boolean", "description": "True once it is done." } },
        }),
        ResponseForm::Record => {
            let mut schema = Map::from_iter([("type".to_owned(), json!("object"))]);
            if let Json::Object(members) = record() {
                schema.extend(members);
            }
            Json::Object(schema)
        }
        ResponseForm::Rows { .. } | ResponseForm::RowOfOne => {
            let mut properties = Map::new();
            properties.insert(
                "result".to_owned(),
                json!({ "type": "array", "items": record() }),
            );
            if operation
                .args
                .iter()
                .any(|arg| arg.place == crate::model::Place::Cursor)
            {
                let about = "Passed back as `next_cursor` it gives the rows after these. Missing at the end.";
                properties.insert(
                    "next_cursor".to_owned(),
                    json!({ "type": "string", "description": about }),
                );
            }
            json!({ "type": "object", "properties": properties, "required": ["result"] })
        }
    }
}

/// A schema that any value fits, and that says in words what the vendor sends.
fn described(integration: &Integration, shape: &Shape, open: &mut Vec<usize>) -> Json {
    let fields = match shape {
        Shape::Object(fields) => fields,
        Shape::Named(index) if open.len() < DEEPEST_TYPE && !open.contains(index) => {
            let Some(object) = integration.types.get(*index) else {
                return json!({});
            };
            open.push(*index);
            let schema = described_fields(integration, &object.fields, open);
            open.pop();
            return schema;
        }
        Shape::Array { items, .. } => {
            return json!({ "items": described(integration, items, open) });
        }
        _ => return json!({}),
    };
    described_fields(integration, fields, open)
}

fn described_fields(integration: &Integration, fields: &[Field], open: &mut Vec<usize>) -> Json {
    let mut properties = Map::new();
    for field in fields {
        let mut schema = Map::new();
        schema.insert("description".to_owned(), json!(words::of_answer(field)));
        if let Json::Object(inner) = described(integration, &field.shape, open) {
            schema.extend(inner);
        }
        properties.insert(field.api_name.clone(), Json::Object(schema));
    }
    json!({ "properties": properties })
}
