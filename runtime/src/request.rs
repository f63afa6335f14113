//! Building a request from an operation and checked arguments. Pure: nothing is sent here.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Number, Value};

use crate::body;
use crate::error::{Error, ErrorKind};
use crate::page::PageQuery;
use crate::segment::{Refused, Segment, Segments};
use crate::table::{Arg, Discover, Http, Integration, ListStyle, Operation, PathPart, Place, Shape};
use crate::upstreams::Upstreams;
use crate::url::Url;

/// A request, complete but for the credential.
#[derive(Clone, Debug)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    /// The HTTP method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Where it goes.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Its headers; values that are secret are marked as sensitive.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Its body; empty for none.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

/// Whose hosts a request goes to.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The integration.
    pub integration: &'static Integration,
    /// The connection fields of the account.
    pub connection: &'a BTreeMap<String, String>,
    /// The operator's overrides.
    pub upstreams: &'a Upstreams,
}

/// Builds the request for one page of a list, or for an operation without pages.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] when a value cannot stand in its place, or a connection field is
/// not set.
pub fn build(
    target: &Target<'_>,
    operation: &Operation,
    arguments: &Map<String, Value>,
    page: &PageQuery<'_>,
) -> Result<Request, Error> {
    let values = Values { target, args: operation.args, arguments };
    let mut url = values.url(operation.host, operation.path)?;
    query(&mut url, operation, &values, page)?;
    let mut headers = headers(operation, &values)?;
    let body = body::build(&operation.body, &values)?;
    if let Some(content_type) = body.content_type {
        headers.insert(CONTENT_TYPE, header(CONTENT_TYPE.as_str(), &content_type)?);
    }
    Ok(Request { method: method(operation.http), url, headers, body: body.bytes })
}

/// Builds the request that fills a connection field.
///
/// # Errors
/// As [`build`].
pub fn discovery(target: &Target<'_>, discover: &Discover) -> Result<Request, Error> {
    let values = Values { target, args: &[], arguments: &Map::new() };
    let url = values.url(discover.host, discover.path)?;
    let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    Ok(Request { method: Method::GET, url, headers, body: Bytes::new() })
}

/// The values that a request is built from.
pub(crate) struct Values<'a> {
    target: &'a Target<'a>,
    pub(crate) args: &'static [Arg],
    arguments: &'a Map<String, Value>,
}

impl<'a> Values<'a> {
    /// What the caller gave for an argument, or its default.
    pub(crate) fn of(&self, arg: &Arg) -> Option<Cow<'a, Value>> {
        match (self.arguments.get(arg.name), arg.default) {
            (Some(value), _) => Some(Cow::Borrowed(value)),
            // The compiler of definitions has parsed the same text.
            (None, Some(default)) => serde_json::from_str(default).ok().map(Cow::Owned),
            (None, None) => None,
        }
    }

    /// The text for a part of a path or a host.
    fn text(&self, part: &PathPart) -> Result<String, Error> {
        match part {
            PathPart::Literal(text) => Ok((*text).to_owned()),
            PathPart::Connection(name) => {
                self.target.connection.get(*name).cloned().ok_or_else(|| self.not_set(name))
            }
            PathPart::Argument(name) | PathPart::Segments(name) => {
                let arg = self.args.iter().find(|arg| arg.name == *name);
                let value = arg.and_then(|arg| self.of(arg));
                let missing = || invalid(format!("`{name}` is missing."));
                value.map(|value| text(&value)).ok_or_else(missing)
            }
        }
    }

    fn not_set(&self, name: &str) -> Error {
        let mut fields = self.target.integration.connection.iter();
        let help = fields.find(|field| field.name == name).map_or("", |field| field.description);
        invalid(format!("The connection field `{name}` of this account is not set. {help}"))
    }

    fn url(&self, host: usize, path: &'static [PathPart]) -> Result<Url, Error> {
        let text = |part: &PathPart| self.text(part);
        let base = self.target.upstreams.resolve(self.target.integration, host, &text)?;
        let mut url = Url::new(&base);
        for part in path {
            let refused = |refused: Refused| match part {
                PathPart::Connection(name) => {
                    invalid(format!("The connection field `{name}` {refused}."))
                }
                PathPart::Literal(name) | PathPart::Argument(name) | PathPart::Segments(name) => {
                    invalid(format!("`{name}` {refused}."))
                }
            };
            match part {
                PathPart::Literal(text) => url.literal(text),
                PathPart::Argument(_) | PathPart::Connection(_) => {
                    url.segment(&Segment::new(&text(part)?).map_err(refused)?);
                }
                PathPart::Segments(_) => {
                    url.segments(&Segments::new(&text(part)?).map_err(refused)?);
                }
            }
        }
        Ok(url)
    }
}

