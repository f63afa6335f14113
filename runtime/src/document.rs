//! A vendor's answer, read as deep as what is asked for lies. What lies below stays text: most of an
//! answer is passed on, and reading it into a tree would be most of the work of a call.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::table::Step;

/// A JSON document, or a part of one.
#[derive(Clone, Debug)]
pub enum Document<'a> {
    /// An object's members, in their order.
    Object(Vec<(Cow<'a, str>, Self)>),
    /// A list's elements.
    Array(Vec<Self>),
    /// Anything else; boxed, since few are read and there are many of the others.
    Scalar(Box<Value>),
    /// Not read: JSON without blanks around it.
    Text(&'a str),
}

/// What stands at a place.
#[derive(Debug)]
pub enum Found<'a> {
    /// Something. Below [`Step::Each`] a list of what was found.
    Some(Document<'a>),
    /// Null there or above, or an element of an empty list: the vendor says that there is nothing.
    Nothing,
    /// The place is not there.
    Missing,
}

impl<'a> Document<'a> {
    /// Reads so many levels of objects and lists.
    ///
    /// # Errors
    /// When the text is no JSON.
    pub fn parse(text: &'a str, levels: usize) -> Result<Self, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let document = Levels(levels).deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(document)
    }

    /// Every value at the place; more than one only below [`Step::Each`].
    #[must_use]
    pub fn select(&self, path: &[Step]) -> Vec<Value> {
        let mut found = Vec::new();
        self.collect(path, &mut found);
        found
    }

    /// The first value at the place.
    #[must_use]
    pub fn first(&self, path: &[Step]) -> Option<Value> {
        self.select(path).into_iter().next()
    }

    fn collect(&self, path: &[Step], found: &mut Vec<Value>) {
        let (step, rest) = match (self, path.split_first()) {
            (_, None) => return found.extend(self.value()),
            (Self::Text(text), Some(_)) => {
                let document = Document::parse(text, path.len());
                return document.iter().for_each(|read| read.collect(path, found));
            }
            (_, Some(step)) => step,
        };
        match (self, step) {
            (Self::Object(members), Step::Key(key)) => {
                let member = members.iter().rfind(|(name, _)| name == key);
                member
                    .iter()
                    .for_each(|(_, inner)| inner.collect(rest, found));
            }
            (Self::Array(elements), Step::Index(index)) => {
                let element = elements.get(*index);
                element.iter().for_each(|inner| inner.collect(rest, found));
            }
            (Self::Array(elements), Step::Each) => {
                elements.iter().for_each(|inner| inner.collect(rest, found));
            }
            (Self::Object(members), Step::Each) => {
                members
                    .iter()
                    .for_each(|(_, inner)| inner.collect(rest, found));
            }
            _ => {}
        }
    }

    /// What stands at the place.
    #[must_use]
    pub fn take(self, path: &[Step]) -> Found<'a> {
        if self.is_null() {
            return Found::Nothing;
        }
        let Some((step, rest)) = path.split_first() else {
            return Found::Some(self);
        };
        match (self, step) {
            (Self::Text(text), _) => {
                let read = Document::parse(text, path.len());
                read.map_or(Found::Missing, |read| read.take(path))
            }
            (Self::Object(members), Step::Key(key)) => {
                let member = members.into_iter().rfind(|(name, _)| name == key);
                member.map_or(Found::Missing, |(_, inner)| inner.take(rest))
            }
            (Self::Array(elements), Step::Index(_)) if elements.is_empty() => Found::Nothing,
            (Self::Array(elements), Step::Index(index)) => {
                let element = elements.into_iter().nth(*index);
                element.map_or(Found::Missing, |inner| inner.take(rest))
            }
            (Self::Array(elements), Step::Each) => {
                let elements = elements
                    .into_iter()
                    .filter_map(|inner| match inner.take(rest) {
                        Found::Some(found) => Some(found),
                        Found::Nothing | Found::Missing => None,
                    });
                Found::Some(Self::Array(elements.collect()))
            }
            _ => Found::Missing,
        }
    }

    /// Whether it is an object that was read and has that member.
    #[must_use]
    pub fn has(&self, member: &str) -> bool {
        matches!(self, Self::Object(members) if members.iter().any(|(name, _)| name == member))
    }

    /// The document as text: what was not read stands as it came.
    #[must_use]
    pub fn text(&self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => (*text).into(),
            Self::Scalar(value) => value.to_string().into(),
            Self::Array(elements) => {
                let elements: Vec<_> = elements.iter().map(Self::text).collect();
                format!("[{}]", elements.join(",")).into()
            }
            Self::Object(members) => {
                let member = |(name, inner): &(Cow<'_, str>, Self)| {
                    format!("{}:{}", Value::from(name.as_ref()), inner.text())
                };
                let members: Vec<_> = members.iter().map(member).collect();
                format!("{{{}}}", members.join(",")).into()
            }
        }
    }

    fn is_null(&self) -> bool {
        match self {
            Self::Scalar(value) => value.is_null(),
            Self::Text(text) => *text == "null",
            Self::Object(_) | Self::Array(_) => false,
        }
    }

    /// The value as a tree; `None` where it cannot be one, as with numbers beyond all limits.
    fn value(&self) -> Option<Value> {
        Some(match self {
            Self::Scalar(value) => Value::clone(value),
            Self::Text(text) => serde_json::from_str(text).ok()?,
            Self::Array(elements) => elements.iter().map(Self::value).collect::<Option<_>>()?,
            Self::Object(members) => {
                let member = |(name, inner): &(Cow<'_, str>, Self)| {
                    Some((name.clone().into_owned(), inner.value()?))
                };
                Value::Object(members.iter().map(member).collect::<Option<Map<_, _>>>()?)
            }
        })
    }
}

