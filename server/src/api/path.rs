//! What a path names.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use super::Refusal;

/// The most bytes of a name; ids and slugs are shorter.
const LONGEST: usize = 100;

/// The ids and slugs of a path, in their order. What cannot be one names nothing, and is not looked
/// for: a database has its own ideas of odd characters.
pub(crate) struct Names<const COUNT: usize>(pub(crate) [String; COUNT]);

impl<S: Send + Sync, const COUNT: usize> FromRequestParts<S> for Names<COUNT> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let named = RawPathParams::from_request_parts(parts, state).await;
        let named = named.map_err(|_| Refusal::not_found())?;
        let names: Vec<String> = named.iter().map(|(_, name)| name.to_owned()).collect();
        if !names.iter().all(|name| is_name(name)) {
            return Err(Refusal::not_found());
        }
        names.try_into().map(Self).map_err(|_| Refusal::not_found())
    }
}

/// Whether a text can be an id or a slug.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic())
}
