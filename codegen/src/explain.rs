//! The codes of diagnostics, and what `cargo codegen explain` says about each.
//!
//! Codes come in groups with room to grow: D001 to D019 reading and shape, D020 to D039 names and
//! references, D040 to D059 URLs and arguments, D060 to D079 types, samples, pagination and errors,
//! D080 to D099 documentation and tools, from D100 the sandbox. A code keeps its meaning for good.

/// A code and what it stands for.
#[derive(Debug)]
pub struct Code {
    /// The code: `D014`.
    pub code: &'static str,
    /// What it stands for, in a few words.
    pub title: &'static str,
    /// The explanation: what it means, why, a wrong and a right example. Markdown.
    pub text: &'static str,
}

/// Declares the codes: a constant for each, for the constructors, and the table of all.
macro_rules! codes {
    ($($code:ident $title:literal)*) => {
        $(pub(crate) const $code: &str = stringify!($code);)*

        /// Every code, in order.
        pub const CODES: &[Code] = &[$(Code {
            code: $code,
            title: $title,
            text: include_str!(concat!("explain/", stringify!($code), ".md")),
        }),*];
    };
}

codes! {
    D001 "a file or directory cannot be read"
    D002 "a file is not UTF-8"
    D003 "a file is too large"
    D004 "a file is in the wrong place or has the wrong name"
    D005 "a file is not YAML"
    D006 "an anchor, an alias or a merge key"
    D007 "a tag"
    D008 "a directive or a second document"
    D009 "values are nested too deeply"
    D010 "a file has nothing in it"
    D011 "a number that is read in different ways"
    D012 "a key is given twice"
    D013 "an unknown version of the language"
    D014 "an unknown key"
    D015 "a key is missing"
    D016 "a value of the wrong type"
    D017 "a key without a value"
    D018 "a word that is not one of the known ones"
    D019 "not exactly one of several keys"

    D020 "a malformed name"
    D021 "a section is missing"
    D022 "something is declared twice"
    D023 "an unknown name"
    D024 "something is never used"
    D025 "a resource without methods"
    D026 "the name of a tool is too long"
    D027 "two tools have the same name"
    D028 "a name that Rust cannot have"
    D029 "two names become the same in Rust"
    D030 "an effect is not said"
    D031 "an effect contradicts the method"
    D032 "an integration without methods"

    D040 "a malformed request line"
    D041 "a malformed host"
    D042 "a host table lacks a value"
    D043 "a variable is declared nowhere"
    D044 "a path argument is not in the URL"
    D045 "an argument has the name of a connection field"
    D046 "a malformed name of an argument"
    D047 "two arguments have the same name"
    D048 "a GET request with a body"
    D049 "a secret in a URL"
    D050 "a value that its place cannot hold"
    D051 "a malformed body"
    D052 "a default that cannot be used"
    D053 "a header that cannot be sent"
    D054 "authentication that is not complete"
    D055 "a field that is not discovered by GET"
    D056 "a discovery that needs another one"
    D057 "an identity that cannot be asked for"

    D060 "a malformed or missing type"
    D061 "a type that arguments cannot have"
    D062 "a restriction without effect"
    D063 "a range that holds nothing"
    D064 "a pattern that cannot be used"
    D065 "a malformed place in JSON"
    D066 "a response that is not declared"
    D067 "a sample does not fit its response"
    D068 "pagination does not fit the answer"
    D069 "the first row has another number"
    D070 "a malformed status"
    D071 "an error rule that cannot be meant"

    D080 "a method without documentation is no tool"
    D081 "a text is too short"
    D082 "a text only repeats the name"
    D083 "a text is too long"
    D084 "a text names another integration"
    D085 "a text holds an invisible character"
    D086 "a text gives orders to the model"
    D087 "a source that is no web page"
    D088 "an identifier that no tool yields"
    D089 "an argument that some clients reject"
    D090 "a mistake of the compiler"
    D091 "a budget of tokens is exceeded"
    D092 "a change that is not told as it should be"
    D093 "a deprecation that is not told in a sentence"
    D094 "a tool that a client does not take"

    D100 "a row without its key"
    D101 "a row does not fit its type"
    D102 "two rows have the same key"
    D103 "a mark that stands for nothing"
    D104 "a sandbox that cannot start"
    D105 "a tool that the sandbox does not answer"
}

