//! Every style of pages against a simulated vendor: whatever limits a caller asks with, it gets each
//! row once, in order.

use std::collections::BTreeMap;
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use toolwright_runtime::cursor::{self, Binding};
use toolwright_runtime::error::ErrorKind;
use toolwright_runtime::exchange::{Exchange, MOST_BYTES};
use toolwright_runtime::json::Json;
use toolwright_runtime::outcome::Data;
use toolwright_runtime::page::{Position, Start};
use toolwright_runtime::request::{Request, Target};
use toolwright_runtime::send::Answer;
use toolwright_runtime::table::*;
use toolwright_runtime::upstreams::Upstreams;

use crate::object;
use crate::tables::{ACME, ARG, OPERATION};

/// The most rows of a page, and of all pages that have a number.
const MAX: u64 = 10;
const SWITCH: u64 = 25;

const SIZE: Option<PageSize> = Some(PageSize {
    parameter: "size",
    default: 4,
    max: 10,
});
const NEXT: JsonPath = &[Step::Key("next")];

pub(crate) const fn list(pagination: Option<&'static Pagination>) -> Operation {
    let response = Response {
        at: &[Step::Key("users")],
        form: ResponseForm::Rows {
            missing_is_empty: false,
        },
        shape: Shape::Any,
    };
    let args = &[
        Arg {
            name: "limit",
            place: Place::Limit,
            shape: Shape::Integer {
                min: Some(1),
                max: None,
            },
            ..ARG
        },
        Arg {
            name: "next_cursor",
            place: Place::Cursor,
            ..ARG
        },
        ARG,
    ];
    Operation {
        kind: MethodKind::List,
        args,
        response,
        pagination,
        ..OPERATION
    }
}

macro_rules! lists {
    ($($name:ident: $style:expr, $size:expr, $stop:expr;)*) => {
        $(pub(crate) static $name: Operation =
            list(Some(&Pagination { style: $style, size: $size, stop: $stop }));)*
        /// All of them, by name.
        const LISTS: &[(&str, &Operation)] = &[$((stringify!($name), &$name)),*];
    };
}

lists! {
    PAGE_MORE: PageStyle::Page { parameter: "page", first: 1 }, SIZE, Stop::More(&[Step::Key("more")]);
    PAGE_TOTAL: PageStyle::Page { parameter: "page", first: 0 }, SIZE, Stop::Total(&[Step::Key("total")]);
    PAGE_SHORT: PageStyle::Page { parameter: "page", first: 1 }, SIZE, Stop::ShortPage;
    OFFSET_TOTAL: PageStyle::Offset { parameter: "start", first: 1 }, SIZE, Stop::Total(&[Step::Key("total")]);
    OFFSET_SHORT: PageStyle::Offset { parameter: "start", first: 0 }, SIZE, Stop::ShortPage;
    CURSOR: PageStyle::Cursor { parameter: "token", next: NEXT, alone: false }, SIZE, Stop::NoNext;
    CURSOR_MORE: PageStyle::Cursor { parameter: "token", next: NEXT, alone: false }, None, Stop::More(&[Step::Key("more")]);
    CURSOR_ALONE: PageStyle::Cursor { parameter: "token", next: NEXT, alone: true }, SIZE, Stop::NoNext;
    PAGE_THEN_TOKEN: PageStyle::PageThenToken {
        page_parameter: "page", first: 1, token_parameter: "token", next: NEXT, switch_after: SWITCH,
    }, SIZE, Stop::More(&[Step::Key("more")]);
    LINK: PageStyle::LinkHeader, SIZE, Stop::NoNext;
}

static WHOLE: Operation = list(None);

/// A vendor with so many rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vendor {
    rows: u64,
    /// How many rows it sends at most, whatever it is asked for.
    cap: u64,
    /// Whether it answers an empty page with 204.
    no_content: bool,
    quirk: Quirk,
    /// How long the text of a row is, by turns.
    lengths: &'static [usize],
}

/// What a vendor does that is not as declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quirk {
    None,
    /// It sends the first page whatever it is asked for.
    IgnoresPages,
    /// It takes page 0 for page 1.
    ZeroIsOne,
}

/// One that has no quirks.
const VENDOR: Vendor = Vendor {
    rows: 30,
    cap: MAX,
    no_content: false,
    quirk: Quirk::None,
    lengths: &[],
};

