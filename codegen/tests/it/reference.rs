//! The reference of the language, `definitions/README.md`, is true: its examples compile, its tables
//! list the keys of the schema and the codes of the compiler, and what it shows is what comes out.
//!
//! An example that starts with `version:` is a whole definition. Every other one belongs to the first
//! of these: it takes the place of what that declares under the same names, and adds the rest. One
//! that starts with a method stands below `resources:`, `users:`, `methods:`.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use toolwright_codegen::diagnostics::{Diagnostic, Severity};
use toolwright_codegen::explain::CODES;
use toolwright_codegen::load::Sources;
use toolwright_codegen::model::MethodKind;
use toolwright_codegen::{Compilation, compile, names, render, shape};

const REFERENCE: &str = include_str!("../../../definitions/README.md");

/// What an example declares for others to use is never used in it.
const UNUSED: &str = "D024";

/// The sections that are declared as a whole; the entries of all others are declared by name.
const WHOLE_SECTIONS: [&str; 5] = ["integration", "auth", "errors", "rate_limit", "sandbox"];

#[test]
fn every_example_compiles() {
    let examples = blocks("yaml");
    assert!(examples.len() > 15, "{} examples", examples.len());
    let wrong: Vec<String> = examples.into_iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

/// What is wrong with an example. Those that are not whole need not be tools.
fn wrong((line, example): (usize, &str)) -> Option<String> {
    let sources = sources(example);
    let Compilation { diagnostics, .. } = compile(&sources);
    let is_whole = is_whole(&parsed(example));
    let counts = |found: &&Diagnostic| {
        is_whole || (found.severity == Severity::Error && found.code != UNUSED)
    };
    let wrong = diagnostics.sorted().into_iter().filter(counts);
    let wrong: Vec<String> = wrong.map(|found| render::plain(found, &sources)).collect();
    (!wrong.is_empty()).then(|| format!("the example of line {line}:\n{}", wrong.join("\n\n")))
}

#[test]
fn the_first_example_becomes_the_tool_that_is_shown() {
    let compilation = compile(&sources(blocks("yaml")[0].1));
    assert_eq!(compilation.diagnostics.count(Severity::Warning), 0);
    let shown: Json = serde_json::from_str(blocks("json")[0].1).unwrap();
    let mut operations = compilation.integrations[0].operations.iter();
    let operation = operations.find(|operation| operation.name == shown["name"]).unwrap();
    let mut tool = operation.tool.as_ref().unwrap().json.clone();
    for hidden in ["outputSchema", "_meta"] {
        tool.as_object_mut().unwrap().remove(hidden).unwrap();
    }
    assert_eq!(shown, tool, "{tool:#}");
}

#[test]
fn tools_are_named_as_shown() {
    let table = tables().into_iter().find(|table| table.head[0] == "method").unwrap();
    assert_eq!(table.rows.len(), 6);
    for row in table.rows {
        let method = code_of(row[0].rsplit(' ').next().unwrap());
        let kind = MethodKind::of(method);
        let name = names::tool_name("acme", names::article("acme"), "users", "user", kind, method);
        assert_eq!(code_of(&row[2]), name);
    }
}

/// Each mapping of the schema has a table that lists exactly its keys, with the kind of their values
/// and whether they are required; and each table of keys is one of a mapping.
#[test]
fn tables_list_the_keys_of_the_schema() {
    let schema: Json = serde_json::from_str(&shape::json_schema()).unwrap();
    let mut mappings: Vec<(&str, &Json)> = vec![("the file", &schema)];
    let definitions = schema["definitions"].as_object().unwrap();
    mappings.extend(definitions.iter().map(|(name, mapping)| (name.as_str(), mapping)));
    mappings.retain(|(_, mapping)| !properties(mapping).is_empty());

    let tables: Vec<Table> = tables().into_iter().filter(Table::is_of_keys).collect();
    let mut described = vec![false; tables.len()];
    let mut inside = BTreeSet::new();
    let mut missing = Vec::new();
    for (name, mapping) in &mappings {
        let mut problems = Vec::new();
        for (table, described) in tables.iter().zip(&mut described) {
            match describes(&schema, mapping, &table.keys()) {
                Ok(inner) => {
                    *described = true;
                    inside.extend(inner);
                }
                Err(problem) => problems.push(problem),
            }
        }
        if problems.len() == tables.len() {
            problems.retain(|problem| !problem.starts_with("keys"));
            let keys = properties(mapping).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
            missing.push((*name, format!("{name} {keys:?}: {problems:?}")));
        }
    }
    missing.retain(|(name, _)| !inside.contains(*name));
    assert!(missing.is_empty(), "without a table that fits: {missing:#?}");
    for (table, described) in tables.iter().zip(described) {
        assert!(described, "the table of line {} is of nothing in the schema", table.line);
    }
}

#[test]
fn every_word_of_the_schema_is_explained() {
    let schema: Json = serde_json::from_str(&shape::json_schema()).unwrap();
    for (name, definition) in schema["definitions"].as_object().unwrap() {
        let choices = definition["oneOf"].as_array().into_iter().flatten();
        for word in choices.filter_map(|choice| choice["const"].as_str()) {
            assert!(REFERENCE.contains(&format!("`{word}`")), "`{word}` of {name}");
        }
    }
}

#[test]
fn the_table_of_codes_is_complete() {
    let table = tables().into_iter().find(|table| table.head[0] == "code").unwrap();
    let shown: Vec<String> = table.rows.iter().map(|row| row.join(" | ")).collect();
    let known: Vec<String> =
        CODES.iter().map(|code| format!("{} | {}", code.code, code.title)).collect();
    assert!(shown == known, "it should be\n| {} |", known.join(" |\n| "));
}

#[cfg(feature = "cli")]
#[test]
fn every_command_and_variable_is_mentioned() {
    let program = env!("CARGO_BIN_EXE_toolwright-codegen");
    let help = std::process::Command::new(program).arg("--help").output().unwrap().stdout;
    let help = String::from_utf8(help).unwrap();
    let (_, listed) = help.split_once("Commands:\n").unwrap();
    let commands = listed.lines().map_while(|line| line.strip_prefix("  ")?.split(' ').next());
    for command in commands.filter(|command| *command != "help") {
        assert!(REFERENCE.contains(&format!("`cargo codegen {command}")), "{command}");
    }
    let variables = help.split("[env: ").skip(1).filter_map(|rest| rest.split('=').next());
    for variable in variables.chain(["TOOLWRIGHT_FROZEN"]) {
        assert!(REFERENCE.contains(&format!("`{variable}")), "{variable}");
    }
}

#[test]
fn links_inside_lead_to_headings() {
    let headings = REFERENCE.lines().filter(|line| line.starts_with('#'));
    let anchors: Vec<String> = headings
        .map(|heading| {
            let kept = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
            let text: String = heading.trim_start_matches(['#', ' ']).chars().filter(|c| kept(*c)).collect();
            text.to_lowercase().replace(' ', "-")
        })
        .collect();
    for link in REFERENCE.split("](#").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(anchors.iter().any(|anchor| anchor == link), "#{link}");
    }
}

