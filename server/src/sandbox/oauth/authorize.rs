//! The authorization endpoint (RFC 6749 section 3.1): a person signs in and says yes or no.

use axum::http::header::{HeaderMap, HeaderValue, LOCATION};
use axum::http::{StatusCode, Uri};
use serde_json::Value;

use super::{AuthorizationServer, page, unkept};
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Request;
use crate::sandbox::ledger::{Code, Grant};
use crate::sandbox::parameters::Parameters;

/// The names under which loopback addresses are written in redirect URIs.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// A request that a person can be asked about.
struct Authorization<'a> {
    redirect_uri: &'a str,
    state: &'a str,
    /// The PKCE challenge.
    challenge: Option<&'a str>,
    /// Whether refresh tokens are asked for.
    is_offline: bool,
}

/// Why a person is not asked.
enum Refusal<'a> {
    /// Nobody is sent anywhere, since it is not known where that would be (section 4.1.2.1).
    Shown(&'static str),
    /// The client is told.
    Redirected {
        redirect_uri: &'a str,
        state: Option<&'a str>,
        error: &'static str,
    },
}

impl AuthorizationServer {
    /// Asks the person.
    pub(super) fn authorize(&self, login: Option<&'static str>, request: &Request<'_>) -> Answer {
        match self.read(&request.query) {
            Err(refusal) => refused(StatusCode::FOUND, &refusal),
            Ok(_) => {
                let titles = self.data.tokens.iter().map(|kind| kind.title.as_str());
                shown(
                    StatusCode::OK,
                    page::question(&page::Question {
                        label: self.integration.label,
                        action: &action(request),
                        description: self.oauth.description,
                        scopes: self.oauth.scopes,
                        centers: &self.leads_to(login),
                        kinds: &titles.collect::<Vec<_>>(),
                    }),
                )
            }
        }
    }

    /// Does as the person says.
    pub(super) fn decide(&self, login: Option<&'static str>, request: &Request<'_>) -> Answer {
        let authorization = match self.read(&request.query) {
            Ok(authorization) => authorization,
            Err(refusal) => return refused(StatusCode::SEE_OTHER, &refusal),
        };
        let Authorization {
            redirect_uri,
            state,
            challenge,
            is_offline,
        } = authorization;
        let form = Parameters::parse(&String::from_utf8_lossy(request.body));
        match form.get("decision") {
            Some("accept") => {}
            Some("deny") => {
                let refusal = Refusal::Redirected {
                    redirect_uri,
                    state: Some(state),
                    error: "access_denied",
                };
                return refused(StatusCode::SEE_OTHER, &refusal);
            }
            _ => return complained("The decision is neither accept nor deny."),
        }
        let Some(center) = self.chosen_center(login, &form) else {
            return complained("This login does not lead to that data center.");
        };
        let kind = form.get("tokens").map_or(Ok(0), str::parse);
        let Some(kind) = kind.ok().filter(|kind| *kind < self.data.tokens.len()) else {
            return complained("There are no such tokens.");
        };
        let code = self.ledger().code(Code {
            grant: Grant {
                center,
                kind,
                is_offline,
            },
            redirect_uri: redirect_uri.to_owned(),
            challenge: challenge.map(str::to_owned),
        });
        let mut answer = vec![("code", code.as_str()), ("state", state)];
        if let Some(region) = &self.oauth.region {
            let mut centers = self.centers().iter();
            let chosen = centers.find(|(name, _)| Some(*name) == center);
            let (name, origin) = chosen.copied().unzip();
            answer.extend(region.parameter.zip(name));
            answer.extend(region.host_parameter.zip(origin));
        }
        redirect(StatusCode::SEE_OTHER, redirect_uri, &answer)
    }

