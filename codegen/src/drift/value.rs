//! One value of a request or an answer, beside what the document says of it.

use serde_json::{Value as Json, json};

use super::said::Said;
use super::{Change, Class, Finding, Kind, Mend, propose};
use crate::diagnostics::listed;
use crate::import::resolve::Resolver;
use crate::import::schema::Kind as Type;
use crate::model::{Integration, ObjectType, Operation, Shape, StringRule};
use crate::span::Span;

/// What a definition says of what the document only marks as deprecated.
const DEPRECATED: &str = "The vendor's API description marks it as deprecated.";

/// A finding, and the schema that says so.
pub(super) struct Found<'d> {
    pub(super) finding: Finding,
    pub(super) at: Option<&'d Json>,
}

/// What comparing needs at hand.
#[derive(Clone, Copy)]
pub(super) struct Context<'a, 'd> {
    pub(super) resolver: Resolver<'d>,
    pub(super) integration: &'a Integration,
}

/// How a value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    /// To the vendor as text, which all scalars are there.
    Text,
    /// To the vendor as JSON; a string as a number, where the definition says so.
    Json { integer: bool },
    /// From the vendor.
    Answer,
}

/// A value of the definition.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) operation: String,
    /// The declared type that it is in.
    pub(super) ty: Option<String>,
    /// Where it is in the operation or the type.
    pub(super) part: String,
    /// The key of its entry.
    pub(super) span: Span,
    pub(super) wire: Wire,
    /// Whether it is what the entry is about, and not an element of it.
    pub(super) is_whole: bool,
    /// Whether it may be null.
    pub(super) nullable: bool,
}

impl Site {
    /// A value that an entry is about, which is not null.
    pub(super) fn new(operation: &Operation, part: String, span: Span, wire: Wire) -> Self {
        Self {
            operation: operation.name.clone(),
            ty: None,
            part,
            span,
            wire,
            is_whole: true,
            nullable: false,
        }
    }

    /// An element of it, or a value in it.
    pub(super) fn inside(&self, mark: &str) -> Self {
        Self {
            part: format!("{}{mark}", self.part),
            is_whole: false,
            ..self.clone()
        }
    }

    pub(super) fn finding(
        &self,
        context: Context<'_, '_>,
        class: Class,
        kind: Kind,
        message: String,
    ) -> Finding {
        Finding {
            operation: Some(self.operation.clone()),
            ty: self.ty.clone(),
            part: self.part.clone(),
            span: Some(self.span),
            ..Finding::new(class, kind, &context.integration.slug, message)
        }
    }

    pub(super) fn mend(&self, change: Change) -> Mend {
        Mend {
            at: self.span,
            within: &[],
            change,
        }
    }
}

impl<'d> Context<'_, 'd> {
    /// Compares type, values and what is said of the value itself. Whether the types agree, so that what
    /// is inside can be compared.
    pub(super) fn value(
        self,
        shape: &Shape,
        said: &Said<'d>,
        site: &Site,
        found: &mut Vec<Found<'d>>,
    ) -> bool {
        if !agrees(shape, said, site.wire) {
            found.push(self.wrong_type(shape, said, site));
            return false;
        }
        if site.wire == Wire::Answer
            && site.is_whole
            && said.nullable
            && !site.nullable
            && !matches!(shape, Shape::Any)
        {
            let message = format!("`{}` may be null in the document", site.part);
            let finding = site.finding(self, Class::Contradicts, Kind::UnexpectedNull, message);
            found.push(Found {
                finding: Finding {
                    found: Some(json!("null")),
                    mend: Some(site.mend(Change::Nullable)),
                    ..finding
                },
                at: said.at,
            });
        }
        if let Shape::String(rule) | Shape::Text(rule) = shape {
            found.extend(self.words(rule, said, site));
        }
        true
    }

    fn wrong_type(self, shape: &Shape, said: &Said<'d>, site: &Site) -> Found<'d> {
        let ours = written(shape, &self.integration.types);
        let theirs = theirs(said);
        let message = format!(
            "`{}` is `{ours}` here, and `{theirs}` in the document",
            site.part
        );
        let nullable = (site.nullable || said.nullable) && site.wire == Wire::Answer;
        let ty = propose::scalar_type(self.resolver, said).filter(|_| site.is_whole);
        let mend = ty.map(|ty| {
            let mark = if nullable { "?" } else { "" };
            site.mend(Change::Type(format!("{ty}{mark}")))
        });
        Found {
            finding: Finding {
                found: Some(json!(theirs)),
                mend,
                ..site.finding(self, Class::Contradicts, Kind::WrongType, message)
            },
            at: said.at,
        }
    }

    /// Enumerations, where both have one.
    fn words(self, rule: &StringRule, said: &Said<'d>, site: &Site) -> Vec<Found<'d>> {
        let (ours, Some(theirs)) = (rule.values(), &said.words) else {
            return Vec::new();
        };
        if ours.is_empty() {
            return Vec::new();
        }
        let new = theirs.iter().map(String::as_str);
        let new: Vec<&str> = new.filter(|word| !ours.contains(word)).collect();
        let gone = ours.iter().copied();
        let gone: Vec<&str> = gone
            .filter(|word| !theirs.iter().any(|theirs| theirs == word))
            .collect();
        let mut found = Vec::new();
        let mut put = |class, kind, words: &[&str], message, mend| {
            found.push(Found {
                finding: Finding {
                    found: Some(json!(words)),
                    mend,
                    ..site.finding(self, class, kind, message)
                },
                at: said.at,
            });
        };
        if !new.is_empty() {
            let message = format!(
                "the document has further values of `{}`: {}",
                site.part,
                listed(new.iter().copied(), "and")
            );
            let values = new.iter().map(|word| (*word).to_owned()).collect();
            let mend = Some(site.mend(Change::Values(values)));
            put(Class::Lacks, Kind::NewEnumValue, &new, message, mend);
        }
        if !gone.is_empty() {
            // Of an answer, a value that never comes does no harm.
            let class = match site.wire {
                Wire::Answer => Class::Beyond,
                Wire::Text | Wire::Json { .. } => Class::Contradicts,
            };
            let message = format!(
                "the document does not list {} among the values of `{}`",
                listed(gone.iter().copied(), "and"),
                site.part
            );
            put(class, Kind::EnumValueGone, &gone, message, None);
        }
        found
    }

    /// That the vendor calls something deprecated. None where the definition says so as well.
    pub(super) fn deprecation(
        self,
        is_deprecated: bool,
        is_told: bool,
        at: Option<&'d Json>,
        site: &Site,
    ) -> Option<Found<'d>> {
        if !is_deprecated || is_told {
            return None;
        }
        let message = match site.part.as_str() {
            "" => format!("the document calls `{}` deprecated", site.operation),
            part => format!("the document calls `{part}` deprecated"),
        };
        let finding = Finding {
            mend: Some(site.mend(Change::Set("deprecated", json!(DEPRECATED)))),
            ..site.finding(self, Class::Lacks, Kind::Deprecated, message)
        };
        Some(Found { finding, at })
    }
}

