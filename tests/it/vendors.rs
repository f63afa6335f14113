//! The tables of `docs/vendors.md` are those that are compiled in.

use toolwright::CATALOGUE;
use toolwright::runtime::json_path::display;
use toolwright::runtime::oauth;
use toolwright::runtime::table::{
    CredentialKind, ErrorRule, Grant, Host, Http, Integration, Login, OAuth2, Operation, Origin,
    PageStyle, Pagination, PathPart, RuleKind, Stop,
};
use toolwright_server::accounts::Offer;

const PAGE: &str = include_str!("../../docs/vendors.md");

/// What stands under a vendor's heading.
fn section(label: &str) -> &'static str {
    let heading = format!("\n## {label}\n");
    let (_, section) = PAGE
        .split_once(&heading)
        .unwrap_or_else(|| panic!("no `## {label}`"));
    section.split("\n## ").next().unwrap()
}

/// A table of Markdown.
fn table(heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    let rule = format!("|{}\n", "---|".repeat(heads.len()));
    let rows: String = rows.into_iter().map(|row| line(&row)).collect();
    line(&heads) + &rule + &rows
}

fn code(text: impl AsRef<str>) -> String {
    format!("`{}`", text.as_ref())
}

fn codes(texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(code).collect();
    texts.join(", ")
}

fn template(parts: &[PathPart]) -> String {
    let part = |part: &PathPart| match part {
        PathPart::Literal(text) => (*text).to_owned(),
        PathPart::Argument(name) | PathPart::Segments(name) | PathPart::Connection(name) => {
            format!("{{{name}}}")
        }
    };
    parts.iter().map(part).collect()
}

fn method(http: Http) -> &'static str {
    match http {
        Http::Get => "GET",
        Http::Post => "POST",
        Http::Put => "PUT",
        Http::Patch => "PATCH",
        Http::Delete => "DELETE",
    }
}

/// Where a host is; in braces where a data center decides.
fn origin(host: &Host) -> String {
    match host.origin {
        Origin::Fixed(url) => url.to_owned(),
        Origin::Template(parts) => template(parts),
        Origin::Table { .. } => format!("{{{}}}", host.name),
    }
}

/// Each tool, its request, and where the vendor describes it.
fn tools(integration: &Integration) -> String {
    let row = |operation: &&Operation| {
        let source = operation.tool.as_ref()?.source;
        let origin = origin(&integration.hosts[operation.host]);
        let path = template(operation.path);
        let query = operation.query.iter();
        let query: Vec<String> = query
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mark = if query.is_empty() { "" } else { "?" };
        let method = method(operation.http);
        let request = format!("{method} {origin}{path}{mark}{}", query.join("&"));
        Some(vec![
            code(operation.name),
            code(request),
            format!("<{source}>"),
        ])
    };
    let heads = ["tool", "request", "the vendor's page"];
    table(&heads, integration.operations.iter().filter_map(row))
}

/// Where requests go: each data center with its hosts, or each host.
fn hosts(integration: &Integration) -> String {
    let of_centers = integration.hosts.iter();
    let of_centers: Vec<_> = of_centers
        .filter_map(|host| match host.origin {
            Origin::Table { urls, .. } => Some((host.name, urls)),
            Origin::Fixed(_) | Origin::Template(_) => None,
        })
        .collect();
    let Some((_, centers)) = of_centers.first() else {
        let rows = integration.hosts.iter();
        let rows = rows.map(|host| vec![code(host.name), code(origin(host))]);
        return table(&["host", "address"], rows);
    };
    let names = of_centers.iter().map(|(name, _)| code(name));
    let heads: Vec<String> = ["data center".to_owned()]
        .into_iter()
        .chain(names)
        .collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let rows = centers.iter().enumerate().map(|(number, (center, _))| {
        let urls = of_centers.iter().map(|(_, urls)| {
            let (name, url) = urls[number];
            assert_eq!(name, *center, "each host is in each data center");
            code(url)
        });
        [code(center)].into_iter().chain(urls).collect()
    });
    table(&heads, rows)
}

/// How accounts are connected.
fn credentials(integration: &Integration) -> String {
    let kinds: Vec<&str> = Offer::kinds(integration);
    let auth = &integration.auth;
    let sent = format!("{}: {} …", auth.header, auth.scheme);
    let mut rows = vec![
        vec!["credentials".to_owned(), codes(&kinds)],
        vec!["sent as".to_owned(), code(sent)],
    ];
    rows.extend(oauth::of(integration).into_iter().flat_map(authorization));
    let login = |kind: &CredentialKind| match kind {
        CredentialKind::Login(login) => {
            let Login { host, path, .. } = login;
            let url = origin(&integration.hosts[*host]) + &template(path);
            Some(vec!["logging in".to_owned(), code(format!("POST {url}"))])
        }
        _ => None,
    };
    rows.extend(auth.credentials.iter().filter_map(login));
    let identity = integration.identity.iter();
    rows.extend(identity.map(|identity| {
        let asked = code(identity.operation.name);
        vec!["asked once connected".to_owned(), asked]
    }));
    table(&["authorization", ""], rows)
}

