//! What a tool costs: about how many tokens its JSON takes in the context of a model.

use serde_json::Value as Json;

/// A token is about so many bytes of English and JSON.
const BYTES_A_TOKEN: usize = 4;

/// About how many tokens a JSON text takes, as it is served.
#[must_use]
pub fn tokens(json: &Json) -> usize {
    json.to_string().len().div_ceil(BYTES_A_TOKEN)
}
