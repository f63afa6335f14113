//! What is asked of a vendor's endpoints of OAuth 2.0, and how its answers are read.

use std::collections::BTreeMap;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretString};
use toolwright_runtime::call::{Caller, Config};
use toolwright_runtime::error::ErrorKind;
use toolwright_runtime::oauth::{Authorization, OAuthApp, TokenError, TokenRequest, Tokens};
use toolwright_runtime::send::Limits;
use toolwright_runtime::table::*;
use toolwright_runtime::upstreams::Upstreams;

use crate::server::{Reply, Server};

const OAUTH: OAuth2 = OAuth2 {
    description: "Everything.",
    grants: &[
        Grant::AuthorizationCode,
        Grant::RefreshToken,
        Grant::ClientCredentials,
        Grant::Password,
    ],
    host: 0,
    authorize: Some("/oauth/auth"),
    token: "/oauth/token",
    revoke: Some("/oauth/revoke"),
    scopes: &["files.read", "a b"],
    scope_separator: ",",
    pkce: true,
    basic_client_auth: false,
    authorize_parameters: &[("access_type", "offline"), ("x", "a&b=c")],
    region: None,
    failed_at: None,
    longest_life: None,
};

/// An integration with these credentials and one host, whose place is a connection field.
pub(crate) const fn vendor(credentials: &'static [CredentialKind]) -> Integration {
    Integration {
        slug: "moon",
        label: "Moon",
        aliases: &[],
        category: "test",
        summary: "Another made-up vendor.",
        docs: "https://moon.example",
        connection: &[],
        hosts: &[Host {
            name: "login",
            origin: Origin::Template(&[
                PathPart::Literal("https://"),
                PathPart::Connection("domain"),
                PathPart::Literal(".moon.example"),
            ]),
        }],
        auth: Auth {
            header: "Authorization",
            scheme: "Bearer",
            credentials,
        },
        identity: None,
        errors: Errors {
            code: &[&[Step::Key("error")]],
            message: &[&[Step::Key("error_description")]],
            rules: &[ErrorRule {
                status: None,
                header: None,
                code: &["busy"],
                body: None,
                kind: RuleKind::Error(ErrorKind::RateLimited),
                hint: None,
            }],
        },
        rate_limit: RateLimit {
            limit: &[],
            remaining: &[],
            used: &[],
            reset: &[],
        },
        identifiers: &[],
        tags: &[],
        operations: &[],
        sandbox: None,
    }
}

static MOON: Integration = vendor(&[CredentialKind::OAuth2(&OAUTH)]);
static BASIC: Integration = vendor(&[CredentialKind::OAuth2(&OAuth2 {
    scopes: &[],
    pkce: false,
    basic_client_auth: true,
    authorize_parameters: &[],
    longest_life: Some(86_400),
    failed_at: Some(&[Step::Key("data"), Step::Key("problem")]),
    ..OAUTH
})]);
static REFRESH_ONLY: Integration = vendor(&[CredentialKind::OAuth2(&OAuth2 {
    grants: &[Grant::RefreshToken],
    ..OAUTH
})]);

/// A caller that sends everything to one place; the original host is the first path segment.
pub(crate) fn caller(url: &str) -> Caller {
    let mut upstreams = Upstreams::default();
    let url = format!("{url}/{{host}}");
    upstreams.set("moon", "login", &url).unwrap();
    let limits = Limits::default();
    Caller::new(Config { upstreams, limits }).unwrap()
}

pub(crate) fn connection() -> BTreeMap<String, String> {
    BTreeMap::from([("domain".to_owned(), "jane".to_owned())])
}

fn app() -> OAuthApp {
    OAuthApp {
        client_id: "my app".to_owned(),
        client_secret: "s:e/c&ret".into(),
    }
}

async fn ask(
    integration: &'static Integration,
    request: TokenRequest<'_>,
    status: u16,
    body: &'static str,
) -> (Result<Tokens, TokenError>, Server) {
    let server = Server::start(move |_| Reply::new(status, body)).await;
    let caller = caller(&server.url);
    let tokens = caller
        .token(integration, &connection(), &app(), request)
        .await;
    (tokens, server)
}

