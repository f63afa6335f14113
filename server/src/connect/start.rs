//! `/connect/{slug}`: what a person is asked, and what comes of the answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use secrecy::ExposeSecret as _;
use toolwright_runtime::account::{check_connection, connection_problems};
use toolwright_runtime::oauth::Authorization;
use toolwright_runtime::table::ConnectionField;

use super::page::{self, Page, Question, name_of};
use super::way::{self, Kind, Way};
use super::{callback, redirect_uri, refused, unavailable};
use crate::accounts::{Link, Login, RegistryError};
use crate::api::Names;
use crate::http::{App, Client, body};
use crate::log::ClientInfo;

/// The most bytes of a form.
const BODY_LIMIT: usize = 64 * 1024;

/// What is typed into a form, by the names of its fields.
type Typed = BTreeMap<String, String>;

pub(super) async fn ask(
    State(app): State<Arc<App>>,
    client: Client,
    Names([slug]): Names<1>,
    uri: Uri,
) -> Result<Page, Page> {
    let query = pairs(uri.query().unwrap_or_default().as_bytes());
    let token = query.get("link_token").map_or("", String::as_str);
    let link = super::link(&app, client, &slug, token).await?;
    let ways = ways(&app, &link).await?;
    let question = Question {
        link: &link,
        token,
        way: chosen(&ways, &query).or(ways.first()),
        ways: &ways,
        typed: &Typed::new(),
        problem: None,
    };
    Ok(page::question(StatusCode::OK, &question))
}

pub(super) async fn begin(
    State(app): State<Arc<App>>,
    client: Client,
    Names([slug]): Names<1>,
    request: Request,
) -> Result<Response, Page> {
    let program = ClientInfo::of_headers(request.headers());
    let typed = form(request).await?;
    let token = typed.get("link_token").map_or("", String::as_str);
    let link = super::link(&app, client, &slug, token).await?;
    let ways = ways(&app, &link).await?;
    let way = chosen(&ways, &typed).ok_or_else(|| {
        let sentence = "This is no way to connect the account; go back and choose one.";
        page::problem(StatusCode::BAD_REQUEST, sentence)
    })?;
    let again = |status, problem: &str| {
        let question = Question {
            link: &link,
            token,
            way: Some(way),
            ways: &ways,
            typed: &typed,
            problem: Some(problem),
        };
        page::question(status, &question)
    };
    let connection = connection(&link, &typed);
    let connection = connection.map_err(|problem| again(StatusCode::BAD_REQUEST, &problem))?;
    let missing = way.kind.missing(&typed);
    if !missing.is_empty() {
        return Err(again(StatusCode::BAD_REQUEST, &missing.join(" ")));
    }
    let Some(offer) = way.kind.offer(&typed) else {
        return leave(&app, &link, &connection).await;
    };
    app.registry.try_link(&link).await.map_err(gone)?;
    let connected = app
        .registry
        .connect(&link, connection, offer, program)
        .await;
    match connected {
        Ok(account) => Ok(page::connected(&link, &account).into_response()),
        Err(RegistryError::NotFound(_)) => Err(page::no_link()),
        Err(error) => {
            let (status, sentence) = refused(&error);
            Err(again(status, &sentence))
        }
    }
}

/// Sends the browser to the vendor's login.
async fn leave(app: &App, link: &Link, connection: &Typed) -> Result<Response, Page> {
    let registry = &app.registry;
    let login = registry.begin_login(link, connection).await.map_err(gone)?;
    let oauth_app = registry.oauth_app(link.integration).await;
    let Some(oauth_app) = oauth_app.map_err(unavailable)? else {
        return Err(page::no_link());
    };
    let authorization = Authorization {
        client_id: &oauth_app.client_id,
        redirect_uri: &redirect_uri(app, link),
        state: &login.state,
        verifier: &login.verifier,
    };
    let caller = registry.caller();
    let url = caller.authorization_url(link.integration, connection, &authorization);
    let url = url.map_err(unavailable)?;
    let headers = headers(app, link, &login, url.as_str()).map_err(|_| {
        let sentence = "The address of the vendor's login cannot be sent.";
        page::problem(StatusCode::INTERNAL_SERVER_ERROR, sentence)
    })?;
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// The way to the login, and a mark by which the browser that began it is known.
fn headers(
    app: &App,
    link: &Link,
    login: &Login,
    url: &str,
) -> Result<HeaderMap, http::header::InvalidHeaderValue> {
    let name = callback::cookie_name(login.state.expose_secret());
    let secure = match app.public_url.starts_with("https:") {
        true => "; Secure",
        false => "",
    };
    let (verifier, slug) = (login.verifier.expose_secret(), link.integration.slug);
    let cookie = format!(
        "{name}={verifier}; Path=/connect/{slug}/callback; Max-Age=600; HttpOnly; SameSite=Lax{secure}"
    );
    let mut cookie = HeaderValue::from_str(&cookie)?;
    cookie.set_sensitive(true);
    Ok(HeaderMap::from_iter([
        (LOCATION, HeaderValue::from_str(url)?),
        (SET_COOKIE, cookie),
    ]))
}

async fn ways(app: &App, link: &Link) -> Result<Vec<Way>, Page> {
    let oauth_app = app.registry.oauth_app(link.integration).await;
    let has_app = oauth_app.map_err(unavailable)?.is_some();
    Ok(way::ways(link.integration, has_app))
}

/// The way that is named.
fn chosen<'a>(ways: &'a [Way], typed: &Typed) -> Option<&'a Way> {
    let kind = Kind::named(typed.get("kind")?)?;
    ways.iter().find(|way| way.kind == kind)
}

/// The connection fields that are settled and those that were typed, or what is wrong with them.
fn connection(link: &Link, typed: &Typed) -> Result<Typed, String> {
    let mut connection = link.connection.clone();
    for field in way::asked(link) {
        let value = typed.get(&name_of(field)).map(|text| text.trim());
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            connection.insert(field.name.to_owned(), value.to_owned());
        }
    }
    let problems = connection_problems(link.integration, &connection);
    let fields = link.integration.connection.iter();
    let wrong = fields.filter(|field| problems.iter().any(|(name, _)| name == field.name));
    let sentences: Vec<String> = wrong.map(about).collect();
    match sentences.is_empty() {
        true => check_connection(link.integration, connection).map_err(|error| error.to_string()),
        false => Err(sentences.join(" ")),
    }
}

/// What is said of a field that was not typed right, beside which its description stands.
fn about(field: &ConnectionField) -> String {
    let example = field
        .example
        .map(|example| format!(" It looks like `{example}`."));
    format!(
        "Please check: {}.{}",
        field.title,
        example.unwrap_or_default()
    )
}

async fn form(request: Request) -> Result<Typed, Page> {
    let content_type = request.headers().get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(|text| text.starts_with("application/x-www-form-urlencoded")) {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(page::problem(status, "This is not the form of the page."));
    }
    let text = body::read(request.into_body(), BODY_LIMIT).await;
    let text = text.map_err(|(status, sentence)| page::problem(status, &sentence))?;
    Ok(pairs(&text))
}

fn pairs(text: &[u8]) -> Typed {
    form_urlencoded::parse(text).into_owned().collect()
}

fn gone(error: RegistryError) -> Page {
    match error {
        RegistryError::NotFound(_) => page::no_link(),
        error => unavailable(error),
    }
}
