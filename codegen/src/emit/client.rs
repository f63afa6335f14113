//! The typed client of an integration: a method for each operation, and structs of arguments.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::tables::operation_static;
use super::views::view_name;
use super::{about, docs};
use crate::model::{Arg, ConnectionField, Field, Integration, Operation, ResponseForm, Shape};
use crate::names::{ident, rust_field, rust_type};

/// The module of an integration.
pub(super) fn module(integration: &Integration) -> TokenStream {
    let Integration {
        label,
        summary,
        docs: vendor_docs,
        ..
    } = integration;
    let about = docs(&format!(
        "A client of one account of {label}. {summary}\n\nVendor documentation: {vendor_docs}"
    ));
    let connection = connection(integration);
    let methods = integration
        .operations
        .iter()
        .map(|operation| method(integration, operation));
    let arguments = integration.operations.iter().map(arguments);
    let constructor = constructor(integration);
    let sandbox = integration
        .sandbox
        .as_ref()
        .map(|_| quote! { mod sandbox; });
    quote! {
        #sandbox
        pub mod tables;
        mod views;

        pub use self::views::*;

        use std::collections::BTreeMap;

        use toolwright_runtime::account::Credential;
        use toolwright_runtime::client::{self, Args, Argument, Arguments, Call, ListCall};
        use toolwright_runtime::error::Error;
        use toolwright_runtime::view::Value;

        #about
        #[derive(Clone, Debug)]
        pub struct Client(client::Client);

        impl From<client::Client> for Client {
            fn from(client: client::Client) -> Self {
                Self(client)
            }
        }

        impl Client {
            #constructor

            #(#methods)*
        }

        #connection

        #(#arguments)*
    }
}

