//! What `toolwright drift` found in answers: one JSON object a line.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::value::written;
use super::{Change, Class, Finding, Kind, Mend};
use crate::diagnostics::tidy;
use crate::import::definition::Value;
use crate::model::{Field, Integration, ObjectType, Operation, Shape};
use crate::names::accessor;
use crate::span::Span;

/// A line of the report.
#[derive(Debug, Deserialize)]
struct Line {
    kind: String,
    integration: String,
    operation: String,
    #[serde(rename = "type")]
    ty: Option<String>,
    part: String,
    field: String,
    found: Option<Json>,
    seen: u64,
    of: u64,
    values: Option<Vec<String>>,
}

/// Reads findings, those of one integration where a slug is given.
///
/// # Errors
/// The line that is none, or that is about what the definitions do not have, and why.
pub fn read(
    text: &str,
    integrations: &[Integration],
    slug: Option<&str>,
) -> Result<Vec<Finding>, String> {
    let mut findings: Vec<(Line, Finding)> = Vec::new();
    // A declared type shows in the answers of several operations.
    let mut known: BTreeMap<(Kind, Span, String), usize> = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let at = |problem: String| tidy(format!("line {number}: {problem}"));
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(line).map_err(|error| at(error.to_string()))?;
        if slug.is_some_and(|slug| slug != line.integration) {
            continue;
        }
        let Some(found) = finding(&line, integrations).map_err(at)? else {
            continue;
        };
        let key = found
            .span
            .map(|span| (found.kind, span, line.field.clone()));
        let first = key.as_ref().and_then(|key| known.get(key)).copied();
        match first.and_then(|first| findings.get_mut(first)) {
            Some((first, found)) => {
                first.join(line);
                if let Some(joined) = finding(first, integrations).map_err(at)? {
                    *found = joined;
                }
            }
            None => {
                known.extend(key.map(|key| (key, findings.len())));
                findings.push((line, found));
            }
        }
    }
    Ok(findings.into_iter().map(|(_, finding)| finding).collect())
}

/// A finding. None where the definition says so by now.
fn finding(line: &Line, integrations: &[Integration]) -> Result<Option<Finding>, String> {
    let Line {
        integration: slug,
        operation: name,
        field,
        seen,
        of,
        ..
    } = line;
    let integration = integrations.iter().find(|one| &one.slug == slug);
    let integration = integration.ok_or_else(|| format!("there is no integration `{slug}`"))?;
    let operation = integration.operations.iter().find(|one| &one.name == name);
    let operation = operation.ok_or_else(|| format!("there is no operation `{name}`"))?;
    let kind = match line.kind.as_str() {
        "undeclared_field" => Kind::UndeclaredField,
        "missing_field" => Kind::MissingField,
        "wrong_type" => Kind::WrongType,
        "unexpected_null" => Kind::UnexpectedNull,
        "new_enum_value" => Kind::NewEnumValue,
        "malformed_identifier" => Kind::MalformedIdentifier,
        "unreadable" => Kind::AnswerGone,
        other => return Err(format!("`{other}` is no kind of finding")),
    };
    let holder = holder(line, integration, operation).filter(|_| kind != Kind::AnswerGone);
    let declared = holder.as_ref().and_then(|holder| {
        let mut fields = holder.fields.iter();
        fields.find(|declared| &declared.api_name == field)
    });
    if holder.is_some() && is_mended(line, kind, declared, &integration.types) {
        return Ok(None);
    }
    let part = match (&line.ty, kind) {
        (_, Kind::AnswerGone) => "response".to_owned(),
        (Some(_), _) => field.clone(),
        (None, _) => line.part.clone(),
    };
    let how_often = format!("{seen} of {of}");
    let message = match kind {
        Kind::UndeclaredField => format!("`{part}` is not declared; {how_often} have it"),
        Kind::MissingField => format!("`{part}` is missing in {how_often}"),
        Kind::WrongType => {
            let ours = declared.map(|field| written(&field.shape, &integration.types));
            let ours = ours.unwrap_or_else(|| "declared".to_owned());
            let seen = line.found.as_ref().and_then(Json::as_str);
            let seen = seen
                .map(|seen| format!("; `{seen}` fits all"))
                .unwrap_or_default();
            format!("`{part}` is `{ours}` here, and has another type in {how_often}{seen}")
        }
        Kind::UnexpectedNull => format!("`{part}` is null in {how_often}"),
        Kind::NewEnumValue => format!("`{part}` has further values in {how_often}"),
        Kind::MalformedIdentifier => {
            format!("`{part}` does not match the pattern of its kind in {how_often}")
        }
        _ => format!("the rows are not where the definition says in {how_often}"),
    };
    let class = match kind {
        Kind::UndeclaredField | Kind::NewEnumValue => Class::Lacks,
        _ => Class::Contradicts,
    };
    let span = declared.map(|declared| declared.span);
    let span = span.or(holder.as_ref().map(|holder| holder.span));
    let mend = holder
        .as_ref()
        .and_then(|holder| mend(line, kind, holder.span, declared));
    let values = line.values.as_ref().map(|values| json!(values));
    Ok(Some(Finding {
        operation: Some(name.clone()),
        ty: line.ty.clone(),
        part,
        span: span.or(Some(operation.response.span)),
        found: values.or_else(|| line.found.clone()),
        mend,
        ..Finding::new(class, kind, slug, message)
    }))
}

