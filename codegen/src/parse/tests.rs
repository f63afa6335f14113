use super::*;
use crate::diagnostics::{Diagnostic, Severity};
use crate::render;
use crate::span::Span;

/// A file that uses most of the language and of YAML's notations.
const SAMPLE: &str = include_str!("sample.yaml");

fn parse_text(text: &str) -> (Sources, Vec<ParsedFile>, Diagnostics) {
    let sources = Sources::from_texts([("definitions/acme/acme.yaml", text)]);
    let mut diagnostics = Diagnostics::default();
    let parsed = parse(&sources, &mut diagnostics);
    (sources, parsed, diagnostics)
}

/// What is reported, as `line:column code: message`.
fn problems(text: &str) -> Vec<String> {
    let (sources, parsed, diagnostics) = parse_text(text);
    assert_eq!(parsed.is_empty(), diagnostics.has_errors());
    let place = |diagnostic: &Diagnostic| sources.files[0].position(diagnostic.primary.span.start);
    diagnostics
        .sorted()
        .into_iter()
        .map(|found| {
            let (line, column) = place(found);
            format!("{line}:{column} {}: {}", found.code, found.message)
        })
        .collect()
}

#[test]
fn a_file_is_read_with_the_place_of_everything() {
    let (sources, parsed, diagnostics) = parse_text(SAMPLE);
    assert!(diagnostics.sorted().is_empty(), "{:#?}", problems(SAMPLE));
    let [ParsedFile { syntax: file, .. }] = parsed.as_slice() else {
        panic!("one file")
    };
    let written = |span: Span| &sources.files[0].text[span.start..span.end];

    let integration = file.integration.as_ref().unwrap();
    assert_eq!(integration.label.value, "Acme é");
    assert_eq!(written(integration.label.span), "\"Acme \\u00e9\"");
    assert!(written(integration.span).starts_with("label:"));
    assert!(written(integration.span).ends_with("https://acme.example/docs"));
    assert_eq!(integration.summary.value, "Keeps rockets. And anvils.");
    assert_eq!(
        written(integration.summary.span),
        "Keeps rockets.\n    And anvils."
    );

    let (name, users) = file.resources.iter().next().unwrap();
    assert_eq!(written(name.span), "users");
    let list = users.methods.get("list").unwrap();
    let crate::syntax::Value::Type(id) = list.query.get("team").unwrap() else {
        panic!("a type")
    };
    assert_eq!(written(id.span), "string");
    let crate::syntax::Value::Full(full) = list.query.get("state").unwrap() else {
        panic!("full")
    };
    assert_eq!(written(full.one_of[1].span), "'off'");
    let constant = full.constant.as_ref().unwrap();
    assert!(
        matches!(constant.kind, Kind::Null),
        "a null that is given is a value"
    );

    let sample = list.docs.as_ref().unwrap().sample.as_ref().unwrap();
    assert_eq!(written(sample.get("total").unwrap().span), "2.5e1");
    let json = r#"{"users":[{"id":7,"tags":["a",null,true],"note":"x: y\n"}],"total":25.0}"#;
    assert_eq!(sample.to_json().to_string(), json);
}

