//! Operations: requests, arguments, responses and tools.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value as Json};

use super::{Tables, operation_static, pagination_static, path, place};
use crate::emit::{docs, lines, option, pairs, raw, texts};
use crate::model::{
    Arg, Body, Http, ListStyle, MethodKind, Operation, Place, Response, ResponseForm, Tool,
};
use crate::syntax::Effect;
use crate::weight::tokens;

impl Tables<'_> {
    pub(super) fn operation(&mut self, operation: &Operation) -> TokenStream {
        let Operation {
            name,
            resource,
            method,
            ..
        } = operation;
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
        if !operation.aliases.is_empty() {
            let aliases: Vec<&str> = operation.aliases.iter().map(|a| a.as_str()).collect();
            let aliases = texts(&aliases);
            members.push(quote! { aliases: #aliases });
        }
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
            let args: Vec<_> = operation
                .args
                .iter()
                .map(|arg| self.arg(&operation.name, arg))
                .collect();
            members.push(quote! { args: &[#(#args),*] });
        }
        let renamed: Vec<_> = operation.args.iter().flat_map(renamed).collect();
        if !renamed.is_empty() {
            members.push(quote! { renamed: &[#(#renamed),*] });
        }
        if !matches!(operation.body, Body::None) {
            let body = body(&operation.body);
            members.push(quote! { body: #body });
        }
        let pagination = operation
            .pagination
            .and_then(|i| self.integration.pagination.get(i));
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
        let default = option(
            arg.default
                .as_ref()
                .map(|default| raw(&default.to_json().to_string())),
        );
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
}

/// The names that an argument had before, each with its name of today.
fn renamed(arg: &Arg) -> impl Iterator<Item = TokenStream> {
    let name = &arg.name;
    let aliases = arg.aliases.iter();
    aliases.map(move |alias| quote! { (#alias, #name) })
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

fn tool(tool: &Tool) -> TokenStream {
    let Tool {
        title,
        description,
        source,
        json,
        ..
    } = tool;
    let tokens = tokens(json);
    let json = lines(&json_lines(json));
    quote! {
        Tool { title: #title, description: #description, source: #source, tokens: #tokens, json: #json }
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
            Json::Object(properties) if name == "properties" && !properties.is_empty() => {
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
