//! `next_cursor`: a [`Position`] as opaque text that only fits the call it came from.
//!
//! base64url of: version, checksum (4 bytes), binding (8 bytes), position as a JSON list.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind};
use crate::page::{Fingerprint, Position, Start};
use crate::table::{Operation, Place};

const VERSION: u8 = 1;

/// Longer ones are not looked at; vendors' tokens have some hundred characters.
const LONGEST: usize = 16 * 1024;

/// What a cursor belongs to: a tool, an account, and all arguments but the limit and the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding([u8; 8]);

impl Binding {
    /// The binding of a call.
    #[must_use]
    pub fn new(operation: &Operation, account: &str, arguments: &Map<String, Value>) -> Self {
        let mut hash = Sha256::new();
        for text in [operation.name, account] {
            hash.update(text.len().to_le_bytes());
            hash.update(text);
        }
        let is_paging = |name: &str| {
            let mut args = operation.args.iter();
            args.any(|arg| arg.name == name && matches!(arg.place, Place::Limit | Place::Cursor))
        };
        let arguments = arguments.iter().filter(|(name, _)| !is_paging(name));
        members(&mut hash, arguments.collect());
        Self(leading(&hash.finalize()))
    }
}

/// Writes a position as a cursor.
#[must_use]
pub fn encode(position: &Position, binding: Binding) -> String {
    let start = match &position.start {
        Start::First => Value::Null,
        Start::Number(number) => json!(number),
        Start::Token(token) => json!(["token", token]),
        Start::Link(query) => json!(["link", query]),
    };
    let previous = position.previous.map(u64::from_be_bytes);
    let Position {
        size, seen, skip, ..
    } = position;
    let mut bytes = binding.0.to_vec();
    bytes.extend(
        json!([start, size, seen, skip, previous])
            .to_string()
            .into_bytes(),
    );
    let mut cursor = vec![VERSION];
    cursor.extend(checksum(&bytes));
    cursor.extend(bytes);
    URL_SAFE_NO_PAD.encode(cursor)
}

/// Reads a cursor.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] with a sentence that says what to do, when it is damaged or belongs
/// to another call.
pub fn decode(cursor: &str, binding: Binding) -> Result<Position, Error> {
    let bytes = (cursor.len() <= LONGEST)
        .then(|| URL_SAFE_NO_PAD.decode(cursor).ok())
        .flatten()
        .ok_or_else(damaged)?;
    let (version, rest) = bytes.split_first().ok_or_else(damaged)?;
    let (sum, rest) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
    if *version != VERSION || checksum(rest) != *sum {
        return Err(damaged());
    }
    let (bound, position) = rest.split_first_chunk::<8>().ok_or_else(damaged)?;
    if *bound != binding.0 {
        return Err(refused(
            "This next_cursor does not belong to this call. It goes on only with the tool, the account and \
             the arguments of the call that returned it; `limit` may differ. Repeat those, or leave \
             next_cursor out to start at the first row.",
        ));
    }
    let position = serde_json::from_slice(position).ok();
    position.as_ref().and_then(position_of).ok_or_else(damaged)
}

/// The refusal of a cursor that no call has handed out.
pub(crate) fn damaged() -> Error {
    refused(
        "This next_cursor is damaged. Pass the one of the last result exactly as it was received, or \
         leave it out to start at the first row.",
    )
}

fn position_of(value: &Value) -> Option<Position> {
    let [start, size, seen, skip, previous] = value.as_array()?.as_slice() else {
        return None;
    };
    let start = match start {
        Value::Null => Start::First,
        Value::Number(number) => Start::Number(number.as_u64()?),
        Value::Array(pair) => match pair.as_slice() {
            [Value::String(kind), Value::String(text)] if kind == "token" => {
                Start::Token(text.clone())
            }
            [Value::String(kind), Value::String(text)] if kind == "link" => {
                Start::Link(text.clone())
            }
            _ => return None,
        },
        _ => return None,
    };
    let size = match size {
        Value::Null => None,
        size => Some(u32::try_from(size.as_u64()?).ok()?),
    };
    let previous: Option<Fingerprint> = match previous {
        Value::Null => None,
        previous => Some(previous.as_u64()?.to_be_bytes()),
    };
    // Sums of such numbers cannot overflow.
    let small = |value: &Value| value.as_u64().filter(|number| *number < 1 << 48);
    if let Start::Number(number) = start
        && number >= 1 << 48
    {
        return None;
    }
    Some(Position {
        start,
        size,
        seen: small(seen)?,
        skip: small(skip)?,
        previous,
    })
}

fn refused(message: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = leading(&Sha256::digest(bytes));
    [a, b, c, d]
}

