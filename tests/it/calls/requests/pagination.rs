//! A list takes as many requests as it has pages, of the largest size that is needed.

use super::*;

const EGNYTE_USERS: &str = "list_all_egnyte_users";
const BIGIN_USERS: &str = "list_all_zoho_bigin_users";
const MEETING_USERS: &str = "list_all_zoho_meeting_users";

/// A call of a list, the rows that come of it, and how often its one request is made.
type Row = (&'static str, Value, usize, usize);

fn limit(limit: u64) -> Value {
    json!({ "limit": limit })
}

async fn counted(vendor: &'static Vendor, first: &str, request: &str, rows: Vec<Row>) {
    let request = format!("{request} 200");
    let calls = rows.into_iter().enumerate();
    let steps = calls.map(|(number, (tool, arguments, found, times))| {
        let first = (number == 0 && !first.is_empty()).then(|| first.to_owned());
        let pages = std::iter::repeat_n(request.clone(), times);
        Step::Call {
            tool,
            arguments,
            expected: Expected::Success(Some(found)),
            asked: first.into_iter().chain(pages).collect(),
        }
    });
    run([Case {
        situation: "a list",
        vendor,
        token: Token::Endless,
        steps: steps.collect(),
    }])
    .await;
}

#[tokio::test]
async fn zesty_has_no_pages() {
    let instances = "list_all_zesty_instances";
    counted(
        &ZESTY,
        "",
        ZESTY.api,
        vec![
            (instances, json!({}), 30, 1),
            (instances, limit(1), 1, 1),
            (instances, limit(1000), 30, 1),
        ],
    )
    .await;
}

#[tokio::test]
async fn egnyte_has_pages_of_at_most_a_hundred() {
    counted(
        &EGNYTE,
        "",
        "GET acme.egnyte.com/pubapi/v2/users?startIndex&count",
        vec![
            (EGNYTE_USERS, json!({}), 100, 1),
            (EGNYTE_USERS, limit(1), 1, 1),
            (EGNYTE_USERS, limit(100), 100, 1),
            (EGNYTE_USERS, limit(101), 101, 2),
            (EGNYTE_USERS, limit(200), 200, 2),
        ],
    )
    .await;
}

#[tokio::test]
async fn zoho_bigin_has_pages_of_at_most_two_hundred() {
    counted(
        &BIGIN,
        "",
        "GET www.zohoapis.eu/bigin/v2/users?type&page&per_page",
        vec![
            (BIGIN_USERS, json!({}), 50, 1),
            (BIGIN_USERS, limit(1), 1, 1),
            (BIGIN_USERS, limit(200), 200, 1),
            (BIGIN_USERS, limit(201), 201, 2),
            (
                BIGIN_USERS,
                json!({ "type": "DeletedUsers", "limit": 1000 }),
                1,
                1,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn zoho_meeting_has_pages_of_at_most_a_hundred() {
    counted(
        &MEETING,
        &MEETING.api(200),
        "GET meeting.zoho.eu/api/v2/60051820417/user?index&count",
        vec![
            (MEETING_USERS, json!({}), 20, 1),
            (MEETING_USERS, limit(1), 1, 1),
            (MEETING_USERS, limit(70), 70, 1),
            (MEETING_USERS, limit(101), 76, 2),
            (MEETING_USERS, limit(1000), 76, 1),
        ],
    )
    .await;
}

/// Bigin has no content where it has no rows, and none for a record that is not there.
#[tokio::test]
async fn no_content_is_an_empty_list_and_no_record() {
    let user = "/bigin/v2/users/648310000000271007";
    let one = format!("www.zohoapis.eu{user}");
    let list = |found, status| Step::Call {
        tool: BIGIN_USERS,
        arguments: json!({ "type": "DeactiveUsers" }),
        expected: Expected::Success(Some(found)),
        asked: vec![format!(
            "GET www.zohoapis.eu/bigin/v2/users?type&page&per_page {status}"
        )],
    };
    let call = |tool, id: &str, expected, asked: String| Step::Call {
        tool,
        arguments: json!({ "id": id }),
        expected,
        asked: vec![asked],
    };
    run([Case {
        situation: "the only row goes",
        vendor: &BIGIN,
        token: Token::Endless,
        steps: vec![
            list(1, 200),
            call(
                "delete_a_zoho_bigin_user_by_id",
                "648310000000271007",
                SUCCESS,
                format!("DELETE {one} 200"),
            ),
            list(0, 204),
            call(
                "get_single_zoho_bigin_user_by_id",
                "648310000000999999",
                failure("not_found", Some(204)),
                "GET www.zohoapis.eu/bigin/v2/users/648310000000999999 204".to_owned(),
            ),
        ],
    }])
    .await;
}
