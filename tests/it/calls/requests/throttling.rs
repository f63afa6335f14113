//! Throttling is told to whoever calls, and the call is not made again.

use super::*;

/// The vendors, and what they tell of their limits when they throttle.
fn vendors() -> [(&'static Vendor, Value); 4] {
    [
        (&ZESTY, json!({ "reset": 30 })),
        (&EGNYTE, json!({ "limit": 2, "remaining": 0, "reset": 1 })),
        (&BIGIN, json!({ "remaining": 0 })),
        (&MEETING, Value::Null),
    ]
}

#[tokio::test]
async fn a_throttled_call_is_one_request() {
    run(vendors().map(|(vendor, ratelimit)| {
        let throttled = || throttled(vendor.throttled, ratelimit.clone());
        let twice = Injection::new(vendor.slug, Fault::Throttle).times(2);
        Case {
            situation: "there are too many calls",
            vendor,
            token: Token::Endless,
            steps: vec![
                Step::Fault(twice),
                vendor.call(throttled(), [vendor.api(vendor.throttled)]),
                vendor.call(throttled(), [vendor.api(vendor.throttled)]),
                Step::Status("active"),
                vendor.call(SUCCESS, [vendor.api(200)]),
            ],
        }
    }))
    .await;
}

/// A token that is replaced on the way to an answer that throttles is not replaced again.
#[tokio::test]
async fn throttling_after_a_new_token_is_told() {
    let of_vendors = vendors()
        .into_iter()
        .filter(|(vendor, _)| !vendor.token.is_empty());
    run(of_vendors.map(|(vendor, ratelimit)| {
        let throttled = throttled(vendor.throttled, ratelimit);
        Case {
            situation: "a token is replaced, and there are too many calls",
            vendor,
            token: Token::Endless,
            steps: vec![
                vendor.spoiled(Fault::DeadToken),
                vendor.spoiled(Fault::Throttle),
                vendor.call(
                    throttled,
                    [
                        vendor.api(vendor.dead),
                        vendor.token(200),
                        vendor.api(vendor.throttled),
                    ],
                ),
                vendor.call(SUCCESS, [vendor.api(200)]),
            ],
        }
    }))
    .await;
}
