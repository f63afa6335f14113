//! The parts of a definition as mappings of the language.

use serde_json::json;

use crate::import::definition::{
    Auth, Body, ConnectionField, Definition, Docs, Host, Method, ObjectType, Origin, PageSize,
    PageStyle, Pagination, Said, Stop, Value,
};
use crate::import::yaml::{Entry, Yaml, entry};

fn map(entries: impl IntoIterator<Item = Entry>) -> Yaml {
    Yaml::Map(entries.into_iter().collect())
}

fn text(key: &str, text: &str) -> Entry {
    entry(key, Yaml::text(text))
}

fn optional(key: &str, value: Option<&String>) -> Option<Entry> {
    value.map(|value| text(key, value))
}

/// What `integration.yaml` has.
pub(super) fn integration(definition: &Definition) -> Vec<Entry> {
    let said = |key: &str, said: &Said| {
        let todo = format!("TODO: the document says nothing that can stand for `{key}`.");
        text(key, &said.text).under(if said.by_document {
            Vec::new()
        } else {
            vec![todo]
        })
    };
    let mut sections = vec![entry(
        "integration",
        map([
            text("label", &definition.label),
            said("category", &definition.category),
            said("summary", &definition.summary),
            said("docs", &definition.docs),
        ]),
    )];
    sections.extend(connection(definition));
    sections.extend(hosts(definition));
    sections.push(auth(&definition.auth));
    sections.extend(pagination(definition));
    sections
}

/// What methods refer to by name, besides types.
pub(super) fn shared(definition: &Definition) -> Vec<Entry> {
    let sections = [
        connection(definition),
        hosts(definition),
        pagination(definition),
    ];
    sections.into_iter().flatten().collect()
}

fn connection(definition: &Definition) -> Option<Entry> {
    let fields = definition.connection.iter();
    section("connection", fields.map(connection_field).collect())
}

fn hosts(definition: &Definition) -> Option<Entry> {
    section("hosts", definition.hosts.iter().map(host).collect())
}

fn pagination(definition: &Definition) -> Option<Entry> {
    let styles = definition.pagination.iter();
    let styles = styles.map(|(name, pages)| entry(name, style(pages)));
    section("pagination", styles.collect())
}

/// A section, unless nothing is in it.
fn section(name: &str, entries: Vec<Entry>) -> Option<Entry> {
    (!entries.is_empty()).then(|| entry(name, Yaml::Map(entries)))
}

fn connection_field(field: &ConnectionField) -> Entry {
    let words = (!field.values.is_empty()).then(|| entry("enum", Yaml::json(&json!(field.values))));
    entry(
        &field.name,
        map([
            text("title", &field.name),
            text("description", &field.description),
        ]
        .into_iter()
        .chain(words)
        .chain(optional("default", field.default.as_ref()))),
    )
}

fn host(host: &Host) -> Entry {
    let origin = match &host.origin {
        Origin::Url(url) => text("url", url),
        Origin::Table { by, urls } => {
            let urls = urls.iter().map(|(value, url)| text(value, url));
            entry("table", map([text("by", by), entry("urls", map(urls))]))
        }
    };
    entry(&host.name, map([origin])).under(host.comments.clone())
}

fn auth(auth: &Auth) -> Entry {
    let about = |text_of: &String| text("description", text_of);
    let bearer = auth
        .bearer
        .as_ref()
        .map(|text| entry("bearer", map([about(text)])));
    let basic = auth
        .basic
        .as_ref()
        .map(|text| entry("basic", map([about(text)])));
    let key = auth.api_key.as_ref().map(|(description, header)| {
        entry("api_key", map([about(description), text("header", header)]))
    });
    let oauth2 = auth.oauth2.as_ref().map(|oauth| {
        let entries = [
            about(&oauth.description),
            entry("grants", Yaml::json(&json!(oauth.grants))),
            text("host", &oauth.host),
        ];
        let authorize = optional("authorize", oauth.authorize.as_ref());
        entry(
            "oauth2",
            map(entries
                .into_iter()
                .chain(authorize)
                .chain([text("token", &oauth.token)])),
        )
    });
    let credentials = [bearer, basic, key, oauth2].into_iter().flatten();
    entry("auth", map([entry("credentials", map(credentials))])).under(auth.comments.clone())
}

