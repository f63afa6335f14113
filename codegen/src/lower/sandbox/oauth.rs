//! How the simulated vendor hands out OAuth tokens.

use serde_json::{Map, Value as Json, json};

use super::failure;
use crate::lower::Lower;
use crate::span::Sp;
use crate::syntax::{self, SandboxOAuth, SandboxOAuthErrors, SandboxRefresh};

impl<'a> Lower<'a, '_> {
    pub(super) fn sandbox_oauth(&mut self, oauth: &'a Sp<SandboxOAuth>) {
        let auth = self.definition.auth;
        let declared = auth.and_then(|auth| auth.credentials.oauth2.as_ref());
        let Some(declared) = declared else {
            self.diagnostics.sandbox_without_oauth(oauth.span);
            return;
        };
        if let Some(failure) = &oauth.rate_limited {
            self.failure(failure);
        }
        for value in &oauth.own_login {
            self.own_login(value, declared);
        }
        self.each_once("data center", oauth.own_login.iter());
    }

    /// A data center with a login of its own is one of those that the region's field can have.
    fn own_login(&mut self, value: &'a Sp<String>, declared: &'a syntax::OAuth2) {
        match &declared.region {
            None => self.diagnostics.login_without_region(value.span),
            Some(region) => {
                let mut fields = self.definition.connection.iter();
                if let Some((_, field)) = fields.find(|(name, _)| **name == region.field) {
                    self.value_of_field(field, value);
                }
            }
        }
    }
}

/// The section as the sandbox reads it.
pub(super) fn answers(oauth: &SandboxOAuth) -> Json {
    let tokens = oauth.tokens.iter().map(|kind| {
        json!({
            "title": kind.title.value,
            "expires_in": kind.expires_in.as_ref().map(|seconds| seconds.value),
            "refresh": match kind.refresh {
                SandboxRefresh::None => "none",
                SandboxRefresh::Kept => "kept",
                SandboxRefresh::Rotated => "rotated",
            },
        })
    });
    let own_login = oauth.own_login.iter().map(|value| value.value.as_str());
    json!({
        "tokens": tokens.collect::<Vec<_>>(),
        "own_login": own_login.collect::<Vec<_>>(),
        "errors": errors(&oauth.errors),
        "rate_limited": oauth.rate_limited.as_ref().map(failure),
    })
}

/// The vendor's words, by those of RFC 6749.
fn errors(errors: &SandboxOAuthErrors) -> Map<String, Json> {
    let words = [
        ("invalid_request", &errors.invalid_request),
        ("invalid_client", &errors.invalid_client),
        ("invalid_client_secret", &errors.invalid_client_secret),
        ("invalid_grant", &errors.invalid_grant),
        ("invalid_redirect_uri", &errors.invalid_redirect_uri),
        ("unsupported_grant_type", &errors.unsupported_grant_type),
    ];
    let word = |(name, word): (&str, &Option<Sp<String>>)| {
        let word = word.as_ref()?;
        Some((name.to_owned(), word.value.as_str().into()))
    };
    words.into_iter().filter_map(word).collect()
}
