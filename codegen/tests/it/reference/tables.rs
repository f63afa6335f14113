//! The tables of the reference against the schema, the codes and the names of the compiler.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use toolwright_codegen::explain::{CODES, Code};
use toolwright_codegen::model::MethodKind;
use toolwright_codegen::{names, shape};

use super::REFERENCE;

/// Each mapping of the schema has a table that lists exactly its keys, with the kind of their values
/// and whether they are required; and each table of keys is one of a mapping.
#[test]
fn tables_list_the_keys_of_the_schema() {
    let schema: Json = serde_json::from_str(&shape::json_schema()).unwrap();
    let mut mappings: Vec<(&str, &Json)> = vec![("the file", &schema)];
    let definitions = schema["definitions"].as_object().unwrap();
    mappings.extend(
        definitions
            .iter()
            .map(|(name, mapping)| (name.as_str(), mapping)),
    );
    mappings.retain(|(_, mapping)| !properties(mapping).is_empty());

    let tables: Vec<Table> = tables().into_iter().filter(Table::is_of_keys).collect();
    let mut described = vec![false; tables.len()];
    let mut inside = BTreeSet::new();
    let mut missing = Vec::new();
    for (name, mapping) in mappings {
        let mut is_described = false;
        let mut problems = Vec::new();
        for (table, described) in tables.iter().zip(&mut described) {
            match describes(&schema, mapping, &table.keys()) {
                Ok(inner) => {
                    (is_described, *described) = (true, true);
                    inside.extend(inner);
                }
                Err(problem) => problems.extend(problem),
            }
        }
        if !is_described {
            let keys: Vec<String> = properties(mapping)
                .into_iter()
                .map(|(key, _)| key)
                .collect();
            missing.push((name, format!("{name} {keys:?}: {problems:?}")));
        }
    }
    missing.retain(|(name, _)| !inside.contains(*name));
    assert!(
        missing.is_empty(),
        "without a table that fits: {missing:#?}"
    );
    for (table, described) in tables.iter().zip(described) {
        assert!(
            described,
            "the table of line {} is of nothing in the schema",
            table.line
        );
    }
}

#[test]
fn every_word_of_the_schema_is_explained() {
    let schema: Json = serde_json::from_str(&shape::json_schema()).unwrap();
    for (name, definition) in schema["definitions"].as_object().unwrap() {
        let choices = definition["oneOf"].as_array().into_iter().flatten();
        for word in choices.filter_map(|choice| choice["const"].as_str()) {
            assert!(
                REFERENCE.contains(&format!("`{word}`")),
                "`{word}` of {name}"
            );
        }
    }
}

#[test]
fn the_table_of_codes_is_complete() {
    let table = tables()
        .into_iter()
        .find(|table| table.head[0] == "code")
        .unwrap();
    let shown: Vec<String> = table.rows.iter().map(|row| row.join(" | ")).collect();
    let cells = |code: &Code| format!("{} | {}", code.code, code.title);
    let known: Vec<String> = CODES
        .chunks(2)
        .map(|pair| pair.iter().map(cells).collect::<Vec<_>>().join(" | "))
        .collect();
    assert!(shown == known, "it should be\n| {} |", known.join(" |\n| "));
}

#[test]
fn tools_are_named_as_shown() {
    let table = tables()
        .into_iter()
        .find(|table| table.head[0] == "method")
        .unwrap();
    assert_eq!(table.rows.len(), 6);
    for row in table.rows {
        let method = code_of(row[0].rsplit(' ').next().unwrap());
        let kind = MethodKind::of(method);
        let name = names::tool_name(
            "acme",
            names::article("acme"),
            "users",
            "user",
            kind,
            method,
        );
        assert_eq!(code_of(&row[2]), name);
    }
}

/// A table of the reference.
struct Table {
    line: usize,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// A key, as a table or the schema has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    name: String,
    /// What its value is: `list of strings`.
    value: String,
    required: bool,
}

fn tables() -> Vec<Table> {
    let lines: Vec<(usize, &str)> = (1..).zip(REFERENCE.lines()).collect();
    let groups = lines.chunk_by(|(_, a), (_, b)| a.starts_with('|') == b.starts_with('|'));
    groups
        .filter(|group| group[0].1.starts_with('|'))
        .map(|group| {
            let mut rows = group.iter().map(|(_, line)| cells(line));
            let head = rows.next().unwrap();
            Table {
                line: group[0].0,
                head,
                rows: rows.skip(1).collect(),
            }
        })
        .collect()
}

