//! The headers of a modern request repeat some of its body, so that proxies can route by them.
//! Both must say the same (2026-07-28, basic/transports/streamable-http, "Server Validation").

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName};

use super::failure::{Code, Failure};

static VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
static METHOD: HeaderName = HeaderName::from_static("mcp-method");
static NAME: HeaderName = HeaderName::from_static("mcp-name");

/// The revision that the headers name; `None` where they name none or cannot be read.
#[must_use]
pub fn version(headers: &HeaderMap) -> Option<&str> {
    single(headers, &VERSION).ok().flatten()
}

/// Compares the headers with what the body says. `name` is the tool, prompt or resource that the
/// method is about, if it is about one.
///
/// # Errors
/// `HeaderMismatch`: a header is missing, stands there twice, cannot be read, or says something
/// else.
pub fn check(
    headers: &HeaderMap,
    version: &str,
    method: &str,
    name: Option<&str>,
) -> Result<(), Failure> {
    same(&VERSION, version, single(headers, &VERSION)?)?;
    same(&METHOD, method, single(headers, &METHOD)?)?;
    let Some(name) = name else { return Ok(()) };
    let said = single(headers, &NAME)?.map(decoded).transpose()?;
    same(&NAME, name, said.as_deref())
}

fn same(header: &HeaderName, body: &str, said: Option<&str>) -> Result<(), Failure> {
    match said {
        Some(said) if said == body => Ok(()),
        Some(_) => Err(mismatch(format!(
            "The header {header} differs from the body."
        ))),
        None => Err(mismatch(format!("The header {header} is missing."))),
    }
}

/// The one value of a header, without the white space around it.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Failure> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(mismatch(format!("The header {name} stands there twice.")));
    }
    let text = value
        .to_str()
        .map_err(|_| mismatch(format!("The header {name} holds invalid characters.")))?;
    Ok(Some(text.trim_matches([' ', '\t'])))
}

/// A value as it was before `=?base64?…?=` was put around it, or the value itself.
fn decoded(value: &str) -> Result<Cow<'_, str>, Failure> {
    let Some(encoded) = value
        .strip_prefix("=?base64?")
        .and_then(|rest| rest.strip_suffix("?="))
    else {
        return Ok(value.into());
    };
    STANDARD
        .decode(encoded)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok().map(Cow::from))
        .ok_or_else(|| mismatch(format!("The header {NAME} is not valid Base64.")))
}

fn mismatch(message: String) -> Failure {
    Failure::new(Code::HeaderMismatch, message)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&HeaderName, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
                ((*name).clone(), value)
            })
            .collect()
    }

    fn call(name: &'static str) -> HeaderMap {
        headers(&[
            (&VERSION, "2026-07-28"),
            (&METHOD, "tools/call"),
            (&NAME, name),
        ])
    }

    fn accepts(headers: &HeaderMap, name: Option<&str>) -> bool {
        let result = check(headers, "2026-07-28", "tools/call", name);
        if let Err(failure) = &result {
            assert_eq!(failure.code, Code::HeaderMismatch);
        }
        result.is_ok()
    }

    #[test]
    fn compares_the_name() {
        assert!(accepts(&call("a_tool"), Some("a_tool")));
        assert!(accepts(&call(" a_tool\t"), Some("a_tool")));
        assert!(!accepts(&call("A_TOOL"), Some("a_tool")));
        assert!(accepts(&call("another"), None));
    }

    #[test]
    fn decodes_base64_strictly() {
        assert!(accepts(&call("=?base64?SGVsbG8=?="), Some("Hello")));
        assert!(accepts(
            &call("=?base64?SGVsbG8="),
            Some("=?base64?SGVsbG8=")
        ));
        assert!(accepts(&call("SGVsbG8=?="), Some("SGVsbG8=?=")));
        assert!(!accepts(&call("=?base64?SGVsbG8?="), Some("Hello")));
        assert!(!accepts(&call("=?base64?SGVs!!!bG8=?="), Some("Hello")));
        assert!(!accepts(&call("=?base64?SGVsbG9=?="), Some("Hello")));
        assert!(!accepts(&call("=?base64?/w==?="), Some("\u{ff}")));
        assert!(!accepts(&call("=?BASE64?SGVsbG8=?="), Some("Hello")));
    }

    #[test]
    fn every_header_must_be_there_once() {
        assert!(!accepts(&headers(&[(&METHOD, "tools/call")]), None));
        assert!(!accepts(&headers(&[(&VERSION, "2026-07-28")]), None));
        assert!(!accepts(
            &headers(&[(&VERSION, "2026-07-28"), (&METHOD, "tools/list")]),
            None
        ));
        assert!(!accepts(
            &headers(&[(&VERSION, "2026-07-28"), (&METHOD, "tools/call")]),
            Some("a")
        ));
        let mut twice = call("a");
        twice.append(&NAME, HeaderValue::from_static("a"));
        assert!(!accepts(&twice, Some("a")));
        assert!(!accepts(&call("\u{e4}"), Some("\u{e4}")));
    }
}
