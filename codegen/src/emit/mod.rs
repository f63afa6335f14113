//! From what definitions mean to Rust. Emitters print the model and decide nothing.
//!
//! For each integration there are the modules `tables` (static data), `views` (answers by field name),
//! `sandbox` (the simulated vendor's data) and, in the module itself, the typed client with its
//! argument structs.

mod client;
mod tables;
mod views;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use crate::files::Files;
use crate::lock;
use crate::model::Integration;
use crate::names::ident;
use crate::span::Sp;
use crate::tools::words;

/// Prints all integrations.
///
/// # Errors
/// A sentence that names the file whose tokens are not Rust, which is a mistake of an emitter.
pub fn emit(integrations: &[Integration]) -> Result<Files, String> {
    let mut files = Files::default();
    for integration in integrations {
        let slug = &integration.slug;
        files.add_rust(format!("{slug}/mod.rs"), client::module(integration))?;
        files.add_rust(format!("{slug}/views.rs"), views::module(integration))?;
        files.add_rust(format!("{slug}/tables.rs"), tables::module(integration))?;
        if let Some(data) = &integration.sandbox {
            files.add_rust(format!("{slug}/sandbox.rs"), tables::sandbox(data))?;
        }
    }
    files.add_rust("mod.rs".to_owned(), root(integrations))?;
    files.add_text(lock::PATH.to_owned(), lock::lock(integrations));
    Ok(files)
}

fn root(integrations: &[Integration]) -> TokenStream {
    let modules = integrations.iter().map(|integration| {
        let slug = ident(&integration.slug);
        let docs = docs(&format!("{}: {}", integration.label, integration.summary));
        quote! { #docs pub mod #slug; }
    });
    let tables = integrations.iter().map(|integration| {
        let slug = ident(&integration.slug);
        quote! { &#slug::tables::INTEGRATION }
    });
    quote! {
        use toolwright_runtime::table::Catalogue;

        #(#modules)*

        /// Everything that was compiled in.
        pub static CATALOGUE: Catalogue = Catalogue { integrations: &[#(#tables),*] };
    }
}

/// A doc comment, one attribute a line, so that it prints as `///` lines.
fn docs(text: &str) -> TokenStream {
    let lines = wrapped(&markdown(text)).into_iter().map(|line| {
        let line = if line.is_empty() {
            line
        } else {
            format!(" {line}")
        };
        quote! { #[doc = #line] }
    });
    quote! { #(#lines)* }
}

/// What rustdoc says of a value: its description, else its name, and what the vendor says of its end.
fn about(name: &str, description: Option<&Sp<String>>, deprecated: Option<&Sp<String>>) -> String {
    let description = description.map_or_else(|| format!("`{name}`"), |text| text.value.clone());
    words::with_deprecation(description, deprecated)
}

/// The widest line of a doc comment.
const WIDEST: usize = 96;

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDEST {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// Prose of a definition is plain text: what rustdoc would read as links or tags is escaped, and
/// addresses become links.
fn markdown(text: &str) -> String {
    let paired = text.matches('`').count().is_multiple_of(2);
    let mut in_code = false;
    let word = |word: &str| -> String {
        let mut escaped = String::new();
        for (at, c) in word.char_indices() {
            let (_, rest) = word.split_at(at);
            if !in_code && rest.starts_with("https://") {
                let address = rest.trim_end_matches(['.', ',', ';', ')', ']']);
                let after = rest.strip_prefix(address).unwrap_or_default();
                return format!("{escaped}<{address}>{after}");
            }
            in_code ^= paired && c == '`';
            if !in_code && matches!(c, '[' | ']' | '<' | '>' | '*') {
                escaped.push('\\');
            }
            escaped.push(c);
        }
        escaped
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// `Some(x)` or `None`.
fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote! { Some(#value) },
        None => quote! { None },
    }
}

/// `Some("text")` or `None`.
fn optional_text(text: Option<&str>) -> TokenStream {
    option(text.map(|text| quote! { #text }))
}

/// What is written prints as what it is.
impl<T: ToTokens> ToTokens for Sp<T> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.value.to_tokens(tokens);
    }
}

/// `&["a", "b"]`
fn texts<T: AsRef<str>>(texts: &[T]) -> TokenStream {
    let texts = texts.iter().map(AsRef::as_ref);
    quote! { &[#(#texts),*] }
}

/// `&[("a", "b")]`
fn pairs(pairs: &[(String, String)]) -> TokenStream {
    let pairs = pairs.iter().map(|(a, b)| quote! { (#a, #b) });
    quote! { &[#(#pairs),*] }
}

/// A JSON text in lines, joined when it is compiled: a review sees the line that changed, and what is
/// served holds no line ends, which would break messages on stdio.
fn lines(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| raw(line));
    quote! { concat!(#(#lines),*) }
}

/// A raw string literal, so that JSON can be read in a review.
fn raw(text: &str) -> TokenStream {
    let mut hashes = String::from("#");
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    match format!("r{hashes}\"{text}\"{hashes}").parse::<Literal>() {
        Ok(literal) => quote! { #literal },
        // A carriage return is the one character that raw strings cannot hold.
        Err(_) => quote! { #text },
    }
}
