//! One request to one operation of a simulated vendor.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, Method};
use toolwright_runtime::table::PageStyle;

use super::answer::Refusal;
use super::check::check;
use super::endpoint::Endpoint;
use super::parameters::Parameters;
use super::token::Token;

/// A request as it came to a vendor.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) method: &'a Method,
    /// The host's name in the definition.
    pub(super) host: &'a str,
    /// The authority that the definition resolved to.
    pub(super) authority: &'a str,
    /// The vendor's path, percent-encoded.
    pub(super) path: &'a str,
    pub(super) query: Parameters,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

impl<'a> Request<'a> {
    /// A bare reading request.
    pub(super) fn get(path: &'a str, headers: &'a HeaderMap) -> Self {
        let query = Parameters::default();
        Self {
            method: &Method::GET,
            host: "",
            authority: "",
            path,
            query,
            headers,
            body: &[],
        }
    }
}

/// A request to an operation.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) endpoint: &'a Endpoint,
    /// The query; where a token goes without the query of the first page, that query.
    pub(super) query: Parameters,
    /// Where the list goes on.
    pub(super) token: Option<Token>,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
    path: Parameters,
    connection: &'a BTreeMap<String, String>,
}

impl<'a> Call<'a> {
    /// # Errors
    /// [`Refusal::Invalid`] when the arguments are not as the operation declares them, or the token
    /// is not one of this list.
    pub(super) fn new(
        endpoint: &'a Endpoint,
        request: &Request<'a>,
        path: Parameters,
        connection: &'a BTreeMap<String, String>,
    ) -> Result<Self, Refusal> {
        let token = Token::sent(endpoint.operation, &request.query)?;
        let pagination = endpoint.operation.pagination;
        let query = match (&token, pagination.map(|pagination| &pagination.style)) {
            (Some(token), Some(PageStyle::Cursor { alone: true, .. })) => &token.query,
            (
                _,
                None
                | Some(
                    PageStyle::Page { .. }
                    | PageStyle::Offset { .. }
                    | PageStyle::Cursor { .. }
                    | PageStyle::PageThenToken { .. }
                    | PageStyle::LinkHeader,
                ),
            ) => &request.query,
        };
        check(endpoint.operation, &path, query)?;
        Ok(Self {
            endpoint,
            query: query.clone(),
            token,
            headers: request.headers,
            body: request.body,
            path,
            connection,
        })
    }

    /// The path or query parameter or the connection field of that name.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.path
            .get(name)
            .or_else(|| self.query.get(name))
            .or_else(|| self.connection.get(name).map(String::as_str))
    }

    /// The key of the one row that is meant.
    pub(super) fn key(&self) -> Option<&str> {
        self.path.get(self.endpoint.key?)
    }
}
