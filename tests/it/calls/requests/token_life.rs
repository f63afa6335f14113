//! Access tokens end: by the clock, or because the vendor says so. A new one is asked for once.

use futures_util::future::join_all;

use super::*;

const PRODUCTS: [&Vendor; 3] = [&EGNYTE, &BIGIN, &MEETING];

/// Its lifetime is over.
const ENDED: Token = Token::EndsIn(-3600);

/// Too little for a call that takes its time, and for clocks that differ.
const ABOUT_TO_END: Token = Token::EndsIn(50);

/// More than the latest moment at which a token is replaced.
const GOOD: Token = Token::EndsIn(240);

/// What every vendor does with its tokens.
fn cases(vendor: &'static Vendor) -> Vec<Case> {
    let fault = |fault| Step::Fault(Injection::new(vendor.slug, fault));
    let always = |fault| {
        let injection = Injection::new(vendor.slug, fault).at(path(vendor.api));
        Step::Fault(injection.always())
    };
    let (api, token) = (|status| vendor.api(status), |status| vendor.token(status));
    let works = || vendor.call(SUCCESS, [api(200)]);
    let is_replaced = || vendor.call(SUCCESS, [token(200), api(200)]);
    let reconnect = |asked: &[String]| vendor.call(failure("unauthorized", None), asked);
    let case = |situation, token, steps| Case {
        situation,
        vendor,
        token,
        steps,
    };
    vec![
        case("it is good", GOOD, vec![works(), works()]),
        case("it has ended", ENDED, vec![is_replaced(), works()]),
        case("it ends", ABOUT_TO_END, vec![is_replaced(), works()]),
        case(
            "it is called dead",
            Token::Endless,
            vec![
                fault(Fault::ExpireTokens),
                vendor.call(SUCCESS, [api(vendor.dead), token(200), api(200)]),
                works(),
            ],
        ),
        // Where refresh tokens rotate, the first one is worth nothing by then.
        case(
            "it is called dead again and again",
            ENDED,
            vec![
                is_replaced(),
                fault(Fault::ExpireTokens),
                vendor.call(SUCCESS, [api(vendor.dead), token(200), api(200)]),
                fault(Fault::ExpireTokens),
                vendor.call(SUCCESS, [api(vendor.dead), token(200), api(200)]),
                Step::Status("active"),
            ],
        ),
        case(
            "the new one is called dead too",
            Token::Endless,
            vec![
                always(Fault::DeadToken),
                vendor.call(
                    failure("unauthorized", Some(vendor.dead)),
                    [api(vendor.dead), token(200), api(vendor.dead)],
                ),
                Step::FaultsStop,
                Step::Status("active"),
                works(),
            ],
        ),
        case(
            "it is called dead, and there is no refresh token",
            Token::Alone,
            vec![
                fault(Fault::ExpireTokens),
                vendor.call(
                    failure("unauthorized", Some(vendor.dead)),
                    [api(vendor.dead)],
                ),
                Step::Status("active"),
            ],
        ),
        case(
            "it has ended, and so has the refresh token",
            ENDED,
            vec![
                fault(Fault::EndRefreshTokens),
                reconnect(&[token(vendor.ended)]),
                Step::Status("needs_reauth"),
                reconnect(&[]),
                reconnect(&[]),
            ],
        ),
        case(
            "it is called dead, and so is the refresh token",
            Token::Endless,
            vec![
                fault(Fault::EndRefreshTokens),
                fault(Fault::ExpireTokens),
                reconnect(&[api(vendor.dead), token(vendor.ended)]),
                Step::Status("needs_reauth"),
                reconnect(&[]),
            ],
        ),
    ]
}

/// A token endpoint that gives nothing for now ends no connection. It is not asked again at once, and
/// whoever calls is told the same.
fn failures_of_the_token_endpoint(vendor: &'static Vendor) -> Vec<Case> {
    let (api, token) = (|status| vendor.api(status), |status| vendor.token(status));
    let case = |situation, token, steps| Case {
        situation,
        vendor,
        token,
        steps,
    };
    let throttled = || {
        let ratelimit = match vendor.slug {
            "egnyte" => json!({ "reset": 600 }),
            _ => Value::Null,
        };
        throttled(vendor.token_throttled, ratelimit)
    };
    let rests = |kind, asked: &[String]| vendor.call(failure(kind, None), asked);
    let failures = [
        (
            "says 503",
            Fault::ServerError { status: 503 },
            "upstream",
            503,
        ),
        (
            "answers HTML",
            Fault::Html { status: 200 },
            "malformed",
            200,
        ),
        // A gateway in between, which knows nothing of refresh tokens.
        (
            "answers HTML with 403",
            Fault::Html { status: 403 },
            "forbidden",
            403,
        ),
    ];
    let mut cases = vec![
        case(
            "it has ended, and there are too many tokens",
            ENDED,
            vec![
                vendor.token_spoiled(Fault::Throttle),
                vendor.call(throttled(), [token(vendor.token_throttled)]),
                rests("rate_limited", &[]),
                Step::Status("active"),
            ],
        ),
        case(
            "it is called dead, and there are too many tokens",
            Token::Endless,
            vec![
                Step::Fault(Injection::new(vendor.slug, Fault::ExpireTokens)),
                vendor.token_spoiled(Fault::Throttle),
                vendor.call(
                    throttled(),
                    [api(vendor.dead), token(vendor.token_throttled)],
                ),
                rests("rate_limited", &[api(vendor.dead)]),
                Step::Status("active"),
            ],
        ),
        case(
            "it ends, and there are too many tokens",
            ABOUT_TO_END,
            vec![
                vendor.token_spoiled(Fault::Throttle),
                vendor.call(SUCCESS, [token(vendor.token_throttled), api(200)]),
                vendor.call(SUCCESS, [api(200)]),
                Step::Status("active"),
            ],
        ),
    ];
    cases.extend(failures.map(|(situation, fault, kind, status)| {
        let failed = failure(kind, Some(status));
        let steps = vec![
            vendor.token_spoiled(fault),
            vendor.call(failed, [token(status)]),
            rests(kind, &[]),
            Step::Status("active"),
        ];
        case(situation, ENDED, steps)
    }));
    cases
}

