//! Documentation drafted from the document's own words.

use serde_json::Value as Json;

use super::texts;
use crate::import::definition::Docs;
use crate::import::document::Operation;

/// What the document says of an operation. None where it says nothing.
pub(super) fn docs(operation: &Operation<'_>, answers: bool, slug: &str) -> Option<Docs> {
    let text = |text: &str| texts::description(text, slug);
    let docs = Docs {
        title: texts::title(operation.summary),
        description: text(operation.description).or_else(|| text(operation.summary)),
        returns: text(operation.answer.description).filter(|_| answers),
        source: operation
            .docs
            .map(str::trim)
            .filter(|page| page.starts_with("https://"))
            .map(str::to_owned),
        sample: operation
            .answer
            .example
            .filter(|_| answers)
            .filter(|sample| is_plain(sample))
            .cloned(),
    };
    let says_something =
        docs.title.is_some() || docs.description.is_some() || docs.source.is_some();
    says_something.then_some(docs)
}

/// Whether an example can stand in a file of its own language: some are the text of JSON.
fn is_plain(sample: &Json) -> bool {
    sample.is_object() || sample.is_array()
}