fn query(
    url: &mut Url,
    operation: &Operation,
    values: &Values<'_>,
    page: &PageQuery<'_>,
) -> Result<(), Error> {
    if let PageQuery::Alone(name, token) = page {
        url.pair(name, token);
        return Ok(());
    }
    for (name, value) in operation.query {
        url.pair(name, value);
    }
    if let PageQuery::Link(link) = page {
        // What the definition fixes, neither a vendor's link nor a cursor can change.
        for pair in link.split('&').filter(|pair| !is_one_of(pair, operation.query)) {
            url.encoded_pair(pair);
        }
        return Ok(());
    }
    for arg in values.args {
        if let (Place::Query { name, list }, Some(value)) = (&arg.place, values.of(arg)) {
            parameter(url, arg, name, *list, &value)?;
        }
    }
    if let PageQuery::Added(pairs) = page {
        for (name, value) in pairs {
            url.pair(name, value);
        }
    }
    Ok(())
}

fn is_one_of(pair: &str, constants: &[(&str, &str)]) -> bool {
    let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
    let name = name.replace('+', " ");
    let name = percent_decode_str(&name).decode_utf8_lossy();
    constants.iter().any(|(constant, _)| *constant == name)
}

/// Adds one argument to the query. An empty list adds nothing.
fn parameter(
    url: &mut Url,
    arg: &Arg,
    name: &str,
    list: ListStyle,
    value: &Value,
) -> Result<(), Error> {
    let Value::Array(elements) = value else {
        url.pair(name, &text(value));
        return Ok(());
    };
    let elements: Vec<String> = elements.iter().map(text).collect();
    match list {
        ListStyle::Csv if elements.is_empty() => {}
        ListStyle::Csv => {
            // The vendor would read one element with a comma as two.
            if let Some(index) = elements.iter().position(|element| element.contains(',')) {
                let name = arg.name;
                return Err(invalid(format!(
                    "`{name}[{index}]` has a comma, which {name} cannot hold; give each value as an \
                     element of its own."
                )));
            }
            url.csv(name, &elements);
        }
        ListStyle::Repeat => elements.iter().for_each(|element| url.pair(name, element)),
        ListStyle::Brackets => {
            let name = format!("{name}[]");
            elements.iter().for_each(|element| url.pair(&name, element));
        }
    }
    Ok(())
}

fn headers(operation: &Operation, values: &Values<'_>) -> Result<HeaderMap, Error> {
    let mut headers =
        HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    for (name, value) in operation.headers {
        headers.insert(header_name(name)?, header(name, value)?);
    }
    for arg in values.args {
        if let (Place::Header { name }, Some(value)) = (&arg.place, values.of(arg)) {
            headers.insert(header_name(name)?, header(arg.name, &text(&value))?);
        }
    }
    Ok(headers)
}

fn header_name(name: &'static str) -> Result<HeaderName, Error> {
    name.parse().map_err(|_| invalid(format!("`{name}` is not the name of a header.")))
}

/// A header value; the type refuses line breaks, other control characters and what is not ASCII.
fn header(name: &str, value: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(value).map_err(|_| {
        invalid(format!("`{name}` has a character that a header cannot carry: only ASCII may."))
    })
}