#[tokio::test]
async fn a_token_is_replaced_once() {
    run(PRODUCTS.into_iter().flat_map(cases)).await;
}

#[tokio::test]
async fn a_token_endpoint_that_gives_nothing_ends_nothing() {
    run(PRODUCTS
        .into_iter()
        .flat_map(failures_of_the_token_endpoint))
    .await;
}

/// Where the vendor gives a new refresh token with each access token and the answer is lost, so is
/// the connection. Where it does not, nothing is.
#[tokio::test]
async fn an_answer_with_tokens_that_is_lost_is_not_asked_for_again_at_once() {
    let lost = |vendor: &'static Vendor, then: [Step; 2]| {
        let steps = [
            vendor.token_spoiled(Fault::BreakOff),
            vendor.call(failure("network", None), [vendor.token(200)]),
            vendor.call(failure("network", None), []),
            Step::Wait(Duration::from_secs(6)),
        ];
        run([Case {
            situation: "the answer is lost",
            vendor,
            token: ENDED,
            steps: steps.into_iter().chain(then).collect(),
        }])
    };
    let is_replaced = |vendor: &'static Vendor| {
        let asked = [vendor.token(200), vendor.api(200)];
        lost(
            vendor,
            [vendor.call(SUCCESS, asked), Step::Status("active")],
        )
    };
    let reconnect = failure("unauthorized", None);
    let ended = EGNYTE.call(reconnect, [EGNYTE.token(EGNYTE.ended)]);
    let ended = lost(&EGNYTE, [ended, Step::Status("needs_reauth")]);
    tokio::join!(is_replaced(&BIGIN), is_replaced(&MEETING), ended);
}

/// A token whose scopes do not cover a call is alive: another one would not help.
#[tokio::test]
async fn a_token_without_the_scope_is_not_replaced() {
    run([(&EGNYTE, 403), (&BIGIN, 401)].map(|(vendor, status)| {
        let refused = failure("forbidden", Some(status));
        Case {
            situation: "the scopes do not cover the call",
            vendor,
            token: Token::Endless,
            steps: vec![
                vendor.spoiled(Fault::RefuseScopes),
                vendor.call(refused, [vendor.api(status)]),
                Step::Status("active"),
                vendor.call(SUCCESS, [vendor.api(200)]),
            ],
        }
    }))
    .await;
}

/// What is pasted has nothing that could replace it.
#[tokio::test]
async fn a_token_that_was_pasted_is_not_replaced() {
    let refused = failure("unauthorized", Some(401));
    run([Case {
        situation: "a pasted token is called dead",
        vendor: &ZESTY,
        token: Token::Alone,
        steps: vec![
            ZESTY.spoiled(Fault::DeadToken),
            ZESTY.call(refused, [ZESTY.api(401)]),
            Step::Status("active"),
            ZESTY.call(SUCCESS, [ZESTY.api(200)]),
        ],
    }])
    .await;
}

/// Zoho Meeting's organization id is asked for once in an account's life.
#[tokio::test]
async fn what_a_path_needs_to_know_is_asked_once() {
    let departments = "GET meeting.zoho.eu/api/v2/60051820417/department?index&count 200";
    let call = |asked: &[String]| Step::Call {
        tool: "list_all_zoho_meeting_departments",
        arguments: json!({}),
        expected: SUCCESS,
        asked: [asked, &[departments.to_owned()]].concat(),
    };
    let (me, token) = (|status| MEETING.api(status), MEETING.token(200));
    let dead = || Step::Fault(Injection::new("zoho_meeting", Fault::ExpireTokens));
    run([
        ("it is good", GOOD, vec![call(&[me(200)]), call(&[])]),
        (
            "it has ended",
            ENDED,
            vec![call(&[token.clone(), me(200)]), call(&[])],
        ),
        (
            "it is called dead",
            Token::Endless,
            vec![dead(), call(&[me(400), token, me(200)]), call(&[])],
        ),
    ]
    .map(|(situation, token, steps)| Case {
        situation,
        vendor: &MEETING,
        token,
        steps,
    }))
    .await;
}

/// Whoever comes while a token is replaced waits for the new one.
#[tokio::test]
async fn many_calls_at_once_replace_a_dead_token_once() {
    let simulated = Simulated::within(Limits::default()).await;
    for vendor in PRODUCTS {
        let account = account(&simulated, vendor, Token::Endless).await;
        let dead = Injection::new(vendor.slug, Fault::ExpireTokens);
        simulated.sandbox.inject(dead).unwrap();
        let nothing = json!({});
        let call = |_| simulated.served.call(&account.token, vendor.tool, &nothing);
        let calls = join_all((0..20).map(call));
        let (results, asked) = simulated.asked(vendor.slug, calls).await;
        for result in results {
            assert_eq!(result.get("isError"), None, "{result}");
        }
        let count = |line: String| asked.iter().filter(|asked| **asked == line).count();
        assert_eq!(count(vendor.token(200)), 1, "{asked:?}");
        assert_eq!(count(vendor.api(200)), 20, "{asked:?}");
        let dead = count(vendor.api(vendor.dead));
        assert_eq!(asked.len(), 21 + dead, "{asked:?}");
    }
}
