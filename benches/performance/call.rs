//! Our own steps in one `tools/call`: everything but the sockets and the HTTP client, on one thread.
//!
//! Each step is timed in each of many runs, and the figure is the median: a run that the kernel
//! interrupts does not count. The answers are as Egnyte's documentation shows them.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::{Value, json};
use toolwright::CATALOGUE;
use toolwright::runtime::account::{Account, Credential, Fixed};
use toolwright::runtime::authorize;
use toolwright::runtime::exchange::Exchange;
use toolwright::runtime::request::Target;
use toolwright::runtime::send::Answer;
use toolwright::runtime::upstreams::Upstreams;
use toolwright_server::mcp::dispatch::{Context, Reply, Step, Task, dispatch};
use toolwright_server::mcp::identity::Identity;
use toolwright_server::mcp::toolset::{Filter, Toolset};

use crate::report::Report;
use crate::{Failure, median};

/// How often a call is made: so many in a row, so many times. In between, its answer is parsed as
/// often; not after each call, since freeing a tree leaves work to whoever allocates next.
const RUNS_IN_A_ROW: usize = 100;
const ROUNDS: usize = 200;

/// The most time for a call, in microseconds.
const TIME_LIMIT: f64 = 25.0;

/// How many rows a list has.
const ROWS: usize = 20;

/// The steps, in the order in which they are taken.
const STEPS: [&str; 5] = [
    "read the message, find the tool",
    "check the arguments",
    "build the request, add the credential",
    "read the answer, take what was asked for",
    "write the response, free the rest",
];

pub(crate) fn measure(report: &mut Report) -> Result<(), Failure> {
    let id = json!({ "id": "12840077315" });
    let limit = json!({ "limit": ROWS });
    let record = Call::new("get_single_egnyte_user_by_id", &id, &user(0))?;
    record.measure(report, "one record")?;
    let narrow = Call::new("list_all_egnyte_groups", &limit, &page(group))?;
    narrow.measure(report, "20 rows of 2 fields")?;
    let wide = Call::new("list_all_egnyte_users", &limit, &page(user))?;
    wide.measure(report, "20 rows of 21 fields")
}

/// A page of a longer list.
fn page(row: fn(usize) -> Value) -> Value {
    json!({
        "totalResults": 431,
        "itemsPerPage": ROWS,
        "startIndex": 1,
        "resources": (0..ROWS).map(row).collect::<Vec<_>>(),
    })
}

/// A group as it stands in a list.
fn group(number: usize) -> Value {
    json!({
        "id": format!("7f3a1c58-2b94-4e06-9d71-c05e8ab46f{number:02}"),
        "displayName": format!("Finance Operations {number}"),
    })
}

/// A user of Egnyte.
fn user(number: usize) -> Value {
    json!({
        "id": 12_840_077_315_u64 + number as u64,
        "userName": format!("jsmith{number}"),
        "externalId": format!("hr-{number:06}"),
        "email": format!("jsmith{number}@company.com"),
        "name": { "formatted": "John Smith", "givenName": "John", "familyName": "Smith" },
        "active": true,
        "locked": false,
        "emailChangePending": false,
        "createdDate": "2023-05-02T08:15:30.000Z",
        "lastModificationDate": "2026-01-12T10:00:00.000Z",
        "lastActiveDate": "2026-02-27T16:44:10.000Z",
        "language": "en-US",
        "authType": "sso",
        "userType": "power",
        "role": "Reviewer",
        "idpUserId": format!("jsmith{number}"),
        "userPrincipalName": null,
        "isServiceAccount": false,
        "expiryDate": null,
        "deleteOnExpiry": null,
        "groups": [{
            "displayName": "Finance Operations",
            "value": "7f3a1c58-2b94-4e06-9d71-c05e8ab46f12",
        }],
    })
}

/// How long the steps of a call took.
type Run = [Duration; STEPS.len()];

/// A call that can be made again and again.
struct Call {
    message: Vec<u8>,
    headers: HeaderMap,
    identity: Identity,
    toolset: Toolset,
    account: Account,
    credential: Credential,
    upstreams: Upstreams,
    answer: Answer,
}

