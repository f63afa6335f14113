//! The fourth stage: the plain data of a definition becomes files.

use std::collections::BTreeMap;

use serde_json::json;

use super::definition::{
    Auth, Body, ConnectionField, Definition, Docs, Host, Method, ObjectType, Origin, PageSize,
    PageStyle, Pagination, Said, Stop, Value,
};
use super::existing::Existing;
use super::yaml::{Entry, Yaml, entry};

/// The largest file that is written. The compiler reads files of twice this size.
const LARGEST: usize = 512 * 1024;

/// A file that is written, and the methods in it.
#[derive(Debug)]
pub(super) struct Written {
    /// Its name in the folder.
    pub(super) name: String,
    pub(super) text: String,
    /// Where each method stands, as the byte at which it starts, and its operation.
    pub(super) methods: Vec<(usize, String)>,
}

/// Adds a definition to the files that are there: methods behind those of their resource, everything
/// else in `imported.yaml`. The files that are as they were are among them.
pub(super) fn add(definition: &Definition, existing: &Existing) -> Vec<Written> {
    let mut files: Vec<Written> = existing
        .files()
        .map(|(name, text)| Written {
            name: name.to_owned(),
            text: text.to_owned(),
            methods: Vec::new(),
        })
        .collect();
    let mut by_resource: BTreeMap<&str, Vec<&Method>> = BTreeMap::new();
    for method in &definition.methods {
        by_resource
            .entry(&method.resource)
            .or_default()
            .push(method);
    }
    let mut places: Vec<_> = by_resource
        .iter()
        .filter_map(|(resource, methods)| Some((existing.place_behind(resource)?, methods)))
        .collect();
    // From the end of each file, so that the places before stay right.
    places.sort_by_key(|((_, at, _), _)| std::cmp::Reverse(*at));
    for ((name, at, indent), methods) in places {
        let Some(file) = files.iter_mut().find(|file| file.name == name) else {
            continue;
        };
        let (text, starts) = methods_text(methods, indent);
        for (start, _) in &mut file.methods {
            *start += text.len();
        }
        file.methods.extend(
            starts
                .into_iter()
                .map(|(start, pointer)| (at + start, pointer)),
        );
        // Whatever follows is not of these methods.
        file.methods.push((at + text.len(), String::new()));
        file.methods.sort();
        file.text.insert_str(at, &text);
    }
    by_resource.retain(|resource, _| !existing.has_resource(resource));
    let is_free = |name: &String| {
        !files
            .iter()
            .any(|file| file.name.starts_with(name.as_str()))
    };
    let mut names = (1_u64..).map(|number| format!("imported_{number}"));
    let group = names.find(is_free).unwrap_or_default();
    files.extend(resource_files(&group, &by_resource));
    files.extend(type_files(
        &format!("{group}_types"),
        &definition.types,
        &sections(definition),
    ));
    files
}

/// What an addition declares besides methods and types.
fn sections(definition: &Definition) -> Vec<Entry> {
    let mut sections = Vec::new();
    if !definition.connection.is_empty() {
        sections.push(entry(
            "connection",
            map(definition.connection.iter().map(connection_field)),
        ));
    }
    if !definition.hosts.is_empty() {
        sections.push(entry("hosts", map(definition.hosts.iter().map(host))));
    }
    if !definition.pagination.is_empty() {
        let styles = definition
            .pagination
            .iter()
            .map(|(name, pages)| entry(name, pagination(pages)));
        sections.push(entry("pagination", map(styles)));
    }
    sections
}

/// Methods as text behind the one before, and where each starts in it.
fn methods_text(methods: &[&Method], indent: usize) -> (String, Vec<(usize, String)>) {
    let mut text = String::new();
    let mut starts = Vec::new();
    for method in methods {
        let mut written = String::new();
        method_entry(method).write(indent, &mut written);
        text.push('\n');
        starts.push((text.len(), method.pointer.clone()));
        text.push_str(&written);
    }
    (text, starts)
}

/// Writes a definition: `integration.yaml`, a file for each group of resources, and `types.yaml`.
pub(super) fn write(definition: &Definition) -> Vec<Written> {
    let mut files = vec![Written {
        name: "integration.yaml".to_owned(),
        text: file(&integration(definition)),
        methods: Vec::new(),
    }];
    let mut groups: BTreeMap<&str, BTreeMap<&str, Vec<&Method>>> = BTreeMap::new();
    for method in &definition.methods {
        let group = method.resource.split('_').next().unwrap_or_default();
        groups
            .entry(group)
            .or_default()
            .entry(&method.resource)
            .or_default()
            .push(method);
    }
    for (group, resources) in &groups {
        files.extend(resource_files(group, resources));
    }
    files.extend(type_files("types", &definition.types, &[]));
    files
}

