//! What is asked once an account has been connected.

use super::Lower;
use crate::model::{Identity, Operation};
use crate::span::Sp;
use crate::syntax;

impl Lower<'_, '_> {
    /// The operation that is meant; an unknown one is reported with the nearest.
    pub(super) fn identity(
        &mut self,
        identity: &Sp<syntax::Identity>,
        operations: &[Operation],
    ) -> Option<Identity> {
        let (meant, at) = (&identity.operation, &identity.at);
        let at = at.as_ref().map(|at| self.spanned_place(at));
        let named = |operation: &Operation| format!("{}.{}", operation.resource, operation.method);
        let Some(operation) = operations.iter().find(|o| named(o) == meant.value) else {
            let known: Vec<String> = operations.iter().map(named).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.diagnostics
                .unknown_name(meant.span, "operation", meant, &known);
            return None;
        };
        Some(Identity {
            operation: Sp::new(operation.name.clone(), meant.span),
            at,
        })
    }
}
