//! What a document says of one value, with references followed, and the parts of `allOf` and all
//! branches of `oneOf` and `anyOf` taken together. Whoever compares with it is lenient: something is
//! there where any branch has it.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use crate::import::resolve::Resolver;
use crate::import::schema::{Kind, Schema};

/// How deep `oneOf` may stand in `oneOf`.
const DEEPEST: usize = 6;
/// How many branches are looked at; with more of them it may be anything. Lists of countries, languages and
/// currencies, which documents write as branches too, have fewer.
const MOST_BRANCHES: usize = 256;

/// What a document says of a value.
#[derive(Debug, Default)]
pub(super) struct Said<'d> {
    /// The schema that says it, the first of them where there are several.
    pub(super) at: Option<&'d Value>,
    /// The types that it can have; none where it can be anything.
    pub(super) kinds: Vec<Kind>,
    /// Whether it may be null.
    pub(super) nullable: bool,
    /// The properties of an object, each with the schemas that the branches have for it.
    pub(super) properties: Vec<(&'d str, Vec<&'d Value>)>,
    /// Whether there may be other properties than these, in so many words.
    pub(super) is_open: bool,
    /// The properties that must be there, whatever the branch.
    pub(super) required: BTreeSet<&'d str>,
    /// The schemas of the elements of a list.
    pub(super) items: Vec<&'d Value>,
    /// The schemas of the values of a map.
    pub(super) values: Vec<&'d Value>,
    /// The texts that it can be; none where it can be any.
    pub(super) words: Option<Vec<String>>,
    /// Whether a number is said to have a fraction.
    pub(super) is_fractional: bool,
    /// Whether the vendor calls it deprecated.
    pub(super) is_deprecated: bool,
    /// Whether it is only in answers.
    pub(super) is_read_only: bool,
    /// Whether it is only in requests.
    pub(super) is_write_only: bool,
}

/// One way through the branches: a schema, and the one inside it that was taken, and so on.
type Branch<'d> = Vec<Rc<Schema<'d>>>;

impl<'d> Said<'d> {
    /// What some schemas say of a value that is as any of them has it.
    pub(super) fn of(resolver: Resolver<'d>, schemas: &[&'d Value]) -> Self {
        let mut branches = Vec::new();
        for schema in schemas {
            flatten(resolver, schema, &Vec::new(), &mut branches);
        }
        let mut said = Self {
            at: schemas.first().copied(),
            is_open: branches.len() > MOST_BRANCHES,
            ..Self::default()
        };
        said.kinds(&branches);
        for branch in &branches {
            said.add(branch);
        }
        let all = |key: &str| {
            let is_set = |branch: &Branch<'d>| keyword(branch, key) == Some(&Value::Bool(true));
            !branches.is_empty() && branches.iter().all(is_set)
        };
        said.is_deprecated = all("deprecated");
        said.is_read_only = all("readOnly");
        said.is_write_only = all("writeOnly");
        said.required = branches
            .iter()
            .map(required)
            .reduce(|all, branch| &all & &branch)
            .unwrap_or_default();
        said.words = branches
            .iter()
            .map(words)
            .collect::<Option<Vec<_>>>()
            .map(|all| unique(all.into_iter().flatten()))
            .filter(|words| !words.is_empty());
        said
    }

    /// What it says of a property. None where there is no such property.
    pub(super) fn property(&self, resolver: Resolver<'d>, name: &str) -> Option<Self> {
        let (_, schemas) = self.properties.iter().find(|(known, _)| *known == name)?;
        Some(Self::of(resolver, schemas))
    }

    /// What it says of the elements of a list.
    pub(super) fn element(&self, resolver: Resolver<'d>) -> Self {
        Self::of(resolver, &self.items)
    }

    /// The schema that it is, behind all references.
    pub(super) fn address(&self, resolver: Resolver<'d>) -> Option<*const Value> {
        let schema = self.at?;
        let resolved = resolver.resolve(schema);
        Some(std::ptr::from_ref(
            resolved.map_or(schema, |(_, schema)| schema),
        ))
    }

    /// Whether it can be of a type; true where it can be anything.
    pub(super) fn can_be(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// Whether a property that it does not name may be there all the same.
    pub(super) fn may_have_others(&self) -> bool {
        self.is_open || self.properties.is_empty()
    }

    fn kinds(&mut self, branches: &[Branch<'d>]) {
        for branch in branches {
            match branch.iter().rev().find_map(|schema| schema.kind) {
                Some(kind) if !self.kinds.contains(&kind) => self.kinds.push(kind),
                Some(_) => {}
                None => {
                    self.kinds.clear();
                    return;
                }
            }
        }
    }

    fn add(&mut self, branch: &Branch<'d>) {
        for schema in branch {
            self.nullable |= schema.nullable;
            for (name, property) in &schema.properties {
                match self.properties.iter_mut().find(|(known, _)| known == name) {
                    Some((_, schemas)) if schemas.iter().any(|s| std::ptr::eq(*s, *property)) => {}
                    Some((_, schemas)) => schemas.push(property),
                    None => self.properties.push((name, vec![property])),
                }
            }
            self.values.extend(schema.values());
            self.is_open |= schema.values().is_some()
                || schema.keyword("additionalProperties") == Some(&Value::Bool(true))
                // The types that it tells apart may have more.
                || schema.keyword("discriminator").is_some();
            self.is_fractional |=
                matches!(schema.text("format"), Some("float" | "double" | "decimal"));
        }
        self.items.extend(keyword(branch, "items"));
    }
}

fn flatten<'d>(
    resolver: Resolver<'d>,
    value: &'d Value,
    above: &Branch<'d>,
    branches: &mut Vec<Branch<'d>>,
) {
    if branches.len() > MOST_BRANCHES {
        return;
    }
    if branches.len() == MOST_BRANCHES {
        return branches.push(vec![Rc::default()]);
    }
    // What cannot be read may be anything.
    let schema = Rc::new(Schema::read(resolver, value).unwrap_or_default());
    let mut branch = above.clone();
    branch.push(Rc::clone(&schema));
    if schema.branches.is_empty() || branch.len() > DEEPEST {
        return branches.push(branch);
    }
    for inner in &schema.branches {
        flatten(resolver, inner, &branch, branches);
    }
}

