//! Accounts: connection fields and credentials.

use super::Lower;
use crate::model::{
    Auth, ConnectionField, CredentialKind, Discover, OAuth2, OAuthRegion, PathPart,
};
use crate::notation::{self, Piece};
use crate::span::{Entries, Sp, Span};
use crate::syntax::{self, ClientAuth, Grant};

impl<'a> Lower<'a, '_> {
    pub(super) fn connection_fields(&mut self) -> Vec<ConnectionField> {
        let definition = self.definition;
        definition
            .connection
            .iter()
            .map(|(name, field)| self.connection_field(name, field))
            .collect()
    }

    fn connection_field(
        &mut self,
        name: &Sp<String>,
        field: &'a syntax::ConnectionField,
    ) -> ConnectionField {
        if let Some(pattern) = &field.pattern {
            self.pattern(pattern);
        }
        self.each_once("value", field.one_of.iter());
        for value in &field.one_of {
            self.value_matches(field.pattern.as_ref(), value);
        }
        for value in field.default.iter().chain(&field.example) {
            self.value_of_field(field, value);
        }
        ConnectionField {
            name: name.clone(),
            title: field.title.clone(),
            description: field.description.clone(),
            pattern: text(&field.pattern),
            one_of: texts(&field.one_of),
            default: text(&field.default),
            example: text(&field.example),
            discover: field
                .discover
                .as_ref()
                .map(|discover| self.discover(name, discover)),
        }
    }

    /// A written value of a connection field fits its pattern and is one of its `enum`.
    pub(super) fn value_of_field(&mut self, field: &syntax::ConnectionField, value: &Sp<String>) {
        self.value_matches(field.pattern.as_ref(), value);
        if !field.one_of.is_empty() && !field.one_of.contains(value) {
            let known: Vec<&str> = field.one_of.iter().map(|one| one.as_str()).collect();
            self.diagnostics
                .unknown_name(value.span, "value", value, &known);
        }
    }

    fn discover(&mut self, field: &Sp<String>, discover: &'a syntax::Discover) -> Discover {
        let host = self.host(discover.host.as_ref(), discover.http.span);
        self.host_takes_no_arguments(host, discover.http.span);
        let path = match notation::request_line(&discover.http) {
            Ok(line) => {
                if line.http != crate::model::Http::Get {
                    self.diagnostics.discover_is_not_get(discover.http.span);
                }
                self.path_is_known(field, discover, &line.path);
                self.path(&line.path, discover.http.span, &Entries::default())
            }
            Err(problem) => {
                self.diagnostics
                    .malformed_request_line(discover.http.span, &problem);
                Vec::<PathPart>::new()
            }
        };
        Discover {
            host,
            path,
            at: self.place(&discover.at),
        }
    }

    /// A discovery is asked for where its URL is known: nothing in it is discovered itself.
    fn path_is_known(
        &mut self,
        field: &Sp<String>,
        discover: &syntax::Discover,
        path: &[Piece<'_>],
    ) {
        let host = discover.host.as_ref().map_or("api", |host| host.as_str());
        let host = self
            .definition
            .hosts
            .iter()
            .find(|(name, _)| name.value == host);
        let in_host = match host {
            Some((_, syntax::Host::Url(url))) => notation::template(url).unwrap_or_default(),
            Some((_, syntax::Host::Table(table))) => vec![Piece::Variable(&table.by)],
            None => Vec::new(),
        };
        for piece in path.iter().chain(&in_host) {
            let Piece::Variable(needed) = piece else {
                continue;
            };
            let mut fields = self.definition.connection.iter();
            let discovered =
                fields.find(|(name, other)| name.value == *needed && other.discover.is_some());
            if let Some((needed, _)) = discovered {
                self.diagnostics.discovery_needs_discovery(
                    discover.http.span,
                    needed.span,
                    field,
                    needed,
                );
            }
        }
    }

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

    /// A request that no method makes has no arguments to fill a host's name with.
    fn host_takes_no_arguments(&mut self, host: usize, span: Span) {
        let Some((declaration, _)) = self.definition.hosts.get(host) else {
            return;
        };
        for variable in self.host_variables(host) {
            self.diagnostics
                .host_needs_argument(span, declaration.span, variable);
        }
    }

    /// An origin that a redirect or an answer names counts only where a table lists it.
    fn host_is_chosen_by(&mut self, field: &str, host: usize, span: Span) {
        let declaration = self.definition.hosts.get(host).map(|(_, host)| host);
        if !matches!(declaration, Some(syntax::Host::Table(table)) if table.by.value == field) {
            self.diagnostics.host_is_no_table(span, field);
        }
    }

    /// The name of a header is a token (RFC 9110 section 5.1).
    pub(super) fn header_name(&mut self, name: &Sp<String>) {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if name.is_empty() || !name.bytes().all(token) {
            self.diagnostics.malformed_header(name.span, name);
        }
    }

    /// A header that a definition sends does not frame the message.
    pub(super) fn request_header(&mut self, name: &Sp<String>) {
        const OURS: &[&str] = &["host", "content-length", "transfer-encoding", "connection"];
        self.header_name(name);
        if OURS.contains(&name.to_ascii_lowercase().as_str()) {
            self.diagnostics.header_of_runtime(name.span, name);
        }
    }

    /// Names of headers are the same in small letters and capitals (RFC 9110 section 5.1).
    pub(super) fn headers_are_distinct<T>(&mut self, headers: &Entries<T>) {
        for (index, name) in headers.keys().enumerate() {
            let same = |earlier: &&Sp<String>| earlier.eq_ignore_ascii_case(name);
            if let Some(first) = headers.keys().take(index).find(same) {
                self.diagnostics
                    .headers_collide(name.span, first.span, name, first);
            }
        }
    }

    /// What stands in a header is visible ASCII, possibly with spaces (RFC 9110 section 5.5).
    pub(super) fn header_value(&mut self, span: Span, value: &str) {
        if !value.bytes().all(|b| matches!(b, b' '..=b'~')) {
            self.diagnostics.malformed_header_value(span);
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

pub(super) fn text(text: &Option<Sp<String>>) -> Option<String> {
    text.as_ref().map(|text| text.value.clone())
}

pub(super) fn texts(texts: &[Sp<String>]) -> Vec<String> {
    texts.iter().map(|text| text.value.clone()).collect()
}
