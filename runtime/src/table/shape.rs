//! What values look like.

use super::{Identifier, Pattern};

/// What a value must look like.
#[derive(Debug)]
pub enum Shape {
    /// A string.
    String(&'static StringRule),
    /// A string that the vendor may also send as a number; handed on as a string. Answers only.
    Text(&'static StringRule),
    /// A whole number.
    Integer {
        /// The least.
        min: Option<i64>,
        /// The greatest.
        max: Option<i64>,
    },
    /// A number.
    Number {
        /// The least.
        min: Option<i64>,
        /// The greatest.
        max: Option<i64>,
    },
    /// `true` or `false`.
    Boolean,
    /// A list.
    Array {
        /// Each element.
        items: &'static Shape,
        /// The fewest elements.
        min: Option<u32>,
        /// The most elements.
        max: Option<u32>,
    },
    /// An object with known fields. In an argument there may be no others; in an answer there may.
    Object(&'static ObjectShape),
    /// An object from any name to a value.
    Map(&'static Shape),
    /// Anything.
    Any,
}

impl Shape {
    /// Any string.
    pub const STRING: Self = Self::String(&StringRule::ANY);
    /// Any string that may come as a number.
    pub const TEXT: Self = Self::Text(&StringRule::ANY);
    /// Any whole number.
    pub const INTEGER: Self = Self::Integer {
        min: None,
        max: None,
    };
    /// Any number.
    pub const NUMBER: Self = Self::Number {
        min: None,
        max: None,
    };
}

/// An object with known fields.
#[derive(Debug)]
pub struct ObjectShape {
    /// The name of the declared type; empty for an object without a name.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
    /// Those of the fields that have a [`Shape::Text`] anywhere inside, by index: where answers have
    /// to be looked into.
    pub texts: &'static [usize],
}

impl ObjectShape {
    /// An object of which nothing is known.
    pub const EMPTY: Self = Self {
        name: "",
        fields: &[],
        texts: &[],
    };
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    /// The vendor's name.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may be null. Answers only.
    pub nullable: bool,
    /// Argument: whether a string travels as a JSON number.
    pub integer: bool,
    /// What it must look like.
    pub shape: Shape,
}

impl Field {
    /// A field of an answer.
    #[must_use]
    pub const fn new(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            required: false,
            nullable: false,
            integer: false,
            shape,
        }
    }

    /// A field of an answer that may be null.
    #[must_use]
    pub const fn nullable(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            required: false,
            nullable: true,
            integer: false,
            shape,
        }
    }
}

/// What a string must look like.
#[derive(Debug)]
pub struct StringRule {
    /// The fewest characters (Unicode scalar values).
    pub min_length: Option<u32>,
    /// The most characters.
    pub max_length: Option<u32>,
    /// The values it can take; empty for any.
    pub one_of: &'static [&'static str],
    /// What it must match.
    pub pattern: Option<&'static Pattern>,
    /// The kind of identifier it is; its pattern holds too.
    pub identifier: Option<&'static Identifier>,
}

impl StringRule {
    /// Any string.
    pub const ANY: Self = Self {
        min_length: None,
        max_length: None,
        one_of: &[],
        pattern: None,
        identifier: None,
    };
}
