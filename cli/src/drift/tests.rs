//! The comparison and the redaction over random answers of made-up operations.

use serde_json::{Map, Value, json};
use toolwright_runtime::table::{
    Field, Identifier, Integration, ObjectShape, Operation, Pattern, Response, ResponseForm, Shape,
    Step, StringRule,
};

use super::comparison::Comparison;
use super::report::write_text;
use crate::record::skeleton;

static USER_ID_PATTERN: Pattern = Pattern::new("^u-[1-9][0-9]*$");
static USER_ID: Identifier = Identifier {
    name: "user_id",
    label: "user id",
    pattern: &USER_ID_PATTERN,
    example: "u-17",
    description: None,
    from: &[],
    ask_person: false,
};
static NUMBER_PATTERN: Pattern = Pattern::new("^[1-9][0-9]*$");
static NUMBER: Identifier = Identifier {
    name: "number",
    label: "number",
    pattern: &NUMBER_PATTERN,
    example: "417",
    ..USER_ID
};
static USER: ObjectShape = ObjectShape {
    name: "user",
    fields: &[
        Field {
            required: true,
            ..Field::new(
                "id",
                of_kind(&StringRule {
                    identifier: Some(&USER_ID),
                    ..StringRule::ANY
                }),
            )
        },
        Field::new("name", Shape::STRING),
        Field::nullable("state", of_kind(&STATE)),
        Field::new(
            "number",
            Shape::Text(&StringRule {
                identifier: Some(&NUMBER),
                ..StringRule::ANY
            }),
        ),
        Field::new("age", Shape::INTEGER),
        Field::nullable("score", Shape::NUMBER),
        Field::new("active", Shape::Boolean),
        Field::new("boss", Shape::Object(&USER)),
        Field::new("tags", list_of(&Shape::String(&STATE))),
        Field::new("phones", list_of(&Shape::Object(&PHONE))),
        Field::new("by_day", Shape::Map(&Shape::Object(&PHONE))),
        Field::nullable("raw", Shape::Any),
    ],
    texts: &[3, 7, 9, 10],
};
static PHONE: ObjectShape = ObjectShape {
    name: "",
    fields: &[
        Field {
            required: true,
            ..Field::new("kind", Shape::STRING)
        },
        Field::new("digits", Shape::TEXT),
    ],
    texts: &[1],
};
static STATE: StringRule = StringRule {
    one_of: &["open", "closed"],
    ..StringRule::ANY
};

const fn of_kind(rule: &'static StringRule) -> Shape {
    Shape::String(rule)
}

const fn list_of(items: &'static Shape) -> Shape {
    Shape::Array {
        items,
        min: None,
        max: None,
    }
}

const fn users(at: &'static [Step], form: ResponseForm) -> Operation {
    Operation {
        name: "list_all_acme_users",
        response: Response {
            at,
            form,
            shape: Shape::Object(&USER),
        },
        ..Operation::COMMON
    }
}

const ROWS: ResponseForm = ResponseForm::Rows {
    missing_is_empty: false,
};

static OPERATIONS: [Operation; 5] = [
    users(&[Step::Key("data"), Step::Key("users")], ROWS),
    users(
        &[],
        ResponseForm::Rows {
            missing_is_empty: true,
        },
    ),
    users(
        &[Step::Key("users"), Step::Index(0)],
        ResponseForm::RowOfOne,
    ),
    users(&[Step::Key("groups"), Step::Each, Step::Key("owner")], ROWS),
    users(&[], ResponseForm::Record),
];

fn acme() -> &'static Integration {
    static ACME: std::sync::OnceLock<Integration> = std::sync::OnceLock::new();
    ACME.get_or_init(|| Integration {
        slug: "acme",
        label: "Acme",
        aliases: &[],
        category: "",
        summary: "",
        docs: "",
        connection: &[],
        hosts: &[],
        auth: toolwright_runtime::table::Auth {
            header: "",
            scheme: "",
            credentials: &[],
        },
        identity: None,
        errors: toolwright_runtime::table::Errors {
            code: &[],
            message: &[],
            rules: &[],
        },
        rate_limit: toolwright_runtime::table::RateLimit {
            limit: &[],
            remaining: &[],
            used: &[],
            reset: &[],
        },
        identifiers: &[],
        tags: &[],
        operations: &[],
        sandbox: None,
    })
}

