//! What an operation hands on of an answer, beside what its endpoint answers.
//!
//! A declared type is compared with each schema once, however many operations hand it on. A field of it is
//! there when one of these schemas has it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::propose::Types;
use super::said::Said;
use super::value::{Context, Found, Site, Wire, theirs};
use super::{Change, Class, Finding, Kind, Mend, propose};
use crate::import::document::Operation as Endpoint;
use crate::import::schema::Kind as Type;
use crate::model::{Field, Operation, PageStyle, ResponseForm, Shape, Step, Stop};
use crate::span::{Sp, Span};

/// The answers of all operations.
pub(super) struct Answers<'a, 'd> {
    context: Context<'a, 'd>,
    /// Declared types with the schemas that they were compared with.
    visited: BTreeSet<(usize, *const Json)>,
    types: Types<'a>,
    /// The fields that some schema has, by their places.
    there: BTreeSet<Span>,
    absent: Vec<(Span, Found<'d>)>,
    /// Fields that are reported as not declared, by what holds them.
    undeclared: BTreeMap<(Span, &'d str), (Found<'d>, Vec<&'d Json>)>,
    found: Vec<Found<'d>>,
}

impl<'a, 'd> Answers<'a, 'd> {
    pub(super) fn new(context: Context<'a, 'd>) -> Self {
        Self {
            context,
            visited: BTreeSet::new(),
            types: Types::new(),
            there: BTreeSet::new(),
            absent: Vec::new(),
            undeclared: BTreeMap::new(),
            found: Vec::new(),
        }
    }

    /// What was found.
    pub(super) fn finish(mut self) -> Vec<Found<'d>> {
        let absent = self.absent.into_iter();
        let absent = absent.filter(|(field, _)| !self.there.contains(field));
        let mut told = BTreeSet::new();
        self.found.extend(
            absent
                .filter(|(field, _)| told.insert(*field))
                .map(|(_, found)| found),
        );
        // Only now it is known which types stand for which schemas.
        for ((holder, name), (mut found, schemas)) in self.undeclared {
            let value = propose::field(self.context, &self.types, name, &schemas, 0);
            found.finding.mend = Some(Mend {
                at: holder,
                within: &["fields"],
                change: Change::Add(value),
            });
            self.found.push(found);
        }
        self.found
    }

    /// Compares the answer of an operation.
    pub(super) fn compare(&mut self, operation: &Operation, endpoint: &Endpoint<'d>) {
        let (Some(schema), false) = (
            endpoint.answer.schema,
            operation.response.form == ResponseForm::Empty,
        ) else {
            return;
        };
        let said = Said::of(self.context.resolver, &[schema]);
        let response = &operation.response;
        for place in self.pages(operation) {
            // `next` and `more` stand in the answer, wherever the rows do.
            let _ = self.follow(&said, place, operation);
        }
        let Some(said) = self.follow(&said, &response.at, operation) else {
            return;
        };
        // Of an answer as a whole nothing says whether it may be null.
        let site = Site {
            is_whole: false,
            ..Site::new(
                operation,
                "response".to_owned(),
                response.span,
                Wire::Answer,
            )
        };
        if !matches!(response.form, ResponseForm::Rows { .. }) {
            return self.value(&response.shape, &said, &site);
        }
        if said.can_be(Type::Array) {
            let rows = said.element(self.context.resolver);
            return self.value(&response.shape, &rows, &site.inside("[]"));
        }
        let message = format!(
            "`response` is a list here, and `{}` in the document",
            theirs(&said)
        );
        let finding = site.finding(self.context, Class::Contradicts, Kind::WrongType, message);
        self.found.push(Found {
            finding,
            at: said.at,
        });
    }

    /// The places that the pagination of an operation reads.
    fn pages(&self, operation: &Operation) -> Vec<&'a Sp<Vec<Step>>> {
        let pagination = operation.pagination;
        let style = pagination.and_then(|at| self.context.integration.pagination.get(at));
        let next = style.and_then(|style| match &style.style {
            PageStyle::Cursor { next, .. } | PageStyle::PageThenToken { next, .. } => Some(next),
            PageStyle::Page { .. } | PageStyle::Offset { .. } | PageStyle::LinkHeader => None,
        });
        let stop = style.and_then(|style| match &style.stop {
            Stop::More(place) | Stop::Total(place) => Some(place),
            Stop::ShortPage | Stop::NoNext => None,
        });
        next.into_iter().chain(stop).collect()
    }

