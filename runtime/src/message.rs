//! The words of an error: what the vendor said, as a sentence.

use bytes::Bytes;

use crate::document::Document;
use crate::error::{ErrorKind, RateLimit};
use crate::json_path;
use crate::send::Answer;
use crate::table::Integration;

/// How much of an answer an error keeps, in bytes.
const KEPT: usize = 64 * 1024;

/// How much of what a vendor said goes into a sentence, in characters.
const SAID: usize = 500;

/// How much of a vendor's code is kept, in characters.
const CODE: usize = 64;

/// The sentence about an answer that says no: `Acme answered 404 (NO_USER): No such user.`
pub(crate) fn of_failure(
    integration: &Integration,
    answer: &Answer,
    document: Option<&Document<'_>>,
    code: Option<&str>,
) -> String {
    let (label, status) = (integration.label, answer.status);
    let said = match document {
        Some(document) => integration.errors.message.iter().find_map(|path| {
            let values = document.select(path);
            let texts = values.iter().filter_map(json_path::scalar);
            let texts: Vec<String> = texts.filter(|text| !text.trim().is_empty()).collect();
            (!texts.is_empty()).then(|| texts.join("; "))
        }),
        None => body_text(&answer.body).map(|text| without_tags(&text)),
    };
    let said = sentence(&said.unwrap_or_default());
    let news = code.filter(|code| !said.contains(code) && *code != status.to_string());
    let code = news
        .map(|code| format!(" ({})", cut(code, CODE)))
        .unwrap_or_default();
    let failed = if (200..300).contains(&status) {
        " but failed"
    } else {
        ""
    };
    match (said.as_str(), status) {
        ("", 300..400) => format!("{label} answered {status}, a redirect, which is not followed."),
        ("", _) => format!("{label} answered {status}{failed}{code} without a message."),
        (said, _) => format!("{label} answered {status}{failed}{code}: {said}"),
    }
}

/// What to do next where the definition does not say.
pub(crate) fn default_hint(kind: ErrorKind, rate_limit: &RateLimit) -> Option<String> {
    match (kind, rate_limit.reset) {
        (ErrorKind::RateLimited, Some(1)) => Some("Call again in 1 second.".to_owned()),
        (ErrorKind::RateLimited, Some(reset)) => Some(format!("Call again in {reset} seconds.")),
        (ErrorKind::RateLimited, None) => Some("Wait before the next call.".to_owned()),
        (ErrorKind::Unauthorized, _) => Some(
            "The credential of this account is not accepted; connect the account again.".to_owned(),
        ),
        _ => None,
    }
}

/// A vendor's code, which some gateway may make a page of.
pub(crate) fn code(code: &str) -> String {
    cut(code, CODE).to_owned()
}

/// The body as it came, for whoever looks closer.
pub(crate) fn body_text(body: &Bytes) -> Option<String> {
    let kept = body.get(..KEPT).unwrap_or(body);
    (!kept.is_empty()).then(|| String::from_utf8_lossy(kept).into_owned())
}

/// One line without blanks at its ends, cut to a readable length, with a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let mut words = String::new();
    for word in text.split(|character: char| character.is_whitespace() || character.is_control()) {
        if words.len() > SAID {
            break;
        }
        if !word.is_empty() {
            let separator = if words.is_empty() { "" } else { " " };
            words.extend([separator, cut(word, SAID)]);
        }
    }
    let line = cut(&words, SAID);
    let end = match line.chars().next_back() {
        None | Some('.' | '!' | '?') => "",
        Some(_) if line.len() < words.len() => "…",
        Some(_) => ".",
    };
    format!("{line}{end}")
}

fn cut(text: &str, characters: usize) -> &str {
    text.char_indices()
        .nth(characters)
        .map_or(text, |(end, _)| text.split_at(end).0)
}

/// The text of an HTML page, which gateways like to send, without its head's scripts and styles.
fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while text.len() <= SAID {
        let Some((before, tag)) = rest.split_once('<') else {
            text.push_str(cut(rest, SAID));
            break;
        };
        text.extend([cut(before, SAID), " "]);
        let Some((inside, after)) = tag.split_once('>') else {
            break;
        };
        let name = inside
            .split([' ', '/', '\n', '\t'])
            .next()
            .unwrap_or_default();
        rest = match name.to_ascii_lowercase().as_str() {
            hidden @ ("script" | "style") => {
                let end = format!("</{hidden}");
                after.find(&end).map_or("", |index| after.split_at(index).1)
            }
            _ => after,
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_one_line() {
        assert_eq!(sentence("  No\r\n such\tuser "), "No such user.");
        assert_eq!(sentence("Why?"), "Why?");
        assert_eq!(sentence(" \0 "), "");
        assert_eq!(sentence(&"ab ".repeat(1000)).chars().count(), SAID + 1);
        assert_eq!(sentence(&"é".repeat(1000)).chars().count(), SAID + 1);
    }

    #[test]
    fn a_page_is_read() {
        let read = |html: &str| sentence(&without_tags(html));
        assert_eq!(read("<h1>Developer Over Qps</h1>"), "Developer Over Qps.");
        let page = "<!DOCTYPE html><html><head><style>a{b}</style></head>\n<body class=x>\
                    <script>x<y</script>Bad <b>gateway</b></body></html>";
        assert_eq!(read(page), "Bad gateway.");
        assert_eq!(read("plain text"), "plain text.");
        assert_eq!(read("cut <b"), "cut.");
        assert_eq!(read("<style>never ends"), "");
    }

    #[test]
    fn a_body_is_kept_up_to_a_limit() {
        assert_eq!(body_text(&Bytes::new()), None);
        assert_eq!(
            body_text(&Bytes::from_static(b"a\xff")).as_deref(),
            Some("a\u{fffd}")
        );
        assert_eq!(
            body_text(&Bytes::from("a".repeat(100_000))).unwrap().len(),
            KEPT
        );
    }
}
