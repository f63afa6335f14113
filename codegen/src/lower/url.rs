//! Hosts and paths.

use super::Lower;
use crate::model::{Host, Origin, PathPart};
use crate::notation::{self, Piece};
use crate::span::{Entries, Sp, Span};
use crate::syntax;

/// The arguments that a template may name: the method's `path:` section.
pub(super) type UrlArguments<'m> = &'m Entries<syntax::Value>;

impl<'a> Lower<'a, '_> {
    /// The hosts, in the order of the definition.
    pub(super) fn hosts(&mut self) -> Vec<Host> {
        let definition = self.definition;
        definition
            .hosts
            .iter()
            .map(|(name, host)| Host {
                name: (*name).clone(),
                origin: self.origin(host),
            })
            .collect()
    }

    fn origin(&mut self, host: &'a syntax::Host) -> Origin {
        match host {
            syntax::Host::Url(url) => match self.origin_template(url) {
                Some(pieces)
                    if pieces
                        .iter()
                        .any(|piece| matches!(piece, Piece::Variable(_))) =>
                {
                    Origin::Template(self.host_parts(&pieces))
                }
                _ => Origin::Fixed(url.value.clone()),
            },
            syntax::Host::Table(table) => self.host_table(table),
        }
    }

    /// Variables of a host that are not connection fields are arguments: each method that uses the
    /// host declares them, which `host_arguments` checks.
    fn host_parts(&mut self, pieces: &[Piece<'_>]) -> Vec<PathPart> {
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => PathPart::Literal((*text).to_owned()),
                Piece::Variable(name) if self.use_connection(name).is_some() => {
                    PathPart::Connection((*name).to_owned())
                }
                Piece::Variable(name) => PathPart::Argument((*name).to_owned()),
            })
            .collect()
    }

    fn host_table(&mut self, table: &'a syntax::HostTable) -> Origin {
        let field = self.resolve(&self.definition.connection, "connection field", &table.by);
        if let Some((name, field)) = field {
            self.used.connection.push(name);
            self.same_values(&table.by, field, &table.urls);
        }
        let mut urls = Vec::new();
        for (value, url) in table.urls.iter() {
            if let Some(pieces) = self.origin_template(url)
                && pieces
                    .iter()
                    .any(|piece| matches!(piece, Piece::Variable(_)))
            {
                self.diagnostics
                    .malformed_origin(url.span, url, "a table's origins are fixed");
            }
            urls.push((value.value.clone(), url.value.clone()));
        }
        urls.sort();
        Origin::Table {
            by: table.by.value.clone(),
            urls,
        }
    }

    /// A host table has an origin for each value of its connection field, and for no other.
    fn same_values(
        &mut self,
        by: &Sp<String>,
        field: &syntax::ConnectionField,
        urls: &Entries<Sp<String>>,
    ) {
        let values: Vec<&str> = field.one_of.iter().map(|value| value.as_str()).collect();
        for (value, _) in urls
            .iter()
            .filter(|(value, _)| !values.contains(&value.as_str()))
        {
            self.diagnostics.unknown_name(
                value.span,
                "value of the connection field",
                value,
                &values,
            );
        }
        for value in field
            .one_of
            .iter()
            .filter(|value| urls.get(value).is_none())
        {
            self.diagnostics
                .host_table_lacks(by.span, value.span, value);
        }
    }

    /// An origin is `https://` and a host name; a variable fills a whole label of it.
    fn origin_template<'t>(&mut self, url: &'t Sp<String>) -> Option<Vec<Piece<'t>>> {
        let problem = match notation::template(url) {
            Err(problem) => problem,
            Ok(pieces) => match origin_problem(url) {
                None => return Some(pieces),
                Some(problem) => problem.to_owned(),
            },
        };
        self.diagnostics.malformed_origin(url.span, url, &problem);
        None
    }

    /// A path, with each variable resolved to an argument or a connection field.
    pub(super) fn path(
        &mut self,
        pieces: &[Piece<'_>],
        span: Span,
        arguments: UrlArguments<'_>,
    ) -> Vec<PathPart> {
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => PathPart::Literal((*text).to_owned()),
                Piece::Variable(name) => self.path_variable(name, span, arguments),
            })
            .collect()
    }

    fn path_variable(&mut self, name: &str, span: Span, arguments: UrlArguments<'_>) -> PathPart {
        let argument = arguments.iter().find(|(key, _)| key.value == name);
        let field = self.use_connection(name);
        match (argument, field) {
            (Some((key, _)), Some(field)) => {
                self.diagnostics
                    .argument_hides_connection(key.span, field.span, name);
                PathPart::Connection(name.to_owned())
            }
            (None, Some(_)) => PathPart::Connection(name.to_owned()),
            (Some((_, value)), None) => {
                let ours = super::value::our_name(name, value);
                if value.segments() {
                    PathPart::Segments(ours)
                } else {
                    PathPart::Argument(ours)
                }
            }
            (None, None) => {
                let known: Vec<&str> = arguments
                    .iter()
                    .map(|(key, _)| key.as_str())
                    .chain(
                        self.definition
                            .connection
                            .iter()
                            .map(|(key, _)| key.as_str()),
                    )
                    .collect();
                self.diagnostics.undeclared_variable(span, name, &known);
                PathPart::Literal(String::new())
            }
        }
    }

    /// The variables of a host that the methods using it declare as path arguments.
    pub(super) fn host_variables(&self, host: usize) -> Vec<&'a str> {
        let Some((_, syntax::Host::Url(url))) = self.definition.hosts.get(host) else {
            return Vec::new();
        };
        let fields = &self.definition.connection;
        notation::template(url)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Variable(name) => Some(name),
                Piece::Text(_) => None,
            })
            .filter(|name| !fields.iter().any(|(field, _)| field.value == *name))
            .collect()
    }

    /// The connection field of that name, which is used then.
    fn use_connection(&mut self, name: &str) -> Option<&'a Sp<String>> {
        let mut fields = self.definition.connection.iter().map(|(field, _)| *field);
        let field = fields.find(|field| field.value == name);
        self.used
            .connection
            .extend(field.map(|field| field.as_str()));
        field
    }
}

/// What is wrong with an origin, whose variables are well formed.
fn origin_problem(url: &str) -> Option<&'static str> {
    let Some(host) = url.strip_prefix("https://") else {
        return Some("an origin starts with `https://`");
    };
    if host.contains(['/', '?', '#', '@', ':']) {
        return Some("an origin is a scheme and a host name, without port, user or path");
    }
    let label_is_plain = |label: &str| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        match label
            .strip_prefix('{')
            .and_then(|label| label.strip_suffix('}'))
        {
            Some(variable) => !variable.contains('{'),
            None => !label.is_empty() && label.bytes().all(plain),
        }
    };
    if !host.split('.').all(label_is_plain) {
        return Some("a host name is labels of `[a-z0-9-]`; a variable fills a whole label");
    }
    // A variable near the end would let an account choose the registered domain.
    let fixed_labels = host
        .rsplit('.')
        .take_while(|label| !label.starts_with('{'))
        .count();
    (fixed_labels < 2).then_some("the last two labels of a host name must be written out")
}
