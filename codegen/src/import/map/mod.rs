//! The third stage: a document becomes the plain data of a definition.

mod answers;
mod auth;
mod docs;
mod hosts;
mod naming;
mod pagination;
pub(crate) mod request;
pub(crate) mod texts;

pub(super) use self::texts::comment;

use std::collections::{BTreeMap, BTreeSet};

use self::answers::Types;
use self::hosts::{Hosts, Placed};
use self::naming::{ArgumentNames, Name, Names};
use self::request::value::Reader;
use self::request::{Refused, Request};
use super::definition::{Auth, Definition, Method, Pagination, Response, Said};
use super::document::{Document, Operation};
use super::report::{Refusal, Report};
use super::resolve::Resolver;
use super::{Existing, Options};
use crate::check::text::is_page;

/// Makes a definition of a document. What cannot be one is in the report.
pub(super) fn map<'d>(
    document: &Document<'d>,
    resolver: Resolver<'d>,
    options: &Options,
    existing: &Existing,
    report: &mut Report,
) -> Definition {
    let slug = options.slug.as_str();
    let mut hosts = Hosts::new(slug, &document.servers, existing.hosts());
    let mut there = existing.requests();
    let mut operations: Vec<(&Operation<'d>, Placed)> = Vec::new();
    for operation in &document.operations {
        // The host of the document is the first, so that it is called `api`.
        let placed = hosts.place(&operation.servers);
        let path = operation.path.split(['?', '#']).next().unwrap_or_default();
        let line = format!("{} {}{path}", operation.verb, placed.prefix);
        if !there.take(&line, &request::constants(resolver, operation)) {
            operations.push((operation, placed));
        }
    }
    report.vanished = there.vanished();
    report.kept = existing.methods().count() - report.vanished.len();
    let paths = document
        .operations
        .iter()
        .map(|operation| (operation.path, operation.verb))
        .collect();
    let mut names = Names::new(slug, existing.methods());
    let names: Vec<Name> = operations
        .iter()
        .map(|(operation, _)| names.name(operation, &paths))
        .collect();
    let tools = names.iter().map(|name| name.tool.as_str());
    let types = Types::new(resolver, slug, tools, existing.types());
    let auth = match existing.is_empty() {
        true => auth::auth(document, slug, &mut hosts),
        false => Auth::default(),
    };
    let mut mapper = Mapper {
        options,
        reader: Reader::new(resolver, slug),
        reserved: hosts
            .connection
            .iter()
            .map(|field| field.name.clone())
            .collect(),
        of_credential: existing
            .credential_headers()
            .chain(credential_header(&auth))
            .collect(),
        types,
        pagination: Vec::new(),
        pages_there: existing.pagination(),
    };
    let mut methods = Vec::new();
    for ((operation, placed), name) in operations.into_iter().zip(&names) {
        match mapper.method(operation, name.clone(), &placed.prefix) {
            Ok(method) => methods.push(Method {
                host: placed.host,
                ..method
            }),
            Err((reason, what)) => {
                report.refusals.push(Refusal {
                    pointer: operation.pointer.clone(),
                    reason,
                    what,
                });
            }
        }
    }
    report.left_out.clone_from(&mapper.reader.left_out);
    report.remarks.append(&mut hosts.remarks);
    let mut definition = Definition {
        label: texts::title(document.title).unwrap_or_else(|| slug.to_owned()),
        category: said(document.category.and_then(texts::title), "Imported"),
        summary: said(
            first_sentence(document.description, slug),
            &format!("The API of {slug}."),
        ),
        docs: said(
            document
                .docs
                .filter(|page| is_page(page))
                .map(str::to_owned),
            &format!("https://docs.{}.invalid", slug.replace('_', "-")),
        ),
        connection: hosts.connection,
        hosts: hosts.hosts.split_off(existing.hosts().len()),
        auth,
        pagination: mapper.pagination,
        types: mapper.types.finish(),
        methods,
    };
    definition.remove_what_is_unused();
    definition
}

struct Mapper<'m, 'd> {
    options: &'m Options,
    reader: Reader<'m, 'd>,
    reserved: Vec<String>,
    of_credential: Vec<String>,
    types: Types<'m, 'd>,
    pagination: Vec<(String, Pagination)>,
    /// The names of those that were there before.
    pages_there: Vec<String>,
}

impl<'d> Mapper<'_, 'd> {
    fn method(
        &mut self,
        operation: &Operation<'d>,
        name: Name,
        prefix: &str,
    ) -> Result<Method, Refused> {
        let answer = operation.answer.schema;
        let rows = answer.and_then(|answer| pagination::rows(self.reader.resolver, answer));
        let rows = rows.filter(|_| operation.verb == "GET" && hands_back_rows(&name.method));
        let pages = rows
            .as_ref()
            .and_then(|_| pagination::pagination(self.reader.resolver, operation));
        let mut names = ArgumentNames::default();
        if rows.is_some() && (name.method == "list" || pages.is_some()) {
            names.reserve("limit");
            names.reserve("next_cursor");
        }
        let of_pages = pages
            .as_ref()
            .map(Pagination::parameters)
            .unwrap_or_default();
        let hint = format!("{}_{}", name.resource, name.method);
        let mut method = Request {
            reader: &mut self.reader,
            reserved: &self.reserved,
            of_pages: &of_pages,
            of_credential: &self.of_credential,
            names,
        }
        .method(operation, name, prefix)?;
        method.response = match (rows, answer) {
            (Some(rows), _) => {
                let ty = declared(self.types.answer(rows.items, &format!("{hint}_item")));
                Some(Response {
                    ty: format!("{ty}[]"),
                    at: rows.at,
                })
            }
            (None, Some(answer)) => {
                let ty = declared(self.types.answer(answer, &format!("{hint}_answer")));
                Some(Response { ty, at: None })
            }
            (None, None) => None,
        };
        method.pagination = pages.map(|pages| self.pagination_named(pages));
        method.is_unread = operation.answer.unread.is_some() && answer.is_none();
        if self.options.draft_docs {
            method.docs = docs::docs(operation, method.response.is_some(), &self.options.slug);
        }
        Ok(method)
    }

    fn pagination_named(&mut self, pages: Pagination) -> String {
        if let Some((name, _)) = self.pagination.iter().find(|(_, known)| *known == pages) {
            return name.clone();
        }
        let word = pages.style.word();
        let is_taken = |name: &String| {
            self.pages_there.contains(name)
                || self.pagination.iter().any(|(taken, _)| taken == name)
        };
        let numbered = (2_u64..).map(|number| format!("{word}_{number}"));
        let mut names = std::iter::once(word.to_owned()).chain(numbered);
        let name = names.find(|name| !is_taken(name)).unwrap_or_default();
        self.pagination.push((name.clone(), pages));
        name
    }
}

