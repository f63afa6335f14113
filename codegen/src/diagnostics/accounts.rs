//! D054 to D059: credentials, and what is asked of an account.

use super::{Diagnostics, nearest};
use crate::explain::{D054, D055, D056, D057};
use crate::span::Span;

impl Diagnostics {
    pub(crate) fn no_credentials(&mut self, span: Span) {
        self.error(D054, span, "no credential is declared")
            .help("declare at least one of `bearer`, `basic`, `api_key` and `oauth2`");
    }

    pub(crate) fn no_grants(&mut self, span: Span) {
        self.error(D054, span, "no OAuth grant is declared").help(
            "list the ways a token can be had: `grants: [authorization_code, refresh_token]`",
        );
    }

    pub(crate) fn grant_needs_authorize(&mut self, span: Span) {
        self.error(
            D054,
            span,
            "`authorization_code` needs an authorization endpoint",
        )
        .help("add `authorize:` with the path of the page where a person consents");
    }

    pub(crate) fn login_without_bearer(&mut self, span: Span) {
        self.error(D054, span, "`login` needs `bearer` beside it")
            .label("gives a token, and no credential is one")
            .help("add `bearer:`: the token that a login gives is kept and sent as one of these");
    }

    pub(crate) fn login_is_not_post(&mut self, span: Span) {
        self.error(D054, span, "user name and password are sent by POST")
            .help("write the request as `POST /login`");
    }

    pub(crate) fn login_needs_discovery(&mut self, span: Span, field: Span, name: &str) {
        self.error(
            D054,
            span,
            format!("`{name}` is discovered with the token that this request gives"),
        )
        .label(format!("`{{{name}}}` stands in the URL of this request"))
        .also(field, "not known before the login")
        .help("log in at a URL of fixed parts and of connection fields that an account is given");
    }

    pub(crate) fn key_of_tokens(&mut self, span: Span, credentials: Span, key: &str) {
        self.error(
            D054,
            span,
            format!("`{key}` is for tokens, and no credential is one"),
        )
        .label("has no effect")
        .also(credentials, "neither `bearer` nor `oauth2`")
        .help(format!(
            "remove `{key}:`; `basic` and `api_key` have headers of their own"
        ));
    }

    pub(crate) fn region_without_source(&mut self, span: Span, field: &str) {
        self.error(D054, span, format!("nothing tells the value of `{field}`"))
            .help("add what the vendor sends: `parameter`, `host_parameter` or `token_field`")
            .help("where it sends nothing, remove `region:`, and the account is given the field");
    }

    pub(crate) fn token_field_needs_host(&mut self, span: Span) {
        self.error(
            D054,
            span,
            "`token_field` and `token_field_host` go together",
        )
        .help("the origin in the token answer is looked up in that host's table, never followed");
    }

    pub(crate) fn host_is_no_table(&mut self, span: Span, field: &str) {
        self.error(D054, span, format!("this host is not chosen by `{field}`"))
            .label("an origin from outside is looked up in the table of this host")
            .help(format!(
                "give the host a `table:` with `by: {field}`; no other origin is ever followed"
            ));
    }

    pub(crate) fn discover_is_not_get(&mut self, span: Span) {
        self.error(
            D055,
            span,
            "a connection field is discovered by a GET request",
        );
    }

    pub(crate) fn discovery_needs_discovery(
        &mut self,
        span: Span,
        needed: Span,
        field: &str,
        other: &str,
    ) {
        let message = if field == other {
            format!("`{field}` would have to be known before it is discovered")
        } else {
            format!("`{field}` is discovered with `{other}`, which is discovered itself")
        };
        self.error(D056, span, message)
            .label(format!("`{{{other}}}` stands in the URL of this request"))
            .also(needed, "not known before the first call")
            .help("ask by a URL of fixed parts and of connection fields that an account is given");
    }

    pub(crate) fn identity_is_no_read(&mut self, span: Span, method: Span) {
        self.error(D057, span, "this is neither a `list` nor a `get`")
            .label("asked of every account that is connected")
            .also(method, "the method")
            .help("name the method that shows the connected person, such as `me.list`");
    }

    pub(crate) fn identity_needs_argument(&mut self, span: Span, argument: Span, name: &str) {
        self.error(D057, span, format!("nobody gives the argument `{name}`"))
            .label("asked before anybody calls a tool")
            .also(argument, "required here")
            .help("name a method that needs no argument");
    }

    pub(crate) fn identity_is_nowhere(
        &mut self,
        span: Span,
        record: Span,
        unknown: Option<&str>,
        known: &[&str],
    ) {
        let diagnostic = self.error(D057, span, "the record has no text or number here");
        match unknown.and_then(|name| nearest(name, known.iter().copied())) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.label("one place inside the record, by the vendor's names"),
        };
        diagnostic
            .also(record, "the record")
            .help("name a field of the declared type, or leave `at:` out");
    }
}