fn constructor(integration: &Integration) -> TokenStream {
    let fields: Vec<_> = asked(integration).collect();
    if fields.is_empty() {
        return quote! {
            /// A client that uses a credential as it is.
            ///
            /// # Errors
            /// A credential that this vendor does not take.
            pub fn new(credential: Credential) -> Result<Self, Error> {
                client::Client::new(&tables::INTEGRATION, [], credential).map(Self)
            }
        };
    }
    let pairs = fields.iter().map(|field| {
        let (name, member) = (&field.name.value, ident(&rust_field(&field.name)));
        if is_optional(field) {
            quote! { (#name, connection.#member) }
        } else {
            quote! { (#name, Some(connection.#member)) }
        }
    });
    quote! {
        /// A client that uses a credential as it is.
        ///
        /// # Errors
        /// A connection field that does not look as it must, or a credential that this vendor does
        /// not take.
        pub fn new(connection: Connection, credential: Credential) -> Result<Self, Error> {
            client::Client::new(&tables::INTEGRATION, [#(#pairs),*], credential).map(Self)
        }
    }
}

/// The connection fields that a person gives.
fn asked(integration: &Integration) -> impl Iterator<Item = &ConnectionField> {
    integration
        .connection
        .iter()
        .filter(|field| field.discover.is_none())
}

fn is_optional(field: &ConnectionField) -> bool {
    field.default.is_some()
}

fn connection(integration: &Integration) -> TokenStream {
    let members: Vec<_> = asked(integration)
        .map(|field| {
            let name = ident(&rust_field(&field.name));
            let mut text = field.description.value.clone();
            if let Some(default) = &field.default {
                text.push_str(&format!(" Left out: `{default}`."));
            }
            let about = docs(&text);
            let ty = if is_optional(field) {
                quote! { Option<String> }
            } else {
                quote! { String }
            };
            quote! { #about pub #name: #ty }
        })
        .collect();
    if members.is_empty() {
        return TokenStream::new();
    }
    let about = docs(&format!(
        "What must be known about an account of {} besides its credential.",
        integration.label
    ));
    quote! {
        #about
        #[derive(Clone, Debug, Default)]
        pub struct Connection {
            #(#members),*
        }
    }
}

fn method(integration: &Integration, operation: &Operation) -> TokenStream {
    let name = ident(&operation.name);
    let table = operation_static(&operation.name);
    let mut about = docs(&method_docs(operation));
    if let Some(note) = &operation.deprecated {
        let note = note.trim();
        about.extend(quote! { #[deprecated(note = #note)] });
    }
    let view = match &operation.response.shape {
        Shape::Named(index) => integration
            .types
            .get(*index)
            .map(|object| view_name(&object.name)),
        _ => None,
    };
    let view = view.map_or(quote! { Value }, |view| quote! { #view });
    let (runtime, returns) = match operation.response.form {
        ResponseForm::Rows { .. } | ResponseForm::RowOfOne => {
            (quote! { list }, quote! { ListCall<'_, #view> })
        }
        ResponseForm::Record => (quote! { one }, quote! { Call<'_, #view> }),
        ResponseForm::Empty => (quote! { one }, quote! { Call<'_, ()> }),
    };
    if operation.args.is_empty() {
        return quote! {
            #about
            pub fn #name(&self) -> #returns {
                self.0.#runtime(&tables::#table, Args::new())
            }
        };
    }
    let arguments = arguments_name(operation);
    quote! {
        #about
        pub fn #name(&self, arguments: #arguments) -> #returns {
            self.0.#runtime(&tables::#table, arguments.into_args())
        }
    }
}

fn method_docs(operation: &Operation) -> String {
    match (&operation.tool, &operation.docs) {
        (Some(tool), _) => format!(
            "{}\n\nVendor documentation: {}",
            tool.description, tool.source
        ),
        (None, Some(docs)) => docs.description.as_ref().map_or_else(
            || operation.name.clone(),
            |description| description.value.clone(),
        ),
        (None, None) => format!("`{}` of `{}`.", operation.method, operation.resource),
    }
}

fn arguments_name(operation: &Operation) -> Ident {
    format_ident!("{}", rust_type(&operation.name))
}

/// The structs of arguments of an operation: its own, and one for each object inside.
fn arguments(operation: &Operation) -> TokenStream {
    if operation.args.is_empty() {
        return TokenStream::new();
    }
    let members: Vec<Member<'_>> = operation.args.iter().map(Member::of_arg).collect();
    let about = docs(&format!("Arguments of `{}`.", operation.name));
    let mut nested = Vec::new();
    let item = arguments_name(operation);
    let structure = structure(&operation.name, &item, &about, &members, &mut nested);
    let puts = puts(&members);
    quote! {
        #structure

        impl Arguments for #item {
            fn into_args(self) -> Args {
                Args::new() #puts
            }
        }

        #(#nested)*
    }
}

/// A member of a struct of arguments.
struct Member<'m> {
    name: &'m str,
    /// What a call names it: our name of an argument, the vendor's of a field inside one.
    key: &'m str,
    about: String,
    required: bool,
    shape: &'m Shape,
}

impl<'m> Member<'m> {
    fn of_arg(arg: &'m Arg) -> Self {
        Self {
            name: &arg.name.value,
            key: &arg.name.value,
            about: about(&arg.name, arg.description.as_ref(), arg.deprecated.as_ref()),
            required: arg.required,
            shape: &arg.shape,
        }
    }

    fn of_field(field: &'m Field) -> Self {
        Self {
            name: &field.name,
            key: &field.api_name,
            about: about(
                &field.name,
                field.description.as_ref(),
                field.deprecated.as_ref(),
            ),
            required: field.required,
            shape: &field.shape,
        }
    }
}

fn structure(
    owner: &str,
    item: &Ident,
    about: &TokenStream,
    members: &[Member<'_>],
    nested: &mut Vec<TokenStream>,
) -> TokenStream {
    let fields: Vec<_> = members
        .iter()
        .map(|member| {
            let name = ident(&rust_field(member.name));
            let about = docs(&member.about);
            let ty = argument_type(&format!("{owner}_{}", member.name), member.shape, nested);
            let ty = if member.required {
                ty
            } else {
                quote! { Option<#ty> }
            };
            quote! { #about pub #name: #ty }
        })
        .collect();
    quote! {
        #about
        #[derive(Clone, Debug, Default)]
        pub struct #item {
            #(#fields),*
        }
    }
}

fn puts(members: &[Member<'_>]) -> TokenStream {
    let puts = members.iter().map(|member| {
        let (key, field) = (member.key, ident(&rust_field(member.name)));
        quote! { .put(#key, self.#field) }
    });
    quote! { #(#puts)* }
}

fn argument_type(owner: &str, shape: &Shape, nested: &mut Vec<TokenStream>) -> TokenStream {
    match shape {
        Shape::String(_) | Shape::Text(_) => quote! { String },
        Shape::Integer { .. } => quote! { i64 },
        Shape::Number { .. } => quote! { f64 },
        Shape::Boolean => quote! { bool },
        Shape::Array { items, .. } => {
            let items = argument_type(owner, items, nested);
            quote! { Vec<#items> }
        }
        Shape::Map(values) => {
            let values = argument_type(owner, values, nested);
            quote! { BTreeMap<String, #values> }
        }
        Shape::Object(fields) => {
            let item = object_argument(owner, fields, nested);
            quote! { #item }
        }
        Shape::Any | Shape::Named(_) => quote! { Value },
    }
}

fn object_argument(owner: &str, fields: &[Field], nested: &mut Vec<TokenStream>) -> Ident {
    let item = format_ident!("{}", rust_type(owner));
    let members: Vec<Member<'_>> = fields.iter().map(Member::of_field).collect();
    let about = docs(&format!("A part of the arguments: `{owner}`."));
    let mut inner = Vec::new();
    let structure = structure(owner, &item, &about, &members, &mut inner);
    let puts = puts(&members);
    nested.push(quote! {
        #structure

        impl Argument for #item {
            fn into_value(self) -> Option<Value> {
                Args::new() #puts.into_value()
            }
        }
    });
    nested.append(&mut inner);
    item
}
