//! SCIM filters with one comparison (RFC 7644 section 3.4.2.2): `email eq "a@b.c"`.

use serde_json::Value;
use toolwright_runtime::json_path::scalar;

/// A comparison.
#[derive(Debug, PartialEq)]
pub(super) struct Filter {
    /// The attribute, as names from the outside in.
    attribute: Vec<String>,
    operator: Operator,
    /// In lower case: texts are compared without regard to case (RFC 7643 section 2.2).
    value: String,
}

#[derive(Debug, PartialEq)]
enum Operator {
    Equal,
    Contains,
    StartsWith,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (attribute, rest) = word(text);
        let (operator, value) = word(rest);
        let operator = match operator.to_ascii_lowercase().as_str() {
            "eq" => Operator::Equal,
            "co" => Operator::Contains,
            "sw" => Operator::StartsWith,
            _ => {
                return Err(format!(
                    "a filter has the form attribute eq \"value\": {text}"
                ));
            }
        };
        let value = serde_json::from_str::<Value>(value)
            .ok()
            .as_ref()
            .and_then(scalar);
        let value =
            value.ok_or_else(|| format!("the value of a filter stands in quotes: {text}"))?;
        Ok(Self {
            attribute: attribute.split('.').map(str::to_owned).collect(),
            operator,
            value: value.to_lowercase(),
        })
    }

    /// Whether a row fits. One without the attribute does not.
    pub(super) fn fits(&self, row: &Value) -> bool {
        let found = self
            .attribute
            .iter()
            .try_fold(row, |value, name| member(value, name));
        let found = found.and_then(scalar).map(|text| text.to_lowercase());
        found.is_some_and(|found| match self.operator {
            Operator::Equal => found == self.value,
            Operator::Contains => found.contains(&self.value),
            Operator::StartsWith => found.starts_with(&self.value),
        })
    }
}

fn word(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(char::is_whitespace)
        .map_or((text, ""), |(word, rest)| (word, rest.trim()))
}

/// A member by its name without regard to case (RFC 7643 section 2.1).
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let mut members = value.as_object()?.iter();
    members
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, member)| member)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn compares_without_regard_to_case() {
        let row = json!({
            "userName": "JSmith", "active": true, "id": 7,
            "name": {"familyName": "O\"Hara Smith"},
        });
        let fits = |filter: &str| Filter::parse(filter).unwrap().fits(&row);
        assert!(fits(r#"userName eq "jsmith""#));
        assert!(fits(r#" USERNAME  Eq "JSMITH" "#));
        assert!(fits(r#"userName co "smi""#));
        assert!(fits(r#"userName sw "js""#));
        assert!(fits(r#"name.familyName co "o\"hara s""#));
        assert!(fits("active eq true"));
        assert!(fits("id eq 7"));
        assert!(!fits(r#"userName eq "smith""#));
        assert!(!fits(r#"userName sw "smith""#));
        assert!(!fits(r#"email eq "a""#));
    }

    #[test]
    fn refuses_what_is_no_filter() {
        for text in [
            "",
            "email",
            "email ne \"a\"",
            "email eq",
            "email eq a",
            "email eq \"a\" and x",
        ] {
            assert!(Filter::parse(text).is_err(), "{text}");
        }
    }
}
