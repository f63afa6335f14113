//! Where pages start, for each style.

use serde_json::{Value, json};
use toolwright_runtime::document::Document;
use toolwright_runtime::error::ErrorKind;
use toolwright_runtime::json::Json;
use toolwright_runtime::page::{PageQuery, Position, Signs, Start, signs};
use toolwright_runtime::table::*;

const SIZE: Option<PageSize> = Some(PageSize {
    parameter: "per_page",
    default: 20,
    max: 100,
});
const MORE: Stop = Stop::More(&[Step::Key("info"), Step::Key("more")]);
const TOTAL: Stop = Stop::Total(&[Step::Key("total")]);
const TOKEN: JsonPath = &[Step::Key("token")];

const PAGE: Pagination = Pagination {
    style: PageStyle::Page {
        parameter: "page",
        first: 1,
    },
    size: SIZE,
    stop: MORE,
};
const OFFSET: Pagination = Pagination {
    style: PageStyle::Offset {
        parameter: "startIndex",
        first: 1,
    },
    size: SIZE,
    stop: TOTAL,
};
const MIXED: Pagination = Pagination {
    style: PageStyle::PageThenToken {
        page_parameter: "page",
        first: 1,
        token_parameter: "page_token",
        next: TOKEN,
        switch_after: 200,
    },
    size: SIZE,
    stop: MORE,
};

fn cursor(alone: bool) -> Pagination {
    let style = PageStyle::Cursor {
        parameter: "cursor",
        next: TOKEN,
        alone,
    };
    Pagination {
        style,
        size: SIZE,
        stop: Stop::NoNext,
    }
}

fn rows(from: u64, count: u64) -> Vec<Json> {
    let rows = from..from + count;
    rows.map(|id| Json::from(&json!({"id": id}))).collect()
}

/// The position after a page of `count` rows that start at row `from`.
fn after(
    pagination: &Pagination,
    position: &Position,
    from: u64,
    count: u64,
    document: Value,
) -> Option<Position> {
    let text = document.to_string();
    let signs = signs(pagination, &Document::parse(&text, 1).unwrap(), None);
    position
        .next(pagination, &rows(from, count), signs)
        .unwrap()
}

