//! Text as a JSON string. The result of a call holds its JSON once more as text, where every eighth
//! byte is a quote: a serialiser that is made for prose takes twice as long over it as this.

/// How many bytes are looked at together.
const WORD: usize = 8;

/// Appends the text in quotes, with escapes where JSON wants them (RFC 8259 section 7).
pub(super) fn push(to: &mut Vec<u8>, text: &str) {
    let is_control = |byte: u8| byte < b' ';
    // Without a way out in the middle this is done for many bytes at once.
    if text.bytes().fold(false, |any, byte| any | is_control(byte)) {
        to.extend(serde_json::Value::from(text).to_string().bytes());
        return;
    }
    to.push(b'"');
    let (words, rest) = text.as_bytes().as_chunks::<WORD>();
    push_words(to, words);
    for byte in rest {
        if matches!(byte, b'"' | b'\\') {
            to.push(b'\\');
        }
        to.push(*byte);
    }
    to.push(b'"');
}

/// Appends words whose bytes need no other escape than a backslash before them. A word is always
/// written as a whole, and what is too much of it is overwritten by what follows.
fn push_words(to: &mut Vec<u8>, words: &[[u8; WORD]]) {
    let mut end = to.len();
    to.resize(end + words.len() * 2 * WORD + WORD, 0);
    for word in words {
        let mut word = u64::from_le_bytes(*word);
        let mut marks = marks(word);
        let mut left = WORD;
        while marks != 0 {
            let plain = marks.trailing_zeros() / 8;
            write(to, end, word.to_le_bytes());
            word >>= plain * 8;
            let [marked, ..] = word.to_le_bytes();
            end += plain as usize;
            write(to, end, [b'\\', marked]);
            end += 2;
            left -= plain as usize + 1;
            word >>= 8;
            marks = (marks >> (plain * 8)) >> 8;
        }
        write(to, end, word.to_le_bytes());
        end += left;
    }
    to.truncate(end);
}

fn write<const N: usize>(to: &mut [u8], at: usize, bytes: [u8; N]) {
    if let Some(place) = to.get_mut(at..at + N) {
        place.copy_from_slice(&bytes);
    }
}

/// A word with the highest bit set of each byte that is a quote or a backslash. Sums stay within
/// their byte, so that no byte depends on its neighbours.
fn marks(word: u64) -> u64 {
    const fn each(byte: u8) -> u64 {
        u64::from_le_bytes([byte; WORD])
    }
    const LOW: u64 = each(0x7f);
    let differs_from = |byte| {
        let difference = word ^ each(byte);
        ((difference & LOW) + LOW) | difference
    };
    !(differs_from(b'"') & differs_from(b'\\')) & !LOW
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> String {
        let mut string = Vec::new();
        push(&mut string, text);
        String::from_utf8(string).unwrap()
    }

    fn check(text: &str) {
        assert_eq!(string(text), serde_json::to_string(text).unwrap());
    }

    #[test]
    fn every_pair_of_characters_at_every_place() {
        let characters = (0..=0xff)
            .chain([0x20ac, 0x1f600])
            .filter_map(char::from_u32);
        for first in characters.clone() {
            for second in characters.clone() {
                check(&format!("{first}{second}"));
            }
            for place in 0..20 {
                let before = "a".repeat(place);
                check(&format!("{before}{first}{first}#]!"));
            }
        }
    }

    #[test]
    fn the_empty_one_and_only_escapes() {
        check("");
        for length in 1..40 {
            check(&"\"".repeat(length));
            check(&"\\\u{1}".repeat(length));
        }
    }
}
