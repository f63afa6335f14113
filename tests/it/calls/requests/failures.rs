//! Whatever a vendor does, a call is one request, and the next call works.

use super::*;

const VENDORS: [&Vendor; 4] = [&ZESTY, &EGNYTE, &BIGIN, &MEETING];

/// What a vendor does, the status of its answer, and what comes of it.
fn faults() -> Vec<(Fault, u16, Expected)> {
    let late = 10_000;
    vec![
        (
            Fault::ServerError { status: 503 },
            503,
            failure("upstream", Some(503)),
        ),
        (
            Fault::Html { status: 502 },
            502,
            failure("upstream", Some(502)),
        ),
        (
            Fault::Html { status: 200 },
            200,
            failure("malformed", Some(200)),
        ),
        (Fault::TruncatedJson, 200, failure("malformed", Some(200))),
        // What it is called does not matter where it is JSON.
        (Fault::WrongContentType, 200, SUCCESS),
        (
            Fault::HugeBody { bytes: 1 << 30 },
            200,
            failure("too_large", Some(200)),
        ),
        (Fault::EndlessBody, 200, failure("too_large", Some(200))),
        (
            Fault::SlowHeaders { milliseconds: late },
            200,
            failure("timeout", None),
        ),
        (
            Fault::SlowBody { milliseconds: late },
            200,
            failure("timeout", None),
        ),
        (Fault::BreakOff, 200, failure("network", None)),
    ]
}

fn cases(vendor: &'static Vendor) -> impl Iterator<Item = Case> {
    faults()
        .into_iter()
        .map(move |(fault, status, expected)| Case {
            situation: "the answer is spoiled",
            vendor,
            token: Token::Endless,
            steps: vec![
                vendor.spoiled(fault),
                vendor.call(expected, [vendor.api(status)]),
                Step::Status("active"),
                vendor.call(SUCCESS, [vendor.api(200)]),
            ],
        })
}

#[tokio::test]
async fn an_answer_that_is_spoiled_is_not_asked_for_again() {
    run(VENDORS.into_iter().flat_map(cases)).await;
}
