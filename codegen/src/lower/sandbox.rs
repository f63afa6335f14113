//! The simulated vendor, as the JSON that the server's sandbox reads.
//!
//! Its form is that of `syntax::Sandbox`, with the `sandbox` of each method under the operation's
//! name in `operations`.

mod account;
mod fields;
mod names;
mod oauth;
mod rows;

use std::ops::RangeInclusive;

use serde_json::{Map, Value as Json, json};

use super::Lower;
use crate::check::sample::Shapes;
use crate::model::{ConnectionField, Operation};
use crate::span::{Entries, Node, Sp};
use crate::syntax;

/// The statuses of an answer that says no; some vendors say it with 200.
const FAILURE: RangeInclusive<u32> = 200..=599;

impl<'a> Lower<'a, '_> {
    /// The simulated vendor of `operations`, whose accounts have the connection fields `fields`.
    pub(super) fn sandbox(
        &mut self,
        sandbox: &'a Sp<syntax::Sandbox>,
        shapes: &Shapes<'_>,
        fields: &[ConnectionField],
        operations: &[Operation],
    ) -> Json {
        let methods = self.methods(operations);
        let answered: Vec<&Operation> = methods.iter().map(|(operation, _)| *operation).collect();
        self.account(sandbox, fields, &answered);
        self.sent_headers(&sandbox.headers);
        for (_, collection) in sandbox.collections.iter() {
            self.collection(collection, shapes);
        }
        let failures = &sandbox.failures;
        for failure in [
            &failures.unauthorized,
            &failures.not_found,
            &failures.invalid,
            &failures.rate_limited,
        ]
        .into_iter()
        .chain(&failures.forbidden)
        {
            self.failure(failure);
        }
        if let Some(oauth) = &sandbox.oauth {
            self.sandbox_oauth(oauth);
        }
        if let Some(login) = &sandbox.login {
            self.sandbox_login(login);
        }
        for (operation, method) in &methods {
            self.names(sandbox, method, operation);
        }
        self.fields_of_rows(sandbox, &methods);
        let operations: Map<String, Json> = methods
            .into_iter()
            .map(|(operation, method)| (operation.name.clone(), answer(method)))
            .collect();
        json!({
            "connection": strings(&sandbox.connection),
            "headers": strings(&sandbox.headers),
            "collections": members(&sandbox.collections, |collection| json!({
                "key": collection.key.value,
                "rows": collection.rows.iter().map(|row| row.to_json()).collect::<Vec<_>>(),
                "fill": collection.fill.as_ref().map(|fill| json!({
                    "count": fill.count.value,
                    "row": fill.row.to_json(),
                })),
            })),
            "failures": {
                "unauthorized": failure(&failures.unauthorized),
                "not_found": failure(&failures.not_found),
                "invalid": failure(&failures.invalid),
                "rate_limited": failure(&failures.rate_limited),
                "forbidden": failures.forbidden.as_ref().map(failure),
            },
            "oauth": sandbox.oauth.as_ref().map(|oauth| oauth::answers(oauth)),
            "login": sandbox.login.as_ref().map(|login| json!({
                "answer": login.answer.as_ref().map(|answer| answer.to_json()),
                "refused": login.refused.as_ref().map(failure),
            })),
            "operations": operations,
        })
    }

    /// What methods say of a simulated vendor that there is not.
    pub(super) fn no_sandbox(&mut self, operations: &[Operation]) {
        for (operation, method) in self.methods(operations) {
            self.diagnostics
                .no_sandbox(method.on.span, &operation.name, self.definition.slug);
        }
    }

    /// The operations that the simulated vendor answers, and how.
    fn methods<'o>(
        &self,
        operations: &'o [Operation],
    ) -> Vec<(&'o Operation, &'a syntax::SandboxMethod)> {
        let resources = &self.definition.resources;
        let method = |operation: &Operation| {
            let mut named = resources
                .iter()
                .filter(|(name, _)| name.value == operation.resource);
            let (_, resource) = named.next()?;
            resource.methods.get(&operation.method)?.sandbox.as_ref()
        };
        operations
            .iter()
            .filter_map(|operation| Some((operation, method(operation)?)))
            .collect()
    }

    fn sandbox_login(&mut self, login: &'a Sp<syntax::SandboxLogin>) {
        let auth = self.definition.auth;
        if auth.is_none_or(|auth| auth.credentials.login.is_none()) {
            self.diagnostics.sandbox_without_login(login.span);
        }
        if let Some(failure) = &login.refused {
            self.failure(failure);
        }
    }

    fn failure(&mut self, failure: &'a syntax::Failure) {
        if !FAILURE.contains(&failure.status.value) {
            let (least, greatest) = (*FAILURE.start(), *FAILURE.end());
            self.diagnostics
                .out_of_range(failure.status.span, least.into(), greatest.into());
        }
        self.sent_headers(&failure.headers);
    }

    fn sent_headers(&mut self, headers: &'a Entries<Sp<String>>) {
        self.headers_are_distinct(headers);
        for (name, value) in headers.iter() {
            self.request_header(name);
            self.header_value(value.span, value);
        }
    }
}

fn answer(method: &syntax::SandboxMethod) -> Json {
    json!({
        "on": method.on.value,
        "only": strings(&method.only),
        "cases": members(&method.cases, |values| members(values, strings)),
        "scim": method.scim.as_ref().map(|name| name.value.as_str()),
        "within": strings(&method.within),
        "without": method.without.iter().map(|name| name.value.as_str()).collect::<Vec<_>>(),
        "set": members(&method.set, |value| value.to_json()),
        "patch": members(&method.patch, |patch| json!({
            "by": patch.by.value,
            "leaves": strings(&patch.leaves),
            "from": patch.from.as_ref().map(|name| name.value.as_str()),
            "shows": strings(&patch.shows),
        })),
        "answer": method.answer.as_ref().map(|answer| answer.to_json()),
        "status": method.status.as_ref().map(|status| status.value),
        "empty_is_204": method.empty_is_204,
    })
}

fn failure(failure: &syntax::Failure) -> Json {
    json!({
        "status": failure.status.value,
        "headers": strings(&failure.headers),
        "body": failure.body.as_ref().map(|body: &Sp<Node>| body.to_json()),
    })
}

fn strings(entries: &Entries<Sp<String>>) -> Json {
    members(entries, |text| Json::from(text.value.as_str()))
}

fn members<T>(entries: &Entries<T>, value: impl Fn(&T) -> Json) -> Json {
    entries
        .iter()
        .map(|(name, entry)| (name.value.clone(), value(entry)))
        .collect()
}
