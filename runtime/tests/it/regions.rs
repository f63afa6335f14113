//! Where a login says that an account lives.

use std::collections::BTreeMap;

use toolwright_runtime::error::ErrorKind;
use toolwright_runtime::oauth::{Tokens, at_origin, located};
use toolwright_runtime::table::*;

use crate::oauth::vendor;

const HOSTS: &[Host] = &[
    Host {
        name: "login",
        origin: Origin::Table {
            by: "data_center",
            urls: &[
                ("us", "https://accounts.moon.example"),
                ("ca", "https://accounts.mooncloud.ca"),
            ],
        },
    },
    Host {
        name: "api",
        origin: Origin::Table {
            by: "data_center",
            urls: &[
                ("us", "https://api.moon.example"),
                ("ca", "https://api.moon.ca"),
            ],
        },
    },
];

const fn moon(credentials: &'static [CredentialKind]) -> Integration {
    Integration {
        hosts: HOSTS,
        ..vendor(credentials)
    }
}

const fn oauth(region: Option<OAuthRegion>) -> OAuth2 {
    OAuth2 {
        description: "Everything.",
        grants: &[Grant::AuthorizationCode],
        host: 0,
        authorize: Some("/auth"),
        token: "/token",
        revoke: None,
        scopes: &[],
        scope_separator: " ",
        pkce: true,
        basic_client_auth: false,
        authorize_parameters: &[],
        region,
        failed_at: None,
        longest_life: None,
    }
}

const ALL: OAuthRegion = OAuthRegion {
    field: "data_center",
    parameter: Some("location"),
    host_parameter: Some("accounts-server"),
    token_field: Some(("api_domain", 1)),
};

static MOON: Integration = moon(&[CredentialKind::OAuth2(&oauth(Some(ALL)))]);
static BY_TOKENS: Integration = moon(&[CredentialKind::OAuth2(&oauth(Some(OAuthRegion {
    parameter: None,
    host_parameter: None,
    ..ALL
})))]);
static BY_REDIRECT: Integration = moon(&[CredentialKind::OAuth2(&oauth(Some(OAuthRegion {
    token_field: None,
    ..ALL
})))]);
static NOWHERE: Integration = moon(&[CredentialKind::OAuth2(&oauth(None))]);

fn at(center: &str) -> BTreeMap<String, String> {
    let fields = [("data_center", center), ("domain", "jane")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    BTreeMap::from(fields)
}

/// The data centre of an account that began at the first one.
fn told(
    integration: &'static Integration,
    location: Option<&'static str>,
    server: Option<&'static str>,
) -> Result<String, String> {
    let parameter = |name: &str| match name {
        "location" => location,
        "accounts-server" => server,
        _ => panic!("{name}"),
    };
    let connection = located(integration, at("us"), parameter);
    let connection = connection.map_err(|error| {
        assert_eq!(error.kind, ErrorKind::Malformed);
        error.message.clone()
    })?;
    assert_eq!(connection["domain"], "jane");
    Ok(connection["data_center"].clone())
}

#[test]
fn a_redirect_names_a_data_center_or_its_login_or_both() {
    let ca = "https://accounts.mooncloud.ca";
    for (location, server, center) in [
        (None, None, "us"),
        (Some("us"), None, "us"),
        (Some("ca"), None, "ca"),
        (None, Some(ca), "ca"),
        (Some("ca"), Some(ca), "ca"),
        (Some("ca"), Some("https://accounts.mooncloud.ca/"), "ca"),
        (None, Some("HTTPS://Accounts.MoonCloud.CA"), "ca"),
        (None, Some("https://accounts.mooncloud.ca:443"), "ca"),
        (None, Some("https://accounts.mooncloud.ca:443/"), "ca"),
    ] {
        assert_eq!(
            told(&MOON, location, server).as_deref(),
            Ok(center),
            "{location:?} {server:?}"
        );
    }
}

#[test]
fn a_redirect_that_names_anything_else_is_refused() {
    for (location, server) in [
        (Some("mars"), None),
        (Some(""), None),
        (Some("CA"), None),
        (None, Some("")),
        (None, Some("accounts.mooncloud.ca")),
        (None, Some("http://accounts.mooncloud.ca")),
        (None, Some("http://accounts.mooncloud.ca:443")),
        (None, Some("https://accounts.mooncloud.ca:80")),
        (None, Some("https://accounts.mooncloud.ca:8443")),
        (None, Some("https://accounts.mooncloud.ca//")),
        (None, Some("https://accounts.mooncloud.ca/x")),
        (None, Some("https://accounts.mooncloud.ca.evil.example")),
        (
            None,
            Some("https://evil.example/https://accounts.mooncloud.ca"),
        ),
        (None, Some("https://accounts.mooncloud.ca@evil.example")),
        // An origin of another host of the same data centre.
        (None, Some("https://api.moon.ca")),
        (Some("us"), Some("https://accounts.mooncloud.ca")),
        (Some("ca"), Some("https://accounts.moon.example")),
        (Some("ca"), Some("https://evil.example")),
        (Some("mars"), Some("https://accounts.mooncloud.ca")),
    ] {
        let message = told(&MOON, location, server).unwrap_err();
        assert!(message.ends_with("Nothing was sent there."), "{message}");
    }
    let message = told(&MOON, None, Some("é".repeat(5000).leak())).unwrap_err();
    assert!(message.chars().count() < 300, "{message}");
}

#[test]
fn only_what_is_declared_is_listened_to() {
    assert_eq!(told(&NOWHERE, Some("ca"), Some("x")).as_deref(), Ok("us"));
    assert_eq!(told(&BY_TOKENS, Some("ca"), Some("x")).as_deref(), Ok("us"));
}

/// The data centre of an account that was at `center` when the tokens came.
fn moved(
    integration: &'static Integration,
    center: &str,
    origin: Option<&str>,
) -> Result<String, String> {
    let tokens = Tokens {
        access_token: "a".into(),
        refresh_token: None,
        expires_in: None,
        origin: origin.map(str::to_owned),
    };
    let connection = at_origin(integration, at(center), &tokens);
    let connection = connection.map_err(|error| error.message.clone())?;
    Ok(connection["data_center"].clone())
}

#[test]
fn tokens_name_the_origin_of_their_data_center() {
    let (us, ca) = ("https://api.moon.example", "https://api.moon.ca");
    for (integration, center, origin, expected) in [
        (&MOON, "us", None, "us"),
        (&MOON, "us", Some(us), "us"),
        (&MOON, "ca", Some("https://API.moon.ca:443/"), "ca"),
        // Where nothing else tells, the tokens do.
        (&BY_TOKENS, "us", Some(ca), "ca"),
        (&BY_TOKENS, "us", None, "us"),
        (&BY_REDIRECT, "us", Some("https://evil.example"), "us"),
        (&NOWHERE, "us", Some("https://evil.example"), "us"),
    ] {
        let told = moved(integration, center, origin);
        assert_eq!(told.as_deref(), Ok(expected), "{center} {origin:?}");
    }
    for (integration, center, origin) in [
        (&MOON, "us", ca),
        (&MOON, "ca", us),
        (&MOON, "us", "https://evil.example"),
        (&MOON, "us", "https://accounts.moon.example"),
        (&MOON, "us", ""),
        (&BY_TOKENS, "us", "https://evil.example"),
        (&BY_TOKENS, "us", "https://api.moon.ca:8443"),
    ] {
        let message = moved(integration, center, Some(origin)).unwrap_err();
        assert!(
            message.contains("no data center that is known here"),
            "{message}"
        );
    }
}
