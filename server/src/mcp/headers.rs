//! The headers of a modern request repeat some of its body, so that proxies can route by them.
//! Both must say the same (2026-07-28, basic/transports/streamable-http, "Server Validation").

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;

use super::failure::{Code, Failure};

/// The header that holds the revision of the protocol.
pub const VERSION: &str = "mcp-protocol-version";
const METHOD: &str = "mcp-method";
const NAME: &str = "mcp-name";

/// The revision that the headers name; `None` where they name none or cannot be read.
#[must_use]
pub fn version(headers: &HeaderMap) -> Option<&str> {
    single(headers, VERSION).ok().flatten()
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
    let same = |header, body: &str, said: Option<String>| match said {
        Some(said) if said == body => Ok(()),
        Some(_) => Err(mismatch(format!(
            "The header {header} differs from the body."
        ))),
        None => Err(mismatch(format!("The header {header} is missing."))),
    };
    same(
        "MCP-Protocol-Version",
        version,
        single(headers, VERSION)?.map(str::to_owned),
    )?;
    same(
        "Mcp-Method",
        method,
        single(headers, METHOD)?.map(str::to_owned),
    )?;
    let Some(name) = name else { return Ok(()) };
    same(
        "Mcp-Name",
        name,
        single(headers, NAME)?.map(decoded).transpose()?,
    )
}

/// The one value of a header, without the white space around it.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Failure> {
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
fn decoded(value: &str) -> Result<String, Failure> {
    let Some(encoded) = value
        .strip_prefix("=?base64?")
        .and_then(|rest| rest.strip_suffix("?="))
    else {
        return Ok(value.to_owned());
    };
    STANDARD
        .decode(encoded)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| mismatch("The header Mcp-Name is not valid Base64.".to_owned()))
}

fn mismatch(message: String) -> Failure {
    Failure::new(Code::HeaderMismatch, message)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
                (HeaderName::from_static(name), value)
            })
            .collect()
    }

    fn call(name: &'static str) -> HeaderMap {
        headers(&[
            (VERSION, "2026-07-28"),
            (METHOD, "tools/call"),
            (NAME, name),
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
        assert!(!accepts(&headers(&[(METHOD, "tools/call")]), None));
        assert!(!accepts(&headers(&[(VERSION, "2026-07-28")]), None));
        assert!(!accepts(
            &headers(&[(VERSION, "2026-07-28"), (METHOD, "tools/list")]),
            None
        ));
        assert!(!accepts(
            &headers(&[(VERSION, "2026-07-28"), (METHOD, "tools/call")]),
            Some("a")
        ));
        let mut twice = call("a");
        twice.append(NAME, HeaderValue::from_static("a"));
        assert!(!accepts(&twice, Some("a")));
        assert!(!accepts(&call("\u{e4}"), Some("\u{e4}")));
    }
}
