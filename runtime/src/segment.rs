//! Values that stand in a URL, as types. A value can leave neither its path segment nor its host
//! label, because nothing but these types is ever put into a URL.

use std::borrow::Cow;
use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986 section 2.3.
pub(crate) const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Why a value cannot stand in a URL. The text goes after the name of the value: "`id` …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nothing would stand there.
    #[error("is empty")]
    Empty,
    /// It would lead to another path.
    #[error("has `.` or `..` as a path segment, which would lead to another path")]
    Dots,
    /// It would end the segment.
    #[error("has the character `{0}`, which cannot stand in one segment of a path")]
    Delimiter(char),
    /// It would end a line or a string somewhere on the way.
    #[error("has the control character U+{code:04X}", code = u32::from(*.0))]
    Control(char),
    /// What it decodes to would lead to another path.
    #[error("has a percent-encoded part that would lead to another path when decoded")]
    Encoded,
    /// It is no label of a host name (RFC 1123 section 2.1).
    #[error("is not one label of a host name: 1 to 63 letters, digits and inner hyphens")]
    Label,
}

/// One path segment, percent-encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment(String);

impl Segment {
    /// Encodes a value that came from outside.
    ///
    /// The delimiters of a URL are refused and not encoded: proxies and frameworks exist that decode
    /// a path twice, and no identifier of a vendor has one.
    ///
    /// # Errors
    /// [`Refused`] when it could be read as anything else than one segment.
    pub fn new(value: &str) -> Result<Self, Refused> {
        let delimiter = |character: &char| matches!(character, '/' | '\\' | '?' | '#' | '%');
        if let Some(character) = value.chars().find(delimiter) {
            return Err(Refused::Delimiter(character));
        }
        name(value)?;
        Ok(Self(utf8_percent_encode(value, ENCODED).to_string()))
    }

    /// As it stands in the URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Several path segments with `/` between them, each percent-encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segments(String);

impl Segments {
    /// Encodes a path that came from outside, such as `/Shared/100 % sure?.txt`. One `/` at either
    /// end is dropped. The path of the root, `/`, is refused like any other empty one.
    ///
    /// File names may hold `?`, `#` and `%`, so these are encoded. A `%` is safe only as long as
    /// decoding once more than we encoded leads nowhere else, so that is tried out here.
    ///
    /// # Errors
    /// [`Refused`] when a segment is empty, has dots alone, or could be read as anything else.
    pub fn new(value: &str) -> Result<Self, Refused> {
        let inner = value.strip_prefix('/').unwrap_or(value);
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let mut encoded = String::with_capacity(inner.len() + 8);
        for (index, segment) in inner.split('/').enumerate() {
            if segment.contains('\\') {
                return Err(Refused::Delimiter('\\'));
            }
            name(segment)?;
            decoded(segment)?;
            let separator = if index == 0 { "" } else { "/" };
            let _ = write!(
                encoded,
                "{separator}{}",
                utf8_percent_encode(segment, ENCODED)
            );
        }
        Ok(Self(encoded))
    }

    /// As they stand in the URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One label of a host name, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostLabel(String);

impl HostLabel {
    /// Checks a value that came from outside.
    ///
    /// # Errors
    /// [`Refused::Label`] when it is anything else than one label.
    pub fn new(value: &str) -> Result<Self, Refused> {
        let letters = value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let hyphens = value.starts_with('-') || value.ends_with('-');
        if value.is_empty() || value.len() > 63 || !letters || hyphens {
            return Err(Refused::Label);
        }
        Ok(Self(value.to_ascii_lowercase()))
    }

