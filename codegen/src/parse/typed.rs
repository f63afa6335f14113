//! Tree to structs: a serde deserializer over [`Node`].

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::span::{Kind, Node, SPANNED, Sp, Span};

/// Fills a value from a tree.
///
/// # Errors
/// The first place where the tree does not fit.
pub(super) fn fill<T: for<'de> Deserialize<'de>>(tree: &Node) -> Result<T, Misfit> {
    T::deserialize(Value(tree))
}

/// A place where a tree does not fit.
#[derive(Debug)]
pub(super) struct Misfit {
    /// What is wrong there.
    pub(super) message: String,
    span: Option<Span>,
}

impl Misfit {
    /// The innermost place that is known.
    pub(super) fn span(&self, tree: &Node) -> Span {
        self.span.unwrap_or(tree.span)
    }

    fn at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            message: message.to_string(),
            span: None,
        }
    }
}

/// A value of the tree.
struct Value<'de>(&'de Node);

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match &self.0.kind {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool(value) => visitor.visit_bool(*value),
            Kind::Integer(value) => visitor.visit_i64(*value),
            Kind::Float(value) => visitor.visit_f64(*value),
            Kind::String(value) => visitor.visit_borrowed_str(value),
            Kind::List(items) => visitor.visit_seq(Items(items.iter())),
            Kind::Map(entries) => visitor.visit_map(Pairs {
                entries: entries.iter(),
                value: None,
            }),
        }
        .map_err(|error: Misfit| error.at(self.0.span))
    }

    /// A key that is there has a value: an absent one alone is `None`.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match name {
            SPANNED => visitor.visit_seq(Spanned::new(self.0.span, self)),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    /// A word, or a mapping with the variant's name as its one key.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match &self.0.kind {
            Kind::String(word) => visitor.visit_enum(word.as_str().into_deserializer()),
            Kind::Map(entries) => match entries.as_slice() {
                [(name, content)] => visitor.visit_enum(Variant { name, content }),
                _ => Err(de::Error::custom("expected exactly one key")),
            },
            _ => Err(de::Error::custom(
                "expected a word or a mapping with one key",
            )),
        }
        .map_err(|error: Misfit| error.at(self.0.span))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// The elements of a list.
struct Items<'de>(std::slice::Iter<'de, Node>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Misfit> {
        self.0
            .next()
            .map(|node| seed.deserialize(Value(node)))
            .transpose()
    }
}

/// The entries of a mapping.
struct Pairs<'de> {
    entries: std::slice::Iter<'de, (Sp<String>, Node)>,
    value: Option<&'de Node>,
}

impl<'de> MapAccess<'de> for Pairs<'de> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        seed.deserialize(Key(key))
            .map(Some)
            .map_err(|error| error.at(key.span))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let value = self
            .value
            .take()
            .ok_or_else(|| de::Error::custom("a value without a key"))?;
        seed.deserialize(Value(value))
    }
}

/// A key of a mapping.
struct Key<'de>(&'de Sp<String>);

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_borrowed_str(&self.0.value)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match name {
            SPANNED => visitor.visit_seq(Spanned::new(self.0.span, self)),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// What [`Sp`] reads: the file, the start, the end, and then the value itself.
struct Spanned<D> {
    place: std::array::IntoIter<u64, 3>,
    value: Option<D>,
}

impl<D> Spanned<D> {
    fn new(span: Span, value: D) -> Self {
        let place = [u64::from(span.file.0), span.start as u64, span.end as u64];
        Self {
            place: place.into_iter(),
            value: Some(value),
        }
    }
}

impl<'de, D: Deserializer<'de, Error = Misfit>> SeqAccess<'de> for Spanned<D> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Misfit> {
        match self.place.next() {
            Some(number) => seed.deserialize(number.into_deserializer()).map(Some),
            None => self
                .value
                .take()
                .map(|value| seed.deserialize(value))
                .transpose(),
        }
    }
}

/// A variant of an enum, with its content.
struct Variant<'de> {
    name: &'de Sp<String>,
    content: &'de Node,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Misfit;
    type Variant = Value<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Value<'de>), Misfit> {
        let name: StrDeserializer<'_, Misfit> = self.name.value.as_str().into_deserializer();
        let variant = seed
            .deserialize(name)
            .map_err(|error| error.at(self.name.span))?;
        Ok((variant, Value(self.content)))
    }
}

impl<'de> VariantAccess<'de> for Value<'de> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        Err(Misfit {
            message: "expected nothing".to_owned(),
            span: Some(self.0.span),
        })
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Misfit> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_any(visitor)
    }
}
