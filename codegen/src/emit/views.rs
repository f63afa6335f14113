//! Views: answers by field name. A view never fails, keeps what it does not know, and costs nothing
//! to compile until it is used.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{about, docs};
use crate::model::{Field, Integration, Shape};
use crate::names::{accessor, ident, rust_type};

/// The module `views` of an integration.
pub(super) fn module(integration: &Integration) -> TokenStream {
    let mut views = Views {
        integration,
        items: Vec::new(),
    };
    for object in &integration.types {
        let about = object
            .description
            .as_ref()
            .map(|about| about.value.clone())
            .unwrap_or_else(|| format!("`{}`", object.name.value));
        views.view(&object.name, &about, &object.fields);
    }
    let items = views.items;
    quote! {
        //! Views of the vendor's answers: known fields by name, everything by `raw`.

        use std::borrow::Borrow;

        use toolwright_runtime::view::{self, Map, Value};

        #(#items)*
    }
}

/// The name of the view of a declared type.
pub(super) fn view_name(name: &str) -> Ident {
    format_ident!("{}", rust_type(name))
}

struct Views<'m> {
    integration: &'m Integration,
    items: Vec<TokenStream>,
}

impl Views<'_> {
    fn view(&mut self, name: &str, about: &str, fields: &[Field]) {
        let item = view_name(name);
        let about = docs(about);
        let accessors: Vec<_> = fields
            .iter()
            .map(|field| self.accessor(name, field))
            .collect();
        // The order of items follows the definition: a type, then the objects inside it.
        self.items.push(quote! {
            #about
            #[derive(Clone, Copy, Debug, PartialEq)]
            pub struct #item<V = Value>(V);

            impl<V> From<V> for #item<V> {
                fn from(value: V) -> Self {
                    Self(value)
                }
            }

            impl<V: Borrow<Value>> #item<V> {
                /// The whole answer, with the fields that are not declared.
                pub fn raw(&self) -> &Value {
                    self.0.borrow()
                }

                #(#accessors)*
            }
        });
    }

    fn accessor(&mut self, parent: &str, field: &Field) -> TokenStream {
        let method = ident(&accessor(&field.name));
        let key = &field.api_name;
        let about = docs(&about(
            key,
            field.description.as_ref(),
            field.deprecated.as_ref(),
        ));
        let (returns, read) = match &field.shape {
            Shape::String(_) | Shape::Text(_) => (
                quote! { Option<&str> },
                quote! { view::text(self.raw(), #key) },
            ),
            Shape::Integer { .. } => (
                quote! { Option<i64> },
                quote! { view::integer(self.raw(), #key) },
            ),
            Shape::Number { .. } => (
                quote! { Option<f64> },
                quote! { view::number(self.raw(), #key) },
            ),
            Shape::Boolean => (
                quote! { Option<bool> },
                quote! { view::boolean(self.raw(), #key) },
            ),
            Shape::Any => (
                quote! { Option<&Value> },
                quote! { view::any(self.raw(), #key) },
            ),
            Shape::Map(_) => (
                quote! { Option<&Map<String, Value>> },
                quote! { view::map(self.raw(), #key) },
            ),
            Shape::Array { items, .. } => match self.object(parent, field, items) {
                Some(view) => (
                    quote! { impl Iterator<Item = #view<&Value>> },
                    quote! { view::list(self.raw(), #key).map(#view) },
                ),
                None => (
                    quote! { impl Iterator<Item = &Value> },
                    quote! { view::list(self.raw(), #key) },
                ),
            },
            Shape::Object(_) | Shape::Named(_) => match self.object(parent, field, &field.shape) {
                Some(view) => (
                    quote! { Option<#view<&Value>> },
                    quote! { view::object(self.raw(), #key).map(#view) },
                ),
                None => (
                    quote! { Option<&Value> },
                    quote! { view::any(self.raw(), #key) },
                ),
            },
        };
        quote! {
            #about
            pub fn #method(&self) -> #returns {
                #read
            }
        }
    }

    /// The view of an object: that of its declared type, or one of its own.
    fn object(&mut self, parent: &str, field: &Field, shape: &Shape) -> Option<Ident> {
        match shape {
            Shape::Named(index) => Some(view_name(&self.integration.types.get(*index)?.name)),
            Shape::Object(fields) if !fields.is_empty() => {
                let name = format!("{parent}_{}", accessor(&field.name));
                let about = field
                    .description
                    .as_ref()
                    .map(|about| about.value.clone())
                    .unwrap_or_else(|| format!("`{}` of `{parent}`", field.api_name));
                self.view(&name, &about, fields);
                Some(view_name(&name))
            }
            _ => None,
        }
    }
}
