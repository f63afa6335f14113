//! D040 to D053: URLs, arguments and bodies.

use super::{Diagnostics, listed, nearest};
use crate::explain::{
    D040, D041, D042, D043, D044, D045, D046, D047, D048, D049, D050, D051, D052, D053,
};
use crate::span::Span;

impl Diagnostics {
    pub(crate) fn malformed_request_line(&mut self, span: Span, problem: &str) {
        self.error(D040, span, format!("this is not a request: {problem}"))
            .help("write the HTTP method and the path: `GET /v1/users/{id}`");
    }

    pub(crate) fn malformed_path(&mut self, span: Span, problem: &str) {
        self.error(D040, span, format!("this is not a path: {problem}"))
            .help("write the path below the host, without variables: `/oauth/token`");
    }

    pub(crate) fn malformed_origin(&mut self, span: Span, url: &str, problem: &str) {
        self.error(D041, span, format!("`{url}` is not a host: {problem}"))
            .help("write scheme and host name: `https://api.example.com`; the path belongs to the method");
    }

    pub(crate) fn host_table_lacks(&mut self, table: Span, value: Span, name: &str) {
        self.error(
            D042,
            table,
            format!("the host table has no origin for `{name}`"),
        )
        .also(value, "declared here as a value")
        .help(format!(
            "add `{name}: https://…` to `urls:`, or remove the value"
        ));
    }

    pub(crate) fn undeclared_variable(&mut self, span: Span, name: &str, known: &[&str]) {
        let diagnostic = self.error(D043, span, format!("`{{{name}}}` is declared nowhere"));
        match nearest(name, known.iter().copied()) {
            Some(near) => diagnostic.label(format!("did you mean `{{{near}}}`?")),
            None => diagnostic.label(format!(
                "`{name}` is neither a path argument nor a connection field"
            )),
        };
        diagnostic.help(format!(
            "declare it under `path:`, as in `path: {{ {name}: {{ … }} }}`"
        ));
        if !known.is_empty() {
            diagnostic.help(format!(
                "declared: {}",
                listed(known.iter().copied(), "and")
            ));
        }
    }

    pub(crate) fn undeclared_host_variable(&mut self, span: Span, host: Span, name: &str) {
        self.error(
            D043,
            span,
            format!("`{{{name}}}` in the name of the host is declared nowhere"),
        )
        .label("this request goes to that host")
        .also(host, format!("`{{{name}}}` is a part of its name"))
        .help(format!(
            "declare it under `path:`, as in `path: {{ {name}: {{ … }} }}`"
        ));
    }

    pub(crate) fn host_needs_argument(&mut self, span: Span, host: Span, name: &str) {
        self.error(
            D043,
            span,
            format!("nothing fills `{{{name}}}` in the name of the host"),
        )
        .label("this request has no arguments")
        .also(host, format!("`{{{name}}}` is a part of its name"))
        .help("take a host whose name is fixed or holds connection fields");
    }

    pub(crate) fn unused_path_argument(&mut self, span: Span, http: Span, name: &str) {
        self.error(
            D044,
            span,
            format!("the path argument `{name}` has no place in the URL"),
        )
        .label("declared here")
        .also(http, format!("no `{{{name}}}` here"))
        .help("put it into the path, or move it to `query:`, `headers:` or `body:`");
    }

    pub(crate) fn argument_hides_connection(&mut self, span: Span, field: Span, name: &str) {
        self.error(
            D045,
            span,
            format!("`{name}` is a connection field as well"),
        )
        .label("this argument")
        .also(field, "the connection field")
        .help("a variable is filled by the account or by the caller, not by both; rename one");
    }

    pub(crate) fn malformed_argument(&mut self, span: Span, name: &str) {
        self.error(
            D046,
            span,
            format!("`{name}` cannot be the name of an argument"),
        )
        .label("letters, digits and `_`, at most 64, no digit first")
        .help("the key stays the vendor's name; give ours with `as:`");
    }

    pub(crate) fn malformed_argument_alias(&mut self, span: Span, alias: &str) {
        self.error(
            D046,
            span,
            format!("`{alias}` was never the name of an argument"),
        )
        .label("letters, digits and `_`, at most 64, no digit first");
    }

    pub(crate) fn renamed_host_variable(&mut self, span: Span, host: Span, name: &str) {
        self.error(
            D046,
            span,
            format!("`{name}` stands in the name of the host and keeps its own"),
        )
        .label("has another name here")
        .also(host, format!("`{{{name}}}` is a part of its name"))
        .help("remove `as:`: all methods that use the host call it the same");
    }

    pub(crate) fn arguments_collide(&mut self, span: Span, first: Span, name: &str, added: bool) {
        let remark = if added {
            "lists get an argument of that name from the compiler"
        } else {
            "this argument has the name first"
        };
        self.error(D047, span, format!("two arguments are called `{name}`"))
            .label("this one as well")
            .also(first, remark)
            .help("path, query, headers and body share one flat namespace; rename one with `as:`");
    }

    /// `added` is whether the compiler gave the method the argument that has the name.
    pub(crate) fn argument_alias_taken(
        &mut self,
        span: Span,
        first: Span,
        alias: &str,
        added: bool,
    ) {
        let remark = if added {
            "lists get an argument of that name from the compiler"
        } else {
            "this one"
        };
        self.error(
            D047,
            span,
            format!("`{alias}` already leads to an argument"),
        )
        .label("as an alias here")
        .also(first, remark)
        .help("keep the alias on the one argument that took the place of the old one");
    }

    pub(crate) fn headers_collide(&mut self, span: Span, first: Span, name: &str, same: &str) {
        self.error(
            D047,
            span,
            format!("`{name}` and `{same}` are the same header"),
        )
        .label("this one as well")
        .also(first, "this one")
        .help("small letters and capitals make no difference in the name of a header; keep one");
    }