impl Vendor {
    fn answer(&self, operation: &Operation, request: &Request) -> Answer {
        let query = parameters(request);
        let asked = query.get("size").map_or(6, |size| size.parse().unwrap());
        assert!((1..=MAX).contains(&asked), "{query:?}");
        let style = operation.pagination.map(|pagination| &pagination.style);
        let (start, size) = match style {
            None => (0, self.rows),
            Some(style) => (
                self.start(style, &query, asked.min(self.cap)),
                asked.min(self.cap),
            ),
        };
        let start = match self.quirk {
            Quirk::IgnoresPages => 0,
            _ => start,
        };
        let end = (start + size).min(self.rows);
        let row = |id: u64| {
            let turn = usize::try_from(id).unwrap() % self.lengths.len().max(1);
            let text = self.lengths.get(turn).map(|length| "x".repeat(*length));
            json!({"id": id, "text": text})
        };
        let rows: Vec<Value> = (start..end).map(row).collect();
        let more = end < self.rows;
        let mut headers = HeaderMap::new();
        let mut body = json!({"users": rows, "more": more, "total": self.rows});
        if more {
            body["next"] = json!(format!("{end}-{asked}"));
            let link = format!(
                "<{}?q=x&from={end}&size={asked}>; rel=\"next\"",
                request.url().path()
            );
            headers.insert("link", HeaderValue::from_str(&link).unwrap());
        }
        let empty = rows.is_empty() && self.no_content;
        let body = if empty {
            Bytes::new()
        } else {
            Bytes::from(body.to_string())
        };
        let status = if empty { 204 } else { 200 };
        Answer {
            status,
            headers,
            body,
            received: SystemTime::UNIX_EPOCH,
        }
    }

    /// The first row that is asked for.
    fn start(&self, style: &PageStyle, query: &BTreeMap<String, String>, size: u64) -> u64 {
        let number = |name: &str| query.get(name).map(|number| number.parse::<u64>().unwrap());
        let token = || {
            let (row, size) = query.get("token")?.split_once('-').unwrap();
            let asked = query.get("size");
            assert!(
                asked.is_none_or(|asked| asked == size),
                "a token has its own size"
            );
            Some(row.parse::<u64>().unwrap())
        };
        match style {
            PageStyle::Page { .. } if self.quirk == Quirk::ZeroIsOne => {
                (number("page").unwrap().max(1) - 1) * size
            }
            PageStyle::Page { first, .. } => (number("page").unwrap() - first) * size,
            PageStyle::Offset { first, .. } => number("start").unwrap() - first,
            PageStyle::Cursor { alone, .. } => {
                assert!(!alone || token().is_none() || query.len() == 1, "{query:?}");
                token().unwrap_or(0)
            }
            PageStyle::PageThenToken { .. } => match (number("page"), token()) {
                (Some(page), None) => {
                    assert!(page * number("size").unwrap() <= SWITCH, "{query:?}");
                    (page - 1) * size
                }
                (None, Some(row)) => row,
                _ => panic!("{query:?}"),
            },
            PageStyle::LinkHeader => number("from").unwrap_or(0),
        }
    }
}

