//! The token endpoint (RFC 6749 section 3.2) and the revocation endpoint (RFC 7009).

use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use toolwright_runtime::json_path;
use toolwright_runtime::table::{Grant as GrantType, Origin};

use super::{AuthorizationServer, unkept};
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Request;
use crate::sandbox::capture::decoded;
use crate::sandbox::data::{OAuthError, Refresh};
use crate::sandbox::ledger::{Grant, Issued};
use crate::sandbox::parameters::Parameters;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json;charset=UTF-8";

impl AuthorizationServer {
    /// Gives tokens for what a request brings.
    pub(super) fn token(&self, center: Option<&'static str>, request: &Request<'_>) -> Answer {
        match self.exchange(center, request) {
            Ok(issued) => self.issued(issued),
            Err(error) => self.refused(error),
        }
    }

    /// Ends a token. One that is unknown is as good as ended (RFC 7009 section 2.2).
    pub(super) fn revoke(&self, center: Option<&'static str>, request: &Request<'_>) -> Answer {
        match form(request) {
            Ok(form) if form.get("token").is_some() => {
                let token = form.get("token").unwrap_or_default();
                self.ledger().revoke(token, center);
                Answer::new(StatusCode::OK, None)
            }
            _ => self.refused(OAuthError::InvalidRequest),
        }
    }

    fn exchange(
        &self,
        center: Option<&'static str>,
        request: &Request<'_>,
    ) -> Result<Issued, OAuthError> {
        let form = form(request)?;
        self.authenticate(&form, request.headers)?;
        let grant_type = form.get("grant_type").ok_or(OAuthError::InvalidRequest)?;
        let grant_type = match grant_type {
            "authorization_code" => GrantType::AuthorizationCode,
            "refresh_token" => GrantType::RefreshToken,
            "client_credentials" => GrantType::ClientCredentials,
            "password" => GrantType::Password,
            _ => return Err(OAuthError::UnsupportedGrantType),
        };
        if !self.oauth.grants.contains(&grant_type) {
            return Err(OAuthError::UnsupportedGrantType);
        }
        match grant_type {
            GrantType::AuthorizationCode => self.code(center, &form),
            GrantType::RefreshToken => self.refresh(center, &form),
            GrantType::ClientCredentials => Ok(self.issue(Grant {
                center,
                kind: 0,
                // Section 4.4.3: a client that acts for itself needs no refresh token.
                is_offline: false,
            })),
            GrantType::Password => self.password(center, &form),
        }
    }

    /// The client proves itself as the definition says (section 2.3.1).
    fn authenticate(&self, form: &Parameters, headers: &HeaderMap) -> Result<(), OAuthError> {
        let in_header = || {
            let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
            let pair = BASE64_STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
            let pair = String::from_utf8(pair).ok()?;
            let (id, secret) = pair.split_once(':')?;
            Some((decoded(id)?, decoded(secret)?))
        };
        let in_form = || {
            let value = |name| form.get(name).map(str::to_owned);
            Some((value("client_id")?, value("client_secret")?))
        };
        let pair = match self.oauth.basic_client_auth {
            true => in_header(),
            false => in_form(),
        };
        match pair {
            Some((id, secret)) if id == self.app.client_id => {
                let is_right = secret == self.app.client_secret.expose_secret();
                is_right
                    .then_some(())
                    .ok_or(OAuthError::InvalidClientSecret)
            }
            _ => Err(OAuthError::InvalidClient),
        }
    }

    fn code(&self, center: Option<&'static str>, form: &Parameters) -> Result<Issued, OAuthError> {
        let name = form.get("code").ok_or(OAuthError::InvalidRequest)?;
        let code = self.ledger().redeem(name, center);
        let code = code.ok_or(OAuthError::InvalidGrant)?;
        if form.get("redirect_uri") != Some(&code.redirect_uri) {
            return Err(OAuthError::InvalidRedirectUri);
        }
        let verifier = form.get("code_verifier").unwrap_or_default();
        let proof = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        if code.challenge.is_some_and(|challenge| challenge != proof) {
            return Err(OAuthError::InvalidGrant);
        }
        Ok(self.issue(code.grant))
    }

