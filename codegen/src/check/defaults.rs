//! Whether what is sent when a caller gives nothing can be sent at all.

use super::sample::{Shapes, Strictness};
use crate::diagnostics::Diagnostics;
use crate::model::{Arg, ListStyle, Place, Shape};
use crate::span::{Kind, Node, Span};

/// Checks the default of an argument, which would otherwise fail in every call.
pub fn check(arg: &Arg, shapes: &Shapes<'_>, diagnostics: &mut Diagnostics) {
    let Some(default) = &arg.default else { return };
    for problem in shapes.problems(default, &arg.shape, Strictness::Closed) {
        diagnostics.default_does_not_fit(problem.span, &problem.text);
    }
    for (span, text) in strings(default) {
        if let Some(problem) = problem(arg, text) {
            diagnostics.default_does_not_fit(span, &problem);
        }
    }
    if arg.secret {
        diagnostics.default_of_secret(default.span, &arg.name);
    }
}

/// What is wrong with a text at its place in a request.
fn problem(arg: &Arg, text: &str) -> Option<String> {
    let is_list = matches!(arg.shape, Shape::Array { .. });
    match arg.place {
        Place::Body { integer: true, .. } if !is_whole(text) => {
            Some(format!("`{text}` cannot be sent as a whole number"))
        }
        Place::Header { .. } if !text.bytes().all(|b| matches!(b, b' '..=b'~')) => {
            Some(format!("`{text}` holds a character that a header cannot"))
        }
        Place::Query {
            list: ListStyle::Csv,
            ..
        } if is_list && text.contains(',') => {
            Some(format!("`{text}` would be read as two elements"))
        }
        _ => None,
    }
}

fn is_whole(text: &str) -> bool {
    text.parse::<u64>().is_ok() || text.parse::<i64>().is_ok()
}

/// Every string in a value.
pub(super) fn strings(node: &Node) -> Vec<(Span, &str)> {
    match &node.kind {
        Kind::String(text) => vec![(node.span, text)],
        Kind::List(elements) => elements.iter().flat_map(strings).collect(),
        Kind::Map(members) => members.iter().flat_map(|(_, m)| strings(m)).collect(),
        Kind::Null | Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) => Vec::new(),
    }
}