/// A type as the definition writes it.
pub(super) fn written(shape: &Shape, types: &[ObjectType]) -> String {
    match shape {
        Shape::String(_) => "string".to_owned(),
        Shape::Text(_) => "text".to_owned(),
        Shape::Integer { .. } => "integer".to_owned(),
        Shape::Number { .. } => "number".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Any => "any".to_owned(),
        Shape::Object(_) => "object".to_owned(),
        Shape::Array { items, .. } => format!("{}[]", written(items, types)),
        Shape::Map(values) => format!("{}{{}}", written(values, types)),
        Shape::Named(index) => {
            let ty = types.get(*index);
            ty.map(|ty| ty.name.value.clone()).unwrap_or_default()
        }
    }
}

/// The types that a document says, in its own words.
pub(super) fn theirs(said: &Said<'_>) -> String {
    let words = said.kinds.iter().map(|kind| kind.word());
    words.collect::<Vec<_>>().join(" or ")
}

/// Whether a value of the definition can be one of the document's, whatever the branch.
fn agrees(shape: &Shape, said: &Said<'_>, wire: Wire) -> bool {
    said.kinds.is_empty() || said.kinds.iter().any(|ty| is_of(shape, *ty, said, wire))
}

fn is_of(shape: &Shape, ty: Type, said: &Said<'_>, wire: Wire) -> bool {
    let is_text = wire == Wire::Text;
    let all_words = |test: fn(&str) -> bool| {
        let words = said.words.as_ref().filter(|_| is_text);
        words.is_some_and(|words| words.iter().all(|word| test(word)))
    };
    match shape {
        Shape::Any => true,
        Shape::Text(_) => {
            matches!(ty, Type::String | Type::Integer | Type::Number | Type::File)
                || is_text && ty != Type::Object
        }
        // In a URL every scalar is a text, and a list is one with commas.
        Shape::String(_) => {
            let as_number = matches!(wire, Wire::Json { integer: true });
            matches!(ty, Type::String | Type::File)
                || is_text && ty != Type::Object
                || as_number && matches!(ty, Type::Integer | Type::Number)
        }
        // A document says `number` of what is always whole as well.
        Shape::Integer { .. } => {
            ty == Type::Integer
                || ty == Type::Number && !(wire == Wire::Answer && said.is_fractional)
                || all_words(|word| word.parse::<i64>().is_ok())
        }
        Shape::Number { .. } => ty == Type::Number || ty == Type::Integer && wire == Wire::Answer,
        Shape::Boolean => ty == Type::Boolean || all_words(|word| matches!(word, "true" | "false")),
        Shape::Array { .. } => ty == Type::Array || is_text && ty == Type::String,
        Shape::Object(_) | Shape::Named(_) | Shape::Map(_) => ty == Type::Object,
    }
}
