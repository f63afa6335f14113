//! The account that the sandbox connects: it has every connection field that an account needs.

use regex_lite::Regex;

use crate::lower::Lower;
use crate::model::{ConnectionField, Discover, Http, Operation, PathPart};
use crate::span::Sp;
use crate::syntax;

impl<'a> Lower<'a, '_> {
    pub(super) fn account(
        &mut self,
        sandbox: &'a Sp<syntax::Sandbox>,
        fields: &[ConnectionField],
        answered: &[&Operation],
    ) {
        for (name, value) in sandbox.connection.iter() {
            let field = self.resolve(&self.definition.connection, "connection field", name);
            let Some((_, field)) = field else { continue };
            match &field.discover {
                Some(discover) => {
                    self.diagnostics
                        .discovered_field_given(name.span, discover.http.span, name);
                }
                None => self.value_of_field(field, value),
            }
        }
        for (name, field) in &self.definition.connection {
            let is_needed = field.default.is_none() && field.discover.is_none();
            if is_needed && sandbox.connection.get(name).is_none() {
                self.diagnostics
                    .account_lacks_field(sandbox.span, name.span, name);
            }
        }
        for ConnectionField { name, discover, .. } in fields {
            let Some(discover) = discover else { continue };
            if !answered
                .iter()
                .any(|operation| answers(operation, discover))
            {
                self.diagnostics.discovery_without_answer(name.span, name);
            }
        }
    }
}

/// Whether the simulated vendor answers a discovery as a request of this operation.
fn answers(operation: &Operation, discover: &Discover) -> bool {
    let asked: String = discover.path.iter().map(text).collect();
    let template: String = operation
        .path
        .iter()
        .map(|part| match part {
            PathPart::Argument(_) => "[^/]+".to_owned(),
            PathPart::Segments(_) => ".+".to_owned(),
            PathPart::Literal(_) | PathPart::Connection(_) => regex_lite::escape(&text(part)),
        })
        .collect();
    operation.http == Http::Get
        && operation.host == discover.host
        && operation.query.is_empty()
        && Regex::new(&format!("^{template}$")).is_ok_and(|path| path.is_match(&asked))
}

/// A part of a path with variables by name.
fn text(part: &PathPart) -> String {
    match part {
        PathPart::Literal(text) => text.clone(),
        PathPart::Argument(name) | PathPart::Segments(name) | PathPart::Connection(name) => {
            format!("{{{name}}}")
        }
    }
}
