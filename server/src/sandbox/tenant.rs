//! Whether a request is about the account whose token it brings.

use std::collections::BTreeMap;

use toolwright_runtime::table::{Host, Origin, PathPart};

use super::answer::Refusal;
use super::capture::{Captured, capture};
use super::parameters::Parameters;

/// The connection fields of an account.
pub(super) type Connection = BTreeMap<String, String>;

/// What stands in the variables of a host's name; `None` when this is not the account's host.
pub(super) fn at(
    host: &'static Host,
    authority: &str,
    connection: &Connection,
) -> Option<Vec<Captured>> {
    match &host.origin {
        Origin::Fixed(origin) => is_at(origin, authority).then(Vec::new),
        Origin::Table { by, urls } => {
            let chosen = connection.get(*by)?;
            urls.iter()
                .any(|(value, origin)| value == chosen && is_at(origin, authority))
                .then(Vec::new)
        }
        Origin::Template(parts) => {
            let captured = origins(authority)
                .iter()
                .find_map(|origin| capture(parts, origin, '.'))?;
            captured
                .iter()
                .all(|captured| is_ours(captured, connection))
                .then_some(captured)
        }
    }
}

/// Whether an authority is that of an origin.
pub(super) fn is_at(origin: &str, authority: &str) -> bool {
    origins(authority).iter().any(|known| known == origin)
}

/// The arguments among what was captured.
///
/// # Errors
/// [`Refusal::NotFound`] when a connection field is that of another account.
pub(super) fn arguments(
    captured: Vec<Captured>,
    connection: &Connection,
) -> Result<Parameters, Refusal> {
    let mut arguments = Vec::new();
    for captured in captured {
        if !is_ours(&captured, connection) {
            return Err(Refusal::NotFound(captured.1));
        }
        if let (PathPart::Argument(name) | PathPart::Segments(name), value) = captured {
            arguments.push(((*name).to_owned(), value));
        }
    }
    Ok(Parameters(arguments))
}

fn origins(authority: &str) -> [String; 2] {
    ["https", "http"].map(|scheme| format!("{scheme}://{authority}"))
}

/// Whether a connection field in a request is the account's own. Arguments always are.
fn is_ours((part, value): &Captured, connection: &Connection) -> bool {
    match part {
        PathPart::Connection(name) => connection.get(*name) == Some(value),
        PathPart::Literal(_) | PathPart::Argument(_) | PathPart::Segments(_) => true,
    }
}
