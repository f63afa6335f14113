//! `/connect/{slug}/callback`: a browser comes back from the vendor's login (RFC 6749 section 4.1.2).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use http::header::COOKIE;
use http::{HeaderMap, StatusCode, Uri};
use toolwright_runtime::oauth;

use super::page::{self, Page};
use super::{redirect_uri, refused, unavailable};
use crate::accounts::{Offer, RegistryError};
use crate::api::Names;
use crate::http::{App, Client};
use crate::log::ClientInfo;

/// How much of a state stands in the name of a cookie, so that a browser can have several logins.
const MARK: usize = 12;

pub(super) async fn finish(
    State(app): State<Arc<App>>,
    client: Client,
    Names([slug]): Names<1>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Page, Page> {
    let query = parameters(uri.query().unwrap_or_default()).ok_or_else(strange)?;
    let told = |name: &str| query.get(name).map(String::as_str);
    let state = told("state").unwrap_or_default();
    let Some(verifier) = cookie(&headers, &cookie_name(state)) else {
        return Err(strange());
    };
    let ended = async {
        let ended = app.registry.end_login(state, verifier).await;
        ended.map_err(unavailable)
    };
    let hash = app.registry.hash(state);
    let ended = app.limiter.look_up(client, &hash, false, ended).await?;
    let (link, began) = ended.ok_or_else(strange)?;
    if link.integration.slug != slug {
        return Err(strange());
    }
    let label = link.integration.label;
    let Some(code) = told("code").filter(|_| told("error").is_none()) else {
        let sentence = match (told("error"), told("error_description")) {
            (Some("access_denied"), None) => {
                format!("{label} did not give access: it was refused there.")
            }
            (None, None) => format!("{label} did not give access, and did not say why."),
            (error, description) => {
                let said = description.or(error).unwrap_or_default();
                let said: String = said.chars().take(200).collect();
                format!(
                    "{label} did not give access: {}.",
                    said.trim_end_matches('.')
                )
            }
        };
        return Err(again(StatusCode::BAD_REQUEST, &sentence));
    };
    let located = oauth::located(link.integration, began, told);
    let connection = located.map_err(|error| came_to_nothing(&error.into()))?;
    let offer = Offer::Code {
        code: code.to_owned().into(),
        redirect_uri: redirect_uri(&app, &link),
        verifier: verifier.to_owned().into(),
    };
    let program = ClientInfo::of_headers(&headers);
    let connected = app
        .registry
        .connect(&link, connection, offer, program)
        .await;
    match connected {
        Ok(account) => Ok(page::connected(&link, &account)),
        Err(RegistryError::NotFound(_)) => Err(page::no_link()),
        Err(error) => Err(came_to_nothing(&error)),
    }
}

fn came_to_nothing(error: &RegistryError) -> Page {
    let (status, sentence) = refused(error);
    again(status, &sentence)
}

/// The page for a login that came to nothing, under a link that is as good as before.
fn again(status: StatusCode, sentence: &str) -> Page {
    let sentence = format!("{sentence} Open the link again to try once more.");
    page::problem(status, &sentence)
}

/// The name of the cookie of a login.
pub(super) fn cookie_name(state: &str) -> String {
    let mark: String = state
        .chars()
        .filter(|character| character.is_ascii_alphanumeric() || "-_".contains(*character))
        .take(MARK)
        .collect();
    format!("toolwright-login-{mark}")
}

/// The value of a cookie (RFC 6265 section 5.4).
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter();
    let mut pairs = lines.flat_map(|line| line.to_str().unwrap_or_default().split(';'));
    pairs.find_map(|pair| {
        let (known, value) = pair.trim().split_once('=')?;
        (known == name).then_some(value)
    })
}

/// The parameters of a redirect; `None` where one stands there twice (RFC 6749 section 3.1).
fn parameters(query: &str) -> Option<BTreeMap<String, String>> {
    let mut parameters = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
        if parameters.insert(name, value).is_some() {
            return None;
        }
    }
    Some(parameters)
}

fn strange() -> Page {
    let sentence = "This browser did not begin this login, or it took longer than ten minutes, or it \
                    was finished before. Open the link again.";
    page::problem(StatusCode::BAD_REQUEST, sentence)
}
