//! Vendors that keep to their documented rules of paging to the letter, and refuse what breaks them.

use std::ops::RangeInclusive;
use std::sync::Arc;

use serde_json::{Value, json};
use toolwright::runtime::account::{Account, Credential, Fixed};
use toolwright::runtime::call::{Caller, Config};
use toolwright::runtime::table::{
    Arg, JsonPath, Operation, PageSize, PageStyle, Pagination, PathPart, Response, ResponseForm,
    Shape, Step, Stop,
};
use toolwright::{CATALOGUE, zoho_bigin};

use super::lists::{List, operation};
use super::scripted::{Act, Asked, Vendor, answer, json};

/// Walks a list of so many rows at a vendor with each of the limits.
async fn walk(
    operation: &'static Operation,
    slug: &str,
    rows: u64,
    limits: impl Iterator<Item = Option<u64>>,
    rules: impl Fn(&Asked, u64) -> Vec<Act> + Send + Sync + 'static,
) {
    let vendor = Vendor::start(move |asked| rules(asked, rows)).await;
    let mut integrations = CATALOGUE.integrations.iter();
    let integration = integrations
        .find(|integration| integration.slug == slug)
        .unwrap();
    let fields = integration.connection.iter();
    let connection =
        fields.filter_map(|field| Some((field.name.to_owned(), field.example?.to_owned())));
    let credentials = Arc::new(Fixed(Credential::Token("a-secret".into())));
    let account = Account::new(integration, "test", connection, credentials).unwrap();
    let upstreams = vendor.upstreams(&CATALOGUE);
    let caller = Caller::new(Config {
        upstreams,
        ..Config::default()
    })
    .unwrap();
    let list = List {
        caller: &caller,
        account: &account,
        operation,
        arguments: json!({}),
    };
    for limit in limits {
        let walked = list.walk(limit).await;
        let walked = walked.iter().map(|row| row["n"].as_u64().unwrap());
        assert!(
            walked.eq(0..rows),
            "{}: {rows} rows in {limit:?}",
            operation.name
        );
    }
}

/// A parameter, which has to be there and within bounds.
fn within(asked: &Asked, name: &str, bounds: RangeInclusive<u64>) -> Option<u64> {
    let number = asked.query.get(name)?.parse().ok()?;
    bounds.contains(&number).then_some(number)
}

fn rows(start: u64, count: u64, rows: u64) -> Vec<Value> {
    (start..rows.min(start + count))
        .map(|n| json!({ "n": n }))
        .collect()
}

fn refused(asked: &Asked) -> Vec<Act> {
    answer(
        400,
        &[],
        json!({ "message": format!("refused: {}", asked.line) }).to_string(),
    )
}

/// Rows are counted from 1, and at most 100 are asked for.
fn egnyte(asked: &Asked, all: u64) -> Vec<Act> {
    let start = within(asked, "startIndex", 1..=u64::MAX);
    let Some((start, count)) = start.zip(within(asked, "count", 1..=100)) else {
        return refused(asked);
    };
    let resources = rows(start - 1, count, all);
    json(&json!({
        "totalResults": all, "itemsPerPage": resources.len(), "startIndex": start, "resources": resources,
    }))
}

/// Pages are counted from 0. What the rows are called, and whether there is a total, differs.
fn meeting(rows_at: &'static str, total_at: &'static str) -> impl Fn(&Asked, u64) -> Vec<Act> {
    move |asked, all| {
        let index = within(asked, "index", 0..=u64::MAX);
        let Some((index, count)) = index.zip(within(asked, "count", 1..=100)) else {
            return refused(asked);
        };
        let found = rows(index * count, count, all);
        let mut body = json!({ "resourceType": "/meeting/api/v2/60051820417" });
        if !total_at.is_empty() {
            body[total_at] = json!(all);
        }
        // A list of meetings without any lacks the member.
        if all > 0 || rows_at != "session" {
            body[rows_at] = json!(found);
        }
        json(&body)
    }
}

/// Pages are counted from 1, and there is no content after the last.
fn bigin_users(asked: &Asked, all: u64) -> Vec<Act> {
    let page = within(asked, "page", 1..=u64::MAX);
    let Some((page, size)) = page.zip(within(asked, "per_page", 1..=200)) else {
        return refused(asked);
    };
    let users = rows((page - 1) * size, size, all);
    if users.is_empty() {
        return answer(204, &[], "");
    }
    let info = json!({
        "per_page": size, "count": users.len(), "page": page, "more_records": page * size < all,
    });
    json(&json!({ "users": users, "info": info }))
}

/// Every limit from 1 to three pages, and none.
fn every_limit(operation: &Operation) -> impl Iterator<Item = Option<u64>> {
    let size = operation.pagination.unwrap().size.as_ref().unwrap();
    (1..=3 * u64::from(size.default)).map(Some).chain([None])
}