fn authorization(oauth: &OAuth2) -> Vec<Vec<String>> {
    let grant = |grant: &Grant| match grant {
        Grant::AuthorizationCode => "authorization code",
        Grant::RefreshToken => "refresh token",
        Grant::ClientCredentials => "client credentials",
        Grant::Password => "password",
    };
    let grants: Vec<&str> = oauth.grants.iter().map(grant).collect();
    let further = oauth.authorize_parameters.iter();
    let further: Vec<String> = further
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let further: Vec<&str> = further.iter().map(String::as_str).collect();
    let posted = |path: &str| code(format!("POST {path}"));
    let rows = [
        ("grants", Some(grants.join(", "))),
        (
            "signing in",
            oauth.authorize.map(|path| code(format!("GET {path}"))),
        ),
        ("with", (!further.is_empty()).then(|| codes(&further))),
        (
            "PKCE",
            Some(if oauth.pkce { "yes" } else { "no" }.to_owned()),
        ),
        ("scopes", Some(codes(oauth.scopes))),
        ("tokens", Some(posted(oauth.token))),
        ("revocation", oauth.revoke.map(posted)),
        (
            "`expires_in`",
            oauth
                .longest_life
                .map(|longest| format!("in seconds, and above {longest} in milliseconds")),
        ),
    ];
    let rows = rows.into_iter();
    rows.filter_map(|(name, value)| Some(vec![name.to_owned(), value?]))
        .collect()
}

/// How the lists that have pages are split; nothing where there are none.
fn pages(integration: &Integration) -> Option<String> {
    let row = |operation: &&Operation| {
        operation.tool.as_ref()?;
        let Pagination { style, size, stop } = operation.pagination?;
        let by = match style {
            PageStyle::Page { parameter, first } => format!("`{parameter}`, pages from {first}"),
            PageStyle::Offset { parameter, first } => format!("`{parameter}`, rows from {first}"),
            other => panic!("{}: {other:?} has no words yet", operation.name),
        };
        let size = size.as_ref().unwrap();
        let size = format!(
            "`{}`: {}, at most {}",
            size.parameter, size.default, size.max
        );
        let last = match stop {
            Stop::More(path) => format!("`{}` is not true", display(path)),
            Stop::Total(path) => format!("`{}` rows were seen", display(path)),
            Stop::ShortPage => "has fewer rows than asked for".to_owned(),
            Stop::NoNext => "has no token or link".to_owned(),
        };
        Some(vec![code(operation.name), by, size, last])
    };
    let rows: Vec<_> = integration.operations.iter().filter_map(row).collect();
    let heads = ["list", "asked for by", "rows a page", "the last page"];
    (!rows.is_empty()).then(|| table(&heads, rows))
}

/// What answers mean, in the order in which the rules are tried.
fn errors(integration: &Integration) -> String {
    let row = |rule: &ErrorRule| {
        let status = rule.status.map(|status| match status {
            (200, 299) => "2xx".to_owned(),
            (from, to) if from == to => from.to_string(),
            (from, to) => format!("{from} to {to}"),
        });
        let any = |place: String, values: &[&str]| match values {
            [] => format!("with {place}"),
            values => format!("with {place} {}", codes(values)),
        };
        let header = rule.header.map(|(name, values)| any(code(name), values));
        let code_is = (!rule.code.is_empty()).then(|| any("code".to_owned(), rule.code));
        let body = rule
            .body
            .map(|(path, values)| any(code(display(path)), values));
        let conditions: Vec<String> = [status, header, code_is, body]
            .into_iter()
            .flatten()
            .collect();
        let kind = match rule.kind {
            RuleKind::Error(kind) => code(kind.code()),
            RuleKind::TokenExpired => "the token is dead".to_owned(),
        };
        vec![conditions.join(" "), kind]
    };
    table(
        &["answer", "what it is"],
        integration.errors.rules.iter().map(row),
    )
}

/// The headers that tell of limits; nothing where only the usual ones are read.
fn limits(integration: &Integration) -> Option<String> {
    let limit = &integration.rate_limit;
    let reset: Vec<&str> = limit.reset.iter().map(|(name, _)| *name).collect();
    let rows = [
        ("calls allowed", limit.limit),
        ("calls made", limit.used),
        ("calls left", limit.remaining),
        ("when there are more", &reset),
    ];
    let rows = rows.into_iter().filter(|(_, headers)| !headers.is_empty());
    let rows: Vec<_> = rows
        .map(|(what, headers)| vec![what.to_owned(), codes(headers)])
        .collect();
    (!rows.is_empty()).then(|| table(&["told", "headers"], rows))
}

#[test]
fn the_tables_of_the_page_are_those_that_are_compiled_in() {
    for integration in CATALOGUE.integrations {
        let section = section(integration.label);
        let mut tables = vec![
            tools(integration),
            hosts(integration),
            credentials(integration),
            errors(integration),
        ];
        tables.extend(pages(integration));
        tables.extend(limits(integration));
        for table in &tables {
            assert!(section.contains(table), "{}:\n{table}", integration.label);
        }
        // There are no others but those of what differs and of what is not verified.
        let found = section.matches("\n|---").count();
        assert_eq!(found, tables.len() + 2, "{}", integration.label);
    }
}
