//! Where answers and definitions part: what is made of the counts.

use serde_json::{Map, Value, json};
use toolwright_runtime::json_path;
use toolwright_runtime::table::{Field, Integration, Operation, Response, ResponseForm};

use super::comparison::Shared;
use super::found::{self, Found};
use super::name;
use super::tally::{FieldTally, Tally, below};

/// A difference between answers and a definition.
#[derive(Debug)]
pub(crate) struct Finding {
    /// What it is.
    pub(crate) kind: Kind,
    integration: &'static str,
    /// The operation whose answers differ.
    pub(crate) operation: &'static str,
    /// The declared type that has the field; `None` in an object without a name.
    type_name: Option<&'static str>,
    /// The place below a row or the record; in an answer, where that cannot be read.
    pub(crate) part: String,
    field: String,
    /// What the definition says, in its own notation.
    pub(crate) declared: Option<String>,
    /// What it would have to say, likewise.
    pub(crate) found: Option<Value>,
    /// In how many of the objects it is so; of answers where they cannot be read.
    pub(crate) seen: u64,
    /// How many there were.
    pub(crate) of: u64,
    /// The new values, where they are asked for and look like words.
    pub(crate) values: Option<Vec<String>>,
}

/// What a difference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The definition does not have the field.
    UndeclaredField,
    /// It is required and was missing.
    MissingField,
    /// It has another type.
    WrongType,
    /// It was null, and the definition has no `?`.
    UnexpectedNull,
    /// It has a value that is not in `enum`.
    NewEnumValue,
    /// It does not match the pattern of its kind of identifier.
    MalformedIdentifier,
    /// The answer is no JSON, or the rows are not where the definition says.
    Unreadable,
}

impl Kind {
    /// Its name in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::UndeclaredField => "undeclared_field",
            Self::MissingField => "missing_field",
            Self::WrongType => "wrong_type",
            Self::UnexpectedNull => "unexpected_null",
            Self::NewEnumValue => "new_enum_value",
            Self::MalformedIdentifier => "malformed_identifier",
            Self::Unreadable => "unreadable",
        }
    }
}

impl Finding {
    /// As an object for programs; what does not apply is left out.
    pub(crate) fn to_json(&self) -> Value {
        let mut object = Map::new();
        let mut set = |name: &str, value: Value| object.insert(name.to_owned(), value);
        set("kind", self.kind.name().into());
        set("integration", self.integration.into());
        set("operation", self.operation.into());
        set("type", json!(self.type_name));
        set("part", self.part.as_str().into());
        set("field", self.field.as_str().into());
        if let Some(declared) = &self.declared {
            set("declared", declared.as_str().into());
        }
        if let Some(found) = &self.found {
            set("found", found.clone());
        }
        set("seen", self.seen.into());
        set("of", self.of.into());
        if let Some(values) = &self.values {
            set("values", json!(values));
        }
        Value::Object(object)
    }
}

/// The differences of an operation, place by place, with what the fields look like in all answers. With
/// `shows_words`, new values of an enum that look like words are told.
pub(crate) fn findings(
    integration: &Integration,
    operation: &'static Operation,
    tally: &Tally,
    shared: &Shared<'_>,
    shows_words: bool,
) -> Vec<Finding> {
    let (integration, name) = (integration.slug, operation.name);
    let mut all = Vec::new();
    if tally.unreadable > 0 {
        all.push(Finding {
            kind: Kind::Unreadable,
            integration,
            operation: name,
            type_name: None,
            part: json_path::display(operation.response.at),
            field: String::new(),
            declared: Some(whole(&operation.response)),
            found: None,
            seen: tally.unreadable,
            of: tally.answers,
            values: None,
        });
    }
    for (place, objects) in &tally.objects {
        let new = |kind, field: &str| Finding {
            kind,
            integration,
            operation: name,
            type_name: (!objects.shape.name.is_empty()).then_some(objects.shape.name),
            part: below(place, field),
            field: field.to_owned(),
            declared: None,
            found: None,
            seen: 0,
            of: objects.count,
            values: None,
        };
        let none = FieldTally::default();
        for field in objects.shape.fields {
            let tally = objects.fields.get(field.name).unwrap_or(&none);
            let found = shared.found(integration, objects, field.name, tally);
            all.extend(of_declared(
                field,
                objects.count,
                tally,
                found,
                shows_words,
                &new,
            ));
        }
        let is_declared = |name: &str| objects.shape.fields.iter().any(|field| field.name == name);
        let others = objects.fields.iter().filter(|(name, _)| !is_declared(name));
        all.extend(others.map(|(name, tally)| {
            Finding {
                // No field could be declared for keys that are data.
                found: (name != name::DATA)
                    .then(|| shared.found(integration, objects, name, tally).notation()),
                seen: tally.present,
                ..new(Kind::UndeclaredField, name)
            }
        }));
    }
    all
}

/// The differences at a field that is declared, in so many objects. `wider` is what it looks like.
fn of_declared(
    field: &Field,
    count: u64,
    tally: &FieldTally,
    mut wider: Found,
    shows_words: bool,
    new: &dyn Fn(Kind, &str) -> Finding,
) -> Vec<Finding> {
    let ty = found::declared(&field.shape);
    let question = if field.nullable && ty != "any" {
        "?"
    } else {
        ""
    };
    let finding = |kind, seen, found: Option<Value>| Finding {
        declared: Some(format!("{ty}{question}")),
        found,
        seen,
        ..new(kind, field.name)
    };
    let missing = if field.required {
        count - tally.present
    } else {
        0
    };
    // What the definition knows about null stays true.
    wider.is_nullable |= field.nullable;
    let null = if field.nullable || ty == "any" {
        0
    } else {
        tally.null
    };
    let words: Vec<String> = tally.words.iter().cloned().collect();
    let words = (shows_words && !words.is_empty()).then_some(words);
    let differences = [
        finding(Kind::MissingField, missing, None),
        finding(Kind::WrongType, tally.wrong, Some(wider.notation())),
        finding(Kind::UnexpectedNull, null, Some(format!("{ty}?").into())),
        Finding {
            values: words,
            ..finding(
                Kind::NewEnumValue,
                tally.new,
                Some(format!("{ty}{question}").into()),
            )
        },
        finding(
            Kind::MalformedIdentifier,
            tally.malformed,
            Some(format!("{ty}{question}").into()),
        ),
    ];
    differences
        .into_iter()
        .filter(|finding| finding.seen > 0)
        .collect()
}

/// The places of declared fields that were in none of the objects that could have them.
pub(crate) fn never_seen(tally: &Tally) -> Vec<String> {
    let places = tally.objects.iter().flat_map(|(place, objects)| {
        let fields = objects.shape.fields.iter();
        let unseen =
            fields.filter(|field| !field.required && !objects.fields.contains_key(field.name));
        unseen.map(move |field| below(place, field.name))
    });
    places.collect()
}

/// What an operation answers, as the definition says it: `user[]`.
fn whole(response: &Response) -> String {
    let list = match response.form {
        ResponseForm::Rows { .. } => "[]",
        ResponseForm::RowOfOne | ResponseForm::Record | ResponseForm::Empty => "",
    };
    found::declared(&response.shape) + list
}