/// A member's name.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// How many levels to read.
struct Levels(usize);

impl<'de> DeserializeSeed<'de> for Levels {
    type Value = Document<'de>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        match self.0 {
            0 => <&RawValue>::deserialize(from).map(|raw| Document::Text(raw.get())),
            _ => from.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Levels {
    type Value = Document<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Document::Scalar(Box::new(Value::Null)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Document::Scalar(Box::new(value.into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Document::Scalar(Box::new(value.into())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Document::Scalar(Box::new(value.into())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Document::Scalar(Box::new(value.into())))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Document::Scalar(Box::new(value.into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = from.next_element_seed(Self(self.0 - 1))? {
            elements.push(element);
        }
        Ok(Document::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(Name(name)) = from.next_key()? {
            members.push((name, from.next_value_seed(Self(self.0 - 1))?));
        }
        Ok(Document::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NAMES: &[Step] = &[Step::Key("users"), Step::Each, Step::Key("name")];
    const SECOND: &[Step] = &[Step::Key("users"), Step::Index(1)];

    /// The document read to each depth: what was read makes no difference to what is found.
    fn depths(text: &str) -> Vec<Document<'_>> {
        let depths = 0..5;
        depths
            .map(|levels| Document::parse(text, levels).unwrap())
            .collect()
    }

    #[test]
    fn selects_at_any_depth() {
        for document in depths(r#"{"users": [{"name": "a"}, {}, {"name": null}], "n": 1.5}"#) {
            assert_eq!(document.select(NAMES), [json!("a"), Value::Null]);
            assert_eq!(document.select(SECOND), [json!({})]);
            assert_eq!(document.first(&[Step::Key("n")]), Some(json!(1.5)));
            assert_eq!(document.first(&[Step::Key("m")]), None);
            assert_eq!(document.select(&[]).len(), 1);
        }
        for document in depths(r#"{"users": {"x": {"name": "a"}, "y": {"name": "b"}}}"#) {
            assert_eq!(document.select(NAMES), [json!("a"), json!("b")]);
        }
        for document in depths(r#"{"users": "none"}"#) {
            assert!(document.select(NAMES).is_empty());
        }
    }

    #[test]
    fn is_the_same_text_at_any_depth() {
        let text = r#"{"a\"":[1,{"b":null},"é\n"],"c":{}}"#;
        for document in depths(text) {
            assert_eq!(document.text(), text);
        }
    }

    #[test]
    fn names_are_compared_as_they_are_meant() {
        for document in depths(r#"{"a": 1, "\u0061": 2}"#) {
            assert_eq!(document.first(&[Step::Key("a")]), Some(json!(2)));
        }
    }

    #[test]
    fn takes_what_is_there_and_tells_nothing_from_missing() {
        let take = |text, path: &[Step]| match Document::parse(text, path.len()).unwrap().take(path)
        {
            Found::Some(document) => document.value(),
            Found::Nothing => Some(json!("nothing")),
            Found::Missing => None,
        };
        let users = r#"{"users": [{"name": "a"}, {"name": "b"}, {"name": null}]}"#;
        assert_eq!(take(users, SECOND), Some(json!({"name": "b"})));
        assert_eq!(take(users, NAMES), Some(json!(["a", "b"])));
        assert_eq!(take(users, &[]), Some(serde_json::from_str(users).unwrap()));
        for nothing in [
            r#"{"users": []}"#,
            r#"{"users": null}"#,
            "null",
            r#"{"users": [1, null]}"#,
        ] {
            assert_eq!(take(nothing, SECOND), Some(json!("nothing")), "{nothing}");
        }
        for missing in [r#"{"users": [1]}"#, "{}", "[]", r#"{"users": {"1": 2}}"#] {
            assert_eq!(take(missing, SECOND), None, "{missing}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused_at_any_depth() {
        for levels in 0..5 {
            for text in [
                "",
                "{\"a\": [1,]}",
                "{\"a\": {\"b\": tru}}",
                "[1] 2",
                "{\"a\": \"\n\"}",
            ] {
                assert!(Document::parse(text, levels).is_err(), "{levels} {text}");
            }
        }
    }
}