    fn read<'a>(&self, query: &'a Parameters) -> Result<Authorization<'a>, Refusal<'a>> {
        if query.get("client_id") != Some(&self.app.client_id) {
            return Err(Refusal::Shown("The client_id is unknown."));
        }
        let redirect_uri = query.get("redirect_uri").unwrap_or_default();
        if !is_loopback(redirect_uri) && !self.redirects().iter().any(|uri| uri == redirect_uri) {
            return Err(Refusal::Shown(
                "The redirect_uri is neither on this machine nor registered.",
            ));
        }
        let state = query.get("state").filter(|state| !state.is_empty());
        let refusal = |error| Refusal::Redirected {
            redirect_uri,
            state,
            error,
        };
        if query.names().any(|name| query.all(name).count() > 1) {
            return Err(refusal("invalid_request"));
        }
        if query.get("response_type") != Some("code") {
            return Err(refusal("unsupported_response_type"));
        }
        // Only recommended, but without it an answer can be slipped to somebody (section 10.12).
        let state = state.ok_or_else(|| refusal("invalid_request"))?;
        if !self.knows_scopes(query.get("scope").unwrap_or_default()) {
            return Err(refusal("invalid_scope"));
        }
        let challenge = self
            .challenge(query)
            .map_err(|()| refusal("invalid_request"))?;
        let mut further = self.oauth.authorize_parameters.iter();
        Ok(Authorization {
            redirect_uri,
            state,
            challenge,
            is_offline: further.all(|(name, value)| query.get(name) == Some(value)),
        })
    }

    /// The PKCE challenge where the vendor wants one: 32 bytes as base64url (RFC 7636 section 4.2).
    fn challenge<'a>(&self, query: &'a Parameters) -> Result<Option<&'a str>, ()> {
        if !self.oauth.pkce {
            return Ok(None);
        }
        let is_s256 = query.get("code_challenge_method") == Some("S256");
        let challenge = query.get("code_challenge");
        let challenge = challenge.filter(|challenge| is_s256 && challenge.len() == 43);
        challenge.map(Some).ok_or(())
    }

    /// Whether the scopes are some of the definition's.
    fn knows_scopes(&self, text: &str) -> bool {
        let known = self.oauth.scopes;
        known.is_empty()
            || text
                .split(self.oauth.scope_separator)
                .all(|scope| known.contains(&scope))
    }

    /// The data centers that a login leads to, its own first.
    fn leads_to(&self, login: Option<&str>) -> Vec<&'static str> {
        let own = |center: &str| self.data.own_login.iter().any(|name| name == center);
        let centers = self.centers().iter().map(|(center, _)| *center);
        let mut centers: Vec<&str> = centers
            .filter(|center| match login {
                Some(login) if own(login) => *center == login,
                _ => !own(center),
            })
            .collect();
        centers.sort_by_key(|center| Some(*center) != login);
        centers
    }

    /// The data center of the person who signs in: the login's, if they do not say.
    fn chosen_center(
        &self,
        login: Option<&'static str>,
        form: &Parameters,
    ) -> Option<Option<&'static str>> {
        match form.get("region") {
            None => Some(login),
            Some(name) => {
                let mut centers = self.leads_to(login).into_iter();
                centers.find(|center| *center == name).map(Some)
            }
        }
    }
}

/// Whether a redirect goes to this machine, on whatever port (RFC 8252 section 7.3).
fn is_loopback(uri: &str) -> bool {
    !uri.contains(['#', '@'])
        && uri.parse::<Uri>().is_ok_and(|uri| {
            let host = uri.host().unwrap_or_default();
            uri.scheme_str() == Some("http") && LOOPBACK.contains(&host)
        })
}

/// Where the decision goes, relative to the page.
fn action(request: &Request<'_>) -> String {
    let last = request.path.rsplit('/').next().unwrap_or_default();
    format!("{last}{}?{}", super::CONSENT, request.query.encode())
}

fn refused(status: StatusCode, refusal: &Refusal<'_>) -> Answer {
    match refusal {
        Refusal::Shown(problem) => complained(problem),
        Refusal::Redirected {
            redirect_uri,
            state,
            error,
        } => {
            let mut answer = vec![("error", *error)];
            answer.extend(state.map(|state| ("state", state)));
            redirect(status, redirect_uri, &answer)
        }
    }
}

fn complained(problem: &str) -> Answer {
    shown(StatusCode::BAD_REQUEST, page::problem(problem))
}

fn shown(status: StatusCode, html: String) -> Answer {
    Answer {
        headers: page_headers(),
        ..Answer::new(status, Some(Value::from(html)))
    }
}

/// Sends the browser back to the client.
fn redirect(status: StatusCode, uri: &str, answer: &[(&str, &str)]) -> Answer {
    let pairs = answer.iter();
    let query = Parameters(
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    );
    let separator = if uri.contains('?') { '&' } else { '?' };
    match HeaderValue::try_from(format!("{uri}{separator}{}", query.encode())) {
        Err(_) => complained("The redirect_uri cannot be sent."),
        Ok(location) => {
            let mut headers = page_headers();
            headers.insert(LOCATION, location);
            Answer {
                headers,
                ..Answer::new(status, None)
            }
        }
    }
}

/// No page may frame this one or learn its address, and it loads nothing.
fn page_headers() -> HeaderMap {
    let mut headers = unkept("text/html; charset=utf-8");
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    for (name, value) in [
        ("content-security-policy", policy),
        ("referrer-policy", "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}