    fn refresh(
        &self,
        center: Option<&'static str>,
        form: &Parameters,
    ) -> Result<Issued, OAuthError> {
        let name = form
            .get("refresh_token")
            .ok_or(OAuthError::InvalidRequest)?;
        let grant = self.ledger().refresh(name, center);
        let grant = grant.ok_or(OAuthError::InvalidGrant)?;
        let kind = self.data.tokens.get(grant.kind);
        if kind.is_some_and(|kind| kind.refresh == Refresh::Rotated) {
            self.ledger().rotate(name);
            return Ok(self.issue(grant));
        }
        let expires_in = kind.and_then(|kind| kind.expires_in);
        let access = self
            .ledger()
            .renew(grant, expires_in, Some(name.to_owned()));
        Ok(Issued {
            grant,
            access,
            refresh: None,
            expires_in,
        })
    }

    /// The user name and the password are those of HTTP Basic authentication in the sandbox.
    fn password(
        &self,
        center: Option<&'static str>,
        form: &Parameters,
    ) -> Result<Issued, OAuthError> {
        let (Some(username), Some(password)) = (form.get("username"), form.get("password")) else {
            return Err(OAuthError::InvalidRequest);
        };
        let known = format!("sandbox-{}", self.integration.slug);
        if username != known || password != known {
            return Err(OAuthError::InvalidGrant);
        }
        Ok(self.issue(Grant {
            center,
            kind: 0,
            is_offline: true,
        }))
    }

    /// The answer with tokens (section 5.1).
    fn issued(&self, issued: Issued) -> Answer {
        let mut body = Map::new();
        body.insert("access_token".to_owned(), issued.access.into());
        if let Some(refresh) = issued.refresh {
            body.insert("refresh_token".to_owned(), refresh.into());
        }
        if let Some((field, origin)) = self.origin(issued.grant.center) {
            body.insert(field.to_owned(), origin.into());
        }
        body.insert("token_type".to_owned(), "Bearer".into());
        if let Some(seconds) = issued.expires_in {
            body.insert("expires_in".to_owned(), seconds.into());
        }
        Answer {
            headers: unkept(JSON),
            ..Answer::new(StatusCode::OK, Some(body.into()))
        }
    }

    /// The field of a token answer that tells where the account's data is, and the origin in it.
    fn origin(&self, center: Option<&str>) -> Option<(&'static str, &'static str)> {
        let (field, host) = self.oauth.region.as_ref()?.token_field?;
        let Origin::Table { urls, .. } = self.integration.hosts.get(host)?.origin else {
            return None;
        };
        let mut urls = urls.iter();
        let (_, origin) = urls.find(|(name, _)| Some(*name) == center)?;
        Some((field, origin))
    }

    /// The answer that says no: where the definition says that a failure is a 200, or as section 5.2
    /// has it.
    fn refused(&self, error: OAuthError) -> Answer {
        let (status, standard, text) = standard(error);
        let word = self
            .data
            .errors
            .get(&error)
            .map_or(standard, String::as_str);
        let (status, body) = match self.oauth.failed_at {
            Some(place) => (StatusCode::OK, json_path::wrap(Value::from(word), place)),
            None => (status, json!({ "error": word, "error_description": text })),
        };
        let mut headers = unkept(JSON);
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
        }
        Answer {
            headers,
            ..Answer::new(status, Some(body))
        }
    }
}

/// The fields of a form, each of which may stand there once (section 3.2).
fn form(request: &Request<'_>) -> Result<Parameters, OAuthError> {
    let kind = request.headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let text = std::str::from_utf8(request.body).map_err(|_| OAuthError::InvalidRequest)?;
    let form = Parameters::parse(text);
    let is_twice = form.names().any(|name| form.all(name).count() > 1);
    if is_twice || !kind.eq_ignore_ascii_case(FORM) {
        return Err(OAuthError::InvalidRequest);
    }
    Ok(form)
}

/// The status, the word and a sentence of RFC 6749 section 5.2.
fn standard(error: OAuthError) -> (StatusCode, &'static str, &'static str) {
    const BAD: StatusCode = StatusCode::BAD_REQUEST;
    const WHO: StatusCode = StatusCode::UNAUTHORIZED;
    match error {
        OAuthError::InvalidRequest => (
            BAD,
            "invalid_request",
            "something is missing or there twice",
        ),
        OAuthError::InvalidClient => (WHO, "invalid_client", "the client is unknown"),
        OAuthError::InvalidClientSecret => {
            (WHO, "invalid_client", "the secret of the client is wrong")
        }
        OAuthError::InvalidGrant => (
            BAD,
            "invalid_grant",
            "it is wrong, used, expired or revoked",
        ),
        OAuthError::InvalidRedirectUri => (BAD, "invalid_grant", "the redirect URI is another one"),
        OAuthError::UnsupportedGrantType => {
            (BAD, "unsupported_grant_type", "this grant is not offered")
        }
    }
}
