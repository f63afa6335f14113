//! The small notations inside strings: request lines, templates, places in JSON, type expressions.
//!
//! Each parser returns what is wrong as a sentence; the caller knows where it stands.

use crate::model::{Http, Step};

/// The most steps of a place, and the most marks of a type. What walks them may recurse.
const MOST_STEPS: usize = 32;

/// A request line: `GET /v1/users/{id}`.
#[derive(Debug, PartialEq)]
pub struct RequestLine<'a> {
    /// The HTTP method.
    pub http: Http,
    /// The path's template.
    pub path: Vec<Piece<'a>>,
}

/// A piece of a template.
#[derive(Debug, PartialEq)]
pub enum Piece<'a> {
    /// Text as it stands.
    Text(&'a str),
    /// A variable: `{name}`.
    Variable(&'a str),
}

/// The methods that a request line can start with.
const HTTP_METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Reads a request line.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn request_line(text: &str) -> Result<RequestLine<'_>, String> {
    let (method, path) = text
        .split_once(' ')
        .ok_or("expected a method and a path, such as `GET /v1/users`")?;
    let http = match method {
        "GET" => Http::Get,
        "POST" => Http::Post,
        "PUT" => Http::Put,
        "PATCH" => Http::Patch,
        "DELETE" => Http::Delete,
        _ if HTTP_METHODS.contains(&method.to_ascii_uppercase().as_str()) => {
            let capitals = method.to_ascii_uppercase();
            return Err(format!("the method is written in capitals: `{capitals}`"));
        }
        _ => {
            return Err(format!(
                "`{method}` is not one of GET, POST, PUT, PATCH and DELETE"
            ));
        }
    };
    let pieces = template(path)?;
    path_is_plain(path, &pieces)?;
    Ok(RequestLine { http, path: pieces })
}

/// What is written out in a path stays below the host: it starts with `/` and holds nothing that a
/// URL parser would read as something else.
fn path_is_plain(path: &str, pieces: &[Piece<'_>]) -> Result<(), String> {
    if !path.starts_with('/') {
        return Err("the path must start with `/`; hosts are named with `host:`".to_owned());
    }
    if path.contains("//") {
        return Err("the path holds an empty segment (`//`)".to_owned());
    }
    for piece in pieces {
        let Piece::Text(text) = piece else { continue };
        if let Some((_, rest)) = text.split_once("/:") {
            let name = rest.split('/').next().unwrap_or_default();
            return Err(format!("a variable is written `{{{name}}}`, not `:{name}`"));
        }
        if text.contains('?') {
            return Err("the query is not part of the path; declare it under `query:`".to_owned());
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || "/-._~@:!$&'()*+,;=".contains(c);
        if let Some(bad) = text.chars().find(|c| !allowed(*c)) {
            return Err(format!(
                "`{}` does not belong in a path",
                bad.escape_default()
            ));
        }
    }
    if path
        .split('/')
        .any(|segment| segment == "." || segment == "..")
    {
        return Err("a path may not hold the segments `.` and `..`".to_owned());
    }
    Ok(())
}

/// Reads a template with `{name}` variables.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn template(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        if before.contains('}') {
            return Err("there is a `}` without a `{` before it".to_owned());
        }
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        let (name, tail) = after
            .split_once('}')
            .ok_or("there is a `{` without a `}` after it")?;
        if !crate::names::is_argument_name(name) {
            return Err(format!("`{{{name}}}` does not hold a name"));
        }
        pieces.push(Piece::Variable(name));
        rest = tail;
    }
    if rest.contains('}') {
        return Err("there is a `}` without a `{` before it".to_owned());
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    Ok(pieces)
}

/// Reads a place in a JSON document: `users[0].name`, `users[].status`.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn place(text: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    for part in text.split('.') {
        let (key, mut brackets) = match part.find('[') {
            Some(at) => part.split_at(at),
            None => (part, ""),
        };
        // Only the whole answer can be a list without a name: `[].id`.
        let is_root_list = steps.is_empty() && !brackets.is_empty();
        if key.is_empty() && !is_root_list {
            return Err("a name is missing".to_owned());
        }
        if key.contains(']') {
            return Err("`[` and `]` do not match".to_owned());
        }
        if !key.is_empty() {
            steps.push(Step::Key(key.to_owned()));
        }
        while !brackets.is_empty() {
            let (index, rest) = brackets
                .strip_prefix('[')
                .and_then(|rest| rest.split_once(']'))
                .ok_or("`[` and `]` do not match")?;
            steps.push(if index.is_empty() {
                Step::Each
            } else {
                Step::Index(
                    index
                        .parse()
                        .map_err(|_| format!("`[{index}]` is not an index"))?,
                )
            });
            brackets = rest;
        }
        if steps.len() > MOST_STEPS {
            return Err(format!("it has more than {MOST_STEPS} steps"));
        }
    }
    Ok(steps)
}

/// The names of a path into a body: `name.first` is `first` in `name`. A dot of the vendor's own is
/// written `\.`.
#[must_use]
pub fn body_path(text: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_escape = c == '\\' && chars.peek() == Some(&'.');
        match (c, names.last_mut()) {
            ('.', _) => names.push(String::new()),
            (_, Some(name)) => name.extend(if is_escape { chars.next() } else { Some(c) }),
            (_, None) => {}
        }
    }
    names
}

