//! What is said of wrong arguments.

use serde_json::{Map, Value, json};
use toolwright_runtime::error::ErrorKind;
use toolwright_runtime::table::*;
use toolwright_runtime::validate::arguments;

use crate::tables::{ACME, ARG, DEVICE_ID, OPERATION, TEAM_ID};

static SMALL: Pattern = Pattern::new("^[a-zé]*$");
static STATUS: StringRule = StringRule {
    one_of: &["active", "inactive"],
    ..StringRule::ANY
};
static NAME: StringRule = StringRule {
    min_length: Some(2),
    max_length: Some(3),
    pattern: Some(&SMALL),
    ..StringRule::ANY
};
static TEAM: StringRule = StringRule {
    identifier: Some(&TEAM_ID),
    ..StringRule::ANY
};
static DEVICE: StringRule = StringRule {
    identifier: Some(&DEVICE_ID),
    ..StringRule::ANY
};
static MEMBER: ObjectShape = ObjectShape {
    name: "member",
    fields: &[
        Field {
            name: "team_id",
            required: true,
            nullable: false,
            integer: false,
            shape: Shape::String(&TEAM),
        },
        Field {
            name: "level",
            required: false,
            nullable: true,
            integer: false,
            shape: Shape::Integer {
                min: None,
                max: None,
            },
        },
    ],
    texts: &[],
};
static EVERYTHING: Operation = Operation {
    args: &[
        Arg {
            name: "team_id",
            required: true,
            shape: Shape::String(&TEAM),
            ..ARG
        },
        Arg {
            name: "device_id",
            shape: Shape::String(&DEVICE),
            ..ARG
        },
        Arg {
            name: "status",
            shape: Shape::String(&STATUS),
            ..ARG
        },
        Arg {
            name: "name",
            shape: Shape::String(&NAME),
            ..ARG
        },
        Arg {
            name: "limit",
            shape: Shape::Integer {
                min: Some(1),
                max: Some(9),
            },
            ..ARG
        },
        Arg {
            name: "ratio",
            shape: Shape::Number {
                min: Some(-1),
                max: Some(1),
            },
            ..ARG
        },
        Arg {
            name: "all",
            shape: Shape::Boolean,
            ..ARG
        },
        Arg {
            name: "members",
            shape: Shape::Array {
                items: &Shape::Object(&MEMBER),
                min: Some(1),
                max: Some(2),
            },
            ..ARG
        },
        Arg {
            name: "labels",
            shape: Shape::Map(&Shape::Boolean),
            ..ARG
        },
    ],
    ..OPERATION
};

/// What is said of arguments besides a good `team_id`; empty for nothing.
fn said(given: Value) -> String {
    let mut given = given.as_object().unwrap().clone();
    given.entry("team_id").or_insert(json!("8-abc"));
    match arguments(&ACME, &EVERYTHING, &given) {
        Ok(()) => String::new(),
        Err(error) => {
            assert_eq!(error.kind, ErrorKind::InvalidArgument);
            error.message.clone()
        }
    }
}

#[test]
fn good_arguments_pass() {
    assert_eq!(said(json!({})), "");
    assert_eq!(
        said(json!({
            "device_id": "d7", "status": "active", "name": "éé", "limit": 1.0, "ratio": 0.5,
            "all": true, "members": [{"team_id": "8-x", "level": -3}], "labels": {"x": false},
        })),
        ""
    );
}

#[test]
fn each_rule_has_its_sentence() {
    for (given, sentence) in [
        (
            json!({"status": "idle"}),
            "`status` must be one of `active`, `inactive`.",
        ),
        (
            json!({"status": 1}),
            "`status` must be a string, not a number.",
        ),
        (
            json!({"status": null}),
            "`status` is null; leave it out instead.",
        ),
        (
            json!({"name": "é"}),
            "`name` must have at least 2 characters, not 1.",
        ),
        (
            json!({"name": "éééé"}),
            "`name` must have at most 3 characters, not 4.",
        ),
        (
            json!({"name": "X1"}),
            "`name` must match the pattern `^[a-zé]*$`.",
        ),
        (json!({"limit": 0}), "`limit` must be at least 1."),
        (json!({"limit": 10}), "`limit` must be at most 9."),
        (
            json!({"limit": "5"}),
            "`limit` must be a whole number, not a string.",
        ),
        (
            json!({"limit": 1.5}),
            "`limit` must be a whole number, not a number with a fraction.",
        ),
        (json!({"ratio": 1.01}), "`ratio` must be at most 1."),
        (json!({"ratio": -1.01}), "`ratio` must be at least -1."),
        (
            json!({"all": "true"}),
            "`all` must be true or false, not a string.",
        ),
        (
            json!({"members": []}),
            "`members` must have at least 1 element, not 0.",
        ),
        (
            json!({"members": {}}),
            "`members` must be a list, not an object.",
        ),
        (
            json!({"members": [{"team_id": "8-a"}, {"team_id": "8-a", "Level": 1}]}),
            "`members[1]` has no field `Level`; did you mean `level`?",
        ),
        (
            json!({"members": [{"team_id": "8-a", "level": null}]}),
            "`members[0].level` is null; leave it out instead.",
        ),
        (
            json!({"labels": {"x": 1}}),
            "`labels.x` must be true or false, not a number.",
        ),
        (
            json!({"limitt": 1}),
            "There is no argument `limitt`; did you mean `limit`?",
        ),
    ] {
        assert_eq!(said(given.clone()), sentence, "{given}");
    }
}

