//! D001 to D019: files, YAML and the shape of definitions.

use super::familiar::{key_advice, key_meant};
use super::{Diagnostic, Diagnostics, listed, nearest, nearest_few};
use crate::explain::{
    D001, D002, D003, D004, D005, D006, D007, D008, D009, D010, D011, D012, D013, D014, D015, D016,
    D017, D018, D019,
};
use crate::load::{Fault, LARGEST_FILE};
use crate::shape::Strays;
use crate::span::{FileId, Sp, Span};

/// The most names that are listed as help.
const LONGEST_LIST: usize = 12;

/// A key of a mapping and what its documentation says of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownKey<'a> {
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
}

impl Diagnostics {
    pub(crate) fn unusable_file(&mut self, file: FileId, path: &str, fault: &Fault) {
        let start = Span::start_of(file);
        match fault {
            Fault::Unreadable(reason) => {
                self.error(D001, start, format!("`{path}` cannot be read: {reason}"));
            }
            Fault::NoDefinitions => {
                self.error(D001, start, format!("there are no definitions in `{path}`"))
                    .help("a definition is a folder of `.yaml` files in that directory");
            }
            Fault::NotUtf8(byte) => {
                self.error(
                    D002,
                    Span::new(file, *byte, byte + 1),
                    "the file is not UTF-8",
                )
                .label("this is where it stops being UTF-8")
                .help("save the file as UTF-8");
            }
            Fault::TooLarge => {
                let limit = LARGEST_FILE / 1024;
                self.error(D003, start, format!("`{path}` has more than {limit} KiB"))
                    .help("split it: the files of a folder are read together");
            }
            Fault::WrongExtension => {
                self.error(
                    D004,
                    start,
                    format!("`{path}` is not read: its name must end in `.yaml`"),
                )
                .help("rename the file");
            }
            Fault::WrongPlace => {
                self.error(D004, start, format!("`{path}` is not read: it is in the wrong place"))
                    .help("a definition's files are directly in its folder: `definitions/zesty/users.yaml`");
            }
            Fault::NotAFile => {
                self.error(
                    D004,
                    start,
                    format!("`{path}` is not read: it is not a regular file"),
                )
                .help("put the file itself here; links are not followed");
            }
        }
    }

    pub(crate) fn syntax(
        &mut self,
        span: Span,
        message: &str,
        help: Option<&str>,
    ) -> &mut Diagnostic {
        let diagnostic = self.error(D005, span, message);
        diagnostic.label("here");
        if let Some(help) = help {
            diagnostic.help(help);
        }
        diagnostic
    }

    pub(crate) fn anchor(&mut self, span: Span) {
        self.error(D006, span, "definitions have no anchors")
            .label("an anchor")
            .help("remove it, and write the value out wherever it is needed");
    }

    pub(crate) fn alias(&mut self, span: Span) {
        self.error(D006, span, "definitions have no aliases")
            .label("an alias")
            .help("write the value out; text that starts with `*` needs quotes");
    }

    pub(crate) fn merge_key(&mut self, span: Span) {
        self.error(D006, span, "definitions have no merge keys")
            .label("a merge key")
            .help("write the keys out");
    }

    pub(crate) fn tag(&mut self, span: Span) {
        self.error(D007, span, "definitions have no tags")
            .label("a tag")
            .help("remove it; text that starts with `!` needs quotes");
    }

    pub(crate) fn directive(&mut self, span: Span) {
        self.error(D008, span, "definitions have no directives")
            .label("a directive")
            .help("remove the line");
    }

    pub(crate) fn second_document(&mut self, span: Span) {
        self.error(D008, span, "a file holds one document")
            .label("a second document starts here")
            .help("move it to a file of its own in the same folder");
    }

    pub(crate) fn too_deep(&mut self, span: Span) {
        self.error(D009, span, "values are nested too deeply")
            .label("one level too many")
            .help("declare the inner object under `types` and refer to it by name");
    }

    pub(crate) fn empty_file(&mut self, file: FileId) {
        self.error(D010, Span::start_of(file), "the file has nothing in it")
            .help("start it with `version: 1`, or delete it");
    }

