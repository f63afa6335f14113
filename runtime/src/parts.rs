//! JSON text taken apart into the members of an object or the elements of a list. Its grammar was
//! checked before, so that little has to be looked at.

use std::mem;

use memchr::memchr2;

/// A member or an element. All of them, one behind the other, and the rest are the text again.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// The name in its quotes; empty for an element.
    pub(crate) name: &'a str,
    /// What stands before the value: separators, blanks and the name.
    pub(crate) before: &'a str,
    /// The value.
    pub(crate) value: &'a str,
}

/// The parts of an object or a list.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    have_names: bool,
    /// The length of the bracket that the text opens with, until that was passed.
    opening: usize,
    /// What was not taken apart yet.
    pub(crate) rest: &'a str,
}

impl<'a> Parts<'a> {
    /// The members of an object.
    pub(crate) fn members(object: &'a str) -> Self {
        Self {
            have_names: true,
            opening: 1,
            rest: object,
        }
    }

    /// The elements of a list.
    pub(crate) fn elements(list: &'a str) -> Self {
        Self {
            have_names: false,
            opening: 1,
            rest: list,
        }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        let bytes = self.rest.as_bytes();
        let start = start(bytes, mem::take(&mut self.opening))?;
        let (name, value) = match self.have_names {
            true => {
                let name_end = end(bytes, start)?;
                (start..name_end, self::start(bytes, name_end)?)
            }
            false => (start..start, start),
        };
        let name = self.rest.get(name)?;
        let (whole, rest) = self.rest.split_at_checked(end(bytes, value)?)?;
        let (before, value) = whole.split_at_checked(value)?;
        self.rest = rest;
        Some(Part {
            name,
            before,
            value,
        })
    }
}

/// Where the next name or value starts; `None` where the object or the list ends.
fn start(text: &[u8], from: usize) -> Option<usize> {
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b':');
    let between = text.get(from..)?.iter().take_while(|byte| is_between(byte));
    let start = from + between.count();
    text.get(start)
        .is_some_and(|byte| !matches!(byte, b'}' | b']'))
        .then_some(start)
}

/// Where the name or the value ends that starts there.
fn end(text: &[u8], start: usize) -> Option<usize> {
    match text.get(start)? {
        b'"' => end_of_string(text, start),
        b'{' | b'[' => end_of_brackets(text, start),
        _ => {
            let is_after =
                |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']');
            let rest = text.get(start..)?;
            Some(start + rest.iter().position(is_after).unwrap_or(rest.len()))
        }
    }
}

fn end_of_string(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at += memchr2(b'"', b'\\', text.get(at..)?)?;
        match text.get(at)? {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

fn end_of_brackets(text: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut open) = (start, 0_usize);
    loop {
        match text.get(at)? {
            b'"' => {
                at = end_of_string(text, at)?;
                continue;
            }
            b'{' | b'[' => open += 1,
            b'}' | b']' => open -= 1,
            _ => {}
        }
        at += 1;
        if open == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and values, after a check that nothing was lost.
    fn taken<'a>(mut parts: Parts<'a>) -> Vec<(&'a str, &'a str)> {
        let text = parts.rest;
        let (mut found, mut whole) = (Vec::new(), String::new());
        for part in &mut parts {
            whole.extend([part.before, part.value]);
            found.push((part.name, part.value));
        }
        assert_eq!(whole + parts.rest, text);
        found
    }

    #[test]
    fn members_and_their_values() {
        let object =
            "{ \"a\" : 1,\"b\\\"\\\\\":\"}\\\\\" , \"\":{\"c\":[\"]\",{}]}\n,\"d\":null } ";
        let found = [
            (r#""a""#, "1"),
            (r#""b\"\\""#, r#""}\\""#),
            (r#""""#, r#"{"c":["]",{}]}"#),
            (r#""d""#, "null"),
        ];
        assert_eq!(taken(Parts::members(object)), found);
        assert_eq!(taken(Parts::members("{ }")), []);
    }

    #[test]
    fn elements() {
        let values = [("", "-1.5e3"), ("", "\"\""), ("", "[[1], 2]"), ("", "true")];
        assert_eq!(
            taken(Parts::elements(r#"[-1.5e3,"" , [[1], 2],true]"#)),
            values
        );
        assert_eq!(taken(Parts::elements("[]")), []);
    }

    #[test]
    fn text_that_breaks_off_is_left() {
        for text in [
            "",
            "{",
            "{\"a",
            "{\"a\\",
            "{\"a\":",
            "{\"a\":{\"b\":[",
            "{\"a\":\"é",
        ] {
            assert_eq!(taken(Parts::members(text)), [], "{text}");
        }
    }
}
