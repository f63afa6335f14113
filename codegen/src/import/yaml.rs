//! YAML text, of trees that are plain data.

use serde_json::Value as Json;

/// The widest line on which a small mapping is written.
const WIDEST: usize = 118;

/// What is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Yaml {
    /// A scalar, as it stands in the file.
    Scalar(String),
    List(Vec<Yaml>),
    Map(Vec<Entry>),
}

/// A key and its value, with the comments above it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    comments: Vec<String>,
    key: String,
    value: Yaml,
}

impl Yaml {
    /// A text.
    pub(crate) fn text(text: &str) -> Self {
        Self::Scalar(quoted(text))
    }

    /// Any JSON.
    pub(crate) fn json(json: &Json) -> Self {
        match json {
            Json::String(text) => Self::text(text),
            Json::Array(items) => Self::List(items.iter().map(Self::json).collect()),
            Json::Object(members) => Self::Map(
                members
                    .iter()
                    .map(|(key, value)| entry(key, Self::json(value)))
                    .collect(),
            ),
            Json::Number(number) => Self::Scalar(number.to_string()),
            Json::Null => Self::Scalar("null".to_owned()),
            Json::Bool(value) => Self::Scalar(value.to_string()),
        }
    }

    /// It on one line, between brackets.
    pub(crate) fn flow(&self) -> String {
        let joined = |parts: Vec<String>| parts.join(", ");
        match self {
            // Between brackets, what ends a text on a line of its own ends it too early.
            Self::Scalar(text)
                if !text.starts_with('"') && text.contains(['{', '}', '[', ']', ',']) =>
            {
                double_quoted(text)
            }
            Self::Scalar(text) => text.clone(),
            Self::List(items) => format!("[{}]", joined(items.iter().map(Self::flow).collect())),
            Self::Map(entries) if entries.is_empty() => "{}".to_owned(),
            Self::Map(entries) => {
                format!(
                    "{{ {} }}",
                    joined(entries.iter().map(Entry::flow).collect())
                )
            }
        }
    }

    /// Whether it may stand on one line: it has no comments, and no mapping inside a mapping.
    fn is_small(&self, depth: usize) -> bool {
        match self {
            Self::Scalar(_) => true,
            Self::List(items) => items.iter().all(|item| item.is_small(depth)),
            Self::Map(entries) => {
                depth == 0
                    && entries
                        .iter()
                        .all(|entry| entry.comments.is_empty() && entry.value.is_small(depth + 1))
            }
        }
    }

    fn write(&self, indent: usize, out: &mut String) {
        match self {
            Self::Scalar(text) => out.push_str(text),
            Self::List(items) => {
                for item in items {
                    line(indent, out);
                    out.push_str("- ");
                    let flow = item.flow();
                    match item {
                        Self::Map(entries)
                            if !entries.is_empty() && indent + flow.len() > WIDEST =>
                        {
                            item.write(indent + 2, out);
                        }
                        Self::List(inner) if !inner.is_empty() && indent + flow.len() > WIDEST => {
                            item.write(indent + 2, out)
                        }
                        _ => out.push_str(&flow),
                    }
                }
            }
            Self::Map(entries) => {
                for entry in entries {
                    entry.write(indent, out);
                }
            }
        }
    }
}

impl Entry {
    /// With comments above it.
    pub(crate) fn under(mut self, comments: Vec<String>) -> Self {
        self.comments = comments;
        self
    }

    /// It on one line, between the brackets of a mapping. Comments are left out.
    pub(crate) fn flow(&self) -> String {
        format!("{}: {}", self.key, self.value.flow())
    }

    /// It as text between braces, on a line of its own and with a comma behind it.
    pub(super) fn write_between_braces(&self, indent: usize, out: &mut String) {
        self.write_comments(indent, out);
        line(indent, out);
        out.push_str(&self.flow());
        out.push(',');
    }

    fn write_comments(&self, indent: usize, out: &mut String) {
        for comment in &self.comments {
            line(indent, out);
            out.push_str(format!("# {comment}").trim_end());
        }
    }

