//! The static tables of an integration.

mod account;
mod errors;
mod operation;
mod pagination;
mod shape;

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value as Json;

use super::{docs, option, raw, texts};
use crate::model::{Integration, PathPart, Step};
use crate::names::rust_static;
use crate::syntax::ErrorKind;

/// The module `tables` of an integration.
pub(super) fn module(integration: &Integration) -> TokenStream {
    let mut tables = Tables {
        integration,
        patterns: Vec::new(),
        pattern_names: BTreeSet::new(),
    };
    let integration_table = tables.integration();
    let operations: Vec<_> = integration
        .operations
        .iter()
        .map(|o| tables.operation(o))
        .collect();
    let pagination = integration
        .pagination
        .iter()
        .map(|style| tables.pagination(style));
    let pagination: Vec<_> = pagination.collect();
    let identifiers: Vec<_> = integration
        .identifiers
        .iter()
        .map(|k| tables.identifier(k))
        .collect();
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
    // Only rules name kinds of error, and what is imported is used.
    let mut rules = integration.errors.rules.iter();
    let names_kinds = rules.any(|rule| rule.kind != ErrorKind::TokenExpired);
    let error_kind = names_kinds.then(|| quote! { use toolwright_runtime::error::ErrorKind; });
    quote! {
        //! Static tables: everything a call needs to know.

        #error_kind
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
    pattern_names: BTreeSet<Ident>,
}

impl Tables<'_> {
    fn integration(&mut self) -> TokenStream {
        let Integration {
            slug,
            label,
            aliases,
            category,
            summary,
            docs: vendor_docs,
            ..
        } = self.integration;
        let about = docs(&format!("{label}, as the runtime and the server know it."));
        let aliases: Vec<&str> = aliases.iter().map(|alias| alias.as_str()).collect();
        let aliases = texts(&aliases);
        let fields: Vec<_> = self
            .integration
            .connection
            .iter()
            .map(|field| self.connection_field(field))
            .collect();
        let hosts = self.integration.hosts.iter().map(account::host);
        let auth = account::auth(&self.integration.auth);
        let identity = option(self.integration.identity.as_ref().map(account::identity));
        let errors = errors::errors(&self.integration.errors);
        let rate_limit = errors::rate_limit(&self.integration.rate_limit);
        let identifiers = self
            .integration
            .identifiers
            .iter()
            .map(|kind| identifier_static(&kind.name));
        let tags = self.integration.tags.iter().map(|(name, description)| {
            let name = &name.value;
            quote! { Tag { name: #name, description: #description } }
        });
        let operations = self
            .integration
            .operations
            .iter()
            .map(|o| operation_static(&o.name));
        let sandbox = option(
            self.integration
                .sandbox
                .as_ref()
                .map(|_| quote! { super::sandbox::DATA }),
        );
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
                identity: #identity,
                errors: #errors,
                rate_limit: #rate_limit,
                identifiers: &[#(&#identifiers),*],
                tags: &[#(#tags),*],
                operations: &[#(&#operations),*],
                sandbox: #sandbox,
            };
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

/// The static of an operation, which the client module names too. A name that ends like those of the
/// other statics gets an ending of its own.
pub(super) fn operation_static(name: &str) -> Ident {
    const ENDINGS: &[&str] = &[
        "identifier",
        "integration",
        "operation",
        "pagination",
        "pattern",
        "type",
    ];
    let last = name.rsplit('_').next().unwrap_or(name);
    let ending = if ENDINGS.contains(&last) {
        "_OPERATION"
    } else {
        ""
    };
    format_ident!("{}{ending}", rust_static(name))
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

pub(super) fn path(parts: &[PathPart]) -> TokenStream {
    let parts = parts.iter().map(|part| match part {
        PathPart::Literal(text) => quote! { PathPart::Literal(#text) },
        PathPart::Argument(name) => quote! { PathPart::Argument(#name) },
        PathPart::Segments(name) => quote! { PathPart::Segments(#name) },
        PathPart::Connection(name) => quote! { PathPart::Connection(#name) },
    });
    quote! { &[#(#parts),*] }
}

pub(super) fn place(steps: &[Step]) -> TokenStream {
    let steps = steps.iter().map(|step| match step {
        Step::Key(key) => quote! { Step::Key(#key) },
        Step::Index(index) => quote! { Step::Index(#index) },
        Step::Each => quote! { Step::Each },
    });
    quote! { &[#(#steps),*] }
}

pub(super) fn places(places: &[Vec<Step>]) -> TokenStream {
    let places = places.iter().map(|steps| place(steps));
    quote! { &[#(#places),*] }
}
