//! Every list of the sandbox is walked to its end, and comes whole.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use toolwright::CATALOGUE;
use toolwright::runtime::account::{Account, BoxFuture, Credential, Fixed};
use toolwright::runtime::call::{Caller, Config};
use toolwright::runtime::outcome::{Data, Outcome};
use toolwright::runtime::table::{
    Integration, JsonPath, Operation, PageStyle, Place, Shape, Step, StringRule,
};
use toolwright::runtime::upstreams::Upstreams;
use toolwright_server::sandbox::Sandbox;

use super::lists::{List, operation};
use super::served::http;

/// Every tool that lists.
fn lists() -> impl Iterator<Item = (&'static Integration, &'static Operation)> {
    CATALOGUE.integrations.iter().flat_map(|integration| {
        let operations = integration.operations.iter().copied();
        let lists = operations.filter(|operation| operation.tool.is_some() && is_list(operation));
        lists.map(|operation| (*integration, operation))
    })
}

fn is_list(operation: &Operation) -> bool {
    operation
        .args
        .iter()
        .any(|arg| matches!(arg.place, Place::Cursor))
}

/// Limits around the ends of one, two and three pages, and none.
fn limits(operation: &Operation) -> impl Iterator<Item = Option<u64>> {
    let size = operation
        .pagination
        .and_then(|pagination| pagination.size.as_ref());
    let page = size.map_or(3, |size| u64::from(size.default));
    let limits = [7, page - 1, page + 1, 2 * page, 3 * page + 1];
    limits.into_iter().map(Some).chain([None])
}

struct Sandboxed {
    sandbox: Sandbox,
    caller: Caller,
}

impl Sandboxed {
    async fn start() -> Self {
        let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
        let mut upstreams = Upstreams::default();
        for host in sandbox.upstreams() {
            upstreams
                .set(host.integration, host.host, &host.url)
                .unwrap();
        }
        let caller = Caller::new(Config {
            upstreams,
            ..Config::default()
        })
        .unwrap();
        Self { sandbox, caller }
    }

    fn account(&self, integration: &'static Integration) -> (Account, Credential) {
        let accounts = self.sandbox.accounts();
        let mut accounts = accounts.into_iter();
        let found = accounts
            .find(|account| account.integration.slug == integration.slug)
            .unwrap();
        let credentials = Arc::new(Fixed(found.credential.clone()));
        let account = Account::new(integration, "test", found.connection, credentials).unwrap();
        (account, found.credential)
    }

    /// Arguments with which a list has many rows: the identifier that it needs is one that a tool
    /// yields, the one for which there is most.
    fn arguments<'a>(
        &'a self,
        account: &'a Account,
        list: &'static Operation,
    ) -> BoxFuture<'a, Value> {
        Box::pin(async move {
            let Some(arg) = list.args.iter().find(|arg| arg.required) else {
                return json!({});
            };
            let Shape::String(StringRule {
                identifier: Some(kind),
                ..
            }) = &arg.shape
            else {
                panic!("{}: `{}` is no identifier", list.name, arg.name);
            };
            let sources = kind.from.iter().map(|name| operation(name).1);
            let sources = sources.filter(|source| is_list(source) && source.name != list.name);
            let source =
                sources.min_by_key(|source| source.args.iter().filter(|arg| arg.required).count());
            let source = source.unwrap_or_else(|| panic!("no list yields a {}", kind.name));
            let source = List {
                caller: &self.caller,
                account,
                operation: source,
                arguments: self.arguments(account, source).await,
            };
            let mut found = Vec::new();
            for row in source.walk(None).await {
                strings(&row, &mut found);
            }
            found.retain(|text| kind.pattern.matches(text));
            found.sort_unstable();
            found.dedup();
            let mut best = (0, json!({}));
            for text in found.iter().take(50) {
                let arguments = Map::from_iter([(arg.name.to_owned(), json!(text))]);
                let outcome = self.caller.call(account, list, &arguments).await;
                if let Ok(Outcome {
                    data: Data::Page { result, .. },
                    ..
                }) = outcome
                    && result.len() > best.0
                {
                    best = (result.len(), Value::Object(arguments));
                }
            }
            best.1
        })
    }

    /// All rows of a list, asked for by hand: page by page, until there is nothing.
    async fn by_hand(&self, list: &List<'_>, credential: &Credential) -> Vec<Value> {
        let Credential::Token(token) = credential else {
            panic!("the sandboxes take tokens");
        };
        let auth = &list.account.integration.auth;
        let authorization = format!(
            "{} {}",
            auth.scheme,
            secrecy::ExposeSecret::expose_secret(token)
        );
        let arguments = list.arguments.as_object().unwrap();
        let request = self
            .caller
            .prepare(list.account, list.operation, arguments)
            .unwrap();
        let url = request.url().as_str().to_owned();
        let http = http();
        let mut rows: Vec<Value> = Vec::new();
        for page in 0..1000 {
            let number = match list
                .operation
                .pagination
                .map(|pagination| &pagination.style)
            {
                None => None,
                Some(PageStyle::Page { parameter, first }) => Some((*parameter, first + page)),
                Some(PageStyle::Offset { parameter, first }) => {
                    Some((*parameter, first + rows.len() as u64))
                }
                Some(other) => panic!("{other:?} is walked by hand nowhere yet"),
            };
            let url = number.map_or(url.clone(), |(name, number)| replaced(&url, name, number));
            let answer = http
                .get(url)
                .header(auth.header, &authorization)
                .send()
                .await
                .unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
            let body = answer.text().await.unwrap();
            let answer = serde_json::from_str(&body).unwrap_or(Value::Null);
            let found = at(&answer, list.operation.response.at);
            let more = match found {
                Value::Array(rows) => rows.clone(),
                Value::Null => Vec::new(),
                record => vec![record.clone()],
            };
            let ended = more.is_empty() || number.is_none();
            rows.extend(more);
            if ended {
                return rows;
            }
        }
        panic!("{} has no end", list.operation.name);
    }
}

