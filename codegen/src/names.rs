//! Names: of tools, and of the Rust items that stand for them.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

use crate::model::MethodKind;
use crate::syntax::Article;

/// The longest name of a tool that every client takes.
pub const LONGEST_TOOL_NAME: usize = 64;

/// The name of the tool for a method of a resource.
///
/// `singular` is one of the resource: `instance` for `instances`.
#[must_use]
pub fn tool_name(
    slug: &str,
    article: Article,
    resource: &str,
    singular: &str,
    kind: MethodKind,
    method: &str,
) -> String {
    let article = match article {
        Article::A => "a",
        Article::An => "an",
    };
    match kind {
        MethodKind::List => format!("list_all_{slug}_{resource}"),
        MethodKind::Get => format!("get_single_{slug}_{singular}_by_id"),
        MethodKind::Create => format!("create_{article}_{slug}_{singular}"),
        MethodKind::Update => format!("update_{article}_{slug}_{singular}_by_id"),
        MethodKind::Delete => format!("delete_{article}_{slug}_{singular}_by_id"),
        MethodKind::Custom => format!("{slug}_{resource}_{method}"),
    }
}

/// The article that the first letter of a slug asks for.
#[must_use]
pub fn article(slug: &str) -> Article {
    if slug.starts_with(['a', 'e', 'i', 'o', 'u']) {
        Article::An
    } else {
        Article::A
    }
}

/// The resource's name with its last word in the singular.
#[must_use]
pub fn singular(resource: &str) -> String {
    let (head, last) = match resource.rsplit_once('_') {
        Some((head, last)) => (Some(head), last),
        None => (None, resource),
    };
    let last = singular_word(last);
    match head {
        Some(head) => format!("{head}_{last}"),
        None => last,
    }
}

fn singular_word(word: &str) -> String {
    const SAME_IN_BOTH: &[&str] = &["news", "series", "species"];
    const ES_ENDINGS: &[&str] = &["sses", "shes", "ches", "xes", "zzes", "uses"];
    const NO_PLURALS: &[&str] = &["ss", "us", "is"];
    if SAME_IN_BOTH.contains(&word) || NO_PLURALS.iter().any(|ending| word.ends_with(ending)) {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    if ES_ENDINGS.iter().any(|ending| word.ends_with(ending)) {
        return word.strip_suffix("es").unwrap_or(word).to_owned();
    }
    word.strip_suffix('s')
        .filter(|stem| !stem.is_empty())
        .unwrap_or(word)
        .to_owned()
}

/// Whether a name is made of words of `[a-z0-9]` with one `_` between them, and starts with a letter.
/// Such names stay different when they become names of Rust.
#[must_use]
pub fn is_slug(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !name.contains("__")
        && !name.ends_with('_')
}

/// Whether a slug can name neither a module of generated code nor a method of a client.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    matches!(
        name,
        "crate" | "mod" | "new" | "self" | "super" | "toolwright_runtime"
    )
}

