//! What unquoted text stands for: the core schema of YAML 1.2 (section 10.3.2), without its numbers
//! that are not JSON's.

use crate::span::Kind;

/// What a plain scalar stands for.
///
/// # Errors
/// It is a number that readers disagree about, such as `010`, `+1` or `0x1f`; with its value where
/// that is an integer of 64 bits.
pub(in crate::parse) fn resolve(text: &str) -> Result<Kind, Option<i64>> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Kind::Null),
        "true" | "True" | "TRUE" => return Ok(Kind::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Kind::Bool(false)),
        _ => {}
    }
    if !is_number(text) {
        return Ok(Kind::String(text.to_owned()));
    }
    let integer = integer(text);
    match (integer, serde_json::from_str::<f64>(text)) {
        (Some(integer), _) if integer.to_string() == text => Ok(Kind::Integer(integer)),
        (None, Ok(float)) if text.contains(['.', 'e', 'E']) => Ok(Kind::Float(float)),
        _ => Err(integer),
    }
}

/// Whether the core schema takes it for a number.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(octal) = text.strip_prefix("0o") {
        return !octal.is_empty() && octal.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    }
    if let Some(hexadecimal) = text.strip_prefix("0x") {
        return !hexadecimal.is_empty() && hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let unsigned = without_sign(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(without_sign(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

/// The value of an integer in any of YAML's notations, where it has 64 bits.
fn integer(text: &str) -> Option<i64> {
    if let Some(octal) = text.strip_prefix("0o") {
        i64::from_str_radix(octal, 8).ok()
    } else if let Some(hexadecimal) = text.strip_prefix("0x") {
        i64::from_str_radix(hexadecimal, 16).ok()
    } else {
        text.parse().ok()
    }
}

fn without_sign(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_what_json_knows_or_text() {
        let shown = |text: &str| format!("{:?}", resolve(text));
        for text in ["", "~", "null"] {
            assert_eq!(shown(text), "Ok(Null)", "{text}");
        }
        assert_eq!(shown("True"), "Ok(Bool(true))");
        assert_eq!(shown("0"), "Ok(Integer(0))");
        assert_eq!(shown("-12"), "Ok(Integer(-12))");
        assert_eq!(
            shown("9223372036854775807"),
            "Ok(Integer(9223372036854775807))"
        );
        assert_eq!(shown("1.5"), "Ok(Float(1.5))");
        assert_eq!(shown("-1e3"), "Ok(Float(-1000.0))");
        for text in [
            "yes",
            "no",
            "on",
            "off",
            "y",
            "nULL",
            "1_000",
            "12:30",
            "2026-11-21",
            "1.2.3",
            ".",
            "-",
            "+",
            "e5",
            "1e",
            "1e+",
            "0x",
            "0o9",
            "0xg",
            "--1",
            "..inf",
            "inf",
            "1 2",
            "é",
            "-.nan",
        ] {
            assert_eq!(shown(text), format!("Ok(String({text:?}))"));
        }
    }

    #[test]
    fn numbers_that_readers_disagree_about_are_refused() {
        for (text, plain) in [
            ("010", Some(10)),
            ("+5", Some(5)),
            ("-0", Some(0)),
            ("0x1F", Some(31)),
            ("0o17", Some(15)),
            ("9223372036854775808", None),
            ("99999999999999999999999999", None),
            (".5", None),
            ("5.", None),
            ("01.5", None),
            ("+1.5", None),
            ("1e999", None),
            (".inf", None),
            ("-.Inf", None),
            (".nan", None),
        ] {
            assert_eq!(resolve(text).unwrap_err(), plain, "{text}");
        }
    }
}
