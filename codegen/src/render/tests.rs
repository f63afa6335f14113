use super::*;
use crate::diagnostics::Diagnostics;
use crate::parse::parse;
use crate::span::FileId;

fn report(text: &str) -> (Sources, Vec<Diagnostic>) {
    let sources = Sources::from_texts([("definitions/acme/a.yaml", text)]);
    let mut diagnostics = Diagnostics::default();
    parse(&sources, &mut diagnostics);
    let found = diagnostics.sorted().into_iter().cloned().collect();
    (sources, found)
}

fn plain_of(text: &str) -> String {
    let (sources, found) = report(text);
    found
        .iter()
        .map(|found| plain(found, &sources) + "\n")
        .collect()
}

#[test]
fn a_diagnostic_looks_like_those_of_rustc() {
    let text = "version: 1\ntags:\n  people: Users.\n  more: Others.\n  people: Again.\n";
    let expected = "\
error[D012]: the key `people` is given twice
 --> definitions/acme/a.yaml:5:3
  |
3 |   people: Users.
  |   ------ the first time
4 |   more: Others.
5 |   people: Again.
  |   ^^^^^^ the second time
  |
  = help: keep one of them
";
    assert_eq!(plain_of(text), expected);
    let (sources, found) = report(text);
    let styled = styled(&found[0], &sources);
    assert!(styled.starts_with("\u{1b}[") && styled.contains("D012"));
}

#[test]
fn the_form_for_cargo_starts_with_the_place() {
    let (sources, found) = report("version: 1\ntypes: []\n");
    let expected = "\
definitions/acme/a.yaml:2:8: [D016] expected a mapping, found a list
  |
2 | types: []
  |        ^^ this is a list
  |
  = help: `types`: Objects of the vendor's answers, by name.";
    assert_eq!(cargo(&found[0], &sources), expected);
}

#[test]
fn the_form_for_programs_is_one_object() {
    let (sources, found) = report("version: 1\ntags:\n  \u{e9}: x\n  \u{e9}: |\n    x\n");
    let expected = r#"{"code":"D012","severity":"error","message":"the key `é` is given twice","#
        .to_owned()
        + r#""file":"definitions/acme/a.yaml","line":4,"column":3,"end":{"line":4,"column":4},"#
        + r#""text":"the second time","labels":[{"file":"definitions/acme/a.yaml","line":3,"#
        + r#""column":3,"end":{"line":3,"column":4},"text":"the first time"}],"#
        + r#""help":["keep one of them"]}"#;
    assert_eq!(json(&found[0], &sources), expected);
}

#[test]
fn the_form_for_github_is_one_escaped_command() {
    let span = Span::new(FileId(0), 0, 1);
    let mut diagnostic = Diagnostic {
        primary: Label {
            span,
            text: String::new(),
        },
        code: "D001",
        severity: Severity::Warning,
        message: "100% wrong: a, b".to_owned(),
        secondary: vec![Label {
            span,
            text: "here".to_owned(),
        }],
        help: vec!["mend it".to_owned()],
    };
    let sources = Sources::from_texts([("d/a,b:c%.yaml", "version: 1\n")]);
    let expected = "::warning file=d/a%2Cb%3Ac%25.yaml,line=1,col=1,endLine=1,endColumn=2,title=D001\
        ::100%25 wrong: a, b%0Ad/a,b:c%25.yaml:1:1: here%0Ahelp: mend it";
    assert_eq!(github(&diagnostic, &sources), expected);
    diagnostic.severity = Severity::Error;
    assert!(github(&diagnostic, &sources).starts_with("::error "));
}

#[test]
fn columns_hold_for_wide_letters_tabs_and_carriage_returns() {
    let expected = "\
error[D014]: there is no key `naïve 日本` here
 --> definitions/acme/a.yaml:2:1
  |
2 | naïve 日本: \u{1f600}
  | ^^^^^^^^^^ an unknown key
  |
  = help: of the 15 keys here the nearest are `auth`, `tags` and `types`
";
    let text = "\u{feff}version: 1\r\nnaïve 日本: \u{1f600}\r\n";
    assert_eq!(plain_of(text), expected);

    let expected = "\
error[D016]: expected a string, found an integer
 --> definitions/acme/a.yaml:2:12
  |
2 | tags: { é:    1 }
  |               ^ this is an integer
  |
  = help: write it in quotes: `\"1\"`
";
    assert_eq!(plain_of("version: 1\ntags: { \u{e9}:\t1 }\n"), expected);
}

#[test]
fn files_without_content_can_be_pointed_at() {
    let expected = "\
error[D010]: the file has nothing in it
 --> definitions/acme/a.yaml:1:1
  |
1 | # comment
  | ^
  |
  = help: start it with `version: 1`, or delete it
";
    assert_eq!(plain_of("# comment\n"), expected);
    assert_eq!(plain_of(""), expected.replace(" # comment", ""));
    let unclosed = plain_of("version: 1\ntags: \"\n");
    assert!(
        unclosed.contains(" --> definitions/acme/a.yaml:3:1\n"),
        "{unclosed}"
    );
}

#[test]
fn a_label_of_several_lines_is_cut_to_its_first() {
    let shown = plain_of("version: 1\ntypes:\n  - a\n  - b\n");
    assert!(
        shown.contains("3 |   - a\n  |   ^^^ this is a list\n"),
        "{shown}"
    );
}

#[test]
fn labels_in_two_files_are_shown_with_their_paths() {
    let sources = Sources::from_texts([
        ("d/acme/a.yaml", "first\n"),
        ("d/acme/b.yaml", "x: second\n"),
    ]);
    let label = |file, start, text: &str| Label {
        span: Span::new(FileId(file), start, start + 5),
        text: text.to_owned(),
    };
    let diagnostic = Diagnostic {
        primary: label(1, 3, "again"),
        code: "D022",
        severity: Severity::Error,
        message: "declared twice".to_owned(),
        secondary: vec![label(0, 0, "here first")],
        help: Vec::new(),
    };
    let expected = "\
error[D022]: declared twice
 --> d/acme/b.yaml:1:4
  |
1 | x: second
  |    ^^^^^ again
  |
 ::: d/acme/a.yaml:1:1
  |
1 | first
  | ----- here first";
    assert_eq!(plain(&diagnostic, &sources), expected);
}

#[test]
fn spans_that_do_not_fit_the_file_do_no_harm() {
    let sources = Sources::from_texts([("d/acme/a.yaml", "\u{e9}\n\r\n\u{feff}\t")]);
    for (file, start, end) in [
        (0, 1, 1),
        (0, 0, 99),
        (0, 99, 100),
        (0, 5, 2),
        (0, 3, 3),
        (7, 0, 1),
    ] {
        let diagnostic = Diagnostic {
            primary: Label {
                span: Span::new(FileId(file), start, end),
                text: "x".to_owned(),
            },
            code: "D001",
            severity: Severity::Error,
            message: "wrong".to_owned(),
            secondary: Vec::new(),
            help: Vec::new(),
        };
        for render in [plain, styled, cargo, json, github] {
            assert!(render(&diagnostic, &sources).contains("D001"));
        }
    }
}

#[test]
fn summaries_count_in_words() {
    assert_eq!(summary(2, 1, 9), "2 errors, 1 warning in 9 files");
    assert_eq!(summary(1, 0, 1), "1 error in 1 file");
    assert_eq!(summary(0, 2, 3), "2 warnings in 3 files");
    assert_eq!(summary(0, 0, 19), "no problems in 19 files");
}