    /// It as text, at a depth of `indent` spaces, after a line break.
    pub(crate) fn write(&self, indent: usize, out: &mut String) {
        self.write_comments(indent, out);
        line(indent, out);
        out.push_str(&self.key);
        out.push(':');
        let flow = self.value.is_small(0).then(|| self.value.flow());
        match flow {
            Some(flow)
                if indent + self.key.len() + flow.len() + 2 <= WIDEST
                    || matches!(self.value, Yaml::Scalar(_)) =>
            {
                out.push(' ');
                out.push_str(match &self.value {
                    Yaml::Scalar(text) => text,
                    _ => &flow,
                });
            }
            _ => self.value.write(indent + 2, out),
        }
    }
}

/// A line break and `indent` spaces; none at the very start.
fn line(indent: usize, out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(&" ".repeat(indent));
}

/// A key with its value. A key may stand between brackets.
pub(crate) fn entry(key: &str, value: Yaml) -> Entry {
    let key = match key.contains(['{', '}', '[', ']', ',', ':', '#']) {
        true => double_quoted(key),
        false => quoted(key),
    };
    Entry {
        comments: Vec::new(),
        key,
        value,
    }
}

/// A text as a scalar: as it is where every reader takes it for this text, else between double quotes.
fn quoted(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        double_quoted(text)
    }
}

fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 10] = [
        "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan",
    ];
    let Some(first) = text.chars().next() else {
        return false;
    };
    let safe = |c: char| c.is_alphanumeric() || " ._-/()'+$@;=<>&*!%^~|?\\`\"{}[],:#".contains(c);
    (first.is_alphabetic() || "_/^".contains(first))
        && text.chars().all(safe)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
        && !text.contains("---")
}

/// A text between double quotes, on one line.
fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control()
                || matches!(
                    c,
                    '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
                ) =>
            {
                quoted.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_is_read_back_as_it_was() {
        let texts = [
            "",
            " ",
            "a",
            "a: b",
            "a #b",
            "- a",
            "yes",
            "null",
            "1",
            "1.5",
            "0x1f",
            "2026-11-21",
            "a\nb\n",
            "\"",
            "a\\b",
            "\u{7}",
            "\u{2028}",
            "é",
            "日本",
            "{a}",
            "a, b",
            "a]",
            "[a",
            "@a",
            "`a`",
            "'a'",
            "%a",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "?",
            "a:",
            "~",
            "---",
            "a\tb",
            "#",
            "<<",
            "=",
            "user[]",
            "^[a-z]+$",
            "$filter",
            "\u{1f600}",
        ];
        let all = json!(
            texts
                .iter()
                .map(|text| json!({ *text: text, "list": [text] }))
                .collect::<Vec<_>>()
        );
        for wide in [false, true] {
            let filler = if wide {
                "x".repeat(WIDEST)
            } else {
                String::new()
            };
            let value = json!({ "all": all, "filler": filler, "empty": {}, "none": [] });
            let mut text = String::new();
            Yaml::json(&value).write(0, &mut text);
            assert_eq!(crate::import::read::read(&text).unwrap(), value, "{text}");
        }
    }

    #[test]
    fn elements_that_are_too_wide_for_a_line_have_lines_of_their_own() {
        let wide = "x".repeat(WIDEST);
        for (value, start) in [
            (json!([{ "a": "b" }]), "- { a: b }"),
            (json!([{ "a": wide }]), "- \n  a: x"),
            (json!([["a"]]), "- [a]"),
            (json!([["a", wide]]), "- \n  - a\n  - x"),
        ] {
            let mut text = String::new();
            Yaml::json(&value).write(0, &mut text);
            assert!(text.starts_with(start), "{text}");
        }
    }

    #[test]
    fn small_mappings_stand_on_one_line() {
        let tree = Yaml::Map(vec![
            entry("a", Yaml::json(&json!({ "type": "user[]", "at": "x" }))),
            entry("b", Yaml::json(&json!({ "c": { "d": 1 } }))).under(vec!["Why.".to_owned()]),
        ]);
        let mut text = String::new();
        tree.write(0, &mut text);
        assert_eq!(
            text,
            "a: { type: \"user[]\", at: x }\n# Why.\nb:\n  c: { d: 1 }"
        );
    }
}
