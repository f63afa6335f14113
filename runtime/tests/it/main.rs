//! Integration tests: calls against a loopback server and simulated vendors, and argument checks
//! against a JSON Schema validator.

// A test fails by panicking, and clippy.toml allows that only inside of `#[test]` functions.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod arguments;
mod client;
mod failures;
mod lists;
mod logins;
mod oauth;
mod observing;
mod pages;
mod paths;
mod positions;
mod regions;
mod requests;
mod schema;
mod sending;
mod server;
mod tables;

use std::sync::Arc;

use serde_json::{Map, Value};
use toolwright_runtime::account::{Account, Credential, Credentials, Fixed};
use toolwright_runtime::call::{Caller, Config};
use toolwright_runtime::error::Error;
use toolwright_runtime::outcome::{Data, Outcome};
use toolwright_runtime::send::Limits;
use toolwright_runtime::table::Operation;
use toolwright_runtime::upstreams::Upstreams;

use crate::tables::ACME;

/// An account of the made-up vendor with the token `secret-token`.
fn account() -> Account {
    account_with(Arc::new(Fixed(Credential::Token("secret-token".into()))))
}

fn account_with(credentials: Arc<dyn Credentials>) -> Account {
    let connection = [("domain".to_owned(), "jane".to_owned())];
    Account::new(&ACME, "account-1", connection, credentials).unwrap()
}

/// A caller that sends everything to one place; the original host is the first path segment.
fn caller(url: &str) -> Caller {
    caller_with(url, Limits::default())
}

fn caller_with(url: &str, limits: Limits) -> Caller {
    let mut upstreams = Upstreams::default();
    for host in ["api", "tenant", "team"] {
        upstreams
            .set("acme", host, &format!("{url}/{{host}}"))
            .unwrap();
    }
    Caller::new(Config { upstreams, limits }).unwrap()
}

async fn call(
    url: &str,
    operation: &'static Operation,
    arguments: Value,
) -> Result<Outcome, Error> {
    caller(url)
        .call(&account(), operation, &object(arguments))
        .await
}

fn object(arguments: Value) -> Map<String, Value> {
    arguments.as_object().unwrap().clone()
}

/// The parts of a page.
fn page(outcome: Outcome) -> (Vec<Value>, Option<String>, Option<Error>) {
    match outcome.data {
        Data::Page {
            result,
            next_cursor,
            interrupted,
            ..
        } => {
            let rows = result.iter().map(|row| row.to_value().unwrap());
            let interrupted = interrupted.map(|error| *error);
            (rows.collect(), next_cursor, interrupted)
        }
        other => panic!("{other:?}"),
    }
}
