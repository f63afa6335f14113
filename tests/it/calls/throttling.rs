//! Throttling is told and never retried: what the vendor said, how much is left, and when to go on.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use toolwright::CATALOGUE;

use super::scripted::{Puppet, answer, json};
use super::served::Served;

/// An answer, and what a caller learns from it.
struct Throttled {
    tool: &'static str,
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    kind: &'static str,
    /// The sentence.
    told: &'static str,
    ratelimit: Value,
}

const ZESTY: &str = "list_all_zesty_instances";
const EGNYTE: &str = "list_all_egnyte_users";
const BIGIN: &str = "list_all_zoho_bigin_roles";
const MEETING: &str = "list_all_zoho_meeting_departments";

const RIGHTS: &str = "Users and groups are for administrators, and for power users whose role allows it; \
                      reconnect the account with such a person's token, with the scopes Egnyte.user and \
                      Egnyte.group.";
const SECOND: &str = "The token has used up its calls of this second (two, unless Egnyte agreed to more); \
                      the same call goes through a second later.";
const DAY: &str = "The token has used up its calls of this day (1,000, unless Egnyte agreed to more); the \
                   count starts anew at midnight UTC.";
const CREDITS: &str = "Either too many calls ran at once, or the credits of the last 24 hours are used up; \
                       Bigin does not say which, nor when to try again.";
const TOKENS: &str = "Zoho gives ten access tokens in ten minutes for one account; after a pause of ten \
                      minutes there are new ones. The account does not have to be connected again.";

fn throttled() -> Vec<(Throttled, &'static str)> {
    let row = |tool, status, headers, body, kind, told, hint, ratelimit| {
        (
            Throttled {
                tool,
                status,
                headers,
                body,
                kind,
                told,
                ratelimit,
            },
            hint,
        )
    };
    let nothing = || Value::Null;
    vec![
        row(
            ZESTY,
            429,
            &[],
            "",
            "rate_limited",
            "Zesty.io answered 429 without a message.",
            "Wait before the next call.",
            nothing(),
        ),
        row(
            ZESTY,
            429,
            &[("retry-after", "7")],
            r#"{"error":"Slow down"}"#,
            "rate_limited",
            "Zesty.io answered 429: Slow down.",
            "Call again in 7 seconds.",
            json!({ "reset": 7 }),
        ),
        row(
            EGNYTE,
            403,
            &[
                ("x-mashery-error-code", "ERR_403_DEVELOPER_OVER_QPS"),
                ("retry-after", "1"),
                ("content-type", "text/html"),
                ("x-accesstoken-qps-allotted", "2"),
                ("x-accesstoken-qps-current", "3"),
                ("x-accesstoken-quota-allotted", "1000"),
                ("x-accesstoken-quota-current", "640"),
            ],
            "<h1>Developer Over Qps</h1>",
            "rate_limited",
            "Egnyte answered 403: Developer Over Qps.",
            SECOND,
            json!({ "limit": 2, "remaining": 0, "reset": 1 }),
        ),
        row(
            EGNYTE,
            403,
            &[
                ("x-mashery-error-code", "ERR_403_DEVELOPER_OVER_RATE"),
                ("x-accesstoken-qps-allotted", "2"),
                ("x-accesstoken-qps-current", "1"),
                ("x-accesstoken-quota-allotted", "1000"),
                ("x-accesstoken-quota-current", "1000"),
                ("x-quota-reset", "Wednesday, April 17, 2024 12:00:00 AM GMT"),
            ],
            "<h1>Developer Over Rate</h1>",
            "rate_limited",
            "Egnyte answered 403: Developer Over Rate.",
            DAY,
            json!({ "limit": 1000, "remaining": 0 }),
        ),
        // The same status is a matter of rights without the header, and with another code.
        row(
            EGNYTE,
            403,
            &[("content-type", "text/html")],
            "<h1>Forbidden</h1>",
            "forbidden",
            "Egnyte answered 403: Forbidden.",
            RIGHTS,
            nothing(),
        ),
        row(
            EGNYTE,
            403,
            &[("x-mashery-error-code", "ERR_403_NOT_AUTHORIZED")],
            "",
            "forbidden",
            "Egnyte answered 403 without a message.",
            RIGHTS,
            nothing(),
        ),
        row(
            EGNYTE,
            429,
            &[("retry-after", "12")],
            r#"{"fault":{"faultstring":"Rate limit quota violation","detail":{"errorcode":"policies.ratelimit.QuotaViolation"}}}"#,
            "rate_limited",
            "Egnyte answered 429 (policies.ratelimit.QuotaViolation): Rate limit quota violation.",
            "Call again in 12 seconds.",
            json!({ "reset": 12 }),
        ),
        row(
            EGNYTE,
            409,
            &[("retry-after", "60")],
            "",
            "rate_limited",
            "Egnyte answered 409 without a message.",
            "Call again in 60 seconds.",
            json!({ "reset": 60 }),
        ),
        row(
            BIGIN,
            429,
            &[],
            r#"{"code":"TOO_MANY_REQUESTS","details":{},"message":"too many requests","status":"error"}"#,
            "rate_limited",
            "Zoho Bigin answered 429 (TOO_MANY_REQUESTS): too many requests.",
            CREDITS,
            nothing(),
        ),
        row(
            BIGIN,
            400,
            &[("x-api-credits-remaining", "0")],
            r#"{"code":"API_LIMIT_EXCEEDED","details":{},"message":"","status":"error"}"#,
            "rate_limited",
            "Zoho Bigin answered 400 (API_LIMIT_EXCEEDED) without a message.",
            CREDITS,
            json!({ "remaining": 0 }),
        ),
        row(
            MEETING,
            429,
            &[],
            "",
            "rate_limited",
            "Zoho Meeting answered 429 without a message.",
            "Wait before the next call.",
            nothing(),
        ),
        // Zoho has given out too many access tokens, which it says with success or failure.
        row(
            BIGIN,
            200,
            &[],
            TOO_CONTINUOUSLY,
            "rate_limited",
            "Zoho Bigin answered 200 but failed (Access Denied): You have made too many requests \
             continuously. Please try again after some time.",
            TOKENS,
            nothing(),
        ),
        row(
            MEETING,
            400,
            &[],
            TOO_CONTINUOUSLY,
            "rate_limited",
            "Zoho Meeting answered 400 (Access Denied): You have made too many requests continuously. \
             Please try again after some time.",
            TOKENS,
            nothing(),
        ),
        row(
            BIGIN,
            401,
            &[],
            r#"{"code":"INVALID_TOKEN","details":{},"message":"invalid oauth token","status":"error"}"#,
            "unauthorized",
            "Zoho Bigin answered 401 (INVALID_TOKEN): invalid oauth token.",
            "If a new access token is refused too, reconnect the account and check its data center.",
            nothing(),
        ),
    ]
}

