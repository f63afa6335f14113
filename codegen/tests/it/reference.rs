//! The reference of the language, `definitions/README.md`, is true: its examples compile, what it
//! shows is what comes out, and its tables list all there is.
//!
//! An example that starts with `version:` is a whole definition. Every other one belongs to the first
//! of these: it takes the place of what that declares under the same names, and adds the rest. One
//! that starts with a method stands below `resources:`, `users:`, `methods:`.

mod tables;

use serde_json::{Map, Value as Json};
use toolwright_codegen::diagnostics::{Diagnostic, Severity};
use toolwright_codegen::load::Sources;
use toolwright_codegen::{Compilation, compile, render};

const REFERENCE: &str = include_str!("../../../definitions/README.md");

/// What an example declares for others to use is never used in it.
const UNUSED: &str = "D024";

/// The sections that are declared as a whole; the entries of all others are declared by name.
const WHOLE_SECTIONS: [&str; 5] = ["integration", "auth", "errors", "rate_limit", "sandbox"];

#[test]
fn every_example_compiles() {
    let examples = blocks("yaml");
    assert_eq!(examples.len(), REFERENCE.matches("```yaml").count());
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
    let operation = operations
        .find(|operation| operation.name == shown["name"])
        .unwrap();
    let mut tool = operation.tool.as_ref().unwrap().json.clone();
    for hidden in ["outputSchema", "_meta"] {
        tool.as_object_mut().unwrap().remove(hidden).unwrap();
    }
    assert_eq!(shown, tool, "{tool:#}");
}

#[cfg(feature = "cli")]
#[test]
fn every_command_and_variable_is_mentioned() {
    let program = env!("CARGO_BIN_EXE_toolwright-codegen");
    let help = std::process::Command::new(program)
        .arg("--help")
        .output()
        .unwrap()
        .stdout;
    let help = String::from_utf8(help).unwrap();
    let (_, listed) = help.split_once("Commands:\n").unwrap();
    let commands = listed
        .lines()
        .map_while(|line| line.strip_prefix("  ")?.split(' ').next());
    for command in commands.filter(|command| *command != "help") {
        assert!(
            REFERENCE.contains(&format!("`cargo codegen {command}")),
            "{command}"
        );
    }
    let variables = help
        .split("[env: ")
        .skip(1)
        .filter_map(|rest| rest.split('=').next());
    for variable in variables.chain(["TOOLWRIGHT_FROZEN"]) {
        let forms = [format!("`{variable}`"), format!("`{variable}=")];
        assert!(
            forms.iter().any(|form| REFERENCE.contains(form)),
            "{variable}"
        );
    }
}

#[test]
fn links_inside_lead_to_headings() {
    let headings = REFERENCE.lines().filter(|line| line.starts_with('#'));
    let anchors: Vec<String> = headings
        .map(|heading| {
            let kept = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
            let text: String = heading
                .trim_start_matches(['#', ' '])
                .chars()
                .filter(|c| kept(*c))
                .collect();
            text.to_lowercase().replace(' ', "-")
        })
        .collect();
    for link in REFERENCE
        .split("](#")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
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
    let whole = blocks("yaml")
        .into_iter()
        .map(|(_, block)| parsed(block))
        .find(is_whole);
    let mut base = whole.unwrap();
    let text = match added.values().all(|value| value.get("http").is_some()) {
        true => {
            let users = base["resources"]
                .as_object_mut()
                .unwrap()
                .remove("users")
                .unwrap();
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
    let texts = [
        ("definitions/acme/base.yaml", &*base),
        ("definitions/acme/example.yaml", &*text),
    ];
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
