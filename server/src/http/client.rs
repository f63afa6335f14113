//! Which client a request is from, as far as its address tells.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use crate::api::Refusal;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address that a client asks from. Of an IPv6 address only the network counts: all of a /64 are
/// one subscriber's (RFC 6177 section 2), who can take a new one for each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Client(IpAddr);

impl Client {
    /// A client at an address.
    pub(crate) fn new(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = address.to_bits() & (u128::MAX << 64);
                Ipv6Addr::from_bits(network).into()
            }
            address => address,
        })
    }

    /// Who sent a request that came in from `peer`. Each proxy adds the address that it was asked
    /// from at the end of `X-Forwarded-For`; what stands before the last one that is no proxy of ours
    /// is whatever the client says. The header `Forwarded` (RFC 7239) is not read: a proxy that
    /// writes one of the two hands on what the client says in the other.
    pub(crate) fn of(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> Self {
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        let mut told = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        let mut address = peer;
        while proxies.iter().any(|proxy| proxy.holds(address)) {
            match told.next().and_then(read) {
                Some(before) => address = before,
                None => break,
            }
        }
        Self::new(address)
    }
}

/// The client that the listener noted down.
impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let noted = parts.extensions.get().copied();
        noted.ok_or_else(|| {
            let message = "The server does not know whom this request is from.";
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message)
        })
    }
}

/// An address as proxies write it: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
fn read(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse().ok();
    address.or_else(|| Some(text.parse::<std::net::SocketAddr>().ok()?.ip()))
}

/// An address, or all that begin like it: `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The bits that are the same, the others 0; IPv4 addresses as IPv6 has them.
    start: u128,
    mask: u128,
}

/// Why a text is not a [`Network`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no address such as 10.0.0.5 and no network such as 10.0.0.0/8 or fd00::/8")]
pub struct NetworkError;

impl Network {
    /// Whether an address is one of them.
    pub(super) fn holds(self, address: IpAddr) -> bool {
        bits(address) & self.mask == self.start
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NetworkError)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let length = length
            .map_or(Ok(most), str::parse)
            .map_err(|_| NetworkError)?;
        if length > most {
            return Err(NetworkError);
        }
        let mask = u128::MAX.checked_shl(most - length).unwrap_or(0);
        let start = bits(address);
        if start & mask != start {
            return Err(NetworkError);
        }
        Ok(Self { start, mask })
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn of(peer: &str, lines: &[&str], proxies: &[&str]) -> Client {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(line).unwrap());
        }
        let proxies: Vec<Network> = proxies.iter().map(|text| text.parse().unwrap()).collect();
        Client::of(peer.parse().unwrap(), &headers, &proxies)
    }

    fn client(address: &str) -> Client {
        Client::new(address.parse().unwrap())
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let told = ["198.51.100.1, 203.0.113.9"];
        assert_eq!(of("192.0.2.1", &told, &[]), client("192.0.2.1"));
        assert_eq!(of("192.0.2.1", &told, &["10.0.0.0/8"]), client("192.0.2.1"));
        // What the client itself says stands before what the proxy adds.
        assert_eq!(
            of("10.0.0.1", &told, &["10.0.0.0/8"]),
            client("203.0.113.9")
        );
        let both = ["10.0.0.0/8", "203.0.113.9"];
        assert_eq!(of("10.0.0.1", &told, &both), client("198.51.100.1"));
        let lines = ["198.51.100.1", "203.0.113.9,10.0.0.2"];
        assert_eq!(
            of("10.0.0.1", &lines, &["10.0.0.0/8"]),
            client("203.0.113.9")
        );
        assert_eq!(
            of("::ffff:10.0.0.1", &told, &["10.0.0.0/8"]),
            client("203.0.113.9")
        );
    }

    #[test]
    fn what_is_no_address_ends_the_chain() {
        let proxies = ["10.0.0.0/8"];
        for told in ["", "unknown", "198.51.100.1, _hidden", "198.51.100.1, "] {
            assert_eq!(
                of("10.0.0.1", &[told], &proxies),
                client("10.0.0.1"),
                "{told}"
            );
        }
        assert_eq!(of("10.0.0.1", &[], &proxies), client("10.0.0.1"));
        // All of them are proxies of ours.
        assert_eq!(
            of("10.0.0.1", &["10.0.0.3, 10.0.0.2"], &proxies),
            client("10.0.0.3")
        );
    }

    #[test]
    fn proxies_write_addresses_in_several_ways() {
        for (text, address) in [
            ("192.0.2.1", "192.0.2.1"),
            (" 192.0.2.1:4711 ", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:80", "2001:db8::1"),
        ] {
            assert_eq!(read(text), Some(address.parse().unwrap()), "{text}");
        }
        for text in ["", "192.0.2", "192.0.2.1:x", "[192.0.2.1", "example.com"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn of_ipv6_the_network_counts() {
        assert_eq!(client("2001:db8::1"), client("2001:db8::ffff:2"));
        assert_ne!(client("2001:db8:0:1::1"), client("2001:db8::1"));
        assert_ne!(client("192.0.2.1"), client("192.0.2.2"));
        assert_eq!(client("::ffff:192.0.2.1"), client("192.0.2.1"));
        assert_ne!(client("::ffff:192.0.2.1"), client("::ffff:192.0.2.2"));
    }

    #[test]
    fn networks() {
        let holds = |network: &str, address: &str| {
            let network: Network = network.parse().unwrap();
            network.holds(address.parse().unwrap())
        };
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("10.0.0.1", "10.0.0.1") && !holds("10.0.0.1", "10.0.0.2"));
        assert!(holds("0.0.0.0/0", "192.0.2.1") && !holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("fd00::/8", "fd12::1") && !holds("fd00::/8", "2001:db8::1"));
        assert!(holds("::/0", "2001:db8::1") && holds("::1", "::1"));
        for text in [
            "",
            "10",
            "10.0.0.0/33",
            "10.0.0.1/8",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "a",
        ] {
            assert_eq!(text.parse::<Network>(), Err(NetworkError), "{text}");
        }
    }
}
