//! The pages under which a person connects an account. They work without scripts.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use http::{HeaderValue, StatusCode};
use maud::{DOCTYPE, Markup, html};
use toolwright_runtime::table::ConnectionField;

use super::way::{self, Field, Kind, Way};
use crate::accounts::{Account, Link};
use crate::limits::Exceeded;

/// A page, and how it went.
#[derive(Debug)]
pub(super) struct Page {
    status: StatusCode,
    markup: Markup,
    exceeded: Option<Exceeded>,
}

/// What a page knows when it asks.
pub(super) struct Question<'a> {
    pub(super) link: &'a Link,
    /// The link's token, which the form sends back.
    pub(super) token: &'a str,
    /// The way that is asked about, if there is any.
    pub(super) way: Option<&'a Way>,
    /// All ways.
    pub(super) ways: &'a [Way],
    /// What was typed before, if that did not lead to an account.
    pub(super) typed: &'a BTreeMap<String, String>,
    /// Why it did not.
    pub(super) problem: Option<&'a str>,
}

/// The page that asks.
pub(super) fn question(status: StatusCode, question: &Question<'_>) -> Page {
    let link = question.link;
    let label = link.integration.label;
    let again = match &link.integrated_account_id {
        Some(_) => " again",
        None => "",
    };
    let title = format!("Connect {label}{again}");
    let body = html! {
        h1 { (title) }
        p { (prose(link.integration.summary)) }
        @if let Some(problem) = question.problem {
            p.problem role="alert" { (prose(problem)) }
        }
        @match question.way {
            Some(way) => (form(question, way)),
            None => p {
                "Nothing can be connected: no application is registered with " (label)
                " for this server. Tell whoever runs it."
            },
        }
        (others(question))
    };
    page(status, &title, body)
}

fn form(question: &Question<'_>, way: &Way) -> Markup {
    let label = question.link.integration.label;
    let button = match way.kind {
        Kind::Authorization => format!("Sign in at {label}"),
        _ => "Connect".to_owned(),
    };
    html! {
        form method="post" action={ "/connect/" (question.link.integration.slug) } {
            input type="hidden" name="link_token" value=(question.token);
            input type="hidden" name="kind" value=(way.kind.name());
            @for field in way::asked(question.link) {
                (connection_field(field, question.typed))
            }
            @for field in way.kind.fields() {
                (secret_field(field, question.typed))
            }
            @if let Some(description) = way.description {
                p.help { (prose(description)) }
            }
            @if !way.scopes.is_empty() {
                p.help { (label) " will ask whether this is allowed:" }
                ul.help {
                    @for scope in way.scopes { li { code { (scope) } } }
                }
            }
            button { (button) }
        }
    }
}

/// The other ways, each on a page of its own.
fn others(question: &Question<'_>) -> Markup {
    let others = question
        .ways
        .iter()
        .filter(|way| Some(*way) != question.way);
    let others: Vec<&Way> = others.collect();
    let slug = question.link.integration.slug;
    html! {
        @if !others.is_empty() {
            p.others {
                "Or connect with"
                @for (number, way) in others.iter().enumerate() {
                    @if number > 0 { ", or" }
                    " "
                    a href={ "/connect/" (slug) "?link_token=" (question.token) "&kind=" (way.kind.name()) } {
                        (way.kind.title())
                    }
                }
                "."
            }
        }
    }
}

/// The name of a connection field in the form.
pub(super) fn name_of(field: &ConnectionField) -> String {
    format!("connection.{}", field.name)
}

fn connection_field(field: &ConnectionField, typed: &BTreeMap<String, String>) -> Markup {
    let name = name_of(field);
    let value = typed.get(&name).map(String::as_str).or(field.default);
    let is_required = field.default.is_none();
    html! {
        label {
            span { (field.title) }
            @if field.one_of.is_empty() {
                input name=(name) value=[value] placeholder=[field.example] required[is_required]
                    autocomplete="off" spellcheck="false";
            } @else {
                select name=(name) {
                    @for choice in field.one_of {
                        option value=(choice) selected[value == Some(choice)] { (choice) }
                    }
                }
            }
        }
        p.help { (prose(field.description)) }
    }
}

fn secret_field(field: &Field, typed: &BTreeMap<String, String>) -> Markup {
    let value = typed.get(field.name).filter(|_| !field.is_secret);
    let kind = if field.is_secret { "password" } else { "text" };
    html! {
        label {
            span { (field.label) }
            input type=(kind) name=(field.name) value=[value] required autocomplete="off" spellcheck="false";
        }
    }
}

/// A text of the definition, in which code stands between backticks.
fn prose(text: &str) -> Markup {
    html! {
        @for (number, part) in text.split('`').enumerate() {
            @if number % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// The page after an account was connected. The page that opened this one is told which account it is.
pub(super) fn connected(link: &Link, account: &Account) -> Page {
    let title = format!("{} is connected", link.integration.label);
    let body = html! {
        h1 { (title) }
        p { "It is called " b { (account.name) } " here." }
        p { "You can close this window." }
        @if let Some(origin) = &link.origin {
            script src="/connect/report.js" data-origin=(origin) data-account=(account.id)
                data-integration=(account.integration) {}
        }
    };
    page(StatusCode::OK, &title, body)
}

/// The page that says why an account was not connected, and what to do.
pub(super) fn problem(status: StatusCode, problem: &str) -> Page {
    let title = "Not connected";
    let body = html! {
        h1 { (title) }
        p.problem role="alert" { (prose(problem)) }
    };
    page(status, title, body)
}

/// The page for a link that opens nothing.
pub(super) fn no_link() -> Page {
    let sentence = "This link was used, has ended, or was tried too often. Ask for a new one where \
                    you got it.";
    problem(StatusCode::NOT_FOUND, sentence)
}

fn page(status: StatusCode, title: &str, body: Markup) -> Page {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href="/connect/style.css";
            }
            body { main { (body) } }
        }
    };
    Page {
        status,
        markup,
        exceeded: None,
    }
}

impl From<Exceeded> for Page {
    fn from(exceeded: Exceeded) -> Self {
        Self {
            exceeded: Some(exceeded),
            ..problem(exceeded.status(), &exceeded.to_string())
        }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = Response::new(self.markup.into_string().into());
        *response.status_mut() = self.status;
        for (name, value) in HEADERS {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        if let Some(exceeded) = self.exceeded {
            exceeded.tell(&mut response);
        }
        response
    }
}

/// No page may frame this one, and no vendor learns its address, in which the link's token stands.
/// Where the form leads is not restricted: browsers count the vendor's redirects, which nobody knows
/// (CSP level 3, `form-action`).
const HEADERS: [(HeaderName, &str); 5] = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("content-security-policy"),
        "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
    ),
    // `no-referrer` would have browsers send the form with `Origin: null` (Fetch, append a request
    // `Origin` header).
    (HeaderName::from_static("referrer-policy"), "same-origin"),
    (HeaderName::from_static("x-content-type-options"), "nosniff"),
];
