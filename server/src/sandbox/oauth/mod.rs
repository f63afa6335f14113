//! The authorization server of a simulated vendor (RFC 6749), made from the definition's `oauth2`.

mod authorize;
mod exchange;
mod page;

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method};
use secrecy::SecretString;
use toolwright_runtime::oauth::OAuthApp;
use toolwright_runtime::table::{CredentialKind, Host, Integration, OAuth2, Origin};

use super::answer::{Answer, Failure};
use super::call::Request;
use super::ledger::{Grant, Issued, Ledger};
use super::{Problem, data};

/// The path below the authorization endpoint that takes a person's decision.
const CONSENT: &str = "/consent";

/// Tokens of a simulated vendor, as after somebody has consented.
#[derive(Clone, Debug)]
pub struct SandboxTokens {
    /// Opens the simulated API.
    pub access_token: SecretString,
    /// Gives further access tokens, where the vendor has such.
    pub refresh_token: Option<SecretString>,
    /// The seconds for which the access token is good; `None` where it stays good.
    pub expires_in: Option<u32>,
}

/// The authorization server of a simulated vendor.
#[derive(Debug)]
pub(super) struct AuthorizationServer {
    integration: &'static Integration,
    oauth: &'static OAuth2,
    app: OAuthApp,
    data: data::OAuth,
    rate_limited: Option<Failure>,
    /// Redirect URIs besides those of the loopback interface.
    redirects: Mutex<Vec<String>>,
    ledger: Mutex<Ledger>,
}

/// What a request to an authorization server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// The page on which a person signs in.
    Authorize,
    /// The person's decision on that page.
    Consent,
    /// The token endpoint.
    Token,
    /// The revocation endpoint (RFC 7009).
    Revoke,
}

impl AuthorizationServer {
    /// The server, where the definition has OAuth 2.0.
    ///
    /// # Errors
    /// Where the data is wrong.
    pub(super) fn new(
        integration: &'static Integration,
        data: Option<data::OAuth>,
    ) -> Result<Option<Self>, Problem> {
        let mut kinds = integration.auth.credentials.iter();
        let oauth = kinds.find_map(|kind| match kind {
            CredentialKind::OAuth2(oauth) => Some(*oauth),
            CredentialKind::Bearer { .. }
            | CredentialKind::Basic { .. }
            | CredentialKind::ApiKey { .. }
            | CredentialKind::Login(_) => None,
        });
        let Some(oauth) = oauth else {
            return Ok(None);
        };
        let mut data = data.unwrap_or_default();
        if data.tokens.is_empty() {
            data.tokens.push(data::Tokens {
                title: "For an hour".to_owned(),
                expires_in: Some(3600),
                refresh: data::Refresh::Kept,
            });
        }
        let rate_limited = data.rate_limited.as_ref().map(Failure::new).transpose();
        let rate_limited = rate_limited.map_err(|text| Problem::new("oauth.rate_limited", text))?;
        Ok(Some(Self {
            integration,
            oauth,
            app: OAuthApp {
                client_id: format!("sandbox-{}", integration.slug),
                client_secret: format!("sandbox-{}-secret", integration.slug).into(),
            },
            data,
            rate_limited,
            redirects: Mutex::default(),
            ledger: Mutex::default(),
        }))
    }

    /// The client that it knows.
    pub(super) fn app(&self) -> OAuthApp {
        self.app.clone()
    }

    /// Takes a redirect URI as registered.
    pub(super) fn allow_redirect(&self, uri: &str) {
        self.redirects().push(uri.to_owned());
    }

