//! Tokens that say where a list goes on. They hold all there is to know, so none is stored.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Serialize};
use toolwright_runtime::table::{Operation, PageStyle};

use super::answer::Refusal;
use super::parameters::Parameters;

/// The query parameter for the token in `Link` headers, whose name is the vendor's own business.
pub(super) const LINK_PARAMETER: &str = "page_info";

/// Where a list goes on.
#[derive(Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Token {
    /// The operation that lists.
    pub(super) operation: String,
    /// The position of the next page's first row.
    pub(super) start: u64,
    /// How many rows it has at most.
    pub(super) size: u64,
    /// The query of the first page, where the token goes without it.
    pub(super) query: Parameters,
}

impl Token {
    /// The token that came with a request.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it is not one of this list, or came with what it excludes.
    pub(super) fn sent(operation: &Operation, query: &Parameters) -> Result<Option<Self>, Refusal> {
        let Some(pagination) = operation.pagination else {
            return Ok(None);
        };
        let parameter = match &pagination.style {
            PageStyle::Page { .. } | PageStyle::Offset { .. } => return Ok(None),
            PageStyle::Cursor { parameter, .. } => parameter,
            PageStyle::PageThenToken {
                token_parameter, ..
            } => token_parameter,
            PageStyle::LinkHeader => LINK_PARAMETER,
        };
        let Some(text) = query.get(parameter) else {
            return Ok(None);
        };
        if let Some(other) = query
            .names()
            .find(|name| excludes(operation, &pagination.style, name))
        {
            return Err(Refusal::Invalid(format!(
                "{parameter} cannot be sent with {other}"
            )));
        }
        Self::decode(text)
            .filter(|token| token.operation == operation.name)
            .map(Some)
            .ok_or_else(|| Refusal::Invalid(format!("{parameter} is not a token of this list")))
    }

    /// As it is sent. It has characters that must be encoded in a query.
    pub(super) fn encode(&self) -> String {
        serde_json::to_vec(self)
            .map(|json| BASE64_STANDARD.encode(json))
            .unwrap_or_default()
    }

    fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&BASE64_STANDARD.decode(text).ok()?).ok()
    }
}

/// Whether a parameter may not come with a token.
fn excludes(operation: &Operation, style: &PageStyle, name: &str) -> bool {
    match style {
        PageStyle::PageThenToken { page_parameter, .. } => name == *page_parameter,
        PageStyle::Cursor {
            parameter,
            alone: true,
            ..
        } => {
            let is_constant = operation
                .query
                .iter()
                .any(|(constant, _)| *constant == name);
            name != *parameter && !is_constant
        }
        PageStyle::Page { .. }
        | PageStyle::Offset { .. }
        | PageStyle::Cursor { alone: false, .. }
        | PageStyle::LinkHeader => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_the_way() {
        let token = Token {
            operation: "list_all_acme_users".to_owned(),
            start: 40,
            size: 20,
            query: Parameters(vec![("q".to_owned(), "\u{e9}?".to_owned())]),
        };
        let text = token.encode();
        assert_eq!(Token::decode(&text), Some(token));
        assert_eq!(Token::decode(&text[1..]), None);
        assert_eq!(Token::decode("e30="), None);
        assert_eq!(Token::decode(""), None);
    }
}
