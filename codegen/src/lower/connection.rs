//! Accounts: connection fields.

use super::Lower;
use crate::model::{ConnectionField, Discover, Http, PathPart};
use crate::notation::{self, Piece};
use crate::span::{Entries, Sp, Span};
use crate::syntax;

impl<'a> Lower<'a, '_> {
    pub(super) fn connection_fields(&mut self) -> Vec<ConnectionField> {
        let definition = self.definition;
        definition
            .connection
            .iter()
            .map(|(name, field)| self.connection_field(name, field))
            .collect()
    }

    fn connection_field(
        &mut self,
        name: &Sp<String>,
        field: &'a syntax::ConnectionField,
    ) -> ConnectionField {
        if let Some(pattern) = &field.pattern {
            self.pattern(pattern);
        }
        self.each_once("value", field.one_of.iter());
        for value in &field.one_of {
            self.value_matches(field.pattern.as_ref(), value);
        }
        for value in field.default.iter().chain(&field.example) {
            self.value_of_field(field, value);
        }
        ConnectionField {
            name: name.clone(),
            title: field.title.clone(),
            description: field.description.clone(),
            pattern: text(&field.pattern),
            one_of: texts(&field.one_of),
            default: text(&field.default),
            example: text(&field.example),
            discover: field
                .discover
                .as_ref()
                .map(|discover| self.discover(name, discover)),
        }
    }

    /// A written value of a connection field fits its pattern and is one of its `enum`.
    pub(super) fn value_of_field(&mut self, field: &syntax::ConnectionField, value: &Sp<String>) {
        self.value_matches(field.pattern.as_ref(), value);
        if !field.one_of.is_empty() && !field.one_of.contains(value) {
            let known: Vec<&str> = field.one_of.iter().map(|one| one.as_str()).collect();
            self.diagnostics
                .unknown_name(value.span, "value", value, &known);
        }
    }

    fn discover(&mut self, field: &Sp<String>, discover: &'a syntax::Discover) -> Discover {
        let host = self.host(discover.host.as_ref(), discover.http.span);
        self.host_takes_no_arguments(host, discover.http.span);
        let path = match notation::request_line(&discover.http) {
            Ok(line) => {
                if line.http != Http::Get {
                    self.diagnostics.discover_is_not_get(discover.http.span);
                }
                for needed in self.discovered_in(discover.host.as_ref(), &line.path) {
                    let (at, known) = (discover.http.span, needed.span);
                    self.diagnostics
                        .discovery_needs_discovery(at, known, field, needed);
                }
                self.path(&line.path, discover.http.span, &Entries::default())
            }
            Err(problem) => {
                self.diagnostics
                    .malformed_request_line(discover.http.span, &problem);
                Vec::<PathPart>::new()
            }
        };
        Discover {
            host,
            path,
            at: self.place(&discover.at),
        }
    }

    /// The connection fields in a URL that are discovered, and so not known before there is a token.
    pub(super) fn discovered_in(
        &self,
        host: Option<&Sp<String>>,
        path: &[Piece<'_>],
    ) -> Vec<&'a Sp<String>> {
        let host = host.map_or("api", |host| host.as_str());
        let host = self
            .definition
            .hosts
            .iter()
            .find(|(name, _)| name.value == host);
        let in_host = match host {
            Some((_, syntax::Host::Url(url))) => notation::template(url).unwrap_or_default(),
            Some((_, syntax::Host::Table(table))) => vec![Piece::Variable(&table.by)],
            None => Vec::new(),
        };
        let pieces = path.iter().chain(&in_host);
        let discovered = pieces.filter_map(|piece| {
            let Piece::Variable(needed) = piece else {
                return None;
            };
            let mut fields = self.definition.connection.iter();
            let (name, _) =
                fields.find(|(name, field)| name.value == *needed && field.discover.is_some())?;
            Some(*name)
        });
        discovered.collect()
    }

    /// A request that no method makes has no arguments to fill a host's name with.
    pub(super) fn host_takes_no_arguments(&mut self, host: usize, span: Span) {
        let Some((declaration, _)) = self.definition.hosts.get(host) else {
            return;
        };
        for variable in self.host_variables(host) {
            self.diagnostics
                .host_needs_argument(span, declaration.span, variable);
        }
    }

    /// The name of a header is a token (RFC 9110 section 5.1).
    pub(super) fn header_name(&mut self, name: &Sp<String>) {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if name.is_empty() || !name.bytes().all(token) {
            self.diagnostics.malformed_header(name.span, name);
        }
    }

    /// A header that a definition sends does not frame the message.
    pub(super) fn request_header(&mut self, name: &Sp<String>) {
        const OURS: &[&str] = &["host", "content-length", "transfer-encoding", "connection"];
        self.header_name(name);
        if OURS.contains(&name.to_ascii_lowercase().as_str()) {
            self.diagnostics.header_of_runtime(name.span, name);
        }
    }

    /// Names of headers are the same in small letters and capitals (RFC 9110 section 5.1).
    pub(super) fn headers_are_distinct<T>(&mut self, headers: &Entries<T>) {
        for (index, name) in headers.keys().enumerate() {
            let same = |earlier: &&Sp<String>| earlier.eq_ignore_ascii_case(name);
            if let Some(first) = headers.keys().take(index).find(same) {
                self.diagnostics
                    .headers_collide(name.span, first.span, name, first);
            }
        }
    }

    /// What stands in a header is visible ASCII, possibly with spaces (RFC 9110 section 5.5).
    pub(super) fn header_value(&mut self, span: Span, value: &str) {
        if !value.bytes().all(|b| matches!(b, b' '..=b'~')) {
            self.diagnostics.malformed_header_value(span);
        }
    }
}

pub(super) fn text(text: &Option<Sp<String>>) -> Option<String> {
    text.as_ref().map(|text| text.value.clone())
}

pub(super) fn texts(texts: &[Sp<String>]) -> Vec<String> {
    texts.iter().map(|text| text.value.clone()).collect()
}
