//! What is asked once an account has been connected: it reads, needs nothing, and shows a name.

use crate::check::sample::Shapes;
use crate::diagnostics::Diagnostics;
use crate::model::{Integration, MethodKind, Shape, Step};

/// Checks the question that is asked of every account.
pub fn check(integration: &Integration, shapes: &Shapes<'_>, diagnostics: &mut Diagnostics) {
    let Some(identity) = &integration.identity else {
        return;
    };
    let mut operations = integration.operations.iter();
    let asked = operations.find(|operation| operation.name == identity.operation.value);
    let Some(operation) = asked else { return };
    let span = identity.operation.span;
    if !matches!(operation.kind, MethodKind::List | MethodKind::Get) {
        diagnostics.identity_is_no_read(span, operation.span);
    }
    for arg in operation.args.iter().filter(|arg| arg.required) {
        diagnostics.identity_needs_argument(span, arg.name.span, &arg.name);
    }
    let record = &operation.response;
    if let Some(at) = &identity.at
        && !shapes
            .inside(&record.shape, at)
            .is_some_and(is_text_or_number)
    {
        let fields = shapes.fields(&record.shape).unwrap_or_default();
        let known: Vec<&str> = fields.iter().map(|field| field.api_name.as_str()).collect();
        let unknown = match at.first() {
            Some(Step::Key(key)) if !known.contains(&key.as_str()) => Some(key.as_str()),
            _ => None,
        };
        diagnostics.identity_is_nowhere(at.span, record.span, unknown, &known);
    }
}

fn is_text_or_number(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::String(_) | Shape::Text(_) | Shape::Integer { .. } | Shape::Any
    )
}