fn method(http: Http) -> Method {
    match http {
        Http::Get => Method::GET,
        Http::Post => Method::POST,
        Http::Put => Method::PUT,
        Http::Patch => Method::PATCH,
        Http::Delete => Method::DELETE,
    }
}

/// A value as text of a URL, a header or a form; lists and objects as JSON.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number_text(number),
        _ => value.to_string(),
    }
}

/// A number as text: `1`, also for `1.0`, and never with an exponent.
fn number_text(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => float.to_string(),
        _ => number.to_string(),
    }
}

/// A value as JSON for the vendor: strings become numbers where `integer` or a field says so, and
/// `1.0` becomes `1` where a whole number is declared.
pub(crate) fn wire(
    at: &str,
    value: &Value,
    shape: &Shape,
    integer: bool,
) -> Result<Value, Error> {
    Ok(match (value, shape) {
        (Value::String(text), _) if integer => Value::Number(whole(at, text)?),
        (Value::Number(number), Shape::Integer { .. }) if number.is_f64() => {
            number_text(number).parse().map_or_else(|_| value.clone(), Value::Number)
        }
        (Value::Array(elements), Shape::Array { items, .. }) => elements
            .iter()
            .map(|element| wire(at, element, items, integer))
            .collect::<Result<_, _>>()?,
        (Value::Object(members), Shape::Map(values)) => members
            .iter()
            .map(|(name, member)| Ok((name.clone(), wire(name, member, values, integer)?)))
            .collect::<Result<_, Error>>()?,
        (Value::Object(members), Shape::Object(object)) => members
            .iter()
            .map(|(name, member)| {
                let field = object.fields.iter().find(|field| field.name == name);
                let member = field.map_or_else(
                    || Ok(member.clone()),
                    |field| wire(name, member, &field.shape, field.integer),
                );
                Ok((name.clone(), member?))
            })
            .collect::<Result<_, Error>>()?,
        _ => value.clone(),
    })
}

fn whole(at: &str, text: &str) -> Result<Number, Error> {
    let number = text.parse::<u64>().map(Number::from);
    number.or_else(|_| text.parse::<i64>().map(Number::from)).map_err(|_| {
        invalid(format!("`{at}` must be the digits of a whole number, in a string."))
    })
}

