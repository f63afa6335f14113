//! Which names the server answers to, and which web pages may ask it.
//!
//! A page that a browser loads from elsewhere can reach a server on the loopback interface under a
//! name of its own (DNS rebinding). So requests must be for a name that is ours, and if they come
//! from a page (`Origin`), from one that is allowed.

use std::net::IpAddr;

use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Uri};

use super::public_url::PublicUrl;

const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Names and origins that are allowed besides those of the loopback interface and of the address that
/// is listened on.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Host names without a port, in lower case: `tools.example.com`.
    pub hosts: Vec<String>,
    /// Origins as browsers send them, in lower case: `https://tools.example.com`.
    pub origins: Vec<String>,
}

impl Access {
    /// What a server that is reached under a public URL needs.
    #[must_use]
    pub fn of(url: &PublicUrl) -> Self {
        Self {
            hosts: vec![url.host.clone()],
            origins: vec![url.origin.clone()],
        }
    }

    /// Refuses requests for another name and those from pages of another origin. `bound` is the
    /// address that is listened on.
    ///
    /// # Errors
    /// Why it is refused.
    pub(crate) fn check(
        &self,
        bound: IpAddr,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<(), &'static str> {
        // A target in absolute form stands above the header (RFC 9112 section 3.2.2).
        let authority = uri.authority().map(Authority::as_str);
        let host = authority.or_else(|| single(headers, HOST));
        if !host.is_some_and(|host| self.admits_host(bound, host)) {
            return Err("The server does not answer to this host name.");
        }
        let origin = single(headers, ORIGIN);
        let admitted = origin.is_some_and(|origin| self.admits_origin(bound, origin));
        if headers.contains_key(ORIGIN) && !admitted {
            return Err("Pages of this origin may not ask the server.");
        }
        Ok(())
    }

    /// Whether the server answers to this authority, on whatever port.
    fn admits_host(&self, bound: IpAddr, authority: &str) -> bool {
        authority.parse::<Authority>().is_ok_and(|authority| {
            let host = authority.host().to_ascii_lowercase();
            let named = is_local(bound, &host) || self.hosts.contains(&host);
            named && !authority.as_str().contains('@')
        })
    }

    /// Whether pages of this origin may ask.
    fn admits_origin(&self, bound: IpAddr, origin: &str) -> bool {
        let origin = origin.to_ascii_lowercase();
        let local = origin.parse::<Uri>().is_ok_and(|uri| {
            let web = matches!(uri.scheme_str(), Some("http" | "https"));
            web && uri.host().is_some_and(|host| is_local(bound, host)) && !origin.contains('@')
        });
        local || self.origins.contains(&origin)
    }
}

/// The value of a header that stands there once.
fn single(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    match values.next() {
        None => value.to_str().ok(),
        Some(_) => None,
    }
}

/// Whether a name can only be that of this machine.
fn is_local(bound: IpAddr, host: &str) -> bool {
    // In a URL an IPv6 address stands in brackets (RFC 3986 section 3.2.2).
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    LOOPBACK.contains(&host) || bare.unwrap_or(host).parse() == Ok(bound)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const BOUND: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

    fn access() -> Access {
        Access::of(&"https://tools.example.com".parse().unwrap())
    }

    #[test]
    fn answers_to_its_own_names() {
        let admits = |host| access().admits_host(BOUND, host);
        for host in [
            "localhost",
            "LOCALHOST:80",
            "127.0.0.1:8080",
            "127.0.0.2:8080",
            "[::1]:8080",
            "[::1]",
        ] {
            assert!(admits(host), "{host}");
        }
        assert!(admits("tools.example.com") && admits("Tools.Example.com:8443"));
        for host in [
            "",
            "evil.example.com",
            "localhost.evil.example.com",
            "127.0.0.1.evil.example.com",
            "evil.example.com@localhost",
            "localhost@evil.example.com",
            "localhost:80:80",
            "127.0.0.3",
            "127.0.2",
            "0.0.0.0",
            "[::ffff:127.0.0.1]",
            "localhost/",
        ] {
            assert!(!admits(host), "{host}");
        }
    }

    #[test]
    fn an_ipv6_address_is_named_in_brackets() {
        let bound = "2001:db8::1".parse().unwrap();
        let admits = |host| access().admits_host(bound, host);
        assert!(admits("[2001:db8::1]:8080") && admits("[2001:DB8:0::1]"));
        for host in [
            "[2001:db8::2]",
            "2001:db8::1",
            "[127.0.0.2]",
            "[2001:db8::1",
        ] {
            assert!(!admits(host), "{host}");
        }
        assert!(access().admits_origin(bound, "http://[2001:db8::1]:8080"));
        assert!(!access().admits_origin(bound, "http://[2001:db8::2]:8080"));
    }

    #[test]
    fn pages_may_ask_from_here_and_from_allowed_origins() {
        let admits = |origin| access().admits_origin(BOUND, origin);
        for origin in [
            "http://localhost:6274",
            "http://127.0.0.1",
            "https://[::1]:1",
            "http://127.0.0.2:6274",
        ] {
            assert!(admits(origin), "{origin}");
        }
        assert!(admits("https://tools.example.com") && admits("HTTPS://tools.example.com"));
        for origin in [
            "null",
            "",
            "http://127.0.0.3",
            "http://tools.example.com",
            "https://tools.example.com:444",
            "http://evil.example.com",
            "http://localhost.evil.example.com",
            "http://localhost@evil.example.com",
            "http://evil@localhost",
            "ftp://localhost",
            "localhost",
        ] {
            assert!(!admits(origin), "{origin}");
        }
    }
}
