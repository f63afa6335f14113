//! What errors mean, and rate limits.

use proc_macro2::TokenStream;
use quote::quote;

use super::{place, places};
use crate::emit::{option, optional_text, texts};
use crate::model::{ErrorRule, Errors, RateLimit};
use crate::syntax::{ErrorKind, ResetFormat};

pub(super) fn errors(errors: &Errors) -> TokenStream {
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
    let hint = optional_text(rule.hint.as_deref().map(String::as_str));
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

pub(super) fn rate_limit(rate_limit: &RateLimit) -> TokenStream {
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