fn file(sections: &[Entry]) -> String {
    let mut text = "# yaml-language-server: $schema=../schema.json".to_owned();
    for (index, section) in [&entry("version", Yaml::json(&json!(1)))]
        .into_iter()
        .chain(sections)
        .enumerate()
    {
        if index > 0 {
            text.push('\n');
        }
        section.write(0, &mut text);
    }
    text.push('\n');
    text
}

fn resource_files(group: &str, resources: &BTreeMap<&str, Vec<&Method>>) -> Vec<Written> {
    let mut files: Vec<Written> = Vec::new();
    for (resource, methods) in resources {
        let head = format!("\n  {resource}:\n    methods:");
        let (methods, starts) = methods_text(methods, 6);
        let starts = starts
            .into_iter()
            .map(|(start, pointer)| (head.len() + start, pointer));
        let text = head.clone() + &methods;
        let is_full = files
            .last()
            .is_none_or(|file| file.text.len() + text.len() > LARGEST);
        if is_full {
            let name = match files.len() {
                // What the whole product is about has a file of its own.
                0 if matches!(group, "integration" | "types") => format!("{group}_resource.yaml"),
                0 => format!("{group}.yaml"),
                others => format!("{group}_part_{}.yaml", others + 1),
            };
            let mut text = file(&[]);
            text.push_str("\nresources:");
            files.push(Written {
                name,
                text,
                methods: Vec::new(),
            });
        }
        if let Some(file) = files.last_mut() {
            let start = file.text.len();
            file.methods.extend(
                starts
                    .into_iter()
                    .map(|(at, pointer)| (start + at, pointer)),
            );
            file.text.push_str(&text);
        }
    }
    for file in &mut files {
        file.text.push('\n');
    }
    files
}

/// Types, in as many files as they need; the first one has other sections as well.
fn type_files(group: &str, types: &[ObjectType], others: &[Entry]) -> Vec<Written> {
    let mut files: Vec<Written> = Vec::new();
    if !others.is_empty() && types.is_empty() {
        let text = file(others).trim_end().to_owned();
        files.push(Written {
            name: format!("{group}.yaml"),
            text,
            methods: Vec::new(),
        });
    }
    for ty in types {
        let mut text = String::from("\n");
        let mut written = String::new();
        type_entry(ty).write(2, &mut written);
        text.push_str(&written);
        if files
            .last()
            .is_none_or(|file| file.text.len() + text.len() > LARGEST)
        {
            let name = match files.len() {
                0 => format!("{group}.yaml"),
                parts => format!("{group}_part_{}.yaml", parts + 1),
            };
            let others = if files.is_empty() { others } else { &[] };
            files.push(Written {
                name,
                text: format!("{}\ntypes:", file(others)),
                methods: Vec::new(),
            });
        }
        if let Some(file) = files.last_mut() {
            file.text.push_str(&text);
        }
    }
    for file in &mut files {
        file.text.push('\n');
    }
    files
}

fn map(entries: impl IntoIterator<Item = Entry>) -> Yaml {
    Yaml::Map(entries.into_iter().collect())
}

fn text(key: &str, text: &str) -> Entry {
    entry(key, Yaml::text(text))
}

fn optional(key: &str, value: Option<&String>) -> Option<Entry> {
    value.map(|value| text(key, value))
}

fn integration(definition: &Definition) -> Vec<Entry> {
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
    if !definition.connection.is_empty() {
        sections.push(entry(
            "connection",
            map(definition.connection.iter().map(connection_field)),
        ));
    }
    sections.push(entry("hosts", map(definition.hosts.iter().map(host))));
    sections.push(auth(&definition.auth));
    if !definition.pagination.is_empty() {
        let styles = definition
            .pagination
            .iter()
            .map(|(name, pages)| entry(name, pagination(pages)));
        sections.push(entry("pagination", map(styles)));
    }
    sections
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

fn pagination(pages: &Pagination) -> Yaml {
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

fn type_entry(ty: &ObjectType) -> Entry {
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

fn method_entry(method: &Method) -> Entry {
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
    let list = optional("list", body.list.as_ref());
    entry(
        "body",
        map(format
            .into_iter()
            .chain(list)
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