/// Whether the definition says by now what was found.
fn is_mended(line: &Line, kind: Kind, declared: Option<&Field>, types: &[ObjectType]) -> bool {
    let Some(field) = declared else {
        return kind != Kind::UndeclaredField;
    };
    let rule = match &field.shape {
        Shape::String(rule) | Shape::Text(rule) => Some(rule),
        _ => None,
    };
    match kind {
        Kind::UndeclaredField => true,
        Kind::MissingField => !field.required,
        Kind::UnexpectedNull => field.nullable || matches!(field.shape, Shape::Any),
        Kind::WrongType => {
            let found = line
                .found
                .as_ref()
                .and_then(Json::as_str)
                .unwrap_or_default();
            let ours = written(&field.shape, types);
            joined_types(&ours, found.trim_end_matches('?')) == ours
        }
        Kind::NewEnumValue => {
            let is_listed =
                |value: &String| rule.is_some_and(|rule| rule.values().contains(&value.as_str()));
            line.values
                .as_ref()
                .is_some_and(|values| values.iter().all(is_listed))
        }
        _ => false,
    }
}

/// What has the field: a declared type, or an object in its place.
struct Holder<'a> {
    span: Span,
    fields: &'a [Field],
}

fn holder<'a>(
    line: &Line,
    integration: &'a Integration,
    operation: &'a Operation,
) -> Option<Holder<'a>> {
    let declared = |index: usize| {
        let ty = integration.types.get(index)?;
        Some(Holder {
            span: ty.name.span,
            fields: &ty.fields,
        })
    };
    if let Some(name) = &line.ty {
        let index = integration
            .types
            .iter()
            .position(|ty| &ty.name.value == name)?;
        return declared(index);
    }
    let place = line.part.strip_suffix(line.field.as_str())?;
    let mut here = object(
        &operation.response.shape,
        operation.response.span,
        &declared,
    );
    for name in place.split('.') {
        let name = name.trim_end_matches(['[', ']', '{', '}']);
        // A key that is data has no name.
        if matches!(name, "" | "*") {
            continue;
        }
        let field = here?.fields.iter().find(|field| field.api_name == name)?;
        here = object(&field.shape, field.span, &declared);
    }
    here
}

