//! Credentials: how requests prove who they are from, and what a credential is had with.

use super::Lower;
use super::connection::{text, texts};
use crate::model::{Auth, CredentialKind, Http, Login, OAuth2, OAuthRegion};
use crate::notation::{self, Piece};
use crate::span::{Entries, Sp, Span};
use crate::syntax::{self, ClientAuth, Grant};

impl<'a> Lower<'a, '_> {
    pub(super) fn auth(&mut self, auth: &'a Sp<syntax::Auth>) -> Auth {
        let kinds = &auth.credentials.value;
        let kinds_span = auth.credentials.span;
        let mut credentials = Vec::new();
        if let Some(bearer) = &kinds.bearer {
            credentials.push(CredentialKind::Bearer(bearer.description.clone()));
        }
        if let Some(basic) = &kinds.basic {
            credentials.push(CredentialKind::Basic(basic.description.clone()));
        }
        if let Some(key) = &kinds.api_key {
            self.request_header(&key.header);
            credentials.push(CredentialKind::ApiKey {
                description: key.description.clone(),
                header: key.header.value.clone(),
            });
        }
        if let Some(oauth) = &kinds.oauth2 {
            credentials.push(CredentialKind::OAuth2(Box::new(self.oauth2(oauth))));
        }
        if let Some(login) = &kinds.login {
            if kinds.bearer.is_none() {
                self.diagnostics.login_without_bearer(login.http.span);
            }
            credentials.push(CredentialKind::Login(self.login(login)));
        }
        if credentials.is_empty() {
            self.diagnostics.no_credentials(auth.credentials.span);
        }
        if kinds.bearer.is_none() && kinds.oauth2.is_none() {
            for (key, text) in [("header", &auth.header), ("scheme", &auth.scheme)] {
                if let Some(text) = text {
                    self.diagnostics.key_of_tokens(text.span, kinds_span, key);
                }
            }
        }
        if let Some(header) = &auth.header {
            self.request_header(header);
        }
        if let Some(scheme) = &auth.scheme {
            self.header_value(scheme.span, scheme);
        }
        Auth {
            header: text(&auth.header).unwrap_or_else(|| "Authorization".to_owned()),
            scheme: text(&auth.scheme).unwrap_or_else(|| "Bearer".to_owned()),
            credentials,
        }
    }

    fn oauth2(&mut self, oauth: &'a syntax::OAuth2) -> OAuth2 {
        for path in [&oauth.authorize, &oauth.revoke]
            .into_iter()
            .flatten()
            .chain([&oauth.token])
        {
            if let Err(problem) = plain_path(path) {
                self.diagnostics.malformed_path(path.span, &problem);
            }
        }
        let browser = oauth
            .grants
            .iter()
            .find(|grant| grant.value == Grant::AuthorizationCode);
        if let (Some(grant), None) = (browser, &oauth.authorize) {
            self.diagnostics.grant_needs_authorize(grant.span);
        }
        if oauth.grants.is_empty() {
            self.diagnostics.no_grants(oauth.description.span);
        }
        self.each_once("scope", oauth.scopes.iter());
        let grants: Vec<Sp<String>> = oauth.grants.iter().map(word).collect();
        self.each_once("grant", grants.iter());
        let host = self.host(Some(&oauth.host), oauth.host.span);
        self.host_takes_no_arguments(host, oauth.host.span);
        if let Some(region) = oauth
            .region
            .as_ref()
            .filter(|region| region.host_parameter.is_some())
        {
            self.host_is_chosen_by(&region.field, host, oauth.host.span);
        }
        OAuth2 {
            description: oauth.description.clone(),
            grants: oauth.grants.iter().map(|grant| grant.value).collect(),
            host,
            authorize: text(&oauth.authorize),
            token: oauth.token.value.clone(),
            revoke: text(&oauth.revoke),
            scopes: texts(&oauth.scopes),
            scope_separator: text(&oauth.scope_separator).unwrap_or_else(|| " ".to_owned()),
            pkce: oauth.pkce.as_ref().is_none_or(|pkce| pkce.value),
            basic_client_auth: matches!(oauth.client_auth.as_deref(), Some(ClientAuth::Basic)),
            authorize_parameters: oauth
                .authorize_parameters
                .iter()
                .map(|(name, value)| (name.value.clone(), value.value.clone()))
                .collect(),
            region: oauth.region.as_ref().map(|region| self.region(region)),
            failed_at: oauth.failed_at.as_ref().map(|place| self.place(place)),
            longest_life: oauth.longest_life.as_ref().map(|life| life.value.get()),
        }
    }

    fn login(&mut self, login: &'a syntax::Login) -> Login {
        let host = self.host(login.host.as_ref(), login.http.span);
        self.host_takes_no_arguments(host, login.http.span);
        let path = match notation::request_line(&login.http) {
            Ok(line) => {
                if line.http != Http::Post {
                    self.diagnostics.login_is_not_post(login.http.span);
                }
                for needed in self.discovered_in(login.host.as_ref(), &line.path) {
                    self.diagnostics
                        .login_needs_discovery(login.http.span, needed.span, needed);
                }
                self.path(&line.path, login.http.span, &Entries::default())
            }
            Err(problem) => {
                self.diagnostics
                    .malformed_request_line(login.http.span, &problem);
                Vec::new()
            }
        };
        self.each_once("field", [&login.username, &login.password].into_iter());
        Login {
            description: login.description.clone(),
            host,
            path,
            body: login.body,
            username: login.username.value.clone(),
            password: login.password.value.clone(),
            token: self.place(&login.token),
        }
    }

    fn region(&mut self, region: &'a syntax::OAuthRegion) -> OAuthRegion {
        self.resolve(
            &self.definition.connection,
            "connection field",
            &region.field,
        );
        let token_field = match (&region.token_field, &region.token_field_host) {
            (Some(field), Some(host)) => {
                let index = self.host(Some(host), host.span);
                self.host_is_chosen_by(&region.field, index, host.span);
                Some((field.value.clone(), index))
            }
            (Some(alone), None) | (None, Some(alone)) => {
                self.diagnostics.token_field_needs_host(alone.span);
                None
            }
            (None, None) => None,
        };
        let sources = [
            &region.parameter,
            &region.host_parameter,
            &region.token_field,
        ];
        if sources.into_iter().all(Option::is_none) {
            self.diagnostics
                .region_without_source(region.field.span, &region.field);
        }
        OAuthRegion {
            field: region.field.value.clone(),
            parameter: text(&region.parameter),
            host_parameter: text(&region.host_parameter),
            token_field,
        }
    }

    /// An origin that a redirect or an answer names counts only where a table lists it.
    fn host_is_chosen_by(&mut self, field: &str, host: usize, span: Span) {
        let declaration = self.definition.hosts.get(host).map(|(_, host)| host);
        if !matches!(declaration, Some(syntax::Host::Table(table)) if table.by.value == field) {
            self.diagnostics.host_is_no_table(span, field);
        }
    }
}

/// A path without variables.
fn plain_path(path: &str) -> Result<(), String> {
    match notation::request_line(&format!("GET {path}"))?
        .path
        .as_slice()
    {
        [Piece::Text(_)] => Ok(()),
        _ => Err("it holds a variable".to_owned()),
    }
}

/// A grant as it is written.
fn word(grant: &Sp<Grant>) -> Sp<String> {
    let word = match grant.value {
        Grant::AuthorizationCode => "authorization_code",
        Grant::RefreshToken => "refresh_token",
        Grant::ClientCredentials => "client_credentials",
        Grant::Password => "password",
    };
    Sp::new(word.to_owned(), grant.span)
}
