//! What values look like: declared types, their fields, and shapes.

use crate::span::{Sp, Span};

/// A declared type.
#[derive(Debug)]
pub struct ObjectType {
    /// Its name.
    pub name: Sp<String>,
    /// What it is.
    pub description: Option<Sp<String>>,
    /// Its fields, in the order of the definition.
    pub fields: Vec<Field>,
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    /// Where it is declared.
    pub span: Span,
    /// Our name, which the typed client uses.
    pub name: String,
    /// The vendor's name.
    pub api_name: String,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may be null.
    pub nullable: bool,
    /// Whether a string travels as a JSON number.
    pub integer: bool,
    /// What it is.
    pub description: Option<Sp<String>>,
    /// What the vendor says of its end, where it has one.
    pub deprecated: Option<Sp<String>>,
    /// What it looks like.
    pub shape: Shape,
}

/// What a value looks like.
#[derive(Debug)]
pub enum Shape {
    /// A string.
    String(Box<StringRule>),
    /// A string or a number that stands for one.
    Text(Box<StringRule>),
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
        items: Box<Shape>,
        /// The fewest.
        min: Option<u32>,
        /// The most.
        max: Option<u32>,
    },
    /// An object with fields of its own.
    Object(Vec<Field>),
    /// A declared type, by index into `Integration::types`.
    Named(usize),
    /// A map.
    Map(Box<Shape>),
    /// Anything.
    Any,
}

/// What a string looks like.
#[derive(Debug, Default)]
pub struct StringRule {
    /// The fewest characters.
    pub min_length: Option<u32>,
    /// The most characters.
    pub max_length: Option<u32>,
    /// The values it can take.
    pub one_of: Vec<Sp<String>>,
    /// What it matches.
    pub pattern: Option<String>,
    /// The kind of identifier, by index into `Integration::identifiers`.
    pub identifier: Option<usize>,
    /// How it is written.
    pub format: Option<crate::syntax::Format>,
}

impl StringRule {
    /// The values it can take, without their places.
    pub fn values(&self) -> Vec<&str> {
        self.one_of.iter().map(|value| value.as_str()).collect()
    }
}