/// What there is to say about a code. Upper and lower case are the same, and so is `D14` and `D014`.
#[must_use]
pub fn explain(code: &str) -> Option<&'static str> {
    let digits = code.strip_prefix(['D', 'd'])?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: u32 = digits.parse().ok().filter(|_| is_number)?;
    let code = format!("D{number:03}");
    let known = CODES.iter().find(|known| known.code == code);
    known.map(|known| known.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Severity;
    use crate::load::Sources;

    /// The first code of each group.
    const GROUPS: [u32; 6] = [1, 20, 40, 60, 80, 100];

    #[test]
    fn codes_are_unique_and_without_gaps_in_their_groups() {
        let mut previous = 0;
        for Code { code, .. } in CODES {
            let number = code
                .strip_prefix('D')
                .filter(|digits| digits.len() == 3)
                .unwrap();
            let number: u32 = number.parse().unwrap();
            assert!(number > previous, "{code} is out of order");
            assert!(
                number == previous + 1 || GROUPS.contains(&number),
                "a gap before {code}"
            );
            previous = number;
        }
    }

    #[test]
    fn every_explanation_has_a_title_a_text_and_pairs_of_examples() {
        for Code { code, title, text } in CODES {
            let body = text.strip_prefix(&format!("# {code}: {title}\n\n"));
            let body = body.unwrap_or_else(|| panic!("{code}: the title is another"));
            assert!(
                body.len() > 100 && body.ends_with('\n') && !body.ends_with("\n\n"),
                "{code}"
            );
            assert!(
                body.lines().all(|line| line.chars().count() <= 100),
                "{code}: a long line"
            );
            let has = |heading: &str| body.contains(&format!("\n{heading}:\n\n```"));
            assert_eq!(has("Wrong"), has("Right"), "{code}: half of an example");
        }
    }

    /// What the examples leave out.
    const REST: [(&str, &str); 3] = [
        (
            "\nintegration:",
            "integration: { label: Acme, category: stores, summary: Sells rockets and anvils., \
             docs: \"https://acme.example/docs\" }\n",
        ),
        (
            "\nhosts:",
            "hosts: { api: { url: \"https://api.acme.example\" } }\n",
        ),
        (
            "\nauth:",
            "auth: { credentials: { bearer: { description: An access token. } } }\n",
        ),
    ];

    /// What makes a whole of the other integration.
    const METHOD: &str = "resources: { mails: { methods: { delete: { http: \"DELETE /mails/{id}\", path: { id: string } } } } }\n";

    /// The codes that an example brings about beside another integration, Globex. Errors come with
    /// true. That something is not used, or that there are no methods, is not counted, since an example
    /// is a part of a definition.
    fn codes_of(code: &str, example: &str) -> Vec<(&'static str, bool)> {
        let mut rest = "version: 1\n".to_owned();
        let mut other = rest.clone();
        for (section, text) in REST {
            if !example.contains(section) && code != "D021" {
                rest.push_str(text);
            }
            other.push_str(&text.replace("Acme", "Globex"));
        }
        other.push_str(METHOD);
        let sources = Sources::from_texts([
            ("definitions/acme/example.yaml", example),
            ("definitions/acme/rest.yaml", &rest),
            ("definitions/globex/globex.yaml", &other),
        ]);
        let found = crate::compile(&sources).diagnostics;
        let found = found.sorted().into_iter().filter(|found| {
            let of_parts = [D024, D032].contains(&found.code);
            let is_here = sources.folder(found.primary.span.file) != "globex";
            is_here && (!of_parts || code == found.code)
        });
        found
            .map(|found| (found.code, found.severity == Severity::Error))
            .collect()
    }

    /// The wrong example of each explanation brings about its code and nothing else, and the right
    /// one does not.
    #[test]
    fn explanations_are_true() {
        let mut untrue = Vec::new();
        for Code { code, text, .. } in CODES {
            let example = |heading: &str| {
                let (_, rest) = text.split_once(heading)?;
                let rest = rest.trim_start().strip_prefix("```yaml\n")?;
                rest.split_once("```").map(|(example, _)| example)
            };
            let (Some(wrong), Some(right)) = (example("\nWrong:\n"), example("\nRight:\n")) else {
                continue;
            };
            for (example, is_wrong) in [(wrong, true), (right, false)] {
                let found = codes_of(code, example);
                let has_code = found.iter().any(|(found, _)| found == code);
                let has_others = found
                    .iter()
                    .any(|(found, is_error)| found != code && *is_error);
                if has_code != is_wrong || has_others {
                    untrue.push(format!(
                        "{code} {}: {found:?}",
                        if is_wrong { "wrong" } else { "right" }
                    ));
                }
            }
        }
        assert!(untrue.is_empty(), "{untrue:#?}");
    }

    #[test]
    fn codes_are_found_whatever_their_case() {
        assert!(explain("d001").is_some());
        assert_eq!(explain("d23"), explain("D023"));
        assert_eq!(explain("D1"), explain("D001"));
        assert!(explain("D999").is_none());
        assert!(explain("23").is_none());
        assert!(explain("D+23").is_none());
        assert!(explain("").is_none());
    }
}
