//! Where hosts are: as the definition says, or where the operator put them instead.

use std::collections::BTreeMap;
use std::str::FromStr;

use http::Uri;

use crate::error::{Error, ErrorKind};
use crate::nearest::nearest;
use crate::segment::HostLabel;
use crate::table::{Catalogue, Integration, Origin, PathPart};
use crate::url::Base;

/// What stands for the authority that the definition resolved to.
const HOST: &str = "{host}";

/// The operator's overrides of named hosts. Nobody else can choose a host freely.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upstreams {
    /// By `{integration}.{host}`.
    overrides: BTreeMap<String, Upstream>,
}

/// A place to send requests to instead.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Upstream {
    /// Scheme and authority.
    origin: String,
    /// The path before every path, without a `/` at its end; [`HOST`] may stand in it.
    prefix: String,
}

/// Why an override is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    /// It is not `INTEGRATION.HOST=URL`.
    #[error(
        "`{0}` is not of the form INTEGRATION.HOST=URL, such as egnyte.api=http://127.0.0.1:9102"
    )]
    Form(String),
    /// The URL cannot be taken.
    #[error(
        "the URL of `{host}` {problem}; give an origin such as http://127.0.0.1:9102, which may have a path in which {{host}} stands for the original host"
    )]
    Url {
        /// The host as it was named.
        host: String,
        /// What is wrong with the URL.
        problem: &'static str,
    },
    /// The catalogue has no such host.
    #[error("there is no host `{host}`; {help}")]
    Unknown {
        /// The host as it was named.
        host: String,
        /// What there is instead.
        help: String,
    },
}

impl Upstreams {
    /// Adds an override as the command line has it: `egnyte.api=http://127.0.0.1:9102`.
    ///
    /// # Errors
    /// [`UpstreamError`] when it is not of that form.
    pub fn add(&mut self, assignment: &str) -> Result<(), UpstreamError> {
        let form = || UpstreamError::Form(assignment.to_owned());
        let (host, url) = assignment.split_once('=').ok_or_else(form)?;
        let (integration, host) = host.trim().split_once('.').ok_or_else(form)?;
        if integration.is_empty() || host.is_empty() {
            return Err(form());
        }
        self.set(integration, host, url.trim())
    }

    /// Sends the requests to an integration's host to `url` instead.
    ///
    /// # Errors
    /// [`UpstreamError::Url`] when the URL is not an `http` or `https` origin with at most a path.
    pub fn set(&mut self, integration: &str, host: &str, url: &str) -> Result<(), UpstreamError> {
        let host = format!("{integration}.{host}");
        let upstream = url.parse().map_err(|problem| UpstreamError::Url {
            host: host.clone(),
            problem,
        })?;
        self.overrides.insert(host, upstream);
        Ok(())
    }

    /// Checks that every override names a host that there is.
    ///
    /// # Errors
    /// [`UpstreamError::Unknown`] for the first that does not.
    pub fn check(&self, catalogue: &Catalogue) -> Result<(), UpstreamError> {
        let known: Vec<String> = catalogue
            .integrations
            .iter()
            .flat_map(|integration| {
                integration
                    .hosts
                    .iter()
                    .map(|host| format!("{}.{}", integration.slug, host.name))
            })
            .collect();
        match self.overrides.keys().find(|host| !known.contains(host)) {
            None => Ok(()),
            Some(host) => Err(UpstreamError::Unknown {
                host: host.clone(),
                help: nearest(host, known.iter().map(String::as_str)).map_or_else(
                    || format!("the hosts are {}", known.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                ),
            }),
        }
    }

    /// Where the requests to a host go; `value` answers connection fields and arguments by name.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when a value is missing or is not one label of a host name.
    pub fn resolve(
        &self,
        integration: &Integration,
        host: usize,
        value: &dyn Fn(&PathPart) -> Result<String, Error>,
    ) -> Result<Base, Error> {
        let Some(host) = integration.hosts.get(host) else {
            return Err(Error::new(
                ErrorKind::Malformed,
                format!("{} has no host number {host}.", integration.label),
            ));
        };
        let declared = declared(&host.origin, value)?;
        Ok(
            match self
                .overrides
                .get(&format!("{}.{}", integration.slug, host.name))
            {
                None => declared,
                Some(upstream) => Base::overridden(
                    upstream.origin.clone(),
                    upstream.prefix.replace(HOST, declared.authority()),
                ),
            },
        )
    }
}

impl FromStr for Upstream {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(['?', '#']) {
            return Err("has a query or a fragment");
        }
        // Braces are no characters of a URI; a host name in their place shows whether the rest is one.
        let uri: Uri = text
            .replace(HOST, "host")
            .parse()
            .map_err(|_| "is not a URL")?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err("does not start with http:// or https://");
        }
        if uri
            .authority()
            .is_none_or(|authority| authority.as_str().contains('@'))
        {
            return Err("has a user name or no host");
        }
        let path = text
            .match_indices('/')
            .nth(2)
            .map_or(text.len(), |(index, _)| index);
        let (origin, prefix) = text.split_at(path);
        if origin.contains(HOST) {
            return Err("has {host} in its host name, where only its path may have it");
        }
        if prefix
            .split('/')
            .any(|segment| matches!(segment, "." | ".."))
        {
            return Err("has `.` or `..` in its path");
        }
        Ok(Self {
            origin: origin.to_owned(),
            prefix: prefix.trim_end_matches('/').to_owned(),
        })
    }
}

