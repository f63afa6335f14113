//! Names that authors know from elsewhere, above all from OpenAPI and JSON Schema, and ours.

use super::KnownKey;

/// Our type of that name.
pub(super) fn type_meant(name: &str) -> Option<&'static str> {
    Some(match name {
        "str" | "varchar" | "char" | "uuid" | "guid" => "string",
        "date" | "datetime" | "date_time" | "timestamp" | "time" | "email" | "url" | "uri" => {
            "string"
        }
        "int" | "int32" | "int64" | "long" | "uint" => "integer",
        "float" | "double" | "decimal" => "number",
        "bool" => "boolean",
        "array" | "list" => "string[]",
        "map" | "dict" | "hash" => "string{}",
        _ => return None,
    })
}

/// What is written beside or instead of our type, where that is more than its name.
pub(super) fn type_advice(name: &str) -> Option<&'static str> {
    Some(match name {
        "datetime" | "date_time" | "timestamp" | "time" => {
            "a moment is `type: string` with `format: date_time`, or `vendor` where it is no RFC 3339"
        }
        "date" => "a day is `type: string` with `format: date`",
        "email" => "an address is `type: string` with `format: email`",
        "url" | "uri" => "an address is `type: string` with `format: url`",
        "array" | "list" => "a list is written with the type of its elements: `string[]`, `user[]`",
        "map" | "dict" | "hash" => {
            "a map is written with the type of its values: `string{}`, `integer{}`"
        }
        _ => return None,
    })
}

/// Keys of ours, and what they are called elsewhere.
const KEYS: &[(&str, &[&str])] = &[
    // Of a file.
    ("resources", &["paths", "endpoints", "operations", "tools"]),
    (
        "hosts",
        &["servers", "server", "base_url", "baseUrl", "url"],
    ),
    (
        "types",
        &["components", "schemas", "models", "objects", "definitions"],
    ),
    ("integration", &["info"]),
    ("auth", &["security", "securitySchemes", "authentication"]),
    // Of a resource.
    ("methods", &["operations", "endpoints", "actions"]),
    // Of a method.
    (
        "http",
        &[
            "method", "verb", "url", "uri", "endpoint", "route", "request",
        ],
    ),
    (
        "query",
        &["params", "query_params", "queryParameters", "querystring"],
    ),
    (
        "body",
        &[
            "requestBody",
            "request_body",
            "payload",
            "data",
            "json",
            "form",
        ],
    ),
    ("response", &["responses", "result", "output"]),
    (
        "pagination",
        &["paginate", "paginated", "paging", "pages", "pager"],
    ),
    (
        "name",
        &["operationId", "operation_id", "tool", "tool_name"],
    ),
    // Of a value or of what is documented.
    ("title", &["summary", "name"]),
    ("description", &["desc", "summary", "title", "help", "doc"]),
    ("enum", &["values", "choices", "options", "oneOf", "one_of"]),
    ("pattern", &["regex", "regexp"]),
    ("min", &["minimum"]),
    ("max", &["maximum"]),
    ("as", &["alias", "rename"]),
    ("fields", &["properties", "attributes", "props"]),
    ("secret", &["sensitive", "password", "writeOnly"]),
    // Of a response.
    ("type", &["schema", "$ref", "ref", "model"]),
    ("at", &["path", "root", "key", "field", "data", "json_path"]),
    // Of the documentation.
    ("source", &["url", "link", "externalDocs", "documentation"]),
    ("sample", &["example", "examples", "response"]),
    // Of pagination.
    ("parameter", &["param", "name"]),
    ("page_parameter", &["param", "parameter"]),
    ("size", &["per_page", "page_size", "limit"]),
    ("stop", &["until", "end"]),
];

/// What to write instead of keys that stand for none of ours: the key, one that is known where it
/// stands, and the advice.
const ADVICE: &[(&[&str], &str, &str)] = &[
    (
        &["parameters", "arguments", "args", "inputs"],
        "query",
        "arguments are declared by where they go: under `path`, `query`, `headers` or `body.fields`",
    ),
    (
        &["summary"],
        "docs",
        "a short name is the `title` of `docs`, and what the method does its `description`",
    ),
    (
        &["example", "examples"],
        "docs",
        "an answer of the vendor is the `sample` of `docs`",
    ),
    (
        &["items"],
        "min_items",
        "a list is written with the type of its elements: `type: \"string[]\"`",
    ),
    (
        &["additionalProperties"],
        "min_items",
        "a map is written with the type of its values: `type: \"string{}\"`",
    ),
    (
        &["nullable"],
        "min_items",
        "what may be null in an answer has a `?` behind its type: `type: string?`",
    ),
    (
        &["optional"],
        "min_items",
        "what is not `required: true` is optional",
    ),
    (
        &["in"],
        "min_items",
        "an argument stands under the place that it goes to: `path`, `query`, `headers` or `body.fields`",
    ),
    (
        &["example", "examples"],
        "min_items",
        "put an example into the `description`; a kind of identifier has one of its own",
    ),
];

/// Our key for one that has another name elsewhere, of those that are known here.
pub(super) fn key_meant<'k>(key: &str, known: &[KnownKey<'k>]) -> Option<&'k str> {
    let mut ours = KEYS.iter().filter(|(_, theirs)| theirs.contains(&key));
    ours.find_map(|(ours, _)| known.iter().find(|known| known.name == *ours))
        .map(|known| known.name)
}

/// What to write instead of a key that stands for none of those that are known here.
pub(super) fn key_advice(key: &str, known: &[KnownKey<'_>]) -> Option<&'static str> {
    let is_known = |name: &str| known.iter().any(|known| known.name == name);
    let mut advice = ADVICE
        .iter()
        .filter(|(theirs, here, _)| theirs.contains(&key) && is_known(here));
    advice.next().map(|(_, _, advice)| *advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known<'k>(names: &[&'k str]) -> Vec<KnownKey<'k>> {
        let key = |name: &&'k str| KnownKey { name, about: "" };
        names.iter().map(key).collect()
    }

    #[test]
    fn a_key_is_meant_where_ours_is_known() {
        let (file, method) = (
            known(&["resources", "hosts"]),
            known(&["http", "query", "docs"]),
        );
        assert_eq!(key_meant("url", &file), Some("hosts"));
        assert_eq!(key_meant("url", &method), Some("http"));
        assert_eq!(key_meant("params", &method), Some("query"));
        assert_eq!(key_meant("params", &file), None);
        assert!(key_advice("parameters", &method).is_some());
        assert_eq!(key_advice("parameters", &file), None);
    }

    #[test]
    fn types_are_meant_by_their_names_elsewhere() {
        assert_eq!(type_meant("str"), Some("string"));
        assert_eq!(type_meant("array"), Some("string[]"));
        assert_eq!(type_meant("ticket"), None);
        assert!(type_advice("datetime").unwrap().contains("date_time"));
        assert_eq!(type_advice("bool"), None);
    }
}