pub(crate) const TOO_CONTINUOUSLY: &str = r#"{"error":"Access Denied","error_description":"You have made too many requests continuously. Please try again after some time.","status":"failure"}"#;

#[tokio::test]
async fn throttling_is_told_and_not_retried() {
    let puppet = Puppet::start().await;
    let served = Served::start(&CATALOGUE, puppet.vendor.upstreams(&CATALOGUE)).await;
    for (row, hint) in throttled() {
        let again = || answer(row.status, row.headers, row.body);
        puppet.answers([again(), again(), again()]);
        let (told, details) = served.failure(slug(row.tool), row.tool, &json!({})).await;
        assert_eq!(told, format!("{} {hint}", row.told), "{}", row.body);
        assert_eq!(details["error"]["kind"], row.kind, "{told}");
        assert_eq!(details["error"]["status"], row.status, "{told}");
        assert_eq!(details["error"]["hint"], hint);
        assert_eq!(details["ratelimit"], row.ratelimit, "{told}");
        assert_eq!(puppet.vendor.asked().len(), 1, "{told}");
    }
}

fn slug(tool: &str) -> &'static str {
    let mut slugs = CATALOGUE
        .integrations
        .iter()
        .map(|integration| integration.slug);
    slugs.find(|slug| tool.contains(slug)).unwrap()
}