    /// `plain` is the number in digits, where it fits.
    pub(crate) fn ambiguous_number(&mut self, span: Span, written: &str, plain: Option<i64>) {
        let diagnostic = self
            .error(D011, span, format!("`{written}` is read in different ways"))
            .label("a number or text?");
        if let Some(plain) = plain {
            diagnostic.help(format!("if it is a number, write `{plain}`"));
        }
        diagnostic.help(format!("if it is text, write `\"{written}\"`"));
    }

    /// `are_maps` is whether both values are mappings.
    pub(crate) fn duplicate_key(&mut self, again: &Sp<String>, first: Span, are_maps: bool) {
        let help = match are_maps {
            true => "move the entries of the second one under the first one",
            false => "keep one of them",
        };
        self.error(
            D012,
            again.span,
            format!("the key `{again}` is given twice"),
        )
        .label("the second time")
        .also(first, "the first time")
        .help(help);
    }

    pub(crate) fn unknown_version(&mut self, span: Span, version: i64) {
        self.error(
            D013,
            span,
            format!("version {version} of the language is not known"),
        )
        .label("this compiler reads version 1")
        .help("write `version: 1`");
    }

    /// Returns the known key that was probably meant.
    pub(crate) fn unknown_key<'k>(
        &mut self,
        key: &Sp<String>,
        known: &[KnownKey<'k>],
    ) -> Option<&'k str> {
        let advice = key_advice(key, known);
        let near = || nearest(key, known.iter().map(|key| key.name));
        let meant = key_meant(key, known).or_else(|| near().filter(|_| advice.is_none()));
        let diagnostic = self.error(D014, key.span, format!("there is no key `{key}` here"));
        match known.iter().find(|key| Some(key.name) == meant) {
            Some(meant) => diagnostic
                .label(format!("did you mean `{}`?", meant.name))
                .help(about(meant)),
            None => diagnostic.label("an unknown key"),
        };
        if let Some(advice) = advice.filter(|_| meant.is_none()) {
            diagnostic.help(advice);
        } else if let Some(help) = keys_here(known) {
            diagnostic.help(help);
        } else if meant.is_none() {
            let near = nearest_few(key, known.iter().map(|key| key.name));
            let near = listed(near, "and");
            diagnostic.help(format!(
                "of the {} keys here the nearest are {near}",
                known.len()
            ));
        }
        meant
    }

    /// `text` is the file in which they stand.
    pub(crate) fn stray_keys(&mut self, strays: &Strays<'_, '_>, text: &str) {
        let Some(first) = strays.keys.first() else {
            return;
        };
        let owner = strays.owner.name;
        let names = listed(strays.keys.iter().map(|key| key.as_str()), "and");
        let what = match (strays.are_names, strays.keys.as_slice()) {
            (false, [_]) => "is a key",
            (false, _) => "are keys",
            (true, [_]) => "is an entry",
            (true, _) => "are entries",
        };
        let diagnostic = self.error(D014, first.span, format!("{names} {what} of `{owner}`"));
        diagnostic.label("one level too far out");
        let between = strays.given.map(|given| {
            diagnostic.also(given, "belongs in here");
            let (start, end) = (
                given.end.min(first.span.start),
                given.start.max(first.span.start),
            );
            text.get(start..end).unwrap_or_default()
        });
        diagnostic.help(match between {
            None => format!("write it below a key `{owner}:`"),
            Some(between) if between.contains('\n') => {
                format!(
                    "check the indentation: what belongs to `{owner}` is further in than `{owner}:`"
                )
            }
            Some(_) => format!("write it inside `{owner}: {{ … }}`"),
        });
    }

    /// The keys that are missing; with the keys of which its value has exactly one, if it is so.
    pub(crate) fn missing_keys(&mut self, span: Span, missing: &[(KnownKey<'_>, Vec<String>)]) {
        let names = listed(missing.iter().map(|(key, _)| key.name), "and");
        let message = match missing {
            [_] => format!("the key {names} is missing"),
            _ => format!("the keys {names} are missing"),
        };
        let diagnostic = self.error(D015, span, message).label("in this mapping");
        for (key, choices) in missing {
            diagnostic.help(about(key));
            if !choices.is_empty() {
                let choices = listed(choices.iter().map(String::as_str), "or");
                diagnostic.help(format!("`{}` has exactly one key: {choices}", key.name));
            }
        }
    }

    /// `values` are the numbers as they are written.
    pub(crate) fn enum_of_numbers(&mut self, span: Span, ty: Span, values: &[&str]) {
        let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
        let quoted = quoted.join(", ");
        let diagnostic = self.error(D016, span, "the values of an `enum` are strings");
        diagnostic
            .label("these are numbers")
            .also(ty, "and so is this type")
            .help(format!("write `enum: [{quoted}]`, without a type"));
        if values.iter().all(|value| value.parse::<i64>().is_ok()) {
            diagnostic
                .help("in a body, `wire: integer` beside it sends them as numbers")
                .help("in an answer, `type: text` takes numbers and gives strings");
        }
    }

    pub(crate) fn wrong_type(
        &mut self,
        span: Span,
        expected: &str,
        found: &str,
        advice: Option<String>,
        key: Option<KnownKey<'_>>,
    ) {
        let diagnostic = self
            .error(D016, span, format!("expected {expected}, found {found}"))
            .label(format!("this is {found}"));
        if let Some(advice) = advice {
            diagnostic.help(advice);
        }
        if let Some(key) = key.filter(|key| !key.about.is_empty()) {
            diagnostic.help(about(&key));
        }
    }

    pub(crate) fn key_is_not_text(&mut self, span: Span, found: &str) {
        self.error(D016, span, format!("a key is text, not {found}"))
            .label(format!("this is {found}"))
            .help("write the key as a word, in quotes if need be");
    }

    pub(crate) fn out_of_range(&mut self, span: Span, least: i64, greatest: i64) {
        self.error(
            D016,
            span,
            format!("expected an integer from {least} to {greatest}"),
        )
        .label("out of range");
    }

    pub(crate) fn unusable_value(&mut self, span: Span, problem: &str) {
        self.error(D016, span, format!("the value cannot be used: {problem}"));
    }

    pub(crate) fn no_value(&mut self, span: Span, key: Option<KnownKey<'_>>) {
        let message = match key {
            Some(key) => format!("the key `{}` has no value", key.name),
            None => "a value is missing".to_owned(),
        };
        let diagnostic = self
            .error(D017, span, message)
            .label("nothing is given here");
        if let Some(key) = key.filter(|key| !key.about.is_empty()) {
            diagnostic.help(about(&key));
        }
        diagnostic.help("give a value, or remove the line");
    }

    pub(crate) fn key_without_colon(&mut self, span: Span) {
        self.error(D017, span, "this key has no value")
            .label("not followed by a `:`")
            .help("a comma ends the text before it: put text that holds commas in quotes");
    }

    pub(crate) fn unknown_word(&mut self, span: Span, word: &str, known: &[KnownKey<'_>]) {
        let names = || known.iter().map(|word| word.name);
        let diagnostic = self.error(D018, span, format!("`{word}` is not known here"));
        match nearest(word, names()) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.label("an unknown word"),
        };
        diagnostic.help(format!("write {}", listed(names(), "or")));
    }

    pub(crate) fn not_one_key(
        &mut self,
        span: Span,
        given: &[&Sp<String>],
        known: &[KnownKey<'_>],
    ) {
        let names = listed(known.iter().map(|key| key.name), "and");
        let message = format!("exactly one of the keys {names} is needed");
        let diagnostic = self.error(D019, span, message);
        match given {
            [] => {
                diagnostic.label("there is none");
                for key in known {
                    diagnostic.help(about(key));
                }
            }
            [first, rest @ ..] => {
                diagnostic.label("there are several");
                diagnostic.also(first.span, "one");
                for key in rest {
                    diagnostic.also(key.span, "another");
                }
            }
        }
    }
}

/// The keys of a mapping as a line of help, where they are few.
pub(crate) fn keys_here(known: &[KnownKey<'_>]) -> Option<String> {
    match known {
        [] => Some("the mapping has no keys: write `{}`".to_owned()),
        known if known.len() <= LONGEST_LIST => {
            let names = known.iter().map(|key| key.name);
            Some(format!("the keys here are {}", listed(names, "and")))
        }
        _ => None,
    }
}

/// A key and what it is for, as a line of help.
fn about(key: &KnownKey<'_>) -> String {
    format!("`{}`: {}", key.name, key.about)
}
