//! Places in rows, as definitions write them: `role.name`, `members[].value`, `owners[0]`.

use serde_json::Value;
use toolwright_runtime::json_path::scalar;

/// A place in a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place(Vec<Step>);

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
    Each,
}

impl Place {
    /// Reads a place; `None` when it is not one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut steps = Vec::new();
        for part in text.split('.') {
            let (name, mut brackets) = part.split_at(part.find('[').unwrap_or(part.len()));
            if name.is_empty() || name.contains(']') {
                return None;
            }
            steps.push(Step::Key(name.to_owned()));
            while !brackets.is_empty() {
                let (inside, rest) = brackets.strip_prefix('[')?.split_once(']')?;
                let index = || inside.parse().map(Step::Index).ok();
                steps.push(if inside.is_empty() {
                    Step::Each
                } else {
                    index()?
                });
                brackets = rest;
            }
        }
        Some(Self(steps))
    }

    /// Whether `wanted` stands there; below `[]` any element may have it.
    pub(super) fn holds(&self, row: &Value, wanted: &str) -> bool {
        select(row, &self.0)
            .into_iter()
            .any(|value| scalar(value).is_some_and(|text| text == wanted))
    }

    /// The first value that stands there.
    pub(super) fn first<'a>(&self, row: &'a Value) -> Option<&'a Value> {
        select(row, &self.0).into_iter().next()
    }
}

/// Every value at the place; more than one only below `[]`.
fn select<'a>(value: &'a Value, steps: &[Step]) -> Vec<&'a Value> {
    let Some((step, rest)) = steps.split_first() else {
        return vec![value];
    };
    let inner: Vec<&Value> = match step {
        Step::Key(key) => value.get(key).into_iter().collect(),
        Step::Index(index) => value.get(index).into_iter().collect(),
        Step::Each => value.as_array().into_iter().flatten().collect(),
    };
    inner
        .into_iter()
        .flat_map(|inner| select(inner, rest))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn holds_what_stands_there() {
        let row = json!({
            "id": 7, "active": true, "gone": null,
            "role": {"name": "admin"},
            "members": [{"value": 1}, {"value": 2}],
            "tags": ["a", "b"],
        });
        let holds = |place: &str, wanted: &str| Place::parse(place).unwrap().holds(&row, wanted);
        assert!(holds("id", "7"));
        assert!(holds("active", "true"));
        assert!(holds("role.name", "admin"));
        assert!(holds("members[].value", "2"));
        assert!(holds("members[0].value", "1"));
        assert!(holds("tags[]", "b"));
        assert!(!holds("tags", "b"));
        assert!(!holds("gone", "null"));
        assert!(!holds("members[2].value", "1"));
        assert!(!holds("role[].name", "admin"));
    }

    #[test]
    fn refuses_what_is_no_place() {
        for text in ["", "a.", ".a", "a[", "a]", "a[]b", "a[x]", "[0]"] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }
}
