//! Whether the path and the query of a request are as the operation declares them.

use toolwright_runtime::table::{Arg, ListStyle, Operation, Place, Shape, StringRule};

use super::answer::Refusal;
use super::parameters::Parameters;

/// Checks what came against the operation's arguments.
///
/// # Errors
/// [`Refusal::Invalid`] for the first argument that is missing or of another form.
pub(super) fn check(
    operation: &Operation,
    path: &Parameters,
    query: &Parameters,
) -> Result<(), Refusal> {
    for arg in operation.args {
        let (name, values) = match &arg.place {
            Place::Url => (arg.name, path.all(arg.name).collect()),
            Place::Query { name, list } => (*name, query_values(query, name, *list, arg)),
            Place::Header { .. } | Place::Body { .. } | Place::Limit | Place::Cursor => continue,
        };
        if arg.required && values.is_empty() {
            return Err(Refusal::Invalid(format!("{name} is missing")));
        }
        for value in values {
            if let Some(problem) = problem(&arg.shape, value) {
                return Err(Refusal::Invalid(format!("{name}: {value} {problem}")));
            }
        }
    }
    Ok(())
}

fn query_values<'a>(query: &'a Parameters, name: &str, list: ListStyle, arg: &Arg) -> Vec<&'a str> {
    match (&arg.shape, list) {
        (Shape::Array { .. }, ListStyle::Brackets) => query.all(&format!("{name}[]")).collect(),
        (Shape::Array { .. }, ListStyle::Csv) => query
            .all(name)
            .flat_map(|values| values.split(','))
            .collect(),
        _ => query.all(name).collect(),
    }
}

/// What is wrong with a value, to be read after it.
fn problem(shape: &Shape, text: &str) -> Option<String> {
    let fits = match shape {
        Shape::String(rule) => return string_problem(rule, text),
        Shape::Array { items, .. } => return problem(items, text),
        Shape::Integer { .. } => text.parse::<i64>().is_ok(),
        Shape::Number { .. } => text.parse::<f64>().is_ok(),
        Shape::Boolean => matches!(text, "true" | "false"),
        Shape::Text(_) | Shape::Object(_) | Shape::Map(_) | Shape::Any => true,
    };
    (!fits).then(|| "is of another type".to_owned())
}

fn string_problem(rule: &StringRule, text: &str) -> Option<String> {
    if let Some(kind) = rule.identifier.filter(|kind| !kind.pattern.matches(text)) {
        return Some(format!("is not a valid {}", kind.label));
    }
    if !rule.one_of.is_empty() && !rule.one_of.contains(&text) {
        return Some(format!("is none of {}", rule.one_of.join(", ")));
    }
    let pattern = rule.pattern.filter(|pattern| !pattern.matches(text));
    pattern.map(|pattern| format!("does not match {}", pattern.source()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::operations::BASE;

    const KINDS: Shape = Shape::String(&StringRule {
        one_of: &["a", "b"],
        ..StringRule::ANY
    });

    fn problem_with(list: ListStyle, shape: Shape, query: &str) -> Option<String> {
        let place = Place::Query { name: "q", list };
        let arg = Arg {
            name: "ours",
            place,
            required: true,
            default: None,
            shape,
        };
        let operation = Operation {
            args: Box::leak(Box::new([arg])),
            ..BASE
        };
        match check(
            &operation,
            &Parameters::default(),
            &Parameters::parse(query),
        ) {
            Err(Refusal::Invalid(problem)) => Some(problem),
            _ => None,
        }
    }

    #[test]
    fn values_have_their_type() {
        let one = |shape, query| problem_with(ListStyle::Csv, shape, query);
        assert_eq!(one(KINDS, "q=a"), None);
        assert_eq!(
            one(KINDS, "q=a,b").as_deref(),
            Some("q: a,b is none of a, b")
        );
        assert_eq!(one(KINDS, "ours=a").as_deref(), Some("q is missing"));
        assert_eq!(one(Shape::Boolean, "q=true"), None);
        assert_eq!(
            one(Shape::Boolean, "q=1").as_deref(),
            Some("q: 1 is of another type")
        );
        assert_eq!(
            one(
                Shape::Integer {
                    min: None,
                    max: None
                },
                "q=-7"
            ),
            None
        );
        assert!(
            one(
                Shape::Integer {
                    min: None,
                    max: None
                },
                "q=7.5"
            )
            .is_some()
        );
        assert_eq!(
            one(
                Shape::Number {
                    min: None,
                    max: None
                },
                "q=7.5"
            ),
            None
        );
    }

    #[test]
    fn lists_are_written_as_declared() {
        let list = |style, query| {
            problem_with(
                style,
                Shape::Array {
                    items: &KINDS,
                    min: None,
                    max: None,
                },
                query,
            )
        };
        for (style, good, bad) in [
            (ListStyle::Csv, "q=a,b", "q=a,c"),
            (ListStyle::Repeat, "q=a&q=b", "q=a,b"),
            (ListStyle::Brackets, "q[]=a&q%5B%5D=b", "q=a"),
        ] {
            assert_eq!(list(style, good), None, "{good}");
            assert!(list(style, bad).is_some(), "{bad}");
        }
    }
}
