//! The simulated vendors as the real ones are: their logins, their data centers, their ways to say no.

mod documents;
mod login;
mod refusals;

use std::collections::BTreeMap;

use reqwest::header::LOCATION;
use reqwest::{Client, Response, redirect};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use toolwright::CATALOGUE;
use toolwright_server::sandbox::{Fault, Injection, InjectionError, Sandbox};

use crate::server::PATIENCE;

const CALLBACK: &str = "http://localhost:8080/connect/callback";
/// The example of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A vendor, its login, and what it is asked for.
pub(crate) struct Vendor<'a> {
    sandbox: &'a Sandbox,
    slug: &'static str,
    authorize: &'static str,
    token: &'static str,
    scope: &'static str,
    http: Client,
}

impl<'a> Vendor<'a> {
    pub(crate) fn zoho(sandbox: &'a Sandbox, slug: &'static str, scope: &'static str) -> Self {
        Self {
            sandbox,
            slug,
            authorize: "/oauth/v2/auth",
            token: "/oauth/v2/token",
            scope,
            http: client(),
        }
    }

    fn url(&self, host: &str, authority: &str, path: &str) -> String {
        let (at, slug) = (self.sandbox.address(), self.slug);
        format!("http://{at}/{slug}/{host}/{authority}{path}")
    }

    /// Where a person who accepts is sent, and what the redirect tells.
    async fn consent(&self, login: &str, choice: &[(&str, &str)]) -> BTreeMap<String, String> {
        let query = [
            ("client_id", format!("sandbox-{}", self.slug)),
            ("redirect_uri", CALLBACK.to_owned()),
            ("response_type", "code".to_owned()),
            ("state", "a state".to_owned()),
            ("scope", self.scope.to_owned()),
            ("access_type", "offline".to_owned()),
            ("prompt", "consent".to_owned()),
            ("code_challenge", CHALLENGE.to_owned()),
            ("code_challenge_method", "S256".to_owned()),
        ];
        let query: Vec<String> = query
            .iter()
            .map(|(name, value)| format!("{name}={}", value.replace(' ', "+")))
            .collect();
        let page = self.url(
            "oauth",
            login,
            &format!("{}?{}", self.authorize, query.join("&")),
        );
        let shown = self.http.get(&page).send().await.unwrap();
        assert_eq!(shown.status(), 200);
        // What a browser does with the form of the page.
        let shown = shown.text().await.unwrap();
        let (_, action) = shown.split_once("action=\"").unwrap();
        let action = action.split('"').next().unwrap().replace("&amp;", "&");
        let target = reqwest::Url::parse(&page).unwrap().join(&action).unwrap();
        let body = form(&[&[("decision", "accept")], choice].concat());
        let request = self.http.post(target).body(body);
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
        let location = answer.headers()[LOCATION].to_str().unwrap();
        let location = reqwest::Url::parse(location).unwrap();
        assert!(location.as_str().starts_with(CALLBACK));
        location.query_pairs().into_owned().collect()
    }

    /// What the token endpoint answers.
    async fn token(&self, login: &str, grant: &[(&str, &str)]) -> Value {
        let app = self.sandbox.oauth_app(self.slug).unwrap();
        let own = [
            ("client_id", app.client_id.as_str()),
            ("client_secret", app.client_secret.expose_secret()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let request = self.http.post(self.url("oauth", login, self.token));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let answer = request.body(form(&[&own[..], grant].concat())).send().await;
        json_of(answer.unwrap()).await
    }

    /// What somebody who belongs to a data center gets by signing in there.
    pub(crate) async fn tokens(&self, login: &str, center: &str) -> Value {
        let told = self.consent(login, &[("region", center)]).await;
        let code = told["code"].as_str();
        let grant = [("grant_type", "authorization_code"), ("code", code)];
        self.token(login, &grant).await
    }

    /// The answer to a call with a token.
    async fn call(&self, authority: &str, path: &str, authorization: &str) -> (u16, Value) {
        let request = self.http.get(self.url("api", authority, path));
        let answer = request.header("Authorization", authorization).send().await;
        let answer = answer.unwrap();
        (answer.status().as_u16(), json_of(answer).await)
    }
}

fn client() -> Client {
    // reqwest wants a TLS provider even where there is no TLS. A second one is refused: no harm.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().redirect(redirect::Policy::none());
    client.timeout(PATIENCE).build().unwrap()
}

fn form(fields: &[(&str, &str)]) -> String {
    let mut url = reqwest::Url::parse("http://form/").unwrap();
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().to_owned()
}

async fn json_of(answer: Response) -> Value {
    let text = answer.text().await.unwrap();
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

pub(crate) fn text<'a>(answer: &'a Value, field: &str) -> &'a str {
    answer[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {answer}"))
}

fn sandbox_domain(sandbox: &Sandbox) -> String {
    let accounts = sandbox.accounts();
    let mut egnyte = accounts
        .iter()
        .filter(|account| account.integration.slug == "egnyte");
    egnyte.next().unwrap().connection["domain"].clone()
}
