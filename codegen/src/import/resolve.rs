//! References within a document: `#/components/schemas/User`.

use serde_json::Value;

use super::report::Reason;

/// How many references may follow each other.
const LONGEST_CHAIN: usize = 16;

/// Follows references within a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resolver<'d> {
    root: &'d Value,
}

impl<'d> Resolver<'d> {
    pub(crate) fn new(root: &'d Value) -> Self {
        Self { root }
    }

    /// What a value stands for, and the last reference that led there.
    pub(crate) fn resolve(self, value: &'d Value) -> Result<(Option<&'d str>, &'d Value), Reason> {
        let (mut reference, mut value) = (None, value);
        for _ in 0..LONGEST_CHAIN {
            let Some(next) = value.get("$ref").and_then(Value::as_str) else {
                return Ok((reference, value));
            };
            (reference, value) = (Some(next), self.target(next)?);
        }
        Err(Reason::RecursiveReference)
    }

    fn target(self, reference: &str) -> Result<&'d Value, Reason> {
        let pointer = reference
            .strip_prefix('#')
            .ok_or(Reason::ExternalReference)?;
        let decoded = percent_decoded(pointer);
        let found = self
            .root
            .pointer(pointer)
            .or_else(|| self.root.pointer(&decoded));
        found.ok_or(Reason::UnresolvedReference)
    }
}

/// A fragment is part of a URL, so a pointer in it may be written with `%7B` for `{`.
pub(super) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = code.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, code) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// One step of a JSON pointer (RFC 6901 section 3).
pub(crate) fn step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_followed_as_far_as_they_lead_somewhere() {
        let root = json!({
            "paths": { "/a/{b}": { "get": 1 } },
            "to": { "$ref": "#/there" }, "there": { "x": 1 },
            "a": { "$ref": "#/b" }, "b": { "$ref": "#/a" },
            "self": { "$ref": "#/self" }, "gone": { "$ref": "#/nowhere" },
            "out": { "$ref": "other.yaml#/x" }, "odd": { "$ref": 7 },
            "path": { "$ref": "#/paths/~1a~1%7Bb%7D/get" },
        });
        let resolve = |name: &str| Resolver::new(&root).resolve(&root[name]);
        assert_eq!(resolve("to"), Ok((Some("#/there"), &json!({ "x": 1 }))));
        assert_eq!(
            resolve("path"),
            Ok((Some("#/paths/~1a~1%7Bb%7D/get"), &json!(1)))
        );
        assert_eq!(resolve("odd"), Ok((None, &json!({ "$ref": 7 }))));
        assert_eq!(resolve("a"), Err(Reason::RecursiveReference));
        assert_eq!(resolve("self"), Err(Reason::RecursiveReference));
        assert_eq!(resolve("gone"), Err(Reason::UnresolvedReference));
        assert_eq!(resolve("out"), Err(Reason::ExternalReference));
    }
}