fn parameters(request: &Request) -> BTreeMap<String, String> {
    let pairs = request.url().query().unwrap_or_default().split('&');
    let pairs = pairs.filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Makes one call that succeeds; what it hands back.
fn data(vendor: &Vendor, operation: &'static Operation, arguments: &Map<String, Value>) -> Data {
    let target = Target {
        integration: &ACME,
        connection: &BTreeMap::new(),
        upstreams: &Upstreams::default(),
    };
    let mut exchange = Exchange::new(&ACME, "a", operation, arguments).unwrap();
    while !exchange.is_done() {
        let request = exchange.request(&target).unwrap();
        let answer = vendor.answer(operation, &request);
        exchange.accept(request.url(), &answer).unwrap();
    }
    exchange.finish().data
}

/// Makes one call; the rows, the cursor, and how many requests it took.
fn call(
    vendor: &Vendor,
    operation: &'static Operation,
    arguments: &Map<String, Value>,
) -> (Vec<Value>, Option<String>, u32) {
    let target = Target {
        integration: &ACME,
        connection: &BTreeMap::new(),
        upstreams: &Upstreams::default(),
    };
    let mut exchange = Exchange::new(&ACME, "a", operation, arguments).unwrap();
    let mut requests = 0;
    while !exchange.is_done() {
        let request = exchange.request(&target).unwrap();
        requests += 1;
        let answer = vendor.answer(operation, &request);
        if let Err(failure) = exchange.accept(request.url(), &answer) {
            let says_more = matches!(
                operation.pagination.map(|pagination| &pagination.stop),
                Some(Stop::More(_) | Stop::Total(_))
            );
            assert!(
                says_more && vendor.quirk == Quirk::IgnoresPages,
                "{:?}",
                failure.error
            );
            // Nobody is told that a list has ended that has not.
            assert_eq!(failure.error.kind, ErrorKind::Malformed);
            let (rows, cursor, _) = exchange
                .fail(failure.error)
                .map_or_else(|_| (Vec::new(), None, None), crate::page);
            return (rows, cursor, requests);
        }
    }
    let (rows, cursor, interrupted) = crate::page(exchange.finish());
    assert!(interrupted.is_none());
    (rows, cursor, requests)
}

/// Makes calls until there is no cursor, each with the next of these limits by turns.
fn walk(vendor: &Vendor, operation: &'static Operation, limits: &[Option<u64>]) -> Vec<u64> {
    let mut cursor: Option<String> = None;
    let mut ids = Vec::new();
    for limit in limits.iter().cycle().take(500) {
        let mut arguments = object(json!({"q": "x"}));
        arguments.extend(limit.map(|limit| ("limit".to_owned(), json!(limit))));
        arguments.extend(
            cursor
                .take()
                .map(|cursor| ("next_cursor".to_owned(), json!(cursor))),
        );
        let (rows, next, requests) = call(vendor, operation, &arguments);
        assert!(requests <= 20);
        let count = rows.len() as u64;
        assert!(limit.is_none_or(
            |limit| count == limit || count < limit && (next.is_none() || requests == 20)
        ));
        assert!(
            next.is_none() || count > 0,
            "a page without rows goes nowhere"
        );
        ids.extend(rows.iter().map(|row| row["id"].as_u64().unwrap()));
        cursor = next;
        if cursor.is_none() {
            return ids;
        }
    }
    panic!("the list never ends: {ids:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn each_row_comes_once_and_in_order(
        rows in 0_u64..80,
        cap in 1..=MAX,
        no_content: bool,
        limits in prop::collection::vec(prop::option::of(1_u64..90), 1..5),
    ) {
        for (name, operation) in LISTS {
            let by_length = matches!(operation.pagination.unwrap().stop, Stop::ShortPage);
            // A vendor with a cap of its own cannot be declared as one whose short pages are the last.
            let cap = if by_length { MAX } else { cap };
            let vendor = Vendor { rows, cap, no_content, ..VENDOR };
            let expected: Vec<u64> = (0..rows).collect();
            prop_assert_eq!(walk(&vendor, operation, &limits), expected, "{}", name);
        }
        let vendor = Vendor { rows, cap, no_content, ..VENDOR };
        prop_assert_eq!(walk(&vendor, &WHOLE, &limits), (0..rows).collect::<Vec<_>>());
    }

    #[test]
    fn a_page_that_comes_twice_costs_no_row(
        rows in 0_u64..80,
        limits in prop::collection::vec(prop::option::of(1_u64..90), 1..5),
    ) {
        let vendor = Vendor { rows, quirk: Quirk::ZeroIsOne, ..VENDOR };
        prop_assert_eq!(walk(&vendor, &PAGE_TOTAL, &limits), (0..rows).collect::<Vec<_>>());
    }

    #[test]
    fn a_vendor_that_ignores_pages_is_noticed(
        rows in 1_u64..80,
        limits in prop::collection::vec(prop::option::of(1_u64..90), 1..5),
    ) {
        for (name, operation) in LISTS {
            let vendor = Vendor { rows, quirk: Quirk::IgnoresPages, ..VENDOR };
            let ids = walk(&vendor, operation, &limits);
            let distinct: Vec<u64> = (0..ids.len() as u64).collect();
            prop_assert_eq!(ids, distinct, "{}", name);
        }
    }
}

#[test]
fn a_call_hands_back_no_more_than_a_model_is_shown() {
    // Rows that fit together, that fill a result by themselves, and that are too long for one.
    let vendor = Vendor {
        rows: 8,
        lengths: &[10, 60_000, MOST_BYTES - 30, MOST_BYTES + 5],
        ..VENDOR
    };
    for (name, operation) in LISTS.iter().copied().chain([("WHOLE", &WHOLE)]) {
        for limits in [[None, None], [Some(8), Some(8)], [Some(2), Some(5)]] {
            let mut arguments = object(json!({"q": "x"}));
            let mut ids = Vec::new();
            for limit in limits.iter().cycle().take(20) {
                arguments.extend(limit.map(|limit| ("limit".to_owned(), json!(limit))));
                let (rows, cut, cursor) = match data(&vendor, operation, &arguments) {
                    Data::Page {
                        result,
                        cut,
                        next_cursor,
                        interrupted: None,
                    } => (result, cut, next_cursor),
                    other => panic!("{other:?}"),
                };
                let bytes: usize = rows.iter().map(|row| row.as_str().len() + 1).sum();
                assert!(bytes <= MOST_BYTES || rows.len() == 1, "{name}: {bytes}");
                let is_short = limit.is_some_and(|limit| rows.len() < limit) && cursor.is_some();
                assert!(cut || !is_short, "{name}: a short result says why");
                assert!(!cut || cursor.is_some(), "{name}");
                let id = |row: &Json| row.to_value().unwrap()["id"].as_u64().unwrap();
                ids.extend(rows.iter().map(id));
                let Some(cursor) = cursor else { break };
                arguments.insert("next_cursor".to_owned(), json!(cursor));
            }
            assert_eq!(ids, (0..8).collect::<Vec<_>>(), "{name} {limits:?}");
        }
    }
}

#[test]
fn without_a_limit_one_page_comes() {
    let vendor = VENDOR;
    let (rows, cursor, requests) = call(&vendor, &PAGE_MORE, &Map::new());
    assert_eq!((rows.len(), cursor.is_some(), requests), (4, true, 1));
    let (rows, cursor, requests) = call(&vendor, &WHOLE, &Map::new());
    assert_eq!((rows.len(), cursor.is_some(), requests), (30, false, 1));
}

#[test]
fn a_limit_above_the_page_size_takes_as_few_pages_as_it_can() {
    let vendor = Vendor {
        rows: 300,
        ..VENDOR
    };
    let (rows, _, requests) = call(&vendor, &PAGE_MORE, &object(json!({"limit": 21})));
    assert_eq!((rows.len(), requests), (21, 3));
    let (rows, cursor, requests) = call(&vendor, &PAGE_MORE, &object(json!({"limit": 250})));
    assert_eq!((rows.len(), cursor.is_some(), requests), (200, true, 20));
}

#[test]
fn a_cursor_is_refused_where_it_does_not_belong() {
    let vendor = VENDOR;
    let (_, cursor, _) = call(&vendor, &PAGE_MORE, &object(json!({"q": "x"})));
    let cursor = cursor.unwrap();
    let refusal = |account, arguments: Value| {
        let arguments = object(arguments);
        let exchange = Exchange::new(&ACME, account, &PAGE_MORE, &arguments);
        exchange.map(|_| ()).map_err(|error| error.message.clone())
    };
    assert_eq!(
        refusal("a", json!({"q": "x", "next_cursor": cursor, "limit": 9})),
        Ok(())
    );
    let other = refusal("a", json!({"q": "y", "next_cursor": cursor})).unwrap_err();
    assert!(
        other.starts_with("This next_cursor does not belong to this call"),
        "{other}"
    );
    assert!(refusal("b", json!({"q": "x", "next_cursor": cursor})).is_err());
    let damaged = refusal("a", json!({"q": "x", "next_cursor": "page2"})).unwrap_err();
    assert!(
        damaged.starts_with("This next_cursor is damaged"),
        "{damaged}"
    );
}

#[test]
fn a_cursor_that_was_made_up_is_refused() {
    let binding = Binding::new(&PAGE_MORE, "a", &Map::new());
    let forged = |start, size| {
        let position = Position {
            start,
            size,
            seen: 0,
            skip: 0,
            previous: None,
        };
        let arguments = object(json!({"next_cursor": cursor::encode(&position, binding)}));
        Exchange::new(&ACME, "a", &PAGE_MORE, &arguments)
            .map(|_| ())
            .is_ok()
    };
    assert!(forged(Start::Number(3), Some(10)));
    assert!(!forged(Start::Number(0), Some(10)));
    assert!(!forged(Start::Number(3), Some(11)));
    assert!(!forged(Start::Token("x".to_owned()), Some(10)));
    assert!(!forged(Start::Link("admin=1".to_owned()), Some(10)));
}

#[test]
fn only_rows_that_are_counted_can_be_asked_for_in_another_size() {
    let vendor = VENDOR;
    for (operation, requests) in [(&OFFSET_TOTAL, 1), (&PAGE_TOTAL, 4)] {
        let (_, cursor, _) = call(&vendor, operation, &object(json!({"limit": 2})));
        let arguments = object(json!({"limit": 8, "next_cursor": cursor}));
        let (rows, _, took) = call(&vendor, operation, &arguments);
        assert_eq!((rows.len(), took), (8, requests), "{}", operation.name);
    }
}
