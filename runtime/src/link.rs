//! The `next` of a `Link` header (RFC 8288).

use http::HeaderMap;
use http::header::LINK;

use crate::url::{Url, is_same_origin};

/// The query of the link to the next page; `None` where there is no such link.
///
/// Only the query is taken, and only if the link leads to where the request went: a vendor cannot
/// send a credential anywhere else.
///
/// # Errors
/// A sentence when the link leads elsewhere or cannot be read.
pub(crate) fn next_query(headers: &HeaderMap, url: &Url) -> Result<Option<String>, String> {
    let values = headers.get_all(LINK).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    let is_next = |(_, relation): &(&str, &str)| {
        let mut words = relation.split_ascii_whitespace();
        words.any(|word| word.eq_ignore_ascii_case("next"))
    };
    let Some((target, _)) = values.flat_map(links).find(is_next) else {
        return Ok(None);
    };
    let target = target.split_once('#').map_or(target, |(before, _)| before);
    let (place, query) = target.split_once('?').unwrap_or((target, ""));
    if place.is_empty() || leads_to(place, url) {
        return Ok(Some(query.to_owned()));
    }
    Err("The link to the next page leads elsewhere.".to_owned())
}

/// Whether a reference, without its query, is that of the URL.
fn leads_to(place: &str, url: &Url) -> bool {
    let Some((scheme, rest)) = place.split_once("://") else {
        return place == url.path();
    };
    let authority = rest.find('/').unwrap_or(rest.len());
    let (origin, path) = place.split_at(scheme.len() + "://".len() + authority);
    is_same_origin(origin, url.origin()) && path == url.path()
}

/// The targets and relations of the links in one header.
fn links(header: &str) -> Vec<(&str, &str)> {
    let mut links = Vec::new();
    let mut rest = header;
    while let Some((target, after)) = rest
        .split_once('<')
        .and_then(|(_, after)| after.split_once('>'))
    {
        let end = end_of_parameters(after);
        let (parameters, following) = after.split_at(end);
        links.push((target, relation(parameters).unwrap_or_default()));
        rest = following;
    }
    links
}

/// Where the parameters of a link end: at a comma that is not quoted.
fn end_of_parameters(text: &str) -> usize {
    let mut quoted = false;
    for (index, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => return index,
            _ => {}
        }
    }
    text.len()
}

fn relation(parameters: &str) -> Option<&str> {
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("rel")
            .then(|| value.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::url::Base;

    fn next(header: &'static str) -> Result<Option<String>, String> {
        let mut url = Url::new(&Base::fixed("https://api.acme.example"));
        url.literal("/v1/users");
        url.pair("page", "1");
        let headers = HeaderMap::from_iter([(LINK, HeaderValue::from_static(header))]);
        next_query(&headers, &url)
    }

    #[test]
    fn the_next_page_is_found() {
        let two = Ok(Some("page=2&n=5".to_owned()));
        assert_eq!(
            next("<https://api.acme.example/v1/users?page=2&n=5>; rel=\"next\""),
            two
        );
        assert_eq!(
            next("<https://API.acme.example:443/v1/users?page=2&n=5>; rel=next"),
            two
        );
        assert_eq!(next("<?page=2&n=5>;title=\"a, b\"; REL=\"last Next\""), two);
        assert_eq!(
            next("</v1/users?page=9>; rel=last, </v1/users?page=2&n=5#x>; rel=next"),
            two
        );
        assert_eq!(next("</v1/users?page=9>; rel=last"), Ok(None));
        assert_eq!(next("</v1/users?page=9>"), Ok(None));
        assert_eq!(next("<broken; rel=next"), Ok(None));
        assert_eq!(next(""), Ok(None));
    }

    #[test]
    fn it_must_lead_to_the_same_place() {
        for header in [
            "<https://evil.example/v1/users?page=2>; rel=next",
            "<http://api.acme.example/v1/users?page=2>; rel=next",
            "<//evil.example/v1/users?page=2>; rel=next",
            "<https://api.acme.example.evil/v1/users?page=2>; rel=next",
            "<https://api.acme.example:8443/v1/users?page=2>; rel=next",
            "<https://api.acme.example@evil.example/v1/users?page=2>; rel=next",
            "<https://api.acme.example/v1/admin?page=2>; rel=next",
            "</v1/users/?page=2>; rel=next",
            "<users?page=2>; rel=next",
            "<https://api.acme.example>; rel=next",
        ] {
            assert!(next(header).is_err(), "{header}");
        }
    }
}
