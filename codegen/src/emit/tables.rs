//! The static tables of an integration.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use serde_json::{Map, Value as Json};

use super::{docs, lines, option, optional_text, pairs, raw, texts};
use crate::model::{
    Arg, Auth, Body, ConnectionField, CredentialKind, ErrorRule, Errors, Field, Host, Http,
    Identifier, Integration, ListStyle, MethodKind, OAuth2, Operation, Origin, PageSize, PageStyle,
    Pagination, PathPart, Place, RateLimit, Response, ResponseForm, Shape, Step, Stop, StringRule,
    Tool,
};
use crate::names::rust_static;
use crate::syntax::{Effect, ErrorKind, Grant, ResetFormat};

/// The module `tables` of an integration.
pub(super) fn module(integration: &Integration) -> TokenStream {
    let mut tables = Tables { integration, patterns: Vec::new() };
    let integration_table = tables.integration();
    let operations: Vec<_> = integration.operations.iter().map(|o| tables.operation(o)).collect();
    let pagination = integration.pagination.iter().map(|style| tables.pagination(style));
    let pagination: Vec<_> = pagination.collect();
    let identifiers: Vec<_> = integration.identifiers.iter().map(|k| tables.identifier(k)).collect();
    let types: Vec<_> = integration
        .types
        .iter()
        .map(|object| {
            let name = type_static(&object.name);
            let shape = tables.object(&object.name, &object.fields, &object.name);
            quote! { static #name: ObjectShape = #shape; }
        })
        .collect();
    let patterns = &tables.patterns;
    quote! {
        //! Static tables: everything a call needs to know.

        use toolwright_runtime::error::ErrorKind;
        use toolwright_runtime::table::*;

        #integration_table
        #(#operations)*
        #(#pagination)*
        #(#identifiers)*
        #(#types)*
        #(#patterns)*
    }
}

struct Tables<'m> {
    integration: &'m Integration,
    /// Patterns are statics of their own, since each holds its compiled form.
    patterns: Vec<TokenStream>,
}