impl Call {
    fn new(tool: &str, arguments: &Value, body: &Value) -> Result<Self, Failure> {
        let integration = CATALOGUE
            .integrations
            .iter()
            .find(|integration| integration.slug == "egnyte")
            .ok_or("Egnyte is not compiled in")?;
        let credential = Credential::Token("2.eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9".into());
        let connection = [("domain".to_owned(), "acme".to_owned())];
        let credentials = Arc::new(Fixed(credential.clone()));
        let message = json!({
            "jsonrpc": "2.0",
            "id": 7,
            "method": "tools/call",
            "params": {
                "name": tool,
                "arguments": arguments,
                "_meta": {
                    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                    "io.modelcontextprotocol/clientInfo": { "name": "bench", "version": "1" },
                    "io.modelcontextprotocol/clientCapabilities": {},
                },
            },
        });
        let requested = [
            ("content-type", "application/json"),
            ("mcp-protocol-version", "2026-07-28"),
            ("mcp-method", "tools/call"),
            ("mcp-name", tool),
        ];
        let answered = [
            ("content-type", "application/json;charset=utf-8"),
            ("date", "Sat, 21 Nov 2026 10:00:00 GMT"),
            ("x-accesstoken-quota-allotted", "1000"),
            ("x-accesstoken-quota-current", "12"),
            ("x-accesstoken-qps-allotted", "2"),
        ];
        Ok(Self {
            message: message.to_string().into_bytes(),
            headers: headers(&requested)?,
            identity: Identity::of(integration),
            toolset: Toolset::new(integration, &Filter::default())?,
            account: Account::new(integration, "account", connection, credentials)?,
            credential,
            upstreams: Upstreams::default(),
            answer: Answer {
                status: 200,
                headers: headers(&answered)?,
                body: Bytes::from(body.to_string()),
                received: SystemTime::now(),
            },
        })
    }

    /// Makes the call again and again.
    fn measure(&self, report: &mut Report, name: &str) -> Result<(), Failure> {
        let (mut runs, mut parses) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            for _ in 0..RUNS_IN_A_ROW {
                runs.push(self.run()?);
            }
            for _ in 0..RUNS_IN_A_ROW {
                parses.push(self.parse()?);
            }
        }
        let microseconds = |of: &dyn Fn(&Run) -> Option<Duration>| {
            let middle = median(runs.iter().filter_map(of).collect());
            middle.unwrap_or_default().as_secs_f64() * 1e6
        };
        let total = microseconds(&|steps| Some(steps.iter().sum()));
        let parse = median(parses).unwrap_or_default().as_secs_f64() * 1e6;
        let kilobytes = self.answer.body.len() as f64 / 1000.0;
        let what = format!("{name} ({kilobytes:.1} kB), CPU of our steps");
        let against = "  against parsing the answer into a tree and no more";
        report.limited(&what, total, "us", TIME_LIMIT)?;
        report.figure(against, total / parse, "x")?;
        for (index, step) in STEPS.iter().enumerate() {
            let figure = microseconds(&|steps| steps.get(index).copied());
            report.figure(&format!("  {step}"), figure, "us")?;
        }
        Ok(())
    }

    /// Makes the call; how long each step took.
    fn run(&self) -> Result<Run, Failure> {
        let mut laps = Laps::start();
        let context = Context {
            identity: &self.identity,
            toolset: &self.toolset,
            headers: Some(&self.headers),
        };
        let Reply::One(Step::Call(call)) = dispatch(&self.message, context) else {
            return Err("the message is no call".into());
        };
        let Task::Ask(operation, arguments) = &call.task else {
            return Err("the vendor is not asked".into());
        };
        let read = laps.lap();
        let Account {
            integration, id, ..
        } = &self.account;
        let mut exchange = Exchange::new(integration, id, operation, arguments)?;
        let checked = laps.lap();
        let connection = self.account.connection();
        let request = exchange.request(&Target {
            integration,
            connection: &connection,
            upstreams: &self.upstreams,
        })?;
        let sent = request.clone();
        let header = authorize::header(integration, &self.credential)?;
        let built = laps.lap();
        let body = authorize::redacted(self.answer.body.clone(), &self.credential);
        let answer = Answer {
            body,
            headers: self.answer.headers.clone(),
            ..self.answer
        };
        let accepted = exchange.accept(request.url(), &answer);
        accepted.map_err(|failure| failure.error)?;
        let outcome = exchange.finish();
        let taken = laps.lap();
        let response = call.asked.answer(&self.identity, Ok(outcome));
        drop(black_box((
            sent, header, response, request, connection, call,
        )));
        Ok([read, checked, built, taken, laps.lap()])
    }

    /// How long it takes to parse the answer and to free it.
    fn parse(&self) -> Result<Duration, Failure> {
        let started = Instant::now();
        let document: Value = serde_json::from_slice(&self.answer.body)?;
        drop(black_box(document));
        Ok(started.elapsed())
    }
}

fn headers(pairs: &[(&str, &str)]) -> Result<HeaderMap, Failure> {
    let header = |(name, value): &(&str, &str)| {
        Ok((name.parse::<axum::http::HeaderName>()?, value.parse()?))
    };
    pairs.iter().map(header).collect()
}

/// A stopwatch.
struct Laps(Instant);

impl Laps {
    fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the last lap.
    fn lap(&mut self) -> Duration {
        let now = Instant::now();
        let lap = now - self.0;
        self.0 = now;
        lap
    }
}
