//! Definitions that are larger, deeper or more entangled than anybody would write by hand.

use std::fmt::Write as _;

use toolwright_codegen::load::Sources;
use toolwright_codegen::{Compilation, compile};

/// A definition that has this text as one of its files.
fn compiled(text: &str) -> Compilation {
    let rest = "\
version: 1
integration: { label: Acme, category: Shops, summary: A shop., docs: \"https://docs.acme.example\" }
hosts: { api: { url: https://api.acme.example } }
auth: { credentials: { bearer: { description: A token. } } }
";
    compile(&Sources::from_texts([
        ("acme/a.yaml", rest),
        ("acme/b.yaml", text),
    ]))
}

/// A documented tool that returns that type.
fn tool(ty: &str) -> String {
    format!(
        "\
resources:
  things:
    methods:
      get:
        http: GET /v1/thing
        response: {{ type: {ty} }}
        docs:
          title: Get a thing
          description: Fetches one thing with all the things in it and around it.
          returns: the thing with everything that is known of it.
          source: https://docs.acme.example/thing
          sample: {{}}
"
    )
}

#[test]
fn types_that_all_refer_to_each_other_stay_small() {
    let mut text = "version: 1\ntypes:\n".to_owned();
    for one in 0..20 {
        let _ = writeln!(text, "  t{one}:\n    fields:");
        for other in 0..20 {
            let _ = writeln!(text, "      f{other}: t{other}[]");
        }
    }
    let compilation = compiled(&(text + &tool("t0")));
    assert!(!compilation.diagnostics.has_errors());
    let tool = compilation.integrations[0].operations[0]
        .tool
        .as_ref()
        .unwrap();
    assert!(tool.json.to_string().len() < 1_000_000);
}

#[test]
fn notations_in_a_string_have_an_end() {
    let many = 100_000;
    let (lists, dots) = ("[]".repeat(many), ".a".repeat(many));
    for (value, code) in [
        (
            format!("query: {{ a: {{ type: \"string{lists}\" }} }}"),
            "D060",
        ),
        (format!("response: {{ type: \"any{lists}\" }}"), "D060"),
        (format!("response: {{ type: any, at: a{dots} }}"), "D065"),
        (format!("body: {{ fields: {{ a{dots}: string }} }}"), "D005"),
        (
            format!("body: {{ wrap: a{dots}, fields: {{ a: string }} }}"),
            "D065",
        ),
        (
            format!(
                "query: {{ a: {{ type: string, pattern: \"^{}$\" }} }}",
                "(a".repeat(many)
            ),
            "D064",
        ),
        (
            "query: { a: { type: string, pattern: \"^(a{9999}){9999}$\" } }".to_owned(),
            "D064",
        ),
    ] {
        let text = format!(
            "version: 1\nresources: {{ a: {{ methods: {{ a: {{ http: PUT /, effect: update, {value} }} }} }} }}\n"
        );
        let compilation = compiled(&text);
        let codes: Vec<_> = compilation
            .diagnostics
            .sorted()
            .iter()
            .map(|d| d.code)
            .collect();
        assert!(codes.contains(&code), "{}: {codes:?}", &value[..40]);
    }
}

#[test]
fn a_thousand_endpoints_compile() {
    let mut text = "version: 1\nresources:\n".to_owned();
    for number in 0..1_000 {
        let _ = writeln!(
            text,
            "  r{number}:\n    methods:\n      create:\n        http: POST /r\n        body: \
             {{ fields: {{ name: {{ type: string, description: The name. }} }} }}"
        );
    }
    let compilation = compiled(&text);
    assert!(!compilation.diagnostics.has_errors());
    assert_eq!(compilation.integrations[0].operations.len(), 1_000);
}
