//! The simulated vendor, as the JSON that the server's sandbox reads.
//!
//! Its form is that of `syntax::Sandbox`, with the `sandbox` of each method under the operation's
//! name in `operations`.

use serde_json::{Map, Value as Json, json};

use super::Lower;
use crate::check::sample::{Shapes, Strictness};
use crate::model::{Operation, Shape};
use crate::span::{Entries, Node, Sp};
use crate::syntax;

impl<'a> Lower<'a, '_> {
    pub(super) fn sandbox(
        &mut self,
        sandbox: &'a Sp<syntax::Sandbox>,
        shapes: &Shapes<'_>,
        operations: &[Operation],
    ) -> Json {
        for (name, _) in sandbox.connection.iter() {
            self.resolve(&self.definition.connection, "connection field", name);
        }
        for (_, collection) in sandbox.collections.iter() {
            self.collection(collection, shapes);
        }
        let methods = self.methods(operations);
        let operations: Map<String, Json> = methods
            .into_iter()
            .filter_map(|(name, method)| Some((name, self.method(sandbox, method.as_ref()?))))
            .collect();
        let failures = &sandbox.failures;
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
            },
            "operations": operations,
        })
    }

    /// Each operation's name and how the simulated vendor answers it.
    fn methods(
        &self,
        operations: &[Operation],
    ) -> Vec<(String, &'a Option<syntax::SandboxMethod>)> {
        let mut methods = Vec::new();
        for operation in operations {
            let method = self
                .definition
                .resources
                .iter()
                .find(|(name, _)| name.value == operation.resource)
                .and_then(|(_, resource)| resource.methods.get(&operation.method));
            methods.extend(method.map(|method| (operation.name.clone(), &method.sandbox)));
        }
        methods
    }

    /// Rows have their key, and fit the declared type with the fields that are the sandbox's own.
    fn collection(&mut self, collection: &'a syntax::Collection, shapes: &Shapes<'_>) {
        let Some((declared, _)) = self.resolve(&self.definition.types, "type", &collection.ty)
        else {
            return;
        };
        self.used.types.push(declared);
        let shape = self
            .type_index
            .get(declared)
            .map_or(Shape::Any, |index| Shape::Named(*index));
        let written = collection.rows.iter().map(|row| (row, false));
        let pattern = collection.fill.iter().map(|fill| (&fill.row, true));
        for (row, is_pattern) in written.chain(pattern) {
            if row.get(&collection.key).is_none() {
                self.diagnostics.row_without_key(row.span, &collection.key);
            }
            let strictness = if is_pattern {
                Strictness::Pattern
            } else {
                Strictness::OpenAtTop
            };
            for (span, problem) in shapes.problems(row, &shape, strictness) {
                self.diagnostics.row_does_not_fit(span, &problem);
            }
        }
    }

    fn method(&mut self, sandbox: &'a syntax::Sandbox, method: &'a syntax::SandboxMethod) -> Json {
        let known: Vec<&str> = sandbox
            .collections
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let within = method.within.iter().map(|(name, _)| name);
        let patches = method
            .patch
            .iter()
            .filter_map(|(_, patch)| patch.from.as_ref());
        for name in std::iter::once(&method.on).chain(within).chain(patches) {
            if sandbox.collections.get(name).is_none() {
                self.diagnostics
                    .unknown_name(name.span, "collection", name, &known);
            }
        }
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
