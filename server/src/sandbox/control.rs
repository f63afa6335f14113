//! Telling simulated vendors over HTTP what to do wrong, and reading what they were asked.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, State};
use axum::http::header::{CONTENT_TYPE, FORWARDED, HeaderMap};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::fault::{Fault, Injection, InjectionError};
use super::journal::Served;
use super::parameters::Parameters;
use super::serve::Vendors;
use super::vendor::Vendor;
use crate::api::{Refusal, answer};
use crate::http::Access;

/// The routes, for a router of any state.
pub(super) fn router<S: Clone + Send + Sync + 'static>(vendors: Arc<Vendors>) -> Router<S> {
    let control = get(list).post(order).delete(end);
    Router::new()
        .route("/sandbox/control", control.fallback(other_method))
        .route("/sandbox/requests", get(requests).fallback(other_method))
        .with_state(vendors)
}

/// Tells a vendor to do something wrong.
///
/// # Errors
/// Why it cannot.
pub(super) fn inject(vendors: &Vendors, injection: Injection) -> Result<(), InjectionError> {
    let vendor = vendors.get(&injection.integration).ok_or_else(|| {
        let known: Vec<&str> = vendors
            .all()
            .map(|vendor| vendor.integration.slug)
            .collect();
        InjectionError::Integration(injection.integration.clone(), known.join(", "))
    })?;
    injection.fault.check()?;
    let unknown = || InjectionError::Unknown(injection.integration.clone());
    if injection.fault == Fault::RefuseScopes && !vendor.refuses_scopes() {
        return Err(unknown());
    }
    if !matches!(
        injection.fault,
        Fault::ExpireTokens | Fault::EndRefreshTokens | Fault::ChangeDataCenter
    ) {
        vendor.faults.add(injection);
        return Ok(());
    }
    if injection.times.is_some() || injection.path.is_some() {
        return Err(InjectionError::AtOnce);
    }
    let is_done = match injection.fault {
        Fault::ExpireTokens => vendor.expire_tokens(),
        Fault::ChangeDataCenter => vendor.change_data_center(),
        _ => vendor.end_refresh_tokens(),
    };
    is_done.then_some(()).ok_or_else(unknown)
}

/// The faults that still happen.
pub(super) fn faults(vendors: &Vendors) -> Vec<Injection> {
    let faults = |vendor: &Vendor| vendor.faults.all();
    vendors.all().flat_map(faults).collect()
}

/// Stops all faults.
pub(super) fn stop(vendors: &Vendors) {
    vendors.all().for_each(|vendor| vendor.faults.stop());
}

async fn list(_: Local, State(vendors): State<Arc<Vendors>>) -> Response {
    answer(StatusCode::OK, &json!({ "faults": faults(&vendors) }))
}

async fn order(
    _: Local,
    State(vendors): State<Arc<Vendors>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    // A web page can send this type only to servers that let it (the CORS protocol).
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
    if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
        let message = "The body must be of the type application/json.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let bad = |message: String| Refusal::new(StatusCode::BAD_REQUEST, message);
    let injection = serde_json::from_slice(&body);
    let injection = injection.map_err(|error| bad(format!("The body is no fault: {error}.")))?;
    inject(&vendors, injection).map_err(|error| bad(error.to_string()))?;
    Ok(answer(
        StatusCode::OK,
        &json!({ "faults": faults(&vendors) }),
    ))
}

async fn end(_: Local, State(vendors): State<Arc<Vendors>>) -> StatusCode {
    stop(&vendors);
    StatusCode::NO_CONTENT
}

async fn requests(
    _: Local,
    State(vendors): State<Arc<Vendors>>,
    uri: Uri,
) -> Result<Response, Refusal> {
    let bad = |message: String| Refusal::new(StatusCode::BAD_REQUEST, message);
    let query = Parameters::parse(uri.query().unwrap_or_default());
    if let Some(name) = query.names().find(|name| *name != "integration") {
        return Err(bad(format!("`{name}` is unknown; there is `integration`.")));
    }
    let only = query.get("integration");
    if let Some(slug) = only.filter(|slug| vendors.get(slug).is_none()) {
        return Err(bad(format!("There is no simulated vendor `{slug}`.")));
    }
    let asked = vendors
        .all()
        .filter(|vendor| only.is_none_or(|slug| slug == vendor.integration.slug));
    let mut counts = serde_json::Map::new();
    let mut served = Vec::new();
    for vendor in asked {
        let journal = vendor.journal();
        counts.insert(vendor.integration.slug.to_owned(), journal.count().into());
        served.extend(journal.served().map(line));
    }
    let body = json!({ "counts": counts, "requests": served });
    Ok(answer(StatusCode::OK, &body))
}

async fn other_method() -> Response {
    let message = "This address does not take this method.";
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message).into_response()
}

fn line(served: &Served) -> Value {
    json!({
        "integration": served.integration,
        "method": served.method.as_str(),
        "host": served.host,
        "path": served.path,
        "status": served.status.as_u16(),
    })
}

/// A request that comes from this machine and is for it: whoever is at a proxy's other end may not
/// say what vendors do, and neither may a web page that calls the loopback interface by another name.
struct Local;

impl<S: Sync> FromRequestParts<S> for Local {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let forbidden = |message: &str| Refusal::new(StatusCode::FORBIDDEN, message);
        let (headers, here) = (&parts.headers, IpAddr::V4(Ipv4Addr::LOCALHOST));
        let access = Access::default();
        access.check(here, &parts.uri, headers).map_err(forbidden)?;
        if headers.contains_key(FORWARDED) || headers.contains_key("x-forwarded-for") {
            return Err(forbidden("The sandbox is told by its own machine only."));
        }
        Ok(Self)
    }
}
