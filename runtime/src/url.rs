//! URLs, put together from an origin that a definition or the operator chose, text of the
//! definition, and the encoded values of [`segment`](crate::segment). There is no other way.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::segment::{ENCODED, HostLabel, Segment, Segments};

/// What a query that is encoded already must still not have. A `%` stays as it is.
const QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\'');

/// Where the requests to a host go: scheme, authority, and the path that an operator's override puts
/// before every path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base {
    origin: String,
    prefix: String,
}

impl Base {
    /// An origin of the definition, such as `https://accounts.api.zesty.io`.
    #[must_use]
    pub fn fixed(text: &'static str) -> Self {
        Self {
            origin: text.trim_end_matches('/').to_owned(),
            prefix: String::new(),
        }
    }

    /// Goes on with text of the definition, such as `https://` or `.egnyte.com`.
    pub fn literal(&mut self, text: &'static str) {
        self.origin.push_str(text);
    }

    /// Goes on with a value.
    pub fn label(&mut self, label: &HostLabel) {
        self.origin.push_str(label.as_str());
    }

    /// What an operator wrote; [`upstreams`](crate::upstreams) has checked it.
    pub(crate) fn overridden(origin: String, prefix: String) -> Self {
        Self { origin, prefix }
    }

    /// The part between scheme and path: `acme.egnyte.com`.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.origin
            .split_once("://")
            .map_or(self.origin.as_str(), |(_, authority)| authority)
    }
}

/// A URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    text: String,
    /// Where the path starts.
    path: usize,
    /// Where the query starts, after its `?`.
    query: Option<usize>,
}

impl Url {
    /// Starts at a host.
    #[must_use]
    pub fn new(base: &Base) -> Self {
        let mut text = String::with_capacity(256);
        text.push_str(&base.origin);
        let path = text.len();
        text.push_str(&base.prefix);
        Self {
            text,
            path,
            query: None,
        }
    }

    /// Goes on with text of the definition, such as `/v1/instances/`.
    pub fn literal(&mut self, text: &'static str) {
        self.text.push_str(text);
    }

    /// Goes on with a value.
    pub fn segment(&mut self, segment: &Segment) {
        self.text.push_str(segment.as_str());
    }

    /// Goes on with a value of several segments.
    pub fn segments(&mut self, segments: &Segments) {
        self.text.push_str(segments.as_str());
    }

    /// Adds a query parameter.
    pub fn pair(&mut self, name: &str, value: &str) {
        self.separate();
        let name = utf8_percent_encode(name, ENCODED);
        let value = utf8_percent_encode(value, ENCODED);
        let _ = write!(self.text, "{name}={value}");
    }

    /// Adds a query parameter whose values are separated by commas.
    pub fn csv(&mut self, name: &str, values: &[String]) {
        self.pair(name, "");
        for (index, value) in values.iter().enumerate() {
            let separator = if index == 0 { "" } else { "," };
            let _ = write!(
                self.text,
                "{separator}{}",
                utf8_percent_encode(value, ENCODED)
            );
        }
    }

    /// Adds a query parameter that is encoded already.
    pub fn encoded_pair(&mut self, pair: &str) {
        self.separate();
        self.text.extend(utf8_percent_encode(pair, QUERY));
    }

    fn separate(&mut self) {
        self.text.push(if self.query.is_some() { '&' } else { '?' });
        self.query.get_or_insert(self.text.len());
    }

    /// The whole URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme and authority: `https://acme.egnyte.com`.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.text.get(..self.path).unwrap_or_default()
    }

    /// The path, from its first `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        let end = self.query.map_or(self.text.len(), |query| query - 1);
        self.text.get(self.path..end).unwrap_or_default()
    }

    /// The query, without its `?`.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.and_then(|query| self.text.get(query..))
    }
}

/// Whether two origins are the same: neither case nor a default port counts.
pub(crate) fn is_same_origin(one: &str, other: &str) -> bool {
    fn plain(origin: &str) -> &str {
        let is_https = origin
            .get(..6)
            .is_some_and(|start| start.eq_ignore_ascii_case("https:"));
        let port = if is_https { ":443" } else { ":80" };
        origin.strip_suffix(port).unwrap_or(origin)
    }
    plain(one).eq_ignore_ascii_case(plain(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_put_together() {
        let mut base = Base::default();
        base.literal("https://");
        base.label(&HostLabel::new("acme").unwrap());
        base.literal(".egnyte.com");
        assert_eq!(base.authority(), "acme.egnyte.com");

        let mut url = Url::new(&base);
        url.literal("/pubapi/v1/fs/");
        url.segments(&Segments::new("/Shared/a b").unwrap());
        assert_eq!(
            (url.path(), url.query()),
            ("/pubapi/v1/fs/Shared/a%20b", None)
        );
        url.pair("count", "2");
        url.csv("ids", &["1".to_owned(), "a,b".to_owned()]);
        url.encoded_pair("page=%32&x#y 'z'");
        assert_eq!(url.origin(), "https://acme.egnyte.com");
        assert_eq!(url.path(), "/pubapi/v1/fs/Shared/a%20b");
        assert_eq!(
            url.query(),
            Some("count=2&ids=1,a%2Cb&page=%32&x%23y%20%27z%27")
        );
    }

    #[test]
    fn an_override_may_have_a_path() {
        let base = Base::overridden(
            "http://127.0.0.1:9".to_owned(),
            "/acme.egnyte.com".to_owned(),
        );
        let mut url = Url::new(&base);
        url.literal("/v1/users/");
        url.segment(&Segment::new("7").unwrap());
        assert_eq!(
            url.as_str(),
            "http://127.0.0.1:9/acme.egnyte.com/v1/users/7"
        );
        assert_eq!(url.path(), "/acme.egnyte.com/v1/users/7");
    }
}
