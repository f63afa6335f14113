//! Building a request from an operation and checked arguments. Pure: nothing is sent here.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::body::{self, Encoded};
use crate::error::{Error, ErrorKind};
use crate::page::PageQuery;
use crate::segment::{Refused, Segment, Segments};
use crate::table::{Arg, Discover, Http, Integration, ListStyle, Operation, PathPart, Place};
use crate::upstreams::Upstreams;
use crate::url::Url;
use crate::wire;

/// A request, complete but for the credential.
#[derive(Clone)]
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

impl fmt::Debug for Request {
    /// Without the body, which may hold what is nobody's business.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Request");
        shown
            .field("method", &self.method)
            .field("url", &self.url.as_str())
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .finish()
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
    let values = Values {
        target,
        args: operation.args,
        arguments,
    };
    let mut url = values.url(operation.host, operation.path)?;
    query(&mut url, operation, &values, page)?;
    let mut headers = headers(operation, &values)?;
    let body = body::build(&operation.body, &values)?;
    if let Some(content_type) = body.content_type {
        headers.insert(CONTENT_TYPE, header(CONTENT_TYPE.as_str(), &content_type)?);
    }
    // Many servers refuse a POST that does not say how long it is (411).
    if body.bytes.is_empty() && matches!(operation.http, Http::Post | Http::Put | Http::Patch) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    Ok(Request {
        method: method(operation.http),
        url,
        headers,
        body: body.bytes,
    })
}

/// Builds the request that fills a connection field.
///
/// # Errors
/// As [`build`].
pub fn discovery(target: &Target<'_>, discover: &Discover) -> Result<Request, Error> {
    let url = address(target, discover.host, discover.path)?;
    let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    Ok(Request {
        method: Method::GET,
        url,
        headers,
        body: Bytes::new(),
    })
}

/// An address of the vendor that is not an operation's, such as one of OAuth.
///
/// # Errors
/// As [`build`].
pub(crate) fn address(target: &Target<'_>, host: usize, path: &[PathPart]) -> Result<Url, Error> {
    let values = Values {
        target,
        args: &[],
        arguments: &Map::new(),
    };
    values.url(host, path)
}

/// Builds a POST to an address that is not an operation's.
///
/// # Errors
/// As [`build`].
pub(crate) fn post(url: Url, body: Encoded) -> Result<Request, Error> {
    let mut headers =
        HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    if let Some(content_type) = body.content_type {
        headers.insert(CONTENT_TYPE, header(CONTENT_TYPE.as_str(), &content_type)?);
    }
    Ok(Request {
        method: Method::POST,
        url,
        headers,
        body: body.bytes,
    })
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
            PathPart::Connection(name) => self
                .target
                .connection
                .get(*name)
                .cloned()
                .ok_or_else(|| self.not_set(name)),
            PathPart::Argument(name) | PathPart::Segments(name) => {
                let arg = self.args.iter().find(|arg| arg.name == *name);
                let value = arg.and_then(|arg| self.of(arg));
                let missing = || invalid(format!("`{name}` is missing."));
                value.map(|value| wire::text(&value)).ok_or_else(missing)
            }
        }
    }

    fn not_set(&self, name: &str) -> Error {
        let mut fields = self.target.integration.connection.iter();
        let help = fields
            .find(|field| field.name == name)
            .map_or("", |field| field.description);
        invalid(format!(
            "The connection field `{name}` of this account is not set. {help}"
        ))
    }

    fn url(&self, host: usize, path: &[PathPart]) -> Result<Url, Error> {
        let Target {
            integration,
            upstreams,
            ..
        } = self.target;
        let text = |part: &PathPart| self.text(part);
        let mut url = Url::new(&upstreams.resolve(integration, host, &text)?);
        for part in path {
            let refused = |refused: Refused| refusal(part, refused);
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

fn refusal(part: &PathPart, refused: Refused) -> Error {
    let (PathPart::Literal(name)
    | PathPart::Argument(name)
    | PathPart::Segments(name)
    | PathPart::Connection(name)) = part;
    let what = match part {
        PathPart::Connection(_) => "The connection field ",
        _ => "",
    };
    invalid(format!("{what}`{name}` {refused}."))
}

fn query(
    url: &mut Url,
    operation: &Operation,
    values: &Values<'_>,
    page: &PageQuery<'_>,
) -> Result<(), Error> {
    // Constants are a part of the endpoint's address, so every page is asked for with them.
    for (name, value) in operation.query {
        url.pair(name, value);
    }
    if let PageQuery::Alone(name, token) = page {
        url.pair(name, token);
        return Ok(());
    }
    if let PageQuery::Link(link) = page {
        // What the definition fixes, neither a vendor's link nor a cursor can change.
        let pairs = link.split('&');
        let pairs = pairs.filter(|pair| !is_one_of(pair, operation.query));
        pairs.for_each(|pair| url.encoded_pair(pair));
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
        url.pair(name, &wire::text(value));
        return Ok(());
    };
    let elements: Vec<String> = elements.iter().map(wire::text).collect();
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
            headers.insert(header_name(name)?, header(arg.name, &wire::text(&value))?);
        }
    }
    Ok(headers)
}

fn header_name(name: &'static str) -> Result<HeaderName, Error> {
    name.parse()
        .map_err(|_| invalid(format!("`{name}` is not the name of a header.")))
}

/// A header value; the type refuses line breaks, other control characters and what is not ASCII.
fn header(name: &str, value: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(value).map_err(|_| {
        invalid(format!(
            "`{name}` has a character that a header cannot carry: only ASCII may."
        ))
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

pub(crate) fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}
