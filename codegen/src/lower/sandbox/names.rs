//! The names in a method's `sandbox`: collections, query parameters, places and marks.

use crate::lower::Lower;
use crate::marks;
use crate::model::{Operation, PathPart, Place, Shape, Step};
use crate::span::{Entries, Sp, Span};
use crate::syntax::{Effect, Sandbox, SandboxMethod};

/// What marks in an answer stand for, besides arguments and connection fields.
const IN_ANSWER: &[&str] = &[
    "rows", "row", "key", "count", "total", "page", "size", "offset", "more", "token",
];

/// The statuses of an answer that says yes.
const SUCCESS: std::ops::RangeInclusive<u32> = 200..=299;

impl<'a> Lower<'a, '_> {
    pub(super) fn names(
        &mut self,
        sandbox: &'a Sandbox,
        method: &'a SandboxMethod,
        operation: &Operation,
    ) {
        self.collections_of(sandbox, method);
        let query = parameters(operation);
        let cases = method.cases.keys();
        for name in cases.chain(&method.scim) {
            if !query.contains(&name.as_str()) {
                self.diagnostics
                    .unknown_parameter(name.span, operation.span, name, &query);
            }
        }
        for (parameter, values) in method.cases.iter() {
            self.cases_can_be_asked_for(operation, parameter, values.keys());
        }
        let cases = method.cases.iter().flat_map(|(_, values)| values.iter());
        let conditions: Vec<&Entries<Sp<String>>> = cases
            .map(|(_, conditions)| conditions)
            .chain([&method.only])
            .collect();
        for (place, _) in conditions.iter().flat_map(|conditions| conditions.iter()) {
            self.place_in_row(place);
        }
        for (_, patch) in method.patch.iter() {
            for (field, place) in patch.shows.iter() {
                self.place_in_row(place);
                if patch.from.is_none() {
                    self.diagnostics.shows_without_from(field.span);
                }
            }
        }
        if let Some(status) = &method.status
            && !SUCCESS.contains(&status.value)
        {
            let (least, greatest) = (*SUCCESS.start(), *SUCCESS.end());
            self.diagnostics
                .out_of_range(status.span, least.into(), greatest.into());
        }
        self.writes(method, operation);
        self.marks(method, operation, &conditions);
    }

    /// A case stands for a value that the parameter's `enum` allows.
    fn cases_can_be_asked_for<'v>(
        &mut self,
        operation: &Operation,
        parameter: &str,
        values: impl Iterator<Item = &'v Sp<String>>,
    ) {
        let mut args = operation.args.iter();
        let arg = args.find(
            |arg| matches!(&arg.place, Place::Query { api_name, .. } if api_name == parameter),
        );
        let Some(Shape::String(rule)) = arg.map(|arg| &arg.shape) else {
            return;
        };
        let known = rule.values();
        for value in values.filter(|value| !known.is_empty() && !known.contains(&value.as_str())) {
            self.diagnostics
                .unknown_name(value.span, "value", value, &known);
        }
    }

    /// What only a write does is said of one, and lists are changed that a body has.
    fn writes(&mut self, method: &'a SandboxMethod, operation: &Operation) {
        let set = method.set.keys().next();
        if let (Some(set), Effect::Read) = (set, operation.effect) {
            self.diagnostics
                .key_of_other_effect(set.span, operation.span, "set", "write");
        }
        let Some(patch) = method.patch.keys().next() else {
            return;
        };
        if operation.effect != Effect::Update {
            self.diagnostics
                .key_of_other_effect(patch.span, operation.span, "patch", "update");
            return;
        }
        let in_body = operation.args.iter().filter_map(|arg| match &arg.place {
            Place::Body { at, .. } => at.first().map(String::as_str),
            _ => None,
        });
        let known: Vec<&str> = in_body.collect();
        for name in method.patch.keys() {
            if !known.contains(&name.as_str()) {
                self.diagnostics
                    .unknown_name(name.span, "body field", name, &known);
            }
        }
    }

    fn collections_of(&mut self, sandbox: &'a Sandbox, method: &'a SandboxMethod) {
        let known: Vec<&str> = sandbox
            .collections
            .keys()
            .map(|name| name.as_str())
            .collect();
        let within = method.within.keys();
        let patches = method
            .patch
            .iter()
            .filter_map(|(_, patch)| patch.from.as_ref());
        for name in std::iter::once(&method.on).chain(within).chain(patches) {
            if sandbox.collections.get(name).is_none() {
                self.diagnostics
                    .unknown_name(name.span, "collection", name, &known);
            }
            self.used.collections.push(name);
        }
    }

    /// A row is an object, so that a place in it starts with a name.
    fn place_in_row(&mut self, text: &Sp<String>) {
        if let Some(Step::Index(_) | Step::Each) = self.place(text).first() {
            self.diagnostics
                .malformed_place(text.span, text, "a row is no list");
        }
    }

    /// Every mark stands for something that a request of this method has.
    fn marks(
        &mut self,
        method: &'a SandboxMethod,
        operation: &Operation,
        conditions: &[&'a Entries<Sp<String>>],
    ) {
        let mut known = parameters(operation);
        known.extend(self.variables(operation));
        let texts = conditions.iter().flat_map(|conditions| conditions.iter());
        for (_, text) in texts.chain(method.within.iter()) {
            for mark in marks::names(text) {
                self.mark(text.span, mark, &known, &[]);
            }
        }
        for (_, value) in method.set.iter() {
            for (span, mark) in marks::names_in(value) {
                self.mark(span, mark, &known, &["key"]);
            }
        }
        for (span, mark) in method.answer.iter().flat_map(|a| marks::names_in(a)) {
            self.mark(span, mark, &known, IN_ANSWER);
        }
    }

    fn mark(&mut self, span: Span, mark: &str, known: &[&str], more: &[&str]) {
        if !known.contains(&mark) && !more.contains(&mark) {
            let known: Vec<&str> = known.iter().chain(more).copied().collect();
            self.diagnostics.unknown_mark(span, mark, &known);
        }
    }

    /// The variables of path and host, and the connection fields.
    fn variables<'o>(&self, operation: &'o Operation) -> Vec<&'o str>
    where
        'a: 'o,
    {
        let in_path = operation.path.iter().filter_map(|part| match part {
            PathPart::Argument(name) | PathPart::Segments(name) => Some(name.as_str()),
            PathPart::Literal(_) | PathPart::Connection(_) => None,
        });
        let in_host = self.host_variables(operation.host);
        let fields = self.definition.connection.iter();
        in_path
            .chain(in_host)
            .chain(fields.map(|(name, _)| name.as_str()))
            .collect()
    }
}

/// The query parameters of a method, by the vendor's names.
fn parameters(operation: &Operation) -> Vec<&str> {
    let constants = operation.query.iter().map(|(name, _)| name.as_str());
    let arguments = operation.args.iter().filter_map(|arg| match &arg.place {
        Place::Query { api_name, .. } => Some(api_name.as_str()),
        _ => None,
    });
    constants.chain(arguments).collect()
}