impl Tables<'_> {
    fn integration(&mut self) -> TokenStream {
        let Integration { slug, label, aliases, category, summary, docs: vendor_docs, .. } =
            self.integration;
        let about = docs(&format!("{label}, as the runtime and the server know it."));
        let aliases = texts(aliases);
        let fields: Vec<_> =
            self.integration.connection.iter().map(|field| self.connection_field(field)).collect();
        let hosts = self.integration.hosts.iter().map(host);
        let auth = auth(&self.integration.auth);
        let errors = errors(&self.integration.errors);
        let rate_limit = rate_limit(&self.integration.rate_limit);
        let identifiers = self.integration.identifiers.iter().map(|kind| identifier_static(&kind.name));
        let tags = self.integration.tags.iter().map(|(name, description)| {
            let name = &name.value;
            quote! { Tag { name: #name, description: #description } }
        });
        let operations = self.integration.operations.iter().map(|o| operation_static(&o.name));
        let sandbox =
            option(self.integration.sandbox.as_ref().map(|_| quote! { super::sandbox::DATA }));
        quote! {
            #about
            pub static INTEGRATION: Integration = Integration {
                slug: #slug,
                label: #label,
                aliases: #aliases,
                category: #category,
                summary: #summary,
                docs: #vendor_docs,
                connection: &[#(#fields),*],
                hosts: &[#(#hosts),*],
                auth: #auth,
                errors: #errors,
                rate_limit: #rate_limit,
                identifiers: &[#(&#identifiers),*],
                tags: &[#(#tags),*],
                operations: &[#(&#operations),*],
                sandbox: #sandbox,
            };
        }
    }

    /// A reference to the static of a pattern, which is declared on the way.
    fn pattern(&mut self, owner: &str, pattern: &str) -> TokenStream {
        let name = format_ident!("{}_PATTERN", rust_static(owner));
        let literal = raw(pattern);
        self.patterns.push(quote! { static #name: Pattern = Pattern::new(#literal); });
        quote! { &#name }
    }

    fn connection_field(&mut self, field: &ConnectionField) -> TokenStream {
        let ConnectionField { title, description, .. } = field;
        let name = &field.name.value;
        let owner = format!("connection_{name}");
        let pattern = option(field.pattern.as_ref().map(|pattern| self.pattern(&owner, pattern)));
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

    fn identifier(&mut self, kind: &Identifier) -> TokenStream {
        let Identifier { label, example, ask_person, .. } = kind;
        let name = &kind.name.value;
        let item = identifier_static(name);
        let pattern = self.pattern(&format!("{name}_identifier"), &kind.pattern);
        let description = optional_text(kind.description.as_deref());
        let from = texts(&kind.from);
        quote! {
            static #item: Identifier = Identifier {
                name: #name,
                label: #label,
                pattern: #pattern,
                example: #example,
                description: #description,
                from: #from,
                ask_person: #ask_person,
            };
        }
    }

    fn operation(&mut self, operation: &Operation) -> TokenStream {
        let Operation { name, resource, method, .. } = operation;
        let item = operation_static(name);
        let about = docs(&format!("`{name}`"));
        let kind = method_kind(operation.kind);
        let effect = effect(operation.effect);
        let http = http(operation.http);
        let path = path(&operation.path);
        let response = self.response(name, &operation.response);
        let rest = self.less_common(operation);
        quote! {
            #about
            pub static #item: Operation = Operation {
                name: #name,
                resource: #resource,
                method: #method,
                kind: #kind,
                effect: #effect,
                http: #http,
                path: #path,
                response: #response,
                #(#rest,)*
                ..Operation::COMMON
            };
        }
    }

    /// The members of an operation that are left out where they are as usual.
    fn less_common(&mut self, operation: &Operation) -> Vec<TokenStream> {
        let mut members = Vec::new();
        if !operation.tags.is_empty() {
            let tags = texts(&operation.tags);
            members.push(quote! { tags: #tags });
        }
        if operation.host != 0 {
            let host = operation.host;
            members.push(quote! { host: #host });
        }
        if !operation.query.is_empty() {
            let query = pairs(&operation.query);
            members.push(quote! { query: #query });
        }
        if !operation.headers.is_empty() {
            let headers = pairs(&operation.headers);
            members.push(quote! { headers: #headers });
        }
        if !operation.args.is_empty() {
            let args: Vec<_> =
                operation.args.iter().map(|arg| self.arg(&operation.name, arg)).collect();
            members.push(quote! { args: &[#(#args),*] });
        }
        if !matches!(operation.body, Body::None) {
            let body = body(&operation.body);
            members.push(quote! { body: #body });
        }
        let pagination = operation.pagination.and_then(|i| self.integration.pagination.get(i));
        if let Some(pagination) = pagination {
            let item = pagination_static(&pagination.name);
            members.push(quote! { pagination: Some(&#item) });
        }
        if let Some(tool) = &operation.tool {
            let tool = self::tool(tool);
            members.push(quote! { tool: Some(#tool) });
        }
        members
    }

    fn arg(&mut self, operation: &str, arg: &Arg) -> TokenStream {
        let name = &arg.name.value;
        let required = arg.required;
        let default = option(arg.default.as_ref().map(|default| raw(&default.to_string())));
        let shape = match arg.place {
            Place::Limit => return quote! { Arg::LIMIT },
            Place::Cursor => return quote! { Arg::NEXT_CURSOR },
            _ => self.shape(&format!("{operation}_{name}"), &arg.shape),
        };
        let place = arg_place(&arg.place);
        quote! {
            Arg { name: #name, place: #place, required: #required, default: #default, shape: #shape }
        }
    }

    fn response(&mut self, operation: &str, response: &Response) -> TokenStream {
        let at = place(&response.at);
        let form = match response.form {
            ResponseForm::Rows { missing_is_empty } => {
                quote! { ResponseForm::Rows { missing_is_empty: #missing_is_empty } }
            }
            ResponseForm::RowOfOne => quote! { ResponseForm::RowOfOne },
            ResponseForm::Record => quote! { ResponseForm::Record },
            ResponseForm::Empty => quote! { ResponseForm::Empty },
        };
        let shape = self.shape(&format!("{operation}_response"), &response.shape);
        quote! { Response { at: #at, form: #form, shape: #shape } }
    }

    fn shape(&mut self, owner: &str, shape: &Shape) -> TokenStream {
        let bound = |bound: &Option<i64>| option(bound.map(|bound| quote! { #bound }));
        let count = |count: &Option<u32>| option(count.map(|count| quote! { #count }));
        match shape {
            Shape::String(rule) => self.string(owner, rule),
            Shape::Text(_) => quote! { Shape::Text },
            Shape::Integer { min: None, max: None } => quote! { Shape::INTEGER },
            Shape::Number { min: None, max: None } => quote! { Shape::NUMBER },
            Shape::Integer { min, max } => {
                let (min, max) = (bound(min), bound(max));
                quote! { Shape::Integer { min: #min, max: #max } }
            }
            Shape::Number { min, max } => {
                let (min, max) = (bound(min), bound(max));
                quote! { Shape::Number { min: #min, max: #max } }
            }
            Shape::Boolean => quote! { Shape::Boolean },
            Shape::Any => quote! { Shape::Any },
            Shape::Array { items, min, max } => {
                let items = self.shape(owner, items);
                let (min, max) = (count(min), count(max));
                quote! { Shape::Array { items: &#items, min: #min, max: #max } }
            }
            Shape::Map(values) => {
                let values = self.shape(owner, values);
                quote! { Shape::Map(&#values) }
            }
            Shape::Object(fields) => {
                let object = self.object("", fields, owner);
                quote! { Shape::Object(&#object) }
            }
            Shape::Named(index) => match self.integration.types.get(*index) {
                Some(object) => {
                    let item = type_static(&object.name);
                    quote! { Shape::Object(&#item) }
                }
                None => quote! { Shape::Any },
            },
        }
    }

    fn string(&mut self, owner: &str, rule: &StringRule) -> TokenStream {
        let mut members = Vec::new();
        if let Some(length) = rule.min_length {
            members.push(quote! { min_length: Some(#length) });
        }
        if let Some(length) = rule.max_length {
            members.push(quote! { max_length: Some(#length) });
        }
        if !rule.one_of.is_empty() {
            let one_of = texts(&rule.one_of);
            members.push(quote! { one_of: #one_of });
        }
        if let Some(pattern) = &rule.pattern {
            let pattern = self.pattern(owner, pattern);
            members.push(quote! { pattern: Some(#pattern) });
        }
        if let Some(kind) = rule.identifier.and_then(|index| self.integration.identifiers.get(index)) {
            let item = identifier_static(&kind.name);
            members.push(quote! { identifier: Some(&#item) });
        }
        match members.is_empty() {
            true => quote! { Shape::STRING },
            false => quote! { Shape::String(&StringRule { #(#members,)* ..StringRule::ANY }) },
        }
    }

    fn object(&mut self, name: &str, fields: &[Field], owner: &str) -> TokenStream {
        let fields: Vec<_> = fields
            .iter()
            .map(|field| {
                let Field { api_name, required, nullable, integer, .. } = field;
                let shape = self.shape(&format!("{owner}_{}", field.name), &field.shape);
                if !required && !integer {
                    let constructor = if *nullable { quote! { nullable } } else { quote! { new } };
                    return quote! { Field::#constructor(#api_name, #shape) };
                }
                quote! {
                    Field {
                        name: #api_name,
                        required: #required,
                        nullable: #nullable,
                        integer: #integer,
                        shape: #shape,
                    }
                }
            })
            .collect();
        quote! { ObjectShape { name: #name, fields: &[#(#fields),*] } }
    }

    fn pagination(&self, pagination: &Pagination) -> TokenStream {
        let item = pagination_static(&pagination.name);
        let style = match &pagination.style {
            PageStyle::Page { parameter, first } => {
                let first = u64::from(*first);
                quote! { PageStyle::Page { parameter: #parameter, first: #first } }
            }
            PageStyle::Offset { parameter, first } => {
                let first = u64::from(*first);
                quote! { PageStyle::Offset { parameter: #parameter, first: #first } }
            }
            PageStyle::Cursor { parameter, next, alone } => {
                let next = place(next);
                quote! { PageStyle::Cursor { parameter: #parameter, next: #next, alone: #alone } }
            }
            PageStyle::PageThenToken {
                page_parameter,
                first,
                token_parameter,
                next,
                switch_after,
            } => {
                let (first, switch_after) = (u64::from(*first), u64::from(*switch_after));
                let next = place(next);
                quote! {
                    PageStyle::PageThenToken {
                        page_parameter: #page_parameter,
                        first: #first,
                        token_parameter: #token_parameter,
                        next: #next,
                        switch_after: #switch_after,
                    }
                }
            }
            PageStyle::LinkHeader => quote! { PageStyle::LinkHeader },
        };
        let size = option(pagination.size.as_ref().map(|size| {
            let PageSize { parameter, default, max } = size;
            quote! { PageSize { parameter: #parameter, default: #default, max: #max } }
        }));
        let stop = match &pagination.stop {
            Stop::More(at) => {
                let at = place(at);
                quote! { Stop::More(#at) }
            }
            Stop::Total(at) => {
                let at = place(at);
                quote! { Stop::Total(#at) }
            }
            Stop::ShortPage => quote! { Stop::ShortPage },
            Stop::NoNext => quote! { Stop::NoNext },
        };
        quote! {
            static #item: Pagination = Pagination { style: #style, size: #size, stop: #stop };
        }
    }
}

/// The module `sandbox` of an integration: the data of its simulated vendor.
pub(super) fn sandbox(data: &Json) -> TokenStream {
    let text = raw(&format!("{data:#}"));
    quote! {
        //! The data of the simulated vendor.

        pub(super) static DATA: &str = #text;
    }
}

/// The static of an operation, which the client module names too.
pub(super) fn operation_static(name: &str) -> Ident {
    format_ident!("{}", rust_static(name))
}

fn identifier_static(name: &str) -> Ident {
    format_ident!("{}_IDENTIFIER", rust_static(name))
}

fn pagination_static(name: &str) -> Ident {
    format_ident!("{}_PAGINATION", rust_static(name))
}

fn type_static(name: &str) -> Ident {
    format_ident!("{}_TYPE", rust_static(name))
}

fn host(host: &Host) -> TokenStream {
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

fn path(parts: &[PathPart]) -> TokenStream {
    let parts = parts.iter().map(|part| match part {
        PathPart::Literal(text) => quote! { PathPart::Literal(#text) },
        PathPart::Argument(name) => quote! { PathPart::Argument(#name) },
        PathPart::Segments(name) => quote! { PathPart::Segments(#name) },
        PathPart::Connection(name) => quote! { PathPart::Connection(#name) },
    });
    quote! { &[#(#parts),*] }
}

fn place(steps: &[Step]) -> TokenStream {
    let steps = steps.iter().map(|step| match step {
        Step::Key(key) => quote! { Step::Key(#key) },
        Step::Index(index) => quote! { Step::Index(#index) },
        Step::Each => quote! { Step::Each },
    });
    quote! { &[#(#steps),*] }
}

fn places(places: &[Vec<Step>]) -> TokenStream {
    let places = places.iter().map(|steps| place(steps));
    quote! { &[#(#places),*] }
}

fn auth(auth: &Auth) -> TokenStream {
    let Auth { header, scheme, .. } = auth;
    let credentials = auth.credentials.iter().map(|kind| match kind {
        CredentialKind::Bearer(description) => {
            quote! { CredentialKind::Bearer { description: #description } }
        }
        CredentialKind::Basic(description) => {
            quote! { CredentialKind::Basic { description: #description } }
        }
        CredentialKind::ApiKey { description, header } => {
            quote! { CredentialKind::ApiKey { description: #description, header: #header } }
        }
        CredentialKind::OAuth2(oauth) => {
            let oauth = oauth2(oauth);
            quote! { CredentialKind::OAuth2(&#oauth) }
        }
    });
    quote! { Auth { header: #header, scheme: #scheme, credentials: &[#(#credentials),*] } }
}

fn oauth2(oauth: &OAuth2) -> TokenStream {
    let OAuth2 { description, host, token, scope_separator, pkce, basic_client_auth, .. } = oauth;
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
        let token_field =
            option(region.token_field.as_ref().map(|(name, host)| quote! { (#name, #host) }));
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
        }
    }
}

fn errors(errors: &Errors) -> TokenStream {
    let code = places(&errors.code);
    let message = places(&errors.message);
    let rules = errors.rules.iter().map(error_rule);
    quote! { Errors { code: #code, message: #message, rules: &[#(#rules),*] } }
}

fn error_rule(rule: &ErrorRule) -> TokenStream {
    let status = option(rule.status.map(|(from, to)| quote! { (#from, #to) }));
    let header = option(rule.header.as_ref().map(|(name, values)| {
        let values = texts(values);
        quote! { (#name, #values) }
    }));
    let code = texts(&rule.code);
    let body = option(rule.body.as_ref().map(|(at, values)| {
        let (at, values) = (place(at), texts(values));
        quote! { (#at, #values) }
    }));
    let kind = match rule.kind {
        ErrorKind::InvalidArgument => quote! { RuleKind::Error(ErrorKind::InvalidArgument) },
        ErrorKind::NotFound => quote! { RuleKind::Error(ErrorKind::NotFound) },
        ErrorKind::Conflict => quote! { RuleKind::Error(ErrorKind::Conflict) },
        ErrorKind::Forbidden => quote! { RuleKind::Error(ErrorKind::Forbidden) },
        ErrorKind::Unauthorized => quote! { RuleKind::Error(ErrorKind::Unauthorized) },
        ErrorKind::RateLimited => quote! { RuleKind::Error(ErrorKind::RateLimited) },
        ErrorKind::Upstream => quote! { RuleKind::Error(ErrorKind::Upstream) },
        ErrorKind::TokenExpired => quote! { RuleKind::TokenExpired },
    };
    let hint = optional_text(rule.hint.as_deref());
    quote! {
        ErrorRule {
            status: #status,
            header: #header,
            code: #code,
            body: #body,
            kind: #kind,
            hint: #hint,
        }
    }
}

fn rate_limit(rate_limit: &RateLimit) -> TokenStream {
    let limit = texts(&rate_limit.limit);
    let remaining = texts(&rate_limit.remaining);
    let used = texts(&rate_limit.used);
    let reset = rate_limit.reset.iter().map(|(header, format)| {
        let format = match format {
            ResetFormat::RetryAfter => quote! { ResetFormat::RetryAfter },
            ResetFormat::Seconds => quote! { ResetFormat::Seconds },
            ResetFormat::Epoch => quote! { ResetFormat::Epoch },
            ResetFormat::EpochMs => quote! { ResetFormat::EpochMs },
        };
        quote! { (#header, #format) }
    });
    quote! { RateLimit { limit: #limit, remaining: #remaining, used: #used, reset: &[#(#reset),*] } }
}

fn method_kind(kind: MethodKind) -> TokenStream {
    match kind {
        MethodKind::List => quote! { MethodKind::List },
        MethodKind::Get => quote! { MethodKind::Get },
        MethodKind::Create => quote! { MethodKind::Create },
        MethodKind::Update => quote! { MethodKind::Update },
        MethodKind::Delete => quote! { MethodKind::Delete },
        MethodKind::Custom => quote! { MethodKind::Custom },
    }
}

fn effect(effect: Effect) -> TokenStream {
    match effect {
        Effect::Read => quote! { Effect::Read },
        Effect::Create => quote! { Effect::Create },
        Effect::Update => quote! { Effect::Update },
        Effect::Delete => quote! { Effect::Delete },
    }
}

fn http(http: Http) -> TokenStream {
    match http {
        Http::Get => quote! { Http::Get },
        Http::Post => quote! { Http::Post },
        Http::Put => quote! { Http::Put },
        Http::Patch => quote! { Http::Patch },
        Http::Delete => quote! { Http::Delete },
    }
}

fn arg_place(place: &Place) -> TokenStream {
    match place {
        Place::Url => quote! { Place::Url },
        Place::Query { api_name, list } => {
            let list = match list {
                ListStyle::Csv => quote! { ListStyle::Csv },
                ListStyle::Repeat => quote! { ListStyle::Repeat },
                ListStyle::Brackets => quote! { ListStyle::Brackets },
            };
            quote! { Place::Query { name: #api_name, list: #list } }
        }
        Place::Header { api_name } => quote! { Place::Header { name: #api_name } },
        Place::Body { at, integer } => {
            let at = texts(at);
            quote! { Place::Body { at: #at, integer: #integer } }
        }
        Place::Limit => quote! { Place::Limit },
        Place::Cursor => quote! { Place::Cursor },
    }
}

fn body(body: &Body) -> TokenStream {
    match body {
        Body::None => quote! { Body::None },
        Body::Json { wrap, constants } => {
            let wrap = place(wrap);
            let constants = constants.iter().map(|(at, value)| {
                let (at, value) = (texts(at), raw(&value.to_string()));
                quote! { (#at, #value) }
            });
            quote! { Body::Json { wrap: #wrap, constants: &[#(#constants),*] } }
        }
        Body::Form { constants } => {
            let constants = pairs(constants);
            quote! { Body::Form { constants: #constants } }
        }
        Body::Multipart { constants } => {
            let constants = pairs(constants);
            quote! { Body::Multipart { constants: #constants } }
        }
    }
}

/// A tool's JSON with a line for each member of the object and for each property of its schemas.
fn json_lines(tool: &Json) -> Vec<String> {
    let mut lines = vec!["{".to_owned()];
    for (index, (name, value)) in tool.as_object().into_iter().flatten().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        lines.push(format!("{comma}{}:", Json::from(name.as_str())));
        match value {
            Json::Object(members) if members.contains_key("properties") => {
                schema_lines(members, &mut lines);
            }
            value => append(&mut lines, &value.to_string()),
        }
    }
    lines.push("}".to_owned());
    lines
}

fn schema_lines(schema: &Map<String, Json>, lines: &mut Vec<String>) {
    append(lines, "{");
    for (index, (name, value)) in schema.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        append(lines, &format!("{comma}{}:", Json::from(name.as_str())));
        match value {
            Json::Object(properties) if name == "properties" => {
                append(lines, "{");
                for (index, (name, value)) in properties.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    lines.push(format!("{comma}{}:{value}", Json::from(name.as_str())));
                }
                lines.push("}".to_owned());
            }
            value => append(lines, &value.to_string()),
        }
    }
    append(lines, "}");
}

fn append(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

fn tool(tool: &Tool) -> TokenStream {
    let Tool { title, description, source, json } = tool;
    let json = lines(&json_lines(json));
    quote! { Tool { title: #title, description: #description, source: #source, json: #json } }
}
