//! From D100: the simulated vendor.

use super::Diagnostics;
use crate::explain::{D100, D101};
use crate::span::Span;

impl Diagnostics {
    pub(crate) fn row_without_key(&mut self, span: Span, key: &str) {
        self.error(
            D100,
            span,
            format!("the row has no `{key}`, by which its collection tells rows apart"),
        );
    }

    pub(crate) fn row_does_not_fit(&mut self, span: Span, problem: &str) {
        self.error(
            D101,
            span,
            format!("the row does not fit its type: {problem}"),
        );
    }
}
