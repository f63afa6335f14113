//! The pages of a simulated vendor's login. They work without scripts.

use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;\
    padding:0 1rem}button{font:inherit;padding:.4rem 1rem}";

/// What a person is asked.
pub(super) struct Question<'a> {
    /// The vendor.
    pub(super) label: &'a str,
    /// Where the decision goes.
    pub(super) action: &'a str,
    /// What access is asked for.
    pub(super) description: &'a str,
    pub(super) scopes: &'a [&'a str],
    /// The data centers to choose from.
    pub(super) centers: &'a [&'a str],
    /// The kinds of token to choose from.
    pub(super) kinds: &'a [&'a str],
}

/// The page that asks.
pub(super) fn question(question: &Question<'_>) -> String {
    let title = format!("Sandbox of {}: who signs in?", question.label);
    let body = html! {
        p { "Nobody is asked for a password: this is a simulated vendor with made-up data." }
        p { (question.description) }
        ul {
            @for scope in question.scopes { li { code { (scope) } } }
        }
        form method="post" action=(question.action) {
            @if !question.centers.is_empty() {
                p { label { "Data center of the person "
                    select name="region" {
                        @for center in question.centers { option value=(center) { (center) } }
                    }
                } }
            }
            @if question.kinds.len() > 1 {
                p { label { "Tokens "
                    select name="tokens" {
                        @for (number, kind) in question.kinds.iter().enumerate() {
                            option value=(number) { (kind) }
                        }
                    }
                } }
            }
            p {
                button name="decision" value="accept" { "Accept" }
                " "
                button name="decision" value="deny" { "Deny" }
            }
        }
    };
    document(&title, &body)
}

/// The page that says what is wrong with the request.
pub(super) fn problem(problem: &str) -> String {
    let body = html! { p { (problem) } };
    document("The sandbox cannot ask anybody this", &body)
}

fn document(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { h1 { (title) } (body) } }
        }
    };
    page.into_string()
}
