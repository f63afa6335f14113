//! The explanations of `cargo codegen explain` are true: what they call wrong is reported under their
//! code, and what they call right is not reported at all.
//!
//! An example is one file of a definition; the sections that each definition needs are added where it
//! leaves them out. Explanations of reading (D001 to D019) are tested where files are read.

use toolwright_codegen::explain::CODES;
use toolwright_codegen::load::Sources;
use toolwright_codegen::{compile, render};

/// The first code that is not about reading.
const FIRST: &str = "D020";
/// It takes two files to declare something twice, and nothing of the compiler's own mistakes.
const WITHOUT: [&str; 2] = ["D022", "D090"];
/// What is wrong there is that something is missing, so an example stands alone.
const ALONE: &str = "D021";
/// What examples leave out, or declare without using it, unless that is what they are about.
const BESIDE_THE_POINT: [&str; 3] = ["D024", "D032", "D080"];

/// The sections that each definition needs.
const REST: [(&str, &str); 3] = [
    (
        "integration",
        "integration: { label: Acme, category: a, summary: A shop., docs: \"https://acme.example\" }",
    ),
    ("hosts", "hosts: { api: { url: https://api.acme.example } }"),
    (
        "auth",
        "auth: { credentials: { bearer: { description: A token. } } }",
    ),
];

/// Another integration.
const GLOBEX: &str = "\
version: 1
integration: { label: Globex, category: a, summary: Mail., docs: \"https://globex.example\" }
auth: { credentials: { bearer: { description: A token. } } }
hosts: { api: { url: \"https://api.globex.example\" } }
resources:
  mails:
    methods:
      clear:
        http: POST /mails/clear
        effect: delete
        docs:
          title: Clear the mailbox
          description: Deletes the mails that everybody who can read them has read.
          returns: nothing, once they are gone.
          source: https://globex.example/mails
";

#[test]
fn wrong_examples_are_reported_under_their_code() {
    for (code, wrong, _) in examples() {
        let reported = reported(code, wrong);
        assert!(
            reported.iter().any(|(found, _)| *found == code),
            "{code}: {reported:#?}"
        );
    }
}

#[test]
fn right_examples_are_not_reported() {
    for (code, _, right) in examples() {
        let reported: Vec<_> = reported(code, right)
            .into_iter()
            .filter(|(found, _)| *found == code || !BESIDE_THE_POINT.contains(found))
            .collect();
        assert!(reported.is_empty(), "{code}: {reported:#?}");
    }
}

/// Each code with its wrong and its right example.
fn examples() -> Vec<(&'static str, &'static str, &'static str)> {
    CODES
        .iter()
        .filter(|code| code.code >= FIRST && !WITHOUT.contains(&code.code))
        .map(|code| {
            let example = |heading: &str| {
                let start = format!("\n{heading}:\n\n```yaml\n");
                let after = code.text.split_once(&start).map(|(_, after)| after);
                let example = after.and_then(|after| after.split_once("```\n"));
                example
                    .unwrap_or_else(|| panic!("{} has no example", code.code))
                    .0
            };
            (code.code, example("Wrong"), example("Right"))
        })
        .collect()
}

/// The codes and texts of what is reported of an example.
fn reported(code: &str, example: &str) -> Vec<(&'static str, String)> {
    let declared = |section: &str| example.lines().any(|line| line.starts_with(section));
    let rest = REST
        .iter()
        .filter(|(section, _)| code != ALONE && !declared(section));
    let rest: Vec<(String, String)> = rest
        .map(|(section, text)| {
            (
                format!("acme/{section}.yaml"),
                format!("version: 1\n{text}\n"),
            )
        })
        .collect();
    let mut texts: Vec<(&str, &str)> = rest
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    texts.extend([
        ("acme/example.yaml", example),
        ("globex/globex.yaml", GLOBEX),
    ]);
    let sources = Sources::from_texts(texts);
    let compilation = compile(&sources);
    let found = compilation.diagnostics.sorted();
    found
        .into_iter()
        .map(|found| (found.code, render::plain(found, &sources)))
        .collect()
}