/// The object that a value is, or that its elements are.
fn object<'a>(
    shape: &'a Shape,
    span: Span,
    declared: &dyn Fn(usize) -> Option<Holder<'a>>,
) -> Option<Holder<'a>> {
    match shape {
        Shape::Object(fields) => Some(Holder { span, fields }),
        Shape::Named(index) => declared(*index),
        Shape::Array { items: inner, .. } | Shape::Map(inner) => object(inner, span, declared),
        _ => None,
    }
}

fn mend(line: &Line, kind: Kind, holder: Span, declared: Option<&Field>) -> Option<Mend> {
    let of_field = |change: Change| {
        Some(Mend {
            at: declared?.span,
            within: &[],
            change,
        })
    };
    match kind {
        Kind::UndeclaredField => Some(Mend {
            at: holder,
            within: &["fields"],
            change: Change::Add(value(&line.field, line.found.as_ref()?)?),
        }),
        Kind::MissingField => of_field(Change::Remove("required")),
        Kind::WrongType => of_field(Change::Type(line.found.as_ref()?.as_str()?.to_owned())),
        Kind::UnexpectedNull => of_field(Change::Nullable),
        Kind::NewEnumValue => of_field(Change::Values(line.values.clone()?)),
        _ => None,
    }
}

/// A value in the notation of the language: its type, or an object that says more.
fn value(name: &str, found: &Json) -> Option<Value> {
    let (ty, fields) = match found {
        Json::String(ty) => (ty.clone(), Vec::new()),
        _ => {
            let fields = found.get("fields")?.as_object()?.iter();
            let fields = fields.map(|(name, found)| value(name, found));
            let ty = found.get("type").and_then(Json::as_str).unwrap_or("object");
            (ty.to_owned(), fields.collect::<Option<_>>()?)
        }
    };
    Some(Value {
        name: name.to_owned(),
        ty,
        // Of a name with dots only the last part would count.
        rename: name.contains('.').then(|| accessor(name)),
        fields,
        ..Value::default()
    })
}

impl Line {
    /// Takes in what was found of the same field in other answers.
    fn join(&mut self, other: Self) {
        self.found = match (self.found.take(), other.found) {
            (Some(one), Some(other)) => Some(joined(&one, &other)),
            (one, other) => one.or(other),
        };
        for word in other.values.into_iter().flatten() {
            let words = self.values.get_or_insert_default();
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
}

/// What fits two values, in the notation of the language.
fn joined(one: &Json, other: &Json) -> Json {
    let fields = |found: &Json| found.get("fields").and_then(Json::as_object).cloned();
    match (one, other, fields(one), fields(other)) {
        (Json::String(one), Json::String(other), ..) => json!(joined_types(one, other)),
        (_, _, Some(mut fields), Some(others)) => {
            let ty = |found: &Json| {
                let ty = found.get("type").and_then(Json::as_str);
                ty.unwrap_or("object").to_owned()
            };
            let ty = joined_types(&ty(one), &ty(other));
            if ty == "any" {
                return json!(ty);
            }
            for (name, found) in others {
                let found = match fields.get(&name) {
                    Some(known) => joined(known, &found),
                    None => found,
                };
                fields.insert(name, found);
            }
            json!({ "type": ty, "fields": fields })
        }
        _ => json!("any"),
    }
}

/// The type of what is of one type here and of another there.
fn joined_types(one: &str, other: &str) -> String {
    let plain = |ty: &str| ty.trim_end_matches('?').to_owned();
    let mark = if one.ends_with('?') || other.ends_with('?') {
        "?"
    } else {
        ""
    };
    let is_number = |ty: &str| matches!(ty, "integer" | "number");
    let is_text = |ty: &str| is_number(ty) || matches!(ty, "string" | "text");
    let ty = match (plain(one), plain(other)) {
        (one, other) if one == other => one,
        (one, other) if is_number(&one) && is_number(&other) => "number".to_owned(),
        (one, other) if is_text(&one) && is_text(&other) => "text".to_owned(),
        _ => return "any".to_owned(),
    };
    format!("{ty}{mark}")
}
