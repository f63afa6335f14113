//! What values look like, and the kinds of identifier.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Tables, identifier_static, type_static};
use crate::emit::{option, optional_text, raw, texts};
use crate::model::{Field, Identifier, Shape, StringRule};
use crate::names::rust_static;

impl Tables<'_> {
    pub(super) fn shape(&mut self, owner: &str, shape: &Shape) -> TokenStream {
        let bound = |bound: &Option<i64>| option(bound.map(|bound| quote! { #bound }));
        let count = |count: &Option<u32>| option(count.map(|count| quote! { #count }));
        match shape {
            Shape::String(rule) => match self.rule(owner, rule) {
                Some(rule) => quote! { Shape::String(&#rule) },
                None => quote! { Shape::STRING },
            },
            Shape::Text(rule) => match self.rule(owner, rule) {
                Some(rule) => quote! { Shape::Text(&#rule) },
                None => quote! { Shape::TEXT },
            },
            Shape::Integer {
                min: None,
                max: None,
            } => quote! { Shape::INTEGER },
            Shape::Number {
                min: None,
                max: None,
            } => quote! { Shape::NUMBER },
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

    /// What a string must look like; `None` for any.
    fn rule(&mut self, owner: &str, rule: &StringRule) -> Option<TokenStream> {
        let mut members = Vec::new();
        if let Some(length) = rule.min_length {
            members.push(quote! { min_length: Some(#length) });
        }
        if let Some(length) = rule.max_length {
            members.push(quote! { max_length: Some(#length) });
        }
        if !rule.one_of.is_empty() {
            let one_of = texts(&rule.values());
            members.push(quote! { one_of: #one_of });
        }
        if let Some(pattern) = &rule.pattern {
            let pattern = self.pattern(owner, pattern);
            members.push(quote! { pattern: Some(#pattern) });
        }
        if let Some(kind) = rule
            .identifier
            .and_then(|index| self.integration.identifiers.get(index))
        {
            let item = identifier_static(&kind.name);
            members.push(quote! { identifier: Some(&#item) });
        }
        let is_any = members.is_empty();
        (!is_any).then(|| quote! { StringRule { #(#members,)* ..StringRule::ANY } })
    }

    pub(super) fn object(&mut self, name: &str, fields: &[Field], owner: &str) -> TokenStream {
        let texts = fields.iter().enumerate();
        let texts = texts.filter(|(_, field)| self.has_text(&field.shape, &mut BTreeSet::new()));
        let texts: Vec<_> = texts
            .map(|(index, _)| Literal::usize_unsuffixed(index))
            .collect();
        let fields: Vec<_> = fields
            .iter()
            .map(|field| {
                let Field {
                    api_name,
                    required,
                    nullable,
                    integer,
                    ..
                } = field;
                let shape = self.shape(&format!("{owner}_{}", field.name), &field.shape);
                if !required && !integer {
                    let constructor = if *nullable {
                        quote! { nullable }
                    } else {
                        quote! { new }
                    };
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
        quote! { ObjectShape { name: #name, fields: &[#(#fields),*], texts: &[#(#texts),*] } }
    }

    /// Whether a number may stand anywhere inside that is handed on as a string. `seen` are the
    /// declared types that were looked into: a type may hold itself.
    fn has_text(&self, shape: &Shape, seen: &mut BTreeSet<usize>) -> bool {
        let fields: &[Field] = match shape {
            Shape::Text(_) => return true,
            Shape::Array { items: inner, .. } | Shape::Map(inner) => {
                return self.has_text(inner, seen);
            }
            Shape::Object(fields) => fields,
            Shape::Named(index) if seen.insert(*index) => {
                let object = self.integration.types.get(*index);
                object.map_or(&[], |object| &object.fields)
            }
            _ => &[],
        };
        let mut fields = fields.iter();
        fields.any(|field| self.has_text(&field.shape, seen))
    }

    pub(super) fn identifier(&mut self, kind: &Identifier) -> TokenStream {
        let Identifier {
            label,
            example,
            ask_person,
            ..
        } = kind;
        let name = &kind.name.value;
        let item = identifier_static(name);
        let pattern = self.pattern(&format!("{name}_identifier"), &kind.pattern);
        let description = optional_text(kind.description.as_deref().map(String::as_str));
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

    /// A reference to the static of a pattern, which is declared on the way.
    pub(super) fn pattern(&mut self, owner: &str, pattern: &str) -> TokenStream {
        let owner = rust_static(owner);
        let mut name = format_ident!("{owner}_PATTERN");
        // An owner is a path joined by `_`, so two can read the same.
        let mut number = 1;
        while !self.pattern_names.insert(name.clone()) {
            number += 1;
            name = format_ident!("{owner}_{number}_PATTERN");
        }
        let literal = raw(pattern);
        self.patterns
            .push(quote! { static #name: Pattern = Pattern::new(#literal); });
        quote! { &#name }
    }
}