/// Where the definition says that the host is.
fn declared(
    origin: &Origin,
    value: &dyn Fn(&PathPart) -> Result<String, Error>,
) -> Result<Base, Error> {
    match origin {
        Origin::Fixed(text) => Ok(Base::fixed(text)),
        Origin::Table { by, urls } => {
            let chosen = value(&PathPart::Connection(by))?;
            let found = urls.iter().find(|(name, _)| *name == chosen);
            found.map(|(_, url)| Base::fixed(url)).ok_or_else(|| {
                let known: Vec<&str> = urls.iter().map(|(name, _)| *name).collect();
                let known = known.join(", ");
                Error::new(
                    ErrorKind::InvalidArgument,
                    format!("`{by}` must be one of {known}."),
                )
            })
        }
        Origin::Template(parts) => {
            let mut base = Base::default();
            for part in *parts {
                match part {
                    PathPart::Literal(text) => base.literal(text),
                    PathPart::Argument(name)
                    | PathPart::Segments(name)
                    | PathPart::Connection(name) => {
                        let label = HostLabel::new(&value(part)?).map_err(|refused| {
                            Error::new(ErrorKind::InvalidArgument, format!("`{name}` {refused}."))
                        })?;
                        base.label(&label);
                    }
                }
            }
            Ok(base)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::ACME;

    const URLS: &[(&str, &str)] = &[
        ("eu", "https://api.acme.eu"),
        ("us", "https://api.acme.com"),
    ];

    /// Answers the same for every connection field and argument.
    fn constant(text: &'static str) -> impl Fn(&PathPart) -> Result<String, Error> {
        move |_| Ok(text.to_owned())
    }

    fn resolved(origin: &Origin, text: &'static str) -> Result<String, Error> {
        declared(origin, &constant(text)).map(|base| base.authority().to_owned())
    }

    #[test]
    fn a_definition_says_where_a_host_is() {
        let table = Origin::Table {
            by: "data_center",
            urls: URLS,
        };
        assert_eq!(resolved(&table, "us").unwrap(), "api.acme.com");
        let error = resolved(&table, "https://evil.example").unwrap_err();
        assert_eq!(error.message, "`data_center` must be one of eu, us.");

        let template = Origin::Template(&[
            PathPart::Literal("https://"),
            PathPart::Connection("domain"),
            PathPart::Literal(".acme.com"),
        ]);
        assert_eq!(resolved(&template, "Jane").unwrap(), "jane.acme.com");
        for evil in [
            "evil.example/",
            "evil.example#",
            "a@evil.example",
            "",
            "a:9",
        ] {
            let error = resolved(&template, evil).unwrap_err();
            assert!(
                error.message.starts_with("`domain` is not one label"),
                "{evil}: {error}"
            );
        }
    }

    #[test]
    fn an_operator_says_otherwise() {
        let mut upstreams = Upstreams::default();
        let base = |upstreams: &Upstreams| upstreams.resolve(&ACME, 1, &constant("jane")).unwrap();
        assert_eq!(base(&upstreams).authority(), "jane.acme.example");
        upstreams.add("acme.tenant=http://127.0.0.1:9102").unwrap();
        let plain = Base::overridden("http://127.0.0.1:9102".to_owned(), String::new());
        assert_eq!(base(&upstreams), plain);
        upstreams
            .set("acme", "tenant", "https://[::1]:9/x/{host}/")
            .unwrap();
        let below = Base::overridden(
            "https://[::1]:9".to_owned(),
            "/x/jane.acme.example".to_owned(),
        );
        assert_eq!(base(&upstreams), below);
    }

    #[test]
    fn an_override_must_name_a_host_that_is_there() {
        static CATALOGUE: Catalogue = Catalogue {
            integrations: &[&ACME],
        };
        let mut upstreams = Upstreams::default();
        upstreams.add("acme.api=http://127.0.0.1:1").unwrap();
        assert_eq!(upstreams.check(&CATALOGUE), Ok(()));
        upstreams.add("acme.tenants=http://127.0.0.1:1").unwrap();
        let error = upstreams.check(&CATALOGUE).unwrap_err().to_string();
        assert_eq!(
            error,
            "there is no host `acme.tenants`; did you mean `acme.tenant`?"
        );
    }

    #[test]
    fn a_bad_override_is_refused() {
        for (assignment, says) in [
            ("acme.api", "is not of the form"),
            ("acme=http://127.0.0.1", "is not of the form"),
            (".api=http://127.0.0.1", "is not of the form"),
            ("acme.api=127.0.0.1:9", "does not start with"),
            ("acme.api=ftp://127.0.0.1", "does not start with"),
            ("acme.api=/x", "does not start with"),
            ("acme.api=http://", "is not a URL"),
            ("acme.api=http://a b", "is not a URL"),
            ("acme.api=http://me:pw@127.0.0.1", "has a user name"),
            ("acme.api=http://127.0.0.1/?a=b", "has a query"),
            ("acme.api=http://127.0.0.1/#a", "has a query"),
            ("acme.api=http://{host}:9/", "has {host} in its host name"),
            ("acme.api=http://127.0.0.1/../x", "has `.` or `..`"),
        ] {
            let error = Upstreams::default()
                .add(assignment)
                .unwrap_err()
                .to_string();
            assert!(error.contains(says), "{assignment}: {error}");
        }
    }
}
