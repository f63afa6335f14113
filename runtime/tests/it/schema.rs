//! The argument check and JSON Schema agree on every shape and value.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use toolwright_runtime::table::*;
use toolwright_runtime::validate;

use crate::tables::{ACME, ARG, OPERATION, TEAM_ID};

/// A shape as it can be made at random; the tables want statics.
#[derive(Clone, Debug)]
enum Made {
    String {
        min: Option<u32>,
        max: Option<u32>,
        one_of: bool,
        pattern: Option<&'static str>,
    },
    Identifier,
    Integer(Option<i64>, Option<i64>),
    Number(Option<i64>, Option<i64>),
    Boolean,
    Any,
    Array(Box<Made>, Option<u32>, Option<u32>),
    Map(Box<Made>),
    Object(Vec<(&'static str, bool, Made)>),
}

const WORDS: &[&str] = &["a", "bc", "é"];
const NAMES: &[&str] = &["id", "name", "Name", "x"];
const PATTERNS: &[&str] = &["^[a-z]+$", "^(a|bc)$", "b", "^\\d{2}-x?$", "^$", "^[^/]*$"];
const TEXTS: &[&str] = &[
    "", "a", "bc", "é", "𝄞𝄞", "abc", "12-x", "12-", "1\n", "8-abc", "5-abc", "8-abc\n", "B", "a/b",
];
const NUMBERS: &[&str] = &[
    "0",
    "-0.0",
    "1",
    "1.0",
    "1.5",
    "-1",
    "-1.5",
    "1e300",
    "-1e300",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "-9223372036854775808",
    "9007199254740993",
    "9007199254740992.0",
    "0.1",
    "1e-7",
];

fn bounds() -> impl Strategy<Value = (Option<i64>, Option<i64>)> {
    let bound = || {
        prop::option::of(prop::sample::select(vec![
            -1,
            0,
            1,
            2,
            i64::MAX,
            i64::MIN,
            9_007_199_254_740_993,
        ]))
    };
    (bound(), bound())
}

fn counts() -> impl Strategy<Value = (Option<u32>, Option<u32>)> {
    (prop::option::of(0_u32..3), prop::option::of(0_u32..4))
}

fn made() -> impl Strategy<Value = Made> {
    let pattern = prop::option::of(prop::sample::select(PATTERNS));
    let leaf = prop_oneof![
        (counts(), any::<bool>(), pattern).prop_map(|((min, max), one_of, pattern)| Made::String {
            min,
            max,
            one_of,
            pattern
        }),
        Just(Made::Identifier),
        bounds().prop_map(|(min, max)| Made::Integer(min, max)),
        bounds().prop_map(|(min, max)| Made::Number(min, max)),
        Just(Made::Boolean),
        Just(Made::Any),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let fields = prop::sample::subsequence(NAMES, 0..NAMES.len());
        let fields = fields.prop_flat_map({
            let inner = inner.clone();
            move |names| {
                let count = names.len();
                let parts = prop::collection::vec((any::<bool>(), inner.clone()), count);
                (Just(names), parts)
            }
        });
        prop_oneof![
            (inner.clone(), counts()).prop_map(|(items, (min, max))| Made::Array(
                Box::new(items),
                min,
                max
            )),
            inner.prop_map(|values| Made::Map(Box::new(values))),
            fields.prop_map(|(names, parts)| {
                let parts = names.into_iter().zip(parts);
                Made::Object(
                    parts
                        .map(|(name, (required, made))| (name, required, made))
                        .collect(),
                )
            }),
        ]
    })
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn shape(made: &Made) -> Shape {
    match made {
        Made::String {
            min,
            max,
            one_of,
            pattern,
        } => Shape::String(leak(StringRule {
            min_length: *min,
            max_length: *max,
            one_of: if *one_of { WORDS } else { &[] },
            pattern: pattern.map(|pattern| leak(Pattern::new(pattern))),
            identifier: None,
        })),
        Made::Identifier => Shape::String(leak(StringRule {
            identifier: Some(&TEAM_ID),
            ..StringRule::ANY
        })),
        Made::Integer(min, max) => Shape::Integer {
            min: *min,
            max: *max,
        },
        Made::Number(min, max) => Shape::Number {
            min: *min,
            max: *max,
        },
        Made::Boolean => Shape::Boolean,
        Made::Any => Shape::Any,
        Made::Array(items, min, max) => Shape::Array {
            items: leak(shape(items)),
            min: *min,
            max: *max,
        },
        Made::Map(values) => Shape::Map(leak(shape(values))),
        Made::Object(fields) => {
            let fields = fields.iter().map(|(name, required, made)| Field {
                name,
                required: *required,
                nullable: false,
                integer: false,
                shape: shape(made),
            });
            Shape::Object(leak(ObjectShape {
                name: "",
                fields: leak(fields.collect::<Vec<_>>()),
                texts: &[],
            }))
        }
    }
}

/// The JSON Schema of a shape, by the obvious rules.
fn schema(shape: &Shape) -> Value {
    let mut schema = Map::new();
    let mut set = |name: &str, value: Value| {
        if !value.is_null() {
            schema.insert(name.to_owned(), value);
        }
    };
    match shape {
        Shape::String(rule) => {
            set("type", json!("string"));
            set("minLength", json!(rule.min_length));
            set("maxLength", json!(rule.max_length));
            if !rule.one_of.is_empty() {
                set("enum", json!(rule.one_of));
            }
            let identifier = rule.identifier.map(|identifier| identifier.pattern);
            set(
                "pattern",
                json!(rule.pattern.or(identifier).map(Pattern::source)),
            );
        }
        Shape::Text(_) => set("type", json!(["string", "number"])),
        Shape::Integer { min, max } | Shape::Number { min, max } => {
            let whole = matches!(shape, Shape::Integer { .. });
            set("type", json!(if whole { "integer" } else { "number" }));
            set("minimum", json!(min));
            set("maximum", json!(max));
        }
        Shape::Boolean => set("type", json!("boolean")),
        Shape::Array { items, min, max } => {
            set("type", json!("array"));
            set("items", self::schema(items));
            set("minItems", json!(min));
            set("maxItems", json!(max));
        }
        Shape::Object(object) => {
            set("type", json!("object"));
            let properties = object.fields.iter();
            let properties =
                properties.map(|field| (field.name.to_owned(), self::schema(&field.shape)));
            set("properties", Value::Object(properties.collect()));
            let required = object.fields.iter().filter(|field| field.required);
            set("required", required.map(|field| field.name).collect());
            set("additionalProperties", json!(false));
        }
        Shape::Map(values) => {
            set("type", json!("object"));
            set("additionalProperties", self::schema(values));
        }
        Shape::Any => {}
    }
    Value::Object(schema)
}

fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        prop::sample::select(NUMBERS).prop_map(|text| serde_json::from_str(text).unwrap()),
        prop::sample::select(TEXTS).prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map(prop::sample::select(NAMES), inner, 0..4).prop_map(
                |members| {
                    Value::Object(
                        members
                            .into_iter()
                            .map(|(name, value)| (name.to_owned(), value))
                            .collect(),
                    )
                }
            ),
        ]
    })
    .boxed()
}

