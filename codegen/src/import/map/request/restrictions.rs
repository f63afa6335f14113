//! What restricts scalars and lists, as far as the language has words for it.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::check::text::passes;
use crate::import::definition::Value;
use crate::import::schema::{Kind, Schema};

/// The greatest integer that survives a client which reads JSON numbers as doubles.
const GREATEST: i64 = 9_007_199_254_740_991;

/// A scalar with the restrictions that the language has.
pub(super) fn scalar(kind: Kind, schema: &Schema<'_>) -> Value {
    let mut keys = Vec::new();
    let ty = match kind {
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Boolean => "boolean",
        _ => "string",
    };
    match kind {
        Kind::Integer | Kind::Number => range(schema, &mut keys),
        Kind::Boolean => {}
        _ => text_keys(schema, &mut keys),
    }
    Value {
        ty: ty.to_owned(),
        keys,
        ..Value::default()
    }
}

fn text_keys(schema: &Schema<'_>, keys: &mut Vec<(&'static str, Json)>) {
    if let Some(format) = format(schema) {
        keys.push(("format", json!(format)));
    }
    // An enumeration says more than what restricts it further.
    if let Some(values) = words(schema) {
        return keys.push(("enum", json!(values)));
    }
    bounds(
        schema,
        ("minLength", "min_length"),
        ("maxLength", "max_length"),
        keys,
    );
    let is_sound = |pattern: &&str| {
        crate::lower::is_anchored(pattern) && regex_lite::Regex::new(pattern).is_ok()
    };
    if let Some(pattern) = schema.text("pattern").filter(is_sound) {
        keys.push(("pattern", json!(pattern)));
    }
}

/// The strings of an enumeration, where all of them can be given.
pub(crate) fn words<'d>(schema: &Schema<'d>) -> Option<Vec<&'d str>> {
    let only = schema.keyword("const").and_then(Json::as_str);
    let values = schema.keyword("enum").and_then(Json::as_array);
    let values = values.map(|values| values.iter().filter(|value| !value.is_null()));
    let mut words: Vec<&str> = match (only, values) {
        (Some(only), _) => vec![only],
        (None, Some(values)) => values.map(Json::as_str).collect::<Option<_>>()?,
        (None, None) => return None,
    };
    let mut seen = BTreeSet::new();
    words.retain(|word| !word.is_empty() && seen.insert(*word));
    (!words.is_empty() && words.iter().all(|word| passes(word))).then_some(words)
}

/// The one string that an enumeration leaves.
pub(super) fn only_word<'d>(schema: &Schema<'d>) -> Option<&'d str> {
    match words(schema)?.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

/// The form of a text, where the language has a word for it.
pub(crate) fn format(schema: &Schema<'_>) -> Option<&'static str> {
    match schema.text("format")? {
        "date" => Some("date"),
        "date-time" => Some("date_time"),
        "email" => Some("email"),
        "uri" | "url" => Some("url"),
        _ => None,
    }
}

fn range(schema: &Schema<'_>, keys: &mut Vec<(&'static str, Json)>) {
    let bound = |name: &str| {
        let bound = schema.keyword(name)?;
        let whole = bound.as_i64().or_else(|| {
            let float = bound.as_f64().filter(|float| float.fract() == 0.0)?;
            format!("{float}").parse().ok()
        });
        whole.filter(|whole| (-GREATEST..=GREATEST).contains(whole))
    };
    let (least, most) = (bound("minimum"), bound("maximum"));
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        return;
    }
    keys.extend(least.map(|least| ("min", json!(least))));
    keys.extend(most.map(|most| ("max", json!(most))));
}

/// How much there may be of something, where that leaves anything.
pub(super) fn bounds(
    schema: &Schema<'_>,
    least: (&str, &'static str),
    most: (&str, &'static str),
    keys: &mut Vec<(&'static str, Json)>,
) {
    let bound = |name: &str| {
        schema
            .keyword(name)?
            .as_u64()
            .and_then(|bound| u32::try_from(bound).ok())
    };
    let (from, to) = (bound(least.0), bound(most.0));
    if to == Some(0) || from.is_some_and(|from| to.is_some_and(|to| from > to)) {
        return;
    }
    keys.extend(
        from.filter(|from| *from > 0)
            .map(|from| (least.1, json!(from))),
    );
    keys.extend(to.map(|to| (most.1, json!(to))));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::resolve::Resolver;

    #[test]
    fn restrictions_that_leave_nothing_are_left_out() {
        let keys = |schema: Json| {
            let schema = Schema::read(Resolver::new(&Json::Null), &schema).unwrap();
            scalar(schema.kind.unwrap(), &schema).keys
        };
        let schema = json!({ "type": "string", "enum": ["", "a", "a", null], "minLength": 5, "maxLength": 0 });
        assert_eq!(keys(schema), [("enum", json!(["a"]))]);
        let schema = json!({ "type": "integer", "minimum": 9, "maximum": 1 });
        assert!(keys(schema).is_empty());
        let schema = json!({ "type": "number", "minimum": 0.0, "maximum": 1e300 });
        assert_eq!(keys(schema), [("min", json!(0))]);
    }
}
