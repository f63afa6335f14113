//! How lists are split.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Tables, pagination_static, place};
use crate::emit::option;
use crate::model::{PageSize, PageStyle, Pagination, Stop};

impl Tables<'_> {
    pub(super) fn pagination(&self, pagination: &Pagination) -> TokenStream {
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
            PageStyle::Cursor {
                parameter,
                next,
                alone,
            } => {
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
            let PageSize {
                parameter,
                default,
                max,
            } = size;
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
