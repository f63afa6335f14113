//! A typed client as the compiler of definitions writes one.

use std::borrow::Borrow;

use serde_json::json;
use toolwright_runtime::account::Credential;
use toolwright_runtime::client::{self, Args, Argument, Arguments, Call, ListCall};
use toolwright_runtime::error::{Error, ErrorKind};
use toolwright_runtime::table::Operation;
use toolwright_runtime::view::{self, Map, Value};

use crate::pages::PAGE_MORE;
use crate::server::{Reply, Server};
use crate::tables::{ACME, ARG, OPERATION};

static NOTHING: Operation = OPERATION;
static RECORD: Operation = {
    use toolwright_runtime::table::*;
    Operation {
        http: Http::Post,
        args: &[
            Arg {
                name: "names",
                place: Place::Body {
                    at: &["names"],
                    integer: false,
                },
                shape: Shape::Any,
                ..ARG
            },
            Arg {
                name: "part",
                place: Place::Body {
                    at: &["part"],
                    integer: false,
                },
                shape: Shape::Any,
                ..ARG
            },
        ],
        body: Body::Json {
            wrap: &[],
            constants: &[],
        },
        response: Response {
            at: &[],
            form: ResponseForm::Record,
            shape: Shape::Any,
        },
        ..OPERATION
    }
};

#[derive(Clone, Debug)]
struct Client(client::Client);

impl Client {
    fn new(credential: Credential) -> Result<Self, Error> {
        client::Client::new(
            &ACME,
            [("domain", Some("jane".to_owned())), ("org", None)],
            credential,
        )
        .map(Self)
    }

    fn users(&self, arguments: Users) -> ListCall<'_, User> {
        self.0.list(&PAGE_MORE, arguments.into_args())
    }

    fn record(&self, arguments: Record) -> Call<'_, User> {
        self.0.one(&RECORD, arguments.into_args())
    }

    fn nothing(&self) -> Call<'_, ()> {
        self.0.one(&NOTHING, Args::new())
    }
}

#[derive(Clone, Debug, Default)]
struct Users {
    q: Option<String>,
    limit: Option<i64>,
    next_cursor: Option<String>,
}

impl Arguments for Users {
    fn into_args(self) -> Args {
        Args::new()
            .put("q", self.q)
            .put("limit", self.limit)
            .put("next_cursor", self.next_cursor)
    }
}

#[derive(Clone, Debug, Default)]
struct Record {
    names: Vec<String>,
    part: Option<Part>,
}

#[derive(Clone, Debug, Default)]
struct Part {
    share: f64,
    whole: Option<bool>,
}

impl Arguments for Record {
    fn into_args(self) -> Args {
        Args::new().put("names", self.names).put("part", self.part)
    }
}