/// A keyword of the innermost schema that has it.
fn keyword<'d>(branch: &Branch<'d>, name: &str) -> Option<&'d Value> {
    branch.iter().rev().find_map(|schema| schema.keyword(name))
}

fn required<'d>(branch: &Branch<'d>) -> BTreeSet<&'d str> {
    let names = branch.iter().flat_map(|schema| &schema.required);
    names.copied().collect()
}

/// The texts of an enumeration, numbers among them as they travel in a URL.
fn words(branch: &Branch<'_>) -> Option<Vec<String>> {
    if let Some(only) = keyword(branch, "const") {
        return Some(word(only).into_iter().collect());
    }
    let values = keyword(branch, "enum")?.as_array()?;
    let words: Vec<String> = values.iter().filter_map(word).collect();
    (!words.is_empty()).then_some(words)
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

fn unique(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    words.filter(|word| seen.insert(word.clone())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn branches_are_taken_together() {
        let root = json!({
            "type": "object",
            "properties": { "id": { "type": "string" } },
            "required": ["id"],
            "oneOf": [
                { "properties": { "a": { "type": "integer" } }, "required": ["a", "b"] },
                { "properties": { "a": { "type": "string" }, "b": {} }, "required": ["b"] },
            ],
        });
        let resolver = Resolver::new(&root);
        let said = Said::of(resolver, &[&root]);
        let names: Vec<&str> = said.properties.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["id", "a", "b"]);
        assert_eq!(said.required, BTreeSet::from(["id", "b"]));
        assert_eq!(said.kinds, [Kind::Object]);
        let a = said.property(resolver, "a").unwrap();
        assert_eq!(a.kinds, [Kind::Integer, Kind::String]);
        assert!(a.can_be(Kind::String) && !a.can_be(Kind::Boolean));
        assert!(said.property(resolver, "b").unwrap().can_be(Kind::Boolean));
    }

    #[test]
    fn one_branch_of_any_text_allows_any() {
        let root = json!({ "anyOf": [{ "enum": ["a"] }, { "const": "b" }] });
        let words = |root: &Value| Said::of(Resolver::new(root), &[root]).words;
        assert_eq!(words(&root), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(
            words(&json!({ "anyOf": [{ "enum": ["a"] }, { "type": "string" }] })),
            None
        );
    }

    #[test]
    fn what_has_too_many_branches_may_be_anything() {
        let said = |count: usize| {
            let branch =
                |number| json!({ "const": format!("w{number}"), "properties": { "a": {} } });
            let root =
                json!({ "type": "object", "oneOf": (0..count).map(branch).collect::<Vec<_>>() });
            let said = Said::of(Resolver::new(&root), &[&root]);
            let is_open = said.may_have_others();
            (said.words.map(|words| words.len()), said.kinds, is_open)
        };
        let (words, kinds, is_open) = said(MOST_BRANCHES);
        assert_eq!(
            (words, kinds, is_open),
            (Some(MOST_BRANCHES), vec![Kind::Object], false)
        );
        let (words, kinds, is_open) = said(MOST_BRANCHES + 1);
        assert_eq!((words, kinds, is_open), (None, vec![], true));
    }

    #[test]
    fn what_holds_itself_ends() {
        let root = json!({ "oneOf": [{ "$ref": "#" }, { "$ref": "#" }, { "type": "string" }] });
        let said = Said::of(Resolver::new(&root), &[&root]);
        assert!(said.can_be(Kind::String));
    }
}