fn style(pages: &Pagination) -> Yaml {
    let size = pages.size.as_ref().map(size);
    let stop = |stop: &Stop| {
        entry(
            "stop",
            map([match stop {
                Stop::More(place) => text("more", place),
                Stop::Total(place) => text("total", place),
                Stop::ShortPage => entry("short_page", map([])),
            }]),
        )
    };
    let first = |first: u32| entry("first", Yaml::json(&json!(first)));
    let (style, entries) = match &pages.style {
        PageStyle::Page {
            parameter,
            first: number,
            stop: end,
        }
        | PageStyle::Offset {
            parameter,
            first: number,
            stop: end,
        } => (
            match pages.style {
                PageStyle::Page { .. } => "page",
                _ => "offset",
            },
            vec![
                Some(text("parameter", parameter)),
                Some(first(*number)),
                size,
                Some(stop(end)),
            ],
        ),
        PageStyle::Cursor {
            parameter,
            next,
            more,
        } => (
            "cursor",
            vec![
                Some(text("parameter", parameter)),
                Some(text("next", next)),
                optional("more", more.as_ref()),
                size,
            ],
        ),
        PageStyle::Link => ("link_header", vec![size]),
    };
    map([entry(style, map(entries.into_iter().flatten()))])
}

fn size(size: &PageSize) -> Entry {
    entry(
        "size",
        map([
            text("parameter", &size.parameter),
            entry("default", Yaml::json(&json!(size.default))),
            entry("max", Yaml::json(&json!(size.max))),
        ]),
    )
}

pub(super) fn type_entry(ty: &ObjectType) -> Entry {
    let about = optional("description", ty.description.as_ref());
    entry(
        &ty.name,
        map(about
            .into_iter()
            .chain([entry("fields", values(&ty.fields))])),
    )
}

fn values(values: &[Value]) -> Yaml {
    map(values.iter().map(value))
}

/// A value as an entry of the mapping that it belongs to.
pub(crate) fn value(value: &Value) -> Entry {
    let ty = (!value.ty.is_empty()).then(|| text("type", &value.ty));
    let mut entries: Vec<Entry> = ty.into_iter().collect();
    entries.extend(optional("as", value.rename.as_ref()));
    if value.required {
        entries.push(entry("required", Yaml::json(&json!(true))));
    }
    entries.extend(
        value
            .keys
            .iter()
            .map(|(key, json)| entry(key, Yaml::json(json))),
    );
    entries.extend(optional("description", value.description.as_ref()));
    if !value.fields.is_empty() {
        entries.push(entry("fields", values(&value.fields)));
    }
    // The type alone is the short form of a value.
    match entries.as_slice() {
        [_] if !value.ty.is_empty() => text(&value.name, &value.ty),
        _ => entry(&value.name, map(entries)),
    }
}

pub(super) fn method_entry(method: &Method) -> Entry {
    let mut entries = vec![text("http", &method.http)];
    if method.host != "api" {
        entries.push(text("host", &method.host));
    }
    entries.extend(method.effect.map(|effect| text("effect", effect)));
    entries.extend(
        method
            .idempotent
            .map(|idempotent| entry("idempotent", Yaml::json(&json!(idempotent)))),
    );
    entries.extend(optional("deprecated", method.deprecated.as_ref()));
    for (key, arguments) in [
        ("path", &method.path),
        ("query", &method.query),
        ("headers", &method.headers),
    ] {
        if !arguments.is_empty() {
            entries.push(entry(key, values(arguments)));
        }
    }
    entries.extend(method.body.as_ref().map(body));
    entries.extend(method.response.as_ref().map(|response| {
        let at = optional("at", response.at.as_ref());
        entry(
            "response",
            map([text("type", &response.ty)].into_iter().chain(at)),
        )
    }));
    entries.extend(optional("pagination", method.pagination.as_ref()));
    entries.extend(method.docs.as_ref().map(docs));
    entry(&method.name, map(entries)).under(method.comments.clone())
}

fn body(body: &Body) -> Entry {
    let format = body.format.map(|format| text("format", format));
    let whole = optional("whole", body.whole.as_ref());
    entry(
        "body",
        map(format
            .into_iter()
            .chain(whole)
            .chain([entry("fields", values(&body.fields))])),
    )
}

fn docs(docs: &Docs) -> Entry {
    let texts = [
        optional("title", docs.title.as_ref()),
        optional("description", docs.description.as_ref()),
        optional("returns", docs.returns.as_ref()),
        optional("source", docs.source.as_ref()),
        docs.sample
            .as_ref()
            .map(|sample| entry("sample", Yaml::json(sample))),
    ];
    entry("docs", map(texts.into_iter().flatten()))
}