    pub(crate) fn page_parameter_declared(&mut self, span: Span, name: &str) {
        self.error(
            D047,
            span,
            format!("`{name}` belongs to the method's pagination"),
        )
        .label("declared here")
        .help("callers use `limit` and `next_cursor`, which lists get by themselves; remove it");
    }

    pub(crate) fn page_parameter_twice(&mut self, span: Span, name: &str) {
        self.error(
            D047,
            span,
            format!("this pagination has two parameters called `{name}`"),
        )
        .help("each number or token that it sends has a parameter of its own");
    }

    pub(crate) fn get_with_body(&mut self, http: Span, field: Option<Span>) {
        let diagnostic = self
            .error(D048, http, "a GET request has no body")
            .label("GET");
        if let Some(field) = field {
            diagnostic.also(field, "in the body");
        }
        diagnostic
            .help("move the arguments to `query:`, or use the vendor's POST form of this endpoint");
    }

    pub(crate) fn secret_in_url(&mut self, span: Span, name: &str) {
        self.error(
            D049,
            span,
            format!("the secret `{name}` would stand in a URL"),
        )
        .label("URLs are logged by every machine on the way")
        .help("send it in a header or in the body");
    }

    pub(crate) fn structure_in_url(&mut self, span: Span, name: &str) {
        self.error(
            D050,
            span,
            format!("`{name}` has a type that does not go into a URL or a header"),
        )
        .help("paths and headers take strings, numbers and booleans; a query also lists of them");
    }

    pub(crate) fn constant_in_path(&mut self, span: Span, name: &str) {
        self.error(
            D050,
            span,
            format!("the path argument `{name}` has a fixed value"),
        )
        .help("write a fixed value into the path itself");
    }

    pub(crate) fn constant_is_no_scalar(&mut self, span: Span) {
        self.error(
            D050,
            span,
            "a fixed value of a query or a header is a string, a number or a boolean",
        )
        .help("write a list as the vendor reads it, such as `\"a,b\"`");
    }

    pub(crate) fn constant_does_not_fit(&mut self, span: Span, ty: Span, problem: &str) {
        self.error(
            D050,
            span,
            format!("the constant does not fit its type: {problem}"),
        )
        .also(ty, "the type")
        .help("write it as the vendor wants it, and leave the type out: a constant needs none");
    }

    pub(crate) fn wrap_of_form(&mut self, span: Span) {
        self.error(D051, span, "only a JSON body can be wrapped")
            .help("remove `wrap:`, or name the fields as the vendor wants them: `team[name]`");
    }

    pub(crate) fn whole_form(&mut self, span: Span) {
        self.error(D051, span, "only a JSON body can be one argument");
    }

    pub(crate) fn empty_body(&mut self, http: Span) {
        self.error(D051, http, "the body has no fields")
            .help("declare them under `body.fields`, or remove `body:`");
    }

    pub(crate) fn body_places_overlap(
        &mut self,
        span: Span,
        first: Span,
        inner: &str,
        outer: &str,
    ) {
        self.error(
            D051,
            span,
            format!("`{inner}` lies inside `{outer}`, which is a value itself"),
        )
        .label("this place")
        .also(first, "this value")
        .help("declare one of the two, or the outer one as an object with `fields:`");
    }

    pub(crate) fn whole_body_is_alone(&mut self, span: Span, whole: Span) {
        self.error(
            D051,
            span,
            "a body that is one argument has no other fields",
        )
        .also(whole, "this field is the whole body");
    }

    pub(crate) fn whole_body_is_one_value(&mut self, span: Span) {
        self.error(
            D051,
            span,
            "the field that is the whole body is neither a list nor a map",
        )
        .help("give it a type with `[]` or `{}`; the fields of an object stand under `fields:`");
    }

    pub(crate) fn default_of_required(&mut self, span: Span) {
        self.error(D052, span, "a required argument needs no default")
            .help("remove `required:` or `default:`");
    }

    pub(crate) fn default_does_not_fit(&mut self, span: Span, problem: &str) {
        self.error(
            D052,
            span,
            format!("the default does not fit its argument: {problem}"),
        )
        .help("it is sent for callers who leave the argument out; write what they could give themselves");
    }

    pub(crate) fn default_of_secret(&mut self, span: Span, name: &str) {
        self.error(
            D052,
            span,
            format!("the secret `{name}` would stand in the definition"),
        )
        .label("everybody can read it here")
        .help("leave `default:` out, so that the caller gives it");
    }

    pub(crate) fn malformed_header(&mut self, span: Span, name: &str) {
        self.error(
            D053,
            span,
            format!("`{name}` cannot be the name of a header"),
        )
        .help("a name has letters, digits and `-`: `X-Request-Id`");
    }

    pub(crate) fn header_of_runtime(&mut self, span: Span, name: &str) {
        self.error(
            D053,
            span,
            format!("the header `{name}` frames the message"),
        )
        .help("remove it: the runtime sets it");
    }

    pub(crate) fn header_of_body(&mut self, span: Span, name: &str) {
        self.error(
            D053,
            span,
            format!("the header `{name}` says how the body is written"),
        )
        .help("remove it: the `format:` of the body decides, and the runtime sets it");
    }

    pub(crate) fn malformed_header_value(&mut self, span: Span) {
        self.error(D053, span, "this holds a character that a header cannot")
            .help("a value of a header is letters, digits, punctuation and spaces of ASCII");
    }

    pub(crate) fn header_of_credential(&mut self, span: Span, name: &str) {
        self.error(
            D053,
            span,
            format!("the header `{name}` carries the credential"),
        )
        .help("remove it: what `auth:` declares is sent by itself");
    }
}