impl Argument for Part {
    fn into_value(self) -> Option<Value> {
        Args::new()
            .put("share", self.share)
            .put("whole", self.whole)
            .into_value()
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct User<V = Value>(V);

impl<V> From<V> for User<V> {
    fn from(value: V) -> Self {
        Self(value)
    }
}

impl<V: Borrow<Value>> User<V> {
    fn raw(&self) -> &Value {
        self.0.borrow()
    }

    fn id(&self) -> Option<i64> {
        view::integer(self.raw(), "id")
    }

    fn manager(&self) -> Option<User<&Value>> {
        view::object(self.raw(), "manager").map(User::from)
    }

    fn reports(&self) -> impl Iterator<Item = User<&Value>> {
        view::list(self.raw(), "reports").map(User::from)
    }

    fn labels(&self) -> Option<&Map<String, Value>> {
        view::map(self.raw(), "labels")
    }
}

fn client(url: &str) -> Client {
    let Client(client) = Client::new(Credential::Token("t".into())).unwrap();
    Client(client.with_upstream("api", url).unwrap())
}

#[tokio::test]
async fn a_record_and_nothing() {
    let server = Server::start(|received| match received.method.as_str() {
        "POST" => Reply::new(
            200,
            r#"{"id": 7, "manager": {"id": 8}, "reports": [{"id": 1}], "labels": {"a": 1}, "x": 2}"#,
        ),
        _ => Reply::new(204, ""),
    })
    .await;
    let client = client(&server.url);
    let part = Some(Part {
        share: 0.5,
        whole: None,
    });
    let record = Record {
        names: vec!["a".to_owned()],
        part,
    };
    let user = client.record(record).await.unwrap();
    assert_eq!(
        (user.id(), user.manager().and_then(|user| user.id())),
        (Some(7), Some(8))
    );
    assert_eq!(
        user.reports()
            .filter_map(|user| user.id())
            .collect::<Vec<_>>(),
        [1]
    );
    assert_eq!(user.labels().map(Map::len), Some(1));
    assert_eq!(user.raw()["x"], json!(2));
    assert_eq!(
        server.received()[0].body,
        r#"{"names":["a"],"part":{"share":0.5}}"#
    );
    client.nothing().await.unwrap();
}

#[tokio::test]
async fn pages_come_one_after_another() {
    let server = Server::start(|received| {
        let page: i64 = received.target.split("page=").nth(1).unwrap()[..1]
            .parse()
            .unwrap();
        let users = json!([{"id": page * 2}, {"id": page * 2 + 1}]);
        Reply::new(200, json!({"users": users, "more": page < 3}).to_string())
    })
    .await;
    let client = client(&server.url);
    let page = client.users(Users::default()).await.unwrap();
    assert_eq!(
        (page.result[0].id(), page.next_cursor.is_some()),
        (Some(2), true)
    );

    let mut pages = client
        .users(Users {
            q: Some("x".to_owned()),
            ..Users::default()
        })
        .pages();
    let mut ids = Vec::new();
    while let Some(page) = pages.next().await {
        ids.extend(page.unwrap().result.iter().filter_map(User::id));
    }
    assert_eq!(ids, [2, 3, 4, 5, 6, 7]);
    assert!(pages.next().await.is_none(), "the stream is over for good");
    assert!(
        server
            .targets()
            .iter()
            .skip(1)
            .all(|target| target.contains("q=x"))
    );
}

#[tokio::test]
async fn the_stream_stops_after_an_error() {
    let server = Server::start(|received| {
        if received.target.contains("page=2") {
            Reply::new(429, "").header("retry-after", "3")
        } else {
            Reply::new(200, r#"{"users": [{"id": 1}], "more": true}"#)
        }
    })
    .await;
    let client = client(&server.url);
    let mut pages = client.users(Users::default()).pages();
    assert!(pages.next().await.unwrap().is_ok());
    let error = pages.next().await.unwrap().unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(
        (error.status(), error.rate_limit().reset),
        (Some(429), Some(3))
    );
    assert!(pages.next().await.is_none());

    // A page that was cut short is the last one, too.
    let mut pages = client
        .users(Users {
            limit: Some(5),
            ..Users::default()
        })
        .pages();
    let page = pages.next().await.unwrap().unwrap();
    assert_eq!(page.result.len(), 1);
    assert!(page.interrupted.unwrap().is_rate_limited());
    assert!(page.next_cursor.is_some());
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn calls_can_be_spawned() {
    let server = Server::start(|_| Reply::new(204, "")).await;
    let client = client(&server.url);
    tokio::spawn(async move { client.nothing().await })
        .await
        .unwrap()
        .unwrap();
}

#[test]
fn a_number_that_is_none_is_refused() {
    let part = Part {
        share: f64::NAN,
        whole: Some(true),
    };
    assert_eq!(
        part.into_value(),
        Some(json!({"share": null, "whole": true}))
    );
}

#[test]
fn what_is_wrong_is_said_at_once() {
    let token = || Credential::Token("t".into());
    let error = client::Client::new(&ACME, [], token()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::InvalidArgument);
    assert!(
        error
            .message
            .starts_with("The connection field `domain` is missing.")
    );
    let Client(client) = Client::new(token()).unwrap();
    let error = client
        .clone()
        .with_upstream("apii", "http://127.0.0.1:9")
        .unwrap_err();
    assert_eq!(
        error.message,
        "Acme has no host `apii`; did you mean `api`?"
    );
    let error = client.with_upstream("api", "127.0.0.1:9").unwrap_err();
    assert!(
        error
            .message
            .contains("does not start with http:// or https://")
    );
}