/// Limits around the ends of pages of these sizes, and none.
fn some_limits(pages: [u64; 2]) -> impl Iterator<Item = Option<u64>> {
    let around = pages
        .into_iter()
        .flat_map(|page| [page - 1, page, page + 1]);
    [9, 1000].into_iter().chain(around).map(Some).chain([None])
}

#[tokio::test]
async fn egnyte_counts_rows_from_one() {
    let users = operation("list_all_egnyte_users").1;
    walk(users, "egnyte", 103, every_limit(users), egnyte).await;
    for tool in ["list_all_egnyte_users", "list_all_egnyte_groups"] {
        for all in [0, 1, 100, 101, 250] {
            let list = operation(tool).1;
            walk(list, "egnyte", all, some_limits([100, 200]), egnyte).await;
        }
    }
}

#[tokio::test]
async fn zoho_meeting_counts_pages_from_zero() {
    for (tool, rows_at, total_at) in [
        (
            "list_all_zoho_meeting_users",
            "representation",
            "totalCount",
        ),
        ("list_all_zoho_meeting_departments", "representation", ""),
        ("list_all_zoho_meeting_meetings", "session", "count"),
    ] {
        let list = operation(tool).1;
        walk(
            list,
            "zoho_meeting",
            41,
            every_limit(list),
            meeting(rows_at, total_at),
        )
        .await;
        for all in [0, 1, 40, 201] {
            let limits = some_limits([20, 100]);
            walk(
                list,
                "zoho_meeting",
                all,
                limits,
                meeting(rows_at, total_at),
            )
            .await;
        }
    }
}

#[tokio::test]
async fn zoho_bigin_has_no_content_after_the_last_page() {
    let users = operation("list_all_zoho_bigin_users").1;
    walk(users, "zoho_bigin", 101, every_limit(users), bigin_users).await;
    for all in [0, 1, 50, 200, 201] {
        walk(
            users,
            "zoho_bigin",
            all,
            some_limits([50, 200]),
            bigin_users,
        )
        .await;
    }
}

/// How Bigin splits the records of a module (get-records). None of its modules is a tool yet.
static RECORDS: Operation = Operation {
    name: "list_all_zoho_bigin_contacts",
    path: &[PathPart::Literal("/bigin/v2/Contacts")],
    query: &[("fields", "Last_Name")],
    args: &[Arg::LIMIT, Arg::NEXT_CURSOR],
    response: Response {
        at: &[Step::Key("data")],
        form: ResponseForm::Rows {
            missing_is_empty: false,
        },
        shape: Shape::Any,
    },
    pagination: Some(&Pagination {
        style: PageStyle::PageThenToken {
            page_parameter: "page",
            first: 1,
            token_parameter: "page_token",
            next: NEXT,
            switch_after: 2000,
        },
        size: Some(PageSize {
            parameter: "per_page",
            default: 50,
            max: 200,
        }),
        stop: Stop::More(&[Step::Key("info"), Step::Key("more_records")]),
    }),
    ..Operation::COMMON
};

const NEXT: JsonPath = &[Step::Key("info"), Step::Key("next_page_token")];

/// The first 2,000 rows have page numbers; after that a page has the token of the one before, which
/// is never sent with a number and holds for one size.
fn bigin_records(asked: &Asked, all: u64) -> Vec<Act> {
    let Some(size) = within(asked, "per_page", 1..=200) else {
        return refused(asked);
    };
    let token = asked
        .query
        .get("page_token")
        .and_then(|token| token.split_once('-'));
    let start = match (within(asked, "page", 1..=2000), token) {
        (Some(page), None) if page * size <= 2000 => (page - 1) * size,
        (None, Some((start, of))) if of == size.to_string() => start.parse().unwrap(),
        _ => return refused(asked),
    };
    let data = rows(start, size, all);
    if data.is_empty() {
        return answer(204, &[], "");
    }
    let end = start + size;
    let next = (end < all).then(|| format!("{end}-{size}"));
    json(&json!({
        "data": data,
        "info": { "per_page": size, "next_page_token": next, "more_records": end < all },
    }))
}

#[tokio::test]
async fn zoho_bigin_wants_a_token_after_two_thousand_records() {
    assert_eq!(
        zoho_bigin::tables::INTEGRATION.hosts[RECORDS.host].name,
        "api"
    );
    let limits = [
        7, 49, 50, 51, 150, 199, 200, 201, 399, 400, 401, 599, 600, 1000,
    ];
    let limits = || limits.map(Some).into_iter().chain([None]);
    walk(&RECORDS, "zoho_bigin", 2500, limits(), bigin_records).await;
    for all in [0, 1, 1999, 2000, 2001, 2050] {
        let limits = limits().skip(2).step_by(4);
        walk(&RECORDS, "zoho_bigin", all, limits, bigin_records).await;
    }
}