/// The names of types that are not declared.
pub const BUILT_IN_TYPES: [&str; 7] = [
    "string", "integer", "number", "boolean", "text", "any", "object",
];

/// A type as written: `string?`, `user[]`, `integer{}`.
#[derive(Debug, PartialEq)]
pub struct TypeExpression<'a> {
    /// The name before the marks.
    pub base: &'a str,
    /// The marks, innermost first.
    pub marks: Vec<Mark>,
    /// Whether the whole may be null.
    pub nullable: bool,
}

/// A mark of a type expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `[]`: a list of it.
    List,
    /// `{}`: a map to it.
    Map,
}

/// Reads a type expression. A `?` is allowed after each mark; only the last one matters, since
/// elements that are null do no harm.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn type_expression(text: &str) -> Result<TypeExpression<'_>, String> {
    let end = text
        .find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'))
        .unwrap_or(text.len());
    let (base, mut rest) = text.split_at(end);
    if !crate::names::is_slug(base) {
        return Err(format!(
            "`{text}` does not start with a name in small letters"
        ));
    }
    let mut marks = Vec::new();
    let mut nullable = false;
    while !rest.is_empty() {
        if let Some(tail) = rest.strip_prefix('?') {
            nullable = true;
            rest = tail;
            continue;
        }
        let (mark, tail) = if let Some(tail) = rest.strip_prefix("[]") {
            (Mark::List, tail)
        } else if let Some(tail) = rest.strip_prefix("{}") {
            (Mark::Map, tail)
        } else {
            return Err(format!(
                "`{rest}` is none of the marks `[]`, `{{}}` and `?`"
            ));
        };
        if marks.len() == MOST_STEPS {
            return Err(format!("it has more than {MOST_STEPS} marks"));
        }
        marks.push(mark);
        nullable = false;
        rest = tail;
    }
    Ok(TypeExpression {
        base,
        marks,
        nullable,
    })
}

/// Reads a status (`403`) or a class of them (`2xx`) as a range, both ends included.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn status(text: &str) -> Result<(u16, u16), String> {
    let wrong = || format!("`{text}` is neither a status such as `403` nor a class such as `2xx`");
    if let Some(class) = text.strip_suffix("xx") {
        let class: u16 = class.parse().map_err(|_| wrong())?;
        return if (1..=5).contains(&class) {
            Ok((class * 100, class * 100 + 99))
        } else {
            Err(wrong())
        };
    }
    let status: u16 = text.parse().map_err(|_| wrong())?;
    if (100..=599).contains(&status) {
        Ok((status, status))
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn body_paths() {
        assert_eq!(body_path("a"), ["a"]);
        assert_eq!(body_path("a.b"), ["a", "b"]);
        assert_eq!(body_path(r"@odata\.type"), ["@odata.type"]);
        assert_eq!(body_path(r"a\.b.c\d"), ["a.b", r"c\d"]);
        assert_eq!(body_path("a."), ["a", ""]);
    }

    #[test]
    fn request_lines() {
        let line = request_line("GET /api/v2/{zsoid}/sessions/{id}.json").unwrap();
        assert_eq!(line.http, Http::Get);
        assert_eq!(
            line.path,
            [
                Piece::Text("/api/v2/"),
                Piece::Variable("zsoid"),
                Piece::Text("/sessions/"),
                Piece::Variable("id"),
                Piece::Text(".json"),
            ]
        );
        for wrong in [
            "GET",
            "get /a",
            "GET /a/:id",
            "GET a",
            "GET /a//b",
            "GET /a?b=c",
            "GET /a#b",
            "GET /a%2e",
            "GET /../a",
            "GET /{a",
            "GET /a}",
            "GET /{}",
            "GET /{a b}",
            "GET /é",
        ] {
            assert!(request_line(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn places() {
        assert_eq!(
            place("users[0].name").unwrap(),
            [
                Step::Key("users".into()),
                Step::Index(0),
                Step::Key("name".into())
            ]
        );
        assert_eq!(
            place("a[].b").unwrap(),
            [Step::Key("a".into()), Step::Each, Step::Key("b".into())]
        );
        assert_eq!(place("[].b").unwrap(), [Step::Each, Step::Key("b".into())]);
        for wrong in ["", ".", "a..b", "a.", "a[", "a[x]", "a]", "a[0"] {
            assert!(place(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn types() {
        assert_eq!(
            type_expression("role[]?").unwrap(),
            TypeExpression {
                base: "role",
                marks: vec![Mark::List],
                nullable: true
            }
        );
        assert_eq!(
            type_expression("string?{}").unwrap(),
            TypeExpression {
                base: "string",
                marks: vec![Mark::Map],
                nullable: false
            }
        );
        for wrong in ["", "String", "[]", "string[", "a b", "string!"] {
            assert!(type_expression(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn statuses() {
        assert_eq!(status("403"), Ok((403, 403)));
        assert_eq!(status("2xx"), Ok((200, 299)));
        for wrong in ["", "xx", "9xx", "99", "600", "-1", "4x"] {
            assert!(status(wrong).is_err(), "{wrong}");
        }
    }
}