#[test]
fn an_unknown_argument_gets_the_list() {
    let message = said(json!({"colour": 1}));
    assert!(message.starts_with("There is no argument `colour`; there are `team_id`, "));
    let error = arguments(&ACME, &OPERATION, json!({"a": 1}).as_object().unwrap()).unwrap_err();
    assert_eq!(error.message, "There is no argument `a`; there are none.");
}

#[test]
fn an_argument_under_two_names_is_refused_among_the_rest() {
    static RENAMED: Operation = Operation {
        args: EVERYTHING.args,
        renamed: &[("team", "team_id")],
        ..OPERATION
    };
    let given = json!({"team": "8-abc", "team_id": "8-abd", "teem": 1});
    let error = arguments(&ACME, &RENAMED, given.as_object().unwrap()).unwrap_err();
    let expected =
        "`team` is called `team_id` now; give it once, as `team_id`. There is no argument `teem`";
    assert!(error.message.starts_with(expected), "{}", error.message);
}

#[test]
fn a_wrong_kind_of_identifier_is_named() {
    assert_eq!(
        said(json!({"team_id": "5-abc"})),
        "`team_id` wants a team id such as `8-abc`, and this is a user id; `get_acme_me` or \
         `list_all_acme_teams` yields a team id."
    );
    assert_eq!(
        said(json!({"team_id": "5-17"})),
        "`team_id` wants a team id such as `8-abc`, and this looks like a badge number or a user id; \
         `get_acme_me` or `list_all_acme_teams` yields a team id."
    );
    assert_eq!(
        said(json!({"team_id": "Sales"})),
        "`team_id` wants a team id such as `8-abc`; `get_acme_me` or `list_all_acme_teams` \
         yields a team id."
    );
    assert_eq!(
        said(json!({"device_id": "x"})),
        "`device_id` wants a device id such as `d1`; ask the person for a device id."
    );
    let error = arguments(&ACME, &EVERYTHING, &Map::new()).unwrap_err();
    assert_eq!(
        error.message,
        "`team_id` is missing; `get_acme_me` or `list_all_acme_teams` yields a team id."
    );
}

#[test]
fn everything_is_said_at_once_but_not_endlessly() {
    assert_eq!(
        said(json!({"limit": 0, "all": 1, "x": 1})),
        "`limit` must be at least 1. `all` must be true or false, not a number. There is no \
         argument `x`; there are `team_id`, `device_id`, `status`, `name`, `limit`, `ratio`, \
         `all`, `members`, `labels`."
    );
    let labels: Map<String, Value> = (0..100).map(|n| (n.to_string(), json!(1))).collect();
    let message = said(json!({"labels": labels}));
    assert_eq!(message.matches("must be true").count(), 12);
    assert!(
        message.ends_with("There are 88 more problems."),
        "{message}"
    );
}

#[test]
fn values_are_never_repeated() {
    let secret = "hunter2-hunter2";
    let given = json!({"status": secret, "name": secret, "team_id": secret, "limit": secret});
    assert!(!said(given).contains(secret));
}

#[test]
fn many_mistakes_cost_little_and_stay_on_one_line() {
    let mut given: Map<String, Value> = (0..100_000)
        .map(|n| (format!("argument_number_{n}"), json!(n)))
        .collect();
    given.insert("a\r\nb".to_owned(), json!(1));
    let started = std::time::Instant::now();
    let error = arguments(&ACME, &OPERATION, &given).unwrap_err();
    assert!(started.elapsed() < std::time::Duration::from_secs(20));
    assert!(
        error.message.ends_with("There are 99989 more problems."),
        "{error}"
    );
    let odd = object_with("a\r\nb");
    let error = arguments(&ACME, &OPERATION, &odd).unwrap_err();
    assert_eq!(
        error.message,
        "There is no argument `a\\r\\nb`; there are none."
    );
    let error = arguments(&ACME, &OPERATION, &object_with(&"x".repeat(10_000))).unwrap_err();
    assert!(error.message.len() < 200, "{error}");
}

fn object_with(name: &str) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), json!(1))])
}