fn cells(row: &str) -> Vec<String> {
    let row = row.replace("\\|", "\0");
    let row = row.trim_matches(['|', ' ']);
    row.split('|')
        .map(|cell| cell.trim().replace('\0', "|"))
        .collect()
}

fn code_of(cell: &str) -> &str {
    cell.trim_matches('`')
}

impl Table {
    fn is_of_keys(&self) -> bool {
        self.head[0].starts_with("key") || self.head[0] == "section"
    }

    fn keys(&self) -> Vec<Key> {
        let default = self.head.iter().position(|head| head == "default");
        let mut keys = Vec::new();
        for row in &self.rows {
            for name in row[0].split(", ") {
                let required = default.is_some_and(|column| row[column] == "required");
                let (name, value) = (code_of(name).to_owned(), row[1].clone());
                keys.push(Key {
                    name,
                    value,
                    required,
                });
            }
        }
        keys
    }
}

/// Whether keys are those of a mapping. A key with a dot is one of the mapping before the dot; the
/// names of mappings that are described in this way are handed back.
///
/// # Errors
/// What is wrong; nothing where the keys are those of another mapping.
fn describes(schema: &Json, mapping: &Json, shown: &[Key]) -> Result<Vec<String>, Option<String>> {
    let mut own: Vec<Key> = shown
        .iter()
        .filter(|key| !key.name.contains('.'))
        .cloned()
        .collect();
    let mut known = keys(schema, mapping);
    own.sort();
    known.sort();
    if !own
        .iter()
        .map(|key| &key.name)
        .eq(known.iter().map(|key| &key.name))
    {
        return Err(None);
    }
    if let Some((shown, known)) = own.iter().zip(&known).find(|(shown, known)| shown != known) {
        return Err(Some(format!("{shown:?} should be {known:?}")));
    }
    let mut inside = Vec::new();
    for key in own {
        let prefix = format!("{}.", key.name);
        let inner = shown.iter().filter_map(|shown| {
            let name = shown.name.strip_prefix(&prefix)?.to_owned();
            Some(Key {
                name,
                ..shown.clone()
            })
        });
        let inner: Vec<Key> = inner.collect();
        if !inner.is_empty() {
            let target = target(&properties(mapping)[&key.name]);
            inside.extend(describes(schema, &schema["definitions"][&target], &inner)?);
            inside.push(target);
        }
    }
    Ok(inside)
}

/// The keys that the schema of a mapping allows; for a choice, all of them.
fn keys(schema: &Json, mapping: &Json) -> Vec<Key> {
    let required = |name: &str| {
        let names = mapping["required"].as_array();
        names.is_some_and(|names| names.iter().any(|required| required == name))
    };
    let key = |(name, value): (&String, &Json)| Key {
        name: name.clone(),
        value: kind(schema, value).to_owned(),
        required: required(name),
    };
    properties(mapping).iter().map(key).collect()
}

fn properties(mapping: &Json) -> Map<String, Json> {
    let choices = mapping["oneOf"].as_array().into_iter().flatten();
    let parts = choices
        .chain([mapping])
        .filter_map(|part| part["properties"].as_object());
    parts
        .flatten()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The name of the definition that a schema refers to, alone or for each element.
fn target(value: &Json) -> String {
    let places = [
        "/$ref",
        "/allOf/0/$ref",
        "/items/$ref",
        "/additionalProperties/$ref",
    ];
    let reference = places
        .iter()
        .find_map(|place| value.pointer(place)?.as_str())
        .unwrap_or_default();
    reference.rsplit('/').next().unwrap_or_default().to_owned()
}

/// What the reference calls a value of that schema.
fn kind(schema: &Json, value: &Json) -> &'static str {
    let resolved = match value.get("type") {
        None => &schema["definitions"][&target(value)],
        Some(_) => value,
    };
    let is_word = |choices: &Vec<Json>| choices.iter().all(|choice| choice.get("const").is_some());
    match (resolved["type"].as_str(), resolved["oneOf"].as_array()) {
        (Some("string"), _) => "string",
        (Some("integer"), _) => "integer",
        (Some("boolean"), _) => "boolean",
        (Some("object"), _) => "mapping",
        (Some("array"), _) => match kind(schema, &resolved["items"]) {
            "string" => "list of strings",
            "word" => "list of words",
            "mapping" => "list of mappings",
            _ => "list",
        },
        (None, Some(choices)) if is_word(choices) => "word",
        (None, Some(_)) => "mapping",
        _ => "any",
    }
}
