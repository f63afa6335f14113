//! What a call takes of a vendor, to the request: one, besides it the further pages of a list, and one
//! new token where the old one is dead. The vendors are those of the sandbox.

mod failures;
mod pagination;
mod throttling;
mod token_life;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use toolwright::runtime::send::Limits;
use toolwright_server::accounts::Secrets;
use toolwright_server::sandbox::{Fault, Injection};

use super::served::Connected;
use super::simulated::Simulated;

/// Short enough for a test, and long enough for a busy machine.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(2),
    call: Duration::from_secs(2),
    answer: 512 * 1024,
};

/// A vendor as the sandbox plays it.
struct Vendor {
    slug: &'static str,
    /// A tool that needs one request, and no arguments.
    tool: &'static str,
    /// That request.
    api: &'static str,
    /// The request for a token; nothing where there is no OAuth 2.0.
    token: &'static str,
    /// The status by which the vendor says that a token is dead.
    dead: u16,
    /// The status by which its token endpoint says that a refresh token is.
    ended: u16,
    /// The statuses of throttling, there and at the token endpoint.
    throttled: u16,
    token_throttled: u16,
}

const ZESTY: Vendor = Vendor {
    slug: "zesty",
    tool: "list_all_zesty_instances",
    api: "GET accounts.api.zesty.io/v1/instances",
    token: "",
    dead: 401,
    ended: 0,
    throttled: 429,
    token_throttled: 0,
};

const EGNYTE: Vendor = Vendor {
    slug: "egnyte",
    tool: "list_all_egnyte_groups",
    api: "GET acme.egnyte.com/pubapi/v2/groups?startIndex&count",
    token: "POST acme.egnyte.com/puboauth/token",
    dead: 401,
    ended: 400,
    throttled: 403,
    token_throttled: 409,
};

const BIGIN: Vendor = Vendor {
    slug: "zoho_bigin",
    tool: "list_all_zoho_bigin_roles",
    api: "GET www.zohoapis.eu/bigin/v2/settings/roles",
    token: "POST accounts.zoho.eu/oauth/v2/token",
    dead: 401,
    ended: 200,
    throttled: 429,
    token_throttled: 400,
};

const MEETING: Vendor = Vendor {
    slug: "zoho_meeting",
    tool: "list_all_zoho_meeting_me",
    api: "GET meeting.zoho.eu/api/v2/user.json",
    token: "POST accounts.zoho.eu/oauth/v2/token",
    dead: 400,
    ended: 200,
    throttled: 429,
    token_throttled: 400,
};

impl Vendor {
    /// The tool's request, as it is answered with a status.
    fn api(&self, status: u16) -> String {
        format!("{} {status}", self.api)
    }

    /// The request for a token, as it is answered with a status.
    fn token(&self, status: u16) -> String {
        format!("{} {status}", self.token)
    }

    /// A fault where the tool asks.
    fn spoiled(&self, fault: Fault) -> Step {
        Step::Fault(Injection::new(self.slug, fault).at(path(self.api)))
    }

    /// A fault where tokens are given.
    fn token_spoiled(&self, fault: Fault) -> Step {
        Step::Fault(Injection::new(self.slug, fault).at(path(self.token)))
    }

    /// A call of the tool.
    fn call(&self, expected: Expected, asked: impl Into<Vec<String>>) -> Step {
        Step::Call {
            tool: self.tool,
            arguments: json!({}),
            expected,
            asked: asked.into(),
        }
    }
}

/// The path of a request such as `GET www.zohoapis.eu/bigin/v2/users?page`.
fn path(request: &str) -> &str {
    let (_, url) = request.split_once(' ').unwrap();
    let path = &url[url.find('/').unwrap()..];
    path.split('?').next().unwrap()
}

/// What an account is connected with.
#[derive(Clone, Copy)]
enum Token {
    /// An access token of which nobody said when it ends, and a refresh token.
    Endless,
    /// The same without a refresh token.
    Alone,
    /// An access token that ends in so many seconds, and a refresh token.
    EndsIn(i64),
}

/// What a call comes to.
enum Expected {
    /// So many rows; `None` where they are not looked at.
    Success(Option<usize>),
    Failure {
        kind: &'static str,
        status: Option<u16>,
        /// What is told of the vendor's limits; `None` where that is not looked at.
        ratelimit: Option<Value>,
    },
}