fn added(pagination: &Pagination, position: &Position) -> String {
    match position.query(Some(pagination)) {
        PageQuery::Added(pairs) => {
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            pairs.join("&")
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn a_limit_chooses_the_size() {
    let size = |limit| Position::first(Some(&PAGE), limit).size.unwrap();
    assert_eq!(size(None), 20);
    assert_eq!(size(Some(1)), 1);
    assert_eq!(size(Some(100)), 100);
    assert_eq!(size(Some(101)), 51);
    assert_eq!(size(Some(250)), 84);
    assert_eq!(size(Some(u64::MAX)), 100);
    assert_eq!(size(Some(0)), 1);
}

#[test]
fn pages_are_numbered_until_there_is_no_more() {
    let first = Position::first(Some(&PAGE), Some(2));
    assert_eq!(added(&PAGE, &first), "page=1&per_page=2");
    let second = after(&PAGE, &first, 0, 2, json!({"info": {"more": true}})).unwrap();
    assert_eq!(added(&PAGE, &second), "page=2&per_page=2");
    assert_eq!(
        after(&PAGE, &second, 2, 2, json!({"info": {"more": false}})),
        None
    );
    assert_eq!(
        after(&PAGE, &second, 2, 2, json!({"info": {"more": "true"}})),
        None
    );
    assert_eq!(after(&PAGE, &second, 2, 2, json!({})), None);
    assert_eq!(
        after(&PAGE, &second, 2, 0, json!({"info": {"more": true}})),
        None
    );
}

#[test]
fn offsets_count_the_rows_that_came() {
    let first = Position::first(Some(&OFFSET), Some(50));
    assert_eq!(added(&OFFSET, &first), "startIndex=1&per_page=50");
    // The vendor has a cap of its own: 30.
    let second = after(&OFFSET, &first, 0, 30, json!({"total": "31"})).unwrap();
    assert_eq!(added(&OFFSET, &second), "startIndex=31&per_page=50");
    assert_eq!(after(&OFFSET, &second, 30, 1, json!({"total": 31})), None);
    // Without a number, only an empty page ends the list.
    let third = after(&OFFSET, &second, 30, 1, json!({})).unwrap();
    assert_eq!(after(&OFFSET, &third, 31, 0, json!({})), None);
}

#[test]
fn a_short_page_ends_the_list() {
    let short = Pagination {
        stop: Stop::ShortPage,
        ..PAGE
    };
    let first = Position::first(Some(&short), None);
    assert!(after(&short, &first, 0, 20, json!({})).is_some());
    assert!(after(&short, &first, 0, 21, json!({})).is_some());
    assert_eq!(after(&short, &first, 0, 19, json!({})), None);
}

#[test]
fn tokens_go_on_until_there_is_none() {
    let pagination = cursor(false);
    let first = Position::first(Some(&pagination), None);
    assert_eq!(added(&pagination, &first), "per_page=20");
    let second = after(&pagination, &first, 0, 3, json!({"token": "a b"})).unwrap();
    assert_eq!(added(&pagination, &second), "cursor=a b&per_page=20");
    let third = after(&pagination, &second, 3, 3, json!({"token": 17})).unwrap();
    assert_eq!(added(&pagination, &third), "cursor=17&per_page=20");
    for end in [
        json!({}),
        json!({"token": null}),
        json!({"token": ""}),
        json!({"token": false}),
    ] {
        assert_eq!(after(&pagination, &third, 6, 3, end), None);
    }
    let alone = cursor(true);
    let second = after(&alone, &first, 0, 3, json!({"token": "x"})).unwrap();
    assert_eq!(second.query(Some(&alone)), PageQuery::Alone("cursor", "x"));
}

#[test]
fn pages_turn_into_tokens_before_the_vendor_refuses() {
    let more = json!({"info": {"more": true}, "token": "t1"});
    let mut position = Position::first(Some(&MIXED), Some(100));
    assert_eq!(added(&MIXED, &position), "page=1&per_page=100");
    position = after(&MIXED, &position, 0, 100, more.clone()).unwrap();
    assert_eq!(added(&MIXED, &position), "page=2&per_page=100");
    position = after(&MIXED, &position, 100, 100, more.clone()).unwrap();
    assert_eq!(added(&MIXED, &position), "page_token=t1&per_page=100");
    position = after(&MIXED, &position, 200, 100, more.clone()).unwrap();
    assert_eq!(added(&MIXED, &position), "page_token=t1&per_page=100");

    // A page that would reach beyond the limit is asked for by token too.
    let mut position = Position::first(Some(&MIXED), Some(70));
    position = after(&MIXED, &position, 0, 70, more.clone()).unwrap();
    position = after(&MIXED, &position, 70, 70, more).unwrap();
    assert_eq!(added(&MIXED, &position), "page_token=t1&per_page=70");
    let signs = Signs {
        more: true,
        ..Signs::default()
    };
    let error = position.next(&MIXED, &rows(140, 70), signs).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Malformed);
}

#[test]
fn a_repeated_page_is_noticed() {
    let first = Position::first(Some(&PAGE), None);
    assert!(!first.is_repeated_by(&rows(0, 2)));
    let second = after(&PAGE, &first, 0, 2, json!({"info": {"more": true}})).unwrap();
    assert!(second.is_repeated_by(&rows(0, 2)));
    assert!(!second.is_repeated_by(&rows(2, 2)));
    assert!(!second.is_repeated_by(&[]));
}

#[test]
fn a_position_inside_a_page() {
    let first = Position::first(Some(&PAGE), None).inside(Some(&PAGE), 3);
    assert_eq!((first.skip, first.start), (3, Start::Number(1)));
    let first = Position::first(Some(&OFFSET), None).inside(Some(&OFFSET), 3);
    assert_eq!(
        (first.skip, first.seen, &first.start),
        (0, 3, &Start::Number(4))
    );
    assert_eq!(first.for_limit(Some(&OFFSET), Some(7)).size, Some(7));
    let first = Position::first(Some(&PAGE), None).for_limit(Some(&PAGE), Some(7));
    assert_eq!(first.size, Some(20));
}

#[test]
fn a_foreign_position_does_not_fit() {
    let position = |start, size| Position {
        start,
        size,
        seen: 0,
        skip: 0,
        previous: None,
    };
    let token = || Start::Token("t".to_owned());
    assert!(position(Start::Number(1), Some(5)).fits(Some(&PAGE)));
    assert!(!position(Start::Number(0), Some(5)).fits(Some(&PAGE)));
    assert!(!position(Start::Number(1), Some(101)).fits(Some(&PAGE)));
    assert!(!position(Start::Number(1), None).fits(Some(&PAGE)));
    assert!(!position(token(), Some(5)).fits(Some(&PAGE)));
    assert!(position(token(), Some(5)).fits(Some(&MIXED)));
    assert!(position(token(), Some(5)).fits(Some(&cursor(true))));
    assert!(position(Start::First, None).fits(None));
    assert!(!position(token(), None).fits(None));
}
