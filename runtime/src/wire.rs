//! How values are written for a vendor.

use serde_json::{Number, Value};

use crate::error::Error;
use crate::request::invalid;
use crate::table::Shape;

/// A value as text of a URL, a header or a form; lists and objects as JSON.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number_text(number),
        _ => value.to_string(),
    }
}

/// A number as text: `1`, also for `1.0`, and never with an exponent.
fn number_text(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => float.to_string(),
        _ => number.to_string(),
    }
}

/// A value as JSON for the vendor: strings become numbers where `integer` or a field says so, and
/// `1.0` becomes `1` where a whole number is declared.
pub(crate) fn json(at: &str, value: &Value, shape: &Shape, integer: bool) -> Result<Value, Error> {
    Ok(match (value, shape) {
        (Value::String(text), _) if integer => Value::Number(whole(at, text)?),
        (Value::Number(number), Shape::Integer { .. }) if number.is_f64() => number_text(number)
            .parse()
            .map_or_else(|_| value.clone(), Value::Number),
        (Value::Array(elements), Shape::Array { items, .. }) => elements
            .iter()
            .map(|element| json(at, element, items, integer))
            .collect::<Result<_, _>>()?,
        (Value::Object(members), Shape::Map(values)) => members
            .iter()
            .map(|(name, member)| Ok((name.clone(), json(name, member, values, integer)?)))
            .collect::<Result<_, Error>>()?,
        (Value::Object(members), Shape::Object(object)) => members
            .iter()
            .map(|(name, member)| {
                let field = object.fields.iter().find(|field| field.name == name);
                let member = field.map_or_else(
                    || Ok(member.clone()),
                    |field| json(name, member, &field.shape, field.integer),
                );
                Ok((name.clone(), member?))
            })
            .collect::<Result<_, Error>>()?,
        _ => value.clone(),
    })
}

fn whole(at: &str, text: &str) -> Result<Number, Error> {
    let number = text.parse::<u64>().map(Number::from);
    number
        .or_else(|_| text.parse::<i64>().map(Number::from))
        .map_err(|_| {
            invalid(format!(
                "`{at}` must be the digits of a whole number, in a string."
            ))
        })
}