#[test]
fn every_misfit_is_reported_at_once_and_in_order() {
    let text = "\
version: 1
integration:
  lable: Acme
  category: 5
  summary:
  docs: x
  docs: y
hosts:
  api: https://x
  both: { url: x, table: { by: a, urls: {} } }
  none: {}
pagination:
  p: { page: { parameter: p, first: -1, size: { parameter: s, default: \"5\", max: 1 }, stop: more } }
resources:
  users:
    tags: a
    methods:
      list:
        http: GET /
        open_world: yes
        effect: raed
        query: [a]
        docs: { title: true }
      get:
      1: { http: GET / }
";
    let expected = [
        "3:3 D014: there is no key `lable` here",
        "4:13 D016: expected a string, found an integer",
        "5:3 D017: the key `summary` has no value",
        "7:3 D012: the key `docs` is given twice",
        "9:8 D016: expected a mapping, found a string",
        "10:3 D019: exactly one of the keys `url` and `table` is needed",
        "11:3 D019: exactly one of the keys `url` and `table` is needed",
        "13:37 D016: expected an integer from 0 to 4294967295",
        "13:72 D016: expected an integer, found a string",
        "13:93 D016: expected a mapping, found a string",
        "16:11 D016: expected a list, found a string",
        "20:21 D016: expected `true` or `false`, found a string",
        "21:17 D018: `raed` is not known here",
        "22:16 D016: expected a mapping, found a list",
        "23:24 D016: expected a string, found a boolean",
        "24:7 D017: the key `get` has no value",
    ];
    assert_eq!(problems(text), expected);
}

#[test]
fn missing_keys_are_named_together_and_not_twice() {
    let text = "version: 1\ntypes:\n  user: {}\ntypos: {}\nresources:\n  a: { method: {} }\n";
    let expected = [
        "3:3 D015: the key `fields` is missing",
        "4:1 D014: there is no key `typos` here",
        "6:8 D014: there is no key `method` here",
    ];
    assert_eq!(problems(text), expected);
    let text = "version: 1\ntags: { a: Users, teams and so on. }\nhosts: { a: { url: x, y. } }\n";
    let expected = [
        "2:19 D017: this key has no value",
        "3:23 D017: this key has no value",
    ];
    assert_eq!(problems(text), expected);
    let text = "version: 1\nauth:\n  credentials: { api_key: {} }\n";
    let expected = ["3:18 D015: the keys `description` and `header` are missing"];
    assert_eq!(problems(text), expected);
    assert_eq!(
        problems("tags: { a: b }"),
        ["1:1 D015: the key `version` is missing"]
    );
}

#[test]
fn what_yaml_has_beyond_json_is_refused_at_its_place() {
    for (text, expected) in [
        (
            "version: &v 1\ntags: {a: !!str b}\n",
            &["1:10 D006", "2:11 D007"][..],
        ),
        (
            "version: 1\ntags: {a: &a b, c: *a, d: *nope}\n",
            &["2:11 D006", "2:20 D006", "2:27 D006"],
        ),
        (
            "version: 1\ntags:\n  <<: {a: b}\n  *a : b\n",
            &["3:3 D006", "4:3 D006"],
        ),
        ("version: 1\n---\nversion: 1\n", &["2:1 D008"]),
        ("%YAML 1.2\n---\nversion: 1\n", &["1:1 D008"]),
        (
            "version: 1\ntags: {? [a] : b, ? {a: 1} : c}\n",
            &["2:10 D016", "2:21 D016"],
        ),
        ("version: 1\ntags: { : b}\n", &["2:9 D016"]),
        ("version: 0x1\n", &["1:10 D011"]),
        ("version: 2\nwhatever: *x\n", &["2:11 D006"]),
        ("version: 2\nwhatever: 1\n", &["1:10 D013"]),
        ("version: one\n", &["1:10 D016"]),
        ("- version: 1\n", &["1:1 D016"]),
        ("", &["1:1 D010"]),
        ("# only a comment\n", &["1:1 D010"]),
        ("\u{feff}", &["1:1 D010"]),
        ("---\n...\n", &["1:1 D010"]),
        ("~\n", &["1:1 D010"]),
    ] {
        let found = problems(text);
        let places: Vec<_> = found
            .iter()
            .filter_map(|line| line.split(": ").next())
            .collect();
        assert_eq!(places, expected, "{text:?}: {found:#?}");
    }
}

#[test]
fn explicit_marks_of_one_document_are_allowed() {
    assert!(problems("---\nversion: 1\n...\n").is_empty());
    assert!(problems("\u{feff}version: 1\r\ntags:\r\n  a: b\r\n").is_empty());
    assert!(
        problems("{\"version\": 1, \"tags\": {\"<<\": \"quoted\", \"1\": \"one\"}}").is_empty()
    );
}

#[test]
fn syntax_errors_say_what_is_meant() {
    for (text, expected) in [
        (
            "version: 1\ntags:\n\ta: b\n",
            "3:1 D005: a tab is used for indentation",
        ),
        ("version: 1: 2\n", "1:11 D005: a `:` is not allowed here"),
        (
            "a: \"b\nc: d\n",
            "2:1 D005: a quote is opened before this place and not closed",
        ),
        ("a: [b\n", "1:4 D005: a bracket is opened and not closed"),
        ("a: b]\n}\n", "2:1 D005: this bracket closes nothing"),
        (
            "a: { type: user[], b: c }\n",
            "1:16 D005: expected a comma or the closing bracket",
        ),
        (
            "a: b\nc\n",
            "2:1 D005: this line is neither a key with its value nor more text",
        ),
        (
            "a:\n  b: c\n d: e\n",
            "3:2 D005: this is not indented like what stands above it",
        ),
        (
            "a: \"^\\d+$\"\n",
            "1:4 D005: this text has an escape that double quotes do not know",
        ),
        ("a: @b\n", "1:4 D005: text cannot start with `@`"),
        (
            "a: 'b' c\n",
            "1:8 D005: there is more text after the closing quote",
        ),
        ("a: - b\n", "1:4 D005: a list cannot start here"),
        (
            "a: | b\n",
            "1:4 D005: text cannot follow `|` or `>` on the same line",
        ),
        ("a: b\n\0\n", "2:1 D005: text cannot start with `\\0`"),
    ] {
        assert_eq!(problems(text), [expected], "{text:?}");
    }
}

#[test]
fn depth_is_bounded() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", "")] {
        let text = format!(
            "version: 1\ntags:\n  {}{}\n",
            open.repeat(10_000),
            close.repeat(10_000)
        );
        let found = problems(&text);
        assert!(
            matches!(found.as_slice(), [one] if one.contains("D009")),
            "{found:?}"
        );
    }
}

/// No text makes the front end panic, a file that is not read is reported at a place in it, every
/// message can be shown, and what fits the schema fills the structs.
#[test]
fn no_mutant_panics_or_fails_without_a_place() {
    let schema = Schema::new();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut refused = 0;
    for _ in 0..MUTANTS {
        let text = mutant(&mut random);
        let sources = Sources::from_texts([("definitions/acme/acme.yaml", text.as_str())]);
        let mut diagnostics = Diagnostics::default();
        let parsed = parse_file(FileId(0), &sources.files[0], &schema, &mut diagnostics);
        assert_eq!(parsed.is_none(), diagnostics.has_errors(), "{text}");
        refused += usize::from(parsed.is_none());
        for found in diagnostics.sorted() {
            let labels = std::iter::once(&found.primary).chain(&found.secondary);
            for span in labels.map(|label| label.span) {
                assert!(
                    text.get(span.start..span.end).is_some(),
                    "{span:?} {found:?}\n{text}"
                );
            }
            assert!(
                !found.message.starts_with("the value cannot be used"),
                "{found:?}\n{text}"
            );
            assert_eq!(found.severity, Severity::Error);
        }
        for found in diagnostics.sorted().into_iter().take(3) {
            let (line, column) = sources.files[0].position(found.primary.span.start);
            let place = format!("--> definitions/acme/acme.yaml:{line}:{column}\n");
            assert!(
                render::plain(found, &sources).contains(&place),
                "{place}{text}"
            );
            assert!(!render::github(found, &sources).contains('\n'));
            assert!(!render::json(found, &sources).contains('\n'));
            assert!(render::cargo(found, &sources).starts_with("definitions/acme/acme.yaml:"));
        }
    }
    let some_of_both = MUTANTS / 3..MUTANTS - MUTANTS / 20;
    assert!(
        some_of_both.contains(&refused),
        "{refused} of {MUTANTS} refused: mutate otherwise"
    );
}

/// How many texts are tried.
const MUTANTS: usize = 2_000;

/// The sample with a few changes.
fn mutant(random: &mut Random) -> String {
    const PIECES: [&str; 24] = [
        ":", ": ", "- ", "#", "\t", "&a ", "*a", "!t ", "|\n", ">-\n", "{", "}", "[", "]", "\"",
        "'", "\n", "\r", "%", "\u{feff}", "\0", "é", "<<: ", "\u{2028}",
    ];
    let mut bytes = SAMPLE.as_bytes().to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        match random.below(8) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = b' ' + u8::try_from(random.below(95)).unwrap(),
            2 => drop(bytes.remove(at)),
            3 => drop(bytes.splice(at..at, PIECES[random.below(PIECES.len())].bytes())),
            4 => bytes.truncate(at + 1),
            kind => {
                let mut lines: Vec<_> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
                let (one, other) = (random.below(lines.len()), random.below(lines.len()));
                let indented = [b" ", lines[one]].concat();
                match kind {
                    5 => drop(lines.remove(one)),
                    6 => lines.swap(one, other),
                    _ if random.below(2) == 0 => lines.insert(other, lines[one]),
                    _ => lines[one] = &indented,
                }
                bytes = lines.concat();
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Xorshift: the same mutants in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}