/// The code blocks of a language, each with its line.
fn blocks(language: &str) -> Vec<(usize, &'static str)> {
    let start = format!("\n```{language}\n");
    let starts = REFERENCE.match_indices(&start);
    starts
        .map(|(index, start)| {
            let (before, rest) = REFERENCE.split_at(index + start.len());
            let (block, _) = rest.split_once("```\n").unwrap();
            (before.lines().count() + 1, block)
        })
        .collect()
}

fn parsed(yaml: &str) -> Map<String, Json> {
    serde_yaml::from_str(yaml).unwrap_or_else(|error| panic!("{error}:\n{yaml}"))
}

fn is_whole(example: &Map<String, Json>) -> bool {
    example.contains_key("version")
}

/// The definition that an example belongs to, as files.
fn sources(example: &str) -> Sources {
    let added = parsed(example);
    if is_whole(&added) {
        return Sources::from_texts([("definitions/acme/example.yaml", example)]);
    }
    let whole = blocks("yaml").into_iter().map(|(_, block)| parsed(block)).find(is_whole);
    let mut base = whole.unwrap();
    let text = match added.values().all(|value| value.get("http").is_some()) {
        true => {
            let users = base["resources"].as_object_mut().unwrap().remove("users").unwrap();
            methods(example, &added, users)
        }
        false => {
            for (section, entries) in &added {
                remove(&mut base, section, entries);
            }
            format!("version: 1\n{example}")
        }
    };
    // JSON is YAML.
    let base = Json::Object(base).to_string();
    let texts = [("definitions/acme/base.yaml", &*base), ("definitions/acme/example.yaml", &*text)];
    Sources::from_texts(texts)
}