/// Whether a name can be an argument's: `[A-Za-z_][A-Za-z0-9_]*`, at most 64 characters.
#[must_use]
pub fn is_argument_name(name: &str) -> bool {
    name.len() <= LONGEST_TOOL_NAME
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The name of a Rust field or method for a vendor's name, without a raw prefix: `$Foo Bar` is
/// `foo_bar`, `1st` is `_1st`, `self` is `self_`. Empty where nothing of the name is left.
#[must_use]
pub fn rust_field(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let mut field = plain.to_snake_case();
    if field.starts_with(|c: char| c.is_ascii_digit()) {
        field.insert(0, '_');
    }
    if NEVER_RAW.contains(&field.as_str()) {
        field.push('_');
    }
    field
}

/// The name of a view's method for a field; `raw` is the view's own.
#[must_use]
pub fn accessor(name: &str) -> String {
    match rust_field(name) {
        field if field == "raw" => "raw_".to_owned(),
        field => field,
    }
}

/// Keywords that cannot be written as raw identifiers.
const NEVER_RAW: &[&str] = &["self", "super", "crate", "_"];

/// The token for a Rust field or method; keywords become raw identifiers.
#[must_use]
pub fn ident(name: &str) -> proc_macro2::Ident {
    let span = proc_macro2::Span::call_site();
    if syn::parse_str::<syn::Ident>(name).is_ok() {
        proc_macro2::Ident::new(name, span)
    } else {
        proc_macro2::Ident::new_raw(name, span)
    }
}

/// The name of a Rust type for one of ours. Names that generated code needs itself get a suffix.
#[must_use]
pub fn rust_type(name: &str) -> String {
    let mut camel = name.to_upper_camel_case();
    if camel.starts_with(|c: char| c.is_ascii_digit()) {
        camel.insert(0, '_');
    }
    if TAKEN_TYPES.contains(&camel.as_str()) {
        camel.push_str("Object");
    }
    camel
}

/// Types that generated code names without a path.
const TAKEN_TYPES: &[&str] = &[
    "Arg",
    "Args",
    "Argument",
    "Arguments",
    "Auth",
    "BTreeMap",
    "Body",
    "Borrow",
    "Call",
    "Client",
    "Connection",
    "ConnectionField",
    "Credential",
    "CredentialKind",
    "Discover",
    "Effect",
    "Error",
    "ErrorKind",
    "ErrorRule",
    "Errors",
    "Field",
    "From",
    "Grant",
    "Host",
    "Http",
    "Identifier",
    "Integration",
    "Into",
    "Iterator",
    "ListCall",
    "ListStyle",
    "Map",
    "MethodKind",
    "None",
    "OAuth2",
    "OAuthRegion",
    "ObjectShape",
    "Operation",
    "Option",
    "Origin",
    "PageSize",
    "PageStyle",
    "Pagination",
    "PathPart",
    "Pattern",
    "Place",
    "RateLimit",
    "ResetFormat",
    "Response",
    "ResponseForm",
    "Result",
    "RuleKind",
    "Self",
    "Shape",
    "Some",
    "Step",
    "Stop",
    "String",
    "StringRule",
    "Tag",
    "Tool",
    "Value",
    "Vec",
];

/// The name of a static for one of ours.
#[must_use]
pub fn rust_static(name: &str) -> String {
    name.to_shouty_snake_case()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_catalogue_follow_the_rule() {
        let name = |slug: &str, resource: &str, kind, method: &str| {
            tool_name(
                slug,
                article(slug),
                resource,
                &singular(resource),
                kind,
                method,
            )
        };
        assert_eq!(
            name("zesty", "instances", MethodKind::List, "list"),
            "list_all_zesty_instances"
        );
        assert_eq!(
            name("egnyte", "users", MethodKind::Update, "update"),
            "update_an_egnyte_user_by_id"
        );
        assert_eq!(
            name("bigcommerce", "products", MethodKind::Create, "create"),
            "create_a_bigcommerce_product"
        );
        assert_eq!(
            name("okta", "users", MethodKind::Create, "create"),
            "create_an_okta_user"
        );
        assert_eq!(
            name("zoho_meeting", "meetings", MethodKind::Get, "get"),
            "get_single_zoho_meeting_meeting_by_id"
        );
        assert_eq!(
            name(
                "zoho_bigin",
                "current_organization",
                MethodKind::List,
                "list"
            ),
            "list_all_zoho_bigin_current_organization"
        );
        assert_eq!(
            name("airtable", "users", MethodKind::Custom, "downgrade"),
            "airtable_users_downgrade"
        );
    }

    #[test]
    fn only_the_last_word_becomes_singular() {
        for (plural, one) in [
            ("instances", "instance"),
            ("instance_users", "instance_user"),
            ("activities", "activity"),
            ("statuses", "status"),
            ("addresses", "address"),
            ("companies", "company"),
            ("boxes", "box"),
            ("series", "series"),
            ("current_organization", "current_organization"),
            ("me", "me"),
            ("houses_of_cards", "houses_of_card"),
            ("s", "s"),
        ] {
            assert_eq!(singular(plural), one);
        }
    }

    #[test]
    fn any_name_becomes_an_identifier_or_nothing() {
        for (name, field) in [
            ("$current_shift", "current_shift"),
            ("1st", "_1st"),
            ("self", "self_"),
            ("type", "type"),
            ("Preferred_Currency__s", "preferred_currency_s"),
            ("e-mail address", "e_mail_address"),
            ("ZUID", "zuid"),
            ("blueprintZUID", "blueprint_zuid"),
            ("日本", ""),
        ] {
            assert_eq!(rust_field(name), field, "{name}");
        }
        assert_eq!(ident("type").to_string(), "r#type");
        assert_eq!(rust_type("result"), "ResultObject");
    }
}