/// The pairs of a form.
pub(crate) fn pairs(body: &str) -> Vec<(String, String)> {
    let decoded = |text| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let pairs = body.split('&').map(|pair| pair.split_once('=').unwrap());
    pairs
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

const GIVEN: &str = r#"{"access_token":"a-1"}"#;

#[tokio::test]
async fn each_grant_sends_its_fields() {
    let (code, verifier) = (SecretString::from("c&1"), SecretString::from("v-1"));
    let (token, password) = (SecretString::from("r+1"), SecretString::from("pä ss"));
    let redirect_uri = "https://tools.example/back?x=1";
    let code = TokenRequest::AuthorizationCode {
        code: &code,
        redirect_uri,
        verifier: &verifier,
    };
    let login = TokenRequest::Password {
        username: "jane@moon",
        password: &password,
    };
    let scope = ("scope", "files.read,a b");
    for (request, fields) in [
        (
            code,
            vec![
                ("grant_type", "authorization_code"),
                ("code", "c&1"),
                ("redirect_uri", redirect_uri),
                ("code_verifier", "v-1"),
            ],
        ),
        (
            TokenRequest::RefreshToken(&token),
            vec![("grant_type", "refresh_token"), ("refresh_token", "r+1")],
        ),
        (
            TokenRequest::ClientCredentials,
            vec![("grant_type", "client_credentials"), scope],
        ),
        (
            login,
            vec![
                ("grant_type", "password"),
                ("username", "jane@moon"),
                ("password", "pä ss"),
                scope,
            ],
        ),
    ] {
        let (tokens, server) = ask(&MOON, request, 200, GIVEN).await;
        assert_eq!(tokens.unwrap().access_token.expose_secret(), "a-1");
        let [received] = &server.received()[..] else {
            panic!("one request")
        };
        assert_eq!(
            (received.method.as_str(), received.target.as_str()),
            ("POST", "/jane.moon.example/oauth/token")
        );
        let form = "application/x-www-form-urlencoded";
        assert_eq!(received.headers["content-type"], form);
        assert!(!received.headers.contains_key("authorization"));
        let app = [("client_id", "my app"), ("client_secret", "s:e/c&ret")];
        let expected = fields.iter().chain(&app);
        let expected: Vec<_> = expected
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(pairs(&received.body), expected);
    }
}

#[tokio::test]
async fn a_client_may_prove_itself_in_the_header() {
    let code = SecretString::from("c-1");
    let request = TokenRequest::AuthorizationCode {
        code: &code,
        redirect_uri: "https://tools.example/back",
        verifier: &code,
    };
    let (tokens, server) = ask(&BASIC, request, 200, GIVEN).await;
    tokens.unwrap();
    let received = &server.received()[0];
    // `my%20app:s%3Ae%2Fc%26ret`, since each part is encoded before (RFC 6749 section 2.3.1).
    assert_eq!(
        received.headers["authorization"],
        "Basic bXklMjBhcHA6cyUzQWUlMkZjJTI2cmV0"
    );
    // Where there is no challenge, no verifier is sent.
    let names = pairs(&received.body).into_iter().map(|(name, _)| name);
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["grant_type", "code", "redirect_uri"]
    );
}