#[tokio::test]
async fn a_moment_to_call_again_becomes_seconds() {
    let puppet = Puppet::start().await;
    let served = Served::start(&CATALOGUE, puppet.vendor.upstreams(&CATALOGUE)).await;
    let in_a_minute = httpdate(SystemTime::now() + Duration::from_secs(60));
    let past = httpdate(SystemTime::now() - Duration::from_secs(60));
    for (retry_after, expected) in [
        (in_a_minute.as_str(), 55..=61),
        (past.as_str(), 0..=0),
        ("120", 120..=120),
        ("0.5", 1..=1),
    ] {
        puppet.answers([answer(429, &[("retry-after", retry_after)], "")]);
        let (_, details) = served.failure("zesty", ZESTY, &json!({})).await;
        let reset = details["ratelimit"]["reset"].as_u64().unwrap();
        assert!(expected.contains(&reset), "{retry_after}: {reset}");
        assert_eq!(puppet.vendor.asked().len(), 1, "{retry_after}");
    }
    for nonsense in ["soon", "-1", "", "99999999999999999999999"] {
        puppet.answers([answer(429, &[("retry-after", nonsense)], "")]);
        let (_, details) = served.failure("zesty", ZESTY, &json!({})).await;
        assert_eq!(details.get("ratelimit"), None, "{nonsense}");
        assert_eq!(puppet.vendor.asked().len(), 1, "{nonsense}");
    }
}

/// A moment as HTTP writes it (RFC 9110 section 5.6.7).
fn httpdate(moment: SystemTime) -> String {
    let moment = jiff::Timestamp::try_from(moment).unwrap();
    moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[tokio::test]
async fn a_success_tells_what_is_left_as_far_as_the_vendor_does() {
    let puppet = Puppet::start().await;
    let served = Served::start(&CATALOGUE, puppet.vendor.upstreams(&CATALOGUE)).await;
    let qps = [
        ("x-accesstoken-qps-allotted", "2"),
        ("x-accesstoken-qps-current", "1"),
    ];
    for (tool, headers, body, ratelimit) in [
        (
            EGNYTE,
            &qps[..],
            r#"{"totalResults":0,"resources":[]}"#,
            Some(json!({ "limit": 2, "remaining": 1 })),
        ),
        (EGNYTE, &[], r#"{"totalResults":0,"resources":[]}"#, None),
        (
            BIGIN,
            &[("x-api-credits-remaining", "24180")],
            r#"{"roles":[]}"#,
            Some(json!({ "remaining": 24180 })),
        ),
        // Of a proxy in between, not of Zoho.
        (
            BIGIN,
            &[("x-ratelimit-limit", "2000")],
            r#"{"roles":[]}"#,
            None,
        ),
        (ZESTY, &[], r#"{"data":[]}"#, None),
        (MEETING, &[], r#"{"representation":[]}"#, None),
    ] {
        puppet.answers([answer(200, headers, body)]);
        let object = served.success(slug(tool), tool, &json!({})).await;
        assert_eq!(object.get("ratelimit"), ratelimit.as_ref(), "{tool}");
        assert_eq!(puppet.vendor.asked().len(), 1, "{tool}");
    }
}

#[tokio::test]
async fn what_came_before_the_throttling_is_kept() {
    let puppet = Puppet::start().await;
    let served = Served::start(&CATALOGUE, puppet.vendor.upstreams(&CATALOGUE)).await;
    let page = |ids: std::ops::Range<u32>| {
        let resources: Vec<Value> = ids.map(|id| json!({ "id": id })).collect();
        json(&json!({ "totalResults": 150, "resources": resources }))
    };
    let throttled = [("retry-after", "9")];
    puppet.answers([page(0..75), answer(429, &throttled, "")]);
    let object = served
        .success("egnyte", EGNYTE, &json!({ "limit": 150 }))
        .await;
    assert_eq!(object["result"].as_array().unwrap().len(), 75);
    assert_eq!(object["ratelimit"], json!({ "reset": 9 }));
    assert_eq!(
        object["note"],
        "The list stopped early. Egnyte answered 429 without a message. Call again in 9 seconds. \
         next_cursor goes on where it stopped."
    );
    assert_eq!(puppet.vendor.asked().len(), 2);

    puppet.answers([page(75..150)]);
    let arguments = json!({ "limit": 150, "next_cursor": object["next_cursor"] });
    let rest = served.success("egnyte", EGNYTE, &arguments).await;
    assert_eq!(rest["result"][0]["id"], "75");
    assert_eq!(rest.get("next_cursor"), None);
    assert_eq!(puppet.vendor.asked()[0].query["startIndex"], "76");
}