fn leading(hash: &[u8]) -> [u8; 8] {
    hash.first_chunk().copied().unwrap_or_default()
}

/// Hashes a JSON value so that the order of members does not count.
fn value(hash: &mut Sha256, content: &Value) {
    match content {
        Value::Object(object) => members(hash, object.iter().collect()),
        Value::Array(elements) => {
            hash.update([b'[']);
            elements.iter().for_each(|element| value(hash, element));
            hash.update([b']']);
        }
        // JSON text cannot run into its neighbour: a string is quoted, a number ends at the comma.
        scalar => {
            hash.update(scalar.to_string());
            hash.update([b',']);
        }
    }
}

fn members(hash: &mut Sha256, mut members: Vec<(&String, &Value)>) {
    members.sort_unstable_by_key(|(name, _)| *name);
    hash.update([b'{']);
    for (name, member) in members {
        value(hash, &Value::String(name.clone()));
        value(hash, member);
    }
    hash.update([b'}']);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ARG, OPERATION};
    use crate::table::Arg;

    static LIST: Operation = Operation {
        args: &[
            Arg {
                name: "limit",
                place: Place::Limit,
                ..ARG
            },
            Arg {
                name: "next_cursor",
                place: Place::Cursor,
                ..ARG
            },
            ARG,
        ],
        ..OPERATION
    };

    fn binding(account: &str, arguments: Value) -> Binding {
        Binding::new(&LIST, account, arguments.as_object().unwrap())
    }

    fn positions() -> Vec<Position> {
        let position = |start, size, previous| Position {
            start,
            size,
            seen: 7,
            skip: 3,
            previous,
        };
        vec![
            position(Start::First, None, None),
            position(Start::Number(12), Some(100), Some([255; 8])),
            position(Start::Token("a\"b ü".to_owned()), Some(1), Some([0; 8])),
            position(
                Start::Link("page=2&x=%20".to_owned()),
                None,
                Some([1, 2, 3, 4, 5, 6, 7, 8]),
            ),
        ]
    }

    #[test]
    fn comes_back_as_it_went() {
        let binding = binding("a", json!({"q": "x"}));
        for position in positions() {
            let cursor = encode(&position, binding);
            assert!(
                cursor
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            );
            assert_eq!(decode(&cursor, binding).unwrap(), position);
        }
    }

    #[test]
    fn fits_only_the_call_it_came_from() {
        let given = json!({"q": {"b": [1, 2], "a": 1}, "limit": 5, "next_cursor": "x"});
        let cursor = encode(&positions()[0], binding("a", given));
        for fitting in [
            json!({"q": {"a": 1, "b": [1, 2]}}),
            json!({"limit": 9, "q": {"a": 1, "b": [1, 2]}}),
        ] {
            assert!(decode(&cursor, binding("a", fitting)).is_ok());
        }
        for other in [
            binding("b", json!({"q": {"a": 1, "b": [1, 2]}})),
            binding("a", json!({"q": {"a": 1, "b": [12]}})),
            binding("a", json!({"q": {"a": 1, "b": [2, 1]}})),
            binding("a", json!({})),
            Binding::new(
                &Operation {
                    name: "other",
                    args: &[],
                    ..OPERATION
                },
                "a",
                json!({"q": {"a": 1, "b": [1, 2]}}).as_object().unwrap(),
            ),
        ] {
            let error = decode(&cursor, other).unwrap_err();
            assert!(
                error.message.contains("does not belong to this call"),
                "{error}"
            );
        }
    }

    #[test]
    fn damage_is_noticed() {
        let binding = binding("a", json!({}));
        let cursor = encode(&positions()[1], binding);
        for index in 0..cursor.len() {
            let mut damaged = cursor.clone().into_bytes();
            damaged[index] = if damaged[index] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(damaged).unwrap();
            let error = decode(&damaged, binding).unwrap_err();
            assert!(error.message.contains("is damaged"), "{index}: {error}");
        }
        for other in [
            "",
            "A",
            "AAAA",
            "!!",
            "1",
            &cursor[1..],
            &"A".repeat(20_000),
        ] {
            assert!(decode(other, binding).is_err());
        }
        assert!(decode(&format!("{cursor}="), binding).is_err());
        assert!(decode(&format!(" {cursor}"), binding).is_err());
    }

    #[test]
    fn numbers_that_would_overflow_are_refused() {
        let position = |start, seen| Position {
            start,
            size: None,
            seen,
            skip: 0,
            previous: None,
        };
        let binding = binding("a", json!({}));
        for position in [
            position(Start::Number(u64::MAX), 0),
            position(Start::First, u64::MAX),
        ] {
            assert!(decode(&encode(&position, binding), binding).is_err());
        }
    }
}
