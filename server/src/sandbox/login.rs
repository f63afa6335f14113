//! The login of a simulated vendor: a user name and a password for a token, made from the
//! definition's `login`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{Method, StatusCode};
use serde_json::Value;
use toolwright_runtime::table::{CredentialKind, Host, Integration, Login};

use super::answer::{Answer, Failure, Refusal};
use super::call::Request;
use super::capture::capture;
use super::document::put;
use super::ledger::{Grant, Ledger};
use super::tenant::{self, Connection};
use super::{Problem, body, data};

/// The login of a simulated vendor.
#[derive(Debug)]
pub(super) struct PasswordLogin {
    login: &'static Login,
    host: &'static Host,
    /// The one user name, and its password.
    known: String,
    /// The answer but for the token.
    answer: Value,
    /// The answer to any other pair, where it is not that to a wrong credential.
    refused: Option<Failure>,
    ledger: Mutex<Ledger>,
}

impl PasswordLogin {
    /// The login, where the definition has one.
    ///
    /// # Errors
    /// Where the data is wrong.
    pub(super) fn new(
        integration: &'static Integration,
        data: Option<data::Login>,
    ) -> Result<Option<Self>, Problem> {
        let mut kinds = integration.auth.credentials.iter();
        let login = kinds.find_map(|kind| match kind {
            CredentialKind::Login(login) => Some(*login),
            CredentialKind::Bearer { .. }
            | CredentialKind::Basic { .. }
            | CredentialKind::ApiKey { .. }
            | CredentialKind::OAuth2(_) => None,
        });
        let Some(login) = login else {
            return Ok(None);
        };
        let hosts = integration.hosts;
        let host = hosts.get(login.host);
        let host = host.ok_or_else(|| Problem::new("auth", "the host of `login` is not there"))?;
        let data = data.unwrap_or_default();
        let refused = data.refused.as_ref().map(Failure::new).transpose();
        Ok(Some(Self {
            login,
            host,
            known: format!("sandbox-{}", integration.slug),
            answer: data.answer,
            refused: refused.map_err(|text| Problem::new("login.refused", text))?,
            ledger: Mutex::default(),
        }))
    }

    /// Whether a request is one for a token.
    pub(super) fn is_asked(&self, request: &Request<'_>, connection: &Connection) -> bool {
        let captured = || capture(self.login.path, request.path, '/');
        *request.method == Method::POST
            && request.host == self.host.name
            && tenant::at(self.host, request.authority, connection).is_some()
            && captured().is_some_and(|found| tenant::arguments(found, connection).is_ok())
    }

    /// Gives a token for the right pair.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when the body is not of the declared form or lacks a field,
    /// [`Refusal::Unauthorized`] for any other pair.
    pub(super) fn exchange(&self, request: &Request<'_>) -> Result<Answer, Refusal> {
        let fields = body::texts(self.login.body, request.headers, request.body)?;
        let field = |name: &str| {
            let missing = || Refusal::Invalid(format!("{name} is missing"));
            fields.get(name).ok_or_else(missing)
        };
        let pair = (field(self.login.username)?, field(self.login.password)?);
        if pair != (&self.known, &self.known) {
            let refused = self.refused.as_ref();
            let refused = refused.map(|failure| failure.answer("", ""));
            return refused.ok_or(Refusal::Unauthorized);
        }
        let grant = Grant {
            center: None,
            kind: 0,
            is_offline: false,
        };
        let token = self.ledger().issue(grant, None, false).access;
        let mut body = self.answer.clone();
        put(&mut body, self.login.token, token.into());
        Ok(Answer::new(StatusCode::OK, Some(body)))
    }

    /// Whether it gave a token, and has not ended it.
    pub(super) fn gave(&self, token: &str) -> bool {
        self.ledger().access(token).is_some()
    }

    /// Ends every token.
    pub(super) fn expire_tokens(&self) {
        self.ledger().end_access();
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