    /// What a request is for; `None` when it is none for this server.
    pub(super) fn endpoint(&self, request: &Request<'_>) -> Option<Endpoint> {
        if self.host()?.name != request.host {
            return None;
        }
        let is = |path: Option<&str>| path == Some(request.path);
        let below = |path: &str| request.path.strip_prefix(path) == Some(CONSENT);
        match *request.method {
            Method::GET if is(self.oauth.authorize) => Some(Endpoint::Authorize),
            Method::POST if self.oauth.authorize.is_some_and(below) => Some(Endpoint::Consent),
            Method::POST if is(Some(self.oauth.token)) => Some(Endpoint::Token),
            Method::POST if is(self.oauth.revoke) => Some(Endpoint::Revoke),
            _ => None,
        }
    }

    /// Answers a request at the host of a data center.
    pub(super) fn answer(
        &self,
        endpoint: Endpoint,
        center: Option<&'static str>,
        request: &Request<'_>,
    ) -> Answer {
        match endpoint {
            Endpoint::Authorize => self.authorize(center, request),
            Endpoint::Consent => self.decide(center, request),
            Endpoint::Token => self.token(center, request),
            Endpoint::Revoke => self.revoke(center, request),
        }
    }

    /// The host of its endpoints.
    pub(super) fn host(&self) -> Option<&'static Host> {
        self.integration.hosts.get(self.oauth.host)
    }

    /// The connection field that the data center sets.
    pub(super) fn center_field(&self) -> Option<&'static str> {
        self.oauth.region.as_ref().map(|region| region.field)
    }

    /// The data centers and the origins of their logins.
    pub(super) fn centers(&self) -> &'static [(&'static str, &'static str)] {
        match (&self.oauth.region, self.host().map(|host| &host.origin)) {
            (Some(_), Some(Origin::Table { urls, .. })) => urls,
            _ => &[],
        }
    }

    /// Moves whoever was handed tokens to the data center that comes after theirs in the table; `false`
    /// for a vendor that has none.
    pub(super) fn change_data_center(&self) -> bool {
        let centers = self.centers().iter().map(|(center, _)| *center);
        self.ledger().move_accounts(|from| {
            let mut after = centers.clone().cycle().skip_while(|center| *center != from);
            after.nth(1).unwrap_or(from)
        });
        !self.centers().is_empty()
    }

    /// The data center of a good access token; `Some(None)` for a vendor that has no data centers.
    pub(super) fn holder(&self, token: &str) -> Option<Option<&'static str>> {
        self.ledger().access(token).map(|grant| grant.center)
    }

    /// Tokens as after a person of a data center has consented: of the first kind with a refresh
    /// token, or of the first one where none has.
    pub(super) fn grant(&self, center: Option<&'static str>) -> SandboxTokens {
        let mut kinds = self.data.tokens.iter();
        let kind = kinds.position(|kind| kind.refresh != data::Refresh::None);
        let issued = self.issue(Grant {
            center,
            kind: kind.unwrap_or(0),
            is_offline: true,
        });
        SandboxTokens {
            access_token: issued.access.into(),
            refresh_token: issued.refresh.map(Into::into),
            expires_in: issued.expires_in,
        }
    }

    /// Ends every access token.
    pub(super) fn expire_access_tokens(&self) {
        self.ledger().end_access();
    }

    /// Ends every refresh token.
    pub(super) fn end_refresh_tokens(&self) {
        self.ledger().end_refresh();
    }

    /// What the token endpoint answers when it is asked too often.
    pub(super) fn throttled(&self) -> Option<Answer> {
        Some(self.rate_limited.as_ref()?.answer("", ""))
    }

    fn issue(&self, grant: Grant) -> Issued {
        let kind = self.data.tokens.get(grant.kind);
        let expires_in = kind.and_then(|kind| kind.expires_in);
        let refreshes = kind.is_some_and(|kind| kind.refresh != data::Refresh::None);
        self.ledger().issue(grant, expires_in, refreshes)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn redirects(&self) -> MutexGuard<'_, Vec<String>> {
        self.redirects
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Headers of an answer that nobody may keep (RFC 6749 section 5.1).
fn unkept(kind: &'static str) -> HeaderMap {
    HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ])
}
