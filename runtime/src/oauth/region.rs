//! Which data centre an account lives in, as a login tells. What it tells chooses among the origins
//! that the definition declares, and never anything else.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Tokens, of};
use crate::error::{Error, ErrorKind};
use crate::table::{Integration, OAuth2, OAuthRegion, Origin};
use crate::url::is_same_origin;

/// The connection fields of an account whose login sent a browser back with these parameters.
///
/// # Errors
/// [`ErrorKind::Malformed`] when the login names a data centre that is not declared, or two of them.
pub fn located<'a>(
    integration: &Integration,
    mut connection: BTreeMap<String, String>,
    parameter: impl Fn(&str) -> Option<&'a str>,
) -> Result<BTreeMap<String, String>, Error> {
    let Some((oauth, region)) = region(integration) else {
        return Ok(connection);
    };
    let named = region.parameter.and_then(&parameter);
    let origin = region.host_parameter.and_then(&parameter);
    let table = table(integration, oauth.host, region.field);
    let chosen = match (named, origin) {
        (None, None) => return Ok(connection),
        (Some(name), None) => table.iter().find(|(known, _)| *known == name),
        (named, Some(origin)) => table.iter().find(|(known, url)| {
            named.is_none_or(|name| name == *known) && is_same_origin(url, plain(origin))
        }),
    };
    let Some((name, _)) = chosen else {
        let told = [named, origin].into_iter().flatten().collect::<Vec<_>>();
        return Err(unknown(integration, &told.join(" at ")));
    };
    connection.insert(region.field.to_owned(), (*name).to_owned());
    Ok(connection)
}

/// The connection fields of an account for which these tokens were given.
///
/// # Errors
/// [`ErrorKind::Malformed`] when the vendor names an origin that is not declared, or that of another
/// data centre than the login did.
pub fn at_origin(
    integration: &Integration,
    mut connection: BTreeMap<String, String>,
    tokens: &Tokens,
) -> Result<BTreeMap<String, String>, Error> {
    let Some((_, region)) = region(integration) else {
        return Ok(connection);
    };
    let (Some((_, host)), Some(origin)) = (region.token_field, &tokens.origin) else {
        return Ok(connection);
    };
    // Where a redirect tells as well, it was asked first.
    let is_told_before = region.parameter.or(region.host_parameter).is_some();
    let known = connection.get(region.field).filter(|_| is_told_before);
    let table = table(integration, host, region.field);
    let found = table.iter().find(|(name, url)| {
        known.is_none_or(|known| known == name) && is_same_origin(url, plain(origin))
    });
    let Some((name, _)) = found else {
        return Err(unknown(integration, origin));
    };
    connection.insert(region.field.to_owned(), (*name).to_owned());
    Ok(connection)
}

/// What a token answer says about where the account lives.
pub(super) fn told(oauth: &OAuth2, answer: &Value) -> Option<String> {
    let (field, _) = oauth.region.as_ref()?.token_field?;
    answer.get(field)?.as_str().map(str::to_owned)
}

fn region(integration: &Integration) -> Option<(&'static OAuth2, &'static OAuthRegion)> {
    let oauth = of(integration)?;
    Some((oauth, oauth.region.as_ref()?))
}

/// The origins of a host by the values of a connection field.
fn table(
    integration: &Integration,
    host: usize,
    field: &str,
) -> &'static [(&'static str, &'static str)] {
    match integration.hosts.get(host).map(|host| &host.origin) {
        Some(Origin::Table { by, urls }) if *by == field => urls,
        _ => &[],
    }
}

/// An origin as a vendor may write it, with a `/` at its end.
fn plain(origin: &str) -> &str {
    origin.strip_suffix('/').unwrap_or(origin)
}

fn unknown(integration: &Integration, told: &str) -> Error {
    // What is told may be anything at all, and is shown to a person.
    let told = crate::message::code(told);
    let label = integration.label;
    let message = format!(
        "{label} says that the account lives at `{told}`, which is no data center that is known \
         here, or another one than that of the account. Nothing was sent there."
    );
    Error::new(ErrorKind::Malformed, message)
}