/// Whether a method of this name can hand back rows.
fn hands_back_rows(method: &str) -> bool {
    !matches!(method, "get" | "create" | "update" | "delete")
}

/// What a response can be: a declared type or anything.
fn declared(ty: String) -> String {
    let is_built_in = crate::notation::BUILT_IN_TYPES.contains(&ty.as_str());
    if is_built_in || ty.ends_with(']') || ty.ends_with('}') {
        "any".to_owned()
    } else {
        ty
    }
}

fn credential_header(auth: &Auth) -> Option<String> {
    auth.api_key
        .as_ref()
        .map(|(_, header)| header.to_ascii_lowercase())
}

fn said(by_document: Option<String>, otherwise: &str) -> Said {
    let is_there = by_document.is_some();
    Said {
        text: by_document.unwrap_or_else(|| otherwise.to_owned()),
        by_document: is_there,
    }
}

fn first_sentence(text: &str, slug: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let end = line.find(". ").map_or(line.len(), |end| end + 1);
    texts::description(line.get(..end).unwrap_or(line), slug)
}

impl Definition {
    /// What nothing refers to would be an error: hosts and pagination of operations that were refused.
    pub(super) fn remove_what_is_unused(&mut self) {
        let mut hosts: BTreeSet<&str> = self
            .methods
            .iter()
            .map(|method| method.host.as_str())
            .collect();
        hosts.extend(self.auth.oauth2.iter().map(|oauth| oauth.host.as_str()));
        self.hosts.retain(|host| hosts.contains(host.name.as_str()));
        let pages: BTreeSet<&str> = self
            .methods
            .iter()
            .filter_map(|method| method.pagination.as_deref())
            .collect();
        self.pagination
            .retain(|(name, _)| pages.contains(name.as_str()));
        let fields: BTreeSet<String> = self
            .hosts
            .iter()
            .flat_map(|host| host.origin.variables())
            .collect();
        self.connection.retain(|field| fields.contains(&field.name));
        let by_name: BTreeMap<&str, usize> = self
            .types
            .iter()
            .enumerate()
            .map(|(index, ty)| (ty.name.as_str(), index))
            .collect();
        let mut waiting: Vec<String> = self
            .methods
            .iter()
            .filter_map(|method| Some(base(&method.response.as_ref()?.ty).to_owned()))
            .collect();
        let mut used = BTreeSet::new();
        while let Some(name) = waiting.pop() {
            let Some(ty) = by_name
                .get(name.as_str())
                .and_then(|index| self.types.get(*index))
            else {
                continue;
            };
            if used.insert(name) {
                waiting.extend(ty.fields.iter().map(|field| base(&field.ty).to_owned()));
            }
        }
        self.types.retain(|ty| used.contains(&ty.name));
    }
}

/// The name in a type expression.
fn base(ty: &str) -> &str {
    ty.trim_end_matches(['[', ']', '{', '}', '?'])
}

impl super::definition::Origin {
    fn variables(&self) -> Vec<String> {
        match self {
            Self::Table { by, .. } => vec![by.clone()],
            Self::Url(url) => {
                let parts = url.split('{').skip(1);
                parts
                    .filter_map(|part| part.split('}').next())
                    .map(str::to_owned)
                    .collect()
            }
        }
    }
}