const SUCCESS: Expected = Expected::Success(None);

fn failure(kind: &'static str, status: Option<u16>) -> Expected {
    Expected::Failure {
        kind,
        status,
        ratelimit: None,
    }
}

/// The answer to too many calls.
fn throttled(status: u16, ratelimit: Value) -> Expected {
    Expected::Failure {
        kind: "rate_limited",
        status: Some(status),
        ratelimit: Some(ratelimit),
    }
}

/// Something that happens.
enum Step {
    Fault(Injection),
    FaultsStop,
    Call {
        tool: &'static str,
        arguments: Value,
        expected: Expected,
        /// The requests that it takes, with the statuses of the answers.
        asked: Vec<String>,
    },
    /// The account's status.
    Status(&'static str),
    Wait(Duration),
}

/// What happens to an account of a vendor, one thing after the other.
struct Case {
    situation: &'static str,
    vendor: &'static Vendor,
    token: Token,
    steps: Vec<Step>,
}

impl Case {
    async fn run(self, simulated: &Simulated) {
        let (slug, situation) = (self.vendor.slug, self.situation);
        let account = account(simulated, self.vendor, self.token).await;
        for (number, step) in self.steps.into_iter().enumerate() {
            let place = format!("{slug}: {situation}: step {number}");
            match step {
                Step::Fault(injection) => simulated.sandbox.inject(injection).unwrap(),
                Step::Wait(time) => tokio::time::sleep(time).await,
                Step::FaultsStop => simulated.sandbox.stop_faults(),
                Step::Status(expected) => {
                    let status = simulated.served.status(&account).await;
                    assert_eq!(status, expected, "{place}");
                }
                Step::Call {
                    tool,
                    arguments,
                    expected,
                    asked,
                } => {
                    let call = simulated.served.call(&account.token, tool, &arguments);
                    let (result, found) = simulated.asked(slug, call).await;
                    assert_eq!(found, asked, "{place}: {result}");
                    expected.check(&result, &place);
                }
            }
        }
        assert_eq!(simulated.sandbox.faults(), [], "{slug}: {situation}");
    }
}

impl Expected {
    fn check(&self, result: &Value, place: &str) {
        match self {
            Self::Success(rows) => {
                assert_eq!(result.get("isError"), None, "{place}: {result}");
                let found = result["structuredContent"]["result"].as_array();
                let found = found.map(Vec::len);
                assert!(rows.is_none() || found == *rows, "{place}: {found:?}");
            }
            Self::Failure {
                kind,
                status,
                ratelimit,
            } => {
                assert_eq!(result["isError"], true, "{place}: {result}");
                let text = result["content"][1]["text"].as_str().unwrap();
                let details: Value = serde_json::from_str(text).unwrap();
                assert_eq!(details["error"]["kind"], *kind, "{place}: {result}");
                assert_eq!(details["error"]["status"], json!(status), "{place}");
                if let Some(ratelimit) = ratelimit {
                    assert_eq!(details["ratelimit"], *ratelimit, "{place}");
                }
            }
        }
    }
}

/// An account of the sandbox's tenant at a vendor, with new tokens.
async fn account(simulated: &Simulated, vendor: &Vendor, token: Token) -> Connected {
    let known = simulated.sandbox.accounts();
    let mut known = known.iter();
    let tenant = known.find(|known| known.integration.slug == vendor.slug);
    let connection = tenant.unwrap().connection.clone();
    let credentials = match simulated.sandbox.grant(vendor.slug) {
        None => Secrets::Bearer {
            token: format!("sandbox-{}", vendor.slug).into(),
        },
        Some(tokens) => Secrets::OAuth2 {
            access_token: tokens.access_token,
            refresh_token: tokens
                .refresh_token
                .filter(|_| !matches!(token, Token::Alone)),
            expires_at: match token {
                Token::EndsIn(seconds) => {
                    Some(Timestamp::now() + SignedDuration::from_secs(seconds))
                }
                Token::Endless | Token::Alone => None,
            },
            given_at: None,
        },
    };
    let served = &simulated.served;
    served.connect(vendor.slug, connection, credentials).await
}

async fn run(cases: impl IntoIterator<Item = Case>) {
    let simulated = Simulated::within(LIMITS).await;
    for case in cases {
        case.run(&simulated).await;
    }
}