/// Values that fit a shape more often than not.
fn near(made: &Made) -> BoxedStrategy<Value> {
    let fitting = match made {
        Made::String { one_of: true, .. } => {
            prop::sample::select(WORDS).prop_map(|w| json!(w)).boxed()
        }
        Made::String { .. } => prop::sample::select(TEXTS)
            .prop_map(|text| json!(text))
            .boxed(),
        Made::Identifier => prop::sample::select(&["8-abc", "8-x", "5-abc", "8-"][..])
            .prop_map(|text| json!(text))
            .boxed(),
        Made::Integer(..) | Made::Number(..) => prop::sample::select(NUMBERS)
            .prop_map(|text| serde_json::from_str(text).unwrap())
            .boxed(),
        Made::Boolean => any::<bool>().prop_map(Value::Bool).boxed(),
        Made::Any => anything(),
        Made::Array(items, ..) => prop::collection::vec(near(items), 0..4)
            .prop_map(Value::Array)
            .boxed(),
        Made::Map(values) => {
            prop::collection::btree_map(prop::sample::select(NAMES), near(values), 0..3)
                .prop_map(|members| {
                    Value::Object(
                        members
                            .into_iter()
                            .map(|(name, value)| (name.to_owned(), value))
                            .collect(),
                    )
                })
                .boxed()
        }
        Made::Object(fields) => {
            let members: Vec<_> = fields
                .iter()
                .map(|(name, _, made)| (Just(*name), prop::option::weighted(0.8, near(made))))
                .collect();
            (members, prop::option::weighted(0.1, anything()))
                .prop_map(|(members, extra)| {
                    let members = members
                        .into_iter()
                        .filter_map(|(name, value)| Some((name, value?)));
                    let members = members.chain(extra.map(|extra| ("extra", extra)));
                    Value::Object(
                        members
                            .map(|(name, value)| (name.to_owned(), value))
                            .collect(),
                    )
                })
                .boxed()
        }
    };
    prop_oneof![9 => fitting, 1 => anything()].boxed()
}

fn case() -> impl Strategy<Value = (Vec<(&'static str, bool, Made)>, Value)> {
    let args = prop::sample::subsequence(NAMES, 1..NAMES.len()).prop_flat_map(|names| {
        let count = names.len();
        prop::collection::vec((any::<bool>(), made()), count).prop_map(move |parts| {
            let parts = names.iter().copied().zip(parts);
            parts
                .map(|(name, (required, made))| (name, required, made))
                .collect::<Vec<_>>()
        })
    });
    args.prop_flat_map(|args| {
        let given = near(&Made::Object(args.clone()))
            .prop_filter("arguments are an object", Value::is_object);
        (Just(args), given)
    })
}

/// Whether the arguments pass our check, and whether they pass the schema's.
fn verdicts(args: &[(&'static str, bool, Made)], given: &Value) -> (bool, bool) {
    let declared = args.iter().map(|(name, required, made)| Arg {
        name,
        required: *required,
        shape: shape(made),
        ..ARG
    });
    let operation = leak(Operation {
        args: leak(declared.collect::<Vec<_>>()),
        ..OPERATION
    });
    let ours = validate::arguments(&ACME, operation, given.as_object().unwrap());
    let whole = shape(&Made::Object(args.to_vec()));
    let theirs = jsonschema::draft202012::new(&schema(&whole)).unwrap();
    (ours.is_ok(), theirs.is_valid(given))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn both_say_the_same((args, given) in case()) {
        let (ours, theirs) = verdicts(&args, &given);
        prop_assert_eq!(ours, theirs, "{:?} {}", args, given);
    }
}

/// The property above is worth nothing if one verdict hardly ever comes.
#[test]
fn both_verdicts_come_often() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let cases = (0..500).map(|_| case().new_tree(&mut runner).unwrap().current());
    let passed = cases
        .filter(|(args, given)| verdicts(args, given).0)
        .count();
    assert!((100..400).contains(&passed), "{passed} of 500 pass");
}