/// All strings and numbers in a value, as text.
fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| strings(element, found)),
        Value::Object(members) => members.values().for_each(|member| strings(member, found)),
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.to_string()),
        Value::Null | Value::Bool(_) => {}
    }
}

/// A URL with another value of a parameter that it has.
fn replaced(url: &str, name: &str, number: u64) -> String {
    let (path, query) = url.split_once('?').unwrap();
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((found, _)) if found == name => format!("{name}={number}"),
        _ => pair.to_owned(),
    });
    format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
}

/// What stands at a place, or null.
fn at(value: &Value, path: JsonPath) -> &Value {
    path.iter().fold(value, |value, step| match step {
        Step::Key(key) => &value[*key],
        Step::Index(index) => &value[*index],
        Step::Each => panic!("no list lies in several places"),
    })
}

/// Without the difference between a number and its digits as a string, which is on purpose.
fn in_words(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.to_string()),
        Value::Array(elements) => elements.iter().map(in_words).collect(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, member)| (name.clone(), in_words(member)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

/// Walks a list with each of the limits; how many rows it has.
async fn comes_whole(
    sandboxed: &Sandboxed,
    integration: &'static Integration,
    operation: &'static Operation,
) -> usize {
    let (account, credential) = sandboxed.account(integration);
    let list = List {
        caller: &sandboxed.caller,
        account: &account,
        operation,
        arguments: sandboxed.arguments(&account, operation).await,
    };
    // The first call also learns what the vendor tells of the account, which stands in the URL.
    list.walk(None).await;
    let expected = sandboxed.by_hand(&list, &credential).await;
    let expected: Vec<Value> = expected.iter().map(in_words).collect();
    assert!(!expected.is_empty(), "{} has rows", operation.name);
    for limit in limits(operation) {
        let walked = list.walk(limit).await;
        let walked: Vec<Value> = walked.iter().map(in_words).collect();
        assert!(walked == expected, "{} in {limit:?}", operation.name);
    }
    expected.len()
}

/// A list that is added to a definition is walked without a change here.
#[tokio::test]
async fn every_list_of_the_sandbox_comes_whole() {
    let sandboxed = Sandboxed::start().await;
    let mut of_several_pages = Vec::new();
    for (integration, operation) in lists() {
        let rows = comes_whole(&sandboxed, integration, operation).await;
        let size = operation
            .pagination
            .and_then(|pagination| pagination.size.as_ref());
        if size.is_some_and(|size| rows > 2 * size.default as usize) {
            of_several_pages.push(operation.name);
        }
    }
    let expected = [
        "list_all_egnyte_users",
        "list_all_zoho_bigin_users",
        "list_all_zoho_meeting_users",
    ];
    assert!(
        expected.iter().all(|name| of_several_pages.contains(name)),
        "{of_several_pages:?}"
    );
}
