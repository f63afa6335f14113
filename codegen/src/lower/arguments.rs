//! The flat arguments of a method, and what it always sends.

use super::Lower;
use super::value::{Role, our_name};
use crate::model::{
    Arg, Body, Http, ListStyle, MethodKind, Place, ResponseForm, Shape, StringRule,
};
use crate::notation::{Piece, RequestLine};
use crate::span::{Entries, Sp, Span};
use crate::syntax::{self, FullValue, Method, Value};

/// What a method asks for and what it always sends.
pub(super) struct Arguments {
    pub(super) args: Vec<Arg>,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Body,
}

/// The limit of rows that one call hands back, whatever the vendor's pages hold.
pub(super) const MOST_ROWS: i64 = 1000;

impl<'a> Lower<'a, '_> {
    pub(super) fn arguments(
        &mut self,
        method: &'a Method,
        line: Option<&RequestLine<'_>>,
        host: usize,
    ) -> Arguments {
        if let Some(line) = line {
            self.url_arguments_are_used(method, &line.path, host);
        }
        let mut args = Vec::new();
        for (name, value) in method.path.iter() {
            args.push(self.url_argument(name, value));
        }
        let query = self.query(&method.query, &mut args);
        let headers = self.headers(&method.headers, &mut args);
        let body = match &method.body {
            Some(body) => {
                if line.is_some_and(|line| line.http == Http::Get) {
                    let body = body.fields.keys().next().map(|name| name.span);
                    self.diagnostics.get_with_body(method.http.span, body);
                }
                self.body(body, method.http.span, &mut args)
            }
            None => Body::None,
        };
        Arguments {
            args,
            query,
            headers,
            body,
        }
    }

    /// The arguments by which a list is read piece by piece.
    pub(super) fn list_arguments(
        &mut self,
        method: &'a Method,
        kind: MethodKind,
        form: ResponseForm,
        pagination: Option<usize>,
        args: &mut Vec<Arg>,
    ) {
        let rows = matches!(form, ResponseForm::Rows { .. });
        if !(rows && (kind == MethodKind::List || pagination.is_some())) {
            return;
        }
        let span = method.http.span;
        let default = pagination
            .and_then(|index| self.definition.pagination.get(index))
            .and_then(|(_, style)| default_size(style));
        let limit = match default {
            Some(rows) => format!("The most rows to return. Left out: {rows}."),
            None => {
                "The most rows to return. Left out: all that the vendor sends at once.".to_owned()
            }
        };
        let cursor = "Where to go on: the `next_cursor` of the answer before, passed back exactly as \
                      received. Left out for the first rows.";
        let range = Shape::Integer {
            min: Some(1),
            max: Some(MOST_ROWS),
        };
        let string = Shape::String(Box::new(StringRule {
            min_length: Some(1),
            ..StringRule::default()
        }));
        for (name, place, description, shape) in [
            ("limit", Place::Limit, limit, range),
            ("next_cursor", Place::Cursor, cursor.to_owned(), string),
        ] {
            args.push(Arg {
                name: Sp {
                    value: name.to_owned(),
                    span,
                },
                aliases: Vec::new(),
                place,
                required: false,
                default: None,
                description: Some(Sp::new(description, span)),
                deprecated: None,
                shape,
                secret: false,
            });
        }
    }

    /// Every declared path argument has its place in the path or the host, and the host's variables
    /// are declared.
    fn url_arguments_are_used(&mut self, method: &'a Method, pieces: &[Piece<'_>], host: usize) {
        let of_host = self.host_variables(host);
        for (name, _) in method.path.iter() {
            let in_path = pieces.iter().any(|piece| *piece == Piece::Variable(name));
            if !in_path && !of_host.contains(&name.as_str()) {
                self.diagnostics
                    .unused_path_argument(name.span, method.http.span, name);
            }
        }
        let Some((declaration, _)) = self.definition.hosts.get(host) else {
            return;
        };
        for variable in of_host {
            match method
                .path
                .0
                .iter()
                .find(|(name, _)| name.value == variable)
            {
                None => {
                    let (span, host) = (method.http.span, declaration.span);
                    self.diagnostics
                        .undeclared_host_variable(span, host, variable);
                }
                // The host's template has one name for all methods.
                Some((name, value)) if our_name(name, value) != variable => {
                    self.diagnostics
                        .renamed_host_variable(name.span, declaration.span, name);
                }
                Some(_) => {}
            }
        }
    }

    fn url_argument(&mut self, api_name: &'a Sp<String>, value: &'a Value) -> Arg {
        let mut arg = self.argument(api_name, value, Place::Url);
        if arg.secret {
            self.diagnostics.secret_in_url(api_name.span, api_name);
        }
        if matches!(
            arg.shape,
            Shape::Array { .. } | Shape::Object(_) | Shape::Map(_) | Shape::Any
        ) {
            self.diagnostics.structure_in_url(api_name.span, api_name);
        }
        if value
            .full()
            .is_some_and(|full| full.constant.is_some() || full.default.is_some())
        {
            self.diagnostics.constant_in_path(api_name.span, api_name);
        }
        arg.required = true;
        arg
    }

    fn query(&mut self, entries: &'a Entries<Value>, args: &mut Vec<Arg>) -> Vec<(String, String)> {
        let mut constants = Vec::new();
        for (name, value) in entries.iter() {
            if let Some(constant) = self.constant(name, value) {
                constants.push((name.value.clone(), self.scalar(constant)));
                continue;
            }
            let list = match value.full().and_then(|full| full.list.as_deref()) {
                None | Some(syntax::ListStyle::Csv) => ListStyle::Csv,
                Some(syntax::ListStyle::Repeat) => ListStyle::Repeat,
                Some(syntax::ListStyle::Brackets) => ListStyle::Brackets,
            };
            let place = Place::Query {
                api_name: name.value.clone(),
                list,
            };
            let arg = self.argument(name, value, place);
            if arg.secret {
                self.diagnostics.secret_in_url(name.span, name);
            }
            let structured = match &arg.shape {
                Shape::Array { items, .. } => !is_scalar(items),
                shape => !is_scalar(shape),
            };
            if structured {
                self.diagnostics.structure_in_url(name.span, name);
            }
            args.push(arg);
        }
        constants
    }

    fn headers(
        &mut self,
        entries: &'a Entries<Value>,
        args: &mut Vec<Arg>,
    ) -> Vec<(String, String)> {
        let mut constants = Vec::new();
        self.headers_are_distinct(entries);
        for (name, value) in entries.iter() {
            self.request_header(name);
            if name.eq_ignore_ascii_case("content-type") {
                self.diagnostics.header_of_body(name.span, name);
            }
            if self.carries_credential(name) {
                self.diagnostics.header_of_credential(name.span, name);
            }
            if let Some(constant) = self.constant(name, value) {
                let text = self.scalar(constant);
                self.header_value(constant.span, &text);
                constants.push((name.value.clone(), text));
                continue;
            }
            let arg = self.argument(
                name,
                value,
                Place::Header {
                    api_name: name.value.clone(),
                },
            );
            if !is_scalar(&arg.shape) {
                self.diagnostics.structure_in_url(name.span, name);
            }
            args.push(arg);
        }
        constants
    }

    /// Whether a header holds the credential, which nothing else may take the place of.
    fn carries_credential(&self, name: &str) -> bool {
        let auth = self.definition.auth.map(|auth| &auth.value);
        let token = auth
            .and_then(|auth| auth.header.as_deref())
            .map(String::as_str);
        let key = auth.and_then(|auth| auth.credentials.api_key.as_ref());
        let key = key.map(|key| key.header.as_str());
        ["Authorization"]
            .into_iter()
            .chain(token)
            .chain(key)
            .any(|own| own.eq_ignore_ascii_case(name))
    }

    pub(super) fn argument(
        &mut self,
        api_name: &'a Sp<String>,
        value: &'a Value,
        place: Place,
    ) -> Arg {
        let shaped = self.shaped(api_name.span, value, Role::Argument);
        let full = value.full();
        if let Some(full) = full {
            self.place_suits(api_name.span, full, &place);
        }
        let span = full
            .and_then(|full| full.rename.as_ref())
            .map_or(api_name.span, |n| n.span);
        let default = full.and_then(|full| full.default.as_ref());
        let required = full.is_some_and(|full| full.required);
        if let (Some(default), true) = (default, required) {
            self.diagnostics.default_of_required(default.span);
        }
        Arg {
            name: Sp {
                value: our_name(api_name, value),
                span,
            },
            aliases: full.map_or_else(Vec::new, |full| full.aliases.clone()),
            place,
            required,
            default: default.cloned(),
            description: full.and_then(|full| full.description.clone()),
            deprecated: self.deprecated(full.and_then(|full| full.deprecated.as_ref())),
            shape: shaped.shape,
            secret: full.is_some_and(|full| full.secret),
        }
    }

    /// What is meant for one place of a request would be ignored in the others.
    fn place_suits(&mut self, span: Span, full: &FullValue, place: &Place) {
        for (key, is_given, suits) in [
            ("segments", full.segments, matches!(place, Place::Url)),
            (
                "list",
                full.list.is_some(),
                matches!(place, Place::Query { .. }),
            ),
            (
                "wire",
                full.wire.is_some(),
                matches!(place, Place::Body { .. }),
            ),
        ] {
            if is_given && !suits {
                self.diagnostics.restriction_of_other_place(span, key);
            }
        }
    }
}

fn is_scalar(shape: &Shape) -> bool {
    !matches!(
        shape,
        Shape::Array { .. } | Shape::Object(_) | Shape::Map(_) | Shape::Any
    )
}

fn default_size(pagination: &syntax::Pagination) -> Option<u32> {
    let size = match pagination {
        syntax::Pagination::Page(style) => Some(&style.size),
        syntax::Pagination::Offset(style) => Some(&style.size),
        syntax::Pagination::PageThenToken(style) => Some(&style.size),
        syntax::Pagination::Cursor(style) => style.size.as_ref(),
        syntax::Pagination::LinkHeader(style) => style.size.as_ref(),
    };
    size.map(|size| size.default.value)
}