    /// As it stands in the URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks what a segment says before any decoding.
fn name(segment: &str) -> Result<(), Refused> {
    if let Some(character) = segment.chars().find(|character| character.is_control()) {
        return Err(Refused::Control(character));
    }
    dots(segment.as_bytes())
}

/// Refuses nothing, `.` and `..`, also with the blanks and `;parameters` that some servers drop.
fn dots(segment: &[u8]) -> Result<(), Refused> {
    let end = segment
        .iter()
        .position(|byte| *byte == b';')
        .unwrap_or(segment.len());
    let (before, _) = segment.split_at(end);
    match before.trim_ascii() {
        b"" if segment.trim_ascii().is_empty() => Err(Refused::Empty),
        b"." | b".." => Err(Refused::Dots),
        _ => Ok(()),
    }
}

/// Refuses a segment that says something else once it is decoded, as often as that changes it.
fn decoded(segment: &str) -> Result<(), Refused> {
    // More layers than anybody's mistake would make are an attack, and cost time.
    const LAYERS: usize = 3;
    let mut current = Cow::Borrowed(segment.as_bytes());
    for _ in 0..=LAYERS {
        let Cow::Owned(next) = Cow::from(percent_decode(&current)) else {
            return Ok(());
        };
        let delimiter = |byte: &u8| matches!(byte, b'/' | b'\\' | 0x7f) || *byte < b' ';
        if dots(&next).is_err() || next.iter().any(delimiter) {
            return Err(Refused::Encoded);
        }
        current = Cow::Owned(next);
    }
    Err(Refused::Encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_encoded() {
        let encoded = |value| Segment::new(value).map(|segment| segment.0);
        assert_eq!(
            encoded("8-f48cf3a682-7fthvk").as_deref(),
            Ok("8-f48cf3a682-7fthvk")
        );
        assert_eq!(
            encoded("jane@example.com").as_deref(),
            Ok("jane%40example.com")
        );
        assert_eq!(encoded("a b;c=ü").as_deref(), Ok("a%20b%3Bc%3D%C3%BC"));
        assert_eq!(encoded("...").as_deref(), Ok("..."));
        assert_eq!(encoded(".well-known").as_deref(), Ok(".well-known"));
    }

    #[test]
    fn a_segment_stays_one_segment() {
        for (value, refused) in [
            ("", Refused::Empty),
            (" ", Refused::Empty),
            (".", Refused::Dots),
            ("..", Refused::Dots),
            (".. ", Refused::Dots),
            ("..;", Refused::Dots),
            ("..;a=b", Refused::Dots),
            ("../admin", Refused::Delimiter('/')),
            ("a/b", Refused::Delimiter('/')),
            ("//other", Refused::Delimiter('/')),
            ("http://other/", Refused::Delimiter('/')),
            ("..\\admin", Refused::Delimiter('\\')),
            ("x?admin=1", Refused::Delimiter('?')),
            ("x#f", Refused::Delimiter('#')),
            ("%2e%2e", Refused::Delimiter('%')),
            ("%252e", Refused::Delimiter('%')),
            ("a\r\nHost: other", Refused::Control('\r')),
            ("a\0", Refused::Control('\0')),
            ("a\u{85}", Refused::Control('\u{85}')),
        ] {
            assert_eq!(Segment::new(value), Err(refused), "{value:?}");
        }
    }

    #[test]
    fn segments_keep_their_slashes() {
        let encoded = |value| Segments::new(value).map(|segments| segments.0);
        assert_eq!(encoded("/Shared/Finance").as_deref(), Ok("Shared/Finance"));
        assert_eq!(encoded("Shared/Finance/").as_deref(), Ok("Shared/Finance"));
        assert_eq!(
            encoded("Shared/100 % sure?.txt").as_deref(),
            Ok("Shared/100%20%25%20sure%3F.txt")
        );
        assert_eq!(encoded("a#b/50%25").as_deref(), Ok("a%23b/50%2525"));
    }

    #[test]
    fn segments_stay_below_their_place() {
        for (value, refused) in [
            ("", Refused::Empty),
            ("/", Refused::Empty),
            ("//other", Refused::Empty),
            ("a//b", Refused::Empty),
            ("a/../b", Refused::Dots),
            ("..", Refused::Dots),
            ("/./a", Refused::Dots),
            ("a/..;x/b", Refused::Dots),
            ("http://other/", Refused::Empty),
            ("a\\..\\b", Refused::Delimiter('\\')),
            ("a/%2e%2e/b", Refused::Encoded),
            ("a/%252e%252e/b", Refused::Encoded),
            ("a/%2e%2e%3b/b", Refused::Encoded),
            ("a%2f..%2fb", Refused::Encoded),
            ("a%5cb", Refused::Encoded),
            ("a%00", Refused::Encoded),
            ("a%25252525252e", Refused::Encoded),
            ("a\nb", Refused::Control('\n')),
        ] {
            assert_eq!(Segments::new(value), Err(refused), "{value:?}");
        }
    }

    #[test]
    fn a_label_stays_one_label() {
        assert_eq!(
            HostLabel::new("Acme-1").map(|label| label.0).as_deref(),
            Ok("acme-1")
        );
        assert!(HostLabel::new(&"a".repeat(63)).is_ok());
        let long = "a".repeat(64);
        for value in [
            "",
            "-a",
            "a-",
            "a.b",
            "a_b",
            "a/b",
            "a@b",
            "a:1",
            "a#",
            "a?",
            "%61",
            "ä",
            "a b",
            "a\n",
            long.as_str(),
        ] {
            assert_eq!(HostLabel::new(value), Err(Refused::Label), "{value:?}");
        }
    }
}