#[tokio::test]
async fn what_was_sent_is_not_told_back() {
    let echo = r#"{"error":"no","error_description":"s:e/c&ret my app r-12345 s%3Ae%2Fc%26ret"}"#;
    let token = SecretString::from("r-12345");
    for integration in [&MOON, &BASIC] {
        let request = TokenRequest::RefreshToken(&token);
        let (tokens, _server) = ask(integration, request, 400, echo).await;
        let Err(TokenError::Ended(error)) = tokens else {
            panic!("{tokens:?}")
        };
        assert!(error.message.contains("[redacted]"), "{error}");
        for hidden in ["s:e/c&ret", "s%3Ae", "r-12345"] {
            assert!(!error.message.contains(hidden), "{error}");
            assert!(!error.body.as_ref().unwrap().contains(hidden), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_life_is_written_in_several_ways() {
    let hour = Some(Duration::from_secs(3600));
    for (integration, told, life) in [
        (&MOON, r#"3600"#, hour),
        (&MOON, r#""3600""#, hour),
        // Without a longest life, a number is a number of seconds.
        (&MOON, r#"3600000"#, Some(Duration::from_secs(3_600_000))),
        (&BASIC, r#"3600"#, hour),
        (&BASIC, r#"86400"#, Some(Duration::from_secs(86_400))),
        (&BASIC, r#"3600000"#, hour),
        (&BASIC, r#""3600000""#, hour),
        (&MOON, r#"null"#, None),
        (&MOON, r#""soon""#, None),
        (&MOON, r#"-1"#, None),
    ] {
        let body = format!(r#"{{"access_token":"a","refresh_token":"","expires_in":{told}}}"#);
        let body: &'static str = body.leak();
        let (tokens, _server) = ask(integration, TokenRequest::ClientCredentials, 200, body).await;
        let tokens = tokens.unwrap();
        assert_eq!(tokens.expires_in, life, "{told}");
        assert!(tokens.refresh_token.is_none() && tokens.origin.is_none());
    }
    let (tokens, _server) = ask(&MOON, TokenRequest::ClientCredentials, 200, GIVEN).await;
    assert_eq!(tokens.unwrap().expires_in, None);
}

#[tokio::test]
async fn what_ends_a_connection_is_told_from_what_does_not() {
    let token = SecretString::from("r-1");
    for (integration, status, body, ends) in [
        (&MOON, 400, r#"{"error":"invalid_grant"}"#, true),
        // Without a reason it was not the token endpoint that spoke.
        (&MOON, 401, "", false),
        // The operator's application is at fault, and no account.
        (&MOON, 401, r#"{"error":"invalid_client"}"#, false),
        (&MOON, 200, r#"{"error":"invalid_client_secret"}"#, false),
        (&MOON, 200, r#"{"error":"invalid_code"}"#, true),
        (&MOON, 400, r#"{"error":"busy"}"#, false),
        (&MOON, 200, r#"{"error":"busy"}"#, false),
        (&MOON, 429, "", false),
        (&MOON, 500, "", false),
        (&MOON, 302, "", false),
        (&MOON, 200, "", false),
        (&MOON, 200, "<html>", false),
        (&MOON, 200, r#"{"access_token":""}"#, false),
        (&MOON, 200, r#"{"access_token":7}"#, false),
        (&BASIC, 200, r#"{"data":{"problem":"gone"}}"#, true),
        // Another place for a 200 leaves the standard's as it is.
        (&BASIC, 400, r#"{"error":"invalid_grant"}"#, true),
        (&BASIC, 200, r#"{"data":{"problem":null}}"#, false),
    ] {
        let request = TokenRequest::RefreshToken(&token);
        let (tokens, server) = ask(integration, request, status, body).await;
        let is_ended = matches!(tokens, Err(TokenError::Ended(_)));
        assert!(
            tokens.is_err() && is_ended == ends,
            "{status} {body}: {tokens:?}"
        );
        assert_eq!(server.received().len(), 1, "nothing is asked twice");
    }
    // What the definition does not grant is not asked.
    let (tokens, server) = ask(&REFRESH_ONLY, TokenRequest::ClientCredentials, 200, GIVEN).await;
    let Err(TokenError::Ended(error)) = tokens else {
        panic!("{tokens:?}")
    };
    assert_eq!(
        error.message,
        "Moon gives no access tokens by the grant `client_credentials`."
    );
    assert!(server.received().is_empty());
}

fn authorization_url(
    integration: &'static Integration,
    connection: &BTreeMap<String, String>,
) -> Result<String, ErrorKind> {
    let authorization = Authorization {
        client_id: "my app",
        redirect_uri: "https://tools.example/connect/moon/callback",
        state: &"s&1".into(),
        // RFC 7636 appendix B.
        verifier: &"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into(),
    };
    let caller = Caller::new(Config::default()).unwrap();
    let url = caller.authorization_url(integration, connection, &authorization);
    url.map(|url| url.as_str().to_owned())
        .map_err(|error| error.kind)
}

#[test]
fn a_browser_is_sent_to_the_login_of_its_account() {
    assert_eq!(
        authorization_url(&MOON, &connection()).unwrap(),
        "https://jane.moon.example/oauth/auth?response_type=code&client_id=my%20app\
         &redirect_uri=https%3A%2F%2Ftools.example%2Fconnect%2Fmoon%2Fcallback\
         &scope=files.read%2Ca%20b&state=s%261\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\
         &code_challenge_method=S256&access_type=offline&x=a%26b%3Dc"
    );
    assert_eq!(
        authorization_url(&BASIC, &connection()).unwrap(),
        "https://jane.moon.example/oauth/auth?response_type=code&client_id=my%20app\
         &redirect_uri=https%3A%2F%2Ftools.example%2Fconnect%2Fmoon%2Fcallback&state=s%261"
    );
    assert_eq!(
        authorization_url(&MOON, &BTreeMap::new()),
        Err(ErrorKind::InvalidArgument)
    );
    for evil in ["evil.example/", "a.b", "jane@evil", ""] {
        let connection = BTreeMap::from([("domain".to_owned(), evil.to_owned())]);
        let refused = authorization_url(&MOON, &connection);
        assert_eq!(refused, Err(ErrorKind::InvalidArgument), "{evil}");
    }
    assert_eq!(
        authorization_url(&REFRESH_ONLY, &connection()),
        Err(ErrorKind::Internal)
    );
}