    /// What the document says of a place. None where it is not there, which is reported, or not known.
    fn follow(
        &mut self,
        said: &Said<'d>,
        place: &Sp<Vec<Step>>,
        operation: &Operation,
    ) -> Option<Said<'d>> {
        let resolver = self.context.resolver;
        let mut here = Said::of(resolver, &said.at.into_iter().collect::<Vec<_>>());
        let mut part = "response".to_owned();
        for step in &place.value {
            let next = match step {
                Step::Key(name) => {
                    part.push_str(&format!(".{name}"));
                    match here.property(resolver, name) {
                        Some(inner) => Some(inner),
                        None if here.can_be(Type::Object) && here.may_have_others() => return None,
                        None => None,
                    }
                }
                Step::Index(_) | Step::Each => {
                    part.push_str("[]");
                    here.can_be(Type::Array).then(|| here.element(resolver))
                }
            };
            let Some(next) = next else {
                let site = Site::new(operation, part.clone(), place.span, Wire::Answer);
                let message = format!("the document has no `{part}`");
                let (class, kind) = (Class::Contradicts, Kind::AnswerGone);
                let finding = site.finding(self.context, class, kind, message);
                self.found.push(Found {
                    finding,
                    at: here.at,
                });
                return None;
            };
            here = next;
        }
        Some(here)
    }

    fn value(&mut self, shape: &Shape, said: &Said<'d>, site: &Site) {
        let context = self.context;
        if !context.value(shape, said, site, &mut self.found) {
            return;
        }
        match shape {
            Shape::Array { items, .. } if said.kinds.contains(&Type::Array) => {
                self.value(items, &said.element(context.resolver), &site.inside("[]"));
            }
            Shape::Map(values) if !said.values.is_empty() => {
                let inner = Said::of(context.resolver, &said.values);
                self.value(values, &inner, &site.inside("{}"));
            }
            Shape::Object(fields) => self.fields(fields, said, site),
            Shape::Named(index) => self.named(*index, said, site),
            _ => {}
        }
    }

    fn named(&mut self, index: usize, said: &Said<'d>, site: &Site) {
        let Some(ty) = self.context.integration.types.get(index) else {
            return;
        };
        let schema = said
            .address(self.context.resolver)
            .unwrap_or(std::ptr::null());
        if !self.visited.insert((index, schema)) {
            return;
        }
        self.types.entry(schema).or_insert(&ty.name.value);
        let site = Site {
            ty: Some(ty.name.value.clone()),
            part: String::new(),
            span: ty.name.span,
            ..site.clone()
        };
        self.fields(&ty.fields, said, &site);
    }

    fn fields(&mut self, fields: &[Field], said: &Said<'d>, holder: &Site) {
        for field in fields {
            let part = match holder.part.as_str() {
                "" => field.api_name.clone(),
                part => format!("{part}.{}", field.api_name),
            };
            let site = Site {
                part,
                span: field.span,
                is_whole: true,
                nullable: field.nullable,
                ..holder.clone()
            };
            let Some(inner) = said.property(self.context.resolver, &field.api_name) else {
                if !said.may_have_others() {
                    self.missing(field, said, &site);
                }
                continue;
            };
            self.there.insert(field.span);
            let deprecation = self.context.deprecation(
                inner.is_deprecated,
                field.deprecated.is_some(),
                inner.at,
                &site,
            );
            self.found.extend(deprecation);
            self.value(&field.shape, &inner, &site);
        }
        for (name, schemas) in &said.properties {
            if !fields.iter().any(|field| field.api_name == *name) {
                self.undeclared(name, schemas, holder);
            }
        }
    }

    fn missing(&mut self, field: &Field, said: &Said<'d>, site: &Site) {
        // Who counts on a field that is not there reads nothing.
        let (class, mend) = match field.required {
            true => (
                Class::Contradicts,
                Some(site.mend(Change::Remove("required"))),
            ),
            false => (Class::Beyond, None),
        };
        let message = format!("the document has no `{}`", site.part);
        let finding = site.finding(self.context, class, Kind::MissingField, message);
        let found = Found {
            finding: Finding { mend, ..finding },
            at: said.at,
        };
        self.absent.push((field.span, found));
    }

    fn undeclared(&mut self, name: &'d str, schemas: &[&'d Json], holder: &Site) {
        let inner = Said::of(self.context.resolver, schemas);
        let key = (holder.span, name);
        if inner.is_write_only || inner.is_deprecated || self.undeclared.contains_key(&key) {
            return;
        }
        let part = match holder.part.as_str() {
            "" => name.to_owned(),
            part => format!("{part}.{name}"),
        };
        let message = format!("the document has `{part}`, which is not declared");
        let site = Site {
            part,
            ..holder.clone()
        };
        let finding = site.finding(self.context, Class::Lacks, Kind::UndeclaredField, message);
        let found = Found {
            finding: Finding {
                found: Some(json!(theirs(&inner))),
                ..finding
            },
            at: inner.at,
        };
        self.undeclared.insert(key, (found, schemas.to_vec()));
    }
}
