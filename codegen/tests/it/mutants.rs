//! The real definitions and the obstacle course, with changes made by chance: whatever is in a file,
//! the compiler ends, and says what is wrong in a place that exists or generates something.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, thread};

use toolwright_codegen::diagnostics::Diagnostics;
use toolwright_codegen::load::{self, Sources};
use toolwright_codegen::{compile, render};

use crate::expected;

/// How many mutants are tried, unless `TOOLWRIGHT_MUTANTS` says otherwise.
const MUTANTS: usize = 2_000;

/// What is put in the place of a value, before one, or anywhere; two spaces stand between two.
const NASTY: &str = "~  {}  []  [[]]  { a: {} }  true  -1  0  1.5  4294967295  4294967296  \
    9223372036854775807  -9223372036854775808  1e308  ''  \"\\0\"  \"\\u202e\"  \"\\n\"  日本語  💥  \
    \u{feff}  \u{2028}  a_b  A  1st  self  type  Result  $ref  a.b  ..  /  //  {  }  {id}  {{id}}  [  \
    ]  a[  a[0]  a[].b  a[99999999999999999999]  string  string[]  string?  object  any  user[]  ^  $  \
    ^$  ^(a{1000}){1000}$  (  ^(?i)x$  GET  GET /  GET /{id}  DELETE /{a}/{b}  https://  \
    https://{a}.b.c  https://a.b/c  2xx  999  &a b  *a  !t c  |  >-  ? a  - a  a: b  # c  \t  \
    <<: *a  ---  ...  %YAML 1.2";

#[test]
fn mutants_are_reported_or_compiled() {
    let mutants = env::var("TOOLWRIGHT_MUTANTS").map(|number| number.parse().unwrap());
    try_mutants(mutants.unwrap_or(MUTANTS));
}

#[test]
#[ignore = "takes minutes"]
fn many_mutants_are_reported_or_compiled() {
    try_mutants(20_000);
}

fn try_mutants(mutants: usize) {
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions");
    let definitions = [real, expected::path("golden/obstacle/definitions")].map(|d| load::load(&d));
    let folders: Vec<Vec<(&str, &str)>> = definitions
        .iter()
        .flat_map(|sources| sources.files.chunk_by(|a, b| a.folder == b.folder))
        .map(|files| {
            files
                .iter()
                .map(|file| (file.path.as_str(), file.text.as_str()))
                .collect()
        })
        .collect();
    assert!(folders.len() > 4, "{} folders", folders.len());
    let (next, compiled) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().unwrap().get() {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= mutants {
                        break;
                    }
                    let _named = Named(number);
                    compiled
                        .fetch_add(usize::from(try_mutant(number, &folders)), Ordering::Relaxed);
                }
            });
        }
    });
    // Changes that break everything, or nothing, would test little.
    let compiled = compiled.into_inner() * 100 / mutants;
    assert!(
        (5..60).contains(&compiled),
        "{compiled} % of the mutants have no fault"
    );
}

/// Compiles a mutant; says whether it has no fault.
fn try_mutant(number: usize, folders: &[Vec<(&str, &str)>]) -> bool {
    let mut random = Random::new(number);
    let mut texts = random.of(folders).clone();
    let file = random.below(texts.len());
    let mutant = mutant(texts[file].1, &mut random);
    texts[file].1 = &mutant;
    let sources = Sources::from_texts(texts);
    let compilation = compile(&sources);
    let generated = compilation.files.iter().count() > 0;
    assert_ne!(generated, compilation.diagnostics.has_errors());
    places_exist(&compilation.diagnostics, &sources);
    generated
}

/// Every place lies in a file, and what is wrong can be shown.
fn places_exist(diagnostics: &Diagnostics, sources: &Sources) {
    for found in diagnostics.sorted() {
        assert_ne!(found.code, "D090", "{found:?}");
        for label in std::iter::once(&found.primary).chain(&found.secondary) {
            let text = &sources.file(label.span.file).unwrap().text;
            assert!(
                text.get(label.span.start..label.span.end).is_some(),
                "{found:?}"
            );
        }
    }
    if let Some(first) = diagnostics.sorted().first() {
        assert!(!render::plain(first, sources).is_empty());
    }
}

/// A text with a few changes.
fn mutant(text: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..=random.below(3) {
        text = match random.below(3) {
            0 => changed_bytes(&text, random),
            1 => changed_lines(&text, random),
            _ => changed_value(&text, random),
        };
    }
    text
}

fn changed_bytes(text: &str, random: &mut Random) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = random.below(bytes.len() + 1);
    match random.below(8) {
        0 => bytes.truncate(at),
        1 | 2 => drop(bytes.splice(at..at, random.nasty().bytes())),
        3 => drop(bytes.splice(at..bytes.len().min(at + random.below(40)), [])),
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn changed_lines(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if lines.is_empty() {
        return String::new();
    }
    let (one, other) = (random.below(lines.len()), random.below(lines.len()));
    match random.below(6) {
        0 => drop(lines.remove(one)),
        1 => lines.insert(other, lines[one].clone()),
        2 => lines.swap(one, other),
        3 => drop(lines.drain(one.min(other)..one.max(other).min(one.min(other) + 9))),
        4 => lines[one] = format!("{}{}", " ".repeat(random.below(5)), lines[one]),
        _ => {
            lines[one] = lines[one]
                .strip_prefix("  ")
                .unwrap_or(&lines[one])
                .to_owned()
        }
    }
    lines.concat()
}

/// Another key, or another value, in a line of the form `key: value`.
fn changed_value(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let with_value: Vec<usize> = (0..lines.len())
        .filter(|at| lines[*at].contains(": "))
        .collect();
    if with_value.is_empty() {
        return text.to_owned();
    }
    let at = *random.of(&with_value);
    let (key, value) = lines[at].split_once(": ").unwrap();
    let other = &lines[*random.of(&with_value)];
    let (other_key, other_value) = other.split_once(": ").unwrap();
    lines[at] = match random.below(4) {
        0 => format!("{key}: {}\n", random.nasty()),
        1 => format!("{key}: {other_value}"),
        2 => format!(
            "{}{}: {value}",
            &key[..key.len() - key.trim_start().len()],
            other_key.trim()
        ),
        _ => format!("{key}x: {value}"),
    };
    lines.concat()
}

/// Names the mutant in which a thread panics: `try_mutant` makes the same one from its number.
struct Named(usize);

impl Drop for Named {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("this was mutant {}", self.0);
        }
    }
}

/// Xorshift: the same numbers in every run.
struct Random(u64);

impl Random {
    fn new(seed: usize) -> Self {
        Self((seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }

    fn nasty(&mut self) -> &'static str {
        let all: Vec<&str> = NASTY.split("  ").collect();
        all[self.below(all.len())]
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}
