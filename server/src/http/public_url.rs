//! The URL under which a tunnel or a proxy makes the server reachable.

use std::fmt;
use std::str::FromStr;

use http::Uri;

use super::access::LOOPBACK;

/// A web origin (RFC 6454 section 6.2), written as browsers do: `https://tools.example.com`, in lower
/// case, and with a port only where it is not that of the scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    pub(super) origin: String,
    pub(super) host: String,
}

/// Why a text is not a [`PublicUrl`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it {0}; give scheme and host alone, such as https://tools.example.com")]
pub struct PublicUrlError(&'static str);

impl PublicUrl {
    /// Whether only this machine reaches the server under it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        LOOPBACK.contains(&self.host.as_str())
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    /// Reads a URL of `http` or `https` without path, query or user name; a `/` at its end is fine.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The parser drops a fragment without a word.
        if text.contains(['?', '#']) {
            return Err(PublicUrlError("has a query or a fragment"));
        }
        let text = text.to_ascii_lowercase();
        let uri: Uri = text.parse().map_err(|_| PublicUrlError("is not a URL"))?;
        let (scheme, default) = match uri.scheme_str() {
            Some("http") => ("http", 80),
            Some("https") => ("https", 443),
            _ => return Err(PublicUrlError("does not start with http:// or https://")),
        };
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let host = uri.host().unwrap_or_default();
        if authority.contains('@') {
            return Err(PublicUrlError("has a user name"));
        }
        if host.is_empty() {
            return Err(PublicUrlError("has no host"));
        }
        if host != authority && uri.port_u16().is_none() {
            return Err(PublicUrlError("has a port that is not one"));
        }
        if !matches!(uri.path(), "" | "/") {
            return Err(PublicUrlError("has a path"));
        }
        let port = uri.port_u16().filter(|port| *port != default);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self {
            origin: format!("{scheme}://{host}{port}"),
            host: host.to_owned(),
        })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_an_origin_as_browsers_write_it() {
        for (text, origin, host) in [
            (
                "https://tools.example.com",
                "https://tools.example.com",
                "tools.example.com",
            ),
            (
                "HTTPS://Tools.Example.com:443/",
                "https://tools.example.com",
                "tools.example.com",
            ),
            (
                "http://tools.example.com:443",
                "http://tools.example.com:443",
                "tools.example.com",
            ),
            ("http://box:80", "http://box", "box"),
            (
                "https://[2001:DB8::1]:8443",
                "https://[2001:db8::1]:8443",
                "[2001:db8::1]",
            ),
        ] {
            let url: PublicUrl = text.parse().unwrap();
            assert_eq!(
                (url.to_string().as_str(), url.host.as_str()),
                (origin, host)
            );
        }
    }

    #[test]
    fn names_of_this_machine_are_told_from_others() {
        let is_loopback = |text: &str| text.parse::<PublicUrl>().unwrap().is_loopback();
        assert!(is_loopback("http://LOCALHOST:80") && is_loopback("https://[::1]:8443"));
        assert!(!is_loopback("https://localhost.example.com"));
    }

    #[test]
    fn is_nothing_more() {
        for (text, problem) in [
            ("", "is not a URL"),
            ("https://", "is not a URL"),
            ("https://a b", "is not a URL"),
            ("https://t\u{f6}ols.example.com", "is not a URL"),
            (
                "tools.example.com",
                "does not start with http:// or https://",
            ),
            ("/mcp", "does not start with http:// or https://"),
            (
                "ftp://tools.example.com",
                "does not start with http:// or https://",
            ),
            ("https://user@tools.example.com", "has a user name"),
            ("https://user:secret@tools.example.com", "has a user name"),
            ("https://:8443", "has no host"),
            (
                "https://tools.example.com:99999",
                "has a port that is not one",
            ),
            ("https://tools.example.com:", "has a port that is not one"),
            ("https://tools.example.com/mcp", "has a path"),
            ("https://tools.example.com//", "has a path"),
            ("https://tools.example.com?a=b", "has a query or a fragment"),
            ("https://tools.example.com/#a", "has a query or a fragment"),
        ] {
            assert_eq!(
                text.parse::<PublicUrl>(),
                Err(PublicUrlError(problem)),
                "{text}"
            );
        }
    }
}