/// Numbers that look random and come again with the same seed (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    /// How many elements a list has: mostly few, and at times more than are kept.
    fn count(&mut self) -> u64 {
        if self.below(15) == 0 {
            24
        } else {
            self.below(4)
        }
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }

    /// Any JSON, with marks in all that is data.
    fn any(&mut self, depth: u64) -> Value {
        match self.below(if depth == 0 { 6 } else { 9 }) {
            0 => Value::Null,
            1 => self.below(2).eq(&0).into(),
            2 => (4_242_000 + self.below(900)).into(),
            3 => json!(4242.25),
            4 => self
                .one(&["s3cret text", "s3cret@acme.example", "8-s3cret 1"])
                .into(),
            5 => json!(-4_242_424_242_424_242_424_242.0),
            6 => (0..self.count()).map(|_| self.any(depth - 1)).collect(),
            _ => {
                let members = (0..self.below(5)).map(|_| {
                    let keys = ["plan", "$ref", "s3cret@key", "2026 s3cret", "id", "name"];
                    (self.one(&keys).to_owned(), self.any(depth - 1))
                });
                Value::Object(members.collect())
            }
        }
    }

    /// A value that mostly fits.
    fn fitting(&mut self, shape: &Shape, depth: u64) -> Value {
        if depth == 0 || self.below(12) == 0 {
            return self.any(depth.min(3));
        }
        let count = self.count();
        match shape {
            Shape::String(rule) | Shape::Text(rule) => match rule.identifier {
                _ if matches!(shape, Shape::Text(_)) && self.below(2) == 0 => {
                    json!(self.below(2) * 4_242_000)
                }
                Some(_) => self.one(&["u-4242", "4242", "s3cret id", "u-0"]).into(),
                None if !rule.one_of.is_empty() => self
                    .one(&["open", "closed", "s3cret state", "in_review", "text"])
                    .into(),
                None => "s3cret text".into(),
            },
            Shape::Integer { .. } => 4_242_000.into(),
            Shape::Number { .. } => json!(4242.25),
            Shape::Boolean => true.into(),
            Shape::Any => self.any(depth - 1),
            Shape::Array { items, .. } => {
                (0..count).map(|_| self.fitting(items, depth - 1)).collect()
            }
            Shape::Map(inner) => {
                let key = |index: u64| format!("s3cret_{index}");
                let members = (0..count).map(|index| (key(index), self.fitting(inner, depth - 1)));
                Value::Object(members.collect())
            }
            Shape::Object(object) => {
                let mut members = Map::new();
                for field in object.fields {
                    if self.below(8) > 0 {
                        members
                            .insert(field.name.to_owned(), self.fitting(&field.shape, depth - 1));
                    }
                }
                if self.below(6) == 0 {
                    let key = self.one(&["plan", "s3cret@key", "1 s3cret", "_links"]);
                    members.insert(key.to_owned(), self.any(3));
                }
                Value::Object(members)
            }
        }
    }

    /// The answer of an operation, mostly with what it wants at its place.
    fn answer(&mut self, operation: &Operation) -> Value {
        if self.below(20) == 0 {
            return self.any(4);
        }
        let shape = &operation.response.shape;
        let is_list = operation.response.form == ROWS && operation.response.at.len() == 2
            || matches!(operation.response.form, ResponseForm::Rows { .. })
                && operation.response.at.is_empty();
        let target = match is_list {
            true => (0..self.count()).map(|_| self.fitting(shape, 4)).collect(),
            false => self.fitting(shape, 4),
        };
        self.wrapped(operation.response.at, target)
    }

    fn wrapped(&mut self, at: &[Step], target: Value) -> Value {
        let Some((step, rest)) = at.split_first() else {
            return target;
        };
        let inner = self.wrapped(rest, target);
        match step {
            Step::Key(key) => {
                let mut members = Map::from_iter([((*key).to_owned(), inner)]);
                members.insert(self.one(&["meta", "s3cret meta"]).to_owned(), self.any(2));
                Value::Object(members)
            }
            Step::Index(_) => json!([inner, self.any(1)]),
            Step::Each => {
                let others = (0..self.count()).map(|_| self.any(2));
                std::iter::once(inner).chain(others).collect()
            }
        }
    }
}