/// The methods of an example, and those of the resource that it does not declare anew.
fn methods(example: &str, added: &Map<String, Json>, mut resource: Json) -> String {
    let methods = resource.as_object_mut().unwrap().remove("methods").unwrap();
    let mut text = "version: 1\nresources:\n  users:\n".to_owned();
    for (key, value) in resource.as_object().unwrap() {
        text += &format!("    {key}: {value}\n");
    }
    text += "    methods:\n";
    for (name, method) in methods.as_object().unwrap() {
        if !added.contains_key(name) {
            text += &format!("      {name}: {method}\n");
        }
    }
    for line in example.lines() {
        text += &format!("      {line}\n");
    }
    text
}

/// Takes out of a definition what a section of an example declares anew.
fn remove(base: &mut Map<String, Json>, section: &str, entries: &Json) {
    if WHOLE_SECTIONS.contains(&section) {
        base.remove(section);
    } else if let Some(declared) = base.get_mut(section).and_then(Json::as_object_mut) {
        for name in entries.as_object().unwrap().keys() {
            declared.remove(name);
        }
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
            Table { line: group[0].0, head, rows: rows.skip(1).collect() }
        })
        .collect()
}

fn cells(row: &str) -> Vec<String> {
    let row = row.replace("\\|", "\0");
    let row = row.trim_matches(['|', ' ']);
    row.split('|').map(|cell| cell.trim().replace('\0', "|")).collect()
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
                keys.push(Key { name, value, required });
            }
        }
        keys
    }
}

/// Whether keys are those of a mapping. A key with a dot is one of the mapping before the dot; the
/// names of mappings that are described in this way are handed back.
fn describes(schema: &Json, mapping: &Json, shown: &[Key]) -> Result<Vec<String>, String> {
    let mut own: Vec<Key> = shown.iter().filter(|key| !key.name.contains('.')).cloned().collect();
    let mut known = keys(schema, mapping);
    own.sort();
    known.sort();
    if !own.iter().map(|key| &key.name).eq(known.iter().map(|key| &key.name)) {
        return Err("keys".to_owned());
    }
    if let Some((shown, known)) = own.iter().zip(&known).find(|(shown, known)| shown != known) {
        return Err(format!("{shown:?} should be {known:?}"));
    }
    let mut inside = Vec::new();
    for key in own {
        let prefix = format!("{}.", key.name);
        let inner = shown.iter().filter_map(|shown| {
            let name = shown.name.strip_prefix(&prefix)?.to_owned();
            Some(Key { name, ..shown.clone() })
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
    let parts = choices.chain([mapping]).filter_map(|part| part["properties"].as_object());
    parts.flatten().map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The name of the definition that a schema refers to, alone or for each element.
fn target(value: &Json) -> String {
    let places = ["/$ref", "/allOf/0/$ref", "/items/$ref", "/additionalProperties/$ref"];
    let reference = places.iter().find_map(|place| value.pointer(place)?.as_str()).unwrap_or_default();
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
