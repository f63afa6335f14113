//! Connection fields, hosts and credentials.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Tables, operation_static, path, place};
use crate::emit::{option, optional_text, pairs, texts};
use crate::model::{Auth, ConnectionField, CredentialKind, Host, Identity, Login, OAuth2, Origin};
use crate::syntax::{Grant, LoginBody};

impl Tables<'_> {
    pub(super) fn connection_field(&mut self, field: &ConnectionField) -> TokenStream {
        let ConnectionField {
            title, description, ..
        } = field;
        let name = &field.name.value;
        let owner = format!("connection_{name}");
        let pattern = option(
            field
                .pattern
                .as_ref()
                .map(|pattern| self.pattern(&owner, pattern)),
        );
        let one_of = texts(&field.one_of);
        let default = optional_text(field.default.as_deref());
        let example = optional_text(field.example.as_deref());
        let discover = option(field.discover.as_ref().map(|discover| {
            let (host, path, at) = (discover.host, path(&discover.path), place(&discover.at));
            quote! { Discover { host: #host, path: #path, at: #at } }
        }));
        quote! {
            ConnectionField {
                name: #name,
                title: #title,
                description: #description,
                pattern: #pattern,
                one_of: #one_of,
                default: #default,
                example: #example,
                discover: #discover,
            }
        }
    }
}

pub(super) fn host(host: &Host) -> TokenStream {
    let name = &host.name.value;
    let origin = match &host.origin {
        Origin::Fixed(url) => quote! { Origin::Fixed(#url) },
        Origin::Template(parts) => {
            let parts = path(parts);
            quote! { Origin::Template(#parts) }
        }
        Origin::Table { by, urls } => {
            let urls = pairs(urls);
            quote! { Origin::Table { by: #by, urls: #urls } }
        }
    };
    quote! { Host { name: #name, origin: #origin } }
}

pub(super) fn auth(auth: &Auth) -> TokenStream {
    let Auth { header, scheme, .. } = auth;
    let credentials = auth.credentials.iter().map(|kind| match kind {
        CredentialKind::Bearer(description) => {
            quote! { CredentialKind::Bearer { description: #description } }
        }
        CredentialKind::Basic(description) => {
            quote! { CredentialKind::Basic { description: #description } }
        }
        CredentialKind::ApiKey {
            description,
            header,
        } => {
            quote! { CredentialKind::ApiKey { description: #description, header: #header } }
        }
        CredentialKind::OAuth2(oauth) => {
            let oauth = oauth2(oauth);
            quote! { CredentialKind::OAuth2(&#oauth) }
        }
        CredentialKind::Login(login) => {
            let login = self::login(login);
            quote! { CredentialKind::Login(&#login) }
        }
    });
    quote! { Auth { header: #header, scheme: #scheme, credentials: &[#(#credentials),*] } }
}

pub(super) fn identity(identity: &Identity) -> TokenStream {
    let operation = operation_static(&identity.operation);
    let at = option(identity.at.as_ref().map(|at| place(at)));
    quote! { Identity { operation: &#operation, at: #at } }
}

fn login(login: &Login) -> TokenStream {
    let Login {
        description,
        host,
        username,
        password,
        ..
    } = login;
    let (path, token) = (path(&login.path), place(&login.token));
    let body = match login.body {
        LoginBody::Form => quote! { LoginBody::Form },
        LoginBody::Multipart => quote! { LoginBody::Multipart },
        LoginBody::Json => quote! { LoginBody::Json },
    };
    quote! {
        Login {
            description: #description,
            host: #host,
            path: #path,
            body: #body,
            username: #username,
            password: #password,
            token: #token,
        }
    }
}

fn oauth2(oauth: &OAuth2) -> TokenStream {
    let OAuth2 {
        description,
        host,
        token,
        scope_separator,
        pkce,
        basic_client_auth,
        ..
    } = oauth;
    let grants = oauth.grants.iter().map(|grant| match grant {
        Grant::AuthorizationCode => quote! { Grant::AuthorizationCode },
        Grant::RefreshToken => quote! { Grant::RefreshToken },
        Grant::ClientCredentials => quote! { Grant::ClientCredentials },
        Grant::Password => quote! { Grant::Password },
    });
    let authorize = optional_text(oauth.authorize.as_deref());
    let revoke = optional_text(oauth.revoke.as_deref());
    let scopes = texts(&oauth.scopes);
    let authorize_parameters = pairs(&oauth.authorize_parameters);
    let region = option(oauth.region.as_ref().map(|region| {
        let field = &region.field;
        let parameter = optional_text(region.parameter.as_deref());
        let host_parameter = optional_text(region.host_parameter.as_deref());
        let token_field = option(
            region
                .token_field
                .as_ref()
                .map(|(name, host)| quote! { (#name, #host) }),
        );
        quote! {
            OAuthRegion {
                field: #field,
                parameter: #parameter,
                host_parameter: #host_parameter,
                token_field: #token_field,
            }
        }
    }));
    let failed_at = option(oauth.failed_at.as_ref().map(|at| place(at)));
    let longest_life = option(oauth.longest_life.map(|seconds| {
        let seconds = Literal::u32_unsuffixed(seconds);
        quote! { #seconds }
    }));
    quote! {
        OAuth2 {
            description: #description,
            grants: &[#(#grants),*],
            host: #host,
            authorize: #authorize,
            token: #token,
            revoke: #revoke,
            scopes: #scopes,
            scope_separator: #scope_separator,
            pkce: #pkce,
            basic_client_auth: #basic_client_auth,
            authorize_parameters: #authorize_parameters,
            region: #region,
            failed_at: #failed_at,
            longest_life: #longest_life,
        }
    }
}