fn compared(operation: &'static Operation, body: &Value) -> Comparison {
    let mut comparison = Comparison::default();
    comparison.add(acme(), operation, Some(body));
    comparison
}

/// The report as text and as JSON.
fn reports(operation: &'static Operation, body: &Value, shows_words: bool) -> (String, Vec<Value>) {
    let comparison = compared(operation, body);
    let findings = comparison.findings(shows_words);
    let mut text = Vec::new();
    write_text(&comparison, &findings, true, &mut text).unwrap();
    let findings = findings.iter().map(super::finding::Finding::to_json);
    (String::from_utf8(text).unwrap(), findings.collect())
}

/// A type is declared once, whichever operation hands it on.
#[test]
fn what_is_found_fits_the_answers_of_all_operations() {
    static OTHER: Operation = Operation {
        name: "get_an_acme_user",
        ..users(&[], ResponseForm::Record)
    };
    let mut comparison = compared(&OPERATIONS[4], &json!({"id": "u-1", "name": 5, "plan": 1}));
    let boss = json!({"id": "u-3", "plan": "free"});
    let answer = json!({"id": "u-2", "name": "Ada", "boss": boss});
    comparison.add(acme(), &OTHER, Some(&answer));
    let findings = comparison.findings(false);
    let told = findings.iter().map(|one| {
        let found = one.found.as_ref().and_then(Value::as_str);
        (one.operation, one.part.as_str(), found.unwrap_or_default())
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            ("get_an_acme_user", "boss.plan", "text"),
            ("list_all_acme_users", "name", "text"),
            ("list_all_acme_users", "plan", "text"),
        ]
    );
}

/// Whether a list or an object in it has more than are kept.
fn is_long(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.len() > 20 || elements.iter().any(is_long),
        Value::Object(members) => members.len() > 20 || members.values().any(is_long),
        _ => false,
    }
}

#[test]
fn a_recording_compares_as_the_answer_does() {
    let (mut kinds, mut long) = (std::collections::BTreeSet::new(), 0);
    for seed in 0..400 {
        let random = &mut Random(seed);
        let operation = &OPERATIONS[random.below(5) as usize];
        let answer = random.answer(operation);
        for shows_words in [false, true] {
            let recording = skeleton(&operation.response, &answer, shows_words);
            let (of_answer, of_recording) = (
                reports(operation, &answer, shows_words),
                reports(operation, &recording, shows_words),
            );
            if is_long(&answer) {
                long += 1;
                let uncounted = |(_, findings): (String, Vec<Value>)| {
                    let mut findings = findings;
                    for finding in &mut findings {
                        finding["seen"] = Value::Null;
                        finding["of"] = Value::Null;
                    }
                    findings
                };
                assert_eq!(
                    uncounted(of_answer),
                    uncounted(of_recording),
                    "{seed}: {answer}"
                );
            } else {
                assert_eq!(of_answer, of_recording, "{seed}: {answer}\n{recording}");
                kinds.extend(of_answer.1.iter().map(|one| one["kind"].to_string()));
            }
            let again = skeleton(&operation.response, &recording, shows_words);
            assert_eq!(again, recording, "{seed}: a skeleton is its own skeleton");
        }
    }
    // The answers were not all of one sort.
    assert_eq!((kinds.len(), long > 20), (7, true), "{kinds:?}");
}

#[test]
fn nothing_of_an_answer_is_in_report_or_recording() {
    for seed in 0..400 {
        let random = &mut Random(seed);
        let operation = &OPERATIONS[random.below(5) as usize];
        let answer = random.answer(operation);
        for shows_words in [false, true] {
            let recording = skeleton(&operation.response, &answer, shows_words);
            let (text, findings) = reports(operation, &answer, shows_words);
            for told in [recording.to_string(), text, json!(findings).to_string()] {
                let is_clean = !told.contains("s3cret") && !told.contains("4242");
                assert!(is_clean, "{seed}: {told}");
                let tells_word = told.contains("in_review");
                assert!(!tells_word || shows_words, "{seed}: {told}");
            }
        }
    }
}
