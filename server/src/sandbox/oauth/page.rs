//! The pages of a simulated vendor's login. They work without scripts.

use std::fmt::Write as _;

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
    let mut form = String::new();
    let scopes = question.scopes.iter().map(|scope| escape(scope));
    let scopes = scopes.map(|scope| format!("<li><code>{scope}</code></li>"));
    let centers = question.centers.iter().map(|center| (*center, *center));
    choice(&mut form, "region", "Data center of the person", centers);
    let numbers: Vec<String> = (0..question.kinds.len())
        .map(|kind| kind.to_string())
        .collect();
    if let [_, _, ..] = question.kinds {
        let kinds = numbers.iter().map(String::as_str);
        let kinds = kinds.zip(question.kinds.iter().copied());
        choice(&mut form, "tokens", "Tokens", kinds);
    }
    let body = format!(
        "<p>Nobody is asked for a password: this is a simulated vendor with made-up data.</p>\
         <p>{}</p><ul>{}</ul>\
         <form method=\"post\" action=\"{}\">{form}\
         <p><button name=\"decision\" value=\"accept\">Accept</button> \
         <button name=\"decision\" value=\"deny\">Deny</button></p></form>",
        escape(question.description),
        scopes.collect::<String>(),
        escape(question.action),
    );
    document(&title, &body)
}

/// The page that says what is wrong with the request.
pub(super) fn problem(problem: &str) -> String {
    let body = format!("<p>{}</p>", escape(problem));
    document("The sandbox cannot ask anybody this", &body)
}

/// A choice of values, each with a text; nothing where there are none.
fn choice<'a>(
    form: &mut String,
    name: &str,
    label: &str,
    values: impl Iterator<Item = (&'a str, &'a str)>,
) {
    let options: String = values
        .map(|(value, text)| {
            let (value, text) = (escape(value), escape(text));
            format!("<option value=\"{value}\">{text}</option>")
        })
        .collect();
    if !options.is_empty() {
        // Writing to a string does not fail.
        let _ = write!(
            form,
            "<p><label>{label} <select name=\"{name}\">{options}</select></label></p>"
        );
    }
}

fn document(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;\
         padding:0 1rem}}button{{font:inherit;padding:.4rem 1rem}}</style></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>\n"
    )
}

/// A text as it stands in HTML, between tags or in quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