pub(crate) fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{ACME, ARG, OPERATION};

    static EVERYTHING: Operation = Operation {
        path: &[
            PathPart::Literal("/orgs/"),
            PathPart::Connection("org"),
            PathPart::Literal("/users/"),
            PathPart::Argument("id"),
            PathPart::Literal(".json"),
        ],
        query: &[("type", "Current User")],
        headers: &[("X-Version", "2")],
        args: &[
            Arg { name: "id", place: Place::Url, ..ARG },
            Arg { name: "ids", place: Place::Query { name: "i", list: ListStyle::Csv }, ..ARG },
            Arg { name: "tags", place: Place::Query { name: "t", list: ListStyle::Repeat }, ..ARG },
            Arg { name: "kinds", place: Place::Query { name: "k", list: ListStyle::Brackets }, ..ARG },
            Arg {
                name: "all",
                place: Place::Query { name: "all", list: ListStyle::Csv },
                default: Some("true"),
                ..ARG
            },
            Arg { name: "act_as", place: Place::Header { name: "X-Act-As" }, ..ARG },
        ],
        ..OPERATION
    };
    static FILE: Operation = Operation {
        host: 1,
        path: &[PathPart::Literal("/fs/"), PathPart::Segments("path")],
        args: &[Arg { name: "path", place: Place::Url, ..ARG }],
        ..OPERATION
    };

    fn built(operation: &Operation, arguments: Value, page: &PageQuery<'_>) -> Result<Request, Error> {
        let connection = [("org", "77"), ("domain", "jane")];
        let connection = connection.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let target = Target {
            integration: &ACME,
            connection: &BTreeMap::from(connection),
            upstreams: &Upstreams::default(),
        };
        build(&target, operation, arguments.as_object().unwrap(), page)
    }

    fn url(operation: &Operation, arguments: Value) -> Result<String, String> {
        let request = built(operation, arguments, &PageQuery::Added(Vec::new()));
        request.map(|request| request.url.as_str().to_owned()).map_err(|error| error.message.clone())
    }

    #[test]
    fn every_argument_goes_to_its_place() {
        let arguments = json!({
            "id": 7.0, "ids": [1, "a&b"], "tags": ["x", "y,z"], "kinds": [true], "all": false,
            "act_as": "jane",
        });
        let request = built(&EVERYTHING, arguments, &PageQuery::Added(Vec::new())).unwrap();
        assert_eq!(
            request.url.as_str(),
            "https://api.acme.example/orgs/77/users/7.json\
             ?type=Current%20User&i=1,a%26b&t=x&t=y%2Cz&k%5B%5D=true&all=false"
        );
        assert_eq!(request.method, Method::GET);
        assert_eq!(request.headers.get("x-act-as").unwrap(), "jane");
        assert_eq!(request.headers.get("x-version").unwrap(), "2");
        assert!(request.body.is_empty());
    }

    #[test]
    fn defaults_are_sent_and_nothing_else() {
        let url = url(&EVERYTHING, json!({"id": "7", "ids": [], "tags": []}));
        assert_eq!(
            url.unwrap(),
            "https://api.acme.example/orgs/77/users/7.json?type=Current%20User&all=true"
        );
    }

    #[test]
    fn a_page_adds_to_the_query_or_replaces_it() {
        let arguments = || json!({"id": "7", "ids": ["1"]});
        let query = |page| {
            let request = built(&EVERYTHING, arguments(), &page).unwrap();
            request.url.query().unwrap().to_owned()
        };
        let added = PageQuery::Added(vec![("page", "2".to_owned())]);
        assert_eq!(query(added), "type=Current%20User&i=1&all=true&page=2");
        assert_eq!(query(PageQuery::Alone("token", "a/b")), "token=a%2Fb");
        // Neither a vendor nor a forged cursor changes what the definition fixes.
        let link = "page=2&i=1&type=Admin&t%79pe=Admin&x=%20";
        assert_eq!(query(PageQuery::Link(link)), "type=Current%20User&page=2&i=1&x=%20");
    }

    #[test]
    fn values_cannot_leave_their_place() {
        for evil in ["..", "", "a/b", "//h", "a?b", "a#b", "%2e%2e", "a\r\nb", "a\0", "http://h/"] {
            let error = url(&EVERYTHING, json!({"id": evil})).unwrap_err();
            assert!(error.starts_with("`id` "), "{evil}: {error}");
        }
        for evil in ["..", "a/../b", "//h/x", "a/%2e%2e/b", "a\nb", "http://h/"] {
            let error = url(&FILE, json!({"path": evil})).unwrap_err();
            assert!(error.starts_with("`path` "), "{evil}: {error}");
        }
        let file = url(&FILE, json!({"path": "/Shared/50% of #1?.txt"})).unwrap();
        assert_eq!(file, "https://jane.acme.example/fs/Shared/50%25%20of%20%231%3F.txt");
        assert_eq!(
            url(&EVERYTHING, json!({"id": "7", "act_as": "a\r\nX-Evil: 1"})).unwrap_err(),
            "`act_as` has a character that a header cannot carry: only ASCII may."
        );
        assert_eq!(
            url(&EVERYTHING, json!({"id": "7", "ids": ["1", "2,3"]})).unwrap_err(),
            "`ids[1]` has a comma, which ids cannot hold; give each value as an element of its own."
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(url(&EVERYTHING, json!({})).unwrap_err(), "`id` is missing.");
        let target = Target {
            integration: &ACME,
            connection: &BTreeMap::new(),
            upstreams: &Upstreams::default(),
        };
        let page = PageQuery::Added(Vec::new());
        let error = build(&target, &FILE, &Map::new(), &page).unwrap_err();
        assert_eq!(
            error.message,
            "The connection field `domain` of this account is not set. The first label of your Acme \
             address."
        );
    }
}
